package diagnose

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// verdict folds events and judges command 42 at a moment.
func verdict(t *testing.T, at int64, events ...trace.Event) Verdict {
	t.Helper()
	v, ok := fold(events...).Verdict(42, trace.Snapshot{Mono: at}, nil)
	if !ok {
		t.Fatal("nothing is known of command 42")
	}
	return v
}

// state makes a transition of an extension.
func state(ext string, at int64, st trace.State) trace.Event {
	e := event(trace.Transition, at, ext)
	e.State = st
	return e
}

// up is an extension that runs.
func up(ext string) []trace.Event {
	return []trace.Event{state(ext, 0, trace.Created), state(ext, 1, trace.Configure), state(ext, 2, trace.Init), state(ext, 3, trace.Start), state(ext, 4, trace.Running)}
}

// ask makes an event about a command of which the receiver is ext.
func ask(kind trace.Kind, at int64, id, parent uint64, name, from, to string) trace.Event {
	e := hello(kind, at, id)
	e.Name, e.From, e.To, e.Parent = trace.Intern(name), trace.Intern(from), trace.Intern(to), parent
	e.Extension = e.To
	if kind == trace.Sent {
		e.Extension = e.From
		if parent != 0 {
			e.ParentDebtor = trace.DebtorChild
		}
	}
	return e
}

// blocks says that a callback holds the loop of an extension; at is when the watch saw it, ms after it began.
func blocks(ext string, at int64, id uint64, what string) trace.Event {
	e := lint(LoopBlocked, trace.Warn, event(trace.Lint, at, ext))
	e.ID = id
	e.Property = fmt.Appendf(nil, `{"work":[{"what":%q,"since_ms":100,"stack":"time.Sleep\n\t/usr/go/time.go:9\nmine.spin\n\t/home/me/mine/mine.go:33"}]}`, what)
	return e
}

// showsHandler says where the handler of a command has been for 0.8 s that counted as unanswered before that began.
func showsHandler(at int64, id uint64, line string) trace.Event {
	e := lint("handler-at", trace.LevelNone, hello(trace.Lint, at, id))
	e.Property = fmt.Appendf(nil, `{"work":[{"what":"on_cmd hello","since_ms":800,"stack":%q}]}`, "  File \"/home/me/greeter.py\", line 26, in on_cmd\n    "+line+"\n")
	return e
}

// onLoopWith says that another extension runs on the loop that is blocked.
func onLoopWith(e trace.Event, other string) trace.Event {
	e.Property = append(e.Property[:len(e.Property)-1:len(e.Property)-1], fmt.Sprintf(`,"others":[%q]}`, other)...)
	return e
}

func held(e trace.Event) trace.Event {
	e.Kind, e.Debtor = trace.Held, trace.DebtorHeld
	return e
}

func partial(at int64) trace.Event {
	e := result(at, 42, trace.ByHandler, msg.OK)
	e.Final = false
	return e
}

func refused(at int64, detail string) trace.Event {
	e := result(at, 42, trace.ByEngine, msg.Error)
	e.Detail = detail
	return e
}

func process(at int64, level trace.Level) trace.Event {
	e := event(trace.Process, at, "greeter")
	e.Level, e.Detail = level, "killed by signal 9"
	return e
}

// ended says how the process of greeter ended.
func ended(how string) trace.Event {
	e := process(4*ms, trace.Error)
	e.Detail = how
	return e
}

// taken is the hand-over of a result to its sender.
func taken(at int64, id uint64, sender string) trace.Event {
	e := event(trace.Delivered, at, sender)
	e.ID, e.Type, e.Final = id, msg.KindResult, true
	return e
}

func cutByStop(e trace.Event) trace.Event {
	e.Detail = "cut"
	return e
}

// endedFor is the result of a command that was ended since its sender, relay, is no more.
func endedFor(at int64, detail string) trace.Event {
	e := result(at, 42, trace.ByStop, msg.Error)
	e.To, e.Detail = trace.Intern("relay"), detail
	return e
}

// childAnswers is the result of a command look that greeter sent for command 42.
func childAnswers(at int64, id uint64, status msg.Status) trace.Event {
	e := ask(trace.Result, at, id, 42, "look", "dictionary", "greeter")
	e.Final, e.Type, e.By, e.Status, e.ParentDebtor = true, msg.KindResult, trace.ByHandler, status, trace.DebtorHandler
	return e
}

// astray is a command look that greeter sent for another, and that has no destination.
func astray(at int64, parent uint64) trace.Event {
	e := ask(trace.Sent, at, 0, parent, "look", "greeter", "")
	e.ParentDebtor, e.Debtor = trace.DebtorNone, trace.DebtorNone
	return e
}

// queued is the beginning of the handler of command 42, which waited until then.
func queued(at int64) trace.Event {
	e := hello(trace.Delivered, at, 42)
	e.QueuedNS = at
	return e
}

// took says how long the stage took that a transition ends.
func took(e trace.Event, ns int64) trace.Event {
	e.StageNS = ns
	return e
}

// TestEveryRule gives each rule a trace that earns it, and the same trace with one event changed, which does not.
func TestEveryRule(t *testing.T) {
	sent, begun, handled := hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), hello(trace.Handled, 400*us, 42)
	late := unanswered(1*s, 42)
	freed := hello(trace.Freed, 1100*ms, 42)
	kept := lint(Kept, trace.Warn, hello(trace.Lint, 1600*ms, 42))
	twice := lint(AnsweredTwice, trace.Warn, hello(trace.Lint, 3*ms, 42))
	ok := result(2*ms, 42, trace.ByHandler, msg.OK)
	child := ask(trace.Sent, 200*us, 50, 42, "look", "greeter", "dictionary")
	childDone := childAnswers(300*us, 50, msg.OK)
	byHand := childAnswers(1900*ms, 50, msg.Error)
	byHand.By = trace.ByGate
	nowhere := sent
	nowhere.To = 0
	lost := sent
	released := hello(trace.Released, 500*ms, 42)
	released.Debtor = trace.DebtorQueue
	started := up("greeter")
	with := func(groups ...any) (all []trace.Event) {
		for _, g := range groups {
			switch g := g.(type) {
			case trace.Event:
				all = append(all, g)
			case []trace.Event:
				all = append(all, g...)
			}
		}
		return all
	}
	again := state("greeter", 8*ms, trace.Created)
	failed := state("greeter", 5*ms, trace.Failed)
	failed.Detail = "boom"
	died := process(2001*ms, trace.Error)
	died.Detail = "the process was killed by SIGKILL"
	page := func(kind trace.Kind, at int64, id uint64) trace.Event {
		e := event(kind, at, "greeter")
		e.Type, e.ID, e.Name, e.Source = msg.KindData, id, trace.Intern("page"), trace.Intern("/home/me/slow.py:9")
		return e
	}
	pages := []trace.Event{page(trace.Delivered, 1*ms, 7), page(trace.Handled, 21*ms, 7), page(trace.Delivered, 21*ms, 8), page(trace.Handled, 51*ms, 8)}
	quick := []trace.Event{page(trace.Delivered, 1*ms, 7), page(trace.Handled, 1*ms+20*us, 7)}
	full := lint(QueueFull, trace.Warn, event(trace.Lint, 20*ms, "greeter"))
	other := ask(trace.Delivered, 50*us, 41, 0, "hello", "relay", "greeter")
	stuck := lint(StageNeverDone, trace.Error, event(trace.Lint, 6*s, "greeter"))
	stuck.Property = []byte(`{"work":[{"what":"on_init","since_ms":6000,"stack":"mine.(*x).OnInit\n\t/home/me/mine/mine.go:12"}]}`)

	for _, tc := range []struct {
		name   string
		events []trace.Event
		rule   string
		conf   Confidence
		says   string // within the text
	}{
		{"no-route", with(nowhere, refused(1, "Failed to find destination of a 'cmd' message 'hello' from graph.")), NoRoute, Proven, "Nobody gets hello #42"},
		{"near miss: it has a receiver", with(lost, refused(1, "something else")), EngineAnswered, Proven, "something else"},

		{"not-started", with(started[:2], sent, late), NotStarted, Observed, "until greeter starts: it has been in state configure"},
		{"waits-on-init", with(started[:3], sent, late, stuck), WaitsOnInit, Observed, "until on_init of greeter has ended"},
		{"waits-on-init, and stopped", with(started[:3], sent, late, stuck, state("greeter", 7*s, trace.Stop), state("greeter", 7*s, trace.Deinit), result(7*s, 42, trace.ByStop, msg.Error)),
			WaitsOnInit, Observed, "which has taken 7.0 s so far"},
		{"near miss: on_init has ended", with(started[:4], sent, late), QueuedBehind, Observed, "it waits in the mailbox"},
		{"queued-behind", with(started, other, sent, late), QueuedBehind, Observed, "behind hello #41, which has been handled for"},
		{"queued behind many", with(started, pages, sent, late), QueuedBehind, Observed, "it waits in the mailbox, behind others: each page takes greeter 25.0 ms."},
		{"near miss: they cost nothing", with(started, quick, sent, late), QueuedBehind, Observed, "it waits in the mailbox."},
		{"near miss: they were of its former life", with(started, pages, state("greeter", 60*ms, trace.Ended), started, sent, late), QueuedBehind, Observed, "it waits in the mailbox."},
		{"queued in a full mailbox", with(started, full, sent, late), QueuedBehind, Observed, "it waits in a mailbox that is full."},
		{"near miss: the other has ended", with(started, other, sent, ask(trace.Handled, 60*us, 41, 0, "hello", "relay", "greeter"), late), QueuedBehind, Observed, "it waits in the mailbox."},
		{"near miss: it has begun", with(started, other, sent, begun, late), HandlerRunning, Observed, "its handler has been running for"},
		{"near miss: the loop is blocked", with(started, other, sent, late, blocks("greeter", 1*s, 41, "on_cmd hello")), LoopBlocked, Observed, "held by on_cmd hello (#41) for"},
		{"loop-blocked by another that shares it", with(started, sent, late, onLoopWith(blocks("relay", 1*s, 41, "on_cmd fetch"), "greeter")), LoopBlocked, Observed, "its loop, which it shares with relay, has been held by on_cmd fetch (#41) for"},
		{"near miss: another shares it", with(started, sent, late, onLoopWith(blocks("relay", 1*s, 41, "on_cmd fetch"), "dictionary")), QueuedBehind, Observed, "it waits in the mailbox."},
		{"near miss: the shared loop was let go", with(started, sent, late, onLoopWith(blocks("relay", 1*s, 41, "on_cmd fetch"), "greeter"), ask(trace.Handled, 2*s, 41, 0, "fetch", "x", "relay")), QueuedBehind, Observed, "it waits in the mailbox."},
		{"restarted, waiting", with(started, state("greeter", 1*ms, trace.Stop), state("greeter", 2*ms, trace.Deinit), sent, late), Restarted, Observed, "for the next instance of greeter"},
		{"near miss: the next instance is there", with(started, state("greeter", 1*ms, trace.Stop), state("greeter", 2*ms, trace.Ended), state("greeter", 3*ms, trace.Created), sent, late), NotStarted, Observed, ""},

		{"handler-running", with(started, sent, begun, late), HandlerRunning, Observed, "its handler has been running for 4.2 s"},
		{"loop-blocked by itself", with(started, sent, begun, late, blocks("greeter", 1*s, 42, "on_cmd hello")), LoopBlocked, Observed, "held by this handler itself for 3.3 s"},
		{"near miss: the loop is held for a moment only", with(started, sent, begun, late, blocks("greeter", 4100*ms, 41, "on_data tick")), HandlerRunning, Observed, "its handler has been running for 4.2 s."},
		{"near miss: the loop of another is blocked", with(started, sent, begun, late, blocks("relay", 1*s, 42, "on_cmd hello")), HandlerRunning, Observed, ""},
		{"near miss: the loop was let go", with(started, sent, begun, late, blocks("greeter", 1*s, 41, "on_data tick"), taken(2*s, 9, "greeter")), HandlerRunning, Observed, ""},
		{"loop-blocked, and stopped", with(started, sent, late, blocks("greeter", 1*s, 41, "on_cmd hello"), state("greeter", 3*s, trace.Stop), state("greeter", 4*s, trace.Deinit),
			result(4*s, 42, trace.ByStop, msg.Error)), LoopBlocked, Observed, "held by on_cmd hello (#41) for"},
		{"loop-blocked by another, which stopped first", with(started, sent, late, onLoopWith(blocks("relay", 1*s, 41, "on_cmd fetch"), "greeter"), state("relay", 2900*ms, trace.Stop), state("greeter", 3*s, trace.Stop),
			state("greeter", 4*s, trace.Deinit), result(4*s, 42, trace.ByStop, msg.Error)), LoopBlocked, Observed, "its loop, which it shares with relay, has been held by"},
		{"near miss: let go before the stop", with(started, sent, late, blocks("greeter", 1*s, 41, "on_cmd hello"), taken(2*s, 9, "greeter"), state("greeter", 3*s, trace.Stop), state("greeter", 4*s, trace.Deinit),
			result(4*s, 42, trace.ByStop, msg.Error)), QueuedBehind, Observed, ""},
		{"waits-on-child", with(sent, begun, child, late), WaitsOnChild, Observed, "its handler waits for look #50 to dictionary"},
		{"near miss: the child has answered", with(sent, begun, child, childDone, late), HandlerRunning, Observed, ""},
		{"near miss: the child belongs to another", with(sent, begun, ask(trace.Sent, 200*us, 50, 41, "look", "greeter", "dictionary"), late), HandlerRunning, Observed, ""},

		{"returned-no-result", with(sent, begun, handled, late), ReturnedNoResult, Likely, "its handler returned after 0.3 ms without a result"},
		{"waits-for-you", with(ask(trace.Sent, 0, 42, 0, "hello", "greeter", "ten:bench"), ask(trace.Delivered, 40*us, 42, 0, "hello", "greeter", "ten:bench"),
			ask(trace.Handled, 50*us, 42, 0, "hello", "greeter", "ten:bench"), late), WaitsForYou, Proven, "it waits for an answer by hand"},
		{"near miss: not returned", with(sent, begun, late), HandlerRunning, Observed, ""},
		{"kept", with(sent, begun, handled, late, kept), Kept, Observed, "something still holds the command"},
		{"near miss: it was freed after all", with(sent, begun, handled, late, kept, hello(trace.Freed, 2*s, 42)), Lost, Proven, ""},
		{"lost", with(sent, begun, handled, late, freed), Lost, Proven, "nothing holds the command any more"},
		{"near miss: another was freed", with(sent, begun, handled, late, hello(trace.Freed, 1100*ms, 43)), ReturnedNoResult, Likely, ""},
		{"partial-only", with(sent, begun, partial(200*us), partial(300*us), handled, late), PartialOnly, Likely, "with 2 partial results but no final one"},
		{"partial-only, freed", with(sent, begun, partial(200*us), handled, late, freed), PartialOnly, Proven, "nothing holds the command any more"},
		{"near miss: the handler still runs", with(sent, begun, partial(200*us), late), HandlerRunning, Observed, "with 1 partial result so far"},
		{"held", with(sent, held(sent), late), Held, Observed, "it is held in the gate"},
		{"near miss: it was let go", with(sent, held(sent), released, late), QueuedBehind, Observed, ""},

		{"answered-late", with(sent, begun, late, result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "only after 2.0 s"},
		{"answered-late, because on_init took long", with(started[:3], sent, late, state("greeter", 1900*ms, trace.Start), hello(trace.Delivered, 1900*ms, 42), result(2*s, 42, trace.ByHandler, msg.OK)),
			AnsweredLate, Observed, "it waited for 1.9 s until on_init of greeter had ended"},
		{"answered-late, because the making took long", with(started[0], sent, late, took(state("greeter", 1890*ms, trace.Configure), 1890*ms), started[2], took(state("greeter", 1900*ms, trace.Start), 1*ms), hello(trace.Delivered, 1900*ms, 42),
			result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "it waited for 1.9 s until greeter had been made, which took 1.9 s."},
		{"answered-late, and made anew", with(started, sent, begun, late, result(2*s, 42, trace.ByHandler, msg.OK), state("greeter", 3*s, trace.Created), state("greeter", 3*s, trace.Init), took(state("greeter", 5*s, trace.Start), 2*s)),
			AnsweredLate, Observed, "its handler took 2.0 s of that."},
		{"answered-late, because of its handler, which began late", with(started, sent, late, hello(trace.Delivered, 1100*ms, 42), showsHandler(1900*ms, 42, "await slow()"), result(3*s, 42, trace.ByHandler, msg.OK)),
			AnsweredLate, Observed, "its handler took 1.9 s of that, and was at “await slow()” when it had run for 800 ms."},
		{"handler-running, which began late", with(started, sent, late, hello(trace.Delivered, 1100*ms, 42), showsHandler(1900*ms, 42, "await slow()")), HandlerRunning, Observed, "at “await slow()”"},
		{"waits-on-child, which was answered by hand", with(sent, begun, child, held(child), late, byHand, result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed,
			"for 1.9 s of that its handler waited for look #50 to dictionary, which you answered in its place with ERROR after 1.9 s."},
		{"answered-late, with ERROR", with(sent, begun, late, result(2*s, 42, trace.ByHandler, msg.Error)), AnsweredLate, Observed, "greeter answered hello #42 from relay with ERROR, only after 2.0 s"},
		{"restarted, when its handler had returned", with(started, sent, begun, handled, refused(6*ms, "greeter was restarted before it answered")), Restarted, Proven, "its handler returned after 0.3 ms without a result, and the restart ended it."},
		{"near miss: on_init had ended before", with(started, sent, late, result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "only after 2.0 s."},
		{"near miss: on_init was the least of it", with(started[:3], sent, state("greeter", 200*ms, trace.Start), begun, late, result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "only after 2.0 s; its handler took 2.0 s of that."},
		{"answered-late, because the loop was held", with(started, sent, begun, late, blocks("greeter", 1*s, 41, "on_data tick"), hello(trace.Handled, 1900*ms, 41), result(2*s, 42, trace.ByHandler, msg.OK)),
			AnsweredLate, Observed, "its loop was held by on_data tick for 1.0 s"},
		{"near miss: it was held for a moment", with(started, sent, begun, late, blocks("greeter", 1*s, 41, "on_data tick"), hello(trace.Handled, 1100*ms, 41), result(2*s, 42, trace.ByHandler, msg.OK)),
			AnsweredLate, Observed, "its handler took 2.0 s of that."},
		{"answered-late, because of a child", with(sent, begun, child, late, childAnswers(1900*ms, 50, msg.OK), result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed,
			"for 1.9 s of that its handler waited for look #50 to dictionary, which answered after 1.9 s."},
		{"near miss: the child was the least of it", with(sent, begun, child, late, childAnswers(500*ms, 50, msg.OK), result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "its handler took 2.0 s of that."},
		{"near miss: the child is still open", with(sent, begun, child, late, result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "its handler took 2.0 s of that."},
		{"answered-late, because of many children", with(sent, begun, child, childAnswers(700*ms, 50, msg.OK), ask(trace.Sent, 700*ms, 51, 42, "look", "greeter", "dictionary"), late, childAnswers(1700*ms, 51, msg.OK),
			result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "for 1.7 s of that its handler waited for commands that it had sent, longest for look #51 to dictionary, which answered after 1.0 s."},
		{"answered-late, in the mailbox", with(started, sent, late, queued(1800*ms), result(2*s, 42, trace.ByHandler, msg.OK)), AnsweredLate, Observed, "it waited in the mailbox for 1.8 s of that."},
		{"near miss: in time", with(sent, begun, ok), AnsweredOK, Proven, "answered hello #42 from relay after 2.0 ms"},
		{"answered-twice", with(sent, begun, ok, twice), AnsweredTwice, Proven, "greeter answered hello #42 from relay twice"},
		{"near miss: another was answered twice", with(sent, begun, ok, lint(AnsweredTwice, trace.Warn, hello(trace.Lint, 3*ms, 43))), AnsweredOK, Proven, ""},
		{"result-unhandled", with(taken(0, 7, "relay"), sent, begun, ok, event(trace.LogLine, 3*s, "relay")), ResultUnhandled, Observed, "but nobody took the result"},
		{"near miss: it was taken", with(taken(0, 7, "relay"), sent, begun, ok, taken(3*ms, 42, "relay"), event(trace.LogLine, 3*s, "relay")), AnsweredOK, Proven, ""},
		{"near miss: it is not seen whether relay takes results", with(sent, begun, ok, event(trace.LogLine, 3*s, "relay")), AnsweredOK, Proven, ""},
		{"near miss: it may still be taken", with(taken(0, 7, "relay"), sent, begun, ok, event(trace.LogLine, 4*ms, "relay")), AnsweredOK, Proven, ""},
		{"answered-error by a rule", with(sent, result(2*ms, 42, trace.ByGate, msg.Error)), AnsweredError, Proven, "A rule of the gate answered hello #42 from relay in place of greeter with ERROR after 2.0 ms"},
		{"answered by hand in the gate", with(sent, held(hello(trace.Held, 1*ms, 42)), result(2*ms, 42, trace.ByGate, msg.OK)), AnsweredOK, Proven, "You answered hello #42 from relay in place of greeter after 2.0 ms"},
		{"answered-error", with(sent, begun, result(2*ms, 42, trace.ByHandler, msg.Error)), AnsweredError, Proven, "with ERROR after 2.0 ms"},
		{"answered-error, because of a child", with(sent, begun, child, childAnswers(1*ms, 50, msg.Error), result(2*ms, 42, trace.ByHandler, msg.Error)), AnsweredError, Proven,
			"with ERROR after 2.0 ms; before that it had got an ERROR for look #50 to dictionary, which answered with ERROR after 0.8 ms."},
		{"near miss: the child answered ok", with(sent, begun, child, childAnswers(1*ms, 50, msg.OK), result(2*ms, 42, trace.ByHandler, msg.Error)), AnsweredError, Proven, "with ERROR after 2.0 ms."},
		{"near miss: it answered ok all the same", with(sent, begun, child, childAnswers(1*ms, 50, msg.Error), ok), AnsweredOK, Proven, "after 2.0 ms."},
		{"answered-error, because what it sent goes nowhere", with(sent, begun, astray(1*ms, 42), result(2*ms, 42, trace.ByHandler, msg.Error)), AnsweredError, Proven,
			"before that it had sent look, which the graph connects to nothing."},
		{"near miss: another had sent that", with(sent, begun, astray(1*ms, 41), result(2*ms, 42, trace.ByHandler, msg.Error)), AnsweredError, Proven, "with ERROR after 2.0 ms."},

		{"extension-failed", with(started, sent, begun, failed, refused(6*ms, "greeter failed: boom")), ExtensionFailed, Proven, "greeter failed: boom"},
		{"near miss: it failed afterwards", with(started, sent, begun, refused(4*ms, "nothing"), failed), EngineAnswered, Proven, ""},
		{"host-dead", with(started, sent, begun, process(4*ms, trace.Error), failed, refused(6*ms, "greeter failed: its process ended")), HostDead, Proven, "its process has ended: killed by signal 9"},
		{"host-dead, a child", with(started, sent, begun, ended("pid 7 was killed by SIGKILL"), failed, refused(6*ms, "greeter failed: its process ended")), HostDead, Proven, "its process, pid 7, was killed by SIGKILL."},
		{"host-dead, a program", with(started, sent, begun, ended("the process exited with status 3"), failed, refused(6*ms, "greeter failed: its process ended")), HostDead, Proven, "its process exited with status 3."},
		{"host-dead, and runs again", with(started, sent, begun, ended("pid 7 was killed by SIGKILL"), failed, refused(6*ms, "greeter failed: its process was killed by SIGKILL"), again), HostDead, Proven, "its process was killed by SIGKILL."},
		{"extension-failed, and runs again", with(started, sent, begun, failed, refused(6*ms, "greeter failed: boom"), again), ExtensionFailed, Proven, "greeter failed: boom"},
		{"near miss: it speaks of another", with(started, sent, begun, failed, refused(6*ms, "relay failed: boom"), again), EngineAnswered, Proven, "relay failed: boom"},
		{"near miss: the process merely said something", with(started, sent, begun, process(4*ms, trace.Info), failed, refused(6*ms, "greeter failed: boom")), ExtensionFailed, Proven, ""},
		{"restarted", with(started, sent, begun, refused(6*ms, "greeter was restarted before it answered")), Restarted, Proven, "the restart ended it"},
		{"queue-full", with(started, sent, refused(6*ms, "queue full")), QueueFull, Proven, "its mailbox was full"},
		{"stopped", with(started, sent, refused(6*ms, "The destination extension has been terminated.")), Stopped, Proven, "greeter had stopped"},

		{"timeout", with(sent, begun, result(500*ms, 42, trace.ByTimeout, msg.Error)), Timeout, Observed, "when its path timeout ended it after 500 ms; its handler has been running for 500 ms"},
		{"near miss: it counted as unanswered before", with(sent, begun, late, result(2*s, 42, trace.ByTimeout, msg.Error)), HandlerRunning, Observed, "when the path timeout ended it after 2.0 s"},
		{"near miss: stop ended it young", with(sent, begun, cutByStop(result(500*ms, 42, trace.ByStop, msg.Error))), Cut, Proven, "Stop cut hello #42"},
		{"near miss: stop ended it old", with(sent, begun, late, result(2*s, 42, trace.ByStop, msg.Error)), HandlerRunning, Observed, "when stop ended it after 2.0 s"},
		{"its sender failed", with(sent, begun, late, endedFor(2*s, "relay failed: boom")), HandlerRunning, Observed, "when the failure of relay ended it after 2.0 s"},
		{"its sender failed, young", with(sent, begun, endedFor(500*ms, "relay failed: boom")), Cut, Proven, "The failure of relay cut hello #42 from relay after 500 ms; relay failed: boom, before"},
		{"its sender was restarted", with(sent, begun, late, endedFor(2*s, "relay was restarted")), HandlerRunning, Observed, "when the restart of relay ended it after 2.0 s"},
		{"the process of both died, old", with(started, sent, begun, late, endedFor(2*s, "relay failed: the process was killed by SIGKILL"), died), HostDead, Proven,
			"greeter had not answered hello #42 from relay when the death of its process ended it after 2.0 s; its process was killed by SIGKILL."},
		{"the process of both died, young", with(started, sent, begun, endedFor(1900*ms, "relay failed: the process was killed by SIGKILL"), died), HostDead, Proven,
			"when the death of its process ended it after 1.9 s; its process was killed by SIGKILL."},
		{"near miss: that of the receiver had died long before", with(started, ended("the process was killed by SIGKILL"), sent, begun, late, endedFor(2*s, "relay failed: boom")), HandlerRunning, Observed, "the failure of relay"},
		{"lost before the process of both died", with(sent, begun, handled, late, freed, endedFor(2*s, "relay failed: the process was killed by SIGKILL"), died), Lost, Proven, "nothing holds the command any more"},
		{"lost before its process died", with(started, sent, begun, handled, late, freed, died, refused(2002*ms, "greeter failed: its process was killed by SIGKILL")), Lost, Proven, "nothing holds the command any more"},
		{"lost, and stopped", with(sent, begun, handled, late, freed, result(2*s, 42, trace.ByStop, msg.Error)), Lost, Proven, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := verdict(t, 4200*ms, tc.events...)
			if v.Rule != tc.rule || v.Confidence != tc.conf || !strings.Contains(v.Text, tc.says) {
				t.Errorf("got  %s, %s: %s\nwant %s, %s: ...%s...", v.Rule, v.Confidence, v.Text, tc.rule, tc.conf, tc.says)
			}
			if (v.Rule == Held) != (v.Level == trace.Info.String()) && v.Outcome == Silent {
				t.Errorf("an unanswered command, %s, has level %s", v.Rule, v.Level)
			}
			if v.Remedy == "" || len(v.Evidence) == 0 || len(v.Path) < 2 || v.Path[len(v.Path)-1].Name != "answer" {
				t.Errorf("remedy %q, evidence %v, path %v", v.Remedy, v.Evidence, v.Path)
			}
			if _, ok := Pages[v.Rule]; !ok {
				t.Errorf("rule %s has no page", v.Rule)
			}
		})
	}
}

func TestStepsOfAPath(t *testing.T) {
	v := verdict(t, 4200*ms, append(up("greeter"), forgotten()...)...)
	var got []string
	for _, st := range v.Path {
		got = append(got, fmt.Sprintf("%s %s %s +%s: %s", st.State, st.Name, st.Who, span(st.At), st.Detail))
	}
	want := []string{
		"done sent relay +0 µs: ",
		"done routed graph +0 µs: 1 destination, no conversion",
		"done queued greeter +0 µs: waited 0 µs",
		"done handler greeter +0.1 ms: ran 0.3 ms",
		"wrong returned greeter +0.4 ms: no result: the answer is still owed",
		"wrong freed greeter +1.1 s: the last reference is gone",
		"never answer relay +4.2 s: never; TEN says “Path timeout.” minutes later",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheStepInTheQueueSaysHowLongItWasHeld(t *testing.T) {
	in, out, begun := held(hello(trace.Sent, 0, 42)), hello(trace.Released, 500*ms, 42), hello(trace.Delivered, 501*ms, 42)
	in.Rule, begun.QueuedNS = trace.Intern("hold-1"), 1*ms
	v := verdict(t, 4200*ms, append(up("greeter"), hello(trace.Sent, 0, 42), in, out, begun)...)
	i := slices.IndexFunc(v.Path, func(st Step) bool { return st.Name == "queued" })
	if i < 0 || !strings.HasPrefix(v.Path[i].Detail, "held by hold-1 for ") || !strings.HasSuffix(v.Path[i].Detail, ", then waited 1.0 ms") {
		t.Errorf("the path is %+v", v.Path)
	}
}

// What waits for the person is kept, and nobody did anything wrong.
func TestWhatWaitsForYouIsNoFailure(t *testing.T) {
	toBench := func(k trace.Kind, at int64) trace.Event { return ask(k, at, 42, 0, "hello", "greeter", "ten:bench") }
	late := toBench(trace.Lint, 1*s)
	late.Rule, late.Level = trace.Intern(Unanswered), trace.Error
	events := append(up("greeter"), toBench(trace.Sent, 0), toBench(trace.Delivered, 40*us), toBench(trace.Handled, 50*us), late)
	v := verdict(t, 4*s, events...)
	if i := len(v.Path) - 2; v.Level != "warn" || v.Path[i].Name != "returned" || v.Path[i].State != StepWaiting {
		t.Errorf("%s, %s, the path is %+v", v.Rule, v.Level, v.Path)
	}
	if p := fold(events...).Problems(trace.Snapshot{Mono: 4 * s}); len(p) != 1 || p[0].Level != "warn" {
		t.Errorf("the problems are %+v", p)
	}
	events = append(events, result(2*s, 42, trace.ByStop, msg.Error))
	if p := fold(events...).Problems(trace.Snapshot{Mono: 4 * s}); len(p) != 1 || !p[0].Ended || strings.Contains(p[0].Remedy, "{") {
		t.Errorf("when its sender has gone the problems are %+v", p)
	}
}

// A handler whose command the engine answered, as it raised, returned without a result.
func TestTheStepOfAHandlerThatGaveNoResult(t *testing.T) {
	for by, want := range map[trace.By]string{trace.ByEngine: "wrong: without a result", trace.ByHandler: "done: the result came later"} {
		v := verdict(t, 4*s, append(up("greeter"), hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*ms, 42), hello(trace.Handled, 2*ms, 42), result(3*ms, 42, by, msg.Error))...)
		i := slices.IndexFunc(v.Path, func(st Step) bool { return st.Name == "returned" })
		if i < 0 || fmt.Sprintf("%s: %s", v.Path[i].State, v.Path[i].Detail) != want {
			t.Errorf("%s: the path is %+v, want %s", by, v.Path, want)
		}
	}
}

// The clock of another process may say that the result came after the handler had returned; the order of the events does not.
func TestTheStepOfAHandlerThatAnsweredAtItsEnd(t *testing.T) {
	sent, begun, ended, ok := hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*ms, 42), hello(trace.Handled, 2*ms, 42), result(3*ms, 42, trace.ByHandler, msg.OK)
	for want, events := range map[string][]trace.Event{"with a result": {sent, begun, ok, ended}, "the result came later": {sent, begun, ended, ok}} {
		if got := stepOf(t, verdict(t, 4*s, events...), "returned"); got.Detail != want || got.State != StepDone {
			t.Errorf("%s: %s; want %s", got.State, got.Detail, want)
		}
	}
}

// The steps of a path are in the order of their times, also where the handler answered and then did more.
func TestTheTimesOfAPathDoNotGoBack(t *testing.T) {
	v := verdict(t, 4*s, hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*ms, 42), result(2*ms, 42, trace.ByHandler, msg.OK), hello(trace.Handled, 30*ms, 42))
	if !slices.IsSortedFunc(v.Path, func(a, b Step) int { return cmp.Compare(a.At, b.At) }) {
		t.Errorf("%+v", v.Path)
	}
}

// stepOf returns a step of the path of a verdict.
func stepOf(t *testing.T, v Verdict, name string) Step {
	t.Helper()
	i := slices.IndexFunc(v.Path, func(st Step) bool { return st.Name == name })
	if i < 0 {
		t.Fatalf("the path has no step %s: %+v", name, v.Path)
	}
	return v.Path[i]
}

func TestWhatWasDroppedIsNeverAnswered(t *testing.T) {
	dropped := hello(trace.Dropped, 1*ms, 42)
	dropped.Rule, dropped.Debtor = trace.Intern("drop-1"), trace.DebtorNobody
	if v := verdict(t, 4*s, append(up("greeter"), hello(trace.Sent, 0, 42), dropped)...); v.Rule != DroppedByRule || !strings.HasPrefix(stepOf(t, v, "answer").Detail, "never") {
		t.Errorf("%s: %+v", v.Rule, v.Path)
	}
	if v := verdict(t, 4*s, append(up("greeter"), hello(trace.Sent, 0, 42))...); stepOf(t, v, "answer").Detail != "none yet" {
		t.Errorf("near miss: %s: %+v", v.Rule, v.Path)
	}
}

// What a process does in its last moment it does not tell: whether the handler had begun nobody knows.
func TestTheStepOfWhatAProcessHadWhenItDied(t *testing.T) {
	sent, died, failed := hello(trace.Sent, 1*ms, 42), ended("pid 7 was killed by SIGKILL"), refused(6*ms, "greeter failed: its process was killed by SIGKILL")
	v := verdict(t, 4*s, append(up("greeter"), sent, died, failed)...)
	if st := stepOf(t, v, "queued"); v.Rule != HostDead || st.State != StepWrong || !strings.Contains(st.Detail, "before it told that the handler had begun") {
		t.Errorf("%s: %+v", v.Rule, v.Path)
	}
	sent.Mono = 5 * ms
	v = verdict(t, 4*s, append(up("greeter"), died, sent, failed)...)
	if i := slices.IndexFunc(v.Path, func(st Step) bool { return st.Name == "queued" }); v.Rule != HostDead || i >= 0 {
		t.Errorf("near miss: sent when it was dead: %s: %+v", v.Rule, v.Path)
	}
}

// Of two that ran in one process either may have ended it.
func TestWhoElseRanInAProcessThatEndedIsNamed(t *testing.T) {
	sent, failed := hello(trace.Sent, 1*ms, 42), refused(6*ms, "greeter failed: its process was killed by SIGKILL")
	for how, want := range map[string]string{
		"pid 7 was killed by SIGKILL": "Its process, pid 7, was killed by SIGKILL; b ran in it too.",
		"pid 8 was killed by SIGKILL": "Its process, pid 7, was killed by SIGKILL.",
	} {
		other := ended(how)
		other.Extension = trace.Intern("b")
		v := verdict(t, 4*s, append(up("greeter"), sent, ended("pid 7 was killed by SIGKILL"), other, failed)...)
		if v.Rule != HostDead || v.Reason() != want {
			t.Errorf("%s: %s", v.Rule, v.Reason())
		}
	}
}

// A stop of the receiver alone, as by a change of the config, is not that of the graph.
func TestAStopOfTheReceiverAloneIsNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		sender int64 // when that stops
		want   string
	}{"alone": {9 * s, "when the stop of greeter alone ended it after 3.0 s"}, "near miss: all": {3 * s, "when stop ended it after 3.0 s"}} {
		v := verdict(t, 10*s, append(append(up("greeter"), up("relay")...), hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*ms, 42), unanswered(1*s, 42),
			state("greeter", 3*s, trace.Stop), result(3*s, 42, trace.ByStop, msg.Error), state("relay", tc.sender, trace.Stop))...)
		if !strings.Contains(v.Text, tc.want) {
			t.Errorf("%s: %s", name, v.Text)
		}
	}
}

// What the gate still holds when the receiver stops is nobody's fault but who held it.
func TestWhatIsHeldToTheEnd(t *testing.T) {
	events := append(up("greeter"), hello(trace.Sent, 0, 42), held(hello(trace.Sent, 1*ms, 42)), refused(2*s, "it was held in the gate: The destination extension has been terminated."))
	v := verdict(t, 4*s, events...)
	if st := stepOf(t, v, "queued"); v.Rule != Held || v.Level != trace.Info.String() || v.Ended || !strings.Contains(v.Text, "still held in the gate when greeter stopped") || st.Detail != "held in the gate to the end" {
		t.Errorf("%s: %s; %+v", v.Rule, v.Text, st)
	}
	for detail, want := range map[string]string{"it was held in the gate: gone": "No problems. Besides: 1 remark.", "gone": "1 problem, over before the end."} {
		f := fold(append(up("greeter"), hello(trace.Sent, 0, 42), held(hello(trace.Sent, 1*ms, 42)), unanswered(1*s, 42), refused(2*s, detail))...)
		if got := f.Summary(trace.Snapshot{})[4]; got != want {
			t.Errorf("%s: %s", detail, got)
		}
	}
}

// What never came into a queue does not wait in one.
func TestTheStepInTheQueueOfWhatNeverCameThere(t *testing.T) {
	for by, want := range map[trace.By]string{
		trace.ByGate: "never queued: it never came there: a rule of the gate answered it",
		trace.ByStop: "never queued: its handler never began, within 3.0 s",
	} {
		v := verdict(t, 4200*ms, append(up("greeter"), hello(trace.Sent, 0, 42), unanswered(1*s, 42), result(3*s, 42, by, msg.Error))...)
		i := slices.IndexFunc(v.Path, func(st Step) bool { return st.Name == "queued" })
		if i < 0 || fmt.Sprintf("%s %s: %s", v.Path[i].State, v.Path[i].Name, v.Path[i].Detail) != want {
			t.Errorf("%s: the path is %+v, want %s", by, v.Path, want)
		}
	}
}

// At the end of a chain it is said whose handler it is.
func TestAPlaceFurtherOnSaysWhoseItIs(t *testing.T) {
	late := lint(Unanswered, trace.Warn, ask(trace.Lint, 1*s, 50, 42, "look", "greeter", "b"))
	late.Property = []byte(`{"work":[{"what":"on_cmd look","since_ms":900,"stack":"  File \"/home/me/b.py\", line 7, in on_cmd\n    await slow()\n"}]}`)
	v := verdict(t, 4*s, hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), ask(trace.Sent, 2, 50, 42, "look", "greeter", "b"),
		ask(trace.Delivered, 3, 50, 42, "look", "greeter", "b"), unanswered(1*s, 42), late)
	if v.Rule != WaitsOnChild || v.Line != 7 || v.PlaceIs != "where the handler of b waits" {
		t.Errorf("%s at line %d (%s)", v.Rule, v.Line, v.PlaceIs)
	}
}

// A waits on B waits on C, whose loop is blocked.
func TestChainsAreFollowedToTheirEnd(t *testing.T) {
	events := slices.Concat(up("c"), []trace.Event{
		hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42),
		ask(trace.Sent, 2, 50, 42, "look", "greeter", "b"), ask(trace.Delivered, 3, 50, 0, "look", "greeter", "b"),
		ask(trace.Sent, 4, 60, 50, "fetch", "b", "c"),
		unanswered(1*s, 42), blocks("c", 1*s, 0, "on_data tick"),
	})
	v := verdict(t, 4*s, events...)
	const want = "its handler waits for look #50 to b, which waits for fetch #60 to c, whose loop has been held by on_data tick for 3.1 s without waiting."
	if v.Rule != WaitsOnChild || !strings.HasSuffix(v.Text, want) {
		t.Errorf("%s: %s\nwant %s", v.Rule, v.Text, want)
	}
	if len(v.Chain) != 2 || v.Chain[0].ID != 50 || v.Chain[0].Rule != WaitsOnChild || v.Chain[1].ID != 60 || v.Chain[1].Rule != LoopBlocked {
		t.Errorf("chain %+v", v.Chain)
	}
	if !strings.Contains(v.Stack, "mine.spin") || v.File != "mine/mine.go" || v.Line != 33 || v.PlaceIs != "what holds the loop" {
		t.Errorf("stack %q at %s:%d, %s", v.Stack, v.File, v.Line, v.PlaceIs)
	}
}

// What waits in the queue points at what the receiver is busy with, by its stack where that is known.
func TestTheQueuePointsAtWhatIsBeforeIt(t *testing.T) {
	before := ask(trace.Delivered, 50*us, 41, 0, "chew", "relay", "greeter")
	before.Source = trace.Intern("mine/mine.go:30")
	chewed := func(at int64, id uint64) []trace.Event {
		return []trace.Event{ask(trace.Delivered, at, id, 0, "chew", "relay", "greeter"), ask(trace.Handled, at+800*ms, id, 0, "chew", "relay", "greeter")}
	}
	waits := append(up("greeter"), hello(trace.Sent, 0, 42), unanswered(1*s, 42))
	late := before
	late.Mono = 2900 * ms
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   string
	}{
		{"its stack is not known", slices.Concat(waits, []trace.Event{before}), "queued-behind mine/mine.go:30, stack false"},
		{"it holds the loop, as each does", slices.Concat(waits, chewed(1*s, 40), []trace.Event{late, blocks("greeter", 3*s, 41, "on_cmd chew")}), "queued-behind mine/mine.go:33, stack true"},
		{"near miss: another callback holds it", slices.Concat(waits, chewed(1*s, 40), []trace.Event{late, blocks("greeter", 3*s, 0, "a timer")}), "queued-behind mine/mine.go:30, stack false"},
		{"near miss: for longer than each does", slices.Concat(waits, chewed(100*ms, 40), []trace.Event{before, blocks("greeter", 1*s, 41, "on_cmd chew")}), "loop-blocked mine/mine.go:33, stack true"},
	} {
		v := verdict(t, 4200*ms, tc.events...)
		if got := fmt.Sprintf("%s %s, stack %v", v.Rule, v.Place(), v.Stack != ""); got != tc.want {
			t.Errorf("%s: %s; want %s", tc.name, got, tc.want)
		}
		if v.Rule == QueuedBehind && (v.PlaceIs != "what the receiver is busy with" || !strings.HasPrefix(v.Remedy, "Make the handler of chew faster")) {
			t.Errorf("%s: it is %s; %s", tc.name, v.PlaceIs, v.Remedy)
		}
	}
}

// A chain leads to the line and the remedy of its end, which are said once.
func TestAChainPointsAtItsEnd(t *testing.T) {
	begun := ask(trace.Delivered, 5, 60, 0, "fetch", "b", "c")
	begun.Source = trace.Intern("c/c.py:7")
	v := verdict(t, 4*s, hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42),
		ask(trace.Sent, 2, 50, 42, "look", "greeter", "b"), ask(trace.Delivered, 3, 50, 0, "look", "greeter", "b"),
		ask(trace.Sent, 4, 60, 50, "fetch", "b", "c"), begun, ask(trace.Handled, 6, 60, 0, "fetch", "b", "c"), unanswered(1*s, 42))
	if v.Rule != WaitsOnChild || v.Place() != "c/c.py:7" || v.PlaceIs != placeHandler+", of c" || !strings.HasPrefix(v.Remedy, "Look at fetch #60: call return_result") {
		t.Errorf("%s at %s, %s: %s", v.Rule, v.Place(), v.PlaceIs, v.Remedy)
	}
}

// What nobody can answer any more does not end a wait, however long the chain.
func TestAChainThatEndsInALossDoesNotGoOn(t *testing.T) {
	dropped := ask(trace.Dropped, 5, 50, 0, "look", "greeter", "b")
	dropped.Rule = trace.Intern("drop-1")
	freed := ask(trace.Freed, 7, 50, 0, "look", "greeter", "b")
	handled := ask(trace.Handled, 6, 50, 0, "look", "greeter", "b")
	further := func(e trace.Event) []trace.Event {
		return []trace.Event{ask(trace.Delivered, 3, 50, 0, "look", "greeter", "b"), ask(trace.Sent, 4, 60, 50, "fetch", "b", "c"), e}
	}
	lost := ask(trace.Freed, 7, 60, 0, "fetch", "b", "c")
	hopeless := func(what string) string {
		return "Nothing can answer " + what + " any more: it goes on only when that wait is given up."
	}
	for name, tc := range map[string]struct {
		more []trace.Event
		want string
	}{
		"lost":                  {[]trace.Event{ask(trace.Delivered, 3, 50, 0, "look", "greeter", "b"), handled, freed}, hopeless("look #50")},
		"dropped":               {[]trace.Event{dropped}, hopeless("look #50")},
		"lost further on":       {further(lost), hopeless("fetch #60")},
		"near miss: it is kept": {[]trace.Event{ask(trace.Delivered, 3, 50, 0, "look", "greeter", "b"), handled}, "It goes on when look #50 is answered."},
		"near miss: further on": {further(ask(trace.Delivered, 7, 60, 0, "fetch", "b", "c")), "It goes on when look #50 is answered."},
	} {
		events := slices.Concat([]trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), ask(trace.Sent, 2, 50, 42, "look", "greeter", "b")}, tc.more, []trace.Event{unanswered(1*s, 42)})
		if v := verdict(t, 4*s, events...); v.Rule != WaitsOnChild || v.So != tc.want {
			t.Errorf("%s: %s: %s\nwant %s", name, v.Rule, v.So, tc.want)
		}
	}
}

// Who sent a command on does not wait: its answer is that of the other. Who merely had something sent, by a task, has not sent it on.
func TestWhatWasSentOnDoesNotWait(t *testing.T) {
	child := ask(trace.Sent, 2, 50, 42, "look", "greeter", "b")
	on := child
	on.By = trace.ByRelay
	ended := hello(trace.Handled, 3, 42)
	ended.Debtor = trace.DebtorChild
	freed := ask(trace.Freed, 7, 50, 0, "look", "greeter", "b")
	for name, tc := range map[string]struct {
		more      []trace.Event
		rule      string
		what, and string
	}{
		"sent on":              {[]trace.Event{on, ended}, WaitsOnChild, "it was sent on as look #50 to b", "It is answered when look #50 is."},
		"sent on, and lost":    {[]trace.Event{on, ended, freed}, WaitsOnChild, "it was sent on as look #50 to b", "Nothing can answer look #50 any more, and so not this one."},
		"near miss: by a task": {[]trace.Event{child, ended}, ReturnedNoResult, "without a result; look #50 to b, which was sent for it, is open too.", "Whether something still holds the command, and can answer it, is known within two seconds."},
		"near miss: it waits":  {[]trace.Event{child}, WaitsOnChild, "its handler waits for look #50 to b", "It goes on when look #50 is answered."},
	} {
		events := slices.Concat([]trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42)}, tc.more, []trace.Event{unanswered(1*s, 42)})
		if v := verdict(t, 4*s, events...); v.Rule != tc.rule || !strings.Contains(v.Text, tc.what) || v.So != tc.and {
			t.Errorf("%s: %s: %s %s", name, v.Rule, v.Text, v.So)
		}
	}
}

// The stack of a handler, or of its task, says whether it waits for what it sent or for something else.
func TestWhoWaitsElsewhereDoesNotWaitForWhatItSent(t *testing.T) {
	python := func(last string) work {
		return work{What: "on_cmd hello", Stack: "  File \"/home/me/agent.py\", line 11, in on_cmd\n    await self.done\n" + last}
	}
	lib := func(file, fn string) string {
		return fmt.Sprintf("  File \"/usr/lib/python3.11/asyncio/%s\", line 213, in %s\n    await fut\n", file, fn)
	}
	golang := func(frames ...string) work {
		return work{What: "on_cmd hello", Stack: strings.Join(frames, "\n\t/x/y.go:1\n") + "\n\t/x/y.go:1\nmine.run\n\t/home/me/mine/mine.go:33"}
	}
	for name, tc := range map[string]struct {
		work work
		want bool
	}{
		"an event":                 {python(lib("locks.py", "wait")), true},
		"a queue":                  {python(lib("queues.py", "get")), true},
		"a time":                   {python(lib("tasks.py", "sleep")), true},
		"near miss: a timeout":     {python(lib("tasks.py", "wait_for")), false},
		"near miss: the author's":  {python(""), false},
		"near miss: not innermost": {python(lib("locks.py", "wait") + "  File \"/home/me/agent.py\", line 20, in ask\n    await env.send_cmd(cmd)\n"), false},
		"Sleep in Go":              {golang("tenbench/engine.(*activation).park", "tenbench/engine.(*goEnv).Sleep"), true},
		"a queue in Go":            {golang("tenbench/engine.(*Queue[go.shape.*uint8]).Get"), true},
		"near miss: SendCmd in Go": {golang("tenbench/engine.(*Queue[go.shape.int]).Get", "tenbench/engine.(*goEnv).SendCmdEx.func1"), false},
		"near miss: Task.Wait":     {golang("tenbench/engine.(*Task).Wait"), false},
		"nothing is known":         {work{}, false},
	} {
		late := unanswered(1*s, 42)
		late.Debtor = trace.DebtorChild
		if tc.work.What != "" {
			late.Property, _ = json.Marshal(map[string]any{"work": []work{tc.work}})
		}
		events := []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), ask(trace.Sent, 2, 50, 42, "look", "greeter", "b"), late}
		v := verdict(t, 4*s, events...)
		if got := v.Rule == HandlerRunning && strings.HasSuffix(v.Text, "; look #50 to b, which was sent for it, is open too."); got != tc.want || !got && v.Rule != WaitsOnChild {
			t.Errorf("%s: %s: %s", name, v.Rule, v.Text)
		}
		answered := append(events, childAnswers(3*s, 50, msg.OK), result(3100*ms, 42, trace.ByHandler, msg.OK))
		if v := verdict(t, 4*s, answered...); strings.Contains(v.Text, "waited for look #50") == tc.want {
			t.Errorf("%s, answered: %s", name, v.Text)
		}
	}
}

// A task that has the command and waits for one that was sent for it is followed.
func TestATaskThatWaitsForACommandIsFollowed(t *testing.T) {
	child := ask(trace.Sent, 2, 50, 42, "look", "greeter", "b")
	ended := hello(trace.Handled, 3, 42)
	ended.Debtor = trace.DebtorChild
	freed := ask(trace.Freed, 7, 50, 0, "look", "greeter", "b")
	for line, want := range map[string]string{
		"":                       "its task Agent.run() waits for look #50 to b, which lost it.",
		"/usr/asyncio/queues.py": "its task Agent.run() waits at “await getter”; its handler returned after 0 µs without a result, and something still holds the command; look #50 to b, which was sent for it, is open too.",
	} {
		stack := "  File \"/home/me/agent.py\", line 20, in run\n    await it\n"
		if line != "" {
			stack = fmt.Sprintf("  File %q, line 9, in get\n    await getter\n", line)
		}
		kept := lint(Kept, trace.Warn, hello(trace.Lint, 1600*ms, 42))
		kept.Debtor = trace.DebtorChild
		kept.Property, _ = json.Marshal(map[string]any{"work": []work{{What: "Agent.run()", Stack: stack, Has: true}}})
		v := verdict(t, 4*s, hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), child, ended, ask(trace.Delivered, 5, 50, 0, "look", "greeter", "b"), ask(trace.Handled, 6, 50, 0, "look", "greeter", "b"), freed, unanswered(1*s, 42), kept)
		if !strings.HasSuffix(v.Text, want) || (v.Rule == WaitsOnChild) != (line == "") {
			t.Errorf("%s: %s\nwant ...%s", v.Rule, v.Text, want)
		}
	}
}

// In a chain it is another command that holds the loop: "this handler" would be that of the first.
func TestAChainNamesTheHandlerThatHoldsTheLoop(t *testing.T) {
	events := slices.Concat(up("b"), []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), ask(trace.Sent, 2, 50, 42, "look", "greeter", "b"),
		ask(trace.Delivered, 3, 50, 0, "look", "greeter", "b"), unanswered(1*s, 42), blocks("b", 1*s, 50, "on_cmd look")})
	if v := verdict(t, 4*s, events...); !strings.Contains(v.Text, "look #50 to b, whose loop has been held by its handler for 3.1 s without waiting") {
		t.Errorf("%s: %s", v.Rule, v.Text)
	}
}

// The line of partial results that were not the last is where the last of them came from: which way out they missed nobody knows.
func TestTheLineOfPartialResultsWithoutAFinalOne(t *testing.T) {
	first, last := partial(200*us), partial(300*us)
	first.Source, last.Source = trace.Intern("greeter/greeter.go:24"), trace.Intern("greeter/greeter.go:27")
	events := []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), first, last, hello(trace.Handled, 400*us, 42), unanswered(1*s, 42)}
	f := fold(events...)
	f.SetWays(Handler{f.handlers[handler{node{trace.Intern("demo"), trace.Intern("greeter")}, trace.Intern("hello")}].String(), "hello"}, Ways{Exit: "greeter/greeter.go:99"})
	v, _ := f.Verdict(42, trace.Snapshot{Mono: 4 * s}, inMemory(events))
	if v.Rule != PartialOnly || v.Place() != "greeter/greeter.go:27" || v.PlaceIs != placePartial {
		t.Errorf("%s at %s, %s", v.Rule, v.Place(), v.PlaceIs)
	}
	end := result(5*s, 42, trace.ByStop, msg.Error)
	end.Seq = uint64(len(events) + 1)
	f.Add(&end)
	if p := f.Problems(trace.Snapshot{Mono: 6 * s}); len(p) != 1 || p[0].Rule != PartialOnly || p[0].Place() != "greeter/greeter.go:27" {
		t.Errorf("when the stop has ended it the list says %+v", p)
	}
}

func TestCirclesOfWaitsAreNamed(t *testing.T) {
	// Each handler waits for a command that the other's mailbox holds because its on_init waits too.
	events := slices.Concat(up("a")[:3], up("b")[:3], []trace.Event{
		ask(trace.Sent, 10, 42, 0, "x", "a", "b"), ask(trace.Sent, 11, 43, 0, "y", "b", "a"),
		lint(Unanswered, trace.Error, ask(trace.Lint, 1*s, 42, 0, "x", "a", "b")),
	})
	v := verdict(t, 4*s, events...)
	if v.Rule != WaitsOnInit || !strings.Contains(v.Text, "waits for y #43 to a, whose on_init has not ended for 4.0 s and waits for x #42 to b again: they wait for each other") {
		t.Errorf("%s: %s", v.Rule, v.Text)
	}
}

// The handler came as far as its last log line: the ways out before it were not taken.
func TestTheLineAfterTheLastLogLine(t *testing.T) {
	log := event(trace.LogLine, 300*us, "greeter")
	log.ID, log.Level, log.Detail, log.Source = 42, trace.Debug, "hm", trace.Intern("greeter/greeter.go:30")
	for name, tc := range map[string]struct {
		ways Ways
		want string
	}{
		"one after it":      {Ways{Exit: "greeter/greeter.go:27", Others: []int{33}}, "33 likely: a way out without a result after its last log line"},
		"two after it":      {Ways{Exit: "greeter/greeter.go:30", Others: []int{35}}, "30 likely: a way out without a result after its last log line; so is 35"},
		"none after it":     {Ways{Exit: "greeter/greeter.go:27", Others: []int{29}}, "30 likely: the handler's last log line"},
		"in another source": {Ways{Exit: "greeter/other.go:33"}, "30 likely: the handler's last log line"},
	} {
		f := fold(append(forgotten(), log)...)
		f.Verdict(42, trace.Snapshot{}, nil)
		f.SetWays(Handler{"greeter/greeter.go:21", "hello"}, tc.ways)
		v, _ := f.Verdict(42, trace.Snapshot{}, nil)
		if got := fmt.Sprintf("%d %s", v.Line, v.PlaceText()); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestTheLine(t *testing.T) {
	log := event(trace.LogLine, 300*us, "greeter")
	log.ID, log.Level, log.Detail, log.Source = 42, trace.Debug, "hm", trace.Intern("greeter/greeter.go:30")
	other := log
	other.ID, other.Source = 43, trace.Intern("greeter/greeter.go:99")
	place := func(v Verdict) string { return fmt.Sprintf("%s:%d %s", v.File, v.Line, v.PlaceIs) }

	f := fold(append(forgotten(), log)...)
	v, _ := f.Verdict(42, trace.Snapshot{}, nil)
	if got := place(v); got != "greeter/greeter.go:30 "+placeLog {
		t.Errorf("with a log line: %s", got)
	}

	f = fold(append(forgotten(), other)...)
	v, _ = f.Verdict(42, trace.Snapshot{}, nil)
	if got := place(v); got != "greeter/greeter.go:21 "+placeHandler {
		t.Errorf("without: %s", got)
	}
	if asked := f.Unread(); !slices.Equal(asked, []Handler{{"greeter/greeter.go:21", "hello"}}) || len(f.Unread()) != 0 {
		t.Errorf("unread %q", asked)
	}
	f.SetWays(Handler{"greeter/greeter.go:21", "hello"}, Ways{Exit: "greeter/greeter.go:27", Keep: "greeter/greeter.go:25"})
	v, _ = f.Verdict(42, trace.Snapshot{}, nil)
	if got := place(v); got != "greeter/greeter.go:27 "+placeExit {
		t.Errorf("with the source: %s", got)
	}
	f.SetWays(Handler{"greeter/greeter.go:21", "hello"}, Ways{Exit: "greeter/greeter.go:27", Others: []int{30, 33, 35, 36, 40, 41}})
	v, _ = f.Verdict(42, trace.Snapshot{}, nil)
	if got := v.PlaceText(); got != "likely: a way out without a result; so are 30, 33, 35, 36 and 2 more" {
		t.Errorf("with several ways out: %s", got)
	}
	if p := f.Problems(trace.Snapshot{})[0]; p.Line != 27 || p.Confidence != Proven {
		t.Errorf("the problem says %s:%d, %s", p.File, p.Line, p.Confidence)
	}

	f = fold(hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), unanswered(1*s, 42))
	if f.Verdict(42, trace.Snapshot{}, nil); len(f.Unread()) != 0 {
		t.Error("the ways out of a handler that runs are of no interest")
	}
}

// One handler takes the commands of all names: its source is read for each. Where a conversion gave the command another name than it was
// sent with, none is known.
func TestTheSourceIsReadForTheNameOfTheCommand(t *testing.T) {
	kept := func(kind trace.Kind, at int64, id uint64, name string) trace.Event {
		e := hello(kind, at, id)
		e.Name = trace.Intern(name)
		return e
	}
	var events []trace.Event
	for i, name := range []string{"start", "stop"} {
		id, late := uint64(50+i), kept(trace.Lint, 2*s, uint64(50+i), name)
		events = append(events, kept(trace.Sent, 0, id, name), kept(trace.Delivered, 100*us, id, name), kept(trace.Handled, 400*us, id, name),
			lint(Unanswered, trace.Error, late))
	}
	f := fold(events...)
	places := map[uint64]string{}
	for range 2 {
		for id := range uint64(2) {
			v, _ := f.Verdict(50+id, trace.Snapshot{}, nil)
			places[50+id] = fmt.Sprint(v.Line)
		}
		for _, h := range f.Unread() {
			f.SetWays(h, Ways{Exit: "greeter/greeter.go:" + map[string]string{"start": "27", "stop": "31"}[h.Name]})
		}
	}
	if places[50] != "27" || places[51] != "31" {
		t.Errorf("the lines are %v", places)
	}

	f = fold(kept(trace.Sent, 0, 42, "start"), kept(trace.Delivered, 100*us, 42, "begin"), kept(trace.Handled, 400*us, 42, "begin"), unanswered(1*s, 42))
	f.Verdict(42, trace.Snapshot{}, nil)
	if asked := f.Unread(); !slices.Equal(asked, []Handler{{Place: "greeter/greeter.go:21"}}) {
		t.Errorf("asked %v", asked)
	}
}

// Where on_init hung is known after the stop that ended it, too.
func TestTheStackOfAStageOutlivesTheStop(t *testing.T) {
	stuck := lint(StageNeverDone, trace.Error, event(trace.Lint, 6*s, "greeter"))
	stuck.Property = []byte(`{"work":[{"what":"on_init","since_ms":6000,"stack":"mine.(*x).OnInit\n\t/home/me/mine/mine.go:12"}]}`)
	events := append(up("greeter")[:3], hello(trace.Sent, 0, 42), unanswered(1*s, 42), stuck)
	stopped := append(slices.Clone(events), state("greeter", 7*s, trace.Stop), state("greeter", 7*s, trace.Deinit), result(7*s, 42, trace.ByStop, msg.Error))
	for name, all := range map[string][]trace.Event{"live": events, "stopped": stopped} {
		if v := verdict(t, 7*s, all...); v.Rule != WaitsOnInit || v.File != "mine/mine.go" || v.Line != 12 || v.Stack == "" {
			t.Errorf("%s: %s at %s:%d, stack %q", name, v.Rule, v.File, v.Line, v.Stack)
		}
	}
}

// Who keeps a command is looked for where it was put away; who lost it, where the handler ended.
func TestTheLineOfWhatIsKept(t *testing.T) {
	sent, begun, handled, late := hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), hello(trace.Handled, 400*us, 42), unanswered(1*s, 42)
	begun.Source = trace.Intern("greeter/greeter.go:21")
	kept := lint(Kept, trace.Warn, hello(trace.Lint, 1600*ms, 42))
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   string
	}{
		{"kept", []trace.Event{sent, begun, handled, late, kept}, "25 " + placeKeep},
		{"near miss: lost", []trace.Event{sent, begun, handled, late, hello(trace.Freed, 1100*ms, 42)}, "27 " + placeExit},
		{"near miss: not known", []trace.Event{sent, begun, handled, late}, "27 " + placeExit},
	} {
		f := fold(tc.events...)
		f.Verdict(42, trace.Snapshot{}, nil)
		f.SetWays(Handler{"greeter/greeter.go:21", "hello"}, Ways{Exit: "greeter/greeter.go:27", Keep: "greeter/greeter.go:25"})
		if v, _ := f.Verdict(42, trace.Snapshot{}, nil); fmt.Sprint(v.Line, " ", v.PlaceIs) != tc.want {
			t.Errorf("%s: line %d, %s; want %s", tc.name, v.Line, v.PlaceIs, tc.want)
		}
	}
}

// What an author is told to call has the name it has in the extension's language.
func TestRemediesSpeakTheLanguageOfTheExtension(t *testing.T) {
	python := event(trace.Process, 0, "greeter")
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   string
	}{
		{"Go", forgotten(), "Call ReturnResult on"},
		{"Python", append([]trace.Event{python}, forgotten()...), "Call return_result on"},
		{"Python, by its handler", append([]trace.Event{ask(trace.Sent, 0, 7, 0, "x", "relay", "greeter"), handlerAt("greeter/x.py:3")}, forgotten()...), "Call return_result on"},
		{"Python, by what handles data", append([]trace.Event{pageAt(trace.Delivered, "greeter/x.py:3"), pageAt(trace.Handled, "")}, forgotten()...), "Call return_result on"},
		{"near miss: Go, by what handles data", append([]trace.Event{pageAt(trace.Delivered, "greeter/x.go:3"), pageAt(trace.Handled, "")}, forgotten()...), "Call ReturnResult on"},
		{"near miss: another is Python", append([]trace.Event{event(trace.Process, 0, "relay")}, forgotten()...), "Call ReturnResult on"},
	} {
		f := fold(tc.events...)
		v, _ := f.Verdict(42, trace.Snapshot{}, nil)
		if p := f.Problems(trace.Snapshot{})[0]; !strings.HasPrefix(v.Remedy, tc.want) || p.Remedy != v.Remedy {
			t.Errorf("%s: %q and %q", tc.name, v.Remedy, p.Remedy)
		}
	}
	made := state("greeter", 0, trace.Configure)
	made.Property = []byte(`{"sync":true}`)
	f := fold(python, made)
	for rule, remedy := range remedies {
		if said := f.words(f.at(node{python.Graph, python.Extension}), remedy); strings.Contains(said, "asyncio.") || strings.ContainsAny(said, "{}") {
			t.Errorf("%s of a synchronous extension: %q", rule, said)
		}
		for _, w := range []world{{}, {python: true}, {program: true}, {program: true, python: true}} {
			for _, keys := range []bool{false, true} {
				if said := (&Fold{Keys: keys}).words(&w, remedy); strings.ContainsAny(said, "{}") {
					t.Errorf("%s: %q", rule, said)
				}
			}
		}
	}
}

// A row of callbacks holds the loop until that is free: the begin of the next of them does not free it.
func TestARowOfCallbacksHoldsTheLoop(t *testing.T) {
	for _, tc := range []struct {
		row   bool
		until int64
	}{{true, 3 * s}, {false, 1500 * ms}} {
		var w world
		e := blocks("greeter", 1*s, 0, "several on_data page")
		if tc.row {
			e.Property = []byte(strings.Replace(string(e.Property), `{"what"`, `{"row":true,"what"`, 1))
		}
		w.note(&e, false)
		next, free := event(trace.Delivered, 1500*ms, "greeter"), lint(LoopBlocked, trace.Info, event(trace.Lint, 3*s, "greeter"))
		w.begin(&next)
		if held := w.blocked() != nil; held != tc.row {
			t.Errorf("row %v: held %v when the next one begins", tc.row, held)
		}
		w.note(&free, true)
		if got := w.blocks[0].until; got != tc.until {
			t.Errorf("row %v: held until %d", tc.row, got)
		}
	}
}

// An answer that came when the path timeout had ended the command says that the handler is slow, and not for ever at something.
func TestAnAnswerAfterThePathTimeout(t *testing.T) {
	timeout := result(1500*ms, 42, trace.ByTimeout, msg.Error)
	late := lint(LateAnswer, trace.Info, hello(trace.Lint, 2*s, 42))
	events := []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), unanswered(1*s, 42), timeout, late, hello(trace.Handled, 2*s, 42)}
	v := verdict(t, 3*s, events...)
	if !strings.HasSuffix(v.Why, "; its answer came 500 ms after the timeout") || v.Remedy != remedies[LateAnswer] {
		t.Errorf("%q, %q", v.Why, v.Remedy)
	}
	if v := verdict(t, 3*s, append(slices.Clone(events[:4]), events[5])...); strings.Contains(v.Why, "its answer") || v.Remedy == remedies[LateAnswer] {
		t.Errorf("near miss, no answer: %q, %q", v.Why, v.Remedy)
	}
}

// A command that is lost because the class takes none points at the class, and at no way out of anything.
func TestAClassWithoutOnCmdIsToldSo(t *testing.T) {
	made := state("greeter", 0, trace.Configure)
	made.Property = []byte(`{"no_on_cmd":true}`)
	events := append([]trace.Event{made}, forgotten()...)
	events[2].Source = trace.Intern("greeter/x.py:7")
	f := fold(events...)
	v, _ := f.Verdict(42, trace.Snapshot{}, nil)
	if !strings.Contains(v.Why, "its class has no on_cmd") || v.Remedy != "Give the class an on_cmd that calls return_result." {
		t.Errorf("%q, %q", v.Why, v.Remedy)
	}
	if v.File != "greeter/x.py" || v.Line != 7 || v.PlaceIs != placeClass || len(f.Unread()) > 0 {
		t.Errorf("%s:%d is %q", v.File, v.Line, v.PlaceIs)
	}
	again := fold(append(events, state("greeter", 3*s, trace.Configure))...)
	if v, _ := again.Verdict(42, trace.Snapshot{}, nil); strings.Contains(v.Why, "no on_cmd") {
		t.Errorf("the next instance may have one: %q", v.Why)
	}
}

// Where an extension runs in a program of its own, nobody can press R, and where a remedy is read off the screen, nobody can press anything.
func TestRemediesKnowWhereTheExtensionRuns(t *testing.T) {
	for _, tc := range []struct {
		app  string
		keys bool
		want string
	}{
		{"", true, "then save or press R to restart the extension."},
		{"", false, "then save, or run it again."},
		{"program", true, "then run the program again."},
		{"program", false, "then run the program again."},
	} {
		e := event(trace.Transition, 1*s, "greeter")
		e.State, e.App, e.Detail = trace.Failed, trace.Intern(tc.app), "it broke"
		f := fold(e, lint(ExtensionFailed, trace.Error, event(trace.Lint, 1*s, "greeter")))
		f.Keys = tc.keys
		problems := f.Problems(trace.Snapshot{})
		if len(problems) != 1 || !strings.HasSuffix(problems[0].Remedy, tc.want) {
			t.Errorf("%+v: %+v", tc, problems)
		}
	}
}

// keyNamed is what a person presses, as texts name it.
var keyNamed = regexp.MustCompile(`\b[Pp]ress\b|\bwith (?:[b-zA-Z]\b|a,|a in\b)|:gate`)

// What is written where there are no keys names none; the same pages stand on the screen and in the terminal.
func TestPlainWordsNameNoKeys(t *testing.T) {
	held, toYou := ask(trace.Held, 2, 42, 0, "hello", "relay", "greeter"), ask(trace.Sent, 1, 42, 0, "hello", "relay", "ten:bench")
	dropped := ask(trace.Dropped, 2, 42, 0, "hello", "relay", "greeter")
	held.Debtor, toYou.Debtor, dropped.Rule = trace.DebtorHeld, trace.DebtorHandler, trace.Intern("b1")
	for name, events := range map[string][]trace.Event{
		Held:          {hello(trace.Sent, 1, 42), held, unanswered(2*s, 42)},
		DroppedByRule: {hello(trace.Sent, 1, 42), dropped, unanswered(2*s, 42)},
		WaitsForYou:   {toYou, unanswered(2*s, 42)},
	} {
		for _, keys := range []bool{false, true} {
			f := fold(events...)
			f.Keys = keys
			v, ok := f.Verdict(42, trace.Snapshot{}, nil)
			if !ok || v.Rule != name || keyNamed.MatchString(v.Remedy) != keys || strings.ContainsAny(v.Remedy, "{}") {
				t.Errorf("%s, keys %v: %s: %q", name, keys, v.Rule, v.Remedy)
			}
		}
	}
	for rule, remedy := range remedies {
		if said := new(Fold).words(&world{}, remedy); keyNamed.MatchString(said) {
			t.Errorf("%s: %q", rule, said)
		}
	}
	for rule, p := range Pages {
		for _, said := range []string{p.Means, p.Found, p.Do} {
			if keyNamed.MatchString(said) {
				t.Errorf("the page of %s: %q", rule, said)
			}
		}
	}
}

// The first app of a program has a name only if it gives itself one.
func TestAProgramIsKnownByWhatIsSaidOfItsProcess(t *testing.T) {
	for said, want := range map[string]string{"pid 7 was killed by SIGKILL": "then run it again.", "the process was killed by SIGKILL": "then run the program again."} {
		dead := event(trace.Process, 1*s, "greeter")
		dead.Level, dead.Detail = trace.Error, said
		failed := event(trace.Transition, 1*s, "greeter")
		failed.State = trace.Failed
		problems := fold(dead, failed, lint(ExtensionFailed, trace.Error, event(trace.Lint, 1*s, "greeter"))).Problems(trace.Snapshot{})
		if len(problems) != 1 || problems[0].Rule != HostDead || !strings.HasSuffix(problems[0].Remedy, want) {
			t.Errorf("%q: %+v, want a remedy that ends with %q", said, problems, want)
		}
	}
}

// Who died first, and who was left to be told, is said as it was.
func TestADeadReceiverIsNotSaidToHaveAnswered(t *testing.T) {
	dead := func(extension, how string, at int64) trace.Event {
		e := event(trace.Process, at, extension)
		e.Level, e.Detail = trace.Error, how
		return e
	}
	failedAt := func(at int64, extension string) trace.Event {
		e := state(extension, at, trace.Failed)
		e.Detail = "its process was killed by SIGKILL"
		return e
	}
	const pid7, pid8, program = "pid 7 was killed by SIGKILL", "pid 8 was killed by SIGKILL", "the process was killed by SIGKILL"
	sent, begun := hello(trace.Sent, 1*s, 42), hello(trace.Delivered, 1*s+1, 42)
	refusedNow := refused(2*s, "greeter failed: its process was killed by SIGKILL")
	for _, tc := range []struct {
		name       string
		events     []trace.Event
		brief, so  string
		answerStep string
	}{
		{"the receiver", []trace.Event{sent, begun, dead("greeter", pid7, 2*s), failedAt(2*s, "greeter"), refusedNow},
			"greeter had not answered hello #42 from relay when its process ended, after 1.0 s", "The engine gave relay an ERROR in place of an answer.", "an ERROR from the engine, in place of one"},
		{"the receiver, long before", []trace.Event{dead("greeter", pid7, 500*ms), failedAt(500*ms, "greeter"), sent, refused(1*s+1, "The extension[greeter] is invalid.")},
			"greeter was gone before hello #42 from relay came", "The engine gave relay an ERROR in place of an answer.", "an ERROR from the engine, in place of one"},
		{"both in one process, the receiver first", []trace.Event{sent, begun, dead("greeter", pid7, 2*s), dead("relay", pid7, 2*s), failedAt(2*s, "greeter"), refusedNow, failedAt(2*s, "relay")},
			"greeter had not answered hello #42 from relay when the death of its process ended it after 1.0 s", "relay was in that process too: nobody was left to be told.", "none: the death of its process ended it"},
		{"both in one program, the receiver first", []trace.Event{sent, begun, dead("greeter", program, 2*s), failedAt(2*s, "greeter"), refusedNow, dead("relay", program, 2*s), failedAt(2*s, "relay")},
			"greeter had not answered hello #42 from relay when the death of its process ended it after 1.0 s", "relay was in that process too: nobody was left to be told.", "none: the death of its process ended it"},
		{"near miss: two processes", []trace.Event{sent, begun, dead("greeter", pid7, 2*s), failedAt(2*s, "greeter"), refusedNow, dead("relay", pid8, 2*s), failedAt(2*s, "relay")},
			"greeter had not answered hello #42 from relay when its process ended, after 1.0 s", "The engine gave relay an ERROR in place of an answer.", "an ERROR from the engine, in place of one"},
		{"near miss: the sender died much later", []trace.Event{sent, begun, dead("greeter", program, 2*s), failedAt(2*s, "greeter"), refusedNow, dead("relay", program, 9*s), failedAt(9*s, "relay")},
			"greeter had not answered hello #42 from relay when its process ended, after 1.0 s", "The engine gave relay an ERROR in place of an answer.", "an ERROR from the engine, in place of one"},
		{"near miss: it failed, and its process lives", []trace.Event{sent, begun, failedAt(2*s, "greeter"), refused(2*s, "greeter failed: boom")},
			"greeter had not answered hello #42 from relay when it failed, after 1.0 s", "What is sent to it is answered with an ERROR until it runs again.", "an ERROR from the engine, in place of one"},
	} {
		v := verdict(t, 10*s, append(append(up("greeter"), up("relay")...), tc.events...)...)
		if step := v.Path[len(v.Path)-1]; v.Brief != tc.brief || v.So != tc.so || step.Detail != tc.answerStep {
			t.Errorf("%s:\n%s\n%s\n%s", tc.name, v.Brief, v.So, step.Detail)
		}
	}
}

// pageAt is a step of the handling of data by greeter, at a place.
func pageAt(kind trace.Kind, place string) trace.Event {
	e := event(kind, 1, "greeter")
	e.Type, e.ID, e.Name = msg.KindData, 7, trace.Intern("page")
	if place != "" {
		e.Source = trace.Intern(place)
	}
	return e
}

// handlerAt is the beginning of a handler of greeter at a place.
func handlerAt(place string) trace.Event {
	e := ask(trace.Delivered, 1, 7, 0, "x", "relay", "greeter")
	e.Source = trace.Intern(place)
	return e
}

// A handler that waits is quoted with the author's own line, not with the library's.
func TestTheLineThatWaitsIsQuoted(t *testing.T) {
	late := unanswered(1*s, 42)
	late.Property = []byte(`{"work":[{"what":"on_cmd hello","await":"await fut","stack":"  File \"/home/me/x.py\", line 28, in ready\n    await self.ready.wait()  # for ever\n  File \"/usr/lib/python3.11/asyncio/locks.py\", line 213, in wait\n    await fut\n"}]}`)
	v := verdict(t, 2*s, hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), late)
	if !strings.HasSuffix(v.Text, "running for 2.0 s, at “await self.ready.wait()”.") || v.File != "/home/me/x.py" || v.Line != 28 {
		t.Errorf("%s at %s:%d", v.Text, v.File, v.Line)
	}
}

// Of many commands that wait at one place some may not have been looked at: they are said to be like the one that was.
func TestAStackStandsForOthersLikeIt(t *testing.T) {
	seen := unanswered(1*s, 41)
	seen.Property = []byte(`{"work":[{"what":"on_cmd hello","stack":"  File \"/home/me/x.py\", line 28, in ready\n    await self.ready.wait()\n"}]}`)
	events := []trace.Event{hello(trace.Sent, 0, 41), hello(trace.Delivered, 1, 41), hello(trace.Sent, 2, 42), hello(trace.Delivered, 3, 42), seen, unanswered(1100*ms, 42)}
	v := verdict(t, 2*s, events...)
	if !strings.HasSuffix(v.Text, "running for 2.0 s; that of #41 waits at “await self.ready.wait()”.") || v.Line != 28 || v.PlaceIs != "where the handler of #41 waits" {
		t.Errorf("%s at line %d, %s", v.Text, v.Line, v.PlaceIs)
	}
	for name, e := range map[string]*trace.Event{"another sender's": &events[4], "another receiver's": &events[4]} {
		other := *e
		if other.From = trace.Intern("somebody"); name == "another receiver's" {
			other.From, other.To, other.Extension = e.From, trace.Intern("somebody"), trace.Intern("somebody")
		}
		changed := slices.Clone(events)
		changed[4] = other
		if v := verdict(t, 2*s, changed...); v.Stack != "" || strings.Contains(v.Text, "that of #") {
			t.Errorf("near miss, %s: %s", name, v.Text)
		}
	}
}

func TestPlaceInAStack(t *testing.T) {
	for stack, want := range map[string]string{
		"": "",
		"runtime.gopark\n\t/go/src/runtime/proc.go:1\ntenbench/engine.(*activation).park\n\t/x/engine/loop.go:9\nmine.(*x).OnCmd\n\t/home/me/mine/x.go:7":                                          "mine/x.go:7",
		"Traceback (most recent call last):\n  File \"/usr/lib/python3/asyncio/events.py\", line 80, in _run\n  File \"/home/me/tool/extension.py\", line 41, in on_cmd\n    time.sleep(3)":        "/home/me/tool/extension.py:41",
		"  File \"/home/me/tool/extension.py\", line 41, in on_cmd\n    env.get_property_int(1)\n  File \"/home/me/.cache/tenbench/runtime-1f/ten/ten_env_base.py\", line 60, in value\n    raise": "/home/me/tool/extension.py:41",
		"  File \"/home/me/tool/extension.py\", line 41, in on_cmd\n    await q.get()\n  File \"/usr/lib/python3.11/asyncio/queues.py\", line 158, in get\n    await getter":                       "/home/me/tool/extension.py:41",
		"  File \"/venv/site-packages/tool/extension.py\", line 41, in on_cmd\n    time.sleep(3)":                                                                                                  "/venv/site-packages/tool/extension.py:41",
		"iter.Pull[...].func1.1\n\t/usr/local/go/src/iter/iter.go:287\ntenbench/engine.(*worker).leave\n\t/x/engine/worker.go:154\nmine.(*x).OnCmd\n\t/home/me/mine/x.go:7":                        "mine/x.go:7",
		"only words": "",
	} {
		if got := placeIn(stack); got != want {
			t.Errorf("placeIn(%q) = %q, want %q", stack, got, want)
		}
	}
}

// The rule changes as more becomes known; the problem stays the same one.
func TestReturnedNoResultBecomesLostUnderTheSameKey(t *testing.T) {
	events := forgotten()
	young, old := fold(events[:4]...).Problems(trace.Snapshot{})[0], fold(events...).Problems(trace.Snapshot{})[0]
	if young.Rule != ReturnedNoResult || old.Rule != Lost || young.Key != old.Key {
		t.Errorf("%s %q and %s %q", young.Rule, young.Key, old.Rule, old.Key)
	}
}

func TestVerdictsAreTheSameLiveAndFromJSON(t *testing.T) {
	v := verdict(t, 4*s, forgotten()...)
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"rule":"lost"`, `"extension":"greeter"`, `"file":"greeter/greeter.go"`, `"line":21`, `"confidence":"proven"`, `"evidence":[`, `"remedy":`, `"path":[{"name":"sent"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

func TestNothingIsKnownOfAnUnknownCommand(t *testing.T) {
	if v, ok := fold(forgotten()...).Verdict(4711, trace.Snapshot{}, nil); ok {
		t.Errorf("%+v", v)
	}
}

func TestMutedProblemsComeLastButBeforeTheEnded(t *testing.T) {
	f := fold(append(forgotten(), lint(QueueFull, trace.Warn, event(trace.Lint, 1*s, "a")))...)
	worst := f.Problems(trace.Snapshot{})[0]
	f.Mute(worst.Key, true)
	got := f.Problems(trace.Snapshot{})
	if got[0].Rule != QueueFull || !got[1].Muted || got[1].Key != worst.Key {
		t.Errorf("%+v", got)
	}
	f.Mute(worst.Key, false)
	if got := f.Problems(trace.Snapshot{}); got[0].Key != worst.Key || got[0].Muted {
		t.Errorf("%+v", got)
	}
}

// The line of a command that waits behind another is where that one is, or what blocks the loop.
func TestBehindAnotherTheLineIsThatOfTheOther(t *testing.T) {
	sent, late := hello(trace.Sent, 0, 42), unanswered(1*s, 42)
	other := ask(trace.Delivered, 50*us, 41, 0, "hello", "relay", "greeter")
	events := append(up("greeter"), other, sent, late)
	if v := verdict(t, 4200*ms, events...); v.Rule != QueuedBehind || v.Place() != "greeter/greeter.go:21" || v.PlaceIs != "what the receiver is busy with" ||
		!strings.Contains(v.Remedy, "Make the handler of hello faster") {
		t.Errorf("%s at %s, %s: %s", v.Rule, v.Place(), v.PlaceIs, v.Remedy)
	}
	other.Source = 0
	if v := verdict(t, 4200*ms, append(up("greeter"), other, sent, late)...); v.Rule != QueuedBehind || v.File != "" {
		t.Errorf("near miss: where it is is not known, and yet %s is at %s", v.Rule, v.Place())
	}
}

func TestNowhereIsTheNewestCommandThatTheGraphConnectsToNothing(t *testing.T) {
	lost := func(at int64, name string, kind msg.Kind) trace.Event {
		e := lint(NoRoute, trace.Warn, event(trace.Lint, at, "llm"))
		e.Name, e.Type, e.Detail = trace.Intern(name), kind, "llm sends "+name+", but the graph connects it to nothing."
		return e
	}
	if key := fold(lost(1*s, "text", msg.KindData)).Nowhere(); key != "" {
		t.Errorf("data is a command: %s", key)
	}
	f := fold(lost(1*s, "find", msg.KindCmd), lost(2*s, "seek", msg.KindCmd), lost(3*s, "text", msg.KindData))
	if key := f.Nowhere(); !strings.Contains(key, "seek") || f.Unanswered() {
		t.Errorf("nowhere is %q, unanswered %v", key, f.Unanswered())
	}
	if f := fold(forgotten()...); f.Nowhere() != "" || !f.Unanswered() {
		t.Errorf("of a lost command: nowhere %q, unanswered %v", f.Nowhere(), f.Unanswered())
	}
}

// A command that a person held is answered late by that person: nobody is to blame, on the list as in the verdict.
func TestWhatWasLateBecauseYouHeldItIsARemark(t *testing.T) {
	in, out := held(hello(trace.Sent, 1*ms, 42)), hello(trace.Released, 2*s, 42)
	in.Rule = trace.Intern("hold-1")
	for level, gate := range map[string][]trace.Event{"info": {in, out}, "error": nil} {
		events := slices.Concat(up("greeter"), []trace.Event{hello(trace.Sent, 0, 42)}, gate,
			[]trace.Event{hello(trace.Delivered, 2*s+1*ms, 42), unanswered(2100*ms, 42), result(2200*ms, 42, trace.ByHandler, msg.OK)})
		all := fold(slices.Clone(events)...).Problems(trace.Snapshot{})
		if len(all) != 1 || all[0].Rule != AnsweredLate || all[0].Level != level {
			t.Errorf("want %s: %+v", level, all)
		}
		if v := verdict(t, 4*s, events...); v.Rule != AnsweredLate || v.Level != level {
			t.Errorf("the verdict is %s, %s, want %s", v.Rule, v.Level, level)
		}
	}
}

// TestWhatWentWrongBesideTheHandler joins what was told of a task, a coroutine or a goroutine with the command that went unanswered for it.
func TestWhatWentWrongBesideTheHandler(t *testing.T) {
	told := func(rule, detail string, id uint64, at int64) trace.Event {
		e := lint(rule, trace.Warn, event(trace.Lint, at, "greeter"))
		e.ID, e.Detail, e.Source = id, detail, trace.Intern("/home/me/greeter.py:33")
		return e
	}
	with := func(e trace.Event, property string) trace.Event {
		e.Property = []byte(property)
		return e
	}
	const raised = "Greeter.work() raised ValueError: bad in a task that nobody awaits: keep the task and await it, or catch the exception in it"
	for _, tc := range []struct {
		name     string
		lint     trace.Event
		text     string
		line     int
		remedy   string
		problems int
	}{
		{"a task", with(told("task-exception", raised, 42, 900*ms), `{"answers":true}`), ": Greeter.work() raised ValueError: bad in a task that nobody awaits; its handler returned after 0.3 ms without a result and nothing holds the command any more.", 33, "Deal with the error there", 1},
		{"a coroutine", told("coroutine-not-awaited", "return_result() was called and never awaited, so nothing of it ran: write `await return_result(...)`, or make a task of it", 42, 900*ms),
			": return_result() was called and never awaited, so nothing of it ran; its handler returned after 0.3 ms without a result and nothing holds the command any more.", 33, "Write `await return_result(...)`, or make a task of it.", 1},
		{"a goroutine", told(EnvUsedOffLoop, "A goroutine of greeter's own used the ctx of a callback (ended, ended).", 42, 900*ms),
			": a goroutine of its own called the env with the ctx of a handler, which was refused; its handler returned after 0.3 ms without a result and nothing holds the command any more.", 33, "Start the work with env.Go", 1},
		{"a result of another", told("result-of-another", "greeter returned the result of b for look, which it had sent itself; that does not answer hello: make one of the command that on_cmd got", 42, 900*ms),
			": it returned the result of b for look, which it had sent itself; that does not answer hello; its handler returned after 0.3 ms without a result and nothing holds the command any more.", 33, "Make one of the command", 1},
		{"a task that had it", with(told("task-exception", raised, 41, 900*ms), `{"holds":[42],"answers":true}`), ": Greeter.work() raised ValueError: bad in a task that nobody awaits; its handler returned after 0.3 ms without a result and nothing holds the command any more.", 33, "Deal with the error there", 1},
		{"near miss: it had another", with(told("task-exception", raised, 42, 900*ms), `{"holds":[41],"answers":true}`), ", and nothing holds the command any more.", 21, "Call", 2},
		{"near miss: it was to answer none", with(told("task-exception", raised, 42, 900*ms), `{"holds":[],"answers":false}`), "and nothing holds the command any more; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits.", 21, "Call", 2},
		{"near miss: it had it, and was to answer none", with(told("task-exception", raised, 42, 900*ms), `{"holds":[42],"answers":false}`), "; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits.", 21, "Call", 2},
		{"near miss: a task in Go, of which that is not known", told("task-exception", raised, 42, 900*ms), "; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits.", 21, "Call", 2},
		{"a task of a command that was answered", told("task-exception", raised, 41, 900*ms), "; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits.", 21, "Call", 2},
		{"a task of on_start", told("task-exception", raised, 0, 900*ms), "; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits.", 21, "Call", 2},
		{"near miss: of another command", told("task-exception", raised, 43, 900*ms), "and nothing holds the command any more.", 21, "Call", 2},
		{"near miss: of no command, and no answers", with(told("task-exception", raised, 0, 900*ms), `{"answers":false}`), "and nothing holds the command any more.", 21, "Call", 2},
		{"near miss: something else", told("late-reply", "Too late.", 42, 900*ms), "and nothing holds the command any more.", 21, "Call", 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answered := []trace.Event{hello(trace.Sent, 0, 41), result(1, 41, trace.ByHandler, msg.OK)}
			f := fold(slices.Concat(answered, forgotten(), []trace.Event{tc.lint})...)
			v, _ := f.Verdict(42, trace.Snapshot{Mono: 4 * s}, nil)
			if v.Rule != Lost || !strings.HasSuffix(v.Text, tc.text) || v.Line != tc.line || !strings.HasPrefix(v.Remedy, tc.remedy) {
				t.Errorf("%s, %s:%d, %s\n%s", v.Rule, v.File, v.Line, v.Remedy, v.Text)
			}
			if all := f.Problems(trace.Snapshot{Mono: 4 * s}); len(all) != tc.problems {
				t.Errorf("%d problems, want %d: %+v", len(all), tc.problems, all)
			}
		})
	}
	keeps := lint(Kept, trace.Warn, hello(trace.Lint, 1600*ms, 42))
	for name, tc := range map[string]struct {
		lint trace.Event
		want bool
	}{"a worker that ended": {told("task-exception", raised, 0, 900*ms), true}, "near miss: of another": {told("task-exception", raised, 41, 900*ms), false}} {
		v := verdict(t, 4*s, append(forgotten()[:4], tc.lint, keeps)...)
		if got := v.Line == 21 && strings.HasSuffix(v.Text, "; its handler returned after 0.3 ms without a result, and something still holds the command; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits."); v.Rule != Kept || got != tc.want {
			t.Errorf("%s: %s at line %d: %s", name, v.Rule, v.Line, v.Text)
		}
	}
	half := result(200*us, 42, trace.ByHandler, msg.OK)
	half.Final = false
	partly := slices.Insert(append(forgotten(), with(told("task-exception", raised, 42, 900*ms), `{"answers":true}`)), 2, half)
	if v := verdict(t, 4*s, partly...); v.Rule != PartialOnly || v.Line != 33 || v.So != "No code can answer it any more." {
		t.Errorf("after a partial result: %s at line %d: %s", v.Rule, v.Line, v.So)
	}
	nowhere := told("coroutine-not-awaited", "return_result() was called and never awaited, so nothing of it ran: await it", 42, 900*ms)
	nowhere.Source = 0
	if all := fold(append(forgotten(), nowhere)...).Problems(trace.Snapshot{Mono: 4 * s}); len(all) != 1 || all[0].Rule != Lost {
		t.Errorf("without a place it is told twice: %+v", all)
	}
	running := verdict(t, 4*s, append(append(up("greeter"), forgotten()[:2]...), unanswered(1*s, 42), told("task-exception", raised, 42, 900*ms))...)
	if running.Rule != HandlerRunning || !strings.HasSuffix(running.Text, "; besides, Greeter.work() raised ValueError: bad in a task that nobody awaits.") {
		t.Errorf("while its handler runs: %s: %s", running.Rule, running.Text)
	}
	answered := fold(append(forgotten()[:3], told("task-exception", raised, 42, 900*ms), result(950*ms, 42, trace.ByHandler, msg.OK))...)
	if all := answered.Problems(trace.Snapshot{Mono: 4 * s}); len(all) != 1 || all[0].Rule != "task-exception" {
		t.Errorf("of a command that was answered: %+v", all)
	}
}

// What holds the loop in a lock is not mended by running it elsewhere.
func TestALockThatHoldsTheLoopHasARemedyOfItsOwn(t *testing.T) {
	python := func(line string) string {
		return "  File \"/home/me/lib.py\", line 4, in on_cmd\n    " + line + "\n"
	}
	const lock = "See who has the lock"
	for stack, want := range map[string]string{
		"internal/sync.(*Mutex).Lock\n\t/usr/go/sync.go:9\nsync.(*Mutex).Lock\n\t/usr/go/mutex.go:9\nmine.spin\n\t/home/me/mine.go:33": lock,
		"sync.(*RWMutex).RLock\n\t/usr/go/rw.go:9\nmine.spin\n\t/home/me/mine.go:33":                                                   lock,
		"sync.(*WaitGroup).Wait\n\t/usr/go/wg.go:9\nmine.spin\n\t/home/me/mine.go:33":                                                  "Run what blocks",
		"mine.Mutex.Locked\n\t/home/me/mine.go:33":                                                                                     "Run what blocks",
		python("with self._lock:"):          lock,
		python("self.state_lock.acquire()"): lock,
		python("with open(self.clock):"):    "Run what blocks",
		python("time.sleep(3)"):             "Run what blocks",
	} {
		held := blocks("greeter", 1*s, 42, "on_cmd hello")
		held.Property, _ = json.Marshal(map[string]any{"work": []work{{What: "on_cmd hello", SinceMS: 100, Stack: stack}}})
		v := verdict(t, 4200*ms, append(up("greeter"), hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), unanswered(1*s, 42), held)...)
		if v.Rule != LoopBlocked || !strings.HasPrefix(v.Remedy, want) {
			t.Errorf("%s: %s\n%s", v.Rule, v.Remedy, stack)
		}
	}
}

// The step of a handler that the end of its extension ended says so.
func TestTheHandlerThatFailedIsMarked(t *testing.T) {
	failed := state("greeter", 5*ms, trace.Failed)
	failed.Detail = "boom"
	for name, tc := range map[string]struct {
		events []trace.Event
		want   string
	}{
		"it failed":                  {[]trace.Event{failed, refused(6*ms, "greeter failed: boom")}, "wrong failed after 5.9 ms"},
		"its process ended":          {[]trace.Event{process(4*ms, trace.Error), failed, refused(6*ms, "greeter failed: its process ended")}, "wrong its process ended after 5.9 ms"},
		"near miss: it had returned": {[]trace.Event{hello(trace.Handled, 400*us, 42), failed, refused(6*ms, "greeter failed: boom")}, "done ran 0.3 ms"},
	} {
		v := verdict(t, 1*s, append(append(up("greeter"), hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42)), tc.events...)...)
		i := slices.IndexFunc(v.Path, func(s Step) bool { return s.Name == "handler" })
		if got := fmt.Sprint(v.Path[i].State, " ", v.Path[i].Detail); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// A command that an extension failed on is not merely to be sent again when that was started again since.
func TestAFailureIsRememberedWhenItRunsAgain(t *testing.T) {
	failed := state("greeter", 5*ms, trace.Failed)
	failed.Detail = "boom"
	why := lint(ExtensionFailed, trace.Error, event(trace.Lint, 5*ms, "greeter"))
	why.Source = trace.Intern("/home/me/greeter.py:33")
	for name, tc := range map[string]struct {
		refused int64
		line    int
		remedy  string
	}{"by that": {6 * ms, 33, "Open the place and mend the error"}, "near miss: long after": {5 * s, 21, "It was started again since"}} {
		v := verdict(t, 9*s, append(append(up("greeter"), hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), failed, why,
			refused(tc.refused, "greeter failed: boom")), up("greeter")...)...)
		if v.Rule != ExtensionFailed || v.Line != tc.line || !strings.HasPrefix(v.Remedy, tc.remedy) {
			t.Errorf("%s: %s at line %d: %s", name, v.Rule, v.Line, v.Remedy)
		}
	}
}

// What holds a loop is said of the command whose handler it is, and of one that waits for it, and is no problem besides.
func TestWhatHoldsTheLoopIsOneProblem(t *testing.T) {
	culprit := []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42)}
	block := blocks("greeter", 1*s, 42, "on_cmd hello")
	for name, tc := range map[string]struct {
		events []trace.Event
		want   []string
	}{
		"with a command":             {append(append(up("greeter"), culprit...), unanswered(1*s, 42), block), []string{LoopBlocked + " hello"}},
		"near miss: without one":     {append(up("greeter"), block), []string{LoopBlocked + " "}},
		"near miss: it was answered": {append(append(up("greeter"), culprit...), block, result(2*s, 42, trace.ByHandler, msg.OK)), []string{LoopBlocked + " "}},
	} {
		var got []string
		for _, p := range fold(tc.events...).Problems(trace.Snapshot{Mono: 4 * s}) {
			got = append(got, p.Rule+" "+p.Name)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestATaskThatHasTheCommandIsNamed says of a kept command where the task waits that its handler has started.
func TestATaskThatHasTheCommandIsNamed(t *testing.T) {
	keeps := func(id uint64, tasks ...work) trace.Event {
		e := lint(Kept, trace.Warn, hello(trace.Lint, 1600*ms, id))
		if len(tasks) > 0 {
			e.Property, _ = json.Marshal(map[string]any{"work": tasks})
		}
		return e
	}
	python := func(line string) work {
		return work{What: "Mill.wait()", Await: line, Stack: "  File \"/home/me/mill.py\", line 26, in wait\n    " + line + "\n  File \"/usr/lib/python3.11/asyncio/queues.py\", line 158, in get\n    await getter\n"}
	}
	inGo := work{What: "task sort", Await: "queue", Stack: "tenbench/engine.(*goEnv).Sleep\n\t/usr/go/x.go:9\nmine.sort\n\t/home/me/mine/mine.go:33"}
	for _, tc := range []struct {
		name   string
		kept   []trace.Event
		says   string
		line   int
		is     string
		remedy string
	}{
		{"a task in Python", []trace.Event{keeps(42, python("corn = await self.corn.get()"))}, "; its task Mill.wait() waits at “corn = await self.corn.get()”; its handler returned after 0.3 ms without a result, and something still holds the command.", 26, "where its task waits", "See what would end that wait"},
		{"a task that waits for a lock", []trace.Event{keeps(42, python("async with self.lock:"))}, "; its task Mill.wait() waits at “async with self.lock:”; its handler returned after 0.3 ms without a result, and something still holds the command.", 26, "where its task waits", "See who has the lock"},
		{"a task that has a timeout", []trace.Event{keeps(42, python("corn = await asyncio.wait_for(self.corn.get(), 60)"))}, "; its task Mill.wait() waits at “corn = await asyncio.wait_for(self.corn.get(), 60)”; its handler returned after 0.3 ms without a result, and something still holds the command.", 26, "where its task waits", "See what would end that wait; the timeout that it has is longer"},
		{"near miss: a condition has none", []trace.Event{keeps(42, python("await self.full.wait_for(lambda: self.corn)"))}, "; its task Mill.wait() waits at “await self.full.wait_for(lambda: self.corn)”; its handler returned after 0.3 ms without a result, and something still holds the command.", 26, "where its task waits", "See what would end that wait, and give it"},
		{"near miss: it is none", []trace.Event{keeps(42, python("await asyncio.wait_for(self.corn.get(), None)"))}, "; its task Mill.wait() waits at “await asyncio.wait_for(self.corn.get(), None)”; its handler returned after 0.3 ms without a result, and something still holds the command.", 26, "where its task waits", "See what would end that wait, and give it"},
		{"a task in Go", []trace.Event{keeps(42, inGo)}, "; its task sort goes on, in queue; its handler returned after 0.3 ms without a result, and something still holds the command.", 33, "where its task waits", "See what would end that wait"},
		{"another one like it", []trace.Event{keeps(42), keeps(41, inGo)}, "; the task sort of #41 goes on, in queue; its handler returned after 0.3 ms without a result, and something still holds the command.", 33, "where the task of #41 waits", "See what would end that wait"},
		{"near miss: no task", []trace.Event{keeps(42)}, "something still holds the command.", 21, placeHandler, "Find what keeps the command"},
	} {
		events := append([]trace.Event{hello(trace.Sent, 0, 41), hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), hello(trace.Handled, 400*us, 42), unanswered(1*s, 41), unanswered(1*s, 42)}, tc.kept...)
		v := verdict(t, 4*s, events...)
		if v.Rule != Kept || !strings.HasSuffix(v.Text, tc.says) || v.Line != tc.line || v.PlaceIs != tc.is || !strings.HasPrefix(v.Remedy, tc.remedy) {
			t.Errorf("%s: %s, line %d (%s), %s\n%s", tc.name, v.Rule, v.Line, v.PlaceIs, v.Remedy, v.Text)
		}
	}
}

// TestWhatIsOverGoesNowhere says of what was ended nothing that lies ahead.
func TestWhatIsOverGoesNowhere(t *testing.T) {
	child := ask(trace.Sent, 2, 50, 42, "look", "greeter", "b")
	for name, events := range map[string][]trace.Event{
		"its handler ran":  {hello(trace.Delivered, 1, 42), unanswered(1*s, 42)},
		"it waited":        {hello(trace.Delivered, 1, 42), child, unanswered(1*s, 42)},
		"it was queued":    {unanswered(1*s, 42)},
		"its loop is held": {hello(trace.Delivered, 1, 42), unanswered(1*s, 42), blocks("greeter", 1*s, 42, "on_cmd hello")},
	} {
		all := append(append(up("greeter"), hello(trace.Sent, 10, 42)), events...)
		if v := verdict(t, 2*s, all...); v.So == "" {
			t.Errorf("%s, still open: says nothing of what follows", name)
		}
		for _, by := range []trace.By{trace.ByStop, trace.ByTimeout} {
			if v := verdict(t, 4*s, append(slices.Clone(all), result(3*s, 42, by, msg.Error))...); v.So != "" || v.Outcome != CutShort && v.Outcome != Refused && v.Outcome != Silent {
				t.Errorf("%s, ended by %s: %s %q", name, by, v.Outcome, v.So)
			}
		}
	}
}

// TestWhatWasLostSaysMoreThanThat says what came back with ERROR before, and how long something else had the command.
func TestWhatWasLostSaysMoreThanThat(t *testing.T) {
	sent, begun := hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42)
	child := ask(trace.Sent, 200*us, 50, 42, "look", "greeter", "dictionary")
	handled, freed := hello(trace.Handled, 2*ms, 42), func(at int64) trace.Event { return hello(trace.Freed, at, 42) }
	python := begun
	python.Source = trace.Intern("/home/me/greeter.py:21")
	for _, tc := range []struct {
		name   string
		events []trace.Event
		says   string
		links  int
		remedy string
	}{
		{"after an ERROR", []trace.Event{sent, begun, child, childAnswers(1*ms, 50, msg.Error), handled, freed(2 * ms)},
			"any more; before that it had got an ERROR for look #50 to dictionary, which answered with ERROR after 0.8 ms.", 1, "Call ReturnResult on every way out of the handler, also after an error."},
		{"after what goes nowhere", []trace.Event{sent, begun, astray(1*ms, 42), handled, freed(2 * ms)}, "any more; before that it had sent look, which the graph connects to nothing.", 0, "Call ReturnResult"},
		{"near miss: it got OK", []trace.Event{sent, begun, child, childAnswers(1*ms, 50, msg.OK), handled, freed(2 * ms)}, "nothing holds the command any more.", 0, "Call ReturnResult"},
		{"long after the handler, in Python", []trace.Event{sent, python, handled, freed(477 * ms)}, "its handler returned after 1.9 ms without a result, something held the command for another 475 ms, and nothing holds the command any more.", 0,
			"Call return_result on every way out, also of what had it after the handler"},
		{"near miss: at once", []trace.Event{sent, python, handled, freed(3 * ms)}, "its handler returned after 1.9 ms without a result and nothing holds the command any more.", 0, "Call return_result on every way out of the handler"},
		{"near miss: in Go, where it is known late", []trace.Event{sent, begun, handled, freed(477 * ms)}, "without a result and nothing holds the command any more.", 0, "Call ReturnResult on every way out of the handler"},
	} {
		v := verdict(t, 4*s, tc.events...)
		if v.Rule != Lost || !strings.HasSuffix(v.Text, tc.says) || len(v.Chain) != tc.links || !strings.HasPrefix(v.Remedy, tc.remedy) {
			t.Errorf("%s: %s, %d links, %s\n%s", tc.name, v.Rule, len(v.Chain), v.Remedy, v.Text)
		}
	}
}

// TestWhatWasDroppedWasNotCut keeps the word of what was dropped on its way and then ended by the stop.
func TestWhatWasDroppedWasNotCut(t *testing.T) {
	dropped := hello(trace.Dropped, 1*ms, 42)
	dropped.Rule = trace.Intern("drop-1")
	for rule, events := range map[string][]trace.Event{DroppedByRule: {hello(trace.Sent, 0, 42), dropped}, Cut: {hello(trace.Sent, 0, 42)}} {
		if v := verdict(t, 4*s, append(events, cutByStop(result(500*ms, 42, trace.ByStop, msg.Error)))...); v.Rule != rule {
			t.Errorf("%s: %s", v.Rule, v.Text)
		}
	}
}

// TestAnErrorSaysWhatItSays reads the answer's text, and points at the child whose ERROR it hands on.
func TestAnErrorSaysWhatItSays(t *testing.T) {
	said := func(e trace.Event, props string) trace.Event {
		e.Property = []byte(props)
		return e
	}
	child := childAnswers(1*ms, 50, msg.Error)
	child.Source = trace.Intern("/home/me/dictionary.py:7")
	for _, tc := range []struct{ name, props, why string }{
		{"a text", `{"detail":"no such street\nat all"}`, "It says “no such street”, and before that it had got an ERROR for look #50 to dictionary, which answered with ERROR after 0.8 ms."},
		{"near miss: no text", `{"detail":7}`, "Before that it had got an ERROR for look #50 to dictionary, which answered with ERROR after 0.8 ms."},
		{"near miss: no properties", ``, "Before that it had got an ERROR for look #50 to dictionary, which answered with ERROR after 0.8 ms."},
		{"a long text", `{"detail":"` + strings.Repeat("é", 400) + `"}`, "It says “" + strings.Repeat("é", maxText/2) + "”, and before that it had got an ERROR for look #50 to dictionary, which answered with ERROR after 0.8 ms."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			events := []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), ask(trace.Sent, 200*us, 50, 42, "look", "greeter", "dictionary"), child,
				said(result(2*ms, 42, trace.ByHandler, msg.Error), tc.props)}
			f := fold(events...)
			v, _ := f.Verdict(42, trace.Snapshot{Mono: 3 * ms}, inMemory(events))
			if v.Reason() != tc.why {
				t.Errorf("got  %s\nwant %s", v.Reason(), tc.why)
			}
			if v.File != "/home/me/dictionary.py" || v.Line != 7 || v.PlaceIs != "where it was answered, of dictionary" || v.ChainTitle() != "WAITED FOR" || !strings.HasPrefix(v.Remedy, "Look at look #50 first") {
				t.Errorf("%s:%d, %s; %s: %s", v.File, v.Line, v.PlaceIs, v.ChainTitle(), v.Remedy)
			}
		})
	}
}

func TestWhatWasLateBecauseYouHeldItsChildIsARemark(t *testing.T) {
	in, out := held(ask(trace.Held, 2*ms, 50, 42, "look", "greeter", "dictionary")), ask(trace.Released, 2*s, 50, 42, "look", "greeter", "dictionary")
	in.Rule = trace.Intern("delay-1")
	soon := out
	soon.Mono = 500 * ms
	for level, gate := range map[string][]trace.Event{"info": {in, out}, "error": {in, soon}} {
		events := slices.Concat([]trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*ms, 42), ask(trace.Sent, 1*ms, 50, 42, "look", "greeter", "dictionary")}, gate,
			[]trace.Event{unanswered(2100*ms, 42), childAnswers(2100*ms, 50, msg.OK), result(2200*ms, 42, trace.ByHandler, msg.OK)})
		all := fold(slices.Clone(events)...).Problems(trace.Snapshot{})
		if len(all) != 1 || all[0].Rule != AnsweredLate || all[0].Level != level {
			t.Errorf("want %s: %+v", level, all)
		}
		v := verdict(t, 4*s, events...)
		if v.Rule != AnsweredLate || v.Level != level || !strings.Contains(v.Text, "for 2.1 s of that its handler waited for look #50 to dictionary, which ") || len(v.Chain) != 1 {
			t.Errorf("the verdict is %s, %s, want %s: %s", v.Rule, v.Level, level, v.Text)
		}
		if named := strings.Contains(v.Text, "which the rule delay-1 of the gate delayed for 2.0 s"); named != (level == "info") {
			t.Errorf("%s names the gate: %v", level, named)
		}
	}
}

// What a rule dropped is one problem before and after the stop: that the stop answered it in the end makes it no remark.
func TestWhatARuleDroppedStaysAProblemWhenTheRunIsOver(t *testing.T) {
	gone := hello(trace.Dropped, 1*ms, 42)
	gone.Rule, gone.Debtor = trace.Intern("drop-1"), trace.DebtorNobody
	events := append(up("greeter"), hello(trace.Sent, 0, 42), gone, unanswered(1*s, 42))
	for _, more := range [][]trace.Event{nil, {result(2*s, 42, trace.ByStop, msg.Error)}} {
		if all := fold(slices.Concat(events, more)...).Problems(trace.Snapshot{}); len(all) != 1 || all[0].Rule != DroppedByRule || all[0].Level != "error" {
			t.Errorf("with %d more events: %+v", len(more), all)
		}
	}
}
