package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

const (
	maxNotice     = 4 // lines of mistakes
	mistakeLines  = 2 // of one mistake, so that its place and what is wrong there are in sight in a narrow terminal too
	noticeIndent  = 3
	mistakeIndent = 2 // of its second line
)

// noticeLine is a line of the mistakes of a refused config file.
type noticeLine struct {
	text  string
	more  bool // it counts those that have no line
	after bool // it goes on with the line before
}

// noticeLines are the mistakes of the refused config file, in a terminal so wide, and how many more there are.
func (m *Model) noticeLines(w int) (all []noticeLine) {
	for i, p := range m.refused {
		lines, left := mistake(p, w), len(m.refused)-i
		room := maxNotice - len(all)
		if left > 1 {
			room-- // for the count
		}
		if len(lines) > room {
			return append(all, noticeLine{text: "and " + strconv.Itoa(left) + " more: tenbench check lists them all", more: true})
		}
		all = append(all, lines...)
	}
	return all
}

// mistake breaks what is wrong into lines.
func mistake(text string, w int) (all []noticeLine) {
	lines := ui.Wrap(text, w-noticeIndent-mistakeIndent-2)
	if len(lines) > mistakeLines {
		lines = lines[:mistakeLines]
		lines[mistakeLines-1] += " …"
	}
	for i, line := range lines {
		all = append(all, noticeLine{text: line, after: i > 0})
	}
	return all
}

// noticeKeys are the keys that open the place of a mistake from here: what has the keys now has to be left first, as this one is its own
// there, or does nothing.
func (m *Model) noticeKeys() string {
	switch n := m.escapes(); {
	case m.mistake.File == "":
		return ""
	case n > 0:
		return strings.Repeat(ui.KeyBack.Help().Key+" ", n) + "then " + keyMistake.Help().Key
	}
	return keyMistake.Help().Key
}

// escapes is how many times esc has to be pressed until the keys of all screens act.
func (m *Model) escapes() (n int) {
	if m.ask != nil {
		n++
	}
	if m.palette.IsOpen() {
		n += m.palette.Steps()
	}
	if m.pager != nil || m.helping && m.typing() {
		n++ // the help lets the keys of all screens through, but what is typed in below it does not
	}
	if m.focused() {
		n++
		for i, k := range m.screen().Keys() { // one that stops something first has two
			if acts([]key.Binding{k}, escape) && acts(m.screen().Keys()[i+1:], escape) {
				n++
			}
		}
	}
	return n
}

// findMistake looks for the place for which the config file is refused, as far as it can be opened.
func (m *Model) findMistake() {
	m.mistake = ui.Origin{}
	if len(m.refused) > 0 && m.common.Info.Settings != nil && m.common.Desktop != nil {
		all := m.common.Info.Settings()
		m.mistake = all.Mistake()
	}
}

// openMistake opens that place in the person's editor. Saving the file mended ends the notice.
func (m *Model) openMistake() tea.Cmd {
	return ui.Edit(m.mistake.File + ":" + strconv.Itoa(m.mistake.Line))
}

// viewNotice says why the config file is not applied, until it is.
func (m *Model) viewNotice() {
	if m.layout.notice == 0 {
		return
	}
	f, th := &m.frame, m.common.Theme
	l := f.Row()
	l.Gap(1).Sign(th.Wrong, th.Signs.Wrong).Gap(1).Text(th.Wrong, m.configName()+" was not applied.")
	keys := m.noticeKeys()
	const opens = " opens the place."
	for _, rest := range []string{"What ran before goes on until it is right.", "What ran before goes on."} {
		if keys == "" || 1+len(rest)+2+len(keys)+len(opens) <= l.Left() {
			l.Gap(1).Text(th.Quiet, rest)
			break
		}
	}
	if keys != "" {
		l.Gap(2).Text(th.Key, keys).Text(th.Quiet, opens)
	}
	for _, line := range m.noticeLines(m.layout.w) {
		l := f.Row().Gap(noticeIndent)
		switch {
		case line.more:
			l.Text(th.Quiet, line.text)
		case line.after:
			l.Gap(mistakeIndent).Text(th.Text, line.text)
		default:
			l.Text(th.Text, line.text)
		}
	}
	f.Rule()
}
