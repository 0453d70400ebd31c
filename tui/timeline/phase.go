package timeline

import (
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// phase is what a command does in a stretch of time.
type phase uint8

const (
	queued phase = iota // waits for its receiver's loop
	works               // its handler runs
	waits               // its handler waits for a command of its own
	owed                // its handler has ended, the answer has not come
)

// phaseAt returns what a command does at an instant between its sending and its answer.
func (m *Model) phaseAt(c *store.Command, t int64) phase {
	switch {
	case c.Delivered == 0 || t < c.Delivered:
		return queued
	case m.childOpen(c, t):
		return waits
	case c.Handled == 0 || t < c.Handled:
		return works
	}
	return owed
}

func (m *Model) childOpen(c *store.Command, t int64) bool {
	for _, id := range c.Children {
		if k := m.c.Store.Command(id); k != nil && k.Sent <= t && t < m.end(k) {
			return true
		}
	}
	return false
}

// drawn is how a phase of a command is drawn: a thick line is work, a thin one waits, dots wait in a queue.
func (p phase) drawn(t *theme.Theme, st theme.Style) (theme.Style, string) {
	switch p {
	case queued:
		return t.Warn, t.Signs.Queued
	case works:
		return st, t.Signs.Segment
	}
	return st, t.Signs.Thin
}

// queueTime is how long a command waited for its receiver's loop, or has waited.
func (m *Model) queueTime(c *store.Command) int64 {
	if c.Delivered == 0 {
		return m.end(c) - c.Sent
	}
	return c.Delivered - c.Sent
}

// waitNote says how long a command waited in the queue, if that was a good part of it all.
func (m *Model) waitNote(c *store.Command) string {
	wait, all := m.queueTime(c), m.end(c)-c.Sent
	if c.Silent() || wait < 1e6 || wait*5 < all || c.Delivered == 0 && c.Finished {
		return ""
	}
	return ", " + ui.Dur(wait) + " in the queue"
}

// drawPhases is the legend of the spans.
func (m *Model) drawPhases(l *ui.Line) {
	t := m.c.Theme
	legend := []struct {
		st   theme.Style
		sign string
		says string
	}{
		{t.Warn, t.Signs.Queued, "in the queue"}, {t.OK, t.Signs.Segment, "handled"}, {t.OK, t.Signs.Thin, "waits for another"},
		{t.Wrong, t.Signs.Dashed, "never answered"},
	}
	width := 1
	for _, p := range legend {
		width += 6 + ui.Width(p.says)
	}
	if l.Left() < width {
		return
	}
	l.Gap(l.Left() - width)
	for _, p := range legend {
		l.Gap(3).Repeat(p.st, p.sign, 2).Gap(1).Text(t.Quiet, p.says)
	}
}
