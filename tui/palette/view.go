package palette

import (
	"slices"

	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// maxRows is how many commands are seen at once.
const maxRows = 12

// leastBelow is how many lines of the screen below the palette are worth to be seen: fewer look like a mistake.
const leastBelow = 4

// Height is how many of h lines the palette takes: its line, its rows and two rules, and what would be left over below them.
func (m *Model) Height(h int) int {
	if n := maxRows + 3; h-n >= leastBelow {
		return n
	}
	return h
}

// View draws the palette over a body of that many lines, of w cells; it takes Height of them. Where it takes all, what is below the
// body has a rule already.
func (m *Model) View(w, body int) string {
	f, t, h := &m.frame, m.c.Theme, m.Height(body)
	f.Begin(t, w, h)
	m.drawLine(f.Row())
	f.Rule()
	m.height = max(h-2, 1)
	if h < body {
		m.height = max(h-3, 1)
	}
	m.scroll()
	for y := range m.height {
		if i := m.top + y; i < len(m.rows) {
			m.drawRow(f.Row(), i)
		} else if i == 0 {
			m.drawNothing(f.Row())
		} else if i == y && y <= len(m.means) && len(m.rows) == 0 {
			f.Row().Gap(3).Cell(t.Text, m.means[y-1], w-4)
		} else {
			f.Row()
		}
	}
	if h < body {
		f.Rule()
	}
	return f.String()
}

func (m *Model) scroll() {
	m.top = max(min(m.top, m.cursor), m.cursor-m.height+1, 0)
}

// drawLine draws what is typed, behind the command it is for.
func (m *Model) drawLine(l *ui.Line) {
	t := m.c.Theme
	count := ui.Plural(len(m.rows), "command")
	l.Gap(1).Text(t.Key, ":").Gap(1)
	if m.chosen != nil {
		if count = ""; !m.chosen.Arg.Free || len(m.rows) > 0 {
			count = ui.Plural(len(m.rows), "choice")
		}
		l.Text(t.Bright, m.chosen.Name).Gap(1)
	}
	room := max(l.Left()-ui.Width(count)-3, 8)
	m.field.Draw(l, t.Bright, min(room, ui.Width(m.field.Value())+1))
	if m.chosen != nil && m.field.Value() == "" {
		hint := m.chosen.Arg.Hint
		l.Gap(1).Cell(t.Quiet, hint, min(ui.Width(hint), room-2))
	}
	l.End(t.Quiet, count, 1)
}

func (m *Model) drawNothing(l *ui.Line) {
	t := m.c.Theme
	l.Gap(3)
	switch {
	case m.chosen == nil && m.why == "" && m.near == "":
		l.Text(t.Quiet, "No command is called like that. ").Text(t.Key, "esc").Text(t.Quiet, " closes the palette.")
	case m.chosen == nil:
		m.drawWhy(l)
	case m.chosen.Arg.Free:
		m.drawExample(l)
	default:
		l.Text(t.Quiet, "There is nothing of that name to choose.")
	}
}

// drawWhy says why what was typed is none of the commands, and which may have been meant.
func (m *Model) drawWhy(l *ui.Line) {
	t := m.c.Theme
	switch {
	case m.near == "":
		l.Text(t.Text, m.why)
	case m.why != "":
		l.Text(t.Text, m.why+" ").Text(t.Key, keyTake.Help().Key).Text(t.Quiet, " leaves it at that.")
	default:
		l.Text(t.Quiet, "No command is called like that; did you mean ").Text(t.Bright, m.near).Text(t.Quiet, "? ").
			Text(t.Key, keyTake.Help().Key).Text(t.Quiet, " takes it.")
	}
}

// drawExample says how an argument that may be anything is written.
func (m *Model) drawExample(l *ui.Line) {
	t, arg := m.c.Theme, m.chosen.Arg
	if text := m.field.Value(); text != "" && arg.Check != nil && arg.Check(text) == "" {
		l.Text(t.Key, "enter").Text(t.Quiet, " runs it as it stands.")
		return
	}
	if arg.Example == "" {
		l.Text(t.Quiet, "Type "+arg.Hint+" and press ").Text(t.Key, "enter").Text(t.Quiet, ".")
		return
	}
	l.Text(t.Quiet, "Type "+arg.Hint+", for example  ").Text(t.Text, arg.Example)
	if m.field.Value() == "" {
		l.Gap(3).Text(t.Key, "tab").Text(t.Quiet, " takes it")
	}
}

// nameWidth is the room for names, so that the words beside them begin in one column.
const nameWidth = 30

func (m *Model) drawRow(l *ui.Line, i int) {
	t, r := m.c.Theme, m.rows[i]
	name, help, keys := m.texts(r.index)
	if i == m.cursor {
		l.Select(true).Sign(t.Key, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	l.Gap(1)
	end := l.Used() + nameWidth
	drawMatched(l, t, name, r.at, nameWidth)
	if c := m.argOf(r.index); c != nil && l.Used()+1 < end {
		l.Gap(1).Cell(t.Quiet, c.Hint, min(ui.Width(c.Hint), end-l.Used()))
	}
	l.Col(end+1).Cell(t.Quiet, help, max(l.Left()-ui.Width(keys)-3, 0))
	l.Gap(l.Left()-ui.Width(keys)-2).Text(t.Key, keys).Gap(l.Left())
	l.Select(false)
}

// texts are the name, the help and the key of a row.
func (m *Model) texts(i int) (name, help, keys string) {
	if m.chosen != nil {
		return m.options[i].Value, m.options[i].Help, ""
	}
	c := &m.commands[i]
	return c.Name, c.Help, c.Key.Help().Key
}

func (m *Model) argOf(i int) *ui.Arg {
	if m.chosen != nil {
		return nil
	}
	return m.commands[i].Arg
}

// drawMatched draws a name with the letters that were typed brighter, in at most w cells.
func drawMatched(l *ui.Line, t *theme.Theme, name string, at []int, w int) {
	if ui.Width(name) > w || ui.Sanitise(name) != name {
		l.Cell(t.Text, name, w)
		return
	}
	from := 0
	for from < len(name) {
		hit := slices.Contains(at, from)
		to := from + 1
		for to < len(name) && (slices.Contains(at, to) == hit || name[to] >= 0x80 && name[to] < 0xc0) {
			to++
		}
		st := t.Text
		if hit {
			st = t.Match
		}
		l.Text(st, name[from:to])
		from = to
	}
}

// Status says what the chosen command does, or what is wrong with what it is told.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	if wrong := m.wrong(); wrong != "" {
		return l.Text(t.Wrong, wrong).String()
	}
	switch {
	case m.chosen != nil && len(m.means) > 0 && len(m.rows) > 0: // else they stand below the line
		l.Text(t.Quiet, m.means[0])
	case m.chosen != nil:
		l.Text(t.Bright, m.chosen.Name).Text(t.Quiet, ": "+m.chosen.Help)
	case m.cursor < len(m.rows):
		name, help, _ := m.texts(m.rows[m.cursor].index)
		l.Text(t.Bright, name).Text(t.Quiet, ": "+help)
	}
	return l.String()
}
