package inject

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// maxBefore is how many messages are kept from one launch to the next.
const maxBefore = 50

// recallBefore reads what was sent in earlier launches, once there is a memory.
func (m *Model) recallBefore() {
	if m.c.Memory == nil || m.recalls {
		return
	}
	m.recalls = true
	lines := m.c.Memory.Recall(ui.InjectHistory)
	for i := len(lines) - 1; i >= 0 && len(m.past) < maxBefore; i-- {
		if d, err := recalled(lines[i]); err == nil {
			m.past = append(m.past, d)
		}
	}
}

// chooseBefore takes of what was sent in earlier launches what can be sent here, anew whenever extensions come or go.
func (m *Model) chooseBefore() {
	if !m.recalls {
		return
	}
	var names []string
	for _, n := range m.c.Store.Nodes() {
		if n.State != trace.Ended { // the graph may have lost it
			names = append(names, n.Name())
		}
	}
	if slices.Equal(names, m.here) {
		return
	}
	m.here, m.before = names, m.before[:0]
	for _, d := range m.past {
		away := func(l msg.Loc) bool { return !slices.Contains(names, l.Extension) }
		if !slices.ContainsFunc(d.dests(), away) && (d.as == "" || slices.Contains(names, d.as)) {
			m.before = append(m.before, d)
		}
	}
	m.cursor = max(min(m.cursor, m.entries()-1), 0)
}

// remembered is a line of the memory: what was sent and, behind a tab, what was expected of the answer.
func (d draft) remembered() string {
	if d.expect == "" {
		return d.line()
	}
	return d.line() + "\t" + d.expect
}

// recalled reads what remembered wrote.
func recalled(line string) (draft, error) {
	line, expect, _ := strings.Cut(line, "\t")
	d, err := read(line)
	d.expect = expect
	return d, err
}

// remember keeps what was sent for the next launch, the oldest first and each message once.
func (m *Model) remember() tea.Cmd {
	memory := m.c.Memory
	if memory == nil {
		return nil
	}
	var newest []string
	seen := map[string]bool{}
	add := func(d draft) {
		if line := d.remembered(); !seen[line] && !strings.ContainsAny(line, "\r\n") && len(newest) < maxBefore {
			seen[line] = true
			newest = append(newest, line)
		}
	}
	for i := len(m.sent) - 1; i >= 0; i-- {
		add(m.sent[i].draft)
	}
	for _, d := range m.past {
		add(d)
	}
	lines := make([]string, len(newest))
	for i, line := range newest {
		lines[len(lines)-1-i] = line
	}
	return func() tea.Msg {
		if err := memory.Remember(ui.InjectHistory, lines); err != nil {
			return ui.ToastMsg{Level: trace.Warn, Text: "What was sent is not remembered: " + err.Error()}
		}
		return nil
	}
}
