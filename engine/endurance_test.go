package engine_test

import (
	"context"
	"flag"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// What the endurance run is held to; .ci/soak makes it ten minutes at 50,000 events a second with the default retention.
var (
	enduranceTime   = flag.Duration("endurance", 2*time.Second, "how long TestEndurance runs")
	enduranceRate   = flag.Int("rate", 20_000, "events a second of TestEndurance")
	enduranceMemory = flag.Int64("memory", 1, "MiB of events that TestEndurance keeps")
)

// books is what the extensions of the endurance run counted themselves.
type books struct {
	sent, begun, ended, returned, received, logged atomic.Int64 // of commands
	data, sunk                                     atomic.Int64 // sent, and seen by the sink
}

// pacer keeps up a rate of events: a burst is a few messages, and what a burst costs in events is learnt from the log.
type pacer struct {
	*books
	app    *engine.App
	rate   int
	bursts int
	open   int // commands without an answer
	quit   chan struct{}
	over   chan struct{}
}

const (
	burstData = 10
	burstCmds = 4
	mostOpen  = 2000
)

// due is how many bursts there should have been since begin.
func (p *pacer) due(begin time.Time) int {
	events := p.rate * int(time.Since(begin).Milliseconds()) / 1000
	each := 60
	if s := emitted(p.app.Log().Stats()); p.bursts > 500 {
		each = max(int(s)/p.bursts, 1)
	}
	return events / each
}

func emitted(s trace.Stats) (n uint64) {
	for _, c := range []trace.ClassStats{s.Protected, s.Expendable} {
		n += c.Events + c.Evicted + c.Dropped
	}
	return n
}

func (p *pacer) run(ctx context.Context, env engine.Env) error {
	for begin := time.Now(); !p.stopped(); {
		for due := p.due(begin); p.bursts < due && p.open < mostOpen; {
			p.burst(ctx, env)
		}
		_ = env.Sleep(ctx, time.Millisecond)
	}
	for p.open > 0 {
		_ = env.Sleep(ctx, time.Millisecond)
	}
	close(p.over)
	return nil
}

func (p *pacer) stopped() bool {
	select {
	case <-p.quit:
		return true
	default:
		return false
	}
}

func (p *pacer) burst(ctx context.Context, env engine.Env) {
	p.bursts++
	for range burstData {
		if env.Send(ctx, msg.NewData("tick", []byte("0123456789"))) == nil {
			p.data.Add(1)
		}
	}
	for range burstCmds {
		p.open++
		env.Go(ctx, "ask", func(ctx context.Context) error {
			defer func() { p.open-- }()
			cmd := msg.NewCmd("x")
			_ = cmd.Set("n", p.sent.Add(1))
			if res, err := env.SendCmd(ctx, cmd); err == nil && res.Completed() {
				p.received.Add(1)
			}
			return nil
		})
	}
}

// answerer answers what it is asked, and writes a line now and then.
func (l *books) answerer() *script {
	return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		if l.begun.Add(1)%100 == 0 {
			env.Log().InfoContext(ctx, "a hundred more")
			l.logged.Add(1)
		}
		answer(ctx, env, cmd)
		l.returned.Add(1)
		l.ended.Add(1)
	}}
}

// reading is what a reader of the log counted.
type reading struct {
	events, missing                                uint64
	sent, begun, ended, returned, received, logged int64
	data, sunk, pushed                             int64
}

func (s *reading) count(e *trace.Event) {
	if e.Kind == trace.Gap {
		s.missing += e.Count
		return
	}
	s.events++
	switch {
	case e.Kind == trace.LogLine:
		s.logged++
	case e.Type == msg.KindData && e.Kind == trace.Sent:
		s.data++
	case e.Type == msg.KindData && e.Kind == trace.Delivered:
		s.sunk++
	case e.Type == msg.KindData && e.Kind == trace.Dropped:
		s.pushed++
	case e.Type == msg.KindCmd && e.Kind == trace.Sent:
		s.sent++
	case e.Type == msg.KindCmd && e.Kind == trace.Delivered:
		s.begun++
	case e.Type == msg.KindCmd && e.Kind == trace.Handled:
		s.ended++
	case e.Kind == trace.Result && e.Final:
		s.returned++
	case e.Type == msg.KindResult && e.Kind == trace.Delivered:
		s.received++
	}
}

// readAt30 reads as the workbench does, thirty times a second, until the log is closed.
func readAt30(log *trace.Log, r *trace.Reader) <-chan *reading {
	out := make(chan *reading, 1)
	go func() {
		s, buf := &reading{}, make([]trace.Event, 1024)
		for r.Wait(context.Background()) == nil {
			for n := r.Next(buf); n > 0; n = r.Next(buf) {
				for i := range buf[:n] {
					s.count(&buf[i])
				}
			}
			time.Sleep(time.Second / 30)
		}
		out <- s
	}()
	return out
}

// resident is the memory that the runtime has of the system.
func resident() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
}

// watchMemory takes a sample as often as the run deserves, and returns those taken after the log gave up its first event. It goes on
// until it has one.
func watchMemory(log *trace.Log, whole time.Duration) (after []int64) {
	const samples = 400
	for end := time.Now().Add(whole); time.Now().Before(end) || len(after) == 0; time.Sleep(whole / samples) {
		s := log.Stats()
		if s.Protected.Evicted+s.Expendable.Evicted > 0 {
			after = append(after, resident())
		}
	}
	return after
}

// TestEndurance keeps up a rate of events. A reader must see what the extensions counted, what leaves memory must be counted as
// evicted, and in a long run memory must not grow once the bound is reached.
func TestEndurance(t *testing.T) {
	l := &books{}
	p := &pacer{books: l, rate: *enduranceRate, quit: make(chan struct{}), over: make(chan struct{})}
	ready := make(chan struct{})
	sink := &script{data: func(context.Context, engine.Env, *msg.Data) { l.sunk.Add(1) }}
	app, _ := start(t, scripts{"b": l.answerer(), "c": sink, "a": {start: func(ctx context.Context, env engine.Env) error {
		env.Go(ctx, "pace", func(ctx context.Context) error {
			_ = env.Await(ctx, func(context.Context) error { <-ready; return nil })
			return p.run(ctx, env)
		})
		return nil
	}}}, engine.Options{Trace: trace.Options{Memory: *enduranceMemory << 20, TuneGC: true}},
		wire(msg.KindCmd, "a", "x", "b"), wire(msg.KindData, "a", "tick", "c"))
	p.app = app
	reader := readAt30(app.Log(), app.Log().ReaderAt(1))
	close(ready)
	begin := time.Now()
	memory := watchMemory(app.Log(), *enduranceTime)
	close(p.quit)
	<-p.over
	took := time.Since(begin)
	app.Close()
	s, stats := <-reader, app.Log().Stats()
	l.compare(t, s, stats)
	late := &reading{}
	for r, buf := app.Log().ReaderAt(1), make([]trace.Event, 1024); ; {
		n := r.Next(buf)
		if n == 0 {
			break
		}
		for i := range buf[:n] {
			late.count(&buf[i])
		}
	}
	evicted := stats.Protected.Evicted + stats.Expendable.Evicted
	if dropped := stats.Protected.Dropped + stats.Expendable.Dropped; evicted == 0 || late.missing != evicted+dropped || late.events+late.missing != emitted(stats) {
		t.Errorf("a late reader saw %d events and missed %d; evicted %d, dropped %d", late.events, late.missing, evicted, dropped)
	}
	flat(t, memory)
	t.Logf("%d events in %v, %.0f a second, the aim was %d; %d commands, %d data; %d evicted; memory %d MiB", emitted(stats), took.Round(time.Millisecond),
		float64(emitted(stats))/took.Seconds(), p.rate, l.sent.Load(), l.data.Load(), evicted, slices.Max(append(memory, 0))>>20)
}

// compare holds what the reader counted against what the extensions did. Only data may be missing, and then it is counted.
func (l *books) compare(t *testing.T, s *reading, stats trace.Stats) {
	t.Helper()
	for _, c := range []struct {
		what        string
		wrote, read int64
	}{
		{"commands sent", l.sent.Load(), s.sent}, {"handlers begun", l.begun.Load(), s.begun}, {"handlers ended", l.ended.Load(), s.ended},
		{"answers returned", l.returned.Load(), s.returned}, {"answers received", l.received.Load(), s.received}, {"lines logged", l.logged.Load(), s.logged},
	} {
		if c.wrote != c.read || c.wrote == 0 {
			t.Errorf("%s: %d, in the trace %d", c.what, c.wrote, c.read)
		}
	}
	if l.sent.Load() != l.received.Load() {
		t.Errorf("%d commands sent, %d answered", l.sent.Load(), l.received.Load())
	}
	if stats.Protected.Dropped != 0 || long() && s.missing != stats.Expendable.Dropped {
		t.Errorf("the reader misses %d events; the log dropped %d expendable and %d protected ones", s.missing, stats.Expendable.Dropped, stats.Protected.Dropped)
	}
	if s.missing == 0 && (s.data != l.data.Load() || s.sunk != l.sunk.Load() || s.sunk+s.pushed != s.data) {
		t.Errorf("data: %d sent, %d seen; in the trace %d sent, %d seen, %d pushed out", l.data.Load(), l.sunk.Load(), s.data, s.sunk, s.pushed)
	}
	if s.events+s.missing != emitted(stats) {
		t.Errorf("the reader saw %d events and missed %d, the log says %d", s.events, s.missing, emitted(stats))
	}
}

// long reports whether the run has the time and the memory to show more than that everything is counted.
func long() bool { return *enduranceTime >= 30*time.Second }

// flat compares the first quarter of the time after the bound was reached with the last one.
func flat(t *testing.T, memory []int64) {
	t.Helper()
	if !long() {
		return
	}
	quarter := len(memory) / 4
	if quarter < 10 {
		t.Errorf("the bound was reached so late that there are only %d samples of memory after it: give it less memory or more time", len(memory))
		return
	}
	first, last := slices.Max(memory[:quarter]), slices.Max(memory[len(memory)-quarter:])
	t.Logf("after the bound was reached: %d MiB at most in the first quarter, %d MiB in the last", first>>20, last>>20)
	if last > first+first/20+(4<<20) {
		t.Errorf("memory grew from %d to %d MiB after the bound was reached", first>>20, last>>20)
	}
}
