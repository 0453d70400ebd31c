package tui

import (
	"slices"
	"strconv"

	"github.com/charmbracelet/bubbles/key"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

const tabGap = 3

// View draws the whole screen: always as many lines, and as many cells a line, as the terminal has; at the end nothing, as some
// terminals take what stands there over to the screen from before.
func (m *Model) View() string {
	f, l := &m.frame, m.layout
	f.Begin(m.common.Theme, l.w, l.h)
	if l.w == 0 || l.h == 0 || m.ended {
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
	f.Paste(m.viewBody())
	m.viewFooter()
	return f.String()
}

// viewBody draws the shown screen, or what lies over it.
func (m *Model) viewBody() string {
	l := m.layout
	switch {
	case m.pager != nil:
		return m.viewPager(l.w, l.body)
	case m.helping:
		return m.viewHelp(l.w, l.body)
	case m.palette.IsOpen():
		n := m.palette.Height(l.body)
		return m.palette.View(l.w, l.body) + below(m.screen().View(), n)
	}
	return m.screen().View()
}

// below returns the lines of a drawing from line n on, each with its line end before it.
func below(drawing string, n int) string {
	for i := range len(drawing) {
		if drawing[i] == '\n' {
			if n--; n == 0 {
				return drawing[i:]
			}
		}
	}
	return ""
}

func (m *Model) viewTooSmall() string {
	l := m.layout
	text := "terminal " + strconv.Itoa(l.w) + "x" + strconv.Itoa(l.h) + ", needs " + strconv.Itoa(minWidth) + "x" + strconv.Itoa(minHeight)
	m.frame.Row().Text(m.common.Theme.Text, text)
	return m.frame.String()
}

// place says which screen is shown, where no tab does: 2/6 Traffic.
func (m *Model) place() string {
	title := m.screen().Title()
	if i := slices.Index(tabs, m.shown); i >= 0 {
		return strconv.Itoa(i+1) + "/" + strconv.Itoa(len(tabs)) + " " + title
	}
	return title
}

// viewHeader draws what runs at the left and how it is doing at the right, the most important at the very right. In a low terminal, which
// has no tabs, it begins with the screen.
func (m *Model) viewHeader(l *ui.Line) {
	th, first := m.common.Theme, "tenbench"
	if !m.layout.tabs {
		first = m.place()
	}
	l.Gap(1).Text(th.Bright, first).Gap(2)
	name := m.common.Info.Title
	l.Cell(th.Quiet, name, min(ui.Width(name), 24))
	facts := m.facts()
	room := l.Left() - 1
	for len(facts) > 0 && factsWidth(facts) > room-1 { // one cell keeps them from the name
		facts = dropLeast(facts)
	}
	l.Gap(room - factsWidth(facts))
	for i, f := range facts {
		if i > 0 {
			l.Gap(3)
		}
		f.draw(l)
	}
}

// fact is one thing the header says. Each has a width of its own, so that nothing moves when a number changes.
type fact struct {
	rank  int // the higher, the earlier it goes when there is no room
	width int
	draw  func(l *ui.Line)
}

func factsWidth(facts []fact) int {
	w := 3 * max(len(facts)-1, 0)
	for _, f := range facts {
		w += f.width
	}
	return w
}

func dropLeast(facts []fact) []fact {
	least := 0
	for i, f := range facts {
		if f.rank > facts[least].rank {
			least = i
		}
	}
	return slices.Delete(facts, least, least+1)
}

// facts are what the header says, from left to right.
func (m *Model) facts() []fact {
	th, c := m.common.Theme, m.common
	run := ui.RunTime(c.Now)
	facts := append(m.factBuf[:0],
		fact{2, 4 + len(run), func(l *ui.Line) { l.Text(th.Quiet, "RUN ").Text(th.Quiet, run) }},
		m.modeFact())
	if c.Ended == "" {
		facts = append(facts, fact{3, 10, func(l *ui.Line) { l.Count(th.Quiet, c.Store.Rate(c.Now), 5).Text(th.Quiet, " ev/s") }})
	}
	if c.Info.Recorded != nil {
		facts = append(facts, m.recordedFact())
	}
	if m.gateShows() {
		facts = append(facts, m.gateFact())
	}
	m.factBuf = append(facts, m.lostFact(c.Store.Missing()), m.problemFact())
	return m.factBuf
}

// lostFact is how many events the trace could not keep. Messages that were dropped are none of these.
func (m *Model) lostFact(missing uint64) fact {
	st, rank := m.common.Theme.Quiet, 4
	if missing > 0 {
		st, rank = m.common.Theme.Warn, 1
	}
	text := "events lost " + ui.Count(float64(missing))
	return fact{rank, len(text), func(l *ui.Line) { l.Text(st, text) }}
}

// badgeWidth is what the problems take at the end of the header.
const badgeWidth = 13

func (m *Model) problemFact() fact {
	th := m.common.Theme
	problems := m.common.Store.Problems()
	pressing := m.common.Store.Pressing()
	if muted := m.common.Store.Muted(); pressing == 0 && muted > 0 { // then it is not said that there is none
		text := ui.Grouped(muted) + " muted"
		return fact{0, badgeWidth, func(l *ui.Line) { l.Sign(th.Quiet, th.Signs.Ended).Gap(1).Cell(th.Quiet, text, badgeWidth-2) }}
	}
	if pressing == 0 {
		return fact{0, badgeWidth, func(l *ui.Line) { l.Sign(th.OK, th.Signs.OK).Text(th.Quiet, " no problems") }}
	}
	st := th.Warn
	if problems[0].Level == "error" {
		st = th.Wrong
	}
	text := ui.Plural(pressing, "problem")
	return fact{0, max(2+len(text), badgeWidth), func(l *ui.Line) { l.Sign(st, th.Signs.Attention).Gap(1).Cell(st, text, 11) }}
}

// recordedFact is how large the run file is; what it lacks comes first where there is little room.
func (m *Model) recordedFact() fact {
	th := m.common.Theme
	written, skipped := m.common.Info.Recorded()
	if skipped == 0 {
		return fact{5, 11, func(l *ui.Line) { l.Text(th.Quiet, "rec ").Size(th.Quiet, written, 7) }}
	}
	text := "rec lacks " + ui.Count(float64(skipped))
	return fact{1, len(text), func(l *ui.Line) { l.Text(th.Warn, text) }}
}

func (m *Model) modeFact() fact {
	th, sg := m.common.Theme, m.common.Theme.Signs
	switch {
	case m.common.Paused:
		text := "PAUSED +" + ui.Count(float64(m.common.Unread))
		return fact{1, 2 + len(text), func(l *ui.Line) { l.Sign(th.Held, sg.Held).Gap(1).Text(th.Held, text) }}
	case m.common.Ended != "":
		return m.endedFact()
	case m.common.Info.Excerpt != "":
		return fact{1, 9, func(l *ui.Line) { l.Sign(th.Quiet, sg.Ended).Text(th.Quiet, " EXCERPT") }}
	case !m.common.Info.Live:
		return fact{1, 11, func(l *ui.Line) { l.Sign(th.Quiet, sg.Ended).Text(th.Quiet, " RECORDING") }}
	}
	return fact{1, 6, func(l *ui.Line) { l.Sign(th.OK, sg.Running).Text(th.OK, " LIVE") }}
}

// tabWords stand at the right of the tabs, and can be clicked. Where not all fit, help goes first: it is among the keys.
var tabWords = []string{"? help   : commands", ": commands"}

// tabWord is what of tabWords fits behind the tabs.
func (m *Model) tabWord() string {
	room := m.layout.w - 2
	for _, id := range tabs {
		room -= ui.Width(m.screens[id].Title()) + 2 + tabGap
	}
	for _, words := range tabWords {
		if len(words) <= room {
			return words
		}
	}
	return ""
}

func (m *Model) viewTabs(l *ui.Line) {
	th := m.common.Theme
	l.Gap(1)
	for i, id := range tabs {
		number, title := th.Quiet, th.Quiet
		if id == m.tab() {
			number, title = th.Key, th.Tab
		}
		l.Text(number, strconv.Itoa(i+1)).Gap(1).Text(title, m.screens[id].Title()).Gap(tabGap)
	}
	words := m.tabWord()
	if m.common.Info.Demo {
		for _, demo := range []string{"demo: no config.toml here   ", "demo   "} {
			if len(demo)+len(words)+1 <= l.Left() {
				words = demo + words
				break
			}
		}
	}
	l.End(th.Quiet, words, 1)
}

// tab is the screen whose tab stands out: the shown one, or the one that led to it if it has none.
func (m *Model) tab() ui.ID {
	if slices.Contains(tabs, m.shown) {
		return m.shown
	}
	for _, id := range slices.Backward(m.way) {
		if slices.Contains(tabs, id) {
			return id
		}
	}
	return ui.None
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
	l, more := f.Row(), ""
	if m.toast.text != "" {
		more = m.viewToast(l)
	}
	l.Repeat(th.Hairline, th.Signs.Hairline, l.Left())
	l = f.Row()
	l.Gap(1)
	switch {
	case more != "" && m.ask == nil && !m.palette.IsOpen():
		l.Gap(toastIndent-1).Text(m.toastStyle(), more)
	case m.ask != nil:
		l.Sentences(m.common.Styled().Text(th.Bright, m.ask.now()).String())
	case m.palette.IsOpen():
		l.Sentences(m.palette.Status())
	case m.pager != nil:
	case m.parked():
		l.Sentences(m.parkedStatus())
	default:
		l.Sentences(m.screen().Status())
	}
	m.viewKeys(f.Row())
}

// toastIndent is what stands before a toast.
const toastIndent = 4

// viewToast draws what is said just now, and returns what of it the line has no room for: that takes the place of the status. A tick
// stands only before what was done.
func (m *Model) viewToast(l *ui.Line) (more string) {
	th := m.common.Theme
	sign := th.LevelSign(m.toast.level)
	if m.toast.level == trace.Info && !m.toast.note {
		sign = th.Signs.OK
	}
	st, room := m.toastStyle(), l.Left()-toastIndent-2
	first, more := ui.BreakAtBlank(m.toast.text, room)
	l.Repeat(th.Hairline, th.Signs.Hairline, 1).Gap(1).Sign(st, sign).Gap(1)
	l.Text(st, first).Gap(1)
	return ui.FitEnd(more, m.layout.w-toastIndent-1)
}

func (m *Model) toastStyle() theme.Style {
	if m.toast.level == trace.Info && !m.toast.note {
		return m.common.Theme.OK
	}
	return m.common.Theme.Level(m.toast.level)
}

// viewKeys draws the keys that act now, as many as fit.
func (m *Model) viewKeys(l *ui.Line) {
	l.Gap(1)
	drawKeys(l, m.common.Theme, m.keys(), m.lastKey())
}

// lastKey is the key that stays where not all fit: the one that opens the help now, for where a text field has the keys a question
// mark is only typed; of a choice, the way out.
func (m *Model) lastKey() key.Binding {
	switch {
	case m.typing():
		return keyFieldHelp
	case m.choosing():
		return ui.KeyBack
	}
	return ui.KeyHelp
}

// drawKeys draws keys from the left. Where not all fit, the last ones go, but one stays: most often help, which knows them all.
func drawKeys(l *ui.Line, th *theme.Theme, keys []key.Binding, last key.Binding) {
	for i, k := range fitKeys(keys, l.Left()-1, last) {
		if i > 0 {
			l.Gap(keyGap)
		}
		h := k.Help()
		l.Text(th.Key, h.Key).Gap(1).Text(th.Quiet, h.Desc)
	}
}

// keyGap is what lies between two keys of the last line.
const keyGap = 3

// fitKeys are the keys that fit into room cells.
func fitKeys(keys []key.Binding, room int, last key.Binding) []key.Binding {
	if keysWidth(keys) <= room {
		return keys
	}
	for len(keys) > 0 && keysWidth(keys)+keyGap+keysWidth([]key.Binding{last}) > room {
		keys = keys[:len(keys)-1]
	}
	if !slices.ContainsFunc(keys, func(k key.Binding) bool { return k.Help() == last.Help() }) {
		keys = append(slices.Clip(keys), last)
	}
	return keys
}

func keysWidth(keys []key.Binding) int {
	w := keyGap * max(len(keys)-1, 0)
	for _, k := range keys {
		h := k.Help()
		w += ui.Width(h.Key) + 1 + ui.Width(h.Desc)
	}
	return w
}
