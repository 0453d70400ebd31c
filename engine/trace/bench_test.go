package trace

import (
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenbench/engine/msg"
)

// dataEvents returns the three events of one data message with 100 bytes of properties.
func dataEvents() (sent, delivered, handled Event) {
	sent = Event{
		Kind: Sent, Type: msg.KindData, Graph: Intern("main"), Extension: Intern("ticker"), Name: Intern("tick"),
		From: Intern("ticker"), To: Intern("worker"), ID: 1, Bytes: 100, PC: here(),
		Property: []byte(`{"n":1000000000,"text":"` + strings.Repeat("abcdefghij ", 7)[:75] + `"}`),
	}
	delivered, handled = sent, sent
	delivered.Kind, delivered.Extension, delivered.Property, delivered.QueuedNS = Delivered, sent.To, nil, 1500
	handled.Kind, handled.Extension, handled.Property, handled.PC, handled.LatencyNS = Handled, sent.To, nil, 0, 2500
	return sent, delivered, handled
}

func here() uintptr {
	var pc [1]uintptr
	runtime.Callers(2, pc[:])
	return pc[0]
}

// BenchmarkEmit reports what an event costs the one who emits it, beside the reading of the clock in it. It emits in bursts that the
// drainer can keep up with: an event that is dropped costs next to nothing, and would make the figure look better than it is.
func BenchmarkEmit(b *testing.B) {
	sent, delivered, _ := dataEvents()
	for name, e := range map[string]*Event{"sent100B": &sent, "delivered": &delivered} {
		b.Run(name, func(b *testing.B) {
			l := New(Options{Memory: 64 << 20})
			defer l.Close()
			w := l.Writer("bench")
			b.ReportAllocs()
			var took, floor time.Duration
			for left := b.N; left > 0; {
				n := min(left, 10_000)
				left -= n
				floor += clocks(n)
				began := time.Now()
				for range n {
					e.ID++
					w.Emit(e)
				}
				took += time.Since(began)
				l.Flush()
			}
			if lost := l.Stats().Expendable.Dropped; lost > 0 {
				b.Fatalf("%d events dropped", lost)
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/event")
			b.ReportMetric(float64(took)/float64(floor), "x/clock")
		})
	}
}

// clocks is the floor of BenchmarkEmit: n readings of the clock.
func clocks(n int) time.Duration {
	began := time.Now()
	for range n {
		_ = time.Since(began)
	}
	return time.Since(began)
}

// BenchmarkMerge is eight writers that emit as fast as they can, until all of it is readable; then the order is checked.
func BenchmarkMerge(b *testing.B) {
	const writers, each = 8, 250_000
	for b.Loop() {
		b.StopTimer()
		l := New(Options{Memory: 1 << 30})
		e, _, _ := dataEvents()
		e.Kind = Inject // protected: nothing may be dropped
		b.StartTimer()
		var wg sync.WaitGroup
		for i := range writers {
			w := l.Writer(strconv.Itoa(i))
			e := e
			e.ID, e.Count = 0, uint64(i)
			wg.Go(func() {
				for range each {
					e.ID++
					w.Emit(&e)
				}
			})
		}
		wg.Wait()
		l.Flush()
		b.StopTimer()
		checkOrder(b, l, writers, each)
		l.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(writers*each*b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
}

// BenchmarkRetain keeps a million one-way messages and reports the heap they take.
func BenchmarkRetain(b *testing.B) {
	sent, delivered, handled := dataEvents()
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		l := New(Options{Memory: 1 << 30})
		a, z := l.Writer("ticker"), l.Writer("worker")
		for i := range 1_000_000 {
			id := uint64(i + 1)
			strconv.AppendInt(sent.Property[:5], 1_000_000_000+int64(i), 10)
			sent.ID, delivered.ID, handled.ID = id, id, id
			a.Emit(&sent)
			z.Emit(&delivered)
			z.Emit(&handled)
			if i%50_000 == 0 {
				l.Flush() // the bench's processor is not free for the drainer
			}
		}
		l.Flush()
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&after)
		if n := l.Stats().Expendable.Events; n != 3_000_000 {
			b.Fatalf("%d events kept", n)
		}
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		l.Close()
	}
}

func BenchmarkRead(b *testing.B) {
	l := filled(b, 300_000)
	buf := make([]Event, 512)
	n := 0
	for b.Loop() {
		n = 0
		for r := l.NewReader(); ; {
			k := r.Next(buf)
			if k == 0 {
				break
			}
			n += k
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
}

// filled returns a closed log of n events of data messages.
func filled(tb testing.TB, n int) *Log {
	tb.Helper()
	l, fill := FromEvents(time.Unix(1_700_000_000, 0))
	sent, delivered, handled := dataEvents()
	for i := range n / 3 {
		for k, e := range [...]*Event{&sent, &delivered, &handled} {
			e.ID, e.Mono = uint64(i+1), int64(i*1000+k*100)
			fill(e)
		}
	}
	return l
}
