package graph

import (
	"fmt"

	"tenbench/engine/msg"
)

// connection reads one connection in TEN's form or in the short one.
func (p *parser) connection(t *Tree, label string) {
	f := Read(t, "a connection", p.report)
	if !f.OK() {
		return
	}
	c := writtenConnection{label: label}
	to := p.shortDests(f)
	if from := p.shortFrom(f); from != nil {
		c.place = *from
	} else {
		c.place = p.place(f, label, false)
	}
	c.app, c.appSet = p.app(f, label)
	named := false
	for _, kind := range messageKinds {
		for i, flow := range f.List(kind.String()) {
			named = true
			p.flow(&c, flow, kind, fmt.Sprintf("%s: %s[%d]", label, kind, i), to)
		}
	}
	f.Done()
	if !named && p.style == Short {
		p.report.Warnf(t.Pos, "a connection without a message").Remedy = `name some: cmd = ["hello"]`
	}
	p.out.connections = append(p.out.connections, c)
}

// shortFrom reads from, which stands for extension.
func (p *parser) shortFrom(f *Fields) *place {
	if p.style == TEN {
		return nil
	}
	t := f.Want("from", Text)
	if t == nil {
		return nil
	}
	for kind := extensionType; kind <= selectorType; kind++ {
		if twin := f.Get(kind.String()); twin != nil {
			p.report.Addf(twin.KeyPos, "both from and %s, which say the same", kind).Remedy = "keep one"
		}
	}
	return &place{name: t.str(), pos: t.Pos}
}

// shortDests reads to, nil if it is absent.
func (p *parser) shortDests(f *Fields) []writtenDest {
	if p.style == TEN || f.Get("to") == nil {
		return nil
	}
	to := []writtenDest{}
	for _, t := range f.Texts("to") {
		to = append(to, writtenDest{place: place{name: t.str(), pos: t.Pos}})
	}
	if list := f.Get("to"); list.Form == List && len(list.Kids) == 0 {
		p.report.Addf(list.Pos, "to is empty, so the messages go nowhere").Remedy = "name a node or remove the connection"
	}
	return to
}

func (p *parser) flow(c *writtenConnection, t *Tree, kind msg.Kind, label string, to []writtenDest) {
	if p.style == Short && t.Form == Text {
		p.shortFlow(c, t, kind, label, to)
		return
	}
	f := Read(t, "a "+kind.String()+" of a connection", p.report)
	if !f.OK() {
		return
	}
	if to != nil {
		p.report.Addf(t.Pos, "%s: to goes with a list of names; a table has its own dest", label)
	}
	flow := writtenFlow{kind: kind, label: label, pos: t.Pos, names: p.names(f, label)}
	p.ends(f, &flow)
	f.Done()
	c.flows = append(c.flows, flow)
}

func (p *parser) shortFlow(c *writtenConnection, t *Tree, kind msg.Kind, label string, to []writtenDest) {
	p.checkIdentifier(t.str(), t.Pos, kind.String()+" name")
	if to == nil {
		p.report.Addf(t.Pos, "%q goes to no one", t.str()).Remedy = `add to = ["a_node"] to the connection`
	}
	c.flows = append(c.flows, writtenFlow{kind: kind, label: label, pos: t.Pos, names: []named{{t.str(), t.Pos}}, dests: to})
}

func (p *parser) names(f *Fields, label string) []named {
	one, many := f.Get("name"), f.Get("names")
	switch {
	case one != nil && many != nil:
		p.report.Addf(many.KeyPos, "%s: Both 'name' and 'names' fields are specified, but they are mutually exclusive", label)
	case one == nil && many == nil:
		p.report.Addf(f.Pos(), "%s: Neither 'name' nor 'names' field is specified, but one must be provided", label)
	case many != nil && many.Form == List && len(many.Kids) == 0:
		p.report.Addf(many.Pos, "%s: 'names' field is empty, must contain at least one name", label)
	}
	var trees []*Tree
	if t := f.Want("name", Text); t != nil {
		trees = append(trees, t)
	}
	var out []named
	for _, t := range append(trees, f.Texts("names")...) {
		p.checkIdentifier(t.str(), t.Pos, "message name")
		out = append(out, named{t.str(), t.Pos})
	}
	return out
}

// ends reads dest or source.
func (p *parser) ends(f *Fields, flow *writtenFlow) {
	dest, source := f.Get("dest"), f.Get("source")
	switch {
	case dest != nil && source != nil:
		p.report.Addf(source.KeyPos, "%s: both 'dest' and 'source', but they are mutually exclusive", flow.label).Remedy = "write a flow for each direction"
	case dest == nil && source == nil:
		p.report.Addf(f.Pos(), "%s: neither 'dest' nor 'source', but one must be provided", flow.label).Remedy = "say where it goes: dest"
	}
	for i, t := range p.nonEmpty(f, "dest", flow.label) {
		p.dest(t, flow, fmt.Sprintf("%s: dest[%d]", flow.label, i), f.Get("names") != nil)
	}
	for i, t := range p.nonEmpty(f, "source", flow.label) {
		p.source(t, flow, fmt.Sprintf("%s: source[%d]", flow.label, i))
	}
}

func (p *parser) nonEmpty(f *Fields, key, label string) []*Tree {
	list := f.List(key)
	if t := f.Get(key); t != nil && t.Form == List && len(list) == 0 {
		p.report.Addf(t.Pos, "%s: '%s' is empty, must contain at least one node", label, key)
	}
	return list
}

func (p *parser) dest(t *Tree, flow *writtenFlow, label string, many bool) {
	f := Read(t, "a dest", p.report)
	if !f.OK() {
		return
	}
	d := writtenDest{place: p.place(f, label, false)}
	d.app, d.appSet = p.app(f, label)
	if conv := f.Get("msg_conversion"); conv != nil {
		if many {
			p.report.Addf(conv.KeyPos, "%s: msg_conversion is not allowed with 'names'", label).Remedy = "write a flow with 'name' for each message"
		}
		d.conversion = p.conversion(conv, flow.kind, label)
	}
	f.Done()
	flow.dests = append(flow.dests, d)
}

func (p *parser) source(t *Tree, flow *writtenFlow, label string) {
	f := Read(t, "a source", p.report)
	if !f.OK() {
		return
	}
	at := p.place(f, label, false)
	at.app, at.appSet = p.app(f, label)
	if conv := f.Get("msg_conversion"); conv != nil {
		p.report.Addf(conv.KeyPos, "%s: msg_conversion is not allowed in 'source'", label).Remedy = "write the flow as 'dest' of the sender"
	}
	f.Done()
	flow.sources = append(flow.sources, at)
}
