package diagnose

import (
	"fmt"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Step is one step on a command's way, in this order: sent, routed, queued, handler, returned, freed, answer.
type Step struct {
	Name   string    `json:"name"`
	State  StepState `json:"state"`
	Who    string    `json:"who,omitempty"`
	Place  string    `json:"place,omitempty"` // file:line
	Detail string    `json:"detail,omitempty"`
	At     int64     `json:"after_ns"` // after it was sent
	Seq    uint64    `json:"seq,omitempty"`
}

// StepState is how far a step is.
type StepState string

// The states of a step.
const (
	StepDone    StepState = "done"
	StepWaiting StepState = "waiting" // this is where the command is
	StepWrong   StepState = "wrong"   // here it went wrong
	StepNever   StepState = "never"   // it has not come, and may never
)

// path returns the steps of a command's way as far as it came, and the answer that it owes.
func (f *Fold) path(v *view, r *ruling, events Events) []Step {
	steps := []Step{f.sentStep(v, events), v.routedStep(events)}
	if v.To == 0 {
		return append(steps, v.answerStep(events))
	}
	if v.By != trace.ByEngine || v.Delivered != 0 || v.HeldAt != 0 || v.diedUntold(r) {
		steps = append(steps, v.queuedStep(r))
	}
	if v.Delivered != 0 {
		steps = append(steps, f.handlerStep(v, r))
	}
	if v.Handled != 0 {
		steps = append(steps, v.returnedStep(r))
	}
	if v.Freed {
		steps = append(steps, Step{Name: "freed", State: StepWrong, Who: v.To.String(), Detail: "the last reference is gone", At: v.FreedAt - v.Sent, Seq: v.FreedSeq})
	}
	return append(steps, v.answerStep(events))
}

// whereOf returns the place that an event names.
func whereOf(seq uint64, events Events) string {
	if events == nil || seq == 0 {
		return ""
	}
	e, ok := events.At(seq)
	if !ok {
		return ""
	}
	return e.Where()
}

func (f *Fold) sentStep(v *view, events Events) Step {
	s := Step{Name: "sent", State: StepDone, Who: v.From.String(), Place: whereOf(v.SentSeq, events), Seq: v.SentSeq}
	if p := f.commands.Command(v.Parent); p != nil {
		s.Detail = fmt.Sprintf("for %s #%d", p.Name, p.ID)
	}
	return s
}

func (v *view) routedStep(events Events) Step {
	s := Step{Name: "routed", State: StepDone, Who: "graph", Detail: "1 destination, no conversion", Seq: v.RoutedSeq}
	switch {
	case v.To == 0:
		s.State, s.Detail = StepWrong, "there is no "+orElse(v.Sought, "such destination")
	case v.RoutedSeq != 0:
		s.Detail = "converted"
		if events == nil {
			return s
		}
		if e, ok := events.At(v.RoutedSeq); ok {
			s.Detail, s.At = "converted to "+e.Name.String(), e.Mono-v.Sent
		}
	case v.Group != 0:
		s.Detail = "one of several destinations, no conversion"
	}
	return s
}

func (v *view) queuedStep(r *ruling) Step {
	s := Step{Name: "queued", State: StepDone, Who: v.To.String()}
	switch {
	case v.Delivered != 0:
		s.Detail = "waited " + span(v.QueuedNS)
		if v.HeldNS > 0 {
			gate := "held by " + v.Rule.String() + " for " + span(v.HeldNS)
			if v.EditedSeq != 0 {
				gate += " and edited"
			}
			s.Detail = gate + ", then " + s.Detail
		}
	case r.rule == DroppedByRule:
		s.State, s.Detail = StepWrong, "dropped on its way"
	case v.By == trace.ByEngine && v.HeldAt != 0:
		s.State, s.Detail = StepWrong, "held in the gate to the end"
	case v.diedUntold(r):
		s.State, s.Detail = StepWrong, "its process ended before it told that the handler had begun"
	case v.Finished && v.By == trace.ByGate:
		who, _ := v.Answerer()
		s.State, s.Detail = StepNever, "it never came there: "+who+" answered it"
	case v.Finished:
		s.State, s.Detail = StepNever, "its handler never began, within "+span(v.LatencyNS)
	case v.Held || r.rule == Held:
		s.State, s.Detail = StepWaiting, "held in the gate"
	default:
		s.State, s.Detail = StepWaiting, "has waited for "+span(v.now-v.Sent)
		if v.position > 0 {
			s.Detail += fmt.Sprintf(", position %d", v.position)
		}
	}
	return s
}

// diedUntold reports that the receiver's process ended with the command on its way there, or already in its handler: what a process
// does in its last moment it does not tell.
func (v *view) diedUntold(r *ruling) bool {
	return r.rule == HostDead && v.By == trace.ByEngine && v.Delivered == 0 && v.Sent < v.to.dead.at
}

func (f *Fold) handlerStep(v *view, r *ruling) Step {
	s := Step{Name: "handler", State: StepDone, Who: v.To.String(), Place: f.handlerOf(v).Place, At: v.Delivered - v.Sent, Seq: v.DeliveredSeq}
	switch {
	case v.Handled != 0:
		s.Detail = "ran " + span(v.Handled-v.Delivered)
	case r.rule == ExtensionFailed && v.Finished:
		s.State, s.Detail = StepWrong, "failed after "+span(v.Done-v.Delivered)
	case r.rule == HostDead && v.Finished:
		s.State, s.Detail = StepWrong, "its process ended after "+span(v.Done-v.Delivered)
	case r.rule == LoopBlocked:
		s.State, s.Detail = StepWrong, "the loop is held"
	case r.rule == WaitsOnChild && len(r.chain) > 0:
		s.State, s.Detail = StepWaiting, fmt.Sprintf("waits for %s #%d", r.chain[0].Name, r.chain[0].ID)
	case v.open:
		s.State, s.Detail = StepWaiting, "has run for "+span(v.now-v.Delivered)
	}
	if v.Partials > 0 {
		s.Detail = join(s.Detail, plural(v.Partials, "partial"))
	}
	return s
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func (v *view) returnedStep(r *ruling) Step {
	s := Step{Name: "returned", State: StepDone, Who: v.To.String(), At: v.Handled - v.Sent, Seq: v.HandledSeq}
	switch {
	case !v.open && v.By == trace.ByRelay:
		s.Detail = "it had sent the command on"
	case !v.open && v.By != trace.ByHandler:
		s.State, s.Detail = StepWrong, "without a result"
	case !v.open && v.Finished && (v.DoneSeq < v.HandledSeq || v.Done <= v.Handled):
		s.Detail, s.At = "with a result", v.Done-v.Sent // of the two the result came first
	case !v.open:
		s.Detail = "the result came later"
	case r.rule == WaitsForYou && v.Finished:
		s.Detail = "it was kept for your answer"
	case r.rule == WaitsForYou:
		s.State, s.Detail = StepWaiting, "it is kept for your answer"
	case v.owed.debtor == trace.DebtorChild && (v.Relayed || r.rule == WaitsOnChild):
		s.State, s.Detail = StepWaiting, "its result is to come from further on"
	default:
		s.State, s.Detail = StepWrong, "no result: the answer is still owed"
		if v.Partials > 0 {
			s.Detail = "no final result: the answer is still owed"
		}
	}
	return s
}

// answerStep is the last step: who answered, or that nobody did.
func (v *view) answerStep(events Events) Step {
	s := Step{Name: "answer", State: StepNever, Who: v.From.String(), At: v.now - v.Sent, Seq: v.DoneSeq}
	switch {
	case !v.Finished:
		s.Detail = "none yet"
		if v.Freed || v.Command.Dropped {
			s.Detail = "never; TEN says “Path timeout.” minutes later"
		}
		return s
	case v.By == trace.ByStop, v.died:
		s.Detail = "none: " + v.ender() + " ended it"
		return s
	case v.By == trace.ByTimeout:
		s.State, s.Detail = StepWrong, "“Path timeout.” in place of an answer"
	case v.Status == msg.Error:
		s.State, s.Detail = StepWrong, "error"
	default:
		s.State, s.Detail = StepDone, "ok"
	}
	switch who, inPlace := v.Answerer(); {
	case v.By == trace.ByEngine && v.Status == msg.Error:
		s.State, s.Detail = StepWrong, "an ERROR from the engine, in place of one"
	case v.By == trace.ByLost, v.By == trace.ByEngine:
		s.State, s.Detail = StepWrong, who+" answered in its place"
	case inPlace && v.By == trace.ByGate:
		s.Detail += ": " + who + " answered in its place"
	}
	s.Place = whereOf(v.DoneSeq, events)
	return s
}
