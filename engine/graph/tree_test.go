package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"tenbench/engine/msg"
)

func jsonOf(t *Tree) string { return string(msg.AppendJSON(nil, t.Value())) }

func TestTOMLTreeKeepsOrderCaseAndTypes(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"numbers", "i = 1_000\nf = 1.0\ne = 5e3\nh = 0xFF\no = 0o17\nb = 0b11\nn = -7\np = +7", `{"i":1000,"f":1.0,"e":5000.0,"h":255,"o":15,"b":3,"n":-7,"p":7}`},
		{"case", "Bb = 1\naA = 2", `{"Bb":1,"aA":2}`},
		{"strings", "a = 'l\\n'\nb = \"x\\ty\"\nc = \"\"\"\none\ntwo\"\"\"\nd = '''\nthree'''", `{"a":"l\\n","b":"x\ty","c":"one\ntwo","d":"three"}`},
		{"dates are text", "a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27T07:32:00Z\nd = 1979-05-27 07:32:00", `{"a":"1979-05-27","b":"07:32:00","c":"1979-05-27T07:32:00Z","d":"1979-05-27 07:32:00"}`},
		{"dotted keys", "a.b.c = 1\na.b.d = 2\n\"x.y\" = 3", `{"a":{"b":{"c":1,"d":2}},"x.y":3}`},
		{"headers", "[a.b]\nc = 1\n[a]\nd = 2", `{"a":{"b":{"c":1},"d":2}}`},
		{"lists of tables", "[[l]]\nn = 1\n[l.p]\nq = 2\n[[l]]\nn = 3\n[[l.m]]\no = 4", `{"l":[{"n":1,"p":{"q":2}},{"n":3,"m":[{"o":4}]}]}`},
		{"inline", "a = { b = 1, c = { d = [1, [2, 3], {e = 4}] }, f.g = 5 }", `{"a":{"b":1,"c":{"d":[1,[2,3],{"e":4}]},"f":{"g":5}}}`},
		{"comments", "# one\na = [ # two, [\n 1, # three\n [2], # four\n] # five\nb = 6", `{"a":[1,[2]],"b":6}`},
		{"beyond int64", "a = 18446744073709551615", `{"a":18446744073709551615}`},
		{"empty tables", "[a]\n[b]\n[[c]]", `{"a":{},"b":{},"c":[{}]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var r Report
			tree := ParseTOML("c.toml", []byte(c.in), &r)
			if err := r.Err(); err != nil {
				t.Fatal(err)
			}
			if got := jsonOf(tree); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestTreesKnowWhereThingsAre marks each value with its own place: the string "3:5" stands in line 3, column 5.
func TestTreesKnowWhereThingsAre(t *testing.T) {
	files := map[string]string{
		"c.toml": "a = \"1:5\"\n\n[t] # comment\n  key = '4:9'\n  d.e.f = \"5:11\"\n" +
			"list = [ \"6:10\", # not here\n  [ \"7:5\", { x = \"7:18\" } ],\n   {y=[\"8:8\"]}]\n[[l]]\nz = { q.r = \"10:13\", s = [\"10:27\"] }\n",
		"c.json": "{\"a\": \"1:7\",\n  \"l\": [\"2:9\", {\"m\":\n\"3:1\"}, [\n\t\"4:2\" ] ]}",
	}
	for name, text := range files {
		var r Report
		tree := ParseTree(name, []byte(text), &r)
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
		n := 0
		walk(tree, func(v *Tree) {
			if v.Form == Text {
				n++
				if got := fmt.Sprintf("%d:%d", v.Pos.Line, v.Pos.Col); got != v.str() {
					t.Errorf("%s: %q is said to be at %s", name, v.str(), got)
				}
			}
		})
		if n < 4 {
			t.Errorf("%s: saw %d strings only", name, n)
		}
	}
}

func walk(t *Tree, fn func(*Tree)) {
	if t == nil {
		return
	}
	fn(t)
	for _, kid := range t.Kids {
		walk(kid, fn)
	}
}

func TestTOMLListPlaces(t *testing.T) {
	var r Report
	tree := ParseTOML("c.toml", []byte("a = [\n  [],\n  # [ no\n  [1, [2]], { b = [] },\n]\nc = [[[]]]\n"), &r)
	var got []string
	walk(tree, func(v *Tree) {
		if v.Form == List || v.Form == Table {
			got = append(got, fmt.Sprintf("%d:%d", v.Pos.Line, v.Pos.Col))
		}
	})
	want := "1:1 1:5 2:3 4:3 4:7 4:13 4:19 6:5 6:6 6:7"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestTreesReportWhatIsWrongWhere(t *testing.T) {
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	cases := []struct{ name, file, in, want string }{
		{"key twice", "c.toml", "a = 1\nb = 2\na = 3\n", `c.toml:3:1: "a" is already there, as a whole number at line 1`},
		{"table twice", "c.toml", "[t]\n[u]\n[t]\nx = 1\nx = 2", "c.toml:3:2: \"t\" is already there, as a table at line 1\nc.toml:5:1: \"x\" is already there, as a whole number at line 4"},
		{"table over a value", "c.toml", "t = 1\n[t.u]", `c.toml:2:2: "t" is already there, as a whole number at line 1`},
		{"table over a list", "c.toml", "[[t]]\n[t]", `c.toml:2:2: "t" is already there, as a list at line 1`},
		{"list over an inline list", "c.toml", "t = []\n[[t]]", `c.toml:2:3: "t" is already there, as a list at line 1`},
		{"into an inline table", "c.toml", "t = {a.b = 1}\n[t.c]", `c.toml:2:2: "t" is already there, as a table at line 1`},
		{"into an inline table by dots", "c.toml", "t = {a.b = 1}\nt.a.c = 1", `c.toml:2:1: "t" is already there, as a table at line 1`},
		{"dots into a header", "c.toml", "[a.b]\nx = 1\n[a]\nb.y = 2", `c.toml:4:1: "b" is already there, as a table at line 1`},
		{"inline twice", "c.toml", "t = { a = 1, b = { c = 1, c = 2 } }", `c.toml:1:27: "c" is already there, as a whole number at line 1`},
		{"toml syntax", "c.toml", "a = 1\nb = = 2", "c.toml:2:5: not valid TOML: unexpected character U+003D '=' at start of value"},
		{"toml string unfinished", "c.toml", "a = 1 # \"\nb = \"x\\\"\"\nc = { d = 'e', f = \"g # }\nh = 1", `c.toml:3:20: not valid TOML: a string that never ends; close it with "`},
		{"toml literal unfinished", "c.toml", "a = '''b'''\nc = 'd", `c.toml:2:5: not valid TOML: a string that never ends; close it with '`},
		{"toml lines unfinished", "c.toml", "a = \"\"\"b\nc\n\n", `c.toml:1:5: not valid TOML: a string that never ends; close it with """`},
		{"toml key unfinished", "c.toml", "[a]\n\"b = 1\n", `c.toml:2:1: not valid TOML: a string that never ends; close it with "`},
		{"toml unfinished", "c.toml", "a = [1,", "c.toml:1:7: not valid TOML: array is incomplete"},
		{"no such day", "c.toml", "a = 2024-02-31", "c.toml:1:5: 2024-02-31 is not a date or time that can be stored"},
		{"too large", "c.toml", "a = 99999999999999999999", "c.toml:1:5: 99999999999999999999 is not a whole number that can be stored"},
		{"deep toml", "c.toml", "a = " + deep, "c.toml:1:262: values lie more than 256 deep in each other"},
		{"deep json", "c.json", deep, "c.json:1:258: not valid JSON: values lie more than 256 deep in each other"},
		{"json twice", "c.json", "{\"a\": 1,\n \"a\": 2, \"b\": {\"c\":1,\"c\":2}}", "c.json:2:2: \"a\" is already there, as a whole number at line 1\nc.json:2:22: \"c\" is already there, as a whole number at line 2"},
		{"json comment", "c.json", "{ // no\n}", `c.json:1:3: not valid JSON: '/' where a key in double quotes should stand; JSON has no comments: remove it`},
		{"trailing comma", "c.json", "{\"a\": [1,\n]}", `c.json:2:1: not valid JSON: ']' where a value should stand; remove the comma before it`},
		{"json cut", "c.json", `{"a": {"b": 1`, `c.json:1:14: not valid JSON: the file ends where a comma or '}' should stand`},
		{"json string cut", "c.json", `{"a": "b`, `c.json:1:7: not valid JSON: a string that never ends; close it with a double quote`},
		{"json line break", "c.json", "{\"a\": \"b\nc\"}", `c.json:1:9: not valid JSON: a control character in a string; write line breaks as \n and tabs as \t; is a closing quote missing?`},
		{"json number", "c.json", `[01]`, `c.json:1:2: not valid JSON: "01" is not a number`},
		{"json tail", "c.json", `{} {}`, `c.json:1:4: not valid JSON: text after the end of the JSON value; remove it`},
		{"json escape", "c.json", `["\x"]`, `c.json:1:3: not valid JSON: unknown escape \x; write a backslash as \\`},
		{"json word", "c.json", `[nil]`, `c.json:1:2: not valid JSON: 'n' where a value should stand`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var r Report
			ParseTree(c.file, []byte(c.in), &r)
			if r.Err() == nil {
				t.Fatal("nothing was reported")
			}
			if got := r.Err().Error(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestJSONTreeReadsWhatJSONSays(t *testing.T) {
	in := `{"Z":1,"a":-0.5,"e":1e2,"big":18446744073709551615,"huge":1e300,"s":"\u00e9\ud83d\ude00\n\/","n":null,"t":true,"f":false,"o":{},"l":[]}`
	var r Report
	tree := ParseJSON("c.json", []byte(in), &r)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	want, err := msg.ParseJSON([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if !tree.Value().Equal(want) {
		t.Errorf("got %s\nwant %s", jsonOf(tree), msg.AppendJSON(nil, want))
	}
	if tree.Kids[0].Key != "Z" {
		t.Errorf("the first key is %q", tree.Kids[0].Key)
	}
}

func TestLargeTablesFindTheirKeysAndDuplicates(t *testing.T) {
	var toml, json strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&toml, "k%d = %d\n", i, i)
		fmt.Fprintf(&json, "\"k%d\": %d,\n", i, i)
	}
	for file, text := range map[string]string{"c.toml": toml.String() + "k3000 = 1\nlast = 1\n", "c.json": "{" + json.String() + "\"k3000\": 1,\n\"last\": 1}"} {
		var r Report
		tree := ParseTree(file, []byte(text), &r)
		if got, want := fmt.Sprint(r.Err()), file+":5001:1: \"k3000\" is already there, as a whole number at line 3001"; got != want {
			t.Errorf("got %s, not %s", got, want)
		}
		for _, i := range []int{0, 15, 16, 17, 4999} {
			if got := tree.Get(fmt.Sprintf("k%d", i)); got == nil || jsonOf(got) != fmt.Sprint(i) {
				t.Errorf("%s: k%d is %v", file, i, got)
			}
		}
		if tree.Get("last") == nil || tree.Get("k5000") != nil || len(tree.Kids) != 5001 {
			t.Errorf("%s: %d keys", file, len(tree.Kids))
		}
	}
}

func FuzzTOMLTree(f *testing.F) {
	for _, s := range []string{"a = 1", "[a]\nb.c = {d = [1, 2.0, '3']}\n[[e]]\n", "a = [[], [ # x\n1]]", "a = 1979-05-27T07:32:00Z\n", "\"\\u00e9\" = '''x'''", "[a.b]\n[a]\nb.c = 1", "a = {\n b = 1, # x\n}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = append([]byte(nil), data...)
		var r Report
		tree := ParseTOML("c.toml", data, &r)
		checkPlaces(t, "c.toml", data, tree, &r)
		var plain map[string]any
		// The library takes years before 1 and widths that we do not; what it refuses we must not take.
		if err := toml.Unmarshal(data, &plain); err != nil && r.Err() == nil && !strings.Contains(err.Error(), "out of range") && !ours(tree) {
			t.Errorf("taken, but the library says: %v", err)
		}
	})
}

// ours reports whether the tree holds something that is read in another way here: numbers beyond int64 and times.
func ours(tree *Tree) bool {
	found := false
	walk(tree, func(v *Tree) { found = found || v.Form == Time || v.Scalar.Type() == msg.Uint64Type })
	return found
}

func FuzzJSONTree(f *testing.F) {
	for _, s := range []string{"{}", `{"a":[1,2.5,-3e4,"\u00e9",null,true]}`, `{"a":1,"a":2}`, "[", `"\ud800"`, "[1,]", "tru", "-"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, err := CheckText("c.json", data); err != nil || len(text) != len(data) {
			return
		}
		var r Report
		tree := ParseJSON("c.json", data, &r)
		checkPlaces(t, "c.json", data, tree, &r)
		valid, taken := json.Valid(data), tree != nil
		if taken && !valid {
			t.Errorf("%q is no JSON, but was taken", data)
		}
		if valid && !taken && !strings.Contains(r.Err().Error(), "deep") && !strings.Contains(r.Err().Error(), "beyond") {
			t.Errorf("%q is JSON, but: %v", data, r.Err())
		}
	})
}

func checkPlaces(t *testing.T, file string, data []byte, tree *Tree, r *Report) {
	t.Helper()
	lines := strings.Split(string(data), "\n")
	inside := func(p Pos) {
		if p.File != file || p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > len(lines[p.Line-1])+1 {
			t.Errorf("place %v is not in the file", p)
		}
	}
	walk(tree, func(v *Tree) { inside(v.Pos); inside(v.KeyPos) })
	for _, e := range r.list {
		inside(e.Pos)
		_ = e.Error()
	}
}
