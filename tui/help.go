package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

func (m *Model) openHelp() { m.helping, m.helpTop = true, 0 }

func (m *Model) handleHelpKey(msg tea.KeyMsg) tea.Cmd {
	if ui.Hits(msg, keyClose) {
		m.helping = false
		return nil
	}
	if ui.Hits(msg, keyPagerMove) {
		m.helpTop = scrolled(m.helpTop, m.helpLines, m.layout.body, msg.String())
		return nil
	}
	if m.typing() || !acts(throughHelp, msg) {
		return nil
	}
	m.helping = false
	return m.handleKey(msg)
}

// throughHelp are the keys of all screens that close the help and act.
var throughHelp = []key.Binding{keyScreens, ui.KeyLast, ui.KeyProblem, ui.KeyInject, ui.KeyPause, ui.KeyPalette, keyMouse, keyMistake}

// maxHelp bounds the lines of the help.
const maxHelp = 400

// viewHelp draws what is to be said of the line in focus, the keys of the shown screen, the keys of all screens, and what the
// signs mean: h lines of it, from where it was scrolled to. It is made from the bindings themselves.
func (m *Model) viewHelp(w, h int) string {
	m.help.Begin(m.common.Theme, w, maxHelp)
	m.drawHelp(&m.help)
	m.helpLines = maxHelp - m.help.Left()
	lines := strings.Split(m.help.String(), "\n")
	m.helpTop = max(min(m.helpTop, m.helpLines-h), 0)
	lines = lines[m.helpTop : m.helpTop+h]
	if more := m.helpLines - m.helpTop - h; more > 0 && h > 1 {
		lines[h-1] = m.moreHelp(w, more+1)
	}
	return strings.Join(lines, "\n")
}

// moreHelp is the line that stands in place of the last one while so many lines follow.
func (m *Model) moreHelp(w, n int) string {
	f, th := &m.help, m.common.Theme
	f.Begin(th, w, 1)
	f.Row().Gap(1).Sign(th.Key, th.Signs.Down).Gap(1).Text(th.Quiet, ui.Plural(n, "line")+" more: ").Text(th.Key, "j").Text(th.Quiet, " scrolls")
	return f.String()
}

func (m *Model) drawHelp(f *ui.Frame) {
	th := m.common.Theme
	title, keys := m.screen().Title(), m.screen().Keys()
	if m.parked() {
		keys = []key.Binding{keyResume, keyUndo}
	}
	if m.palette.IsOpen() {
		title, keys = "Commands", m.palette.Keys()
	} else {
		m.explain(f)
	}
	f.Row().Gap(1).Text(th.Bright, title).Text(th.Quiet, "  the keys that act now")
	helpColumns(f, th, keys)
	f.Rule()
	l := f.Row().Gap(1).Text(th.Heading, "EVERYWHERE")
	if m.typing() {
		l.Text(th.Quiet, "  they act when nothing is being typed")
	} else {
		l.Text(th.Quiet, "  they act from here too; ").Text(th.Key, "q").Text(th.Quiet, " closes the help first")
	}
	helpColumns(f, th, m.everywhere())
	f.Rule()
	f.Row().Gap(1).Text(th.Heading, "IN FILTERS").Text(th.Quiet, "  after /, and behind hold, drop, release and others")
	helpColumns(f, th, selectorWords())
	f.Rule()
	f.Row().Gap(1).Text(th.Heading, "SIGNS")
	m.viewSigns(f)
}

// explain says more about the line in focus, if its screen can.
func (m *Model) explain(f *ui.Frame) {
	e, ok := m.screen().(ui.Explainer)
	if !ok {
		return
	}
	heading, sentences := e.Explain()
	if heading == "" {
		return
	}
	th, of := m.common.Theme, "THIS LINE"
	if m.shown == ui.Why { // which has no line in focus
		of = "THIS VERDICT"
	}
	f.Row().Gap(1).Text(th.Heading, of).Gap(2).Text(th.Bright, heading)
	for _, s := range sentences {
		for _, line := range ui.Wrap(s, f.Width()-4) {
			f.Row().Gap(3).Text(th.Text, line)
		}
	}
	f.Rule()
}

func (m *Model) everywhere() []key.Binding {
	keys := []key.Binding{keyScreens, ui.KeyLast, ui.KeyMove, ui.KeyPage, ui.KeyEnds, ui.KeyBack, ui.KeyProblem}
	if m.common.CanAct() {
		keys = append(keys, ui.KeyInject)
	}
	if m.common.CanHold() != nil {
		keys = append(keys, ui.KeyGate)
	}
	if m.mistake.File != "" {
		keys = append(keys, keyMistake)
	}
	if m.common.Live() {
		keys = append(keys, ui.KeyPause)
	}
	return append(keys, ui.KeyPalette, keyMouse, ui.KeyHelp, ui.KeyQuit, keyStop)
}

// selectorWords are the selectors of filters, as the help lists keys.
func selectorWords() (words []key.Binding) {
	for _, s := range ui.SelectorHelp() {
		words = append(words, ui.Bind(s.Value, s.Help))
	}
	return words
}

const (
	helpKeyWidth = 16
	helpColWidth = 38
)

// helpColumns draws bindings in as many columns as there is room for, filled from the top.
func helpColumns(f *ui.Frame, th *theme.Theme, keys []key.Binding) {
	cols := max((f.Width()-3)/helpColWidth, 1)
	rows := (len(keys) + cols - 1) / cols
	for r := range rows {
		l := f.Row()
		for c := range cols {
			i := c*rows + r
			if i >= len(keys) {
				break
			}
			h := keys[i].Help()
			l.Col(3+c*helpColWidth).Cell(th.Key, h.Key, helpKeyWidth).Cell(th.Text, h.Desc, helpColWidth-helpKeyWidth-1)
		}
	}
}

// viewSigns is the legend.
func (m *Model) viewSigns(f *ui.Frame) {
	th, sg := m.common.Theme, m.common.Theme.Signs
	legend := []struct {
		st   theme.Style
		sign string
		says string
	}{
		{th.OK, sg.Running, "runs"}, {th.OK, sg.OK, "answered, done"}, {th.Warn, sg.Attention, "wants attention"},
		{th.Wrong, sg.Wrong, "is wrong"}, {th.Text, sg.Waiting, "waits for an answer"}, {th.Held, sg.Held, "paused or held"},
		{th.Quiet, sg.Ended, "has ended"}, {th.Wrong, sg.Dashed, "an answer that never came"},
		{th.Wrong, sg.Start, "a command nobody answers"},
	}
	cols := max((f.Width()-3)/helpColWidth, 1)
	rows := (len(legend) + cols - 1) / cols
	for r := range rows {
		l := f.Row()
		for c := range cols {
			if i := c*rows + r; i < len(legend) {
				l.Col(3+c*helpColWidth).Sign(legend[i].st, legend[i].sign).Gap(2).Text(th.Text, legend[i].says)
			}
		}
	}
	m.viewColours(f.Row())
}

// viewColours says which colour is which stage and which kind of message.
func (m *Model) viewColours(l *ui.Line) {
	th := m.common.Theme
	l.Gap(3)
	for _, s := range stages {
		l.Text(th.Stage(s), s.String()).Gap(2)
	}
	l.Gap(2)
	for _, k := range kinds {
		l.Text(th.Kind(k), ui.KindName(k)).Gap(2)
	}
}
