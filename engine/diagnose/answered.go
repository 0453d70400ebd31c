package diagnose

import (
	"fmt"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// judgeAnswered judges a command that got its final result, or was ended before it counted as unanswered.
func (f *Fold) judgeAnswered(v *view, now trace.Snapshot, seen []uint64) ruling {
	switch v.By {
	case trace.ByEngine:
		return f.judgeRefused(v)
	case trace.ByTimeout:
		return f.judgeTimeout(v, now, seen)
	case trace.ByStop:
		return v.cut()
	}
	after := span(v.LatencyNS)
	switch {
	case f.twice[v.ID].seq != 0:
		return ruling{rule: AnsweredTwice, conf: Proven, level: trace.Warn, why: "a second result was thrown away", tail: ", which answered it twice", remedy: remedies[AnsweredTwice], seqs: []uint64{f.twice[v.ID].seq}}
	case v.Unanswered:
		return v.late()
	case f.untaken(v):
		return f.unhandled(v)
	case v.By == trace.ByGate:
		return v.answeredInTheGate()
	case v.Status == msg.Error:
		return ruling{rule: AnsweredError, conf: Proven, level: trace.Warn, tail: ", which answered with ERROR after " + after, remedy: "Read the answer: it says what the receiver could not do."}
	}
	return ruling{rule: AnsweredOK, conf: Proven, level: trace.Info, tail: ", which answered after " + after, remedy: "Nothing."}
}

// late judges an answer that came, but not in time.
func (v *view) late() ruling {
	r := ruling{rule: AnsweredLate, conf: Observed, level: trace.Warn, tail: ", which answered only after " + span(v.LatencyNS),
		remedy: "Nothing, if that is its pace: then raise [bench] unanswered_after; else see what its handler waits for."}
	if v.Command.Rule != 0 {
		r.why, r.remedy = "the rule "+v.Command.Rule.String()+" of the gate held it on its way", "Nothing: you held it."
		if strings.HasPrefix(v.Command.Rule.String(), trace.GateDelay.String()) {
			r.why, r.remedy = "the rule "+v.Command.Rule.String()+" of the gate delayed it", "Nothing: that is what the rule is for."
		}
		return r
	}
	wait, ran := v.QueuedNS, int64(0)
	if v.Delivered != 0 {
		ran = v.Done - v.Delivered
	}
	for i := range v.to.blocks {
		if b := v.to.blocks[i]; b.until > v.Sent && b.since < v.Done {
			r.why = fmt.Sprintf("its loop%s was held by %s for %s without waiting", v.shared(b), orElse(b.work.What, "a callback"), span(b.until-b.since))
			r.seqs, r.stack, r.where, r.is = []uint64{b.seq}, b.work.Stack, b.place, "what held the loop"
			r.remedy = "Run what blocks with {off_loop}, off the loop."
			return r
		}
	}
	switch in := v.to.inited; {
	case v.Sent < in.at && in.at-v.Sent > v.LatencyNS/2:
		r.why = fmt.Sprintf("it waited for %s until on_init of %s had ended, which took %s", span(in.at-v.Sent), v.To, span(in.ns))
		r.remedy = "Move slow work out of on_init into a task ({task}), or raise [bench] unanswered_after if this is as it should be."
		r.where, r.is = in.place.String(), "on_init, which it waited for"
	case wait > ran:
		r.why = fmt.Sprintf("it waited in the mailbox for %s of that", span(wait))
	}
	return r
}

// heldToTheEnd begins what is said of a command that the gate still held when nobody could get it any more.
const heldToTheEnd = "it was held in the gate"

// judgeRefused judges a command that the engine answered in place of its receiver.
func (f *Fold) judgeRefused(v *view) ruling {
	detail := strings.TrimSuffix(oneLine(f.details[v.ID]), ".")
	switch {
	case v.To == 0:
		return ruling{rule: NoRoute, conf: Proven, level: trace.Error, why: orElse(detail, "the graph has no such destination"), tail: ", which is nowhere", so: "The engine answered it at once with an ERROR.",
			remedy: "Connect the message in [[graph.connections]], or name a destination that exists.", is: placeSent}
	case strings.Contains(detail, "was restarted"):
		return ruling{rule: Restarted, conf: Proven, level: trace.Warn, why: "its handler was still at work when the restart ended it", tail: ", which was restarted meanwhile",
			so: "The sender got an ERROR.", remedy: "Send it again; raise [bench] drain if handlers need longer to end."}
	case v.to.dead.seq != 0 && v.to.dead.at <= v.Done:
		return v.hostDead()
	case v.to.failure.seq != 0 && v.to.failure.at <= v.Done:
		return v.failed()
	case strings.HasPrefix(detail, v.To.String()+" failed"):
		return v.failedBefore(detail)
	case strings.HasPrefix(detail, heldToTheEnd):
		return ruling{rule: Stopped, conf: Proven, level: trace.Warn, why: "it was still held in the gate when " + v.receiver() + " stopped", tail: ", which was held in the gate to the end",
			so: "The sender got an ERROR.", remedy: "Let it go before the graph stops."}
	case strings.Contains(detail, "queue full"):
		return ruling{rule: QueueFull, conf: Proven, level: trace.Error, why: "its mailbox was full", tail: ", whose mailbox was full", so: "The sender got an ERROR.", remedy: remedies[QueueFull]}
	case strings.Contains(detail, "terminated"), strings.Contains(detail, "de-initialization"):
		return ruling{rule: Stopped, conf: Proven, level: trace.Warn, why: v.receiver() + " had stopped", tail: ", which had stopped", so: "The sender got an ERROR.", remedy: "Send it earlier, or not at all while the graph stops."}
	}
	r := ruling{rule: EngineAnswered, conf: Proven, level: trace.Info, why: detail, tail: ", which the engine answered", remedy: "Read the answer: it says why."}
	if v.Status == msg.Error {
		r.level = trace.Warn
	}
	return r
}

// judgeTimeout judges a command that its path timeout ended before it counted as unanswered.
func (f *Fold) judgeTimeout(v *view, now trace.Snapshot, seen []uint64) ruling {
	open := *v
	open.open = true
	under := f.judgeAfter(&open, now, seen)
	under.rule, under.conf, under.level = Timeout, Observed, trace.Error
	under.tail = ", which its path timeout ended after " + span(v.LatencyNS)
	under.so = "The sender got the ERROR “Path timeout.”."
	return under
}

// untaken reports that the final result was never handed to the sender, though this sender is seen to take results.
func (f *Fold) untaken(v *view) bool {
	if v.TakenSeq != 0 || v.By != trace.ByHandler || v.Group != 0 || f.last-v.Done < int64(1e9) || !f.at(node{v.Graph, v.From}).takes {
		return false
	}
	parent := f.commands.Command(v.Parent) // sent on by its receiver, whose own sender takes the result
	return parent == nil || parent.By != trace.ByRelay
}

// unhandled judges a result that nobody took.
func (f *Fold) unhandled(v *view) ruling {
	r := ruling{rule: ResultUnhandled, conf: Observed, level: trace.Warn, tail: ", whose answer was not taken", so: "The result was thrown away.",
		remedy: "Wait for the result as long as it may take, or do not ask.", is: placeSent}
	sender, parent := f.at(node{v.Graph, v.From}), f.commands.Command(v.Parent)
	switch b := sender.blocked(); {
	case b != nil:
		r.why = fmt.Sprintf("the loop of %s has been held by %s for %s", v.From, orElse(b.work.What, "a callback"), span(f.last-b.since))
		r.seqs, r.stack, r.where, r.is = []uint64{b.seq}, b.work.Stack, b.place, "what holds the loop"
	case parent != nil && parent.Handled != 0 && parent.Handled < v.Done:
		r.why = fmt.Sprintf("the handler that sent it had ended %s before", span(v.Done-parent.Handled))
	default:
		r.why = v.From.String() + " no longer waited for it"
	}
	return r
}
