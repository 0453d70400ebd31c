// Package trace is the one log of all that happens, and its many readers.
//
// Order. Each Writer stamps the monotonic clock under its own lock. A drainer takes the writers' chunks every 10 ms, holds the
// newest 5 ms back (for hosts that stamp in their own process), merges by time and assigns a dense Seq. Readers therefore see
// one total order, at most 50 ms late; events of one writer keep the order in which they were emitted, whatever their stamps.
// Flush makes readable what was emitted before it. Where the clock is too coarse to tell two writers apart (in a synctest
// bubble it stands still), a counter that all writers share makes the order instead. An event that is stamped more than 5 ms
// before it is emitted may come behind younger ones; one that is stamped ahead of the clock does not hold others up.
//
// Backpressure. Emitting never waits. Two bounds hold memory, both give up expendable events (data, frames, debug logs) first:
// what is emitted and not merged yet is a quarter of Options.Memory, at least 8 and at most 64 MiB, beyond it expendable
// events are dropped, protected ones (lifecycle, commands, results, lints and all else) never; what is kept is
// Options.Memory, beyond it the oldest expendable block is evicted, down to a sixteenth of the memory, which keeps the newest ones
// in sight of readers; then the oldest protected one. Stats counts both. Dropped
// events are a Gap event in the log; evicted ones are a Gap event with the count to each reader that had not come to them.
//
// Readers pull. A Reader is a cursor over blocks that are never written again: it takes no lock but when it changes blocks,
// its events alias their bytes, and a slow one misses events (and is told how many) but never slows a writer.
//
// Idle. With nothing to merge the drainer sleeps without a timer; the next event wakes it.
//
// Memory. Events are packed into blocks of 32 KiB without pointers, so that the garbage collector has nothing to follow.
// They are part of the Go heap: a program that keeps many should set Options.TuneGC, or as much again may lie in garbage.
//
// What the spike on order showed (BenchmarkMerge). Eight writers that emit without a pause, 2 million events of 140 bytes a
// round: no inversion in any round, so a shared atomic counter is not needed on a clock of nanoseconds. Emitting, merging and
// keeping take 160 to 280 ns of processor time an event together, which leaves room for more than 5 million a second on two
// processors; the rate itself was only seen on a machine that others kept busy, 2 million a second with half a processor's
// share, and wants a quiet one. Emitting costs the clock (30 ns there) and 25 to 50 ns more, the higher figure with 100 bytes
// of properties. A million one-way messages of three events and 100 bytes keep 175 MB of heap (BenchmarkRetain); a program that
// sent, handled and keeps them takes 200 MB of memory with TuneGC (BenchmarkKeepMillion of the engine).
package trace
