package engine_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
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
