package tui

import (
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
	l := layout{w: w, h: h, tabs: h >= tabsHeight, notice: m.noticeHeight()}
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

const maxNotice = 4

// noticeHeight is the lines that a refused config file takes, its rule included.
func (m *Model) noticeHeight() int {
	if len(m.refused) == 0 {
		return 0
	}
	return min(len(m.refused), maxNotice) + 2
}

// handleMouse gives the mouse to the tabs or, in its own coordinates, to the shown screen.
func (m *Model) handleMouse(msg tea.MouseMsg) tea.Cmd {
	l := m.layout
	if l.tooSmall() || m.ask != nil || m.helping || m.pager != nil {
		m.scrollOver(msg)
		return nil
	}
	if m.palette.IsOpen() {
		return m.palette.HandleMouse(msg, msg.Y-l.top)
	}
	if msg.Y == 1 && l.tabs && msg.Action == tea.MouseActionPress && msg.Button == tea.MouseButtonLeft {
		m.clickTab(msg.X)
		return nil
	}
	msg.Y -= l.top
	if msg.Y < 0 || msg.Y >= l.body {
		return nil
	}
	return m.screen().Update(msg)
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

func (m *Model) clickTab(x int) {
	col := 1
	for i, id := range tabs {
		w := ui.Width(m.screens[id].Title()) + 2
		if x >= col && x < col+w {
			m.show(tabs[i])
			return
		}
		col += w + tabGap
	}
}
