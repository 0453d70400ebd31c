package guard

import (
	"os"
	"sync"
)

// Later is a Guard that begins when it is first needed: a run without a child needs none.
type Later struct {
	tty  *os.File
	fail func(error)

	once sync.Once
	g    *Guard
}

// NewLater returns a Guard that will be started with that terminal. fail hears why it could not be, if so.
func NewLater(tty *os.File, fail func(error)) *Later { return &Later{tty: tty, fail: fail} }

// Guard starts the guard, unless that was done. It is nil where there is none.
func (l *Later) Guard() *Guard {
	l.once.Do(func() {
		g, err := Start(l.tty)
		if err != nil {
			l.fail(err)
		}
		l.g = g
	})
	return l.g
}

// Env is Guard.Env.
func (l *Later) Env() string { return l.Guard().Env() }

// Add is Guard.Add.
func (l *Later) Add(pgid int) { l.Guard().Add(pgid) }

// Remove is Guard.Remove.
func (l *Later) Remove(pgid int) { l.Guard().Remove(pgid) }

// Marked is Guard.Marked.
func (l *Later) Marked(mark string) []int { return l.Guard().Marked(mark) }

// Bye ends the guard, if it was started. It is not started any more after that.
func (l *Later) Bye() error {
	l.once.Do(func() {})
	return l.g.Bye()
}
