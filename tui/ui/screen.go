package ui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// Screen is one page of the workbench. The root owns the frame around it, tells it its size, and routes messages to it; a
// screen never waits in Update and never changes in View.
type Screen interface {
	// Title is the word on the tab.
	Title() string
	// SetSize tells the size of the body. View must fill it exactly.
	SetSize(w, h int)
	// Update takes a message. Broadcast messages come to hidden screens too, input to the shown one only.
	Update(msg tea.Msg) tea.Cmd
	// View draws the body: h lines of w cells, joined by newlines.
	View() string
	// Keys are the keys that act now, the most important first.
	Keys() []key.Binding
	// Status is the line above the keys: what the selection means and what to press. It is made with Common.Styled.
	Status() string
	// Focused reports that a text field has the focus: then only esc, tab, enter, ctrl and function keys mean anything else.
	Focused() bool
}

// ID names a screen.
type ID uint8

// The screens, in the order of their tabs.
const (
	None ID = iota
	Now
	Traffic
	Timeline
	Logs
	Inject
	Config
	Gate         // without a tab
	Why          // without a tab: of what was selected
	Conversation // without a tab: opened with a command
)

// Chooser is a screen that at times takes the next key as a choice, whatever it means elsewhere. It has the focus then, but no text.
type Chooser interface{ Choosing() bool }
