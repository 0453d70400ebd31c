package diagnose

import (
	"fmt"
	"regexp"
	"strings"

	"tenbench/engine/trace"
)

// ruling is what the rules say of a command.
type ruling struct {
	rule  string
	conf  Confidence
	level trace.Level // of a command that is no problem

	why    string // the reason, as part of a sentence about the receiver: "its handler ..."
	tail   string // the same as the end of a sentence about who waits for it: ", whose handler ..."
	so     string // what follows, a sentence
	ahead  bool   // that lies ahead
	remedy string

	seqs  []uint64
	chain []Link
	stack string
	where string // the place to look at, if it is not the handler's
	is    string // what that place is

	behind   bool   // it waits for what others hold, whatever it is itself
	hopeless string // the command, itself or at the end of the chain, that nobody can answer any more
}

func (f *Fold) judge(v *view, now trace.Snapshot) ruling { return f.judgeAfter(v, now, []uint64{v.ID}) }

// judgeAfter is judge for a command that the commands seen wait for; its own id is the last of them.
func (f *Fold) judgeAfter(v *view, now trace.Snapshot, seen []uint64) ruling {
	r := f.rule(v, now, seen)
	if v.Finished && r.ahead {
		r.so = "" // it is over
	}
	v.to.speaks(r.where)
	r.remedy = f.words(v.to, r.remedy)
	return r
}

// rule goes through the rules.
func (f *Fold) rule(v *view, now trace.Snapshot, seen []uint64) ruling {
	if v.died {
		return v.hostDead()
	}
	if !v.open && (!v.Command.Dropped || !inPlace(v.By)) {
		return f.judgeAnswered(v, now, seen)
	}
	if v.Command.Dropped {
		return v.dropped()
	}
	if v.To == symBench {
		return v.waitsForYou()
	}
	if v.Freed || v.Handled != 0 && !v.Relayed {
		return f.judgeReturned(v, now, seen)
	}
	switch v.owed.debtor {
	case trace.DebtorChild:
		if w, like := f.handlersWork(v); (like == 0 || !v.to.python) && w.elsewhere() { // Python tells it of each
			return f.waitsElsewhere(v)
		}
		return f.waitsOnChild(v, now, seen)
	case trace.DebtorKept, trace.DebtorNobody:
		return f.judgeReturned(v, now, seen)
	case trace.DebtorHeld:
		return v.held()
	case trace.DebtorQueue, trace.DebtorHost:
		return f.judgeQueued(v, now, seen)
	case trace.DebtorGraph, trace.DebtorEngine:
		return ruling{rule: Unanswered, conf: Observed, why: "the engine has it", remedy: remedyUnknown}
	}
	if v.Delivered == 0 {
		return ruling{rule: Unanswered, conf: Likely, why: "nothing is known of its handler", remedy: remedyUnknown}
	}
	return f.judgeHandled(v)
}

// longAfter is from when on a command that was lost was with something else than its handler.
const longAfter = int64(50e6)

// judgeReturned judges a command whose handler ended without a final result.
func (f *Fold) judgeReturned(v *view, now trace.Snapshot, seen []uint64) ruling {
	kept := v.p != nil && v.p.kept && !v.Freed
	r := ruling{why: v.returned()}
	switch {
	case v.Freed:
		r.conf, r.so, r.hopeless = Proven, "No code can answer it any more.", v.named()
		r.why += " and nothing holds the command any more"
		if held := v.FreedAt - v.Handled; v.to.python && v.Handled != 0 && held > longAfter { // Go tells of a loss only once it collects
			r.why = fmt.Sprintf("%s, something held the command for another %s, and nothing holds the command any more", v.returned(), span(held))
		}
	case kept:
		r.conf, r.so = Observed, "Whatever holds it can still answer it."
		if v.Finished {
			r.so = "Whatever holds it comes too late now."
		}
		r.why += ", and something still holds the command"
	default:
		r.conf, r.so = Likely, "Whether something still holds the command, and can answer it, is known within two seconds."
	}
	switch {
	case v.Partials > 0:
		r.rule, r.tail = PartialOnly, fmt.Sprintf(", which sent %s but no final one", plural(v.Partials, "partial result"))
		r.remedy = "Return the last result with {final} on every way out of the handler."
	case v.Freed:
		r.rule, r.tail, r.remedy = Lost, ", which lost it", "Call {return_result} on every way out of the handler, also after an error."
		if v.to.python && v.Handled != 0 && v.FreedAt-v.Handled > longAfter {
			r.remedy = "Call {return_result} on every way out, also of what had it after the handler: a task that was cancelled, a field that was set anew."
		}
	case kept:
		r.rule, r.tail, r.remedy = Kept, ", which keeps it unanswered", "Find what keeps the command (a queue, a map, a task) and see why it does not answer."
	default:
		r.rule, r.tail = ReturnedNoResult, ", whose handler returned without a result"
		r.remedy = "Call {return_result} on every way out of the handler; if it hands the command on (a queue, a task), see why that does not answer."
	}
	if kept {
		f.taskWaits(v, &r, now, seen)
	} else if v.owed.debtor == trace.DebtorChild && !v.Freed {
		r.why += "; " + f.openBesides(v)
	}
	if before, chain, _ := f.refusedBefore(v, now, seen); before != "" && len(r.chain) == 0 {
		r.why, r.chain = r.why+"; "+before, chain
	}
	f.wentWrong(v, &r)
	return r
}

// taskWaits says where a task waits that has a kept command, as a rule: its handler has started it, or something else.
func (f *Fold) taskWaits(v *view, r *ruling, now trace.Snapshot, seen []uint64) {
	w, of := v.p.task, uint64(0)
	if w.What == "" {
		w, of = f.taskLike(v)
	}
	if w.What == "" {
		if v.owed.debtor == trace.DebtorChild {
			r.why += "; " + f.openBesides(v)
		}
		return
	}
	whose, is := w.whose(of)
	if v.owed.debtor == trace.DebtorChild && !w.elsewhere() && of == 0 { // that of another waits for another
		child := f.waitsFor(v, whose, now, seen)
		if w.Has {
			*r = child
			return
		}
		r.why, r.chain, r.seqs = child.why+"; "+r.why, child.chain, append(r.seqs, child.seqs...)
		return
	}
	if line := lineIn(w.Stack); line != "" {
		whose += " waits at “" + line + "”"
	} else if whose += " goes on"; w.Await != "" {
		whose += ", in " + w.Await
	}
	r.why = whose + "; " + r.why // what says most comes first: a list shows no more
	r.stack, r.where, r.is, r.remedy = w.Stack, placeIn(w.Stack), is, w.endIt()
	if v.owed.debtor == trace.DebtorChild {
		r.why += "; " + f.openBesides(v)
	}
}

// taskLike is the task that another command of the group has, which may tell something of this one, with that one's number. Python says of
// each task what it has, so that there only one counts that serves them all and that is still at it.
func (f *Fold) taskLike(v *view) (w work, of uint64) {
	like := f.groups[v.p.group].task
	if c := f.commands.Command(like.id); v.to.python && (!like.work.Worker || c == nil || c.Freed || c.Finished != v.Finished) {
		return work{}, 0
	}
	return like.work, like.id
}

// whose names a task that has a command, 0, or one like it, and says what the place is where it waits.
func (w *work) whose(of uint64) (whose, is string) {
	what := strings.TrimPrefix(w.What, "task ")
	switch {
	case w.Worker && of == 0:
		return "the task " + what + ", which has it,", "where the task waits that has it"
	case w.Worker:
		return fmt.Sprintf("the task %s, which has #%d,", what, of), fmt.Sprintf("where the task waits that has #%d", of)
	case of == 0:
		return "its task " + what, "where its task waits"
	}
	return fmt.Sprintf("the task %s of #%d", what, of), fmt.Sprintf("where the task of #%d waits", of)
}

// nextItem is a line of Python that takes the next one from a queue.
var nextItem = regexp.MustCompile(`^[\w, ]+ = await [\w.]*\.get\(\)$`)

// hasTimeout is a line of Python with a wait that ends by itself, as far as the line says that.
var hasTimeout = regexp.MustCompile(`\b(asyncio\.)?wait_for\(.*, *(timeout *= *)?\d[\d._]*\)|\btimeout *= *\d`)

// endIt is what to do about a wait that does not end.
func (w *work) endIt() string {
	line := lineIn(w.Stack)
	switch {
	case w.locked():
		return remedyLock
	case w.Worker && nextItem.MatchString(line):
		return "It has gone on to the next one: see the way on which it did not answer this one."
	case hasTimeout.MatchString(line):
		return "See what would end that wait; the timeout that it has is longer than it has waited."
	}
	return "See what would end that wait, and give it a timeout ({timeout})."
}

// returned says that the handler ended without a final result, and when.
func (v *view) returned() string {
	after := ""
	if v.Delivered != 0 && v.Handled != 0 {
		after = " after " + span(v.Handled-v.Delivered)
	}
	if v.Partials > 0 {
		return fmt.Sprintf("its handler returned%s with %s but no final one", after, plural(v.Partials, "partial result"))
	}
	return "its handler returned" + after + " without a result"
}

// handlersWork returns what the command's handler was at when it counted as unanswered, or else that of one like it, with its number.
func (f *Fold) handlersWork(v *view) (w work, like uint64) {
	if v.p == nil {
		return work{}, 0
	}
	if told := f.groups[v.p.group].told; v.p.work.Stack == "" && told.id != 0 {
		return told.work, told.id
	}
	return v.p.work, 0
}

// judgeHandled judges a command whose handler runs.
func (f *Fold) judgeHandled(v *view) ruling {
	if b := v.to.blockedAt(v.moment()); b != nil && v.explains(b) {
		return v.blockedBy(b)
	}
	ran := span(v.now - v.Delivered)
	r := ruling{rule: HandlerRunning, conf: Observed, why: "its handler has been running for " + ran, tail: ", whose handler has been running for " + ran,
		so: "It is answered when the handler goes on.", ahead: true}
	if v.Partials > 0 {
		r.why += ", with " + plural(v.Partials, "partial result") + " so far"
	}
	w, like := f.handlersWork(v)
	r.remedy = w.endIt()
	is, at := "where its handler waits", ""
	if line := lineIn(w.Stack); line != "" {
		at = "at “" + line + "”"
	} else if w.Await != "" {
		at = "in " + w.Await
	}
	if like != 0 {
		is = fmt.Sprintf("where the handler of #%d waits", like)
	}
	switch {
	case at == "":
	case like != 0:
		r.why += fmt.Sprintf("; that of #%d waits %s", like, at)
	default:
		r.why += ", " + at
	}
	if w.Stack != "" {
		r.stack, r.where, r.is = w.Stack, placeIn(w.Stack), is
	}
	f.wentWrongMeanwhile(v, &r)
	return r
}
