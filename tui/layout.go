package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

const (
	minWidth   = 60
	minHeight  = 15
	tabsHeight = 24 // below it the tabs are dropped
)

// layout is where the parts of the frame lie.
type layout struct {
	w, h   int
	tabs   bool
	notice int // lines of the notice above the body
	top    int // first line of the body
	body   int // lines of the body
}

func (l layout) tooSmall() bool { return l.w < minWidth || l.h < minHeight }

// resize lays the frame out and tells every screen its size.
func (m *Model) resize(w, h int) {
	l := layout{w: w, h: h, tabs: h >= tabsHeight, notice: m.noticeHeight(w)}
	l.top = 2 + l.notice // header, rule
	if l.tabs {
		l.top++
	}
	l.body = h - l.top - 3 // rule, status, keys
	m.layout = l
	if l.tooSmall() {
		return
	}
	for _, s := range m.screens[1:] {
		s.SetSize(w, l.body)
	}
}

// noticeHeight is the lines that a refused config file takes, its rule included.
func (m *Model) noticeHeight(w int) int {
	if len(m.refused) == 0 {
		return 0
	}
	return len(m.noticeLines(w)) + 2
}

// doubleClick is how soon after a click another at its place means enter.
const doubleClick = 400 * time.Millisecond

// click is where and when the mouse was pressed last.
type click struct {
	x, y int
	at   time.Time
}

// handleMouse gives the mouse to the frame: its tabs, the problems it counts, its keys; else, in its own coordinates, to the shown
// screen. A double click there is enter.
func (m *Model) handleMouse(msg tea.MouseMsg) tea.Cmd {
	l := m.layout
	pressed := msg.Action == tea.MouseActionPress && msg.Button == tea.MouseButtonLeft
	if l.tooSmall() {
		return nil
	}
	if pressed && msg.Y == l.h-1 {
		return m.clickKey(msg.X)
	}
	if m.ask != nil || m.helping || m.pager != nil {
		m.scrollOver(msg)
		return nil
	}
	if m.palette.IsOpen() {
		return m.palette.HandleMouse(msg, msg.Y-l.top)
	}
	switch {
	case pressed && msg.Y == 0 && msg.X >= l.w-1-badgeWidth && m.common.Store.Pressing() > 0:
		return m.nextProblem()
	case pressed && msg.Y == 1 && l.tabs:
		return m.clickTab(msg.X)
	}
	msg.Y -= l.top
	if msg.Y < 0 || msg.Y >= l.body {
		return nil
	}
	m.left = m.left && !pressed // what is clicked has the keys, or leaves what was typed
	cmd := m.screen().Update(msg)
	if pressed && m.doubled(msg) {
		return tea.Batch(cmd, m.giveKey(ui.Press("enter")))
	}
	return cmd
}

// doubled reports that a press is the second of a double click.
func (m *Model) doubled(msg tea.MouseMsg) bool {
	was := m.clicked
	m.clicked = click{msg.X, msg.Y, time.Now()}
	if was.x != msg.X || was.y != msg.Y || m.clicked.at.Sub(was.at) > doubleClick || m.focused() {
		return false
	}
	m.clicked = click{}
	return true
}

// clickKey presses the key of the last line that is at a column.
func (m *Model) clickKey(x int) tea.Cmd {
	keys := fitKeys(m.keys(), m.layout.w-2, m.lastKey())
	for at, i := 1, 0; i < len(keys); i++ {
		w := keysWidth(keys[i : i+1])
		if x >= at && x < at+w && len(keys[i].Keys()) > 0 {
			return m.handleKey(ui.Press(keys[i].Keys()[0]))
		}
		at += w + keyGap
	}
	return nil
}

// scrollOver lets the wheel scroll what lies over the screen.
func (m *Model) scrollOver(msg tea.MouseMsg) {
	by := map[tea.MouseButton]string{tea.MouseButtonWheelDown: "j", tea.MouseButtonWheelUp: "k"}[msg.Button]
	switch {
	case by == "":
	case m.pager != nil:
		m.pager.top = scrolled(m.pager.top, len(m.pager.lines), m.pager.height, by)
	case m.helping:
		m.helpTop = scrolled(m.helpTop, m.helpLines, m.layout.body, by)
	}
}

// clickTab shows the screen of a tab, or what the words at the right of the tabs say.
func (m *Model) clickTab(x int) tea.Cmd {
	col := 1
	for i, id := range tabs {
		w := ui.Width(m.screens[id].Title()) + 2
		if x >= col && x < col+w {
			m.way, m.landed = nil, false
			m.show(tabs[i])
			return nil
		}
		col += w + tabGap
	}
	if m.focused() {
		return nil
	}
	words := m.tabWord()
	switch at := x - (m.layout.w - 1 - len(words)); {
	case at < 0 || at >= len(words):
	case at >= len(words)-len(": commands"):
		return m.handleKey(ui.Press(":"))
	case at < len("? help"):
		return m.handleKey(ui.Press("?"))
	}
	return nil
}
