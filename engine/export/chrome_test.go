package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const ms = int64(1e6)

// logOf is a log of a graph with these events, in order.
func logOf(events []trace.Event) *trace.Log {
	log, fill := trace.FromEvents(time.Unix(0, 0))
	slices.SortStableFunc(events, func(a, b trace.Event) int { return int(a.Mono - b.Mono) })
	for i := range events {
		events[i].Seq, events[i].Graph = uint64(i+1), trace.Intern("talk")
		fill(&events[i])
	}
	return log
}

func enter(at int64, extension string, s trace.State) trace.Event {
	return trace.Event{Mono: at * ms, Kind: trace.Transition, Extension: trace.Intern(extension), State: s}
}

// ask is a command from a to b, answered at done; 0: never.
func ask(id uint64, name string, sent, done int64) []trace.Event {
	e := trace.Event{Mono: sent * ms, Kind: trace.Sent, ID: id, Type: msg.KindCmd, Name: trace.Intern(name), From: trace.Intern("a"), To: trace.Intern("b"), Extension: trace.Intern("a")}
	got := e
	got.Mono, got.Kind, got.Extension, got.QueuedNS = (sent+1)*ms, trace.Delivered, e.To, ms
	all := []trace.Event{e, got}
	if done > 0 {
		r := e
		r.Mono, r.Kind, r.Extension, r.Type, r.Final, r.By = done*ms, trace.Result, e.To, msg.KindResult, true, trace.ByHandler
		all = append(all, r)
	}
	return all
}

func frame(at int64) trace.Event {
	return trace.Event{Mono: at * ms, Kind: trace.Sent, ID: 100, Type: msg.KindAudioFrame, Name: trace.Intern("pcm"), From: trace.Intern("a"), To: trace.Intern("b"), Extension: trace.Intern("a")}
}

// talk is a second in which two commands overlap, a third lies within the first, one gets no answer, and audio has a gap.
func talk() *trace.Log {
	all := []trace.Event{enter(0, "a", trace.Configure), enter(2, "a", trace.Running), enter(0, "b", trace.Configure), enter(3, "b", trace.Init),
		enter(10, "b", trace.Start), enter(50, "b", trace.Running), enter(900, "b", trace.Stop), enter(950, "b", trace.Ended)}
	all = append(all, ask(1, "first", 100, 300)...)
	all = append(all, ask(2, "second", 200, 400)...)
	all = append(all, ask(3, "inner", 120, 150)...)
	all = append(all, ask(4, "lost", 500, 0)...)
	for at := int64(100); at < 800; at += 20 {
		if at < 500 || at >= 640 {
			all = append(all, frame(at))
		}
	}
	return logOf(all)
}

// exported is what a window of talk looks like to who reads the JSON.
func exported(t *testing.T, log *trace.Log, win Window) ([]event, Written) {
	t.Helper()
	var out bytes.Buffer
	n, err := Chrome(&out, log, win)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ TraceEvents []event }
	if err := json.Unmarshal(out.Bytes(), &file); err != nil {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	return file.TraceEvents, n
}

// threads are the names of the threads by their ids.
func threads(events []event) map[int]string {
	names := map[int]string{}
	for _, e := range events {
		if e.Name == "thread_name" {
			names[e.TID] = e.Args["name"].(string)
		}
	}
	return names
}

func spans(events []event) map[string]string {
	found, names := map[string]string{}, threads(events)
	for _, e := range events {
		if e.Phase == "X" {
			found[names[e.TID]+" "+e.Name] = fmt.Sprintf("%g+%g", e.TS/1e3, *e.Dur/1e3)
		}
	}
	return found
}

func TestStagesAndCommandsAreSpansOnTheThreadOfTheirExtension(t *testing.T) {
	events, n := exported(t, talk(), Window{To: 1000 * ms, Now: 1000 * ms})
	want := map[string]string{"a configure": "0+2", "a running": "2+998", "b configure": "0+3", "b init": "3+7", "b start": "10+40", "b running": "50+850", "b stop": "900+50",
		"b first": "100+200", "b inner": "120+30", "b +1 second": "200+200", "b +1 lost": "500+500"}
	got := spans(events)
	for name, at := range want {
		if got[name] != at {
			t.Errorf("%s lies at %q, want %q", name, got[name], at)
		}
	}
	if len(got) != len(want) || n.Spans != len(want) {
		t.Errorf("%d spans, %d counted, want %d: %v", len(got), n.Spans, len(want), got)
	}
	for _, e := range events {
		if e.Name == "lost" && e.Phase == "X" && (e.Args["answer"] != "none yet" || e.Args["queued_ms"] != 1.0 || e.Args["from"] != "a") {
			t.Errorf("what is said of the lost one: %v", e.Args)
		}
		if e.Name == "second" && e.Phase == "X" && (e.Args["answer"] != "ok" || e.Args["by"] != "handler") {
			t.Errorf("what is said of the second: %v", e.Args)
		}
		if e.Name == "process_name" && e.Args["name"] != "talk" {
			t.Errorf("the process is named %v", e.Args)
		}
	}
}

// TestSpansOfAThreadLieApartOrInside tells that no reader drops one.
func TestSpansOfAThreadLieApartOrInside(t *testing.T) {
	var all []trace.Event
	for i := range int64(200) {
		all = append(all, ask(uint64(i+1), "c", 10+i*7%400, 10+i*7%400+1+i*i%90)...)
	}
	events, n := exported(t, logOf(all), Window{To: 1000 * ms, Now: 1000 * ms})
	if n.Spans != 200 {
		t.Errorf("%d spans", n.Spans)
	}
	for i, a := range events {
		for _, b := range events[:i] {
			if a.Phase != "X" || b.Phase != "X" || a.TID != b.TID {
				continue
			}
			if b.TS > a.TS {
				a, b = b, a
			}
			aEnd, bEnd := a.TS+*a.Dur, b.TS+*b.Dur
			if a.TS < bEnd && aEnd > bEnd && a.TS > b.TS {
				t.Fatalf("%v to %v cuts %v to %v on thread %d", a.TS, aEnd, b.TS, bEnd, a.TID)
			}
		}
	}
}

func TestMessagesAndGapsAreInstants(t *testing.T) {
	events, n := exported(t, talk(), Window{To: 1000 * ms, Now: 1000 * ms})
	marks, names := map[string]float64{}, threads(events)
	for _, e := range events {
		if e.Phase == "i" {
			marks[names[e.TID]+" "+e.Name] = e.TS / 1e3
		}
	}
	want := map[string]float64{"b first": 101, "b second": 201, "b inner": 121, "b lost": 501, "a gap pcm": 480}
	for name, at := range want {
		if marks[name] != at {
			t.Errorf("%s is marked at %v, want %v", name, marks[name], at)
		}
	}
	if len(marks) != len(want) || n.Marks != len(want) {
		t.Errorf("%d marks, %d counted: %v", len(marks), n.Marks, marks)
	}
}

func TestOnlyTheWindowAndTheKindsAreWritten(t *testing.T) {
	events, _ := exported(t, talk(), Window{From: 310 * ms, To: 450 * ms, Now: 1000 * ms})
	if got := spans(events); len(got) != 3 || got["b second"] != "200+200" || got["b running"] != "50+850" || got["a running"] != "2+998" {
		t.Errorf("the window shows %v", got)
	}
	if events, n := exported(t, talk(), Window{To: 1000 * ms, Now: 1000 * ms, Wanted: func(k msg.Kind) bool { return k == msg.KindAudioFrame }}); n.Spans != 7 || n.Marks != 1 {
		t.Errorf("of audio alone there is %v", events)
	}
	if events, _ := exported(t, talk(), Window{To: 1000 * ms, Now: 120 * ms}); spans(events)["b first"] != "100+20" {
		t.Errorf("what came later is looked at: %v", spans(events))
	}
}

type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAWriteThatFailsIsSaid(t *testing.T) {
	if _, err := Chrome(full{}, talk(), Window{To: 1000 * ms, Now: 1000 * ms}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}
