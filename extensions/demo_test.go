package extensions_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions"
)

// demo is the graph of the shipped config.toml, without what is not in Go: so it is where there is no Python.
func demo(t *testing.T) *graph.Graph {
	t.Helper()
	g, _ := shipped(t)
	for _, n := range slices.Clone(g.Nodes) {
		if !slices.ContainsFunc(extensions.Builtin(), func(a engine.Addon) bool { return a.Name == n.Addon }) {
			g = g.Without(n.Name)
		}
	}
	return g
}

// shipped reads the shipped config.toml: its graph, and the lines of its injections by name.
func shipped(t *testing.T) (*graph.Graph, map[string]string) {
	t.Helper()
	report := &graph.Report{}
	loader := &graph.Loader{Report: report}
	file := graph.Read(loader.Read("../config.toml"), "the config", report)
	table := graph.Read(file.Get("graph"), "a graph", report)
	g := loader.Table(table, table.Text("name"), graph.Short, "..")
	table.Done()
	lines := map[string]string{}
	for _, t := range file.List("inject") {
		f := graph.Read(t, "an injection", report)
		lines[f.Text("name")] = f.Text("send")
	}
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	return g, lines
}

func startDemo(t *testing.T) *enginetest.Bench {
	t.Helper()
	return enginetest.StartGraph(t, engine.Options{}, extensions.Builtin(), demo(t))
}

func TestBuiltinsAreListedByName(t *testing.T) {
	var names []string
	for _, a := range extensions.Builtin() {
		names = append(names, a.Name)
		if a.Doc == "" || strings.Contains(a.Doc, "\n") {
			t.Errorf("%s: the doc is not one line: %q", a.Name, a.Doc)
		}
		if a.New("x") == nil {
			t.Errorf("%s makes no instance", a.Name)
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("not in order, or twice: %v", names)
	}
}

func TestTheDemoHasOneNodeForEachBuiltin(t *testing.T) {
	text, err := os.ReadFile("../config.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range extensions.Builtin() {
		table := fmt.Sprintf("[[graph.nodes]]\nname = %q\naddon = %[1]q\n", a.Name)
		if n := strings.Count(string(text), table); n != 1 {
			t.Errorf("config.toml has this %d times, want once:\n%s", n, table)
		}
	}
}

func TestSomethingOfEachKindHappensWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startDemo(t)
		for _, filter := range []string{
			"kind = delivered and name = tick and ext = worker",
			"kind = delivered and name = tick and from = echo and ext = ticker",
			"kind = delivered and type = audio_frame and ext = meter",
			"kind = result and name = hello and from = greeter and to = relay and status = ok",
			"kind = result and name = hello and from = relay and to = ticker and prop.text = 'Hello, Ada!'",
			"kind = delivered and name = weather and ext = forgetful",
			"kind = log and ext = meter",
		} {
			if e := b.Expect(t, filter); time.Duration(e.Mono) > 1100*time.Millisecond {
				t.Errorf("%s came only after %v", filter, time.Duration(e.Mono))
			}
		}
	})
}

func TestOnlyForgetfulIsAProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startDemo(t)
		first := b.Expect(t, "kind = lint and rule = unanswered")
		if at := time.Duration(first.Mono); at > 2*time.Second {
			t.Errorf("the first unanswered command is named only after %v", at)
		}
		time.Sleep(20*time.Second + 250*time.Millisecond - time.Duration(first.Mono)) // between two ticks, when nothing is under way
		b.App.Close()
		for _, e := range b.All(t, "kind = lint") {
			if e.To != trace.Intern("forgetful") {
				t.Errorf("a problem that is not forgetful's: %s", e.Detail)
			}
		}
		b.ExpectNone(t, "kind = result and status = error and not by = stop")
		b.ExpectNone(t, "kind = log and level = error")
	})
}

func TestTheInjectionsAreAnswered(t *testing.T) {
	_, lines := shipped(t)
	if len(lines) < 3 {
		t.Fatalf("config.toml has %d injections", len(lines))
	}
	synctest.Test(t, func(t *testing.T) {
		b := startDemo(t)
		for name, line := range lines {
			if strings.HasSuffix(line, "to python") {
				continue // it is not here
			}
			id := b.Inject(t, line)
			if strings.HasSuffix(line, "to forgetful") {
				b.Expect(t, fmt.Sprintf("kind = lint and rule = unanswered and id = %d", id))
				continue
			}
			if a := b.Answer(t, id); !a.OK() {
				t.Errorf("%s was answered with %s %s", name, a.Status, a.Property)
			}
		}
	})
}

func TestAnotherGreetingShowsInTheNextAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startDemo(t)
		b.Expect(t, "kind = result and name = hello and to = ticker")
		g := demo(t)
		for i := range g.Nodes {
			if g.Nodes[i].Name == "greeter" {
				var o msg.Object
				o.Put("greeting", msg.String("Ahoy"))
				g.Nodes[i].Property = msg.Obj(&o)
			}
		}
		changed := time.Duration(b.App.Log().Now())
		if _, err := b.App.Apply(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		e := b.Expect(t, "kind = result and from = relay and to = ticker and prop.text ~ Ahoy")
		if after := time.Duration(e.Mono) - changed; after > 1200*time.Millisecond {
			t.Errorf("the new greeting showed only after %v", after)
		}
		b.ExpectNone(t, "kind = transition and state = stop")
	})
}
