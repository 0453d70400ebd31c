package diagnose

import (
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// gate tells what the gate has to do with a command: what is held or was dropped there is a problem of its own, and not the receiver's.
type gate int

const (
	passed gate = iota
	heldThere
	behindHeld // its handler waits for nothing but what is held there
	droppedThere
	gates
)

// suffixes of the keys of problems that the gate made.
var suffixes = [gates]string{"", "/held", "/behind-held", "/dropped"}

// yours reports that the person keeps a command from its answer: nobody is to blame.
func (k gate) yours() bool { return k == heldThere || k == behindHeld }

// gateOf tells what the gate has to do with a command, as it stands, or stood when it was ended in place of an answer.
func (f *Fold) gateOf(c *trace.Command) gate {
	switch {
	case c.Dropped:
		return droppedThere
	case f.heldToTheEnd(c):
		return heldThere
	case c.Finished && !onlyEnded(c):
	case f.held(c):
		return heldThere
	case f.behindHeld(c, maxChain):
		return behindHeld
	}
	return passed
}

// stillHeld begins what the engine says of a command that the gate still held when nobody could get it any more.
const stillHeld = "it was held in the gate"

func (f *Fold) heldToTheEnd(c *trace.Command) bool {
	return c.Finished && c.By == trace.ByEngine && strings.HasPrefix(f.details[c.ID], stillHeld)
}

func (f *Fold) held(c *trace.Command) bool {
	return c.Held || c.Finished && f.owes(c).debtor == trace.DebtorHeld
}

// behindHeld follows what a command waits for. One that waits for something else besides has that to blame.
func (f *Fold) behindHeld(c *trace.Command, far int) bool {
	o := f.owes(c)
	if o.debtor != trace.DebtorChild || len(o.waits) == 0 || far == 0 {
		return false
	}
	return !slices.ContainsFunc(o.waits, func(id uint64) bool {
		child := f.commands.Command(id)
		return child == nil || child.Dropped || !f.held(child) && !f.behindHeld(child, far-1)
	})
}

// lateByGate reports that all these commands were answered, and that the gate had kept each of them from it.
func (f *Fold) lateByGate(of []*finding) bool {
	return !slices.ContainsFunc(of, func(p *finding) bool { return !f.keptByGate(f.commands.Command(p.ID), maxChain) })
}

// keptByGate reports that a command was answered, and that for most of the time it, or what it waited for, was in the gate.
func (f *Fold) keptByGate(c *trace.Command, far int) bool {
	if !c.Answered() || far == 0 {
		return false
	}
	return mostOf(c.HeldNS, c.LatencyNS) || mostOf(c.WaitedNS, c.LatencyNS) && f.keptByGate(f.commands.Command(c.LongestChild), far-1)
}

// keeper says who kept the command in the gate, as the beginning of a sentence.
func (v *view) keeper() string {
	rule := v.Command.Rule.String()
	switch {
	case rule == "":
		return "you held"
	case v.delayed():
		return "the rule " + rule + " of the gate delayed"
	}
	return "the rule " + rule + " of the gate held"
}

// keptOnPurpose is the remedy of what is late since it was kept in the gate.
func (v *view) keptOnPurpose() string {
	if v.delayed() {
		return "Nothing: that is what the rule is for."
	}
	return "Nothing: you held it."
}

// waitsForYou judges what was sent to the bench. When the stop or a death has ended the wait, nobody owes an answer any more.
func (v *view) waitsForYou() ruling {
	r := ruling{rule: WaitsForYou, conf: Proven, why: "it waits for an answer by hand", tail: ", which nobody has answered by hand",
		so: "The bench is the peer of what was opened alone.", remedy: "{answer}."}
	if v.Finished {
		r.why, r.remedy = "it waited for an answer by hand", "Have it sent again, and answer it sooner."
	}
	return r
}

// symBench is the peer of a package that was opened alone.
var symBench = trace.Intern(msg.BenchName)

// held judges a command that the gate keeps back.
func (v *view) held() ruling {
	done, so := "held", "It goes on when you let it go."
	if v.delayed() {
		done, so = "delayed", "It goes on by itself when that time is over, or when you let it go."
	}
	by, when := "", " when "+v.receiver()+" stopped"
	if v.Command.Rule != 0 {
		by, when = ", by the rule "+v.Command.Rule.String(), ","+when
	}
	r := ruling{rule: Held, conf: Observed, why: "it is " + done + " in the gate" + by, tail: ", which is " + done + " in the gate", so: so, remedy: "{let_go}."}
	if v.Finished {
		r.why, r.so, r.remedy = "it was still "+done+" in the gate"+by+when, "", "Let it go before the graph stops."
	}
	return r
}

// keeps begins a sentence about what is held.
func (v *view) keeps() string {
	switch {
	case v.delayed() && v.Finished:
		return "you delayed to the end"
	case v.delayed():
		return "you delay"
	case v.Finished:
		return "you held to the end"
	}
	return "you hold"
}

// delayed reports that the rule that keeps the command lets it go by itself.
func (v *view) delayed() bool {
	return strings.HasPrefix(v.Command.Rule.String(), trace.GateDelay.String())
}

// dropped judges a command that the gate threw away.
func (v *view) dropped() ruling {
	r := ruling{rule: DroppedByRule, conf: Proven, why: "it was dropped on its way, by hand", tail: ", which was dropped on its way", so: "Its receiver never saw it.",
		remedy: "Send it again.", hopeless: v.named()}
	if v.Command.Rule != 0 {
		r.why = "it was dropped on its way, by the rule " + v.Command.Rule.String() + " of the gate"
		r.remedy = "{switch_off} and send it again."
	}
	return r
}

// answeredInTheGate judges a command that never came to its receiver: a rule, or a person, answered it.
func (v *view) answeredInTheGate() ruling {
	r := ruling{rule: AnsweredOK, conf: Proven, level: trace.Info, tail: v.answeredAfter(" in its place"), remedy: "Nothing."}
	if v.Status == msg.Error {
		r.tail = v.answeredAfter(" in its place with ERROR")
		r.rule, r.level, r.remedy = AnsweredError, trace.Warn, "Nothing, if it was meant to fail: its receiver never saw it."
	}
	return r
}
