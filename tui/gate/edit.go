package gate

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// What may become of a held message.
const (
	fateGo    = "let go"
	fateOK    = "answer ok"
	fateError = "answer error"
	fateDrop  = "drop"
)

// editor changes a held message, or answers it in place of its receiver.
type editor struct {
	c       *ui.Common
	message trace.HeldMessage
	form    ui.Form
	props   ui.Props // of the message
	answer  ui.Props
}

func newEditor(c *ui.Common, h *trace.HeldMessage) *editor {
	e := &editor{c: c, message: *h}
	e.declare()
	e.props.Set(string(h.Property))
	e.form = ui.Form{Keys: ui.FormKeys{Do: keyDo, Leave: keyLeave, Choose: keyChoose, Does: "does it"}, Label: "then",
		Choices: []ui.FormChoice{{Word: fateGo, Props: &e.props}}}
	if h.Type == msg.KindCmd { // others want no answer
		e.form.Choices = append(e.form.Choices, ui.FormChoice{Word: fateOK, Props: &e.answer}, ui.FormChoice{Word: fateError, Props: &e.answer})
	}
	e.form.Choices = append(e.form.Choices, ui.FormChoice{Word: fateDrop})
	e.form.Begin()
	return e
}

// open edits the selected message. One that a rule delays waits for the person from then on: it would go while he writes.
func (m *Model) open() tea.Cmd {
	h := m.c.Gate.Message(m.held)
	if h == nil {
		return nil
	}
	m.edit = newEditor(m.c, h)
	if h.Due == 0 {
		return nil
	}
	id, said := h.ID, ui.NameOf(h)+" waits for you now, no more for "+h.Rule+"."
	return m.c.AtGate(func(g ui.Gatekeeper) (string, error) { return said, g.KeepHeld(id) })
}

// declare tells the form what the receiver says of the message.
func (e *editor) declare() {
	if e.c.Info.Declares == nil {
		return
	}
	for _, d := range e.c.Info.Declares(e.message.Graph, e.message.To) {
		if d.Kind == e.message.Type && d.Name == e.message.Name {
			e.props.Declare(d.Properties)
		}
	}
}

func (m *Model) handleEditKey(k tea.KeyMsg) tea.Cmd {
	step, cmd := m.edit.form.HandleKey(k, ui.Gate)
	switch step {
	case ui.FormLeft:
		m.edit = nil
	case ui.FormDone:
		return m.carryOut()
	}
	return cmd
}

// carryOut does what the form says.
func (m *Model) carryOut() tea.Cmd {
	e := m.edit
	m.edit = nil
	id, name := e.message.ID, ui.NameOf(&e.message)
	m.note(&e.message)
	switch e.form.Word() {
	case fateDrop:
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) { return name + " was dropped.", g.DropHeld(id) })
	case fateOK, fateError:
		status, text := msg.OK, []byte(e.answer.Text())
		if e.form.Word() == fateError {
			status = msg.Error
		}
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) {
			return name + " was answered " + status.String() + " by hand.", g.AnswerHeld(id, status, text)
		})
	}
	return m.c.AtGate(e.letGo(e.props.Text()))
}

// letGo lets the message go on, with the properties that the form says.
func (e *editor) letGo(text string) func(ui.Gatekeeper) (string, error) {
	id, name := e.message.ID, ui.NameOf(&e.message)
	if text == "" {
		text = "{}"
	}
	edited := text != string(e.message.Property)
	return func(g ui.Gatekeeper) (string, error) {
		if edited {
			if err := g.EditHeld(id, []byte(text)); err != nil {
				return "", err
			}
			name += ", edited,"
		}
		return name + " went on.", g.Release(id)
	}
}

func (e *editor) status(l *ui.Line) {
	t := e.c.Theme
	if e.form.Warn(t, l) {
		return
	}
	switch e.form.Word() {
	case fateGo:
		l.Text(t.Quiet, "It goes on to "+e.message.To+" with these properties. ")
	case fateDrop:
		l.Text(t.Warn, "It will be lost on its way. ")
	default:
		l.Text(t.Quiet, e.message.From+" gets this answer; "+e.message.To+" never sees the command. ")
	}
	l.Text(t.Key, "shift+tab").Text(t.Quiet, " chooses otherwise, ").Text(t.Key, "enter").Text(t.Quiet, " does it.")
}

// lines draws the form.
func (e *editor) lines(w int) []*ui.Line {
	t := e.c.Theme
	var out []*ui.Line
	add := func() *ui.Line {
		l := e.c.Styled()
		out = append(out, l)
		return l
	}
	h := &e.message
	l := add().Text(t.Heading, "MESSAGE").Gap(2).Text(t.Bright, h.Name).Gap(1).IDCell(t.Quiet, h.ID, 0).Gap(2)
	l.Text(t.Quiet, h.From).Gap(1).Sign(t.Quiet, t.Signs.Arrow).Gap(1).Text(t.Quiet, h.To)
	e.form.Draw(t, w, add)
	return out
}
