package inject

import (
	"github.com/charmbracelet/bubbles/key"

	"tenbench/tui/ui"
)

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	if !m.c.CanAct() {
		return nil
	}
	var k []key.Binding
	if len(m.running) > 0 {
		k = append(k, keyStop)
	}
	switch {
	case m.form.focus == slotList && m.entries() == 0:
		k = append(k, keyEdit)
	case m.form.focus == slotList:
		k = append(k, keyTake, keyEdit)
	case m.form.focus == slotKind:
		k = append(k, keyKind, keySend, ui.KeyNextField, keyLeave)
	case m.form.focus == slotWave:
		k = append(k, keyWave, keySend, ui.KeyNextField, keyLeave)
	case m.form.focus == slotProps:
		k = append(k, m.fieldKeys(m.form.props.Typed())...)
		if m.c.Desktop != nil {
			k = append(k, ui.KeyEditor)
		}
		k = append(k, m.form.props.PropKeys()...)
	default:
		k = append(k, m.fieldKeys(m.form.field(m.form.focus).Value() != "")...)
	}
	if m.aside != nil && m.form.focus != slotList {
		k = append(k, keyAside)
	}
	if len(m.sent) > 0 {
		k = append(k, keyAgain)
		if m.form.focus != slotList && m.aside == nil {
			k = append(k, keyWalk)
		}
	}
	if m.form.focus == slotList {
		if !m.form.draft().empty() {
			k = append(k, keySwap)
		}
		if _, ok := m.savable(); ok && m.c.Info.SaveInject != nil {
			k = append(k, keySave)
		}
		if m.inTrace() {
			if m.c.Store.Command(m.showing.id) != nil {
				k = append(k, ui.KeyWhy)
			}
			k = append(k, keyOpen)
		}
	}
	return append(k, ui.KeyFieldBefore)
}

// fieldKeys are the keys of a field of text.
func (m *Model) fieldKeys(typed bool) []key.Binding {
	k := []key.Binding{keySend, ui.KeyNextField}
	if m.ghost() != "" {
		k[1] = keyComplete
	}
	if m.inTrace() {
		k = append(k, keyTraffic)
	}
	if typed {
		k = append(k, ui.KeyEmpty)
	}
	return append(k, keyLeave)
}

// Status says what the field is for, or what is wrong with it.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	if !m.c.CanAct() {
		l.Text(t.Quiet, m.c.Over("This is a recording: nothing can be sent into it.", ": nothing can be sent into it."))
		return l.String()
	}
	if f := m.faultOf(m.form.focus, m.form.draft()); f != nil {
		l.Text(t.Warn, sentence(f.text))
		return l.String()
	}
	if w := m.warning(); w != "" {
		l.Text(t.Warn, w+".").Text(t.Quiet, " It can be sent all the same.")
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
	case slotAs:
		l.Text(t.Quiet, "The extension that the receiver takes for the sender; the answer comes to the bench. Empty is the bench.")
	case slotProps:
		m.form.props.Hint(t, l)
	case slotWave:
		l.Text(t.Quiet, "16 bit samples on one channel: silence, or a tone of 440 Hz that goes on from frame to frame.")
	case slotLength:
		l.Text(t.Quiet, "How long one frame is. Fifty of 20ms, every 20ms, are a second of sound.")
	case slotRate:
		l.Text(t.Quiet, "Samples a second.")
	case slotSize:
		l.Text(t.Quiet, "Width and height of the test picture, in RGBA: coloured bars that move from picture to picture.")
	case slotCount_:
		l.Text(t.Quiet, "How many are sent.")
	case slotEvery:
		l.Text(t.Quiet, "The time from one to the next; 0ms sends all at once.")
	case slotTimeout:
		l.Text(t.Quiet, "How long to wait for the answer, such as 2s. Empty means for ever.")
	case slotExpect:
		l.Text(t.Quiet, "Of the answer, such as: status = OK; temp exists; city = Berlin; within 2s.")
	}
	return l.String()
}

func (m *Model) listStatus(l *ui.Line) {
	t := m.c.Theme
	switch {
	case m.cursor < len(m.saved) && m.saved[m.cursor].err != nil:
		l.Text(t.Warn, "This saved message cannot be read: "+m.saved[m.cursor].err.Error())
	case m.cursor < len(m.saved):
		where := " is saved in the config file: "
		if m.c.Info.Package {
			where = " is what the manifest says it takes: "
		}
		l.Text(t.Text, m.saved[m.cursor].name).Text(t.Quiet, where).
			Text(t.Key, "enter").Text(t.Quiet, " takes it into the form. ").Text(t.Key, "enter").Text(t.Quiet, " again sends it.")
	case m.entries() > 0:
		l.Text(t.Quiet, "Sent before: ").Text(t.Key, "enter").Text(t.Quiet, " takes it into the form. ").
			Text(t.Key, "ctrl+r").Text(t.Quiet, " sends the newest again.")
		if m.c.Info.SaveInject != nil {
			l.Text(t.Quiet, " ").Text(t.Key, "S").Text(t.Quiet, " saves it in the config file.")
		}
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
