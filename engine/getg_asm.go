//go:build amd64 || arm64

package engine

// getg names the running goroutine. The number is only ever compared with one that a live worker noted of itself, so that its
// reuse after the goroutine's end does no harm.
func getg() uintptr
