package ui

import (
	"tenbench/tui/theme"
)

// Hint says what is typed into the field with the focus.
func (p *Props) Hint(t *theme.Theme, l *Line) {
	if p.raw {
		l.Text(t.Quiet, "All properties as one JSON object; ").Text(t.Key, "ctrl+o").Text(t.Quiet, " shows a field for each.")
		return
	}
	if p.at == len(p.rows) {
		l.Text(t.Quiet, "Name a property; ").Text(t.Key, "tab").Text(t.Quiet, " goes on to its value.")
		if len(p.rows) == 0 {
			l.Text(t.Quiet, " Or begin with ").Text(t.Key, "{").Text(t.Quiet, " to write JSON.")
		}
		return
	}
	r := &p.rows[p.at]
	switch word := r.typeWord(); {
	case r.text:
		l.Text(t.Bright, r.name).Text(t.Quiet, " is a string: what is typed is its value, without quotes.")
	case r.untyped():
		l.Text(t.Bright, r.name).Text(t.Quiet, ` takes a word, 5, true or other JSON; "5" in quotes is a string.`)
	case word == "":
		l.Text(t.Bright, r.name).Text(t.Quiet, " is written as JSON.")
	default:
		l.Text(t.Bright, r.name).Text(t.Quiet, " is "+word+", written as JSON.")
	}
}

// Draw draws the properties in lines of w cells: a name of at most label cells, the field, its type, and what is wrong below it.
func (p *Props) Draw(t *theme.Theme, w, label int, strict bool, add func() *Line) {
	p.starts = p.starts[:0]
	if p.raw {
		l := add()
		p.label(t, l, p.focused, "as JSON", t.Quiet, label)
		p.json.Draw(l, t.Bright, max(w-label, 8))
		p.drawFault(t, w, label, p.rawFault(), add)
		return
	}
	begin, drawn := add, 0
	add = func() *Line { drawn++; return begin() }
	fault := p.Fault(strict)
	for i := range p.rows {
		p.starts = append(p.starts, drawn)
		p.drawRow(t, w, label, i, add)
		if fault != nil && fault.Row == i {
			p.drawFault(t, w, label, fault, add)
		}
	}
	p.starts = append(p.starts, drawn)
	l := add()
	here := p.focused && p.at == len(p.rows)
	p.label(t, l, here, "+ property", t.Quiet, label)
	switch {
	case here && len(p.rows) == 0 && p.more.Value() == "":
		p.more.Draw(l, t.Bright, 2)
		l.Cell(t.Quiet, `a name, or {"n": 1}`, max(w-label-2, 0))
	case here || p.more.Value() != "":
		p.more.Draw(l, t.Bright, max(min(w-label, 24), 8))
	case len(p.rows) == 0:
		l.Text(t.Quiet, "none")
	}
}

func (p *Props) label(t *theme.Theme, l *Line, here bool, word string, st theme.Style, w int) {
	if here {
		l.Sign(t.Key, t.Signs.Right).Gap(1).Cell(t.Key, word, w-3).Gap(1)
		return
	}
	l.Gap(2).Cell(st, word, w-3).Gap(1)
}

// typeWidth is what the type of a property takes.
const typeWidth = 8

func (p *Props) drawRow(t *theme.Theme, w, label, i int, add func() *Line) {
	r, l := &p.rows[i], add()
	p.label(t, l, p.focused && p.at == i, r.name, t.Text, label)
	room := max(w-label-typeWidth-1, 8)
	remark := r.warning(p.declared)
	inline := Width(remark)+20 <= room
	if inline && remark != "" {
		room -= Width(remark) + 2
	}
	switch {
	case r.field.Focused() || r.field.Value() != "":
		r.field.Draw(l, t.Bright, room)
	case r.absent():
		l.Cell(t.Quiet, "not set", room)
	case r.text:
		l.Cell(t.Quiet, "empty", room)
	default:
		r.field.Draw(l, t.Bright, room)
	}
	l.Gap(1).Cell(t.Quiet, r.typeWord(), typeWidth)
	switch {
	case remark == "":
	case inline:
		l.Gap(1).Text(t.Warn, remark)
	default:
		add().Gap(label).Text(t.Warn, remark)
	}
}

// typeWord is what the receiver declares, else what the value is.
func (r *propRow) typeWord() string {
	if r.declared != nil {
		return r.declared.Type
	}
	v, err := r.read()
	if err != nil || r.field.Value() == "" && !r.text {
		return ""
	}
	return v.Type().String()
}

// drawFault points at what is wrong with a field, on the line under it.
func (p *Props) drawFault(t *theme.Theme, w, label int, f *PropFault, add func() *Line) {
	if f == nil {
		return
	}
	room := max(w-label-1, 8)
	field := &p.json
	if !p.raw {
		field = &p.rows[f.Row].field
	}
	if f.At >= 0 && f.At+Width(f.Text)+2 <= room && Width(field.Value()) < room {
		add().Gap(label+f.At).Text(t.Wrong, "^ "+f.Text)
		return
	}
	text := f.Text
	if f.At >= 0 {
		text = "column " + Grouped(f.At+1) + ": " + text
	}
	for _, line := range Wrap(text, room) {
		add().Gap(label).Text(t.Wrong, line)
	}
}
