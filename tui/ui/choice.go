package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/theme"
)

// Choice draws one of several words of which one is chosen, with gap columns behind its sign.
func (l *Line) Choice(t *theme.Theme, word string, chosen bool, gap int) *Line {
	if chosen {
		return l.Sign(t.Key, t.Signs.Running).Gap(gap).Text(t.Bright, word)
	}
	return l.Sign(t.Quiet, t.Signs.Ended).Gap(gap).Text(t.Quiet, word)
}

// ChoiceLabel draws the word before choices; here tells that the keys choose among them.
func (l *Line) ChoiceLabel(t *theme.Theme, word string, w int, here bool) *Line {
	if here {
		return l.Sign(t.Key, t.Signs.Right).Gap(1).Cell(t.Key, word, w-3).Gap(1)
	}
	return l.Gap(2).Cell(t.Quiet, word, w-3).Gap(1)
}

// ChoiceNote returns the command that answers a letter which is typed where one of several words is chosen: with how that is done, and
// what enter does. Keys that belong to no text are not answered.
func ChoiceNote(k tea.KeyMsg, enter string) tea.Cmd {
	switch k.Type {
	case tea.KeyRunes, tea.KeySpace, tea.KeyEnter:
	default:
		return nil
	}
	return Note("←/→ or space chooses here, tab goes on, enter " + enter + ".")
}
