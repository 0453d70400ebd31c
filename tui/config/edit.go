package config

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// edit is a property of the selected extension while its value is typed.
type edit struct {
	path  string
	typ   string // that the value must have; "" if any will do
	was   string
	field ui.Field
	fault string // why it was not taken
	mask  bool   // it is a secret
	given bool   // it is on its way to the extension
}

// doneMsg says what came of an edit or, with back, of taking one back.
type doneMsg struct {
	at   item
	path string
	back bool
	err  error
}

// editor is what edits properties while they run, nil if nothing does.
func (m *Model) editor() ui.PropertyEditor {
	e, ok := m.c.Controller.(ui.PropertyEditor)
	if !ok || !m.c.Live() {
		return nil
	}
	return e
}

// property is the selected row if it is one of a property that can be changed, nil if it is not.
func (m *Model) property() *row {
	if !m.inside || m.row >= len(m.rows) || !m.canRestart() || m.editor() == nil || indent(m.rows[m.row].tone) > 0 {
		return nil
	}
	return &m.rows[m.row]
}

func (m *Model) canEdit() bool { return m.property() != nil }

func (m *Model) canRevert() bool {
	r := m.property()
	return r != nil && r.tone == edited
}

// beginEdit makes a field of the selected value. A secret is typed anew.
func (m *Model) beginEdit() {
	r := m.property()
	e := &edit{path: r.key, typ: r.typ}
	v, err := msg.ParseJSON([]byte(r.value))
	e.mask = r.value == `"`+msg.Masked+`"`
	if !e.mask {
		e.was = r.value
		if e.typ == "" && err == nil && v.Type() != msg.NullType {
			e.typ = v.Type().String()
		}
	}
	e.field.SetValue(e.was)
	e.field.Focus()
	m.edit = e
}

// follow keeps the row selected whose value is typed.
func (m *Model) follow() {
	if m.edit == nil {
		return
	}
	i := slices.IndexFunc(m.rows, func(r row) bool { return r.key == m.edit.path && indent(r.tone) == 0 })
	if i < 0 {
		m.edit.fault = "is not there at the moment; esc leaves it"
		return
	}
	m.row, m.inside = i, true
}

func (m *Model) editKey(k tea.KeyMsg) tea.Cmd {
	e := m.edit
	switch {
	case e.given && k.Type == tea.KeyEsc:
		m.edit = nil
		return ui.Note(e.path + " is on its way to " + m.at.name + "; what comes of it is said.")
	case e.given: // wait for what comes of it
	case k.Type == tea.KeyEsc:
		return m.leave()
	case k.Type == tea.KeyEnter:
		return m.give()
	case e.field.HandleKey(k):
		e.fault = ""
	}
	return nil
}

// leave ends an edit; what was typed is said once more.
func (m *Model) leave() tea.Cmd {
	e := m.edit
	m.edit = nil
	switch {
	case e.field.Value() == e.was:
		return nil
	case e.mask:
		return ui.Note(e.path + " stays as it was; what was typed is dropped.")
	}
	return ui.Note(e.path + " stays as it was; dropped: " + e.field.Value())
}

// give gives the extension what was typed, if it is a value of the right type.
func (m *Model) give() tea.Cmd {
	e := m.edit
	text := e.field.Value()
	if text == e.was {
		return m.leave()
	}
	v, fault := e.value(text)
	if e.fault = fault; fault != "" {
		return nil
	}
	e.given = true
	by, at, path := m.editor(), m.at, e.path
	return ui.To(ui.Config, func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), ui.AskTimeout)
		defer cancel()
		return doneMsg{at, path, false, by.EditProperty(ctx, at.graph, at.name, path, v)}
	})
}

// value is what was typed, or what is wrong with it. Where text stands, a text needs no quotes.
func (e *edit) value(text string) (v msg.Value, fault string) {
	v, err := msg.ParseJSON([]byte(text))
	switch {
	case e.isText() && isBare(text): // also 7 and true: nothing else fits
		return msg.String(text), ""
	case err != nil && isBare(text) && e.typ == "":
		return v, "is not valid; " + e.quoted(text)
	case err != nil:
		return v, "is not valid: " + err.Error()
	case ui.FitsType(v, e.typ):
		return v, ""
	}
	return v, "is no fit: this is " + v.Type().String() + ", not " + e.typ
}

// isText reports that the value is a string.
func (e *edit) isText() bool { return e.typ == msg.StringType.String() }

// isBare reports that a text begins like a word, and not like a JSON value that has gone wrong.
func isBare(text string) bool { return text != "" && !strings.ContainsAny(text[:1], "\"'{[ ") }

// quoted says how a text is written; a secret is not repeated.
func (e *edit) quoted(text string) string {
	if e.mask {
		text = "..."
	}
	return "text stands in quotes: " + string(msg.AppendJSON(nil, msg.String(text)))
}

// revert takes the selected property back to what the file says.
func (m *Model) revert() tea.Cmd {
	by, at, path := m.editor(), m.at, m.property().key
	return ui.To(ui.Config, func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), ui.AskTimeout)
		defer cancel()
		return doneMsg{at, path, true, by.RevertProperty(ctx, at.graph, at.name, path)}
	})
}

// done takes what came of it. What was not taken can be mended.
func (m *Model) done(d doneMsg) tea.Cmd {
	mine := m.edit != nil && m.edit.given && m.edit.path == d.path && m.at == d.at
	if d.err != nil && mine {
		m.edit.fault, m.edit.given = d.err.Error(), false
		return nil
	}
	if mine {
		m.edit = nil
	}
	m.fill()
	switch {
	case d.err != nil:
		return ui.Toast(trace.Error, d.path+" of "+d.at.name+": "+d.err.Error())
	case d.back:
		return ui.Toast(trace.Info, d.path+" of "+d.at.name+" is what the file says again.")
	}
	return ui.Toast(trace.Info, d.path+" of "+d.at.name+" is changed while it runs only; no file was written.")
}

func (m *Model) editStatus(l *ui.Line) {
	t, e := m.c.Theme, m.edit
	l.Text(t.Bright, e.path).Gap(1)
	switch {
	case e.fault != "":
		l.Text(t.Wrong, e.fault)
	case e.given:
		l.Text(t.Quiet, "is on its way to "+m.at.name+".")
	case e.isText():
		l.Text(t.Quiet, "as text, with or without quotes; while it runs: ").Text(t.Held, "no file is written").Text(t.Quiet, ". It restarts if need be.")
	default:
		l.Text(t.Quiet, "as JSON, while it runs: ").Text(t.Held, "no file is written").Text(t.Quiet, ". It restarts if need be.")
	}
}
