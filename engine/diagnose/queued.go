package diagnose

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"tenbench/engine/trace"
)

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
			tail: ", which has not started", so: "Messages are handled once on_init has ended.", ahead: true, remedy: "See why it does not start.", seqs: []uint64{stuck.seq}, stack: stuck.work.Stack,
			where: stuck.place, is: "where its start waits"}
	case trace.Init:
		return f.waitsOnInit(v, st, stuck, now, seen)
	case trace.Failed:
		return v.failed()
	case trace.Stop, trace.Deinit, trace.Ended:
		return ruling{rule: Restarted, conf: Observed, why: fmt.Sprintf("it waits in the mailbox for the next instance of %s, which is in state %s", v.To, st.state), tail: ", which is being restarted",
			so: "It is handled when the next instance has run on_init.", ahead: true, remedy: "See why the restart takes so long."}
	}
	if v.owed.debtor == trace.DebtorHost && w.dead.seq != 0 {
		return v.hostDead()
	}
	return v.queuedBehind()
}

// queuedBehind judges a command that waits for its turn.
func (v *view) queuedBehind() ruling {
	r := ruling{rule: QueuedBehind, conf: Observed, why: "it waits in the mailbox", tail: ", in whose mailbox it waits",
		so: "It is handled when those before it have begun.", ahead: true, remedy: fmt.Sprintf("See what %s is busy with: its handlers hold the loop or its init has not ended.", v.To)}
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
	r.behind, r.where, r.is = true, first.place.String(), "what the receiver is busy with"
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
	r.behind, r.where, r.is = true, s.place.String(), "what the receiver is busy with"
	r.remedy = faster(s.name)
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
		tail: fmt.Sprintf(", whose loop%s has been held by %s for %s without waiting", v.shared(b), whose, held), so: "Nothing else on that loop runs meanwhile.", ahead: true,
		remedy: b.remedy(), seqs: []uint64{b.seq}, stack: b.work.Stack, where: b.place, is: "what holds the loop", behind: b.id != v.ID}
}

// Go code that waits for a lock has this in its stack, Python code this in its line.
var (
	lockInGo     = regexp.MustCompile(`\bsync\.\(\*(RW)?Mutex\)\.R?Lock\b`)
	lockInPython = regexp.MustCompile(`(?i)lock\w*\.acquire\(|^(async )?with [\w.]*lock\w*\s*:`)
)

// locked reports that it waits for a lock.
func (w *work) locked() bool {
	return lockInGo.MatchString(w.Stack) || lockInPython.MatchString(lineIn(w.Stack))
}

const remedyLock = "See who has the lock, and give it back on every way out."

// remedy is what to do about what holds a loop. A lock that somebody forgot to give back is as locked off the loop.
func (b *block) remedy() string {
	if b.work.locked() {
		return strings.TrimSuffix(remedyLock, ".") + "; where it is merely busy, wait for it with {off_loop}."
	}
	return "Run what blocks with {off_loop}, off the loop."
}

// shared says whose callback it is that holds the receiver's loop, if it is another extension's.
func (v *view) shared(b *block) string {
	if b.of == v.To {
		return ""
	}
	return fmt.Sprintf(", which it shares with %s,", b.of)
}
