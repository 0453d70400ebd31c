package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/store"
)

// ByHand reports that a command waits for an answer of the person at the bench. cmd may be nil.
func (c *Common) ByHand(cmd *store.Command) bool {
	return c.CanAct() && cmd != nil && !cmd.Finished && cmd.To.String() == BenchName
}

// AnswerByHand returns the command that shows the form of an answer to such a command.
func AnswerByHand(c *Common, cmd *store.Command) tea.Cmd {
	return GotoTyping(c, GotoMsg{Screen: Traffic, Command: cmd.ID, Answer: true})
}
