package engine

import (
	"errors"
	"fmt"
)

// Code is TEN's error number.
type Code int

// TEN's error codes.
const (
	CodeGeneric         Code = 1
	CodeInvalidJSON     Code = 2
	CodeInvalidArgument Code = 3
	CodeInvalidType     Code = 4
	CodeInvalidGraph    Code = 5
	CodeClosed          Code = 6
	CodeNotConnected    Code = 7
	CodeTimeout         Code = 8
	CodeNotFound        Code = 100000
)

// Error is an engine error with TEN's code. errors.Is matches two Errors of one code, so that the sentinels below match every
// error of their kind.
type Error struct {
	Code Code
	Msg  string
}

func (e *Error) Error() string { return e.Msg }

// Is reports whether target is an Error with the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

func errorf(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Msg: fmt.Sprintf(format, args...)}
}

// The sentinels a caller decides by.
var (
	// ErrNotConnected: the graph has no destination for the message and none was set. The message is still the caller's.
	ErrNotConnected = &Error{CodeNotConnected, "no destination"}
	// ErrClosed: the extension has done its on_deinit; its Env does nothing any more.
	ErrClosed = &Error{CodeClosed, "ten_env is closed."}
	// ErrStopped: the wait was ended because the extension stops.
	ErrStopped = errors.New("the extension is stopping")
	// ErrOffLoop: a goroutine of the author's own used a callback's ctx. Use env.Go or env.Await, or a ctx of its own.
	ErrOffLoop = errors.New("env was used off the loop with a callback's ctx; use env.Go, env.Await or a ctx of its own")
)

// instanceError says that an extension of a graph could not be made.
type instanceError struct{ error }

func (e *instanceError) Unwrap() error { return e.error }

// The texts of results that the engine makes, as TEN words them.
const (
	detailNoDestination = "Failed to find destination."
	detailNoGraph       = "Graph not found."
	detailDeinit        = "The destination extension is in its de-initialization phase."
	detailTerminated    = "The destination extension has been terminated."
	detailTimeout       = "Path timeout."
	detailQueueFull     = "queue full"
)
