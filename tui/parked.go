package tui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// A screen that was left while something was typed there is shown again as it was, but the keys are those of every screen: who comes
// back presses a number to go on, and does not look for the cursor first. Enter goes on with what was being typed.

var (
	keyResume = ui.Bind("enter", "go on typing", "enter", "tab")
	keyUndo   = ui.Bind("esc", "leave it", "esc")
)

// parked reports that the shown screen was left so, and that what was being typed is still there.
func (m *Model) parked() bool { return m.left && m.screen().Focused() }

// focused reports that a field of the shown screen has the keys.
func (m *Model) focused() bool { return m.screen().Focused() && !m.left }

// typesThere reports that a jump leads to a field, to type there at once.
func typesThere(msg ui.GotoMsg) bool {
	return msg.Search || msg.Answer || msg.Draft != "" || msg.Screen == ui.Gate && msg.Command != 0
}

// handleParkedKey takes the keys of a screen that was left while something was typed there.
func (m *Model) handleParkedKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case ui.Hits(msg, keyResume):
		m.left = false
		m.dropNote()
		return nil
	case ui.Hits(msg, keyUndo):
		m.left = false
		return m.giveKey(msg)
	}
	return ui.Note("What you were typing waits here: " + keyResume.Help().Key + " goes on with it.")
}

// parkedKeys are those of a screen that was left while something was typed there.
func (m *Model) parkedKeys() []key.Binding {
	keys := []key.Binding{keyResume, keyUndo}
	if m.landed { // esc leads back, and what was typed stays
		keys[1] = ui.KeyBack
	}
	return append(keys, slices.DeleteFunc(m.globalKeys(), func(k key.Binding) bool { return ui.Hits(escape, k) })...)
}

// parkedStatus says what waits on such a screen.
func (m *Model) parkedStatus() string {
	th := m.common.Theme
	l := m.common.Styled().Text(th.Text, "What you were typing is as you left it: ")
	return l.Text(th.Key, keyResume.Help().Key).Text(th.Quiet, " goes on with it.").String()
}
