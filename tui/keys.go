package tui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// tabs are the screens in the order of their number keys.
var tabs = []ui.ID{ui.Now, ui.Traffic, ui.Timeline, ui.Logs, ui.Inject, ui.Config}

var (
	keyScreens   = ui.Bind("1 … 6", "screens", "1", "2", "3", "4", "5", "6")
	keyFieldHelp = ui.Bind("f1", "help", "f1") // where a question mark is typed
	keyMouse     = ui.Bind("F2", "mouse on, off", "f2")
	keyMistake   = ui.Bind("^e", "open the mistake", "ctrl+e") // of a refused config file; in a field it is the field's
	keyStop      = ui.Bind("^c ^c", "quit from anywhere", "ctrl+c")
	keyYes       = ui.Bind("y", "yes", "y", "Y", "enter")
	keyNo        = ui.Bind("esc", "no", "esc", "n", "q")
	keyClose     = ui.Bind("esc ? q", "close the help", "esc", "?", "f1", "q", "enter")
)

// handleKeys takes keys one by one: those that came at once, from fast hands or over a slow line, arrive as one message.
func (m *Model) handleKeys(msg tea.KeyMsg) tea.Cmd {
	var cmds []tea.Cmd
	typed := m.focused()
	m.toast.moot = false
	defer func() {
		if !typed && m.focused() && m.toast.level <= trace.Info {
			m.toast = toast{} // what is said of the field that opened is news now
		}
	}()
	for msg.Type == tea.KeyRunes && len(msg.Runes) > 1 && !msg.Paste && !m.typing() {
		first := msg
		first.Runes, msg.Runes = msg.Runes[:1], msg.Runes[1:]
		cmds = append(cmds, m.handleKey(first))
	}
	return tea.Batch(append(cmds, m.handleKey(msg))...)
}

// typing reports that letters are a text, not keys.
func (m *Model) typing() bool { return m.palette.IsOpen() || m.focused() && !m.choosing() }

// choosing reports that the shown screen takes the next key as a choice.
func (m *Model) choosing() bool {
	c, ok := m.screen().(ui.Chooser)
	return ok && c.Choosing() && !m.parked()
}

// handleKey gives a key to the question, the help, the global keys, or the shown screen, in this order.
func (m *Model) handleKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case msg.Type == tea.KeyCtrlC:
		return m.interrupt()
	case msg.Type == tea.KeyCtrlZ:
		m.screenHeld(false)
		return tea.Suspend
	case m.layout.tooSmall():
		return nil
	case m.cut.swallow(msg):
		return ui.Note(m.common.Over("The form is closed; what you go on to type goes nowhere.", " while you typed; nothing was sent, and what you type goes nowhere."))
	case m.ask != nil:
		return m.answer(msg)
	case m.palette.IsOpen() && m.helping: // the palette is as it was when the help is closed
		return m.handleHelpKey(msg)
	case m.palette.IsOpen() && ui.Hits(msg, keyFieldHelp):
		m.openHelp()
		return nil
	case m.palette.IsOpen() && msg.String() == "ctrl+g": // it acts in every field
		m.palette.Close()
		return m.openGate()
	case m.palette.IsOpen():
		return m.palette.HandleKey(msg)
	case m.pager != nil:
		return m.handlePagerKey(msg)
	case m.helping:
		return m.handleHelpKey(msg)
	}
	m.leaving = false
	if cmd, ok := m.handleFunctionKey(msg); ok {
		return cmd
	}
	if !m.focused() {
		if cmd, ok := m.handleGlobalKey(msg); ok {
			return cmd
		}
	}
	if m.parked() {
		return m.handleParkedKey(msg)
	}
	m.left = false
	return m.giveKey(msg)
}

// giveKey gives a key to the shown screen. Once the person has opened something there that esc closes, esc no longer leads back
// at once. A key that does nothing there is answered.
func (m *Model) giveKey(msg tea.KeyMsg) tea.Cmd {
	shown, acting, typing := m.screen(), m.screen().Keys(), m.focused()
	cmd := shown.Update(msg)
	if !acts(acting, escape) && m.screen() == shown && closes(shown) {
		m.landed = false
	}
	if cmd == nil && !typing && !acts(acting, msg) {
		return m.unused(msg)
	}
	return cmd
}

var escape = tea.KeyMsg{Type: tea.KeyEsc}

// closes reports that esc means something to a screen.
func closes(s ui.Screen) bool { return acts(s.Keys(), escape) }

// interrupt quits at the second ctrl+c.
func (m *Model) interrupt() tea.Cmd {
	if m.leaving {
		return tea.Quit
	}
	m.say(trace.Warn, "press ctrl+c again to quit")
	m.leaving = true
	return nil
}

// handleFunctionKey takes the keys that act also while a text field has the focus.
func (m *Model) handleFunctionKey(msg tea.KeyMsg) (tea.Cmd, bool) {
	switch msg.String() {
	case "f1":
		m.openHelp()
	case "f2":
		return m.toggleMouse(), true
	case "ctrl+g":
		return m.openGate(), true
	default:
		return nil, false
	}
	return nil, true
}

// handleGlobalKey takes the keys that mean the same on every screen.
func (m *Model) handleGlobalKey(msg tea.KeyMsg) (tea.Cmd, bool) {
	switch k := msg.String(); k {
	case "1", "2", "3", "4", "5", "6":
		m.way, m.landed = nil, false
		m.show(tabs[k[0]-'1'])
	case "`":
		m.landed = false
		m.show(m.last)
	case "?":
		m.openHelp()
	case ":":
		m.selected = m.selection()
		m.palette.Open(m.commands())
	case "!":
		return m.nextProblem(), true
	case "i":
		if m.shown == ui.Inject || acts(m.screen().Keys(), msg) {
			return nil, false
		}
		return m.jump(ui.GotoMsg{Screen: ui.Inject, Extension: subject(m.screen())}), true
	case "esc":
		if !m.landed && closes(m.screen()) {
			return nil, false
		}
		m.back()
	case " ":
		return m.setPaused(!m.common.Paused), true
	case "ctrl+e":
		if m.mistake.File == "" {
			return nil, false
		}
		return m.openMistake(), true
	case "q":
		return m.quit(), true
	default:
		return nil, false
	}
	return nil, true
}

// subject is the extension that a screen's selection is about, "" if it is about none or does not say.
func subject(s ui.Screen) string {
	if about, ok := s.(interface{ Subject() string }); ok {
		return about.Subject()
	}
	return ""
}

// pressesRefusal reports that the config file is refused and that nobody has looked at that: no problem is worse.
func (m *Model) pressesRefusal() bool { return len(m.refused) > 0 && !m.refusalSeen }

// nextProblem selects the next problem, on whatever screen one is: the one that was just said, if one was. That is no news then. A
// refused config file comes before the others, once.
func (m *Model) nextProblem() tea.Cmd {
	next := ui.NextProblemMsg{Said: m.failure(m.toast.about.graph.String(), m.toast.about.extension.String()), Seen: m.shown == ui.Now}
	switch {
	case next.Said != "":
		m.toast = toast{}
	case m.pressesRefusal():
		m.refusalSeen = true
		return m.jump(ui.GotoMsg{Screen: ui.Config, Reloads: true})
	}
	return tea.Batch(m.jump(ui.GotoMsg{Screen: ui.Now}), m.screen().Update(next))
}

// acts reports that msg is one of the keys: what a screen shows as acting now is the screen's.
func acts(keys []key.Binding, msg tea.KeyMsg) bool {
	return slices.ContainsFunc(keys, func(k key.Binding) bool { return ui.Hits(msg, k) })
}

func (m *Model) toggleMouse() tea.Cmd {
	m.mouseOff = !m.mouseOff
	if m.mouseOff {
		m.say(trace.Info, "mouse off: select text as usual, F2 turns it on again")
		return tea.DisableMouse
	}
	m.say(trace.Info, "mouse on")
	return tea.EnableMouseCellMotion
}

// keys are the keys that act now, the most important first: those of the footer.
func (m *Model) keys() []key.Binding {
	switch {
	case m.ask != nil:
		return []key.Binding{keyYes, keyNo}
	case m.palette.IsOpen() && !m.helping:
		return append(slices.Clip(m.palette.Keys()), keyFieldHelp)
	case m.pager != nil:
		return []key.Binding{keyPagerClose, keyPagerMove, ui.KeyHelp}
	case m.helping:
		return []key.Binding{keyClose, keyPagerMove}
	case m.choosing():
		return m.screen().Keys()
	case m.parked():
		return m.parkedKeys()
	case m.focused():
		return append(slices.Clip(m.screen().Keys()), keyFieldHelp)
	}
	keys := m.screen().Keys()
	if m.landed { // esc leads back, whatever the screen would do with it
		keys = slices.DeleteFunc(slices.Clone(keys), func(k key.Binding) bool { return ui.Hits(escape, k) })
		keys = slices.Insert(keys, min(1, len(keys)), ui.KeyBack)
	}
	return append(keys, m.globalKeys()...)
}

func (m *Model) globalKeys() []key.Binding {
	keys := make([]key.Binding, 0, 7)
	if len(m.way) > 0 && !m.landed {
		keys = append(keys, ui.KeyBack)
	}
	if m.mistake.File != "" {
		keys = append(keys, keyMistake)
	}
	if m.shown != ui.Now && (len(m.common.Store.Problems()) > 0 || m.pressesRefusal()) {
		keys = append(keys, ui.KeyProblem)
	}
	if m.common.CanAct() && m.shown != ui.Inject && !acts(m.screen().Keys(), tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("i")}) {
		keys = append(keys, ui.KeyInject)
	}
	if m.common.Live() {
		if m.common.Paused {
			keys = append(keys, ui.KeyLive)
		} else {
			keys = append(keys, ui.KeyPause)
		}
	}
	if m.gateShows() && m.shown != ui.Gate {
		keys = append(keys, ui.KeyGate)
	}
	return append(keys, ui.KeyPalette, ui.KeyHelp, ui.KeyQuit)
}
