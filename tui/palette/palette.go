package palette

import (
	"cmp"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/near"
	"tenbench/tui/ui"
)

// maxRecent bounds the commands that are remembered.
const maxRecent = 50

// Model is the palette.
type Model struct {
	c        *ui.Common
	field    ui.Field
	commands []ui.Command // that act now
	lacking  []ui.Command // that do not, as they lack something
	chosen   *ui.Command  // whose argument is being typed; nil: a command is looked for
	before   string       // what had been typed when it was chosen
	options  []ui.Option  // of chosen
	recent   []string     // names of commands, the newest first; read at the first opening
	read     bool
	rows     []row
	why      string   // why what was typed is none of the commands, if that can be said
	near     string   // the command that may have been meant, "" if none is near
	means    []string // what the chosen command would do with its argument as it stands
	cursor   int
	top      int
	height   int // rows that were drawn last
	open     bool

	frame ui.Frame
}

// row is a command or an option that fits what was typed.
type row struct {
	index  int // into commands or options
	points int
	at     []int // bytes of its name that were typed
}

// New returns a closed palette.
func New(c *ui.Common) *Model { return &Model{c: c, height: 1} }

// IsOpen reports that the palette takes the keys.
func (m *Model) IsOpen() bool { return m.open }

// Steps is how many times esc has to be pressed until it is closed.
func (m *Model) Steps() int {
	if m.chosen != nil {
		return 2
	}
	return 1
}

// Open shows the palette with the commands that act now.
func (m *Model) Open(commands []ui.Command) {
	if !m.read && m.c.Memory != nil {
		m.recent, m.read = m.c.Memory.Recall(ui.PaletteHistory), true
	}
	m.commands, m.lacking = nil, nil
	for _, c := range commands {
		if c.Lacks == "" {
			m.commands = append(m.commands, c)
		} else {
			m.lacking = append(m.lacking, c)
		}
	}
	m.chosen, m.means, m.open = nil, nil, true
	m.field.SetValue("")
	m.field.Focus()
	m.find()
}

// Close hides the palette.
func (m *Model) Close() {
	m.open = false
	m.field.Blur()
}

var (
	keyRun      = ui.Bind("enter", "run", "enter")
	keyTake     = ui.Bind("tab", "complete", "tab")
	keyUp       = ui.Bind("↑ ↓", "choose", "up", "ctrl+p", "shift+tab")
	keyDown     = ui.Bind("↓", "below", "down", "ctrl+n")
	keyClose    = ui.Bind("esc", "close", "esc")
	keyStepBack = ui.Bind("esc", "another command", "esc")
)

// Keys are those of the footer while the palette is open.
func (m *Model) Keys() []key.Binding {
	if m.chosen != nil {
		return []key.Binding{keyRun, keyTake, keyUp, keyStepBack}
	}
	switch {
	case len(m.rows) > 0:
		return []key.Binding{keyRun, keyTake, keyUp, keyClose}
	case m.near != "":
		return []key.Binding{keyTake, keyClose}
	}
	return []key.Binding{keyClose}
}

// HandleKey takes a key. The command it returns, if any, is to be run.
func (m *Model) HandleKey(k tea.KeyMsg) tea.Cmd {
	cmd := m.handleKey(k)
	m.means = m.meaning()
	return cmd
}

func (m *Model) handleKey(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, keyClose):
		m.back()
	case key.Matches(k, keyRun):
		return m.run()
	case key.Matches(k, keyTake):
		m.take()
	case key.Matches(k, keyUp):
		if k.String() == "down" {
			m.move(+1)
		} else {
			m.move(-1)
		}
	case key.Matches(k, keyDown):
		m.move(+1)
	case k.String() == "pgdown":
		m.move(+m.height)
	case k.String() == "pgup":
		m.move(-m.height)
	case m.chosen != nil && m.field.Value() == "" && k.String() == "backspace":
		m.back()
	default:
		if m.field.HandleKey(k) {
			m.enterArgument()
			m.find()
		}
	}
	return nil
}

// HandleMouse takes the wheel, and a click on a row, which runs it. y is a line of the palette.
func (m *Model) HandleMouse(msg tea.MouseMsg, y int) tea.Cmd {
	if msg.Action != tea.MouseActionPress {
		return nil
	}
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		m.move(+1)
	case tea.MouseButtonWheelUp:
		m.move(-1)
	case tea.MouseButtonLeft:
		if i := m.top + y - rowsBegin; y >= rowsBegin && y < rowsBegin+m.height && i < len(m.rows) {
			m.cursor = i
			return m.run()
		}
		if y >= rowsBegin+m.height {
			m.Close()
		}
	}
	return nil
}

// rowsBegin is the first line with a row: below the line that is typed and its rule.
const rowsBegin = 2

// back goes one step back: from an argument to the commands, from there out.
func (m *Model) back() {
	if m.chosen == nil {
		m.Close()
		return
	}
	m.chosen = nil
	m.field.SetValue(m.before)
	m.find()
}

func (m *Model) move(by int) {
	m.cursor = min(max(m.cursor+by, 0), max(len(m.rows)-1, 0))
}

// enterArgument goes on to the argument when the name of a command that wants one was typed with a blank, and no other command
// can be meant any more: "hold " may still become "hold no more", "hold cmd" may not.
func (m *Model) enterArgument() {
	typed := m.field.Value()
	if m.chosen != nil || !strings.Contains(typed, " ") {
		return
	}
	best, lacks := -1, 0
	for i := range m.lacking {
		switch name := m.lacking[i].Name; {
		case strings.HasPrefix(name, typed):
			return
		case strings.HasPrefix(typed, name+" "):
			lacks = max(lacks, len(name))
		}
	}
	for i := range m.commands {
		c := &m.commands[i]
		switch {
		case strings.HasPrefix(c.Name, typed):
			return
		case c.Arg != nil && strings.HasPrefix(typed, c.Name+" ") && (best < 0 || len(c.Name) > len(m.commands[best].Name)):
			best = i
		}
	}
	if best >= 0 && len(m.commands[best].Name) > lacks {
		name := m.commands[best].Name
		m.choose(best, name)
		m.field.SetValue(typed[len(name)+1:])
	}
}

func (m *Model) choose(i int, typed string) {
	m.chosen, m.before, m.options = &m.commands[i], typed, nil
	if m.chosen.Arg.Options != nil {
		m.options = m.chosen.Arg.Options()
	}
	m.field.SetValue("")
	m.find()
}

// take completes what is being typed from the row under the cursor; where there is nothing to choose from, it begins with the example.
func (m *Model) take() {
	if m.cursor >= len(m.rows) {
		switch {
		case m.chosen != nil && m.field.Value() == "":
			m.field.SetValue(m.chosen.Arg.Example)
		case m.chosen == nil && m.near != "":
			m.field.SetValue(m.near)
			m.enterArgument()
		default:
			return
		}
		m.find()
		return
	}
	i := m.rows[m.cursor].index
	switch {
	case m.chosen != nil:
		m.field.SetValue(m.options[i].Value)
	case m.commands[i].Arg != nil:
		m.choose(i, m.field.Value())
		return
	default:
		m.field.SetValue(m.commands[i].Name)
	}
	m.find()
}

// run does what is chosen, or asks for its argument first.
func (m *Model) run() tea.Cmd {
	if m.chosen != nil {
		return m.runChosen()
	}
	if m.cursor >= len(m.rows) {
		return nil
	}
	i := m.rows[m.cursor].index
	if arg := m.commands[i].Arg; arg != nil && !arg.None {
		m.choose(i, m.field.Value())
		return nil
	}
	return m.finish(&m.commands[i], "")
}

func (m *Model) runChosen() tea.Cmd {
	arg, ok := m.argument()
	if !ok || m.wrong() != "" {
		return nil
	}
	return m.finish(m.chosen, arg)
}

// argument is what the chosen command would be told: what was typed if anything may be, unless an option was gone to or what was typed
// is wrong by itself and the beginning of one; else the option under the cursor.
func (m *Model) argument() (string, bool) {
	a, typed := m.chosen.Arg, strings.TrimSpace(m.field.Value())
	switch {
	case a.Free && typed != "" && m.cursor == 0 && !m.begins(typed):
		return typed, true
	case m.cursor < len(m.rows):
		return m.options[m.rows[m.cursor].index].Value, true
	case typed != "":
		return typed, a.Free
	}
	return "", a.None
}

// begins reports that what was typed is wrong by itself, but the beginning of the option under the cursor.
func (m *Model) begins(typed string) bool {
	a := m.chosen.Arg
	if m.cursor >= len(m.rows) || a.Check == nil || a.Check(typed) == "" {
		return false
	}
	option := m.options[m.rows[m.cursor].index].Value
	return len(option) >= len(typed) && strings.EqualFold(option[:len(typed)], typed)
}

// wrong is what the chosen command says of its argument as it stands.
func (m *Model) wrong() string {
	if m.chosen == nil || m.chosen.Arg.Check == nil || strings.TrimSpace(m.field.Value()) == "" {
		return ""
	}
	arg, ok := m.argument()
	if !ok {
		return ""
	}
	return m.chosen.Arg.Check(arg)
}

// meaning is what the chosen command would do with its argument as it stands.
func (m *Model) meaning() []string {
	if m.chosen == nil || m.chosen.Arg.Means == nil || m.wrong() != "" {
		return nil
	}
	arg, ok := m.argument()
	if !ok {
		return nil
	}
	return m.chosen.Arg.Means(arg)
}

func (m *Model) finish(c *ui.Command, arg string) tea.Cmd {
	m.Close()
	keep := m.note(c.Name)
	if c.Run == nil {
		return keep
	}
	return tea.Batch(c.Run(arg), keep)
}

// note puts a command at the beginning of those used lately.
func (m *Model) note(name string) tea.Cmd {
	m.recent = append([]string{name}, slices.DeleteFunc(m.recent, func(s string) bool { return s == name })...)
	m.recent = m.recent[:min(len(m.recent), maxRecent)]
	memory, lines := m.c.Memory, slices.Clone(m.recent)
	if memory == nil {
		return nil
	}
	return func() tea.Msg {
		_ = memory.Remember(ui.PaletteHistory, lines) // not to know next time what was used is no loss
		return nil
	}
}

// find looks for what fits the text, the best first.
func (m *Model) find() {
	m.rows, m.cursor, m.top = m.rows[:0], 0, 0
	m.why, m.near = "", ""
	typed := strings.TrimSpace(m.field.Value())
	if m.chosen != nil {
		for i, o := range m.options {
			m.consider(i, typed, o.Value, o.Help, 0)
		}
	} else {
		for i := range m.commands {
			c := &m.commands[i]
			m.consider(i, typed, c.Name, c.Help, m.recency(c.Name, typed))
		}
	}
	slices.SortStableFunc(m.rows, func(a, b row) int { return cmp.Compare(b.points, a.points) })
	if m.chosen == nil && typed != "" {
		m.explain(typed)
	}
}

// explain says why what was typed is no command that acts, as far as that is known. Of one that lacks something it offers no other in its
// place: enter would do what nobody said.
func (m *Model) explain(typed string) {
	begins := func(c *ui.Command) bool { return typed == c.Name || strings.HasPrefix(typed, c.Name+" ") }
	for i := range m.lacking {
		if c := &m.lacking[i]; begins(c) {
			m.rows, m.why = m.rows[:0], c.Name+": "+c.Lacks
			return
		}
	}
	if len(m.rows) > 0 {
		return
	}
	for i := range m.commands {
		if c := &m.commands[i]; c.Arg == nil && begins(c) {
			m.why = c.Name + " takes nothing behind it."
			m.near = c.Name
			return
		}
	}
	m.near = m.nearest(typed)
}

// nearest is the command that was most likely meant, with what was typed behind its name; "" if none is near.
func (m *Model) nearest(typed string) string {
	words := strings.Fields(typed)
	for n := min(len(words), maxWords); n > 0; n-- { // first of as many words as were typed
		names := map[string]string{} // by their first words
		var heads []string
		for _, all := range [][]ui.Command{m.commands, m.lacking} {
			for i := range all {
				of := strings.Fields(all[i].Name)
				if len(of) < n {
					continue
				}
				head := strings.Join(of[:n], " ")
				if _, is := names[head]; !is {
					names[head], heads = all[i].Name, append(heads, head)
				}
			}
		}
		if found := near.Name(strings.Join(words[:n], " "), heads); found != "" {
			return strings.Join(append([]string{names[found]}, words[n:]...), " ")
		}
	}
	return ""
}

// maxWords bounds the words of a name.
const maxWords = 3

// recency is what a command gains for having been used lately: all of the order while nothing is typed, else a little.
func (m *Model) recency(name, typed string) int {
	i := slices.Index(m.recent, name)
	if i < 0 {
		return 0
	}
	if typed == "" {
		return 1000 - i
	}
	return max(10-i, 1)
}

// What a name gains for being what was typed, whole, or but for its case: enter means that one, not one that begins with it.
const (
	whole = 3000
	fold  = 2000
)

// consider takes a name among the rows if it fits, or if what it does is said in the words that were typed.
func (m *Model) consider(i int, typed, name, help string, bonus int) {
	points, at, ok := score(typed, name)
	if !ok {
		if len(typed) < 3 || !strings.Contains(strings.ToLower(help), strings.ToLower(typed)) {
			return
		}
		points, at = -50, nil
	}
	switch {
	case typed == name:
		bonus += whole
	case strings.EqualFold(typed, name):
		bonus += fold
	}
	m.rows = append(m.rows, row{i, points + bonus, at})
}
