package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// rules runs the scripts for a while and returns the rules that were told.
func rules(t *testing.T, s scripts, long time.Duration, connections ...func() (msg.Kind, string, string, string)) (told []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		app := engine.NewApp(engine.Options{StopDeadline: time.Second}, s.resolve)
		g := s.graph()
		for _, c := range connections {
			kind, from, name, to := c()
			g.Connections = append(g.Connections, wire(kind, from, name, to))
		}
		if _, err := app.StartGraph(context.Background(), g); err != nil {
			t.Fatal(err)
		}
		time.Sleep(long)
		told = lints(app)
		app.Close()
	})
	return told
}

// told runs the scripts, does something with them and returns what was told of messages that go round.
func told(t *testing.T, s scripts, do func(app *engine.App), connections ...func() (msg.Kind, string, string, string)) []trace.Event {
	t.Helper()
	g := s.graph()
	for _, c := range connections {
		kind, from, name, to := c()
		g.Connections = append(g.Connections, wire(kind, from, name, to))
	}
	return toldIn(t, s, g, do)
}

func toldIn(t *testing.T, s scripts, g *graph.Graph, do func(app *engine.App)) (told []trace.Event) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		app := engine.NewApp(engine.Options{StopDeadline: time.Second}, s.resolve)
		e, err := app.StartGraph(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		do(app)
		for _, e := range events(app, trace.Lint) {
			if e.Rule.String() == "message-cycle" {
				told = append(told, e)
			}
		}
		app.Close()
	})
	return told
}

// throw sends a message from the bench.
func throw(t *testing.T, app *engine.App, m msg.Message, to string) {
	t.Helper()
	m.SetDests(msg.Loc{Extension: to})
	if _, err := app.Inject(context.Background(), m); err != nil {
		t.Error(err)
	}
}

func connection(kind msg.Kind, from, name, to string) func() (msg.Kind, string, string, string) {
	return func() (msg.Kind, string, string, string) { return kind, from, name, to }
}

func TestAMessageThatGoesRoundIsTold(t *testing.T) {
	pass := func(left *int) *script {
		return &script{data: func(ctx context.Context, env engine.Env, d *msg.Data) {
			if *left--; *left > 0 {
				_ = env.Sleep(ctx, time.Millisecond)
				_ = env.Send(ctx, msg.NewData("ball", nil))
			}
		}}
	}
	begin := func(ctx context.Context, env engine.Env) error { return env.Send(ctx, msg.NewData("ball", nil)) }
	for _, c := range []struct {
		passes int
		want   bool
	}{{200, true}, {60, false}} {
		left := c.passes
		a, b := pass(&left), pass(&left)
		a.start = begin
		got := rules(t, scripts{"a": a, "b": b}, time.Second, connection(msg.KindData, "a", "ball", "b"), connection(msg.KindData, "b", "ball", "a"))
		if slices.Contains(got, "message-cycle") != c.want {
			t.Errorf("%d passes: %v", c.passes, got)
		}
	}
}

// Whoever sends itself what it handles is told so once, by name, however it is sent and how many rounds there are.
func TestWhoSendsToItselfIsTold(t *testing.T) {
	const passes, rounds = 200, 2
	send := func(ctx context.Context, env engine.Env) { _, _ = env.SendCmd(ctx, msg.NewCmd("ball")) }
	for name, c := range map[string]struct {
		kind msg.Kind
		pass func(ctx context.Context, env engine.Env, cmd *msg.Cmd)
	}{
		"data":                        {kind: msg.KindData, pass: func(ctx context.Context, env engine.Env, _ *msg.Cmd) { _ = env.Send(ctx, msg.NewData("ball", nil)) }},
		"a command that it waits for": {kind: msg.KindCmd, pass: func(ctx context.Context, env engine.Env, _ *msg.Cmd) { send(ctx, env) }},
		"a command that a task sends": {kind: msg.KindCmd, pass: func(ctx context.Context, env engine.Env, _ *msg.Cmd) {
			env.Go(ctx, "pass", func(ctx context.Context) error { send(ctx, env); return nil })
		}},
		"a command that it relays": {kind: msg.KindCmd, pass: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) { _ = env.Relay(ctx, cmd) }},
	} {
		t.Run(name, func(t *testing.T) {
			left := passes
			handle := func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				if left--; left > 0 {
					c.pass(ctx, env, cmd)
				} else if cmd != nil {
					answer(ctx, env, cmd)
				}
			}
			s := scripts{"b": {cmd: handle, data: func(ctx context.Context, env engine.Env, _ *msg.Data) { handle(ctx, env, nil) }}}
			got := told(t, s, func(app *engine.App) {
				for range rounds {
					left = passes
					m := msg.Message(msg.NewCmd("ball"))
					if c.kind == msg.KindData {
						m = msg.NewData("ball", nil)
					}
					throw(t, app, m, "b")
					synctest.Wait()
					if left > 0 {
						t.Errorf("%d of %d passes are left", left, passes)
					}
				}
			}, connection(c.kind, "b", "ball", "b"))
			if len(got) != 1 || !strings.HasPrefix(got[0].Detail, "b sends "+c.kind.String()+" ball to itself") {
				t.Errorf("told: %+v", got)
			}
		})
	}
}

// A recursion that ends is no round.
func TestARecursionThatEndsIsNotTold(t *testing.T) {
	s := scripts{"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		v, _ := cmd.Get("n")
		if n, _ := v.Int(); n > 0 {
			next := msg.NewCmd("count")
			_ = next.Set("n", n-1)
			_, _ = env.SendCmd(ctx, next)
		}
		answer(ctx, env, cmd)
	}}}
	got := told(t, s, func(app *engine.App) {
		for range 3 {
			cmd := msg.NewCmd("count")
			_ = cmd.Set("n", 50)
			if e := inject(t, app, cmd, "b"); e.Status != msg.OK {
				t.Errorf("answered %s", e.Status)
			}
		}
	}, connection(msg.KindCmd, "b", "count", "b"))
	if len(got) > 0 {
		t.Errorf("told: %+v", got)
	}
}

// Two of one kind that send to each other are no one who sends to itself: both are named, once, wherever a message comes into the round.
func TestTwoThatSendToEachOtherAreTold(t *testing.T) {
	wait := &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		_ = env.Sleep(ctx, time.Millisecond)
		_, _ = env.SendCmd(ctx, msg.NewCmd("ball"))
	}}
	got := told(t, scripts{"a": wait, "b": wait}, func(app *engine.App) {
		for _, to := range []string{"a", "b"} {
			throw(t, app, msg.NewCmd("ball"), to)
		}
		time.Sleep(time.Second)
	}, connection(msg.KindCmd, "a", "ball", "b"), connection(msg.KindCmd, "b", "ball", "a"))
	if len(got) != 1 || strings.Contains(got[0].Detail, "itself") || !strings.Contains(got[0].Detail, "a sends cmd ball to b") && !strings.Contains(got[0].Detail, "b sends cmd ball to a") {
		t.Errorf("told: %+v", got)
	}
}

// A message that comes through very many extensions, through each of them once, does not go round.
func TestALongWayIsNotTold(t *testing.T) {
	const long = 150
	s, g := scripts{}, &graph.Graph{Name: "test"}
	for i := range long {
		name := fmt.Sprintf("n%d", i)
		s[name] = &script{data: func(ctx context.Context, env engine.Env, _ *msg.Data) { _ = env.Send(ctx, msg.NewData("ball", nil)) }}
		g.Nodes = append(g.Nodes, graph.Node{Name: name, Addon: name})
		if i > 0 {
			g.Connections = append(g.Connections, wire(msg.KindData, fmt.Sprintf("n%d", i-1), "ball", name))
		}
	}
	got := toldIn(t, s, g, func(app *engine.App) {
		throw(t, app, msg.NewData("ball", nil), "n0")
		synctest.Wait()
	})
	if len(got) > 0 {
		t.Errorf("told: %+v", got)
	}
}

// A task that sends again and again starts a new chain each time.
func TestWhatATaskSendsDoesNotGoRound(t *testing.T) {
	s := scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
		env.Go(ctx, "tick", func(ctx context.Context) error {
			for env.Sleep(ctx, time.Millisecond) == nil {
				_ = env.Send(ctx, msg.NewData("tick", nil))
			}
			return nil
		})
		return nil
	}}, "b": {}}
	if got := rules(t, s, time.Second, connection(msg.KindData, "a", "tick", "b")); slices.Contains(got, "message-cycle") {
		t.Error(got)
	}
}

func TestAMailboxThatOnlyGrowsIsTold(t *testing.T) {
	for _, c := range []struct {
		handle time.Duration
		want   bool
	}{{time.Second, true}, {10 * time.Millisecond, false}} {
		s := scripts{
			"a": {start: func(ctx context.Context, env engine.Env) error {
				env.Go(ctx, "tick", func(ctx context.Context) error {
					for env.Sleep(ctx, 50*time.Millisecond) == nil {
						_ = env.Send(ctx, msg.NewData("tick", nil))
					}
					return nil
				})
				return nil
			}},
			"b": {data: func(context.Context, engine.Env, *msg.Data) { time.Sleep(c.handle) }},
		}
		if got := rules(t, s, 15*time.Second, connection(msg.KindData, "a", "tick", "b")); slices.Contains(got, "queue-growing") != c.want {
			t.Errorf("%s a message: %v", c.handle, got)
		}
	}
}

func TestAudioThatDoesNotKeepTimeIsTold(t *testing.T) {
	for _, c := range []struct {
		every time.Duration // of frames of 20 ms
		long  time.Duration
		want  bool
	}{
		{20 * time.Millisecond, 10 * time.Second, false},
		{10 * time.Millisecond, 10 * time.Second, true},
		{40 * time.Millisecond, 10 * time.Second, true},
		{10 * time.Millisecond, 3 * time.Second, false}, // a burst
	} {
		s := scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "speak", func(ctx context.Context) error {
				for began := time.Now(); time.Since(began) < c.long && env.Sleep(ctx, c.every) == nil; {
					f := msg.NewAudioFrame("pcm", make([]byte, 640))
					f.SampleRate, f.BytesPerSample, f.SamplesPerChannel, f.Channels = 16000, 2, 320, 1
					_ = env.Send(ctx, f)
				}
				return nil
			})
			return nil
		}}, "b": {}}
		if got := rules(t, s, 12*time.Second, connection(msg.KindAudioFrame, "a", "pcm", "b")); slices.Contains(got, "media-pace") != c.want {
			t.Errorf("a frame each %s for %s: %v", c.every, c.long, got)
		}
	}
}
