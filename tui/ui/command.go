package ui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// Command is something the palette can do, by name. One without Run presses its key.
type Command struct {
	Name string      // what is typed: lower case, words apart by blanks
	Help string      // what it does, in a few words
	Key  key.Binding // the key that does the same, if there is one
	Arg  *Arg        // nil: it takes none
	Run  func(arg string) tea.Cmd

	Lacks string // why it does nothing now, in a sentence: then it is not offered, but who types its name is told
}

// Arg is what a command is told.
type Arg struct {
	Hint    string                  // what to type, in a word: NAME
	Example string                  // what may be typed, as a person would; may be ""
	Options func() []Option         // what there is to choose from; may be nil
	Free    bool                    // anything may be typed, not only an option
	None    bool                    // nothing may be typed too
	Check   func(arg string) string // what is wrong with it as it stands, "" if nothing is; may be nil

	Means func(arg string) []string // what the command would do with it as it stands, in sentences; may be nil
}

// Option is one thing to choose as an argument.
type Option struct{ Value, Help string }

// Commander is a screen that has commands of its own beside its keys.
type Commander interface {
	// Commands are those that act now.
	Commands() []Command
}

// Explainer is a screen that can say more about the line in focus than its status does.
type Explainer interface {
	// Explain returns a heading and a few sentences; "" when there is nothing to say.
	Explain() (heading string, sentences []string)
}

// Filterer is a screen with a filter, which a GotoMsg with a Filter sets.
type Filterer interface {
	// FilterText is the filter in force, "" if there is none.
	FilterText() string
}
