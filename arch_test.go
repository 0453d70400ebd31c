package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"tenbench/engine/diagnose"
)

// The walls of the house. The check parses every file's imports itself: a test built on `go list` is answered from the test
// cache, and passes when it should fail.

const module = "tenbench"

// arrows says which rooms a room imports. An arrow carries on: a room may also import what its neighbours may. A pattern is
// matched with path.Match; the first that matches is the room's.
var arrows = []struct {
	room    string
	imports []string
}{
	{".", []string{"engine", "engine/bench", "engine/config", "engine/desktop", "engine/doctor", "engine/guard", "engine/record", "engine/diagnose",
		"engine/export", "engine/scenario", "engine/scaffold", "extensions", "extensions/*", "extensions/python/lint", "tui"}},

	{"engine", []string{"engine/graph", "engine/trace"}},
	{"engine/msg", nil},
	{"engine/guard", nil},
	{"engine/scaffold", nil},
	{"engine/doctor", nil},
	{"engine/desktop", []string{"engine/record"}},
	{"engine/near", nil},
	{"engine/graph", []string{"engine/msg", "engine/near"}},
	{"engine/trace", []string{"engine/msg", "engine/near"}},
	{"engine/config", []string{"engine/graph"}},
	{"engine/record", []string{"engine/trace"}},
	{"engine/export", []string{"engine/trace"}},
	{"engine/scenario", []string{"engine/trace"}},
	{"engine/diagnose", []string{"engine/trace", "engine/graph"}},
	{"engine/bench", []string{"engine", "engine/config", "engine/record", "engine/diagnose", "engine/doctor"}},
	{"engine/enginetest", []string{"engine"}},

	{"extensions", []string{"engine", "extensions/*"}},
	{"extensions/wire", []string{"engine/msg"}},
	{"extensions/python", []string{"engine", "extensions/wire"}},
	{"extensions/python/lint", nil},
	{"extensions/property", []string{"engine"}},
	{"extensions/*", []string{"engine", "extensions/property"}},

	{"tui/store", []string{"engine/msg", "engine/graph", "engine/trace", "engine/diagnose", "engine/record"}},
	{"tui/theme", []string{"engine/msg", "engine/trace"}},
	{"tui/screentest", nil},
	{"tui/ui", []string{"tui/theme", "tui/store"}},
	{"tui/*", []string{"tui/ui", "tui/store", "tui/theme", "engine/export"}},
	{"tui", []string{"tui/*", "tui/ui", "tui/store", "tui/theme"}},
}

// lenders are the rooms that any test may import.
var lenders = []string{"engine/enginetest", "tui/screentest", "tui/tuitest"}

// fences keep a foreign package inside some rooms. In tests they do not hold where tests is true.
var fences = []struct {
	pkg   string // an import path or, with a final slash, a prefix
	rooms []string
	tests bool
}{
	{pkg: "os/exec", rooms: []string{".", "engine/desktop", "engine/guard", "extensions/python", "extensions/python/lint", "tui/screentest"}, tests: true},
	{pkg: "github.com/spf13/viper", rooms: []string{"engine/config"}},
	{pkg: "github.com/spf13/cobra", rooms: []string{"."}},
	{pkg: "github.com/charmbracelet/", rooms: []string{"tui", "tui/*"}, tests: true},
}

// bare rooms import the standard library alone.
var bare = []string{"engine/msg", "engine/near", "engine/guard"}

// noCharm rooms are under tui but draw nothing.
var noCharm = []string{"tui/store", "tui/screentest"}

// top is what may lie beside the dotfiles.
var top = []string{"go.mod", "go.sum", "main.go", "tui", "engine", "extensions", "config.toml", "README.md", "CHANGELOG.md",
	"main_test.go", "arch_test.go", "testdata"}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, breach := range breaches(t, os.DirFS(".")) {
		t.Error(breach)
	}
}

func TestTopLevelIsFixed(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(top, name) && name != module {
			t.Errorf("%s lies at the top level, which is fixed; give it a room", name)
		}
	}
}

// TestArrowsCatchABreach plants one file for each rule and expects to be told, so that the check itself cannot rot.
func TestArrowsCatchABreach(t *testing.T) {
	plant := func(file, imported string) fstest.MapFS {
		return fstest.MapFS{file: {Data: fmt.Appendf(nil, "package x\n\nimport _ %q\n", imported)}}
	}
	cases := []struct {
		file, imported string
		fine           bool
	}{
		{file: "engine/app.go", imported: "tenbench/tui"},
		{file: "engine/app.go", imported: "tenbench/engine/config"},
		{file: "engine/app.go", imported: "os/exec"},
		{file: "engine/app.go", imported: "github.com/charmbracelet/x/ansi"},
		{file: "engine/msg/value.go", imported: "tenbench/engine/trace"},
		{file: "engine/msg/value.go", imported: "github.com/spf13/cast"},
		{file: "engine/guard/guard.go", imported: "golang.org/x/sys/unix"},
		{file: "engine/bench/run.go", imported: "tenbench/extensions"},
		{file: "engine/bench/run.go", imported: "github.com/spf13/viper"},
		{file: "engine/bench/run_test.go", imported: "tenbench/tui"},
		{file: "extensions/greeter/greeter.go", imported: "tenbench/extensions/relay"},
		{file: "extensions/greeter/greeter.go", imported: "tenbench/engine/enginetest"},
		{file: "tui/tui.go", imported: "tenbench/engine"},
		{file: "tui/now/now.go", imported: "tenbench/tui/logs"},
		{file: "tui/now/now.go", imported: "os/exec"},
		{file: "tui/store/store.go", imported: "github.com/charmbracelet/lipgloss"},
		{file: "tui/theme/theme.go", imported: "tenbench/tui/ui"},
		{file: "lost/lost.go", imported: "fmt"},
		{file: "main.go", imported: "github.com/charmbracelet/bubbletea"},

		{file: "main.go", imported: "tenbench/engine/trace", fine: true},
		{file: "main.go", imported: "os/exec", fine: true},
		{file: "engine/app.go", imported: "tenbench/engine/msg", fine: true},
		{file: "engine/bench/run.go", imported: "tenbench/engine/msg", fine: true},
		{file: "engine/app_test.go", imported: "os/exec", fine: true},
		{file: "extensions/greeter/greeter_test.go", imported: "tenbench/engine/enginetest", fine: true},
		{file: "extensions/relay/relay_test.go", imported: "tenbench/extensions/greeter", fine: true},
		{file: "extensions/extensions.go", imported: "tenbench/extensions/relay", fine: true},
		{file: "tui/now/now.go", imported: "tenbench/engine/diagnose", fine: true},
		{file: "tui/tui.go", imported: "tenbench/tui/now", fine: true},
		{file: "engine/testdata/bad/bad.go", imported: "tenbench/tui", fine: true},
	}
	for _, c := range cases {
		if got := breaches(t, plant(c.file, c.imported)); (len(got) == 0) != c.fine {
			t.Errorf("%s imports %s: breaches %q, want fine = %v", c.file, c.imported, got, c.fine)
		}
	}
}

// breaches returns a sentence for each import that goes against an arrow or over a fence.
func breaches(t *testing.T, tree fs.FS) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(tree, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go"):
			return nil
		}
		imports, err := importsOf(tree, file)
		if err != nil {
			return err
		}
		for _, imported := range imports {
			if why := breach(path.Dir(file), imported, strings.HasSuffix(file, "_test.go")); why != "" {
				found = append(found, file+": "+why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func importsOf(tree fs.FS, file string) ([]string, error) {
	src, err := fs.ReadFile(tree, file)
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, p)
	}
	return imports, nil
}

func breach(room, imported string, test bool) string {
	if _, known := neighbours(room); !known {
		return fmt.Sprintf("%s is no room of the house; add it to the arrows of arch_test.go", room)
	}
	if imported == module || strings.HasPrefix(imported, module+"/") {
		return breachInside(room, strings.TrimPrefix(imported, module+"/"), test)
	}
	return breachOutside(room, imported, test)
}

func breachInside(room, imported string, test bool) string {
	switch {
	case imported == room, reachable(room, imported, nil):
		return ""
	case test && (slices.Contains(lenders, imported) || siblings(room, imported)):
		return ""
	}
	return fmt.Sprintf("%s must not import %s", room, imported)
}

// siblings are extensions: a test may run several in one graph.
func siblings(room, imported string) bool {
	return path.Dir(room) == "extensions" && path.Dir(imported) == "extensions"
}

func breachOutside(room, imported string, test bool) string {
	first, _, _ := strings.Cut(imported, "/")
	if slices.Contains(bare, room) && strings.Contains(first, ".") && !test {
		return fmt.Sprintf("%s imports the standard library alone, not %s", room, imported)
	}
	if slices.Contains(noCharm, room) && strings.HasPrefix(imported, "github.com/charmbracelet/") {
		return fmt.Sprintf("%s draws nothing and must not import %s", room, imported)
	}
	for _, f := range fences {
		inside := imported == f.pkg || strings.HasSuffix(f.pkg, "/") && strings.HasPrefix(imported, f.pkg)
		if inside && !matchesAny(f.rooms, room) && !(test && f.tests) {
			return fmt.Sprintf("%s is imported in %s alone, not in %s", imported, strings.Join(f.rooms, ", "), room)
		}
	}
	return ""
}

// neighbours returns what the room's own arrows point at.
func neighbours(room string) ([]string, bool) {
	for _, a := range arrows {
		if ok, _ := path.Match(a.room, room); ok {
			return a.imports, true
		}
	}
	return nil, false
}

// reachable follows the arrows from room to target. A wildcard is followed one step only: extensions/* says which rooms may be
// imported, not that these may import one another.
func reachable(room, target string, seen []string) bool {
	direct, _ := neighbours(room)
	if matchesAny(direct, target) {
		return true
	}
	for _, next := range direct {
		if slices.Contains(seen, next) || strings.Contains(next, "*") {
			continue
		}
		if seen = append(seen, next); reachable(next, target, seen) {
			return true
		}
	}
	return false
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, name)
		return ok
	})
}

// rulesIn find the ids of rules where they are given out: in Go, in the runtime that Python extensions import, and in what reads
// their sources.
var rulesIn = map[string]*regexp.Regexp{
	".go": regexp.MustCompile(`\brule[A-Z]\w*\s*=\s*trace\.Intern\("([a-z-]+)"\)`),
	".py": regexp.MustCompile(`\b(?:lint|findings\.add)\(\s*"([a-z-]+)"`),
}

// TestEveryRuleHasAPage looks for rules in all sources: whoever adds one writes its page in engine/diagnose/pages.go.
func TestEveryRuleHasAPage(t *testing.T) {
	found := 0
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "tests"):
			return fs.SkipDir
		case d.IsDir() || rulesIn[path.Ext(file)] == nil || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(file)
		for _, m := range rulesIn[path.Ext(file)].FindAllSubmatch(source, -1) {
			found++
			if _, ok := diagnose.Pages[string(m[1])]; !ok {
				t.Errorf("%s: rule %s has no page; write it in engine/diagnose/pages.go", file, m[1])
			}
		}
		return err
	})
	if err != nil || found < 10 {
		t.Errorf("%d rules found, %v", found, err)
	}
}
