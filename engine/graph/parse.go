package graph

import (
	"fmt"
	"regexp"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// Style is the notation a graph is written in.
type Style uint8

// The two notations. TOML adds short forms to TEN's: from and to, lists of names, group, and extension as a node's default type.
const (
	TEN Style = iota
	Short
)

// written is a graph as it stands in a file: not yet checked against itself, with subgraphs and source flows.
type written struct {
	pos         Pos
	style       Style
	nodes       []writtenNode
	connections []writtenConnection
	messages    []exposure
	properties  []exposure
}

type nodeType uint8

const (
	noType nodeType = iota
	extensionType
	subgraphType
	selectorType
)

var nodeTypes = [...]string{"", "extension", "subgraph", "selector"}

func (t nodeType) String() string { return nodeTypes[t] }

type writtenNode struct {
	Node
	kind     nodeType
	nodePos  Pos
	property *Tree
	uri      *Tree   // of a subgraph
	filter   *filter // of a selector
	appSet   bool
}

// place is one end of a connection.
type place struct {
	kind   nodeType // noType in short forms, which name any node
	name   string
	app    string
	appSet bool
	pos    Pos
}

type writtenConnection struct {
	place
	label string // connections[2]
	flows []writtenFlow
}

type writtenFlow struct {
	kind    msg.Kind
	names   []named
	dests   []writtenDest
	sources []place
	label   string // cmd[0]
	pos     Pos
}

type named struct {
	text string
	pos  Pos
}

type writtenDest struct {
	place
	conversion *Conversion
}

// exposure is one entry of exposed_messages or exposed_properties.
type exposure struct {
	kind string // cmd_in ...; "" for properties
	name string
	place
}

var messageKinds = []msg.Kind{msg.KindCmd, msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// parser reads one graph object.
type parser struct {
	style  Style
	report *Report
	out    written
}

func parse(t *Tree, style Style, report *Report) *written {
	p := parser{style: style, report: report, out: written{style: style, pos: t.Pos}}
	f := Read(t, "a graph", report)
	p.body(f)
	f.Done()
	return &p.out
}

// body reads the keys of a graph object and leaves other keys of the table to the caller.
func (p *parser) body(f *Fields) {
	for i, t := range f.List("nodes") {
		p.node(t, fmt.Sprintf("nodes[%d]", i))
	}
	for i, t := range f.List("connections") {
		p.connection(t, fmt.Sprintf("connections[%d]", i))
	}
	for _, t := range f.List("exposed_messages") {
		p.out.messages = append(p.out.messages, p.exposedMessage(t))
	}
	for _, t := range f.List("exposed_properties") {
		p.out.properties = append(p.out.properties, p.exposedProperty(t))
	}
}

func (p *parser) node(t *Tree, label string) {
	f := Read(t, "a node", p.report)
	if !f.OK() {
		return
	}
	n := writtenNode{kind: p.nodeType(f), nodePos: t.Pos, property: f.Get("property")}
	n.Pos = t.Pos
	n.Name = p.identifier(f, "name", "node name")
	switch n.kind {
	case extensionType:
		n.Addon = p.identifier(f, "addon", "addon name")
		n.AddonPos = n.Pos
		if at := f.Get("addon"); at != nil {
			n.AddonPos = at.Pos
		}
		n.Group = p.group(f)
		n.App, n.appSet = p.app(f, label)
	case subgraphType:
		n.uri = p.importURI(f)
	case selectorType:
		f.Require("filter")
		n.filter = p.filter(f.Get("filter"))
	}
	n.Property, n.Places = p.property(n.property), placesOf(n.property)
	f.Done()
	p.out.nodes = append(p.out.nodes, n)
}

// placesOf is where the keys of a table stand.
func placesOf(t *Tree) map[string]Pos {
	if t == nil || len(t.Kids) == 0 || t.Form != Table {
		return nil
	}
	out := make(map[string]Pos, len(t.Kids))
	for _, kid := range t.Kids {
		out[kid.Key] = kid.KeyPos
	}
	return out
}

func (p *parser) nodeType(f *Fields) nodeType {
	t := f.Want("type", Text)
	if t == nil {
		if p.style == TEN && f.Get("type") == nil {
			f.Require("type")
		}
		return extensionType
	}
	for i, name := range nodeTypes[1:] {
		if t.str() == name {
			return nodeType(i + 1)
		}
	}
	e := f.Wrong(t, "type", "one of extension, subgraph, selector")
	e.Near = near.Name(t.str(), nodeTypes[1:])
	return extensionType
}

// identifier reads a required name.
func (p *parser) identifier(f *Fields, key, what string) string {
	f.Require(key)
	t := f.Want(key, Text)
	if t == nil {
		return ""
	}
	p.checkIdentifier(t.str(), t.Pos, what)
	return t.str()
}

// Tester is what TEN calls the addon and the node of a program that tests an extension.
const Tester = "ten:test_extension"

func (p *parser) checkIdentifier(name string, pos Pos, what string) {
	if identifier.MatchString(name) || name == Tester && p.style == TEN {
		return
	}
	e := p.report.Addf(pos, "%q cannot be %s", shorten(name), article(what))
	e.Value, e.Remedy = name, "use letters, digits and _, and no digit first"
	if strings.HasPrefix(name, "ten:") {
		e.Remedy = "names that begin with ten: belong to the runtime"
	}
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func (p *parser) group(f *Fields) string {
	if p.style == TEN {
		return f.Text("extension_group")
	}
	long, short := f.Want("extension_group", Text), f.Want("group", Text)
	if long != nil && short != nil {
		p.report.Addf(short.KeyPos, "both group and extension_group, which say the same").Remedy = "keep one"
	}
	if short == nil {
		short = long
	}
	if short == nil {
		return ""
	}
	return short.str()
}

func (p *parser) app(f *Fields, label string) (uri string, set bool) {
	t := f.Want("app", Text)
	if t == nil {
		return "", false
	}
	if t.str() == "" {
		p.report.Addf(t.Pos, "%s: the 'app' field can not be empty, remove the field if the graph is a single-app graph", label)
		return "", false
	}
	return t.str(), true
}

func (p *parser) importURI(f *Fields) *Tree {
	f.Require("graph")
	g := f.Get("graph")
	if g == nil {
		return nil
	}
	inner := Read(g, "the graph of a subgraph node", p.report)
	inner.Require("import_uri")
	uri := inner.Want("import_uri", Text)
	inner.Done()
	return uri
}

func (p *parser) property(t *Tree) msg.Value {
	if t == nil {
		return msg.Value{}
	}
	if t.Form != Table {
		p.report.Addf(t.Pos, "property is %s, not a table", t.describe()).Value = t.Show()
		return msg.Value{}
	}
	p.noNulls(t)
	return t.Value()
}

func (p *parser) noNulls(t *Tree) {
	if t.Form == Null {
		p.report.Addf(t.Pos, "a property cannot be null").Remedy = "leave the key out"
	}
	for _, kid := range t.Kids {
		p.noNulls(kid)
	}
}

func (p *parser) exposedMessage(t *Tree) exposure {
	f := Read(t, "an exposed message", p.report)
	f.Require("type", "name")
	x := exposure{kind: f.Text("type"), name: f.Text("name")}
	if kind := f.Get("type"); kind != nil && kind.Form == Text && !isDirection(x.kind) {
		f.Wrong(kind, "type", "a kind of message with _in or _out, such as cmd_in")
	}
	x.place = p.place(f, "", true)
	f.Done()
	return x
}

func isDirection(s string) bool {
	for _, k := range messageKinds {
		if s == k.String()+"_in" || s == k.String()+"_out" {
			return true
		}
	}
	return false
}

func (p *parser) exposedProperty(t *Tree) exposure {
	f := Read(t, "an exposed property", p.report)
	f.Require("name")
	x := exposure{name: f.Text("name")}
	x.place = p.place(f, "", true)
	f.Done()
	return x
}

// place reads which node a table speaks of.
func (p *parser) place(f *Fields, label string, noSelector bool) place {
	at := place{pos: f.Pos()}
	found := 0
	for kind := extensionType; kind <= selectorType; kind++ {
		if kind == selectorType && noSelector {
			continue
		}
		if t := f.Get(kind.String()); t != nil {
			found++
			if t.Form != Text {
				f.Wrong(t, kind.String(), "a string")
			}
			at.kind, at.name, at.pos = kind, t.str(), t.Pos
		}
	}
	if found != 1 && f.OK() {
		p.report.Addf(f.Pos(), "%sthe type of the node must be one of extension/subgraph/selector", prefix(label)).Remedy = "name exactly one"
		at.name = ""
	}
	return at
}

func prefix(label string) string {
	if label == "" {
		return ""
	}
	return label + ": "
}
