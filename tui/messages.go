package tui

import (
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// said is a line that the workbench showed for a while.
type said struct {
	at    int64
	level trace.Level
	text  string
}

// maxSaid bounds what is kept of them.
const maxSaid = 500

// remember takes what earlier launches left.
func (m *Model) remember(memory ui.Memory) {
	m.common.Memory, m.common.Filters = memory, ui.NewFilters(memory)
}

// openMessages shows what the workbench said, the newest last.
func (m *Model) openMessages() {
	th := m.common.Theme
	p := &pager{title: "MESSAGES", note: "what the workbench said, the newest last"}
	for _, s := range m.said {
		l := m.common.Styled().Gap(3).Clock(th.Quiet, s.at, 9).Gap(2).Sign(th.Level(s.level), th.LevelSign(s.level)).Gap(2)
		p.lines = append(p.lines, l.Text(th.Level(s.level), s.text).String())
	}
	if len(m.said) == 0 {
		p.lines = append(p.lines, m.common.Styled().Gap(3).Text(th.Quiet, "It said nothing yet. Reloads, restarts, copies and refusals appear here.").String())
	}
	p.top = len(p.lines) // the newest is in sight
	m.pager = p
}
