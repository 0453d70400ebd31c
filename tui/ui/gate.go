package ui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Gatekeeper is what the workbench can do with messages on their way. The Controller of a live app is one too.
type Gatekeeper interface {
	// GateRules lists the rules, the oldest first.
	GateRules() []trace.GateRule
	// AddGateRule puts a rule into force and returns it with its name.
	AddGateRule(r trace.GateRule) (trace.GateRule, error)
	// SetGateRule switches a rule on or off.
	SetGateRule(name string, on bool) error
	// RemoveGateRule takes a rule away.
	RemoveGateRule(name string) error

	// Held lists the messages in the gate.
	Held() []trace.HeldMessage
	// Release lets a held message go on, ReleaseAll all of them.
	Release(id uint64) error
	ReleaseAll() int
	// KeepHeld makes a delayed message one that waits for somebody.
	KeepHeld(id uint64) error
	// EditHeld replaces the properties of a held message by a JSON object.
	EditHeld(id uint64, property []byte) error
	// DropHeld loses a held message.
	DropHeld(id uint64) error
	// AnswerHeld answers a held command in place of its receiver.
	AnswerHeld(id uint64, status msg.Status, property []byte) error
}

// GateState is the gate as it was last looked at.
type GateState struct {
	Rules []trace.GateRule
	Held  []trace.HeldMessage // those that wait for somebody first, then those that a rule delays
}

// On counts the rules that are on: those that hold, and the faults.
func (s *GateState) On() (holds, faults int) {
	for i := range s.Rules {
		switch r := &s.Rules[i]; {
		case r.Off:
		case r.Action == trace.GateHold:
			holds++
		default:
			faults++
		}
	}
	return holds, faults
}

// stays says that rules go on holding messages after some were let go; "" if none does.
func (s *GateState) stays() string {
	holds, _ := s.On()
	switch {
	case holds == 0:
		return ""
	case holds > 1:
		return " " + Plural(holds, "rule") + " still hold: X on each in the gate (" + KeyGate.Help().Key + ") ends it."
	}
	i := slices.IndexFunc(s.Rules, func(r trace.GateRule) bool { return !r.Off && r.Action == trace.GateHold })
	return " " + s.Rules[i].Name + " still holds: X on it in the gate (" + KeyGate.Help().Key + ") ends it."
}

// Waiting counts the messages that wait for somebody to let them go.
func (s *GateState) Waiting() (n int) {
	for i := range s.Held {
		if s.Held[i].Due == 0 {
			n++
		}
	}
	return n
}

// Message returns the message with that id, nil if it is not in the gate.
func (s *GateState) Message(id uint64) *trace.HeldMessage {
	for i := range s.Held {
		if s.Held[i].ID == id {
			return &s.Held[i]
		}
	}
	return nil
}

// CanHold returns the gate of the live app; nil if there is none to act on.
func (c *Common) CanHold() Gatekeeper {
	if !c.CanAct() {
		return nil
	}
	g, _ := c.Controller.(Gatekeeper)
	return g
}

// LookAtGate brings Common.Gate up to date.
func (c *Common) LookAtGate() {
	if g := c.CanHold(); g != nil {
		c.Gate = GateState{g.GateRules(), g.Held()}
	}
}

// GateMsg says that something was done at the gate. The root looks at it anew and shows the text.
type GateMsg struct {
	Text string
	Err  error
	Made string // the rule that was put into force, "" if none was
}

// AtGate returns the command that does something at the gate and says what came of it.
func (c *Common) AtGate(do func(Gatekeeper) (said string, err error)) tea.Cmd {
	g := c.CanHold()
	if g == nil {
		return Note(c.Over("Nothing runs here that could be held.", ": nothing is on its way that could be held."))
	}
	return func() tea.Msg {
		said, err := do(g)
		return GateMsg{Text: said, Err: err}
	}
}

// LetGo returns the command that lets a held message go on.
func (c *Common) LetGo(h *trace.HeldMessage) tea.Cmd {
	id, name, stays := h.ID, NameOf(h), c.Gate.stays()
	return c.AtGate(func(g Gatekeeper) (string, error) { return name + " went on." + stays, g.Release(id) })
}

// LetGoEach returns the command that lets held messages go on.
func (c *Common) LetGoEach(held []trace.HeldMessage) tea.Cmd {
	stays := c.Gate.stays()
	return c.each(held, " went on."+stays, Gatekeeper.Release)
}

// DropEach returns the command that loses held messages.
func (c *Common) DropEach(held []trace.HeldMessage) tea.Cmd {
	return c.each(held, " dropped.", Gatekeeper.DropHeld)
}

// each returns the command that does something with held messages. One that went meanwhile is no error if others did not.
func (c *Common) each(held []trace.HeldMessage, done string, do func(Gatekeeper, uint64) error) tea.Cmd {
	return c.AtGate(func(g Gatekeeper) (string, error) {
		n, failed := 0, error(nil)
		for i := range held {
			if err := do(g, held[i].ID); err != nil {
				failed = err
			} else {
				n++
			}
		}
		if n == 0 {
			return "", failed
		}
		return Plural(n, "message") + done, nil
	})
}

// AddRule returns the command that puts a rule into force, and says what it is for.
func (c *Common) AddRule(rule trace.GateRule) tea.Cmd {
	var name string
	preview := c.PreviewRule(rule)
	add := c.AtGate(func(g Gatekeeper) (string, error) {
		made, err := g.AddGateRule(rule)
		name = made.Name
		return name + " is on: " + made.String() + ". " + strings.Join(preview.Sentences(), " "), err
	})
	return func() tea.Msg {
		said := add()
		if done, ok := said.(GateMsg); ok && done.Err == nil {
			done.Made = name
			return done
		}
		return said
	}
}

// NothingHeld returns the command that answers a key which is for held messages.
func NothingHeld() tea.Cmd { return Note("No message is held.") }

// LetAllGo returns the command that lets everything go on.
func (c *Common) LetAllGo() tea.Cmd {
	if len(c.Gate.Held) == 0 {
		return NothingHeld()
	}
	stays := c.Gate.stays()
	return c.AtGate(func(g Gatekeeper) (string, error) {
		return Plural(g.ReleaseAll(), "message") + " went on." + stays, nil
	})
}

// EdgeFilter is the filter of a message's name on its edge: what B holds.
func EdgeFilter(e *trace.Event) string {
	f := KindName(e.Type) + " and name = " + FilterWord(e.Name.String()) + " and from = " + FilterWord(e.From.String())
	if e.To != 0 {
		f += " and to = " + FilterWord(e.To.String())
	}
	return f
}

// NameOf names a held message: "hello #42".
func NameOf(h *trace.HeldMessage) string { return h.Name + " #" + strconv.FormatUint(h.ID, 10) }
