package bench

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// slowDemo opens the demo with a screen, in a folder with these files; its Python has not answered yet.
func slowDemo(t *testing.T, notes *notebook, inFolder map[string]string) (*Bench, *fakePython) {
	t.Helper()
	t.Chdir(files(t, inFolder))
	opt := Options{Demo: []byte(demoWithExample), Addons: parrots, Screen: true, Note: notes.note}
	p := lend(&opt)
	p.think = make(chan struct{})
	b, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if err := b.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := nodesOf(b); got != "polly" {
		t.Fatalf("%s run before Python has answered", got)
	}
	return b, p
}

// nodesOf are the nodes of the graph.
func nodesOf(b *Bench) string {
	var names []string
	for _, n := range b.app.Graphs()[0].Nodes {
		names = append(names, n.Name)
	}
	return strings.Join(names, " ")
}

func TestTheDemoDoesNotWaitForASlowPython(t *testing.T) {
	b, p := slowDemo(t, &notebook{}, nil)
	b.Watch(nil)
	close(p.think)
	until(t, "snake joins", func() bool { return nodesOf(b) == "polly snake" })
	if c := b.app.Graphs()[0].Connections; len(c) != len(b.config.Graphs[0].Connections) {
		t.Errorf("%d connections", len(c))
	}
}

func TestASlowPythonThatWillNotDoIsLeftOut(t *testing.T) {
	notes := &notebook{}
	b, p := slowDemo(t, notes, nil)
	p.missing = errors.New("python 3.8 found")
	b.Watch(nil)
	close(p.think)
	until(t, "it is said", func() bool {
		return strings.Contains(notes.String(), "snake is left out of the demo: python 3.8 found")
	})
	b.joining.Wait()
	if got := nodesOf(b); got != "polly" {
		t.Errorf("%s run", got)
	}
}

func TestCloseDoesNotWaitForASlowPython(t *testing.T) {
	b, p := slowDemo(t, &notebook{}, nil)
	b.Watch(nil)
	b.Close()
	close(p.think)
}

func TestWhatWasSavedBeforeASlowPythonAnsweredIsKept(t *testing.T) {
	b, p := slowDemo(t, &notebook{}, map[string]string{"config.toml": demoWithExample})
	reloads := make(chan Reload, 10)
	b.Watch(func(r Reload) { reloads <- r })
	save(t, "config.toml", strings.Replace(demoWithExample, "cracker", "biscuit", 1))
	b.Apply()
	if r := <-reloads; len(r.Problems) > 0 {
		t.Fatal(r.Problems)
	}
	close(p.think)
	b.joining.Wait()
	if got := nodesOf(b); got != "polly snake" {
		t.Errorf("%s run", got)
	}
	word, err := b.app.Graphs()[0].Node("polly").Property.Object().Get("word")
	if text, _ := word.Str(); err != nil || text != "biscuit" {
		t.Errorf("polly says %q (%v)", text, err)
	}
}
