package traffic

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/trace"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestFilterIsTriedAtEachKeyAndKeepsTheLastGoodResult(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	if !m.Focused() {
		t.Fatal("/ gives the line no focus")
	}
	tuitest.Type(m, "cmd")
	settle(m, c)
	if n := m.list.Len(); n != 6 {
		t.Fatalf("cmd shows %d messages, want 6", n)
	}
	m.setFilter("cmd and colour = (")
	settle(m, c)
	if m.filter.Wrong() == nil {
		t.Fatal("an unfinished filter is no error")
	}
	if n := m.list.Len(); n != 6 {
		t.Errorf("an unfinished filter shows %d messages, want the last 6", n)
	}
	line := strings.Split(m.View(), "\n")[1]
	if at := strings.IndexByte(line, '^'); at != len(" filter ")+m.filter.Wrong().Col-1 {
		t.Errorf("the error points at column %d of %q", at, line)
	}
	tuitest.Press(m, "enter")
	if !m.Focused() {
		t.Error("enter accepts a filter that is none")
	}
	m.setFilter("cmd and (error)")
	settle(m, c)
	tuitest.Press(m, "enter")
	if m.Focused() || m.filter.Wrong() != nil {
		t.Error("enter does not accept a good filter")
	}
	if n := m.list.Len(); n != 1 {
		t.Errorf("cmd and (error) shows %d messages, want 1", n)
	}
	if v := m.View(); !strings.Contains(v, "1 of ") {
		t.Errorf("shown and total are not on the screen:\n%s", v)
	}
}

func TestFilterTogglesAndClears(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	all := m.list.Len()
	tuitest.Press(m, "/")
	tuitest.Type(m, "cmd")
	tuitest.Press(m, "enter")
	settle(m, c)
	for _, step := range []struct {
		key  string
		want int
	}{{"f", all}, {"f", 6}, {"F", all}, {"f", all}} {
		tuitest.Press(m, step.key)
		settle(m, c)
		if n := m.list.Len(); n != step.want {
			t.Errorf("after %s there are %d rows, want %d", step.key, n, step.want)
		}
	}
}

func TestEscTakesBackWhatWasTyped(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	tuitest.Type(m, "cmd")
	tuitest.Press(m, "enter", "/")
	tuitest.Type(m, " and error")
	tuitest.Press(m, "esc")
	settle(m, c)
	if m.Focused() || m.filter.Text() != "cmd" || m.list.Len() != 6 {
		t.Errorf("after esc the filter is %q with %d rows", m.filter.Text(), m.list.Len())
	}
}

func TestAPendingCommandLeavesTheFilterWhenItIsAnswered(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 6*time.Second, 120, 31)
	m.setFilter("cmd and pending")
	settle(m, c)
	if n := m.list.Len(); n != 2 {
		t.Fatalf("at 6 s %d commands are pending, want 2", n)
	}
	r.Advance(c, 8*time.Second)
	settle(m, c)
	if n := m.list.Len(); n != 0 {
		t.Errorf("at 8 s %d commands are pending, want none", n)
	}
	if !strings.Contains(m.View(), "No message passes the filter") {
		t.Error("an empty list does not say why")
	}
}

func TestASearchFromAnotherScreenOpensAnEmptyLine(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 12*time.Second, 120, 30)
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Filter: "name = tool_call"})
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Search: true})
	if !m.Focused() || m.filter.Text() != "" || m.filter.active() {
		t.Fatalf("focused %v, filter %q", m.Focused(), m.filter.Text())
	}
	tuitest.Type(m, "asr")
	if m.filter.Text() != "asr" {
		t.Errorf("what was typed is no filter: %q", m.filter.Text())
	}
	tuitest.Press(m, "esc")
	if m.Focused() || m.filter.Text() != "name = tool_call" {
		t.Errorf("esc left %q", m.filter.Text())
	}
}

func TestTheFilterKnowsWhatIsHeldAndWhatIsMarked(t *testing.T) {
	r, g := tuitest.Gated()
	h := g.State.Held[1] // data: nobody owes an answer to it
	r.Add(11650*time.Millisecond, trace.Event{Kind: trace.Released, Type: h.Type, ID: h.ID, Name: trace.Intern(h.Name), To: trace.Intern(h.To)})
	m, c, _ := scene(r, 11600*time.Millisecond, 120, 31)
	m.setFilter("@held")
	settle(m, c)
	if got := m.names(); !slices.Equal(got, []string{"tool_call", "barge_in"}) {
		t.Fatalf("held are %q", got)
	}
	m.Update(r.Advance(c, 12500*time.Millisecond))
	settle(m, c)
	if got := m.names(); !slices.Equal(got, []string{"tool_call", "context"}) {
		t.Errorf("after one went and one came, held are %q", got)
	}
	m.setFilter("@marked")
	settle(m, c)
	if got := m.names(); len(got) != 0 {
		t.Errorf("with none marked the filter lets %q through", got)
	}
	m.setFilter("")
	settle(m, c)
	selectName(t, m, "tool_call", 15*time.Second)
	tuitest.Press(m, "m")
	m.setFilter("@marked")
	settle(m, c)
	if got := m.names(); !slices.Equal(got, []string{"tool_call"}) {
		t.Fatalf("marked are %q", got)
	}
	tuitest.Press(m, "m")
	settle(m, c)
	if got := m.names(); len(got) != 0 {
		t.Errorf("a mark that was taken away leaves %q", got)
	}
}

func TestWhatIsInFocusStaysWhileTheFilterIsTyped(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 12500*time.Millisecond, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	id := m.list.Selected()
	all := m.c.Store.Messages().Len()
	tuitest.Press(m, "/")
	tuitest.Type(m, "not @focus ") // from here on another message is selected
	settle(m, c)
	if m.list.Selected() == id || m.filter.rows.Len() != all-1 {
		t.Fatalf("not @focus shows %d of %d", m.filter.rows.Len(), all)
	}
	tuitest.Type(m, "and @all")
	settle(m, c)
	if _, shown := m.list.Rows().Find(id); shown || m.filter.rows.Len() != all-1 {
		t.Errorf("going on shows %d of %d", m.filter.rows.Len(), all)
	}
}

// A command without an answer has no latency to compare: the line says that it is left out, and how to let it in.
func TestAFilterOnLatencySaysWhatIsStillOpen(t *testing.T) {
	r := tuitest.NewRun("g", "asker", "forgetful")
	for i := range 3 {
		r.Send(tuitest.Cmd{At: time.Duration(i) * time.Second, From: "asker", To: "forgetful", Name: "weather"})
	}
	r.Send(tuitest.Cmd{From: "asker", To: "forgetful", Name: "slow", Latency: 12 * time.Second})
	r.Send(tuitest.Cmd{At: 13 * time.Second, From: "asker", To: "forgetful", Name: "young"})
	for _, w := range []int{80, 120} {
		m, c, _ := scene(r, 14*time.Second, w, 31)
		line := func(filter string) (string, int) {
			m.setFilter(filter)
			settle(m, c)
			return strings.Split(m.View(), "\n")[0], m.list.Len()
		}
		text := "cmd and latency > 10s"
		const says = "3 open as long: add or pending"
		if got, n := line(text); !strings.Contains(got, says) || n != 1 {
			t.Errorf("%d rows: %q lacks %q", n, got, says)
		}
		if got, n := line(text + " or pending"); strings.Contains(got, "open as long") || n != 5 {
			t.Errorf("with the advice taken %d rows: %q", n, got)
		}
		for _, near := range []string{"cmd and latency > 1m", "cmd and to = nobody and latency > 10s", "cmd and answered", "cmd and pending and from = asker", "name = slow and latency > 10s"} {
			if got, _ := line(near); strings.Contains(got, "open as long") {
				t.Errorf("%s: %q", near, got)
			}
		}
	}
}
