package gate

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// fate is what becomes of a held message.
type fate int

const (
	fateGo fate = iota
	fateOK
	fateError
	fateDrop
	fateCount
)

var fateNames = [fateCount]string{"let go", "answer ok", "answer error", "drop"}

// editor changes a held message, or answers it in place of its receiver.
type editor struct {
	c       *ui.Common
	message trace.HeldMessage
	fate    fate
	on      bool // the focus is on the fate, not on the properties
	props   ui.Props
	answer  ui.Props
	tried   bool
}

// open edits the selected message. One that a rule delays waits for the person from then on: it would go while he writes.
func (m *Model) open() tea.Cmd {
	h := m.c.Gate.Message(m.held)
	if h == nil {
		return nil
	}
	m.edit = &editor{c: m.c, message: *h}
	m.edit.declare()
	m.edit.props.Set(string(h.Property))
	m.edit.props.Focus(false)
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

// form is the properties that the fate is about: of the message, or of the answer; nil if it is about none.
func (e *editor) form() *ui.Props {
	switch e.fate {
	case fateGo:
		return &e.props
	case fateOK, fateError:
		return &e.answer
	}
	return nil
}

// take puts a text from the person's editor into the form.
func (e *editor) take(text string) {
	if f := e.form(); f != nil {
		f.Set(ui.Compact(text))
	}
}

func (m *Model) handleEditKey(k tea.KeyMsg) tea.Cmd {
	e := m.edit
	f := e.form()
	switch {
	case key.Matches(k, keyLeave):
		m.edit = nil
	case k.String() == "enter" && !e.on && f != nil && f.Pending():
		f.Move(+1) // a name that was typed becomes a property first
	case key.Matches(k, keyDo):
		return m.carryOut()
	case key.Matches(k, ui.KeyNextField), k.String() == "down":
		e.move(+1)
	case key.Matches(k, ui.KeyFieldBefore), k.String() == "up":
		e.move(-1)
	case key.Matches(k, ui.KeyEditor) && f != nil:
		return ui.EditText(ui.Gate, ui.Pretty(f.Text()), ".json")
	case e.on && key.Matches(k, keyChoose):
		e.choose(k)
	case e.on || f == nil:
		return ui.ChoiceNote(k, "does it")
	case !e.on && f != nil:
		f.HandleKey(k)
	}
	return nil
}

// move goes to the next field or the one before, round the form.
func (e *editor) move(by int) {
	f := e.form()
	switch {
	case f == nil:
		e.on = true
	case e.on:
		e.on = false
		f.Focus(by < 0)
	case !f.Move(by):
		e.on = true
		f.Blur()
	}
}

// choose changes the fate. Only commands can be answered.
func (e *editor) choose(k tea.KeyMsg) {
	by := fate(1)
	if k.String() == "left" {
		by = fateCount - 1
	}
	for {
		e.fate = (e.fate + by) % fateCount
		if e.message.Type == msg.KindCmd || e.fate == fateGo || e.fate == fateDrop {
			return
		}
	}
}

// carryOut does what the form says.
func (m *Model) carryOut() tea.Cmd {
	e := m.edit
	f := e.form()
	e.tried = true
	if f != nil && f.Fault(true) != nil {
		return nil
	}
	m.edit = nil
	id, name := e.message.ID, ui.NameOf(&e.message)
	m.note(&e.message)
	switch e.fate {
	case fateDrop:
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) { return name + " was dropped.", g.DropHeld(id) })
	case fateOK, fateError:
		status, text := msg.OK, []byte(f.Text())
		if e.fate == fateError {
			status = msg.Error
		}
		return m.c.AtGate(func(g ui.Gatekeeper) (string, error) {
			return name + " was answered " + status.String() + " by hand.", g.AnswerHeld(id, status, text)
		})
	}
	return m.c.AtGate(e.letGo(f.Text()))
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

func (e *editor) keys() []key.Binding {
	k := []key.Binding{keyDo, keyLeave, ui.KeyNextField}
	f := e.form()
	if e.on {
		k = append(k, keyChoose)
	} else if f != nil {
		k = append(k, f.PropKeys()...)
	}
	if f != nil && e.c.Desktop != nil {
		k = append(k, ui.KeyEditor)
	}
	return append(k, ui.KeyFieldBefore)
}

func (e *editor) status(l *ui.Line) {
	t := e.c.Theme
	f := e.form()
	if f != nil {
		if w := f.Warning(); w != "" {
			l.Text(t.Warn, w+".").Text(t.Quiet, " It can go all the same.")
			return
		}
	}
	switch e.fate {
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
	e.drawFate(add())
	if f := e.form(); f != nil {
		f.Draw(t, w, labelWidth, e.tried, add)
	}
	return out
}

// labelWidth is the width of the words before the fields.
const labelWidth = 14

func (e *editor) drawFate(l *ui.Line) {
	t := e.c.Theme
	l.ChoiceLabel(t, "then", labelWidth, e.on)
	for f := range fateCount {
		if e.message.Type != msg.KindCmd && (f == fateOK || f == fateError) {
			continue
		}
		l.Choice(t, fateNames[f], f == e.fate, 1).Gap(2)
	}
}
