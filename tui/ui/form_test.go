package ui

import (
	"slices"
	"testing"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// TestForm gives a form keys and looks at what is chosen, what is written and what it asks of its screen.
func TestForm(t *testing.T) {
	enter, right := tea.KeyMsg{Type: tea.KeyEnter}, tea.KeyMsg{Type: tea.KeyRight}
	left, tab, back := tea.KeyMsg{Type: tea.KeyLeft}, tea.KeyMsg{Type: tea.KeyTab}, tea.KeyMsg{Type: tea.KeyShiftTab}
	blank := tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	letter := func(r rune) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}} }
	for name, tc := range map[string]struct {
		keys []tea.KeyMsg
		step FormStep
		word string
		text string
		told bool // the last key was answered with a note
	}{
		"at once":                 {[]tea.KeyMsg{enter}, FormDone, "go", "", false},
		"left":                    {[]tea.KeyMsg{{Type: tea.KeyEsc}}, FormLeft, "go", "", false},
		"a name, then its value":  {[]tea.KeyMsg{letter('n'), enter, letter('1')}, FormStays, "go", `{"n":1}`, false},
		"a name and a value":      {[]tea.KeyMsg{letter('n'), enter, letter('1'), enter}, FormDone, "go", `{"n":1}`, false},
		"what is wrong is kept":   {[]tea.KeyMsg{letter('n'), enter, letter('['), enter}, FormStays, "go", "", false},
		"the next word":           {[]tea.KeyMsg{back, right, enter}, FormDone, "answer", "", false},
		"round the words":         {[]tea.KeyMsg{back, left}, FormStays, "drop", "", false},
		"the word has no fields":  {[]tea.KeyMsg{back, left, tab, right}, FormStays, "go", "", false},
		"round the form":          {[]tea.KeyMsg{tab, tab, letter('n'), enter, letter('1')}, FormStays, "go", `{"n":1}`, false},
		"a letter on the words":   {[]tea.KeyMsg{back, letter('x')}, FormStays, "go", "", true},
		"a letter beyond fields":  {[]tea.KeyMsg{back, left, letter('x')}, FormStays, "drop", "", true},
		"a text on the words":     {[]tea.KeyMsg{back, letter('a'), blank, letter('b'), enter}, FormStays, "go", "", true},
		"enter after that":        {[]tea.KeyMsg{back, letter('a'), enter, enter}, FormDone, "go", "", false},
		"a blank chooses":         {[]tea.KeyMsg{back, letter('a'), right, blank}, FormStays, "drop", "", false},
		"no letter, nothing said": {[]tea.KeyMsg{back, {Type: tea.KeyHome}}, FormStays, "go", "", false},
	} {
		var p Props
		f := Form{Keys: FormKeys{Do: Bind("enter", "do it", "enter"), Leave: Bind("esc", "leave", "esc"), Choose: Bind("←/→", "which", "left", "right", " "), Does: "does it"},
			Choices: []FormChoice{{"go", &p}, {"answer", &p}, {Word: "drop"}}}
		f.Begin()
		step, told := FormStays, false
		for _, k := range tc.keys {
			var cmd tea.Cmd
			step, cmd = f.HandleKey(k, Gate)
			told = cmd != nil
		}
		if step != tc.step || f.Word() != tc.word || tc.text != "" && p.Text() != tc.text || told != tc.told {
			t.Errorf("%s: step %d, %s with %s, told %v", name, step, f.Word(), p.Text(), told)
		}
	}
}

// TestAFormThatChoosesAWord has the focus there: enter does it, and the keys say so.
func TestAFormThatChoosesAWord(t *testing.T) {
	var p Props
	f := Form{Keys: FormKeys{Choose: Bind("←/→", "which", "left", "right")}, Choices: []FormChoice{{"go", &p}, {Word: "drop"}}}
	f.Begin()
	choose := func() bool {
		return slices.ContainsFunc(f.Bindings(&Common{}), func(b key.Binding) bool { return b.Help().Desc == "which" })
	}
	if choose() || !p.Focused() {
		t.Error("the focus is not on the properties")
	}
	if f.Choose("drop"); f.Word() != "drop" || !choose() || p.Focused() {
		t.Errorf("%s is chosen, the focus is elsewhere", f.Word())
	}
}
