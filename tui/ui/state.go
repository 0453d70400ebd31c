package ui

import (
	"strconv"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
)

// State is how a message stands, in the fewest words.
type State struct {
	Text  string
	Style theme.Style
	Loud  bool // something is wrong with it
}

// Outcome is what became of a command that is finished, in a word or two: the word of StateOf, but for how late it was.
func Outcome(c *store.Command) string {
	switch {
	case c.Cut():
		return "cut"
	case c.Lost():
		return "lost"
	case c.By == trace.ByTimeout:
		return "timeout"
	case c.Died():
		return "died"
	case c.Forgone():
		return "no answer"
	}
	return c.Status.String()
}

// StateOf says how a command stands.
func StateOf(t *theme.Theme, c *store.Command) State {
	s := &t.Signs
	switch {
	case !c.Finished && c.Dropped:
		return State{s.Wrong + " dropped", t.Wrong, true}
	case !c.Finished && c.Lost():
		return State{s.Wrong + " lost", t.Wrong, true}
	case !c.Finished && c.Silent():
		return State{s.Wrong + " no answer", t.Wrong, true}
	case !c.Finished && c.Held:
		return State{s.Held + " held", t.Held, true}
	case !c.Finished && c.Partials > 0:
		return State{s.Waiting + " stream " + strconv.Itoa(c.Partials), t.Warn, false}
	case !c.Finished:
		return State{s.Waiting + " pending", t.Warn, false}
	case c.Cut():
		return State{Outcome(c), t.Quiet, false}
	case c.Forgone():
		return State{s.Wrong + " " + Outcome(c), t.Wrong, true}
	case c.Status == msg.Error && c.Late():
		return State{s.Wrong + " err, late", t.Wrong, false}
	case c.Status == msg.Error:
		return State{s.Wrong + " error", t.Wrong, false}
	case c.Late() && c.Partials == 0:
		return State{s.OK + " ok, late", t.Warn, false}
	case c.Partials > 0:
		return State{s.OK + " ok (" + strconv.Itoa(c.Partials) + ")", t.OK, false}
	}
	return State{s.OK + " ok", t.OK, false}
}
