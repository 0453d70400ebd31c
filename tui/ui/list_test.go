package ui

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// ids are rows for tests, ascending.
type ids []uint64

func (r *ids) Len() int        { return len(*r) }
func (r *ids) ID(i int) uint64 { return (*r)[i] }
func (r *ids) Find(id uint64) (int, bool) {
	i, ok := slices.BinarySearch(*r, id)
	return max(min(i, len(*r)-1), 0), ok
}

func upTo(n int) *ids {
	r := make(ids, n)
	for i := range r {
		r[i] = uint64(i + 1)
	}
	return &r
}

func press(l *List, keys ...string) {
	for _, k := range keys {
		l.HandleKey(keyMsg(k))
	}
}

func keyMsg(k string) tea.KeyMsg {
	switch k {
	case "ctrl+d":
		return tea.KeyMsg{Type: tea.KeyCtrlD}
	case "pgup":
		return tea.KeyMsg{Type: tea.KeyPgUp}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

func TestListFollowsUntilTheReaderMoves(t *testing.T) {
	rows := upTo(20)
	l := NewList(rows)
	l.SetHeight(5)
	l.Sync()
	if l.Selected() != 20 || l.Top() != 15 {
		t.Fatalf("selected %d, top %d; want the end", l.Selected(), l.Top())
	}
	*rows = append(*rows, 21)
	l.Sync()
	if l.Selected() != 21 {
		t.Errorf("did not follow to 21, stands at %d", l.Selected())
	}
	press(&l, "k")
	*rows = append(*rows, 22)
	l.Sync()
	if l.Selected() != 20 || l.Following() {
		t.Errorf("selected %d, following %v; want to stay at 20", l.Selected(), l.Following())
	}
	press(&l, "G")
	if l.Selected() != 22 || !l.Following() {
		t.Errorf("G selected %d, following %v", l.Selected(), l.Following())
	}
}

func TestListKeepsTheSelectedRowByItsID(t *testing.T) {
	rows := upTo(100)
	l := NewList(rows)
	l.SetHeight(10)
	l.SelectID(50)
	*rows = (*rows)[30:]
	l.Sync()
	if l.Selected() != 50 || l.Cursor() != 19 {
		t.Errorf("selected %d at %d, want 50 at 19", l.Selected(), l.Cursor())
	}
	l.SetHeight(3)
	if from, to := l.Visible(); from > 19 || to <= 19 {
		t.Errorf("the selected row is out of sight: %d to %d", from, to)
	}
	*rows = (*rows)[:5] // 31..35: the selected one is gone
	l.Sync()
	if l.Selected() != 35 {
		t.Errorf("selected %d, want the nearest", l.Selected())
	}
}

func TestListPages(t *testing.T) {
	l := NewList(upTo(100))
	l.SetHeight(10)
	press(&l, "g", "ctrl+d")
	if l.Selected() != 6 {
		t.Errorf("half a page down from 1 is %d, want 6", l.Selected())
	}
	press(&l, "G", "pgup")
	if l.Selected() != 91 {
		t.Errorf("a page up from 100 is %d, want 91", l.Selected())
	}
}

func TestListWithoutRows(t *testing.T) {
	l := NewList(&ids{})
	l.SetHeight(4)
	l.Sync()
	press(&l, "j", "k", "G", "g", "ctrl+d")
	if l.Cursor() != -1 || l.Selected() != 0 {
		t.Errorf("an empty list has a cursor: %d", l.Cursor())
	}
}

func TestListClick(t *testing.T) {
	l := NewList(upTo(100))
	l.SetHeight(10)
	l.Select(50)
	top := l.Top()
	l.HandleMouse(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}, 2)
	if l.Cursor() != top+2 {
		t.Errorf("clicked row %d, selected %d", top+2, l.Cursor())
	}
}

// Below the newest row there is none: a list that follows goes on following, and both say what acts.
func TestDownAtTheEndSaysWhatActs(t *testing.T) {
	l := NewList(upTo(20))
	l.SetHeight(5)
	l.Sync()
	for _, k := range []string{"j", "down", "pgdown", "ctrl+d"} {
		if text := l.AtEnd(Press(k), true); !strings.Contains(text, "k looks back") {
			t.Errorf("%s says %q", k, text)
		}
		if l.HandleKey(Press(k)); !l.Following() {
			t.Errorf("%s ends the following", k)
		}
	}
	l.Unfollow()
	for live, want := range map[bool]string{true: "G follows", false: "the last row"} {
		if text := l.AtEnd(Press("j"), live); !strings.Contains(text, want) {
			t.Errorf("on the last row, live %v: %q", live, text)
		}
	}
	l.Follow()
	if text := l.AtEnd(Press("j"), false); !strings.Contains(text, "the last row") {
		t.Errorf("of what has ended it says %q", text)
	}
	for _, k := range []string{"k", "G", "x"} {
		if text := l.AtEnd(Press(k), true); text != "" {
			t.Errorf("%s says %q", k, text)
		}
	}
	l.HandleKey(Press("k"))
	if text := l.AtEnd(Press("j"), true); text != "" || l.Following() {
		t.Errorf("above the last row it says %q", text)
	}
	l.HandleKey(Press("j"))
	if l.Following() {
		t.Error("moving to the last row follows")
	}
}
