package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestStopEndsAStageThatWaitsForEver(t *testing.T) {
	for _, stage := range []string{"configure", "init", "start"} {
		t.Run(stage, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d diary
				s := d.stages("a")
				wait := func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, time.Hour) }
				switch stage {
				case "configure":
					s.configure = wait
				case "init":
					s.init = wait
				case "start":
					s.start = wait
				}
				app := engine.NewApp(engine.Options{StopDeadline: time.Second}, scripts{"a": s}.resolve)
				if _, err := app.StartGraph(context.Background(), scripts{"a": s}.graph()); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				began := time.Now()
				app.Close()
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("stop took %s", took)
				}
				if got := d.String(); !strings.HasSuffix(got, "a:stop a:deinit") {
					t.Errorf("order %s", got)
				}
				if l := lints(app); !slices.Contains(l, "stop-hang") || slices.Contains(l, "extension-failed") {
					t.Errorf("lints %v", l)
				}
			})
		})
	}
}

func TestACycleOfWaitsIsEndedByStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ask := func(ctx context.Context, env engine.Env) error {
			_, err := env.SendCmd(ctx, msg.NewCmd("hello"))
			return err
		}
		s := scripts{"a": {init: ask, cmd: answer}, "b": {init: ask, cmd: answer}}
		app := engine.NewApp(engine.Options{StopDeadline: time.Second}, s.resolve)
		if _, err := app.StartGraph(context.Background(), s.graph(wire(msg.KindCmd, "a", "hello", "b"), wire(msg.KindCmd, "b", "hello", "a"))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Second)
		got := lints(app)
		for _, rule := range []string{"unanswered", "stage-never-done"} {
			if !slices.Contains(got, rule) {
				t.Errorf("no %s in %v", rule, got)
			}
		}
		began := time.Now()
		app.Close()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("stop took %s", took)
		}
	})
}

func TestTheErrorOfATaskThatNobodyWaitsForIsTold(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		env.Go(ctx, "poll", func(context.Context) error { return errors.New("no line") })
		answer(ctx, env, cmd)
	}}}, engine.Options{})
	id := inject(t, app, msg.NewCmd("go"), "a").ID
	e := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Lint && e.Rule.String() == "task-exception" })
	if e.ID != id || !strings.HasPrefix(e.Detail, "task poll ended with an error that nobody waits for, no line: ") || !strings.Contains(e.Where(), "stop_test.go:") {
		t.Errorf("of #%d, want #%d, at %s: %s", e.ID, id, e.Where(), e.Detail)
	}
}

// A handler may wait for several tasks in their order: one that has failed before its turn is waited for all the same.
func TestTheErrorOfATaskThatIsWaitedForLaterIsNotTold(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		long := env.Go(ctx, "long", func(ctx context.Context) error { return env.Sleep(ctx, 20*time.Millisecond) })
		short := env.Go(ctx, "short", func(context.Context) error { return errors.New("no line") })
		_, _ = long.Wait(ctx), short.Wait(ctx)
		env.Go(ctx, "left", func(context.Context) error { return errors.New("no road") })
		answer(ctx, env, cmd)
	}}}, engine.Options{})
	inject(t, app, msg.NewCmd("go"), "a")
	e := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Lint && e.Rule.String() == "task-exception" })
	if !strings.HasPrefix(e.Detail, "task left ended") {
		t.Errorf("told first: %s", e.Detail)
	}
}

func TestDataToTheBenchArrives(t *testing.T) {
	app, _ := start(t, scripts{"a": {data: func(ctx context.Context, env engine.Env, d *msg.Data) {
		d.SetDests(d.Source())
		if err := env.Send(ctx, d); err != nil {
			t.Error(err)
		}
	}}}, engine.Options{})
	d := msg.NewData("ping", nil)
	d.SetDests(msg.Loc{Extension: "a"})
	if _, err := app.Inject(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool {
		return e.Kind == trace.Delivered && e.To.String() == msg.BenchName && e.Name.String() == "ping"
	})
}

// Whichever of two extensions has stopped first: who only passes on that the stop ended what he waited for has not answered.
func TestWhatIsAnsweredBecauseOfTheStopIsTheStops(t *testing.T) {
	dawdle := func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, 100*time.Millisecond) }
	for _, late := range []string{"a", "b"} {
		for _, c := range []struct {
			name   string
			age    time.Duration
			detail string
		}{{"young", time.Second / 2, "cut"}, {"old", 3 * time.Second, "The destination extension has been terminated."}} {
			t.Run(c.name+" "+late, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
						if _, err := env.SendCmd(ctx, msg.NewCmd("hello")); err != nil {
							_ = env.ReturnResult(ctx, msg.NewErrorResult(cmd, err.Error()))
							return
						}
						answer(ctx, env, cmd)
					}}, "b": {cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) { _ = env.Sleep(ctx, time.Hour) }}}
					s[late].stop = dawdle
					app := engine.NewApp(engine.Options{}, s.resolve)
					if _, err := app.StartGraph(context.Background(), s.graph(wire(msg.KindCmd, "a", "hello", "b"))); err != nil {
						t.Fatal(err)
					}
					ask := msg.NewCmd("ask")
					ask.SetDests(msg.Loc{Extension: "a"})
					if _, err := app.Inject(context.Background(), ask); err != nil {
						t.Fatal(err)
					}
					time.Sleep(c.age)
					app.Close()
					e := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool {
						return e.Kind == trace.Result && e.Name.String() == "ask"
					})
					if e.By != trace.ByStop || e.Detail != c.detail {
						t.Errorf("by %s, %q", e.By, e.Detail)
					}
				})
			})
		}
	}
}

func TestWhatAFailedSenderLeavesOpenSaysSo(t *testing.T) {
	var asked atomic.Bool
	app, _ := start(t, scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
		env.Go(ctx, "ask", func(ctx context.Context) error {
			_, err := env.SendCmd(ctx, msg.NewCmd("hello"))
			return err
		})
		for !asked.Load() && env.Sleep(ctx, time.Millisecond) == nil {
		}
		return errors.New("no key")
	}}, "b": {cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) {
		asked.Store(true)
		_ = env.Sleep(ctx, time.Hour)
	}}}, engine.Options{}, wire(msg.KindCmd, "a", "hello", "b"))
	e := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Result })
	if e.By != trace.ByStop || !strings.HasPrefix(e.Detail, "a failed: ") || !strings.Contains(e.Detail, "no key") {
		t.Errorf("by %s, %q", e.By, e.Detail)
	}
}

// recursion is an extension whose commands go so deep, and wait there for ever.
func recursion(deep int) *script {
	return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		if deep--; deep > 0 {
			_, _ = env.SendCmd(ctx, msg.NewCmd("deeper"))
		} else {
			_ = env.Sleep(ctx, 1000*time.Hour)
		}
	}}
}

// What a snapshot costs must not grow with what waits: one is taken at every stop.
func TestASnapshotHasTheOldestAndTheNewestOfVeryManyCommands(t *testing.T) {
	const deep = 5000
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"b": recursion(deep)}
		app, _ := start(t, s, engine.Options{}, wire(msg.KindCmd, "b", "deeper", "b"))
		first, err := app.Inject(context.Background(), addressed(msg.NewCmd("deeper"), "b"))
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		snap := app.Snapshot()
		paths, handlers := snap.Paths, snap.Nodes[0].Handlers
		last := first + deep - 1
		if n := len(paths); n == deep || paths[0].ID != first || paths[n-1].ID != last {
			t.Errorf("%d paths from %d to %d, want fewer than %d, from %d to %d", n, paths[0].ID, paths[n-1].ID, deep, first, last)
		}
		if n := len(handlers); n == deep || handlers[0] != first || handlers[n-1] != last {
			t.Errorf("%d handlers from %d to %d, want fewer than %d, from %d to %d", n, handlers[0], handlers[n-1], deep, first, last)
		}
		if !slices.IsSortedFunc(paths, func(a, b trace.OpenPath) int { return int(a.ID) - int(b.ID) }) || !slices.IsSorted(slices.Compact(handlers)) {
			t.Error("the snapshot is not in order")
		}
	})
}

// A hundred callbacks that the stop abandons are not described one by one.
func TestOfManyThatTheStopAbandonsSomeAreDescribed(t *testing.T) {
	const many = 100
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := scripts{"a": {cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) {
			_ = env.Sleep(ctx, time.Hour)
			<-release
		}}}
		app, _ := start(t, s, engine.Options{StopDeadline: time.Second})
		for range many {
			if _, err := app.Inject(context.Background(), addressed(msg.NewCmd("hello"), "a")); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		app.Close()
		var hang []trace.Event
		for _, e := range events(app, trace.Lint) {
			if e.Rule.String() == "stop-hang" {
				hang = append(hang, e)
			}
		}
		if len(hang) == 0 || len(hang) > many/4 || !strings.HasPrefix(hang[len(hang)-1].Detail, "84 more callbacks of a ") {
			t.Errorf("%d told: %+v", len(hang), hang)
		}
		close(release)
	})
}
