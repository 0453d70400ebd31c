package graph

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is one thing that is wrong in a file, at its place.
type Error struct {
	Pos     Pos
	Msg     string // what is wrong, without the place
	Value   string // the offending value, if it is not in Msg
	Near    string // the nearest valid name
	Remedy  string // what to do
	Warning bool   // it runs all the same
	Syntax  bool   // the file cannot be read on from here
}

// Error returns file:line:column, what is wrong and what would be right, on one line.
func (e *Error) Error() string {
	if where := e.Pos.String(); where != "" {
		return where + ": " + e.Text()
	}
	return e.Text()
}

// Text is Error without the place.
func (e *Error) Text() string {
	var b strings.Builder
	text := e.Msg
	if e.Near != "" || e.Remedy != "" {
		text = strings.TrimSuffix(text, ".") // TEN's sentences end here, ours go on
	}
	b.WriteString(text)
	if e.Near != "" {
		fmt.Fprintf(&b, "; did you mean %q?", e.Near)
	}
	switch {
	case e.Remedy != "" && e.Near != "":
		first, n := utf8.DecodeRuneInString(e.Remedy)
		b.WriteString(" " + string(unicode.ToUpper(first)) + e.Remedy[n:])
	case e.Remedy != "":
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}

// Errors is all that is wrong in a file and the files it imports, in the order of their places.
type Errors []*Error

// Error returns one line for each.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.As and errors.Is see each of them.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Problems lists what an error of this package or of engine/config is made of; nil for nil. An error of another kind becomes one
// Error without a place.
func Problems(err error) []Error {
	if err == nil {
		return nil
	}
	var many Errors
	if errors.As(err, &many) {
		out := make([]Error, len(many))
		for i, e := range many {
			out[i] = *e
		}
		return out
	}
	var one *Error
	if errors.As(err, &one) {
		return []Error{*one}
	}
	return []Error{{Msg: err.Error()}}
}

// Report collects what is found wrong while a file is read, so that all of it can be told at once. Of a file that cannot be read to its
// end only that is told: whatever else it seems to lack may stand behind the mistake.
type Report struct {
	list Errors
}

// Add notes one problem.
func (r *Report) Add(e *Error) { r.list = append(r.list, e) }

// Addf notes one error at a place.
func (r *Report) Addf(pos Pos, format string, args ...any) *Error {
	e := &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
	r.Add(e)
	return e
}

// Warnf notes at a place something that runs, but hardly as meant.
func (r *Report) Warnf(pos Pos, format string, args ...any) *Error {
	e := r.Addf(pos, format, args...)
	e.Warning = true
	return e
}

// Err returns the errors in the order of their places, nil if there are none. Warnings are not among them.
func (r *Report) Err() error {
	if es := r.filter(false); len(es) > 0 {
		return es
	}
	return nil
}

// Warnings returns the warnings in the order of their places.
func (r *Report) Warnings() Errors { return r.filter(true) }

func (r *Report) filter(warning bool) Errors {
	var out Errors
	told := map[Error]bool{} // a file that is imported twice says everything twice
	cut := r.unreadable()
	for _, e := range r.list {
		if e.Warning == warning && !told[*e] && (e.Syntax || !cut[e.Pos.File]) {
			told[*e] = true
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return out
}

// unreadable are the files with a syntax error.
func (r *Report) unreadable() map[string]bool {
	files := map[string]bool{}
	for _, e := range r.list {
		if e.Syntax {
			files[e.Pos.File] = true
		}
	}
	return files
}
