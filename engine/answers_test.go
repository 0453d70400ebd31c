package engine_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// replier answers with its own name after a time, with that status; partial results come before.
func replier(name string, after time.Duration, status msg.Status, partial int) *script {
	return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		_ = env.Sleep(ctx, after)
		for i := range partial + 1 {
			res := msg.NewResult(status, cmd)
			res.SetFinal(i == partial)
			_ = res.Set("from", name)
			_ = env.ReturnResult(ctx, res)
		}
	}}
}

func TestWhichResultsASenderSees(t *testing.T) {
	ms := time.Millisecond
	tests := map[string]struct {
		dests []string
		ext   bool
		b, c  *script
		want  string
	}{
		"one destination, partial results skipped": {[]string{"b"}, false, replier("b", 0, msg.OK, 2), nil, "b ok completed"},
		"one destination, all results":             {[]string{"b"}, true, replier("b", 0, msg.OK, 1), nil, "b ok, b ok completed"},
		"two, the last declared counts":            {[]string{"b", "c"}, false, replier("b", 2*ms, msg.OK, 0), replier("c", ms, msg.OK, 0), "c ok completed"},
		"two, the first error wins":                {[]string{"b", "c"}, false, replier("b", ms, msg.Error, 0), replier("c", 2*ms, msg.OK, 0), "b error completed"},
		"two, each":                                {[]string{"b", "c"}, true, replier("b", ms, msg.Error, 0), replier("c", 2*ms, msg.OK, 1), "b error, c ok, c ok completed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got []string
				see := func(res *msg.CmdResult) {
					v, _ := res.Get("from")
					from, _ := v.Str()
					line := from + " " + res.Status().String()
					if res.Completed() {
						line += " completed"
					}
					got = append(got, line)
				}
				s := scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
					defer answer(ctx, env, cmd)
					if !tt.ext {
						res, err := env.SendCmd(ctx, msg.NewCmd("x"))
						if err != nil {
							t.Error(err)
							return
						}
						see(res)
						return
					}
					for res, err := range env.SendCmdEx(ctx, msg.NewCmd("x")) {
						if err != nil {
							t.Error(err)
							return
						}
						see(res)
					}
				}}, "b": tt.b}
				if tt.c != nil {
					s["c"] = tt.c
				}
				app, _ := start(t, s, engine.Options{}, wire(msg.KindCmd, "a", "x", tt.dests...))
				inject(t, app, msg.NewCmd("go"), "a")
				if g := strings.Join(got, ", "); g != tt.want {
					t.Errorf("saw %q, want %q", g, tt.want)
				}
				app.Close()
			})
		})
	}
}

func TestAPathTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": {}}, engine.Options{PathTimeout: 10 * time.Second})
		began := time.Now()
		res := inject(t, app, msg.NewCmd("x"), "a")
		if res.By != trace.ByTimeout || string(res.Property) != `{"detail":"Path timeout."}` {
			t.Errorf("result by %v: %s", res.By, res.Property)
		}
		if took := time.Since(began); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("took %s", took)
		}
		app.Close()
	})
}

func TestAnAnswerAfterThePathTimeoutIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := start(t, scripts{"a": replier("a", 2*time.Second, msg.OK, 1)}, engine.Options{PathTimeout: time.Second})
		if res := inject(t, app, msg.NewCmd("x"), "a"); res.By != trace.ByTimeout {
			t.Errorf("result by %v", res.By)
		}
		time.Sleep(2 * time.Second)
		var late []trace.Event
		for _, e := range events(app, trace.Lint) {
			if rule := e.Rule.String(); rule == "late-answer" {
				late = append(late, e)
			} else if rule == "answered-twice" {
				t.Error(e.Detail)
			}
		}
		if len(late) != 1 || late[0].LatencyNS != 2*time.Second.Nanoseconds() || late[0].Where() == "" {
			t.Errorf("late: %+v", late)
		}
		app.Close()
	})
}

func TestAnUnansweredCommandIsNamedAfterTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := []*msg.Cmd{}
		app, _ := start(t, scripts{"a": {cmd: func(_ context.Context, _ engine.Env, cmd *msg.Cmd) { kept = append(kept, cmd) }}}, engine.Options{})
		cmd := msg.NewCmd("x")
		cmd.SetDests(msg.Loc{Extension: "a"})
		id, err := app.Inject(context.Background(), cmd)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(900 * time.Millisecond)
		if got := lints(app); len(got) > 0 {
			t.Errorf("too early: %v", got)
		}
		time.Sleep(200 * time.Millisecond)
		got := events(app, trace.Lint)
		if len(got) == 0 || got[0].Rule.String() != "unanswered" || got[0].ID != id || got[0].To.String() != "a" {
			t.Errorf("lints %v", got)
		}
		app.Close()
		for _, e := range events(app, trace.Result) {
			if e.By != trace.ByStop || e.Detail == "cut" {
				t.Errorf("result by %v, %q", e.By, e.Detail)
			}
		}
		runtime.KeepAlive(kept)
	})
}

func TestAYoungCommandIsCutAtStop(t *testing.T) {
	kept := make(chan *msg.Cmd, 1)
	app, _ := start(t, scripts{"a": {cmd: func(_ context.Context, _ engine.Env, cmd *msg.Cmd) { kept <- cmd }}}, engine.Options{})
	cmd := msg.NewCmd("x")
	cmd.SetDests(msg.Loc{Extension: "a"})
	if _, err := app.Inject(context.Background(), cmd); err != nil {
		t.Fatal(err)
	}
	app.Close()
	got := events(app, trace.Result)
	if len(got) != 1 || got[0].By != trace.ByStop || got[0].Detail != "cut" {
		t.Errorf("results %+v", got)
	}
	if l := lints(app); slices.Contains(l, "unanswered") {
		t.Errorf("lints %v", l)
	}
	runtime.KeepAlive(kept)
}

func TestALossIsToldThoughTheStopEndsIt(t *testing.T) {
	handled := make(chan struct{})
	app, _ := start(t, scripts{"a": {cmd: func(context.Context, engine.Env, *msg.Cmd) { close(handled) }}}, engine.Options{})
	cmd := msg.NewCmd("x")
	cmd.SetDests(msg.Loc{Extension: "a"})
	if _, err := app.Inject(context.Background(), cmd); err != nil {
		t.Fatal(err)
	}
	cmd = nil
	<-handled
	awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Handled && e.Type == msg.KindCmd })
	app.Close()
	if l := lints(app); !slices.Contains(l, "lost") {
		t.Errorf("lints %v", l)
	}
	for _, e := range events(app, trace.Result) {
		if e.Detail == "cut" {
			t.Errorf("a lost command was cut: %+v", e)
		}
	}
}

func TestTheDebtorIsAlwaysWhoHoldsTheCommand(t *testing.T) {
	release := make(chan struct{})
	kept := make(chan *msg.Cmd, 1)
	app, _ := start(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if _, err := env.SendCmd(ctx, msg.NewCmd("child")); err != nil {
				t.Error(err)
			}
			answer(ctx, env, cmd)
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			_, _, _ = engine.Recv(ctx, env, release)
			answer(ctx, env, cmd)
		}},
		"c": {cmd: func(_ context.Context, _ engine.Env, cmd *msg.Cmd) { kept <- cmd }},
	}, engine.Options{}, wire(msg.KindCmd, "a", "child", "b"))
	r := app.Log().NewReader()
	for _, to := range []string{"a", "c"} {
		cmd := msg.NewCmd("go")
		cmd.SetDests(msg.Loc{Extension: to})
		if _, err := app.Inject(context.Background(), cmd); err != nil {
			t.Fatal(err)
		}
	}
	awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Delivered && e.To.String() == "b" })
	r = app.Log().NewReader()
	awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Handled && e.To.String() == "c" })
	debtors := map[string]string{}
	for _, p := range app.Snapshot().Paths {
		debtors[p.To] = p.Debtor
		if p.To == "a" && len(p.WaitsOn) != 1 {
			t.Errorf("a waits on %v", p.WaitsOn)
		}
	}
	if want := "map[a:child b:handler c:kept]"; fmt.Sprint(debtors) != want {
		t.Errorf("debtors %v, want %s", debtors, want)
	}
	close(release)
	awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Result && e.From.String() == "a" })
	runtime.KeepAlive(<-kept)
}

func TestALossIsProvenAndAKeptCommandIsNot(t *testing.T) {
	var kept []*msg.Cmd
	app, _ := start(t, scripts{"a": {cmd: func(_ context.Context, _ engine.Env, cmd *msg.Cmd) {
		if cmd.Name() == "keep" {
			kept = append(kept, cmd)
		}
	}}}, engine.Options{UnansweredAfter: 100 * time.Millisecond})
	ids := map[string]uint64{}
	r := app.Log().NewReader()
	for _, name := range []string{"keep", "lose"} {
		cmd := msg.NewCmd(name)
		cmd.SetDests(msg.Loc{Extension: "a"})
		id, err := app.Inject(context.Background(), cmd)
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = id
	}
	lost := awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Freed })
	if lost.ID != ids["lose"] {
		t.Errorf("freed %d, want %d", lost.ID, ids["lose"])
	}
	keptLint := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Lint && e.Rule.String() == "kept" })
	if keptLint.ID != ids["keep"] {
		t.Errorf("kept %d, want %d", keptLint.ID, ids["keep"])
	}
	runtime.KeepAlive(kept)
}

// TestWhereAHandlerIsThatBeganLate tells of a command that counted as unanswered while it was in the mailbox, once its handler runs.
func TestWhereAHandlerIsThatBeganLate(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		if cmd.Name() == "first" {
			time.Sleep(300 * time.Millisecond)
			return
		}
		_ = env.Sleep(ctx, time.Hour)
	}}}, engine.Options{UnansweredAfter: 100 * time.Millisecond})
	var id uint64
	for _, name := range []string{"first", "second"} {
		cmd := msg.NewCmd(name)
		cmd.SetDests(msg.Loc{Extension: "a"})
		var err error
		if id, err = app.Inject(context.Background(), cmd); err != nil {
			t.Fatal(err)
		}
	}
	r := app.Log().NewReader()
	of := func(rule string) trace.Event {
		return awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Lint && e.Rule.String() == rule && e.ID == id })
	}
	if e := of("unanswered"); strings.Contains(string(e.Property), "answers_test.go") {
		t.Errorf("told at once: %s", e.Property)
	}
	if e := of("handler-at"); e.Level != trace.LevelNone || !strings.Contains(string(e.Property), "answers_test.go") {
		t.Errorf("told with level %s: %s", e.Level, e.Property)
	}
}

// TestAKeptCommandIsToldWithTheTaskThatHasIt tells of what a handler has started and not of what another one has.
func TestAKeptCommandIsToldWithTheTaskThatHasIt(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		env.Go(ctx, "sort "+cmd.Name(), func(ctx context.Context) error {
			err := env.Sleep(ctx, time.Hour)
			runtime.KeepAlive(cmd)
			return err
		})
	}}}, engine.Options{UnansweredAfter: 100 * time.Millisecond})
	for _, name := range []string{"letters", "parcels"} {
		cmd := msg.NewCmd(name)
		cmd.SetDests(msg.Loc{Extension: "a"})
		id, err := app.Inject(context.Background(), cmd)
		if err != nil {
			t.Fatal(err)
		}
		told := awaitEvent(t, app.Log().NewReader(), func(e *trace.Event) bool { return e.Kind == trace.Lint && e.Rule.String() == "kept" && e.ID == id })
		if p := string(told.Property); strings.Count(p, `"what"`) != 1 || !strings.Contains(p, "task sort "+name) || !strings.Contains(p, "answers_test.go:") {
			t.Errorf("%s: %s", name, p)
		}
	}
}

func TestALostCommandIsAnsweredWhenAsked(t *testing.T) {
	app, _ := start(t, scripts{"a": {}}, engine.Options{AnswerLost: true})
	if res := inject(t, app, msg.NewCmd("x"), "a"); res.By != trace.ByLost || res.Status != msg.Error {
		t.Errorf("result by %v", res.By)
	}
}

func TestACommandToNowhereIsAnsweredAtOnce(t *testing.T) {
	got := make(chan string, 2)
	start(t, scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
		for _, loc := range []msg.Loc{{Extension: "zzz"}, {Graph: "zzz", Extension: "a"}} {
			cmd := msg.NewCmd("x")
			cmd.SetDests(loc)
			res, err := env.SendCmd(ctx, cmd)
			if err != nil {
				got <- err.Error()
				continue
			}
			got <- res.Detail()
		}
		return nil
	}}}, engine.Options{})
	if a, b := <-got, <-got; a != "Failed to find destination." || b != "Graph not found." {
		t.Errorf("got %q, %q", a, b)
	}
}

func TestAFullMailboxPushesDataOutAndRefusesCommands(t *testing.T) {
	hold := make(chan struct{})
	app, _ := start(t, scripts{"a": {data: func(context.Context, engine.Env, *msg.Data) { <-hold }, cmd: answer}},
		engine.Options{Queue: 3, QueueBytes: 1000})
	for range 6 {
		d := msg.NewData("tick", nil)
		d.SetDests(msg.Loc{Extension: "a"})
		if _, err := app.Inject(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	big := msg.NewCmd("big")
	_ = big.Set("text", strings.Repeat("x", 2000))
	res := inject(t, app, big, "a")
	if res.By != trace.ByEngine || res.Detail != "queue full" {
		t.Errorf("big: by %v, %q", res.By, res.Detail)
	}
	sound := msg.NewCmd("sound")
	_ = sound.Set("pcm", msg.Buf(make([]byte, 2000)))
	if res := inject(t, app, sound, "a"); res.Detail != "queue full" {
		t.Errorf("sound: by %v, %q: a buffer takes no room", res.By, res.Detail)
	}
	if s := app.Snapshot().Nodes[0]; s.Dropped == 0 || s.QueueMax > 3 {
		t.Errorf("dropped %d, max %d", s.Dropped, s.QueueMax)
	}
	close(hold)
	if res := inject(t, app, msg.NewCmd("small"), "a"); res.Status != msg.OK {
		t.Errorf("small: %v", res.Status)
	}
}

func TestTimersFireAndAreCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fired := 0
		timer := func(id, us, times int64) *msg.Cmd {
			cmd := msg.NewCmd("ten:timer")
			cmd.SetDests(msg.Loc{})
			_ = cmd.Set("ten.timer_id", id)
			_ = cmd.Set("ten.timeout_us", us)
			_ = cmd.Set("ten.times", times)
			return cmd
		}
		app, _ := start(t, scripts{"a": {
			start: func(ctx context.Context, env engine.Env) error {
				for _, cmd := range []*msg.Cmd{timer(1, 1e6, 2), timer(2, 1e6, 0)} {
					if res, err := env.SendCmd(ctx, cmd); err != nil || res.Detail() != "Operation is success." {
						t.Errorf("timer: %v %v", res, err)
					}
				}
				return nil
			},
			cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				if fired++; fired == 5 {
					_, _ = env.SendCmd(ctx, timer(2, 0, -1))
				}
			},
		}}, engine.Options{})
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if fired != 5 {
			t.Errorf("fired %d times, want 2 of the one and 3 of the other", fired)
		}
		app.Close()
	})
}

func TestStartGraphWithoutAGraphSaysSo(t *testing.T) {
	got := make(chan string, 1)
	s := scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
		cmd := msg.NewCmd("ten:start_graph")
		cmd.SetDests(msg.Loc{})
		res, err := env.SendCmd(ctx, cmd)
		if err != nil {
			return err
		}
		got <- res.Status().String() + ": " + res.Detail()
		return nil
	}}}
	app, _ := start(t, s, engine.Options{})
	defer app.Close()
	if said := <-got; !strings.HasPrefix(said, "error") || !strings.Contains(said, "names no graph") {
		t.Errorf("the answer is %s", said)
	}
}

func TestAppStartsAndStopsGraphsByCommand(t *testing.T) {
	got := make(chan string, 4)
	s := scripts{"b": {cmd: answer}}
	s["a"] = &script{start: func(ctx context.Context, env engine.Env) error {
		cmd := msg.NewCmd("ten:start_graph")
		cmd.SetDests(msg.Loc{})
		_ = cmd.Set("ten.graph_json", `{"nodes":[{"type":"extension","name":"b","addon":"b"}]}`)
		res, err := env.SendCmd(ctx, cmd)
		if err != nil {
			return err
		}
		v, _ := res.Get("graph_id")
		id, _ := v.Str()
		hello := msg.NewCmd("hello")
		hello.SetDests(msg.Loc{Graph: id, Extension: "b"})
		res, err = env.SendCmd(ctx, hello)
		if err != nil {
			return err
		}
		got <- res.Status().String()
		stop := msg.NewCmd("ten:stop_graph")
		stop.SetDests(msg.Loc{})
		_ = stop.Set("ten.graph_id", id)
		res, err = env.SendCmd(ctx, stop)
		if err != nil {
			return err
		}
		got <- res.Detail()
		return nil
	}}
	g := s.graph()
	g.Nodes = g.Nodes[:1]
	app := engine.NewApp(engine.Options{}, s.resolve)
	defer app.Close()
	if _, err := app.StartGraph(context.Background(), g); err != nil {
		t.Fatal(err)
	}
	if a, b := <-got, <-got; a != "ok" || b != "close engine done" {
		t.Errorf("got %q, %q", a, b)
	}
}

// A lost command is open for too long as well. Both are told, and the loss is the error, whichever comes first: no filter for a level
// hides it.
func TestALostCommandIsOneError(t *testing.T) {
	for name, limit := range map[string]time.Duration{"late, then lost": time.Millisecond, "lost, then late": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, _ := start(t, scripts{"a": {cmd: func(context.Context, engine.Env, *msg.Cmd) {}}}, engine.Options{UnansweredAfter: limit})
			cmd := msg.NewCmd("x")
			cmd.SetDests(msg.Loc{Extension: "a"})
			if _, err := app.Inject(context.Background(), cmd); err != nil {
				t.Fatal(err)
			}
			cmd = nil
			r, told := app.Log().NewReader(), map[string]trace.Level{}
			for len(told) < 2 {
				e := awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Lint && e.ID != 0 })
				told[e.Rule.String()] = e.Level
			}
			if told["lost"] != trace.Error || told["unanswered"] != trace.Warn {
				t.Errorf("levels %v", told)
			}
		})
	}
}
