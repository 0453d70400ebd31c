package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// script is an extension whose callbacks a test writes.
type script struct {
	engine.DefaultExtension
	configure, init, start, stop, deinit func(ctx context.Context, env engine.Env) error
	cmd                                  func(ctx context.Context, env engine.Env, cmd *msg.Cmd)
	data                                 func(ctx context.Context, env engine.Env, d *msg.Data)
}

func call(fn func(context.Context, engine.Env) error, ctx context.Context, env engine.Env) error {
	if fn == nil {
		return nil
	}
	return fn(ctx, env)
}

func (s *script) OnConfigure(ctx context.Context, env engine.Env) error {
	return call(s.configure, ctx, env)
}
func (s *script) OnInit(ctx context.Context, env engine.Env) error   { return call(s.init, ctx, env) }
func (s *script) OnStart(ctx context.Context, env engine.Env) error  { return call(s.start, ctx, env) }
func (s *script) OnStop(ctx context.Context, env engine.Env) error   { return call(s.stop, ctx, env) }
func (s *script) OnDeinit(ctx context.Context, env engine.Env) error { return call(s.deinit, ctx, env) }

func (s *script) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	if s.cmd != nil {
		s.cmd(ctx, env, cmd)
	}
}

func (s *script) OnData(ctx context.Context, env engine.Env, d *msg.Data) {
	if s.data != nil {
		s.data(ctx, env, d)
	}
}

// answer returns an OK result with the properties of cmd.
func answer(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	_ = env.ReturnResult(ctx, msg.NewResult(msg.OK, cmd))
}

// scripts resolves each node's addon to the script of that name.
type scripts map[string]*script

func (s scripts) resolve(addon string) (engine.Addon, error) {
	ext, ok := s[addon]
	if !ok {
		return engine.Addon{}, fmt.Errorf("no addon %q", addon)
	}
	return engine.Addon{Name: addon, New: func(string) engine.Extension { return ext }}, nil
}

// edges make a graph: "a -cmd:hello-> b".
func wire(kind msg.Kind, from, name string, to ...string) graph.Connection {
	f := graph.Flow{Kind: kind, Name: name}
	for _, t := range to {
		f.Dests = append(f.Dests, graph.Dest{Extension: t})
	}
	return graph.Connection{From: from, Flows: []graph.Flow{f}}
}

func (s scripts) graph(connections ...graph.Connection) *graph.Graph {
	g := &graph.Graph{Name: "test", Connections: connections}
	for _, name := range []string{"a", "b", "c", "d"} {
		if _, ok := s[name]; ok {
			g.Nodes = append(g.Nodes, graph.Node{Name: name, Addon: name})
		}
	}
	return g
}

// start runs a graph of scripts until the test ends.
func start(t testing.TB, s scripts, opt engine.Options, connections ...graph.Connection) (*engine.App, *engine.Engine) {
	t.Helper()
	app := engine.NewApp(opt, s.resolve)
	e, err := app.StartGraph(context.Background(), s.graph(connections...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Close)
	select {
	case <-e.Started():
	case <-time.After(time.Minute):
		t.Fatal("the graph did not start")
	}
	return app, e
}

func TestACommandComesBackWithItsResult(t *testing.T) {
	got := make(chan string, 1)
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			cmd := msg.NewCmd("hello")
			_ = cmd.Set("name", "Ada")
			res, err := env.SendCmd(ctx, cmd)
			if err != nil {
				got <- err.Error()
				return nil
			}
			v, _ := res.Get("text")
			s, _ := v.Str()
			got <- s
			return nil
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			v, _ := cmd.Get("name")
			s, _ := v.Str()
			res := msg.NewResult(msg.OK, cmd)
			_ = res.Set("text", "Hello, "+s+"!")
			_ = env.ReturnResult(ctx, res)
		}},
	}, engine.Options{}, wire(msg.KindCmd, "a", "hello", "b"))
	if text := <-got; text != "Hello, Ada!" {
		t.Fatalf("got %q", text)
	}
}
