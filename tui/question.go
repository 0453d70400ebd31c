package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// question is a thing the person must agree to first.
type question struct {
	text string
	says func() string // the text as of now; nil if it does not change
	yes  tea.Cmd
	moot func() string // why there is nothing to agree to any more, in a sentence; "" as long as there is
}

// now is the text as of now.
func (q *question) now() string {
	if q.says != nil {
		return q.says()
	}
	return q.text
}

// answer takes the answer to the question that is asked.
func (m *Model) answer(msg tea.KeyMsg) tea.Cmd {
	q := m.ask
	switch {
	case m.closeMoot(): // between two looks its subject went
		return nil
	case ui.Hits(msg, keyYes):
		m.ask = nil
		m.dropNote()
		return q.yes
	case ui.Hits(msg, keyNo):
		m.ask = nil
		m.dropNote()
		return nil
	}
	return ui.Note("Answer first: " + keyYes.Help().Key + " is yes, " + keyNo.Help().Key + " is no.")
}

// closeMoot closes a question whose subject went, with a word why, and reports that it did.
func (m *Model) closeMoot() bool {
	if m.ask == nil {
		return false
	}
	why := m.ask.moot()
	if why == "" {
		return false
	}
	m.ask = nil
	m.say(trace.Warn, "The question is closed: "+why)
	m.toast.moot = true
	return true
}

// alsoClosed adds to what is said that a question was closed just before. What ended is told of in several lines, and the last one stays.
func (m *Model) alsoClosed(text string) string {
	if !m.toast.moot {
		return text
	}
	return strings.TrimSuffix(text, ".") + ". The question is closed."
}

// over is why nothing can be done about what ran, "" while it runs. It looks itself, as the screens learn that later while they are paused.
func (m *Model) over() string {
	c := m.common
	if c.Ended != "" || c.Info.Ended != nil && c.Info.Ended() != "" {
		return c.Info.Title + " has ended."
	}
	return ""
}

// gone is why an extension cannot be restarted any more, "" while it can.
func (m *Model) gone(name, extension string) string {
	if why := m.over(); why != "" {
		return why
	}
	for _, g := range m.common.Source.Graphs() {
		if g.Name == name && slices.ContainsFunc(g.Nodes, func(n graph.Node) bool { return n.Name == extension }) {
			return ""
		}
	}
	return extension + " runs no longer."
}

// freed is why there is nothing to lose at the gate any more, "" while one of those messages is held.
func (m *Model) freed(held []trace.HeldMessage) string {
	if why := m.over(); why != "" {
		return why
	}
	for _, h := range m.common.Gate.Held {
		if slices.ContainsFunc(held, func(was trace.HeldMessage) bool { return was.ID == h.ID }) {
			return ""
		}
	}
	return "none of that is held any more."
}
