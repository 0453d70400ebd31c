package engine_test

import (
	"context"
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

// instances resolves addons to the scripts of a test and counts how many instances each node had.
type instances struct {
	scripts
	made map[string]int
}

func (i instances) resolve(addon string) (engine.Addon, error) {
	a, err := i.scripts.resolve(addon)
	make := a.New
	a.New = func(name string) engine.Extension {
		i.made[name]++
		return make(name)
	}
	return a, err
}

// reloading runs a graph of scripts, all of whose nodes count their instances.
func reloading(t testing.TB, s scripts, opt engine.Options, connections ...graph.Connection) (*engine.App, instances) {
	t.Helper()
	i := instances{s, map[string]int{}}
	app := engine.NewApp(opt, i.resolve)
	t.Cleanup(app.Close)
	e, err := app.StartGraph(context.Background(), s.graph(connections...))
	if err != nil {
		t.Fatal(err)
	}
	<-e.Started()
	return app, i
}

// withValue is g with a property of one node changed.
func withValue(g *graph.Graph, node string, value int64) *graph.Graph {
	var o msg.Object
	o.Put("value", msg.Int(value))
	g.Node(node).Property = msg.Obj(&o)
	return g
}

// without is g without a node.
func without(g *graph.Graph, node string) *graph.Graph {
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n graph.Node) bool { return n.Name == node })
	return g
}

// states are the nodes of the app's graphs and where they stand.
func states(app *engine.App) string {
	var out []string
	for _, n := range app.Snapshot().Nodes {
		out = append(out, n.Extension+":"+n.State)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestWhatAReloadDoesNotTouchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept *msg.Cmd
		ticks := 0
		s := scripts{
			"a": {start: func(ctx context.Context, env engine.Env) error {
				env.Go(ctx, "tick", func(ctx context.Context) error {
					for env.Sleep(ctx, time.Second) == nil {
						ticks++
					}
					return nil
				})
				return nil
			}, cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				if cmd.Name() == "keep" {
					kept = cmd
					return
				}
				answer(ctx, env, kept)
				answer(ctx, env, cmd)
			}},
			"b": {},
		}
		app, made := reloading(t, s, engine.Options{})
		id, err := app.Inject(context.Background(), addressed(msg.NewCmd("keep"), "a"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10500 * time.Millisecond)
		diff, err := app.Apply(context.Background(), withValue(s.graph(), "b", 1))
		if err != nil || len(diff.Changed) != 1 || diff.Changed[0].New.Name != "b" {
			t.Fatalf("diff %v, error %v", diff, err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if made.made["a"] != 1 || made.made["b"] != 2 {
			t.Errorf("instances made: %v", made.made)
		}
		if ticks != 20 {
			t.Errorf("the task of a ticked %d times in 20 s", ticks)
		}
		if open := app.Snapshot().Paths; len(open) != 1 || open[0].ID != id {
			t.Errorf("open: %v", open)
		}
		inject(t, app, msg.NewCmd("answer"), "a")
		if open := app.Snapshot().Paths; len(open) != 0 {
			t.Errorf("open after the answer: %v", open)
		}
		app.Close()
	})
}

func TestAReloadAddsAndRemovesNodesAndConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		ask := &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			res, err := env.SendCmd(ctx, msg.NewCmd("x"))
			if err != nil {
				_ = env.ReturnResult(ctx, msg.NewErrorResult(cmd, err.Error()))
				return
			}
			_ = env.ReturnResult(ctx, res.For(cmd))
		}}
		s := scripts{"a": ask, "b": d.stages("b"), "c": d.stages("c")}
		s["b"].cmd, s["c"].cmd = replier("b", 0, msg.OK, 0).cmd, replier("c", 0, msg.OK, 0).cmd
		app := engine.NewApp(engine.Options{}, s.resolve)
		defer app.Close()
		e, err := app.StartGraph(context.Background(), without(s.graph(wire(msg.KindCmd, "a", "x", "b")), "c"))
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		expect := func(want string) {
			t.Helper()
			synctest.Wait()
			if res := inject(t, app, msg.NewCmd("go"), "a"); !strings.Contains(string(res.Property), want) {
				t.Errorf("the answer is %s, want %s", res.Property, want)
			}
		}
		expect(`"from":"b"`)
		if _, err := app.Apply(context.Background(), without(s.graph(wire(msg.KindCmd, "a", "x", "c")), "b")); err != nil {
			t.Fatal(err)
		}
		expect(`"from":"c"`)
		if got := states(app); got != "a:running c:running" && got != "a:running b:ended c:running" {
			t.Errorf("states %s", got)
		}
		if got := d.String(); !strings.Contains(got, "b:stop") || strings.Index(got, "b:deinit") < strings.Index(got, "b:stop") {
			t.Errorf("b was not stopped: %s", got)
		}
		if _, err := app.Apply(context.Background(), without(s.graph(), "b")); err != nil {
			t.Fatal(err)
		}
		expect("Failed to find destination of a 'cmd' message 'x' from graph.")
	})
}

func TestAGraphWhoseAddonIsMissingChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {cmd: answer}, "b": {cmd: answer}}
		app, made := reloading(t, s, engine.Options{}, wire(msg.KindCmd, "a", "x", "b"))
		before := app.Graphs()[0]
		for name, g := range map[string]*graph.Graph{
			"added":    {Name: "test", Nodes: []graph.Node{{Name: "a", Addon: "a"}, {Name: "d", Addon: "nowhere"}}},
			"replaced": {Name: "test", Nodes: []graph.Node{{Name: "a", Addon: "nowhere"}}},
		} {
			if _, err := app.Apply(context.Background(), g); err == nil || !strings.Contains(err.Error(), "nowhere") {
				t.Errorf("%s: error %v", name, err)
			}
			time.Sleep(time.Minute)
			if app.Graphs()[0] != before {
				t.Errorf("%s: the graph is another", name)
			}
			if got := states(app); got != "a:running b:running" {
				t.Errorf("%s: states %s", name, got)
			}
			inject(t, app, msg.NewCmd("hello"), "a")
		}
		if made.made["a"] != 1 || made.made["b"] != 1 {
			t.Errorf("instances made: %v", made.made)
		}
		if got := events(app, trace.Config); len(got) != 0 {
			t.Errorf("reloads noted: %v", got)
		}
		app.Close()
	})
}

func TestACutCommandIsNoFaultOfItsReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{
			"a": {start: func(ctx context.Context, env engine.Env) error {
				env.Go(ctx, "ask", func(ctx context.Context) error {
					_, err := env.SendCmd(ctx, msg.NewCmd("x"))
					return err
				})
				return nil
			}},
			"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				_ = env.Sleep(ctx, 500*time.Millisecond)
				answer(ctx, env, cmd)
			}},
		}
		app, _ := reloading(t, s, engine.Options{}, wire(msg.KindCmd, "a", "x", "b"))
		time.Sleep(100 * time.Millisecond)
		if err := app.Restart(context.Background(), "test", "a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if got := lints(app); len(got) != 0 {
			t.Errorf("lints %v", got)
		}
		app.Close()
	})
}

// TestARemovedNodeIsDrained: what it has begun ends, what waits for it does not begin, and nothing waits longer than the drain time.
func TestARemovedNodeIsDrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun []string
		s := scripts{"a": {}, "b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			begun = append(begun, cmd.Name())
			if env.Sleep(ctx, map[string]time.Duration{"short": time.Second, "long": time.Hour}[cmd.Name()]) == nil {
				answer(ctx, env, cmd)
			}
		}}}
		app, _ := reloading(t, s, engine.Options{Drain: 3 * time.Second, UnansweredAfter: time.Minute})
		send := func(name string) uint64 {
			id, err := app.Inject(context.Background(), addressed(msg.NewCmd(name), "b"))
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return id
		}
		short, long := send("short"), send("long")
		if _, err := app.Apply(context.Background(), without(s.graph(), "b")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := states(app); got != "a:running b:running" {
			t.Errorf("while it drains: %s", got)
		}
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		if got := states(app); got != "a:running b:running" {
			t.Errorf("while the long command is open: %s", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := states(app); strings.Contains(got, "b:running") {
			t.Errorf("after the drain time: %s", got)
		}
		results := map[uint64]trace.Event{}
		for _, e := range events(app, trace.Result) {
			results[e.ID] = e
		}
		if results[short].By != trace.ByHandler || results[long].By == trace.ByHandler || results[long].Detail == "" {
			t.Errorf("short: %+v\nlong: %+v", results[short], results[long])
		}
		app.Close()
	})
}
