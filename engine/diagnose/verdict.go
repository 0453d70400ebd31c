package diagnose

import (
	"cmp"
	"fmt"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Verdict says of one command why it has no answer, or what became of it. As a Problem it is about that command alone.
type Verdict struct {
	Problem
	So        string      `json:"so,omitempty"`       // what follows from it
	PlaceIs   string      `json:"place_is,omitempty"` // what File and Line are, as far as anybody can say
	Outcome   Outcome     `json:"outcome,omitempty"`
	AgeNS     int64       `json:"age_ns,omitempty"` // how long it is, or was, open
	Path      []Step      `json:"path,omitempty"`
	Chain     []Link      `json:"chain,omitempty"` // what it waits for, and what that waits for, to the end
	Stack     string      `json:"stack,omitempty"` // of what keeps it waiting
	Different *Difference `json:"different,omitempty"`
	TooFew    string      `json:"-"`              // why nothing is compared yet, if that is so
	Like      uint64      `json:"like,omitempty"` // the newest command of its name that the same receiver answered in time
}

// Outcome is how a command stands.
type Outcome string

// The outcomes. What stop, the path timeout or answer_lost answered in place of the receiver is unanswered all the same.
const (
	Open      Outcome = "open"
	Silent    Outcome = "unanswered"
	Answered  Outcome = "answered"
	Refused   Outcome = "refused"
	CutShort  Outcome = "cut"
	WithError Outcome = "error"
)

// Link is one command of a chain of waits.
type Link struct {
	ID         uint64     `json:"id"`
	Name       string     `json:"name"`
	From       string     `json:"from"`
	To         string     `json:"to"`
	Rule       string     `json:"rule"`
	Confidence Confidence `json:"confidence"`
	Text       string     `json:"text"`
	SentSeq    uint64     `json:"sent_seq,omitempty"`
}

// Events finds events by their seq: a trace.Log does.
type Events interface {
	At(seq uint64) (trace.Event, bool)
}

// view is a command as it stood at the moment that is judged: the present, the answer, or just before the stop.
type view struct {
	trace.Command
	p        *finding // nil if it is no problem
	to       *world   // the receiver
	now      int64    // the moment
	open     bool     // nobody who should have had answered it
	owed     owing
	position int // in the mailbox, from 1; 0: unknown

	sender string // what became of its sender, if that ended it
	alone  bool   // its receiver was stopped while its sender ran on, as when it goes from the graph
	mates  string // who else ran in the process of its receiver, which has ended: the end of a sentence
	died   bool   // the process of its receiver ended with that of its sender
}

// Verdict returns what is to be said of a command at a moment, as for Problems; false if nothing is known of it. events may be
// nil: then it says nothing of what only the events themselves tell.
func (f *Fold) Verdict(id uint64, now trace.Snapshot, events Events) (Verdict, bool) {
	v, ok := f.view(id, now)
	if !ok {
		return Verdict{}, false
	}
	r := f.judge(&v, now)
	f.place(&v, &r, events)
	v.quote(&r, events)
	out := Verdict{Problem: Problem{ID: id, Name: v.Name.String(), From: v.From.String(), To: v.To.String(), Extension: v.To.String(),
		Graph: v.Graph.String(), Since: v.Sent, Count: 1, Level: r.level.String()}}
	if v.p != nil {
		out.Problem = v.p.copy()
	}
	out.IDs, out.Count, out.Last = []uint64{id}, 1, v.now
	out.Outcome, out.AgeNS = v.outcome(), v.now-v.Sent
	f.say(&out.Problem, &v, &r, fmt.Sprintf("%s #%d from %s", out.Name, id, out.From))
	yours := r.rule == Held || r.rule == AnsweredLate && f.keptByGate(&v.Command, maxChain) || v.open && f.gateOf(&v.Command).yours()
	if yours {
		out.Level = trace.Info.String() // a person does that, and nobody is to blame
	} else if r.rule == WaitsForYou {
		out.Level = trace.Warn.String()
	}
	for _, seq := range append(r.seqs, v.seqs()...) {
		out.see(seq)
	}
	out.So, out.Stack, out.PlaceIs = r.so, r.stack, f.locate(&out.Problem, &v, &r)
	if v.p != nil && v.p.Renewed {
		out.Ended, out.So = true, strings.TrimSpace(out.So+" "+v.To.String()+" was started anew since.")
	}
	out.Chain = r.chain
	out.Path = f.path(&v, &r, events)
	out.Like = f.answeredLike(&v)
	if v.blamed() && !yours && r.rule != DroppedByRule {
		out.Different, out.TooFew = f.different(&v, &r, events)
	}
	return out, true
}

// outcome says how the command stands.
func (v *view) outcome() Outcome {
	switch {
	case !v.Finished && v.Unanswered, v.Finished && v.open:
		return Silent
	case !v.Finished:
		return Open
	case v.By == trace.ByStop:
		return CutShort
	case v.By == trace.ByEngine, v.By == trace.ByTimeout:
		return Refused
	case v.Status == msg.Error:
		return WithError
	}
	return Answered
}

// blamed reports that something of the command's own may have brought it where it is.
func (v *view) blamed() bool {
	if v.died {
		return false
	}
	return v.open && (v.Unanswered || v.Freed || v.Finished) || v.Finished && v.Status == msg.Error && v.By != trace.ByStop
}

// view returns a command as it stood; false if nothing is known of it.
func (f *Fold) view(id uint64, now trace.Snapshot) (view, bool) {
	c, p := f.commands.Command(id), f.byID[id]
	if c == nil && p == nil {
		return view{}, false
	}
	v := view{p: p, now: max(now.Mono, f.last)}
	if c != nil {
		v.Command = *c
	} else {
		v.Command = p.command
	}
	if p != nil {
		v.fill(p)
	}
	v.to, v.mates = f.at(node{v.Graph, v.To}), f.mates(node{v.Graph, v.To})
	switch v.By {
	case trace.ByStop:
		v.sender = f.details[v.ID]
		v.died = v.sender != "" && v.to.diedAt(v.Done)
		from := f.at(node{v.Graph, v.From})
		v.alone = v.to.stopAt != 0 && v.to.stopAt <= v.Done && from.lives > 0 && (from.stopAt == 0 || from.stopAt-v.Done > atOnce) && max(v.now, f.last)-v.Done > atOnce
	case trace.ByEngine: // of two that die together either may be told first
		from := f.at(node{v.Graph, v.From})
		v.died = v.Sent < v.to.dead.at && v.to.diedAt(v.Done) && from.diedAt(v.Done) && from.dead.detail == v.to.dead.detail
	}
	v.open = !v.Finished
	if v.Finished {
		v.rewind()
	}
	v.died = v.died && !v.Freed // what was lost before died of that
	v.owed = f.owedBy(&v, now)
	if v.queue(now); v.position == 0 && v.Finished && v.By == trace.ByStop {
		v.queue(f.snap)
	}
	return v, true
}

// fill takes from a problem what the trace does not say of its command any more.
func (v *view) fill(p *finding) {
	v.ID, v.Unanswered = p.ID, true
	v.Name, v.From, v.To = cmp.Or(v.Name, trace.Intern(p.Name)), cmp.Or(v.From, trace.Intern(p.From)), cmp.Or(v.To, trace.Intern(cmp.Or(p.To, p.Extension)))
	v.Graph = cmp.Or(v.Graph, trace.Intern(p.Graph))
	if v.SentSeq == 0 {
		v.Sent = p.Since
	}
	if p.key.rule == symUnanswered && p.lint.Rule == symLost && v.FreedAt == 0 {
		v.Freed, v.FreedAt = true, p.lint.Mono
	}
}

// rewind takes a finished command back to the moment that is judged, if it was ended instead of answered.
func (v *view) rewind() {
	v.now = v.Done
	if !onlyEnded(&v.Command) {
		return
	}
	v.open = v.Unanswered || v.By == trace.ByLost
	end := v.Done
	if at := v.to.stopAt; v.By == trace.ByStop && at > v.Sent && at < end {
		end = at
	}
	if v.Handled > end {
		v.Handled, v.HandledSeq = 0, 0
	}
	if v.Delivered > end {
		v.Delivered, v.DeliveredSeq = 0, 0
	}
	if v.FreedAt > end {
		v.Freed, v.FreedAt, v.FreedSeq = false, 0, 0
	}
	v.open = v.open || v.Freed // lost is lost, however young
}

// owedBy returns who owed the answer at the moment that is judged.
func (f *Fold) owedBy(v *view, now trace.Snapshot) owing {
	if !v.Finished && now.Mono >= f.last {
		if o := pathOwing(now, v.ID); o.debtor != trace.DebtorNone {
			return o
		}
	}
	o := f.owes(&v.Command)
	if o.debtor == trace.DebtorNone && v.p != nil {
		o = owing{debtor: v.p.lint.Debtor}
	}
	return o
}

// owes returns who owes the answer to a command by what the trace says, or owed it when its final result came. The stop ends children
// and parents in any order: of what it ended, the last snapshot before it says who did.
func (f *Fold) owes(c *trace.Command) owing {
	if !c.Finished {
		return owing{c.Debtor, c.WaitsOn}
	}
	if c.By == trace.ByStop {
		if p := f.byID[c.ID]; p != nil && p.snapshot.debtor != trace.DebtorNone {
			return p.snapshot
		}
		if f.snap.Mono <= c.Done {
			if o := pathOwing(f.snap, c.ID); o.debtor != trace.DebtorNone {
				return o
			}
		}
	}
	return owing{c.Owed, c.OwedTo}
}

// queue notes the command's place in the mailbox.
func (v *view) queue(now trace.Snapshot) {
	for i := range now.Paths {
		if now.Paths[i].ID == v.ID {
			v.position = now.Paths[i].Queue
		}
	}
}

func pathOwing(s trace.Snapshot, id uint64) owing {
	for i := range s.Paths {
		if s.Paths[i].ID == id {
			return owingOf(&s.Paths[i])
		}
	}
	return owing{}
}

// seqs are the events on the command's own way.
func (v *view) seqs() []uint64 {
	return []uint64{v.SentSeq, v.DeliveredSeq, v.HandledSeq, v.FreedSeq, v.DoneSeq}
}

// named is what a sentence calls the command.
func (v *view) named() string { return fmt.Sprintf("%s #%d", v.Name, v.ID) }

// what is named, with whom it goes to.
func (v *view) what() string { return v.named() + " to " + v.receiver() }

func (v *view) receiver() string { return cmp.Or(v.To.String(), v.Sought, "the runtime") }
