package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenbench/engine"
	"tenbench/engine/config"
	"tenbench/engine/doctor"
	"tenbench/engine/graph"
)

// fakePython is a host of packages that runs parrots in their place.
type fakePython struct {
	shipped string // the name of an example
	missing error
	think   chan struct{} // if it is not nil, what Usable waits for
	closed  int
}

func (p *fakePython) Addon(name, dir, app string) engine.Addon {
	a := parrots[0]
	a.Name, a.Doc = name, dir+" in "+app
	return a
}

func (p *fakePython) Shipped(name string) string {
	if name != p.shipped {
		return ""
	}
	return "/shipped/" + name
}

func (p *fakePython) Usable(...string) (string, error) {
	if p.think != nil {
		<-p.think
	}
	return "3.11.7 at /usr/bin/python3", p.missing
}

func (p *fakePython) Close() { p.closed++ }

// lend lets opt run packages and stand-ins.
func lend(opt *Options) *fakePython {
	p := &fakePython{shipped: "example"}
	opt.Python = func(*config.Config) Python { return p }
	opt.StandIn = func(name, why string, wanted bool, reply config.StandIn) engine.Addon {
		return engine.Addon{Name: name, Doc: fmt.Sprint(why, " ", wanted, " ", reply.Status)}
	}
	return p
}

// files writes files below a new folder and returns it.
func files(t *testing.T, all map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "user"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	for name, text := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		save(t, path, text)
	}
	return dir
}

func manifest(kind, name string) string {
	return fmt.Sprintf(`{"type":%q,"name":%q,"version":"0.1.0"}`, kind, name)
}

const registers = "@register_addon_as_extension('x')\n"

// appFiles are an app whose graph names an addon of every sort.
func appFiles() map[string]string {
	return map[string]string{
		"manifest.json": manifest("app", "app"),
		"property.json": `{"ten":{"predefined_graphs":[{"name":"main","auto_start":true,"graph":{"nodes":[
			{"type":"extension","name":"a","addon":"voice"}, {"type":"extension","name":"b","addon":"parrot"},
			{"type":"extension","name":"c","addon":"rtc"}, {"type":"extension","name":"d","addon":"gone"},
			{"type":"extension","name":"e","addon":"example"}, {"type":"extension","name":"f","addon":"agora"}]}}]}}`,
		"ten_packages/extension/voice/manifest.json": manifest("extension", "voice"),
		"ten_packages/extension/voice/addon.py":      registers,
		"ten_packages/extension/rtc/manifest.json":   manifest("extension", "rtc"),
		"ten_packages/extension/rtc/main.cc":         "",
	}
}

func TestAddonsOfAnApp(t *testing.T) {
	all := appFiles()
	all["config.toml"] = "[graph]\nimport = 'property.json'\n[stand_in.agora]\nreply = { status = 'ok' }\n"
	dir := files(t, all)
	for _, path := range []string{dir, filepath.Join(dir, "property.json")} {
		opt := Options{Path: path, Addons: parrots, Note: t.Logf}
		lend(&opt)
		b, err := Open(opt)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		own := filepath.Join(dir, "ten_packages", "extension", "voice") + " in " + dir
		want := map[string]string{"voice": own, "parrot": parrots[0].Doc, "example": "/shipped/example in ",
			"rtc":   "rtc is a stand-in: it is written in C++, which does not run here. false error",
			"gone":  "gone is a stand-in: no package provides its addon. false error",
			"agora": "agora is a stand-in: no package provides its addon. true ok"}
		if path != dir { // the settings stand in config.toml
			want["agora"] = "agora is a stand-in: no package provides its addon. false error"
		}
		for name, doc := range want {
			if a, err := b.addons.resolve(name); err != nil || a.Doc != doc {
				t.Errorf("%s: %q, %v; want %q", name, a.Doc, err, doc)
			}
		}
	}
}

func TestAPackageOfTheAppGoesBeforeABuiltIn(t *testing.T) {
	all := appFiles()
	all["ten_packages/extension/parrot/manifest.json"] = manifest("extension", "parrot")
	all["ten_packages/extension/parrot/addon.py"] = registers
	all["more/voice/manifest.json"] = manifest("extension", "voice")
	all["more/voice/addon.py"] = registers
	dir := files(t, all)
	opt := Options{Path: dir, Addons: parrots, Note: t.Logf, Flags: map[string]any{"extensions.paths": []string{filepath.Join(dir, "more")}}}
	lend(&opt)
	b, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, name := range []string{"parrot", "voice"} {
		want := filepath.Join(dir, "ten_packages", "extension", name) + " in " + dir
		if a, err := b.addons.resolve(name); err != nil || a.Doc != want {
			t.Errorf("%s is %q, %v; want %q", name, a.Doc, err, want)
		}
	}
}

func TestConfigFileNamesOnlyWhatRuns(t *testing.T) {
	cases := []struct{ name, addon, more, want string }{
		{"a slip", "parot", "", `there is no addon "parot"; did you mean "parrot"?`},
		{"not where packages are looked for", "near", "", `there is no addon "near"; its package lies beside the config file: write paths = ["."] in [extensions]`},
		{"another language", "rtc", "", `the addon "rtc" cannot run: it is written in C++, which does not run here; let [stand_in.rtc]`},
		{"a stand-in that is asked for", "rtc", "[stand_in.rtc]\nafter = '80ms'\n", ""},
		{"a package", "voice", "", ""},
		{"a shipped example", "example", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			all := appFiles()
			all["near/manifest.json"] = manifest("extension", "near")
			all["near/addon.py"] = registers
			all["config.toml"] = "[extensions]\npaths = ['ten_packages/extension']\n" + c.more + "[[graph.nodes]]\nname = 'n'\naddon = '" + c.addon + "'\n"
			dir := files(t, all)
			opt := Options{Path: filepath.Join(dir, "config.toml"), Addons: parrots, Note: t.Logf}
			p := lend(&opt)
			b, err := Open(opt)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				b.Close()
				return
			}
			var e *graph.Error
			if StatusOf(err) != Invalid || !strings.Contains(err.Error(), c.want) || !errors.As(err, &e) || e.Pos.Line == 0 {
				t.Errorf("got %v", err)
			}
			if p.closed == 0 {
				t.Error("what was lent was not closed")
			}
		})
	}
}

func TestAPackageThatCannotRunIsRefused(t *testing.T) {
	dir := files(t, map[string]string{"manifest.json": manifest("extension", "rtc"), "main.cc": ""})
	opt := Options{Path: dir, Note: t.Logf}
	lend(&opt)
	if _, err := Open(opt); StatusOf(err) != Invalid || !strings.Contains(err.Error(), `the addon "rtc" cannot run: it is written in C++`) {
		t.Errorf("got %v", err)
	}
}

const demoWithExample = `
[record]
auto = false
[[graph.nodes]]
name = "polly"
addon = "parrot"
property = { word = "cracker" }
[[graph.nodes]]
name = "snake"
addon = "example"
[[graph.connections]]
from = "polly"
cmd = ["a"]
to = ["snake"]
[[graph.connections]]
from = "polly"
data = ["b"]
to = ["snake", "polly"]
[[graph.connections]]
from = "snake"
cmd = ["c"]
to = ["polly"]
[[inject]]
name = "one"
send = "cmd a to polly"
[[inject]]
name = "two"
send = "cmd a to snake"
`

func TestTheDemoDoesWithoutPython(t *testing.T) {
	inClone := files(t, map[string]string{"config.toml": demoWithExample})
	for _, dir := range []string{files(t, nil), inClone} {
		t.Chdir(dir)
		notes := &notebook{}
		opt := Options{Demo: []byte(demoWithExample), Addons: parrots, Note: notes.note}
		p := lend(&opt)
		b, err := Open(opt)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.config.Graphs[0].Nodes) != 2 {
			t.Error("a node is missing where there is a Python")
		}
		b.Close()
		p.missing = errors.New("no python3 found")
		if b, err = Open(opt); err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		g := b.config.Graphs[0]
		if len(g.Nodes) != 1 || len(g.Connections) != 1 || len(g.Connections[0].Flows[0].Dests) != 1 || len(b.config.Inject) != 1 {
			t.Errorf("left in the demo: %+v, %+v", g, b.config.Inject)
		}
		if !strings.Contains(notes.String(), "snake is left out of the demo: no python3 found") {
			t.Errorf("notes: %s", notes)
		}
	}
}

func TestAFileOfTheUsersKeepsItsPythonNodes(t *testing.T) {
	dir := files(t, map[string]string{"config.toml": demoWithExample + "# mine\n"})
	opt := Options{Path: filepath.Join(dir, "config.toml"), Demo: []byte(demoWithExample), Addons: parrots, Note: t.Logf}
	lend(&opt).missing = errors.New("no python3 found")
	b, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if len(b.config.Graphs[0].Nodes) != 2 {
		t.Error("the node that cannot run is gone instead of failing")
	}
}

func TestDoctorNamesInterpreterAndPackages(t *testing.T) {
	dir := files(t, appFiles())
	opt := Options{Path: dir, Addons: parrots, Note: t.Logf}
	p := lend(&opt)
	if f := PythonFinding(opt); f.Level != doctor.Fine || f.Text != "3.11.7 at /usr/bin/python3; packages: voice" {
		t.Errorf("got %+v", f)
	}
	p.missing = errors.New("python 3.8.1 found, 3.10 or newer needed")
	if f := PythonFinding(opt); f.Level != doctor.Note || f.Text != p.missing.Error() || f.Remedy == "" {
		t.Errorf("got %+v", f)
	}
	if p.closed < 2 {
		t.Error("what was lent was not closed")
	}
}

func TestTheManifestOfAnExtensionDeclaresItsProperties(t *testing.T) {
	says := strings.Replace(manifest("extension", "voice"), "{", `{"api":{"property":{"properties":{"word":{"type":"string"}}},"cmd_in":[{"name":"ask"}]},`, 1)
	all := map[string]string{"config.toml": parrotConfig + "[[graph.nodes]]\nname = 'n'\naddon = 'voice'\n[extensions]\npaths = ['more']\n",
		"more/voice/manifest.json": says, "more/voice/addon.py": registers}
	opt := Options{Path: filepath.Join(files(t, all), "config.toml"), Addons: parrots, Note: t.Logf}
	lend(&opt)
	b, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if got := fmt.Sprint(b.DeclaredProperties("", "n"), b.Declares("", "n")); got != "[{word string false}] [{cmd ask []}]" {
		t.Errorf("n has %s", got)
	}
	for _, n := range b.Config().Graphs[0].Nodes {
		if got := b.DeclaredProperties("", n.Name); n.Name != "n" && got != nil {
			t.Errorf("%s has no manifest and declares %v", n.Name, got)
		}
	}
}

func TestReloadFindsNewPackages(t *testing.T) {
	all := map[string]string{"config.toml": parrotConfig + "[extensions]\npaths = ['more']\n", "more/readme": ""}
	dir := files(t, all)
	file := filepath.Join(dir, "config.toml")
	opt := Options{Path: file, Addons: parrots, Note: t.Logf}
	lend(&opt)
	b, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	told := make(chan Reload, 8)
	b.Watch(func(r Reload) { told <- r })
	for name, text := range map[string]string{"more/fresh/manifest.json": manifest("extension", "fresh"), "more/fresh/addon.py": registers} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		save(t, path, text)
	}
	save(t, file, all["config.toml"]+"[[graph.nodes]]\nname = 'n'\naddon = 'fresh'\nproperty = { word = 'hi' }\n")
	if r := <-told; len(r.Problems) > 0 {
		t.Fatalf("refused: %v", r.Problems)
	}
	if names := mapped(b.App().Graphs()[0].Nodes, func(n graph.Node) string { return n.Name }); !slices.Contains(names, "n") {
		t.Errorf("nodes %v", names)
	}
}
