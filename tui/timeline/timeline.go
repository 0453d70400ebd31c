package timeline

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// Model is the Timeline screen.
type Model struct {
	c    *ui.Common
	w, h int
	lay  layout
	win  window

	cursor int64            // an instant; negative: there is none
	found  uint64           // the event that it was put on, by seq; 0: none
	under  trace.Event      // what happened at the cursor; Seq is 0 if nothing did
	at     string           // the same, drawn
	hidden string           // that only what is not drawn is left, drawn; until the next key
	sel    uint64           // the id of the selected command; 0: none
	spans  []span           // the commands of the picture, from top to bottom
	more   int              // commands of the window that have no row
	silent []*store.Command // those that nobody seems to answer
	marked *store.Node      // the extension another screen asked for, nil: none
	bound  uint64           // commands with a larger id are not shown; 0: no bound
	top    int              // the first lane shown, or the first life
	kinds  kinds            // which messages are drawn
	alone  bool             // the lifecycle has the whole body
	slow   bool             // there the slowest start stands first
	drag   drag
	debts  []bool // by column of the lane that is drawn: a command came that nobody answers
	queues []bool // by lane: whether its queue is drawn

	frame  ui.Frame
	cells  []store.Cell
	levels []int
	flows  []*store.Flow
}

// New returns the screen.
func New(c *ui.Common) *Model { return &Model{c: c, cursor: -1} }

// Title is the word on the tab.
func (m *Model) Title() string { return "Timeline" }

// Focused reports that a text field has the focus; this screen has none.
func (m *Model) Focused() bool { return false }

// Focus is the selected command, else the marked extension.
func (m *Model) Focus() ui.Focus {
	f := ui.Focus{ID: m.sel}
	if m.marked != nil {
		f.Extension = m.marked.Name()
	}
	return f
}

// Shown is the filter of the kinds that are drawn.
func (m *Model) Shown() string { return m.kinds.filter() }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.refresh()
}

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		m.refresh()
	case ui.GotoMsg:
		m.goTo(msg)
	case tea.KeyMsg:
		return m.handleKey(msg)
	case tea.MouseMsg:
		m.handleMouse(msg)
	}
	return nil
}

// refresh takes in what is new: the window moves on, the parts share the lines, the commands of the picture are chosen.
func (m *Model) refresh() {
	m.arrange()
	m.win.move(m.c.Now)
	m.chooseQueues()
	m.findSilent()
	m.choose()
	m.describe()
}

func (m *Model) arrange() {
	name, nodes := 0, m.c.Store.Nodes()
	for _, n := range nodes {
		name = max(name, min(ui.Width(n.Name()), 24))
	}
	queues := 0
	for _, q := range m.queues {
		if q {
			queues++
		}
	}
	m.lay = arrange(m.w, m.h, name, len(nodes)+queues, 2*len(m.audioFlows()), len(nodes))
	m.win.resize(m.w - m.lay.gutter - margin)
	if m.alone {
		m.lay.forLives(m.w, m.h, m.somethingIsMade())
		m.top = min(m.top, max(len(nodes)-m.lay.stages, 0))
	}
	m.top = min(m.top, max(len(nodes)-1, 0))
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	m.hidden = ""
	if m.alone {
		return m.handleLifeKey(k)
	}
	switch {
	case key.Matches(k, keys.Lifecycle):
		m.alone = true
	case key.Matches(k, keyExport):
		return m.export()
	case key.Matches(k, keys.Kinds):
		m.kinds = m.kinds.next()
	case key.Matches(k, keys.Left):
		m.step(-1)
	case key.Matches(k, keys.Right):
		m.step(+1)
	case key.Matches(k, keys.FarLeft):
		m.step(-10)
	case key.Matches(k, keys.FarRight):
		m.step(+10)
	case key.Matches(k, keys.Up):
		m.selectBy(-1)
	case key.Matches(k, keys.Down):
		m.selectBy(+1)
	case key.Matches(k, keys.Next):
		return m.next(+1, m.events())
	case key.Matches(k, keys.Previous):
		return m.next(-1, m.events())
	case key.Matches(k, keys.NextWrong):
		return m.next(+1, m.errors())
	case key.Matches(k, keys.PreviousWrong):
		return m.next(-1, m.errors())
	case key.Matches(k, keys.ZoomIn):
		m.win.zoomBy(-1, m.anchor())
	case key.Matches(k, keys.ZoomOut):
		m.win.zoomBy(+1, m.anchor())
	case key.Matches(k, keys.PanLeft):
		m.win.pan(-0.5, m.c.Now)
	case key.Matches(k, keys.PanRight):
		m.win.pan(+0.5, m.c.Now)
	case key.Matches(k, keys.Fit):
		m.win.mode = fit
	case key.Matches(k, keys.Follow):
		return m.follow()
	case key.Matches(k, keys.Start):
		m.win.from = 0
		m.put(0)
	case key.Matches(k, keys.Clear):
		m.cursor, m.sel, m.marked = -1, 0, nil
	case key.Matches(k, keys.LanesUp):
		m.top = max(m.top-max(m.lay.lanes-1, 1), 0)
	case key.Matches(k, keys.LanesDown):
		m.top += max(m.lay.lanes-1, 1)
	case key.Matches(k, keys.Open):
		return m.open()
	case key.Matches(k, ui.KeyWhy) && m.sel != 0:
		return ui.Goto(ui.GotoMsg{Screen: ui.Why, Command: m.sel})
	default:
		return nil
	}
	m.refresh()
	return nil
}

// next moves the cursor to the next event that is wanted, or to the one before. Where there is none it says so: that there are only
// some which are not drawn, or none at all.
func (m *Model) next(dir int, want aim) tea.Cmd {
	if m.jump(dir, want.drawn) {
		m.refresh()
		return nil
	}
	if m.hidden = m.onlyHidden(dir, want); m.hidden != "" {
		return nil
	}
	return ui.Note(want.none + map[int]string{+1: " after", -1: " before"}[dir] + " here")
}

// follow shows the end of the run and goes on with it. Where nothing goes on and the end is seen already it says so.
func (m *Model) follow() tea.Cmd {
	from := m.win.from
	if m.win.mode == fit {
		m.win.fitSpan(min(m.c.Now, startSpan))
	}
	if m.win.mode != auto {
		m.win.mode, m.bound = follow, 0
	}
	m.refresh()
	if !m.c.Live() && m.win.from == from {
		return ui.Note("This is the end of the run.")
	}
	return nil
}

// open shows the selected command in Traffic; without one what happened at the cursor, else the messages of the marked extension. With
// none of them it says which key acts.
func (m *Model) open() tea.Cmd {
	to, ok := m.target()
	if !ok {
		return ui.Note("Nothing to open here: n or ←/→ puts the cursor on an event, ↑/↓ selects a command.")
	}
	return ui.Goto(to)
}

// target is where open leads; false if there is nothing to open.
func (m *Model) target() (to ui.GotoMsg, ok bool) {
	if m.sel != 0 {
		return ui.GotoMsg{Screen: ui.Traffic, Command: m.sel}, true
	}
	if m.under.Seq != 0 {
		to, ok = m.targetOf(&m.under)
	}
	if !ok && m.marked != nil {
		return messagesOf(m.marked.Name()), true
	}
	return to, ok
}

// targetOf is where an event is shown: a line among the lines, a message among the messages, a stage as the messages of its extension.
func (m *Model) targetOf(e *trace.Event) (to ui.GotoMsg, ok bool) {
	switch _, line := m.c.Store.Logs().Find(e.Seq); {
	case line:
		return ui.GotoMsg{Screen: ui.Logs, Seq: e.Seq}, true
	case e.Kind == trace.Sent:
		return ui.GotoMsg{Screen: ui.Traffic, Command: e.ID, Seq: e.Seq}, true
	case e.ID != 0:
		return ui.GotoMsg{Screen: ui.Traffic, Command: e.ID}, true
	case e.Extension != 0:
		return messagesOf(e.Extension.String()), true
	}
	return to, false
}

func messagesOf(extension string) ui.GotoMsg {
	return ui.GotoMsg{Screen: ui.Traffic, Filter: "ext = " + ui.FilterWord(extension)}
}

func (m *Model) goTo(g ui.GotoMsg) {
	if g.Screen != ui.Timeline {
		return
	}
	m.alone = false
	if cmd := m.c.Store.Command(g.Command); cmd != nil {
		m.sel, m.marked = g.Command, nil
		m.put(cmd.Sent)
	} else if e, ok := m.c.Store.At(g.Seq); ok && g.Seq != 0 {
		m.sel, m.marked = 0, nil
		m.put(e.Mono)
		m.cursor = e.Mono
	}
	if g.Extension != "" {
		m.mark(g.Extension)
	}
	if g.At != 0 {
		m.sel = 0
		m.put(g.At)
	}
	m.refresh()
}

// mark marks the lane of an extension and brings it onto the screen.
func (m *Model) mark(name string) {
	m.marked = m.c.Store.Node(name)
	if i := slices.Index(m.c.Store.Nodes(), m.marked); i >= 0 && (i < m.top || i >= m.top+m.lay.lanes) {
		m.top = max(i-m.lay.lanes/2, 0)
	}
}

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	if len(m.c.Store.Nodes()) == 0 {
		return nil
	}
	if m.alone {
		return m.lifeKeys()
	}
	k := []key.Binding{keys.Cursor, keys.Events, keys.Errors}
	if _, ok := m.target(); ok {
		k = append(k, keys.Open)
	}
	if m.sel != 0 {
		k = append(k, ui.KeyWhy)
	}
	k = append(k, keys.Zoom, keys.Kinds, keys.Lifecycle, keys.Fit)
	if m.win.mode != follow && m.win.mode != auto {
		k = append(k, keys.Follow)
	}
	if len(m.spans) > 0 {
		k = append(k, keys.Command)
	}
	if m.c.Desktop != nil {
		k = append(k, keyExport)
	}
	k = append(k, keys.Pan, keys.Start)
	if m.cursor >= 0 || m.sel != 0 || m.marked != nil {
		k = append(k, keys.Clear)
	}
	if m.top > 0 || len(m.c.Store.Nodes()) > m.lay.lanes {
		k = append(k, keys.Lanes)
	}
	return k
}

// Commands are those of the keys that the footer names in pairs.
func (m *Model) Commands() []ui.Command {
	var all []ui.Command
	if len(m.c.Store.Nodes()) == 0 || m.alone {
		return nil
	}
	for _, k := range []key.Binding{keys.Next, keys.Previous, keys.NextWrong, keys.PreviousWrong} {
		all = append(all, ui.Command{Name: k.Help().Desc, Help: "of what is shown", Key: k,
			Run: func(string) tea.Cmd { return func() tea.Msg { return ui.Press(k.Keys()[0]) } }})
	}
	return all
}

// Status says what happened at the cursor.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	switch {
	case len(m.c.Store.Nodes()) == 0:
		l.Text(t.Quiet, "Nothing has run yet.")
	case m.alone:
		m.lifeStatus(l)
	case m.hidden != "":
		return m.hidden
	case m.cursor >= 0:
		return m.at
	case m.win.mode == still && m.marked != nil:
		m.startStatus(l)
	case m.win.mode == still:
		l.Text(t.Quiet, "The window stands still: ").Text(t.Key, "f").Text(t.Quiet, " follows the run again.")
	default:
		if m.marked != nil {
			m.startStatus(l)
		}
		l.Text(t.Quiet, "A column is one instant on every lane: ").Text(t.Key, "←/→").Text(t.Quiet, " puts the cursor on one.")
	}
	return l.String()
}

// startStatus says how long each stage of the marked extension's start took.
func (m *Model) startStatus(l *ui.Line) {
	t := m.c.Theme
	l.Text(t.Bright, m.marked.Name()).Text(t.Quiet, " is marked")
	before := ": "
	for _, s := range store.StartStages {
		ns := m.marked.Stage(s, m.c.Now)
		if ns == 0 {
			continue
		}
		l.Text(t.Quiet, before)
		before = ", "
		l.Text(t.Stage(s), ui.StageWord(s)).Gap(1).Dur(t.Text, ns, 0)
	}
	l.Text(t.Quiet, ". ")
}
