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

// What a line has no room for goes on in the next one; of a text that is longer still the end is seen, which is the file's name.
func TestALongToastIsSeenWithItsEnd(t *testing.T) {
	const file = "20261126-170815-3141592653-messages.jsonl"
	for _, folders := range []int{1, 2, 9} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.update(ui.Toast(trace.Info, "wrote 5,000 lines to /home/somebody/.local"+strings.Repeat("/state/tenbench", folders)+"/exports/"+file)())
		v := s.View()
		checkFrame(t, v, 80, 24, "a long toast")
		lines := strings.Split(v, "\n")
		if said := strings.Join(lines[21:23], " "); !strings.Contains(said, "wrote 5,000 lines to ") || !strings.Contains(said, file) {
			t.Errorf("%d folders: it says\n%s", folders, strings.Join(lines[21:], "\n"))
		}
		if s.expire(time.Now().Add(time.Hour)); !strings.Contains(s.View(), "Problem 1 of 1.") {
			t.Error("the status does not come back")
		}
	}
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	s.press("2")
	s.update(ui.Toast(trace.Error, strings.Repeat("no room for it. ", 9))())
	s.press("R", "1", "R")
	if v := s.View(); s.ask == nil || !strings.Contains(v, "Restart ") {
		t.Errorf("a long toast hides a question:\n%s", v)
	}
}

// The word for the commands stands behind the tabs also where there is no room for both words, and can be clicked.
func TestTheWordForTheCommandsHasRoom(t *testing.T) {
	for w, want := range map[int]string{80: "   : commands ", 100: "   ? help   : commands "} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
		if tabs := strings.Split(s.View(), "\n")[1]; !strings.HasSuffix(tabs, want) {
			t.Errorf("%d columns: %q", w, tabs)
		}
		s.click(t, ": commands")
		if !s.palette.IsOpen() {
			t.Errorf("%d columns: a click on it opens nothing", w)
		}
		s = newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
		s.common.Info.Demo = true
		if tabs := strings.Split(s.View(), "\n")[1]; w >= 100 && !strings.Contains(tabs, "  demo   ") || !strings.HasSuffix(tabs, want) {
			t.Errorf("%d columns, the demo: %q", w, tabs)
		}
	}
}
