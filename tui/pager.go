package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// pager is a page of lines over the screen, to be read and closed.
type pager struct {
	title, note string
	lines       []string // made with Common.Styled
	top         int
	height      int // lines that were seen last
}

var (
	keyPagerClose = ui.Bind("esc", "close", "esc", "q", "enter")
	keyPagerMove  = ui.Bind("j k pgup pgdn", "scroll", "j", "k", "up", "down", "pgup", "pgdown", "g", "G", "home", "end", "ctrl+d", "ctrl+u")
)

// scrolled returns where a page of n lines begins, of which h are seen, when a key was pressed.
func scrolled(top, n, h int, key string) int {
	switch key {
	case "j", "down":
		top++
	case "k", "up":
		top--
	case "pgdown", " ":
		top += max(h-1, 1)
	case "pgup":
		top -= max(h-1, 1)
	case "ctrl+d":
		top += max(h/2, 1)
	case "ctrl+u":
		top -= max(h/2, 1)
	case "g", "home":
		top = 0
	case "G", "end":
		top = n
	}
	return max(min(top, n-h), 0)
}

func (m *Model) handlePagerKey(msg tea.KeyMsg) tea.Cmd {
	p := m.pager
	switch {
	case ui.Hits(msg, keyPagerClose):
		m.pager = nil
	case ui.Hits(msg, keyPagerMove):
		p.top = scrolled(p.top, len(p.lines), p.height, msg.String())
	case ui.Hits(msg, ui.KeyHelp):
		m.pager = nil
		m.openHelp()
	}
	return nil
}

// viewPager draws the page that is shown in h lines.
func (m *Model) viewPager(w, h int) string {
	f, th, p := &m.help, m.common.Theme, m.pager
	f.Begin(th, w, h)
	f.Row().Gap(1).Text(th.Heading, p.title).Gap(3).Text(th.Quiet, p.note)
	p.height = max(h-1, 1)
	p.top = max(min(p.top, len(p.lines)-p.height), 0)
	for i := p.top; i < len(p.lines) && f.Left() > 0; i++ {
		f.Row().Draw(p.lines[i])
	}
	return f.String()
}
