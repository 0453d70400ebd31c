package inject

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// savable is the message that would be saved: the one selected among those that were sent, else that of the form.
func (m *Model) savable() (draft, bool) {
	d := m.form.draft()
	if s := m.sentAt(m.cursor); s != nil {
		d = s.draft
	} else if b := m.beforeAt(m.cursor); b != nil {
		d = *b
	}
	return d, d.name != "" && d.to != ""
}

// save writes a message into the config file, under a name that is free there.
func (m *Model) save() tea.Cmd {
	write := m.c.Info.SaveInject
	d, ok := m.savable()
	if write == nil || !ok {
		return nil
	}
	in := ui.SavedInject{Name: m.freeName(d.name), Send: d.line(), Expect: d.expect}
	return func() tea.Msg {
		if err := write(in); err != nil {
			return ui.ToastMsg{Level: trace.Error, Text: "It was not saved: " + err.Error()}
		}
		return ui.ToastMsg{Level: trace.Info, Text: "saved as " + in.Name + " at the end of the config file; change its name there"}
	}
}

// freeName is a name that no saved message has, made of a message's own.
func (m *Model) freeName(name string) string {
	free := func(name string) bool {
		for i := range m.saved {
			if m.saved[i].name == name {
				return false
			}
		}
		return true
	}
	try := name
	for n := 2; !free(try); n++ {
		try = name + " " + strconv.Itoa(n)
	}
	return try
}
