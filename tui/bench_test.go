package tui

import (
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
)

func BenchmarkView120x40(b *testing.B) {
	th, err := theme.New(theme.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, tab := range []string{"1", "2", "3", "4", "5"} {
		s := newStage(b, tuitest.Voice(), scene, th, 120, 40)
		s.press(tab)
		b.Run(s.screen().Title(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.View()
			}
		})
	}
}

// BenchmarkTick100k is a tick at 100k events a second, with its frame: reading, folding, drawing. Its share of the 33 ms
// between two ticks is the share of a core.
func BenchmarkTick100k(b *testing.B) {
	const each = 3300
	th, err := theme.New(theme.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s := newStage(b, tuitest.Voice(), scene, th, 120, 40)
	log, fill := trace.FromEvents(tuitest.Start)
	s.feed = newFeed(log)
	seq, mono := uint64(0), int64(scene)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for range each {
			seq, mono = seq+1, mono+10_000
			e := roundTrip(seq)
			e.Seq, e.Mono = seq, mono
			fill(&e)
		}
		s.clock = func() int64 { return mono }
		b.StartTimer()
		s.tick(time.Now())
		s.View()
	}
	if got := s.common.Store.Seq(); got != seq {
		b.Fatalf("the store stands at %d of %d", got, seq)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(frameTime)*100, "%core")
}

// roundTrip is event n of a stream of commands that are answered at once.
func roundTrip(n uint64) trace.Event {
	kinds := [...]trace.Kind{trace.Sent, trace.Delivered, trace.Result, trace.Handled, trace.Delivered}
	i := n % uint64(len(kinds))
	from, to := trace.Intern("main_control"), trace.Intern("llm")
	e := trace.Event{Kind: kinds[i], Type: msg.KindCmd, ID: n/uint64(len(kinds)) + 1_000_000, Graph: trace.Intern("voice-demo"), Name: trace.Intern("chat"),
		From: from, To: to, Extension: to, Property: []byte(`{"text":"hello","turn":3}`)}
	switch i {
	case 0:
		e.Extension, e.Debtor = from, trace.DebtorQueue
	case 1:
		e.Debtor = trace.DebtorHandler
	case 2:
		e.Final, e.LatencyNS = true, 20_000
	case 4:
		e.Type, e.Extension = msg.KindResult, from
	}
	return e
}
