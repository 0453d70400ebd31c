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
	filtered *store.Filtered // nil: all rows
	scanning bool
	detail   bool
	wanted   uint64 // a line to select once the filter has found it
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c, detail: true, filter: ui.NewFilterLine(c)}
	m.rows = c.Store.Logs()
	m.list = ui.NewList(m.rows)
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

const detailRows = 7

// listHeight is what the filter line, its rule and the detail pane leave.
func (m *Model) listHeight() int {
	h := m.h - 2
	if m.showsDetail() {
		h -= detailRows
	}
	return h
}

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
		m.list.HandleMouse(msg, msg.Y-2)
	}
	return nil
}

// take lets the filter see what is new, and the list follow.
func (m *Model) take() {
	m.scanning = m.filtered != nil && m.filtered.Extend(scanBudget)
	m.c.Busy = m.c.Busy || m.scanning
	m.list.Sync()
	m.selectWanted()
}

// selectWanted selects the line that a jump asked for, as soon as it is among the rows.
func (m *Model) selectWanted() {
	if m.wanted != 0 && (m.list.SelectID(m.wanted) || !m.scanning) {
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
		m.filter.Edit()
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
	if f := m.filter.Filter(); f == nil {
		m.filtered, m.scanning, m.rows = nil, false, m.c.Store.Logs()
	} else {
		m.filtered = m.c.Store.Filter(m.c.Store.Logs(), f, nil)
		m.scanning = m.filtered.Extend(scanBudget)
		m.rows = m.filtered
	}
	m.list.SetRows(m.rows)
}

var (
	keyErrors = ui.Bind("e E", "next, previous error", "e", "E")
	keyToggle = ui.Bind("f", "filter on, off", "f")
	keyOpen   = ui.Bind("enter", "open the command", "enter")
	keyDetail = ui.Bind("\\", "detail", "\\")
)

// Keys are the keys that act now.
func (m *Model) Keys() []key.Binding {
	if m.Focused() {
		return m.filter.Keys()
	}
	keys := make([]key.Binding, 0, 12)
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
	if !m.list.Following() {
		keys = append(keys, ui.KeyFollow)
	}
	if m.c.Desktop != nil && m.list.Len() > 0 {
		keys = append(keys, ui.KeyCopy)
	}
	if m.list.Len() > 0 {
		keys = append(keys, keyDetail)
	}
	return keys
}

func (m *Model) handleKey(msg tea.KeyMsg) tea.Cmd {
	if m.Focused() {
		return m.handleFilterKey(msg)
	}
	m.wanted = 0
	if m.list.HandleKey(msg) {
		return nil
	}
	switch msg.String() {
	case "/":
		m.filter.Edit()
	case "f":
		m.filter.Toggle()
		m.apply()
	case "F":
		m.setFilter("")
	case "e":
		m.nextError(1)
	case "E":
		m.nextError(-1)
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

// nextError selects the next line of level error in a direction.
func (m *Model) nextError(step int) {
	for i := m.list.Cursor() + step; i >= 0 && i < m.rows.Len(); i += step {
		if trace.Level(m.rows.Meta(i)) >= trace.Error {
			m.list.Select(i)
			return
		}
	}
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
	return ui.Toast(trace.Info, "The line belongs to no command and to no problem.")
}

func (m *Model) openSource() tea.Cmd {
	e, ok := m.event()
	if !ok || e.Where() == "" {
		return ui.Toast(trace.Info, "It is not known which line wrote it.")
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
