package graph

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tenbench/engine/msg"
)

func object(t testing.TB, text string) *msg.Object {
	t.Helper()
	v, err := msg.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.Object()
}

func fixed(path string, v msg.Value) Rule { return Rule{Path: path, Value: v} }

func from(path, original string) Rule {
	return Rule{Path: path, FromOriginal: true, OriginalPath: original}
}

func TestRoutesAnswerByKindSenderAndName(t *testing.T) {
	conv := &Conversion{Rules: []Rule{fixed("p", msg.Int(1))}}
	g := &Graph{
		Nodes: []Node{{Name: "a"}, {Name: "b"}, {Name: "c"}},
		Connections: []Connection{
			{From: "a", Flows: []Flow{
				{Kind: msg.KindCmd, Name: "hi", Dests: []Dest{{Extension: "b"}, {Extension: "c", Conversion: conv}}},
				{Kind: msg.KindData, Name: "hi", Dests: []Dest{{Extension: "c"}}},
			}},
			{From: "a", Flows: []Flow{{Kind: msg.KindCmd, Name: "hi", Dests: []Dest{{Extension: "b"}, {Extension: "a"}}}}},
		},
	}
	r, err := g.Compile()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.Dests("a", msg.KindCmd, "hi"), r.Dests("a", msg.KindData, "hi")); got != "[b c a] [c]" {
		t.Errorf("dests %s", got)
	}
	if r.Dests("a", msg.KindAudioFrame, "hi") != nil || r.Dests("b", msg.KindCmd, "hi") != nil || r.Dests("a", msg.KindCmd, "Hi") != nil {
		t.Error("something that is not connected has a destination")
	}
	if got := r.Conversions("c", "a", msg.KindCmd, "hi"); len(got) != 1 || got[0] != conv {
		t.Errorf("conversions %v", got)
	}
	if r.Conversions("b", "a", msg.KindCmd, "hi") != nil || r.Conversions("c", "a", msg.KindData, "hi") != nil {
		t.Error("a conversion applies where it was not written")
	}
	if n := testing.AllocsPerRun(100, func() { r.Dests("a", msg.KindCmd, "hi"); r.Conversions("c", "a", msg.KindCmd, "hi") }); n != 0 {
		t.Errorf("a lookup allocates %v times", n)
	}
}

func TestCompileRefusesTwinsAndConnectionsToNowhere(t *testing.T) {
	one := func(from, to string) *Graph {
		return &Graph{Nodes: []Node{{Name: "a"}}, Connections: []Connection{{From: from, Flows: []Flow{{Kind: msg.KindCmd, Name: "m", Dests: []Dest{{Extension: to}}}}}}}
	}
	twins := &Graph{Nodes: []Node{{Name: "zed"}, {Name: "zed"}}}
	for _, g := range []*Graph{one("a", "zed"), one("zed", "a"), twins} {
		if _, err := g.Compile(); err == nil || !strings.Contains(err.Error(), `"zed"`) {
			t.Errorf("error %v", err)
		}
	}
}

func TestCompileMergesConversionsOfOneRoute(t *testing.T) {
	one, two := &Conversion{Rules: []Rule{fixed("p", msg.Int(1))}}, &Conversion{Rules: []Rule{fixed("p", msg.Int(2))}}
	same := &Conversion{Rules: []Rule{fixed("p", msg.Int(1))}}
	compile := func(convs ...*Conversion) ([]*Conversion, error) {
		g := &Graph{Nodes: []Node{{Name: "a"}}}
		for _, c := range convs {
			g.Connections = append(g.Connections, Connection{From: "a", Flows: []Flow{{Kind: msg.KindCmd, Name: "m", Dests: []Dest{{Extension: "a", Conversion: c}}}}})
		}
		r, err := g.Compile()
		if err != nil {
			return nil, err
		}
		return r.Conversions("a", "a", msg.KindCmd, "m"), nil
	}
	for _, convs := range [][]*Conversion{{one, nil}, {nil, one}, {one, same}} {
		if got, err := compile(convs...); err != nil || len(got) != 1 || got[0] != one {
			t.Errorf("%v: %v, %v", convs, got, err)
		}
	}
	if _, err := compile(one, two); err == nil || !strings.HasPrefix(err.Error(), "Duplicated message conversion") {
		t.Errorf("two different ones: %v", err)
	}
}

func TestConversion(t *testing.T) {
	cases := []struct {
		name, in string
		keep     bool
		rules    []Rule
		want     string
		newName  string
	}{
		{"originals go", `{"orig":1}`, false, []Rule{fixed("s", msg.String("x")), fixed("i", msg.Int(-7)), fixed("f", msg.Float(1.5)), fixed("b", msg.Bool(true))},
			`{"s":"x","i":-7,"f":1.5,"b":true}`, "m"},
		{"originals stay", `{"orig":1,"s":2}`, true, []Rule{fixed("s", msg.String("x"))}, `{"orig":1,"s":"x"}`, "m"},
		{"rename", `{"k":1}`, true, []Rule{fixed("ten.name", msg.String("other"))}, `{"k":1}`, "other"},
		{"name as a source", `{}`, false, []Rule{from("was", "ten.name")}, `{"was":"m"}`, "m"},
		{"rename from a property", `{"to":"other"}`, false, []Rule{from("ten.name", "to")}, `{}`, "other"},
		{"sources are the original's", `{"a":1,"b":2}`, true, []Rule{from("a", "b"), from("b", "a")}, `{"a":2,"b":1}`, "m"},
		{"missing originals are skipped", `{"a":1}`, false, []Rule{from("x", "no"), from("y", "a.b"), from("z", "a[0]"), from("a", "a")}, `{"a":1}`, "m"},
		{"arrays in order", `{"a":"v"}`, false, []Rule{fixed("l[0]", msg.String("zero")), from("l[1].k", "a")}, `{"l":["zero",{"k":"v"}]}`, "m"},
		{"array gaps", `{}`, false, []Rule{fixed("l[2]", msg.Int(1))}, `{"l":[null,null,1]}`, "m"},
		{"containers on the way", `{"a":{"b":[{"c":7}]}}`, false, []Rule{from("x.y[0].z", "a.b[0].c")}, `{"x":{"y":[{"z":7}]}}`, "m"},
		{"wrong containers are replaced", `{"a":1}`, true, []Rule{fixed("a.b", msg.Int(2))}, `{"a":{"b":2}}`, "m"},
		{"whole objects", `{"a":{"Q":1,"p":[2]}}`, false, []Rule{from("b", "a")}, `{"b":{"Q":1,"p":[2]}}`, "m"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := object(t, c.in)
			name, out, err := (&Conversion{KeepOriginal: c.keep, Rules: c.rules}).Apply("m", in)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(out.AppendJSON(nil)); got != c.want || name != c.newName {
				t.Errorf("got %s %s, not %s %s", name, got, c.newName, c.want)
			}
			if got := string(in.AppendJSON(nil)); got != c.in {
				t.Errorf("the original is now %s", got)
			}
		})
	}
}

func TestConversionFailsWithItsPlace(t *testing.T) {
	rule := from("ten.name", "n")
	rule.Pos = Pos{"g.json", 3, 4}
	for _, in := range []string{`{"n":7}`, `{"n":""}`} {
		name, out, err := (&Conversion{KeepOriginal: true, Rules: []Rule{rule}}).Apply("m", object(t, in))
		if err == nil || !strings.HasPrefix(err.Error(), `g.json:3:4: conversion rule for "ten.name": `) {
			t.Errorf("%s: error %v", in, err)
		}
		if name != "m" || out.Len() != 0 {
			t.Errorf("%s: half a message came out: %s %s", in, name, out.AppendJSON(nil))
		}
	}
}

func TestResultConversionKeepsWhatIsThere(t *testing.T) {
	c := &Conversion{Result: &Conversion{Rules: []Rule{fixed("added", msg.String("x")), from("moved", "detail"), from("none", "none")}}}
	out, err := c.ApplyResult(object(t, `{"detail":"hi"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(out.AppendJSON(nil)); got != `{"detail":"hi","added":"x","moved":"hi"}` {
		t.Errorf("got %s", got)
	}
	if !c.HasResult() || (&Conversion{}).HasResult() {
		t.Error("HasResult is wrong")
	}
	plain, err := (&Conversion{}).ApplyResult(object(t, `{"a":1}`))
	if got := string(plain.AppendJSON(nil)); err != nil || got != `{"a":1}` {
		t.Errorf("without rules: %s, %v", got, err)
	}
	c.Result.Rules = []Rule{fixed("ten.name", msg.String("x"))}
	if _, err := c.ApplyResult(object(t, `{}`)); !errors.Is(err, errResultName) {
		t.Errorf("renaming a result: %v", err)
	}
}

func TestResolveEnv(t *testing.T) {
	env := map[string]string{"SET": "value", "EMPTY": "", "A|B": "no"}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	cases := []struct{ name, in, want, secrets string }{
		{"set", `{"a":"${env:SET}"}`, `{"a":"value"}`, "value"},
		{"set beats default", `{"a":"${env:SET|d}"}`, `{"a":"value"}`, "value"},
		{"default", `{"a":"${env:NO|d}"}`, `{"a":"d"}`, ""},
		{"empty default", `{"a":"${env:NO|}"}`, `{"a":""}`, ""},
		{"set but empty", `{"a":"${env:EMPTY|d}"}`, `{"a":""}`, ""},
		{"deep", `{"z":1,"a":[{"b":"${env:SET}"},2.0]}`, `{"z":1,"a":[{"b":"value"},2.0]}`, "value"},
		{"whole strings only", `{"a":"x${env:SET}","b":"${env:SET} "}`, `{"a":"x${env:SET}","b":"${env:SET} "}`, ""},
		{"escapes in a default", `{"a":"${env:NO|a\\}b\\\\c}"}`, `{"a":"a}b\\c"}`, ""},
		{"an escaped bar separates", `{"a":"${env:SET\\|d}"}`, `{"a":"value"}`, "value"},
		{"bars in a default", `{"a":"${env:NO|a|b}"}`, `{"a":"a|b"}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := msg.Obj(object(t, c.in))
			out, secrets, err := ResolveEnv(in, lookup)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(msg.AppendJSON(nil, out)); got != c.want || strings.Join(secrets, ",") != c.secrets {
				t.Errorf("got %s %v, not %s [%s]", got, secrets, c.want, c.secrets)
			}
			if got := string(msg.AppendJSON(nil, in)); got != c.in {
				t.Errorf("the value itself changed to %s", got)
			}
		})
	}
}

func TestResolveEnvNamesAllThatIsWrong(t *testing.T) {
	in := msg.Obj(object(t, `{"a":{"b":["${env:NO}"]},"c":"${env:NEITHER}","d":"${home}","e":"${app:x}"}`))
	out, _, err := ResolveEnv(in, func(string) (string, bool) { return "", false })
	if !errors.Is(err, ErrUnset) || !errors.Is(err, ErrPlaceholder) {
		t.Fatalf("error %v", err)
	}
	want := "property a.b[0]: environment variable is not set: NO; set it, or give a default: ${env:NO|default}\n" +
		"property c: environment variable is not set: NEITHER; set it, or give a default: ${env:NEITHER|default}\n" +
		"property d: unsupported placeholder \"${home}\"; write ${env:NAME} or ${env:NAME|default}\n" +
		"property e: unsupported placeholder \"${app:x}\"; write ${env:NAME} or ${env:NAME|default}"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if !out.Equal(in) {
		t.Error("the value changed all the same")
	}
	if v, _, err := ResolveEnv(msg.Value{}, nil); err != nil || !v.IsZero() {
		t.Errorf("no properties: %v, %v", v, err)
	}
}

func BenchmarkLookup(b *testing.B) {
	g := &Graph{}
	for i := range 50 {
		g.Nodes = append(g.Nodes, Node{Name: fmt.Sprintf("extension_%d", i)})
		g.Connections = append(g.Connections, Connection{From: fmt.Sprintf("extension_%d", i), Flows: []Flow{{Kind: msg.KindCmd, Name: "hello", Dests: []Dest{{Extension: "extension_0"}}}}})
	}
	r, err := g.Compile()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Dests("extension_7", msg.KindCmd, "hello")
		r.Conversions("extension_0", "extension_7", msg.KindCmd, "hello")
	}
}
