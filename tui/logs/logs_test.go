package logs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// chatter is a run in which one extension says the same again and again, and others say something between.
func chatter() *tuitest.Run {
	r := tuitest.NewRun("g", "a", "b")
	say := func(ms int, ext string, level trace.Level, text string) {
		r.Say(time.Duration(ms)*time.Millisecond, ext, level, 0, "a/a.go:7", text)
	}
	say(1000, "a", trace.Info, "ready")
	for i := range 5 {
		say(2000+i*10, "a", trace.Warn, "cannot connect, trying again")
	}
	say(3000, "b", trace.Warn, "cannot connect, trying again")
	say(4000, "a", trace.Error, "gave up")
	say(5000, "b", trace.Info, "goes on")
	for i := range 20 {
		say(6000+i*100, "b", trace.Info, "part "+strings.Repeat("x", i))
	}
	return r
}

func scene(t testing.TB, w, h int) (*Model, *ui.Common, *tuitest.Run) {
	t.Helper()
	r := chatter()
	c := r.Common(0, theme.Plain(false))
	m := New(c)
	m.SetSize(w, h)
	m.Update(r.Advance(c, 9*time.Second))
	return m, c, r
}

func TestGolden(t *testing.T) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"80x24", 80, 19}, {"120x36", 120, 31}} {
		for name, keys := range map[string][]string{"folded": nil, "unfolded": {"z"}, "a repeated line": {"g", "j"}, "searched": {"/", "gave", "enter", "f", "g", "n"}} {
			t.Run(name+" "+size.name, func(t *testing.T) {
				m, _, _ := scene(t, size.w, size.h)
				tuitest.Press(m, keys...)
				golden.RequireEqual(t, m.View()+"\n"+m.Status())
			})
		}
	}
}

func TestLinesThatRepeatEachOtherShareARow(t *testing.T) {
	m, c, r := scene(t, 120, 31)
	all := c.Store.Logs().Len()
	if got := m.list.Len(); got != all-4 {
		t.Errorf("%d rows of %d lines, of which four repeat the one before", got, all)
	}
	if v := topOf(m); !strings.Contains(v, "cannot connect, trying again  ×5") || strings.Count(v, "×") != 1 {
		t.Errorf("the five are not counted on one row:\n%s", v)
	}
	tuitest.Press(m, "z")
	if got := m.list.Len(); got != all {
		t.Errorf("unfolded there are %d rows of %d lines", got, all)
	}
	tuitest.Press(m, "g", "j", "j", "j", "z")
	if e, _ := m.event(); e.Detail != "cannot connect, trying again" || e.Extension.String() != "a" {
		t.Errorf("folding selects %q of %s", e.Detail, e.Extension)
	}
	tuitest.Press(m, "/", "cannot", "enter")
	if got := m.list.Len(); got != 6 {
		t.Errorf("the filter finds %d lines, not all six", got)
	}
	r.Advance(c, 9*time.Second)
}

// duet is a run in which a says the same ten times a second, for eleven seconds, and b and the bench have other things to say meanwhile.
func duet() *tuitest.Run {
	r := tuitest.NewRun("g", "a", "b")
	for i := range 110 {
		at := time.Duration(1000+i*100) * time.Millisecond
		r.Say(at, "a", trace.Warn, 0, "a/a.go:7", "cannot connect, trying again")
		r.Say(at+10*time.Millisecond, "b", trace.Info, 0, "b/b.go:7", "part "+strconv.Itoa(i))
		if i%7 == 3 {
			r.Add(at+20*time.Millisecond, trace.Event{Kind: trace.Lint, Extension: trace.Intern("a"), Level: trace.Warn, Detail: "is busy"})
		}
	}
	return r
}

// What others say between does not keep repeats apart, but for so long only that it is seen to go on.
func TestRepeatsAreFoldedPastTheLinesOfOthers(t *testing.T) {
	r := duet()
	c := r.Common(0, theme.Plain(false))
	m := New(c)
	m.SetSize(120, 31)
	m.Update(r.Advance(c, 13*time.Second))
	var rows []string
	for i := range m.rows.Len() {
		if e, _ := c.Store.At(m.rows.Seq(i)); e.Kind == trace.LogLine && e.Extension.String() == "a" {
			rows = append(rows, ui.Clock(e.Mono)+" "+strconv.Itoa(m.times(i)))
		}
	}
	if got, want := strings.Join(rows, ", "), "00:01.000 50, 00:06.000 50, 00:11.000 10"; got != want {
		t.Errorf("the rows of a are %s, not %s", got, want)
	}
	tuitest.Press(m, "g")
	if v, s := m.View(), m.Status(); !strings.Contains(v, "cannot connect, trying again  ×50") || !strings.Contains(s, "said 50 times, until 00:05.900") {
		t.Errorf("the count is not told:\n%s\n%s", v, s)
	}
	tuitest.Press(m, "z")
	all := c.Store.Logs()
	for i := range all.Len() {
		if e, _ := c.Store.At(all.Seq(i)); e.Mono == int64(3*time.Second) {
			m.list.Select(i)
		}
	}
	tuitest.Press(m, "z")
	if e, _ := m.event(); e.Mono != int64(time.Second) {
		t.Errorf("folding selects what was said at %s, by %s", ui.Clock(e.Mono), e.Extension)
	}
}

// Where there are lines z is always in the help, and says so where there is nothing to fold.
func TestZSaysThatNothingIsFolded(t *testing.T) {
	r := tuitest.NewRun("g", "a")
	c := r.Common(0, theme.Plain(false))
	m := New(c)
	m.SetSize(120, 31)
	says := func(when, want string) {
		t.Helper()
		said := tuitest.Deliver(m, tuitest.Press(m, "z"))
		if len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, want) || m.unfolded {
			t.Errorf("%s z says %v", when, said)
		}
		if got := slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help().Key == "z" }); got != (m.rows.Len() > 0) {
			t.Errorf("%s the help has z: %v", when, got)
		}
	}
	says("with no line at all", "Nothing is folded")
	r.Say(time.Second, "a", trace.Info, 0, "", "one")
	r.Say(2*time.Second, "a", trace.Info, 0, "", "two")
	m.Update(r.Advance(c, 3*time.Second))
	says("with no repeats", "Nothing is folded")
	r.Say(4*time.Second, "a", trace.Info, 0, "", "two")
	m.Update(r.Advance(c, 5*time.Second))
	tuitest.Press(m, "/", "two", "enter")
	says("with a filter", "filter")
}

// topOf is the screen with the first lines.
func topOf(m *Model) string {
	tuitest.Press(m, "g")
	return m.View()
}

// A jump to a line that has no row of its own finds it.
func TestAJumpUnfolds(t *testing.T) {
	m, c, _ := scene(t, 120, 31)
	third := c.Store.Logs().Seq(3)
	m.Update(ui.GotoMsg{Screen: ui.Logs, Seq: third})
	m.Update(ui.TickMsg{})
	if got := m.list.Selected(); got != third {
		t.Errorf("selected %d, not %d", got, third)
	}
}

func TestNAndCapitalNVisitWhatTheFilterFound(t *testing.T) {
	m, _, _ := scene(t, 120, 31)
	tuitest.Press(m, "/", "cannot or gave", "enter", "f", "g")
	var visited []string
	for range 3 {
		tuitest.Press(m, "n")
		e, _ := m.event()
		visited = append(visited, e.Extension.String()+" "+e.Detail)
	}
	want := "a cannot connect, trying again|b cannot connect, trying again|a gave up"
	if got := strings.Join(visited, "|"); got != want {
		t.Errorf("n visits %q", got)
	}
	said := tuitest.Deliver(m, tuitest.Press(m, "n"))
	if len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, "No further line") {
		t.Errorf("at the last one it says %v", said)
	}
	tuitest.Press(m, "N")
	if e, _ := m.event(); e.Extension.String() != "b" {
		t.Errorf("N goes to %q of %s", e.Detail, e.Extension)
	}
}

// Also while the filter acts the rows it found are those that n and N visit, and the footer offers them.
func TestNAndCapitalNActWithTheFilterOn(t *testing.T) {
	m, _, _ := scene(t, 120, 31)
	has := func() bool {
		return slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help() == ui.KeyMatch.Help() })
	}
	if said := tuitest.Deliver(m, tuitest.Press(m, "n")); has() || len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, "/ begins one") {
		t.Errorf("with no filter it says %v, and is offered: %v", said, has())
	}
	tuitest.Press(m, "/", "cannot", "enter", "g", "n")
	if !has() || m.list.Cursor() != 1 {
		t.Errorf("n leads to row %d, and is offered: %v", m.list.Cursor(), has())
	}
	tuitest.Press(m, "N")
	if said := tuitest.Deliver(m, tuitest.Press(m, "N")); m.list.Cursor() != 0 || len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, "No further line") {
		t.Errorf("N leads to row %d and says %v", m.list.Cursor(), said)
	}
	tuitest.Press(m, "G")
	tuitest.Press(m, "n")
	if !m.list.Following() {
		t.Error("n at the end stops the following")
	}
}

func TestXWritesWhatIsShown(t *testing.T) {
	m, _, r := scene(t, 120, 31)
	tuitest.Press(m, "/", "level >= error", "enter")
	said := tuitest.Deliver(m, tuitest.Press(m, "x"))
	if strings.Count(r.Saved, `"kind":"log"`) != 1 || !strings.Contains(r.Saved, `"detail":"gave up"`) {
		t.Errorf("written:\n%s", r.Saved)
	}
	if len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, "wrote 1 line (tenbench open reads the file) to exports/lines.jsonl") {
		t.Errorf("it says %v", said)
	}
}

func TestXWaitsForTheFilter(t *testing.T) {
	m, _, r := scene(t, 120, 31)
	tuitest.Press(m, "/", "level >= error", "enter")
	m.scanning = true
	said := fmt.Sprint(tuitest.Press(m, "x")())
	if r.Saved != "" || !strings.Contains(said, "so far: x writes") {
		t.Errorf("x says %s and writes %q", said, r.Saved)
	}
}

func TestTheRatesAreThoseOfTheirSeconds(t *testing.T) {
	_, c, _ := scene(t, 120, 31)
	now := int64(9 * time.Second)
	for level, want := range map[trace.Level][]int{
		trace.Error: {0, 0, 0, 0, 1, 0, 0, 0, 0, 0}, trace.Warn: {0, 0, 5, 1, 0, 0, 0, 0, 0, 0}, trace.Info: {0, 1, 0, 0, 0, 1, 10, 10, 0, 0},
	} {
		got := c.Store.LogRate(level, now, 100)
		if len(got) != len(want) {
			t.Fatalf("%s: %v", level, got)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %v, not %v", level, got, want)
				break
			}
		}
	}
	if got := c.Store.LogRate(trace.Warn, now, 7); got[0] != 1 || len(got) != 7 {
		t.Errorf("the last seven: %v", got)
	}
	if got := c.Store.LogRate(trace.Warn, 400*int64(time.Second), 300); len(got) != 256 || got[0] != 0 {
		t.Errorf("long after: %d seconds", len(got))
	}
}

func BenchmarkView120x36(b *testing.B) {
	m, _, _ := scene(b, 120, 31)
	b.ReportAllocs()
	for b.Loop() {
		m.View()
	}
}

func TestTheFilterKnowsTheCommandThatIsMarked(t *testing.T) {
	c := tuitest.Voice().Common(14*time.Second, theme.Plain(true))
	m := New(c)
	m.SetSize(120, 31)
	m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	var of trace.Event
	for i := range m.rows.Len() {
		if e, ok := c.Store.At(m.rows.Seq(i)); ok && e.ID != 0 {
			of = e
		}
	}
	m.setFilter("@marked")
	for range 2 { // the mark is seen at a tick
		c.Marks.Toggle(&trace.Event{Seq: 1, ID: of.ID})
		m.Update(ui.TickMsg{Now: c.Now})
		want := c.Marks.Len() > 0
		if _, ok := m.rows.Find(of.Seq); ok != want || of.ID == 0 {
			t.Errorf("with %d marked the line of message %d is shown: %v", c.Marks.Len(), of.ID, ok)
		}
	}
}

// The columns at the right are there for what is in them: text that is long takes the rest.
func TestLongTextTakesTheEmptyColumns(t *testing.T) {
	for _, c := range []struct {
		id           uint64
		place        string
		narrow, wide string // behind the text
	}{
		{0, "", "", ""},
		{7, "", "#7 ", "#7 "},
		{0, "a/a.go:7", "", "a/a.go:7 "},
		{7, "a/a.go:7", "#7 ", "#7 a/a.go:7 "},
		{0, "a_package_of_a_long_name/extension.py:7", "", "…ng_name/extension.py:7 "},
	} {
		for w, want := range map[int]string{80: c.narrow, 120: c.wide} {
			r := tuitest.NewRun("g", "a")
			r.Up(0, "a", time.Millisecond, time.Millisecond, time.Millisecond)
			r.Say(time.Second, "a", trace.Info, c.id, c.place, strings.Repeat("word ", 40))
			common := r.Common(2*time.Second, theme.Plain(false))
			m := New(common)
			m.SetSize(w, 19)
			m.Update(ui.TickMsg{Now: common.Now, Changed: true})
			_, line, _ := strings.Cut(m.View(), "word word ")
			line, _, _ = strings.Cut(line, "\n")
			if !strings.HasSuffix(line, "… "+want) {
				t.Errorf("%d columns, #%d at %q: %q", w, c.id, c.place, line)
			}
		}
	}
}
