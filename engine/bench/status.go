package bench

import (
	"errors"
	"fmt"
	"strings"
)

// Status is an exit status of the program. The numbers are a contract.
type Status int

// The exit statuses.
const (
	OK              Status = 0
	CheckFailed     Status = 1 // a check failed, an answer was an ERROR, --until was not met in time
	Usage           Status = 2 // the command line is wrong, or there is no terminal for the workbench
	Invalid         Status = 3 // the config or the graph is invalid
	LifecycleFailed Status = 4 // an extension failed its lifecycle
	Unanswered      Status = 5
	Linted          Status = 6
	NotStarted      Status = 7 // the engine or a host could not start
	Interrupted     Status = 130
)

// precedence says which status wins when several apply.
var precedence = []Status{Interrupted, NotStarted, Invalid, LifecycleFailed, CheckFailed, Unanswered, Linted}

// Worst returns the status that wins among those that apply; OK if none does.
func Worst(apply ...Status) Status {
	for _, s := range precedence {
		for _, a := range apply {
			if a == s {
				return s
			}
		}
	}
	return OK
}

// Error is an error that decides the exit status.
type Error struct {
	Status Status
	Err    error // nil: everything was said already
}

func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Fail wraps err, so that the program ends with s. It returns nil for a nil error.
func Fail(s Status, err error) error {
	if err == nil {
		return nil
	}
	return &Error{s, err}
}

// Failf is Fail with a new error.
func Failf(s Status, format string, args ...any) error { return &Error{s, fmt.Errorf(format, args...)} }

// Exit returns the error that ends the program with s and says no more; nil for OK.
func Exit(s Status) error {
	if s == OK {
		return nil
	}
	return &Error{Status: s}
}

// StatusOf returns the status that err asks for. An error that asks for none is one of the command line's own, so Usage.
func StatusOf(err error) Status {
	var e *Error
	switch {
	case err == nil:
		return OK
	case errors.As(err, &e):
		return e.Status
	default:
		return Usage
	}
}

// FailOn is what --fail-on turns into an exit status.
type FailOn struct {
	Error      bool // an ERROR result or a log line of level error: CheckFailed
	Lint       bool // a lint of level warn or error: Linted
	Unanswered bool // a command that was open too long: Unanswered
}

// ParseFailOn reads the values of --fail-on: words, or several with commas between them.
func ParseFailOn(values []string) (FailOn, error) {
	var f FailOn
	var all []string
	for _, v := range values {
		all = append(all, strings.Split(v, ",")...)
	}
	for _, v := range all {
		switch strings.TrimSpace(v) {
		case "error":
			f.Error = true
		case "lint":
			f.Lint = true
		case "unanswered":
			f.Unanswered = true
		default:
			return FailOn{}, fmt.Errorf("--fail-on %q: want error, lint or unanswered", v)
		}
	}
	return f, nil
}
