package traffic

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// namesShown are the names of the rows from the top, at most n.
func namesShown(m *Model, n int) (all []string) {
	for i := 0; i < min(n, m.list.Len()); i++ {
		if e, ok := m.c.Store.At(m.rowSeq(i)); ok {
			all = append(all, e.Name.String())
		}
	}
	return all
}

func TestSortingShowsTheSlowestFirst(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 12500*time.Millisecond, 120, 31)
	tuitest.Press(m, "s")
	if !m.Focused() || !strings.Contains(m.Status(), "Sort by what?") {
		t.Fatalf("s asks nothing: %q", m.Status())
	}
	tuitest.Press(m, "l")
	if got, want := fmt.Sprint(namesShown(m, 4)), "[tool_call chat tool_call chat]"; got != want { // 4.4s open, 1.9s, 601ms, 580ms open
		t.Errorf("by latency the first are %s, want %s", got, want)
	}
	if v := m.View(); !strings.Contains(v, "LATENCYv") || !strings.Contains(v, "slowest first") {
		t.Errorf("the list does not say how it is sorted:\n%s", v)
	}
	tuitest.Press(m, "s", "s")
	if got := namesShown(m, 1); got[0] == "tool_call" || !strings.Contains(m.View(), "fastest first") {
		t.Errorf("s again does not reverse: %v", got)
	}
	tuitest.Press(m, "s", "n")
	if got := namesShown(m, 1); got[0] != "asr_result" {
		t.Errorf("by name the first is %v", got)
	}
	tuitest.Press(m, "s", "esc")
	if m.Focused() || m.sorted == nil {
		t.Error("esc does more than take the question back")
	}
	tuitest.Press(m, "s", "t")
	if m.sorted != nil || !m.list.Following() {
		t.Error("the order of time does not follow")
	}
	settle(m, c)
}

func TestASortedListTakesInWhatIsNew(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 5*time.Second, 120, 31)
	m.setFilter("cmd")
	settle(m, c)
	tuitest.Press(m, "s", "l")
	if m.list.Len() != 0 {
		t.Fatalf("at 5 s there are %d commands", m.list.Len())
	}
	m.Update(r.Advance(c, 14*time.Second))
	settle(m, c)
	if got := m.list.Len(); got != 6 {
		t.Errorf("at 14 s the sorted list has %d commands, want 6", got)
	}
}

func TestASortedListKeepsTheCountsOfItsFolds(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, 120, 31)
	tuitest.Press(m, "s", "z")
	if v := m.View(); !strings.Contains(v, "x50") {
		t.Errorf("the largest messages are frames, fifty a row:\n%s", v)
	}
}

func TestAJumpFindsItsMessageInASortedList(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	selectName(t, m, "flush", 15*time.Second)
	e, _ := m.selected()
	tuitest.Press(m, "s", "l")
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Command: e.ID})
	if got, _ := m.selected(); got.ID != e.ID {
		t.Errorf("message %d is selected, want %d", got.ID, e.ID)
	}
}
