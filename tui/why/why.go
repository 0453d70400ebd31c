package why

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// subject is what is asked about: a command, or a problem that is not about one.
type subject struct {
	command uint64
	problem string // its key; of a command, the problem it is one of
}

// Model is the Why screen.
type Model struct {
	c    *ui.Common
	w, h int

	subject subject
	before  []subject // what led here within this screen, for esc
	from    ui.ID     // the screen that asked

	verdict diagnose.Verdict // of a problem without a command, its Problem alone
	known   bool
	event   trace.Event // the sent event of the command
	trail   store.Trail // for its log lines
	made    int64       // when the verdict was made
	other   *other      // what the command is compared with; nil: nothing
	source  source      // around the place to look at

	content ui.Frame
	lines   []string
	blanks  int // how many blank lines between the parts there is still room for
	top     int // the first line that is seen
	frame   ui.Frame
}

// every is how often a verdict is made anew.
const every = int64(250e6)

// New returns the screen.
func New(c *ui.Common) *Model { return &Model{c: c} }

// Title is what the screen is called.
func (m *Model) Title() string { return "Why" }

// Focus is the command that is asked about.
func (m *Model) Focus() ui.Focus { return ui.Focus{ID: m.subject.command} }

// Problem is the key of the problem that is asked about, "" if none is.
func (m *Model) Problem() string {
	if p := m.problemOf(m.subject); p != nil {
		return p.Key
	}
	return ""
}

// Focused reports that no text field has the focus: there is none.
func (m *Model) Focused() bool { return false }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.draw()
}

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		m.tick()
		return m.readSource()
	case ui.GotoMsg:
		m.goTo(msg)
		return m.readSource()
	case source:
		m.source = msg
		m.draw()
	case tea.KeyMsg:
		return tea.Batch(m.handleKey(msg), m.readSource())
	case tea.MouseMsg:
		switch msg.Button {
		case tea.MouseButtonWheelDown:
			m.scroll(+3)
		case tea.MouseButtonWheelUp:
			m.scroll(-3)
		}
	}
	return nil
}

// goTo shows what another screen asks about.
func (m *Model) goTo(g ui.GotoMsg) {
	if g.Screen != ui.Why {
		return
	}
	if g.From != ui.Why && g.From != ui.None {
		m.from = g.From
	}
	m.before = nil
	s := subject{command: g.Command, problem: g.Problem}
	if p := m.problemOf(s); p != nil && s.command == 0 && p.AboutCommands() {
		s.command = p.ID
	}
	m.ask(s)
}

// ask turns to another subject.
func (m *Model) ask(s subject) {
	m.subject, m.top, m.event, m.trail, m.other = s, 0, trace.Event{}, store.Trail{}, nil
	m.refresh()
}

// problemOf returns the problem that a subject is, or is one of; nil if there is none.
func (m *Model) problemOf(s subject) *diagnose.Problem {
	all := m.c.Store.Problems()
	i := slices.IndexFunc(all, func(p diagnose.Problem) bool {
		return s.problem != "" && p.Key == s.problem || s.command != 0 && slices.Contains(p.IDs, s.command)
	})
	if i < 0 {
		return nil
	}
	return &all[i]
}

// tick makes the verdict anew now and then. In a recording nothing moves, but the sources of a handler may have been looked at.
func (m *Model) tick() {
	if m.subject == (subject{}) || m.c.Live() && m.c.Now-m.made < every {
		return
	}
	m.refresh()
}

// refresh asks for the verdict.
func (m *Model) refresh() {
	m.made = m.c.Now
	if m.subject.command == 0 {
		p := m.problemOf(m.subject)
		if m.known = p != nil; m.known {
			m.verdict = diagnose.Verdict{Problem: *p}
		}
		m.draw()
		return
	}
	if v, ok := m.c.Store.Verdict(m.subject.command, m.c.Now); ok {
		m.verdict, m.known = v, true
	} else if m.verdict.ID != m.subject.command {
		m.known = false // else the last word on a command that the bench has forgotten stands
	}
	m.follow()
	m.draw()
}

// follow reads on in the events of the command.
func (m *Model) follow() {
	if m.event.Seq == 0 && m.known && len(m.verdict.Path) > 0 {
		if e, ok := m.c.Store.At(m.verdict.Path[0].Seq); ok {
			m.event = e
			m.trail.Follow(m.c.Source.Log(), &e)
		}
	}
	m.trail.Extend(m.c.Store)
}

// logs are the log lines of the command.
func (m *Model) logs() (lines []trace.Event) {
	for i := range m.trail.Events {
		if m.trail.Events[i].Kind == trace.LogLine {
			lines = append(lines, m.trail.Events[i])
		}
	}
	return lines
}

func (m *Model) scroll(by int) {
	m.top = max(min(m.top+by, len(m.lines)-m.h), 0)
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case ui.Hits(k, ui.KeyBack):
		m.back()
	case k.String() == "j", k.String() == "down":
		m.scroll(+1)
	case k.String() == "k", k.String() == "up":
		m.scroll(-1)
	case k.String() == "pgdown", k.String() == "ctrl+d":
		m.scroll(+m.h / 2)
	case k.String() == "pgup", k.String() == "ctrl+u":
		m.scroll(-m.h / 2)
	case k.String() == "g", k.String() == "home":
		m.top = 0
	case k.String() == "G", k.String() == "end":
		m.scroll(len(m.lines))
	case !m.known:
	case ui.Hits(k, ui.KeySource):
		return m.openSource()
	case ui.Hits(k, keyLogs):
		return m.openLogs()
	case ui.Hits(k, ui.KeyCopy):
		return ui.Copy(m.c, m.verdict.Report(m.logs()), "the report")
	case ui.Hits(k, ui.KeyMute):
		m.mute()
	case ui.Hits(k, ui.KeyRestart) && m.c.CanAct() && m.verdict.Extension != "":
		return ui.Restart(m.verdict.Graph, m.verdict.Extension)
	case ui.Hits(k, ui.KeyTime):
		return m.openTimeline()
	case m.subject.command != 0:
		return m.handleCommandKey(k)
	case ui.Hits(k, keyCommand) && m.concerned():
		m.before = append(m.before, m.subject)
		m.ask(subject{command: m.verdict.ID})
	}
	return nil
}

// handleCommandKey does what acts on a command.
func (m *Model) handleCommandKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case ui.Hits(k, keyChain) && len(m.verdict.Chain) > 0:
		m.before = append(m.before, m.subject)
		m.ask(subject{command: m.verdict.Chain[0].ID})
	case k.String() == "n":
		m.turn(+1)
	case k.String() == "N":
		m.turn(-1)
	case ui.Hits(k, keyDiff):
		m.compare()
	case ui.Hits(k, keyTraffic):
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: m.subject.command})
	case ui.Hits(k, ui.KeyAnswer) && m.c.ByHand(m.command()):
		return ui.AnswerByHand(m.c, m.command())
	case ui.Hits(k, ui.KeyLet) && m.held() != nil:
		return m.c.LetGo(m.held())
	case ui.Hits(k, keyHeld) && m.held() != nil:
		return ui.Goto(ui.GotoMsg{Screen: ui.Gate, Command: m.subject.command})
	case ui.Hits(k, keyEdit) && m.canSend():
		return ui.Goto(ui.GotoMsg{Screen: ui.Inject, Draft: ui.SendLine(m.c, &m.event)})
	case ui.Hits(k, ui.KeyAgain) && m.event.Seq != 0:
		return ui.SendAgain(m.c, &m.event)
	}
	return nil
}

// back leaves the comparison, or returns to the command that waits for this one.
func (m *Model) back() {
	if m.other != nil {
		m.other = nil
		m.draw()
		return
	}
	if n := len(m.before); n > 0 {
		s := m.before[n-1]
		m.before = m.before[:n-1]
		m.ask(s)
	}
}

// turn goes to the next older of the commands that are one problem, or to the one before.
func (m *Model) turn(by int) {
	p := m.problemOf(m.subject)
	if p == nil || len(p.IDs) < 2 {
		return
	}
	i := slices.Index(p.IDs, m.subject.command)
	if next := i - by; i >= 0 && next >= 0 && next < len(p.IDs) {
		m.ask(subject{command: p.IDs[next], problem: p.Key})
	}
}

// concerned reports that a problem which is not about a command names one.
func (m *Model) concerned() bool {
	return m.subject.command == 0 && m.c.Store.Command(m.verdict.ID) != nil
}

// held is the command while it is in the gate, nil if it is not.
func (m *Model) held() *trace.HeldMessage { return m.c.Gate.Message(m.subject.command) }

// command is what is known of it, nil if that is nothing.
func (m *Model) command() *store.Command { return m.c.Store.Command(m.subject.command) }

func (m *Model) canSend() bool { return m.c.CanAct() && m.event.Seq != 0 }

func (m *Model) openSource() tea.Cmd {
	if m.verdict.File == "" {
		return ui.Note("No place in a source is known for this.")
	}
	edit := ui.EditMsg{File: m.verdict.File, Line: m.verdict.Line, Then: ui.AddressedMsg{To: ui.Why, Msg: source{}}} // read it anew
	return func() tea.Msg { return edit }
}

// openLogs leads to the lines of the command, or of the extension.
func (m *Model) openLogs() tea.Cmd {
	if m.subject.command != 0 {
		return ui.Goto(ui.GotoMsg{Screen: ui.Logs, Command: m.subject.command})
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Logs, Extension: m.verdict.Extension})
}

func (m *Model) openTimeline() tea.Cmd {
	if m.subject.command != 0 {
		return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Command: m.subject.command})
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Extension: m.verdict.Extension, At: max(m.verdict.Since, 1)})
}

// mute puts the problem behind the others, or takes that back.
func (m *Model) mute() {
	if p := m.problemOf(m.subject); p != nil {
		m.c.Store.Mute(p.Key, !p.Muted)
		m.refresh()
	}
}

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	var keys []key.Binding
	if !m.known {
		return keys
	}
	if m.verdict.File != "" && m.c.Desktop != nil {
		keys = append(keys, ui.KeySource)
	}
	if m.subject.command != 0 {
		keys = append(keys, m.commandKeys()...)
	}
	if m.concerned() {
		keys = append(keys, keyCommand)
	}
	if len(m.lines) > m.h {
		keys = append(keys, keyScroll)
	}
	if m.other != nil || len(m.before) > 0 {
		keys = append(keys, ui.KeyBack)
	}
	keys = append(keys, keyLogs, ui.KeyTime)
	if m.c.Desktop != nil {
		keys = append(keys, keyReport)
	}
	if m.subject.command != 0 {
		keys = append(keys, keyTraffic)
	}
	if m.c.CanAct() && m.verdict.Extension != "" {
		keys = append(keys, ui.KeyRestart)
	}
	if p := m.problemOf(m.subject); p != nil && p.Muted {
		keys = append(keys, ui.KeyUnmute)
	} else if p != nil {
		keys = append(keys, ui.KeyMute)
	}
	return keys
}

func (m *Model) commandKeys() (keys []key.Binding) {
	if m.c.ByHand(m.command()) {
		keys = append(keys, ui.KeyAnswer)
	}
	switch {
	case m.held() != nil:
		keys = append(keys, ui.KeyLet, keyHeld, ui.KeyAgain)
	case m.canSend():
		keys = append(keys, keyEdit, ui.KeyAgain)
	}
	if len(m.verdict.Chain) > 0 {
		keys = append(keys, keyChain)
	}
	switch {
	case m.other != nil:
		keys = append(keys, keyUndiff)
	case m.verdict.Like != 0:
		keys = append(keys, keyDiff)
	}
	if p := m.problemOf(m.subject); p != nil && len(p.IDs) > 1 {
		keys = append(keys, keyNext)
	}
	return keys
}

// Explain returns the page of the verdict's rule.
func (m *Model) Explain() (heading string, sentences []string) {
	page, ok := diagnose.Pages[m.verdict.Rule]
	if !m.known || !ok {
		return "", nil
	}
	return "rule " + m.verdict.Rule, []string{page.Means, page.Found, page.Do}
}

// Status says what the first key does.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	switch {
	case m.subject == (subject{}):
		l.Text(t.Quiet, "Nothing is asked about: ").Text(t.Key, "!").Text(t.Quiet, " selects a problem, ").Text(t.Key, "w").Text(t.Quiet, " says why.")
	case !m.known:
		l.Text(t.Quiet, "Nothing is known of it any more.")
	case m.verdict.File != "" && m.c.Desktop != nil:
		l.Text(t.Key, "o").Text(t.Quiet, " opens ").Text(t.Link, ui.ShortPlace(m.verdict.Place())).Text(t.Quiet, " in your editor and comes back here. ")
		l.Text(t.Key, "?").Text(t.Quiet, " explains the rule "+m.verdict.Rule+".")
	default:
		l.Text(t.Key, "?").Text(t.Quiet, " explains the rule "+m.verdict.Rule+".")
	}
	return l.String()
}
