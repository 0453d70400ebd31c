package store

import (
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// roundTrips makes the events of commands that are answered, as the engine emits them, with some data and log lines between.
func roundTrips(n int) []trace.Event {
	var out []trace.Event
	mono := int64(0)
	add := func(e trace.Event) {
		mono += 10_000
		e.Mono, e.Seq = mono, uint64(len(out)+1)
		out = append(out, e)
	}
	for i := range n {
		id := uint64(i + 1)
		add(with(cmd(trace.Sent, id), func(e *trace.Event) { e.Debtor = trace.DebtorQueue }))
		add(with(cmd(trace.Delivered, id), func(e *trace.Event) { e.Debtor = trace.DebtorHandler }))
		add(with(cmd(trace.Result, id), func(e *trace.Event) { e.Final, e.LatencyNS = true, 20_000 }))
		add(cmd(trace.Handled, id))
		add(with(cmd(trace.Delivered, id), func(e *trace.Event) { e.Type, e.Extension = msg.KindResult, sym("a") }))
		data := with(cmd(trace.Sent, id+1e9), func(e *trace.Event) { e.Type, e.Bytes = msg.KindData, 100 })
		add(data)
		if i%20 == 0 {
			add(trace.Event{Kind: trace.LogLine, Level: trace.Info, Extension: sym("b"), ID: id, Detail: "handled"})
		}
	}
	return out
}

// BenchmarkApply is the cost of an event. The screen's share of a core at 100k events/s is a hundred thousand times it.
func BenchmarkApply(b *testing.B) {
	const batch = 4096
	events := roundTrips(20000)
	s := newScene(Options{})
	b.ReportAllocs()
	seq := uint64(0)
	mono := int64(0)
	for i := 0; b.Loop(); i++ {
		for k := range events[:batch] {
			seq++
			mono += 10_000
			e := &events[(i*batch+k)%len(events)]
			e.Seq, e.Mono = seq, mono
			if e.Type != msg.KindData {
				e.ID += uint64(len(events)) // a new round of commands
			}
		}
		s.Apply(events[:batch])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*batch), "ns/event")
}

// BenchmarkFilterMillion is a new filter over a million rows, in slices of a tick.
func BenchmarkFilterMillion(b *testing.B) {
	s := newScene(Options{})
	for i := range 1_000_000 {
		s.at(int64(i), trace.Event{Kind: trace.LogLine, Level: trace.Level(1 + i%4), Extension: sym("a"), Detail: "a line of a log"})
	}
	f := compile(b, "level >= error")
	for b.Loop() {
		extend := s.Filter(s.Logs(), f, nil)
		ticks := 1
		for extend.Extend(6 * time.Millisecond) {
			ticks++
		}
		b.ReportMetric(float64(ticks), "ticks")
	}
}
