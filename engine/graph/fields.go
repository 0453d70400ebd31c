package graph

import (
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/near"
)

// Fields reads the keys of one table strictly: what no one asked for is an error that names the nearest key, and so is a value of
// the wrong form. All goes to the report; a bad value reads as if it were absent.
type Fields struct {
	tree    *Tree
	what    string // in words: "a node"
	report  *Report
	asked   []string
	missing []string
}

// Read returns the fields of t, which should be a table; what says what it stands for, with its article. A nil t reads as an
// empty table.
func Read(t *Tree, what string, report *Report) *Fields {
	f := &Fields{tree: t, what: what, report: report}
	if t != nil && t.Form != Table {
		f.wrong(t, what, "a table")
		f.tree = nil
	}
	return f
}

// OK reports whether there was a table to read.
func (f *Fields) OK() bool { return f.tree != nil }

// Pos is the place of the table.
func (f *Fields) Pos() Pos {
	if f.tree == nil {
		return Pos{}
	}
	return f.tree.Pos
}

// Get returns the value at key whatever its form, nil if it is absent.
func (f *Fields) Get(key string) *Tree {
	if !slices.Contains(f.asked, key) {
		f.asked = append(f.asked, key)
	}
	return f.tree.Get(key)
}

// Want returns the value at key if it is there and has that form.
func (f *Fields) Want(key string, form Form) *Tree {
	t := f.Get(key)
	if t == nil || t.Form == form {
		return t
	}
	f.wrong(t, key, form.String())
	return nil
}

// Text returns the string at key, "" if it is absent.
func (f *Fields) Text(key string) string {
	if t := f.Want(key, Text); t != nil {
		return t.str()
	}
	return ""
}

// Truth returns the bool at key, def if it is absent.
func (f *Fields) Truth(key string, def bool) bool {
	if t := f.Want(key, Truth); t != nil {
		def, _ = t.Scalar.Bool()
	}
	return def
}

// List returns the elements of the list at key.
func (f *Fields) List(key string) []*Tree {
	if t := f.Want(key, List); t != nil {
		return t.Kids
	}
	return nil
}

// Texts returns the strings of the list at key, as trees for their places.
func (f *Fields) Texts(key string) []*Tree {
	var out []*Tree
	for _, t := range f.List(key) {
		if t.Form == Text {
			out = append(out, t)
		} else {
			f.wrong(t, key, "a string for each of its elements")
		}
	}
	return out
}

// Require has Done report each of the keys that is missing.
func (f *Fields) Require(keys ...string) {
	for _, key := range keys {
		if f.Get(key) == nil {
			f.missing = append(f.missing, key)
		}
	}
}

// Done reports each key that no one asked for and each that is missing. It comes after all else.
func (f *Fields) Done() {
	if f.tree == nil {
		return
	}
	for _, kid := range f.tree.Kids {
		if !slices.Contains(f.asked, kid.Key) {
			f.unknown(kid)
		}
	}
	for _, key := range f.missing {
		f.report.Addf(f.tree.Pos, "%s without %q", f.what, key).Remedy = fmt.Sprintf("add %q", key)
	}
}

func (f *Fields) unknown(kid *Tree) {
	e := f.report.Addf(kid.KeyPos, "unknown key %q in %s", kid.Key, f.what)
	e.Value = kid.Key
	if e.Near = near.Name(kid.Key, f.asked); e.Near == "" {
		known := slices.Sorted(slices.Values(f.asked))
		e.Remedy = "known are " + strings.Join(known, ", ")
	}
	// A key that is only misspelt is not missing too.
	f.missing = slices.DeleteFunc(f.missing, func(key string) bool { return key == e.Near })
}

// Wrong reports a value that is not what key wants.
func (f *Fields) Wrong(t *Tree, key, want string) *Error { return f.wrong(t, key, want) }

func (f *Fields) wrong(t *Tree, key, want string) *Error {
	e := f.report.Addf(t.Pos, "%s is %s, not %s", key, t.describe(), want)
	e.Value = t.Show()
	return e
}

// describe says what the value is, with the value where it helps.
func (t *Tree) describe() string {
	if t.Form == Table || t.Form == List || t.Form == Null {
		return t.Show()
	}
	return t.Form.String() + " (" + t.Show() + ")"
}
