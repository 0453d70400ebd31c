package engine_test

import (
	"context"
	"errors"
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

// stages is a script that writes every lifecycle callback into the diary.
func (d *diary) stages(name string) *script {
	note := func(stage string) func(context.Context, engine.Env) error {
		return func(ctx context.Context, env engine.Env) error {
			d.write(name + ":" + stage)
			return nil
		}
	}
	return &script{configure: note("configure"), init: note("init"), start: note("start"), stop: note("stop"), deinit: note("deinit"), cmd: answer}
}

func TestStagesRunInOrder(t *testing.T) {
	var d diary
	app, _ := start(t, scripts{"a": d.stages("a")}, engine.Options{})
	app.Close()
	if got := d.String(); got != "a:configure a:init a:start a:stop a:deinit" {
		t.Errorf("the extension saw %s", got)
	}
	var states []string
	for _, e := range events(app, trace.Transition) {
		states = append(states, e.State.String())
	}
	if got := strings.Join(states, " "); got != "created configure init start running stop deinit ended" {
		t.Errorf("the trace says %s", got)
	}
}

func TestStageTimesAreTheCallbacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleep := func(d time.Duration) func(context.Context, engine.Env) error {
			return func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, d) }
		}
		app, _ := start(t, scripts{"a": {configure: sleep(time.Second), init: sleep(2 * time.Second), start: sleep(3 * time.Second)}}, engine.Options{})
		app.Close()
		want := map[trace.State]time.Duration{trace.Init: time.Second, trace.Start: 2 * time.Second, trace.Running: 3 * time.Second}
		for _, e := range events(app, trace.Transition) {
			if w, ok := want[e.State]; ok && time.Duration(e.StageNS) != w {
				t.Errorf("before %s: %s, want %s", e.State, time.Duration(e.StageNS), w)
			}
		}
	})
}

func TestMessagesWaitForInitAndMayComeBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		b := d.stages("b")
		b.init = func(ctx context.Context, env engine.Env) error {
			d.write("b:init")
			_ = env.Sleep(ctx, time.Second)
			d.write("b:init done")
			return nil
		}
		b.start = func(ctx context.Context, env engine.Env) error {
			d.write("b:start")
			_ = env.Sleep(ctx, time.Second)
			d.write("b:start done")
			return nil
		}
		b.cmd = func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			d.write("b:" + cmd.Name())
			answer(ctx, env, cmd)
		}
		app, _ := start(t, scripts{
			"a": {init: func(ctx context.Context, env engine.Env) error {
				_, err := env.SendCmd(ctx, msg.NewCmd("hello"))
				return err
			}},
			"b": b,
		}, engine.Options{}, wire(msg.KindCmd, "a", "hello", "b"))
		app.Close()
		got := d.String()
		if i, j, k := strings.Index(got, "b:init done"), strings.Index(got, "b:hello"), strings.Index(got, "b:start done"); i < 0 || j < i || k < j {
			t.Errorf("order %s", got)
		}
	})
}

func TestStopDuringAStageSkipsTheRest(t *testing.T) {
	for _, stage := range []string{"configure", "init", "start"} {
		t.Run(stage, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var d diary
				s := d.stages("a")
				slow := func(ctx context.Context, env engine.Env) error {
					d.write("a:" + stage)
					return env.Sleep(ctx, time.Second)
				}
				map[string]func(){"configure": func() { s.configure = slow }, "init": func() { s.init = slow }, "start": func() { s.start = slow }}[stage]()
				app := engine.NewApp(engine.Options{}, scripts{"a": s}.resolve)
				if _, err := app.StartGraph(context.Background(), scripts{"a": s}.graph()); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				app.Close()
				got := d.String()
				if !strings.HasSuffix(got, "a:"+stage+" a:stop a:deinit") {
					t.Errorf("order %s", got)
				}
			})
		})
	}
}

func TestTheStopBarrierHoldsEveryDeinitBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		a, b := d.stages("a"), d.stages("b")
		b.stop = func(ctx context.Context, env engine.Env) error {
			_ = env.Sleep(ctx, time.Second)
			d.write("b:stop")
			return nil
		}
		s := scripts{"a": a, "b": b}
		g := s.graph()
		g.SyncStop = true
		app := engine.NewApp(engine.Options{}, s.resolve)
		if _, err := app.StartGraph(context.Background(), g); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		app.Close()
		got := d.String()
		if strings.Index(got, "deinit") < strings.Index(got, "b:stop") {
			t.Errorf("order %s", got)
		}
	})
}

func TestManualTriggersStartAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		results := make(chan *msg.CmdResult, 8)
		trigger := func(ctx context.Context, env engine.Env, stage string) {
			cmd := msg.NewCmd("ten:trigger_life_cycle")
			_ = cmd.Set("ten.stage", stage)
			cmd.SetDests(msg.Loc{Extension: "b"})
			res, err := env.SendCmd(ctx, cmd)
			if err != nil {
				t.Error(err)
			}
			results <- res
		}
		s := scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
			d.write("a:trigger")
			trigger(ctx, env, "start")
			trigger(ctx, env, "start")
			trigger(ctx, env, "nonsense")
			return nil
		}}, "b": d.stages("b")}
		g := s.graph()
		v, err := msg.ParseJSON([]byte(`{"ten":{"manual_trigger_life_cycle":[{"stage":"start"}]}}`))
		if err != nil {
			t.Fatal(err)
		}
		g.Nodes[1].Property = v
		app := engine.NewApp(engine.Options{}, s.resolve)
		e, err := app.StartGraph(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		app.Close()
		close(results)
		var details []string
		for r := range results {
			details = append(details, r.Status().String()+" "+r.Detail())
		}
		want := "ok Life cycle triggered successfully|error Extension already past start stage|error Unsupported stage"
		if got := strings.Join(details, "|"); got != want {
			t.Errorf("results %s", got)
		}
		if got := d.String(); strings.Index(got, "b:start") < strings.Index(got, "a:trigger") {
			t.Errorf("order %s", got)
		}
	})
}

func TestTriggersThatComeWhileTheStageRunsAreAnsweredWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {start: func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, time.Second) }}}
		g := s.graph()
		v, err := msg.ParseJSON([]byte(`{"ten":{"manual_trigger_life_cycle":[{"stage":"start"}]}}`))
		if err != nil {
			t.Fatal(err)
		}
		g.Nodes[0].Property = v
		app := engine.NewApp(engine.Options{}, s.resolve)
		e, err := app.StartGraph(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		var sent []uint64
		for range 2 {
			cmd := msg.NewCmd("ten:trigger_life_cycle")
			_ = cmd.Set("ten.stage", "start")
			cmd.SetDests(msg.Loc{Extension: "a"})
			id, err := app.Inject(context.Background(), cmd)
			if err != nil {
				t.Fatal(err)
			}
			sent = append(sent, id)
			time.Sleep(time.Second / 2)
		}
		<-e.Started()
		app.Close()
		for _, r := range events(app, trace.Result) {
			if at := slices.Index(sent, r.ID); at >= 0 && r.Status == msg.OK {
				sent = slices.Delete(sent, at, at+1)
			}
		}
		if len(sent) > 0 {
			t.Errorf("%d of two triggers were not answered OK", len(sent))
		}
	})
}

func TestAPanicFailsTheNodeAndTheRestGoesOn(t *testing.T) {
	app, _ := start(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if cmd.Name() == "boom" {
				panic("no such luck")
			}
			_ = env.Sleep(ctx, time.Hour)
		}},
		"b": {cmd: answer},
	}, engine.Options{})
	cmd := msg.NewCmd("wait")
	cmd.SetDests(msg.Loc{Extension: "a"})
	waiting, err := app.Inject(context.Background(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	if res := inject(t, app, msg.NewCmd("boom"), "a"); res.Status != msg.Error || !strings.Contains(res.Detail, "no such luck") {
		t.Errorf("boom: %v %q", res.Status, res.Detail)
	}
	if res := inject(t, app, msg.NewCmd("hello"), "b"); res.Status != msg.OK {
		t.Errorf("b: %v %q", res.Status, res.Detail)
	}
	if res := inject(t, app, msg.NewCmd("again"), "a"); res.Status != msg.Error {
		t.Errorf("again: %v", res.Status)
	}
	found := false
	for _, e := range events(app, trace.Result) {
		found = found || e.ID == waiting && e.By == trace.ByEngine
	}
	if !found {
		t.Error("the command that waited was not answered")
	}
	for _, e := range events(app, trace.Lint) {
		if e.Rule.String() == "extension-failed" && !strings.Contains(e.Where(), "lifecycle_test.go") {
			t.Errorf("place %q", e.Where())
		}
	}
}

func TestAStageThatReturnsAnErrorFailsTheNode(t *testing.T) {
	app, _ := start(t, scripts{"a": {init: func(context.Context, engine.Env) error { return errors.New("no key") }}}, engine.Options{})
	s := app.Snapshot()
	if s.Nodes[0].State != "failed" || !strings.Contains(s.Nodes[0].Error, "no key") {
		t.Errorf("node %+v", s.Nodes[0])
	}
}

func TestAHungStopEndsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": {stop: func(ctx context.Context, env engine.Env) error {
			return env.Sleep(ctx, time.Hour)
		}}}, engine.Options{StopDeadline: time.Second})
		began := time.Now()
		app.Close()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("took %s", took)
		}
		found := false
		for _, e := range events(app, trace.Lint) {
			found = found || e.Rule.String() == "stop-hang" && strings.Contains(string(e.Property), "TestAHungStopEndsAtItsDeadline")
		}
		if !found {
			t.Errorf("no stop-hang with a stack: %v", lints(app))
		}
	})
}

func TestAStageThatNeverEndsIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {start: func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, time.Hour) }}}
		app := engine.NewApp(engine.Options{}, s.resolve)
		if _, err := app.StartGraph(context.Background(), s.graph()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Second)
		got := strings.Join(lints(app), " ")
		if got != "slow-stage stage-never-done" {
			t.Errorf("lints %s", got)
		}
		slow := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Rule.String() == "slow-stage" })
		if where := slow.Where(); !strings.Contains(where, "engine_test.go:") {
			t.Errorf("the slow stage is at %q", where)
		}
		app.Close()
	})
}

func TestARestartKeepsWhatWaitsAndAnswersWhatWasInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		builds := 0
		app := engine.NewApp(engine.Options{Drain: time.Second}, func(string) (engine.Addon, error) {
			return engine.Addon{Name: "a", New: func(string) engine.Extension {
				builds++
				build := builds
				return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
					if cmd.Name() == "hang" {
						_ = env.Sleep(ctx, time.Hour)
						return
					}
					res := msg.NewResult(msg.OK, cmd)
					_ = res.Set("build", build)
					_ = env.ReturnResult(ctx, res)
				}}
			}}, nil
		})
		e, err := app.StartGraph(context.Background(), &graph.Graph{Name: "g", Nodes: []graph.Node{{Name: "a", Addon: "a"}}})
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		hang := msg.NewCmd("hang")
		hang.SetDests(msg.Loc{Extension: "a"})
		hangID, err := app.Inject(context.Background(), hang)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		done := make(chan error)
		go func() { done <- app.Restart(context.Background(), "g", "a") }()
		time.Sleep(100 * time.Millisecond)
		ask := msg.NewCmd("ask") // arrives while the restart drains
		ask.SetDests(msg.Loc{Extension: "a"})
		askID, err := app.Inject(context.Background(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		answers := map[uint64]trace.Event{}
		for _, ev := range events(app, trace.Result) {
			answers[ev.ID] = ev
		}
		if r := answers[hangID]; r.Status != msg.Error || !strings.Contains(r.Detail, "restarted") {
			t.Errorf("in flight: %v %q", r.Status, r.Detail)
		}
		if r := answers[askID]; string(r.Property) != `{"build":2}` {
			t.Errorf("waiting: %s", r.Property)
		}
		app.Close()
	})
}

func TestAFailedNodeIsRestartedWhenAskedAndKeepsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		builds := 0
		app := engine.NewApp(engine.Options{RestartOnFail: true}, func(string) (engine.Addon, error) {
			return engine.Addon{Name: "a", New: func(string) engine.Extension {
				builds++
				return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
					if cmd.Name() == "boom" {
						panic("boom")
					}
					answer(ctx, env, cmd)
				}}
			}}, nil
		})
		e, err := app.StartGraph(context.Background(), &graph.Graph{Name: "g", Nodes: []graph.Node{{Name: "a", Addon: "a"}}})
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		if res := inject(t, app, msg.NewCmd("boom"), "a"); res.Status != msg.Error {
			t.Errorf("boom: %v", res.Status)
		}
		if res := inject(t, app, msg.NewCmd("hello"), "a"); res.Status != msg.OK {
			t.Errorf("hello: %v %q", res.Status, res.Detail)
		}
		if builds != 2 {
			t.Errorf("%d instances", builds)
		}
		var why []string
		for _, e := range events(app, trace.Transition) {
			if e.State == trace.Created {
				why = append(why, e.Detail)
			}
		}
		if fmt.Sprintf("%q", why) != `["" "restarted after it failed"]` {
			t.Errorf("the lives began because of %q", why)
		}
		app.Close()
	})
}

func TestStopAnswersWhatWaitedForTheNextInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": {cmd: func(context.Context, engine.Env, *msg.Cmd) { panic("boom") }}}, engine.Options{RestartOnFail: true})
		inject(t, app, msg.NewCmd("boom"), "a")
		cmd := msg.NewCmd("waits")
		cmd.SetDests(msg.Loc{Extension: "a"})
		id, err := app.Inject(context.Background(), cmd)
		if err != nil {
			t.Fatal(err)
		}
		app.Close()
		answered := false
		for _, e := range events(app, trace.Result) {
			answered = answered || e.ID == id
		}
		if !answered {
			t.Error("the waiting command was not answered")
		}
	})
}

func TestABlockedLoopIsNamedAndABusyOneIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		app, _ := start(t, scripts{
			"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) { <-release; answer(ctx, env, cmd) }},
			"b": {start: func(ctx context.Context, env engine.Env) error {
				env.Go(ctx, "busy", func(ctx context.Context) error {
					for env.Sleep(ctx, time.Millisecond) == nil {
					}
					return nil
				})
				return nil
			}},
		}, engine.Options{Slow: 50 * time.Millisecond})
		cmd := msg.NewCmd("block")
		cmd.SetDests(msg.Loc{Extension: "a"})
		r := app.Log().NewReader()
		if _, err := app.Inject(context.Background(), cmd); err != nil {
			t.Fatal(err)
		}
		e := awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Lint })
		if e.Rule.String() != "loop-blocked" || e.Extension.String() != "a" || !strings.Contains(string(e.Property), "TestABlockedLoopIsNamed") {
			t.Errorf("lint %s %s: %s", e.Rule, e.Extension, e.Property)
		}
		close(release)
		ended := awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Lint })
		if ended.Rule != e.Rule || ended.ID != e.ID || string(ended.Property) != `{"ended":true}` || ended.StageNS < e.StageNS {
			t.Errorf("lint %s of #%d after %d: %s", ended.Rule, ended.ID, ended.StageNS, ended.Property)
		}
		app.Close()
		for _, rule := range lints(app)[2:] {
			t.Errorf("another lint: %s", rule)
		}
	})
}
