package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
)

// TickMsg is broadcast after the store took what is new. Changed says whether there was anything.
type TickMsg struct {
	Now     int64 // Common.Now
	Changed bool
}

// GotoMsg asks the root to show a screen. The screen gets the message too, and selects what it names: those fields that are
// not zero.
type GotoMsg struct {
	Screen    ID
	Command   uint64 // select the command with this id; for Traffic: the message, of any kind
	Seq       uint64 // select the event with this seq
	Extension string // select or filter by this extension; for Inject: send to it, if nothing is written yet
	At        int64  // go to this moment of the run
	Filter    string // set the filter
	Draft     string // for Inject: fill the form with this line, as in --send
	Sends     string // for Inject: send this line at once; the form stays as it is
	Search    bool   // open the filter line
	Problem   string // for Why: the problem with this key
	Answer    bool   // for Traffic: open the form of an answer to the command
	Reloads   bool   // for Config: select what came of the file
	From      ID     // the screen that was left; the root sets it
}

// RestartMsg asks the root to restart an extension. The root asks the person first.
type RestartMsg struct{ Graph, Extension string }

// ReplayMsg asks Config to send the last messages to an extension again.
type ReplayMsg struct {
	Graph, Extension string
	Count            int
}

// ReplayCount is how many messages are sent again where nobody said how many.
const ReplayCount = 5

// NextProblemMsg is sent to Now: select the next problem, or the one that was just said.
type NextProblemMsg struct {
	Said string // its key, "" if none was
	Seen bool   // Now was shown already, and with it what is selected there
}

// ToastMsg shows a line for a few seconds. At the level info it says that something was done, unless it is a note.
type ToastMsg struct {
	Level trace.Level
	Text  string
	Note  bool // it answers a key and tells of nothing done: it goes with the screen
}

// LiveMsg ends a pause, and the person is told: an injected message is no use if its answer is not shown.
type LiveMsg struct {
	Said ToastMsg // what is said of what was sent; its text may be ""
}

// AddressedMsg brings the result of a screen's own command back to it, whichever screen is shown meanwhile.
type AddressedMsg struct {
	To  ID
	Msg tea.Msg
}

// Goto returns the command that sends m to the root.
func Goto(m GotoMsg) tea.Cmd { return func() tea.Msg { return m } }

// GotoTyping shows a screen before the next key is looked at: one on which a person goes on typing.
func GotoTyping(c *Common, m GotoMsg) tea.Cmd {
	if c.Jump == nil {
		return Goto(m)
	}
	return c.Jump(m)
}

// AskWhy returns the command that shows why a message has no answer, or what became of it. One that wants no answer is none to ask about.
func AskWhy(c *Common, id uint64, name string) tea.Cmd {
	if _, ok := c.Store.Verdict(id, c.Now); !ok {
		return Note(name + " wants no answer, so nothing can be missing.")
	}
	return Goto(GotoMsg{Screen: Why, Command: id})
}

// Restart returns the command that restarts an extension after the person agreed.
func Restart(graph, extension string) tea.Cmd {
	return func() tea.Msg { return RestartMsg{graph, extension} }
}

// Toast returns the command that shows text for a few seconds: what was done, or what is wrong.
func Toast(level trace.Level, text string) tea.Cmd {
	return func() tea.Msg { return ToastMsg{Level: level, Text: text} }
}

// Note returns the command that answers a key which did nothing, or not yet: it is shown until the screen changes, for a few
// seconds at most.
func Note(text string) tea.Cmd {
	return func() tea.Msg { return ToastMsg{Level: trace.Info, Text: text, Note: true} }
}

// Recorded returns the command that answers a key which would send something into a run that is over.
func Recorded(c *Common) tea.Cmd {
	text := c.Over("A recording takes no messages.", ": it takes no messages.")
	return func() tea.Msg { return ToastMsg{Level: trace.Warn, Text: text, Note: true} }
}

// To makes the message that cmd returns come back to one screen only.
func To(id ID, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		if m := cmd(); m != nil {
			return AddressedMsg{id, m}
		}
		return nil
	}
}
