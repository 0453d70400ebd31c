package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// waysStub finds the same way out of every handler.
type waysStub struct{ asked []diagnose.Handler }

func (e *waysStub) Ways(handler diagnose.Handler) diagnose.Ways {
	e.asked = append(e.asked, handler)
	return diagnose.Ways{Exit: "b/b.go:60"}
}

func (e *waysStub) Around(string, int) (int, []string) { return 0, nil }

func TestWhyIsTwoKeysAwayAndEscLeadsBack(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	for _, from := range []struct{ key, title string }{{"1", "Now"}, {"2", "Traffic"}, {"4", "Logs"}} {
		s.press(from.key, "!", "w")
		if v := s.View(); !strings.Contains(v, "Now › tool_call #") || !strings.Contains(v, "weather_tool lost tool_call") {
			t.Errorf("from %s ! w shows:\n%s", from.title, v)
		}
		s.press("esc")
		if s.shown != ui.Now {
			t.Errorf("esc leads to %s", s.screen().Title())
		}
	}
}

func TestKeysThatComeAtOnceAreKeys(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.follow(s.update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("2!w")}))
	if s.shown != ui.Why {
		t.Errorf("2!w leads to %s", s.screen().Title())
	}
	s.follow(s.update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("4/two")}))
	if v := s.View(); !strings.Contains(v, " filter two") {
		t.Errorf("4/two types:\n%s", v)
	}
}

func TestWhyIsAskedOnEveryScreen(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	for from, keys := range map[string][]string{
		"Traffic": {"2", "/", "name = tool_call", "enter", "G", "w"}, "Logs": {"4", "/", "unknown field", "enter", "w"}, "Timeline": {"3", "up", "w"},
	} {
		s.press(keys...)
		if v := s.View(); !strings.Contains(v, from+" › ") || !strings.Contains(v, "PATH") {
			t.Errorf("from %s w shows:\n%s", from, v)
		}
		s.press("esc")
		if got := s.screen().Title(); got != from {
			t.Errorf("esc leads to %s, not to %s", got, from)
		}
	}
}

func TestTheWayOutOfAHandlerIsLookedForOnce(t *testing.T) {
	run := tuitest.NewRun("g", "a", "b")
	id := run.Send(tuitest.Cmd{At: time.Second, From: "a", To: "b", Name: "x", Handler: "b/b.go:44", Queued: 1000, Handling: 1000, Lost: true})
	s := newStage(t, run, scene, theme.Plain(false), 120, 36)
	if cmd := s.askWays(); cmd != nil {
		t.Fatal("sources are read though nobody can")
	}
	stub := &waysStub{}
	s.common.Sources = stub
	s.update(ui.GotoMsg{Screen: ui.Why, Command: id})
	if !strings.Contains(s.View(), "b/b.go:44  where the handler begins") {
		t.Errorf("before the source was read:\n%s", s.View())
	}
	cmd := s.askWays()
	if cmd == nil {
		t.Fatal("nobody looks into the source")
	}
	s.update(cmd())
	s.update(ui.GotoMsg{Screen: ui.Why, Command: id})
	if !strings.Contains(s.View(), "b/b.go:60  likely: a way out without a result") {
		t.Errorf("after the source was read:\n%s", s.View())
	}
	if cmd := s.askWays(); cmd != nil || !slices.Equal(stub.asked, []diagnose.Handler{{Place: "b/b.go:44", Name: "x"}}) {
		t.Errorf("asked about %q", stub.asked)
	}
}

func TestTheTabOfWhoAskedStandsOut(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("2", "w")
	if s.shown != ui.Why || s.tab() != ui.Traffic {
		t.Errorf("%s is shown under the tab %d", s.screen().Title(), s.tab())
	}
	s.update(tea.KeyMsg{Type: tea.KeyEsc})
	if s.tab() != ui.Traffic {
		t.Errorf("after esc the tab is %d", s.tab())
	}
}
