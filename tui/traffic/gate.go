package traffic

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// handleGateKey does what acts on messages on their way. It reports false for keys that mean something else.
func (m *Model) handleGateKey(k tea.KeyMsg, e *trace.Event) (tea.Cmd, bool) {
	if m.c.CanHold() == nil {
		return nil, false
	}
	held := m.c.Gate.Message(e.ID)
	switch {
	case key.Matches(k, keyHold):
		return m.toggleHold(e), true
	case key.Matches(k, ui.KeyLetAll):
		return m.c.LetAllGo(), true
	case key.Matches(k, ui.KeyLet):
		return m.letGo(held), true
	case held != nil && key.Matches(k, keyEditHeld):
		return ui.Goto(ui.GotoMsg{Screen: ui.Gate, Command: e.ID}), true
	}
	return nil, false
}

// letGo lets the selected message go on, or the oldest one if that is not held.
func (m *Model) letGo(held *trace.HeldMessage) tea.Cmd {
	if all := m.c.Gate.Held; held == nil && len(all) > 0 {
		held = &all[0]
	}
	if held == nil {
		return ui.NothingHeld()
	}
	return m.c.LetGo(held)
}

// holding returns the rule that holds a message's name on its edge; nil if there is none.
func (m *Model) holding(e *trace.Event) *trace.GateRule {
	filter := ui.EdgeFilter(e)
	for i := range m.c.Gate.Rules {
		if r := &m.c.Gate.Rules[i]; r.Action == trace.GateHold && !r.Off && r.Filter == filter {
			return r
		}
	}
	return nil
}

// toggleHold holds all that has the message's name on its edge, or takes away the rule that does. The list stays on that message: the
// next key is for it, not for what comes in meanwhile.
func (m *Model) toggleHold(e *trace.Event) tea.Cmd {
	still := ""
	if m.list.Following() && m.c.Live() {
		still = " The list stands still: " + ui.KeyFollow.Help().Key + " follows."
	}
	m.list.Unfollow()
	m.refresh()
	what := e.Name.String() + " from " + e.From.String() + " to " + e.To.String()
	if r := m.holding(e); r != nil {
		name := r.Name
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) {
			return "No more " + what + " is held; what is held stays." + still, g.RemoveGateRule(name)
		})
	}
	rule := trace.GateRule{Action: trace.GateHold, Filter: ui.EdgeFilter(e)}
	return m.c.AtGate(func(g ui.Gatekeeper) (string, error) {
		_, err := g.AddGateRule(rule)
		return "From now on " + what + " is held: " + ui.KeyGate.Help().Key + " edits it and lets it go." + still, err
	})
}

// waitKeys are the keys for what waits for the person now: an answer by hand, what is held.
func (m *Model) waitKeys(e *trace.Event) (k []key.Binding) {
	if m.byHand(e) {
		k = append(k, ui.KeyAnswer)
	}
	n := len(m.c.Gate.Held)
	if n == 0 || m.c.CanHold() == nil {
		return k
	}
	k = append(k, ui.KeyLet)
	if m.c.Gate.Message(e.ID) != nil {
		k = append(k, keyEditHeld)
	}
	if n > 1 {
		k = append(k, ui.KeyLetAll)
	}
	return k
}

// holdKeys are the keys that hold the like of a message from now on, or no more.
func (m *Model) holdKeys(e *trace.Event) []key.Binding {
	switch {
	case m.c.CanHold() == nil:
		return nil
	case m.holding(e) != nil:
		return []key.Binding{keyUnhold}
	}
	return []key.Binding{keyHold}
}
