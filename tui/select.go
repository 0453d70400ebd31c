package tui

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// selection is what is selected and shown: on the shown screen, and where that has nothing to tell, on the one before.
func (m *Model) selection() ui.Selection {
	var s ui.Selection
	for _, id := range []ui.ID{m.shown, m.last} {
		if f, ok := m.screens[id].(ui.Focuser); ok && s.Focus == (ui.Focus{}) {
			s.Focus = f.Focus()
		}
		if f, ok := m.screens[id].(ui.Shower); ok && !s.HasShown {
			s.Shown, s.HasShown = f.Shown(), true
		}
	}
	return s
}

// viewSelectors are the selectors of a filter that is typed in the palette: they know what was selected when that was opened. A list
// that follows the run goes on meanwhile.
func (m *Model) viewSelectors() trace.Selectors { return m.common.ViewSelectors(m.selected) }

// nothingHeld is why commands do nothing that are for held messages.
const nothingHeld = "nothing is held."

// messageCommands are those that act on the messages that pass a filter.
func (m *Model) messageCommands() []ui.Command {
	var all []ui.Command
	arg := func(names ...string) *ui.Arg {
		if m.common.Marks.Len() == 0 { // what is offered is something
			names = slices.DeleteFunc(names, func(s string) bool { return s == "marked" })
		}
		return &ui.Arg{Hint: "FILTER", Example: "@" + names[0], Free: true, Check: m.checkFilter,
			Options: func() []ui.Option { return ui.SelectorOptions(m.viewSelectors(), names...) }}
	}
	if len(m.common.Gate.Held) > 0 {
		all = append(all, ui.Command{Name: "release", Help: "let held messages go on", Arg: arg("held", "focus", "marked"), Run: m.release},
			ui.Command{Name: "drop held", Help: "lose held messages", Arg: arg("focus", "marked", "held"), Run: m.dropHeld})
	} else {
		all = append(all, ui.Command{Name: "release", Lacks: nothingHeld}, ui.Command{Name: "drop held", Lacks: nothingHeld})
	}
	if m.common.CanAct() {
		all = append(all, ui.Command{Name: "resend", Help: "send messages again", Arg: arg("marked", "focus", "shown"), Run: m.resend})
	}
	if m.common.Desktop != nil {
		what := arg("marked", "shown", "focus", "all")
		what.Hint, what.Check = "FILTER [as NAME]", m.checkExport
		all = append(all, ui.Command{Name: "export messages", Help: "write messages into a file", Arg: what, Run: m.exportMessages})
	}
	return all
}

func (m *Model) checkFilter(text string) string {
	if _, err := m.viewSelectors().Compile(text); err != nil {
		return err.Error()
	}
	return ""
}

// held returns the messages in the gate that pass a filter; if there are none, what to say about that.
func (m *Model) held(text string) (found []trace.HeldMessage, none tea.Cmd) {
	f, err := m.viewSelectors().Compile(text)
	if err != nil {
		return nil, ui.Toast(trace.Error, err.Error())
	}
	m.common.LookAtGate()
	if found = m.common.HeldThat(f); len(found) == 0 {
		return nil, ui.Note("No held message passes " + text + ".")
	}
	return found, nil
}

// release lets the held messages that pass a filter go on.
func (m *Model) release(text string) tea.Cmd {
	found, none := m.held(text)
	if none != nil {
		return none
	}
	return m.common.LetGoEach(found)
}

// dropHeld loses the held messages that pass a filter, after a question.
func (m *Model) dropHeld(text string) tea.Cmd {
	found, none := m.held(text)
	if none != nil {
		return none
	}
	what := ui.NameOf(&found[0]) + " is lost then."
	if n := len(found); n > 1 {
		what = strconv.Itoa(n) + " held messages are lost then."
	}
	m.ask = &question{text: what + " Drop?", yes: m.common.DropEach(found), moot: func() string { return m.freed(found) }}
	return nil
}

// Bounds of what the commands on messages do at once.
const (
	maxResent   = 100
	searchLimit = 200 * time.Millisecond
)

// messages returns the sent events of the messages that pass a filter, the oldest first; if there are none, what to say about that.
// In a very long trace only the newest messages are looked at.
func (m *Model) messages(text string) (seqs []uint64, none tea.Cmd) {
	f, err := m.viewSelectors().Compile(text)
	if err != nil {
		return nil, ui.Toast(trace.Error, err.Error())
	}
	rows := m.common.Store.Filter(m.common.Store.Messages(), f, nil)
	if rows.Extend(searchLimit) {
		done, all := rows.Progress()
		m.say(trace.Warn, "of "+ui.Grouped(all)+" messages only the newest "+ui.Grouped(done)+" were looked at")
	}
	if seqs = ui.IDs(rows); len(seqs) == 0 {
		return nil, ui.Note("No message passes " + text + ".")
	}
	return seqs, nil
}

// resend sends the messages that pass a filter once more, in their order.
func (m *Model) resend(text string) tea.Cmd {
	seqs, none := m.messages(text)
	switch {
	case none != nil:
		return none
	case len(seqs) > maxResent:
		return ui.Toast(trace.Warn, ui.Grouped(len(seqs))+" messages pass "+text+"; at most "+strconv.Itoa(maxResent)+" are sent again at once.")
	}
	return ui.SendEachAgain(m.common, seqs)
}

// fileName is the end of what export messages is told: the name of the file.
var fileName = regexp.MustCompile(`\s+as(?:\s+(\S+))?$`)

// cutName splits what export messages is told into a filter and the name of the file, which may be "". It is unfinished while the name is
// only announced.
func cutName(text string) (filter, name string, unfinished bool) {
	at := fileName.FindStringSubmatchIndex(text)
	switch {
	case at == nil:
		return text, "", false
	case at[2] < 0:
		return text[:at[0]], "", true
	}
	return text[:at[0]], text[at[2]:at[3]], false
}

func (m *Model) checkExport(text string) string {
	filter, _, unfinished := cutName(text)
	if wrong := m.checkFilter(filter); wrong != "" || !unfinished {
		return wrong
	}
	return "as what? A name for the file follows, or a path"
}

// exportMessages writes the messages that pass a filter into a file, which may be named.
func (m *Model) exportMessages(text string) tea.Cmd {
	filter, as, _ := cutName(text)
	seqs, none := m.messages(filter)
	switch {
	case none != nil && as == "" && oneWord.MatchString(filter): // it may be meant for the name of the file
		return ui.Note("No message passes " + filter + ". To name the file: export messages @shown as " + filter)
	case none != nil:
		return none
	}
	return ui.Export(m.common, "messages", as, "messages that pass "+filter, seqs)
}

var oneWord = regexp.MustCompile(`^[\w.-]+$`)
