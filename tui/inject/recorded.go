package inject

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// recorded answers the keys of the form in a recording, where there is none.
func (m *Model) recorded(k tea.KeyMsg) tea.Cmd {
	if key.Matches(k, keySend, keyAgain, keyEdit) {
		return ui.Recorded(m.c)
	}
	return nil
}

// drawRecorded draws what stands in place of the form in a recording: what the screen is for, and where to go from here.
func (m *Model) drawRecorded() {
	t := m.c.Theme
	say := func(text string) {
		for _, line := range ui.Wrap(text, max(m.w-5, 12)) {
			m.frame.Row().Gap(3).Text(t.Quiet, line)
		}
	}
	m.frame.Row()
	m.frame.Row().Gap(3).Text(t.Text, m.c.Over("A recording takes no messages: nothing runs in it.", ": it takes no messages."))
	m.frame.Row()
	say("While a graph runs, a message to one of its extensions is written here and sent; its answer stands beside it.")
	m.frame.Row()
	again := "quit; tenbench without open runs a graph"
	if m.c.Ended != "" {
		again = "quit; then it can be run again"
	}
	for _, k := range []struct{ key, does string }{
		{"2", "Traffic: the messages of this run and their answers; y copies one"},
		{"1", "Now: how it stood at the end"},
		{ui.KeyHelp.Help().Key, "help: all keys"},
		{ui.KeyQuit.Help().Key, again},
	} {
		m.frame.Row().Gap(3).Cell(t.Key, k.key, 3).Cell(t.Quiet, k.does, max(m.w-8, 0))
	}
}
