package engine_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// within fails the test when done is not closed in time.
func within(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal(what)
	}
}

func TestACallbackThatGoesOnAfterItsAnswerDoesNotKeepTheAsker(t *testing.T) {
	turn, done := make(chan struct{}), make(chan struct{})
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			for range 20 {
				if _, err := env.SendCmd(ctx, msg.NewCmd("x")); err != nil {
					t.Error(err)
				}
				turn <- struct{}{} // b's callback ends no earlier
			}
			close(done)
			return nil
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			answer(ctx, env, cmd)
			<-turn
		}},
	}, engine.Options{}, wire(msg.KindCmd, "a", "x", "b"))
	within(t, done, "the asker waits for the end of a callback that waits for the asker")
}

func TestACallbackThatExitsAfterItsAnswerLeavesTheAskerItsTurn(t *testing.T) {
	done := make(chan struct{})
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			if res, err := env.SendCmd(ctx, msg.NewCmd("x")); err != nil || res.Status() != msg.OK {
				t.Errorf("%v %v", res, err)
			}
			close(done)
			return nil
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			answer(ctx, env, cmd)
			runtime.Goexit()
		}},
	}, engine.Options{}, wire(msg.KindCmd, "a", "x", "b"))
	within(t, done, "the asker does not go on")
}

// TestCallbacksMayLockTheirThreads: such a callback cannot change places with others as the rest do. Its thread stays its own until
// it lets it go, over waits and over callbacks.
func TestCallbacksMayLockTheirThreads(t *testing.T) {
	done := make(chan struct{})
	ask := func(ctx context.Context, env engine.Env, name string) {
		if res, err := env.SendCmd(ctx, msg.NewCmd(name)); err != nil || res.Status() != msg.OK {
			t.Errorf("%s: %v %v", name, res, err)
		}
	}
	locks := func(unlock bool) *script {
		return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			runtime.LockOSThread()
			if unlock {
				defer runtime.UnlockOSThread()
			}
			_ = env.Sleep(ctx, time.Microsecond)
			ask(ctx, env, "y")
			answer(ctx, env, cmd)
		}}
	}
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			for range 10 {
				ask(ctx, env, "locked")
				ask(ctx, env, "unlocked")
			}
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ask(ctx, env, "locked")
			ask(ctx, env, "unlocked")
			close(done)
			return nil
		}},
		"b": locks(false), "c": locks(true), "d": {cmd: answer},
	}, engine.Options{}, wire(msg.KindCmd, "a", "locked", "b"), wire(msg.KindCmd, "a", "unlocked", "c"), wire(msg.KindCmd, "b", "y", "d"), wire(msg.KindCmd, "c", "y", "d"))
	within(t, done, "a callback with a locked thread does not go on")
}
