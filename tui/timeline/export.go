package timeline

import (
	"io"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/export"
	"tenbench/tui/ui"
)

// keyExport writes the window for a program that shows traces.
var keyExport = key.NewBinding(key.WithKeys("x"), key.WithHelp("x", "export Perfetto"))

// export writes the window, with the kinds that are drawn.
func (m *Model) export() tea.Cmd {
	if m.c.Desktop == nil || len(m.c.Store.Nodes()) == 0 {
		return nil
	}
	log, win := m.c.Store.Log(), export.Window{From: m.win.from, To: m.win.to(), Now: m.c.Now, Wanted: m.kinds.has}
	return ui.Save(m.c, "timeline.json", "", func(w io.Writer) (wrote, note string, err error) {
		n, err := export.Chrome(w, log, win)
		if n.Missing > 0 {
			note = ui.Grouped(int(n.Missing)) + " events are no longer in memory"
		}
		return ui.Plural(n.Spans, "span") + " and " + ui.Plural(n.Marks, "mark"), note, err
	})
}
