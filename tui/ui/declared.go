package ui

import (
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/near"
	"tenbench/engine/trace"
)

// Declared returns the properties of a message that its receiver's manifest declares; nil if that says nothing of it.
func (c *Common) Declared(e *trace.Event) []DeclaredProperty {
	if c.Info.Declares == nil || e.To == 0 {
		return nil
	}
	for _, one := range c.Info.Declares(e.Graph.String(), e.To.String()) {
		if one.Kind == e.Type && one.Name == e.Name.String() {
			return one.Properties
		}
	}
	return nil
}

// declaration finds a property among those declared; nil if it is not there.
func declaration(all []DeclaredProperty, name string) *DeclaredProperty {
	i := slices.IndexFunc(all, func(d DeclaredProperty) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// undeclared says that a name is none of those declared, and which it may have meant.
func undeclared(name string, all []DeclaredProperty) string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	if near := near.Name(name, names); near != "" {
		return "not declared; did you mean " + near + "?"
	}
	return "not declared"
}

// Differs says how a property differs from what is declared; "" if it does not, or if nothing is declared.
func Differs(all []DeclaredProperty, name string, v msg.Value) string {
	d := declaration(all, name)
	switch {
	case len(all) == 0:
		return ""
	case d == nil:
		return undeclared(name, all)
	case !FitsType(v, d.Type):
		return "not " + d.Type
	}
	return ""
}
