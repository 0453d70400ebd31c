package record

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/zstd"

	"tenbench/engine/trace"
)

// ErrNotRunFile says that a file was not written by a Recorder.
var ErrNotRunFile = errors.New("not a run file")

const (
	maxLine   = 16 << 20
	maxWindow = 16 << 20
	maxSeq    = 1 << 53

	// What a file may unpack to: its lines pack twentyfold at most, a bomb's a thousandfold.
	maxRatio = 200
	minBound = 32 << 20
)

// Run is a run file that was read back. Its methods Log and Snapshot are those of a live app.
type Run struct {
	Path    string
	Header  Header
	Events  uint64 // read
	Missing uint64 // by the gap lines among them
	Unknown uint64 // lines of kinds that this version does not know
	Live    bool   // a bench was writing the file
	Damage  string // what could not be read, in a sentence; "" if the file is whole

	log      *trace.Log
	snapshot trace.Event
	end      end
}

// end is where a file ends.
type end struct {
	mono int64  // of its last event that is no gap
	gap  bool   // a gap comes behind that one
	why  string // what the gap says
}

// Log returns the trace, finished.
func (r *Run) Log() *trace.Log { return r.log }

// Snapshot returns the last snapshot in the run; the zero Snapshot if it has none.
func (r *Run) Snapshot() trace.Snapshot {
	if r.snapshot.Kind == trace.KindNone {
		return trace.Snapshot{}
	}
	s, _ := r.snapshot.Snapshot() // of a hostile file as much as is sound
	return s
}

// Lacks says what of the run its Recorder left out, and what that means for a reader; "" if it left nothing out. Of a file that tells
// lies it may hold control characters.
func (r *Run) Lacks() string {
	switch {
	case r.Missing == 0 || r.Header.Excerpt != "":
		return ""
	case r.end.gap:
		return fmt.Sprintf("Recorded up to %s; what is open then may have been answered: %s.",
			time.Duration(r.end.mono).Round(time.Second/10), cmp.Or(r.end.why, "the disk was slow or full"))
	}
	return fmt.Sprintf("The run file lacks %d events: the disk was full, or they came too fast. Its gap lines say where; what is open there may "+
		"have been answered.", r.Missing)
}

// Open reads a run file. What is torn or damaged is left out and told in Run.Damage; only a file without a header is an error.
func Open(path string) (*Run, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the run file: %w", err)
	}
	r := &Run{Path: path, Live: locked(path)}
	if err := r.read(f, info.Size()); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return r, nil
}

// openFile opens a file; to open a pipe might take for ever.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("open the run file: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("open %s: %w", path, errNoFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the run file: %w", err)
	}
	return f, nil
}

var errNoFile = errors.New("it is no regular file")

// ReadHeader reads the header of a run file, and no more.
func ReadHeader(path string) (Header, error) {
	f, err := openFile(path)
	if err != nil {
		return Header{}, err
	}
	defer f.Close()
	in, err := newLines(f, 0)
	if err != nil {
		return Header{}, err
	}
	defer in.close()
	h, err := in.header()
	if err != nil {
		return Header{}, fmt.Errorf("open %s: %w", path, err)
	}
	return h, nil
}

func (r *Run) read(file io.Reader, size int64) error {
	in, err := newLines(file, size)
	if err != nil {
		return err
	}
	defer in.close()
	if r.Header, err = in.header(); err != nil {
		return err
	}
	log, add := trace.FromEvents(r.Header.Start)
	r.log = log
	if err := r.readEvents(in, add); err != nil {
		r.Damage = fmt.Sprintf("The run file %s; %d events before that were read.", err, r.Events)
	}
	return nil
}

func (r *Run) readEvents(in *lines, add func(*trace.Event)) error {
	last := uint64(0)
	for {
		line, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return r.explain(err, in.dec == nil)
		}
		e, err := trace.ParseEvent(line, r.Header.Start)
		if err != nil && json.Valid(line) { // of a newer tenbench: kinds are added
			r.Unknown++
			continue
		}
		if err != nil {
			return fmt.Errorf("has a line that is no event (%w)", err)
		}
		if e.Seq > maxSeq || e.Seq <= last && e.Seq != 0 {
			return fmt.Errorf("has event %d after event %d", e.Seq, last)
		}
		last = max(last+1, e.Seq)
		if r.keep(&e); r.Header.Excerpt != "" {
			e.Seq = 0 // what was left out is no loss
		}
		add(&e)
	}
}

func (r *Run) keep(e *trace.Event) {
	r.Events++
	if e.Kind != trace.Gap {
		r.end = end{mono: e.Mono}
	}
	switch e.Kind {
	case trace.Gap:
		r.Missing += e.Count
		r.end.gap, r.end.why = true, e.Detail
	case trace.SnapshotTaken:
		r.snapshot = *e
		r.snapshot.Property = bytes.Clone(e.Property) // which is the line's
	}
}

func (r *Run) explain(err error, plain bool) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && plain:
		return errors.New("ends in the middle of a line")
	case errors.Is(err, io.ErrUnexpectedEOF) && r.Live:
		return errors.New("is still being written")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("ends in the middle of a frame, as after a kill of the bench")
	}
	return fmt.Errorf("is damaged (%w)", err)
}

// lines unpacks a run file line by line, within bounds.
type lines struct {
	dec  *zstd.Decoder // nil of a file of plain lines
	in   *bufio.Reader
	long []byte // a line longer than in's buffer
	left int64  // bytes it may unpack to
}

func newLines(file io.Reader, size int64) (*lines, error) {
	packed := bufio.NewReaderSize(file, 64<<10)
	if first, _ := packed.Peek(1); len(first) > 0 && first[0] == '{' { // an excerpt, or what zstdcat made of a run file
		return &lines{in: packed, left: minBound + size}, nil
	}
	dec, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNotRunFile, err)
	}
	return &lines{dec: dec, in: bufio.NewReaderSize(dec, 64<<10), left: minBound + maxRatio*size}, nil
}

func (l *lines) close() {
	if l.dec != nil {
		l.dec.Close()
	}
}

// next returns the next whole line, valid until the next call; io.EOF at a clean end.
func (l *lines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		l.long = append(l.long[:0], line...)
		for err == bufio.ErrBufferFull && len(l.long) <= maxLine {
			line, err = l.in.ReadSlice('\n')
			l.long = append(l.long, line...)
		}
		line = l.long
	}
	l.left -= int64(len(line))
	switch {
	case len(line) > maxLine:
		return nil, fmt.Errorf("a line is longer than %d MiB", maxLine>>20)
	case l.left < 0:
		return nil, fmt.Errorf("it unpacks to more than %d times its size", maxRatio)
	case err == io.EOF && len(line) > 0:
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	return line[:len(line)-1], nil
}

func (l *lines) header() (Header, error) {
	line, err := l.next()
	switch {
	case err == io.EOF:
		return Header{}, fmt.Errorf("%w: it is empty", ErrNotRunFile)
	case err != nil:
		return Header{}, fmt.Errorf("%w (%w)", ErrNotRunFile, err)
	}
	return parseHeader(line)
}
