package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tenbench/engine/diagnose"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// What the screens ask of the graph, its names and routes, comes back from a recording.
func TestGraphsComeBackFromARecording(t *testing.T) {
	was := []*graph.Graph{{Name: "voice",
		Nodes: []graph.Node{{Name: "asker", Addon: "ticker"}, {Name: "teller", Addon: "greeter", Group: "near"}},
		Connections: []graph.Connection{{From: "asker", Flows: []graph.Flow{
			{Kind: msg.KindCmd, Name: "hello", Dests: []graph.Dest{{Extension: "teller"}}}}}}}}
	if got := graphsOf(graphsJSON(was)); !reflect.DeepEqual(got, was) {
		t.Errorf("got %+v", got)
	}
	for _, other := range []string{"", "{}", "[3]", `[{"nodes":1}]`} {
		if got := graphsOf([]byte(other)); len(got) != 0 {
			t.Errorf("%q: %+v", other, got)
		}
	}
}

func TestFindRun(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_STATE_HOME", dir)
	exports := filepath.Join(dir, "tenbench", "exports")
	if err := os.MkdirAll(exports, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(exports, "broken.jsonl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	newest := filepath.Join(dir, "20260103-000000.000-b.jsonl.zst")
	for _, name := range []string{"20260101-000000.000-a.jsonl.zst", "20260102-000000.000-b.jsonl.zst", filepath.Base(newest)} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct{ name, want string }{
		{"", newest},
		{"2026", newest},
		{"20260101", filepath.Join(dir, "20260101-000000.000-a.jsonl.zst")},
		{filepath.Join(dir, "20260102-000000.000-b.jsonl.zst"), filepath.Join(dir, "20260102-000000.000-b.jsonl.zst")},
		{"broken", filepath.Join(exports, "broken.jsonl")},
		{"1999", ""},
		{"none/2026", ""},
	}
	for _, c := range cases {
		if got, err := findRun(dir, c.name); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: %q, %v", c.name, got, err)
		}
	}
}

func TestSourcesFindTheWayOut(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "deep", "lossy")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	source := "package lossy\n\nfunc OnCmd(env Env, cmd *Cmd) {\n\tif bad {\n\t\treturn\n\t}\n\tenv.ReturnResult(cmd)\n}\n"
	if err := os.WriteFile(filepath.Join(folder, "lossy.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Sources{Roots: []string{root}}
	for place, want := range map[string]string{
		"lossy/lossy.go:3": "lossy/lossy.go:5",
		"lossy/lossy.go:1": "", // no function there
		"lossy/lossy.go:x": "",
		"lossy/lossy.rs:3": "",
		"other/other.go:3": "",
		"lossy":            "",
	} {
		if got := s.Ways(diagnose.Handler{Place: place}).Exit; got != want {
			t.Errorf("%s: %q, want %q", place, got, want)
		}
	}
	for place, want := range map[string]string{
		"lossy/lossy.go:5": "4 \tif bad {|\t\treturn|\t}",
		"lossy/lossy.go:1": "1 package lossy|",
		"lossy/lossy.go:8": "7 \tenv.ReturnResult(cmd)|}",
		"lossy/lossy.go:9": "0 ",
		"other/other.go:3": "0 ",
		"lossy":            "0 ",
	} {
		first, lines := s.Around(place, 1)
		if got := fmt.Sprintf("%d %s", first, strings.Join(lines, "|")); got != want {
			t.Errorf("around %s: %q, want %q", place, got, want)
		}
	}
}
