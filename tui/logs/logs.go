package logs

import (
	"slices"
	"strconv"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// rows is what the list shows: all lines, or those that pass the filter.
type rows interface {
	ui.Rows
	Seq(i int) uint64
	Meta(i int) uint8
}

// Model is the screen.
type Model struct {
	c     *ui.Common
	w, h  int
	frame ui.Frame
	list  ui.List
	rows  rows

	filter   ui.FilterLine
	filtered *store.Filtered // the rows are those; nil: all rows
	scanning bool
	unfolded bool  // lines that repeat each other have a row each, also without a filter
	wrap     bool  // a line takes as many rows as its text needs
	drawn    []int // the row of the list that each line of the screen shows, while they are wrapped
	detail   bool
	wanted   uint64 // a line to select once the filter has found it
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c, detail: true, filter: ui.NewFilterLine(c)}
	m.list = ui.NewList(nil)
	m.apply()
	return m
}

// Title is the word on the tab.
func (m *Model) Title() string { return "Logs" }

// Focused reports that the filter is being typed.
func (m *Model) Focused() bool { return m.filter.Focused() }

// FilterText is the filter in force, "" if there is none.
func (m *Model) FilterText() string { return m.filter.Text() }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.list.SetHeight(m.listHeight())
}

const (
	detailRows = 7
	rateRows   = 5 // with their rule and heading
)

// listHeight is what the filter line, its rule, the detail pane and the rates leave.
func (m *Model) listHeight() int {
	h := m.h - 2
	if m.showsDetail() {
		h -= detailRows
	}
	if m.showsRates() {
		h -= rateRows
	}
	return h
}

func (m *Model) showsRates() bool { return m.detail && m.h >= 2+detailRows+rateRows+12 }

func (m *Model) showsDetail() bool { return m.detail && m.h >= 2+detailRows+5 }

// scanBudget is how long of a tick the filter may look at rows.
const scanBudget = 6 * time.Millisecond

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.TickMsg:
		m.take()
	case ui.GotoMsg:
		m.goTo(msg)
	case tea.KeyMsg:
		return m.handleKey(msg)
	case tea.MouseMsg:
		m.list.HandleMouse(msg, m.rowAt(msg.Y-2))
	}
	return nil
}

// Focus is the message that the selected line belongs to, else the extension that wrote it.
func (m *Model) Focus() ui.Focus {
	e, ok := m.event()
	if !ok {
		return ui.Focus{}
	}
	return ui.Focus{ID: e.ID, Extension: e.Extension.String()}
}

// Shown is the filter that acts, that of log lines at least.
func (m *Model) Shown() string {
	if text := m.filter.Shown(); text != "" {
		return text
	}
	return "log"
}

// take lets the filter see what is new, and the list follow.
func (m *Model) take() {
	if m.filter.Stale() {
		m.apply()
	}
	m.scanning = m.filtered != nil && m.filtered.Extend(scanBudget)
	m.c.Busy = m.c.Busy || m.scanning
	m.list.Sync()
	m.selectWanted()
}

// selectWanted selects the line that a jump asked for, as soon as it is among the rows.
func (m *Model) selectWanted() {
	switch {
	case m.wanted == 0:
	case m.list.SelectID(m.wanted):
		m.wanted = 0
	case m.scanning:
	case m.folds():
		m.setUnfolded(true)
		m.selectWanted()
	default:
		m.wanted = 0
	}
}

func (m *Model) goTo(msg ui.GotoMsg) {
	switch {
	case msg.Extension != "":
		m.setFilter("ext = " + ui.FilterWord(msg.Extension))
		m.list.Follow()
	case msg.Filter != "":
		m.setFilter(msg.Filter)
	case msg.Command != 0:
		m.setFilter("id = " + strconv.FormatUint(msg.Command, 10))
	}
	m.wanted = msg.Seq
	m.selectWanted()
	if msg.Search {
		m.filter.Edit(m.Focus())
	}
}

// setFilter shows the lines that pass the text, or all if it is empty.
func (m *Model) setFilter(text string) {
	if m.filter.Set(text) {
		m.apply()
	}
}

// apply shows the rows of the filter that acts.
func (m *Model) apply() {
	all := m.c.Store.Logs()
	switch f := m.filter.Filter(); {
	case f != nil:
		m.filtered = m.c.Store.Filter(all, f, nil)
	case m.folds():
		m.filtered = m.c.Store.Filter(all, nil, store.NoRepeat)
	default:
		m.filtered, m.scanning, m.rows = nil, false, all
		m.list.SetRows(m.rows)
		return
	}
	m.scanning = m.filtered.Extend(scanBudget)
	m.rows = m.filtered
	m.list.SetRows(m.rows)
}

// folds reports that lines which repeat each other share a row. Those that a filter found do not: it is told what to look for.
func (m *Model) folds() bool { return !m.unfolded && m.filter.Filter() == nil }

// folded counts the lines without a row of their own.
func (m *Model) folded() int {
	if !m.folds() || m.scanning {
		return 0
	}
	return m.c.Store.Logs().Len() - m.rows.Len()
}

// turnFold unfolds what is folded and back. Where nothing can be folded it says so.
func (m *Model) turnFold() tea.Cmd {
	switch {
	case m.filter.Filter() != nil:
		return ui.Note("Nothing is folded: a filter shows each line that passes.")
	case m.folds() && !m.scanning && m.folded() == 0:
		return ui.Note("Nothing is folded: no extension said the same again.")
	}
	m.setUnfolded(!m.unfolded)
	return nil
}

// export writes the lines that are listed; of those that share a row, all.
func (m *Model) export() tea.Cmd {
	if m.filter.Filter() != nil && m.scanning {
		return ui.Searching(m.filtered.Progress())
	}
	rows := ui.Rows(m.rows)
	if m.folds() {
		rows = m.c.Store.Logs()
	}
	return ui.Export(m.c, "lines", "", m.filter.What("log lines"), ui.IDs(rows))
}

// setUnfolded gives every line its row, or lets those that repeat each other share one.
func (m *Model) setUnfolded(unfolded bool) {
	follow, e, ok := m.list.Following(), trace.Event{}, false
	if !follow {
		e, ok = m.event()
	}
	m.unfolded = unfolded
	m.apply()
	if i, found := m.rows.Find(e.Seq); ok && !found && m.rows.Len() > 0 {
		m.list.Select(m.repeatedBy(&e, i))
	}
}

// repeatedBy returns the row that stands for a line which was folded away, and would stand at row i: the one before it that its extension
// wrote.
func (m *Model) repeatedBy(e *trace.Event, i int) int {
	for at := min(i, m.rows.Len()-1); at >= 0; at-- {
		seq := m.rows.Seq(at)
		if m.c.Store.LogRepeats(seq).Times == 0 || seq > e.Seq {
			continue
		}
		if of, ok := m.c.Store.At(seq); ok && of.Extension == e.Extension && of.Graph == e.Graph {
			return at
		}
	}
	return i
}

// times counts how often the line of row i was said, with the rows that it stands for.
func (m *Model) times(i int) int {
	if !m.folds() {
		return 1
	}
	return max(m.c.Store.LogRepeats(m.rows.Seq(i)).Times, 1)
}

var (
	keyErrors = ui.Bind("e E", "next, previous error", "e", "E")
	keyToggle = ui.Bind("f", "filter on, off", "f")
	keyOpen   = ui.Bind("enter", "open the message", "enter")
	keyDetail = ui.Bind("\\", "detail", "\\")
	keyFold   = ui.Bind("z", "fold repeats", "z")
	keyUnfold = ui.Bind("z", "unfold", "z")
	keyWrap   = ui.Bind("W", "wrap", "W")
	keyCut    = ui.Bind("W", "wrap off", "W")
)

// Keys are the keys that act now.
func (m *Model) Keys() []key.Binding {
	if m.Focused() {
		return m.filter.Keys()
	}
	keys := make([]key.Binding, 0, 16)
	e, ok := m.event()
	if ok && e.ID != 0 {
		keys = append(keys, keyOpen)
	}
	if ok && m.asks(&e) {
		keys = append(keys, ui.KeyWhy)
	}
	if ok && e.Where() != "" && m.c.Desktop != nil {
		keys = append(keys, ui.KeySource)
	}
	keys = append(keys, ui.KeyFilter)
	if m.list.Len() > 0 {
		keys = append(keys, keyErrors)
	}
	if m.filter.Text() != "" {
		keys = append(keys, keyToggle, ui.KeyClear)
	}
	if m.list.Len() > 0 {
		if m.filter.Text() != "" {
			keys = append(keys, ui.KeyMatch)
		}
		keys = append(keys, m.list.FollowKey())
	}
	folds := m.folded() > 0 || m.unfolded && m.filter.Filter() == nil
	if folds {
		keys = append(keys, m.foldKey())
	}
	keys = append(keys, m.rowKeys()...)
	if !folds && m.list.Len() > 0 {
		keys = append(keys, keyFold) // the last: it only says why nothing is folded
	}
	return keys
}

// foldKey is z: what it does now, or would do.
func (m *Model) foldKey() key.Binding {
	if m.folded() > 0 {
		return keyUnfold
	}
	return keyFold
}

// rowKeys are those that act where there is a line.
func (m *Model) rowKeys() (keys []key.Binding) {
	if m.list.Len() == 0 {
		return nil
	}
	if m.c.Desktop != nil {
		keys = append(keys, ui.KeyCopy)
	}
	keys = append(keys, keyDetail)
	if m.wrap {
		keys = append(keys, keyCut)
	} else {
		keys = append(keys, keyWrap)
	}
	if m.c.Desktop != nil {
		keys = append(keys, ui.KeyExport, ui.KeyJSON)
	}
	return keys
}

func (m *Model) handleKey(msg tea.KeyMsg) tea.Cmd {
	if m.Focused() {
		return m.handleFilterKey(msg)
	}
	m.wanted = 0
	if text := m.list.AtEnd(msg, m.c.Live()); text != "" {
		return ui.Note(text)
	}
	if m.list.HandleKey(msg) {
		return nil
	}
	switch msg.String() {
	case "/":
		m.filter.Edit(m.Focus())
	case "f":
		m.filter.Toggle()
		m.apply()
	case "F":
		m.setFilter("")
	case "e":
		return m.nextError(1, "after")
	case "E":
		return m.nextError(-1, "before")
	case "n", "N":
		return m.filter.NextMatch(msg, &m.list, "line")
	case "z":
		return m.turnFold()
	case "W":
		m.wrap, m.drawn = !m.wrap, nil
	case "\\":
		m.detail = !m.detail
		m.list.SetHeight(m.listHeight())
	case "enter":
		return m.open()
	case "w":
		return m.why()
	case "o":
		return m.openSource()
	case "y":
		return m.copy()
	case "Y":
		return m.copyJSON()
	case "x":
		return m.export()
	}
	return nil
}

// handleFilterKey filters while the text is typed.
func (m *Model) handleFilterKey(msg tea.KeyMsg) tea.Cmd {
	step, cmd := m.filter.HandleKey(msg)
	if step == ui.FilterChanged {
		m.apply()
	}
	return cmd
}

// nextError selects the next line of level error in a direction. Where there is none it says so.
func (m *Model) nextError(step int, where string) tea.Cmd {
	for i := m.list.Cursor() + step; i >= 0 && i < m.rows.Len(); i += step {
		if store.LogLevel(m.rows.Meta(i)) >= trace.Error {
			m.list.Select(i)
			return nil
		}
	}
	return ui.Note("No error " + where + " this line.")
}

// event returns the selected line.
func (m *Model) event() (trace.Event, bool) {
	i := m.list.Cursor()
	if i < 0 {
		return trace.Event{}, false
	}
	return m.c.Store.At(m.rows.Seq(i))
}

func (m *Model) open() tea.Cmd {
	e, ok := m.event()
	if !ok || e.ID == 0 {
		return nil
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: e.ID})
}

// asks reports that there is something to explain about a line: its command, or the problem that it speaks of.
func (m *Model) asks(e *trace.Event) bool {
	return m.c.Store.Command(e.ID) != nil || m.problemOf(e) != nil
}

// problemOf returns the problem that a line speaks of, nil if it speaks of none.
func (m *Model) problemOf(e *trace.Event) *diagnose.Problem {
	all := m.c.Store.Problems()
	i := slices.IndexFunc(all, func(p diagnose.Problem) bool { return slices.Contains(p.Evidence, e.Seq) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// why asks why: about the problem that the line speaks of, else about its command.
func (m *Model) why() tea.Cmd {
	e, ok := m.event()
	if !ok {
		return nil
	}
	if p := m.problemOf(&e); p != nil && !slices.Contains(p.IDs, e.ID) {
		return ui.Goto(ui.GotoMsg{Screen: ui.Why, Problem: p.Key})
	}
	if m.c.Store.Command(e.ID) != nil {
		return ui.Goto(ui.GotoMsg{Screen: ui.Why, Command: e.ID})
	}
	return ui.Note("The line belongs to no command and to no problem.")
}

func (m *Model) openSource() tea.Cmd {
	e, ok := m.event()
	if !ok || e.Where() == "" {
		return ui.Note("It is not known which line wrote it.")
	}
	return ui.Edit(e.Where())
}

func (m *Model) copy() tea.Cmd {
	e, ok := m.event()
	if !ok {
		return nil
	}
	return ui.Copy(m.c, ui.Clock(e.Mono)+" "+e.Level.String()+" "+e.Extension.String()+" "+e.Detail, "the line")
}

func (m *Model) copyJSON() tea.Cmd {
	e, ok := m.event()
	if !ok {
		return nil
	}
	return ui.Copy(m.c, string(e.AppendJSON(nil, m.c.Store.Start())), "its event")
}
