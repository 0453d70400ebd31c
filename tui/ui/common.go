package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/store"
	"tenbench/tui/theme"
)

// Common is what every screen is given, by pointer: the root changes it, screens read it.
type Common struct {
	Theme      *theme.Theme
	Store      *store.Store
	Source     Source
	Controller Controller // nil for a recording
	Desktop    Desktop    // may be nil
	Memory     Memory     // may be nil
	Sources    Sources    // may be nil
	Filters    *Filters
	Info       Info
	Ended      string    // how the program ended that the run is of; "" while it runs, and of any other run
	Now        int64     // nanoseconds since the log began, as of the last tick; the end of a recording
	Paused     bool      // the store stands still
	Refused    bool      // the config file is: why stands above every screen
	Unread     uint64    // events that came while it does
	Gate       GateState // as of the last tick, and after each thing that was done at the gate
	Marks      Marks
	Selected   func() Selection      // what is selected and shown now; may be nil
	Jump       func(GotoMsg) tea.Cmd // shows a screen at once; may be nil
	Busy       bool                  // set by a screen at a tick: it has more to do and wants the next one soon

	newest newest // for previews of rules
}

// Live reports that new events may come.
func (c *Common) Live() bool { return c.Info.Live }

// CanAct reports that there is something that commands and restarts could reach.
func (c *Common) CanAct() bool { return c.Controller != nil && c.Info.Live }

// Over is what is said where nothing runs: of a recording, or of a program that has ended, which a sentence begins with.
func (c *Common) Over(recording, ended string) string {
	if c.Ended != "" {
		return c.Info.Title + " has ended" + ended
	}
	return recording
}

// Styled begins a line without a fixed width, for Status and for notices.
func (c *Common) Styled() *Line { return newLine(c.Theme, 1<<16) }
