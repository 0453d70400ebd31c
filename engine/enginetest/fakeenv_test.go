package enginetest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
)

// probe hands its Env out, so that a test can call it.
type probe struct {
	engine.DefaultExtension
	configure func(ctx context.Context, env engine.Env) error
	cmd       func(ctx context.Context, env engine.Env, cmd *msg.Cmd)
}

func (p *probe) OnConfigure(ctx context.Context, env engine.Env) error {
	if p.configure == nil {
		return nil
	}
	return p.configure(ctx, env)
}

func (p *probe) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	if p.cmd != nil {
		p.cmd(ctx, env, cmd)
	}
}

func TestFakeEnvAnswersWhatTheTestSays(t *testing.T) {
	env := enginetest.NewFakeEnv(t, "probe", "")
	env.Answer("count", func(cmd *msg.Cmd) []*msg.CmdResult {
		one, two := msg.NewResult(msg.OK, cmd), msg.NewResult(msg.OK, cmd)
		one.SetFinal(false)
		two.Set("n", 2)
		return []*msg.CmdResult{one, two}
	})
	env.Start(&probe{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		partial := 0
		for res, err := range env.SendCmdEx(ctx, msg.NewCmd("count")) {
			switch {
			case err != nil:
				t.Error(err)
			case res.Completed():
				out := res.For(cmd)
				out.Set("partial", partial)
				env.ReturnResult(ctx, out)
			default:
				partial++
			}
		}
	}})
	res := env.Ask(msg.NewCmd("go"))
	if got := string(res.Properties().AppendJSON(nil)); got != `{"n":2,"partial":1}` {
		t.Errorf("got %s", got)
	}
	if got := len(env.Sent("count", 1)); got != 1 {
		t.Errorf("%d commands were sent, want 1", got)
	}
}

func TestFakeEnvHasNoDestinationsOfItsOwn(t *testing.T) {
	env := enginetest.NewFakeEnv(t, "probe", "")
	env.Start(&probe{})
	if _, err := env.SendCmd(t.Context(), msg.NewCmd("hello")); !errors.Is(err, engine.ErrNotConnected) {
		t.Errorf("got %v, want ErrNotConnected", err)
	}
}

func TestFakeEnvTakesWhatIsSent(t *testing.T) {
	env := enginetest.NewFakeEnv(t, "probe", "")
	env.Start(&probe{})
	d := msg.NewData("word", []byte("abc"))
	if err := env.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := env.Send(t.Context(), d); !errors.Is(err, msg.ErrConsumed) {
		t.Errorf("the second send of one message: got %v, want ErrConsumed", err)
	}
	if got := string(env.Sent("word", 1)[0].Buffer()); got != "abc" {
		t.Errorf("the buffer is %q", got)
	}
}

func TestFakeEnvLaysThePropertiesOfTheTestOverTheDefaults(t *testing.T) {
	env := enginetest.NewFakeEnv(t, "probe", `{"a":{"x":1}}`)
	env.Start(&probe{configure: func(ctx context.Context, env engine.Env) error {
		return env.InitProperty(ctx, []byte(`{"a":{"x":0,"y":2}}`))
	}})
	v, err := env.Property(t.Context(), "")
	if err != nil || string(msg.AppendJSON(nil, v)) != `{"a":{"x":1,"y":2}}` {
		t.Errorf("got %v, %v", v, err)
	}
	if err := env.InitProperty(t.Context(), []byte(`{}`)); err == nil {
		t.Error("InitProperty worked after on_configure")
	}
}

func TestFakeEnvEndsWaitsAtStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env := enginetest.NewFakeEnv(t, "probe", "")
		env.Answer("never", func(*msg.Cmd) []*msg.CmdResult { return nil })
		env.Start(&probe{})
		asks := env.Go(t.Context(), "ask", func(ctx context.Context) error {
			_, err := env.SendCmd(context.WithoutCancel(ctx), msg.NewCmd("never"))
			return err
		})
		sleeps := env.Go(t.Context(), "sleep", func(ctx context.Context) error {
			return env.Sleep(context.WithoutCancel(ctx), time.Hour)
		})
		env.Stop()
		for _, task := range []*engine.Task{asks, sleeps} {
			if err := task.Wait(t.Context()); !errors.Is(err, engine.ErrStopped) {
				t.Errorf("the wait ended with %v, want ErrStopped", err)
			}
		}
	})
}

func TestFakeEnvKeepsTheLog(t *testing.T) {
	env := enginetest.NewFakeEnv(t, "probe", "")
	env.Start(&probe{})
	env.Log().Info("hello there", "n", 1)
	if !env.Logged("hello there") || env.Logged("goodbye") {
		t.Error("Logged is wrong about the log")
	}
}
