package graph

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenbench/engine/msg"
)

// show writes a graph's nodes and routes in short: "a:addon b:addon | a cmd hello -> b, c".
func show(g *Graph) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		b.WriteString(n.Name + ":" + n.Addon + " ")
	}
	for _, c := range g.Connections {
		for _, f := range c.Flows {
			var to []string
			for _, d := range f.Dests {
				to = append(to, d.Extension)
			}
			b.WriteString("| " + c.From + " " + f.Kind.String() + " " + f.Name + " -> " + strings.Join(to, ",") + " ")
		}
	}
	return strings.TrimSpace(b.String())
}

const jsonNodes = `"nodes":[{"type":"extension","name":"a","addon":"x"},{"type":"extension","name":"b","addon":"y"},{"type":"extension","name":"c","addon":"y"}]`

const tomlNodes = "nodes = [{name='a', addon='x'}, {name='b', addon='y'}, {name='c', addon='y'}]\n"

func TestParseReadsBothNotations(t *testing.T) {
	nodes := "a:x b:y c:y "
	cases := []struct{ name, file, in, want string }{
		{"nodes alone", "g.json", `{` + jsonNodes + `}`, "a:x b:y c:y"},
		{"dest", "g.json", `{` + jsonNodes + `,"connections":[{"extension":"a","cmd":[{"name":"hi","dest":[{"extension":"b"},{"extension":"c"}]}]}]}`,
			nodes + "| a cmd hi -> b,c"},
		{"names", "g.json", `{` + jsonNodes + `,"connections":[{"extension":"a","data":[{"names":["p","q"],"dest":[{"extension":"b"}]}]}]}`,
			nodes + "| a data p -> b | a data q -> b"},
		{"source", "g.json", `{` + jsonNodes + `,"connections":[{"extension":"b","cmd":[{"name":"hi","source":[{"extension":"a"},{"extension":"c"}]},{"name":"hi","dest":[{"extension":"c"}]}]}]}`,
			nodes + "| a cmd hi -> b | c cmd hi -> b | b cmd hi -> c"},
		{"source and dest merge", "g.json", `{` + jsonNodes + `,"connections":[{"extension":"a","cmd":[{"name":"hi","dest":[{"extension":"b"}]}]},{"extension":"c","cmd":[{"name":"hi","source":[{"extension":"a"}]}]},{"extension":"b","cmd":[{"name":"hi","source":[{"extension":"a"}]}]}]}`,
			nodes + "| a cmd hi -> b,c"},
		{"four tables", "g.json", `{` + jsonNodes + `,"connections":[{"extension":"a","cmd":[{"name":"m","dest":[{"extension":"b"}]}],"audio_frame":[{"name":"m","dest":[{"extension":"c"}]}],"video_frame":[{"name":"m","dest":[{"extension":"a"}]}]}]}`,
			nodes + "| a cmd m -> b | a audio_frame m -> c | a video_frame m -> a"},
		{"a dest twice gets it once", "g.json", `{` + jsonNodes + `,"connections":[{"extension":"a","cmd":[{"name":"hi","dest":[{"extension":"b"},{"extension":"b"}]}]}]}`,
			nodes + "| a cmd hi -> b"},
		{"short", "g.toml", tomlNodes + "[[connections]]\nfrom='a'\ndata=['p','q']\ncmd=['hi']\nto=['b','c']\n[[connections]]\nfrom='a'\ncmd=['hi', 'ho']\nto=['c','a']",
			nodes + "| a cmd hi -> b,c,a | a data p -> b,c | a data q -> b,c | a cmd ho -> c,a"},
		{"long form in TOML", "g.toml", tomlNodes + "[[connections]]\nextension='a'\n[[connections.cmd]]\nname='hi'\ndest=[{extension='b'}]\n[[connections.cmd]]\nnames=['ho']\nsource=[{extension='c'}]",
			nodes + "| a cmd hi -> b | c cmd ho -> a"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, err := Parse(c.file, []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(g); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if _, err := g.Compile(); err != nil {
				t.Errorf("does not compile: %v", err)
			}
		})
	}
}

func TestNodesKeepTheirPropertiesAsWritten(t *testing.T) {
	g, err := Parse("g.toml", []byte("[[nodes]]\nname='n'\naddon='x'\ngroup='g'\nproperty = { Zed = 1, aB = 1.0, d = 1979-05-27, l = [true, {x = 'y'}] }\n"))
	if err != nil {
		t.Fatal(err)
	}
	n := g.Nodes[0]
	if got, want := string(msg.AppendJSON(nil, n.Property)), `{"Zed":1,"aB":1.0,"d":"1979-05-27","l":[true,{"x":"y"}]}`; got != want {
		t.Errorf("property is %s, not %s", got, want)
	}
	if n.Group != "g" || n.Pos.String() != "g.toml:1:3" || n.AddonPos.String() != "g.toml:3:7" {
		t.Errorf("group %q at %v, addon at %v", n.Group, n.Pos, n.AddonPos)
	}
	if g.Name != "g" || g.Node("n") == nil || g.Node("m") != nil {
		t.Errorf("graph %q with %v", g.Name, g.Nodes)
	}
}

// conns wraps connections into a JSON graph whose nodes stand in the first line.
func conns(s string) string { return "{" + jsonNodes + ",\n\"connections\":[" + s + "]}" }

func TestParseReportsEachMistakeAtItsPlace(t *testing.T) {
	flow := func(s string) string { return conns(`{"extension":"a",` + "\n" + s + `}`) }
	conv := func(s string) string {
		return flow(`"cmd":[{"name":"m","dest":[{"extension":"b","msg_conversion":` + "\n" + s + `}]}]`)
	}
	cases := []struct{ name, file, in, want string }{
		{"unknown key", "g.toml", "[[nodes]]\nname='a'\nadon='x'", "g.toml:3:1: unknown key \"adon\" in a node; did you mean \"addon\"?"},
		{"missing key", "g.toml", "[[nodes]]\nname='a'\nzzz='x'", `g.toml:1:3: a node without "addon"; add "addon"`},
		{"unknown key, nothing near", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x"}],"zzz":1}`,
			`g.json:1:56: unknown key "zzz" in a graph; known are connections, exposed_messages, exposed_properties, nodes`},
		{"group is for TOML", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","group":"g"}]}`,
			`g.json:1:54: unknown key "group" in a node; known are addon, app, extension_group, name, property, type`},
		{"wrong type", "g.toml", "[[nodes]]\nname=7\naddon='x'", "g.toml:2:6: name is a whole number (7), not a string"},
		{"node is no table", "g.toml", "nodes = ['a']", "g.toml:1:10: a node is a string (\"a\"), not a table"},
		{"missing type in JSON", "g.json", `{"nodes":[{"name":"a","addon":"x"}]}`, `g.json:1:11: a node without "type"; add "type"`},
		{"bad type", "g.json", `{"nodes":[{"type":"extention","name":"a","addon":"x"}]}`,
			`g.json:1:19: type is a string ("extention"), not one of extension, subgraph, selector; did you mean "extension"?`},
		{"bad identifier", "g.toml", "[[nodes]]\nname='my-node'\naddon='x'", `g.toml:2:6: "my-node" cannot be a node name; use letters, digits and _, and no digit first`},
		{"reserved", "g.toml", "[[nodes]]\nname='ten:x'\naddon='x'", `g.toml:2:6: "ten:x" cannot be a node name; names that begin with ten: belong to the runtime`},
		{"duplicate", "g.toml", "[[nodes]]\nname='a'\naddon='x'\n[[nodes]]\nname='a'\naddon='y'",
			"g.toml:4:3: Duplicated extension was found in nodes[1], addon: y, name: a; the first is at line 1: give this one another name"},
		{"no nodes", "g.json", `{"nodes":[]}`, `g.json:1:1: No extension node is defined in graph; give it a node with "name" and "addon"`},
		{"null property", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","property":{"p":[null]}}]}`, "g.json:1:71: a property cannot be null; leave the key out"},
		{"property is no table", "g.toml", "[[nodes]]\nname='a'\naddon='x'\nproperty=3", "g.toml:4:10: property is a whole number (3), not a table"},
		{"selector", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x"},{"type":"selector","name":"s","filter":{}}]}`,
			`g.json:1:94: a filter without "field"; add "field"`},
		{"selector without a filter", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x"},{"type":"selector","name":"s"}]}`,
			`g.json:1:55: a node without "filter"; add "filter"`},
		{"bad pattern", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x"},{"type":"selector","name":"s","filter":{"field":"name","operator":"regex","value":"("}}]}`,
			"g.json:1:137: the pattern \"(\" is no regular expression: error parsing regexp: missing closing ): `(`"},
		{"to nowhere", "g.toml", tomlNodes + "[[connections]]\nfrom='a'\ncmd=['hi', 'ho']\nto=['bb']",
			`g.toml:5:5: The extension declared in connections[0]: cmd[0] is not defined in nodes, extension: bb; did you mean "b"?`},
		{"from nowhere", "g.json", conns(`{"extension":"nobody","cmd":[{"name":"m","dest":[{"extension":"a"}]}]}`),
			"g.json:2:29: The extension declared in connections[0] is not defined in nodes, extension: nobody; add the node or remove the connection"},
		{"name and names", "g.json", flow(`"cmd":[{"name":"m","names":["n"],"dest":[{"extension":"b"}]}]`),
			"g.json:3:20: connections[0]: cmd[0]: Both 'name' and 'names' fields are specified, but they are mutually exclusive"},
		{"neither name", "g.json", flow(`"cmd":[{"dest":[{"extension":"b"}]}]`), "g.json:3:8: connections[0]: cmd[0]: Neither 'name' nor 'names' field is specified, but one must be provided"},
		{"empty names", "g.json", flow(`"cmd":[{"names":[],"dest":[{"extension":"b"}]}]`), "g.json:3:17: connections[0]: cmd[0]: 'names' field is empty, must contain at least one name"},
		{"dest and source", "g.json", flow(`"cmd":[{"name":"m","dest":[{"extension":"b"}],"source":[{"extension":"c"}]}]`),
			"g.json:3:47: connections[0]: cmd[0]: both 'dest' and 'source', but they are mutually exclusive; write a flow for each direction"},
		{"neither end", "g.json", flow(`"cmd":[{"name":"m"}]`), "g.json:3:8: connections[0]: cmd[0]: neither 'dest' nor 'source', but one must be provided; say where it goes: dest"},
		{"wildcard", "g.json", flow(`"cmd":[{"name":"*","dest":[{"extension":"b"}]}]`), `g.json:3:16: "*" cannot be a message name; use letters, digits and _, and no digit first`},
		{"two kinds of place", "g.json", flow(`"cmd":[{"name":"m","dest":[{"extension":"b","subgraph":"s"}]}]`),
			"g.json:3:28: connections[0]: cmd[0]: dest[0]: the type of the node must be one of extension/subgraph/selector; name exactly one"},
		{"same name twice", "g.json", flow(`"cmd":[{"name":"m","dest":[{"extension":"b"}]},{"names":["k","m"],"dest":[{"extension":"c"}]}]`),
			"g.json:3:62: 'm' is defined in connections[0]: cmd[0] and connections[0]: cmd[1]; merge the following cmd into one section"},
		{"conversion with names", "g.json", flow(`"cmd":[{"names":["m"],"dest":[{"extension":"b","msg_conversion":{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":1}]}}]}]`),
			"g.json:3:48: connections[0]: cmd[0]: dest[0]: msg_conversion is not allowed with 'names'; write a flow with 'name' for each message"},
		{"result of data", "g.json", flow(`"data":[{"name":"m","dest":[{"extension":"b","msg_conversion":{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":1}],` + "\n" + `"result":{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":1}]}}}]}]`),
			"g.json:4:1: connections[0]: data[0]: dest[0]: result conversion is not allowed for data out msg; only commands have results: remove it"},
		{"conversion type", "g.json", conv(`{"type":"all","rules":[{"path":"p","conversion_mode":"fixed_value","value":1}]}`), `g.json:4:9: type is a string ("all"), not "per_property", the only one there is`},
		{"no rules", "g.json", conv(`{"type":"per_property","rules":[]}`), "g.json:4:32: connections[0]: cmd[0]: dest[0]: 'rules' is empty, must contain at least one rule"},
		{"fixed without value", "g.json", conv(`{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value"}]}`), `g.json:4:33: a conversion rule without "value"; add "value"`},
		{"fixed with a list", "g.json", conv(`{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":[]}]}`), "g.json:4:85: value is a list of 0, not a string, a number or true or false"},
		{"original with value", "g.json", conv(`{"type":"per_property","rules":[{"path":"p","conversion_mode":"from_original","original_path":"q","value":1}]}`),
			`g.json:4:99: a from_original rule with "value"; remove it, or change the conversion_mode`},
		{"bad path", "g.json", conv(`{"type":"per_property","rules":[{"path":"p[-1]","conversion_mode":"fixed_value","value":1}]}`), `g.json:4:41: path is a string ("p[-1]"), not a path such as a.b[0]`},
		{"bad mode", "g.json", conv(`{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed","value":1}]}`), `g.json:4:63: conversion_mode is a string ("fixed"), not fixed_value or from_original`},
		{"result name", "g.json", conv(`{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":1}],"result":{"type":"per_property","rules":[{"path":"ten.name","conversion_mode":"fixed_value","value":"x"}]}}`),
			"g.json:4:130: connections[0]: cmd[0]: dest[0]: a result has no name that could be changed; remove the rule"},
		{"two conversions", "g.json", flow(`"cmd":[{"name":"m","dest":[{"extension":"b","msg_conversion":{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":1}]}},` + "\n" + `{"extension":"b","msg_conversion":{"type":"per_property","rules":[{"path":"p","conversion_mode":"fixed_value","value":2}]}}]}]`),
			`g.json:4:14: Duplicated message conversion; cmd "m" from "a" to "b" is converted at g.json:3:41 already: keep one`},
		{"two conversions in two connections", "g.toml", tomlNodes + strings.Repeat("[[connections]]\nextension='a'\ncmd=[{name='m', dest=[{extension='b', msg_conversion={type='per_property', rules=[{path='p', conversion_mode='fixed_value', value=1}]}}]}]\n", 2) + "[[connections]]\nextension='a'\ncmd=[{name='m', dest=[{extension='b', msg_conversion={type='per_property', rules=[{path='p', conversion_mode='fixed_value', value=2}]}}]}]\n",
			`g.toml:10:34: Duplicated message conversion; cmd "m" from "a" to "b" is converted at g.toml:4:34 already: keep one`},
		{"empty app", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","app":""}]}`, "g.json:1:60: nodes[0]: the 'app' field can not be empty, remove the field if the graph is a single-app graph"},
		{"localhost", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","app":"localhost"}]}`,
			"g.json:1:11: nodes[0]: 'localhost' is not allowed in graph definition, and the graph seems to be a single-app graph, just remove the 'app' field"},
		{"mixed apps", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","app":"http://a"},{"type":"extension","name":"b","addon":"x"}]}`,
			"g.json:1:1: Either all nodes should have 'app' declared, or none should, but not a mix of both."},
		{"app of a connection only", "g.json", conns(`{"app":"http://a","extension":"a","cmd":[{"name":"m","dest":[{"extension":"b"}]}]}`),
			"g.json:2:46: connections[0]: the 'app' field should not be declared, as not any node has declared it"},
		{"localhost among several", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","app":"http://a"},{"type":"extension","name":"b","addon":"x","app":"localhost"}]}`,
			"g.json:1:72: nodes[1]: 'localhost' is not allowed in graph definition, change the content of 'app' field to be consistent with 'ten::uri'"},
		{"connection without its app", "g.json", `{"nodes":[{"type":"extension","name":"a","addon":"x","app":"http://a"}],` + "\n" + `"connections":[{"extension":"a","cmd":[{"name":"m","dest":[{"app":"http://a","extension":"a"}]}]}]}`,
			"g.json:2:29: connections[0]: the 'app' field should be declared, as it has been declared in nodes"},
		{"localhost of a dest", "g.json", conns(`{"extension":"a","cmd":[{"name":"m","dest":[{"app":"localhost","extension":"b"}]}]}`),
			"g.json:2:91: connections[0]: cmd[0]: dest[0]: 'localhost' is not allowed in graph definition, and the graph seems to be a single-app graph, just remove the 'app' field"},
		{"conversion of a source", "g.json", flow(`"cmd":[{"name":"m","source":[{"extension":"b",` + "\n" + `"msg_conversion":{}}]}]`),
			"g.json:4:1: connections[0]: cmd[0]: source[0]: msg_conversion is not allowed in 'source'; write the flow as 'dest' of the sender"},
		{"empty dest", "g.json", flow(`"cmd":[{"name":"m","dest":[]}]`), "g.json:3:27: connections[0]: cmd[0]: 'dest' is empty, must contain at least one node"},
		{"exposed direction", "g.json", `{` + jsonNodes + `,"exposed_messages":[` + "\n" + `{"type":"cmd","name":"m","extension":"a"}]}`,
			`g.json:2:9: type is a string ("cmd"), not a kind of message with _in or _out, such as cmd_in`},
		{"exposed by no one", "g.json", `{` + jsonNodes + `,"exposed_properties":[` + "\n" + `{"name":"m","extension":"q"}]}`,
			"g.json:2:25: The extension declared in exposed m is not defined in nodes, extension: q; add the node or remove the connection"},
		{"renamed to nonsense", "g.json", conv(`{"type":"per_property","rules":[{"path":"ten.name","conversion_mode":"fixed_value","value":7}]}`), "g.json:4:92: a message name is a string, not a whole number (7)"},
		{"short without to", "g.toml", tomlNodes + "[[connections]]\nfrom='a'\ncmd=['hi']", `g.toml:4:6: "hi" goes to no one; add to = ["a_node"] to the connection`},
		{"from and extension", "g.toml", tomlNodes + "[[connections]]\nfrom='a'\nextension='a'\ncmd=['hi']\nto=['b']", "g.toml:4:1: both from and extension, which say the same; keep one"},
		{"a string for a list", "g.toml", tomlNodes + "[[connections]]\nfrom='a'\ncmd='hi'\nto=['b']", `g.toml:4:5: cmd is a string ("hi"), not a list`},
		{"subgraph by network", "g.json", `{"nodes":[{"type":"subgraph","name":"s","graph":{"import_uri":"https://x/y.json"}}]}`,
			"g.json:1:63: graphs are not fetched from the network; save the file beside this one and import that"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.file, []byte(c.in))
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); got != c.want && !strings.Contains("\n"+got+"\n", "\n"+c.want+"\n") {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAllMistakesOfAFileComeAtOnceInOrder(t *testing.T) {
	_, err := Parse("g.toml", []byte("[[nodes]]\nname='a'\nadon='x'\n[[nodes]]\nname='b'\naddon=1\n[[connections]]\nfrom='a'\ncmd=['hi']\nto=['q']\n"))
	var lines []int
	for _, p := range Problems(err) {
		lines = append(lines, p.Pos.Line)
	}
	if !slices.Equal(lines, []int{3, 6, 10}) {
		t.Errorf("lines %v of\n%v", lines, err)
	}
	var one *Error
	if !errors.As(err, &one) || one.Pos.Line != 3 {
		t.Errorf("errors.As finds %v", one)
	}
}

func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// parseIn parses main.json in a folder with those files; errors name the folder as DIR.
func parseIn(t *testing.T, files map[string]string) (*Graph, string) {
	t.Helper()
	dir := writeFiles(t, files)
	g, err := Parse(filepath.Join(dir, "main.json"), []byte(files["main.json"]))
	if err != nil {
		return g, strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	}
	return g, ""
}

func sub(name, uri, more string) string {
	return `{"type":"subgraph","name":"` + name + `","graph":{"import_uri":"` + uri + `"}` + more + `}`
}

func ext(name string) string { return `{"type":"extension","name":"` + name + `","addon":"x"}` }

func TestSubgraphsAreFlattened(t *testing.T) {
	inner := `{"nodes":[` + ext("e") + `,` + ext("f") + `],"connections":[{"extension":"e","cmd":[{"name":"in","dest":[{"extension":"f"}]}]}],` +
		`"exposed_messages":[{"type":"cmd_in","name":"go","extension":"e"},{"type":"data_out","name":"tick","extension":"f"}],` +
		`"exposed_properties":[{"name":"p","extension":"e"}]}`
	middle := `{"nodes":[` + sub("t", "inner.json", "") + `],"exposed_messages":[{"type":"cmd_in","name":"go","subgraph":"t"}],"exposed_properties":[{"name":"p","subgraph":"t"}]}`
	g, err := parseIn(t, map[string]string{
		"main.json": `{"nodes":[` + ext("a") + `,` + sub("s", "sub/middle.json", `,"property":{"p":{"q":1}}`) + `,` + sub("u", "sub/inner.json", "") + `],
			"connections":[{"extension":"a","cmd":[{"name":"go","dest":[{"subgraph":"s"},{"subgraph":"u"}]}]},{"subgraph":"u","data":[{"name":"tick","dest":[{"extension":"a"}]}]}]}`,
		"sub/middle.json": middle,
		"sub/inner.json":  inner,
	})
	if err != "" {
		t.Fatal(err)
	}
	want := "a:x s_t_e:x s_t_f:x u_e:x u_f:x | a cmd go -> s_t_e,u_e | u_f data tick -> a | s_t_e cmd in -> s_t_f | u_e cmd in -> u_f"
	if got := show(g); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := string(msg.AppendJSON(nil, g.Node("s_t_e").Property)); got != `{"p":{"q":1}}` {
		t.Errorf("property is %s", got)
	}
	if !g.Node("u_e").Property.IsZero() {
		t.Errorf("the other subgraph got the property too: %v", g.Node("u_e").Property)
	}
}

func TestSubgraphMistakes(t *testing.T) {
	main := func(s string) string { return `{"nodes":[` + ext("a") + ",\n" + s }
	inner := `{"nodes":[` + ext("e") + `],"exposed_messages":[{"type":"cmd_in","name":"go","extension":"e"}],"exposed_properties":[{"name":"pace","extension":"e"}]}`
	cases := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"itself", map[string]string{"main.json": main(sub("s", "a.json", "") + `]}`), "a.json": `{"nodes":[` + sub("s", "b.json", "") + `]}`, "b.json": `{"nodes":[` + sub("s", "a.json", "") + `]}`},
			"b.json:1:63: subgraphs that contain each other: a.json -> b.json -> a.json; remove one of the imports"},
		{"missing", map[string]string{"main.json": main(sub("s", "no.json", "") + `]}`)}, "main.json:2:53: import of no.json: there is no such file; check the path"},
		{"broken", map[string]string{"main.json": main(sub("s", "b.json", "") + `]}`), "b.json": "{\n,}"}, "b.json:2:1: not valid JSON: ',' where a key in double quotes should stand"},
		{"not exposed", map[string]string{"main.json": main(sub("s", "i.json", "") + `],` + "\n" + `"connections":[{"extension":"a","cmd":[{"name":"no","dest":[{"subgraph":"s"}]}]}]}`), "i.json": inner},
			"main.json:3:73: Message 'no' of type 'cmd_in' is not exposed by subgraph 's'"},
		{"exposes nothing", map[string]string{"main.json": main(sub("s", "i.json", "") + `],` + "\n" + `"connections":[{"extension":"a","cmd":[{"name":"no","dest":[{"subgraph":"s"}]}]}]}`), "i.json": `{"nodes":[` + ext("e") + `]}`},
			"main.json:3:73: Subgraph 's' does not have exposed_messages defined"},
		{"property", map[string]string{"main.json": main(sub("s", "i.json", `,"property":{"pase":1}`) + `]}`), "i.json": inner},
			`main.json:2:75: Property 'pase' specified in subgraph node 's' is not exposed by the subgraph; did you mean "pace"?`},
		{"called an extension", map[string]string{"main.json": main(sub("s", "i.json", "") + `],` + "\n" + `"connections":[{"extension":"a","cmd":[{"name":"go","dest":[{"extension":"s"}]}]}]}`), "i.json": inner},
			`main.json:3:74: "s" is a subgraph node, not an extension; write "subgraph": "s"`},
		{"absolute", map[string]string{"main.json": main(sub("s", "/x.json", "") + `]}`)}, "main.json:2:53: absolute paths are not supported in import_uri; write it relative to this file"},
		{"same name", map[string]string{"main.json": main(ext("s_e") + "," + sub("s", "i.json", "") + `]}`), "i.json": inner},
			"i.json:1:11: Duplicated extension was found, addon: x, name: s_e; a subgraph makes two of that name; the other is at main.json:2:1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := parseIn(t, c.files); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSubgraphsCannotMultiplyWithoutEnd(t *testing.T) {
	files := map[string]string{}
	for i := range 9 {
		var nodes []string
		for j := range 10 {
			nodes = append(nodes, sub("s"+string(rune('a'+j)), "g"+string(rune('1'+i))+".json", ""))
		}
		files["g"+string(rune('0'+i))+".json"] = `{"nodes":[` + strings.Join(nodes, ",") + `]}`
	}
	files["g9.json"] = `{"nodes":[` + ext("e") + `]}`
	files["main.json"] = files["g0.json"]
	if _, got := parseIn(t, files); !strings.Contains(got, "more than 10000 nodes") {
		t.Errorf("got %.300s", got)
	}
}

func TestReadFileSaysWhatIsTheMatter(t *testing.T) {
	dir := writeFiles(t, map[string]string{"empty": " \n\t", "latin": "ab\nc\xe9", "bom": "\uFEFFx = 1"})
	big := filepath.Join(dir, "big")
	if err := os.WriteFile(big, make([]byte, 10<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		"missing": "there is no such file; check the path",
		".":       "this is a folder, not a file; name a file in it",
		"big":     "the file has 10.0 MiB; more than 4 MiB are not read; is it the right file?",
		"empty":   "the file is empty; a graph needs one node at least, with a name and an addon",
		"latin":   ":2:2: the file is not UTF-8 text; save it as UTF-8",
	}
	for name, want := range cases {
		if _, err := ReadFile(filepath.Join(dir, name)); err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(err.Error(), dir) {
			t.Errorf("%s: %v, not %s", name, err, want)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "latin"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(filepath.Join(dir, "latin")); os.Geteuid() != 0 && !strings.HasSuffix(err.Error(), "latin: cannot be read: permission denied") {
		t.Errorf("no permission: %v", err)
	}
	if _, err := ReadFile(filepath.Join(dir, "empty", "x")); err == nil || !strings.HasSuffix(err.Error(), "x: cannot be read: not a directory") {
		t.Errorf("a file as a folder: %v", err)
	}
	if data, err := ReadFile(filepath.Join(dir, "bom")); err != nil || string(data) != "x = 1" {
		t.Errorf("byte order mark: %q, %v", data, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(conns(`{"extension":"a","cmd":[{"name":"m","dest":[{"extension":"b","msg_conversion":{"type":"per_property","rules":[{"path":"p","conversion_mode":"from_original","original_path":"q"}]}}]}]}`)))
	f.Add([]byte(`{"nodes":[{"type":"subgraph","name":"s","graph":{"import_uri":"x"}},{"type":"selector"}],"connections":[{"subgraph":"s","data":[{"names":["a"],"source":[{"extension":"b"}]}]}]}`))
	f.Add([]byte(`{"nodes":[{"type":"extension","name":"a","addon":"x","app":"u"}],"exposed_messages":[{"type":"cmd_in","name":"m","extension":"a"}],"exposed_properties":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := Parse("fuzz.json", data)
		if (g == nil) != (err != nil) {
			t.Fatalf("graph %v with error %v", g, err)
		}
		if err != nil {
			return
		}
		if _, err := g.Compile(); err != nil {
			t.Errorf("parses but does not compile: %v", err)
		}
		if d := Compare(g, g); !d.Empty() {
			t.Errorf("differs from itself: %v", d)
		}
	})
}

func TestSelectorsStandForTheNodesTheySelect(t *testing.T) {
	nodes := `{"nodes":[{"type":"extension","name":"a","addon":"one"},{"type":"extension","name":"b1","addon":"two"},{"type":"extension","name":"b2","addon":"three"},
		{"type":"selector","name":"s","filter":%s}],"connections":[{%s}]}`
	to, from := `"extension":"a","cmd":[{"name":"m","dest":[{"selector":"s"}]}]`, `"extension":"a","cmd":[{"name":"m","source":[{"selector":"s"}]}]`
	own := `"selector":"s","cmd":[{"name":"m","dest":[{"extension":"a"}]}]`
	for _, c := range []struct{ filter, connection, want string }{
		{`{"field":"name","operator":"regex","value":"^b"}`, to, "a>b1 a>b2"},
		{`{"field":"name","operator":"exact","value":"b"}`, to, ""},
		{`{"field":"addon","operator":"exact","value":"three"}`, to, "a>b2"},
		{`{"field":"app","operator":"regex","value":""}`, to, ""},
		{`{"field":"type","operator":"exact","value":"extension"}`, to, "a>a a>b1 a>b2"},
		{`{"and":[{"field":"name","operator":"regex","value":"b"},{"or":[{"field":"addon","operator":"exact","value":"two"},{"field":"addon","operator":"exact","value":"one"}]}]}`, to, "a>b1"},
		{`{"field":"name","operator":"regex","value":"b"}`, from, "b1>a b2>a"},
		{`{"field":"name","operator":"regex","value":"b"}`, own, "b1>a b2>a"},
	} {
		g, err := Parse("g.json", fmt.Appendf(nil, nodes, c.filter, c.connection))
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		var got []string
		for _, conn := range g.Connections {
			for _, d := range conn.Flows[0].Dests {
				got = append(got, conn.From+">"+d.Extension)
			}
		}
		if s := strings.Join(got, " "); s != c.want || len(g.Nodes) != 3 {
			t.Errorf("%s: %q, want %q; %d nodes", c.filter, s, c.want, len(g.Nodes))
		}
	}
}

func TestExposedMessagesAreKeptForWhoStartsTheGraph(t *testing.T) {
	g, err := Parse("g.json", []byte(`{"nodes":[{"type":"extension","name":"a","addon":"x"}],
		"exposed_messages":[{"type":"cmd_in","name":"hi","extension":"a"},{"type":"video_frame_out","name":"pic","extension":"a"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Exposed{{Kind: msg.KindCmd, Name: "hi", Extension: "a"}, {Kind: msg.KindVideoFrame, Out: true, Name: "pic", Extension: "a"}}
	if !slices.Equal(g.Exposed, want) {
		t.Errorf("%+v", g.Exposed)
	}
}

func TestWhatToDoFollowsTheNearestName(t *testing.T) {
	e := Error{Msg: `there is no addon "greter"`, Near: "greeter", Remedy: "there are echo and greeter"}
	if got, want := e.Error(), `there is no addon "greter"; did you mean "greeter"? There are echo and greeter`; got != want {
		t.Errorf("%s", got)
	}
	if e.Near = ""; e.Error() != `there is no addon "greter"; there are echo and greeter` {
		t.Errorf("%s", e.Error())
	}
}
