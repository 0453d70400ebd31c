package graph

import (
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/msg"
)

// Form is the shape of a value in a file.
type Form uint8

// The forms of TOML and JSON. The zero Form is an absent value.
const (
	Absent Form = iota
	Table
	List
	Text
	Whole
	Real
	Truth
	Time // TOML only; its value is the text as it was written
	Null // JSON only
)

var formNames = [...]string{"nothing", "a table", "a list", "a string", "a whole number", "a number with a fraction", "true or false", "a date or time", "null"}

// String returns the form in words, with its article.
func (f Form) String() string { return formNames[f] }

// Tree is a value in a TOML or JSON file and all that is in it, each with its place. Order and case of keys are kept.
type Tree struct {
	Form   Form
	Pos    Pos
	Key    string    // in the table that holds the value
	KeyPos Pos       // of the key; Pos again for the elements of a list
	Kids   []*Tree   // of a table or list, in their order
	Scalar msg.Value // of all other forms

	def   definition     // TOML: who made the table, which decides who may add to it
	index map[string]int // key to place in Kids, once there are many
}

// maxDepth bounds how deep values may lie in each other, so that no file can exhaust the stack.
const maxDepth = 256

// indexFrom is the number of keys from which a table keeps an index.
const indexFrom = 16

// Get returns the value at key in a table, nil if there is none. It may be called on nil.
func (t *Tree) Get(key string) *Tree {
	if t == nil || t.Form != Table {
		return nil
	}
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return t.Kids[i]
		}
		return nil
	}
	i := slices.IndexFunc(t.Kids, func(kid *Tree) bool { return kid.Key == key })
	if i < 0 {
		return nil
	}
	return t.Kids[i]
}

// At returns the value under several keys, one in the other.
func (t *Tree) At(keys ...string) *Tree {
	for _, key := range keys {
		t = t.Get(key)
	}
	return t
}

func (t *Tree) add(kid *Tree) {
	t.Kids = append(t.Kids, kid)
	switch n := len(t.Kids); {
	case t.Form != Table || n < indexFrom:
	case t.index == nil:
		t.index = make(map[string]int, 2*n)
		for i, k := range t.Kids {
			t.index[k.Key] = i
		}
	default:
		t.index[kid.Key] = n - 1
	}
}

// Value returns the whole of t as a message value: tables as objects with their order, dates as strings.
func (t *Tree) Value() msg.Value {
	switch t.Form {
	case Table:
		o := &msg.Object{}
		for _, kid := range t.Kids {
			o.Put(kid.Key, kid.Value())
		}
		return msg.Obj(o)
	case List:
		items := make([]msg.Value, len(t.Kids))
		for i, kid := range t.Kids {
			items[i] = kid.Value()
		}
		return msg.Array(items...)
	case Null:
		return msg.Null()
	}
	return t.Scalar
}

// Show returns the value in a few characters, for messages to people.
func (t *Tree) Show() string {
	switch t.Form {
	case Table:
		return fmt.Sprintf("a table with %s", count(len(t.Kids), "key"))
	case List:
		return fmt.Sprintf("a list of %d", len(t.Kids))
	case Text, Time:
		return fmt.Sprintf("%q", shorten(t.str()))
	}
	return shorten(string(msg.AppendJSON(nil, t.Value())))
}

// str is the text of a string; "" for all else.
func (t *Tree) str() string {
	s, _ := t.Scalar.Str()
	return s
}

func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// source is a file's text and the places in it.
type source struct {
	file  string
	data  []byte
	lines []int // offsets at which lines begin
}

func newSource(file string, data []byte) *source {
	s := &source{file: file, data: data, lines: []int{0}}
	for i, c := range data {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

func (s *source) pos(offset int) Pos {
	line, exact := slices.BinarySearch(s.lines, offset)
	if !exact {
		line--
	}
	return Pos{File: s.file, Line: line + 1, Col: offset - s.lines[line] + 1}
}

// ParseTree reads a file's text: TOML if the name ends in .toml, else JSON. What is wrong goes to the report; the tree then
// holds what could be read, and is nil if nothing could.
func ParseTree(file string, data []byte, report *Report) *Tree {
	if strings.HasSuffix(file, ".toml") {
		return ParseTOML(file, data, report)
	}
	return ParseJSON(file, data, report)
}
