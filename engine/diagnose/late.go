package diagnose

import (
	"fmt"
	"strings"

	"tenbench/engine/trace"
)

// remedyPace is the remedy of what was merely slow.
const remedyPace = "Nothing, if that is its pace: then raise [bench] unanswered_after; else see what its handler waits for."

// late judges an answer that came, but not in time, by what took most of the time.
func (f *Fold) late(v *view, now trace.Snapshot, seen []uint64) ruling {
	r := ruling{rule: AnsweredLate, conf: Observed, level: trace.Warn, tail: v.answeredAfter(" only"), remedy: remedyPace}
	in := v.to.inited
	switch b := v.heldLoop(); {
	case mostOf(v.HeldNS, v.LatencyNS):
		r.why, r.remedy = v.keeper()+" it for "+span(v.HeldNS)+" on its way", v.keptOnPurpose()
	case b != nil:
		r.why = fmt.Sprintf("its loop%s was held by %s for %s without waiting", v.shared(b), orElse(b.work.What, "a callback"), span(b.until-b.since))
		r.seqs, r.stack, r.where, r.is = []uint64{b.seq}, b.work.Stack, b.place, "what held the loop"
		r.remedy = b.remedy()
	case mostOf(v.WaitedNS, v.LatencyNS) && !f.wasElsewhere(v):
		f.lateForChild(v, &r, now, seen)
	case v.Sent < in.at && in.at <= v.Done && mostOf(in.at-v.Sent, v.LatencyNS) && in.ns < v.to.makeNS:
		r.why = fmt.Sprintf("it waited for %s until %s had been made, which took %s", span(in.at-v.Sent), v.To, span(v.to.makeNS))
		r.remedy = remedyMaking
	case v.Sent < in.at && in.at <= v.Done && mostOf(in.at-v.Sent, v.LatencyNS):
		r.why = fmt.Sprintf("it waited for %s until on_init of %s had ended, which took %s", span(in.at-v.Sent), v.To, span(in.ns))
		r.remedy = "Move slow work out of on_init into a task ({task}), or raise [bench] unanswered_after if this is as it should be."
		r.where, r.is = in.place.String(), "on_init, which it waited for"
	case mostOf(v.QueuedNS, v.LatencyNS):
		r.why = fmt.Sprintf("it waited in the mailbox for %s of that", span(v.QueuedNS))
		r.remedy = fmt.Sprintf("See what %s was busy with before it, or send less of that.", v.To)
	case v.Handled != 0 && v.Handled < v.Done && mostOf(v.Done-v.Handled, v.LatencyNS):
		r.why = fmt.Sprintf("its handler had returned after %s, and the result came %s later", span(v.Handled-v.Delivered), span(v.Done-v.Handled))
	case v.Delivered != 0:
		r.why = "its handler took " + span(v.Done-v.Delivered) + " of that"
		v.waitedAt(&r)
	}
	return r
}

// wasElsewhere reports that the handler was seen to wait for something else than what it had sent.
func (f *Fold) wasElsewhere(v *view) bool {
	w, like := f.handlersWork(v)
	return like == 0 && w.elsewhere()
}

// waitedAt adds where the handler was when the command counted as unanswered.
func (v *view) waitedAt(r *ruling) {
	if v.p == nil || v.p.work.Stack == "" {
		return
	}
	w, when := &v.p.work, "when it counted as unanswered"
	if v.p.unseen {
		when = "when it had run for " + span(w.SinceMS*1e6)
	}
	if line := lineIn(w.Stack); line != "" {
		r.why += ", and was at “" + line + "” " + when
	}
	r.where, r.is = placeIn(w.Stack), "where its handler was "+when
}

// mostOf reports that a part explains why the whole took so long.
func mostOf(part, whole int64) bool { return part > 0 && part*2 >= whole }

// heldLoop returns the callback that held the receiver's loop for long enough to be why the answer was late; nil if there is none.
func (v *view) heldLoop() *block {
	for _, b := range v.to.blocks {
		if held := min(b.until, v.Done) - max(b.since, v.Sent); held > 0 && held*4 >= v.LatencyNS {
			return b
		}
	}
	return nil
}

// lateForChild says that the handler was waiting for commands that it had sent, and follows the one that took longest.
func (f *Fold) lateForChild(v *view, r *ruling, now trace.Snapshot, seen []uint64) {
	chain, text, end := f.chainOf([]uint64{v.LongestChild}, now, seen)
	r.chain = chain
	who := "its handler"
	if v.Handled != 0 && v.Handled < v.Done {
		who = "it" // a task of it waited
	}
	r.why = fmt.Sprintf("for %s of that %s waited for %s", span(v.WaitedNS), who, text)
	if child := f.commands.Command(v.LongestChild); child == nil || child.LatencyNS*4 < v.WaitedNS*3 {
		r.why = fmt.Sprintf("for %s of that %s waited for commands that it had sent, longest for %s", span(v.WaitedNS), who, text)
	}
	if v.Relayed {
		r.why = "it was sent on as " + text
	}
	if end == nil {
		return
	}
	r.seqs, r.stack, r.remedy = append(end.seqs, chain[len(chain)-1].SentSeq), end.stack, lookFirst(chain, end)
	if r.where, r.is = end.where, end.is; f.keptByGate(&v.Command, maxChain) {
		r.where, r.is, r.remedy = "", "", "Nothing: what it waited for was kept in the gate."
	}
}

// lookFirst is the remedy for a command that became what it is for one that it had waited for, the first of a chain.
func lookFirst(chain []Link, end *ruling) string {
	first := &chain[0]
	switch {
	case end.rule == AnsweredOK && strings.HasPrefix(end.remedy, "Nothing"):
		return remedyPace
	case strings.HasPrefix(end.remedy, "Nothing"), len(chain) > 1: // a longer chain's has said it
		return end.remedy
	case end.rule == Cut:
		return fmt.Sprintf("Let it run longer: %s #%d was too young to be judged.", first.Name, first.ID)
	case end.rule == AnsweredError:
		return fmt.Sprintf("Look at %s #%d first: its answer says what %s could not do.", first.Name, first.ID, first.To)
	}
	return fmt.Sprintf("Look at %s #%d: %s", first.Name, first.ID, lowerFirst(end.remedy))
}
