//go:build !amd64 && !arm64

package engine

import (
	"bytes"
	"runtime"
	"strconv"
)

// getg names the running goroutine by the number in its stack trace: slow, but right on every machine.
func getg() uintptr {
	var buf [64]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	if i := bytes.IndexByte(text, ' '); i > 0 {
		text = text[:i]
	}
	n, _ := strconv.ParseUint(string(text), 10, 64)
	return uintptr(n)
}

// callerPC is where the function that calls it was called from.
func callerPC() uintptr {
	var pc [1]uintptr
	runtime.Callers(3, pc[:])
	return pc[0]
}

// gword knows nothing here: see threadLocked.
func gword(uintptr) uintptr { return 0 }
