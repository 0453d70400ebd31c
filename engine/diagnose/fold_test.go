package diagnose

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const (
	us = int64(time.Microsecond)
	ms = int64(time.Millisecond)
	s  = int64(time.Second)
)

// event makes an event of the graph demo about extension ext.
func event(kind trace.Kind, at int64, ext string) trace.Event {
	return trace.Event{Kind: kind, Mono: at, Graph: trace.Intern("demo"), Extension: trace.Intern(ext)}
}

// hello makes an event about command id, hello from relay to greeter.
func hello(kind trace.Kind, at int64, id uint64) trace.Event {
	e := event(kind, at, "greeter")
	e.ID, e.Type, e.Name, e.From, e.To = id, msg.KindCmd, trace.Intern("hello"), trace.Intern("relay"), trace.Intern("greeter")
	switch kind {
	case trace.Sent:
		e.Extension, e.Debtor = e.From, trace.DebtorQueue
	case trace.Delivered:
		e.Debtor, e.Source = trace.DebtorHandler, trace.Intern("greeter/greeter.go:21")
	case trace.Handled:
		e.Debtor = trace.DebtorKept
	}
	return e
}

func result(at int64, id uint64, by trace.By, status msg.Status) trace.Event {
	e := hello(trace.Result, at, id)
	e.Type, e.Final, e.By, e.Status = msg.KindResult, true, by, status
	return e
}

func lint(rule string, level trace.Level, e trace.Event) trace.Event {
	e.Kind, e.Rule, e.Level = trace.Lint, trace.Intern(rule), level
	return e
}

func unanswered(at int64, id uint64) trace.Event {
	return lint(Unanswered, trace.Error, hello(trace.Lint, at, id))
}

// fold numbers the events, hands them to a Fold and returns it.
func fold(events ...trace.Event) *Fold {
	f := new(Fold)
	for i := range events {
		events[i].Seq = uint64(i + 1)
		f.Add(&events[i])
	}
	return f
}

// forgotten is hello #42, whose handler returned after 0.3 ms without a result.
func forgotten(more ...trace.Event) []trace.Event {
	freed := hello(trace.Freed, 1100*ms, 42)
	freed.Debtor = trace.DebtorNobody
	return append([]trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), hello(trace.Handled, 400*us, 42),
		unanswered(1*s, 42), freed, lint(Lost, trace.Error, hello(trace.Lint, 1100*ms, 42))}, more...)
}

// owedBy is hello #42, unanswered, of which the lint says who owes it.
func owedBy(d trace.Debtor, waits ...uint64) []trace.Event {
	e := unanswered(1*s, 42)
	e.Debtor, e.WaitsOn = d, waits
	return []trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), e}
}

func TestVerdictsOnACommand(t *testing.T) {
	child := func(kind trace.Kind, at int64) trace.Event {
		e := hello(kind, at, 50)
		e.Extension, e.Name, e.From, e.To = trace.Intern("greeter"), trace.Intern("look"), trace.Intern("greeter"), trace.Intern("dictionary")
		e.Parent, e.ParentDebtor = 42, trace.DebtorChild
		return e
	}
	kept := lint(Kept, trace.Warn, hello(trace.Lint, 1100*ms, 42))
	for _, tc := range []struct {
		name   string
		events []trace.Event
		now    trace.Snapshot
		rule   string
		level  string
		ended  bool
		text   string
	}{
		{name: "lost", events: forgotten(), now: trace.Snapshot{Mono: 4200 * ms}, rule: Lost, level: "error",
			text: "greeter lost hello #42 from relay: its handler returned after 0.3 ms without a result and nothing holds the command any more."},
		{name: "near miss: not freed yet", events: forgotten()[:4], now: trace.Snapshot{Mono: 4200 * ms}, rule: ReturnedNoResult, level: "error",
			text: "greeter has not answered hello #42 from relay for 4.2 s; its handler returned after 0.3 ms without a result."},
		{name: "near miss: kept instead of lost", events: append(forgotten()[:4], kept), now: trace.Snapshot{Mono: 4200 * ms}, rule: Kept, level: "error",
			text: "greeter has not answered hello #42 from relay for 4.2 s; its handler returned after 0.3 ms without a result, and something still holds the command."},
		{name: "near miss: kept, and young", events: append(forgotten()[:3], kept), rule: Kept, level: "warn",
			text: "greeter has not answered hello #42 from relay for 1.1 s; its handler returned after 0.3 ms without a result, and something still holds the command."},
		{name: "near miss: the handler has not returned", events: append(forgotten()[:2], unanswered(1*s, 42)), now: trace.Snapshot{Mono: 4200 * ms}, rule: HandlerRunning, level: "error",
			text: "greeter has not answered hello #42 from relay for 4.2 s; its handler has been running for 4.2 s."},
		{name: "near miss: the handler has not begun", events: append(forgotten()[:1], unanswered(1*s, 42)), rule: QueuedBehind, level: "error",
			text: "greeter has not answered hello #42 from relay for 1.0 s; it waits in the mailbox."},
		{name: "near miss: answered late", events: append(forgotten()[:4], result(2*s, 42, trace.ByHandler, msg.OK)), now: trace.Snapshot{Mono: 9 * s}, rule: AnsweredLate, level: "error", ended: true,
			text: "greeter answered hello #42 from relay only after 2.0 s; its handler had returned after 0.3 ms, and the result came 2.0 s later."},
		{name: "near miss: another one was answered", events: append(forgotten()[:4], result(2*s, 43, trace.ByHandler, msg.OK)), rule: ReturnedNoResult, level: "error",
			text: "greeter has not answered hello #42 from relay for 2.0 s; its handler returned after 0.3 ms without a result."},
		{name: "near miss: stop answered it", events: append(forgotten()[:4], result(2*s, 42, trace.ByStop, msg.Error)), now: trace.Snapshot{Mono: 9 * s}, rule: ReturnedNoResult, level: "error",
			text: "greeter had not answered hello #42 from relay when stop ended it after 2.0 s; its handler returned after 0.3 ms without a result."},
		{name: "near miss: the path timeout answered it", events: append(forgotten()[:4], result(180*s, 42, trace.ByTimeout, msg.Error)), rule: ReturnedNoResult, level: "error",
			text: "greeter had not answered hello #42 from relay when the path timeout ended it after 3m0s; its handler returned after 0.3 ms without a result."},
		{name: "near miss: answer_lost answered it", events: forgotten(result(1200*ms, 42, trace.ByLost, msg.Error)), rule: Lost, level: "error",
			text: "greeter lost hello #42 from relay: its handler returned after 0.3 ms without a result and nothing holds the command any more; answer_lost answered it after 1.2 s."},
		{name: "near miss: the engine answered it", events: append(forgotten()[:4], result(2*s, 42, trace.ByEngine, msg.Error)), rule: EngineAnswered, level: "error", ended: true,
			text: "The engine answered hello #42 from relay in place of greeter after 2.0 s."},
		{name: "near miss: a partial result", events: func() []trace.Event {
			partial := result(2*s, 42, trace.ByHandler, msg.OK)
			partial.Final = false
			return append(forgotten()[:4], partial)
		}(), rule: PartialOnly, level: "error", text: "greeter has not answered hello #42 from relay for 2.0 s; its handler returned after 0.3 ms with 1 partial result but no final one."},
		{name: "waits for a child", events: append(forgotten()[:2], child(trace.Sent, 200*us), unanswered(1*s, 42)), rule: WaitsOnChild, level: "error",
			text: "greeter has not answered hello #42 from relay for 1.0 s; its handler waits for look #50 to dictionary, in whose mailbox it waits."},
		{name: "held in the gate", events: owedBy(trace.DebtorHeld), rule: Held, level: "info",
			text: "You hold hello #42 from relay; it is held in the gate."},
		{name: "near miss: delayed there", events: func() []trace.Event {
			in := hello(trace.Held, 1*ms, 42)
			in.Rule, in.Debtor = trace.Intern("delay-1"), trace.DebtorHeld
			return append(forgotten()[:1], in, unanswered(1*s, 42))
		}(), rule: Held, level: "info", text: "You delay hello #42 from relay; it is delayed in the gate, by the rule delay-1."},
		{name: "dropped by a rule", events: func() []trace.Event {
			drop := event(trace.Dropped, 1*ms, "greeter")
			drop.ID, drop.Type, drop.Rule, drop.Debtor = 42, msg.KindCmd, trace.Intern("drop-3"), trace.DebtorNobody
			return append(forgotten()[:1], drop, unanswered(1*s, 42))
		}(), rule: DroppedByRule, level: "error",
			text: "greeter never got hello #42 from relay; it was dropped on its way, by the rule drop-3 of the gate."},
		{name: "near miss: dropped by hand", events: func() []trace.Event {
			drop := event(trace.Dropped, 1*ms, "greeter")
			drop.ID, drop.Type, drop.Debtor = 42, msg.KindCmd, trace.DebtorNobody
			return append(forgotten()[:1], drop, unanswered(1*s, 42))
		}(), rule: DroppedByRule, level: "error", text: "greeter never got hello #42 from relay; it was dropped on its way, by hand."},
		{name: "near miss: a snapshot knows better", events: owedBy(trace.DebtorHeld), rule: WaitsOnChild, level: "error",
			now:  trace.Snapshot{Mono: 2 * s, Paths: []trace.OpenPath{{ID: 42, Debtor: "child", WaitsOn: []uint64{7, 8}}}},
			text: "greeter has not answered hello #42 from relay for 2.0 s; its handler waits for #7 and 1 more."},
		{name: "near miss: an older snapshot does not", events: owedBy(trace.DebtorHeld), rule: Held, level: "info",
			now:  trace.Snapshot{Mono: 1 * s / 2, Paths: []trace.OpenPath{{ID: 42, Debtor: "queue"}}},
			text: "You hold hello #42 from relay; it is held in the gate."},
		{name: "of which nothing else is known", events: []trace.Event{unanswered(1*s, 42)}, now: trace.Snapshot{Mono: 3 * s}, rule: Unanswered, level: "error",
			text: "greeter has not answered hello #42 from relay for 2.0 s; nothing is known of its handler."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := fold(tc.events...)
			problems := f.Problems(tc.now)
			if len(problems) != 1 {
				t.Fatalf("%d problems, want 1: %+v", len(problems), problems)
			}
			p := problems[0]
			if p.Rule != tc.rule || p.Level != tc.level || p.Ended != tc.ended || p.Text != tc.text {
				t.Errorf("got  %s %s, ended %v: %s\nwant %s %s, ended %v: %s", p.Rule, p.Level, p.Ended, p.Text, tc.rule, tc.level, tc.ended, tc.text)
			}
			if !strings.HasPrefix(p.Key, "demo/unanswered/greeter/hello/relay") || p.ID != 42 || p.Remedy == "" || len(p.Evidence) == 0 {
				t.Errorf("key %q, id %d, remedy %q, evidence %v", p.Key, p.ID, p.Remedy, p.Evidence)
			}
		})
	}
}

func TestAnsweredInTimeIsNoProblem(t *testing.T) {
	f := fold(hello(trace.Sent, 0, 42), hello(trace.Delivered, 1, 42), result(2, 42, trace.ByHandler, msg.OK), hello(trace.Handled, 3, 42))
	if p := f.Problems(trace.Snapshot{}); len(p) != 0 {
		t.Errorf("problems %+v", p)
	}
}

func TestCutIsNoProblem(t *testing.T) {
	cut := result(10, 42, trace.ByStop, msg.Error)
	cut.Detail = "cut"
	f := fold(hello(trace.Sent, 0, 42), cut)
	if p := f.Problems(trace.Snapshot{}); len(p) != 0 {
		t.Errorf("problems %+v", p)
	}
	if c := f.Counts(); c.Cut != 1 || c.Stopped != 1 || c.Errors != 0 || c.Unanswered != 0 || c.Open() != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestALossThatIsProvenIsNotCut(t *testing.T) {
	freed := hello(trace.Freed, 500*ms, 42)
	freed.Debtor = trace.DebtorNobody
	cut := result(600*ms, 42, trace.ByStop, msg.Error)
	cut.Detail = "cut"
	f := fold(hello(trace.Sent, 0, 42), hello(trace.Delivered, 100*us, 42), hello(trace.Handled, 400*us, 42), freed,
		lint(Lost, trace.Error, hello(trace.Lint, 500*ms, 42)), cut)
	if p := f.Problems(trace.Snapshot{}); len(p) != 1 || p[0].Rule != Lost || p[0].Confidence != Proven || p[0].Ended {
		t.Errorf("problems %+v", p)
	}
	if v, ok := f.Verdict(42, trace.Snapshot{}, nil); !ok || v.Rule != Lost || v.Outcome != Silent {
		t.Errorf("verdict %s, %v", v.Rule, v.Outcome)
	}
	if c := f.Counts(); c.Cut != 0 || c.Unanswered != 1 {
		t.Errorf("counts %+v", c)
	}
}

// The child of a waiting command is answered first when all stops; the verdict is of before.
func TestStateBeforeStopIsJudged(t *testing.T) {
	snapshot := event(trace.SnapshotTaken, 2*s, "")
	snapshot.Property, _ = json.Marshal(trace.Snapshot{Paths: []trace.OpenPath{{ID: 42, Debtor: "child", WaitsOn: []uint64{50}}}})
	answer := result(2*s+1, 50, trace.ByStop, msg.Error)
	answer.Parent, answer.ParentDebtor = 42, trace.DebtorHandler
	events := append(owedBy(trace.DebtorChild, 50), snapshot, answer, result(2*s+2, 42, trace.ByStop, msg.Error))
	p := fold(events...).Problems(trace.Snapshot{})[0]
	if want := "its handler waits for #50."; !strings.HasSuffix(p.Text, want) {
		t.Errorf("text %q, want it to end with %q", p.Text, want)
	}
}

func TestProblemKeepsItsIdentityAndItsEvidence(t *testing.T) {
	events := forgotten(result(5*s, 42, trace.ByStop, msg.Error))
	var keys []string
	for i := 4; i <= len(events); i++ {
		for _, p := range fold(slices.Clone(events[:i])...).Problems(trace.Snapshot{}) {
			keys = append(keys, p.Key)
		}
	}
	if len(keys) != 4 || len(slices.Compact(keys)) != 1 {
		t.Errorf("keys %q", keys)
	}
	p := fold(events...).Problems(trace.Snapshot{})[0]
	if !slices.Equal(p.Evidence, []uint64{1, 4, 6, 7}) || p.Count != 1 || p.Since != 0 || p.Last != 5*s || p.Confidence != Proven {
		t.Errorf("evidence %v, count %d, since %d, last %d, %s", p.Evidence, p.Count, p.Since, p.Last, p.Confidence)
	}
	if p.File != "greeter/greeter.go" || p.Line != 21 {
		t.Errorf("place %s:%d, want that of the handler", p.File, p.Line)
	}
}

func stageLint(rule string, at int64) trace.Event {
	e := lint(rule, trace.Error, event(trace.Lint, at, "llm"))
	e.Detail = "said by the lint"
	return e
}

func moved(at int64, state trace.State, took int64) trace.Event {
	e := event(trace.Transition, at, "llm")
	e.State, e.StageNS = state, took
	return e
}

func TestFailuresOfDifferentCausesAreTwoProblems(t *testing.T) {
	crash := func(at int64, why string) trace.Event {
		e := stageLint(ExtensionFailed, at)
		e.Detail = "llm failed while running: " + why
		return e
	}
	for _, tc := range []struct {
		name, first, second string
		want                []int // how often each was seen
	}{
		{"a signal, an import", "its process was killed by SIGKILL", "ModuleNotFoundError: No module named 'x'", []int{1, 1}},
		{"two signals", "its process was killed by SIGKILL", "its process was killed by SIGSEGV", []int{1, 1}},
		{"two statuses", "its process exited with status 1", "its process exited with status 3", []int{1, 1}},
		{"one status, two errors", "its process exited with status 1: KeyError: 'a'", "its process exited with status 1: ValueError: b", []int{1, 1}},
		{"near miss: the same signal", "its process was killed by SIGKILL", "its process was killed by SIGKILL", []int{2}},
		{"near miss: the same error about something else", "KeyError: 'a'", "KeyError: 'b'", []int{2}},
		{"near miss: a log of it below", "boom\nKeyError", "boom\nValueError", []int{2}},
		{"near miss: no kind is known", "no answer after 3s", "no answer after 4s", []int{2}},
	} {
		problems := fold(crash(1*s, tc.first), crash(2*s, tc.second)).Problems(trace.Snapshot{})
		var got []int
		keys := map[string]bool{}
		for _, p := range problems {
			got = append(got, p.Count)
			keys[p.Key] = true
		}
		if !slices.Equal(got, tc.want) || len(keys) != len(got) {
			t.Errorf("%s: seen %v, want %v; keys %v", tc.name, got, tc.want, keys)
		}
	}
	both := []trace.Event{crash(1*s, "its process was killed by SIGKILL"), crash(2*s, "KeyError: 'a'"), moved(3*s, trace.Running, 1)}
	for _, p := range fold(both...).Problems(trace.Snapshot{}) {
		if !p.Ended {
			t.Errorf("it runs again, and %q is not over", p.Text)
		}
	}
	if got := fold(both...).Summary(trace.Snapshot{})[4]; got != "2 problems, over before the end." {
		t.Errorf("the summary says %q", got)
	}
}

func TestVerdictsOnAnExtension(t *testing.T) {
	started := moved(1*s, trace.Start, 1*s)
	running := moved(8*s, trace.Running, 7*s)
	failed := moved(2*s, trace.Failed, 1*s)
	crash := stageLint(ExtensionFailed, 2*s)
	crash.Detail, crash.Source = "llm failed while in on_start: boom\n\tat x.go:1\nand more", trace.Intern("llm/llm.go:88")
	noRoute := lint(NoRoute, trace.Warn, event(trace.Lint, 1*s, "llm"))
	noRoute.Name, noRoute.Type, noRoute.Detail, noRoute.Count = trace.Intern("text"), msg.KindData, "llm sends data text, but the graph connects it to nothing.", 1001
	routed := event(trace.Sent, 2*s, "llm")
	routed.Name, routed.Type, routed.From, routed.To, routed.ID = noRoute.Name, msg.KindData, trace.Intern("llm"), trace.Intern("tts"), 5
	routedOther := routed
	routedOther.Type = msg.KindCmd
	nowhere := routed
	nowhere.To, nowhere.ID = 0, 0
	over := stageLint(LoopBlocked, 3*s)
	over.Property = []byte(`{"ended":true}`)

	blocked := blocks("llm", 2*s, 0, "on_data tick")
	letGo := over
	letGo.Mono = 4 * s
	gone := event(trace.Process, 2*s, "llm")
	gone.Level, gone.Detail = trace.Error, "pid 7 was killed by SIGKILL"
	said := gone
	said.Level = trace.Info
	bare := crash
	bare.Source, bare.PC = 0, 0
	begun := event(trace.Delivered, 1500*ms, "llm")
	begun.Type, begun.ID, begun.Name, begun.From, begun.To, begun.Source = msg.KindCmd, 9, trace.Intern("ask"), trace.Intern("asr"), trace.Intern("llm"), trace.Intern("llm/llm.py:5")
	over9 := begun
	over9.Kind, over9.Mono, over9.Source = trace.Handled, 1600*ms, 0
	onItsWay := func(id uint64, at int64) trace.Event {
		e := begun
		e.Kind, e.ID, e.Mono, e.Source, e.Extension, e.Debtor = trace.Sent, id, at, 0, e.From, trace.DebtorQueue
		return e
	}
	leftOpen := func(id uint64) trace.Event {
		e := result(2600*ms, id, trace.ByEngine, msg.Error)
		e.Extension, e.Name, e.Detail = trace.Intern("llm"), trace.Intern("ask"), "llm failed: boom"
		return e
	}
	lateCrash := crash
	lateCrash.Mono = 6 * s
	stopped := moved(9*s, trace.Stop, 8*s)

	second := stageLint(AnsweredTwice, 3*s)
	second.ID, second.Name = 7, trace.Intern("hello")
	for _, tc := range []struct {
		name   string
		events []trace.Event
		rule   string
		ended  bool
		text   string
		count  int
		place  string
	}{
		{name: "loop blocked", events: []trace.Event{blocked, event(trace.LogLine, 5*s, "llm")}, rule: LoopBlocked, text: "on_data tick of llm has held the loop for 3.1 s without waiting.", count: 1, place: "mine/mine.go:33"},
		{name: "near miss: it was let go", events: []trace.Event{blocked, letGo, event(trace.LogLine, 5*s, "llm")}, rule: LoopBlocked, ended: true,
			text: "on_data tick of llm held the loop for 2.1 s without waiting.", count: 1, place: "mine/mine.go:33"},
		{name: "host dead", events: []trace.Event{started, failed, crash, gone}, rule: HostDead, text: "llm failed while in on_start: boom ...", count: 1, place: "llm/llm.go:88"},
		{name: "host dead, and nothing points at a line", events: []trace.Event{started, begun, failed, bare, gone}, rule: HostDead,
			text: "llm failed while in on_start: boom ..., while it handled ask #9.", count: 1, place: "llm/llm.py:5"},
		{name: "host dead, and nothing that it handled is told", events: []trace.Event{started, onItsWay(8, 1500*ms), onItsWay(9, 1600*ms), failed, bare, leftOpen(8), leftOpen(9), gone}, rule: HostDead,
			text: "llm failed while in on_start: boom ..., when ask #8 and 1 more were open there.", count: 1},
		{name: "near miss: it was sent afterwards", events: []trace.Event{started, failed, bare, onItsWay(9, 2500*ms), leftOpen(9), gone}, rule: HostDead, text: "llm failed while in on_start: boom ...", count: 1},
		{name: "near miss: it handled nothing", events: []trace.Event{started, begun, over9, failed, bare, gone}, rule: HostDead, text: "llm failed while in on_start: boom ...", count: 1},
		{name: "near miss: its process ended long before", events: []trace.Event{gone, started, moved(6*s, trace.Failed, 1), lateCrash}, rule: ExtensionFailed, text: "llm failed while in on_start: boom ...", count: 1, place: "llm/llm.go:88"},
		{name: "near miss: its process said something", events: []trace.Event{started, failed, crash, said}, rule: ExtensionFailed, text: "llm failed while in on_start: boom ...", count: 1, place: "llm/llm.go:88"},
		{name: "stage ended by the stop", events: []trace.Event{started, stageLint(StageNeverDone, 6*s), stopped}, rule: StageNeverDone, ended: false,
			text: "on_start of llm had not ended when the stop ended it after 8.0 s.", count: 1},
		{name: "near miss: stopped after it", events: []trace.Event{started, stageLint(StageNeverDone, 6*s), running, stopped}, rule: StageNeverDone, ended: true,
			text: "on_start of llm ended only after 7.0 s.", count: 1},
		{name: "stage never done", events: []trace.Event{started, stageLint(StageNeverDone, 6*s)}, rule: StageNeverDone,
			text: "on_start of llm has not ended for 5.0 s.", count: 1},
		{name: "near miss: it ended", events: []trace.Event{started, stageLint(StageNeverDone, 6*s), running}, rule: StageNeverDone, ended: true,
			text: "on_start of llm ended only after 7.0 s.", count: 1},
		{name: "near miss: it ended, and hangs again after a restart", rule: StageNeverDone,
			events: []trace.Event{started, stageLint(StageNeverDone, 6*s), running, moved(10*s, trace.Start, 1), stageLint(StageNeverDone, 15*s)},
			text:   "on_start of llm has not ended for 5.0 s.", count: 2},
		{name: "a stage that never ends is not said to be slow besides", events: []trace.Event{started, stageLint(SlowStage, 2*s), stageLint(StageNeverDone, 6*s)}, rule: StageNeverDone,
			text: "on_start of llm has not ended for 5.0 s.", count: 1},
		{name: "slow stage", events: []trace.Event{started, stageLint(SlowStage, 2*s)}, rule: SlowStage,
			text: "on_start of llm has not ended for 1.0 s.", count: 1},
		{name: "near miss: it ended", events: []trace.Event{started, stageLint(SlowStage, 2*s), running}, rule: SlowStage,
			text: "on_start of llm took 7.0 s.", count: 1},
		{name: "failed", events: []trace.Event{started, failed, crash}, rule: ExtensionFailed,
			text: "llm failed while in on_start: boom ...", count: 1, place: "llm/llm.go:88"},
		{name: "near miss: restarted", events: []trace.Event{started, failed, crash, moved(3*s, trace.Start, 1), running}, rule: ExtensionFailed, ended: true,
			text: "llm failed while in on_start: boom ...", count: 1, place: "llm/llm.go:88"},
		{name: "near miss: restarted and failed again", events: []trace.Event{started, failed, crash, running, crash}, rule: ExtensionFailed,
			text: "llm failed while in on_start: boom ...", count: 2, place: "llm/llm.go:88"},
		{name: "no route", events: []trace.Event{noRoute, nowhere}, rule: NoRoute, text: noRoute.Detail, count: 1001},
		{name: "near miss: it has one now", events: []trace.Event{noRoute, routed}, rule: NoRoute, ended: true, text: noRoute.Detail, count: 1001},
		{name: "near miss: another kind has one", events: []trace.Event{noRoute, routedOther}, rule: NoRoute, text: noRoute.Detail, count: 1001},
		{name: "queue full", events: []trace.Event{stageLint(QueueFull, 2*s)}, rule: QueueFull, text: "said by the lint.", count: 1},
		{name: "stop hang", events: []trace.Event{stageLint(StopHang, 2*s), moved(3*s, trace.Ended, 1)}, rule: StopHang, text: "said by the lint.", count: 1},
		{name: "env used off loop, twice", events: []trace.Event{stageLint(EnvUsedOffLoop, 2*s), stageLint(EnvUsedOffLoop, 2*s)}, rule: EnvUsedOffLoop, text: "said by the lint.", count: 2},
		{name: "answered twice", events: []trace.Event{stageLint(AnsweredTwice, 2*s)}, rule: AnsweredTwice, text: "said by the lint.", count: 1},
		{name: "answered twice, two of them", events: []trace.Event{second, second}, rule: AnsweredTwice,
			text: "llm returned a result for 2 hello commands that had been answered already, the newest #7.", count: 2},
		{name: "over, says the lint", events: []trace.Event{stageLint(LoopBlocked, 2*s), over}, rule: LoopBlocked, ended: true, text: "said by the lint.", count: 1},
		{name: "a rule of tomorrow", events: []trace.Event{stageLint("moon-phase", 2*s)}, rule: "moon-phase", text: "said by the lint.", count: 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			problems := fold(tc.events...).Problems(trace.Snapshot{})
			if len(problems) != 1 {
				t.Fatalf("%d problems, want 1: %+v", len(problems), problems)
			}
			p := problems[0]
			place := ""
			if p.File != "" {
				place = fmt.Sprintf("%s:%d", p.File, p.Line)
			}
			if p.Rule != tc.rule || p.Ended != tc.ended || p.Text != tc.text || p.Count != tc.count || place != tc.place || p.Remedy == "" {
				t.Errorf("got %+v", p)
			}
		})
	}
}

// A stop that waited for what held the loop is not slow itself.
func TestAStageThatTheLoopHeldBackIsNotSaidToBeSlow(t *testing.T) {
	slow := lint(SlowStage, trace.Info, event(trace.Lint, 3*s, "greeter"))
	slow.Name = trace.Intern("on_stop")
	deinit := state("greeter", 6*s, trace.Deinit)
	deinit.StageNS = 4 * s
	for name, tc := range map[string]struct {
		block trace.Event
		want  int
	}{
		"held":                    {blocks("greeter", 1*s, 41, "on_cmd hello"), 1},
		"near miss: held since":   {blocks("greeter", 2500*ms, 41, "on_cmd hello"), 2},
		"near miss: of another's": {blocks("relay", 1*s, 41, "on_cmd hello"), 2},
	} {
		events := append(up("greeter"), state("greeter", 2*s, trace.Stop), tc.block, slow, deinit)
		if tc.block.Mono < 2*s {
			events = append(up("greeter"), tc.block, state("greeter", 2*s, trace.Stop), slow, deinit)
		}
		if all := fold(events...).Problems(trace.Snapshot{}); len(all) != tc.want {
			t.Errorf("%s: %d problems, want %d: %+v", name, len(all), tc.want, all)
		}
	}
}

// A stop that waits for a stage which does not end is no problem besides.
func TestAStopThatWaitsForAStageIsNoProblemOfItsOwn(t *testing.T) {
	never, hang := stageLint(StageNeverDone, 6*s), stageLint(StopHang, 9*s)
	other := never
	other.Extension = trace.Intern("stt")
	for name, tc := range map[string]struct {
		events []trace.Event
		want   int
	}{"one": {[]trace.Event{moved(1*s, trace.Start, 1), never, hang}, 1}, "near miss: of another": {[]trace.Event{moved(1*s, trace.Start, 1), other, hang}, 2},
		"near miss: it had ended": {[]trace.Event{moved(1*s, trace.Start, 1), never, moved(7*s, trace.Running, 6*s), hang}, 2}} {
		if all := fold(tc.events...).Problems(trace.Snapshot{}); len(all) != tc.want {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// A stage that is slow again in the next life is a problem of that.
func TestASlowStageOfTheNextLifeIsNotHidden(t *testing.T) {
	hung := []trace.Event{moved(1*s, trace.Start, 1), stageLint(SlowStage, 2*s), stageLint(StageNeverDone, 6*s), moved(8*s, trace.Running, 7*s)}
	if got := fold(hung...).Problems(trace.Snapshot{}); len(got) != 1 || got[0].Rule != StageNeverDone {
		t.Errorf("of one stage %+v", got)
	}
	if got := fold(append(hung, moved(9*s, trace.Start, 1), stageLint(SlowStage, 10*s))...).Problems(trace.Snapshot{}); len(got) != 2 {
		t.Errorf("of two stages %+v", got)
	}
}

func TestOffLoopProblemsDifferByPlace(t *testing.T) {
	a, b := stageLint(EnvUsedOffLoop, 1*s), stageLint(EnvUsedOffLoop, 2*s)
	a.Source, b.Source = trace.Intern("llm/a.go:1"), trace.Intern("llm/a.go:2")
	if p := fold(a, b, a).Problems(trace.Snapshot{}); len(p) != 2 || p[0].Count != 2 || p[0].Line != 1 {
		t.Errorf("problems %+v", p)
	}
}

func TestWorstFirstThenOldestThenEnded(t *testing.T) {
	warn := lint(QueueFull, trace.Warn, event(trace.Lint, 1*s, "a"))
	info := lint(SlowStage, trace.Info, event(trace.Lint, 1*s, "b"))
	named := func(e trace.Event) trace.Event { // each name is a problem of its own
		e.Name = trace.Intern(fmt.Sprint("hello", e.ID))
		return e
	}
	f := fold(info, warn, named(hello(trace.Sent, 3*s, 7)), named(hello(trace.Sent, 1*s, 9)), named(hello(trace.Sent, 2*s, 8)),
		named(unanswered(5*s, 7)), named(unanswered(5*s, 8)), named(unanswered(5*s, 9)), named(result(6*s, 9, trace.ByHandler, msg.OK)))
	var got []string
	for _, p := range f.Problems(trace.Snapshot{}) {
		got = append(got, fmt.Sprint(p.Rule, " ", p.ID))
	}
	want := []string{"queued-behind 8", "queued-behind 7", "queue-full 0", "slow-stage 0", "answered-late 9"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProblemsAreBoundedAndTheEndedGoFirst(t *testing.T) {
	f := new(Fold)
	add := func(e trace.Event) {
		e.Name = trace.Intern(fmt.Sprint("hello", e.ID)) // each name is a problem of its own
		f.Add(&e)
	}
	for id := uint64(1); id <= maxProblems; id++ {
		add(unanswered(int64(id), id))
	}
	add(result(5000, 77, trace.ByHandler, msg.OK))
	add(unanswered(6000, 5001))
	add(unanswered(6000, 5001))
	add(unanswered(6001, 5002))
	has := map[uint64]bool{}
	for _, p := range f.Problems(trace.Snapshot{}) {
		has[p.ID] = true
	}
	if len(has) != maxProblems || f.Forgotten != 2 || has[77] || has[1] || !has[2] || !has[5001] || !has[5002] {
		t.Errorf("%d problems, %d forgotten; 77 %v, 1 %v", len(has), f.Forgotten, has[77], has[1])
	}
	if len(f.byID) != maxProblems || len(f.groups) != maxProblems {
		t.Errorf("%d commands and %d problems remembered", len(f.byID), len(f.groups))
	}
}

func TestCommandsOfOneKindAreOneProblem(t *testing.T) {
	returned := func(id uint64) trace.Event {
		e := hello(trace.Handled, 3*s+1, id)
		e.Debtor = trace.DebtorKept
		return e
	}
	events := []trace.Event{hello(trace.Sent, 1*s, 1), hello(trace.Sent, 2*s, 2), hello(trace.Sent, 3*s, 3), returned(1), returned(2), returned(3), unanswered(4*s, 1), unanswered(4*s, 2),
		unanswered(4*s, 3), lint(Lost, trace.Error, hello(trace.Lint, 5*s, 1)), lint(Lost, trace.Error, hello(trace.Lint, 5*s, 2))}
	why := "its handler returned without a result and nothing holds the command any more."
	for _, tc := range []struct {
		name  string
		more  []trace.Event
		text  string
		id    uint64
		count int
		ended bool
	}{
		{"two lost, of one it is about to be known", nil, "greeter lost 2 of 3 unanswered hello commands from relay, the newest #2: " + why, 2, 3, false},
		{"all lost", []trace.Event{lint(Lost, trace.Error, hello(trace.Lint, 6*s, 3))}, "greeter lost 3 hello commands from relay, the newest #3: " + why, 3, 3, false},
		{"one answered", []trace.Event{result(6*s, 3, trace.ByHandler, msg.OK)}, "greeter lost 2 hello commands from relay, the newest #2: " + why, 2, 2, false},
		{"two answered", []trace.Event{result(6*s, 3, trace.ByHandler, msg.OK), result(6*s, 2, trace.ByHandler, msg.OK)},
			"greeter lost hello #1 from relay: " + why, 1, 1, false},
		{"all answered", []trace.Event{result(6*s, 3, trace.ByHandler, msg.OK), result(6*s, 2, trace.ByHandler, msg.OK), result(7*s, 1, trace.ByHandler, msg.OK)},
			"greeter answered 3 hello commands from relay, the newest #2, only after 4.0 s; its handler had returned after 3.0 s, and the result came 3.0 s later.", 2, 3, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			problems := fold(append(slices.Clone(events), tc.more...)...).Problems(trace.Snapshot{})
			if len(problems) != 1 {
				t.Fatalf("%d problems: %+v", len(problems), problems)
			}
			p := problems[0]
			if p.Text != tc.text || p.ID != tc.id || p.Count != tc.count || len(p.IDs) != tc.count || p.Ended != tc.ended || p.Since != 1*s {
				t.Errorf("%d of %v, count %d, ended %v, since %d: %s\nwant %d, count %d, ended %v: %s",
					p.ID, p.IDs, p.Count, p.Ended, p.Since, p.Text, tc.id, tc.count, tc.ended, tc.text)
			}
			if !strings.HasPrefix(p.Key, "demo/unanswered/greeter/hello/relay") || !strings.HasPrefix(p.Text, p.Brief) || !strings.Contains(p.Text, p.Why) {
				t.Errorf("key %q, brief %q, why %q", p.Key, p.Brief, p.Why)
			}
		})
	}
}

// What is lost has a row without what merely waits, which has its own; the worst one bears the key that either has alone.
func TestWhatWaitsIsNotAmongWhatIsLost(t *testing.T) {
	const key = "demo/unanswered/greeter/hello/relay"
	sent := func(id uint64) []trace.Event {
		return []trace.Event{hello(trace.Sent, int64(id)*s, id), hello(trace.Delivered, int64(id)*s+1, id)}
	}
	returned := func(id uint64) trace.Event {
		e := hello(trace.Handled, int64(id)*s+2, id)
		e.Debtor = trace.DebtorKept
		return e
	}
	lostNow := func(id uint64) []trace.Event {
		return append(sent(id), returned(id), unanswered(int64(id+1)*s, id), lint(Lost, trace.Error, hello(trace.Lint, int64(id+2)*s, id)))
	}
	keptNow := func(id uint64) []trace.Event {
		return append(sent(id), returned(id), unanswered(int64(id+1)*s, id), lint(Kept, trace.Warn, hello(trace.Lint, int64(id+2)*s, id)))
	}
	waits := func(id, child uint64) []trace.Event {
		e := ask(trace.Sent, int64(id)*s+3, child, id, "weather", "greeter", "forgetful")
		e.ParentDebtor = trace.DebtorChild
		return append(sent(id), e, unanswered(int64(id+1)*s, id))
	}
	runs := func(id uint64) []trace.Event { return append(sent(id), unanswered(int64(id+1)*s, id)) }
	lateBegun := func(id uint64, at int64) []trace.Event {
		return []trace.Event{hello(trace.Sent, int64(id)*s, id), unanswered(int64(id+1)*s, id), hello(trace.Delivered, at*s, id), event(trace.LogLine, 9*s, "relay")}
	}
	queued := func(id uint64) []trace.Event {
		e := hello(trace.Sent, int64(id)*s, id)
		e.Debtor = trace.DebtorQueue
		return []trace.Event{e, unanswered(int64(id+1)*s, id)}
	}
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   []string // key, rule, count, since: the worst first
	}{
		{"lost, and one that waits for its child", slices.Concat(waits(1, 50), lostNow(2), lostNow(3)), []string{"/child waits-on-child 1 1", " lost 2 2"}},
		{"one that waits alone", waits(1, 50), []string{" waits-on-child 1 1"}},
		{"lost, kept, handled and queued", slices.Concat(lostNow(1), keptNow(2), runs(3), queued(4)),
			[]string{" lost 1 1", "/kept kept 1 2", "/handler handler-running 1 3", "/queue queued-behind 1 4"}},
		{"queued, and one that is handled at last", slices.Concat(lateBegun(1, 8), queued(2), queued(3)), []string{" queued-behind 3 1"}},
		{"near miss: it has been handled for longer than it had waited", slices.Concat(lateBegun(1, 3), queued(2), queued(3)), []string{" handler-running 1 1", "/queue queued-behind 2 2"}},
		{"one that runs, until it is lost", runs(1), []string{" handler-running 1 1"}},
		{"the same, lost", lostNow(1), []string{" lost 1 1"}},
		{"near miss: all wait alike", slices.Concat(runs(1), runs(2)), []string{" handler-running 2 1"}},
		{"near miss: it is about to be known", slices.Concat(lostNow(1), sent(2), []trace.Event{returned(2), unanswered(4*s, 2)}), []string{" lost 2 1"}},
		{"near miss: one was answered late", slices.Concat(lostNow(2), runs(1), []trace.Event{result(9*s, 1, trace.ByHandler, msg.OK)}), []string{" lost 1 2"}},
	} {
		var got []string
		for _, p := range fold(tc.events...).Problems(trace.Snapshot{}) {
			got = append(got, fmt.Sprintf("%s %s %d %d", strings.TrimPrefix(p.Key, key), p.Rule, p.Count, p.Since/s))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// An extension that is down stands above what is lost, though that came before: nothing is answered until it is mended.
func TestWhatIsDownComesFirst(t *testing.T) {
	before := append(forgotten(), unanswered(3*s, 7))
	down := lint(ExtensionFailed, trace.Error, event(trace.Lint, 50*s, "echo"))
	mended := event(trace.Transition, 60*s, "echo")
	mended.State = trace.Running
	for _, tc := range []struct {
		name   string
		events []trace.Event
		first  bool
	}{
		{"it is down", append(before, down), true},
		{"near miss: it runs again", append(before, down, mended), false},
	} {
		p := fold(tc.events...).Problems(trace.Snapshot{})
		if len(p) < 2 || (p[0].Rule == ExtensionFailed) != tc.first {
			t.Errorf("%s: the first of %d is %s", tc.name, len(p), p[0].Rule)
		}
	}
}

// What an earlier instance lost is over once the next one runs, whether that was mended or not: it has lost nothing so far.
func TestWhatAnEarlierInstanceLostIsOver(t *testing.T) {
	lost := func(id uint64, at int64) []trace.Event {
		return []trace.Event{hello(trace.Sent, at, id), hello(trace.Delivered, at+1, id), hello(trace.Handled, at+2, id), unanswered(at+1*s, id), hello(trace.Freed, at+1100*ms, id)}
	}
	ended := result(3*s, 42, trace.ByEngine, msg.Error)
	ended.Detail = "greeter was restarted"
	created, running := state("greeter", 4*s, trace.Created), state("greeter", 5*s, trace.Running)
	first := slices.Concat(up("greeter"), lost(42, 1*ms))
	for name, tc := range map[string]struct {
		events []trace.Event
		want   string
	}{
		"it runs anew":                     {slices.Concat(first, []trace.Event{ended, created, running}), "#42 over"},
		"near miss: it does not run yet":   {slices.Concat(first, []trace.Event{ended, created}), "#42"},
		"near miss: the command is open":   {slices.Concat(first, []trace.Event{created, running}), "#42"},
		"near miss: another one runs anew": {slices.Concat(first, []trace.Event{ended}, up("relay"), up("relay")), "#42"},
		"it loses another one":             {slices.Concat(first, []trace.Event{ended, created, running}, lost(43, 6*s)), "#43"},
	} {
		f := fold(tc.events...)
		p := f.Problems(trace.Snapshot{})
		got := fmt.Sprintf("#%d", p[0].ID)
		if p[0].Ended {
			got += " over"
		}
		if len(p) != 1 || p[0].Rule != Lost || got != tc.want || p[0].Count != 1 {
			t.Errorf("%s: %d problems, the first is %s, %s ×%d; want %s", name, len(p), p[0].Rule, got, p[0].Count, tc.want)
		}
		if v, _ := f.Verdict(42, trace.Snapshot{}, nil); v.Rule != Lost || strings.Contains(v.So, "started anew") != (strings.HasSuffix(tc.want, "over") || tc.want == "#43") {
			t.Errorf("%s: %s, %s", name, v.Rule, v.So)
		}
	}
}

// When none is open any more, those that were answered late are not counted with those that the engine ended.
func TestWhatWasEndedIsNotCountedWithWhatWasAnsweredLate(t *testing.T) {
	var events []trace.Event
	for id := uint64(1); id <= 6; id++ {
		events = append(events, hello(trace.Sent, int64(id)*ms, id), unanswered(1*s+int64(id), id))
	}
	for id := uint64(1); id <= 6; id++ {
		end := result(2*s+int64(id), id, trace.ByHandler, msg.OK)
		if id > 4 {
			end = result(2*s+int64(id), id, trace.ByEngine, msg.Error)
		}
		events = append(events, end)
	}
	var got []string
	for _, p := range fold(events...).Problems(trace.Snapshot{}) {
		got = append(got, fmt.Sprintf("%s ×%d %v", p.Rule, p.Count, p.Ended))
	}
	if strings.Join(got, ", ") != "answered-late ×4 true, engine-answered ×2 true" {
		t.Errorf("the problems are %q", got)
	}
}

// What a person dropped is not told of the rule that dropped others.
func TestWhatWasDroppedIsToldByWhatDropped(t *testing.T) {
	var events []trace.Event
	for id, rule := range []string{"", "drop-3", "", "drop-3", "drop-3"} {
		at := int64(id) * s
		dropped := hello(trace.Dropped, at, uint64(id+1))
		dropped.Debtor, dropped.Rule = trace.DebtorNobody, trace.Intern(rule)
		freed := hello(trace.Sent, at, uint64(id+1))
		events = append(events, freed, dropped, unanswered(at+1*s, uint64(id+1)))
	}
	got := map[string]string{}
	for _, p := range fold(events...).Problems(trace.Snapshot{Mono: 9 * s}) {
		got[p.Key] = fmt.Sprintf("×%d since %d s: %s", p.Count, p.Since/s, p.Why)
	}
	want := map[string]string{
		"demo/unanswered/greeter/hello/relay/dropped":        "×2 since 0 s: it was dropped on its way, by hand",
		"demo/unanswered/greeter/hello/relay/dropped/drop-3": "×3 since 1 s: it was dropped on its way, by the rule drop-3 of the gate",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// What an earlier instance did is over once the next one runs, until that does it too.
func TestWhatTheCodeDidIsOverWhenTheNextInstanceRuns(t *testing.T) {
	told := func(rule string, at int64) trace.Event {
		e := lint(rule, trace.Warn, event(trace.Lint, at, "greeter"))
		e.Source = trace.Intern("/home/me/greeter.py:33")
		return e
	}
	next := []trace.Event{state("greeter", 2*s, trace.Stop), state("greeter", 2*s, trace.Ended), state("greeter", 3*s, trace.Created), state("greeter", 3*s, trace.Configure),
		state("greeter", 3*s, trace.Init), state("greeter", 3*s, trace.Start)}
	runs := state("greeter", 4*s, trace.Running)
	for name, tc := range map[string]struct {
		events []trace.Event
		ended  bool
	}{
		"the next one runs":         {append(slices.Clone(next), runs), true},
		"near miss: it starts":      {next, false},
		"near miss: it did it, too": {append(slices.Clone(next), runs, told("task-exception", 5*s)), false},
		"near miss: another stage":  {append(slices.Clone(next), told("task-exception", 3*s), runs), false},
	} {
		all := fold(append(append(up("greeter"), told("task-exception", 1*s)), tc.events...)...).Problems(trace.Snapshot{})
		if len(all) != 1 || all[0].Ended != tc.ended {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// A process that has forgotten a command tells its number alone; the trace knows the name.
func TestACommandThatWasAnsweredTwiceIsNamed(t *testing.T) {
	twice := func(at int64, id uint64) trace.Event {
		e := lint(AnsweredTwice, trace.Warn, event(trace.Lint, at, "greeter"))
		e.ID, e.Detail = id, fmt.Sprintf("greeter returned a result for #%d, which had been answered already.", id)
		return e
	}
	events := []trace.Event{hello(trace.Sent, 0, 42), result(1*ms, 42, trace.ByHandler, msg.OK), twice(2*ms, 42)}
	for want, more := range map[string][]trace.Event{
		"greeter returned a result for hello #42, which had been answered already.":                nil,
		"greeter returned a result for 2 commands that had been answered already, the newest #43.": {twice(3*ms, 43)},
	} {
		if all := fold(append(slices.Clone(events), more...)...).Problems(trace.Snapshot{}); len(all) != 1 || all[0].Text != want {
			t.Errorf("%+v, want %s", all, want)
		}
	}
}

// Of several that were answered late only as many are told as the same was answered to.
func TestOnlyWhatWasAnsweredAlikeIsCounted(t *testing.T) {
	for name, tc := range map[string]struct {
		last trace.Event
		want string
	}{
		"alike":         {result(2*s, 3, trace.ByHandler, msg.OK), "greeter answered 3 hello commands from relay, the newest #3, only after 2.0 s"},
		"another word":  {result(2*s, 3, trace.ByHandler, msg.Error), "greeter answered 1 of 3 hello commands from relay, the newest #3, with ERROR, only after 2.0 s"},
		"another voice": {result(2*s, 3, trace.ByInject, msg.OK), "you answered 1 of 3 hello commands from relay, the newest #3, only after 2.0 s"},
	} {
		var events []trace.Event
		for id := uint64(1); id <= 3; id++ {
			events = append(events, hello(trace.Sent, int64(id)*ms, id), hello(trace.Delivered, int64(id)*ms, id), unanswered(1*s+int64(id), id))
		}
		events = append(events, result(2*s, 1, trace.ByHandler, msg.OK), result(2*s, 2, trace.ByHandler, msg.OK), tc.last)
		all := fold(events...).Problems(trace.Snapshot{})
		if len(all) != 1 || !strings.HasPrefix(lowerFirst(all[0].Brief), tc.want) {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// What waits for a command that is a problem too is not the worst: the other one is to be mended.
func TestWhatWaitsForAnotherProblemComesBehindIt(t *testing.T) {
	child := []trace.Event{ask(trace.Sent, 2*ms, 50, 42, "look", "greeter", "b"), ask(trace.Delivered, 3*ms, 50, 0, "look", "greeter", "b")}
	silent := lint(Unanswered, trace.Error, ask(trace.Lint, 1100*ms, 50, 0, "look", "greeter", "b"))
	other := hello(trace.Sent, 500*ms, 43)
	other.From = trace.Intern("someone")
	late := lint(Unanswered, trace.Error, other)
	late.Mono = 1600 * ms
	for name, tc := range map[string]struct {
		more []trace.Event
		want string
	}{
		"the other is a problem":                     {[]trace.Event{silent, late}, "look #50, hello #43, hello #42"},
		"near miss: it does not count as unanswered": {[]trace.Event{late}, "hello #42, hello #43"},
	} {
		events := slices.Concat([]trace.Event{hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*ms, 42)}, child, []trace.Event{other, unanswered(1*s, 42)}, tc.more)
		var got []string
		for _, p := range fold(events...).Problems(trace.Snapshot{}) {
			got = append(got, fmt.Sprintf("%s #%d", p.Name, p.ID))
		}
		if strings.Join(got, ", ") != tc.want {
			t.Errorf("%s: %s; want %s", name, strings.Join(got, ", "), tc.want)
		}
	}
}

// The age of a problem is that of the present episode: of what is open, or came in close succession.
func TestAProblemIsAsOldAsItsPresentEpisode(t *testing.T) {
	silent := func(at int64, id uint64, ended int64) []trace.Event {
		out := []trace.Event{hello(trace.Sent, at, id), hello(trace.Delivered, at+1, id), unanswered(at+1*s, id)}
		if ended != 0 {
			out = append(out, result(ended, id, trace.ByTimeout, msg.Error))
		}
		return out
	}
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   int64
	}{
		{"one", silent(1*s, 1, 0), 1},
		{"two that are open", slices.Concat(silent(1*s, 1, 0), silent(100*s, 2, 0)), 1},
		{"one that was ended long before", slices.Concat(silent(1*s, 1, 4*s), silent(100*s, 2, 0)), 100},
		{"one that was ended closely before", slices.Concat(silent(1*s, 1, 95*s), silent(100*s, 2, 0)), 1},
		{"one after the other", slices.Concat(silent(1*s, 1, 4*s), silent(90*s, 2, 93*s), silent(100*s, 3, 103*s), silent(110*s, 4, 113*s)), 90},
		{"near miss: the older one was answered", slices.Concat(silent(95*s, 1, 0), []trace.Event{result(99*s, 1, trace.ByHandler, msg.OK)}, silent(100*s, 2, 0)), 100},
	} {
		p := fold(tc.events...).Problems(trace.Snapshot{})
		if len(p) != 1 || p[0].Since != tc.want*s {
			t.Errorf("%s: since %d, want %d of %+v", tc.name, p[0].Since/s, tc.want, p)
		}
	}
}

func TestCommandsOfDifferentKindsAreDifferentProblems(t *testing.T) {
	other := func(change func(*trace.Event)) trace.Event {
		e := unanswered(5*s, 2)
		change(&e)
		return e
	}
	for name, e := range map[string]trace.Event{
		"name":     other(func(e *trace.Event) { e.Name = trace.Intern("bye") }),
		"sender":   other(func(e *trace.Event) { e.From = trace.Intern("echo") }),
		"receiver": other(func(e *trace.Event) { e.To, e.Extension = trace.Intern("echo"), trace.Intern("echo") }),
		"graph":    other(func(e *trace.Event) { e.Graph = trace.Intern("other") }),
	} {
		if p := fold(unanswered(4*s, 1), e).Problems(trace.Snapshot{}); len(p) != 2 || p[0].Key == p[1].Key {
			t.Errorf("another %s: %+v", name, p)
		}
	}
}

func TestOneProblemOutlivesItsOldCommandsAndCountsThem(t *testing.T) {
	f := new(Fold)
	for id := uint64(1); id <= 3*maxProblems; id++ {
		e := unanswered(int64(id), id)
		f.Add(&e)
	}
	problems := f.Problems(trace.Snapshot{})
	if len(problems) != 1 || f.Forgotten != 0 || len(f.byID) != maxProblems {
		t.Fatalf("%d problems, %d forgotten, %d commands remembered", len(problems), f.Forgotten, len(f.byID))
	}
	p := problems[0]
	if p.Count != 3*maxProblems || p.ID != 3*maxProblems || len(p.IDs) != maxIDs || p.IDs[maxIDs-1] != p.ID || p.Since != 1 {
		t.Errorf("count %d, id %d, since %d, ids %v", p.Count, p.ID, p.Since, p.IDs)
	}
	if c := f.Counts().Unanswered; c != 3*maxProblems {
		t.Errorf("%d counted as unanswered", c)
	}
}

func TestSameAnswerLiveAndFromARecording(t *testing.T) {
	events := append(forgotten(), stageLint(SlowStage, 2*s), result(3*s, 42, trace.ByStop, msg.Error))
	live := fold(events...)
	start := time.Now()
	log, add := trace.FromEvents(start)
	for i := range events {
		line := events[i].AppendJSON(nil, start)
		e, err := trace.ParseEvent(line, start)
		if err != nil {
			t.Fatal(err)
		}
		add(&e)
	}
	again := FromLog(log)
	want, _ := json.MarshalIndent(live.Problems(trace.Snapshot{}), "", " ")
	got, _ := json.MarshalIndent(again.Problems(trace.Snapshot{}), "", " ")
	if string(got) != string(want) {
		t.Errorf("from the recording:\n%s\nlive:\n%s", got, want)
	}
	if live.Counts() != again.Counts() {
		t.Errorf("counts %+v and %+v", live.Counts(), again.Counts())
	}
}

func TestCounts(t *testing.T) {
	data, drop, nowhere, warning := event(trace.Sent, 1, "a"), event(trace.Dropped, 2, "a"), event(trace.Sent, 1, "a"), event(trace.LogLine, 2, "a")
	data.ID, data.Type = 100, msg.KindAudioFrame
	drop.ID, drop.Type, drop.Count = 100, msg.KindAudioFrame, 1
	nowhere.Type = msg.KindCmd
	cmdDrop := hello(trace.Dropped, 2, 6)
	warning.Level = trace.Warn
	fault := warning
	fault.Level = trace.Error
	partial := result(3, 1, trace.ByHandler, msg.OK)
	partial.Final = false
	cut := result(9, 5, trace.ByStop, msg.Error)
	cut.Detail = "cut"
	gap := trace.Event{Kind: trace.Gap, Count: 12}
	f := fold(data, data, drop, nowhere, warning, fault, fault,
		hello(trace.Sent, 1, 1), partial, result(4, 1, trace.ByHandler, msg.OK),
		hello(trace.Sent, 1, 2), result(4, 2, trace.ByHandler, msg.Error),
		hello(trace.Sent, 1, 3), unanswered(2*s, 3), result(4*s, 3, trace.ByTimeout, msg.Error),
		hello(trace.Sent, 1, 4), unanswered(2*s, 4), result(4*s, 4, trace.ByStop, msg.Error),
		hello(trace.Sent, 1, 5), cut, hello(trace.Sent, 1, 6), cmdDrop, gap,
		lint(SlowStage, trace.Info, event(trace.Lint, 1, "a")), lint(QueueFull, trace.Warn, event(trace.Lint, 1, "a")), moved(2, trace.Failed, 1))
	want := Counts{Commands: 6, OK: 1, Errors: 2, InPlace: 1, silently: 1, Stopped: 2, Cut: 1, Unanswered: 2, Failed: 1, Lints: 3, LogLines: 3, LogErrors: 2, Messages: 2, Dropped: 1, CmdDropped: 1, Missing: 12, Nowhere: 1, BenchLines: 5}
	if got := f.Counts(); got != want || got.Open() != 1 {
		t.Errorf("got  %+v, %d open\nwant %+v, 1 open", got, got.Open(), want)
	}
}

func TestSummary(t *testing.T) {
	if got := strings.Join(new(Fold).Summary(trace.Snapshot{}), "\n"); got != `0 extensions, none failed, 0 events in 0 µs.
Commands: 0 sent.
Data and frames: 0 sent.
Logs: 0 lines of extensions.
No problems.` {
		t.Errorf("of nothing:\n%s", got)
	}
	events := append([]trace.Event{moved(0, trace.Start, 0)}, forgotten(hello(trace.Sent, 1*s, 43), unanswered(3*s, 43), result(3*s, 43, trace.ByHandler, msg.OK),
		lint(QueueFull, trace.Warn, event(trace.Lint, 3*s, "a")), lint(SlowStage, trace.Info, event(trace.Lint, 3*s, "a")))...)
	if got := strings.Join(fold(events...).Summary(trace.Snapshot{}), "\n"); got != `1 extension, none failed, 12 events in 3.0 s.
Commands: 2 sent, 1 ok, 1 unanswered. Of the answers 1 came only after the command had counted as unanswered.
Data and frames: 0 sent.
Logs: 0 lines of extensions, 5 of the bench.
2 problems; the worst: greeter lost hello #42 from relay. Besides: 1 remark.` {
		t.Errorf("of a run:\n%s", got)
	}
}

// What the path timeout ended was not answered late: it was not answered.
func TestTheSummarySaysWhatEndedInPlaceOfAnAnswer(t *testing.T) {
	for by, want := range map[trace.By]string{
		trace.ByTimeout: "Commands: 1 sent, 1 error. Of the errors 1 came in place of an answer.",
		trace.ByEngine:  "Commands: 1 sent, 1 error. Of the errors 1 came in place of an answer.",
		trace.ByHandler: "Commands: 1 sent, 1 error. Of the answers 1 came only after the command had counted as unanswered.",
	} {
		f := fold(hello(trace.Sent, 1, 3), unanswered(2*s, 3), result(4*s, 3, by, msg.Error))
		if got := f.Summary(trace.Snapshot{})[1]; got != want {
			t.Errorf("%s: %s", by, got)
		}
	}
}

// The sentence about what was dropped follows one about errors, and is about commands.
func TestTheSummaryKeepsTheNameOfAFunction(t *testing.T) {
	for text, want := range map[string]string{
		"MyVoice._greet() raised ValueError: no": "1 problem: MyVoice._greet() raised ValueError: no.",
		"Nothing of it ran":                      "1 problem: nothing of it ran.",
	} {
		e := lint("task-exception", trace.Warn, event(trace.Lint, 1*s, "greeter"))
		e.Detail = text + " in a task that nobody awaits: await it"
		if text == "Nothing of it ran" {
			e.Detail = text + ": await it"
		}
		got := fold(append(up("greeter"), e)...).Summary(trace.Snapshot{})
		if line := strings.Replace(got[len(got)-1], " in a task that nobody awaits", "", 1); line != want {
			t.Errorf("%s, want %s", line, want)
		}
	}
}

func TestTheSummarySaysWhatWasDropped(t *testing.T) {
	gone := hello(trace.Dropped, 2*ms, 4)
	gone.Rule, gone.Debtor = trace.Intern("drop-1"), trace.DebtorNobody
	f := fold(hello(trace.Sent, 1, 3), unanswered(2*s, 3), result(4*s, 3, trace.ByTimeout, msg.Error), hello(trace.Sent, 1*ms, 4), gone)
	if got := f.Summary(trace.Snapshot{})[1]; !strings.HasSuffix(got, " 1 came in place of an answer. Dropped on the way: 1 command.") {
		t.Error(got)
	}
}

// What the gate holds or dropped is not the receiver's silence, though its sender waits all the same.
func TestWhatTheGateHasDoneIsAProblemOfItsOwn(t *testing.T) {
	at := func(kind trace.Kind, id uint64) trace.Event {
		e := hello(kind, 2*ms, id)
		e.Rule = trace.Intern("hold-1")
		e.Debtor = map[trace.Kind]trace.Debtor{trace.Held: trace.DebtorHeld, trace.Dropped: trace.DebtorNobody, trace.Released: trace.DebtorQueue}[kind]
		return e
	}
	var events []trace.Event
	for id := range uint64(6) {
		events = append(events, hello(trace.Sent, 1*ms, id+1))
	}
	events = append(events, at(trace.Held, 2), at(trace.Held, 3), at(trace.Dropped, 4), at(trace.Held, 5), at(trace.Released, 5))
	for id := range uint64(6) {
		events = append(events, unanswered(1*s, id+1))
	}
	var got []string
	for _, p := range fold(events...).Problems(trace.Snapshot{}) {
		got = append(got, fmt.Sprintf("%s %s %d %v: %s", p.Rule, p.Level, p.Count, p.IDs, p.Brief))
	}
	want := []string{
		"queued-behind error 3 [1 5 6]: greeter has not answered 3 hello commands from relay, the newest #6, for 999 ms",
		"dropped error 1 [4]: greeter never got hello #4 from relay",
		"held info 2 [2 3]: You hold 2 hello commands from relay, the newest #3",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A command whose handler waits for what the person holds in the gate is the person's doing too.
func TestWhoWaitsForWhatIsHeldIsNotToBlame(t *testing.T) {
	sent, begun, late := hello(trace.Sent, 0, 42), hello(trace.Delivered, 1*us, 42), unanswered(1*s, 42)
	look := func(kind trace.Kind, at int64, id uint64) trace.Event {
		e := ask(kind, at, id, 42, "look", "greeter", "dictionary")
		if kind == trace.Released {
			e.Debtor = trace.DebtorQueue
		}
		return e
	}
	answer := func(at int64, id uint64, by trace.By) trace.Event {
		e := look(trace.Result, at, id)
		e.Type, e.Final, e.By, e.ParentDebtor = msg.KindResult, true, by, trace.DebtorHandler
		return e
	}
	asked, kept := look(trace.Sent, 2*us, 50), held(look(trace.Held, 3*us, 50))
	begin := ask(trace.Delivered, 4*us, 50, 0, "look", "greeter", "dictionary")
	deep := []trace.Event{sent, begun, asked, begin, ask(trace.Sent, 5*us, 60, 50, "fetch", "dictionary", "disk"), held(ask(trace.Held, 6*us, 60, 0, "fetch", "dictionary", "disk")), late}
	before := event(trace.SnapshotTaken, 2*s, "")
	before.Property = []byte(`{"nodes":[],"paths":[{"graph":"demo","id":42,"debtor":"child","waits_on":[50]},{"graph":"demo","id":50,"debtor":"held"}]}`)
	for _, tc := range []struct {
		name   string
		events []trace.Event
		level  string
		counts int
	}{
		{"the one it waits for is held", []trace.Event{sent, begun, asked, kept, late}, "info", 0},
		{"the one that one waits for is", deep, "info", 0},
		{"ended by the stop meanwhile", []trace.Event{sent, begun, asked, kept, late, before, answer(3*s, 50, trace.ByStop), result(3*s, 42, trace.ByStop, msg.Error)}, "info", 0},
		{"near miss: it is not held", []trace.Event{sent, begun, asked, late}, "error", 1},
		{"near miss: another one is held", []trace.Event{sent, begun, asked, held(look(trace.Held, 3*us, 51)), late}, "error", 1},
		{"near miss: it waits for another one too", []trace.Event{sent, begun, asked, kept, look(trace.Sent, 4*us, 51), late}, "error", 1},
		{"near miss: the other way round", []trace.Event{sent, begun, look(trace.Sent, 4*us, 51), asked, kept, late}, "error", 1},
		{"near miss: its handler has ended", []trace.Event{sent, begun, asked, kept, hello(trace.Handled, 4*us, 42), late}, "error", 1},
		{"near miss: it was let go", []trace.Event{sent, begun, asked, kept, late, look(trace.Released, 2*s, 50)}, "error", 1},
		{"near miss: it was answered in the gate", []trace.Event{sent, begun, asked, kept, late, answer(2*s, 50, trace.ByGate)}, "error", 1},
		{"near miss: let go, and ended by the stop", []trace.Event{sent, begun, asked, kept, late, look(trace.Released, 2*s, 50), answer(3*s, 50, trace.ByStop), result(3*s, 42, trace.ByStop, msg.Error)}, "error", 1},
	} {
		f := fold(tc.events...)
		p := f.Problems(trace.Snapshot{})
		v, _ := f.Verdict(42, trace.Snapshot{}, nil)
		if len(p) == 0 || p[0].ID != 42 || p[0].Level != tc.level || v.Level != tc.level {
			t.Errorf("%s: the verdict has level %s, want %s; the problems are %+v", tc.name, v.Level, tc.level, p)
		}
		if c := f.Counts(); c.Unanswered != tc.counts || c.Lints != tc.counts {
			t.Errorf("%s: %d unanswered, %d lints, want %d", tc.name, c.Unanswered, c.Lints, tc.counts)
		}
	}
	f := fold(append(slices.Clone(deep), result(2*s, 42, trace.ByHandler, msg.OK))...)
	if c := f.Counts(); c.Unanswered != 0 || len(f.excused) != 0 {
		t.Errorf("answered while the other one was held: %d unanswered, excused %v", c.Unanswered, f.excused)
	}
}

// That somebody holds a command fails no run; that nobody answers it once it was let go does.
func TestWhatIsHeldCountsOnceItWasLetGo(t *testing.T) {
	sent := hello(trace.Sent, 0, 42)
	late := unanswered(1*s, 42)
	late.Level = trace.Error
	keep, release := held(sent), hello(trace.Released, 2*s, 42)
	release.Debtor = trace.DebtorQueue
	stop := result(9*s, 42, trace.ByStop, msg.Error)
	for _, tc := range []struct {
		name   string
		events []trace.Event
		want   int
	}{
		{"held", []trace.Event{sent, keep, late}, 0},
		{"held until the stop", []trace.Event{sent, keep, late, stop}, 0},
		{"let go and answered", []trace.Event{sent, keep, late, release, result(3*s, 42, trace.ByHandler, msg.OK)}, 0},
		{"near miss: never held", []trace.Event{sent, late}, 1},
		{"near miss: let go before", []trace.Event{sent, keep, release, late}, 1},
		{"near miss: let go and not answered", []trace.Event{sent, keep, late, release}, 1},
		{"near miss: let go and ended by the stop", []trace.Event{sent, keep, late, release, stop}, 1},
	} {
		c := fold(tc.events...).Counts()
		if c.Unanswered != tc.want || c.Lints != tc.want {
			t.Errorf("%s: %d unanswered, %d lints, want %d", tc.name, c.Unanswered, c.Lints, tc.want)
		}
	}
}

func TestSummaryTellsWhatEndedFromWhatWasPushedOut(t *testing.T) {
	drop := func(at int64) trace.Event {
		e := event(trace.Dropped, at, moved(0, trace.Failed, 0).Extension.String())
		e.Type = msg.KindData
		return e
	}
	up, down := moved(0, trace.Running, 1), moved(2*s, trace.Failed, 1)
	stop := []trace.Event{moved(5*s, trace.Stop, 0), moved(5*s, trace.Deinit, 0), drop(5 * s), moved(6*s, trace.Ended, 0), drop(6 * s)}
	for _, c := range []struct {
		events   []trace.Event
		nodes    string
		messages string
	}{
		{append([]trace.Event{up, drop(1 * s)}, stop...), "none failed", "Data and frames: 0 sent, 1 dropped, 2 dropped by the stop."},
		{append([]trace.Event{up, down, drop(3 * s)}, stop...), "1 failed,", "Data and frames: 0 sent, 1 dropped since their receiver had failed, 2 dropped by the stop."},
		{append([]trace.Event{up, down, moved(3*s, trace.Running, 1)}, stop...), "1 failed and recovered,", "Data and frames: 0 sent, 2 dropped by the stop."},
	} {
		got := fold(c.events...).Summary(trace.Snapshot{})
		if !strings.Contains(got[0], c.nodes) || got[2] != c.messages {
			t.Errorf("got %q and %q, want %q and %q", got[0], got[2], c.nodes, c.messages)
		}
	}
}

func TestALossThatTheStopProvedHidesNoOther(t *testing.T) {
	freed := hello(trace.Freed, 2100*ms, 43)
	freed.Debtor = trace.DebtorNobody
	stop := moved(2*s, trace.Stop, 1)
	stop.Extension = hello(trace.Sent, 0, 42).To
	f := fold(forgotten(hello(trace.Sent, 1900*ms, 43), hello(trace.Delivered, 1901*ms, 43), hello(trace.Handled, 1902*ms, 43), stop,
		freed, lint(Lost, trace.Error, hello(trace.Lint, 2100*ms, 43)), result(2200*ms, 42, trace.ByStop, msg.Error), result(2200*ms, 43, trace.ByStop, msg.Error))...)
	p := f.Problems(trace.Snapshot{})
	if len(p) != 1 || p[0].Rule != Lost || p[0].Confidence != Proven || p[0].ID != 42 || p[0].Count != 2 {
		t.Errorf("problems %+v", p)
	}
}

func TestSpanAndNumbersAreForPeople(t *testing.T) {
	for ns, want := range map[int64]string{-5: "0 µs", 0: "0 µs", 84_000: "84 µs", 300_000: "0.3 ms", 42_500_000: "42.5 ms", 420 * ms: "420 ms", 4200 * ms: "4.2 s", 185 * s: "3m5s"} {
		if got := span(ns); got != want {
			t.Errorf("span(%d) = %q, want %q", ns, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSentenceOfALint(t *testing.T) {
	for detail, want := range map[string]string{"": "The lint says no more.", "It broke": "It broke.", "It broke!": "It broke!", "a:\nb": "a ...",
		strings.Repeat("x", 400): strings.Repeat("x", maxText) + " ..."} {
		if got := sentence(detail); got != want {
			t.Errorf("sentence(%q) = %q, want %q", detail, got, want)
		}
	}
}

func TestWhatALintAdvisesIsTheRemedy(t *testing.T) {
	for _, c := range []struct{ rule, detail, text, remedy string }{
		{"coroutine-not-awaited", "poll() was called and never awaited: write `await poll(...)`", "poll() was called and never awaited.", "Write `await poll(...)`."},
		{"env-unset", "The variable KEY is not set: set it, or write ${env:KEY|DEFAULT}.", "The variable KEY is not set.", "Set it, or write ${env:KEY|DEFAULT}."},
		{"env-unset", "The variable KEY is not set.", "The variable KEY is not set.", Pages["env-unset"].Do},
		{QueueFull, "the box is full: 12800 messages", "the box is full: 12800 messages.", Pages[QueueFull].Do},
	} {
		e := stageLint(c.rule, 2*s)
		e.Detail = c.detail
		f := fold(e)
		got := f.Problems(trace.Snapshot{})
		if len(got) != 1 || got[0].Text != c.text || got[0].Remedy != c.remedy {
			t.Errorf("%s %q: got %+v, want %q and %q", c.rule, c.detail, got, c.text, c.remedy)
		}
	}
}

// A lint comes at the first refusal and at every thousandth; the problem says how many there were.
func TestAFullMailboxSaysHowMuchThatHasCost(t *testing.T) {
	full := func(at int64, what string) trace.Event {
		e := lint(QueueFull, trace.Warn, hello(trace.Lint, at, 1))
		e.Detail = "The mailbox of greeter was full (3 waiting, 900 bytes) and " + what + "."
		return e
	}
	refusedAs := func(id uint64, detail string) trace.Event {
		e := result(2*s, id, trace.ByEngine, msg.Error)
		e.Detail = detail
		return e
	}
	refusal := func(id uint64) trace.Event { return refusedAs(id, "queue full") }
	out := event(trace.Dropped, 2*s, "greeter")
	out.Type, out.Detail = msg.KindData, "pushed out of a full mailbox"
	byRule := out
	byRule.Detail, byRule.Rule = "dropped by b1", trace.Intern("b1")
	other := full(3*s, "refused a command, for the 1001st time")
	other.Name = trace.Intern("weather")
	const box, was = "The mailbox of greeter ", ": it was full (3 waiting, 900 bytes)."
	for _, tc := range []struct {
		name   string
		events []trace.Event
		text   string
		count  int
	}{
		{"one command", []trace.Event{full(1*s, "refused a command"), refusal(1)}, box + "refused 1 command" + was, 1},
		{"three", []trace.Event{full(1*s, "refused a command"), refusal(1), refusal(2), refusal(3)}, box + "refused 3 commands" + was, 3},
		{"of any name", []trace.Event{full(1*s, "refused a command"), refusal(1), other, refusal(2)}, box + "refused 2 commands" + was, 2},
		{"data", []trace.Event{out, full(1*s, "pushed the oldest out"), out}, box + "pushed 2 messages out" + was, 2},
		{"both", []trace.Event{full(1*s, "refused a command"), refusal(1), out, out}, box + "refused 1 command and pushed 2 messages out" + was, 3},
		{"near miss: refused for another reason", []trace.Event{full(1*s, "refused a command"), refusal(1), refusedAs(2, "The extension[greeter] is invalid.")}, box + "refused 1 command" + was, 1},
		{"near miss: dropped by a rule", []trace.Event{out, full(1*s, "pushed the oldest out"), byRule}, box + "pushed 1 message out" + was, 1},
		{"the lint alone", []trace.Event{full(1*s, "refused a command")}, box + "was full (3 waiting, 900 bytes) and refused a command.", 1},
	} {
		var problems []Problem
		for _, p := range fold(tc.events...).Problems(trace.Snapshot{}) {
			if p.Rule == QueueFull {
				problems = append(problems, p)
			}
		}
		if len(problems) != 1 || problems[0].Text != tc.text || problems[0].Count != tc.count {
			t.Errorf("%s: %+v", tc.name, problems)
		}
	}
}

// The notice that a command is open for too long is a warning in the log; that it has no answer is an error, and so is its loss.
func TestACommandWithoutAnAnswerIsAnErrorWhateverItsNoticesSay(t *testing.T) {
	notice := func(rule string, level trace.Level) trace.Event { return lint(rule, level, hello(trace.Lint, 2*s, 42)) }
	for name, tc := range map[string]struct {
		notices []trace.Event
		want    string
	}{
		"open for too long":   {[]trace.Event{notice(Unanswered, trace.Warn)}, "error"},
		"kept":                {[]trace.Event{notice(Unanswered, trace.Warn), notice(Kept, trace.Warn)}, "error"},
		"lost":                {[]trace.Event{notice(Lost, trace.Error), notice(Unanswered, trace.Warn)}, "error"},
		"near miss: may come": {[]trace.Event{notice(Kept, trace.Warn)}, "warn"},
	} {
		if p := fold(append([]trace.Event{hello(trace.Sent, 1, 42), hello(trace.Delivered, 2, 42), hello(trace.Handled, 3, 42)}, tc.notices...)...).Problems(trace.Snapshot{}); len(p) != 1 || p[0].Level != tc.want {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	f := new(Fold)
	b.ReportAllocs()
	events := []trace.Event{hello(trace.Sent, 1, 1), hello(trace.Delivered, 2, 1), result(3, 1, trace.ByHandler, msg.OK), hello(trace.Handled, 4, 1)}
	id := uint64(0)
	for b.Loop() {
		id++
		for i := range events {
			events[i].ID = id
			f.Add(&events[i])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(4*b.N), "ns/event")
}

func TestRemediesFitWhatHappened(t *testing.T) {
	elsewhere := stageLint(AddonNotFound, 1*s)
	elsewhere.Detail = "agora_rtc is a stand-in: it is written in C++, which does not run here."
	wanted := elsewhere
	wanted.Level = trace.Info
	lacking := stageLint(ExtensionFailed, 1*s)
	lacking.Detail = "llm failed while being made: ModuleNotFoundError: No module named 'x'; install it with: python3 -m pip install x"
	for remedy, e := range map[string]trace.Event{
		"imports its code":        stageLint(StageNeverDone, 6*s),
		"Say in [stand_in":        elsewhere,
		"The config wants it so":  wanted,
		"Install what is missing": lacking,
	} {
		p := fold(moved(0, trace.Created, 0), e).Problems(trace.Snapshot{})
		if len(p) != 1 || !strings.Contains(p[0].Remedy, remedy) {
			t.Errorf("want %q: %+v", remedy, p)
		}
	}
}

// BenchmarkProblems lists as many problems as are kept, of commands that are one problem and of commands that are one each, after a million
// events: what the screen does four times a second.
func BenchmarkProblems(b *testing.B) {
	for name, names := range map[string]int{"alike": 1, "unlike": maxProblems} {
		b.Run(name, func(b *testing.B) {
			f := new(Fold)
			ok := []trace.Event{hello(trace.Sent, 1, 1), hello(trace.Delivered, 2, 1), result(3, 1, trace.ByHandler, msg.OK), hello(trace.Handled, 4, 1)}
			for i := range 1_000_000 {
				e := ok[i%4]
				e.ID = uint64(i/4 + 1)
				f.Add(&e)
			}
			for i := range maxProblems {
				id, name := uint64(1_000_000+i), fmt.Sprint("hello", i%names)
				for _, e := range []trace.Event{ask(trace.Sent, 5, id, 0, name, "relay", "greeter"), ask(trace.Delivered, 6, id, 0, name, "relay", "greeter"), lint(Unanswered, trace.Error, ask(trace.Lint, 1*s, id, 0, name, "relay", "greeter"))} {
					f.Add(&e)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				if got := len(f.Problems(trace.Snapshot{})); got != names {
					b.Fatal(got)
				}
			}
		})
	}
}
