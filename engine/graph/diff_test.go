package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// showDiff writes a difference in short, one line for each part.
func showDiff(d Diff) string {
	var out []string
	for _, n := range d.Added {
		out = append(out, "+"+n.Name)
	}
	for _, n := range d.Removed {
		out = append(out, "-"+n.Name)
	}
	for _, c := range d.Changed {
		out = append(out, fmt.Sprintf("~%s replace=%v %v %v", c.New.Name, c.Replace, c.Fields, c.Paths))
	}
	for _, r := range d.Routes {
		out = append(out, fmt.Sprintf("%s %s %s %s->%s", r.Op, r.From, r.Kind, r.Name, r.To))
	}
	return strings.Join(append(out, d.Settings...), "; ")
}

func mustParse(t *testing.T, text string) *Graph {
	t.Helper()
	g, err := Parse("g.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestCompare(t *testing.T) {
	node := func(name, more string) string { return "[[nodes]]\nname='" + name + "'\naddon='x'\n" + more + "\n" }
	conn := func(from, name string, to ...string) string {
		return "[[connections]]\nfrom='" + from + "'\ncmd=['" + name + "']\nto=['" + strings.Join(to, "','") + "']\n"
	}
	ab := node("a", "") + node("b", "")
	conv := func(value string) string {
		return ab + "[[connections]]\nextension='a'\ncmd=[{name='m', dest=[{extension='b', msg_conversion={type='per_property', rules=[{path='p', conversion_mode='fixed_value', value=" + value + "}]}}]}]"
	}
	cases := []struct{ name, old, new, want string }{
		{"nothing", ab + conn("a", "m", "b"), ab + conn("a", "m", "b"), ""},
		{"order of nodes and connections", ab + conn("a", "m", "b") + conn("b", "n", "a"), node("b", "") + node("a", "") + conn("b", "n", "a") + conn("a", "m", "b"), ""},
		{"order of keys, other lines", node("a", "property={x=1,y={z=2,w=3}}"), "# moved\n\n" + node("a", "property={y={w=3,z=2},x=1}"), ""},
		{"no properties and none", node("a", ""), node("a", "property={}"), ""},
		{"notation", ab + conn("a", "m", "b"), ab + "[[connections]]\nextension='b'\ncmd=[{name='m',source=[{extension='a'}]}]", ""},
		{"nodes", node("a", "") + node("b", ""), node("b", "") + node("c", ""), "+c; -a"},
		{"property", node("a", "property={x=1,y={z=2,w=3},l=[1]}"), node("a", "property={x=1,y={z=4,v=5},l=[1,2]}"), "~a replace=false [] [l y.v y.w y.z]"},
		{"type of a property", node("a", "property={x=1}"), node("a", "property={x=1.0}"), "~a replace=false [] [x]"},
		{"object becomes value", node("a", "property={x={y=1}}"), node("a", "property={x=2}"), "~a replace=false [] [x]"},
		{"keys no path can name", node("a", "property={x={'p.q'=1}}"), node("a", "property={x={'p.q'=2}}"), "~a replace=false [] [x]"},
		{"addon", node("a", ""), strings.Replace(node("a", ""), "'x'", "'y'", 1), "~a replace=true [addon] []"},
		{"group and property", node("a", ""), node("a", "group='g'\nproperty={x=1}"), "~a replace=true [extension_group] [x]"},
		{"routes", ab + conn("a", "m", "b") + conn("a", "n", "a"), ab + conn("a", "m", "a") + conn("b", "k", "a"), "added a cmd m->a; removed a cmd m->b; added b cmd k->a; removed a cmd n->a"},
		{"a receiver more", ab + conn("a", "m", "b"), ab + conn("a", "m", "a", "b"), "added a cmd m->a"},
		{"whose answer counts", ab + conn("a", "m", "a", "b"), ab + conn("a", "m", "b", "a"), "changed a cmd m->b; changed a cmd m->a"},
		{"conversion", conv("1"), conv("2"), "changed a cmd m->b"},
		{"conversion stays", conv("1"), "\n\n" + conv("1"), ""},
		{"node with its routes", ab + conn("a", "m", "b"), node("a", ""), "-b; removed a cmd m->b"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := Compare(mustParse(t, c.old), mustParse(t, c.new))
			if got := showDiff(d); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if d.Empty() != (c.want == "") {
				t.Errorf("Empty is %v", d.Empty())
			}
		})
	}
}

func TestCompareWithNothingAddsAll(t *testing.T) {
	g := mustParse(t, "nodes=[{name='a',addon='x'},{name='b',addon='x'}]\n[[connections]]\nfrom='a'\ndata=['d']\nto=['b']")
	g.SyncStop = true
	d := Compare(nil, g)
	if got, want := showDiff(d), "+a; +b; added a data d->b; sync_stop_before_deinit"; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
	if got, want := d.String(), "added a; added b; 1 route; sync_stop_before_deinit"; got != want {
		t.Errorf("in words: %s, not %s", got, want)
	}
	if got := (Diff{}).String(); got != "no change" {
		t.Errorf("nothing in words: %s", got)
	}
	before := slices.Clone(g.Connections[0].Flows[0].Dests)
	Compare(g, g)
	if !slices.Equal(before, g.Connections[0].Flows[0].Dests) {
		t.Error("comparing changed the graph")
	}
}
