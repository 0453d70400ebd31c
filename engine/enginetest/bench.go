package enginetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Bench is a graph that runs in a real engine, and a Watcher of its log. When the test ends it is stopped, and the test fails
// if a goroutine is left.
type Bench struct {
	*Watcher
	App    *engine.App
	Engine *engine.Engine
}

// Start runs a graph written in TOML, with tables [[nodes]] and [[connections]] as config.toml has them, and returns when all
// its nodes run or have failed.
func Start(t testing.TB, opt engine.Options, addons []engine.Addon, toml string) *Bench {
	t.Helper()
	return StartGraph(t, opt, addons, ParseGraph(t, toml))
}

// StartGraph is Start for a graph made in Go.
func StartGraph(t testing.TB, opt engine.Options, addons []engine.Addon, g *graph.Graph) *Bench {
	t.Helper()
	b := Launch(t, opt, addons, g)
	b.Started(t)
	return b
}

// Launch is StartGraph without waiting: the nodes are still on their way.
func Launch(t testing.TB, opt engine.Options, addons []engine.Addon, g *graph.Graph) *Bench {
	t.Helper()
	here := goleak.IgnoreCurrent()
	app := engine.NewApp(opt, Resolve(addons...))
	t.Cleanup(func() {
		app.Close()
		if err := noneLeft(here); err != nil {
			t.Errorf("something still runs after the app was closed: %v", err)
		}
	})
	e, err := app.StartGraph(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	return &Bench{Watcher: Watch(app.Log()), App: app, Engine: e}
}

// endWithin is the time that goroutines have to end after the app was closed.
const endWithin = 10 * time.Second

// noneLeft reports goroutines that were not here before and do not end.
func noneLeft(here goleak.Option) error {
	for deadline := time.Now().Add(endWithin); ; {
		err := goleak.Find(here)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// Resolve finds addons by name.
func Resolve(addons ...engine.Addon) engine.Resolver {
	return func(name string) (engine.Addon, error) {
		var names []string
		for _, a := range addons {
			if a.Name == name {
				return a, nil
			}
			names = append(names, a.Name)
		}
		return engine.Addon{}, fmt.Errorf("no addon %q; the test has %s", name, strings.Join(names, ", "))
	}
}

// ParseGraph reads a graph as Start does.
func ParseGraph(t testing.TB, toml string) *graph.Graph {
	t.Helper()
	g, err := graph.Parse("test.toml", []byte(toml))
	if err != nil {
		t.Fatal(err)
	}
	if g.Name == "" {
		g.Name = "test"
	}
	return g
}

// Started waits until all nodes run or have failed.
func (b *Bench) Started(t testing.TB) {
	t.Helper()
	late := time.NewTimer(b.patience())
	defer late.Stop()
	select {
	case <-b.Engine.Started():
	case <-late.C:
		b.All(t, "kind = transition")
		t.Fatalf("the graph did not start within %v; the latest events:\n%s", b.patience(), b.latest())
	}
}

// Inject sends a message as `tenbench run --send` does, such as `cmd hello {"name":"Ada"} to greeter`, and returns its id.
func (b *Bench) Inject(t testing.TB, line string) uint64 {
	t.Helper()
	m, err := msg.ParseSend(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if err := msg.Fill(m, 1); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return b.InjectMessage(t, m)
}

// InjectMessage sends a message made in Go, for what a line cannot say: buffers and the fields of frames.
func (b *Bench) InjectMessage(t testing.TB, m msg.Message) uint64 {
	t.Helper()
	id, err := b.App.Inject(t.Context(), m)
	if err != nil {
		t.Fatalf("inject %s: %v", m.Name(), err)
	}
	return id
}

// Answer is the final result of a command.
type Answer struct {
	trace.Event
	Properties *msg.Object
}

// Get returns the property at a path as text, "" if there is none.
func (a Answer) Get(path string) string {
	v, err := a.Properties.Get(path)
	if err != nil {
		return ""
	}
	if s, err := v.Str(); err == nil {
		return s
	}
	return string(msg.AppendJSON(nil, v))
}

// OK reports whether the command was answered without an error.
func (a Answer) OK() bool { return a.Status == msg.OK }

// Answer waits for the final result of the command with that id.
func (b *Bench) Answer(t testing.TB, id uint64) Answer {
	t.Helper()
	return b.answer(t, b.Expect(t, fmt.Sprintf("kind = result and id = %d and final = true", id)))
}

// Ask injects a command and waits for its answer.
func (b *Bench) Ask(t testing.TB, line string) Answer {
	t.Helper()
	return b.Answer(t, b.Inject(t, line))
}

func (b *Bench) answer(t testing.TB, e trace.Event) Answer {
	t.Helper()
	v, err := msg.ParseJSON(e.Property)
	if err != nil || v.Object() == nil {
		t.Fatalf("the result of command %d has the properties %q: %v", e.ID, e.Property, err)
	}
	return Answer{Event: e, Properties: v.Object()}
}
