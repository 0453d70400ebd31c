package tui

import (
	"strconv"

	"github.com/charmbracelet/bubbles/key"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

const tabGap = 3

// View draws the whole screen: always as many lines, and as many cells a line, as the terminal has.
func (m *Model) View() string {
	f, l := &m.frame, m.layout
	f.Begin(m.common.Theme, l.w, l.h)
	if l.w == 0 || l.h == 0 {
		return ""
	}
	if l.tooSmall() {
		return m.viewTooSmall()
	}
	m.viewHeader(f.Row())
	if l.tabs {
		m.viewTabs(f.Row())
	}
	f.Rule()
	m.viewNotice()
	if m.helping {
		f.Paste(m.viewHelp(l.w, l.body))
	} else {
		f.Paste(m.screen().View())
	}
	m.viewFooter()
	return f.String()
}

func (m *Model) viewTooSmall() string {
	l := m.layout
	text := "terminal " + strconv.Itoa(l.w) + "x" + strconv.Itoa(l.h) + ", needs " + strconv.Itoa(minWidth) + "x" + strconv.Itoa(minHeight)
	m.frame.Row().Text(m.common.Theme.Text, text)
	return m.frame.String()
}

// viewHeader draws what runs at the left and how it is doing at the right, the most important at the very right.
func (m *Model) viewHeader(l *ui.Line) {
	th := m.common.Theme
	l.Gap(1).Text(th.Bright, "tenbench").Gap(2)
	name := m.common.Info.Title
	l.Cell(th.Quiet, name, min(ui.Width(name), 24))
	facts := m.facts()
	room := l.Left() - 1
	n := len(facts)
	for n > 0 && factsWidth(facts[:n]) > room {
		n--
	}
	l.Gap(room - factsWidth(facts[:n]))
	for i := n - 1; i >= 0; i-- {
		facts[i].draw(l)
		if i > 0 {
			l.Gap(3)
		}
	}
}

// fact is one thing the header says. Its parts have widths of their own, so that nothing moves when a number changes.
type fact struct {
	width int
	draw  func(l *ui.Line)
}

func factsWidth(facts []fact) int {
	w := 0
	for i, f := range facts {
		if i > 0 {
			w += 3
		}
		w += f.width
	}
	return w
}

// facts are what the header says, the most important first.
func (m *Model) facts() []fact {
	th, c := m.common.Theme, m.common
	facts := []fact{m.problemFact(), m.modeFact(), {9, func(l *ui.Line) {
		l.Text(th.Quiet, "RUN ").Text(th.Quiet, ui.RunTime(c.Now))
		l.Gap(9 - 4 - len(ui.RunTime(c.Now)))
	}}, {10, func(l *ui.Line) { l.Count(th.Quiet, c.Store.Rate(c.Now), 5).Text(th.Quiet, " ev/s") }}}
	if missing := c.Store.Missing(); missing > 0 || m.layout.w >= 100 {
		facts = append(facts, m.droppedFact(missing))
	}
	if c.Info.Recorded != nil {
		facts = append(facts, fact{11, func(l *ui.Line) { l.Text(th.Quiet, "rec ").Size(th.Quiet, c.Info.Recorded(), 7) }})
	}
	return facts
}

func (m *Model) droppedFact(missing uint64) fact {
	st := m.common.Theme.Quiet
	if missing > 0 {
		st = m.common.Theme.Warn
	}
	text := "dropped " + ui.Count(float64(missing))
	return fact{len(text), func(l *ui.Line) { l.Text(st, text) }}
}

func (m *Model) problemFact() fact {
	th := m.common.Theme
	problems := m.common.Store.Problems()
	if len(problems) == 0 {
		return fact{13, func(l *ui.Line) { l.Sign(th.OK, th.Signs.OK).Text(th.Quiet, " no problems") }}
	}
	st := th.Warn
	if problems[0].Level == "error" {
		st = th.Wrong
	}
	text := ui.Plural(len(problems), "problem")
	return fact{max(2+len(text), 13), func(l *ui.Line) { l.Sign(st, th.Signs.Attention).Gap(1).Cell(st, text, 11) }}
}

func (m *Model) modeFact() fact {
	th, sg := m.common.Theme, m.common.Theme.Signs
	switch {
	case m.common.Paused:
		text := "PAUSED +" + ui.Count(float64(m.unread()))
		return fact{2 + len(text), func(l *ui.Line) { l.Sign(th.Held, sg.Held).Gap(1).Text(th.Held, text) }}
	case !m.common.Info.Live:
		return fact{11, func(l *ui.Line) { l.Sign(th.Quiet, sg.Ended).Text(th.Quiet, " RECORDING") }}
	}
	return fact{6, func(l *ui.Line) { l.Sign(th.OK, sg.Running).Text(th.OK, " LIVE") }}
}

func (m *Model) viewTabs(l *ui.Line) {
	th := m.common.Theme
	l.Gap(1)
	for i, id := range tabs {
		number, title := th.Hairline, th.Quiet
		if id == m.shown {
			number, title = th.Key, th.Tab
		}
		l.Text(number, strconv.Itoa(i+1)).Gap(1).Text(title, m.screens[id].Title()).Gap(tabGap)
	}
	if m.common.Info.Demo {
		l.End(th.Quiet, "demo: no config.toml here   ? help", 1)
		return
	}
	l.End(th.Quiet, "? help", 1)
}

// viewNotice says why the config file is not applied, until it is.
func (m *Model) viewNotice() {
	if m.layout.notice == 0 {
		return
	}
	f, th := &m.frame, m.common.Theme
	l := f.Row()
	l.Gap(1).Sign(th.Wrong, th.Signs.Wrong).Gap(1).Text(th.Wrong, m.configName()+" was not applied.")
	l.Gap(1).Text(th.Quiet, "What ran before goes on; save the file again to mend it.")
	shown := min(len(m.refused), maxNotice)
	for i, p := range m.refused[:shown] {
		l := f.Row()
		l.Gap(3)
		if more := len(m.refused) - shown; more > 0 && i == shown-1 {
			l.Text(th.Quiet, "and "+strconv.Itoa(more+1)+" more: tenbench check lists them all")
			continue
		}
		l.Text(th.Text, p)
	}
	f.Rule()
}

func (m *Model) configName() string {
	name := m.common.Info.Config
	if name == "" {
		return "the demo's config"
	}
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' || name[i] == '\\' {
			return name[i+1:]
		}
	}
	return name
}

// viewFooter draws the rule, with a toast in it, the status and the keys.
func (m *Model) viewFooter() {
	f, th := &m.frame, m.common.Theme
	l := f.Row()
	if m.toast.text != "" {
		m.viewToast(l)
	}
	l.Repeat(th.Hairline, th.Signs.Hairline, l.Left())
	l = f.Row()
	l.Gap(1)
	if m.ask != nil {
		l.Text(th.Bright, m.ask.text)
	} else {
		l.Draw(m.screen().Status())
	}
	m.viewKeys(f.Row())
}

func (m *Model) viewToast(l *ui.Line) {
	th := m.common.Theme
	st, sign := th.OK, th.Signs.OK
	if m.toast.level >= trace.Warn {
		st, sign = th.Level(m.toast.level), th.LevelSign(m.toast.level)
	}
	l.Repeat(th.Hairline, th.Signs.Hairline, 1).Gap(1).Sign(st, sign).Gap(1)
	l.Cell(st, m.toast.text, min(ui.Width(m.toast.text), l.Left()-4)).Gap(1)
}

// viewKeys draws the keys that act now, as many as fit.
func (m *Model) viewKeys(l *ui.Line) {
	l.Gap(1)
	drawKeys(l, m.common.Theme, m.keys())
}

func drawKeys(l *ui.Line, th *theme.Theme, keys []key.Binding) {
	for i, k := range keys {
		if !k.Enabled() {
			continue
		}
		h := k.Help()
		gap := 0
		if i > 0 {
			gap = 3
		}
		if gap+ui.Width(h.Key)+1+ui.Width(h.Desc) > l.Left()-1 {
			return
		}
		l.Gap(gap).Text(th.Key, h.Key).Gap(1).Text(th.Quiet, h.Desc)
	}
}
