package traffic

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// sideBySide is the width from which the detail stands beside the list.
const sideBySide = 110

// Model is the Traffic screen.
type Model struct {
	c    *ui.Common
	w, h int

	list     ui.List
	folded   *folded
	filter   filter
	scanning bool
	left     int    // messages there were when the list was left standing; -1 while it follows
	wanted   uint64 // a command to select once the filter has found it

	open   bool // the detail is shown
	full   bool // and nothing else
	detail detail
	answer *answer // that is being written; nil if none is

	sorted    *sorted // nil: in the order of time
	asksOrder bool    // s was pressed: the next key says what to sort by

	frame ui.Frame
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c, folded: newFolded(c.Store), filter: filter{FilterLine: ui.NewFilterLine(c)}, left: -1}
	m.list = ui.NewList(m.folded)
	return m
}

// Title is the word on the tab.
func (m *Model) Title() string { return "Traffic" }

// Focused reports that a field has the keys, or that it is being chosen what to sort by.
func (m *Model) Focused() bool { return m.filter.Focused() || m.answer != nil || m.asksOrder }

// Choosing reports that the next key says what to sort by.
func (m *Model) Choosing() bool { return m.asksOrder }

// FilterText is the filter in force, "" if there is none.
func (m *Model) FilterText() string { return m.filter.Text() }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.arrange()
	m.refresh()
}

// headLines are the filter, the rule and the names of the columns.
const headLines = 3

// arrange shares the lines between the list and the detail.
func (m *Model) arrange() {
	lines := max(m.h-headLines, 0)
	switch {
	case !m.open:
		m.detail.setSize(0, 0)
	case m.full:
		m.detail.setSize(m.w-2, lines+1)
		lines = 0
	case m.beside():
		m.detail.setSize(m.w-m.listWidth()-3, lines+1)
	default:
		below := lines - max(lines*2/5, min(lines, 4))
		m.detail.setSize(m.w-2, max(below-1, 0))
		lines -= below
	}
	m.list.SetHeight(lines)
}

func (m *Model) beside() bool { return m.open && !m.full && m.w >= sideBySide }

func (m *Model) listWidth() int {
	if m.beside() {
		return max(m.w*11/20, 72)
	}
	return m.w
}

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		return m.tick()
	case scanMsg:
		m.scanning = false
		return m.tick()
	case ui.GotoMsg:
		return m.goTo(msg)
	case ui.TextEdited:
		if m.answer != nil {
			m.answer.form.Take(msg.Text)
		}
	case tea.KeyMsg:
		return m.handleKey(msg)
	case tea.MouseMsg:
		m.handleMouse(msg)
	}
	return nil
}

// Focus is the selected message.
func (m *Model) Focus() ui.Focus {
	e, ok := m.selected()
	if !ok {
		return ui.Focus{}
	}
	return ui.Focus{ID: e.ID, Seq: e.Seq}
}

// Shown is the filter that acts, "" if none does.
func (m *Model) Shown() string { return m.filter.Shown() }

// renew finds the rows anew if marks changed that the filter asks for.
func (m *Model) renew() tea.Cmd {
	if m.filter.Stale() {
		return m.applyFilter()
	}
	return nil
}

// tick takes in what is new.
func (m *Model) tick() tea.Cmd {
	cmd := tea.Batch(m.renew(), m.scan())
	m.selectWanted()
	m.checkAnswer()
	m.refresh()
	return cmd
}

// refresh keeps what hangs on the selection up to date.
func (m *Model) refresh() {
	switch {
	case m.list.Following():
		m.left = -1
	case m.left < 0:
		m.left = m.total()
	}
	if m.open {
		m.detail.diff[0], m.detail.diff[1] = m.c.Marks.Pair(m.list.Selected())
		m.detail.show(m.c, m.list.Selected())
	}
}

func (m *Model) total() int {
	x := m.c.Store.Messages()
	return x.Len() + x.Forgotten()
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case m.answer != nil:
		return m.handleAnswerKey(k)
	case m.asksOrder:
		return m.choose(k)
	case m.filter.Focused():
		return m.handleFilterKey(k)
	}
	m.wanted = 0
	var cmd tea.Cmd
	switch {
	case key.Matches(k, ui.KeyFilter):
		m.filter.Edit(m.Focus())
	case key.Matches(k, keyToggle):
		m.filter.Toggle()
		cmd = m.applyFilter()
	case key.Matches(k, ui.KeyClear):
		cmd = m.setFilter("")
	case key.Matches(k, ui.KeyEnter):
		m.setOpen(m.list.Len() > 0)
	case m.full && key.Matches(k, ui.KeyBack):
		m.setFull(false)
	case key.Matches(k, ui.KeyBack):
		m.setOpen(false)
	case key.Matches(k, keySort):
		m.asksOrder = true
	default:
		if text := m.list.AtEnd(k, m.c.Live()); text != "" {
			cmd = ui.Note(text)
		}
		if m.list.HandleKey(k) {
			break
		}
		return m.handleRowKey(k)
	}
	m.refresh()
	return cmd
}

// handleRowKey does what acts on the selected message.
func (m *Model) handleRowKey(k tea.KeyMsg) tea.Cmd {
	e, ok := m.selected()
	if !ok {
		return nil
	}
	if m.byHand(&e) && key.Matches(k, ui.KeyAnswer) {
		m.openAnswer(&e)
		return nil
	}
	if cmd, ok := m.handleGateKey(k, &e); ok {
		return cmd
	}
	if m.open && m.handleDetailKey(k) {
		m.refresh()
		return nil
	}
	var cmd tea.Cmd
	switch {
	case key.Matches(k, ui.KeyWhy):
		return m.why(&e)
	case key.Matches(k, ui.KeySource):
		return m.openSource(&e)
	case key.Matches(k, keyTalk):
		return m.openConversation(&e)
	case key.Matches(k, ui.KeyTime):
		return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Command: e.ID, Seq: e.Seq})
	case key.Matches(k, ui.KeyAgain):
		return ui.SendAgain(m.c, &e)
	case key.Matches(k, keyEditSend):
		return ui.Goto(ui.GotoMsg{Screen: ui.Inject, Draft: ui.SendLine(m.c, &e)})
	case key.Matches(k, ui.KeyExport):
		return m.export()
	case key.Matches(k, ui.KeyCopy):
		return ui.Copy(m.c, ui.SendLine(m.c, &e), "the message")
	case key.Matches(k, ui.KeyJSON):
		return ui.Copy(m.c, string(e.AppendJSON(nil, m.c.Store.Start())), "its event")
	case key.Matches(k, keyMark):
		m.c.Marks.Toggle(&e)
		cmd = m.renew()
	case key.Matches(k, keyDiff):
		m.openDiff()
	case key.Matches(k, ui.KeyMatch):
		cmd = m.filter.NextMatch(k, &m.list, "message")
	default:
		return nil
	}
	m.refresh()
	return cmd
}

// handleDetailKey does what acts on the open detail, and reports whether the key does.
func (m *Model) handleDetailKey(k tea.KeyMsg) bool {
	switch {
	case key.Matches(k, ui.KeyPane):
		m.detail.turn(+1)
	case key.Matches(k, keyPaneBack):
		m.detail.turn(-1)
	case key.Matches(k, keyDown):
		m.detail.scroll(+1)
	case key.Matches(k, keyUp):
		m.detail.scroll(-1)
	case key.Matches(k, keyFull):
		m.setFull(!m.full)
	default:
		return false
	}
	return true
}

// export writes the messages of the list to a file.
func (m *Model) export() tea.Cmd {
	if done, all := m.progress(); done < all {
		return ui.Searching(done, all)
	}
	rows := m.list.Rows()
	if m.filter.Filter() == nil {
		rows = m.c.Store.Messages() // those that share a row too
	}
	return ui.Export(m.c, "messages", "", m.filter.What("messages"), ui.IDs(rows))
}

// why asks why: about a command, or about a name that goes nowhere.
func (m *Model) why(e *trace.Event) tea.Cmd {
	if e.To != 0 {
		return ui.AskWhy(m.c, e.ID, e.Name.String())
	}
	for _, p := range m.c.Store.Problems() {
		if p.Rule == diagnose.NoRoute && p.Extension == e.From.String() && p.Name == e.Name.String() {
			return ui.Goto(ui.GotoMsg{Screen: ui.Why, Problem: p.Key})
		}
	}
	return ui.Note("The graph connects " + e.Name.String() + " of " + e.From.String() + " to nobody.")
}

// openSource opens the place that sent a message.
func (m *Model) openSource(e *trace.Event) tea.Cmd {
	if where := e.Where(); where != "" {
		return ui.Edit(where)
	}
	return ui.Note("It is not known which line sent it.")
}

// conversationOf is the command whose conversation a message belongs to: its own, or that of whatever caused it; 0 if there is none.
func (m *Model) conversationOf(e *trace.Event) uint64 {
	for _, id := range []uint64{e.ID, e.Parent} {
		if m.c.Store.Command(id) != nil {
			return id
		}
	}
	return 0
}

func (m *Model) openConversation(e *trace.Event) tea.Cmd {
	id := m.conversationOf(e)
	if id == 0 {
		return ui.Note("No command caused it: it has no conversation.")
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Conversation, Command: id})
}

// setFull gives the detail the whole body, or takes it back.
func (m *Model) setFull(full bool) {
	m.full = full
	m.arrange()
}

// openDiff shows the marked messages beside each other; with none marked the selected one is, to begin with.
func (m *Model) openDiff() {
	if e, ok := m.selected(); ok && m.c.Marks.Len() == 0 {
		m.c.Marks.Toggle(&e)
	}
	m.detail.turnTo(paneDiff)
	m.setOpen(true)
}

func (m *Model) setOpen(open bool) {
	if m.open != open {
		m.open, m.full = open, false
		m.arrange()
	}
	if open {
		m.list.Unfollow()
	}
}

// selected returns the sent event of the selected message.
func (m *Model) selected() (trace.Event, bool) {
	seq := m.list.Selected()
	if seq == 0 {
		return trace.Event{}, false
	}
	return m.c.Store.At(seq)
}

func (m *Model) command(e *trace.Event) *store.Command {
	if e.Type != msg.KindCmd {
		return nil
	}
	return m.c.Store.Command(e.ID)
}

func (m *Model) handleMouse(e tea.MouseMsg) {
	if m.full || m.beside() && e.X > m.listWidth() || !m.beside() && e.Y >= headLines+m.list.Height() {
		switch e.Button {
		case tea.MouseButtonWheelDown:
			m.detail.scroll(+3)
		case tea.MouseButtonWheelUp:
			m.detail.scroll(-3)
		}
		return
	}
	if m.list.HandleMouse(e, e.Y-headLines) {
		m.refresh()
	}
}

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	switch {
	case m.answer != nil:
		return m.answer.form.Bindings(m.c)
	case m.asksOrder:
		return m.choosing()
	case m.filter.Focused():
		return m.filter.Keys()
	}
	if m.list.Len() == 0 {
		if m.filter.Text() != "" {
			return []key.Binding{ui.KeyFilter, keyToggle, ui.KeyClear}
		}
		return []key.Binding{ui.KeyFilter}
	}
	e, ok := m.selected()
	k := m.openKeys(&e)
	if ok && (e.Type == msg.KindCmd || e.To == 0) {
		k = append(k, ui.KeyWhy)
	}
	if ok && m.conversationOf(&e) != 0 {
		k = append(k, keyTalk)
	}
	k = append(k, ui.KeyFilter)
	if m.filter.Text() != "" {
		k = append(k, keyToggle, ui.KeyClear)
	}
	if ok {
		k = append(k, m.waitKeys(&e)...)
	}
	if m.filter.Text() != "" {
		k = append(k, ui.KeyMatch)
	}
	k = append(k, m.list.FollowKey())
	if ok {
		k = append(k, m.holdKeys(&e)...)
	}
	if m.c.CanAct() {
		k = append(k, ui.KeyAgain)
		if m.c.Gate.Message(e.ID) == nil {
			k = append(k, keyEditSend)
		}
	}
	if !m.open || m.detail.pane != paneDiff {
		k = append(k, m.markKey(&e))
	}
	k = append(k, keyDiff, keySort, ui.KeyTime)
	if m.c.Desktop != nil {
		k = append(k, ui.KeyCopy, ui.KeyJSON, ui.KeyExport)
		if ok && e.Where() != "" {
			k = append(k, ui.KeySource)
		}
	}
	return k
}

// openKeys are those that open the detail, or act on it and close it.
func (m *Model) openKeys(e *trace.Event) []key.Binding {
	if !m.open {
		return []key.Binding{ui.KeyEnter}
	}
	k := append([]key.Binding{ui.KeyPane}, m.paneKeys(e)...)
	if m.detail.scrolls() {
		k = append(k, keyScroll)
	}
	return append(k, ui.KeyBack)
}

// paneKeys are those that act on the detail alone.
func (m *Model) paneKeys(e *trace.Event) (k []key.Binding) {
	if m.detail.pane == paneDiff {
		k = append(k, m.markKey(e))
	}
	if m.full {
		return append(k, keyShared)
	}
	return append(k, keyFull)
}

func (m *Model) markKey(e *trace.Event) key.Binding {
	if m.c.Marks.Has(e.Seq) {
		return keyUnmark
	}
	return keyMark
}
