package enginetest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// story is a log in which command 1 is answered and command 2 is not.
func story() *trace.Log {
	log, add := trace.FromEvents(time.Now())
	a, b := trace.Intern("a"), trace.Intern("b")
	for i, e := range []trace.Event{
		{Kind: trace.Sent, Type: msg.KindCmd, ID: 1, Name: trace.Intern("one"), From: a, To: b},
		{Kind: trace.Sent, Type: msg.KindCmd, ID: 2, Name: trace.Intern("two"), From: a, To: b},
		{Kind: trace.Result, Type: msg.KindResult, ID: 1, Name: trace.Intern("one"), From: b, To: a, Final: true, By: trace.ByHandler},
		{Kind: trace.LogLine, Level: trace.Info, Extension: b, Detail: "that was all"},
	} {
		e.Seq, e.Mono = uint64(i+1), int64(i+1)
		add(&e)
	}
	return log
}

func TestExpectFindsWhatIsThere(t *testing.T) {
	w := enginetest.Watch(story())
	if e := w.Expect(t, "kind = sent and name = two"); e.ID != 2 {
		t.Errorf("found %d", e.ID)
	}
	if e := w.Expect(t, "kind = sent and answered"); e.ID != 1 {
		t.Errorf("the answered one is %d", e.ID)
	}
	if n := len(w.All(t, "kind = sent")); n != 2 {
		t.Errorf("%d commands", n)
	}
	w.ExpectNone(t, "kind = sent and name = three")
}

func TestExpectInOrderKeepsTheOrder(t *testing.T) {
	w := enginetest.Watch(story())
	got := w.ExpectInOrder(t, "kind = sent", "kind = sent", "kind = result", "kind = log")
	for i, e := range got {
		if e.Seq != uint64(i+1) {
			t.Errorf("event %d has seq %d", i, e.Seq)
		}
	}
	if e := w.ExpectAfter(t, got[0], "kind = sent"); e.ID != 2 {
		t.Errorf("after the first command came %d", e.ID)
	}
}

func TestExpectWaitsForWhatIsToCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := trace.New(trace.Options{})
		defer log.Close()
		out := log.Writer("test")
		time.AfterFunc(5*time.Second, func() { out.Emit(&trace.Event{Kind: trace.LogLine, Level: trace.Info, Detail: "at last"}) })
		w := enginetest.Watch(log)
		if e := w.Expect(t, `"at last"`); time.Duration(e.Mono) != 5*time.Second {
			t.Errorf("it came at %v", time.Duration(e.Mono))
		}
	})
}

func TestExpectFailsWithTheLatestEvents(t *testing.T) {
	for name, c := range map[string]struct {
		expect func(w *enginetest.Watcher, t testing.TB)
		says   []string
	}{
		"what does not come": {
			func(w *enginetest.Watcher, t testing.TB) { w.Expect(t, "name = three") },
			[]string{`no event matches "name = three"`, "the latest of 4", "that was all"},
		},
		"the wrong order": {
			func(w *enginetest.Watcher, t testing.TB) { w.ExpectInOrder(t, "kind = log", "kind = sent") },
			[]string{`no event matches "kind = sent"`},
		},
		"what should not be": {
			func(w *enginetest.Watcher, t testing.TB) { w.ExpectNone(t, "kind = sent") },
			[]string{"2 events match", `"name":"one"`, `"name":"two"`},
		},
		"a filter that is none": {
			func(w *enginetest.Watcher, t testing.TB) { w.Expect(t, "name = = 3") },
			[]string{`filter "name = = 3"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			log := story()
			log.Close()
			rec := &recorder{TB: t}
			rec.run(func(t testing.TB) { c.expect(enginetest.Watch(log), t) })
			for _, s := range c.says {
				if !strings.Contains(rec.text(), s) {
					t.Errorf("the failure says %q, want %q in it", rec.text(), s)
				}
			}
		})
	}
}
