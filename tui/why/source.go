package why

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// source is what stands around a place in its file. As a message it brings that.
type source struct {
	place string
	first int // the number of the first line
	lines []string
}

// around is how many lines are shown before and after the place.
const around = 2

// readSource returns the command that reads around the place of the verdict, nil if it was read or cannot be.
func (m *Model) readSource() tea.Cmd {
	sources, place := m.c.Sources, m.verdict.Place()
	if sources == nil || !m.known || place == m.source.place {
		return nil
	}
	m.source = source{place: place}
	if m.verdict.Line == 0 {
		return nil
	}
	return ui.To(ui.Why, func() tea.Msg {
		first, lines := sources.Around(place, around)
		return source{place, first, lines}
	})
}

// drawSource draws the lines around the place to look at.
func (m *Model) drawSource() {
	t, v := m.c.Theme, &m.verdict
	if len(m.source.lines) == 0 || m.source.place != v.Place() {
		return
	}
	m.section("SOURCE").Text(t.Link, ui.ShortPlace(v.File))
	for i, text := range m.source.lines {
		number, l := m.source.first+i, m.content.Row()
		if number == v.Line {
			l.Gap(1).Sign(t.Key, t.Signs.Right).Int(t.Key, int64(number), 6).Gap(2).Text(t.Bright, text)
			continue
		}
		l.Gap(2).Int(t.Quiet, int64(number), 6).Gap(2).Text(t.Quiet, strings.TrimRight(text, "\r"))
	}
	m.blank()
}
