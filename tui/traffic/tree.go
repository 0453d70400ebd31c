package traffic

import (
	"encoding/hex"
	"strconv"

	"tenbench/engine/msg"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// maxTree bounds the lines of a property tree.
const maxTree = 500

// tree draws properties, one value a line, with their types.
func (d *detail) tree(indent int, json []byte) {
	if len(json) == 0 {
		return
	}
	v, err := msg.ParseJSON(json)
	if err != nil {
		d.add().Gap(indent).Text(d.c.Theme.Wrong, "not JSON: "+err.Error())
		return
	}
	if o := v.Object(); o != nil && o.Len() == 0 {
		d.add().Gap(indent).Text(d.c.Theme.Quiet, "no properties")
		return
	}
	width := 0
	if o := v.Object(); o != nil {
		for key := range o.All() {
			width = max(width, min(ui.Width(key), 20))
		}
	}
	d.branch(indent, width, v)
}

// branch draws the members of a container.
func (d *detail) branch(indent, width int, v msg.Value) {
	if o := v.Object(); o != nil {
		for key, m := range o.All() {
			d.leaf(indent, width, key, m)
		}
		return
	}
	for i, m := range v.Items() {
		d.leaf(indent, width, strconv.Itoa(i), m)
	}
}

func (d *detail) leaf(indent, width int, key string, v msg.Value) {
	t := d.c.Theme
	if len(d.lines) >= maxTree {
		return
	}
	l := d.add().Gap(indent)
	l.Cell(t.Text, key, max(min(ui.Width(key), 40), width)).Gap(2)
	nested := container(v)
	switch {
	case nested > 0:
		l.Text(t.Quiet, v.Type().String()+" of "+strconv.Itoa(nested))
		d.branch(indent+2, 0, v)
	default:
		value := v.String()
		room := max(d.w-l.Used()-ui.Width(v.Type().String())-3, 8)
		if ui.Width(value) <= room {
			l.Text(valueStyle(t, v), value)
		} else {
			l.Cell(valueStyle(t, v), value, room)
		}
		l.Gap(2).Text(t.Quiet, v.Type().String())
	}
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

// buffer draws the length of a buffer and its first bytes.
func (d *detail) buffer(length int64, head []byte) {
	if length == 0 {
		return
	}
	t := d.c.Theme
	d.heading("buffer").Size(t.Text, length, 0).Text(t.Quiet, note(int64(len(head)), length))
	row := 16
	if d.w < 60 {
		row = 8
	}
	for at := 0; at < len(head) && at < 8*row; at += row {
		part := head[at:min(at+row, len(head))]
		l := d.add().Gap(2).Text(t.Quiet, offset(at)).Gap(2)
		l.Cell(t.Text, spaced(part), 3*row).Gap(1).Text(t.Quiet, printable(part))
	}
}

func note(kept, length int64) string {
	if kept < length {
		return ", of which the trace keeps " + ui.Size(kept)
	}
	return ""
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
