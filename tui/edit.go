package tui

import (
	"fmt"
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// editedMsg says that the editor has ended.
type editedMsg struct {
	file string
	then tea.Msg
	err  error
}

// edit gives the terminal to the person's editor. Meanwhile the bench runs on and the trace is kept; the screen catches up.
func (m *Model) edit(msg ui.EditMsg) tea.Cmd {
	if m.common.Desktop == nil {
		m.say(trace.Warn, "no editor can be started from here")
		return nil
	}
	program, err := m.common.Desktop.Edit(msg.File, msg.Line)
	if err != nil {
		m.say(trace.Error, err.Error())
		return nil
	}
	m.screenHeld(false)
	return tea.Exec(atTerminal{program}, func(err error) tea.Msg { return editedMsg{msg.File, msg.Then, err} })
}

// atTerminal gives a program the terminal itself: an editor does not start on a pipe, and what copies into one takes a key that was meant
// for the workbench.
type atTerminal struct{ Program }

func (p atTerminal) SetStdin(r io.Reader) {
	if k, ok := r.(*keyboard); ok {
		r = k.File
	}
	p.Program.SetStdin(r)
}

// edited takes the terminal back. The mouse is as it was, and a background that changed meanwhile is asked for no more.
func (m *Model) edited(msg editedMsg) tea.Cmd {
	m.screenHeld(true)
	cmds := []tea.Cmd{tea.ClearScreen}
	if m.mouseOff {
		cmds = append(cmds, tea.DisableMouse)
	}
	switch {
	case msg.err != nil:
		m.say(trace.Error, fmt.Sprintf("the editor of %s: %v", msg.file, msg.err))
	case msg.then != nil:
		then := msg.then
		cmds = append(cmds, func() tea.Msg { return then })
	}
	return tea.Batch(cmds...)
}
