package graph

import (
	"fmt"
	"slices"

	"tenbench/engine/msg"
)

// namePath is the path under which a rule reads and writes the message's name instead of a property.
const namePath = "ten.name"

// Conversion is TEN's per_property conversion of a message on its way to one receiver, and of the result on its way back. It is
// not changed after parsing, so it may be applied by many goroutines at once.
type Conversion struct {
	KeepOriginal bool // start from a copy of the properties instead of from none
	Rules        []Rule
	Result       *Conversion // for the result; its KeepOriginal has no effect, as a result always keeps its own properties
}

// Rule writes one property of the converted message.
type Rule struct {
	Path         string
	FromOriginal bool
	OriginalPath string    // read from the message as it was sent; if nothing is there the rule is skipped
	Value        msg.Value // of a fixed_value rule: a string, a bool or a number
	Pos          Pos
}

// Apply converts a message's name and properties. in is only read: rules see the message as it was sent, whatever earlier rules
// wrote. The error says which rule failed; the converted message is then not to be delivered.
func (c *Conversion) Apply(name string, in *msg.Object) (newName string, out msg.Object, err error) {
	if c.KeepOriginal {
		out = in.Share()
	}
	newName = name
	for i := range c.Rules {
		rule := &c.Rules[i]
		v, ok := rule.value(name, in)
		if !ok {
			continue
		}
		if rule.Path != namePath {
			err = out.Set(rule.Path, v)
		} else if newName, err = v.Str(); err == nil && newName == "" {
			err = errEmptyName
		}
		if err != nil {
			return name, msg.Object{}, rule.failed(err)
		}
	}
	return newName, out, nil
}

// HasResult reports whether the results of a command converted by c are converted too.
func (c *Conversion) HasResult() bool { return c.Result != nil }

// ApplyResult converts the properties of a result on its way back: what the rules write is added to what is there. Without
// result rules it returns the properties as they are.
func (c *Conversion) ApplyResult(in *msg.Object) (out msg.Object, err error) {
	out = in.Share()
	if c.Result == nil {
		return out, nil
	}
	for i := range c.Result.Rules {
		rule := &c.Result.Rules[i]
		v, ok := rule.value(msg.ResultName, in)
		if !ok {
			continue
		}
		if rule.Path == namePath {
			err = errResultName
		} else {
			err = out.Set(rule.Path, v)
		}
		if err != nil {
			return msg.Object{}, rule.failed(err)
		}
	}
	return out, nil
}

var (
	errEmptyName  = fmt.Errorf("a message cannot have an empty name")
	errResultName = fmt.Errorf("a result has no name that could be changed")
)

// value is what the rule writes. A missing original is no error: the receiver sees that the property is absent, which is all
// that can be said truthfully.
func (r *Rule) value(name string, in *msg.Object) (msg.Value, bool) {
	switch {
	case !r.FromOriginal:
		return r.Value, true
	case r.OriginalPath == namePath:
		return msg.String(name), true
	}
	v, err := in.Get(r.OriginalPath)
	return v, err == nil
}

func (r *Rule) failed(err error) error {
	if r.Pos.Line == 0 {
		return fmt.Errorf("conversion rule for %q: %w", r.Path, err)
	}
	return fmt.Errorf("%s: conversion rule for %q: %w", r.Pos, r.Path, err)
}

// equal reports whether both convert alike, wherever they were written.
func (c *Conversion) equal(d *Conversion) bool {
	if c == nil || d == nil {
		return c == d
	}
	return c.KeepOriginal == d.KeepOriginal && slices.EqualFunc(c.Rules, d.Rules, sameRule) && c.Result.equal(d.Result)
}

func sameRule(a, b Rule) bool {
	return a.Path == b.Path && a.FromOriginal == b.FromOriginal && a.OriginalPath == b.OriginalPath && a.Value.Equal(b.Value)
}
