package now

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// Model is the screen.
type Model struct {
	c     *ui.Common
	w, h  int
	frame ui.Frame

	items      []item // what can be selected, from top to bottom
	selected   item
	moved      bool                    // the person chose what is selected
	stillOpen  item                    // the selected problem, as long as it has not ended
	nodes      []*store.Node           // the extensions in the order of their rows
	troubles   map[subject]trace.Level // the extensions with a problem that presses, and how bad the worst of theirs is
	layout     layout
	recent     []recentRow
	fresh      int64 // when recent was made
	flights    []flight
	silent     int // open commands that nobody seems to answer
	hidden     int // open commands that have no row
	flightRows int // how many rows the commands in flight have come to need
	changes    ui.Changes
}

// section is a part of the screen.
type section uint8

const (
	problems section = iota
	extensions
	commands
)

// item is a row that can be selected; its key stays its own while rows come and go.
type item struct {
	section section
	key     uint64
}

// moreCommands is the row that stands for the commands which have none.
var moreCommands = item{commands, 0}

// New returns the screen.
func New(c *ui.Common) *Model { return &Model{c: c} }

// Title is the word on the tab.
func (m *Model) Title() string { return "Now" }

// Focused reports that no text field has the focus: there is none.
func (m *Model) Focused() bool { return false }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.recent = m.recent[:0] // there may be room for more
	m.refresh()
}

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		m.refresh()
	case ui.NextProblemMsg:
		return m.nextProblem(msg)
	case tea.KeyMsg:
		return m.handleKey(msg)
	case tea.MouseMsg:
		m.handleMouse(msg)
	}
	return nil
}

// refresh takes from the store what the next View draws.
func (m *Model) refresh() {
	m.shareOut()
	m.orderNodes()
	m.items = m.items[:0]
	for i := range m.c.Store.Problems() {
		m.items = append(m.items, problemItem(&m.c.Store.Problems()[i]))
	}
	for _, n := range m.nodes {
		m.items = append(m.items, nodeItem(n))
	}
	for _, f := range m.flights {
		m.items = append(m.items, item{commands, f.cmd.ID})
	}
	if m.hidden > 0 && m.layout.commands > 1 {
		m.items = append(m.items, moreCommands)
	}
	m.leaveEnded()
	if len(m.items) > 0 && (!m.moved || m.index() < 0) {
		m.selected = m.items[0]
	}
	m.refreshRecent()
	m.noteChanges()
}

// leaveEnded gives up a selected problem that has ended meanwhile: on a small terminal it would keep those that are still open out of
// sight. One that had ended when it was chosen stays.
func (m *Model) leaveEnded() {
	p := m.selectedProblem()
	switch {
	case p == nil || p.Ended && m.stillOpen != m.selected:
		m.stillOpen = item{}
	case p.Ended:
		m.moved, m.stillOpen = false, item{}
	default:
		m.stillOpen = m.selected
	}
}

// leastFlights is how many rows the commands in flight have when there are few.
const leastFlights = 2

// shareOut shares the height out. The commands in flight get more rows when they need them, and keep these: a section that comes
// and goes with each command would make everything below it jump.
func (m *Model) shareOut() {
	m.flightRows = max(m.flightRows, leastFlights)
	for most := clamp(m.h/6, 1, 8); ; m.flightRows++ {
		m.layout = m.arrange()
		m.refreshFlights()
		if m.hidden == 0 || m.flightRows >= most || m.layout.commands < m.flightRows {
			return
		}
	}
}

// numberOfProblems is the key of a number that belongs to no row; those of rows are hashes.
const numberOfProblems = 0

// noteChanges looks at the numbers that are bright when they change. Rates and what comes and goes by itself are none of them.
func (m *Model) noteChanges() {
	m.changes.Note(numberOfProblems, m.c.Store.Pressing(), m.c.Now)
	for i := range m.c.Store.Problems() {
		p := &m.c.Store.Problems()[i]
		m.changes.Note(problemItem(p).key, p.Count, m.c.Now)
	}
}

// number is the style of a number: bright just after it changed.
func (m *Model) number(key uint64, st theme.Style) theme.Style {
	if m.changes.Fresh(key, m.c.Now) {
		return m.c.Theme.Bright
	}
	return st
}

// problemItem is the item of a problem: its key, hashed, so that comparing costs nothing.
func problemItem(p *diagnose.Problem) item {
	h := uint64(14695981039346656037)
	for i := range len(p.Key) {
		h = (h ^ uint64(p.Key[i])) * 1099511628211
	}
	return item{problems, h}
}

func nodeItem(n *store.Node) item { return item{extensions, n.Key()} }

// index returns where the selected item is now, -1 if it is gone.
func (m *Model) index() int {
	for i, it := range m.items {
		if it == m.selected {
			return i
		}
	}
	return -1
}

func (m *Model) move(n int) {
	m.moved = true
	if len(m.items) > 0 {
		m.selected = m.items[max(0, min(max(m.index(), 0)+n, len(m.items)-1))]
	}
}

// nextProblem selects the problem that was just said, else the worst, and from one that was chosen the one after it.
// Where it is selected already it says so: who pressed the key shall not think that it is dead.
func (m *Model) nextProblem(msg ui.NextProblemMsg) tea.Cmd {
	m.refresh()
	all := m.c.Store.Problems()
	n := len(all)
	if n == 0 {
		return ui.Note("There is no problem.")
	}
	before := m.selected
	next := slices.IndexFunc(all, func(p diagnose.Problem) bool { return p.Key == msg.Said })
	if next < 0 {
		next = 0
		if m.selected.section == problems && m.moved {
			next = (m.index() + 1) % n
		}
	}
	m.selected, m.moved = m.items[next], true
	if msg.Seen && m.selected == before {
		return ui.Note(m.sameProblem(&all[next], n))
	}
	return nil
}

// sameProblem says that the first of n problems is the selected one, and what can be done with it.
func (m *Model) sameProblem(p *diagnose.Problem, n int) string {
	which := "only"
	if n > 1 {
		which = "worst"
	}
	text := "This is the " + which + " problem: w says why"
	switch {
	case p.Ended && n == 1:
		text = "This is over, and there is no other problem: w says why"
	case p.Ended:
		text = "This is over: w says why"
	case p.Level == trace.Info.String() && n == 1:
		text = "This is the only remark: w says why"
	case p.Level == trace.Info.String():
		text = "This is the first remark: w says why"
	}
	switch {
	case m.c.Store.Pressing() > 1:
		return text + ", ! again goes to the next."
	case p.File != "" && m.c.Desktop != nil:
		return text + ", o opens the line."
	}
	return text + ", enter shows it."
}

// selectedProblem returns the problem that is selected, nil if something else is.
func (m *Model) selectedProblem() *diagnose.Problem {
	if m.selected.section != problems {
		return nil
	}
	return m.problem()
}

func (m *Model) problem() *diagnose.Problem {
	all := m.c.Store.Problems()
	for i := range all {
		if problemItem(&all[i]) == m.selected {
			return &all[i]
		}
	}
	return nil
}

func (m *Model) node() *store.Node {
	switch m.selected.section {
	case extensions:
		for _, n := range m.c.Store.Nodes() {
			if nodeItem(n) == m.selected {
				return n
			}
		}
	case problems:
		if p := m.problem(); p != nil {
			return m.c.Store.Node(p.Extension)
		}
	case commands:
		if c := m.command(); c != nil {
			return m.c.Store.Node(c.To.String())
		}
	}
	return nil
}

func (m *Model) command() *store.Command {
	switch m.selected.section {
	case commands:
		return m.c.Store.Command(m.selected.key)
	case problems:
		if p := m.problem(); p != nil {
			return m.c.Store.Command(p.ID)
		}
	}
	return nil
}

// why asks why: about the selected problem or command.
func (m *Model) why() tea.Cmd {
	if p := m.selectedProblem(); p != nil {
		return ui.Goto(ui.GotoMsg{Screen: ui.Why, Problem: p.Key})
	}
	if c := m.command(); c != nil {
		return ui.AskWhy(m.c, c.ID, c.Name.String())
	}
	return nil
}

// held is the selected command while it is in the gate, nil if it is not.
func (m *Model) held() *trace.HeldMessage {
	if c := m.command(); c != nil && m.c.CanHold() != nil {
		return m.c.Gate.Message(c.ID)
	}
	return nil
}

// letGo does what the selected command waits for of the person: it is answered by hand, or goes on.
func (m *Model) letGo() tea.Cmd {
	if c := m.command(); m.c.ByHand(c) {
		return ui.AnswerByHand(m.c, c)
	}
	if h := m.held(); h != nil {
		return m.c.LetGo(h)
	}
	return nil
}

// mute puts the selected problem behind the others, or takes that back. It stays selected: the same key again is about it, too.
func (m *Model) mute() tea.Cmd {
	p := m.selectedProblem()
	if p == nil {
		return nil
	}
	m.moved = true
	mute := !p.Muted
	m.c.Store.Mute(p.Key, mute)
	m.refresh()
	if mute {
		return ui.Note("Muted: it stands behind the others and counts no more. x takes it back.")
	}
	return ui.Note("It counts again.")
}

// openSource opens the place of the selected problem.
func (m *Model) openSource() tea.Cmd {
	if p := m.selectedProblem(); p != nil && p.File != "" {
		return ui.Edit(p.Place())
	}
	return nil
}

// Keys are the keys that act now.
func (m *Model) Keys() []key.Binding {
	keys := make([]key.Binding, 0, 8)
	if len(m.c.Store.Problems()) > 0 {
		keys = append(keys, ui.KeyProblem)
	}
	if m.selected == moreCommands || m.selected.section == problems && m.problem() != nil || m.command() != nil || m.node() != nil {
		keys = append(keys, ui.KeyEnter)
	}
	p := m.selectedProblem()
	if p != nil || m.command() != nil {
		keys = append(keys, ui.KeyWhy)
	}
	if p != nil && p.File != "" && m.c.Desktop != nil {
		keys = append(keys, ui.KeySource)
	}
	if m.c.ByHand(m.command()) {
		keys = append(keys, ui.KeyAnswer)
	} else if m.held() != nil {
		keys = append(keys, ui.KeyLet)
	}
	keys = append(keys, ui.KeyFilter)
	if m.node() != nil {
		keys = append(keys, ui.KeyLogs)
		if m.c.CanAct() {
			keys = append(keys, ui.KeyRestart)
		}
	}
	if p != nil && p.Muted {
		keys = append(keys, ui.KeyUnmute)
	} else if p != nil {
		keys = append(keys, ui.KeyMute)
	}
	if m.c.CanAct() {
		keys = append(keys, ui.KeyInject) // which is needed more often than what follows
	}
	if m.c.Desktop != nil && (p != nil || m.command() != nil) {
		keys = append(keys, ui.KeyCopy)
	}
	return keys
}

func (m *Model) handleKey(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "j", "down":
		m.move(1)
	case "k", "up":
		m.move(-1)
	case "g", "home", "pgup", "ctrl+u":
		m.move(-len(m.items))
	case "G", "end", "pgdown", "ctrl+d":
		m.move(len(m.items))
	case "tab":
		m.nextSection()
	case "enter":
		return m.open()
	case "w":
		return m.why()
	case "o":
		return m.openSource()
	case "a":
		return m.letGo()
	case "x":
		return m.mute()
	case "i":
		if m.c.CanAct() {
			return ui.GotoTyping(m.c, ui.GotoMsg{Screen: ui.Inject})
		}
	case "y":
		return m.copy()
	case "l":
		return m.openLogs()
	case "/":
		return ui.GotoTyping(m.c, ui.GotoMsg{Screen: ui.Traffic, Search: true})
	case "R":
		return m.restart()
	}
	return nil
}

// copy copies the selected problem, in sentences, or the selected command, as --send takes it.
func (m *Model) copy() tea.Cmd {
	if p := m.selectedProblem(); p != nil {
		lines := []string{p.Rule + ": " + p.Text, p.Remedy, p.Place()}
		return ui.Copy(m.c, strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n"), "the problem")
	}
	if c := m.command(); c != nil {
		if e, ok := m.c.Store.At(c.SentSeq); ok {
			return ui.Copy(m.c, ui.SendLine(m.c, &e), "the message")
		}
	}
	return nil
}

// nextSection selects the first row of the next section that has one.
func (m *Model) nextSection() {
	at := max(m.index(), 0)
	for i := range m.items {
		it := m.items[(at+i)%len(m.items)]
		if it.section != m.selected.section {
			m.selected, m.moved = it, true
			return
		}
	}
}

// open shows the selected thing where more is known of it.
func (m *Model) open() tea.Cmd {
	if p := m.selectedProblem(); p != nil {
		return m.openProblem(p)
	}
	if m.selected == moreCommands {
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Filter: "pending"})
	}
	if c := m.command(); c != nil {
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: c.ID, Seq: c.SentSeq})
	}
	if n := m.node(); n != nil {
		return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Extension: n.Name()})
	}
	return nil
}

// openProblem leads to what a problem is about: to its commands, to the stage or the call that takes too long, or to the line in
// the logs that speaks of it.
func (m *Model) openProblem(p *diagnose.Problem) tea.Cmd {
	switch c := m.c.Store.Command(p.ID); {
	case c != nil && p.Count > 1:
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Filter: filterOf(p, c), Command: p.ID})
	case c != nil:
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: c.ID, Seq: c.SentSeq})
	}
	switch p.Rule {
	case diagnose.SlowStage, diagnose.StageNeverDone, diagnose.LoopBlocked:
		return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Extension: p.Extension, At: max(p.Since, 1)})
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Logs, Extension: p.Extension, Seq: m.lineOf(p)})
}

// lineOf returns the newest line of the logs among the evidence of a problem, 0 if there is none.
func (m *Model) lineOf(p *diagnose.Problem) uint64 {
	for _, seq := range slices.Backward(p.Evidence) {
		if _, ok := m.c.Store.Logs().Find(seq); ok {
			return seq
		}
	}
	return 0
}

// filterOf lets the commands of a problem through, of which c is the newest.
func filterOf(p *diagnose.Problem, c *store.Command) string {
	return standing(p, c) + " and name = " + ui.FilterWord(p.Name) + " and from = " + ui.FilterWord(p.From) + " and to = " + ui.FilterWord(p.To)
}

// standing is how the commands of a problem stand: others of their name may be without an answer for another reason.
func standing(p *diagnose.Problem, c *store.Command) string {
	switch {
	case p.Rule == diagnose.DroppedByRule:
		return "dropped"
	case p.Rule == diagnose.Lost:
		return "lost"
	case c.Waits():
		return "held"
	case c.Late():
		return "answered and unanswered"
	case c.Pending():
		return "pending and unanswered"
	}
	return "unanswered"
}

func (m *Model) openLogs() tea.Cmd {
	n := m.node()
	if n == nil {
		return nil
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Logs, Extension: n.Name()})
}

// Subject is the extension of the selected line, "" if it is about none.
func (m *Model) Subject() string {
	if n := m.node(); n != nil {
		return n.Name()
	}
	return ""
}

// Problem is the key of the selected problem, "" if none is.
func (m *Model) Problem() string {
	if p := m.selectedProblem(); p != nil {
		return p.Key
	}
	return ""
}

// Focus is that extension.
func (m *Model) Focus() ui.Focus { return ui.Focus{Extension: m.Subject()} }

func (m *Model) restart() tea.Cmd {
	n := m.node()
	if n == nil || !m.c.CanAct() {
		return nil
	}
	return ui.Restart(n.Graph(), n.Name())
}

func (m *Model) handleMouse(msg tea.MouseMsg) {
	if msg.Action != tea.MouseActionPress {
		return
	}
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		m.move(1)
	case tea.MouseButtonWheelUp:
		m.move(-1)
	case tea.MouseButtonLeft:
		if it, ok := m.layout.hit(msg.Y); ok {
			m.selected, m.moved = it, true
		}
	}
}
