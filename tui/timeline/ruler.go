package timeline

import (
	"fmt"

	"tenbench/tui/ui"
)

// spacings are the distances between the times on the ruler.
var spacings = append(widths[:19:19], 15e9, 30e9, 60e9, 120e9, 300e9, 600e9, 900e9, 1800e9, 3600e9, 7200e9, 14400e9, 43200e9, 86400e9)

// labelRoom is how many columns a time on the ruler needs at least.
const labelRoom = 10

// spacing is the distance of times on the ruler: round, and wide enough to read.
func (w *window) spacing() int64 {
	for _, s := range spacings {
		if s >= w.width()*labelRoom && s%w.width() == 0 {
			return s
		}
	}
	return w.width() * labelRoom
}

// drawRuler draws the times and, under them, the ticks and the place of the cursor.
func (m *Model) drawRuler() {
	t, l := m.c.Theme, m.frame.Row()
	step := m.win.spacing()
	first := floorDiv(m.win.from+step-1, step) * step
	for at := first; at < m.win.to(); at += step {
		s := label(at, step, at == first)
		if c := m.win.column(at); c+len(s) <= m.win.columns+margin {
			l.Col(m.lay.gutter+c).Text(t.Quiet, s)
		}
	}
	m.drawTicks(step)
}

func (m *Model) drawTicks(step int64) {
	t, l := m.c.Theme, m.frame.Row()
	cursor := m.cursorColumn()
	minor := step / 4
	if minor%m.win.width() != 0 {
		minor = step / 5
	}
	l.Col(m.lay.gutter)
	for c := range m.win.columns {
		at := m.win.instant(c)
		switch {
		case c == cursor:
			l.Sign(t.Key, t.Signs.Down)
		case at < 0:
			l.Gap(1)
		case at%step == 0:
			l.Sign(t.Hairline, t.Signs.Tick)
		case minor%m.win.width() == 0 && at%minor == 0:
			l.Sign(t.Hairline, t.Signs.TickSmall)
		default:
			l.Gap(1)
		}
	}
}

// label says a time of the ruler: in full at the left and on the minute, else the seconds and what is finer.
func label(at, step int64, full bool) string {
	switch {
	case step >= 60e9:
		return ui.RunTime(at)
	case full && step >= 1e9, at%60e9 == 0 && step >= 1e9:
		return ui.RunTime(at)
	case step >= 1e9:
		return fmt.Sprintf(":%02d", at/1e9%60)
	case step >= 1e6:
		return fmt.Sprintf(":%02d.%03d", at/1e9%60, at/1e6%1000)
	}
	return fmt.Sprintf(".%06d", at/1e3%1e6)
}
