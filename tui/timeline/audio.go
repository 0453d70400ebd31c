package timeline

import (
	"cmp"
	"slices"
	"strconv"

	"tenbench/engine/msg"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// audioFlows returns the streams of audio: those with gaps first, so that what is wrong finds a line.
func (m *Model) audioFlows() []*store.Flow {
	m.flows = m.flows[:0]
	if !m.kinds.has(msg.KindAudioFrame) {
		return nil
	}
	for _, f := range m.c.Store.Flows() {
		if f.Type == msg.KindAudioFrame {
			m.flows = append(m.flows, f)
		}
	}
	slices.SortStableFunc(m.flows, func(a, b *store.Flow) int { return cmp.Compare(min(b.Gaps, 1), min(a.Gaps, 1)) })
	return m.flows
}

// drawAudio draws streams: a line of words for as many as it can, then a line of loudness under the first of them.
func (m *Model) drawAudio() {
	if m.lay.audio == 0 {
		return
	}
	flows := m.audioFlows()
	worded := min(len(flows), m.lay.audio)
	levels := min(m.lay.audio-worded, worded)
	for i, f := range flows[:worded] {
		l := m.frame.Row().Gap(1)
		if i == 0 {
			m.audioHeading(l, len(flows)-worded)
		}
		m.describeFlow(l.Col(m.lay.gutter), f)
		if i < levels {
			m.drawLevels(f)
		}
	}
	m.frame.Blank(m.lay.audio - worded - levels)
}

// audioHeading names the part, and says how many streams found no line.
func (m *Model) audioHeading(l *ui.Line, hidden int) {
	t, room := m.c.Theme, m.lay.gutter-2
	if hidden == 0 {
		l.Cell(t.Heading, "AUDIO", room)
		return
	}
	more := "+" + strconv.Itoa(hidden)
	if words := more + " more"; len("AUDIO ")+len(words) <= room {
		more = words
	}
	l.Text(t.Heading, "AUDIO ").Cell(t.Quiet, more, max(room-len("AUDIO "), 0))
}

// describeFlow says how regular a stream came in the whole run, as far as whole words have room: what is wrong with it first. That is
// bright, the rest is not.
func (m *Model) describeFlow(l *ui.Line, f *store.Flow) {
	t := m.c.Theme
	l.Text(t.Quiet, f.From.String()+" ").Sign(t.Quiet, t.Signs.Arrow).Text(t.Quiet, " "+f.To.String()).Gap(3)
	style := func(n uint64) theme.Style {
		if n > 0 {
			return t.Warn
		}
		return t.Quiet
	}
	l.Text(t.Quiet, "run: ").Text(style(f.Late), "late "+ui.Grouped(int(f.Late))).Text(t.Quiet, ", ").Text(style(f.Gaps), "gaps "+ui.Grouped(int(f.Gaps)))
	more := func(st theme.Style, text string) {
		if 3+ui.Width(text) < l.Left() {
			l.Gap(3).Text(st, text)
		}
	}
	if f.Gaps > 0 {
		more(t.Warn, "newest "+ui.Dur(f.GapNS)+" at "+clock(f.GapAt, 10e6))
	}
	if f.Cadence > 0 {
		more(t.Quiet, ui.Dur(f.Cadence)+" cadence")
	}
	if f.Jitter > 0 {
		more(t.Quiet, "jitter "+ui.Dur(f.Jitter))
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
