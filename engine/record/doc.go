// Package record keeps a run as a file and reads it back as a trace.
//
// A run file is JSON lines in independent zstd frames, one frame a second or per MiB, so that zstdcat, jq and DuckDB open it,
// and so that whoever opens the file of a live bench is at most a second behind. The first line is the Header, in a frame of
// its own; every further line is an event as `tenbench run` prints it, with the same seq.
//
// Backpressure. A Recorder is one more reader of the log: it never slows a writer. While the disk is slow it falls behind, and
// what the log evicts meanwhile is a gap line with the count; what could not be written (a full disk) is counted the same way.
// A file stops at a quarter of what all run files together may take, with gap lines as its end: the first events are kept, and what
// comes then is counted. A gap line has the moment of the first event that is missing, so that what a reader takes for open at
// the end of a file is as old as the file knows.
//
// Retention. Each Recorder removes the oldest run files of its folder, by age, beyond a number and a sum of bytes. A run file
// is locked (flock) while it is written, and a locked one is never removed.
//
// An excerpt is a run file of some events of a run and of what it takes to read them, as plain lines that grep and jq read. Its header
// says so, and the seqs that it lacks are no loss.
//
// What is lost when a bench is killed is its last frame, at most. Open reads what is whole and says what is missing. Bytes of
// a run file are foreign: what they may unpack to is bounded.
package record
