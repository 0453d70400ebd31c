package logs

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// talkative is a run in which every third line is longer than a row.
func talkative(t *testing.T, w, h int) *Model {
	t.Helper()
	r := tuitest.NewRun("g", "a")
	for i := range 40 {
		text := "short"
		if i%3 == 0 {
			text = strings.Repeat("many words ", 14) + "the end"
		}
		r.Say(time.Duration(i+1)*time.Second, "a", trace.Info, 0, "a/a.go:7", text+" "+string(rune('A'+i%26)))
	}
	e := trace.Event{Kind: trace.LogLine, Extension: trace.Intern("a"), Level: trace.Warn, ID: 7, Detail: "with fields"}
	e.Property = []byte(`{"city":"Berlin","why":"` + strings.Repeat("because ", 12) + `"}`)
	r.Add(4500*time.Millisecond, e)
	c := r.Common(0, theme.Plain(false))
	m := New(c)
	m.SetSize(w, h)
	m.Update(r.Advance(c, time.Minute))
	return m
}

func TestAWrappedLineIsReadToItsEndAndKeepsTheSelection(t *testing.T) {
	for _, size := range [][2]int{{60, 10}, {80, 19}, {120, 31}} {
		m := talkative(t, size[0], size[1])
		tuitest.Press(m, "\\", "g", "j", "j", "j") // a long line
		before := m.list.Selected()
		if strings.Contains(m.View(), "the end") {
			t.Fatalf("at %v the line fits a row: the test tests nothing", size)
		}
		tuitest.Press(m, "W")
		if v := m.View(); m.list.Selected() != before || !strings.Contains(v, "the end D") || !strings.Contains(v, "wrap on") {
			t.Errorf("at %v, selected %d, was %d:\n%s", size, m.list.Selected(), before, v)
		}
		for range 60 {
			v := strings.Split(strings.TrimSuffix(m.View(), "\n"), "\n")
			if len(v) != size[1] {
				t.Fatalf("at %v the frame has %d lines", size, len(v))
			}
			bars := 0
			for _, line := range v {
				if ui.Width(line) > size[0] {
					t.Fatalf("at %v a line is %d wide: %q", size, ui.Width(line), line)
				}
				if strings.HasPrefix(line, m.c.Theme.Signs.Bar) {
					bars++
				}
			}
			if bars == 0 {
				t.Fatalf("at %v the selected line is not in sight:\n%s", size, strings.Join(v, "\n"))
			}
			tuitest.Press(m, "j")
		}
		tuitest.Press(m, "W")
		if strings.Contains(m.View(), "wrap on") {
			t.Error("it cannot be switched off")
		}
	}
}

func TestGoldenWrapped(t *testing.T) {
	for name, size := range map[string][2]int{"80x24": {80, 19}, "120x36": {120, 31}} {
		t.Run(name, func(t *testing.T) {
			m := talkative(t, size[0], size[1])
			tuitest.Press(m, "g", "j", "j", "j", "W")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
	}
}

// What is longer than the bound says that it goes on, and a huge line costs no more than that.
func TestAHugeLineIsCutWhereTheRowsEnd(t *testing.T) {
	r := tuitest.NewRun("g", "a")
	r.Say(time.Second, "a", trace.Info, 0, "a/a.go:7", strings.Repeat("word ", 100_000))
	c := r.Common(0, theme.Plain(false))
	m := New(c)
	m.SetSize(80, 14)
	m.Update(r.Advance(c, 9*time.Second))
	tuitest.Press(m, "\\", "W")
	v := strings.Split(m.View(), "\n")
	rows := 0
	for _, line := range v {
		if strings.Contains(line, "word word") {
			rows++
		}
	}
	if rows != maxWrapped || !strings.HasSuffix(strings.TrimSpace(v[1+rows]), "…") {
		t.Errorf("it has %d rows:\n%s", rows, strings.Join(v, "\n"))
	}
}

func TestAClickOnAWrappedLineSelectsIt(t *testing.T) {
	m := talkative(t, 80, 19)
	tuitest.Press(m, "\\", "g", "W")
	lines := strings.Split(m.View(), "\n")
	want, _ := m.c.Store.At(m.rows.Seq(3))
	for y, line := range lines {
		if y > 2 && strings.Contains(line, "the end D") { // the last row of the fourth line
			m.Update(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonLeft, Y: y})
			if m.list.Selected() != want.Seq {
				t.Errorf("the click selects %d, want %d", m.list.Selected(), want.Seq)
			}
			return
		}
	}
	t.Errorf("no line to click:\n%s", strings.Join(lines, "\n"))
}
