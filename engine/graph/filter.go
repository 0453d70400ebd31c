package graph

import "regexp"

// filter says which nodes a selector stands for: one comparison, or several of which all or any must hold.
type filter struct {
	field, value string
	pattern      *regexp.Regexp // of the operator regex
	never        bool           // it could not be read
	all, any     []*filter
}

// matches reports whether n is one of the nodes. A field that n does not have is like nothing.
func (f *filter) matches(n *writtenNode) bool {
	switch {
	case f == nil || f.never:
		return false
	case f.all != nil:
		for _, part := range f.all {
			if !part.matches(n) {
				return false
			}
		}
		return true
	case f.any != nil:
		for _, part := range f.any {
			if part.matches(n) {
				return true
			}
		}
		return false
	}
	value, ok := n.field(f.field)
	switch {
	case !ok:
		return false
	case f.pattern != nil:
		return f.pattern.MatchString(value)
	}
	return value == f.value
}

// field is a field of a node that a filter may name.
func (n *writtenNode) field(name string) (string, bool) {
	switch name {
	case "name":
		return n.Name, true
	case "type":
		return n.kind.String(), true
	case "app":
		return n.App, n.kind == extensionType && n.appSet
	case "addon":
		return n.Addon, n.kind == extensionType
	}
	return "", false
}

// filter reads what a selector selects.
func (p *parser) filter(t *Tree) *filter {
	f := Read(t, "a filter", p.report)
	defer f.Done()
	for _, key := range []string{"and", "or"} {
		list := f.Get(key)
		if list == nil {
			continue
		}
		out := &filter{}
		parts := []*filter{}
		for _, kid := range f.List(key) {
			parts = append(parts, p.filter(kid))
		}
		if len(parts) == 0 {
			p.report.Addf(list.Pos, "%q of a filter needs one filter at least", key).Remedy = "add one, or leave it out"
		}
		if key == "and" {
			out.all = parts
		} else {
			out.any = parts
		}
		return out
	}
	f.Require("field", "operator", "value")
	out := &filter{field: f.Text("field"), value: f.Text("value")}
	if at := f.Get("field"); at != nil && at.Form == Text && !fieldNames[out.field] {
		f.Wrong(at, "field", "one of name, type, app, addon")
	}
	operator := f.Get("operator")
	switch text := f.Text("operator"); {
	case operator == nil || operator.Form != Text || text == "exact":
	case text != "regex":
		f.Wrong(operator, "operator", "exact or regex")
	default:
		var err error
		if out.pattern, err = regexp.Compile(out.value); err != nil {
			out.never = true
			p.report.Addf(f.Get("value").Pos, "the pattern %q is no regular expression: %v", out.value, err)
		}
	}
	return out
}

var fieldNames = map[string]bool{"name": true, "type": true, "app": true, "addon": true}

// places are the extensions and subgraphs that a place stands for: itself, or those that a selector selects.
func (r *rewriter) places(at place) []place {
	n := r.node(at.name, at.kind)
	if n == nil || n.kind != selectorType {
		return []place{at}
	}
	var out []place
	for i := range r.nodes {
		if m := &r.nodes[i]; m.kind != selectorType && n.filter.matches(m) {
			found := at
			found.kind, found.name = m.kind, m.Name
			out = append(out, found)
		}
	}
	if out == nil && !r.told[n.Name] {
		r.told[n.Name] = true
		r.report.Warnf(at.pos, "the selector %q selects no node", n.Name).Remedy = "look at its filter"
	}
	return out
}
