package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// TestMain keeps the settings of whoever runs the tests out of them.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "config")
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME"} {
		os.Setenv(name, home)
	}
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "TENBENCH_") {
			os.Unsetenv(name)
		}
	}
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

// folder makes a folder with those files and goes there, so that paths in messages are short.
func folder(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		write(t, path, text)
	}
	t.Chdir(dir)
}

// user writes the user's own settings.
func user(t *testing.T, text string) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	dir, err := os.UserConfigDir()
	must(t, err)
	must(t, os.MkdirAll(filepath.Join(dir, "tenbench"), 0o755))
	write(t, filepath.Join(dir, "tenbench", "config.toml"), text)
}

func mustLoad(t *testing.T, path string, flags map[string]any) *Config {
	t.Helper()
	c, err := Load(path, flags)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const oneNode = "[[graph.nodes]]\nname = 'a'\naddon = 'x'\n"

func TestDefaults(t *testing.T) {
	folder(t, map[string]string{"config.toml": oneNode})
	c := mustLoad(t, "config.toml", nil)
	want := &Config{
		Path: "config.toml", Dir: ".", Graphs: c.Graphs, Predefined: c.Graphs, Files: []string{"config.toml"}, seen: c.seen, all: c.all,
		Bench: BenchSection{UnansweredAfter: time.Second, Slow: 100 * time.Millisecond, Stuck: 5 * time.Second, StopDeadline: 5 * time.Second,
			Drain: 2 * time.Second, Restart: "never", PathTimeout: 3 * time.Minute, Queue: 12800, QueueBytes: 64 << 20},
		Trace:      TraceSection{256 << 20, 64 << 20},
		Record:     RecordSection{Auto: true, Keep: 20, Max: 1 << 30},
		Log:        LogSection{Level: "info"},
		Extensions: ExtensionsSection{[]string{filepath.FromSlash("extensions/python/examples")}},
		Python:     PythonSection{Debug: []string{}},
		Reload:     ReloadSection{true, true, 150 * time.Millisecond},
		Secrets:    SecretsSection{[]string{"*key*", "*token*", "*secret*", "*password*"}},
		TUI:        TUISection{Theme: "auto", FPS: 30, Mouse: true},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if g := c.Graphs[0]; g.Name != "config" || len(g.Nodes) != 1 || g.Nodes[0].Name != "a" || !g.AutoStart {
		t.Errorf("graph %+v", g)
	}
}

func TestEverySectionIsRead(t *testing.T) {
	folder(t, map[string]string{"b/config.toml": `
[graph]
name = "demo"
sync_stop_before_deinit = true
[[graph.nodes]]
name = "Relay"
addon = "relay"
property = { Delay = "100ms" }
[bench]
unanswered_after = "2s"
slow = "1ms"
stuck = "1m"
stop_deadline = "1h"
drain = "3s"
restart = "on-failure"
path_timeout = "1s"
answer_lost = true
queue = 5
queue_bytes = "1KiB"
[trace]
memory = "1.5GiB"
tap = 4096
[record]
auto = false
dir = "runs"
keep = 3
max = "10MB"
buffers = true
[log]
level = "debug"
levels = { Relay = "warn" }
[extensions]
paths = ["one", "/no/two"]
[python]
interpreter = "venv/bin/python"
env = { aB = "c" }
debug = ["Relay"]
[reload]
config = false
code = false
debounce = "0s"
[secrets]
names = ["*pin*"]
[tui]
theme = "dark"
fps = 10
mouse = false
ascii = true
[stand_in.Agora_rtc]
after = "80ms"
reply = { status = "error", property = { Detail = "no" } }
[[inject]]
name = "greet"
send = 'cmd hello {"name":"Ada"} to Relay'
`})
	c := mustLoad(t, filepath.Join("b", "config.toml"), nil)
	if got := filepath.ToSlash(c.Warnings.Error()); strings.Count(got, "there is no folder") != 2 || len(c.Warnings) != 2 {
		t.Errorf("warnings: %s", got)
	}
	in, standIn := c.Inject[0], c.StandIns["Agora_rtc"]
	got := fmt.Sprintf("%+v %+v %+v %+v %+v %+v %+v %+v %+v %s %s %s %s %s", c.Bench, c.Trace, c.Record, c.Log, c.Extensions, c.Python, c.Reload, c.Secrets, c.TUI,
		in.Name, in.Send, standIn.After, standIn.Status, msg.AppendJSON(nil, standIn.Property))
	want := "{UnansweredAfter:2s Slow:1ms Stuck:1m0s StopDeadline:1h0m0s Drain:3s PathTimeout:1s Restart:on-failure AnswerLost:true Queue:5 QueueBytes:1024} " +
		"{Memory:1610612736 Tap:4096} {Auto:false Dir:b/runs Keep:3 Max:10000000 Buffers:true} {Level:debug Levels:map[Relay:warn]} {Paths:[b/one /no/two]} " +
		"{Interpreter:b/venv/bin/python Env:map[aB:c] Debug:[Relay]} {Config:false Code:false Debounce:0s} {Names:[*pin*]} {Theme:dark FPS:10 Mouse:false ASCII:true} " +
		`greet cmd hello {"name":"Ada"} to Relay 80ms error {"Detail":"no"}`
	if filepath.ToSlash(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if g := c.Graphs[0]; g.Name != "demo" || !g.SyncStop || string(msg.AppendJSON(nil, g.Nodes[0].Property)) != `{"Delay":"100ms"}` {
		t.Errorf("graph %+v", g)
	}
}

func TestPrecedence(t *testing.T) {
	folder(t, map[string]string{"config.toml": oneNode + "[bench]\nslow = '3s'\nstuck = '3s'\nqueue = 3\n[log]\nlevels = { a = 'warn' }\n[secrets]\nnames = ['file']\n"})
	user(t, "[bench]\nslow = '2s'\nstuck = '2s'\nqueue = 2\ndrain = '7s'\n[log]\nlevels = { a = 'debug', b = 'error' }\n[extensions]\npaths = ['mine']\n")
	t.Setenv("TENBENCH_BENCH_SLOW", "4s")
	t.Setenv("TENBENCH_BENCH_QUEUE", "4")
	t.Setenv("TENBENCH_RECORD_AUTO", "false")
	t.Setenv("TENBENCH_SECRETS_NAMES", "one, two")
	t.Setenv("TENBENCH_BENCH_STUCK", "")
	t.Setenv("TENBENCH_PYTHON_INTERPRETER", "python3.12")
	c := mustLoad(t, "config.toml", map[string]any{"bench.queue": 5, "bench.path_timeout": time.Minute})
	got := fmt.Sprint(c.Bench.UnansweredAfter, c.Bench.Drain, c.Bench.Stuck, c.Bench.Slow, c.Bench.Queue, c.Bench.PathTimeout, c.Record.Auto, c.Secrets.Names, c.Log.Levels, c.Python.Interpreter)
	if want := "1s 7s 3s 4s 5 1m0s false [one two] map[a:warn b:error]python3.12"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if dir, _ := os.UserConfigDir(); c.Extensions.Paths[0] != filepath.Join(dir, "tenbench", "mine") {
		t.Errorf("a path of the user's file starts at %v", c.Extensions.Paths)
	}
	if len(c.Files) != 2 {
		t.Errorf("files to watch: %v", c.Files)
	}
}

func TestLoadReportsEachMistakeAtItsPlace(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"unknown section", oneNode + "[bnech]", `config.toml:4:2: unknown key "bnech" in config.toml; did you mean "bench"?`},
		{"unknown setting", oneNode + "[bench]\nslwo = '1s'", `config.toml:5:1: unknown key "slwo" in [bench]; did you mean "slow"?`},
		{"unknown key of [graph]", "[graph]\nnam = 'x'\nnodes = [{name='a',addon='b'}]", `config.toml:2:1: unknown key "nam" in [graph]; did you mean "name"?`},
		{"section is no table", "bench = 3\n" + oneNode, "config.toml:1:9: [bench] is a whole number (3), not a table"},
		{"duration", oneNode + "[bench]\nslow = '1sec'", `config.toml:5:8: slow is "1sec", not a duration such as "100ms", "2s" or "3m"`},
		{"duration as a number", oneNode + "[bench]\nslow = 100", `config.toml:5:8: slow is 100, not a duration such as "100ms", "2s" or "3m"`},
		{"no duration", oneNode + "[bench]\nslow = '0s'", `config.toml:5:8: slow is "0s", not more than nothing`},
		{"negative", oneNode + "[reload]\ndebounce = '-1s'", `config.toml:5:12: debounce is "-1s", not more than nothing`},
		{"size", oneNode + "[trace]\nmemory = '64 M'", `config.toml:5:10: memory is "64 M", not a size such as "64MiB" or "1GiB"`},
		{"huge size", oneNode + "[trace]\nmemory = '9999999TiB'", `config.toml:5:10: memory is "9999999TiB", not a size such as "64MiB" or "1GiB"`},
		{"float for a size", oneNode + "[trace]\nmemory = 1.5", `config.toml:5:10: memory is 1.5, not a size such as "64MiB" or "1GiB"`},
		{"level", oneNode + "[log]\nlevel = 'warning'", `config.toml:5:9: level is "warning", not one of debug, info, warn, error`},
		{"level of a node", oneNode + "[log]\nlevels = { a = 'inof' }", `config.toml:5:16: level of a is "inof", not one of debug, info, warn, error; did you mean "info"?`},
		{"choice", oneNode + "[bench]\nrestart = 'on_failure'", `config.toml:5:11: restart is "on_failure", not one of never, on-failure; did you mean "on-failure"?`},
		{"whole number", oneNode + "[bench]\nqueue = 0", "config.toml:5:9: queue is 0, not a whole number from 1"},
		{"bool", oneNode + "[tui]\nmouse = 'yes'", `config.toml:5:9: mouse is "yes", not true or false`},
		{"list", oneNode + "[secrets]\nnames = ['a', 1]", "config.toml:5:9: names is a list of 2, not a list of strings"},
		{"inject", oneNode + "[[inject]]\nnam = 'x'\nsend = 'cmd hi'", "config.toml:5:1: unknown key \"nam\" in an [[inject]]; did you mean \"name\"?"},
		{"expect", oneNode + "[[inject]]\nname = 'x'\nsend = 'cmd hi to a'\nexpect = 'status = OK; status = MAYBE'", "config.toml:7:24: expect cannot be read: \"MAYBE\" is no status; it is OK or ERROR"},
		{"send", oneNode + "[[inject]]\nname = 'x'\nsend = 'cmd hi {\"n\":} to a'", "config.toml:6:21: send cannot be read: "},
		{"stand-in", oneNode + "[stand_in.x]\nafter = 1\nreply = { status = 'good' }", `config.toml:5:9: after is 1, not a duration such as "100ms", "2s" or "3m"` + "\n" + `config.toml:6:20: status is "good", not ok or error`},
		{"no graph", "[bench]", `config.toml:1:1: no graph; add [[graph.nodes]] with a name and an addon, or [graph] import = "property.json"`},
		{"no nodes", "[graph]\nname = 'x'", `config.toml:1:2: No extension node is defined in graph; give it a node with "name" and "addon"`},
		{"import and nodes", "[graph]\nimport = 'property.json'\n[[graph.nodes]]\nname='a'\naddon='b'", "config.toml:3:9: [graph] with both import and nodes; keep one of the two"},
		{"import of nothing", "[graph]\nimport = 'proprety.json'", "config.toml:2:10: import of proprety.json: there is no such file; paths start at the folder of this file"},
		{"empty", "\n\n", "config.toml: the file is empty; it needs [[graph.nodes]] with a name and an addon; without the file the demo is opened"},
		{"not UTF-8", "a = '\xff'", "config.toml:1:6: the file is not UTF-8 text; save it as UTF-8"},
		{"syntax", "a = \n", "config.toml:1:5: not valid TOML: unexpected character U+000A at start of value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder(t, map[string]string{"config.toml": c.in})
			broken, err := Load("config.toml", nil)
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); !strings.Contains("\n"+got+"\n", "\n"+c.want+"\n") && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(got, c.want)) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if broken == nil || len(broken.Files) == 0 || broken.Graphs != nil {
				t.Errorf("a refused file cannot be watched: %+v", broken)
			}
		})
	}
}

// What a file that cannot be read to its end seems to lack stands behind the mistake.
func TestOfAFileThatCannotBeReadOnlyThatIsSaid(t *testing.T) {
	imports := "[graph]\nimport = 'property.json'\n[log]\nlevels = { b = 'info' }\n"
	cases := []struct {
		name, open, want string
		files            map[string]string
	}{
		{"toml", "config.toml", `config.toml:6:9: not valid TOML: a string that never ends; close it with "`,
			map[string]string{"config.toml": oneNode + "[[graph.nodes]]\naddon = \"greeter\"\naddon = \"greeter\nname = \"b\"\n"}},
		{"imported json", "config.toml", "property.json:1:68: not valid JSON: ']' where a value should stand; remove the comma before it",
			map[string]string{"config.toml": imports, "property.json": `{"ten": {"predefined_graphs": [{"graph": {"nodes": [{"name": "a"}, ]}}]}}`}},
		{"manifest", ".", `manifest.json:1:14: not valid JSON: '"' where a comma or '}' should stand`,
			map[string]string{"manifest.json": `{"name": "m" "type": "extension"}`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder(t, c.files)
			if _, err := Load(c.open, nil); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// The screens have these themes; each can be asked for in a file.
func TestEveryThemeCanBeChosen(t *testing.T) {
	for _, name := range []string{"auto", "dark", "light", "contrast", "mono"} {
		folder(t, map[string]string{"config.toml": oneNode + "[tui]\ntheme = '" + name + "'\n"})
		if c := mustLoad(t, "config.toml", nil); c.TUI.Theme != name {
			t.Errorf("theme %s is read as %q", name, c.TUI.Theme)
		}
	}
}

func TestMistakesOutsideTheFileSayWhere(t *testing.T) {
	folder(t, map[string]string{"config.toml": oneNode})
	t.Setenv("TENBENCH_BENCH_QUEUE", "many")
	t.Setenv("TENBENCH_BENCH_SLOOW", "1s")
	user(t, "[log]\nlevel = 'loud'\n[graph]\nname = 'x'\n")
	c, err := Load("config.toml", map[string]any{"bench.slow": "soon", "bench.nothing": 1})
	dir, _ := os.UserConfigDir()
	for _, want := range []string{
		`TENBENCH_BENCH_QUEUE: queue is "many", not a whole number from 1`,
		`flag bench.slow: slow is "soon", not a duration such as "100ms", "2s" or "3m"`,
		"flag bench.nothing: no such setting",
		filepath.Join(dir, "tenbench", "config.toml") + `:2:9: level is "loud", not one of debug, info, warn, error`,
		filepath.Join(dir, "tenbench", "config.toml") + `:3:2: "graph" stands in the settings of the user; it belongs into the config.toml of a bench`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
	if got := c.Warnings.Error(); got != `TENBENCH_BENCH_SLOOW: no setting has this variable; did you mean "TENBENCH_BENCH_SLOW"?` {
		t.Errorf("warnings: %s", got)
	}
}

func TestSettingsThatNameNoNodeAreWarnings(t *testing.T) {
	folder(t, map[string]string{"config.toml": oneNode + "[log]\nlevels = { A = 'info' }\n[python]\ndebug = ['b2']\n[[inject]]\nname='x'\nsend='cmd hi to greeter as rellay'\n" +
		"[[inject]]\nname='y'\nsend='cmd hi to a as ten:bench'\n"})
	c := mustLoad(t, "config.toml", nil)
	want := "config.toml:5:12: [log] levels names \"A\", which is not a node of the graph; did you mean \"a\"?\n" +
		"config.toml:7:10: [python] debug names \"b2\", which is not a node of the graph\n" +
		"config.toml:10:1: send names \"greeter\", which is not a node of the graph\n" +
		"config.toml:10:1: send names \"rellay\", which is not a node of the graph"
	if got := c.Warnings.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPathsThatCannotBeOpened(t *testing.T) {
	folder(t, map[string]string{"notes.txt": "x", "empty/x": "", "around/tenapp/manifest.json": appManifest, "pkg/manifest.json": `{"type":"protocol","name":"p"}`, "sub/config.toml/x": ""})
	big := make([]byte, 10<<20)
	must(t, os.WriteFile("big.toml", big, 0o644))
	cases := map[string]string{
		"config.toml":     "config.toml: there is no such file; check the path, or start in an empty folder to see the demo",
		"other.toml":      "other.toml: there is no such file; check the path",
		"nowhere":         "nowhere: there is no such file; check the path",
		"notes.txt":       "notes.txt: neither a .toml nor a .json file; name a config.toml, a property.json, or the folder of a TEN app or package",
		"empty":           "empty: nothing to open here: it has no config.toml, no property.json and no manifest.json",
		"around":          "around: nothing to open here: it has no config.toml, no property.json and no manifest.json; there is an app in around/tenapp",
		"pkg":             filepath.Join("pkg", "manifest.json") + `:1:9: a package of type "protocol" cannot be run; open the folder of an app or of an extension`,
		"sub":             filepath.Join("sub", "config.toml") + ": this is a folder, not a file; name a file in it",
		"big.toml":        "big.toml: the file has 10.0 MiB; more than 4 MiB are not read; is it the right file?",
		"sub/config.toml": filepath.Join("sub", "config.toml") + ": nothing to open here: it has no config.toml, no property.json and no manifest.json",
	}
	for path, want := range cases {
		if _, err := Load(path, nil); err == nil || filepath.ToSlash(err.Error()) != filepath.ToSlash(want) {
			t.Errorf("%s\ngot  %v\nwant %s", path, err, want)
		}
	}
	if _, err := Load("empty", nil); !errors.Is(err, ErrNothing) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestLoadBytesReadsWhatIsNotAFile(t *testing.T) {
	folder(t, nil)
	c, err := LoadBytes("demo.toml", []byte(oneNode+"[record]\ndir = 'runs'\n"), map[string]any{"tui.ascii": true})
	if err != nil {
		t.Fatal(err)
	}
	if c.Path != "demo.toml" || len(c.Files) != 0 || !c.TUI.ASCII || c.Record.Dir != "runs" {
		t.Errorf("got %+v", c)
	}
	if _, err := LoadBytes("demo.toml", []byte("x = 1"), nil); err == nil || !strings.HasPrefix(err.Error(), "demo.toml:1:1: ") {
		t.Errorf("error %v", err)
	}
	if got := Problems(errors.New("odd")); len(got) != 1 || got[0].Msg != "odd" {
		t.Errorf("problems of another error: %v", got)
	}
}

func TestTheShippedFileLoadsWithoutAWarning(t *testing.T) {
	c := mustLoad(t, filepath.Join("..", "..", "config.toml"), nil)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}
	if _, err := c.Graphs[0].Compile(); err != nil {
		t.Error(err)
	}
}

func FuzzLoadBytes(f *testing.F) {
	f.Add([]byte(oneNode))
	f.Add([]byte("[graph]\nname='x'\n[[graph.nodes]]\nname='a'\naddon='b'\n[[graph.connections]]\nfrom='a'\ncmd=['x']\nto=['a']\n[[inject]]\nname='i'\nsend='cmd x to a'\n"))
	f.Add([]byte("[bench]\nslow='1s'\nqueue=1\n[log]\nlevels={a='info'}\n[stand_in.x]\nreply={}\n"))
	f.Add([]byte("[graph]\nnodes=[{name='s',type='subgraph',graph={import_uri='x.json'}}]\nconnections=[{subgraph='s',data=[{names=['a'],source=[{extension='b'}]}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := LoadBytes("fuzz.toml", data, nil)
		if (c == nil || c.Graphs == nil) != (err != nil) {
			t.Errorf("config %v with error %v", c, err)
		}
		for _, p := range graph.Problems(err) {
			if p.Msg == "" {
				t.Errorf("a problem without a text: %+v", p)
			}
		}
		if err == nil {
			for _, g := range c.Graphs {
				if _, err := g.Compile(); err != nil {
					t.Errorf("loads but does not compile: %v", err)
				}
			}
		}
	})
}
