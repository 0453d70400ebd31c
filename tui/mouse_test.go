package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// click presses the mouse on the last place where the screen shows a text.
func (s *stage) click(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(s.View(), "\n")
	for y := len(lines) - 1; y >= 0; y-- {
		if before, _, ok := strings.Cut(lines[y], text); ok {
			s.follow(s.update(tea.MouseMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress}))
			return
		}
	}
	t.Fatalf("no %q on:\n%s", text, s.View())
}

func TestTheFrameIsClicked(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.click(t, "Traffic")
	if s.shown != ui.Traffic {
		t.Errorf("the tab leads to %s", s.screen().Title())
	}
	s.click(t, "1 problem")
	if s.shown != ui.Now || !strings.Contains(s.View(), "Problem 1 of 1") {
		t.Errorf("the badge leads to %s", s.screen().Title())
	}
	s.click(t, "w why")
	if s.shown != ui.Why {
		t.Errorf("the key w leads to %s", s.screen().Title())
	}
	s.click(t, "esc back")
	if s.shown != ui.Now {
		t.Errorf("the key esc leads to %s", s.screen().Title())
	}
	s.click(t, "? help   :")
	if !s.helping {
		t.Error("the word help opens none")
	}
	s.click(t, "esc ? q")
	if s.helping {
		t.Error("the key that closes the help leaves it open")
	}
	s.click(t, ": commands")
	if !s.palette.IsOpen() {
		t.Error("the word commands opens no palette")
	}
	s.click(t, "esc close")
	if s.palette.IsOpen() {
		t.Error("the key that closes the palette leaves it open")
	}
}

func TestADoubleClickOpens(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("4", "/", "unknown", "enter")
	s.click(t, "unknown field")
	if s.shown != ui.Logs {
		t.Fatalf("one click leads to %s", s.screen().Title())
	}
	s.click(t, "unknown field")
	if s.shown != ui.Traffic {
		t.Errorf("two clicks lead to %s", s.screen().Title())
	}
}
