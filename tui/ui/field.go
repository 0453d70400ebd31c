package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"

	"tenbench/tui/theme"
)

const maxHistory = 100

// Field is a line of text that a person types. It knows the keys of a shell's line and moves by graphemes; up and down walk
// through what was entered before.
type Field struct {
	text    []string // graphemes
	at      int
	focused bool
	history []string
	recall  int // index into history; len(history) is the new line
	fresh   string
}

// Value returns the text.
func (f *Field) Value() string { return strings.Join(f.text, "") }

// SetValue replaces the text and puts the cursor at its end.
func (f *Field) SetValue(s string) {
	f.text = graphemes(s)
	f.at = len(f.text)
}

// Column returns the cell the cursor stands on, from 0.
func (f *Field) Column() int { return width(strings.Join(f.text[:f.at], "")) }

// Focus takes the keys.
func (f *Field) Focus() { f.focused = true }

// Blur gives the keys back.
func (f *Field) Blur() { f.focused = false }

// Focused reports that the field takes the keys.
func (f *Field) Focused() bool { return f.focused }

// SetHistory gives the field other lines to walk through, the oldest first.
func (f *Field) SetHistory(lines []string) {
	f.history = append(f.history[:0], lines...)
	f.recall = len(f.history)
}

// Split returns the text before the cursor and behind it.
func (f *Field) Split() (head, tail string) {
	return strings.Join(f.text[:f.at], ""), strings.Join(f.text[f.at:], "")
}

// insertTail puts a text behind the cursor, which stays where it is.
func (f *Field) insertTail(s string) {
	f.text = append(f.text[:f.at:f.at], graphemes(s)...)
}

// Remember puts the text into the history.
func (f *Field) Remember() {
	v := f.Value()
	if v != "" && (len(f.history) == 0 || f.history[len(f.history)-1] != v) {
		f.history = append(f.history, v)
	}
	if len(f.history) > maxHistory {
		f.history = f.history[1:]
	}
	f.recall = len(f.history)
}

// HandleKey edits the text and reports whether it took the key. Enter, tab and esc are left to the owner.
func (f *Field) HandleKey(msg tea.KeyMsg) bool {
	if !f.focused {
		return false
	}
	if msg.Type == tea.KeyRunes && !msg.Alt || msg.Type == tea.KeySpace {
		f.insert(string(msg.Runes))
		return true
	}
	edit, ok := fieldKeys[msg.String()]
	if ok {
		edit(f)
	}
	return ok
}

var fieldKeys = map[string]func(*Field){
	"left": func(f *Field) { f.at = max(f.at-1, 0) }, "right": func(f *Field) { f.at = min(f.at+1, len(f.text)) },
	"ctrl+b": func(f *Field) { f.at = max(f.at-1, 0) }, "ctrl+f": func(f *Field) { f.at = min(f.at+1, len(f.text)) },
	"home": func(f *Field) { f.at = 0 }, "end": func(f *Field) { f.at = len(f.text) },
	"ctrl+a": func(f *Field) { f.at = 0 }, "ctrl+e": func(f *Field) { f.at = len(f.text) },
	"alt+left": func(f *Field) { f.at = f.wordLeft() }, "alt+right": func(f *Field) { f.at = f.wordRight() },
	"alt+b": func(f *Field) { f.at = f.wordLeft() }, "alt+f": func(f *Field) { f.at = f.wordRight() },
	"ctrl+left": func(f *Field) { f.at = f.wordLeft() }, "ctrl+right": func(f *Field) { f.at = f.wordRight() },
	"backspace": func(f *Field) { f.remove(f.at-1, f.at) }, "ctrl+h": func(f *Field) { f.remove(f.at-1, f.at) },
	"delete": func(f *Field) { f.remove(f.at, f.at+1) }, "ctrl+d": func(f *Field) { f.remove(f.at, f.at+1) },
	"ctrl+k": func(f *Field) { f.remove(f.at, len(f.text)) }, "ctrl+u": func(f *Field) { f.remove(0, f.at) },
	"ctrl+w": func(f *Field) { f.remove(f.wordLeft(), f.at) }, "alt+backspace": func(f *Field) { f.remove(f.wordLeft(), f.at) },
	"up": func(f *Field) { f.walk(-1) }, "down": func(f *Field) { f.walk(1) },
}

func (f *Field) insert(s string) {
	tail := strings.Join(f.text[f.at:], "")
	head := graphemes(strings.Join(f.text[:f.at], "") + Sanitise(s))
	f.text = append(head, graphemes(tail)...)
	f.at = len(head)
}

func (f *Field) remove(from, to int) {
	from, to = max(from, 0), min(to, len(f.text))
	if from >= to {
		return
	}
	f.text = append(f.text[:from], f.text[to:]...)
	f.at = from
}

func (f *Field) wordLeft() int {
	i := f.at
	for i > 0 && f.text[i-1] == " " {
		i--
	}
	for i > 0 && f.text[i-1] != " " {
		i--
	}
	return i
}

func (f *Field) wordRight() int {
	i := f.at
	for i < len(f.text) && f.text[i] == " " {
		i++
	}
	for i < len(f.text) && f.text[i] != " " {
		i++
	}
	return i
}

func (f *Field) walk(step int) {
	to := f.recall + step
	if to < 0 || to > len(f.history) {
		return
	}
	if f.recall == len(f.history) {
		f.fresh = f.Value()
	}
	f.recall = to
	if to == len(f.history) {
		f.SetValue(f.fresh)
		return
	}
	f.SetValue(f.history[to])
}

// Draw draws the text in exactly w cells of l, the cursor always in sight.
func (f *Field) Draw(l *Line, st theme.Style, w int) {
	end := l.Used() + w
	from := f.window(w)
	for i := from; i < len(f.text) && l.Used() < end; i++ {
		f.cell(l, st, i, end)
	}
	if f.focused && f.at == len(f.text) && l.Used() < end {
		l.Cursor(" ")
	}
	l.Col(end)
}

func (f *Field) cell(l *Line, st theme.Style, i, end int) {
	g := f.text[i]
	switch n := width(g); {
	case l.Used()+n > end:
		l.Col(end)
	case f.focused && i == f.at:
		l.Cursor(g)
	default:
		l.put(st, g, n)
	}
}

// window returns the first grapheme to draw so that the cursor fits into w cells.
func (f *Field) window(w int) int {
	if !f.focused {
		return 0
	}
	room := w - 1
	i := f.at
	for i > 0 && room-width(f.text[i-1]) >= 0 {
		i--
		room -= width(f.text[i])
	}
	return i
}

func graphemes(s string) []string {
	s = Sanitise(s)
	var out []string
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if ansi.StringWidth(g.Str()) > 0 {
			out = append(out, g.Str())
		}
	}
	return out
}
