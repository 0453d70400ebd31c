package graph

import (
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/msg"
)

// Diff is what has to happen to a running graph to become another. What it does not name stays as it is: instances, open
// commands, loops. The order of nodes, connections and property keys is no difference.
type Diff struct {
	Added    []Node       // nodes to create
	Removed  []Node       // nodes to stop, as they were
	Changed  []NodeChange // nodes on both sides that differ
	Routes   []RouteChange
	Settings []string // sync_stop_before_deinit, long_running_mode: what else differs, by its key
}

// NodeChange is a node that is in both graphs and differs.
type NodeChange struct {
	Old, New Node
	Replace  bool     // addon, extension_group or app changed: only a new instance will do
	Fields   []string // which of addon, extension_group, app changed
	Paths    []string // the properties that changed, appeared or went, by path; "" stands for all of them
}

// RouteOp says what happened to a route.
type RouteOp uint8

// The ways a route can change.
const (
	RouteAdded RouteOp = iota
	RouteRemoved
	RouteChanged // another conversion, or another place among the destinations, where the last one's answer counts
)

// String returns added, removed or changed.
func (o RouteOp) String() string { return [...]string{"added", "removed", "changed"}[o] }

// RouteChange is one message on its way to one receiver that differs.
type RouteChange struct {
	Op   RouteOp
	From string
	Kind msg.Kind
	Name string
	To   string
}

// Compare returns the difference between two graphs; old may be nil.
func Compare(old, new *Graph) Diff {
	if old == nil {
		old = &Graph{}
	}
	var d Diff
	d.compareNodes(old, new)
	d.compareRoutes(old, new)
	if old.SyncStop != new.SyncStop {
		d.Settings = append(d.Settings, "sync_stop_before_deinit")
	}
	if old.LongRunning != new.LongRunning {
		d.Settings = append(d.Settings, "long_running_mode")
	}
	return d
}

// Empty reports whether nothing has to happen.
func (d Diff) Empty() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Routes)+len(d.Settings) == 0
}

// String says the difference in a line: "added b; removed c; changed a (greeting); 2 routes".
func (d Diff) String() string {
	var parts []string
	for _, n := range d.Added {
		parts = append(parts, "added "+n.Name)
	}
	for _, n := range d.Removed {
		parts = append(parts, "removed "+n.Name)
	}
	for _, c := range d.Changed {
		what := slices.Concat(c.Fields, c.Paths)
		parts = append(parts, fmt.Sprintf("changed %s (%s)", c.New.Name, strings.Join(what, ", ")))
	}
	if n := len(d.Routes); n == 1 {
		parts = append(parts, "1 route")
	} else if n > 1 {
		parts = append(parts, fmt.Sprintf("%d routes", n))
	}
	parts = append(parts, d.Settings...)
	if len(parts) == 0 {
		return "no change"
	}
	return strings.Join(parts, "; ")
}

func (d *Diff) compareNodes(old, new *Graph) {
	for i := range new.Nodes {
		n := &new.Nodes[i]
		was := old.Node(n.Name)
		if was == nil {
			d.Added = append(d.Added, *n)
		} else if c, differs := compareNode(was, n); differs {
			d.Changed = append(d.Changed, c)
		}
	}
	for i := range old.Nodes {
		if n := &old.Nodes[i]; new.Node(n.Name) == nil {
			d.Removed = append(d.Removed, *n)
		}
	}
}

func compareNode(old, new *Node) (c NodeChange, differs bool) {
	c = NodeChange{Old: *old, New: *new}
	if old.Addon != new.Addon {
		c.Fields = append(c.Fields, "addon")
	}
	if old.Group != new.Group {
		c.Fields = append(c.Fields, "extension_group")
	}
	if old.App != new.App {
		c.Fields = append(c.Fields, "app")
	}
	c.Replace = len(c.Fields) > 0
	compareProperties(&c.Paths, "", old.Property, new.Property)
	slices.Sort(c.Paths)
	return c, c.Replace || len(c.Paths) > 0
}

// compareProperties appends the paths at which a and b differ. Objects are compared key by key, all else as a whole: the place
// of an array's element means nothing to whoever reads the array.
func compareProperties(paths *[]string, path string, a, b msg.Value) {
	ao, bo := a.Object(), b.Object()
	if path == "" { // a node without properties is one with none
		if ao == nil {
			ao = &msg.Object{}
		}
		if bo == nil {
			bo = &msg.Object{}
		}
	}
	if ao == nil || bo == nil {
		if !a.Equal(b) {
			*paths = append(*paths, path)
		}
		return
	}
	if !plainKeys(ao) || !plainKeys(bo) {
		if !msg.Obj(ao).Equal(msg.Obj(bo)) {
			*paths = append(*paths, path)
		}
		return
	}
	for key, av := range ao.All() {
		if bv, ok := bo.Lookup(key); ok {
			compareProperties(paths, join(path, key), av, bv)
		} else {
			*paths = append(*paths, join(path, key))
		}
	}
	for key := range bo.All() {
		if _, ok := ao.Lookup(key); !ok {
			*paths = append(*paths, join(path, key))
		}
	}
}

// plainKeys reports whether a path can name each key of o.
func plainKeys(o *msg.Object) bool {
	for key := range o.All() {
		if key == "" || strings.ContainsAny(key, ".[]") {
			return false
		}
	}
	return true
}

func (d *Diff) compareRoutes(old, new *Graph) {
	was, now := receivers(old), receivers(new)
	for _, key := range now.keys {
		d.compareReceivers(key, was.of[key], now.of[key])
	}
	for _, key := range was.keys {
		if _, still := now.of[key]; !still {
			d.compareReceivers(key, was.of[key], nil)
		}
	}
}

// compareReceivers compares the receivers of one message. The order counts only among those that both sides have.
func (d *Diff) compareReceivers(key routeKey, was, now []Dest) {
	add := func(op RouteOp, to string) {
		d.Routes = append(d.Routes, RouteChange{op, key.from, key.kind, key.name, to})
	}
	stayed := only(was, now)
	for _, dest := range now {
		if find(was, dest.Extension) < 0 {
			add(RouteAdded, dest.Extension)
		}
	}
	for i, dest := range only(now, was) {
		if o := stayed[i]; o.Extension != dest.Extension || !o.Conversion.equal(dest.Conversion) {
			add(RouteChanged, dest.Extension)
		}
	}
	for _, dest := range was {
		if find(now, dest.Extension) < 0 {
			add(RouteRemoved, dest.Extension)
		}
	}
}

func find(in []Dest, extension string) int {
	return slices.IndexFunc(in, func(d Dest) bool { return d.Extension == extension })
}

// only returns those of in that other has too.
func only(in, other []Dest) []Dest {
	var out []Dest
	for _, d := range in {
		if find(other, d.Extension) >= 0 {
			out = append(out, d)
		}
	}
	return out
}

type receiverTable struct {
	keys []routeKey
	of   map[routeKey][]Dest
}

// receivers merges the flows of g as Compile does.
func receivers(g *Graph) receiverTable {
	t := receiverTable{of: map[routeKey][]Dest{}}
	for _, c := range g.Connections {
		for _, f := range c.Flows {
			key := routeKey{c.From, f.Name, f.Kind}
			if _, ok := t.of[key]; !ok {
				t.keys = append(t.keys, key)
			}
			t.of[key] = mergeDests(t.of[key], f.Dests)
		}
	}
	return t
}

func mergeDests(into, more []Dest) []Dest {
	for _, d := range more {
		if at := find(into, d.Extension); at < 0 {
			into = append(into, d)
		} else if into[at].Conversion == nil {
			into[at].Conversion = d.Conversion
		}
	}
	return into
}
