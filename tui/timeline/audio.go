package timeline

import (
	"tenbench/engine/msg"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// audioFlows counts the streams of audio.
func (m *Model) audioFlows() int {
	n := 0
	for _, f := range m.c.Store.Flows() {
		if f.Type == msg.KindAudioFrame {
			n++
		}
	}
	return n
}

// drawAudio draws each stream as a line of words and a line of loudness.
func (m *Model) drawAudio() {
	left := m.lay.audio
	if left == 0 {
		return
	}
	m.frame.Rule()
	first := true
	for _, f := range m.c.Store.Flows() {
		if f.Type != msg.KindAudioFrame || left == 0 {
			continue
		}
		l := m.frame.Row().Gap(1)
		if first {
			l.Cell(m.c.Theme.Heading, "AUDIO", m.lay.gutter-2)
		}
		m.describeFlow(l.Col(m.lay.gutter), f)
		first = false
		if left--; left > 0 {
			m.drawLevels(f)
			left--
		}
	}
	m.frame.Blank(left)
}

// describeFlow says how regular a stream comes. What is wrong with it is bright, the rest is not.
func (m *Model) describeFlow(l *ui.Line, f *store.Flow) {
	t := m.c.Theme
	l.Text(t.Quiet, f.From.String()+" ").Sign(t.Hairline, t.Signs.Arrow).Text(t.Quiet, " "+f.To.String())
	if f.Cadence > 0 {
		l.Gap(3).Dur(t.Quiet, f.Cadence, 0).Text(t.Quiet, " cadence")
	}
	late := t.Quiet
	if f.Late > 0 {
		late = t.Warn
	}
	l.Gap(3).Text(t.Quiet, "late ").Int(late, int64(f.Late), 0)
	if f.Gaps == 0 {
		l.Gap(3).Text(t.Quiet, "gap 0")
	} else {
		l.Gap(3).Text(t.Warn, "gap ").Dur(t.Warn, f.GapNS, 0).Text(t.Warn, " at ").Text(t.Warn, clock(f.GapAt, 10e6))
	}
	if f.Jitter > 0 {
		l.Gap(3).Text(t.Quiet, "jitter ").Dur(t.Quiet, f.Jitter, 0)
	}
}

// drawLevels draws the loudness of a stream over the window, as far back as the store knows it.
func (m *Model) drawLevels(f *store.Flow) {
	t, l := m.c.Theme, m.frame.Row()
	if cap(m.levels) < m.win.columns {
		m.levels = make([]int, m.win.columns)
	}
	m.levels = m.levels[:m.win.columns]
	clear(m.levels)
	for _, v := range f.Levels {
		if c := m.win.column(v.Mono); c >= 0 && c < m.win.columns {
			m.levels[c] = max(m.levels[c], 1+int(v.Loud)*7/255)
		}
	}
	l.Col(m.lay.gutter)
	for c, v := range m.levels {
		l.Select(c == m.cursorColumn()).Sign(t.Kind(msg.KindAudioFrame), t.Signs.Levels[v])
	}
	l.Select(false)
}
