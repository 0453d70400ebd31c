package graph

import (
	"fmt"
	"slices"

	"tenbench/engine/msg"
)

// Routes answers where a message goes and how it is converted on the way. It never changes, so any number of goroutines may
// read it at once; lookups allocate nothing.
type Routes struct {
	dests       map[routeKey][]string
	conversions map[conversionKey][]*Conversion
}

type routeKey struct {
	from, name string
	kind       msg.Kind
}

type conversionKey struct {
	to string
	routeKey
}

// Compile makes the routes of a flattened graph. Flows of one node with the same kind and name are merged, a destination that
// is listed twice gets the message once. The error names two nodes of one name, a connection to or from a node that is not there,
// or two different conversions for the same source, name and receiver.
func (g *Graph) Compile() (*Routes, error) {
	nodes := make(map[string]bool, len(g.Nodes))
	for _, n := range g.Nodes {
		if nodes[n.Name] {
			return nil, &Error{Pos: n.Pos, Msg: fmt.Sprintf("two nodes named %q", n.Name), Value: n.Name}
		}
		nodes[n.Name] = true
	}
	r := &Routes{dests: map[routeKey][]string{}, conversions: map[conversionKey][]*Conversion{}}
	for _, c := range g.Connections {
		if !nodes[c.From] {
			return nil, &Error{Pos: c.Pos, Msg: fmt.Sprintf("connection from %q, which is not a node of the graph", c.From), Value: c.From}
		}
		for _, f := range c.Flows {
			if err := r.addFlow(c.From, f, nodes); err != nil {
				return nil, err
			}
		}
	}
	for k, dests := range r.dests {
		r.dests[k] = slices.Clip(dests)
	}
	return r, nil
}

func (r *Routes) addFlow(from string, f Flow, nodes map[string]bool) error {
	key := routeKey{from, f.Name, f.Kind}
	for _, d := range f.Dests {
		if !nodes[d.Extension] {
			return &Error{Pos: d.Pos, Msg: fmt.Sprintf("connection to %q, which is not a node of the graph", d.Extension), Value: d.Extension}
		}
		if err := r.addDest(key, d); err != nil {
			return err
		}
	}
	return nil
}

func (r *Routes) addDest(key routeKey, d Dest) error {
	ck := conversionKey{d.Extension, key}
	known := slices.Contains(r.dests[key], d.Extension)
	switch {
	case !known:
		r.dests[key] = append(r.dests[key], d.Extension)
		if d.Conversion != nil {
			r.conversions[ck] = []*Conversion{d.Conversion}
		}
	case d.Conversion == nil:
	case len(r.conversions[ck]) == 0:
		r.conversions[ck] = []*Conversion{d.Conversion}
	case !r.conversions[ck][0].equal(d.Conversion):
		return &Error{Pos: d.Pos, Msg: fmt.Sprintf("Duplicated message conversion: %s %q from %q to %q is converted in two ways", key.kind, key.name, key.from, d.Extension)}
	}
	return nil
}

// Dests returns the receivers of a message in the order of their declaration, nil if it is not connected. The slice belongs to
// the routes: read it only.
func (r *Routes) Dests(from string, kind msg.Kind, name string) []string {
	return r.dests[routeKey{from, name, kind}]
}

// Conversions returns how the receiver to converts a message of that name from that sender, nil if not at all. It depends on
// source and name alone, so it applies to messages with explicit destinations too.
func (r *Routes) Conversions(to, from string, kind msg.Kind, name string) []*Conversion {
	if len(r.conversions) == 0 {
		return nil
	}
	return r.conversions[conversionKey{to, routeKey{from, name, kind}}]
}
