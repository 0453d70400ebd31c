package ui

import (
	"encoding/hex"
	"strconv"

	"tenbench/engine/msg"
	"tenbench/tui/theme"
)

// maxProperties bounds the lines of a property tree.
const maxProperties = 500

// Tree draws properties, given as JSON, one value a line with its type. add begins a line; w is how wide lines may be.
func Tree(t *theme.Theme, json []byte, w int, add func() *Line) { CheckedTree(t, json, nil, w, add) }

// WholeTree is Tree, with what is too long for a line on several.
func WholeTree(t *theme.Theme, json []byte, w int, add func() *Line) {
	drawTree(json, tree{theme: t, w: w, add: add, whole: true})
}

// CheckedTree draws properties beside what their receiver declares of them: what differs and what is missing is said.
func CheckedTree(t *theme.Theme, json []byte, declared []DeclaredProperty, w int, add func() *Line) {
	drawTree(json, tree{theme: t, w: w, add: add, declared: declared})
}

func drawTree(json []byte, d tree) {
	if len(json) == 0 {
		return
	}
	t, add := d.theme, d.add
	v, err := msg.ParseJSON(json)
	if err != nil {
		add().Gap(2).Text(t.Wrong, "not JSON: "+err.Error())
		return
	}
	d.left = maxProperties
	if v.Object() != nil && container(v) == 0 {
		add().Gap(2).Text(t.Quiet, "no properties")
	} else {
		d.branch(top, v)
	}
	d.missing(v)
}

// top is the indent of the properties themselves, above that of what is in them.
const top = 2

// missing draws what the receiver requires and the message lacks.
func (d *tree) missing(v msg.Value) {
	have := v.Object()
	for i := range d.declared {
		p := &d.declared[i]
		if have != nil {
			if _, ok := have.Lookup(p.Name); ok {
				continue
			}
		}
		if p.Required {
			l := d.add().Gap(top).Cell(d.theme.Bright, p.Name, max(min(Width(p.Name), 40), d.names)).Gap(2).Text(d.theme.Quiet, "missing")
			d.note(l, "required")
		}
	}
}

// note says at the end of a line what is not as declared.
func (d *tree) note(l *Line, text string) {
	l.Gap(2).Sign(d.theme.Warn, d.theme.Signs.Attention).Gap(1).Text(d.theme.Warn, text)
}

type tree struct {
	theme *theme.Theme
	w     int
	add   func() *Line
	left  int
	whole bool

	declared []DeclaredProperty // nil: nothing is known of them
	names    int                // the width of the names of the properties themselves
}

// branch draws the members of a container, their values below each other.
func (d *tree) branch(indent int, v msg.Value) {
	width := 0
	if o := v.Object(); o != nil {
		for key := range o.All() {
			width = max(width, min(Width(key), 20))
		}
		if indent == top {
			d.names = width
		}
		for key, m := range o.All() {
			d.leaf(indent, width, key, m)
		}
		return
	}
	for i, m := range v.Items() {
		d.leaf(indent, width, strconv.Itoa(i), m)
	}
}

func (d *tree) leaf(indent, width int, key string, v msg.Value) {
	if d.left--; d.left < 0 {
		return
	}
	t := d.theme
	l := d.add().Gap(indent)
	l.Cell(t.Text, key, max(min(Width(key), 40), width)).Gap(2)
	if n := container(v); n > 0 {
		l.Text(t.Quiet, v.Type().String()+" of "+strconv.Itoa(n))
		d.branch(indent+2, v)
		return
	}
	value, kind := v.String(), v.Type().String()
	if d.whole && Width(value) > d.w-l.Used()-Width(kind)-2 {
		d.wrapped(l, valueStyle(t, v), value, kind)
		return
	}
	differs := ""
	if indent == top {
		differs = Differs(d.declared, key, v)
	}
	room := d.w - l.Used() - Width(kind) - 2
	beside := differs != "" && room-Width(differs)-4 >= min(Width(value), 16)
	if beside {
		room -= Width(differs) + 4
	}
	l.Cell(valueStyle(t, v), value, min(Width(value), max(room, 8))).Gap(2).Text(t.Quiet, kind)
	switch {
	case beside:
		d.note(l, differs)
	case differs != "":
		d.note(d.add().Gap(indent), differs)
	}
}

// maxWrapped bounds the lines of one value.
const maxWrapped = 20

// wrapped draws a value on as many lines as it needs.
func (d *tree) wrapped(l *Line, st theme.Style, value, kind string) {
	margin := l.Used()
	parts := Wrap(Prefix(value, maxWrapped*d.w), max(d.w-margin, 8))
	for i, part := range parts[:min(len(parts), maxWrapped)] {
		if i > 0 {
			l = d.add().Col(margin)
		}
		l.Text(st, part)
	}
	if d.w-l.Used() < Width(kind)+2 {
		l = d.add().Col(margin - 2)
	}
	l.Gap(2).Text(d.theme.Quiet, kind)
}

// container returns how many members a value has; 0 for what is no container or empty.
func container(v msg.Value) int {
	if o := v.Object(); o != nil {
		return o.Len()
	}
	return len(v.Items())
}

func valueStyle(t *theme.Theme, v msg.Value) theme.Style {
	if v.Type() == msg.StringType {
		return t.Bright
	}
	return t.Text
}

// Bytes draws the first bytes of a buffer, in hexadecimal and as text, on at most lines lines.
func Bytes(t *theme.Theme, b []byte, w, lines int, add func() *Line) {
	row := 16
	if w < 60 {
		row = 8
	}
	for at := 0; at < len(b) && at < lines*row; at += row {
		part := b[at:min(at+row, len(b))]
		l := add().Gap(2).Text(t.Quiet, offset(at)).Gap(2)
		l.Cell(t.Text, spaced(part), 3*row).Gap(1).Text(t.Quiet, printable(part))
	}
}

func offset(n int) string { return hex.EncodeToString([]byte{byte(n >> 8), byte(n)}) }

func spaced(b []byte) string {
	out := make([]byte, 0, 3*len(b))
	for _, c := range b {
		out = append(hex.AppendEncode(out, []byte{c}), ' ')
	}
	return string(out)
}

func printable(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = '.'
		if c >= 0x20 && c < 0x7f {
			out[i] = c
		}
	}
	return string(out)
}
