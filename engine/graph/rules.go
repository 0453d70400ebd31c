package graph

import (
	"regexp"

	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// rulePath is the grammar of the paths in conversion rules. ten.name matches it like any other.
var rulePath = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*(\.[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*)*$`)

// conversion reads a msg_conversion.
func (p *parser) conversion(t *Tree, kind msg.Kind, label string) *Conversion {
	f := Read(t, "a msg_conversion", p.report)
	if !f.OK() {
		return nil
	}
	c := p.conversionBody(f, label)
	if result := f.Get("result"); result != nil {
		if kind != msg.KindCmd {
			p.report.Addf(result.KeyPos, "%s: result conversion is not allowed for %s out msg", label, kind).Remedy = "only commands have results: remove it"
		}
		inner := Read(result, "a result conversion", p.report)
		c.Result = p.conversionBody(inner, label)
		inner.Done()
		p.noResultName(c.Result, label)
	}
	f.Done()
	return c
}

func (p *parser) conversionBody(f *Fields, label string) *Conversion {
	f.Require("type", "rules")
	if t := f.Want("type", Text); t != nil && t.str() != "per_property" {
		f.Wrong(t, "type", `"per_property", the only one there is`)
	}
	c := &Conversion{KeepOriginal: f.Truth("keep_original", false)}
	if t := f.Get("rules"); t != nil && t.Form == List && len(t.Kids) == 0 {
		p.report.Addf(t.Pos, "%s: 'rules' is empty, must contain at least one rule", label)
	}
	for _, t := range f.List("rules") {
		if rule, ok := p.rule(t); ok {
			c.Rules = append(c.Rules, rule)
		}
	}
	return c
}

func (p *parser) noResultName(c *Conversion, label string) {
	for _, rule := range c.Rules {
		if rule.Path == namePath {
			p.report.Addf(rule.Pos, "%s: %s", label, errResultName).Remedy = "remove the rule"
		}
	}
}

func (p *parser) rule(t *Tree) (Rule, bool) {
	f := Read(t, "a conversion rule", p.report)
	if !f.OK() {
		return Rule{}, false
	}
	f.Require("path", "conversion_mode")
	r := Rule{Path: p.rulePath(f, "path"), OriginalPath: p.rulePath(f, "original_path"), Pos: t.Pos}
	value, original := f.Get("value"), f.Get("original_path")
	switch mode := f.Want("conversion_mode", Text); {
	case mode == nil:
	case mode.str() == "fixed_value":
		f.Require("value")
		p.unwanted(original, "fixed_value")
		r.Value = p.ruleValue(f, value)
		p.fixedName(r, value)
	case mode.str() == "from_original":
		f.Require("original_path")
		p.unwanted(value, "from_original")
		r.FromOriginal = true
	default:
		f.Wrong(mode, "conversion_mode", "fixed_value or from_original").Near = near.Name(mode.str(), []string{"fixed_value", "from_original"})
	}
	f.Done()
	return r, true
}

func (p *parser) rulePath(f *Fields, key string) string {
	t := f.Want(key, Text)
	if t == nil {
		return ""
	}
	if !rulePath.MatchString(t.str()) {
		f.Wrong(t, key, "a path such as a.b[0]")
	}
	return t.str()
}

func (p *parser) unwanted(t *Tree, mode string) {
	if t != nil {
		p.report.Addf(t.KeyPos, "a %s rule with %q", mode, t.Key).Remedy = "remove it, or change the conversion_mode"
	}
}

// ruleValue takes what TEN takes: no lists, no tables, no null.
func (p *parser) ruleValue(f *Fields, t *Tree) msg.Value {
	if t == nil {
		return msg.Value{}
	}
	switch t.Form {
	case Text, Whole, Real, Truth:
		return t.Scalar
	}
	f.Wrong(t, "value", "a string, a number or true or false")
	return msg.Value{}
}

func (p *parser) fixedName(r Rule, value *Tree) {
	if r.Path != namePath || value == nil {
		return
	}
	if value.Form != Text {
		p.report.Addf(value.Pos, "a message name is a string, not %s", value.describe())
		return
	}
	p.checkIdentifier(value.str(), value.Pos, "message name")
}
