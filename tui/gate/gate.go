package gate

import (
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// part is a list of the screen.
type part int

const (
	partRules part = iota
	partHeld
)

// Model is the Gate screen.
type Model struct {
	c    *ui.Common
	w, h int

	part  part
	rule  string // the selected one, by name
	place int    // where it stood among the rules, for when it is gone
	held  uint64 // the selected message

	line    ui.Field // of a rule that is being written
	writing bool
	setting bool               // the line was put into force, and the gate has not said that the rule is there
	fresh   string             // the rule that was made so, until the next key
	known   trace.Selectors    // as of when writing began
	wrong   *trace.FilterError // what is wrong with the line as it stands
	preview ui.Preview         // of the line, while nothing is wrong with it
	pressed bool               // enter was pressed on a line that has to go on
	edit    *editor            // of a held message; nil: none is open
	went    *went              // with which something was done last; nil: with none

	frame ui.Frame
	spots []spot // what a click finds, as it was drawn last
}

// New returns the screen.
func New(c *ui.Common) *Model { return &Model{c: c} }

// Title is the word on the tab.
func (m *Model) Title() string { return "Gate" }

// Focused reports that a field has the keys.
func (m *Model) Focused() bool { return m.writing || m.edit != nil }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) { m.w, m.h = w, h }

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		if m.writing && msg.Changed {
			m.tryLine()
		}
		return m.sync()
	case ui.GotoMsg:
		return m.goTo(msg)
	case ui.GateMsg:
		m.take(msg)
	case ui.FileEdited:
		return msg.Read()
	case ui.TextEdited:
		if m.edit != nil {
			m.edit.form.Take(msg.Text)
		}
	case tea.MouseMsg:
		m.handleMouse(msg)
	case tea.KeyMsg:
		return m.handleKey(msg)
	}
	return nil
}

// spot is a line with a rule or a held message.
type spot struct {
	y    int
	part part
	rule string
	held uint64
}

// handleMouse selects what is clicked; the wheel goes to the line above or below.
func (m *Model) handleMouse(e tea.MouseMsg) {
	if e.Action != tea.MouseActionPress || m.Focused() {
		return
	}
	switch e.Button {
	case tea.MouseButtonWheelDown:
		m.move(+1)
	case tea.MouseButtonWheelUp:
		m.move(-1)
	case tea.MouseButtonLeft:
		for _, s := range m.spots {
			if s.y == e.Y && s.part == partRules {
				m.part, m.rule = partRules, s.rule
			} else if s.y == e.Y {
				m.part, m.held = partHeld, s.held
			}
		}
	}
}

// goTo shows what another screen asked for: a held message to edit, or a rule to write; else what is held, if some of it waits for a
// person. What a rule delays goes on by itself, and who comes for it means the rule.
func (m *Model) goTo(g ui.GotoMsg) tea.Cmd {
	if g.Screen != ui.Gate {
		return nil
	}
	gone := m.sync()
	switch {
	case g.Command != 0:
		m.part, m.held = partHeld, g.Command
		return m.open()
	case g.Draft != "":
		m.write(g.Draft)
	case m.Focused():
	case m.c.Gate.Waiting() > 0, len(m.c.Gate.Rules) == 0 && len(m.c.Gate.Held) > 0:
		m.part = partHeld
	case len(m.c.Gate.Rules) > 0:
		m.part = partRules
	}
	return gone
}

// take selects a rule that was just put into force.
func (m *Model) take(done ui.GateMsg) {
	if done.Made == "" && done.Err == nil {
		return
	}
	if done.Made != "" && !m.Focused() {
		m.part, m.rule = partRules, done.Made
		if m.setting {
			m.fresh = done.Made
		}
	}
	m.setting = false
}

// Focus is the selected message of those that are held.
func (m *Model) Focus() ui.Focus {
	if i := m.messageAt(); m.part == partHeld && i >= 0 {
		return ui.Focus{ID: m.c.Gate.Held[i].ID}
	}
	return ui.Focus{}
}

// sync keeps the selections where they are while rules and messages come and go, and closes the form of a message that went, which it
// says. When the last held message has gone no rule is selected in its place, and no message when the last rule has: the keys of
// the one do harm to the other.
func (m *Model) sync() tea.Cmd {
	s := &m.c.Gate
	if i := m.ruleAt(); i >= 0 {
		m.place = i
	} else if n := len(s.Rules); n > 0 {
		if m.rule == "" {
			m.place = n - 1
		}
		m.place = min(m.place, n-1)
		m.rule = s.Rules[m.place].Name
	}
	if m.messageAt() < 0 && len(s.Held) > 0 {
		m.held = s.Held[0].ID
	}
	if m.edit != nil && s.Message(m.edit.message.ID) == nil {
		gone := ui.NameOf(&m.edit.message)
		m.edit = nil
		return ui.Note(gone + " left the gate while you wrote: nothing was changed in it.")
	}
	return nil
}

func (m *Model) ruleAt() int {
	return slices.IndexFunc(m.c.Gate.Rules, func(r trace.GateRule) bool { return r.Name == m.rule })
}

func (m *Model) messageAt() int {
	return slices.IndexFunc(m.c.Gate.Held, func(h trace.HeldMessage) bool { return h.ID == m.held })
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	fresh := m.fresh
	m.fresh = ""
	switch {
	case m.c.CanHold() == nil:
		return nil
	case m.writing:
		return m.handleLineKey(k)
	case m.edit != nil:
		return m.handleEditKey(k)
	case key.Matches(k, keyNew):
		m.write("")
	case key.Matches(k, ui.KeyLetAll):
		m.went = nil
		return m.c.LetAllGo()
	case m.hasGone() && key.Matches(k, keyWent):
		return m.inTraffic(m.went.message.ID, m.went.seq)
	case key.Matches(k, keyOther):
		m.swap()
	case key.Matches(k, keyUp):
		m.move(-1)
	case key.Matches(k, keyDown):
		m.move(+1)
	case key.Matches(k, keyPageUp):
		m.moveFar(-max(m.h/2, 1))
	case key.Matches(k, keyPageDn):
		m.moveFar(+max(m.h/2, 1))
	case key.Matches(k, keyTop):
		m.moveFar(-m.lines())
	case key.Matches(k, keyEnd):
		m.moveFar(+m.lines())
	case m.setting && key.Matches(k, keySwitch):
		return ui.Note("The rule is being put into force.")
	case fresh != "" && fresh == m.rule && key.Matches(k, keySwitch):
		return ui.Note(fresh + " is on already: enter again switches it off.")
	case m.part == partRules:
		return m.handleRuleKey(k)
	default:
		return m.handleHeldKey(k)
	}
	return nil
}

// canSwap reports that the other list has something to select.
func (m *Model) canSwap() bool {
	if m.part == partHeld {
		return len(m.c.Gate.Rules) > 0
	}
	return len(m.c.Gate.Held) > 0
}

// itsRule is the rule that keeps the selected message, -1 if it is gone.
func (m *Model) itsRule() int {
	h := m.c.Gate.Message(m.held)
	if h == nil {
		return -1
	}
	return slices.IndexFunc(m.c.Gate.Rules, func(r trace.GateRule) bool { return r.Name == h.Rule })
}

// swap selects the other list: of what is held, the rule that holds it.
func (m *Model) swap() {
	if !m.canSwap() {
		return
	}
	if i := m.itsRule(); m.part == partHeld && i >= 0 {
		m.rule = m.c.Gate.Rules[i].Name
	}
	m.part = 1 - m.part
}

// swapKey is the key that does so.
func (m *Model) swapKey() key.Binding {
	switch {
	case m.part == partHeld && m.itsRule() >= 0:
		return keyItsRule
	case m.part == partRules:
		return keyToHeld
	}
	return keyOther
}

// move selects the line above or below; from the end of the rules on to what is held, and from where nothing is held to the last rule.
func (m *Model) move(by int) {
	s := &m.c.Gate
	if m.part == partRules {
		i := m.ruleAt() + by
		if i >= len(s.Rules) && len(s.Held) > 0 {
			m.part, m.held = partHeld, s.Held[0].ID
		} else if i >= 0 && i < len(s.Rules) {
			m.rule = s.Rules[i].Name
		}
		return
	}
	i := m.messageAt() + by
	if (i < 0 || len(s.Held) == 0) && len(s.Rules) > 0 {
		m.part, m.rule = partRules, s.Rules[len(s.Rules)-1].Name
	} else if i >= 0 && i < len(s.Held) {
		m.held = s.Held[i].ID
	}
}

// lines counts those that can be selected.
func (m *Model) lines() int { return len(m.c.Gate.Rules) + len(m.c.Gate.Held) }

// moveFar selects the line so many above or below, or the first or the last one of the screen.
func (m *Model) moveFar(by int) {
	for range max(by, -by) {
		m.move(max(-1, min(by, 1)))
	}
}

func (m *Model) handleRuleKey(k tea.KeyMsg) tea.Cmd {
	i := m.ruleAt()
	if i < 0 {
		return nil
	}
	r := m.c.Gate.Rules[i]
	switch {
	case key.Matches(k, keySwitch):
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) {
			return r.Name + " (" + r.String() + ") is " + onOff(r.Off) + switched(&r), g.SetGateRule(r.Name, r.Off)
		})
	case key.Matches(k, keyRemove):
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) {
			return r.Name + " is removed" + left(r.Action), g.RemoveGateRule(r.Name)
		})
	case key.Matches(k, ui.KeyLet, keyEdit, keyTraffic, ui.KeyWhy):
		return ui.Note(m.wantsMessage(k))
	}
	return nil
}

// wantsMessage says of a key that does something with a held message why it does nothing with a rule.
func (m *Model) wantsMessage(k tea.KeyMsg) string {
	if len(m.c.Gate.Held) == 0 {
		return k.String() + " acts on a held message: nothing is held."
	}
	return k.String() + " acts on a held message: tab selects one."
}

// switched ends the sentence that a rule is on or off.
func switched(r *trace.GateRule) string {
	if r.Off {
		return "."
	}
	return left(r.Action)
}

// left says what becomes of what a rule that is removed or off has kept.
func left(a trace.GateAction) string {
	switch a {
	case trace.GateHold:
		return "; what it held stays held."
	case trace.GateDelay:
		return "; what it delayed goes on now."
	}
	return "."
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (m *Model) handleHeldKey(k tea.KeyMsg) tea.Cmd {
	i := m.messageAt()
	if i < 0 {
		return nil
	}
	h := m.c.Gate.Held[i]
	switch {
	case key.Matches(k, ui.KeyLet):
		m.note(&h)
		return m.c.LetGo(&h)
	case key.Matches(k, keyEdit):
		return m.open()
	case key.Matches(k, keyDrop):
		keep := m.open()
		m.edit.form.Choose(fateDrop) // enter does it: what is dropped cannot be brought back
		return keep
	case key.Matches(k, ui.KeyWhy):
		return ui.AskWhy(m.c, h.ID, h.Name)
	case key.Matches(k, keyTraffic):
		return m.inTraffic(h.ID, m.c.Store.SentSeq(h.ID))
	}
	return nil
}

// write opens the line of a new rule.
func (m *Model) write(text string) {
	m.part, m.writing, m.pressed = partRules, true, false
	var s ui.Selection
	if m.c.Selected != nil {
		s = m.c.Selected()
	}
	m.known = m.c.RuleSelectors(s)
	m.line.SetValue(text)
	m.line.Focus()
	m.tryLine()
}

// tryLine notes what is wrong with the line, or what it would match; an empty one is only unfinished.
func (m *Model) tryLine() {
	m.wrong, m.preview = nil, ui.Preview{}
	if m.line.Value() == "" {
		return
	}
	rule, err := m.known.ParseGateRule(m.line.Value())
	if err != nil {
		if !errors.As(err, &m.wrong) {
			m.wrong = &trace.FilterError{Col: 1, Msg: err.Error()}
		}
		return
	}
	m.preview = m.c.PreviewRule(rule)
}

func (m *Model) handleLineKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case k.String() == "enter":
		return m.setLine()
	case k.String() == "esc":
		m.writing = false
		m.line.Blur()
	case m.preview.Offer != "" && key.Matches(k, keyOffer):
		m.line.SetValue(m.preview.Offer)
		m.tryLine()
	case m.line.HandleKey(k):
		m.pressed = false
		m.tryLine()
	}
	return nil
}

// setLine puts the rule into force, once there is nothing wrong with it.
func (m *Model) setLine() tea.Cmd {
	rule, err := m.known.ParseGateRule(m.line.Value())
	if err != nil {
		m.wrong, m.pressed = nil, true
		errors.As(err, &m.wrong)
		return nil
	}
	m.line.Remember()
	m.writing, m.setting = false, true
	m.line.Blur()
	return m.c.AddRule(rule)
}

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	s := &m.c.Gate
	switch {
	case m.c.CanHold() == nil:
		return nil
	case m.writing && m.preview.Offer != "":
		return []key.Binding{keySet, keyOffer, keyLeave, keyWalk}
	case m.writing:
		return []key.Binding{keySet, keyLeave, keyWalk}
	case m.edit != nil:
		return m.edit.form.Bindings(m.c)
	}
	var k []key.Binding
	rule, message := m.part == partRules && m.ruleAt() >= 0, m.part == partHeld && m.messageAt() >= 0
	switch {
	case rule:
		k = append(k, keySwitch, keyNew, keyRemove)
	case message && m.canSwap():
		k = append(k, ui.KeyLet, keyEdit, m.swapKey(), keyDrop)
	case message:
		k = append(k, ui.KeyLet, keyEdit, keyDrop)
	default:
		k = append(k, keyNew)
	}
	if len(s.Held) > 0 {
		k = append(k, ui.KeyLetAll)
	}
	if m.canSwap() && !message {
		k = append(k, m.swapKey())
	}
	if message {
		k = append(k, keyTraffic, ui.KeyWhy, keyNew)
	}
	if m.hasGone() {
		k = append(k, keyWent)
	}
	return k
}

// Status says what the selection means.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	s := &m.c.Gate
	switch {
	case m.c.CanHold() == nil:
		l.Text(t.Quiet, m.c.Over("This is a recording: nothing in it is on its way any more.", ": nothing is on its way any more."))
	case m.writing:
		m.grammar(l)
	case m.edit != nil:
		m.edit.status(l)
	case m.part == partRules && m.ruleAt() >= 0:
		m.ruleStatus(l, &s.Rules[m.ruleAt()])
	case m.part == partHeld && m.messageAt() >= 0:
		m.heldStatus(l, &s.Held[m.messageAt()])
	case m.part == partRules && len(s.Held) > 0:
		l.Text(t.Quiet, "There is no rule any more; ").Text(t.Key, "tab").Text(t.Quiet, " selects what is held.")
	case len(s.Rules) > 0:
		l.Text(t.Quiet, "Nothing is held any more; ").Text(t.Key, "tab").Text(t.Quiet, " selects a rule.")
	default:
		l.Text(t.Quiet, "No rule: every message goes straight to its receiver. ").Text(t.Key, "n").Text(t.Quiet, " writes one.")
	}
	return l.String()
}

// grammars say how the rules are written, by their first words.
var grammars = map[string]struct{ action, rest, means string }{
	"hold":   {"hold", " FILTER", "keeps messages until you let them go; @all is every one."},
	"delay":  {"delay 200ms", " FILTER", "lets messages wait on their way; @all is every one."},
	"drop":   {"drop 30%", " FILTER", "loses a share of the messages, or drop FILTER all of them."},
	"answer": {"answer ok|error", ` "TEXT" {"n": 1} FILTER`, "text and properties may be missing."},
}

// grammar says how the rule that is being written is written; of one that has hardly begun, how all are.
func (m *Model) grammar(l *ui.Line) {
	t := m.c.Theme
	word, _, _ := strings.Cut(strings.TrimSpace(m.line.Value()), " ")
	if g, ok := grammars[word]; ok {
		l.Text(t.Text, g.action).Text(t.Quiet, g.rest+"   "+g.means)
		return
	}
	l.Text(t.Text, "hold").Text(t.Quiet, " FILTER   ").Text(t.Text, "delay 200ms").Text(t.Quiet, " FILTER   ").
		Text(t.Text, "drop 30%").Text(t.Quiet, " FILTER   ").Text(t.Text, `answer ok|error`).Text(t.Quiet, " FILTER")
}

func (m *Model) ruleStatus(l *ui.Line, r *trace.GateRule) {
	t := m.c.Theme
	l.Text(t.Bright, r.Name).Text(t.Quiet, " ")
	switch {
	case r.Off:
		l.Text(t.Quiet, "is off: messages pass.")
	case r.Action == trace.GateHold:
		l.Text(t.Quiet, "holds each message that passes its filter until you let it go.")
	case r.Action == trace.GateDelay:
		l.Text(t.Quiet, "lets each message that passes its filter wait for "+r.Delay.String()+".")
	case r.Action == trace.GateDrop:
		l.Text(t.Quiet, "loses messages that pass its filter; a command stays open then.")
	case r.OK:
		l.Text(t.Quiet, "answers each command that passes its filter with OK.")
	default:
		l.Text(t.Quiet, "answers each command that passes its filter with an ERROR.")
	}
	if r.Action == trace.GateDrop && r.Share < 1 && !r.Off {
		l.Text(t.Quiet, " Seed "+ui.Grouped(int(r.Seed))+" picks the same ones each time.")
	}
}

func (m *Model) heldStatus(l *ui.Line, h *trace.HeldMessage) {
	t := m.c.Theme
	l.Text(t.Bright, ui.NameOf(h)).Text(t.Quiet, " has been held for ").Age(t.Held, m.c.Now-h.Since, 0).Text(t.Quiet, " by "+h.Rule)
	switch {
	case h.Due != 0:
		l.Text(t.Quiet, "; it goes on in ").Dur(t.Text, max(h.Due-m.c.Now, 0), 0)
	case h.Answered:
		l.Text(t.Warn, "; its sender has an answer already")
	}
	l.Text(t.Quiet, ".")
}
