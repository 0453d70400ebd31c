package conversation

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// Model is the screen.
type Model struct {
	c     *ui.Common
	w, h  int
	tree  tree
	list  ui.List
	frame ui.Frame
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c}
	m.list = ui.NewStaticList(&m.tree)
	return m
}

// Title is the screen's name; it has no tab.
func (m *Model) Title() string { return "Conversation" }

// Focus is the selected command.
func (m *Model) Focus() ui.Focus {
	if r := m.selected(); r != nil && r.cmd != nil {
		return ui.Focus{ID: r.cmd.ID}
	}
	return ui.Focus{}
}

// Focused reports that a text field has the focus: there is none.
func (m *Model) Focused() bool { return false }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.list.SetHeight(max(h-headLines, 0))
}

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		m.refresh()
	case ui.GotoMsg:
		if msg.Screen == ui.Conversation {
			m.show(msg.Command)
		}
	case tea.KeyMsg:
		return m.handleKey(msg)
	case tea.MouseMsg:
		m.list.HandleMouse(msg, msg.Y-headLines)
	}
	return nil
}

// show shows the conversation of a command, which is selected.
func (m *Model) show(id uint64) {
	c := root(m.c.Store, id)
	if c == nil {
		m.tree = tree{}
		m.list.Sync()
		return
	}
	if m.tree.root != c {
		m.tree.begin(m.c.Store, c)
	}
	m.refresh()
	m.list.SelectID(id << 1)
}

// refresh takes in what is new. The selected row is kept.
func (m *Model) refresh() {
	m.tree.extend(m.c.Store)
	m.list.Sync()
}

// selected returns the selected row, nil if there is none.
func (m *Model) selected() *row {
	if i := m.list.Cursor(); i >= 0 {
		return &m.tree.rows[i]
	}
	return nil
}

// Keys are the keys that act now.
func (m *Model) Keys() []key.Binding {
	r := m.selected()
	if r == nil {
		return nil
	}
	k := []key.Binding{ui.KeyEnter, ui.KeyTime}
	if r.cmd != nil {
		k = append(k, ui.KeyLogs)
	}
	if m.c.Desktop != nil {
		k = append(k, ui.KeyCopy)
		if m.source(r) != "" {
			k = append(k, ui.KeySource)
		}
	}
	return k
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	r := m.selected()
	if r == nil || m.list.HandleKey(k) {
		return nil
	}
	switch {
	case key.Matches(k, ui.KeyEnter):
		return ui.Goto(r.goTo(ui.Traffic))
	case key.Matches(k, ui.KeyTime):
		return ui.Goto(r.goTo(ui.Timeline))
	case key.Matches(k, ui.KeyLogs) && r.cmd != nil:
		return ui.Goto(ui.GotoMsg{Screen: ui.Logs, Command: r.cmd.ID})
	case key.Matches(k, ui.KeyCopy):
		return ui.Copy(m.c, m.text(), "the conversation")
	case key.Matches(k, ui.KeySource):
		if place := m.source(r); place != "" {
			return ui.Edit(place)
		}
	}
	return nil
}

// goTo is how another screen is told to show what the row is about.
func (r *row) goTo(s ui.ID) ui.GotoMsg {
	if r.cmd != nil {
		return ui.GotoMsg{Screen: s, Command: r.cmd.ID, Seq: r.cmd.SentSeq}
	}
	return ui.GotoMsg{Screen: s, Seq: r.flow.seq, At: r.flow.first}
}

// source is where the message was sent, "" if that is not known.
func (m *Model) source(r *row) string {
	seq := uint64(0)
	if r.cmd != nil {
		seq = r.cmd.SentSeq
	} else {
		seq = r.flow.seq
	}
	e, ok := m.c.Store.At(seq)
	if !ok {
		return ""
	}
	return e.Where()
}

// text is the conversation as text, for the clipboard.
func (m *Model) text() string {
	var b strings.Builder
	for i := range m.tree.rows {
		r := &m.tree.rows[i]
		b.WriteString(strings.Repeat("  ", r.depth))
		if f := r.flow; f != nil {
			b.WriteString(ui.KindName(f.kind) + " " + f.name.String() + " x" + strconv.Itoa(f.count) + "  " + f.from.String() + " -> " + f.to.String() + "\n")
			continue
		}
		c := r.cmd
		b.WriteString(c.Name.String() + " #" + strconv.FormatUint(c.ID, 10) + "  " + c.From.String() + " -> " + c.To.String() + "  " + outcome(c, m.c.Now) + "\n")
	}
	return b.String()
}

// outcome says what became of a command.
func outcome(c *store.Command, now int64) string {
	switch {
	case c.Finished:
		return ui.Outcome(c) + " after " + ui.Dur(c.LatencyNS)
	case c.Silent():
		return "no answer for " + ui.Age(c.Age(now))
	}
	return "open for " + ui.Age(c.Age(now)) + ": " + ui.Owes(c, now)
}

// Status says what the selected row means.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	r := m.selected()
	switch {
	case r == nil:
		return l.Text(t.Quiet, "Select a command in Traffic and press ").Text(t.Key, "c").Text(t.Quiet, " to see what it caused.").String()
	case r.flow != nil:
		f := r.flow
		l.Text(t.Text, f.from.String()).Text(t.Quiet, " sent ").Text(t.Text, f.name.String()).Text(t.Quiet, " to ").Text(t.Text, f.to.String())
		l.Text(t.Quiet, " "+times(f.count)+"; it wants no answer.")
	default:
		m.meaning(l, r.cmd)
	}
	return l.String()
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return ui.Plural(n, "time")
}

// meaning is one sentence about where a command's time went.
func (m *Model) meaning(l *ui.Line, c *store.Command) {
	t := m.c.Theme
	l.Text(t.Text, c.Name.String()).Gap(1).IDCell(t.Text, c.ID, 0)
	if !c.Finished {
		l.Text(t.Quiet, " is open; the answer is owed by ").Text(t.Text, ui.Owes(c, m.c.Now)).Text(t.Quiet, ".")
		return
	}
	l.Text(t.Quiet, " took ").Dur(t.Text, c.LatencyNS, 0)
	before := ": "
	for _, part := range []struct {
		ns, least int64
		says      string
	}{
		{ui.GateTime(c, m.c.Now), 1, " in the gate"}, {ui.QueueTime(c, m.c.Now), 1000, " in the queue"},
		{m.childTime(c), 1, " waiting for what it asked"},
	} {
		if part.ns >= part.least {
			l.Text(t.Quiet, before).Dur(t.Text, part.ns, 0).Text(t.Quiet, part.says)
			before = ", "
		}
	}
	if c.By != trace.ByNone && c.By != trace.ByHandler {
		who, _ := c.Answerer()
		l.Text(t.Quiet, "; "+who+" answered it")
	}
	l.Text(t.Quiet, ".")
}

// childTime is how long a command's handler waited for commands of its own, as their rows say it; while several are open it waits once.
func (m *Model) childTime(c *store.Command) (ns int64) {
	reached := c.Sent
	for _, id := range c.Children { // in the order in which they were sent
		k := m.c.Store.Command(id)
		if k == nil {
			continue
		}
		from, to := max(k.Sent, reached), min(k.Sent+k.Age(m.c.Now), c.Sent+c.Age(m.c.Now))
		if to > from {
			ns += to - from
			reached = to
		}
	}
	return ns
}
