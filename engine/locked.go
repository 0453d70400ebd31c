package engine

import (
	"bytes"
	"runtime"
)

// threadLocked reports whether the running goroutine has locked its thread, with runtime.LockOSThread or in a callback from C.
// Nothing tells so but its stack trace, which takes a microsecond, and a word of the runtime's, whose place is found by experiment.
func threadLocked() bool {
	if lockWord == 0 {
		return lockedByTrace()
	}
	return gword(lockWord) != 0
}

// lockedByTrace reads it in the goroutine's stack trace.
func lockedByTrace() bool {
	var buf [64]byte
	head, _, _ := bytes.Cut(buf[:runtime.Stack(buf[:], false)], []byte("]:"))
	return bytes.Contains(head, []byte("locked to thread"))
}

// lockWord is the offset of the word that is zero in a goroutine that has not locked its thread; 0 if it was not found.
var lockWord = findLockWord()

const (
	gwords   = 48 // how much of a goroutine's descriptor is looked at; all Go versions that build this have more
	wordSize = 8
)

// findLockWord compares what getg points to before, while and after the thread is locked, twice.
func findLockWord() uintptr {
	found := make(chan uintptr)
	go func() {
		look := func() (words [gwords]uintptr) {
			for i := range words {
				words[i] = gword(uintptr(i) * wordSize)
			}
			return words
		}
		var free, held [2][gwords]uintptr
		for i := range free {
			free[i] = look()
			runtime.LockOSThread()
			held[i] = look()
			runtime.UnlockOSThread()
		}
		after := look()
		var at uintptr
		for i := range after {
			if free[0][i]|free[1][i]|after[i] != 0 || held[0][i] == 0 || held[1][i] == 0 {
				continue
			}
			if at != 0 { // two look like it
				at = 0
				break
			}
			at = uintptr(i) * wordSize
		}
		found <- at
	}()
	return <-found
}
