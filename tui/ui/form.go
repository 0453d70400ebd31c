package ui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/theme"
)

// Form asks what is to be done with a message: one of several words, and the properties that go with it.
type Form struct {
	Keys    FormKeys
	Label   string // before the words
	Choices []FormChoice

	chosen int
	on     bool // the focus is on the words, not on the properties
	tried  bool
	astray bool // a text is being typed on the words: its blanks choose nothing, and the enter behind it does nothing
}

// FormKeys are the keys of a form that say what they do there, and in words what the first does.
type FormKeys struct {
	Do, Leave, Choose key.Binding
	Does              string
}

// FormChoice is one of the words. Several may have the same properties; nil is none.
type FormChoice struct {
	Word  string
	Props *Props
}

// FormStep is what a key asks of the screen that has a form.
type FormStep int

// The steps; FormStays asks for nothing.
const (
	FormStays FormStep = iota
	FormDone
	FormLeft
)

// Begin puts the focus on the first property.
func (f *Form) Begin() { f.Props().Focus(false) }

// Word returns the word that is chosen.
func (f *Form) Word() string { return f.Choices[f.chosen].Word }

// Props returns the properties that go with the chosen word, nil if it has none.
func (f *Form) Props() *Props { return f.Choices[f.chosen].Props }

// Choose chooses a word, and puts the focus there.
func (f *Form) Choose(word string) {
	f.leaveProps()
	f.chosen = max(slices.IndexFunc(f.Choices, func(c FormChoice) bool { return c.Word == word }), 0)
}

func (f *Form) leaveProps() {
	if p := f.Props(); p != nil {
		p.Blur()
	}
	f.on = true
}

// Take puts a text from the person's editor into the properties.
func (f *Form) Take(text string) {
	if p := f.Props(); p != nil {
		p.Set(Compact(text))
	}
}

// HandleKey takes a key, and returns what it asks of the screen: that it does what the form says, once nothing is wrong with that, or
// leaves it.
func (f *Form) HandleKey(k tea.KeyMsg, screen ID) (FormStep, tea.Cmd) {
	p, astray := f.Props(), f.astray
	f.astray = f.on && (k.Type == tea.KeyRunes || astray && k.Type == tea.KeySpace)
	switch {
	case astray && (k.Type == tea.KeySpace || k.Type == tea.KeyEnter):
		return FormStays, ChoiceNote(k, f.Keys.Does)
	case key.Matches(k, f.Keys.Leave):
		return FormLeft, nil
	case k.String() == "enter" && !f.on && p != nil && p.Pending():
		p.Move(+1) // a name that was typed becomes a property first
	case key.Matches(k, f.Keys.Do):
		if f.tried = true; p == nil || p.Fault(true) == nil {
			return FormDone, nil
		}
	case key.Matches(k, KeyNextField), k.String() == "down":
		f.move(+1)
	case key.Matches(k, KeyFieldBefore), k.String() == "up":
		f.move(-1)
	case key.Matches(k, KeyEditor) && p != nil:
		return FormStays, EditText(screen, Pretty(p.Text()), ".json")
	case f.on && key.Matches(k, f.Keys.Choose):
		by := 1
		if k.String() == "left" {
			by = len(f.Choices) - 1
		}
		f.chosen = (f.chosen + by) % len(f.Choices)
	case f.on || p == nil:
		return FormStays, ChoiceNote(k, f.Keys.Does)
	default:
		p.HandleKey(k)
	}
	return FormStays, nil
}

// move goes to the next field or the one before, round the form.
func (f *Form) move(by int) {
	p := f.Props()
	switch {
	case p == nil:
		f.on = true
	case f.on:
		f.on = false
		p.Focus(by < 0)
	case !p.Move(by):
		f.leaveProps()
	}
}

// Bindings are the keys that the form takes now.
func (f *Form) Bindings(c *Common) []key.Binding {
	k, p := []key.Binding{f.Keys.Do, f.Keys.Leave, KeyNextField}, f.Props()
	if f.on {
		k = append(k, f.Keys.Choose)
	} else if p != nil {
		k = append(k, p.PropKeys()...)
	}
	if p != nil && c.Desktop != nil {
		k = append(k, KeyEditor)
	}
	return append(k, KeyFieldBefore)
}

// Warn says what is doubtful in the properties but hinders nothing, and reports whether there is something.
func (f *Form) Warn(t *theme.Theme, l *Line) bool {
	p := f.Props()
	if p == nil || p.Warning() == "" {
		return false
	}
	l.Text(t.Warn, p.Warning()+".").Text(t.Quiet, " It can go all the same.")
	return true
}

// Draw draws the words and the properties below them, in lines of w cells.
func (f *Form) Draw(t *theme.Theme, w int, add func() *Line) {
	const label = 14 // the words before the fields
	l := add().ChoiceLabel(t, f.Label, label, f.on)
	for i, c := range f.Choices {
		l.Choice(t, c.Word, i == f.chosen, 1).Gap(2)
	}
	if p := f.Props(); p != nil {
		p.Draw(t, w, label, f.tried, add)
	}
}
