// Package trace is the one log of all that happens, and its many readers.
//
// Order. Each Writer stamps the monotonic clock. A drainer takes the writers' chunks every 10 ms, holds the newest 5 ms back,
// merges by time and assigns a dense Seq. Readers therefore see one total order, at most 50 ms late. Flush waits for all that
// was emitted before it.
//
// Backpressure. Emitting never waits. Memory is bounded by bytes: expendable events (data, frames, debug logs) go first, then
// the oldest protected ones (lifecycle, commands, results, errors, lints). What is missing where a reader stands is a Gap
// event with the count.
//
// Readers pull. A Reader is a cursor; a slow one misses events (and is told how many), it never slows a writer.
package trace
