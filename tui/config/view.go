package config

import (
	"cmp"
	"strconv"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// bodyTop is the first line below the lines of the file and their rule.
func (m *Model) bodyTop() int { return 2 + len(m.last()) }

// View draws the body.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	m.drawFile(m.frame.Row())
	m.drawLast(m.last())
	m.frame.Rule()
	h := max(m.h-m.bodyTop(), 0)
	left, under := m.leftSide(h), m.under(h)
	from := m.window(h - 1 - len(under))
	for y := range h {
		l := m.frame.Row()
		m.drawLeft(l, left, y)
		l.Col(m.leftWidth()-1).Sign(m.c.Theme.Hairline, m.c.Theme.Signs.Line).Gap(1)
		if at := y - (h - len(under)); at >= 0 {
			l.Gap(1).Draw(under[at].String())
		} else {
			m.drawRight(l, y, from)
		}
	}
	return m.frame.String()
}

// maxUnder bounds the lines under the rows.
const maxUnder = 8

// under is what stands at the bottom of the right side: a value that its row has no room for, or what is known of the extension.
func (m *Model) under(h int) []*ui.Line {
	if h < 12 {
		return nil
	}
	if m.inside && m.row < len(m.rows) {
		return m.wholeValue()
	}
	if n := m.node(); n != nil && !m.inside {
		return append(m.replayLines(h/2), m.facts(n)...)
	}
	return nil
}

// replayLines are the newest replay to the extension, in n lines at most; all of it stands among the reloads.
func (m *Model) replayLines(n int) (lines []*ui.Line) {
	rows := m.replayed()
	for i := range rows {
		l := m.c.Styled()
		if i == 0 {
			l.Text(m.c.Theme.Heading, "SENT AGAIN").Gap(2).Text(m.c.Theme.Text, strings.TrimPrefix(rows[i].value, m.at.name+": "))
		} else {
			m.drawFigure(l.Gap(2), &rows[i], m.w-m.leftWidth()-5)
		}
		if lines = append(lines, l); len(lines) == min(n, maxUnder) {
			break
		}
	}
	return lines
}

func (m *Model) wholeValue() []*ui.Line {
	t, r := m.c.Theme, &m.rows[m.row]
	room := m.w - m.leftWidth() - 3
	beside := m.keyWidth() + m.typeWidth() + m.readWidth() + m.fromWidth() + 5
	if m.at.kind == reloads {
		beside = reloadMargin
	}
	if ui.Width(r.value) <= room-beside || r.line != "" {
		return nil
	}
	lines := []*ui.Line{m.c.Styled().Text(t.Heading, "WHOLE VALUE")}
	for _, text := range ui.Wrap(r.value, room) {
		if len(lines) == maxUnder {
			break
		}
		lines = append(lines, m.c.Styled().Text(t.Text, text))
	}
	return lines
}

// facts are what is known of an extension besides its properties.
func (m *Model) facts(n *graph.Node) []*ui.Line {
	t := m.c.Theme
	l := m.c.Styled().Text(t.Quiet, "addon ").Text(t.Text, n.Addon)
	if n.Group != "" {
		l.Text(t.Quiet, "   group ").Text(t.Text, n.Group)
	}
	if n.Pos.Line > 0 {
		l.Text(t.Quiet, "   node ").Text(t.Link, ui.Base(n.Pos.File)+":"+strconv.Itoa(n.Pos.Line))
	}
	lines := append(m.neverRead(), l)
	s := nodeOf(m.c, m.at)
	if s == nil || s.State == trace.StateNone {
		return lines
	}
	life := m.c.Styled().Text(t.Stage(s.State), s.State.String()).Text(t.Quiet, " for ").Age(t.Text, m.c.Now-s.Since, 0)
	if ns, ok := s.StartTime(); ok {
		life.Text(t.Quiet, "   started in ").Dur(t.Text, ns, 0)
	}
	if s.Lives > 1 {
		life.Text(t.Quiet, "   restarted ").Text(t.Text, times(s.Lives-1))
	}
	return append(lines, life)
}

// neverRead says which properties are set and were not read so far; a line, or none.
func (m *Model) neverRead() []*ui.Line {
	t, first, n := m.c.Theme, "", 0
	for i := range m.rows {
		if m.rows[i].reads == never {
			first = cmp.Or(first, m.rows[i].key)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	l := m.c.Styled().Text(t.Held, "! ")
	if n == 1 {
		l.Text(t.Bright, first).Text(t.Quiet, " is set and was never read")
	} else {
		l.Text(t.Bright, first).Text(t.Quiet, " and "+ui.Grouped(n-1)+" more are set and were never read")
	}
	return []*ui.Line{l}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return ui.Grouped(n) + " times"
}

func (m *Model) leftWidth() int { return max(min(m.w/3, 30), 18) }

// drawFile says which file it is and how it is applied.
func (m *Model) drawFile(l *ui.Line) {
	t, s := m.c.Theme, &m.settings
	l.Gap(1)
	switch {
	case m.c.Info.Settings == nil && m.c.Live():
		l.Text(t.Quiet, "The program brings its own graphs; there is no config file.")
		return
	case m.c.Info.Settings == nil:
		l.Text(t.Quiet, m.c.Over("A recording keeps no config.", "; it has no config file."))
		return
	case s.Path == "":
		l.Text(t.Bright, "The demo's config").Text(t.Quiet, " is built in. A config.toml here could be changed as it runs.")
		return
	}
	l.Text(t.Bright, ui.Base(s.Path)).Gap(3)
	if s.Auto {
		l.Sign(t.OK, t.Signs.Running).Text(t.Text, " applied when it is saved")
	} else {
		l.Sign(t.Held, t.Signs.Held).Text(t.Held, " applied by hand").Text(t.Quiet, ", as [reload] config = false wants")
	}
	if watched := ui.Plural(s.Files, "file") + " watched"; s.Files > 1 && l.Left() > len(watched)+3 {
		l.Gap(3).Text(t.Quiet, watched)
	}
}

// maxLast bounds the lines for what came of the file last; where there are fewer than roomy lines, it has one.
const (
	maxLast = 3
	roomy   = 12
)

// lastMargin is what stands before that text at most.
const lastMargin = 23

// last is what came of the file last, as lines; the first may be empty.
func (m *Model) last() []string {
	n := len(m.settings.Reloads)
	if m.settings.Path == "" || n == 0 {
		return []string{""}
	}
	r, text := &m.settings.Reloads[n-1], ""
	switch {
	case len(r.Problems) == 0:
		text = r.Summary
	case m.c.Refused:
		text = ui.Plural(len(r.Problems), "mistake") + ": see above"
	case len(r.Problems) == 1:
		text = r.Problems[0]
	default:
		text = r.Problems[0] + " and " + strconv.Itoa(len(r.Problems)-1) + " more"
	}
	if m.h < roomy || m.w < 2*lastMargin {
		return []string{text}
	}
	lines := ui.Wrap(text, m.w-lastMargin-1)
	if len(lines) > maxLast {
		rest := strings.Join(lines[maxLast-1:], " ")
		lines = append(lines[:maxLast-1], rest)
	}
	return lines
}

// drawLast says what came of the file last.
func (m *Model) drawLast(lines []string) {
	t, l := m.c.Theme, m.frame.Row()
	l.Gap(1).Margin(1)
	all := m.settings.Reloads
	switch {
	case m.settings.Path == "":
		return
	case len(all) == 0:
		l.Text(t.Quiet, "Not saved since the start.")
		return
	}
	r := &all[len(all)-1]
	st, sign, word := t.OK, t.Signs.OK, "applied"
	switch {
	case r.Waits:
		st, sign, word = t.Held, t.Signs.Held, "waits"
	case len(r.Problems) > 0:
		st, sign, word = t.Wrong, t.Signs.Wrong, "refused"
	}
	l.Sign(st, sign).Gap(1).Clock(t.Quiet, r.At.Sub(m.c.Info.Started).Nanoseconds(), 0).Gap(2).Text(st, word).Gap(2)
	margin := l.Used()
	for i, line := range lines {
		if i > 0 {
			l = m.frame.Row().Margin(1).Col(margin)
		}
		l.Text(t.Text, line)
	}
}

// Lines of the left list that are no item.
const (
	heading = -1
	blank   = -2
)
