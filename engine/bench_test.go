package engine_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// roundTrips is an extension that sends n commands and waits for each.
func roundTrips(b *testing.B, begin <-chan struct{}, done chan<- time.Duration) scripts {
	return scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "bench", func(ctx context.Context) error {
				_, _, _ = engine.Recv(ctx, env, begin)
				began := time.Now()
				for range b.N {
					cmd := msg.NewCmd("hello")
					_ = cmd.Set("name", "Ada")
					_ = cmd.Set("n", 42)
					if _, err := env.SendCmd(ctx, cmd); err != nil {
						b.Error(err)
					}
				}
				done <- time.Since(began)
				return nil
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
	begin, done := make(chan struct{}), make(chan time.Duration, 1)
	app, _ := start(b, roundTrips(b, begin, done), engine.Options{}, wire(msg.KindCmd, "a", "hello", "b"))
	fillRetention(app)
	defer drainAt30Hz(app)()
	floor := channelPingPong(b.N)
	b.ResetTimer()
	close(begin)
	took := <-done
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/roundtrip")
	b.ReportMetric(float64(took)/float64(floor), "x/channel")
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
	_, took := oneWay(b, opt, b.N, func(int) *msg.Data { return msg.NewData("tick", payload) })
	b.ReportMetric(float64(b.N)/took.Seconds()/1e6, "M/s")
}

// BenchmarkKeepMillion keeps a million one-way messages with 100 distinct bytes of properties, and reports the process's memory.
func BenchmarkKeepMillion(b *testing.B) {
	const messages = 1_000_000
	opt := engine.Options{Queue: 1 << 30, QueueBytes: 1 << 40, Trace: trace.Options{Memory: 1 << 30, TuneGC: true}}
	for b.Loop() {
		app, _ := oneWay(b, opt, messages, func(i int) *msg.Data {
			d := msg.NewData("tick", nil)
			_ = d.Set("text", fmt.Sprintf("%089d", i)) // with its key and quotes 100 bytes
			return d
		})
		app.Log().Flush()
		if s := app.Log().Stats().Expendable; s.Events != 3*messages {
			b.Fatalf("%d events kept, %d dropped, %d evicted", s.Events, s.Dropped, s.Evicted)
		}
		b.ReportMetric(residentMB(b), "MB")
		app.Close()
	}
}

// oneWay sends n messages from a to b, and returns when all were handled. The sender waits while more than 8192 have not been, so
// that a mailbox that grows is not what is measured.
func oneWay(b *testing.B, opt engine.Options, n int, message func(i int) *msg.Data) (*engine.App, time.Duration) {
	begin, done := make(chan struct{}), make(chan struct{})
	var handled atomic.Int64
	app, _ := start(b, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "bench", func(ctx context.Context) error {
				_, _, _ = engine.Recv(ctx, env, begin)
				for i := range n {
					if err := env.Send(ctx, message(i)); err != nil {
						b.Error(err)
					}
					for i%1024 == 0 && int64(i)-handled.Load() > 8192 {
						_ = env.Sleep(ctx, 0)
					}
				}
				return nil
			})
			return nil
		}},
		"b": {data: func(context.Context, engine.Env, *msg.Data) {
			if handled.Add(1) == int64(n) {
				close(done)
			}
		}},
	}, opt, wire(msg.KindData, "a", "tick", "b"))
	b.ResetTimer()
	began := time.Now()
	close(begin)
	<-done
	return app, time.Since(began)
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
