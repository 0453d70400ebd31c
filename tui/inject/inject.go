package inject

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// maxSent bounds the history of the session.
const maxSent = 200

// sendTimeout bounds how long a send may take to be accepted.
const sendTimeout = 5 * time.Second

// sent is one message that was sent from here.
type sent struct {
	draft draft
	at    int64  // when it was sent
	done  bool   // it was accepted or refused
	id    uint64 // of the message in the trace
	err   error
}

// sentMsg is what became of a send.
type sentMsg struct {
	entry *sent
	id    uint64
	err   error
}

// Model is the Inject screen.
type Model struct {
	c    *ui.Common
	w, h int

	form    form
	saved   []item
	sent    []*sent // oldest first
	cursor  int     // in the list: saved ones, then sent ones, the newest first
	recall  int     // how far up walked through the history; 0: not
	fresh   draft   // what the form said before walking
	showing *sent   // whose answer is shown
	refused string  // why the newest send came to nothing; "" once another answer is shown
	trail   store.Trail
	trailOf uint64

	frame ui.Frame
}

// item is one saved message.
type item struct {
	name  string
	draft draft
	err   error
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c}
	m.form.kind = msg.KindCmd
	for _, s := range c.Info.Inject {
		d, err := read(s.Send)
		m.saved = append(m.saved, item{s.Name, d, err})
	}
	return m
}

// Title is the word on the tab.
func (m *Model) Title() string { return "Inject" }

// Focused reports that a field has the keys.
func (m *Model) Focused() bool { return m.form.focus >= slotName }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) { m.w, m.h = w, h }

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		m.followAnswer()
	case ui.GotoMsg:
		m.goTo(msg)
	case sentMsg:
		return m.accepted(msg)
	case tea.KeyMsg:
		return m.handleKey(msg)
	}
	return nil
}

// goTo fills the form with what another screen wants sent.
func (m *Model) goTo(g ui.GotoMsg) {
	if g.Screen != ui.Inject {
		return
	}
	if g.Draft != "" {
		d, err := read(g.Draft)
		if err != nil {
			d.props = g.Draft
		}
		m.form.take(d)
		m.form.move(slotProps)
	}
	if g.Extension != "" {
		m.form.to.SetValue(g.Extension)
		m.form.move(slotName)
	}
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, keySwap):
		return m.send()
	case key.Matches(k, keyAgain):
		return m.again()
	case m.form.focus == slotList:
		return m.handleListKey(k)
	case key.Matches(k, keyNext):
		m.completeField()
		m.form.move(m.form.focus + 1)
	case key.Matches(k, keyBefore):
		m.form.move(m.form.focus - 1)
	case key.Matches(k, keyLeave):
		m.form.move(slotList)
	case key.Matches(k, keySend):
		m.completeField()
		return m.send()
	case k.String() == "up":
		m.walk(+1)
	case k.String() == "down":
		m.walk(-1)
	case m.form.focus == slotKind:
		m.handleKindKey(k)
	default:
		m.handleFieldKey(k)
	}
	return nil
}

// handleKindKey changes the kind.
func (m *Model) handleKindKey(k tea.KeyMsg) {
	switch k.String() {
	case "left", "h":
		m.form.turn(-1)
	case "right", "l", " ":
		m.form.turn(+1)
	}
}

// handleFieldKey edits the field that has the focus. Right at the end of a name takes the rest of it.
func (m *Model) handleFieldKey(k tea.KeyMsg) {
	f := m.form.field(m.form.focus)
	if k.String() == "right" && f.Column() == ui.Width(f.Value()) && m.ghost() != "" {
		m.completeField()
		return
	}
	before := f.Value()
	if f.HandleKey(k) {
		m.recall = 0
	}
	if f.Value() != before {
		m.form.tried = false // it is being mended
	}
}

// ghost is the rest of the name that is being typed.
func (m *Model) ghost() string {
	f, d := m.form.field(m.form.focus), m.form.draft()
	var full string
	switch m.form.focus {
	case slotName:
		full = complete(d.name, messages(m.c, d))
	case slotTo:
		full = complete(d.to, extensions(m.c))
	}
	if full == "" || f.Value() != full[:len(f.Value())] {
		return ""
	}
	return full[len(f.Value()):]
}

func (m *Model) completeField() {
	if f := m.form.field(m.form.focus); f != nil {
		if rest := m.ghost(); rest != "" {
			f.SetValue(f.Value() + rest)
		}
	}
}

// walk goes through what was sent: +1 to older ones, -1 back to what was typed.
func (m *Model) walk(by int) {
	to := m.recall + by
	if to < 0 || to > len(m.sent) {
		return
	}
	if m.recall == 0 {
		m.fresh = m.form.draft()
	}
	m.recall = to
	if to == 0 {
		m.form.take(m.fresh)
		return
	}
	s := m.sent[len(m.sent)-to]
	m.form.take(s.draft)
	m.show(s)
}

// show shows the answer of a message that was sent.
func (m *Model) show(s *sent) { m.showing, m.refused = s, "" }

// handleListKey moves in the list of what is saved and was sent, and takes an entry into the form.
func (m *Model) handleListKey(k tea.KeyMsg) tea.Cmd {
	n := len(m.saved) + len(m.sent)
	switch {
	case key.Matches(k, keyUp):
		m.point(max(m.cursor-1, 0))
	case key.Matches(k, keyDown):
		m.point(min(m.cursor+1, max(n-1, 0)))
	case k.String() == "g", k.String() == "home":
		m.point(0)
	case k.String() == "G", k.String() == "end":
		m.point(max(n-1, 0))
	case key.Matches(k, keyBefore):
		m.form.move(slotProps)
	case key.Matches(k, keyEdit):
		m.form.move(slotName)
	case key.Matches(k, keyTake) && n > 0:
		m.takeEntry()
	case key.Matches(k, keyTake):
		m.form.move(slotName)
	case key.Matches(k, keyOpen) && m.showing != nil && m.showing.id != 0:
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: m.showing.id})
	}
	return nil
}

// point selects an entry of the list; of what was sent it shows the answer.
func (m *Model) point(i int) {
	m.cursor = i
	if s := m.sentAt(i); s != nil {
		m.show(s)
	}
}

// sentAt returns the sent message at a place of the list.
func (m *Model) sentAt(i int) *sent {
	if i -= len(m.saved); i < 0 || i >= len(m.sent) {
		return nil
	}
	return m.sent[len(m.sent)-1-i]
}

func (m *Model) takeEntry() {
	if m.cursor < len(m.saved) {
		if s := m.saved[m.cursor]; s.err == nil {
			m.form.take(s.draft)
		} else {
			return
		}
	} else if s := m.sentAt(m.cursor); s != nil {
		m.form.take(s.draft)
	}
	m.form.move(slotProps)
}

// send sends what the form says, or goes to the first field that is wrong.
func (m *Model) send() tea.Cmd {
	if !m.c.CanAct() {
		return ui.Toast(trace.Info, "A recording takes no messages.")
	}
	m.form.tried = true
	d := m.form.draft()
	for s := slotName; s < slotCount; s++ {
		if f := m.faultOf(s, d); f != nil {
			m.form.move(s)
			m.showing, m.refused = nil, f.text
			return nil
		}
	}
	m.form.tried = false
	return m.dispatch(d)
}

// again sends the newest message once more.
func (m *Model) again() tea.Cmd {
	if len(m.sent) == 0 {
		return m.send()
	}
	if !m.c.CanAct() {
		return ui.Toast(trace.Info, "A recording takes no messages.")
	}
	return m.dispatch(m.sent[len(m.sent)-1].draft)
}

// dispatch hands a message to the controller, off the screen's own goroutine.
func (m *Model) dispatch(d draft) tea.Cmd {
	message, err := d.message()
	if err != nil {
		return ui.Toast(trace.Error, "The message cannot be made: "+err.Error())
	}
	entry := &sent{draft: d, at: m.c.Now}
	if len(m.sent) == maxSent {
		m.sent = append(m.sent[:0], m.sent[maxSent/4:]...)
	}
	m.sent = append(m.sent, entry)
	m.show(entry)
	m.recall = 0
	if m.form.focus == slotList && m.cursor >= len(m.saved) {
		m.cursor = len(m.saved)
	}
	controller := m.c.Controller
	return ui.To(ui.Inject, func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), sendTimeout)
		defer cancel()
		id, err := controller.Inject(ctx, message)
		return sentMsg{entry, id, err}
	})
}

// accepted notes under which id the message went, and ends a pause: somebody waits for its answer.
func (m *Model) accepted(s sentMsg) tea.Cmd {
	s.entry.done, s.entry.id, s.entry.err = true, s.id, s.err
	if s.err != nil {
		return nil
	}
	return func() tea.Msg { return ui.LiveMsg{} }
}

// followAnswer gathers the events of the message whose answer is shown.
func (m *Model) followAnswer() {
	if m.showing == nil || m.showing.id == 0 {
		return
	}
	if m.trailOf != m.showing.id {
		c := m.c.Store.Command(m.showing.id)
		if c == nil {
			return
		}
		e, ok := m.c.Store.At(c.SentSeq)
		if !ok {
			return
		}
		m.trail.Follow(m.c.Source.Log(), &e)
		m.trailOf = m.showing.id
	}
	m.trail.Extend(m.c.Store)
}

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	if !m.c.CanAct() {
		return nil
	}
	var k []key.Binding
	switch {
	case m.form.focus == slotList && len(m.saved)+len(m.sent) == 0:
		k = append(k, keyEdit)
	case m.form.focus == slotList:
		k = append(k, keyTake, keyEdit)
	case m.form.focus == slotKind:
		k = append(k, keyKind, keySend, keyNext, keyLeave)
	default:
		k = append(k, keySend, keyNext, keyLeave)
	}
	if len(m.sent) > 0 {
		k = append(k, keyAgain)
		if m.form.focus != slotList {
			k = append(k, keyWalk)
		}
	}
	if m.form.focus == slotList {
		if !m.form.draft().empty() {
			k = append(k, keySwap)
		}
		if m.showing != nil && m.showing.id != 0 {
			k = append(k, keyOpen)
		}
	}
	return append(k, keyBefore)
}

// Status says what the field is for, or what is wrong with it.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	if !m.c.CanAct() {
		l.Text(t.Quiet, "This is a recording: nothing can be sent into it.")
		return l.String()
	}
	if f := m.faultOf(m.form.focus, m.form.draft()); f != nil {
		l.Text(t.Warn, sentence(f.text))
		return l.String()
	}
	switch m.form.focus {
	case slotList:
		m.listStatus(l)
	case slotKind:
		l.Text(t.Quiet, "A cmd wants an answer; data and frames do not.")
	case slotName:
		l.Text(t.Quiet, "The name of the message, as the receiver knows it.")
	case slotTo:
		l.Text(t.Quiet, "The extension that receives it, or graph/extension; several are separated by commas.")
	case slotProps:
		l.Text(t.Quiet, "The properties as a JSON object. Empty means none.")
	}
	return l.String()
}

func (m *Model) listStatus(l *ui.Line) {
	t := m.c.Theme
	switch {
	case m.cursor < len(m.saved) && m.saved[m.cursor].err != nil:
		l.Text(t.Warn, "This saved message cannot be read: "+m.saved[m.cursor].err.Error())
	case m.cursor < len(m.saved):
		l.Text(t.Text, m.saved[m.cursor].name).Text(t.Quiet, " is saved in the config file: ").
			Text(t.Key, "enter").Text(t.Quiet, " takes it into the form, ").Text(t.Key, "enter").Text(t.Quiet, " again sends it.")
	case len(m.sent) > 0:
		l.Text(t.Quiet, "Sent before: ").Text(t.Key, "enter").Text(t.Quiet, " takes it into the form, ").
			Text(t.Key, "ctrl+r").Text(t.Quiet, " sends the newest again.")
	default:
		l.Text(t.Quiet, "Press ").Text(t.Key, "tab").Text(t.Quiet, " to write a message.")
	}
}

// sentence makes a fault a sentence of its own.
func sentence(s string) string {
	if s == "" {
		return s
	}
	if c := s[0]; c >= 'a' && c <= 'z' {
		s = string(c-'a'+'A') + s[1:]
	}
	return s + "."
}
