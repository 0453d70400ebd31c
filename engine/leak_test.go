package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// leakCase is a way to use an app after which Close must leave no goroutine.
type leakCase struct {
	opt engine.Options
	a   *script // receives "go" from the bench
	b   *script // receives x from a
	// run does something to the running app; nil sends "go" and waits until a's handler began.
	run func(t *testing.T, app *engine.App)
}

func leakCases() map[string]leakCase {
	ask := func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		_, _ = env.SendCmd(ctx, msg.NewCmd("x"))
		answer(ctx, env, cmd)
	}
	sleeps := &script{cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) { _ = env.Sleep(ctx, time.Hour) }}
	return map[string]leakCase{
		"a normal run":             {a: &script{cmd: ask}, b: &script{cmd: answer}},
		"a handler that sleeps":    {a: sleeps},
		"a handler that waits":     {a: &script{cmd: ask}, b: &script{}},
		"a command that was sent":  {a: &script{cmd: ask}, b: sleeps},
		"a panic":                  {a: &script{cmd: ask}, b: &script{cmd: func(context.Context, engine.Env, *msg.Cmd) { panic("no such luck") }}},
		"a panic in a task":        {a: &script{cmd: taskThat(func(context.Context, engine.Env) error { panic("no such luck") })}},
		"a handler that exits":     {a: &script{cmd: func(context.Context, engine.Env, *msg.Cmd) { runtime.Goexit() }}},
		"a failed start":           {a: &script{cmd: answer}, b: &script{start: func(context.Context, engine.Env) error { return errors.New("no such luck") }}},
		"a failure with a restart": {opt: engine.Options{RestartOnFail: true}, a: &script{cmd: ask}, b: &script{cmd: func(context.Context, engine.Env, *msg.Cmd) { panic("no such luck") }}},
		"restarts": {opt: engine.Options{Drain: time.Millisecond}, a: &script{cmd: ask}, b: sleeps, run: func(t *testing.T, app *engine.App) {
			for range 5 {
				for _, name := range []string{"a", "b"} {
					if err := app.Restart(context.Background(), "test", name); err != nil {
						t.Error(err)
					}
				}
			}
		}},
		"a stream left early": {a: &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			for range env.SendCmdEx(ctx, msg.NewCmd("x")) {
				break
			}
			answer(ctx, env, cmd)
		}}, b: &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			for {
				res := msg.NewResult(msg.OK, cmd)
				res.SetFinal(false)
				if env.ReturnResult(ctx, res) != nil || env.Sleep(ctx, time.Millisecond) != nil {
					return
				}
			}
		}}},
		"timers": {a: &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if cmd.Name() == "go" {
				timer := msg.NewCmd("ten:timer")
				timer.SetDests(msg.Loc{})
				_ = timer.Set("ten.timer_id", 1)
				_ = timer.Set("ten.timeout_us", 1000)
				_ = timer.Set("ten.times", 0)
				_, _ = env.SendCmd(ctx, timer)
			}
			answer(ctx, env, cmd)
		}}},
		"a queue nobody fills": {a: &script{cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) {
			_, _ = engine.NewQueue[int](env, 1).Get(ctx)
		}}},
		"a channel nobody sends to": {a: &script{cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) {
			_, _, _ = engine.Recv(ctx, env, make(chan int))
		}}},
		"a task that waits for a task": {a: &script{cmd: taskThat(func(ctx context.Context, env engine.Env) error {
			return env.Go(ctx, "inner", func(ctx context.Context) error { return env.Sleep(ctx, time.Hour) }).Wait(ctx)
		})}},
		"a foreign caller that waits": {a: &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			go func() { _, _ = env.SendCmd(context.Background(), msg.NewCmd("x")) }()
			answer(ctx, env, cmd)
		}}, b: &script{}},
		"a time limit that has not ended": {a: &script{cmd: func(ctx context.Context, env engine.Env, _ *msg.Cmd) {
			limit, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			_, _ = env.SendCmd(limit, msg.NewCmd("x"))
		}}, b: &script{}},
		"many handlers at once": {a: sleeps, run: func(t *testing.T, app *engine.App) {
			for range 500 {
				if _, err := app.Inject(context.Background(), addressed(msg.NewCmd("go"), "a")); err != nil {
					t.Error(err)
				}
			}
		}},
	}
}

// taskThat is a handler that runs fn as a task.
func taskThat(fn func(context.Context, engine.Env) error) func(context.Context, engine.Env, *msg.Cmd) {
	return func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		env.Go(ctx, "task", func(ctx context.Context) error { return fn(ctx, env) })
		answer(ctx, env, cmd)
	}
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	for name, tt := range leakCases() {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			s := scripts{"a": tt.a, "b": tt.b}
			if tt.b == nil {
				delete(s, "b")
			}
			tt.opt.StopDeadline = longStop
			app := engine.NewApp(tt.opt, s.resolve)
			g := s.graph()
			if tt.b != nil {
				g = s.graph(wire(msg.KindCmd, "a", "x", "b"))
			}
			e, err := app.StartGraph(context.Background(), g)
			if err != nil {
				t.Fatal(err)
			}
			<-e.Started()
			if tt.run == nil {
				tt.run = begin
			}
			tt.run(t, app)
			closeInTime(t, app)
			noneLeft(t, before)
		})
	}
}

// longStop is a stop deadline that no machine needs: a stop that takes as long has waited for it.
const longStop = time.Minute

// closeInTime closes an app whose stop deadline is longStop, and fails if that had to end something.
func closeInTime(t *testing.T, app *engine.App) {
	t.Helper()
	began := time.Now()
	app.Close()
	if took := time.Since(began); took >= longStop {
		t.Fatalf("Close took %s: its deadline ended it", took)
	}
}

// noneLeft fails if goroutines are left that were not there before. Those that are about to end have the time to.
func noneLeft(t *testing.T, before goleak.Option) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if err = goleak.Find(before); err == nil {
			return
		}
	}
	t.Error(err)
}

// begin sends "go" to a and waits until its handler began.
func begin(t *testing.T, app *engine.App) {
	r := app.Log().NewReader()
	id, err := app.Inject(context.Background(), addressed(msg.NewCmd("go"), "a"))
	if err != nil {
		t.Fatal(err)
	}
	awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Delivered && e.ID == id })
}

func TestCloseMayComeAtAnyTime(t *testing.T) {
	before := goleak.IgnoreCurrent()
	for i := range 200 {
		s := scripts{"a": {cmd: answer}, "b": {cmd: answer}, "c": {}}
		app := engine.NewApp(engine.Options{StopDeadline: longStop}, s.resolve)
		var wg sync.WaitGroup
		started := make(chan struct{})
		wg.Go(func() {
			_, err := app.StartGraph(context.Background(), s.graph())
			close(started)
			if err != nil && !errors.Is(err, engine.ErrClosed) {
				t.Error(err)
			}
		})
		if i%4 != 0 {
			<-started
			wg.Go(func() { _ = app.Restart(context.Background(), "test", "a") })
			wg.Go(func() { _, _ = app.Apply(context.Background(), withValue(without(s.graph(), "c"), "b", int64(i))) })
			wg.Go(func() { _, _ = app.Apply(context.Background(), s.graph()) })
			wg.Go(func() { _, _ = app.Inject(context.Background(), addressed(msg.NewCmd("x"), "a")) })
		}
		if i%2 == 0 {
			time.Sleep(time.Duration(i) * 10 * time.Microsecond) // the ends of what runs, one after the other, meet the stop
		}
		closeInTime(t, app)
		wg.Wait()
	}
	noneLeft(t, before)
}

// stamp is when an extension saw a stage begin and end, by its own clock.
type stamp struct {
	node       string
	stage      trace.State
	begin, end time.Time
}

// stamped is an extension that notes its stages and sleeps in them.
type stamped struct {
	engine.DefaultExtension
	note  func(stamp)
	sleep func() time.Duration
}

func (x *stamped) pass(ctx context.Context, env engine.Env, stage trace.State) error {
	s := stamp{node: env.Name(), stage: stage, begin: time.Now()}
	err := env.Sleep(ctx, x.sleep())
	s.end = time.Now()
	x.note(s)
	return err
}

func (x *stamped) OnConfigure(ctx context.Context, env engine.Env) error {
	return x.pass(ctx, env, trace.Configure)
}
func (x *stamped) OnInit(ctx context.Context, env engine.Env) error {
	return x.pass(ctx, env, trace.Init)
}
func (x *stamped) OnStart(ctx context.Context, env engine.Env) error {
	return x.pass(ctx, env, trace.Start)
}
func (x *stamped) OnStop(ctx context.Context, env engine.Env) error {
	return x.pass(ctx, env, trace.Stop)
}
func (x *stamped) OnDeinit(ctx context.Context, env engine.Env) error {
	return x.pass(ctx, env, trace.Deinit)
}

func TestTransitionsAgreeWithTheExtensionsOwnClocks(t *testing.T) {
	for _, barrier := range []bool{false, true} {
		t.Run(fmt.Sprintf("barrier %v", barrier), func(t *testing.T) {
			var mu sync.Mutex
			var own []stamp
			app := engine.NewApp(engine.Options{}, func(string) (engine.Addon, error) {
				return engine.Addon{Name: "stamped", New: func(string) engine.Extension {
					return &stamped{note: func(s stamp) {
						mu.Lock()
						own = append(own, s)
						mu.Unlock()
					}, sleep: func() time.Duration { return rand.N(5 * time.Millisecond) }}
				}}, nil
			})
			g := &graph.Graph{Name: "test", SyncStop: barrier}
			for i := range 20 {
				g.Nodes = append(g.Nodes, graph.Node{Name: fmt.Sprint("n", i), Addon: "stamped"})
			}
			e, err := app.StartGraph(context.Background(), g)
			if err != nil {
				t.Fatal(err)
			}
			<-e.Started()
			app.Close()
			if len(own) != 20*5 {
				t.Fatalf("%d stages seen, want 100", len(own))
			}
			checkStamps(t, app, own)
			if barrier {
				checkBarrier(t, own)
			}
		})
	}
}

// checkStamps compares stages with the transitions into and out of them.
func checkStamps(t *testing.T, app *engine.App, own []stamp) {
	t.Helper()
	entered := map[string][]trace.Event{}
	for _, e := range events(app, trace.Transition) {
		entered[e.Extension.String()] = append(entered[e.Extension.String()], e)
	}
	for _, s := range own {
		list := entered[s.node]
		i := slices.IndexFunc(list, func(e trace.Event) bool { return e.State == s.stage })
		if i < 0 || i+1 >= len(list) {
			t.Fatalf("%s has no transition into and out of %s", s.node, s.stage)
		}
		in, out := list[i].Time(app.Log().Start()), list[i+1].Time(app.Log().Start())
		if in.After(s.begin) || out.Before(s.end) {
			t.Errorf("%s %s: entered %s before it began and left %s after it ended", s.node, s.stage, s.begin.Sub(in), out.Sub(s.end))
		}
	}
}

// checkBarrier says whether every on_stop ended before the first on_deinit began.
func checkBarrier(t *testing.T, own []stamp) {
	t.Helper()
	var stopped time.Time
	for _, s := range own {
		if s.stage == trace.Stop && s.end.After(stopped) {
			stopped = s.end
		}
	}
	for _, s := range own {
		if s.stage == trace.Deinit && s.begin.Before(stopped) {
			t.Errorf("%s began on_deinit %s before the last on_stop ended", s.node, stopped.Sub(s.begin))
		}
	}
}
