package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// Update takes a message. The work is in a method named after it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return m, m.update(msg)
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tickMsg:
		return m.tick(msg.at)
	case snapshotMsg:
		m.takeSnapshot(msg)
	case waysMsg:
		m.takeWays(msg)
	case inboxMsg:
		return tea.Batch(m.update(msg.said), m.waitInbox())
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.KeyMsg:
		return m.handleKeys(msg)
	case tea.MouseMsg:
		return m.handleMouse(msg)
	case ui.AddressedMsg:
		return m.screens[msg.To].Update(msg.Msg)
	case ui.GotoMsg:
		return m.jump(msg)
	case ui.EditMsg:
		return m.edit(msg)
	case editedMsg:
		return m.edited(msg)
	case ui.GateMsg:
		return m.gateDone(msg)
	case ui.RestartMsg:
		m.askRestart(msg)
	case ui.LiveMsg:
		m.goLive(msg.Said)
	case ui.ToastMsg:
		m.sayToast(msg)
	case Reloaded:
		return m.reloaded(msg)
	case Refused:
		return m.refuse(msg)
	case Waiting:
		return m.waits(msg)
	case Notice:
		m.notice(msg)
	case backgroundMsg:
		m.takeBackground(msg)
	case tea.ResumeMsg:
		m.screenHeld(true)
	default:
		return m.broadcast(msg)
	}
	return nil
}

func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range m.screens[1:] {
		if cmd := s.Update(msg); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	return tea.Batch(cmds...)
}

// jump shows a screen and tells it what to select.
func (m *Model) jump(msg ui.GotoMsg) tea.Cmd {
	if msg.Screen == ui.None || int(msg.Screen) >= len(m.screens) {
		return nil
	}
	if msg.Screen == ui.Inject && !m.common.CanAct() {
		return ui.Recorded(m.common)
	}
	msg.From = m.shown
	if msg.Screen != m.shown {
		m.landed = true
		m.way = append(m.way, m.shown)
		m.way = m.way[max(len(m.way)-16, 0):]
	}
	m.show(msg.Screen)
	m.left = m.left && !typesThere(msg)
	return m.screen().Update(msg)
}

// back shows the screen that the last jump came from.
func (m *Model) back() {
	if n := len(m.way); n > 0 {
		m.show(m.way[n-1])
		m.way = m.way[:n-1]
		m.landed = n > 1
		return
	}
	m.landed = false
	m.show(ui.Now)
}

// setPaused stops or restarts the feed. What happened meanwhile is read at once.
func (m *Model) setPaused(on bool) tea.Cmd {
	if on == m.common.Paused || on && !m.common.Info.Live {
		return nil
	}
	m.common.Paused, m.common.Unread = on, 0
	return nil
}

// goLive ends a pause for what was sent, and says so: a screen that was held still shall not move by itself without a word.
func (m *Model) goLive(said ui.ToastMsg) {
	if m.common.Paused {
		live := "The view is live again, to show the answer: " + ui.Plural(int(m.common.Unread), "new event") + "."
		if m.setPaused(false); said.Text == "" {
			said = ui.ToastMsg{Level: trace.Info, Text: live, Note: true}
		} else {
			said.Text += " " + live
		}
	}
	if said.Text != "" {
		m.sayToast(said)
	}
}

func (m *Model) sayToast(msg ui.ToastMsg) {
	m.say(msg.Level, msg.Text)
	m.toast.note = msg.Note
}

func (m *Model) askRestart(msg ui.RestartMsg) {
	if !m.common.CanAct() {
		m.say(trace.Warn, m.common.Over("a recording cannot be restarted", ": run it again"))
		return
	}
	m.ask = &question{
		text: "Restart " + msg.Extension + "? Messages that wait for it are kept. Commands it has begun are drained first.",
		yes:  m.restart(msg),
		moot: func() string { return m.gone(msg.Graph, msg.Extension) },
	}
}

// takeBackground changes the theme to one that can be read on the terminal's background.
func (m *Model) takeBackground(msg backgroundMsg) {
	m.light = msg.light
	if m.repaint == nil {
		return
	}
	if th, err := m.repaint(msg.light); err == nil && th.Name != m.common.Theme.Name {
		m.putOn(th)
	}
}

// putOn changes the theme.
func (m *Model) putOn(th *theme.Theme) {
	*m.common.Theme = *th
	m.resize(m.layout.w, m.layout.h) // what was drawn in advance is drawn again
}

const (
	toastTime = 5 * time.Second
	errorTime = 10 * time.Second
)

// say shows a line for a while.
func (m *Model) say(level trace.Level, text string) {
	d := toastTime
	if level == trace.Error {
		d = errorTime
	}
	m.toast = toast{level: level, text: m.alsoClosed(text), moot: m.toast.moot, until: time.Now().Add(d).UnixNano()}
	m.said = append(m.said, said{m.common.Now, level, text})
	m.said = m.said[max(len(m.said)-maxSaid, 0):]
}

func (m *Model) expire(at time.Time) {
	if m.toast.text != "" && at.UnixNano() > m.toast.until {
		m.toast, m.leaving = toast{}, false
	}
}

// reloaded takes over what the file says now.
func (m *Model) reloaded(msg Reloaded) tea.Cmd {
	m.refused, m.common.Refused = nil, false
	m.findMistake()
	m.common.Store.SetGraphs(m.common.Source.Graphs())
	m.common.Info.Inject = msg.Inject
	if msg.Summary != "" {
		m.say(trace.Info, m.configName()+" applied: "+msg.Summary)
	}
	cmd := m.wear(msg.Look)
	m.resize(m.layout.w, m.layout.h)
	return tea.Batch(cmd, m.broadcast(ui.ConfigMsg{}))
}

// wear changes how the workbench looks.
func (m *Model) wear(l *Look) tea.Cmd {
	if l == nil || m.dress == nil {
		return nil
	}
	th, err := m.dress(*l)
	if err != nil {
		m.say(trace.Error, err.Error())
		return nil
	}
	m.putOn(th)
	if l.Mouse != m.mouseOff {
		return nil
	}
	if m.mouseOff = !l.Mouse; m.mouseOff {
		return tea.DisableMouse
	}
	return tea.EnableMouseCellMotion
}

func (m *Model) refuse(msg Refused) tea.Cmd {
	m.refused, m.refusalSeen, m.common.Refused = msg.Problems, false, true
	if m.toast.level < trace.Warn {
		m.toast = toast{} // that an earlier file was applied is no news any more
	}
	if len(m.refused) == 0 {
		m.refused = []string{"the file could not be read"}
	}
	m.findMistake()
	m.resize(m.layout.w, m.layout.h)
	return m.broadcast(ui.ConfigMsg{})
}

// waits says that the file is not what runs.
func (m *Model) waits(msg Waiting) tea.Cmd {
	if len(msg.Problems) > 0 {
		m.say(trace.Warn, m.configName()+" was saved with "+ui.Plural(len(msg.Problems), "mistake")+": "+msg.Problems[0])
	} else {
		m.say(trace.Info, m.configName()+" was saved and waits: u on the Config screen applies it. "+msg.Summary)
	}
	return m.broadcast(ui.ConfigMsg{})
}

func (m *Model) notice(msg Notice) {
	level := trace.Info
	if msg.Bad {
		level = trace.Error
	}
	m.say(level, msg.Text)
}
