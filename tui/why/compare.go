package why

import (
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// other is the command that was answered, beside this one.
type other struct {
	event trace.Event
	rows  []pair
}

// pair is one property in both commands; "" where it is missing.
type pair struct{ path, here, there string }

// maxPairs bounds the properties that are compared.
const maxPairs = 200

// compare shows the command beside the newest one like it that was answered, or no more.
func (m *Model) compare() {
	if m.other != nil {
		m.other = nil
		m.draw()
		return
	}
	c := m.c.Store.Command(m.verdict.Like)
	if c == nil || m.event.Seq == 0 {
		return
	}
	e, ok := m.c.Store.At(c.SentSeq)
	if !ok {
		return
	}
	m.other, m.top = &other{e, pairs(m.event.Property, e.Property)}, 0
	m.draw()
}

// pairs lists the properties of both: in the order of the first, then what only the second has.
func pairs(here, there []byte) []pair {
	a, b := flat(here), flat(there)
	var out []pair
	for _, p := range a {
		q := pair{path: p[0], here: p[1]}
		for _, o := range b {
			if o[0] == p[0] {
				q.there = o[1]
			}
		}
		out = append(out, q)
	}
	for _, o := range b {
		known := false
		for _, p := range a {
			known = known || p[0] == o[0]
		}
		if !known {
			out = append(out, pair{path: o[0], there: o[1]})
		}
	}
	return out[:min(len(out), maxPairs)]
}

// flat lists the values of properties, each with its path; of objects their members.
func flat(json []byte) (out [][2]string) {
	v, err := msg.ParseJSON(json)
	if err != nil {
		return nil
	}
	var walk func(path string, v msg.Value)
	walk = func(path string, v msg.Value) {
		o := v.Object()
		if len(out) >= maxPairs {
			return
		}
		if o == nil || o.Len() == 0 && path != "" {
			out = append(out, [2]string{path, v.String()})
			return
		}
		for key, member := range o.All() {
			if path != "" {
				key = path + "." + key
			}
			walk(key, member)
		}
	}
	walk("", v)
	return out
}

// drawOther draws both commands side by side: what differs stands out.
func (m *Model) drawOther() {
	t, o := m.c.Theme, m.other
	l := m.section("COMPARED")
	l.Text(t.Quiet, "with ").Text(t.Text, o.event.Name.String()).Gap(1).IDCell(t.Text, o.event.ID, 0).Text(t.Quiet, ", the newest like it that was answered")
	if c := m.c.Store.Command(o.event.ID); c != nil && c.Finished {
		said := m.content.Row().Gap(3).Text(t.Quiet, "the answer was ").Text(t.Text, c.Status.String()).Text(t.Quiet, " after ").Dur(t.Text, c.LatencyNS, 0)
		if r, ok := m.c.Store.At(c.ResultSeq); ok && len(r.Property) > 2 {
			said.Gap(2).Text(t.Quiet, ui.Prefix(string(r.Property), 4*m.w))
		}
	}
	name := 12
	for _, p := range o.rows {
		name = max(name, min(ui.Width(p.path), m.w/4))
	}
	value := max((m.w-name-10)/2, 8)
	m.content.Row().Gap(3).Cell(t.Heading, "PROPERTY", name).Gap(2).Cell(t.Heading, "THIS", value).Gap(2).Cell(t.Heading, "ANSWERED", value)
	m.drawPair(pair{"from", m.event.From.String(), o.event.From.String()}, name, value)
	for _, p := range o.rows {
		m.drawPair(p, name, value)
	}
	switch alike := !slices.ContainsFunc(o.rows, func(p pair) bool { return p.here != p.there }); {
	case len(o.rows) == 0:
		m.content.Row().Gap(3).Text(t.Quiet, "Neither has properties.")
	case alike && m.event.From == o.event.From:
		m.content.Row().Gap(3).Text(t.Quiet, "Nothing differs: what they say is not why.")
	}
}

func (m *Model) drawPair(p pair, name, value int) {
	t, l := m.c.Theme, m.content.Row()
	here, there, sign := t.Quiet, t.Quiet, " "
	if p.here != p.there {
		here, there, sign = t.Bright, t.Bright, t.Signs.Attention
	}
	show := func(text string) string {
		if text == "" {
			return "(missing)"
		}
		return text
	}
	if p.here == "" {
		here = t.Wrong
	}
	if p.there == "" {
		there = t.Wrong
	}
	l.Gap(1).Sign(t.Warn, sign).Gap(1).Cell(t.Text, p.path, name).Gap(2).Cell(here, show(p.here), value).Gap(2).Cell(there, show(p.there), value)
}
