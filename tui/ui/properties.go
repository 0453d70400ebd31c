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
func Tree(t *theme.Theme, json []byte, w int, add func() *Line) {
	if len(json) == 0 {
		return
	}
	v, err := msg.ParseJSON(json)
	if err != nil {
		add().Gap(2).Text(t.Wrong, "not JSON: "+err.Error())
		return
	}
	if v.Object() != nil && container(v) == 0 {
		add().Gap(2).Text(t.Quiet, "no properties")
		return
	}
	d := tree{theme: t, w: w, add: add, left: maxProperties}
	d.branch(2, v)
}

type tree struct {
	theme *theme.Theme
	w     int
	add   func() *Line
	left  int
}

// branch draws the members of a container, their values below each other.
func (d *tree) branch(indent int, v msg.Value) {
	width := 0
	if o := v.Object(); o != nil {
		for key := range o.All() {
			width = max(width, min(Width(key), 20))
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
	room := max(d.w-l.Used()-Width(kind)-2, 8)
	l.Cell(valueStyle(t, v), value, min(Width(value), room)).Gap(2).Text(t.Quiet, kind)
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
