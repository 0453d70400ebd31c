package engine_test

import (
	"context"
	"flag"
	"runtime"
	"sync"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

var lossCommands = flag.Int("loss", 50_000, "commands in TestNoLossIsProvenFalsely")

// hoard is where an extension keeps what it will answer later, or let go.
type hoard struct {
	mu      sync.Mutex
	alive   []func(context.Context, engine.Env) // each answers one command
	leaving []any                               // held for a while, then dropped
	lost    map[uint64]string                   // what nobody will hold any more, and how it was forgotten
}

func (h *hoard) lose(cmd *msg.Cmd, how string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lost[cmd.ID()] = how
}

func (h *hoard) keep(answer func(context.Context, engine.Env)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.alive = append(h.alive, answer)
}

func (h *hoard) drop(what any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leaving = append(h.leaving, what)
}

// forget treats a command in one of ten ways; half of them can still be answered.
func (h *hoard) forget(ctx context.Context, env engine.Env, cmd *msg.Cmd, way int) {
	ok := func(target *msg.Cmd) func(context.Context, engine.Env) {
		return func(ctx context.Context, env engine.Env) { answer(ctx, env, target) }
	}
	switch way {
	case 0:
		h.lose(cmd, "returned without a result")
	case 1:
		h.lose(cmd, "held in a list, then dropped")
		h.drop(cmd)
	case 2:
		h.lose(cmd, "a clone was held, then dropped")
		h.drop(cmd.Clone())
	case 3:
		h.lose(cmd, "a result was made and not returned")
		h.drop(msg.NewResult(msg.OK, cmd))
	case 4:
		h.lose(cmd, "a task held it and ended")
		env.Go(ctx, "short", func(ctx context.Context) error {
			_ = env.Sleep(ctx, time.Millisecond)
			_ = cmd.Name()
			return nil
		})
	case 5:
		h.keep(ok(cmd))
	case 6:
		h.keep(ok(cmd.Clone()))
	case 7:
		res := msg.NewResult(msg.OK, cmd)
		h.keep(func(ctx context.Context, env engine.Env) { _ = env.ReturnResult(ctx, res) })
	case 8:
		env.Go(ctx, "long", func(ctx context.Context) error {
			_ = env.Sleep(ctx, 300*time.Millisecond)
			answer(ctx, env, cmd)
			return nil
		})
	case 9:
		_ = env.Relay(ctx, cmd)
	}
}

// The spike behind "proven": one command in a hundred is forgotten, in ten ways. Run it with -loss 1000000 for a million.
func TestNoLossIsProvenFalsely(t *testing.T) {
	h := &hoard{lost: map[uint64]string{}}
	done := make(chan struct{})
	app, _ := start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "ask", func(ctx context.Context) error {
				defer close(done)
				for i := range *lossCommands {
					if i%100 != 0 {
						if _, err := env.SendCmd(ctx, msg.NewCmd("x")); err != nil {
							return err
						}
						continue
					}
					cmd := msg.NewCmd("x")
					_ = cmd.Set("way", i/100%10)
					env.Go(ctx, "forgotten", func(ctx context.Context) error {
						_, _ = env.SendCmd(ctx, cmd) // answered late, or when the graph stops
						return nil
					})
					_ = env.Sleep(ctx, 0)
				}
				return nil
			})
			return nil
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if cmd.Name() == "answer" {
				h.mu.Lock()
				alive := h.alive
				h.alive, h.leaving = nil, nil
				h.mu.Unlock()
				for _, fn := range alive {
					fn(ctx, env)
				}
				answer(ctx, env, cmd)
				return
			}
			way, err := cmd.Get("way")
			if err != nil {
				answer(ctx, env, cmd)
				return
			}
			i, _ := way.Int()
			h.forget(ctx, env, cmd, int(i))
		}},
		"c": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			_ = env.Sleep(ctx, 100*time.Millisecond)
			answer(ctx, env, cmd)
		}},
	}, engine.Options{UnansweredAfter: time.Hour}, wire(msg.KindCmd, "a", "x", "b"), wire(msg.KindCmd, "b", "x", "c"))
	<-done
	for range 3 { // what is alive must survive collections
		runtime.GC()
	}
	if res := inject(t, app, msg.NewCmd("answer"), "b"); res.Status != msg.OK {
		t.Fatal(res.Detail)
	}
	r := app.Log().NewReader()
	freed := map[uint64]bool{}
	h.mu.Lock()
	want := len(h.lost)
	h.mu.Unlock()
	for len(freed) < want {
		e := awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Freed })
		if _, ok := h.lost[e.ID]; !ok {
			t.Fatalf("command %d was proven lost, but it could still be answered", e.ID)
		}
		freed[e.ID] = true
	}
	if want < *lossCommands/250 {
		t.Errorf("only %d of %d commands were forgotten for good", want, *lossCommands)
	}
}
