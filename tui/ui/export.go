package ui

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/record"
	"tenbench/engine/trace"
)

// KeyExport writes what a list shows into a file.
var KeyExport = Bind("x", "export", "x")

// Export returns the command that writes the events of those seqs into a file which tenbench open reads, with what it takes to read
// them as a run, and says where it lies. noun says what they are, what in words which they are; the file is called as, or after the time
// if that is "". It reads the trace while the screens go on; what is no longer kept is left out, and counted.
func Export(c *Common, noun, as, what string, seqs []uint64) tea.Cmd {
	if c.Desktop == nil || len(seqs) == 0 {
		return nil
	}
	work := export(c, noun, as, what, seqs)
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

func export(c *Common, noun, as, what string, seqs []uint64) tea.Cmd {
	log, excerpt := c.Store.Log(), record.Excerpt{What: what, Seqs: seqs, Header: record.Header{Tenbench: c.Info.Version, Graph: c.Info.Title}}
	if c.Info.Header != nil {
		excerpt.Header = c.Info.Header(c.Source.Graphs())
	}
	return Save(c, noun+".jsonl", as, func(out io.Writer) (wrote, note string, err error) {
		n, err := excerpt.Write(out, log)
		note = "tenbench open reads the file"
		if n.Missing > 0 {
			note = Grouped(n.Missing) + " are no longer in memory"
		}
		wrote = Plural(n.Chosen, strings.TrimSuffix(noun, "s"))
		if n.Sent > 0 { // the opened file counts these too
			wrote += " and " + Plural(n.Sent, "message") + " that " + belong(n.Sent) + " to them"
		}
		return wrote, note, err
	})
}

func belong(n int) string {
	if n == 1 {
		return "belongs"
	}
	return "belong"
}

// What says which rows of a list are exported: all of that noun, or those that pass a filter.
func (f *FilterLine) What(noun string) string {
	if passes := f.Filter(); passes != nil {
		return noun + " that pass " + passes.Plain()
	}
	return "all " + noun
}

// Save returns the command that writes a file where exports lie, beside the screens, and says what was written and where, with the path
// at the end: of a long line that is what stays in sight. The file is called as, or after the time and name if that is "".
func Save(c *Common, name, as string, write func(io.Writer) (wrote, note string, err error)) tea.Cmd {
	desktop := c.Desktop
	return func() tea.Msg {
		var wrote, note string
		file, err := desktop.Save(name, as, func(w io.Writer) (err error) {
			out := bufio.NewWriter(w)
			wrote, note, err = write(out)
			return errors.Join(err, out.Flush())
		})
		if err != nil {
			return ToastMsg{Level: trace.Error, Text: "nothing was exported: " + err.Error()}
		}
		if note != "" {
			note = " (" + note + ")"
		}
		return ToastMsg{Level: trace.Info, Text: "wrote " + wrote + note + " to " + Tilde(file)}
	}
}

// Tilde writes the person's own folder in a path as a shell does.
func Tilde(path string) string {
	home, err := os.UserHomeDir()
	if rest, ok := strings.CutPrefix(path, home+string(os.PathSeparator)); ok && err == nil && home != "" {
		return "~" + string(os.PathSeparator) + rest
	}
	return path
}

// IDs are the ids of all rows.
func IDs(rows Rows) []uint64 {
	all := make([]uint64, rows.Len())
	for i := range all {
		all[i] = rows.ID(i)
	}
	return all
}
