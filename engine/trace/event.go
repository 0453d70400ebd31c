package trace

import (
	"time"

	"tenbench/engine/msg"
)

// Kind says what happened. The names are those of `tenbench run` and of run files; they are added to, never renamed.
type Kind uint8

// The event kinds.
const (
	KindNone      Kind = iota
	Transition         // a node enters State; StageNS is the time it spent in the state it left
	Inject             // the bench is about to send; the ordinary Sent follows with the same ID
	Sent               // the call, one per path
	Routed             // conversions done
	Queued             // in the mailbox
	Delivered          // the handler begins; with Type result: the result was handed to its sender
	Handled            // the handler ended, answered or not
	Result             // a result was returned, per path; ID is the command it answers
	Dropped            // pushed out by a bound or a rule
	Held               // into the gate
	Released           // out of the gate
	Freed              // the last reference went, unanswered
	LogLine            // a log line (Log is the log itself)
	PropertySet        // a property was written
	Process            // a host process
	Config             // config applied or refused
	Fault              // a fault rule was set
	Lint               // a problem began or ended
	SnapshotTaken      // the state of all nodes and open paths, as JSON in Property
	Gap                // Count events are missing here
	kindCount
)

var kindNames = [kindCount]string{"", "transition", "inject", "sent", "routed", "queued", "delivered", "handled", "result",
	"dropped", "held", "released", "freed", "log", "property", "process", "config", "fault", "lint", "snapshot", "gap"}

// String returns the kind's name in JSON.
func (k Kind) String() string {
	if k < kindCount {
		return kindNames[k]
	}
	return "unknown"
}

// ParseKind is the inverse of Kind.String.
func ParseKind(s string) (Kind, bool) {
	for i, n := range kindNames {
		if n == s && i > 0 {
			return Kind(i), true
		}
	}
	return KindNone, false
}

// State is where a node stands in its lifecycle.
type State uint8

// The states of a node, in order.
const (
	StateNone State = iota
	Created
	Configure
	Init
	Start
	Running
	Stop
	Deinit
	Ended
	Failed
	stateCount
)

var stateNames = [stateCount]string{"", "created", "configure", "init", "start", "running", "stop", "deinit", "ended", "failed"}

// String returns the state's name in JSON.
func (s State) String() string {
	if s < stateCount {
		return stateNames[s]
	}
	return "unknown"
}

// ParseState is the inverse of State.String.
func ParseState(s string) (State, bool) {
	for i, n := range stateNames {
		if n == s && i > 0 {
			return State(i), true
		}
	}
	return StateNone, false
}

// Debtor is who owes the answer of an open path right now.
type Debtor uint8

// The debtors.
const (
	DebtorNone    Debtor = iota
	DebtorGraph          // being routed
	DebtorQueue          // in the receiver's mailbox
	DebtorHandler        // the receiver's handler runs
	DebtorChild          // the receiver waits for commands it sent: WaitsOn
	DebtorKept           // the handler ended without an answer; the command may still be alive
	DebtorHeld           // in the gate
	DebtorHost           // handed to a host process that has not begun it
	DebtorEngine         // a command to the engine itself
	DebtorNobody         // proven: nothing can answer it any more
	debtorCount
)

var debtorNames = [debtorCount]string{"", "graph", "queue", "handler", "child", "kept", "held", "host", "engine", "nobody"}

// String returns the debtor's name in JSON.
func (d Debtor) String() string {
	if d < debtorCount {
		return debtorNames[d]
	}
	return "unknown"
}

// ParseDebtor is the inverse of Debtor.String.
func ParseDebtor(s string) (Debtor, bool) {
	for i, n := range debtorNames {
		if n == s && i > 0 {
			return Debtor(i), true
		}
	}
	return DebtorNone, false
}

// By says who made a result.
type By uint8

// The makers of results.
const (
	ByNone By = iota
	ByHandler
	ByRelay
	ByEngine
	ByTimeout
	ByStop
	ByLost
	ByGate
	ByInject
	byCount
)

var byNames = [byCount]string{"", "handler", "relay", "engine", "timeout", "stop", "lost", "gate", "inject"}

// String returns the maker's name in JSON.
func (b By) String() string {
	if b < byCount {
		return byNames[b]
	}
	return "unknown"
}

// ParseBy is the inverse of By.String.
func ParseBy(s string) (By, bool) {
	for i, n := range byNames {
		if n == s && i > 0 {
			return By(i), true
		}
	}
	return ByNone, false
}

// Level is the severity of a log line or a lint.
type Level uint8

// The levels of TEN.
const (
	LevelNone Level = iota
	Debug
	Info
	Warn
	Error
	levelCount
)

var levelNames = [levelCount]string{"", "debug", "info", "warn", "error"}

// String returns the level's name in JSON.
func (l Level) String() string {
	if l < levelCount {
		return levelNames[l]
	}
	return "unknown"
}

// ParseLevel is the inverse of Level.String.
func ParseLevel(s string) (Level, bool) {
	for i, n := range levelNames {
		if n == s && i > 0 {
			return Level(i), true
		}
	}
	return LevelNone, false
}

// Event is one thing that happened. Only the fields that apply to its kind are set; the zero value of a field means
// "absent", except Status and Final, which apply to results alone.
//
// An Event that a Reader returned shares its byte slices with the log: read them, do not write.
type Event struct {
	Seq  uint64 // dense, from 1, in the order of time; assigned by the log
	Mono int64  // nanoseconds since the log began
	Kind Kind

	Type         msg.Kind // of a message
	Status       msg.Status
	Final        bool
	By           By
	State        State
	Level        Level
	Debtor       Debtor
	ParentDebtor Debtor // of Parent, changed by this event

	App       Sym
	Graph     Sym
	Extension Sym // whose event it is: the receiver for delivered, handled and result, the sender for sent
	Name      Sym // of a message, a property, a stage
	From      Sym
	To        Sym
	Rule      Sym
	Source    Sym     // file:line, where PC is not known
	PC        uintptr // of the running binary; Where resolves it

	ID        uint64
	Parent    uint64
	Group     uint64 // of a command with several destinations: the ID of its first path
	WaitsOn   []uint64
	StageNS   int64
	LatencyNS int64
	QueuedNS  int64 // on delivered: the time it waited in the mailbox; on a transition: for how long of StageNS the callback waited for its loop, if long
	Bytes     int64 // size of the properties and the buffer
	Count     uint64
	Build     uint64

	Detail   string
	Property []byte // canonical JSON
	BufLen   int64
	BufHead  []byte // at most the first 4 KiB
}

// DetailCut is the detail of the result by which the stop ends a command that was too young to count as unanswered.
const DetailCut = "cut"

// Time returns the wall-clock time of the event in a log that began at start.
func (e *Event) Time(start time.Time) time.Time { return start.Add(time.Duration(e.Mono)) }

// LineOf returns the level of the line that the event is among the logs, LevelNone if it is none: what extensions log is, and what
// the bench notices besides.
func LineOf(e *Event) Level {
	switch e.Kind {
	case LogLine, Lint:
		return e.Level
	case Process, Config, Fault:
		return max(e.Level, Info)
	case Transition:
		if e.State == Failed {
			return Error
		}
	}
	return LevelNone
}

// Snapshot is the state of every node and every open path at one instant.
type Snapshot struct {
	Mono  int64          `json:"-"`
	Nodes []NodeState    `json:"nodes"`
	Paths []OpenPath     `json:"paths"`
	Count map[string]int `json:"-"` // open paths by debtor, made by Counts
}

// NodeState is one node in a Snapshot.
type NodeState struct {
	Graph     string   `json:"graph,omitempty"`
	Extension string   `json:"extension"`
	Addon     string   `json:"addon,omitempty"`
	State     string   `json:"state"`
	SinceNS   int64    `json:"since_ns"` // how long it has been in State
	Queue     int      `json:"queue"`
	QueueMax  int      `json:"queue_max"` // the high-water mark
	Dropped   uint64   `json:"dropped,omitempty"`
	Handlers  []uint64 `json:"handlers"` // ids of the messages being handled
	Error     string   `json:"error,omitempty"`
}

// OpenPath is one unanswered command on its way to one destination.
type OpenPath struct {
	Graph   string   `json:"graph,omitempty"`
	ID      uint64   `json:"id"`
	Parent  uint64   `json:"parent,omitempty"`
	Name    string   `json:"name,omitempty"`
	From    string   `json:"from,omitempty"`
	To      string   `json:"to"`
	Debtor  string   `json:"debtor"`
	WaitsOn []uint64 `json:"waits_on,omitempty"`
	AgeNS   int64    `json:"age_ns"`
	Queue   int      `json:"queue,omitempty"`   // position in the receiver's mailbox, from 1
	Partial int      `json:"partial,omitempty"` // results so far
}
