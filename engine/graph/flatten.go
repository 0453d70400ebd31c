package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// maxNodes bounds what subgraphs in subgraphs can multiply to.
const maxNodes = 10_000

// flat is a graph without subgraphs, and what it exposes to a graph around it.
type flat struct {
	nodes      []Node
	edges      []edge
	messages   map[exposedMessage]string // to the extension
	properties map[string]string         // to the extension
}

type exposedMessage struct{ kind, name string }

// edge is one message on its way from one node to another.
type edge struct {
	routeKey
	dest Dest
	pos  Pos
}

// flattener replaces subgraph nodes by what is in them, depth first.
type flattener struct {
	loader *Loader
	report *Report
	open   []string // the files being flattened, from the outside in
	count  int
}

func (fl *flattener) flatten(w *written, dir string) *flat {
	out := &flat{messages: map[exposedMessage]string{}, properties: map[string]string{}}
	subs := map[string]*flat{}
	for i := range w.nodes {
		switch n := &w.nodes[i]; n.kind {
		case extensionType:
			fl.count++
			out.nodes = append(out.nodes, n.Node)
		case subgraphType:
			if sub := fl.subgraph(n, dir); sub != nil && subs[n.Name] == nil {
				subs[n.Name] = sub
				out.embed(n.Name, sub)
			}
		}
	}
	if fl.count > maxNodes {
		fl.report.Addf(w.pos, "the graph and its subgraphs have more than %d nodes", maxNodes)
		return out
	}
	fl.duplicates(out, w)
	r := rewriter{written: w, subs: subs, report: fl.report, told: map[string]bool{}}
	for i := range w.connections {
		r.connection(&w.connections[i])
	}
	out.edges = append(r.edges, out.edges...)
	r.expose(out)
	return out
}

// subgraph loads and flattens the graph of a subgraph node.
func (fl *flattener) subgraph(n *writtenNode, dir string) *flat {
	if n.uri == nil || fl.count > maxNodes {
		return nil
	}
	path, ok := fl.loader.resolve(n.uri, dir)
	if !ok {
		return nil
	}
	if slices.Contains(fl.open, path) {
		cycle := append(slices.Clone(fl.open[slices.Index(fl.open, path):]), path)
		for i, p := range cycle {
			cycle[i] = fl.loader.name(p)
		}
		e := fl.report.Addf(n.uri.Pos, "subgraphs that contain each other: %s", strings.Join(cycle, " -> "))
		e.Value, e.Remedy = n.uri.str(), "remove one of the imports"
		return nil
	}
	w := fl.loader.imported(path, n.uri)
	if w == nil {
		return nil
	}
	fl.open = append(fl.open, path)
	sub := fl.flatten(w, folder(path))
	fl.open = fl.open[:len(fl.open)-1]
	return fl.customise(n, sub)
}

// customise writes the properties of a subgraph node to the extensions that expose them.
func (fl *flattener) customise(n *writtenNode, sub *flat) *flat {
	if n.property == nil {
		return sub
	}
	for _, kid := range n.property.Kids {
		ext, exposed := sub.properties[kid.Key]
		if !exposed {
			e := fl.report.Addf(kid.KeyPos, "Property '%s' specified in subgraph node '%s' is not exposed by the subgraph", kid.Key, n.Name)
			e.Value, e.Near = kid.Key, near.Name(kid.Key, keys(sub.properties))
			continue
		}
		at := slices.IndexFunc(sub.nodes, func(in Node) bool { return in.Name == ext })
		if at >= 0 {
			in := &sub.nodes[at]
			in.Property = with(in.Property, kid.Key, kid.Value())
			in.Places = maps.Clone(in.Places) // the same file may be embedded twice
			if in.Places == nil {
				in.Places = map[string]Pos{}
			}
			in.Places[kid.Key] = kid.KeyPos
		}
	}
	return sub
}

func keys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func with(object msg.Value, key string, v msg.Value) msg.Value {
	var out msg.Object
	if o := object.Object(); o != nil {
		out = o.Share()
	}
	out.Put(key, v)
	return msg.Obj(&out)
}

// embed takes the nodes and edges of a subgraph over, under the name of its node.
func (f *flat) embed(name string, sub *flat) {
	for _, n := range sub.nodes {
		n.Name = name + "_" + n.Name
		f.nodes = append(f.nodes, n)
	}
	for _, e := range sub.edges {
		e.from = name + "_" + e.from
		e.dest.Extension = name + "_" + e.dest.Extension
		f.edges = append(f.edges, e)
	}
}

// duplicates reports names that only meet after flattening.
func (fl *flattener) duplicates(f *flat, w *written) {
	written := map[string]int{}
	for _, n := range w.nodes {
		written[n.Name]++
	}
	seen := map[string]Pos{}
	for _, n := range f.nodes {
		if first, twice := seen[n.Name]; twice && written[n.Name] < 2 {
			e := fl.report.Addf(n.Pos, "Duplicated extension was found, addon: %s, name: %s.", n.Addon, n.Name)
			e.Value, e.Remedy = n.Name, fmt.Sprintf("a subgraph makes two of that name; the other is at %s", first)
		}
		seen[n.Name] = n.Pos
	}
}

// rewriter turns the connections of one graph into edges between extensions.
type rewriter struct {
	*written
	subs   map[string]*flat
	report *Report
	edges  []edge
	told   map[string]bool // the selectors that select nothing
}

func (r *rewriter) connection(c *writtenConnection) {
	for _, f := range c.flows {
		for _, name := range f.names {
			for _, d := range f.dests {
				r.edgesOf(f, name.text, c.place, d)
			}
			for _, s := range f.sources {
				r.edgesOf(f, name.text, s, writtenDest{place: c.place})
			}
		}
	}
}

// edgesOf makes an edge from each place that from stands for to each that to stands for.
func (r *rewriter) edgesOf(f writtenFlow, name string, from place, to writtenDest) {
	for _, sender := range r.places(from) {
		for _, receiver := range r.places(to.place) {
			r.edge(f, name, sender, writtenDest{place: receiver, conversion: to.conversion})
		}
	}
}

func (r *rewriter) edge(f writtenFlow, name string, from place, to writtenDest) {
	sender, ok := r.extension(from, f.kind, "_out", name)
	if !ok {
		return
	}
	receiver, ok := r.extension(to.place, f.kind, "_in", name)
	if !ok {
		return
	}
	dest := Dest{Extension: receiver, Conversion: to.conversion, Pos: to.pos}
	r.edges = append(r.edges, edge{routeKey{sender, name, f.kind}, dest, f.pos})
}

// extension finds the extension that a place stands for: itself, or the one that exposes the message in a subgraph.
func (r *rewriter) extension(at place, kind msg.Kind, direction, name string) (string, bool) {
	n := r.node(at.name, at.kind)
	if n == nil || n.kind == selectorType {
		return "", false
	}
	if n.kind == extensionType {
		return n.Name, true
	}
	sub := r.subs[n.Name]
	if sub == nil {
		return "", false
	}
	ext, exposed := sub.messages[exposedMessage{kind.String() + direction, name}]
	switch {
	case exposed:
		return n.Name + "_" + ext, true
	case len(sub.messages) == 0:
		r.report.Addf(at.pos, "Subgraph '%s' does not have exposed_messages defined", n.Name).Value = name
	default:
		r.report.Addf(at.pos, "Message '%s' of type '%s' is not exposed by subgraph '%s'", name, kind.String()+direction, n.Name).Value = name
	}
	return "", false
}

// expose notes what the graph offers to a graph around it.
func (r *rewriter) expose(out *flat) {
	for _, x := range r.messages {
		key := exposedMessage{x.kind, x.name}
		if x.place.kind == extensionType {
			out.messages[key] = x.place.name
		} else if sub := r.subs[x.place.name]; sub != nil {
			if ext, ok := sub.messages[key]; ok {
				out.messages[key] = x.place.name + "_" + ext
			} else {
				r.report.Addf(x.pos, "Message '%s' of type '%s' is not exposed by subgraph '%s'", x.name, x.kind, x.place.name)
			}
		}
	}
	for _, x := range r.properties {
		if x.place.kind == extensionType {
			out.properties[x.name] = x.place.name
		} else if sub := r.subs[x.place.name]; sub != nil {
			if ext, ok := sub.properties[x.name]; ok {
				out.properties[x.name] = x.place.name + "_" + ext
			}
		}
	}
}

// exposed are the messages that the graph exposes, in the order they are written in.
func (f *flat) exposed(written []exposure) []Exposed {
	var out []Exposed
	for _, x := range written {
		ext, ok := f.messages[exposedMessage{x.kind, x.name}]
		for _, kind := range messageKinds {
			if name, direction, _ := strings.Cut(x.kind, kind.String()+"_"); ok && name == "" && (direction == "in" || direction == "out") {
				out = append(out, Exposed{Kind: kind, Out: direction == "out", Name: x.name, Extension: ext})
			}
		}
	}
	return out
}

// connections merges edges by sender, and within it by message, in the order of their first appearance.
func (f *flat) connections(report *Report) []Connection {
	var out []Connection
	place := map[string]int{}
	flow := map[routeKey]int{}
	for _, e := range f.edges {
		c, ok := place[e.from]
		if !ok {
			c = len(out)
			place[e.from] = c
			out = append(out, Connection{From: e.from, Pos: e.pos})
		}
		i, ok := flow[e.routeKey]
		if !ok {
			i = len(out[c].Flows)
			flow[e.routeKey] = i
			out[c].Flows = append(out[c].Flows, Flow{Kind: e.kind, Name: e.name, Pos: e.pos})
		}
		dests := out[c].Flows[i].Dests
		if at := find(dests, e.dest.Extension); at >= 0 && conflict(dests[at].Conversion, e.dest.Conversion) {
			report.Addf(e.dest.Pos, "Duplicated message conversion.").Remedy =
				fmt.Sprintf("%s %q from %q to %q is converted at %s already: keep one", e.kind, e.name, e.from, e.dest.Extension, dests[at].Pos)
		}
		out[c].Flows[i].Dests = mergeDests(dests, []Dest{e.dest})
	}
	return out
}

func conflict(a, b *Conversion) bool { return a != nil && b != nil && !a.equal(b) }
