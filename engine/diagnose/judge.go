package diagnose

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenbench/engine/msg"
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
	remedy string

	seqs  []uint64
	chain []Link
	stack string
	where string // the place to look at, if it is not the handler's
	is    string // what that place is

	hopeless string // the command, itself or at the end of the chain, that nobody can answer any more
}

func (f *Fold) judge(v *view, now trace.Snapshot) ruling { return f.judgeAfter(v, now, []uint64{v.ID}) }

// judgeAfter is judge for a command that the commands seen wait for; its own id is the last of them.
func (f *Fold) judgeAfter(v *view, now trace.Snapshot, seen []uint64) ruling {
	r := f.rule(v, now, seen)
	v.to.speaks(r.where)
	r.remedy = f.words(v.to, r.remedy)
	return r
}

// rule goes through the rules.
func (f *Fold) rule(v *view, now trace.Snapshot, seen []uint64) ruling {
	if v.died {
		return v.hostDead()
	}
	if !v.open {
		return f.judgeAnswered(v, now, seen)
	}
	if v.Command.Dropped {
		return v.dropped()
	}
	if v.To == symBench {
		return v.waitsForYou()
	}
	if v.Freed || v.Handled != 0 && v.owed.debtor != trace.DebtorChild {
		return f.judgeReturned(v)
	}
	switch v.owed.debtor {
	case trace.DebtorChild:
		return f.waitsOnChild(v, now, seen)
	case trace.DebtorKept, trace.DebtorNobody:
		return f.judgeReturned(v)
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

// waitsForYou judges what was sent to the bench. When the stop or a death has ended the wait, nobody owes an answer any more.
func (v *view) waitsForYou() ruling {
	r := ruling{rule: WaitsForYou, conf: Proven, why: "it waits for an answer by hand", tail: ", which nobody has answered by hand",
		so: "The bench is the peer of what was opened alone.", remedy: "{answer}."}
	if v.Finished {
		r.why, r.remedy = "it waited for an answer by hand", "Have it sent again, and answer it sooner."
	}
	return r
}

// held judges a command that the gate keeps back.
func (v *view) held() ruling {
	r := ruling{rule: Held, conf: Observed, why: "it is held in the gate", tail: ", which is held in the gate", so: "It goes on when you let it go.",
		remedy: "{let_go}."}
	if v.Finished {
		r.why, r.so, r.remedy = "it was held in the gate to the end", "", "Let it go before the graph stops."
	}
	if v.Command.Rule != 0 {
		r.why += ", by the rule " + v.Command.Rule.String()
	}
	return r
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

// symBench is the peer of a package that was opened alone.
var symBench = trace.Intern("ten:bench")

// judgeReturned judges a command whose handler ended without a final result.
func (f *Fold) judgeReturned(v *view) ruling {
	kept := v.p != nil && v.p.kept && !v.Freed
	r := ruling{why: v.returned()}
	switch {
	case v.Freed:
		r.conf, r.so, r.hopeless = Proven, "No code can answer it any more.", v.named()
		r.why += " and nothing holds the command any more"
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
	case kept:
		r.rule, r.tail, r.remedy = Kept, ", which keeps it unanswered", "Find what keeps the command (a queue, a map, a task) and see why it does not answer."
	default:
		r.rule, r.tail = ReturnedNoResult, ", whose handler returned without a result"
		r.remedy = "Call {return_result} on every way out of the handler; if it hands the command on (a queue, a task), see why that does not answer."
	}
	return r
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

// waitsOnChild judges a command whose handler waits for one that it sent.
func (f *Fold) waitsOnChild(v *view, now trace.Snapshot, seen []uint64) ruling {
	chain, text, end := f.chainOf(v.owed.waits, now, seen)
	r := ruling{rule: WaitsOnChild, conf: Observed, chain: chain, why: "its handler waits for " + text, tail: ", which waits for " + text,
		remedy: "Look at the command it waits for."}
	onward := v.Handled != 0 // it does not wait: it was sent on, and its answer is that of the other
	if onward {
		r.why, r.tail = "its handler sent it on: its answer is to come from "+text, ", which sent it on: its answer is to come from "+text
	}
	if end == nil {
		return r
	}
	r.hopeless = end.hopeless
	switch first := fmt.Sprintf("%s #%d", chain[0].Name, chain[0].ID); {
	case r.hopeless != "" && onward:
		r.so = fmt.Sprintf("Nothing can answer %s any more, and so not this one.", r.hopeless)
	case r.hopeless != "":
		r.so = fmt.Sprintf("Nothing can answer %s any more: it goes on only when that wait is given up.", r.hopeless)
	case onward:
		r.so = "It is answered when " + first + " is."
	default:
		r.so = "It goes on when " + first + " is answered."
	}
	r.seqs, r.stack, r.where, r.is = end.seqs, end.stack, end.where, end.is
	last := &chain[len(chain)-1]
	r.seqs = append(r.seqs, last.SentSeq)
	if r.remedy = end.remedy; len(chain) == 1 { // a longer chain's has said it
		r.remedy = fmt.Sprintf("Look at %s #%d: %s", last.Name, last.ID, lowerFirst(end.remedy))
	}
	return r
}

// judgeHandled judges a command whose handler runs.
func (f *Fold) judgeHandled(v *view) ruling {
	if b := v.to.blockedAt(v.moment()); b != nil && v.explains(b) {
		return v.blockedBy(b)
	}
	ran := span(v.now - v.Delivered)
	r := ruling{rule: HandlerRunning, conf: Observed, why: "its handler has been running for " + ran, tail: ", whose handler has been running for " + ran,
		so: "It is answered when the handler goes on.", remedy: "See what would end that wait, and give it a timeout ({timeout})."}
	if v.Partials > 0 {
		r.why += ", with " + plural(v.Partials, "partial result") + " so far"
	}
	if v.p == nil {
		return r
	}
	w, is := v.p.work, "where its handler waits"
	if told := f.groups[v.p.group].told; w.Stack == "" && told.id != 0 {
		w, is = told.work, fmt.Sprintf("where the handler of #%d waits", told.id)
		r.why += fmt.Sprintf(", like that of #%d", told.id)
	}
	if line := lineIn(w.Stack); line != "" {
		r.why += ", at “" + line + "”"
	} else if w.Await != "" {
		r.why += ", in " + w.Await
	}
	if w.Stack != "" {
		r.stack, r.where, r.is = w.Stack, placeIn(w.Stack), is
	}
	return r
}

// moment is when the extension is looked at: now, or before its stop let go of what held it.
func (v *view) moment() int64 {
	if at := v.to.stopAt; v.Finished && v.By == trace.ByStop && at > v.Sent && at < v.now {
		return at
	}
	return v.now
}

// explains reports that the loop has been held for long enough to be why the command waits: one that is held for a moment now and
// then is merely busy, and so is one that another message holds for no longer than each of them does.
func (v *view) explains(b *block) bool {
	at := v.moment()
	long := min((at-v.Sent)/4, int64(1e9))
	if s := v.to.costly(); s != nil && b.id != v.ID {
		long = max(long, 2*s.each())
	}
	return at-b.since >= long
}

// blockedBy judges a command whose receiver's loop is held.
func (v *view) blockedBy(b *block) ruling {
	who := b.work.What
	switch {
	case b.id == v.ID:
		who = "this handler itself"
	case who == "":
		who = "one of its callbacks"
	case b.id != 0:
		who = fmt.Sprintf("%s (#%d)", who, b.id)
	}
	held, whose := span(v.now-b.since), who
	if b.id == v.ID { // in a chain another command is spoken of
		whose = "its handler"
	}
	return ruling{rule: LoopBlocked, conf: Observed, why: fmt.Sprintf("its loop%s has been held by %s for %s without waiting", v.shared(b), who, held),
		tail: fmt.Sprintf(", whose loop%s has been held by %s for %s without waiting", v.shared(b), whose, held), so: "Nothing else on that loop runs meanwhile.",
		remedy: "Run what blocks with {off_loop}, off the loop.", seqs: []uint64{b.seq}, stack: b.work.Stack, where: b.place, is: "what holds the loop"}
}

// shared says whose callback it is that holds the receiver's loop, if it is another extension's.
func (v *view) shared(b *block) string {
	if b.of == v.To {
		return ""
	}
	return fmt.Sprintf(", which it shares with %s,", b.of)
}

// judgeQueued judges a command that waits for its handler to begin.
func (f *Fold) judgeQueued(v *view, now trace.Snapshot, seen []uint64) ruling {
	w := v.to
	st, stuck := w.stage, w.stuck
	if w.stopAt != 0 && v.Finished {
		st, stuck = w.before, w.hung
	}
	if b := w.blockedAt(v.moment()); b != nil && st.state >= trace.Start && v.explains(b) {
		return v.blockedBy(b)
	}
	switch st.state {
	case trace.Created, trace.Configure:
		return ruling{rule: NotStarted, conf: Observed, why: fmt.Sprintf("it waits in the mailbox until %s starts: it has been in state %s for %s", v.To, st.state, span(v.now-st.since)),
			tail: ", which has not started", so: "Messages are handled once on_init has ended.", remedy: "See why it does not start.", seqs: []uint64{stuck.seq}, stack: stuck.work.Stack,
			where: stuck.place, is: "where its start waits"}
	case trace.Init:
		return f.waitsOnInit(v, st, stuck, now, seen)
	case trace.Failed:
		return v.failed()
	case trace.Stop, trace.Deinit, trace.Ended:
		return ruling{rule: Restarted, conf: Observed, why: fmt.Sprintf("it waits in the mailbox for the next instance of %s, which is in state %s", v.To, st.state), tail: ", which is being restarted",
			so: "It is handled when the next instance has run on_init.", remedy: "See why the restart takes so long."}
	}
	if v.owed.debtor == trace.DebtorHost && w.dead.seq != 0 {
		return v.hostDead()
	}
	return v.queuedBehind()
}

// queuedBehind judges a command that waits for its turn.
func (v *view) queuedBehind() ruling {
	r := ruling{rule: QueuedBehind, conf: Observed, why: "it waits in the mailbox", tail: ", in whose mailbox it waits",
		so: "It is handled when those before it have begun.", remedy: fmt.Sprintf("See what %s is busy with: its handlers hold the loop or its init has not ended.", v.To)}
	if v.to.full.now {
		r.why = "it waits in a mailbox that is full"
	}
	if v.owed.debtor == trace.DebtorHost {
		r.why, r.tail = "its process has not begun it yet", ", whose process has not begun it yet"
		r.remedy = "See whether the process lives and what its loop is busy with."
	}
	if v.position > 0 {
		r.why += fmt.Sprintf(", at position %s", thousands(v.position))
	}
	if n := len(v.to.running); n > 0 && v.now-v.to.running[0].since > longHandling {
		first := v.to.running[0]
		r.why += fmt.Sprintf(", behind %s #%d, which has been handled for %s", first.name, first.id, span(v.now-first.since))
		if n > 1 {
			r.why += fmt.Sprintf(", and %d more", n-1)
		}
		v.behindOne(&r, &first)
		return r
	}
	if s := v.to.costly(); s != nil && s.each() > longEnough {
		v.behindMany(&r, s)
	}
	return r
}

const (
	longHandling = int64(50e6) // from which on a single handler explains why others wait
	longEnough   = int64(1e6)  // from which on many of a handler do
)

// behindOne points at what the one before it does, as far as that is known.
func (v *view) behindOne(r *ruling, first *running) {
	r.where, r.is = first.place.String(), "what the receiver is busy with"
	if b := v.to.blockedAt(v.moment()); b != nil && b.id == first.id {
		r.where, r.seqs, r.stack = cmp.Or(b.place, r.where), []uint64{b.seq}, b.work.Stack
	}
	r.remedy = faster(first.name)
}

func faster(name trace.Sym) string {
	return fmt.Sprintf("Make the handler of %s faster, with {off_loop} for what blocks, or send less of it.", name)
}

// behindMany judges a command that waits behind many messages of which each takes its time.
func (v *view) behindMany(r *ruling, s *spent) {
	r.why += fmt.Sprintf(", behind others: each %s takes %s %s", s.name, v.To, span(s.each()))
	if left := int64(v.position) * s.each(); left > int64(1e9) {
		r.so = fmt.Sprintf("Messages are begun in the order in which they came: at this pace its turn is in %s.", span(left))
	}
	r.where, r.is = s.place.String(), "what the receiver is busy with"
	r.remedy = faster(s.name)
}

// waitsOnInit judges a command whose receiver has not finished on_init, and follows what that waits for.
func (f *Fold) waitsOnInit(v *view, st stage, stuck fact, now trace.Snapshot, seen []uint64) ruling {
	took := span(v.now - st.since)
	r := ruling{rule: WaitsOnInit, conf: Observed, why: fmt.Sprintf("it waits in the mailbox until on_init of %s has ended, which has taken %s so far", v.To, took),
		tail: ", whose on_init has not ended for " + took, so: "Messages are handled once on_init has ended.",
		remedy: "See what on_init waits for; return from it, and do the waiting in a task.", stack: stuck.work.Stack, where: stuck.place, is: "where on_init waits"}
	if stuck.seq != 0 {
		r.seqs = []uint64{stuck.seq}
	}
	if id := f.sentBy(v, st.since); id != 0 {
		chain, text, _ := f.chainOf([]uint64{id}, now, seen)
		r.chain = chain
		r.why += " and waits for " + text
		r.tail += " and waits for " + text
	}
	return r
}

// sentBy returns the oldest open command that the receiver itself sent since a moment, outside of any handler; 0 if there is none.
func (f *Fold) sentBy(v *view, since int64) (id uint64) {
	f.commands.Open(func(c *trace.Command) bool {
		if c.From == v.To && c.Graph == v.Graph && c.Parent == 0 && c.Sent >= since {
			id = c.ID
		}
		return id == 0
	})
	return id
}

// failed judges a command whose receiver has failed.
func (v *view) failed() ruling {
	if v.to.dead.seq != 0 {
		return v.hostDead()
	}
	w := v.to
	why := v.To.String() + " failed"
	if detail := oneLine(w.failure.detail); detail != "" {
		why = strings.TrimSuffix(detail, ".")
		if !strings.Contains(why, v.To.String()) {
			why = v.To.String() + " failed: " + why
		}
	}
	return ruling{rule: ExtensionFailed, conf: Proven, level: trace.Error, why: why, tail: ", which has failed", so: "What is sent to it is answered with an ERROR until it runs again.",
		remedy: remedyFailed(w.failure.place, w.failure.detail), seqs: []uint64{w.failure.seq}, stack: w.failure.work.Stack, where: w.failure.place, is: "where it failed"}
}

// failedBefore judges a command whose receiver failed in an earlier life, of which nothing but this detail is left.
func (v *view) failedBefore(detail string) ruling {
	r := ruling{rule: ExtensionFailed, conf: Proven, level: trace.Error, why: detail, tail: ", which had failed", so: "The sender got an ERROR.",
		remedy: "It was started again since; send it again."}
	if how, ok := strings.CutPrefix(detail, v.To.String()+" failed: its process "); ok {
		r.rule, r.why, r.tail = HostDead, "its process "+how, ", whose process had ended"
	}
	return r
}

// hostDead judges a command whose receiver's process has ended.
func (v *view) hostDead() ruling {
	return ruling{rule: HostDead, conf: Proven, level: trace.Error, why: v.to.death(), tail: ", whose process has ended", so: v.told(),
		remedy: remedies[HostDead], seqs: []uint64{v.to.dead.seq}}
}

// told says who learns that the receiver's process has ended.
func (v *view) told() string {
	switch {
	case v.died:
		return fmt.Sprintf("%s was in that process too: nobody was left to be told.", v.From)
	case v.Finished:
		return fmt.Sprintf("The engine gave %s an ERROR in place of an answer.", v.From)
	}
	return "Every command that was open there was answered with an ERROR."
}

// diedAt reports that the extension's process ended at about that moment.
func (w *world) diedAt(at int64) bool {
	return w.dead.seq != 0 && max(w.dead.at-at, at-w.dead.at) < atOnce
}

// death says, in a sentence, how the extension's process ended: the event says "pid 7 was killed by SIGKILL" or "the process was ...".
func (w *world) death() string {
	detail := strings.TrimSuffix(oneLine(w.dead.detail), ".")
	if how, ok := strings.CutPrefix(detail, inItsProgram); ok {
		return "its process " + how
	}
	if pid, how, ok := strings.Cut(strings.TrimPrefix(detail, "pid "), " "); ok && strings.HasPrefix(detail, "pid ") {
		return "its process, pid " + pid + ", " + how
	}
	if detail == "" {
		return "its process has ended"
	}
	return "its process has ended: " + detail
}

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

// cut judges a command that was ended young: by the stop, or with its sender.
func (v *view) cut() ruling {
	r := ruling{rule: Cut, conf: Proven, level: trace.Info, why: "the graph stopped before it was answered, and before it counted as unanswered", tail: ", which the stop ended",
		remedy: "Nothing: nobody is to blame."}
	if v.sender != "" {
		r.why, r.tail = oneLine(v.sender)+", before it was answered", ", which "+v.ender()+" ended"
		r.remedy = fmt.Sprintf("See what became of %s.", v.From)
	}
	return r
}

// ender names what ended a command that the stop, or its like, ended.
func (v *view) ender() string {
	switch {
	case v.died:
		return "the death of its process"
	case strings.HasPrefix(v.sender, v.From.String()+" failed"):
		return "the failure of " + v.From.String()
	case v.sender != "":
		return "the restart of " + v.From.String()
	}
	return "stop"
}

// answeredInTheGate judges a command that never came to its receiver: a rule, or a person, answered it.
func (v *view) answeredInTheGate() ruling {
	who, _ := v.Answerer()
	r := ruling{rule: AnsweredOK, conf: Proven, level: trace.Info, tail: ", which " + who + " answered in its place after " + span(v.LatencyNS), remedy: "Nothing."}
	if v.Status == msg.Error {
		r.rule, r.level, r.remedy = AnsweredError, trace.Warn, "Nothing, if it was meant to fail: its receiver never saw it."
	}
	return r
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

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// oneLine is the first line of what was said.
func oneLine(detail string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(detail), "\n")
	return strings.TrimRight(first, " \t\r:")
}

// upperFirst lets words begin a sentence.
func upperFirst(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// lowerFirst lets a sentence go on after a colon.
func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] < 'A' || s[1] > 'Z') {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}
