package engine_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func closed(t *testing.T, app *engine.App) {
	t.Helper()
	select {
	case <-app.Done():
	case <-time.After(time.Minute):
		t.Fatal("the app did not close")
	}
}

func TestAnExtensionClosesTheAppByCommand(t *testing.T) {
	var d diary
	s := scripts{"a": d.stages("a"), "b": {start: func(ctx context.Context, env engine.Env) error {
		env.Go(ctx, "close", func(ctx context.Context) error {
			stop := msg.NewCmd("ten:close_app")
			stop.SetDests(msg.Loc{})
			_, err := env.SendCmd(ctx, stop)
			return err
		})
		return nil
	}}}
	app := engine.NewApp(engine.Options{}, s.resolve)
	if _, err := app.StartGraph(context.Background(), s.graph()); err != nil {
		t.Fatal(err)
	}
	closed(t, app)
	if got := d.String(); !strings.HasSuffix(got, "a:stop a:deinit") { // it may not have come to its on_start
		t.Errorf("a saw %s", got)
	}
}

func TestAnAppEndsWithItsLastGraphUnlessItIsLongRunning(t *testing.T) {
	for _, long := range []bool{false, true} {
		s := scripts{"a": {}}
		app := engine.NewApp(engine.Options{LongRunning: long}, s.resolve)
		e, err := app.StartGraph(context.Background(), s.graph())
		if err != nil {
			t.Fatal(err)
		}
		e.Stop("the test stops it")
		if !long {
			closed(t, app)
			continue
		}
		select {
		case <-app.Done():
			t.Error("a long-running app ended")
		default:
		}
		app.Close()
	}
}

// asksHelpers asks b of the graph helpers that many times, and says with what status it answers.
func asksHelpers(times int, got chan<- string) *script {
	return &script{start: func(ctx context.Context, env engine.Env) error {
		for range times {
			cmd := msg.NewCmd("hello")
			cmd.SetDests(msg.Loc{Graph: "helpers", Extension: "b"})
			res, err := env.SendCmd(ctx, cmd)
			if err != nil {
				return err
			}
			got <- res.Status().String()
		}
		return nil
	}}
}

func TestASingletonGraphIsStartedByItsFirstMessageAndServesTheSecond(t *testing.T) {
	got := make(chan string, 4)
	s := scripts{"a": asksHelpers(2, got), "b": {cmd: answer}}
	g := s.graph()
	g.Nodes = g.Nodes[:1]
	helpers := &graph.Graph{Name: "helpers", Singleton: true, Nodes: []graph.Node{{Name: "b", Addon: "b"}}}
	app := engine.NewApp(engine.Options{Predefined: []engine.Predefined{{Graph: helpers}}}, s.resolve)
	defer app.Close()
	if _, err := app.StartGraph(context.Background(), g); err != nil {
		t.Fatal(err)
	}
	if a, b := <-got, <-got; a != "ok" || b != "ok" {
		t.Errorf("got %s, %s", a, b)
	}
	if n := len(app.Graphs()); n != 2 {
		t.Errorf("%d graphs run", n)
	}
}

// waitsForAll is a host whose first stage begins only when nothing else happens any more.
type waitsForAll struct{ node *engine.Node }

func (*waitsForAll) Change(msg.Value, []string) bool { return true }
func (h *waitsForAll) Stage(s trace.State) {
	if s == trace.Configure {
		synctest.Wait()
	}
	h.node.StageDone(s, nil)
}

func (*waitsForAll) Configure(msg.Value) (*msg.Object, []string, error) {
	return &msg.Object{}, nil, nil
}
func (*waitsForAll) Wake()               {}
func (*waitsForAll) Interrupt()          {}
func (*waitsForAll) Close()              {}
func (*waitsForAll) Work() []engine.Work { return nil }

// What waited for a graph is not handed over by its sender, which has long begun to wait: the receiver must be woken all the same.
func TestAMessageThatWaitedForItsGraphWakesAReceiverThatIsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan string, 1)
		s := scripts{"a": asksHelpers(1, got), "b": {cmd: answer}}
		resolve := func(addon string) (engine.Addon, error) {
			if addon == "last" {
				return engine.Addon{Name: addon, Host: func(n *engine.Node) (engine.Host, error) { return &waitsForAll{node: n}, nil }}, nil
			}
			return s.resolve(addon)
		}
		g := s.graph()
		g.Nodes = g.Nodes[:1]
		helpers := &graph.Graph{Name: "helpers", Singleton: true, Nodes: []graph.Node{{Name: "b", Addon: "b"}, {Name: "last", Addon: "last"}}}
		app := engine.NewApp(engine.Options{Predefined: []engine.Predefined{{Graph: helpers}}}, resolve)
		defer app.Close()
		if _, err := app.StartGraph(context.Background(), g); err != nil {
			t.Fatal(err)
		}
		if status := <-got; status != "ok" {
			t.Errorf("got %s", status)
		}
	})
}

func TestAPredefinedGraphIsStartedByName(t *testing.T) {
	got := make(chan string, 4)
	s := scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			for _, name := range []string{"more", "none"} {
				cmd := msg.NewCmd("ten:start_graph")
				cmd.SetDests(msg.Loc{})
				_ = cmd.Set("ten.predefined_graph", name)
				res, err := env.SendCmd(ctx, cmd)
				if err != nil {
					return err
				}
				got <- res.Status().String() + " " + res.Detail()
			}
			return nil
		}},
		"b": {},
	}
	g := s.graph()
	g.Nodes = g.Nodes[:1]
	app := engine.NewApp(engine.Options{Predefined: []engine.Predefined{{Graph: &graph.Graph{Name: "more", Nodes: []graph.Node{{Name: "b", Addon: "b"}}}}}}, s.resolve)
	defer app.Close()
	if _, err := app.StartGraph(context.Background(), g); err != nil {
		t.Fatal(err)
	}
	if a, b := <-got, <-got; a != "ok " || b != `error no predefined graph "none"` {
		t.Errorf("got %q, %q", a, b)
	}
}

func TestInjectFindsAGraphByItsName(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: answer}}, engine.Options{})
	r := app.Log().NewReader()
	cmd := msg.NewCmd("hello")
	cmd.SetDests(msg.Loc{Graph: "test", Extension: "a"})
	id, err := app.Inject(context.Background(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	if res := awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Result && e.ID == id }); res.Status != msg.OK {
		t.Errorf("status %v, %s", res.Status, res.Property)
	}
}

// Whoever looks at an app sees the apps under it as well, and holds their messages.
func TestAppsUnderAnotherAreShownAndHeldThere(t *testing.T) {
	log := trace.New(trace.Options{})
	defer log.Close()
	top := engine.NewApp(engine.Options{Log: log, LongRunning: true}, scripts{}.resolve)
	defer top.Close()
	s := scripts{"a": {cmd: answer}}
	open := func(name string) *engine.App {
		app := engine.NewApp(engine.Options{Name: name, Log: log, Under: top}, s.resolve)
		g := s.graph()
		g.Name = name
		if _, err := app.StartGraph(context.Background(), g); err != nil {
			t.Fatal(err)
		}
		return app
	}
	one, two := open("one"), open("two")
	defer two.Close()
	if len(top.Graphs()) != 2 || len(top.Snapshot().Nodes) != 2 {
		t.Errorf("%d graphs and %d nodes are shown, want 2 of each", len(top.Graphs()), len(top.Snapshot().Nodes))
	}
	if _, err := top.AddGateRule(trace.GateRule{Action: trace.GateHold, Filter: "name = hello"}); err != nil {
		t.Fatal(err)
	}
	m := msg.NewCmd("hello")
	m.SetDests(msg.Loc{Graph: "two", Extension: "a"})
	id, err := top.Inject(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	if held := top.Held(); len(held) != 1 || held[0].ID != id || held[0].Graph != "two" {
		t.Fatalf("held: %+v", held)
	}
	if err := top.Release(id); err != nil {
		t.Error(err)
	}
	one.Close()
	if got := top.Graphs(); len(got) != 1 || got[0].Name != "two" {
		t.Errorf("%d graphs are shown after one app closed", len(got))
	}
}

// A graph without a name goes by its id, in the trace and among the graphs: whoever looks at both finds one extension, not two.
func TestAGraphWithoutANameIsOneGraph(t *testing.T) {
	app := engine.NewApp(engine.Options{}, scripts{"a": {}}.resolve)
	defer app.Close()
	g := scripts{"a": {}}.graph()
	g.Name = ""
	e, err := app.StartGraph(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	<-e.Started()
	app.Log().Flush()
	var buf [1]trace.Event
	for r := app.Log().NewReader(); r.Next(buf[:]) == 1; {
		if buf[0].Kind == trace.Transition && buf[0].Graph.String() != app.Graphs()[0].Name {
			t.Fatalf("in the trace it is %q, among the graphs %q", buf[0].Graph, app.Graphs()[0].Name)
		}
	}
	if g.Name != "" || app.Graphs()[0].Name != e.ID() {
		t.Errorf("it is called %q by who made it, and %q", g.Name, app.Graphs()[0].Name)
	}
}
