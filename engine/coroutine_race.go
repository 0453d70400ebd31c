//go:build race

package engine

import "runtime"

// coroutine is the same with a goroutine: the race detector keeps 20 KB of each coroutine that has ended, for ever.
func coroutine(body func(yield func(struct{}) bool)) (resume func() (struct{}, bool)) {
	in, out := make(chan struct{}), make(chan bool)
	begun, over, exited := false, false, true
	run := func() {
		defer close(out)
		body(func(struct{}) bool { out <- true; <-in; return true })
		exited = false
	}
	return func() (_ struct{}, more bool) {
		switch {
		case over:
			return struct{}{}, false
		case begun:
			in <- struct{}{}
		default:
			begun = true
			go run()
		}
		if more = <-out; more {
			return struct{}{}, true
		}
		if over = true; exited {
			runtime.Goexit()
		}
		return struct{}{}, false
	}
}
