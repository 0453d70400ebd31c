package tui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

const restartLimit = 30 * time.Second

// commands are what the palette offers: the screens, the keys of the shown one, what it adds, and what is the workbench's own.
func (m *Model) commands() []ui.Command {
	all := m.screenCommands()
	if c, ok := m.screen().(ui.Commander); ok {
		all = append(all, c.Commands()...)
	}
	own := slices.Concat(m.ownCommands(), m.gateCommands(), m.messageCommands(), m.problemCommands(), m.filterCommands())
	for _, k := range m.screen().Keys() {
		if c := pressing(k, m.screen().Title()); !offered(all, c.Name) && !offered(own, c.Name) && !keyed(all, k) {
			all = append(all, c)
		}
	}
	return m.withExtensions(append(all, own...))
}

// maxExtensions bounds the extensions that the palette offers by their names alone.
const maxExtensions = 200

// withExtensions adds a command for each extension, called like it, that shows it on the timeline. A name that is a command's already
// stays that.
func (m *Model) withExtensions(all []ui.Command) []ui.Command {
	options := m.extensionOptions()
	for _, o := range options[:min(len(options), maxExtensions)] {
		if !offered(all, o.Value) {
			all = append(all, ui.Command{Name: o.Value, Help: "extension, " + o.Help,
				Run: func(string) tea.Cmd { return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Extension: o.Value}) }})
		}
	}
	return all
}

func offered(all []ui.Command, name string) bool {
	return slices.ContainsFunc(all, func(c ui.Command) bool { return c.Name == name && c.Lacks == "" })
}

// keyed reports that one of the commands does what the first of the keys does.
func keyed(all []ui.Command, k key.Binding) bool {
	return len(k.Keys()) > 0 && slices.ContainsFunc(all, func(c ui.Command) bool { return slices.Contains(c.Key.Keys(), k.Keys()[0]) })
}

// pressing is the command that presses a key of the shown screen.
func pressing(k key.Binding, screen string) ui.Command {
	return ui.Command{Name: k.Help().Desc, Help: "a key of " + screen, Key: k, Run: func(string) tea.Cmd {
		if len(k.Keys()) == 0 {
			return nil
		}
		return func() tea.Msg { return ui.Press(k.Keys()[0]) }
	}}
}

// told makes a command of what is done at once, with nothing to wait for.
func told(do func(arg string)) func(string) tea.Cmd {
	return func(arg string) tea.Cmd {
		do(arg)
		return nil
	}
}

// shows says of each screen with a tab what there is to see.
var shows = map[ui.ID]string{
	ui.Now: "problems, extensions and commands in flight", ui.Traffic: "all messages and their answers", ui.Timeline: "who did what when, and the starts",
	ui.Logs: "what extensions said", ui.Inject: "send a message by hand", ui.Config: "properties, settings, and reloads",
}

func (m *Model) screenCommands() []ui.Command {
	var all []ui.Command
	for i, id := range tabs {
		n := strconv.Itoa(i + 1)
		all = append(all, ui.Command{Name: strings.ToLower(m.screens[id].Title()), Help: shows[id], Key: ui.Bind(n, "", n),
			Run: told(func(string) { m.way, m.landed = nil, false; m.show(id) })})
	}
	return all
}

// ownCommands are those of the workbench itself.
func (m *Model) ownCommands() []ui.Command {
	extension := &ui.Arg{Hint: "EXTENSION", Options: m.extensionOptions}
	all := []ui.Command{
		{Name: "extension", Help: "mark an extension on the timeline", Arg: extension,
			Run: func(name string) tea.Cmd { return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, Extension: name}) }},
		{Name: "logs of", Help: "the log lines of an extension", Arg: extension,
			Run: func(name string) tea.Cmd { return ui.Goto(ui.GotoMsg{Screen: ui.Logs, Extension: name}) }},
		{Name: "message", Help: "open the message of that number", Arg: &ui.Arg{Hint: "ID", Free: true, Check: m.checkID}, Run: m.openID},
		{Name: "why", Help: "why that command has no answer, or what became of it", Arg: &ui.Arg{Hint: "ID", Free: true, Check: m.checkID}, Run: m.askWhy},
		{Name: "at", Help: "the timeline at a moment of the run", Arg: &ui.Arg{Hint: "MM:SS", Example: "01:30", Free: true, Check: checkMoment}, Run: openMoment},
		{Name: "messages", Help: "what the workbench said", Run: told(func(string) { m.openMessages() })},
		{Name: "graph", Help: "who is connected to whom", Run: told(func(string) { m.openGraph() })},
		{Name: "theme", Help: "dark, light, high contrast or no colour", Arg: &ui.Arg{Hint: "NAME", Options: themeOptions}, Run: told(m.setTheme)},
		{Name: "mouse", Help: "give the mouse to the terminal, or take it", Key: keyMouse, Run: func(string) tea.Cmd { return m.toggleMouse() }},
		{Name: "help", Help: "keys and signs", Key: ui.KeyHelp, Run: told(func(string) { m.openHelp() })},
		{Name: "next problem", Help: "select the next problem", Key: ui.KeyProblem, Run: func(string) tea.Cmd { return m.nextProblem() }},
		{Name: "last screen", Help: "back and forth between two", Key: ui.KeyLast, Run: told(func(string) { m.show(m.last) })},
		{Name: "quit", Help: "stop the graph and leave", Key: ui.KeyQuit, Run: func(string) tea.Cmd { return m.quit() }},
	}
	if m.common.CanAct() {
		all = append(all, ui.Command{Name: "send", Help: "send a saved message, or what you write here", Run: m.sendWritten,
			Arg: &ui.Arg{Hint: "MESSAGE", Example: `cmd hello {"name":"Ada"} to greeter`, Options: m.savedMessages, Free: true, Check: m.checkSend}})
		replay := &ui.Arg{Hint: "EXTENSION [HOW MANY]", Options: m.extensionOptions, Free: true, Check: m.checkReplay}
		all = append(all, ui.Command{Name: "replay", Help: "send the last messages to an extension again, compare the answers", Arg: replay, Run: m.replayNamed})
		all = append(all, ui.Command{Name: "restart", Help: "stop and start an extension; waiting messages are kept", Key: ui.KeyRestart, Arg: extension, Run: m.restartNamed})
	} else {
		over := m.common.Over("nothing runs in a recording.", ": run it again.")
		all = append(all, ui.Command{Name: "replay", Lacks: over}, ui.Command{Name: "restart", Lacks: over}, ui.Command{Name: "resend", Lacks: over}, ui.Command{Name: "send", Lacks: over})
	}
	if m.common.Live() {
		all = append(all, ui.Command{Name: "pause", Help: "let the screen stand still, or go on", Key: ui.KeyPause,
			Run: func(string) tea.Cmd { return m.setPaused(!m.common.Paused) }})
	}
	if m.report != nil {
		all = append(all, ui.Command{Name: "bug", Help: "run file, masked config and versions in one archive", Run: func(string) tea.Cmd { return m.writeReport() }})
	}
	return all
}

// problemCommands are those that act on problems: what x does where one is selected.
func (m *Model) problemCommands() []ui.Command {
	var all []ui.Command
	for _, c := range []struct {
		name, help, lacks string
		muted             bool
		key               key.Binding
	}{
		{"mute", "put a problem behind the others; it no longer counts", "there is no problem that could be.", false, ui.KeyMute},
		{"mute no more", "let a muted problem count again", "no problem is muted.", true, ui.KeyUnmute},
	} {
		if options := m.problemOptions(c.muted); len(options) == 0 {
			all = append(all, ui.Command{Name: c.name, Lacks: c.lacks})
		} else {
			all = append(all, ui.Command{Name: c.name, Help: c.help, Key: c.key, Arg: &ui.Arg{Hint: "PROBLEM", Options: func() []ui.Option { return options }},
				Run: told(func(what string) { m.mute(what, !c.muted) })})
		}
	}
	return all
}

// problemOptions are the problems that are muted, or that are not: the selected one first, then the worst.
func (m *Model) problemOptions(muted bool) []ui.Option {
	selected := ""
	if s, ok := m.screen().(interface{ Problem() string }); ok {
		selected = s.Problem()
	}
	var all []ui.Option
	for _, p := range m.common.Store.Problems() {
		if p.Muted != muted {
			continue
		}
		o := ui.Option{Value: problemWords(&p), Help: p.Text}
		if p.Key == selected {
			all = slices.Insert(all, 0, o)
		} else {
			all = append(all, o)
		}
	}
	return all
}

// problemWords name a problem, and stay its name while it goes on.
func problemWords(p *diagnose.Problem) string {
	return strings.Join(slices.DeleteFunc([]string{p.Rule, p.Name, p.Extension}, func(s string) bool { return s == "" }), " ")
}

// mute puts the problems of a name behind the others, or takes that back.
func (m *Model) mute(what string, on bool) {
	for _, p := range slices.Clone(m.common.Store.Problems()) {
		if problemWords(&p) == what && p.Muted != on {
			m.common.Store.Mute(p.Key, on)
		}
	}
	text := "no longer counts; :mute no more takes that back"
	if !on {
		text = "counts again"
	}
	m.say(trace.Info, what+" "+text)
}

// filterCommands are those that filter, and that keep filters.
func (m *Model) filterCommands() []ui.Command {
	filters := m.common.Filters
	all := []ui.Command{{Name: "filter", Help: "show only what passes", Key: ui.KeyFilter,
		Arg: &ui.Arg{Hint: "FILTER", Example: "cmd and latency > 500ms", Free: true, Options: m.filterOptions, Check: m.checkFilter}, Run: m.filterBy}}
	if f, ok := m.screen().(ui.Filterer); ok && f.FilterText() != "" {
		text := f.FilterText()
		all = append(all, ui.Command{Name: "filter save", Help: "give a name to " + text, Arg: &ui.Arg{Hint: "NAME", Free: true},
			Run: func(name string) tea.Cmd { return filters.Save(name, text) }})
	} else {
		all = append(all, ui.Command{Name: "filter save", Lacks: "this screen has no filter just now."})
	}
	if len(filters.Saved()) > 0 {
		all = append(all, ui.Command{Name: "filter delete", Help: "forget a saved filter", Arg: &ui.Arg{Hint: "NAME", Options: m.savedNames}, Run: filters.Delete})
	} else {
		all = append(all, ui.Command{Name: "filter delete", Lacks: "no filter is saved."})
	}
	for _, s := range filters.Saved() {
		all = append(all, ui.Command{Name: s.Name, Help: "filter " + s.Text, Run: func(string) tea.Cmd { return m.filterBy(s.Text) }})
	}
	return all
}

func (m *Model) extensionOptions() []ui.Option {
	var all []ui.Option
	for _, n := range m.common.Store.Nodes() {
		if !slices.ContainsFunc(all, func(o ui.Option) bool { return o.Value == n.Name() }) {
			help := n.State.String()
			if n.Addon != n.Name() {
				help += "   " + n.Addon
			}
			all = append(all, ui.Option{Value: n.Name(), Help: help})
		}
	}
	return all
}

// filterOptions are the saved filters, and what selectors stand for.
func (m *Model) filterOptions() []ui.Option {
	var all []ui.Option
	for _, s := range m.common.Filters.Saved() {
		all = append(all, ui.Option{Value: s.Text, Help: s.Name})
	}
	return append(all, ui.SelectorOptions(m.viewSelectors(), "focus", "marked", "held")...)
}

func (m *Model) savedNames() []ui.Option {
	var all []ui.Option
	for _, s := range m.common.Filters.Saved() {
		all = append(all, ui.Option{Value: s.Name, Help: s.Text})
	}
	return all
}

func themeOptions() []ui.Option {
	return []ui.Option{{Value: "dark", Help: "for a dark background"}, {Value: "light", Help: "for a light one"},
		{Value: "contrast", Help: "high contrast"}, {Value: "mono", Help: "no colour: weight, signs and words"}}
}

// filterBy sets the filter of the shown screen, or of Traffic where it has none; what is in focus now stays in it.
func (m *Model) filterBy(typed string) tea.Cmd {
	f, err := m.viewSelectors().Compile(typed)
	if err != nil {
		return ui.Toast(trace.Error, err.Error())
	}
	text := f.Plain()
	to := ui.Traffic
	if _, ok := m.screen().(ui.Filterer); ok {
		to = m.shown
	}
	return tea.Batch(ui.Goto(ui.GotoMsg{Screen: to, Filter: text}), m.common.Filters.Note(typed))
}

func (m *Model) restartNamed(name string) tea.Cmd {
	n := m.common.Store.Node(name)
	if n == nil {
		return nil
	}
	return ui.Restart(n.Graph(), n.Name())
}

// maxReplay bounds how many messages are sent again at once.
const maxReplay = 20

// parseReplay reads the name of an extension, and how many messages shall be sent to it again.
func (m *Model) parseReplay(text string) (msg ui.ReplayMsg, wrong string) {
	name, count := text, ui.ReplayCount
	n := m.common.Store.Node(name)
	if i := strings.LastIndexByte(text, ' '); n == nil && i > 0 {
		var err error
		if count, err = strconv.Atoi(text[i+1:]); err != nil || count < 1 || count > maxReplay {
			return msg, "how many is a number from 1 to " + strconv.Itoa(maxReplay)
		}
		name = strings.TrimSpace(text[:i])
		n = m.common.Store.Node(name)
	}
	if n == nil {
		return msg, "no extension is called " + name
	}
	return ui.ReplayMsg{Graph: n.Graph(), Extension: n.Name(), Count: count}, ""
}

func (m *Model) checkReplay(text string) string {
	_, wrong := m.parseReplay(text)
	return wrong
}

func (m *Model) replayNamed(text string) tea.Cmd {
	msg, wrong := m.parseReplay(text)
	if wrong != "" {
		return ui.Toast(trace.Warn, wrong)
	}
	return tea.Batch(ui.Goto(ui.GotoMsg{Screen: ui.Config, Extension: msg.Extension}), func() tea.Msg { return msg })
}

// savedMessages are those of the config file.
func (m *Model) savedMessages() []ui.Option {
	all := make([]ui.Option, len(m.common.Info.Inject))
	for i, s := range m.common.Info.Inject {
		all[i] = ui.Option{Value: s.Name, Help: s.Send}
	}
	return all
}

// sendLine is the line that a saved message's name stands for, else the text itself.
func (m *Model) sendLine(text string) string {
	for _, s := range m.common.Info.Inject {
		if s.Name == text {
			return s.Send
		}
	}
	return text
}

func (m *Model) checkSend(text string) string {
	if _, err := msg.ParseSend(m.sendLine(text)); err != nil {
		return err.Error()
	}
	return ""
}

// sendWritten sends a message and shows its answer.
func (m *Model) sendWritten(text string) tea.Cmd {
	return ui.Goto(ui.GotoMsg{Screen: ui.Inject, Sends: m.sendLine(text)})
}

func parseID(text string) (uint64, error) {
	return strconv.ParseUint(strings.TrimPrefix(text, "#"), 10, 64)
}

func (m *Model) checkID(text string) string {
	id, err := parseID(text)
	switch {
	case err != nil:
		return "a message has a number, such as 1042"
	case m.common.Store.Command(id) == nil:
		return "no command of that number is known"
	}
	return ""
}

func (m *Model) openID(text string) tea.Cmd {
	id, err := parseID(text)
	if err != nil {
		return nil
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: id})
}

func (m *Model) askWhy(text string) tea.Cmd {
	id, err := parseID(text)
	if err != nil {
		return nil
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Why, Command: id})
}

// parseMoment reads a moment of the run: 4:08.1, 1:04:08, or seconds.
func parseMoment(text string) (int64, error) {
	at := 0.0
	for _, part := range strings.Split(text, ":") {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || v < 0 || v > 1e6 {
			return 0, fmt.Errorf("%q is no moment of the run; write 4:08.1", text)
		}
		at = at*60 + v
	}
	return int64(at * 1e9), nil
}

func checkMoment(text string) string {
	if _, err := parseMoment(text); err != nil {
		return err.Error()
	}
	return ""
}

func openMoment(text string) tea.Cmd {
	at, err := parseMoment(text)
	if err != nil {
		return nil
	}
	return ui.Goto(ui.GotoMsg{Screen: ui.Timeline, At: max(at, 1)})
}

// setTheme changes how the workbench looks, until it is left.
func (m *Model) setTheme(name string) {
	if m.paint == nil {
		return
	}
	th, err := m.paint(name)
	if err != nil {
		m.say(trace.Error, err.Error())
		return
	}
	m.repaint = nil // the person decided: the terminal's background does no more
	m.putOn(th)
}

// writeReport gathers what somebody needs who looks for a mistake.
func (m *Model) writeReport() tea.Cmd {
	report := m.report
	m.say(trace.Info, "writing a report")
	return func() tea.Msg {
		file, err := report()
		if err != nil {
			return ui.ToastMsg{Level: trace.Error, Text: "the report was not written: " + err.Error()}
		}
		return ui.ToastMsg{Level: trace.Info, Text: "look into it before you give it away: wrote " + ui.Tilde(file)}
	}
}

// restart returns the command that restarts an extension and says how it went.
func (m *Model) restart(msg ui.RestartMsg) tea.Cmd {
	ctx, ctl := m.ctx, m.common.Controller
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, restartLimit)
		defer cancel()
		if err := ctl.Restart(ctx, msg.Graph, msg.Extension); err != nil {
			return ui.ToastMsg{Level: trace.Error, Text: err.Error()}
		}
		return ui.ToastMsg{Level: trace.Info, Text: msg.Extension + " was restarted"}
	}
}
