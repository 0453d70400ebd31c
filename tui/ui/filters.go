package ui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
)

// Saved is a filter that a person gave a name.
type Saved struct{ Name, Text string }

// Filters are the filters of this and of earlier launches: saved ones by name, and what was typed. All screens share them.
type Filters struct {
	memory  Memory
	saved   []Saved
	history []string // oldest first
}

// NewFilters reads what the memory keeps; it may be nil.
func NewFilters(m Memory) *Filters {
	f := &Filters{memory: m}
	if m == nil {
		return f
	}
	for _, line := range m.Recall(SavedFilters) {
		if name, text, ok := strings.Cut(line, "\t"); ok && name != "" && text != "" {
			f.saved = append(f.saved, Saved{name, text})
		}
	}
	f.history = m.Recall(FilterHistory)
	return f
}

// Saved returns the saved filters, by name.
func (f *Filters) Saved() []Saved { return f.saved }

// Find returns the text of a saved filter.
func (f *Filters) Find(name string) (text string, ok bool) {
	i := slices.IndexFunc(f.saved, func(s Saved) bool { return s.Name == name })
	if i < 0 {
		return "", false
	}
	return f.saved[i].Text, true
}

// Save gives a filter a name, which another one may have had. The command keeps it for the next launch.
func (f *Filters) Save(name, text string) tea.Cmd {
	name = strings.Join(strings.Fields(name), " ")
	f.saved = slices.DeleteFunc(f.saved, func(s Saved) bool { return s.Name == name })
	f.saved = append(f.saved, Saved{name, text})
	slices.SortFunc(f.saved, func(a, b Saved) int { return strings.Compare(a.Name, b.Name) })
	return f.keepSaved("saved the filter " + name)
}

// Delete forgets a saved filter.
func (f *Filters) Delete(name string) tea.Cmd {
	f.saved = slices.DeleteFunc(f.saved, func(s Saved) bool { return s.Name == name })
	return f.keepSaved("forgot the filter " + name)
}

func (f *Filters) keepSaved(done string) tea.Cmd {
	lines := make([]string, len(f.saved))
	for i, s := range f.saved {
		lines[i] = s.Name + "\t" + s.Text
	}
	return f.keep(SavedFilters, lines, done)
}

// Note puts a filter that was used into the history. The command keeps it for the next launch.
func (f *Filters) Note(text string) tea.Cmd {
	if text == "" || len(f.history) > 0 && f.history[len(f.history)-1] == text {
		return nil
	}
	f.history = append(slices.DeleteFunc(f.history, func(s string) bool { return s == text }), text)
	f.history = f.history[max(len(f.history)-maxHistory, 0):]
	return f.keep(FilterHistory, slices.Clone(f.history), "")
}

// keep writes a list; a done of "" says nothing, also when it fails: the history of a launch is no loss.
func (f *Filters) keep(list string, lines []string, done string) tea.Cmd {
	m := f.memory
	return func() tea.Msg {
		if m == nil {
			return toastOf(done, nil)
		}
		return toastOf(done, m.Remember(list, lines))
	}
}

func toastOf(done string, err error) tea.Msg {
	switch {
	case done == "":
		return nil
	case err != nil:
		return ToastMsg{Level: trace.Error, Text: done + " for this launch only: " + err.Error()}
	}
	return ToastMsg{Level: trace.Info, Text: done}
}
