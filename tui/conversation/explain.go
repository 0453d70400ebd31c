package conversation

import (
	"strconv"

	"tenbench/tui/ui"
)

// Explain says what the state of the selected row means, and how its bar is read.
func (m *Model) Explain() (heading string, sentences []string) {
	r := m.selected()
	if r == nil {
		return "", nil
	}
	if f := r.flow; f != nil {
		return ui.KindName(f.kind) + " " + f.name.String(),
			[]string{"Messages of one name from one extension to another, sent while the command above them was handled; each has a mark. They want no answer."}
	}
	bar := "Its bar is dotted while it waits in the queue, thick while its handler runs, thin while the handler waits for what it asked or has ended without an answer."
	return "cmd " + r.cmd.Name.String() + " #" + strconv.FormatUint(r.cmd.ID, 10), append(ui.StateWords(r.cmd), bar)
}
