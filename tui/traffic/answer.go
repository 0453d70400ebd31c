package traffic

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

var (
	keyGive   = ui.Bind("enter", "give the answer", "enter", "ctrl+s")
	keyLeave  = ui.Bind("esc", "leave", "esc")
	keyChoose = ui.Bind("←/→", "which answer", "left", "right", " ")
)

// reply is a kind of answer.
type reply int

const (
	replyOK reply = iota
	replyError
	replyMore
	replyCount
)

var replyNames = [replyCount]string{"ok", "error", "ok, more"}

// answer is the form of an answer by hand, to a command that the bench itself has got: it is the peer of a package that was opened
// alone, and of every other node that sends to it.
type answer struct {
	c       *ui.Common
	command trace.Event // as it was sent
	reply   reply
	on      bool // the focus is on the kind of answer, not on its properties
	props   ui.Props
	tried   bool
}

// byHand reports whether the message is a command that waits for an answer of the person at the bench.
func (m *Model) byHand(e *trace.Event) bool {
	return m.c.ByHand(m.command(e))
}

// openAnswer opens the form for the selected command.
func (m *Model) openAnswer(e *trace.Event) {
	m.setOpen(true)
	m.answer = &answer{c: m.c, command: *e}
	m.answer.props.Focus(false)
}

// checkAnswer closes the form when its command has ended meanwhile.
func (m *Model) checkAnswer() {
	if m.answer != nil && !m.byHand(&m.answer.command) {
		m.answer = nil
	}
}

func (m *Model) handleAnswerKey(k tea.KeyMsg) tea.Cmd {
	a := m.answer
	switch {
	case key.Matches(k, keyLeave):
		m.answer = nil
	case k.String() == "enter" && !a.on && a.props.Pending():
		a.props.Move(+1) // a name that was typed becomes a property first
	case key.Matches(k, keyGive):
		return m.give()
	case key.Matches(k, ui.KeyNextField), k.String() == "down":
		a.move(+1)
	case key.Matches(k, ui.KeyFieldBefore), k.String() == "up":
		a.move(-1)
	case key.Matches(k, ui.KeyEditor):
		return ui.EditText(ui.Traffic, ui.Pretty(a.props.Text()), ".json")
	case a.on && key.Matches(k, keyChoose):
		by := reply(1)
		if k.String() == "left" {
			by = replyCount - 1
		}
		a.reply = (a.reply + by) % replyCount
	case !a.on:
		a.props.HandleKey(k)
	}
	return nil
}

// move goes to the next field or the one before, round the form.
func (a *answer) move(by int) {
	switch {
	case a.on:
		a.on = false
		a.props.Focus(by < 0)
	case !a.props.Move(by):
		a.on = true
		a.props.Blur()
	}
}

// give gives the answer, once there is nothing wrong with it.
func (m *Model) give() tea.Cmd {
	a := m.answer
	a.tried = true
	if a.props.Fault(true) != nil {
		return nil
	}
	m.answer = nil
	status, id, name, controller := msg.OK, a.command.ID, a.command.Name.String(), m.c.Controller
	if a.reply == replyError {
		status = msg.Error
	}
	text, final := a.props.Text(), a.reply != replyMore
	if text == "" {
		text = "{}"
	}
	return func() tea.Msg {
		if err := controller.Answer(id, status, []byte(text), final); err != nil {
			return ui.ToastMsg{Level: trace.Error, Text: err.Error()}
		}
		return ui.ToastMsg{Level: trace.Info, Text: name + " " + number(id) + " was answered " + replyNames[a.reply] + " by hand."}
	}
}

func (a *answer) keys() []key.Binding {
	k := []key.Binding{keyGive, keyLeave, ui.KeyNextField}
	if a.on {
		k = append(k, keyChoose)
	} else {
		k = append(k, a.props.PropKeys()...)
	}
	if a.c.Desktop != nil {
		k = append(k, ui.KeyEditor)
	}
	return append(k, ui.KeyFieldBefore)
}

func (a *answer) status(l *ui.Line) {
	t := a.c.Theme
	l.Text(t.Text, a.command.From.String()).Text(t.Quiet, " gets this answer to ").Text(t.Text, a.command.Name.String()).Gap(1).IDCell(t.Text, a.command.ID, 0)
	l.Text(t.Quiet, ". ").Text(t.Key, "shift+tab").Text(t.Quiet, " goes to what kind it is, ").Text(t.Key, "enter").Text(t.Quiet, " gives it.")
}

// lines draws the form.
func (a *answer) lines(w int) []*ui.Line {
	t := a.c.Theme
	var out []*ui.Line
	add := func() *ui.Line {
		l := a.c.Styled()
		out = append(out, l)
		return l
	}
	l := add().Text(t.Heading, "ANSWER").Gap(2).Text(t.Bright, a.command.Name.String()).Gap(1).IDCell(t.Quiet, a.command.ID, 0).Gap(2)
	l.Sign(t.Quiet, t.Signs.Arrow).Gap(1).Text(t.Quiet, a.command.From.String())
	a.drawReply(add())
	a.props.Draw(t, w, replyWidth, a.tried, add)
	return out
}

// replyWidth is the width of the words before the fields.
const replyWidth = 14

func (a *answer) drawReply(l *ui.Line) {
	t := a.c.Theme
	l.ChoiceLabel(t, "answer", replyWidth, a.on)
	for r := range replyCount {
		l.Choice(t, replyNames[r], r == a.reply, 1).Gap(2)
	}
}

// side is line y of what stands beside or below the list: the form of an answer, or the detail.
func (m *Model) side(y int) string {
	if m.answer == nil {
		return m.detail.line(y)
	}
	if lines := m.answer.lines(m.detail.w); y < len(lines) {
		return lines[y].String()
	}
	return ""
}
