package ui

import (
	"bufio"
	"errors"
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/record"
	"tenbench/engine/trace"
)

// KeyExport writes what a list shows into a file.
var KeyExport = Bind("x", "export", "x")

// Export returns the command that writes the events of those seqs into a file which tenbench open reads, with what it takes to read
// them as a run, and says where it lies. what is in them in words, and the beginning of the file's name. It reads the trace while the
// screens go on; what is no longer kept is left out, and counted.
func Export(c *Common, name, what string, seqs []uint64) tea.Cmd {
	if c.Desktop == nil || len(seqs) == 0 {
		return nil
	}
	work := export(c, name, what, seqs)
	if len(seqs) > longExport {
		return tea.Batch(Note("writing "+Plural(len(seqs), "line")), work)
	}
	return work
}

// Searching says that what a list shows is not all of it yet, and so is not exported.
func Searching(done, all int) tea.Cmd {
	return Note("The filter has looked at " + Grouped(done*100/max(all, 1)) + "% so far: " + KeyExport.Help().Key + " writes what passes when it is through.")
}

// longExport is the number of lines whose writing takes a while.
const longExport = 100_000

func export(c *Common, name, what string, seqs []uint64) tea.Cmd {
	log, excerpt := c.Store.Log(), record.Excerpt{What: what, Seqs: seqs, Header: record.Header{Tenbench: c.Info.Version, Graph: c.Info.Title}}
	if c.Info.Header != nil {
		excerpt.Header = c.Info.Header(c.Source.Graphs())
	}
	return Save(c, name+".jsonl", func(out io.Writer) (wrote, note string, err error) {
		n, err := excerpt.Write(out, log)
		note = "tenbench open reads it"
		if n.Missing > 0 {
			note = Grouped(n.Missing) + " are no longer in memory"
		}
		return Plural(n.Chosen, strings.TrimSuffix(name, "s")), note, err
	})
}

// What says which rows of a list are exported: all of that noun, or those that pass a filter.
func (f *FilterLine) What(noun string) string {
	if passes := f.Filter(); passes != nil {
		return noun + " that pass " + passes.Plain()
	}
	return "all " + noun
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
