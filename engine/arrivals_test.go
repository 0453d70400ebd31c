package engine_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// A message that comes while its receiver finds nothing more to do must not wait for the next one.
func TestADataThatComesAsItsReceiverGetsIdleIsHandled(t *testing.T) {
	const rounds = 10_000
	var handled atomic.Int64
	over := make(chan struct{})
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "send", func(ctx context.Context) error {
				defer close(over)
				for i := range int64(rounds) {
					if err := env.Send(ctx, msg.NewData("tick", nil)); err != nil {
						t.Error(err)
						return nil
					}
					deadline := time.Now().Add(20 * time.Second)
					for spins := 1; handled.Load() != i+1; spins++ {
						if spins%4096 != 0 {
							continue // on its processor, while the receiver has another
						}
						if runtime.Gosched(); time.Now().After(deadline) {
							t.Errorf("message %d was not handled", i+1)
							return nil
						}
					}
				}
				return nil
			})
			return nil
		}},
		"b": {data: func(context.Context, engine.Env, *msg.Data) {
			n := handled.Add(1)
			for range n % 97 * 8 { // so that the next one comes at each moment of what follows
				runtime.KeepAlive(n)
			}
		}},
	}, engine.Options{}, wire(msg.KindData, "a", "tick", "b"))
	<-over
}

// Data comes in beside the mailbox and commands do not: those of one sender are handled in the order they were sent nevertheless.
func TestDataAndCommandsOfASenderKeepTheirOrder(t *testing.T) {
	const messages = 20_000
	next := int64(0) // guarded by the loop of b
	over := make(chan struct{})
	take := func(m msg.Message) {
		if n, err := number(m); err != nil || n != next {
			t.Errorf("message %d (%v) came in place of %d", n, err, next)
		}
		next++
	}
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "send", func(ctx context.Context) error {
				defer close(over)
				for i := range messages {
					if i%7 == 3 || i%391 == 0 {
						cmd := msg.NewCmd("ask")
						_ = cmd.Set("n", i)
						if _, err := env.SendCmd(ctx, cmd); err != nil {
							t.Error(err)
						}
						continue
					}
					data := msg.NewData("tick", nil)
					_ = data.Set("n", i)
					if err := env.Send(ctx, data); err != nil {
						t.Error(err)
					}
				}
				return nil
			})
			return nil
		}},
		"b": {
			data: func(_ context.Context, _ engine.Env, d *msg.Data) { take(d) },
			cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				take(cmd)
				_ = env.ReturnResult(ctx, msg.NewResult(msg.OK, cmd))
			},
		},
	}, engine.Options{}, wire(msg.KindData, "a", "tick", "b"), wire(msg.KindCmd, "a", "ask", "b"))
	<-over
}

// What comes in beside the mailbox counts as if it was in it.
func TestWhatComesInBesideTheMailboxHasItsBound(t *testing.T) {
	const queue, sent = 300, 1000
	hold, begun := make(chan struct{}), make(chan struct{}, sent)
	var got []int64 // guarded by the loop of b
	app, _ := start(t, scripts{"b": {
		data: func(_ context.Context, _ engine.Env, d *msg.Data) {
			n, _ := number(d)
			got = append(got, n)
			begun <- struct{}{}
			<-hold
		},
		cmd: answer,
	}}, engine.Options{Queue: queue})
	for i := range sent {
		d := msg.NewData("tick", nil)
		d.SetDests(msg.Loc{Extension: "b"})
		_ = d.Set("n", i)
		if _, err := app.Inject(context.Background(), d); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			<-begun
		}
	}
	if s := app.Snapshot().Nodes[0]; s.Queue != queue || s.QueueMax != queue || s.Dropped != sent-1-queue {
		t.Errorf("%d wait, %d at most, %d were dropped", s.Queue, s.QueueMax, s.Dropped)
	}
	close(hold)
	inject(t, app, msg.NewCmd("after"), "b")
	if len(got) != 1+queue || got[1] != sent-queue || got[queue] != sent-1 {
		t.Errorf("%d were handled: %d", len(got), got)
	}
}

// number is the place of a message among those that were sent.
func number(m msg.Message) (int64, error) {
	v, err := m.Properties().Get("n")
	if err != nil {
		return 0, err
	}
	return v.Int()
}
