package ui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// Rows is what a List shows: rows in a fixed order, each with an id that stays its own.
type Rows interface {
	Len() int
	// ID returns the id of row i.
	ID(i int) uint64
	// Find returns the row with that id; when it is gone, the row nearest to where it was and false.
	Find(id uint64) (int, bool)
}

// List is a cursor and a window over rows. It draws only the rows that can be seen, keeps the selected row by its id when
// rows come and go, and follows the end until the reader moves away from it.
type List struct {
	rows   Rows
	height int
	top    int
	cursor int
	id     uint64
	follow bool
	static bool // a list that does not follow: the cursor begins at the top
}

// NewList returns a list that follows its end.
func NewList(rows Rows) List { return List{rows: rows, follow: true} }

// NewStaticList returns a list that begins at its top and never follows.
func NewStaticList(rows Rows) List { return List{rows: rows, static: true} }

// SetRows shows other rows and keeps the selection where the same id is among them.
func (l *List) SetRows(rows Rows) {
	l.rows = rows
	l.Sync()
}

// Rows are the rows that are shown.
func (l *List) Rows() Rows { return l.rows }

// SetHeight tells how many rows can be seen.
func (l *List) SetHeight(h int) {
	l.height = max(h, 0)
	l.reveal()
}

// Height returns how many rows can be seen.
func (l *List) Height() int { return l.height }

// Sync is called when rows came or went: it finds the selected one again, or follows.
func (l *List) Sync() {
	n := l.Len()
	switch {
	case n == 0:
		l.cursor, l.top = 0, 0
		return
	case l.follow:
		l.cursor = n - 1
	case l.id != 0:
		l.cursor, _ = l.rows.Find(l.id)
	}
	l.moveTo(l.cursor)
}

// Len returns the number of rows.
func (l *List) Len() int {
	if l.rows == nil {
		return 0
	}
	return l.rows.Len()
}

// Cursor returns the selected row, or -1 when there is none.
func (l *List) Cursor() int {
	if l.Len() == 0 {
		return -1
	}
	return l.cursor
}

// Selected returns the id of the selected row, 0 when there is none.
func (l *List) Selected() uint64 {
	if l.Len() == 0 {
		return 0
	}
	return l.id
}

// Top returns the first row that can be seen.
func (l *List) Top() int { return l.top }

// Visible returns the half-open range of the rows that can be seen.
func (l *List) Visible() (from, to int) { return l.top, min(l.top+l.height, l.Len()) }

// Following reports that the list shows its end and moves with it.
func (l *List) Following() bool { return l.follow }

// Follow goes to the end and stays there.
func (l *List) Follow() {
	l.follow = !l.static
	l.moveTo(l.Len() - 1)
}

// Unfollow stays where it is.
func (l *List) Unfollow() { l.follow = false }

// SelectID selects the row with that id and reports whether there is one.
func (l *List) SelectID(id uint64) bool {
	if l.rows == nil {
		return false
	}
	i, ok := l.rows.Find(id)
	if ok {
		l.Select(i)
	}
	return ok
}

// Select selects row i, or the one nearest to it.
func (l *List) Select(i int) {
	l.follow = false
	l.moveTo(i)
}

// Move moves the cursor by n rows. Reaching the end by moving does not follow, G does; to move on from the end that is followed goes
// nowhere.
func (l *List) Move(n int) {
	if l.follow && n > 0 {
		return
	}
	l.Select(l.cursor + n)
}

// Scroll is a turn of the wheel: down to the last row it follows again.
func (l *List) Scroll(n int) {
	l.Move(n)
	if n > 0 && l.cursor == l.Len()-1 {
		l.follow = !l.static
	}
}

func (l *List) moveTo(i int) {
	l.cursor = max(0, min(i, l.Len()-1))
	if l.Len() > 0 {
		l.id = l.rows.ID(l.cursor)
	}
	l.reveal()
}

func (l *List) reveal() {
	if l.follow {
		l.cursor = max(l.Len()-1, 0)
	}
	if l.cursor >= l.top+l.height {
		l.top = l.cursor - l.height + 1
	}
	l.top = max(0, min(l.top, l.cursor, l.Len()-l.height))
}

// FollowKey is the key that changes whether the list follows.
func (l *List) FollowKey() key.Binding {
	if l.follow {
		return KeyLook
	}
	return KeyFollow
}

// AtEnd is what there is to say of a key that asks for the rows below the last one; "" where it asks for none. More rows may come if the
// run is live.
func (l *List) AtEnd(msg tea.KeyMsg, live bool) string {
	switch msg.String() {
	case "j", "down", "pgdown", "ctrl+f", "ctrl+d":
	default:
		return ""
	}
	switch {
	case l.Len() == 0 || l.cursor < l.Len()-1:
		return ""
	case !live:
		return "This is the last row."
	case l.follow:
		return "This is the newest row, and the list follows: k looks back."
	}
	return "This is the newest row: G follows what comes."
}

// HandleKey moves the list if the key is one of a list's, and reports whether it was.
func (l *List) HandleKey(msg tea.KeyMsg) bool {
	page := max(l.height-1, 1)
	switch msg.String() {
	case "j", "down":
		l.Move(1)
	case "k", "up":
		l.Move(-1)
	case "pgdown", "ctrl+f":
		l.Move(page)
	case "pgup", "ctrl+b":
		l.Move(-page)
	case "ctrl+d":
		l.Move(max(l.height/2, 1))
	case "ctrl+u":
		l.Move(-max(l.height/2, 1))
	case "g", "home":
		l.Select(0)
	case "G", "end":
		l.Follow()
	default:
		return false
	}
	return true
}

// HandleMouse takes the wheel and a click at row y of the list, counted from its first visible row.
func (l *List) HandleMouse(msg tea.MouseMsg, y int) bool {
	if msg.Action != tea.MouseActionPress {
		return false
	}
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		l.Scroll(3)
	case tea.MouseButtonWheelUp:
		l.Scroll(-3)
	case tea.MouseButtonLeft:
		if y < 0 || y >= l.height || l.top+y >= l.Len() {
			return false
		}
		l.Select(l.top + y)
	default:
		return false
	}
	return true
}
