package config

import (
	"strconv"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// leftSide lays the left list out in h lines: the item of each line, heading or blank.
func (m *Model) leftSide(h int) []int {
	var lines []int
	selected := 0
	for i, it := range m.items {
		if first := i == 0; first || it.kind != m.items[i-1].kind {
			if !first {
				lines = append(lines, blank)
			}
			if it.kind != reloads {
				lines = append(lines, heading)
			}
		}
		if it == m.at {
			selected = len(lines)
		}
		lines = append(lines, i)
	}
	from := 0
	if selected >= h {
		from = min(selected-h/2, len(lines)-h)
	}
	m.leftLines = lines[from:min(from+h, len(lines))]
	return m.leftLines
}

func (m *Model) drawLeft(l *ui.Line, lines []int, y int) {
	if y >= len(lines) {
		return
	}
	switch i := lines[y]; {
	case i >= 0:
		m.drawItem(l, m.items[i], m.leftWidth()-1)
	case i == heading && y+1 < len(lines):
		text := "EXTENSIONS"
		if m.items[lines[y+1]].kind == section {
			text = "SETTINGS"
		}
		l.Gap(1).Text(m.c.Theme.Heading, text)
	}
}

func (m *Model) drawItem(l *ui.Line, it item, w int) {
	t := m.c.Theme
	st := t.Text
	if it == m.at {
		st = t.Bright
	}
	if it == m.at && !m.inside {
		l.Select(true).Sign(t.Key, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	l.Gap(1)
	switch it.kind {
	case extension:
		m.drawState(l, it)
		l.Gap(1).Cell(st, it.name, w-l.Used()-1)
	case section:
		l.Cell(st, "["+it.name+"]", w-l.Used()-8)
		if n := m.ours(it.name); n > 0 {
			l.Right(t.Quiet, strconv.Itoa(n)+" set", 7)
		}
	case reloads:
		l.Cell(st, "Reloads", w-l.Used()-8).Right(t.Quiet, ui.Grouped(m.countReloads()), 7)
	}
	l.Gap(w - l.Used()).Select(false)
}

// countReloads counts a save of the file once, whatever it changed.
func (m *Model) countReloads() int {
	n := len(m.settings.Reloads) + len(m.replays)
	for _, ch := range listed(m.c.Store.Changes()) {
		if ch.Cause != store.ByConfig || ch.ByHand || len(m.settings.Reloads) == 0 { // a recording has no saves
			n++
		}
	}
	return n
}

// ours counts the settings of a section that somebody has set.
func (m *Model) ours(name string) (n int) {
	for i := range m.settings.All {
		if s := &m.settings.All[i]; sectionOf(s.Key) == name && s.From.Name != "default" {
			n++
		}
	}
	return n
}

func (m *Model) drawState(l *ui.Line, it item) {
	t, n := m.c.Theme, nodeOf(m.c, it)
	switch {
	case n == nil || n.State == trace.StateNone:
		l.Sign(t.Quiet, t.Signs.Dot)
	case n.State == trace.Failed:
		l.Sign(t.Wrong, t.Signs.Wrong)
	case n.State == trace.Ended:
		l.Sign(t.Quiet, t.Signs.Ended)
	case n.State == trace.Running:
		l.Sign(t.OK, t.Signs.Running)
	default:
		l.Sign(t.Stage(n.State), t.Signs.Running)
	}
}
