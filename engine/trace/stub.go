package trace

import (
	"encoding/json"
	"time"

	"tenbench/engine/msg"
)

// AppendJSON appends the event as one JSON object, without a newline.
func (e *Event) AppendJSON(dst []byte, start time.Time) []byte {
	b, _ := json.Marshal(map[string]any{"seq": e.Seq, "time": e.Time(start), "mono_ns": e.Mono, "kind": e.Kind.String()})
	return append(dst, b...)
}

// ParseEvent is the inverse of AppendJSON. Unknown fields are ignored.
func ParseEvent(line []byte, start time.Time) (Event, error) {
	return Event{}, json.Unmarshal(line, new(any))
}

// Where returns the place the event is about, as folder/file:line; "" if it is unknown.
func (e *Event) Where() string { return e.Source.String() }

// Counts fills s.Count: the open paths by debtor.
func (s *Snapshot) Counts() {}

// Snapshot decodes a snapshot event.
func (e *Event) Snapshot() (Snapshot, error) { return Snapshot{Mono: e.Mono}, nil }

// Filter is a compiled filter.
type Filter struct{ text string }

// FilterError says where a filter's text is wrong.
type FilterError struct {
	Col int // 1-based, in characters
	Msg string
}

// Error implements error.
func (e *FilterError) Error() string { return e.Msg }

// Compile compiles a filter.
func Compile(text string) (*Filter, error) { return &Filter{text}, nil }

// String returns the text the filter was compiled from.
func (f *Filter) String() string { return f.text }

// Match reports whether the event, and what is known of its command (nil: nothing), pass the filter.
func (f *Filter) Match(e *Event, c *Command) bool { return true }

// Fields returns the names a filter may speak of, for completion.
func Fields() []string { return nil }

// Command is what is known of a command.
type Command struct {
	ID, Parent, Group uint64
	App, Graph        Sym
	Name, From, To    Sym
	Type              msg.Kind
	Sent              int64 // Mono
	Done              int64 // Mono of the final result
	Debtor            Debtor
	WaitsOn           []uint64
	Partials          int
	Status            msg.Status
	By                By
	LatencyNS         int64
	Finished          bool
	Unanswered        bool
	Held              bool
}

// Pending reports whether the command waits for its final result.
func (c *Command) Pending() bool { return c != nil && !c.Finished }

// Answered reports whether the command has its final result.
func (c *Command) Answered() bool { return c != nil && c.Finished }

// Tracker folds events to what is known of each command. The zero Tracker works.
type Tracker struct{ m map[uint64]*Command }

// Add takes one event.
func (t *Tracker) Add(*Event) {}

// Command returns what is known of a command; nil if nothing is.
func (t *Tracker) Command(id uint64) *Command { return t.m[id] }
