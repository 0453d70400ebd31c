package logs

import (
	"errors"
	"strconv"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

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

	field    ui.Field
	filter   *trace.Filter
	filtered *store.Filtered
	wrong    *trace.FilterError // of the text in the field
	off      bool               // the filter is set but does not act
	scanning bool
	detail   bool
	wanted   uint64 // a line to select once the filter has found it
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c, detail: true}
	m.rows = c.Store.Logs()
	m.list = ui.NewList(m.rows)
	return m
}

// Title is the word on the tab.
func (m *Model) Title() string { return "Logs" }

// Focused reports that the filter is being typed.
func (m *Model) Focused() bool { return m.field.Focused() }

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
		m.field.Focus()
	}
}

// setFilter shows the lines that pass the text, or all if it is empty.
func (m *Model) setFilter(text string) {
	m.field.SetValue(text)
	m.compile()
	m.off = false
	m.apply()
}

// compile checks the text in the field. A wrong one leaves the last good filter acting.
func (m *Model) compile() {
	text := m.field.Value()
	m.wrong = nil
	if text == "" {
		m.filter = nil
		return
	}
	f, err := trace.Compile(text)
	if err != nil {
		if !errors.As(err, &m.wrong) {
			m.wrong = &trace.FilterError{Col: 1, Msg: err.Error()}
		}
		return
	}
	m.filter = f
}

// apply shows the rows of the filter that acts.
func (m *Model) apply() {
	if m.filter == nil || m.off {
		m.filtered, m.scanning, m.rows = nil, false, m.c.Store.Logs()
	} else {
		m.filtered = m.c.Store.Filter(m.c.Store.Logs(), m.filter, nil)
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
	keyApply  = ui.Bind("enter", "keep", "enter")
	keyLeave  = ui.Bind("esc", "leave", "esc")
	keyRecall = ui.Bind("↑ ↓", "earlier filters", "up", "down")
)

// Keys are the keys that act now.
func (m *Model) Keys() []key.Binding {
	if m.field.Focused() {
		return []key.Binding{keyApply, keyLeave, keyRecall}
	}
	keys := make([]key.Binding, 0, 12)
	if e, ok := m.event(); ok && e.ID != 0 {
		keys = append(keys, keyOpen)
	}
	keys = append(keys, ui.KeyFilter, keyErrors)
	if m.filter != nil {
		keys = append(keys, keyToggle, ui.KeyClear)
	}
	if !m.list.Following() {
		keys = append(keys, ui.KeyFollow)
	}
	if m.c.Desktop != nil && m.list.Len() > 0 {
		keys = append(keys, ui.KeyCopy)
	}
	return append(keys, keyDetail)
}

func (m *Model) handleKey(msg tea.KeyMsg) tea.Cmd {
	if m.field.Focused() {
		m.handleFieldKey(msg)
		return nil
	}
	m.wanted = 0
	if m.list.HandleKey(msg) {
		return nil
	}
	switch msg.String() {
	case "/":
		m.field.Focus()
	case "f":
		m.off = !m.off && m.filter != nil
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
	case "y":
		return m.copy()
	}
	return nil
}

// handleFieldKey filters while the text is typed.
func (m *Model) handleFieldKey(msg tea.KeyMsg) {
	switch msg.String() {
	case "enter", "tab", "esc":
		m.field.Remember()
		m.field.Blur()
		if m.wrong != nil { // what does not compile is not kept
			m.restore()
		}
	default:
		if m.field.HandleKey(msg) {
			m.compile()
			if m.wrong == nil {
				m.off = false
				m.apply()
			}
		}
	}
}

// restore puts the text of the filter that acts back into the field.
func (m *Model) restore() {
	text := ""
	if m.filter != nil {
		text = m.filter.String()
	}
	m.field.SetValue(text)
	m.wrong = nil
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

func (m *Model) copy() tea.Cmd {
	e, ok := m.event()
	if !ok {
		return nil
	}
	return ui.Copy(m.c, ui.Clock(e.Mono)+" "+e.Level.String()+" "+e.Extension.String()+" "+e.Detail, "the line")
}
