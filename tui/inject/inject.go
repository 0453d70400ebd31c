package inject

import (
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// maxSent bounds the history of the session.
const maxSent = 200

// sent is one message, or several of its like, that were sent from here.
type sent struct {
	order
	at      int64 // when it was sent
	done    bool  // the first was accepted or refused
	n       int   // how many went so far
	id      uint64
	ids     []uint64 // of the newest in the trace; id is the last one
	err     error
	stopped bool // by the person, before all had gone
	tally   tally
	judged  bool // the answer was held against what was expected of it
	fails   bool // and is not so
}

// Model is the Inject screen.
type Model struct {
	c    *ui.Common
	w, h int

	form    form
	saved   []item
	sent    []*sent  // oldest first
	running []*sent  // those of which more will follow
	before  []draft  // sent in earlier launches to extensions that are here, the newest first
	past    []draft  // sent in earlier launches, wherever
	here    []string // the extensions when before was chosen
	recalls bool     // they were read
	offered bool     // the only receiver there is was written into the form
	cursor  int      // in the list: saved ones, then sent ones, the newest first
	recall  int      // how far up walked through the history; 0: not
	fresh   draft    // what the form said before walking
	aside   *draft   // what was written and not sent when another screen brought a message; up brings it back
	showing *sent    // whose answer is shown
	scroll  int      // lines of the answer above its window
	refused string   // why the newest send came to nothing; it is no news once the form says something else
	trail   store.Trail
	trailOf uint64

	frame ui.Frame
	spots []spot // what a click finds, as it was drawn last
	areas []area
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c, form: newForm()}
	m.readSaved()
	return m
}

// Title is the word on the tab.
func (m *Model) Title() string { return "Inject" }

// Focused reports that a field has the keys.
func (m *Model) Focused() bool { return m.c.CanAct() && m.form.focus >= slotName }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) { m.w, m.h = w, h }

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.ConfigMsg:
		m.takeSaved()
	case ui.TickMsg:
		m.recallBefore()
		m.chooseBefore()
		m.offerReceiver()
		m.followAnswer()
		m.countAnswers()
	case ui.GotoMsg:
		return m.goTo(msg)
	case sentMsg:
		return m.accepted(msg)
	case nextMsg:
		if !msg.entry.stopped {
			return m.sendSome(msg.entry)
		}
	case ui.FileEdited:
		return msg.Read()
	case ui.TextEdited:
		m.form.props.Set(compact(msg.Text))
		m.form.tried = false
	case tea.MouseMsg:
		m.handleMouse(msg)
	case tea.KeyMsg:
		if !m.c.CanAct() {
			return m.recorded(msg)
		}
		cmd := m.handleKey(msg)
		m.declare()
		return cmd
	}
	return nil
}

// compact writes JSON on one line; what is none loses its line ends.
func compact(text string) string {
	if v, err := msg.ParseJSON([]byte(text)); err == nil {
		return string(msg.AppendJSON(nil, v))
	}
	return strings.Join(strings.Fields(text), " ")
}

// goTo fills the form with what another screen wants sent. Without that the keys are where they were when the screen was left.
func (m *Model) goTo(g ui.GotoMsg) (said tea.Cmd) {
	if g.Screen != ui.Inject {
		return nil
	}
	if g.Sends != "" {
		return m.sendLine(g.Sends)
	}
	if g.Draft != "" {
		said = m.putAside()
		d, err := read(g.Draft)
		if err != nil {
			d.props = g.Draft // for the person to mend
		}
		m.form.takeOnce(d)
		m.form.move(slotProps)
	}
	if g.Extension != "" && m.form.draft().empty() {
		m.form.texts[slotTo].SetValue(g.Extension)
	}
	m.declare()
	return said
}

// putAside keeps what was written and not sent, before something else takes its place in the form, and says so.
func (m *Model) putAside() tea.Cmd {
	if !m.form.unsent() {
		return nil
	}
	was := m.form.draft()
	m.aside = &was
	return ui.Note("What you were writing is put aside, not lost: " + keyAside.Help().Key + " brings " + strings.TrimSpace(ui.KindName(was.kind)+" "+was.name) + " back.")
}

// resume goes on with the form where it was left; if nobody wrote there, at the first field that wants something.
func (m *Model) resume() {
	if m.form.resume() && (m.form.focus != slotProps || m.form.props.Typed()) {
		return
	}
	was := m.form.tried
	m.form.tried = true
	at := m.faulty()
	m.form.tried = was
	switch {
	case at != slotCount:
		m.form.move(at)
	case m.form.focus == slotList:
		m.form.move(slotProps)
	}
}

// faulty is the first field in which something is wrong, slotCount if none is.
func (m *Model) faulty() slot {
	d := m.form.draft()
	for s := slotName; s < slotCount; s++ {
		if m.form.shows(s) && m.faultOf(s, d) != nil {
			return s
		}
	}
	return slotCount
}

// offerReceiver writes the only extension there is into the form, once.
func (m *Model) offerReceiver() {
	names := extensions(m.c)
	if m.offered || len(names) == 0 {
		return
	}
	m.offered = true
	if len(names) == 1 && m.form.text(slotTo) == "" {
		m.form.texts[slotTo].SetValue(names[0])
	}
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, keySwap):
		return m.send()
	case key.Matches(k, keyAgain):
		return m.again()
	case key.Matches(k, keyTraffic) && m.inTrace():
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: m.showing.id})
	case key.Matches(k, keyMore):
		m.scrollAnswer(+1)
	case key.Matches(k, keyLess):
		m.scrollAnswer(-1)
	case key.Matches(k, keyStop) && len(m.running) > 0:
		m.stopSending()
	case m.form.focus == slotList:
		return m.handleListKey(k)
	case key.Matches(k, ui.KeyNextField):
		m.completeField()
		m.form.step(+1)
	case key.Matches(k, ui.KeyFieldBefore):
		m.form.step(-1)
	case key.Matches(k, keyLeave):
		m.form.move(slotList)
	case key.Matches(k, ui.KeyEditor) && m.form.focus == slotProps && m.c.Desktop != nil:
		return ui.EditText(ui.Inject, ui.Pretty(m.form.props.Text()), ".json")
	case key.Matches(k, keySend) && m.form.focus == slotProps && m.form.props.Pending():
		m.form.props.Move(+1) // a name that was typed becomes a property first
	case key.Matches(k, keySend):
		return m.send()
	case k.String() == "up":
		m.walk(+1)
	case k.String() == "down":
		m.walk(-1)
	case m.form.focus == slotKind, m.form.focus == slotWave:
		return m.handleChoiceKey(k)
	default:
		m.handleFieldKey(k)
	}
	return nil
}

// handleChoiceKey changes the kind, or what audio sounds like.
func (m *Model) handleChoiceKey(k tea.KeyMsg) tea.Cmd {
	by := map[string]int{"left": -1, "h": -1, "right": +1, "l": +1, " ": +1}[k.String()]
	switch {
	case by == 0:
		return ui.ChoiceNote(k, "sends")
	case m.form.focus == slotWave:
		m.form.tone = !m.form.tone
	default:
		m.form.turn(by)
	}
	return nil
}

// handleFieldKey edits the field that has the focus. Right at the end of a name takes the rest of it.
func (m *Model) handleFieldKey(k tea.KeyMsg) {
	if m.form.focus == slotProps {
		if m.form.props.HandleKey(k) {
			m.recall, m.form.tried = 0, false
		}
		return
	}
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
		full = complete(d.name, slices.Concat(m.declaredNames(d), messages(m.c, d)))
	case slotTo:
		full = complete(d.to, extensions(m.c))
	case slotAs:
		full = complete(d.as, extensions(m.c))
	}
	if f == nil || full == "" || f.Value() != full[:len(f.Value())] {
		return ""
	}
	return full[len(f.Value()):]
}

func (m *Model) completeField() {
	if f := m.form.field(m.form.focus); f != nil {
		if rest := m.ghost(); rest != "" {
			f.SetValue(f.Value() + rest)
			m.form.tried = false
		}
	}
}

// inTrace reports that the message whose answer is shown has its place in the trace.
func (m *Model) inTrace() bool { return m.showing != nil && m.showing.id != 0 }

// stale reports that the form names another message than the one whose answer is shown.
func (m *Model) stale() bool {
	if !m.Focused() || m.showing == nil {
		return false
	}
	d, was := m.form.draft(), m.showing.draft
	return d.kind != was.kind || d.name != was.name || d.to != was.to || d.as != was.as
}

// send sends what the form says, or goes to the first field that is wrong.
func (m *Model) send() tea.Cmd {
	m.form.tried = true
	d := m.form.draft()
	if s := m.faulty(); s != slotCount {
		m.refused = m.faultOf(s, d).text
		if s != m.form.focus {
			m.form.move(s)
		}
		return nil
	}
	m.form.tried, m.form.taken = false, d
	return m.dispatch(order{d, m.form.buffer(), m.form.repeat()})
}

// sendLine sends a line as --send takes it, once.
func (m *Model) sendLine(line string) tea.Cmd {
	d, err := read(line)
	if err == nil && d.to == "" {
		err = errors.New("it names no receiver")
	}
	if err != nil {
		return ui.Toast(trace.Error, "Nothing was sent: "+err.Error()+".")
	}
	f := newForm()
	return m.dispatch(order{d, f.buffer(), f.repeat()})
}

// again sends the newest message once more.
func (m *Model) again() tea.Cmd {
	if len(m.sent) == 0 {
		return m.send()
	}
	return m.dispatch(m.sent[len(m.sent)-1].order)
}

// dispatch begins to send.
func (m *Model) dispatch(o order) tea.Cmd {
	entry := &sent{order: o, at: m.c.Now}
	if len(m.sent) == maxSent {
		m.sent = append(m.sent[:0], m.sent[maxSent/4:]...)
	}
	m.sent = append(m.sent, entry)
	m.running = append(m.running, entry)
	m.show(entry)
	m.recall = 0
	if m.form.focus == slotList && m.cursor >= len(m.saved) {
		m.cursor = len(m.saved)
	}
	return tea.Batch(m.sendSome(entry), m.remember())
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
