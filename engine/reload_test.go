package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// ledger is what sender and receivers of numbered commands saw. Restarts change the instances, so it stands outside.
type ledger struct {
	mu       sync.Mutex
	received map[int64]int
	life     map[int64]int    // of the instance that received it last
	answered map[int64]string // ok, or the detail of an ERROR
	value    map[string]int64 // by receiver, the newest property value in its answers
	changed  chan struct{}
}

func newLedger() *ledger {
	return &ledger{received: map[int64]int{}, life: map[int64]int{}, answered: map[int64]string{}, value: map[string]int64{}, changed: make(chan struct{})}
}

func (l *ledger) receive(n int64, life int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.received[n]++
	l.life[n] = life
}

func (l *ledger) answer(n int64, from, text string, value int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if was, ok := l.answered[n]; ok {
		text = "twice: " + was + " and " + text
	}
	l.answered[n] = text
	if value > l.value[from] {
		l.value[from] = value
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// waitFor waits until an answer of from shows value.
func (l *ledger) waitFor(from string, value int64) error {
	deadline := time.After(time.Minute)
	for {
		l.mu.Lock()
		now, changed := l.value[from], l.changed
		l.mu.Unlock()
		if now >= value {
			return nil
		}
		select {
		case <-changed:
		case <-deadline:
			return fmt.Errorf("no answer of %s shows value %d, the newest is %d", from, value, now)
		}
	}
}

// settled waits until all of n commands are answered but those that take longer than any drain: some may not even have been sent.
func (l *ledger) settled(n int64) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		open := l.open(n)
		if open < 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("nobody answers %d", open)
		}
	}
}

// open is the first of n commands that has no answer and does not take long, -1 if there is none.
func (l *ledger) open(n int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range n {
		if _, ok := l.answered[i]; !ok && !takesLong(i) {
			return i
		}
	}
	return -1
}

// takesLong says which commands take longer than any drain.
func takesLong(n int64) bool { return n%500 == 499 }

func integer(m msg.Message, path string) int64 {
	v, _ := m.Get(path)
	i, _ := v.Int()
	return i
}

// counting answers each numbered command with its property value. Some of those to c, which a change restarts, take longer than
// any drain.
type counting struct {
	engine.DefaultExtension
	l    *ledger
	life int // which instance of its node it is
}

func (x *counting) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	n := integer(cmd, "n")
	x.l.receive(n, x.life)
	switch {
	case takesLong(n):
		if env.Sleep(ctx, time.Minute) != nil {
			return // restarted, and answered so
		}
	case n%7 == 0:
		_ = env.Sleep(ctx, time.Millisecond)
	}
	v, err := env.Property(ctx, "value")
	if err != nil {
		return
	}
	res := msg.NewResult(msg.OK, cmd)
	_ = res.Set("value", v)
	_ = res.Set("n", n)
	_ = env.ReturnResult(ctx, res)
}

// adapting is a counting that takes a changed property.
type adapting struct{ counting }

func (*adapting) OnPropertyChanged(context.Context, engine.Env, string) error { return nil }

// numbered sends numbered commands at a rate, to b and c in turn, until it is told to stop. It waits when too many are open, for the
// race detector's sake.
type numbered struct {
	engine.DefaultExtension
	l    *ledger
	rate int64 // a millisecond
	open int
	quit chan struct{}
	sent chan int64
}

func (x *numbered) OnStart(ctx context.Context, env engine.Env) error {
	env.Go(ctx, "send", func(ctx context.Context) error {
		var n int64
		for began := time.Now(); ; {
			select {
			case <-x.quit:
				x.sent <- n
				return nil
			default:
			}
			for due := time.Since(began).Milliseconds() * x.rate; n < due && x.open < 1000; n++ {
				x.open++
				env.Go(ctx, "one", x.one(env, n))
			}
			if err := env.Sleep(ctx, time.Millisecond); err != nil {
				return err
			}
		}
	})
	return nil
}

func (x *numbered) one(env engine.Env, n int64) func(context.Context) error {
	return func(ctx context.Context) error {
		to := [...]string{"b", "c"}[n%2]
		cmd := msg.NewCmd("to_" + to)
		_ = cmd.Set("n", n)
		res, err := env.SendCmd(ctx, cmd)
		x.open--
		switch {
		case err != nil:
			x.l.answer(n, to, err.Error(), 0)
		case res.Status() != msg.OK:
			x.l.answer(n, to, res.Detail(), 0)
		case integer(res, "n") != n:
			x.l.answer(n, to, fmt.Sprint("the answer to ", integer(res, "n")), 0)
		default:
			x.l.answer(n, to, "ok", integer(res, "value"))
		}
		return nil
	}
}

// numberedGraph is a sender and two receivers with their property values.
func numberedGraph(b, c int64) *graph.Graph {
	value := func(n int64) msg.Value {
		var o msg.Object
		o.Put("value", msg.Int(n))
		return msg.Obj(&o)
	}
	return &graph.Graph{Name: "test",
		Nodes:       []graph.Node{{Name: "a", Addon: "numbered"}, {Name: "b", Addon: "adapting", Property: value(b)}, {Name: "c", Addon: "counting", Property: value(c)}},
		Connections: []graph.Connection{wire(msg.KindCmd, "a", "to_b", "b"), wire(msg.KindCmd, "a", "to_c", "c")}}
}

func TestAHundredReloadsUnderLoadLoseNothing(t *testing.T) {
	l := newLedger()
	sender := &numbered{l: l, rate: 10, quit: make(chan struct{}), sent: make(chan int64, 1)}
	made := map[string]int{}
	app := engine.NewApp(engine.Options{Drain: 10 * time.Millisecond}, func(addon string) (engine.Addon, error) {
		return engine.Addon{Name: addon, New: func(name string) engine.Extension {
			l.mu.Lock()
			defer l.mu.Unlock()
			made[name]++
			x := counting{l: l, life: made[name]}
			return map[string]engine.Extension{"numbered": sender, "adapting": &adapting{x}, "counting": &x}[addon]
		}}, nil
	})
	defer app.Close()
	e, err := app.StartGraph(context.Background(), numberedGraph(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	<-e.Started()
	began := time.Now()
	values := map[string]int64{}
	for i := int64(1); i <= 100; i++ {
		to := [...]string{"b", "c"}[i%2]
		values[to] = i
		if _, err := app.Apply(context.Background(), numberedGraph(values["b"], values["c"])); err != nil {
			t.Fatal(err)
		}
		if err := l.waitFor(to, i); err != nil {
			t.Fatal(err)
		}
	}
	close(sender.quit)
	n := <-sender.sent
	t.Logf("%d commands in %s", n, time.Since(began).Round(time.Millisecond))
	for _, slow := range []string{"b", "c"} { // what the slow handlers still owe is answered by a last restart
		if err := app.Restart(context.Background(), "test", slow); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.settled(n); err != nil {
		t.Fatal(err)
	}
	app.Close()
	l.check(t, n, made)
	if made["a"] != 1 || made["b"] != 2 || made["c"] != 52 { // 50 reloads of c, and the last restart of both
		t.Errorf("instances made: %v", made)
	}
}

// check says whether each of n commands was answered once, and received once if it was answered by its handler. What an instance was
// at work on that was not the last of its node must have been answered when that one went, not when the app closed.
func (l *ledger) check(t *testing.T, n int64, lives map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	restarted := 0
	for i := range n {
		switch text := l.answered[i]; {
		case text == "ok":
			if l.received[i] != 1 {
				t.Errorf("%d was answered and received %d times", i, l.received[i])
			}
		case strings.Contains(text, "restarted"), text == "cut": // cut: what the last restart left waiting when the app closed
			restarted++
			if l.received[i] > 1 {
				t.Errorf("%d was received %d times", i, l.received[i])
			}
			if to := [...]string{"b", "c"}[i%2]; text == "cut" && l.received[i] > 0 && l.life[i] < lives[to] {
				t.Errorf("%d was in the hands of instance %d of %d when it went, and was answered when the app closed", i, l.life[i], lives[to])
			}
		default:
			t.Errorf("%d was answered with %q", i, text)
		}
		if t.Failed() {
			return
		}
	}
	if restarted == 0 || int64(restarted) > n/10 {
		t.Errorf("%d of %d were answered by a restart", restarted, n)
	}
}

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

// slowly is a script whose on_deinit takes 50 seconds.
func slowly() *script {
	return &script{cmd: answer, deinit: func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, 50*time.Second) }}
}

func TestANodeThatIsRemovedWhileItRestartsDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {}, "b": slowly()}
		app, made := reloading(t, s, engine.Options{StopDeadline: time.Minute})
		if _, err := app.Apply(context.Background(), withValue(s.graph(), "b", 1)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, err := app.Apply(context.Background(), without(s.graph(), "b")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if strings.Contains(states(app), "b:running") || made.made["b"] != 1 {
			t.Errorf("states %s; instances made: %v", states(app), made.made)
		}
		app.Close()
	})
}

func TestWhatWaitsForARestartIsAnsweredWhenTheAppStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {}, "b": slowly()}
		app, _ := reloading(t, s, engine.Options{StopDeadline: time.Minute})
		go func() { _ = app.Restart(context.Background(), "test", "b") }()
		time.Sleep(time.Second)
		id, err := app.Inject(context.Background(), addressed(msg.NewCmd("x"), "b"))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		app.Close()
		if took := time.Since(began); took > 55*time.Second {
			t.Errorf("the stop took %s, on_deinit 49 s of it", took)
		}
		if open := app.Snapshot().Paths; len(open) != 0 {
			t.Errorf("open: %v", open)
		}
		if got := events(app, trace.Result); len(got) != 1 || got[0].ID != id {
			t.Errorf("results %v", got)
		}
	})
}

func TestWhatWaitsForARestartThatCannotBeIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {}, "b": slowly()}
		gone := false
		app := engine.NewApp(engine.Options{StopDeadline: time.Minute}, func(addon string) (engine.Addon, error) {
			if gone {
				return engine.Addon{}, errors.New("it was deleted")
			}
			return s.resolve(addon)
		})
		defer app.Close()
		e, err := app.StartGraph(context.Background(), s.graph())
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		gone = true
		over := make(chan error, 1)
		go func() { over <- app.Restart(context.Background(), "test", "b") }()
		time.Sleep(time.Second)
		if _, err := app.Inject(context.Background(), addressed(msg.NewCmd("x"), "b")); err != nil {
			t.Fatal(err)
		}
		if err := <-over; err == nil {
			t.Error("the restart had no error")
		}
		synctest.Wait()
		if open := app.Snapshot().Paths; len(open) != 0 {
			t.Errorf("open: %v", open)
		}
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

// settling takes changed properties and writes its own.
type settling struct{ engine.DefaultExtension }

func (settling) OnPropertyChanged(context.Context, engine.Env, string) error { return nil }

func (settling) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	_ = env.SetProperty(ctx, "value", 7)
	_ = env.SetProperty(ctx, "own.token", "abc")
	_ = env.ReturnResult(ctx, msg.NewResult(msg.OK, cmd))
}

func TestReadsAreCountedForEachInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := engine.NewApp(engine.Options{}, func(addon string) (engine.Addon, error) {
			return engine.Addon{Name: addon, New: func(string) engine.Extension { return rereading{} }}, nil
		})
		defer app.Close()
		e, err := app.StartGraph(context.Background(), withValue(&graph.Graph{Name: "test", Nodes: []graph.Node{{Name: "a", Addon: "a"}}}, "a", 1))
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		for range 2 {
			synctest.Wait()
			want := map[string]int64{"value": 2, "none.there": 1}
			if got := app.PropertyReads("test", "a"); !maps.Equal(got, want) {
				t.Errorf("read %v, want %v", got, want)
			}
			if err := app.Restart(context.Background(), "test", "a"); err != nil {
				t.Fatal(err)
			}
		}
		if got := app.PropertyReads("test", "nobody"); got != nil {
			t.Errorf("nobody has read %v", got)
		}
	})
}

func TestAPropertySetByHandLastsUntilTheFileChangesIt(t *testing.T) {
	for _, ext := range []engine.Extension{settling{}, engine.DefaultExtension{}} { // the second is restarted for it
		synctest.Test(t, func(t *testing.T) {
			app := engine.NewApp(engine.Options{}, func(addon string) (engine.Addon, error) {
				return engine.Addon{Name: addon, New: func(string) engine.Extension { return ext }}, nil
			})
			defer app.Close()
			one := func(text string) *graph.Graph {
				v, err := msg.ParseJSON([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				return &graph.Graph{Name: "test", Nodes: []graph.Node{{Name: "a", Addon: "a", Property: v}}}
			}
			ctx := context.Background()
			g := one(`{"deep":{"x":1,"y":2},"other":1}`)
			if _, err := app.StartGraph(ctx, g); err != nil {
				t.Fatal(err)
			}
			expect := func(want string, edited ...string) {
				t.Helper()
				synctest.Wait()
				time.Sleep(time.Minute) // restarts take their time
				json, _ := app.Properties("test", "a")
				if got := app.EditedProperties("test", "a"); string(json) != want || !slices.Equal(got, edited) {
					t.Errorf("%s, set by hand %v; want %s, %v", json, got, want, edited)
				}
			}
			edit := func(path string, v int64) {
				t.Helper()
				if err := app.EditProperty(ctx, "test", "a", path, msg.Int(v)); err != nil {
					t.Error(err)
				}
			}
			expect(`{"deep":{"x":1,"y":2},"other":1}`)
			edit("deep.x", 8)
			edit("deep.x", 9)
			for _, e := range events(app, trace.Config) {
				if e.Detail != "applied by hand: changed a (deep.x)" || e.Graph.String() != "test" {
					t.Errorf("the trace says %q", e.Detail)
				}
			}
			if n := len(events(app, trace.Config)); n != 2 {
				t.Errorf("the trace has %d changes by hand", n)
			}
			expect(`{"deep":{"x":9,"y":2},"other":1}`, "deep.x")
			if got := string(msg.AppendJSON(nil, g.Nodes[0].Property)); got != `{"deep":{"x":1,"y":2},"other":1}` {
				t.Errorf("the file's layer has become %s", got)
			}
			if err := app.Restart(ctx, "test", "a"); err != nil {
				t.Fatal(err)
			}
			if _, err := app.Apply(ctx, one(`{"deep":{"x":1,"y":2},"other":5}`)); err != nil {
				t.Fatal(err)
			}
			expect(`{"deep":{"x":9,"y":2},"other":5}`, "deep.x")
			if err := app.RevertProperty(ctx, "test", "a", "deep.x"); err != nil {
				t.Error(err)
			}
			expect(`{"deep":{"x":1,"y":2},"other":5}`)
			edit("deep.x", 9)
			edit("other", 6)
			if _, err := app.Apply(ctx, one(`{"deep":{"x":3,"y":2},"other":5}`)); err != nil {
				t.Fatal(err)
			}
			expect(`{"deep":{"x":3,"y":2},"other":6}`, "other")
			for _, path := range []string{"", "none", "deep.z"} {
				if app.EditProperty(ctx, "test", "a", path, msg.Int(1)) == nil || app.RevertProperty(ctx, "test", "a", path) == nil {
					t.Errorf("%q is no property", path)
				}
			}
			if app.EditProperty(ctx, "test", "nobody", "x", msg.Int(1)) == nil || app.EditProperty(ctx, "none", "a", "x", msg.Int(1)) == nil {
				t.Error("nobody has properties")
			}
		})
	}
}

// rereading reads its properties on its way to the start.
type rereading struct{ engine.DefaultExtension }

func (rereading) OnInit(ctx context.Context, env engine.Env) error {
	for _, path := range []string{"value", "extension:value", "none.there", "app:value"} {
		_, _ = env.Property(ctx, path)
	}
	return nil
}

func TestPropertiesAreThoseOfNowAndSayWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := engine.NewApp(engine.Options{Secrets: []string{"*token*"}}, func(addon string) (engine.Addon, error) {
			return engine.Addon{Name: addon, New: func(string) engine.Extension { return settling{} }}, nil
		})
		defer app.Close()
		one := func(value int64) *graph.Graph {
			return withValue(&graph.Graph{Name: "test", Nodes: []graph.Node{{Name: "a", Addon: "a"}}}, "a", value)
		}
		e, err := app.StartGraph(context.Background(), one(1))
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		expect := func(want string, wrote ...string) {
			t.Helper()
			synctest.Wait()
			json, written := app.Properties("test", "a")
			if string(json) != want || len(written) != len(wrote) {
				t.Errorf("%s, written %v; want %s, %v", json, written, want, wrote)
			}
			for _, path := range wrote {
				if _, ok := written[path]; !ok {
					t.Errorf("%s was not written: %v", path, written)
				}
			}
		}
		expect(`{"value":1}`)
		inject(t, app, msg.NewCmd("write"), "a")
		expect(`{"value":7,"own":{"token":"********"}}`, "value", "own.token")
		if _, err := app.Apply(context.Background(), one(2)); err != nil {
			t.Fatal(err)
		}
		expect(`{"value":2,"own":{"token":"********"}}`, "own.token")
		none := &graph.Graph{Name: "test", Nodes: []graph.Node{{Name: "a", Addon: "a"}}}
		if _, err := app.Apply(context.Background(), none); err != nil {
			t.Fatal(err)
		}
		expect(`{"own":{"token":"********"}}`, "own.token")
		if err := app.Restart(context.Background(), "test", "a"); err != nil {
			t.Fatal(err)
		}
		expect(`{}`)
		if json, _ := app.Properties("test", "nobody"); json != nil {
			t.Errorf("nobody has %s", json)
		}
	})
}

// What cannot be restarted is said once, and never by an id.
func TestWhatCannotBeRestartedIsSaidInWords(t *testing.T) {
	app, e := start(t, scripts{"a": {}}, engine.Options{})
	for _, c := range []struct{ graph, extension, want string }{
		{"test", "b", `restart b: graph "test" has no such extension`},
		{"other", "a", `restart a: no graph "other" is running`},
		{msg.NewUUID(), "a", `restart a: its graph is not running`},
	} {
		if err := app.Restart(context.Background(), c.graph, c.extension); err == nil || err.Error() != c.want {
			t.Errorf("restart %s of %s: %v, want %s", c.extension, c.graph, err, c.want)
		}
	}
	if err := app.Restart(context.Background(), e.ID(), "a"); err != nil {
		t.Errorf("a graph that runs, by its id: %v", err)
	}
}
