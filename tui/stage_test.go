package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// stage is a run as it is at one moment of it, seen through the root.
type stage struct {
	*Model
	log *trace.Log
	run *tuitest.Run
}

func (s *stage) Log() *trace.Log { return s.log }

func (s *stage) Snapshot() trace.Snapshot { return trace.Snapshot{} }

func (s *stage) Graphs() []*graph.Graph { return s.run.Graphs() }

// newStage shows the run when it has come to that time, at a size.
func newStage(t testing.TB, run *tuitest.Run, at time.Duration, th *theme.Theme, w, h int) *stage {
	t.Helper()
	run.Common(0, th) // makes the run's log
	s := &stage{run: run}
	log, fill := trace.FromEvents(tuitest.Start)
	r, buf := run.Log().NewReader(), make([]trace.Event, 1)
	for r.Next(buf) == 1 && buf[0].Mono <= int64(at) {
		fill(&buf[0])
	}
	s.log = log
	info := Info{Title: "voice-demo", Live: true, Config: "demo/config.toml", Recorded: func() (int64, uint64) { return 3_100_000, 0 }}
	s.Model = newModel(s, &tuitest.Controller{ID: 7}, run, info, th, make(chan any, 1))
	s.clock = func() int64 { return int64(at) }
	s.update(tea.WindowSizeMsg{Width: w, Height: h})
	_, last := log.Span()
	for s.tick(time.Unix(0, 0)); s.common.Store.Seq() < last; {
		s.tick(time.Unix(0, 0)) // a slow machine needs more than one slice of time
	}
	s.update(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

// press sends keys and follows the jumps they cause.
func (s *stage) press(keys ...string) {
	for _, k := range keys {
		s.follow(s.update(keyMsg(k)))
	}
}

// follow runs a command and gives its message back, as the program would. Batches and timers are not followed.
func (s *stage) follow(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case ui.GotoMsg, ui.RestartMsg, ui.ToastMsg, ui.AddressedMsg, ui.LiveMsg:
		s.follow(s.update(msg))
	}
}

func keyMsg(k string) tea.KeyMsg {
	special := map[string]tea.KeyType{"ctrl+g": tea.KeyCtrlG, "left": tea.KeyLeft, "down": tea.KeyDown, "enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "ctrl+c": tea.KeyCtrlC, "ctrl+s": tea.KeyCtrlS, "ctrl+r": tea.KeyCtrlR, "f1": tea.KeyF1, "up": tea.KeyUp, "shift+tab": tea.KeyShiftTab, "ctrl+e": tea.KeyCtrlE}
	if t, ok := special[k]; ok {
		return tea.KeyMsg{Type: t}
	}
	if k == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune(" ")}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

const scene = 12400 * time.Millisecond

// asRecording makes a stage one of a run that has ended.
func asRecording(s *stage) {
	s.common.Info.Live, s.common.Controller, s.common.Gate = false, nil, ui.GateState{}
	s.tick(time.Unix(0, 0))
}

func checkFrame(t *testing.T, view string, w, h int, what string) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Errorf("%dx%d after %s: %d lines", w, h, what, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Errorf("%dx%d after %s: line %d has %d cells: %q", w, h, what, i, n, l)
		}
		if rest := ansi.Strip(l); strings.ContainsAny(rest, "\x1b\x07\x08\r\t\u009b\u202e") {
			t.Errorf("%dx%d after %s: line %d holds a control: %q", w, h, what, i, l)
		}
		if strings.Contains(l, "\x1b[2J") || strings.Contains(l, "\x1b]") {
			t.Errorf("%dx%d after %s: line %d holds a foreign sequence: %q", w, h, what, i, l)
		}
	}
}
