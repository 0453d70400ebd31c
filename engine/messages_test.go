package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// parsed starts a graph written as TEN's JSON.
func parsed(t *testing.T, s scripts, opt engine.Options, text string) *engine.App {
	t.Helper()
	g, err := graph.Parse("graph.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	app := engine.NewApp(opt, s.resolve)
	t.Cleanup(app.Close)
	e, err := app.StartGraph(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	<-e.Started()
	return app
}

func TestAConversionRenamesAndRewritesForItsReceiver(t *testing.T) {
	app := parsed(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			out := msg.NewCmd("ask")
			_ = out.Set("town", "Berlin")
			res, err := env.SendCmd(ctx, out)
			if err != nil {
				t.Error(err)
				return
			}
			_ = env.ReturnResult(ctx, res.For(cmd))
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			res := msg.NewResult(msg.OK, cmd)
			v, _ := cmd.Get("")
			_ = res.Set("saw", cmd.Name()+" "+string(msg.AppendJSON(nil, v)))
			_ = env.ReturnResult(ctx, res)
		}},
	}, engine.Options{}, `{
		"nodes": [{"type":"extension","name":"a","addon":"a"},{"type":"extension","name":"b","addon":"b"}],
		"connections": [{"extension":"a","cmd":[{"name":"ask","dest":[{"extension":"b","msg_conversion":{"type":"per_property","rules":[
			{"path":"ten.name","conversion_mode":"fixed_value","value":"weather"},
			{"path":"city","conversion_mode":"from_original","original_path":"town"}],
			"result":{"type":"per_property","rules":[{"path":"note","conversion_mode":"fixed_value","value":"converted"}]}}}]}]}]}`)
	res := inject(t, app, msg.NewCmd("go"), "a")
	if got, want := string(res.Property), `{"saw":"weather {\"city\":\"Berlin\"}","note":"converted"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWritersOfASharedBodyDoNotSeeEachOther(t *testing.T) {
	got := make(chan string, 2)
	receive := func(ctx context.Context, env engine.Env, d *msg.Data) {
		_ = d.Set("who.name", env.Name())
		v, _ := d.Get("")
		got <- string(msg.AppendJSON(nil, v)) + string(d.Buffer())
	}
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			d := msg.NewData("x", []byte("!"))
			_ = d.Set("who.name", "nobody")
			if err := env.Send(ctx, d); err != nil {
				return err
			}
			if err := d.Set("late", 1); !errors.Is(err, msg.ErrConsumed) {
				t.Errorf("a sent message can still be written: %v", err)
			}
			return nil
		}},
		"b": {data: receive}, "c": {data: receive},
	}, engine.Options{}, wire(msg.KindData, "a", "x", "b", "c"))
	seen := map[string]bool{<-got: true, <-got: true}
	for _, name := range []string{"b", "c"} {
		if want := `{"who":{"name":"` + name + `"}}!`; !seen[want] {
			t.Errorf("%s did not see %s; all: %v", name, want, seen)
		}
	}
}

func TestAReceivedMessageKnowsItsSourceAndForgetsItsDestinations(t *testing.T) {
	got := make(chan msg.Loc, 1)
	_, e := start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			d := msg.NewData("x", nil)
			d.SetDests(msg.Loc{Extension: "b"})
			return env.Send(ctx, d)
		}},
		"b": {data: func(_ context.Context, _ engine.Env, d *msg.Data) {
			if len(d.Dests()) != 0 {
				t.Errorf("destinations %v", d.Dests())
			}
			got <- d.Source()
		}},
	}, engine.Options{})
	if loc := <-got; loc != (msg.Loc{Graph: e.ID(), Extension: "a"}) {
		t.Errorf("source %+v", loc)
	}
}

func TestAnInjectedMessageSeemsAnExtensionsButIsAnsweredToTheBench(t *testing.T) {
	got := make(chan msg.Loc, 1)
	stray := make(chan string, 1)
	app, e := start(t, scripts{
		"a": {cmd: func(_ context.Context, _ engine.Env, cmd *msg.Cmd) { stray <- cmd.Name() }},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			got <- cmd.Source()
			_ = env.ReturnResult(ctx, msg.NewResult(msg.OK, cmd))
		}},
	}, engine.Options{})
	for as, want := range map[string]string{"a": "a", "": msg.BenchName, msg.BenchName: msg.BenchName} {
		cmd := msg.NewCmd("hello")
		msg.SendAs(cmd, as)
		res := inject(t, app, cmd, "b")
		if loc := <-got; loc != (msg.Loc{Graph: e.ID(), Extension: want}) {
			t.Errorf("as %q the receiver reads the source %+v", as, loc)
		}
		if res.Status != msg.OK || res.To.String() != msg.BenchName {
			t.Errorf("as %q the answer is %v to %s", as, res.Status, res.To)
		}
	}
	cmd := msg.NewCmd("hello")
	msg.SendAs(cmd, "rellay")
	cmd.SetDests(msg.Loc{Extension: "b"})
	if _, err := app.Inject(t.Context(), cmd); err == nil || !strings.Contains(err.Error(), `no extension "rellay" to send as`) {
		t.Errorf("as an extension that is not there: %v", err)
	}
	select {
	case name := <-stray:
		t.Errorf("a, which sent nothing, received %s", name)
	default:
	}
}

func TestPropertiesAreLayered(t *testing.T) {
	t.Setenv("TB_TOKEN", "s3cret-token")
	got := make(chan string, 1)
	app := parsed(t, scripts{"a": {
		configure: func(ctx context.Context, env engine.Env) error {
			return env.InitProperty(ctx, []byte(`{"a":{"x":1,"y":2},"list":[1,2]}`))
		},
		init: func(ctx context.Context, env engine.Env) error {
			if err := env.InitProperty(ctx, []byte(`{}`)); err == nil {
				t.Error("init property is allowed after on_configure")
			}
			var out []string
			for _, path := range []string{"a", "list", "token", "fallback", "app:name"} {
				v, err := env.Property(ctx, path)
				if err != nil {
					t.Error(err)
				}
				out = append(out, string(msg.AppendJSON(nil, v)))
			}
			if _, err := env.Property(ctx, "nothing"); !errors.Is(err, msg.ErrNotFound) {
				t.Errorf("err %v", err)
			}
			if err := env.SetProperty(ctx, "app:name", "x"); err == nil {
				t.Error("the app's property can be written")
			}
			if err := env.SetProperty(ctx, "", "x"); err == nil {
				t.Error("the empty path can be written")
			}
			got <- strings.Join(out, " ")
			env.Log().InfoContext(ctx, "calling with s3cret-token", "header", "Bearer s3cret-token")
			return env.SetProperty(ctx, "token", "s3cret-token")
		},
	}}, engine.Options{Property: mustJSON(t, `{"name":"bench"}`)}, `{"nodes":[{"type":"extension","name":"a","addon":"a","property":
		{"a":{"y":3},"list":[9],"token":"${env:TB_TOKEN}","fallback":"${env:TB_UNSET|none}"}}]}`)
	if g, want := <-got, `{"x":1,"y":3} [9] "s3cret-token" "none" "bench"`; g != want {
		t.Errorf("got %s, want %s", g, want)
	}
	for _, e := range events(app, trace.PropertySet, trace.LogLine) {
		if strings.Contains(string(e.Property)+e.Detail, "s3cret") {
			t.Errorf("a secret is in the trace: %s %s", e.Detail, e.Property)
		}
	}
}

func mustJSON(t *testing.T, text string) msg.Value {
	t.Helper()
	v, err := msg.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnUnsetVariableFailsItsNodeAlone(t *testing.T) {
	app := parsed(t, scripts{"a": {}, "b": {cmd: answer}}, engine.Options{}, `{"nodes":[
		{"type":"extension","name":"a","addon":"a","property":{"key":"${env:TB_SURELY_UNSET}"}},{"type":"extension","name":"b","addon":"b"}]}`)
	for _, n := range app.Snapshot().Nodes {
		switch {
		case n.Extension == "a" && (n.State != "failed" || !strings.Contains(n.Error, "TB_SURELY_UNSET")):
			t.Errorf("a: %+v", n)
		case n.Extension == "b" && n.State != "running":
			t.Errorf("b: %+v", n)
		}
	}
}

func TestASentOnCommandCanStillBeAnswered(t *testing.T) {
	app, _ := start(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			res, err := env.SendCmd(ctx, cmd)
			if err != nil {
				t.Error(err)
				return
			}
			_ = env.ReturnResult(ctx, res.For(cmd))
		}},
		"b": {cmd: answer},
	}, engine.Options{}, wire(msg.KindCmd, "a", "go", "b"))
	if res := inject(t, app, msg.NewCmd("go"), "a"); res.Status != msg.OK {
		t.Errorf("status %v", res.Status)
	}
}

func TestASecondAnswerIsReportedAndChangesNothing(t *testing.T) {
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		answer(ctx, env, cmd)
		if err := env.ReturnResult(ctx, msg.NewErrorResult(cmd, "again")); err != nil {
			t.Error(err)
		}
	}}}, engine.Options{})
	if res := inject(t, app, msg.NewCmd("go"), "a"); res.Status != msg.OK {
		t.Errorf("status %v", res.Status)
	}
	inject(t, app, msg.NewCmd("go"), "a")
	if got := len(events(app, trace.Result)); got != 2 {
		t.Errorf("%d results", got)
	}
	for _, e := range events(app, trace.Lint) {
		if e.Rule.String() != "answered-twice" || !strings.Contains(e.Where(), "messages_test.go") {
			t.Errorf("lint %s at %s", e.Rule, e.Where())
		}
	}
}

func TestAMisspeltPropertyIsNamedWithWhatWasAskedFor(t *testing.T) {
	app := parsed(t, scripts{"a": {init: func(ctx context.Context, env engine.Env) error {
		_, _ = env.Property(ctx, "greeting")
		_, _ = env.Property(ctx, "colour.red")
		return nil
	}}}, engine.Options{}, `{"nodes":[{"type":"extension","name":"a","addon":"a","property":{"greting":"Servus","other":1,"colour":{"red":1}}}]}`)
	got := events(app, trace.Lint)
	if len(got) != 1 || got[0].Rule.String() != "property-misspelt" || got[0].Name.String() != "greting" || !strings.Contains(got[0].Detail, `"greeting"`) {
		t.Errorf("lints %v", got)
	}
}

func TestWhatAnAppSendsComesFromNoExtension(t *testing.T) {
	from := make(chan msg.Loc, 1)
	app, e := start(t, scripts{"a": {data: func(_ context.Context, _ engine.Env, d *msg.Data) { from <- d.Source() }}}, engine.Options{URI: "msgpack://here:1/"})
	d := msg.NewData("d", nil)
	d.SetDests(msg.Loc{Graph: e.ID(), Extension: "a"})
	if _, err := app.Send(d, engine.SendOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := <-from; got != (msg.Loc{App: "msgpack://here:1/"}) {
		t.Errorf("it comes from %v", got)
	}
}
