//go:build !unix

package python

import (
	"os"
	"os/signal"
)

// catch takes the signals that are a program's own, until quiet is called.
func catch() (signals <-chan os.Signal, quiet func()) {
	c := make(chan os.Signal, 8)
	signal.Notify(c, os.Interrupt)
	return c, func() { signal.Stop(c) }
}

// fromTerminal reports whether a signal has reached the program as well.
func fromTerminal(os.Signal) bool { return true }
