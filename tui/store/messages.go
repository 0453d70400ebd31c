package store

import (
	"slices"
	"sort"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Bounds of the table of messages.
const (
	maxMessages = 1 << 17 // rows; the oldest go first
	maxJournal  = 1 << 14 // changes remembered for those who follow the table
	maxSteps    = 12      // events remembered per message; the newest replaces the last
	maxLogs     = 64      // log lines remembered per message
	maxOwed     = 256     // unanswered commands that Owed knows
)

// What of a flood stays apart: beyond so many rows within foldWindow, messages of one kind, name and edge share the last.
const (
	foldWindow = int64(1e9)
	ownMedia   = 1
	ownData    = 100
)

// Message is one message on its way to one destination, with what became of it. Of a command that is its answer too.
type Message struct {
	Row  uint64 // its place in the table, from 0, never reused
	ID   uint64
	Seq  uint64 // of the sent event
	Mono int64  // of the sent event

	Kind                  msg.Kind
	Graph, Name, From, To trace.Sym
	Parent, Group         uint64
	Bytes                 int64
	Count                 int // messages that share the row; 1 unless a flood was folded

	Queued    int64 // ns it waited in the mailbox
	Delivered int64 // when its handler began; 0: not yet
	Handled   int64 // when its handler ended; 0: not yet
	Done      int64 // when its final result was returned; 0: not yet
	Latency   int64
	Result    uint64 // seq of the newest result
	Partials  int
	Status    msg.Status
	By        trace.By
	Debtor    trace.Debtor
	WaitsOn   uint64 // the newest command it waits for, if Debtor is child

	Unanswered, Lost, Held, Dropped, Cut bool

	Newest uint64 // the seq of the newest event about it: tells whether a picture of it is out of date
	steps  [maxSteps]uint64
	nsteps int
}

// Pending reports whether the message is a command without its final result.
func (m *Message) Pending() bool { return m.Kind == msg.KindCmd && m.Done == 0 }

// Steps are the seqs of the events on its way, oldest first.
func (m *Message) Steps() []uint64 { return m.steps[:m.nsteps] }

// Age is how long a command has been open, or was.
func (m *Message) Age(now int64) int64 {
	if m.Done != 0 {
		return m.Latency
	}
	return max(now-m.Mono, 0)
}

// Command is what filters know of the message; nil of one that wants no answer.
func (m *Message) Command() *trace.Command {
	if m.Kind != msg.KindCmd {
		return nil
	}
	c := &trace.Command{
		ID: m.ID, Parent: m.Parent, Group: m.Group, Graph: m.Graph, Name: m.Name, From: m.From, To: m.To, Type: m.Kind,
		Sent: m.Mono, Done: m.Done, Debtor: m.Debtor, Partials: m.Partials, Status: m.Status, By: m.By,
		LatencyNS: m.Latency, Finished: m.Done != 0, Unanswered: m.Unanswered, Held: m.Held,
	}
	if m.WaitsOn != 0 {
		c.WaitsOn = []uint64{m.WaitsOn}
	}
	return c
}

// Messages folds events into rows: one per message and destination, results in the row of their command, floods of media
// in one row a second. The zero Messages is ready to use.
type Messages struct {
	rows  []Message // a ring once it is full: row r lies at r % maxMessages
	next  uint64    // the row that comes next
	total uint64    // messages, folded ones too
	byID  map[uint64]uint64
	logs  map[uint64][]uint64
	fold  map[foldKey]*fold

	owed    []uint64 // rows of commands that went unanswered, oldest first
	journal []uint64 // a ring of rows that changed, newest at changes-1
	changes uint64
}

type foldKey struct {
	kind                  msg.Kind
	graph, name, from, to trace.Sym
}

type fold struct {
	since int64 // when the window began
	own   int   // rows within it
	row   uint64
}

// Span returns the first row kept and the one after the last.
func (t *Messages) Span() (first, next uint64) { return t.next - uint64(len(t.rows)), t.next }

// Total is the number of messages so far, folded and forgotten ones too.
func (t *Messages) Total() uint64 { return t.total }

// Row returns a row, nil if it is no longer or not yet there. It changes with the next events: read it, do not keep it.
func (t *Messages) Row(row uint64) *Message {
	if first, next := t.Span(); row < first || row >= next {
		return nil
	}
	return &t.rows[row%maxMessages]
}

// Find returns the row of the message with that id, nil if there is none.
func (t *Messages) Find(id uint64) *Message {
	row, ok := t.byID[id]
	if !ok || id == 0 {
		return nil
	}
	return t.Row(row)
}

// Logs are the seqs of the log lines that belong to a message, oldest first.
func (t *Messages) Logs(id uint64) []uint64 { return t.logs[id] }

// Changes is the number of changes to the table so far.
func (t *Messages) Changes() uint64 { return t.changes }

// Changed calls f with each row that was added or changed since there had been that many changes. It returns false, and
// calls nothing, if that is too long ago: then every row may have changed.
func (t *Messages) Changed(since uint64, f func(row uint64)) bool {
	if t.changes-since > uint64(len(t.journal)) {
		return false
	}
	for ; since < t.changes; since++ {
		f(t.journal[since%maxJournal])
	}
	return true
}

// Children calls f with the messages that a command's handler sent, oldest first, up to limit.
func (t *Messages) Children(id uint64, limit int, f func(*Message)) {
	parent := t.Find(id)
	if parent == nil {
		return
	}
	const within = 1 << 12 // rows; children follow their parent closely
	for row := parent.Row + 1; limit > 0 && row < min(parent.Row+within, t.next); row++ {
		if m := t.Row(row); m.Parent == id {
			f(m)
			limit--
		}
	}
}

// Add takes in one event.
func (t *Messages) Add(e *trace.Event) {
	if e.ID == 0 {
		return
	}
	switch e.Kind {
	case trace.Sent:
		t.sent(e)
	case trace.LogLine:
		t.log(e)
	default:
		if m := t.Find(e.ID); m != nil {
			t.advance(m, e)
		}
	}
	t.parent(e)
}

func (t *Messages) sent(e *trace.Event) {
	t.total++
	if m := t.Find(e.ID); m != nil {
		t.advance(m, e)
		return
	}
	if m := t.folded(e); m != nil {
		m.Count++
		m.Bytes += e.Bytes
		t.changed(m.Row)
		return
	}
	m := t.push(e.ID)
	*m = Message{Row: m.Row, ID: e.ID, Seq: e.Seq, Mono: e.Mono, Kind: e.Type, Graph: e.Graph, Name: e.Name, From: e.From, To: e.To,
		Parent: e.Parent, Group: e.Group, Bytes: e.Bytes, Count: 1}
	t.advance(m, e)
}

func (t *Messages) advance(m *Message, e *trace.Event) {
	owed := m.Unanswered || m.Lost
	m.advance(e)
	if !owed && (m.Unanswered || m.Lost) {
		t.owe(m.Row)
	}
	t.changed(m.Row)
}

func (t *Messages) owe(row uint64) {
	if len(t.owed) == maxOwed {
		t.owed = slices.Delete(t.owed, 0, maxOwed/4)
	}
	t.owed = append(t.owed, row)
}

// Owed calls f with the newest commands that were found lost or unanswered, newest first, answered later or not.
func (t *Messages) Owed(f func(*Message) bool) {
	for _, row := range slices.Backward(t.owed) {
		if m := t.Row(row); m != nil && !f(m) {
			return
		}
	}
}

// Before returns the row that comes after all messages sent before mono.
func (t *Messages) Before(mono int64) uint64 {
	first, next := t.Span()
	n := sort.Search(int(next-first), func(i int) bool { return t.Row(first+uint64(i)).Mono >= mono })
	return first + uint64(n)
}

// folded returns the row that a message of a flood shares, nil if it gets its own.
func (t *Messages) folded(e *trace.Event) *Message {
	limit := ownData
	switch e.Type {
	case msg.KindCmd:
		return nil
	case msg.KindAudioFrame, msg.KindVideoFrame:
		limit = ownMedia
	}
	if t.fold == nil {
		t.fold = make(map[foldKey]*fold)
	}
	key := foldKey{e.Type, e.Graph, e.Name, e.From, e.To}
	f := t.fold[key]
	if f == nil {
		if len(t.fold) > 4096 {
			clear(t.fold)
		}
		f = &fold{since: e.Mono}
		t.fold[key] = f
	}
	if e.Mono-f.since >= foldWindow {
		f.since, f.own = e.Mono, 0
	}
	if f.own >= limit {
		if m := t.Row(f.row); m != nil {
			return m
		}
	}
	f.own++
	f.row = t.next
	return nil
}

// push makes the row that comes next, at the cost of the oldest when the table is full.
func (t *Messages) push(id uint64) *Message {
	if t.byID == nil {
		t.byID, t.logs = make(map[uint64]uint64), make(map[uint64][]uint64)
	}
	if len(t.rows) < maxMessages {
		t.rows = append(t.rows, Message{})
	} else {
		old := t.rows[t.next%maxMessages].ID
		delete(t.byID, old)
		delete(t.logs, old)
	}
	m := &t.rows[t.next%maxMessages]
	m.Row = t.next
	t.byID[id] = t.next
	t.next++
	return m
}

func (t *Messages) log(e *trace.Event) {
	if m := t.Find(e.ID); m != nil && len(t.logs[e.ID]) < maxLogs {
		t.logs[e.ID] = append(t.logs[e.ID], e.Seq)
		m.Newest = e.Seq
		t.changed(m.Row)
	}
}

// parent notes on the sender's own command what a message or its result changed for it.
func (t *Messages) parent(e *trace.Event) {
	if e.ParentDebtor == trace.DebtorNone || e.Parent == 0 {
		return
	}
	m := t.Find(e.Parent)
	if m == nil {
		return
	}
	m.Debtor, m.Newest = e.ParentDebtor, e.Seq
	m.WaitsOn = 0
	if e.ParentDebtor == trace.DebtorChild {
		m.WaitsOn = e.ID
	}
	t.changed(m.Row)
}

func (t *Messages) changed(row uint64) {
	if len(t.journal) < maxJournal {
		t.journal = append(t.journal, row)
	} else {
		t.journal[t.changes%maxJournal] = row
	}
	t.changes++
}

// advance moves the message one step on its way.
func (m *Message) advance(e *trace.Event) {
	m.Newest = e.Seq
	if m.nsteps < maxSteps {
		m.nsteps++
	}
	m.steps[m.nsteps-1] = e.Seq
	if e.Debtor != trace.DebtorNone {
		m.Debtor, m.WaitsOn = e.Debtor, 0
		if len(e.WaitsOn) > 0 {
			m.WaitsOn = e.WaitsOn[len(e.WaitsOn)-1]
		}
	}
	switch e.Kind {
	case trace.Delivered:
		if e.Type != msg.KindResult {
			m.Delivered, m.Queued = e.Mono, e.QueuedNS
		}
	case trace.Handled:
		if e.Type != msg.KindResult {
			m.Handled = e.Mono
		}
	case trace.Result:
		m.answer(e)
	case trace.Held:
		m.Held = true
	case trace.Released:
		m.Held = false
	case trace.Dropped:
		m.Dropped = true
	case trace.Freed:
		m.Lost = true
	case trace.Lint:
		m.lint(e)
	}
}

func (m *Message) answer(e *trace.Event) {
	m.Result, m.Status, m.By = e.Seq, e.Status, e.By
	if !e.Final {
		m.Partials++
		return
	}
	m.Done, m.Debtor, m.WaitsOn = e.Mono, trace.DebtorNone, 0
	m.Latency = e.LatencyNS
	if m.Latency == 0 {
		m.Latency = e.Mono - m.Mono
	}
	m.Cut = e.By == trace.ByStop && e.Detail == "cut"
}

// Rules of lints that a row of the table shows.
var (
	ruleUnanswered = trace.Intern("unanswered")
	ruleLost       = trace.Intern("lost")
)

func (m *Message) lint(e *trace.Event) {
	switch e.Rule {
	case ruleUnanswered:
		m.Unanswered = true
	case ruleLost:
		m.Lost = true
	}
}
