package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// roundTrips is an extension that sends as many commands as it is told, and waits for each.
func roundTrips(b *testing.B, begin <-chan int, done chan<- time.Duration) scripts {
	return scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "bench", func(ctx context.Context) error {
				for {
					n, ok, _ := engine.Recv(ctx, env, begin)
					if !ok {
						return nil
					}
					began := time.Now()
					for range n {
						cmd := msg.NewCmd("hello")
						_ = cmd.Set("name", "Ada")
						_ = cmd.Set("n", 42)
						if _, err := env.SendCmd(ctx, cmd); err != nil {
							b.Error(err)
						}
					}
					done <- time.Since(began)
				}
			})
			return nil
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			res := msg.NewResult(msg.OK, cmd)
			_ = res.Set("text", "Hello!")
			_ = env.ReturnResult(ctx, res)
		}},
	}
}

// drainAt30Hz is a reader as the screen is one.
func drainAt30Hz(app *engine.App) (stop func()) {
	quit, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		r := app.Log().NewReader()
		buf := make([]trace.Event, 4096)
		t := time.NewTicker(time.Second / 30)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				for r.Next(buf) > 0 {
				}
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit); <-over }
}

// fillRetention writes until the log evicts, so that what follows is measured as in a bench that has run for a while.
func fillRetention(app *engine.App) {
	w := app.Log().Writer("fill")
	defer w.Close()
	e := trace.Event{Kind: trace.LogLine, Level: trace.Info, Detail: strings.Repeat("x", 1000)}
	for i := range 300_000 {
		w.Emit(&e)
		e.Mono = 0
		if i%10_000 == 0 {
			app.Log().Flush()
		}
	}
	app.Log().Flush()
}

func BenchmarkCmdRoundTrip(b *testing.B) {
	b.ReportAllocs()
	begin, done := make(chan int), make(chan time.Duration, 1)
	app, _ := start(b, roundTrips(b, begin, done), engine.Options{}, wire(msg.KindCmd, "a", "hello", "b"))
	fillRetention(app)
	defer drainAt30Hz(app)()
	b.ResetTimer()
	var took, ratio []float64
	inParts(b.N, 20_000, func(n int) {
		floor := channelPingPong(n)
		begin <- n
		t := <-done
		took, ratio = append(took, float64(t)/float64(n)), append(ratio, float64(t)/float64(floor))
	})
	close(begin)
	b.ReportMetric(median(took), "ns/roundtrip")
	b.ReportMetric(median(ratio), "x/channel")
}

// inParts calls fn for parts of n, so that what is measured and its floor take turns: a machine's speed changes within seconds.
func inParts(n, most int, fn func(n int)) {
	for n > 0 {
		part := min(n, most)
		fn(part)
		n -= part
	}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// channelPingPong is the floor: two goroutines and two channels.
func channelPingPong(n int) time.Duration {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	began := time.Now()
	for i := range n {
		ping <- i
		<-pong
	}
	close(ping)
	return time.Since(began)
}

// BenchmarkOneWay sends a buffer of 100 bytes that all messages share.
func BenchmarkOneWay(b *testing.B) {
	b.ReportAllocs()
	payload := make([]byte, 100)
	opt := engine.Options{Queue: 1 << 30, QueueBytes: 1 << 40}
	_, send := oneWay(b, opt, func(int) *msg.Data { return msg.NewData("tick", payload) })
	b.ResetTimer()
	var rate, ratio []float64
	inParts(b.N, 200_000, func(n int) {
		floor := lockedRing(n, payload)
		took := send(n)
		rate, ratio = append(rate, float64(n)/took.Seconds()/1e6), append(ratio, float64(floor)/float64(took))
	})
	b.ReportMetric(median(rate), "M/s")
	b.ReportMetric(median(ratio), "x/ring")
}

// lockedRing is the floor: a goroutine puts n copies of payload into a ring with a lock, another takes them out.
func lockedRing(n int, payload []byte) time.Duration {
	var mu sync.Mutex
	ring, in, out := make([][]byte, 8192), 0, 0
	taken := make(chan struct{})
	turn := func(fn func() bool) {
		for {
			mu.Lock()
			ok := fn()
			mu.Unlock()
			if ok {
				return
			}
			runtime.Gosched()
		}
	}
	began := time.Now()
	go func() {
		defer close(taken)
		for range n {
			turn(func() bool {
				if out == in {
					return false
				}
				ring[out%len(ring)] = nil
				out++
				return true
			})
		}
	}()
	for range n {
		m := bytes.Clone(payload)
		turn(func() bool {
			if in-out == len(ring) {
				return false
			}
			ring[in%len(ring)] = m
			in++
			return true
		})
	}
	<-taken
	return time.Since(began)
}

// BenchmarkKeepMillion keeps a million one-way messages with 100 distinct bytes of properties, and reports the process's memory.
func BenchmarkKeepMillion(b *testing.B) {
	const messages = 1_000_000
	opt := engine.Options{Queue: 1 << 30, QueueBytes: 1 << 40, Trace: trace.Options{Memory: 1 << 30, TuneGC: true}}
	for b.Loop() {
		debug.FreeOSMemory() // what an earlier turn has left is not what is measured
		app, send := oneWay(b, opt, func(i int) *msg.Data {
			d := msg.NewData("tick", nil)
			_ = d.Set("text", fmt.Sprintf("%089d", i)) // with its key and quotes 100 bytes
			return d
		})
		send(messages)
		app.Log().Flush()
		if s := app.Log().Stats().Expendable; s.Events != 3*messages {
			b.Fatalf("%d events kept, %d dropped, %d evicted", s.Events, s.Dropped, s.Evicted)
		}
		b.ReportMetric(residentMB(b), "MB")
		app.Close()
	}
}

// oneWay starts a graph in which a sends messages to b; send sends n of them, and returns how long it took until all were handled.
// The sender waits while more than 8192 have not been, so that a mailbox that grows is not what is measured; it keeps its loop
// meanwhile, as the floor does.
func oneWay(b *testing.B, opt engine.Options, message func(i int) *msg.Data) (app *engine.App, send func(n int) time.Duration) {
	begin, done := make(chan int), make(chan struct{}, 1)
	var handled, wanted atomic.Int64
	app, _ = start(b, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "bench", func(ctx context.Context) error {
				for {
					n, ok, _ := engine.Recv(ctx, env, begin)
					if !ok {
						return nil
					}
					before := handled.Load()
					for i := range n {
						if err := env.Send(ctx, message(i)); err != nil {
							b.Error(err)
						}
						for i%1024 == 0 && before+int64(i)-handled.Load() > 8192 {
							runtime.Gosched()
						}
					}
				}
			})
			return nil
		}},
		"b": {data: func(context.Context, engine.Env, *msg.Data) {
			if handled.Add(1) == wanted.Load() {
				done <- struct{}{}
			}
		}},
	}, opt, wire(msg.KindData, "a", "tick", "b"))
	return app, func(n int) time.Duration {
		wanted.Store(handled.Load() + int64(n))
		began := time.Now()
		begin <- n
		<-done
		return time.Since(began)
	}
}

// residentMB is the memory of the process that is in RAM.
func residentMB(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc/self/status here")
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1000
}
