package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnInjectIsAppended(t *testing.T) {
	const first = "# mine\n[graph]\nname = \"g\"\n[[graph.nodes]]\nname = \"a\"\naddon = \"a\""
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(first), 0o640); err != nil {
		t.Fatal(err)
	}
	want := []Inject{{Name: "greet", Send: `cmd hello {"name":"Ada"} to a`}, {Name: "it's", Send: `cmd x {"t":"a'b\u007f\n\\"} to a`}, {Name: "名", Send: "data tick to a"}, {Name: "e", Send: "cmd x to a", Expect: `status = OK; it = "it's"`}}
	for _, in := range want {
		if err := AppendInject(file, in); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Inject) != len(want) {
		t.Fatalf("%d injects: %+v", len(c.Inject), c.Inject)
	}
	for i, in := range c.Inject {
		if in.Name != want[i].Name || in.Send != want[i].Send || in.Expect != want[i].Expect {
			t.Errorf("%d: %q %q %q, not %+v", i, in.Name, in.Send, in.Expect, want[i])
		}
	}
	text, _ := os.ReadFile(file)
	if !strings.HasPrefix(string(text), first+"\n") {
		t.Errorf("what was there has changed:\n%s", text)
	}
}

func TestAFileThatCannotTakeAnInjectIsNotChanged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	for _, text := range []string{"inject = [{ name = \"a\", send = \"cmd a to b\" }]\n", "[graph\n"} {
		if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if err := AppendInject(file, Inject{Name: "greet", Send: "cmd hello to a"}); err == nil {
			t.Errorf("%q takes one", text)
		}
		if now, _ := os.ReadFile(file); string(now) != text {
			t.Errorf("it was changed to %q", now)
		}
	}
}
