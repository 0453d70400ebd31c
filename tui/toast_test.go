package tui

import (
	"strings"
	"testing"
	"time"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// toastLine is the rule above the status, with what is said in it.
func toastLine(s *stage) string {
	lines := strings.Split(s.View(), "\n")
	return lines[len(lines)-3]
}

func TestOnlyWhatWasDoneHasATick(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	for _, c := range []struct {
		say  ui.ToastMsg
		want string
	}{
		{ui.Toast(trace.Info, "Copied the message.")().(ui.ToastMsg), "─ ✓ Copied the message. ─"},
		{ui.Note("It has no conversation.")().(ui.ToastMsg), "─ · It has no conversation. ─"},
		{ui.Toast(trace.Warn, "A recording takes no messages.")().(ui.ToastMsg), "─ ▲ A recording takes no messages. ─"},
		{ui.Toast(trace.Error, "The disk is full.")().(ui.ToastMsg), "─ ✗ The disk is full. ─"},
	} {
		s.update(c.say)
		if l := toastLine(s); !strings.HasPrefix(l, c.want) {
			t.Errorf("%+v is drawn as %q, want %q", c.say, l, c.want)
		}
	}
}

// A note answers a key on the screen that it was pressed on; what was done, or is wrong, is news wherever one goes.
func TestANoteGoesWithTheScreen(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(ui.Note("It has no conversation.")())
	s.press("2")
	if l := toastLine(s); strings.Contains(l, "conversation") {
		t.Errorf("on the next screen it says %q", l)
	}
	for _, level := range []trace.Level{trace.Info, trace.Warn, trace.Error} {
		s.update(ui.Toast(level, "This stays.")())
		s.press("1")
		s.press("2")
		if l := toastLine(s); !strings.Contains(l, "This stays.") {
			t.Errorf("a line of the level %v went with the screen: %q", level, l)
		}
	}
}

// An empty trace has no problem: the key says so, and that is no deed.
func TestAKeyThatFindsNothingIsAnsweredByANote(t *testing.T) {
	s := newStage(t, tuitest.NewRun("g", "voice"), time.Second, theme.Plain(false), 80, 24)
	s.press("!")
	if l := toastLine(s); !strings.HasPrefix(l, "─ · There is no problem. ") {
		t.Errorf("it says %q", l)
	}
}
