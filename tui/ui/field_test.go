package ui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/theme"
)

func typeInto(f *Field, s string) {
	f.HandleKey(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)})
}

func TestFieldEdits(t *testing.T) {
	key := func(t tea.KeyType) tea.KeyMsg { return tea.KeyMsg{Type: t} }
	tests := []struct {
		name string
		keys []tea.KeyMsg
		want string
	}{
		{"backspace takes a whole grapheme", []tea.KeyMsg{key(tea.KeyBackspace)}, "one two "},
		{"word back", []tea.KeyMsg{key(tea.KeyCtrlW)}, "one two "},
		{"two words back", []tea.KeyMsg{key(tea.KeyCtrlW), key(tea.KeyCtrlW)}, "one "},
		{"all", []tea.KeyMsg{key(tea.KeyCtrlU)}, ""},
		{"home, delete", []tea.KeyMsg{key(tea.KeyHome), key(tea.KeyDelete)}, "ne two 👩‍👧"},
		{"left, kill to the end", []tea.KeyMsg{key(tea.KeyLeft), key(tea.KeyCtrlK)}, "one two "},
		{"at an end nothing happens", []tea.KeyMsg{key(tea.KeyEnd), key(tea.KeyRight), key(tea.KeyDelete)}, "one two 👩‍👧"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f Field
			f.Focus()
			typeInto(&f, "one two 👩‍👧")
			for _, k := range tt.keys {
				f.HandleKey(k)
			}
			if got := f.Value(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFieldJoinsWhatIsTypedIntoOneGrapheme(t *testing.T) {
	var f Field
	f.Focus()
	typeInto(&f, "e")
	typeInto(&f, "\u0301")
	f.HandleKey(tea.KeyMsg{Type: tea.KeyBackspace})
	if f.Value() != "" {
		t.Errorf("an accent was a character of its own: %q is left", f.Value())
	}
}

func TestFieldPasteIsSanitised(t *testing.T) {
	var f Field
	f.Focus()
	f.HandleKey(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune("a\x1b[31mb\nc")})
	if got := f.Value(); got != "ab c" {
		t.Errorf("pasted %q", got)
	}
}

func TestFieldHistory(t *testing.T) {
	var f Field
	f.Focus()
	for _, s := range []string{"first", "second"} {
		f.SetValue(s)
		f.Remember()
	}
	f.SetValue("new")
	up, down := tea.KeyMsg{Type: tea.KeyUp}, tea.KeyMsg{Type: tea.KeyDown}
	var seen []string
	for _, k := range []tea.KeyMsg{up, up, up, down, down, down} {
		f.HandleKey(k)
		seen = append(seen, f.Value())
	}
	want := []string{"second", "first", "first", "second", "new", "new"}
	for i := range want {
		if seen[i] != want[i] {
			t.Fatalf("walked %v, want %v", seen, want)
		}
	}
}

func TestFieldKeepsTheCursorInSight(t *testing.T) {
	th := theme.Plain(false)
	var f Field
	f.Focus()
	f.SetValue("a long text that does not fit")
	var fr Frame
	fr.Begin(th, 10, 1)
	f.Draw(fr.Row(), th.Text, 10)
	if got, want := fr.String(), " not fit▏ "; got != want && got != "s not fit▏" && got != "t not fit▏" {
		t.Errorf("drew %q", got)
	}
}
