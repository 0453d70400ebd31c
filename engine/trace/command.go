package trace

import (
	"cmp"
	"slices"
	"strings"

	"tenbench/engine/msg"
)

// Command is what is known of one path of a command. A nil Command is one of which nothing is known.
type Command struct {
	ID, Parent, Group uint64
	App, Graph        Sym
	Name, From, To    Sym
	Sought            string // whom it named, as there is nobody of that name

	Sent      int64 // Mono
	Delivered int64 // Mono at which the handler began
	QueuedNS  int64 // how long it waited in the mailbox before that
	Handled   int64 // Mono at which the handler ended
	FreedAt   int64 // Mono at which the last reference went, unanswered
	Done      int64 // Mono of the final result
	LatencyNS int64 // from sent to the final result

	// The events that say so, by seq; 0 if there was none.
	SentSeq, RoutedSeq, DeliveredSeq, HandledSeq, FreedSeq, DoneSeq uint64
	PartialSeq                                                      uint64  // the newest result that is not final
	ResultPC                                                        uintptr // where its newest result was returned, partial or final
	ResultSource                                                    Sym
	TakenSeq                                                        uint64 // the final result was handed to the sender
	LogSeq                                                          uint64 // the newest log line of its handler
	LogPC                                                           uintptr
	LogSource                                                       Sym

	Debtor   Debtor // who owes the answer, while it is open
	WaitsOn  []uint64
	Owed     Debtor // who owed it when the final result came
	OwedTo   []uint64
	Partials int // results before the final one

	// Of the commands that it sent and that had their final result before its own.
	WaitedNS     int64  // how long any of them was open
	LongestChild uint64 // the one of them that was open longest
	FailedChild  uint64 // the newest of them that was answered with ERROR
	Nowhere      Sym    // the newest command that it sent and that the graph connects to nothing; the event that says so
	NowhereSeq   uint64
	longestNS    int64
	waitedUntil  int64

	Finished   bool // the final result came
	Status     msg.Status
	By         By
	Unanswered bool   // open longer than the bench thinks right, at least once
	Freed      bool   // the last reference went, unanswered
	Held       bool   // in the gate
	HeldAt     int64  // Mono when it last came there
	HeldNS     int64  // how long it was there, once it went on
	EditedSeq  uint64 // the event that says with what it went on, if that was changed meanwhile; 0 if it was not
	Dropped    bool   // lost on its way, by a rule or by hand
	Relayed    bool   // sent on: the results of what was sent in its place are its own
	Rule       Sym    // of the gate, that held, dropped or answered it last
}

// AtGate is what is known of the command of a sent event when the rules of the gate are asked; nil if nobody waits for its answer.
func AtGate(sent *Event) *Command {
	if sent.Debtor == DebtorNone {
		return nil
	}
	return &Command{ID: sent.ID, Parent: sent.Parent, Group: sent.Group, App: sent.App, Graph: sent.Graph, Name: sent.Name, From: sent.From, To: sent.To,
		Sent: sent.Mono, Debtor: DebtorGraph}
}

// Pending reports whether the command waits for its final result.
func (c *Command) Pending() bool { return c != nil && !c.Finished }

// Answered reports whether the final result came.
func (c *Command) Answered() bool { return c != nil && c.Finished }

// Answerer says who made the final result, as the subject of a sentence, and whether that was in place of the receiver, which answered
// nothing.
func (c *Command) Answerer() (who string, inPlace bool) {
	switch c.By {
	case ByRelay:
		return "an extension further on", false
	case ByEngine:
		return "the engine", true
	case ByTimeout:
		return "the path timeout", true
	case ByStop:
		return "the stop of the graph", true
	case ByLost:
		return "answer_lost", true
	case ByGate:
		switch {
		case c.HeldAt != 0: // only a person answers what is held
			return "you", true
		case c.Rule != 0:
			return "the rule " + c.Rule.String() + " of the gate", true
		}
		return "a rule of the gate", true
	case ByInject: // for the peer that the bench plays
		return "you", false
	}
	return c.To.String(), false
}

const (
	maxOpen     = 1 << 16
	maxFinished = 1 << 15
)

// Tracker folds events to what is known of each command. It knows the newest 65536 open ones and the 32768 finished last, and
// forgets the others. The zero Tracker works. It belongs to one goroutine.
type Tracker struct {
	commands map[uint64]*Command
	begun    []uint64 // ids in the order of their sent events; finished ones are removed now and then
	open     int
	newest   uint64
	finished []uint64 // a ring
	oldest   int      // of the ring
}

// Command returns what is known of a command; nil if nothing is.
func (t *Tracker) Command(id uint64) *Command {
	if id == 0 {
		return nil
	}
	return t.commands[id]
}

// Newest returns the highest id of a command so far.
func (t *Tracker) Newest() uint64 { return t.newest }

// Open calls yield for the open commands, the oldest first.
func (t *Tracker) Open(yield func(*Command) bool) {
	for _, id := range t.begun {
		if c := t.commands[id]; c.Pending() && !yield(c) {
			return
		}
	}
}

// Add takes the next event.
func (t *Tracker) Add(e *Event) {
	if e.ID == 0 && e.Kind == Sent && e.Type == msg.KindCmd {
		t.nowhere(e)
	}
	if e.ID == 0 || e.Type > msg.KindResult {
		return
	}
	if e.Parent != 0 && e.ParentDebtor != DebtorNone {
		t.parent(e)
	}
	c := t.commands[e.ID]
	if c == nil {
		if e.Kind != Sent && e.Kind != Inject || e.Type != msg.KindCmd {
			return
		}
		c = t.begin(e)
	}
	was := c.Finished
	c.add(e)
	if c.Finished && !was {
		t.finish(c, e)
	}
}

// add takes what e says of c itself.
func (c *Command) add(e *Event) {
	if e.Debtor != DebtorNone && !c.Finished {
		c.owe(e)
	}
	switch e.Kind {
	case Sent:
		c.To, c.Sent, c.SentSeq = e.To, e.Mono, e.Seq
		if e.To == 0 {
			c.Sought = strings.Clone(e.Detail)
		}
	case Routed:
		c.RoutedSeq = e.Seq
	case Delivered:
		c.delivered(e)
	case Handled:
		if e.Type == msg.KindCmd {
			c.Handled, c.HandledSeq = e.Mono, e.Seq
		}
	case Held:
		c.Held, c.HeldAt, c.Rule = true, e.Mono, e.Rule
	case Released:
		if c.Held {
			c.Held, c.HeldNS = false, c.HeldNS+e.Mono-c.HeldAt
		}
		if len(e.Property) > 0 {
			c.EditedSeq = e.Seq
		}
	case Dropped:
		c.Held, c.Dropped, c.Rule = false, true, e.Rule
	case Freed:
		c.Freed, c.FreedAt, c.FreedSeq = true, e.Mono, e.Seq
	case LogLine:
		if e.PC != 0 || e.Source != 0 {
			c.LogSeq, c.LogPC, c.LogSource = e.Seq, e.PC, e.Source
		}
	case Lint:
		c.Unanswered = c.Unanswered || e.Rule == ruleUnanswered
	case Result:
		c.result(e)
	}
}

// owe takes who owes the answer. An event that only says again that it waits for children, such as a lint, does not say for which: those
// are known from the children's own events.
func (c *Command) owe(e *Event) {
	if e.Debtor != DebtorChild || len(e.WaitsOn) > 0 {
		c.WaitsOn = slices.Clone(e.WaitsOn)
	}
	c.Debtor = e.Debtor
}

// delivered takes the beginning of the handler, or the hand-over of a result.
func (c *Command) delivered(e *Event) {
	switch {
	case e.Type == msg.KindCmd:
		c.Delivered, c.DeliveredSeq, c.QueuedNS = e.Mono, e.Seq, e.QueuedNS
	case e.Final:
		c.TakenSeq = e.Seq
	}
}

// result takes a result; what comes after the final one changes nothing.
func (c *Command) result(e *Event) {
	if !c.Finished && (e.PC != 0 || e.Source != 0) {
		c.ResultPC, c.ResultSource = e.PC, e.Source
	}
	switch {
	case c.Finished:
	case !e.Final:
		c.Partials++
		c.PartialSeq = e.Seq
	default:
		if c.Held {
			c.HeldNS += e.Mono - c.HeldAt
		}
		c.Finished, c.Status, c.By, c.Held, c.Rule = true, e.Status, e.By, false, cmp.Or(e.Rule, c.Rule)
		c.Owed, c.OwedTo = c.Debtor, c.WaitsOn
		c.Debtor, c.WaitsOn, c.DoneSeq = DebtorNone, nil, e.Seq
		c.LatencyNS = e.LatencyNS
		if c.LatencyNS == 0 {
			c.LatencyNS = e.Mono - c.Sent
		}
	}
}

// parent takes what an event of a child says of its parent: it begins to wait for the child, or no longer does.
func (t *Tracker) parent(e *Event) {
	p := t.commands[e.Parent]
	if !p.Pending() {
		return
	}
	p.Debtor = e.ParentDebtor
	p.Relayed = p.Relayed || e.Kind == Sent && e.By == ByRelay
	at := slices.Index(p.WaitsOn, e.ID)
	switch {
	case e.Kind == Sent && at < 0:
		p.WaitsOn = append(p.WaitsOn, e.ID)
	case e.Kind == Result && e.Final && at >= 0:
		p.WaitsOn = slices.Delete(p.WaitsOn, at, at+1)
	}
	if child := t.commands[e.ID]; e.Kind == Result && e.Final && child.Pending() {
		p.waited(child, e)
	}
}

// nowhere takes a command that found no destination: it has no id, and only the one for which it was sent can say anything of it.
func (t *Tracker) nowhere(e *Event) {
	if p := t.commands[e.Parent]; p.Pending() {
		p.Nowhere, p.NowhereSeq = e.Name, e.Seq
	}
}

// waited takes the final result of a command that it sent.
func (c *Command) waited(child *Command, e *Event) {
	c.WaitedNS += max(e.Mono-max(child.Sent, c.waitedUntil), 0)
	c.waitedUntil = e.Mono
	if open := e.Mono - child.Sent; open >= c.longestNS {
		c.LongestChild, c.longestNS = child.ID, open
	}
	if e.Status == msg.Error && e.By != ByStop { // which ends what is open, and is no answer
		c.FailedChild = child.ID
	}
}

func (t *Tracker) begin(e *Event) *Command {
	if t.commands == nil {
		t.commands = map[uint64]*Command{}
	}
	c := &Command{
		ID: e.ID, Parent: e.Parent, Group: e.Group, App: e.App, Graph: e.Graph,
		Name: e.Name, From: e.From, To: e.To, Sent: e.Mono, SentSeq: e.Seq, Debtor: e.Debtor,
	}
	t.commands[e.ID] = c
	t.newest = max(t.newest, e.ID)
	t.begun = append(t.begun, e.ID)
	t.open++
	for t.open > maxOpen {
		t.forgetOldest()
	}
	if len(t.begun) > 2*t.open+1024 {
		t.begun = slices.DeleteFunc(t.begun, func(id uint64) bool { return !t.commands[id].Pending() })
	}
	return c
}

// forgetOldest gives up the command that has been open longest.
func (t *Tracker) forgetOldest() {
	id := t.begun[0]
	t.begun = t.begun[1:]
	if t.commands[id].Pending() {
		delete(t.commands, id)
		t.open--
	}
}

func (t *Tracker) finish(c *Command, e *Event) {
	c.Done = e.Mono
	t.open--
	if len(t.finished) < maxFinished {
		t.finished = append(t.finished, c.ID)
		return
	}
	delete(t.commands, t.finished[t.oldest])
	t.finished[t.oldest] = c.ID
	t.oldest = (t.oldest + 1) % maxFinished
}
