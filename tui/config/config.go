package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// kind is what an entry of the left list is.
type kind uint8

const (
	extension kind = iota
	section
	reloads
)

// item is an entry of the left list.
type item struct {
	kind  kind
	graph string // of an extension
	name  string // of an extension or a section
}

// Model is the Config screen.
type Model struct {
	c    *ui.Common
	w, h int

	settings ui.Settings
	items    []item
	at       item // the selected one
	rows     []row
	row      int  // the selected one
	inside   bool // the right side has the keys
	asked    int64
	edit     *edit     // of a property; nil if there is none
	replays  []*replay // the oldest first; bounded

	leftLines []int // the item of each line as drawn last, or one of the signs below
	rightTop  int   // the first row drawn last

	frame ui.Frame
}

// New returns the screen.
func New(c *ui.Common) *Model {
	m := &Model{c: c}
	m.load()
	return m
}

// Title is the word on the tab.
func (m *Model) Title() string { return "Config" }

// Focused reports that a field has the keys: that of a property that is edited.
func (m *Model) Focused() bool { return m.edit != nil }

// SetSize tells the size of the body.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	if m.at.kind != section {
		m.fill()
	}
}

// Update takes a message.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.ConfigMsg:
		m.load()
	case ui.TickMsg:
		m.tick()
		return m.stepReplays()
	case ui.ReplayMsg:
		return m.replay(msg.Graph, msg.Extension, msg.Count)
	case resentMsg:
		return m.resent(msg)
	case ui.GotoMsg:
		m.goTo(msg)
	case doneMsg:
		return m.done(msg)
	case tea.KeyMsg:
		if m.edit != nil {
			return m.editKey(msg)
		}
		return m.handleKey(msg)
	case tea.MouseMsg:
		if m.edit == nil { // what is typed is not left by a slip of the hand
			m.handleMouse(msg)
		}
	}
	return nil
}

// load takes the settings as they are now.
func (m *Model) load() {
	m.settings = ui.Settings{}
	if m.c.Info.Settings != nil {
		m.settings = m.c.Info.Settings()
	}
	m.list()
	m.fill()
}

// refresh is how often the properties that are looked at are asked for.
const refresh = int64(250e6)

func (m *Model) tick() {
	if m.c.Now-m.asked < refresh && m.c.Now >= m.asked {
		return
	}
	m.asked = m.c.Now
	m.list()
	if m.at.kind != section {
		m.fill()
	}
}

// list makes the left list, and keeps what is selected.
func (m *Model) list() {
	m.items = m.items[:0]
	for _, g := range m.c.Source.Graphs() {
		for i := range g.Nodes {
			m.items = append(m.items, item{extension, g.Name, g.Nodes[i].Name})
		}
	}
	if m.c.Info.Settings != nil {
		for i := range m.settings.All {
			name := sectionOf(m.settings.All[i].Key)
			if it := (item{kind: section, name: name}); len(m.items) == 0 || m.items[len(m.items)-1] != it {
				m.items = append(m.items, it)
			}
		}
	}
	if m.c.Info.Settings != nil || len(m.c.Store.Changes())+len(m.replays) > 0 {
		m.items = append(m.items, item{kind: reloads})
	}
	if m.index() < 0 && len(m.items) > 0 {
		m.choose(m.items[0])
	}
}

func sectionOf(key string) string {
	for i := range len(key) {
		if key[i] == '.' {
			return key[:i]
		}
	}
	return key
}

func (m *Model) index() int { return slices.Index(m.items, m.at) }

func (m *Model) choose(it item) {
	if it == m.at {
		return
	}
	m.at, m.row, m.inside = it, 0, false
	m.fill()
}

// fill makes the rows of the right side.
func (m *Model) fill() {
	switch m.at.kind {
	case section:
		m.rows = settingRows(m.settings.All, m.at.name)
	case reloads:
		m.fillReloads()
	default:
		m.rows = nil
		if n := m.node(); n != nil {
			m.rows = propertyRows(n, m.properties(), m.settings.Secrets)
			if m.fileWidth() > 0 {
				m.rows = beside(m.rows)
			}
		}
	}
	m.row = max(min(m.row, len(m.rows)-1), 0)
	if len(m.rows) == 0 {
		m.inside = false
	}
	m.follow()
}

// fillReloads keeps the row selected while newer ones come above it.
func (m *Model) fillReloads() {
	var at row
	if m.row < len(m.rows) {
		at = m.rows[m.row]
	}
	m.rows = reloadRows(m.settings.Reloads, m.replays, m.c, m.w-m.leftWidth()-remarkMargin)
	same := func(r row) bool { return r.at == at.at && r.key == at.key && r.value == at.value && r.line == at.line }
	if i := slices.IndexFunc(m.rows, same); i >= 0 {
		m.row = i
	}
}

// properties are those of the selected extension by now.
func (m *Model) properties() (now running) {
	if r, ok := m.c.Controller.(ui.PropertyReader); ok && m.c.Live() {
		now.json, now.wrote = r.Properties(m.at.graph, m.at.name)
		now.reads = r.PropertyReads(m.at.graph, m.at.name)
		if e := m.editor(); e != nil {
			now.edited = e.EditedProperties(m.at.graph, m.at.name)
		}
		s := nodeOf(m.c, m.at)
		now.started = s != nil && s.State == trace.Running
	}
	if m.c.Info.Has != nil {
		now.declared = m.c.Info.Has(m.at.graph, m.at.name)
	}
	return now
}

// node is the selected extension as its graph has it, nil if none is selected.
func (m *Model) node() *graph.Node {
	if m.at.kind != extension {
		return nil
	}
	for _, g := range m.c.Source.Graphs() {
		if g.Name == m.at.graph {
			return g.Node(m.at.name)
		}
	}
	return nil
}

// goTo selects the extension that another screen names, or what came of the file.
func (m *Model) goTo(g ui.GotoMsg) {
	if g.Screen != ui.Config || m.edit != nil {
		return
	}
	m.list()
	wanted := func(it item) bool {
		return it.kind == extension && it.name == g.Extension || it.kind == reloads && g.Reloads
	}
	if i := slices.IndexFunc(m.items, wanted); i >= 0 {
		m.choose(m.items[i])
	}
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, keyPane):
		m.inside = !m.inside && len(m.rows) > 0
	case k.Type == tea.KeyEnter && m.canEdit():
		m.beginEdit()
	case key.Matches(k, keyBack) && m.canRevert():
		return m.revert()
	case key.Matches(k, keyEnter):
		m.inside = len(m.rows) > 0
	case m.inside && (key.Matches(k, keyOut) || k.Type == tea.KeyEsc):
		m.inside = false
	case key.Matches(k, keyOpen):
		return m.open()
	case key.Matches(k, keyCopy):
		return m.copyValue()
	case key.Matches(k, keyApply):
		return m.apply()
	case key.Matches(k, keyReplay) && m.canReplay():
		return m.replay(m.at.graph, m.at.name, ui.ReplayCount)
	case key.Matches(k, ui.KeyRestart):
		if m.canRestart() {
			return ui.Restart(m.at.graph, m.at.name)
		}
	default:
		m.move(k.String())
	}
	return nil
}

// move moves in the side that has the keys.
func (m *Model) move(name string) {
	at, n := m.index(), len(m.items)
	if m.inside {
		at, n = m.row, len(m.rows)
	}
	switch name {
	case "j", "down":
		at++
	case "k", "up":
		at--
	case "pgdown", "ctrl+f", "ctrl+d":
		at += max(m.h/2, 1)
	case "pgup", "ctrl+b", "ctrl+u":
		at -= max(m.h/2, 1)
	case "g", "home":
		at = 0
	case "G", "end":
		at = n - 1
	default:
		return
	}
	at = max(min(at, n-1), 0)
	switch {
	case m.inside:
		m.row = at
	case n > 0:
		m.choose(m.items[at])
	}
}

func (m *Model) handleMouse(msg tea.MouseMsg) {
	if msg.Action != tea.MouseActionPress {
		return
	}
	left := msg.X < m.leftWidth()
	switch msg.Button {
	case tea.MouseButtonWheelDown, tea.MouseButtonWheelUp:
		m.inside = !left && len(m.rows) > 0
		m.move(map[tea.MouseButton]string{tea.MouseButtonWheelDown: "down", tea.MouseButtonWheelUp: "up"}[msg.Button])
	case tea.MouseButtonLeft:
		y := msg.Y - m.bodyTop()
		switch {
		case left && y >= 0 && y < len(m.leftLines) && m.leftLines[y] >= 0:
			m.choose(m.items[m.leftLines[y]])
			m.inside = false
		case !left && y > 0 && m.rightTop+y-1 < len(m.rows):
			m.inside, m.row = true, m.rightTop+y-1
		}
	}
}

// origin is the place that o opens.
func (m *Model) origin() ui.Origin {
	if m.inside && m.row < len(m.rows) {
		return m.rows[m.row].from
	}
	if o := m.settings.Mistake(); m.at.kind == extension && o.File != "" {
		return o
	}
	switch m.at.kind {
	case extension:
		if n := m.node(); n != nil {
			return ui.Origin{File: n.Pos.File, Line: n.Pos.Line}
		}
	case section:
		for _, r := range m.rows {
			if r.from.File != "" {
				return r.from
			}
		}
	case reloads:
		for _, r := range m.rows {
			if r.from.File != "" && r.tone == remark {
				return r.from
			}
		}
	}
	return ui.Origin{File: m.settings.Path}
}

func (m *Model) open() tea.Cmd {
	o := m.origin()
	if o.File == "" || m.c.Desktop == nil {
		return nil
	}
	return ui.Edit(o.File + ":" + strconv.Itoa(o.Line))
}

func (m *Model) copyValue() tea.Cmd {
	if !m.inside || m.row >= len(m.rows) {
		return nil
	}
	return ui.Copy(m.c, m.rows[m.row].value, "the value")
}

// canApply reports that the file is applied by hand here.
func (m *Model) canApply() bool { return m.c.Info.Apply != nil && !m.settings.Auto && m.c.Live() }

func (m *Model) canRestart() bool { return m.at.kind == extension && m.node() != nil && m.c.CanAct() }

// apply takes the file as it is now. What comes of it is told as after a saved file.
func (m *Model) apply() tea.Cmd {
	switch {
	case m.c.Info.Apply == nil || !m.c.Live():
		return nil
	case m.settings.Auto:
		return ui.Note("Saving the file applies it: [reload] config is true.")
	}
	do := m.c.Info.Apply
	return func() tea.Msg {
		do()
		return nil
	}
}

// Keys are the keys that act now, the most important first.
func (m *Model) Keys() []key.Binding {
	if m.edit != nil {
		return []key.Binding{keyGive, keyLeave}
	}
	var k []key.Binding
	if m.canEdit() {
		k = append(k, keyEdit)
	}
	if m.canRevert() {
		k = append(k, keyBack)
	}
	if m.canApply() {
		k = append(k, keyApply)
	}
	if o := m.origin(); o.File != "" && m.c.Desktop != nil {
		if o == m.settings.Mistake() {
			k = append(k, keyMistake)
		} else {
			k = append(k, keyOpen)
		}
	}
	if m.inside {
		k = append(k, keyCopy, keyOut)
	} else if len(m.rows) > 0 {
		k = append(k, keyEnter)
	}
	if m.canRestart() {
		k = append(k, ui.KeyRestart)
	}
	if m.canReplay() {
		k = append(k, keyReplay)
	}
	if len(m.rows) > 0 {
		k = append(k, keyPane)
	}
	return k
}

// Status says what the selection means.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	switch {
	case m.edit != nil:
		m.editStatus(l)
	case m.inside && m.row < len(m.rows):
		m.rowStatus(l, &m.rows[m.row])
	case m.at.kind == reloads:
		l.Text(t.Quiet, "What came of saves and new lives, better or worse, and of what was sent again.")
	case m.at.kind == section && isAtStart(m.at.name):
		l.Text(t.Bright, "["+m.at.name+"]").Text(t.Quiet, " is read when the bench starts: what is saved now counts from the next start on.")
	case m.at.kind == section:
		l.Text(t.Bright, "["+m.at.name+"]").Text(t.Quiet, " is applied when the file is.")
	case m.node() != nil && !m.c.Live():
		l.Text(t.Quiet, m.c.Over("This is a recording: it keeps names and routes, and no properties.", ": names and routes are kept, and no properties."))
	case m.node() != nil:
		m.extensionStatus(l)
	}
	return l.String()
}

// isAtStart reports whether a section is read when the bench starts.
func isAtStart(name string) bool { return slices.Contains([]string{"trace", "record", "python"}, name) }

func (m *Model) extensionStatus(l *ui.Line) {
	t, own, byHand := m.c.Theme, 0, 0
	for i := range m.rows {
		switch m.rows[i].tone {
		case written:
			own++
		case edited:
			byHand++
		}
	}
	l.Text(t.Bright, m.at.name)
	switch {
	case byHand > 0:
		l.Text(t.Quiet, " differs from the files: ").Text(t.Held, ui.Grouped(byHand)+" set by hand").Text(t.Quiet, ", running only.")
		return
	case own == 0 && m.settings.Refused() != nil:
		l.Text(t.Quiet, " has what the files said before: ").Text(t.Wrong, "as they stand now they are refused").Text(t.Quiet, ".")
		return
	case own == 0 && m.settings.Waiting() != nil:
		l.Text(t.Quiet, " has what the files said before: what was saved since ").Text(t.Held, "waits").Text(t.Quiet, ".")
		return
	case own == 0:
		l.Text(t.Quiet, " has what the files say.")
		return
	}
	what := "1 property"
	if own > 1 {
		what = ui.Grouped(own) + " properties"
	}
	l.Text(t.Quiet, " has written ").Text(t.Held, what).Text(t.Quiet, " itself since it started.")
}

func (m *Model) rowStatus(l *ui.Line, r *row) {
	t := m.c.Theme
	switch {
	case r.tone == written:
		l.Text(t.Bright, r.key).Text(t.Quiet, " was written by "+m.at.name+" itself at ").Clock(t.Held, r.at, 0).
			Text(t.Quiet, "; a restart takes it back to the file's.")
	case r.tone == waiting && m.at.kind == section:
		l.Text(t.Quiet, "The file says ").Text(t.Bright, r.value).Text(t.Quiet, ", which counts from the next start on.")
	case r.tone == edited:
		l.Text(t.Bright, r.key).Text(t.Quiet, " was set by hand, ").Text(t.Held, "running only").Text(t.Quiet, "; the file says ").
			Text(t.Bright, r.file)
	case r.tone == unlike:
		l.Text(t.Text, "The manifest declares "+r.value+": ").Text(t.Wrong, "change the value, or the type in the manifest").Text(t.Text, ".")
	case m.at.kind == reloads && r.said != "":
		l.Text(t.Text, r.said)
	case m.at.kind == reloads:
		l.Text(t.Text, r.value)
	case r.from.File != "":
		l.Text(t.Bright, r.key).Text(t.Quiet, " = ").Text(t.Text, r.value).Text(t.Quiet, " stands in ").Text(t.Link, where(r.from))
	case r.from.Name == "default":
		l.Text(t.Bright, r.key).Text(t.Quiet, " = ").Text(t.Text, r.value).Text(t.Quiet, " is the default.")
	default:
		l.Text(t.Bright, r.key).Text(t.Quiet, " = ").Text(t.Text, r.value).Text(t.Quiet, " comes from ").Text(t.Text, r.from.Name)
	}
}

// short is an origin with its file without the folder; one that is called like the config file, but is another, keeps the last of its
// folders.
func (m *Model) short(o ui.Origin) ui.Origin {
	name := ui.Base(o.File)
	if o.File != m.settings.Path && name == ui.Base(m.settings.Path) {
		folder := strings.TrimRight(strings.TrimSuffix(o.File, name), `/\`)
		name = ui.Base(folder) + "/" + name
	}
	o.File = name
	return o
}

// where names an origin: its file, and what else is known.
func where(o ui.Origin) string {
	if o.File == "" {
		return o.Name
	}
	text := o.File
	if o.Line > 0 {
		text += ":" + strconv.Itoa(o.Line)
	}
	if o.Name != "" {
		return text + ", " + o.Name
	}
	return text
}
