package ui

import (
	"bufio"
	"errors"
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
)

// KeyExport writes what a list shows into a file.
var KeyExport = Bind("x", "export", "x")

// Export returns the command that writes the events of those seqs into a file, as lines of JSON like those of a run, and says
// where it lies. It reads the trace while the screens go on; what is no longer kept is left out, and counted.
func Export(c *Common, what string, seqs []uint64) tea.Cmd {
	if c.Desktop == nil || len(seqs) == 0 {
		return nil
	}
	work := export(c, what, seqs)
	if len(seqs) > longExport {
		return tea.Batch(Note("writing "+Plural(len(seqs), "line")), work)
	}
	return work
}

// longExport is the number of lines whose writing takes a while.
const longExport = 100_000

func export(c *Common, what string, seqs []uint64) tea.Cmd {
	log, start := c.Store.Log(), c.Store.Start()
	return Save(c, what+".jsonl", func(out io.Writer) (wrote, note string, err error) {
		missing := 0
		var line []byte
		for _, seq := range seqs {
			e, ok := log.At(seq)
			if !ok {
				missing++
				continue
			}
			line = append(e.AppendJSON(line[:0], start), '\n')
			if _, err := out.Write(line); err != nil {
				return "", "", err
			}
		}
		if missing > 0 {
			note = Grouped(missing) + " are no longer in memory"
		}
		return Plural(len(seqs)-missing, "line"), note, nil
	})
}

// Save returns the command that writes a file where exports lie, beside the screens, and says what was written and where. A note is
// said behind it.
func Save(c *Common, name string, write func(io.Writer) (wrote, note string, err error)) tea.Cmd {
	desktop := c.Desktop
	return func() tea.Msg {
		var wrote, note string
		file, err := desktop.Save(name, func(w io.Writer) (err error) {
			out := bufio.NewWriter(w)
			wrote, note, err = write(out)
			return errors.Join(err, out.Flush())
		})
		if err != nil {
			return ToastMsg{Level: trace.Error, Text: "nothing was exported: " + err.Error()}
		}
		text := "wrote " + wrote + " to " + file
		if note != "" {
			text += "; " + note
		}
		return ToastMsg{Level: trace.Info, Text: text}
	}
}

// IDs are the ids of all rows.
func IDs(rows Rows) []uint64 {
	all := make([]uint64, rows.Len())
	for i := range all {
		all[i] = rows.ID(i)
	}
	return all
}
