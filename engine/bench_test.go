package engine_test

import (
	"context"
	"fmt"
	"strings"
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

func BenchmarkOneWay(b *testing.B) {
	b.ReportAllocs()
	got := make(chan struct{})
	n := 0
	payload := fmt.Sprintf("%0100d", 1)
	start(b, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "bench", func(ctx context.Context) error {
				for i := range b.N {
					d := msg.NewData("tick", nil)
					_ = d.Set("p", payload)
					if err := env.Send(ctx, d); err != nil {
						b.Error(err)
					}
					if i%64 == 0 {
						_ = env.Sleep(ctx, 0)
					}
				}
				return nil
			})
			return nil
		}},
		"b": {data: func(context.Context, engine.Env, *msg.Data) {
			if n++; n == b.N {
				close(got)
			}
		}},
	}, engine.Options{Queue: 1 << 30, QueueBytes: 1 << 40}, wire(msg.KindData, "a", "tick", "b"))
	<-got
}
