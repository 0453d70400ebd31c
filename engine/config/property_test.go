package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

const appManifest = `{"type":"app","name":"app","version":"0.1.0"}`

// predefined is one entry of predefined_graphs with a single node.
func predefined(name, more string) string {
	return `{"name":"` + name + `"` + more + `,"graph":{"nodes":[{"type":"extension","name":"n","addon":"` + name + `_addon"}]}}`
}

func property(ten string, graphs ...string) string {
	return `{"ten":{` + ten + `"predefined_graphs":[` + strings.Join(graphs, ",\n") + `]},"Own":{"b":1.0,"A":[true]}}`
}

func names(graphs []*graph.Graph) string {
	var out []string
	for _, g := range graphs {
		out = append(out, g.Name)
	}
	return strings.Join(out, " ")
}

func TestAnAppIsReadFromItsFolderOrItsFile(t *testing.T) {
	folder(t, map[string]string{"app/manifest.json": appManifest,
		"app/property.json": property(`"uri":"msgpack://127.0.0.1:8001/","long_running_mode":true,"log":{},"strange":1,`,
			predefined("main", `,"auto_start":true,"sync_stop_before_deinit":true`), predefined("other", `,"singleton":true`))})
	for _, path := range []string{"app", filepath.Join("app", "manifest.json"), filepath.Join("app", "property.json")} {
		c := mustLoad(t, path, nil)
		got := fmt.Sprint(c.Kind == App, c.Path, c.Dir, names(c.Graphs), names(c.Predefined), c.URI, c.LongRunning, string(msg.AppendJSON(nil, c.Property)), len(c.Warnings))
		want := fmt.Sprint(true, filepath.Join("app", "property.json"), "app", "main", "main other", "msgpack://127.0.0.1:8001/", true, `{"Own":{"b":1.0,"A":[true]}}`, 0)
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", path, got, want)
		}
		main, other := c.Predefined[0], c.Predefined[1]
		if !main.AutoStart || !main.SyncStop || !main.LongRunning || other.AutoStart || !other.Singleton || main.Nodes[0].Addon != "main_addon" {
			t.Errorf("graphs %+v %+v", main, other)
		}
		if c.Bench.Queue != 12800 {
			t.Error("an app has no defaults")
		}
	}
}

func TestWhichGraphsStart(t *testing.T) {
	auto := `,"auto_start":true`
	cases := []struct{ name, property, flag, env, want, refused string }{
		{"the only one", property("", predefined("a", "")), "", "", "a", ""},
		{"those that start by themselves", property("", predefined("a", auto), predefined("b", ""), predefined("c", auto)), "", "", "a c", ""},
		{"the chosen one", property("", predefined("a", auto), predefined("b", "")), "b", "", "b", ""},
		{"the variable's", property("", predefined("a", auto), predefined("b", "")), "", "b", "b", ""},
		{"the flag before the variable", property("", predefined("a", auto), predefined("b", "")), "a", "b", "a", ""},
		{"several, none by itself", property("", predefined("a", ""), predefined("b", "")), "", "", "",
			"property.json has several graphs and none starts by itself; choose one with --graph: a, b"},
		{"a name that is not there", property("", predefined("voice", auto), predefined("b", "")), "vocie", "", "",
			`property.json has no graph "vocie"; did you mean "voice"? There are: voice, b`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder(t, map[string]string{"property.json": c.property})
			t.Setenv("TENBENCH_GRAPH", c.env)
			got, err := Load("property.json", map[string]any{"graph": c.flag})
			var choice *ChoiceError
			if c.refused != "" {
				if !errors.As(err, &choice) || err.Error() != c.refused {
					t.Errorf("got  %v\nwant %s", err, c.refused)
				}
				return
			}
			if err != nil || names(got.Graphs) != c.want {
				t.Errorf("starts %q, not %q: %v", names(got.Graphs), c.want, err)
			}
		})
	}
}

func TestAConfigFileOpensAnApp(t *testing.T) {
	app := property("", predefined("a", ""), predefined("b", ""))
	files := map[string]string{"manifest.json": appManifest, "property.json": app,
		"config.toml": "[graph]\nimport = \"property.json\"\nname = \"b\"\n[bench]\nqueue = 7\n"}
	folder(t, files)
	for _, path := range []string{".", "config.toml"} {
		c := mustLoad(t, path, nil)
		if got := fmt.Sprint(c.Kind, c.Path, names(c.Graphs), c.Bench.Queue, c.Files); got != "0config.tomlb7 [config.toml property.json]" {
			t.Errorf("%s: %s", path, got)
		}
	}
	if c := mustLoad(t, ".", map[string]any{"graph": "a"}); names(c.Graphs) != "a" {
		t.Errorf("the flag does not win: %s", names(c.Graphs))
	}

	files["config.toml"] = "[bench]\nqueue = 7\n"
	folder(t, files)
	if c := mustLoad(t, ".", map[string]any{"graph": "a"}); names(c.Graphs) != "a" || c.Bench.Queue != 7 {
		t.Errorf("settings beside an app: %+v", c)
	}

	folder(t, map[string]string{"config.toml": "[graph]\nimport = 'g/voice.json'\n", "g/voice.json": `{"nodes":[{"type":"subgraph","name":"s","graph":{"import_uri":"in.json"}}]}`,
		"g/in.json": `{"nodes":[{"type":"extension","name":"e","addon":"x"}]}`})
	c := mustLoad(t, ".", nil)
	if got := filepath.ToSlash(fmt.Sprint(names(c.Graphs), c.Graphs[0].Nodes[0].Name, c.Files)); got != "voices_e[config.toml g/voice.json g/in.json]" {
		t.Errorf("a bare graph: %s", got)
	}
}

func TestAPackageIsAGraphOfOneNode(t *testing.T) {
	folder(t, map[string]string{"weather/manifest.json": `{"type":"extension","name":"weather_tool","version":"1.0.0"}`, "weather/property.json": `{"units":"metric"}`})
	c := mustLoad(t, "weather", nil)
	n := c.Graphs[0].Nodes[0]
	if c.Kind != Package || n.Name != "weather_tool" || n.Addon != "weather_tool" || len(c.Graphs[0].Nodes) != 1 {
		t.Errorf("got %+v with %+v", c, n)
	}
}

func TestPropertyFileMistakes(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"no ten", `{"a":1}`, "property.json:1:1: no graph: ten.predefined_graphs is missing or empty; add one, or open a file that has some"},
		{"no graphs", `{"ten":{"predefined_graphs":[]}}`, "property.json:1:8: no graph: ten.predefined_graphs is missing or empty; add one, or open a file that has some"},
		{"a list", `[]`, "property.json:1:1: property.json is a list of 0, not a table"},
		{"ten is no table", `{"ten":1}`, "property.json:1:8: ten is a whole number (1), not a table"},
		{"graphs are no list", `{"ten":{"predefined_graphs":{}}}`, "property.json:1:29: predefined_graphs is a table with 0 keys, not a list"},
		{"same name", property("", predefined("a", ""), predefined("a", "")), `property.json:2:9: duplicated predefined graph "a", first at line 1; give it another name`},
		{"no name", property("", `{"graph":{"nodes":[]}}`), `property.json:1:30: a predefined graph without "name"; add "name"`},
		{"bad name", property("", predefined("my-graph", "")), `property.json:1:38: "my-graph" cannot be a graph name; use letters, digits and _, and no digit first`},
		{"no graph object", property("", `{"name":"a"}`), `property.json:1:30: a predefined graph without "graph"; add "graph"`},
		{"unknown key", property("", predefined("a", `,"autostart":true`)), `property.json:1:42: unknown key "autostart" in a predefined graph; did you mean "auto_start"?`},
		{"auto_start as text", property("", predefined("a", `,"auto_start":"yes"`)), `property.json:1:55: auto_start is a string ("yes"), not true or false`},
		{"import and nodes", property("", `{"name":"a","graph":{"import_uri":"x.json",`+"\n"+`"nodes":[]}}`),
			"property.json:2:1: When 'import_uri' is specified, 'nodes' field must not be present; keep one of the two"},
		{"import of nothing", property("", `{"name":"a","graph":{"import_uri":`+"\n"+`"x.json"}}`), "property.json:2:1: import of x.json: there is no such file; check the path"},
		{"localhost", property(`"uri":"localhost",`, predefined("a", "")), "property.json:1:15: ten.uri must not be localhost; remove it: that is what it means"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder(t, map[string]string{"property.json": c.in})
			_, err := Load("property.json", nil)
			if err == nil || !strings.Contains("\n"+err.Error()+"\n", "\n"+c.want+"\n") {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestWhatTENOnlyWarnsOfIsAWarning(t *testing.T) {
	folder(t, map[string]string{"property.json": property(`"uri":1,"long_running_mode":"yes",`+"\n"+`"long_runing_mode":true,"zzz":1,`, predefined("a", ""))})
	c := mustLoad(t, "property.json", nil)
	want := "property.json:1:15: ten.uri is 1, not a string; it is ignored\n" +
		"property.json:1:37: ten.long_running_mode is \"yes\", not true or false; it is ignored\n" +
		"property.json:2:1: unknown key \"long_runing_mode\" in ten is ignored; did you mean \"long_running_mode\"?"
	if got := c.Warnings.Error(); got != want || c.LongRunning || c.URI != "" {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestImportsOfAPredefinedGraphStartAtTheApp(t *testing.T) {
	folder(t, map[string]string{
		"app/property.json":   property("", `{"name":"a","graph":{"import_uri":"graphs/a.json"}}`),
		"app/graphs/a.json":   `{"nodes":[{"type":"subgraph","name":"s","graph":{"import_uri":"${app_base_dir}/shared/s.json"}},{"type":"subgraph","name":"t","graph":{"import_uri":"shared/s.json"}}]}`,
		"app/shared/s.json":   `{"nodes":[{"type":"extension","name":"e","addon":"x"}]}`,
		"app/graphs/loop":     ``,
		"loop/property.json":  property("", `{"name":"a","graph":{"import_uri":"l.json"}}`),
		"loop/l.json":         `{"nodes":[{"type":"subgraph","name":"s","graph":{"import_uri":"l.json"}}]}`,
		"twice/property.json": property("", `{"name":"a","graph":{"import_uri":"g.json"}}`, `{"name":"b","graph":{"import_uri":"g.json"}}`),
		"twice/g.json":        `{"nodes":[{"type":"extension","name":"e","adon":"x"}]}`,
	})
	c := mustLoad(t, "app", nil)
	if got := c.Graphs[0].Nodes; len(got) != 2 || got[0].Name != "s_e" || got[1].Name != "t_e" || len(c.Files) != 3 {
		t.Errorf("nodes %+v of %v", got, c.Files)
	}
	_, err := Load("loop", nil)
	if err == nil || !strings.HasSuffix(err.Error(), "subgraphs that contain each other: l.json -> l.json; remove one of the imports") {
		t.Errorf("a graph in itself: %v", err)
	}
	_, err = Load("twice", nil)
	if got := len(Problems(err)); got != 1 {
		t.Errorf("a file that is imported twice tells %d problems, not 1: %v", got, err)
	}
}

func TestGraphsThatRunButHardlyAsMeantAreWarnings(t *testing.T) {
	folder(t, map[string]string{"property.json": `{"ten":{"predefined_graphs":[{"name":"g","graph":{"nodes":[
{"type":"extension","name":"a","addon":"x","app":"http://one"},
{"type":"extension","name":"b","addon":"x","app":"http://two"}],"connections":[
{"app":"http://one","extension":"a","cmd":[{"name":"m","dest":[{"app":"http://two","extension":"b"},
{"app":"http://two","extension":"b"}]}]},
{"app":"http://one","extension":"a","data":[{"name":"m","dest":[{"app":"http://two","extension":"b"}]}]}],
"exposed_messages":[{"type":"cmd_in","name":"m","extension":"a"}]}}]}}`})
	c := mustLoad(t, "property.json", nil)
	var got []string
	for _, w := range c.Warnings {
		got = append(got, fmt.Sprintf("%d %s", w.Pos.Line, w.Msg))
	}
	want := "3 the graph spans several apps\n5 connections[0]: cmd[0]: \"b\" is listed twice\n" +
		"6 extension 'a' is defined in connections[0] and connections[1], merge them into one section.\n" +
		"7 exposed_messages have no effect in a graph that no command starts"
	if strings.Join(got, "\n") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), want)
	}
	g := c.Graphs[0]
	if len(g.Connections) != 1 || len(g.Connections[0].Flows) != 2 || len(g.Connections[0].Flows[0].Dests) != 1 {
		t.Errorf("connections %+v", g.Connections)
	}
}
