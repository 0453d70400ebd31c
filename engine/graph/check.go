package graph

import (
	"fmt"
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// checker holds a graph as written against itself.
type checker struct {
	*written
	report *Report
	names  []string
}

// check reports what is wrong between the parts of a graph: the texts are TEN's where it has them.
func (w *written) check(report *Report) {
	c := checker{written: w, report: report}
	c.checkNodes()
	c.checkApps()
	for i := range w.connections {
		c.checkConnection(&w.connections[i])
	}
	c.checkTwins()
	for _, x := range slices.Concat(w.messages, w.properties) {
		c.checkPlace(x.place, "exposed "+x.name)
	}
}

func (c *checker) checkNodes() {
	first := map[string]int{}
	for i, n := range c.nodes {
		if n.Name == "" {
			continue
		}
		if _, twice := first[n.Name]; twice {
			e := c.report.Addf(n.nodePos, "Duplicated extension was found in nodes[%d], addon: %s, name: %s.", i, n.Addon, n.Name)
			e.Value, e.Remedy = n.Name, fmt.Sprintf("the first is at line %d: give this one another name", c.nodes[first[n.Name]].nodePos.Line)
			continue
		}
		first[n.Name] = i
		c.names = append(c.names, n.Name)
	}
	if len(c.nodes) == 0 {
		e := c.report.Addf(c.pos, "No extension node is defined in graph.")
		e.Remedy = `give it a node with "name" and "addon"`
	}
}

// node returns the node of that name and type; noType stands for any.
func (w *written) node(name string, kind nodeType) *writtenNode {
	for i := range w.nodes {
		if n := &w.nodes[i]; n.Name == name && (kind == noType || n.kind == kind) {
			return n
		}
	}
	return nil
}

func (c *checker) checkApps() {
	extensions, with, first, several := 0, 0, "", Pos{}
	for _, n := range c.nodes {
		if n.kind != extensionType {
			continue
		}
		extensions++
		switch {
		case !n.appSet:
		case with == 0:
			with, first = 1, n.App
		default:
			with++
			if n.App != first {
				several = n.nodePos
			}
		}
	}
	c.checkLocalhost(several.Line > 0)
	if with > 0 && with < extensions {
		c.report.Addf(c.pos, "Either all nodes should have 'app' declared, or none should, but not a mix of both.")
	}
	if several.Line > 0 {
		c.report.Warnf(several, "the graph spans several apps").Remedy = "here all of its nodes run in one"
	}
	c.checkPlaceApps(with > 0)
}

func (c *checker) checkLocalhost(multi bool) {
	text := "'localhost' is not allowed in graph definition, and the graph seems to be a single-app graph, just remove the 'app' field"
	if multi {
		text = "'localhost' is not allowed in graph definition, change the content of 'app' field to be consistent with 'ten::uri'"
	}
	for i, n := range c.nodes {
		if n.App == "localhost" {
			c.report.Addf(n.nodePos, "nodes[%d]: %s", i, text)
		}
	}
	c.eachPlace(func(at place, label string) {
		if at.app == "localhost" {
			c.report.Addf(at.pos, "%s: %s", label, text)
		}
	})
}

func (c *checker) checkPlaceApps(declared bool) {
	c.eachPlace(func(at place, label string) {
		switch {
		case at.appSet && !declared:
			c.report.Addf(at.pos, "%s: the 'app' field should not be declared, as not any node has declared it", label)
		case !at.appSet && declared && at.kind == extensionType:
			c.report.Addf(at.pos, "%s: the 'app' field should be declared, as it has been declared in nodes", label)
		}
	})
}

func (c *checker) eachPlace(fn func(at place, label string)) {
	for i := range c.connections {
		conn := &c.connections[i]
		fn(conn.place, conn.label)
		for _, f := range conn.flows {
			for j, d := range f.dests {
				fn(d.place, fmt.Sprintf("%s: dest[%d]", f.label, j))
			}
			for j, s := range f.sources {
				fn(s, fmt.Sprintf("%s: source[%d]", f.label, j))
			}
		}
	}
}

func (c *checker) checkConnection(conn *writtenConnection) {
	c.checkPlace(conn.place, conn.label)
	checked := map[Pos]bool{} // the short form lists its destinations once for all names
	for _, f := range conn.flows {
		for _, at := range slices.Concat(places(f.dests), f.sources) {
			if !checked[at.pos] {
				checked[at.pos] = true
				c.checkPlace(at, f.label)
			}
		}
		c.checkDests(f)
	}
	c.checkNames(conn)
}

func places(dests []writtenDest) []place {
	out := make([]place, len(dests))
	for i, d := range dests {
		out[i] = d.place
	}
	return out
}

// checkPlace reports a node that is not there. A place without a name was reported when it was read.
func (c *checker) checkPlace(at place, label string) {
	if at.name == "" || c.node(at.name, at.kind) != nil {
		return
	}
	if other := c.node(at.name, noType); other != nil {
		if other.kind != selectorType {
			e := c.report.Addf(at.pos, "%q is %s node, not %s", at.name, article(other.kind.String()), article(at.kind.String()))
			e.Value, e.Remedy = at.name, fmt.Sprintf("write %q: %q", other.kind, at.name)
		}
		return
	}
	e := c.report.Addf(at.pos, "The extension declared in %s is not defined in nodes, extension: %s.", label, at.name)
	e.Value, e.Near = at.name, near.Name(at.name, c.names)
	if e.Near == "" {
		e.Remedy = "add the node or remove the connection"
	}
}

// checkDests reports a node that gets one message twice.
func (c *checker) checkDests(f writtenFlow) {
	for i, d := range f.dests {
		at := slices.IndexFunc(f.dests, func(o writtenDest) bool { return o.name == d.name && o.kind == d.kind })
		switch {
		case at == i || d.name == "":
		case conflict(f.dests[at].conversion, d.conversion):
			// The merge of all connections reports it, with the place of the first.
		default:
			c.report.Warnf(d.pos, "%s: %q is listed twice", f.label, d.name).Remedy = "it gets the message once"
		}
	}
}

// checkNames reports a message that is listed twice among the flows of one kind that leave the node.
func (c *checker) checkNames(conn *writtenConnection) {
	type key struct {
		kind msg.Kind
		name string
	}
	first := map[key]string{}
	for _, f := range conn.flows {
		if len(f.sources) > 0 {
			continue
		}
		for _, n := range f.names {
			k := key{f.kind, n.text}
			if before, twice := first[k]; twice {
				e := c.report.Addf(n.pos, "'%s' is defined in %s and %s", n.text, before, f.label)
				e.Value, e.Remedy = n.text, fmt.Sprintf("merge the following %s into one section", f.kind)
				continue
			}
			first[k] = f.label
		}
	}
}

// checkTwins warns of two connection objects for one node, which TEN's tools want merged; short forms are meant to be many.
func (c *checker) checkTwins() {
	if c.style == Short {
		return
	}
	first := map[string]string{}
	for i := range c.connections {
		conn := &c.connections[i]
		if before, twice := first[conn.name]; twice && conn.name != "" {
			c.report.Warnf(conn.pos, "extension '%s' is defined in %s and %s, merge them into one section.", conn.name, before, conn.label).Value = conn.name
			continue
		}
		first[conn.name] = conn.label
	}
}
