package traffic

import (
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

// The kinds of answer.
const (
	replyOK    = "ok"
	replyError = "error"
	replyMore  = "ok, more"
)

// answer is the form of an answer by hand, to a command that the bench itself has got: it is the peer of a package that was opened
// alone, and of every other node that sends to it.
type answer struct {
	c       *ui.Common
	command trace.Event // as it was sent
	form    ui.Form
	props   ui.Props
}

func newAnswer(c *ui.Common, command *trace.Event) *answer {
	a := &answer{c: c, command: *command}
	a.form = ui.Form{Keys: ui.FormKeys{Do: keyGive, Leave: keyLeave, Choose: keyChoose, Does: "gives it"}, Label: "answer",
		Choices: []ui.FormChoice{{Word: replyOK, Props: &a.props}, {Word: replyError, Props: &a.props}, {Word: replyMore, Props: &a.props}}}
	a.form.Begin()
	return a
}

// byHand reports whether the message is a command that waits for an answer of the person at the bench.
func (m *Model) byHand(e *trace.Event) bool {
	return m.c.ByHand(m.command(e))
}

// openAnswer opens the form for the selected command.
func (m *Model) openAnswer(e *trace.Event) {
	m.setOpen(true)
	m.answer = newAnswer(m.c, e)
}

// checkAnswer closes the form when its command has ended meanwhile.
func (m *Model) checkAnswer() {
	if m.answer != nil && !m.byHand(&m.answer.command) {
		m.answer = nil
	}
}

func (m *Model) handleAnswerKey(k tea.KeyMsg) tea.Cmd {
	step, cmd := m.answer.form.HandleKey(k, ui.Traffic)
	switch step {
	case ui.FormLeft:
		m.answer = nil
	case ui.FormDone:
		return m.give()
	}
	return cmd
}

// give gives the answer.
func (m *Model) give() tea.Cmd {
	a := m.answer
	m.answer = nil
	word := a.form.Word()
	status, id, name, controller := msg.OK, a.command.ID, a.command.Name.String(), m.c.Controller
	if word == replyError {
		status = msg.Error
	}
	text, final := a.props.Text(), word != replyMore
	if text == "" {
		text = "{}"
	}
	return func() tea.Msg {
		if err := controller.Answer(id, status, []byte(text), final); err != nil {
			return ui.ToastMsg{Level: trace.Error, Text: err.Error()}
		}
		return ui.ToastMsg{Level: trace.Info, Text: name + " " + number(id) + " was answered " + word + " by hand."}
	}
}

func (a *answer) status(l *ui.Line) {
	t := a.c.Theme
	if a.form.Warn(t, l) {
		return
	}
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
	a.form.Draw(t, w, add)
	return out
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
