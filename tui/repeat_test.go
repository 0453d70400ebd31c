package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// forgotten is a run in which asker asks deaf every half second, and never gets an answer.
func forgotten(times int) (*tuitest.Run, []uint64) {
	r := tuitest.NewRun("forgotten", "asker", "deaf")
	r.Up(0, "asker", time.Millisecond, time.Millisecond, time.Millisecond)
	r.Up(0, "deaf", time.Millisecond, time.Millisecond, time.Millisecond)
	var ids []uint64
	for i := range times {
		at := time.Duration(i+1) * time.Second / 2
		id := r.Send(tuitest.Cmd{At: at, From: "asker", To: "deaf", Name: "ask", Handling: time.Millisecond, Lost: true})
		r.Add(at+1100*time.Millisecond, trace.Event{Kind: trace.Lint, Rule: trace.Intern("lost"), Level: trace.Error, ID: id, Type: msg.KindCmd,
			Name: trace.Intern("ask"), From: trace.Intern("asker"), To: trace.Intern("deaf"), Extension: trace.Intern("deaf")})
		ids = append(ids, id)
	}
	return r, ids
}

func TestWhatIsLostAgainAndAgainIsOneRow(t *testing.T) {
	run, ids := forgotten(9)
	s := newStage(t, run, 8*time.Second, theme.Plain(false), 120, 36)
	v := s.View()
	if !strings.Contains(v, "1 problem ") || strings.Count(v, "ask ×9") != 1 || !strings.Contains(v, "they are lost") {
		t.Fatalf("not one row with a count:\n%s", v)
	}
	s.press("!", "enter")
	v = s.View()
	if s.shown != ui.Traffic || !strings.Contains(v, "lost and name = ask and from = asker and to = deaf") || !strings.Contains(v, "9 of 9 shown") {
		t.Fatalf("enter does not list them:\n%s", v)
	}
	for line := range strings.Lines(v) {
		if strings.HasPrefix(line, "▌") && !strings.Contains(line, fmt.Sprint(ids[8])) {
			t.Errorf("the selected one is not the newest: %s", line)
		}
	}
}
