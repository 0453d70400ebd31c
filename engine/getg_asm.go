//go:build amd64 || arm64

package engine

// getg names the running goroutine. The number is only ever compared with one that a live worker noted of itself, so that its
// reuse after the goroutine's end does no harm.
func getg() uintptr

// callerPC is where the function that calls it was called from: the author's line, when an Env method asks. It reads the word
// above the caller's frame pointer, which costs a nanosecond; runtime.Callers costs 200.
func callerPC() uintptr

// gword is the word at that offset, in bytes, in what getg points to.
func gword(offset uintptr) uintptr
