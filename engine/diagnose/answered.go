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
		if f.inRound(v) {
			return v.cutInRound()
		}
		return v.cut()
	}
	switch {
	case f.twice[v.ID].seq != 0:
		return ruling{rule: AnsweredTwice, conf: Proven, level: trace.Warn, why: "a second result was thrown away", tail: ", which answered it twice", remedy: remedies[AnsweredTwice], seqs: []uint64{f.twice[v.ID].seq}}
	case v.Unanswered:
		return f.late(v, now, seen)
	case f.untaken(v):
		return f.unhandled(v)
	case v.By == trace.ByGate:
		return v.answeredInTheGate()
	case v.Status == msg.Error:
		return f.answeredError(v, now, seen)
	}
	return ruling{rule: AnsweredOK, conf: Proven, level: trace.Info, tail: v.answeredAfter(""), remedy: "Nothing."}
}

// answeredAfter ends a sentence about who waited for the command: with what was done in the gate, if that took most of the time.
func (v *view) answeredAfter(how string) string {
	who, inPlace := v.Answerer()
	switch {
	case inPlace || v.By == trace.ByInject:
		who = ", which " + who + " answered"
	case mostOf(v.HeldNS, v.LatencyNS):
		return ", which " + v.keeper() + " for " + span(v.HeldNS)
	default:
		who = ", which answered"
	}
	return who + how + " after " + span(v.LatencyNS)
}

// answeredError judges an answer that says that the receiver could not do what it was asked, perhaps since another could not.
func (f *Fold) answeredError(v *view, now trace.Snapshot, seen []uint64) ruling {
	r := ruling{rule: AnsweredError, conf: Proven, level: trace.Warn, tail: v.answeredAfter(" with ERROR"),
		remedy: "Read the answer: it says what the receiver could not do."}
	var end *ruling
	if r.why, r.chain, end = f.refusedBefore(v, now, seen); end != nil {
		r.seqs, r.remedy, r.where, r.is = []uint64{r.chain[0].SentSeq}, lookFirst(r.chain, end), end.where, end.is
	} else if v.NowhereSeq != 0 {
		r.seqs, r.remedy = []uint64{v.NowhereSeq}, "Connect "+v.Nowhere.String()+" in [[graph.connections]], or read the answer: it says what the receiver could not do."
	}
	return r
}

// refusedBefore says that something that was sent for the command came back with ERROR, or went nowhere; "" if nothing did.
func (f *Fold) refusedBefore(v *view, now trace.Snapshot, seen []uint64) (text string, chain []Link, end *ruling) {
	switch {
	case v.FailedChild != 0:
		chain, text, end = f.chainOf([]uint64{v.FailedChild}, now, seen)
		return "before that it had got an ERROR for " + text, chain, end
	case v.NowhereSeq != 0:
		return fmt.Sprintf("before that it had sent %s, which the graph connects to nothing", v.Nowhere), nil, nil
	}
	return "", nil, nil
}

// judgeRefused judges a command that the engine answered in place of its receiver.
func (f *Fold) judgeRefused(v *view) ruling {
	detail := strings.TrimSuffix(oneLine(f.details[v.ID]), ".")
	switch {
	case v.To == 0:
		why := orElse(detail, "the graph has no such destination")
		if v.Sought != "" {
			why = "there is no " + v.Sought
		}
		return ruling{rule: NoRoute, conf: Proven, level: trace.Error, why: why, tail: ", which there is not", so: "The engine answered it at once with an ERROR.",
			remedy: "Connect the message in [[graph.connections]], or name a destination that exists.", is: placeSent}
	case strings.Contains(detail, "was restarted") && v.Handled != 0 && v.Handled < v.Done:
		return ruling{rule: Restarted, conf: Proven, level: trace.Warn, why: v.returned() + ", and the restart ended it", tail: ", which was restarted meanwhile",
			so: "The sender got an ERROR.", remedy: "Send it again; answer what waits for an answer in on_stop."}
	case strings.Contains(detail, "was restarted"):
		return ruling{rule: Restarted, conf: Proven, level: trace.Warn, why: "its handler was still at work when the restart ended it", tail: ", which was restarted meanwhile",
			so: "The sender got an ERROR.", remedy: "Send it again; raise [bench] drain if handlers need longer to end."}
	case v.to.dead.seq != 0 && v.to.dead.at <= v.Done:
		return v.hostDead()
	case v.to.failure.seq != 0 && v.to.failure.at <= v.Done:
		return v.failed()
	case strings.HasPrefix(detail, v.To.String()+" failed"):
		return v.failedBefore(detail)
	case f.heldToTheEnd(&v.Command):
		return v.held()
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

// quote adds what an answer with ERROR says.
func (v *view) quote(r *ruling, events Events) {
	if r.rule != AnsweredError && (r.rule != AnsweredLate || v.Status != msg.Error) {
		return
	}
	if said := v.said(events); said != "" && r.why == "" {
		r.why = "it says “" + said + "”"
	} else if said != "" {
		r.why = "it says “" + said + "”, and " + r.why
	}
}

// said is the text of an answer, which is its property detail; "" if it has none.
func (v *view) said(events Events) string {
	if events == nil || v.DoneSeq == 0 {
		return ""
	}
	e, ok := events.At(v.DoneSeq)
	if !ok || e.ID != v.ID || len(e.Property) > maxLooked {
		return ""
	}
	props, err := msg.ParseJSON(e.Property)
	if err != nil || props.Object() == nil {
		return ""
	}
	detail, _ := props.Object().Lookup("detail")
	text, _ := detail.Str()
	return clip(oneLine(text))
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
