package trace

import (
	"fmt"
	"unicode/utf8"
)

// Filter decides which events are shown, held, counted or waited for. It may be used by many goroutines.
//
// The language, in short:
//
//	cmd and (pending or latency > 500ms) and not to = sink and prop.city ~ "Ber"
//
// A comparison is a field, an operator and a value. Fields are those of the events' JSON (Fields lists them), with ext, latency,
// stage, queued and prop.x for extension, latency_ms, stage_ms, queued_ms and property.x. A field that an event lacks is "" or 0:
// it differs from every value, and is neither less nor greater.
//
//	=  !=        equal, exactly
//	<  <= > >=   numbers, times (ns us ms s m h; latency alone is in ms), sizes (B KB MB GB KiB MiB GiB), level and state
//	~  !~        contains, whatever the case; ~ /x/ is a regular expression
//	in           equal to one of a list: kind in (sent, result)
//	has          a list or array has the element, an object the key; a text contains
//
// The bench is ten:bench in events; with = != in, (bench), as screens draw it, and bench mean it too. By these two ext finds what the
// bench says itself as well: lints, processes, the config and faults.
//
// k:cmd n:greet f:main t:sink are short for type (or kind), name, from and to. Terms side by side are joined by and, which binds
// tighter than or; not, ! and - negate. The words cmd, data, audio, video, result and log ask for the type or kind; pending,
// answered, unanswered, held and error for what is known of the command; #17 for the message of that number. Any other word is looked for,
// whatever the case, in name, from, to, ext, detail and property. Quotes make a reserved word an ordinary one. A field and a word beside it, as in `to relay`, is
// a mistake: to:relay was meant.
//
// Words that begin with an @ are selectors: @all is everything, and where Selectors say so @focus, @marked, @shown and @held are what
// is selected, marked, shown and held there.
type Filter struct {
	text  string
	plain string
	match predicate
	asks  bool
	need  *need // nil: none is known

	hinted   *FilterError
	bare     []Word
	compared []Comparison
}

// Word is a word of a filter.
type Word struct {
	Text string
	At   int // its first byte
}

// Bare are the words without quotes that are looked for as texts, wherever they stand in a message.
func (f *Filter) Bare() []Word { return f.bare }

// Comparison is a value that a filter compares a field with.
type Comparison struct {
	Field string // its long name
	Op    string
	Value Word
}

// Compared are the comparisons of the filter, with selectors as they were written.
func (f *Filter) Compared() []Comparison { return f.compared }

// predicate is a compiled piece of a filter. c may be nil.
type predicate func(e *Event, c *Command) bool

// FilterError says what is wrong with the text of a filter, and where.
type FilterError struct {
	Col int // of the first character of the wrong token, from 1
	Msg string

	Unfinished bool // nothing is wrong so far, but more has to follow
}

// Error implements error.
func (e *FilterError) Error() string { return fmt.Sprintf("filter, column %d: %s", e.Col, e.Msg) }

// Compile compiles the text of a filter; its error is a *FilterError. The empty filter lets everything pass. Where one of the
// extensions is called bench, that word means it and not the bench; where they are not told it means both.
func Compile(text string, extensions ...string) (*Filter, error) {
	return Selectors(nil).Compile(text, extensions...)
}

// String returns the text that the filter was compiled from.
func (f *Filter) String() string { return f.text }

// Plain returns that text with other filters in place of the selectors that stand for one: it means the same wherever it is compiled.
// Selectors that decide each time anew stay words.
func (f *Filter) Plain() string { return f.plain }

// Match reports whether e passes. c is what is known of e's command, nil if nothing is.
func (f *Filter) Match(e *Event, c *Command) bool { return f.match(e, c) }

// AsksCommand reports whether what is known of the command can change what Match says. Who asks of many events need not look for their
// commands where it cannot.
func (f *Filter) AsksCommand() bool { return f.asks }

// errorAt makes the error for the token that begins at a byte of the text.
func (p *filterParser) errorAt(pos int, format string, args ...any) error {
	return &FilterError{Col: 1 + utf8.RuneCountInString(p.src[:pos]), Msg: fmt.Sprintf(format, args...)}
}
