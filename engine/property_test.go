package engine_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

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
