package timeline

import (
	"fmt"
	"strconv"

	"tenbench/tui/ui"
)

// spacings are the distances between the times on the ruler.
var spacings = []int64{10e3, 20e3, 50e3, 100e3, 200e3, 500e3, 1e6, 2e6, 5e6, 10e6, 20e6, 50e6, 100e6, 200e6, 500e6, 1e9, 2e9, 5e9, 10e9, 15e9, 30e9,
	60e9, 120e9, 300e9, 600e9, 900e9, 1800e9, 3600e9, 7200e9, 14400e9, 43200e9, 86400e9, 604800e9}

// labelRoom is how many columns a time on the ruler needs at least.
const labelRoom = 10

// spacing is the distance of times on the ruler: round, and wide enough to read.
func (w *window) spacing() int64 {
	for _, s := range spacings {
		if s >= w.width()*labelRoom {
			return s
		}
	}
	return spacings[len(spacings)-1]
}

// meets reports that a multiple of step lies in the column that begins at at.
func (w *window) meets(at, step int64) bool { return floorDiv(at+w.width()-1, step)*step >= at }

// drawRuler draws the times and, under them, the ticks and the place of the cursor.
func (m *Model) drawRuler() {
	t, l := m.c.Theme, m.frame.Row()
	if n := m.hiddenLanes(); n > 0 {
		l.Gap(1).Cell(t.Key, "+"+strconv.Itoa(n)+" more", m.lay.gutter-2)
	}
	step := m.win.spacing()
	first := floorDiv(m.win.from+step-1, step) * step
	for at := first; at < m.win.to() && at <= m.c.Now; at += step {
		s := label(at, step, at == first)
		if c := m.win.column(at); c+len(s) <= m.win.columns {
			l.Col(m.lay.gutter+c).Text(t.Quiet, s)
		}
	}
	l.Col(m.lay.gutter+m.win.columns).Right(t.Heading, m.numbered(), margin-1)
	m.drawTicks(step)
}

func (m *Model) drawTicks(step int64) {
	t, l := m.c.Theme, m.frame.Row()
	cursor := m.cursorColumn()
	minor := step / 4
	l.Col(m.lay.gutter)
	for c := range m.win.columns {
		at := m.win.instant(c)
		switch {
		case c == cursor:
			l.Sign(t.Key, t.Signs.Down)
		case at < 0 || at > m.c.Now:
			l.Gap(1)
		case m.win.meets(at, step):
			l.Sign(t.Hairline, t.Signs.Tick)
		case m.win.meets(at, minor):
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
