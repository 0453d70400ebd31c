package timeline

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func voice(at time.Duration, w, h int) (*Model, *tuitest.Run, *ui.Common) {
	r := tuitest.Voice()
	c := r.Common(at, theme.Plain(true))
	m := New(c)
	m.SetSize(w, h)
	return m, r, c
}

func press(m *Model, keys ...string) tea.Cmd { return tuitest.Press(m, keys...) }

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		t.Run(fmt.Sprintf("start %dx%d", size.w, size.h+5), func(t *testing.T) {
			m, _, _ := voice(60*time.Millisecond, size.w, size.h)
			golden.RequireEqual(t, m.View())
		})
		t.Run(fmt.Sprintf("lost %dx%d", size.w, size.h+5), func(t *testing.T) {
			m, _, _ := voice(12500*time.Millisecond, size.w, size.h)
			press(m, "up", "up", "up", "up")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run(fmt.Sprintf("commands %dx%d", size.w, size.h+5), func(t *testing.T) {
			m, _, _ := voice(12500*time.Millisecond, size.w, size.h)
			press(m, "v")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run(fmt.Sprintf("lifecycle %dx%d", size.w, size.h+5), func(t *testing.T) {
			m := New(crowd().Common(4*time.Second, theme.Plain(true)))
			m.SetSize(size.w, size.h)
			press(m, "L", "pgdown", "j", "j")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
	}
}

func TestEmptyScreenSaysWhatWillAppear(t *testing.T) {
	r := tuitest.NewRun("empty")
	m := New(r.Common(0, theme.Plain(false)))
	m.SetSize(100, 20)
	if v := m.View(); !strings.Contains(v, "No extension has started yet") {
		t.Errorf("an empty screen says:\n%s", v)
	}
}

func TestFramesFitWhateverTheNames(t *testing.T) {
	for _, ascii := range []bool{true, false} {
		for _, scene := range []*tuitest.Run{tuitest.Hostile(), tuitest.Voice()} {
			m := New(scene.Common(1200*time.Millisecond, theme.Plain(ascii)))
			for _, s := range tuitest.Sizes {
				m.SetSize(s[0], s[1])
				press(m, "up", "n", "left", "+")
				fits(t, m, s[0], s[1])
				press(m, "0", "-", "f")
				fits(t, m, s[0], s[1])
				for range kindChoices {
					press(m, "v")
					fits(t, m, s[0], s[1])
				}
				press(m, "L", "j", "pgdown")
				fits(t, m, s[0], s[1])
				press(m, "L")
			}
		}
	}
}

func fits(t *testing.T, m *Model, w, h int) {
	t.Helper()
	for _, bad := range tuitest.Misfits(m.View(), w, h) {
		t.Error(bad)
	}
}

func TestZoomKeepsTheCursorsInstantUnderTheCursor(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "up", "up", "up")
	at, column := m.cursor, m.cursorColumn()
	if column < 0 {
		t.Fatal("selecting a command put no cursor on the screen")
	}
	for _, k := range []string{"+", "+", "-", "+", "-", "-", "-"} {
		press(m, k)
		if m.cursor != at || m.cursorColumn() != column {
			t.Fatalf("%q moved the cursor from %d in column %d to %d in column %d", k, at, column, m.cursor, m.cursorColumn())
		}
	}
}

func TestCursorIsOneInstantOnEveryLane(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "left", "left", "left")
	column := m.lay.gutter + m.cursorColumn()
	lines := strings.Split(m.View(), "\n")
	if got := lines[2][column]; got != 'v' {
		t.Errorf("the ruler shows %q at the cursor", got)
	}
	for _, l := range lines[headLines : headLines+5] {
		if got := l[column]; got == '-' {
			t.Errorf("the idle lane shows no cursor: %s", l)
		}
	}
}

func TestFollowingMovesOnAndStandingStillDoesNot(t *testing.T) {
	m, r, c := voice(31*time.Second, 120, 31)
	from := m.win.from
	m.Update(r.Advance(c, 32*time.Second))
	if m.win.from <= from {
		t.Error("the window did not follow the run")
	}
	press(m, "[")
	from = m.win.from
	m.Update(r.Advance(c, 34*time.Second))
	if m.win.from != from {
		t.Error("the window moved though the user had moved it")
	}
	press(m, "f")
	if c := m.win.column(int64(34 * time.Second)); c != m.win.columns-1 {
		t.Errorf("after f now is in column %d", c)
	}
}

func TestNextEventVisitsWhatHappenedInOrder(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "0", "g")
	m.cursor = int64(8 * time.Second)
	press(m, "n")
	if m.cursor != int64(8102*time.Millisecond) {
		t.Fatalf("next event after 8 s is at %s", time.Duration(m.cursor))
	}
	if cmd := m.c.Store.Command(m.sel); cmd == nil || cmd.Name.String() != "tool_call" {
		t.Error("the command of the event is not selected")
	}
	if s := m.Status(); !strings.Contains(s, "main_control sent tool_call") || !strings.Contains(s, "never answered") {
		t.Errorf("the status says %q", s)
	}
	at := m.cursor
	press(m, "n", "N")
	if m.cursor != at {
		t.Errorf("n and N end at %s, began at %s", time.Duration(m.cursor), time.Duration(at))
	}
}

func TestEnterOpensTheSelectedCommandInTraffic(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "up")
	cmd := press(m, "enter")
	if cmd == nil {
		t.Fatal("enter did nothing")
	}
	if g, ok := cmd().(ui.GotoMsg); !ok || g.Screen != ui.Traffic || g.Command != m.sel || m.sel == 0 {
		t.Errorf("enter sent %#v", g)
	}
}

// Without a selected command enter opens what the cursor stands on, else the messages of the marked extension; with nothing to open it
// says what to press. The footer offers it only where it opens something.
func TestEnterOpensWhatIsUnderTheCursor(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	offered := func() bool {
		return slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help() == keys.Open.Help() })
	}
	opens := func(what string, want ui.GotoMsg) {
		t.Helper()
		if cmd := press(m, "enter"); cmd == nil || cmd() != tea.Msg(want) {
			t.Errorf("with %s enter does not lead to %+v", what, want)
		}
		if !offered() {
			t.Errorf("with %s the footer does not offer enter", what)
		}
	}
	toast, _ := tuitest.Deliver(m, press(m, "enter"))[0].(ui.ToastMsg)
	if !strings.Contains(toast.Text, "←/→") || offered() {
		t.Errorf("with nothing to open it says %q, and is offered: %v", toast.Text, offered())
	}
	find := func(want func(*trace.Event) bool) trace.Event {
		t.Helper()
		e, ok := m.search(-1, +1, want)
		if !ok {
			t.Fatal("the run lacks such an event")
		}
		m.sel = 0
		m.goTo(ui.GotoMsg{Screen: ui.Timeline, At: e.Mono})
		for range widths {
			press(m, "+")
		}
		return e
	}
	e := find(func(e *trace.Event) bool { return e.Kind == trace.Sent && e.Type == msg.KindCmd })
	opens("a command under the cursor", ui.GotoMsg{Screen: ui.Traffic, Command: e.ID, Seq: e.Seq})
	e = find(func(e *trace.Event) bool { return e.Kind == trace.LogLine && e.Level >= trace.Warn })
	opens("a log line under the cursor", ui.GotoMsg{Screen: ui.Logs, Seq: e.Seq})
	press(m, "v", "v")
	e = find(func(e *trace.Event) bool { return e.Kind == trace.Sent && e.Type == msg.KindData })
	opens("data under the cursor", ui.GotoMsg{Screen: ui.Traffic, Command: e.ID, Seq: e.Seq})
	press(m, "v", "v")
	e = find(func(e *trace.Event) bool { return e.Kind == trace.Transition })
	opens("a stage under the cursor", ui.GotoMsg{Screen: ui.Traffic, Filter: "ext = " + e.Extension.String()})
	press(m, "esc")
	m.goTo(ui.GotoMsg{Screen: ui.Timeline, Extension: "llm"})
	opens("an extension marked", ui.GotoMsg{Screen: ui.Traffic, Filter: "ext = llm"})
}

// A message that wants no answer is led to as a command is.
func TestAJumpToDataPutsTheCursorThere(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	e, ok := m.search(int64(5*time.Second), +1, func(e *trace.Event) bool { return e.Kind == trace.Sent && e.Type != msg.KindCmd })
	if !ok {
		t.Fatal("the run has no data")
	}
	m.goTo(ui.GotoMsg{Screen: ui.Timeline, Command: e.ID, Seq: e.Seq})
	if m.cursor != e.Mono {
		t.Errorf("the cursor is at %d, the message was sent at %d", m.cursor, e.Mono)
	}
}

func TestChildrenStandUnderTheirParent(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	for i, s := range m.spans {
		if s.cmd.Name.String() == "tool_call" && s.cmd.Parent != 0 {
			if i == 0 || s.depth != 1 || m.spans[i-1].cmd.ID != s.cmd.Parent {
				t.Errorf("the child stands at %d, depth %d", i, s.depth)
			}
			return
		}
	}
	t.Error("the child is not shown")
}

func TestASpanSaysThatItsAnswerWasLate(t *testing.T) {
	th := theme.Plain(true)
	for want, c := range map[string]struct {
		late   bool
		by     trace.By
		status msg.Status
		style  theme.Style
	}{
		"ok 500ms":          {false, trace.ByHandler, msg.OK, th.OK},
		"ok, late 500ms":    {true, trace.ByHandler, msg.OK, th.Warn},
		"error 500ms":       {true, trace.ByEngine, msg.Error, th.Wrong}, // nobody answered
		"error, late 500ms": {true, trace.ByInject, msg.Error, th.Wrong},
	} {
		m := New(tuitest.NewRun("g", "asker").Common(time.Second, th))
		got := m.look(&store.Command{Command: trace.Command{Finished: true, Unanswered: c.late, By: c.by, Status: c.status, LatencyNS: 500e6}})
		if got.note != want || got.style != c.style {
			t.Errorf("the note is %q, want %q; in its tone: %v", got.note, want, got.style == c.style)
		}
	}
}

func TestAnOpenCommandThatIsOldStaysInThePicture(t *testing.T) {
	r := tuitest.Voice()
	for i := range 400 {
		r.Send(tuitest.Cmd{At: 9*time.Second + time.Duration(i)*8*time.Millisecond, From: "asr", To: "llm", Name: "noise",
			Handling: time.Millisecond, Latency: 2 * time.Millisecond})
	}
	m := New(r.Common(12500*time.Millisecond, theme.Plain(true)))
	m.SetSize(80, 19)
	if !strings.Contains(m.View(), "lost 4") {
		t.Errorf("four hundred answered commands hide the unanswered one:\n%s", m.View())
	}
}

func TestLifeColumnsGiveEachStageOne(t *testing.T) {
	segments := []store.Segment{{State: trace.Created, From: 0, To: 10}, {State: trace.Configure, From: 10, To: 20},
		{State: trace.Init, From: 20, To: 30}, {State: trace.Start, From: 30, To: 40}, {State: trace.Running, From: 40}}
	for _, columns := range []int{1, 2, 4, 5, 30, 100} {
		parts, sum := lifeColumns(segments, 1e12, columns), 0
		for _, p := range parts {
			sum += p.columns
			if p.columns == 0 && p.state != trace.Created {
				t.Errorf("%d columns: stage %s has none", columns, p.state)
			}
		}
		if sum > columns {
			t.Errorf("%d columns: %d were given out", columns, sum)
		}
	}
}

func BenchmarkView120x36(b *testing.B) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "up")
	b.ReportAllocs()
	for b.Loop() {
		m.View()
	}
}

func BenchmarkTick(b *testing.B) {
	m, _, c := voice(12500*time.Millisecond, 120, 31)
	b.ReportAllocs()
	for b.Loop() {
		m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	}
}

func TestAnExtensionIsMarkedAtTheMomentOfItsProblem(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	m.Update(ui.GotoMsg{Screen: ui.Timeline, Extension: "llm", At: int64(2 * time.Second)})
	if m.cursor != int64(2*time.Second) || m.win.mode != still {
		t.Errorf("the cursor stands at %d", m.cursor)
	}
	m.Update(ui.GotoMsg{Screen: ui.Timeline, Extension: "llm", At: int64(4 * time.Millisecond)})
	if s := m.Status(); !strings.Contains(s, "llm was created") && !strings.Contains(s, "llm entered") {
		t.Errorf("the status speaks of another extension: %q", s)
	}
	if v := m.View(); strings.Count(v, "|llm") != 2 || strings.Contains(v, "|tts") {
		t.Errorf("llm is not marked on its lane and its life line:\n%s", v)
	}
	if press(m, "esc"); strings.Contains(m.View(), "|llm") {
		t.Error("esc leaves the mark")
	}
}

func TestHomeGoesToTheStartOfTheRunAndEndFollows(t *testing.T) {
	m, r, c := voice(12500*time.Millisecond, 80, 19)
	press(m, "+", "+", "+", "home")
	if m.win.from != 0 || m.cursor != 0 {
		t.Errorf("home shows from %d, the cursor at %d", m.win.from, m.cursor)
	}
	press(m, "end")
	m.Update(r.Advance(c, 14*time.Second))
	if !m.win.shows(c.Now, c.Now) || m.win.mode != follow {
		t.Error("end does not follow")
	}
}

func TestEveryCommandThatNobodyAnswersHasItsMark(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	for i := range 3 {
		r.Send(tuitest.Cmd{At: time.Duration(2+2*i) * time.Second, From: "a", To: "b", Name: "lose", Handling: time.Millisecond, Lost: true})
	}
	r.Say(9*time.Second, "a", trace.Info, 0, "a.go:1", "still here")
	m := New(r.Common(9*time.Second, theme.Plain(true)))
	m.SetSize(120, 31)
	for l := range strings.SplitSeq(m.View(), "\n") {
		if strings.HasPrefix(l, " b ") {
			if n := strings.Count(l, ">"); n != 3 {
				t.Errorf("%d marks on the lane: %s", n, l)
			}
			return
		}
	}
	t.Error("b has no lane")
}

// waiting is a run in which one command waits two seconds in a queue, is handled for one, and waits for another for one of these.
func waiting() *tuitest.Run {
	r := tuitest.NewRun("g", "a", "b", "c")
	for _, n := range []string{"a", "b", "c"} {
		r.Up(0, n, time.Millisecond, time.Millisecond, time.Millisecond)
	}
	id := r.Send(tuitest.Cmd{At: time.Second, From: "a", To: "b", Name: "ask", Queued: 2 * time.Second, Handling: 3 * time.Second, Latency: 6 * time.Second})
	r.Send(tuitest.Cmd{At: 4 * time.Second, From: "b", To: "c", Name: "look", Parent: id, Handling: time.Second, Latency: time.Second})
	r.Say(9*time.Second, "a", trace.Info, 0, "a.go:1", "still here")
	return r
}

func TestASpanShowsWhereACommandWaited(t *testing.T) {
	m := New(waiting().Common(9*time.Second, theme.Plain(true)))
	m.SetSize(120, 31)
	c := m.c.Store.Command(1001)
	for at, want := range map[time.Duration]ui.Phase{1500: ui.Queued, 2900: ui.Queued, 3500: ui.Works, 4500: ui.Waits, 5500: ui.Works, 6500: ui.Owed} {
		if got := ui.PhaseAt(m.c.Store, c, m.c.Now, int64(at*time.Millisecond)); got != want {
			t.Errorf("after %d ms it is in phase %d, want %d", at, got, want)
		}
	}
	for l := range strings.SplitSeq(m.View(), "\n") {
		if strings.HasPrefix(l, " ask") {
			if !regexp.MustCompile(`\.{15,}={8,}-{8,}={8,}-{8,} ok 6.00s, 2.00s in the queue`).MatchString(l) {
				t.Errorf("the span is drawn as %s", l)
			}
			return
		}
	}
	t.Error("the command is not shown")
}

func TestTheSlowestStartIsTheLongestLine(t *testing.T) {
	for _, size := range [][2]int{{120, 31}, {80, 19}, {60, 15}} {
		m, _, c := voice(12500*time.Millisecond, size[0], size[1])
		longest, name := 0, ""
		for _, n := range c.Store.Nodes() {
			l := c.Styled()
			m.drawStart(l, n, m.slowestStart())
			if w := strings.Count(l.String(), "s") + strings.Count(l.String(), "c") + strings.Count(l.String(), "i"); w > longest {
				longest, name = w, n.Name()
			}
		}
		if name != "llm" || longest < 6 {
			t.Errorf("%v: the longest start is that of %q with %d cells", size, name, longest)
		}
	}
}

func TestNextErrorVisitsWhatWentWrong(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "g", "e")
	if m.cursor != int64(9040*time.Millisecond) && m.cursor < int64(8*time.Second) {
		t.Errorf("the first error is at %s", time.Duration(m.cursor))
	}
	first := m.cursor
	press(m, "e", "E")
	if m.cursor != first {
		t.Errorf("e and E end at %s, began at %s", time.Duration(m.cursor), time.Duration(first))
	}
	press(m, "G")
	m.cursor = int64(12490 * time.Millisecond)
	if cmd := press(m, "e"); cmd == nil {
		t.Error("nothing is said when nothing went wrong after here")
	} else if said, ok := cmd().(ui.ToastMsg); !ok || !strings.Contains(said.Text, "nothing went wrong") {
		t.Errorf("said is %v", said)
	}
}

func TestTheErrorThatWasFoundIsToldThoughAnotherExtensionIsMarked(t *testing.T) {
	r := tuitest.NewRun("g", "asker", "forgetful", "python")
	r.Enter(0, "python", trace.Configure, 0)
	r.Send(tuitest.Cmd{At: 900 * time.Millisecond, From: "asker", To: "forgetful", Name: "weather", Handling: time.Millisecond, Latency: 100 * time.Millisecond, Status: msg.Error})
	r.Enter(1001*time.Millisecond, "python", trace.Init, time.Second)
	m := New(r.Common(30*time.Second, theme.Plain(true)))
	m.SetSize(80, 19)
	press(m, "0")
	m.Update(ui.GotoMsg{Screen: ui.Timeline, Extension: "python"})
	press(m, "0", "g", "e")
	if s := m.Status(); m.marked == nil || !strings.Contains(s, "forgetful answered weather #1001: error") {
		t.Errorf("marked %v, it says %q", m.marked, s)
	}
}

func TestTheMousePullsTheWindowAndSelects(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "+", "+", "[", "[")
	from, x := m.win.from, m.lay.gutter+20
	mouse := func(x, y int, action tea.MouseAction) {
		m.Update(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: action})
	}
	mouse(x, headLines, tea.MouseActionPress)
	if m.cursorColumn() != 20 {
		t.Errorf("a click in column 20 puts the cursor in %d", m.cursorColumn())
	}
	at := m.cursor
	mouse(x-7, headLines, tea.MouseActionMotion)
	if m.win.from != from+7*m.win.width() || m.cursor != at || m.cursorColumn() != 13 {
		t.Errorf("pulled by seven the window went from %d to %d, the cursor is in %d", from, m.win.from, m.cursorColumn())
	}
	mouse(x-7, headLines, tea.MouseActionRelease)
	mouse(x+9, headLines, tea.MouseActionMotion)
	if m.win.from != from+7*m.win.width() {
		t.Error("the window is pulled without a button")
	}
	mouse(3, headLines+3, tea.MouseActionPress)
	if m.marked == nil || m.marked.Name() != "weather_tool" {
		t.Errorf("a click on a name marks %v", m.marked)
	}
	press(m, "f", "0")
	mouse(3, m.commandsBegin()+1, tea.MouseActionPress)
	if m.sel != m.spans[1].cmd.ID {
		t.Errorf("a click on a command selects %d", m.sel)
	}
}

func TestZoomReachesFromMicrosecondsToHours(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	m.put(int64(8102 * time.Millisecond))
	column := m.cursorColumn()
	for range 80 {
		press(m, "+")
	}
	if m.win.width() != 1000 || m.cursorColumn() != column {
		t.Errorf("a column is %d ns, the cursor went from column %d to %d", m.win.width(), column, m.cursorColumn())
	}
	fits(t, m, 120, 31)
	if !strings.Contains(m.View(), ".102000") {
		t.Errorf("the ruler does not tell microseconds:\n%s", m.View())
	}
	for range 80 {
		press(m, "-")
	}
	if m.win.width() < int64(time.Hour)/2 {
		t.Errorf("a column is %s at most", time.Duration(m.win.width()))
	}
	fits(t, m, 120, 31)
}

func TestWithoutColourSlowAndFailedHaveTheirSigns(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	v := m.View()
	for name, sign := range map[string]string{"llm": "#", "tts": "X", "weather_tool": ">"} {
		for l := range strings.SplitSeq(v, "\n") {
			if strings.HasPrefix(l, " "+name+" ") {
				if !strings.Contains(l, sign) {
					t.Errorf("the lane of %s has no %s: %s", name, sign, l)
				}
				break
			}
		}
	}
}

func TestATimeoutTakesNoMarkAway(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	id := r.Send(tuitest.Cmd{At: 2 * time.Second, From: "a", To: "b", Name: "lose", Handling: time.Millisecond, Lost: true})
	r.Add(180*time.Second, trace.Event{Kind: trace.Result, ID: id, Type: msg.KindResult, Final: true, By: trace.ByTimeout, Status: msg.Error, Name: trace.Intern("lose"),
		From: trace.Intern("a"), To: trace.Intern("b"), Extension: trace.Intern("b")})
	r.Say(240*time.Second, "a", trace.Info, 0, "a.go:1", "still here")
	m := New(r.Common(240*time.Second, theme.Plain(true)))
	m.SetSize(120, 31)
	press(m, "g")
	v := m.View()
	marks := 0
	for l := range strings.SplitSeq(v, "\n") {
		if strings.HasPrefix(l, " b ") {
			marks = max(marks, strings.Count(l, ">"))
		}
	}
	if marks != 1 || !strings.Contains(v, "lose") {
		t.Errorf("%d marks on the lane:\n%s", marks, v)
	}
	if head, _, _ := strings.Cut(v, "\n"); !strings.Contains(head, "one column = 150ms, bars of 512ms: older times are kept coarser") {
		t.Errorf("the head: %s", head)
	}
}

func TestTheMarkedExtensionTellsItsStart(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	m.Update(ui.GotoMsg{Screen: ui.Timeline, Extension: "llm"})
	s := m.Status()
	for _, want := range []string{"llm is marked: configure ", ", init ", ", start "} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in %q", want, s)
		}
	}
}

// crowd is a run of thirty extensions in which three streams of audio go round, one of them with a gap.
func crowd() *tuitest.Run {
	names := make([]string, 30)
	for i := range names {
		names[i] = fmt.Sprintf("ext_%02d", i)
	}
	r := tuitest.NewRun("crowd", names...)
	for i, n := range names {
		r.Up(time.Duration(i)*time.Millisecond, n, time.Millisecond, time.Duration(1+i*7%5)*time.Millisecond, time.Millisecond)
	}
	for at := time.Second; at < 4*time.Second; at += 20 * time.Millisecond {
		for i := range 2 {
			r.OneWay(at, msg.KindAudioFrame, names[i], names[i+1], "pcm", `{}`, make([]byte, 320), 0)
		}
		if at < 2*time.Second || at > 2300*time.Millisecond {
			r.OneWay(at, msg.KindAudioFrame, names[7], names[8], "pcm", `{}`, make([]byte, 320), 0)
		}
	}
	return r
}

func TestAmongManyExtensionsTheWorstStreamIsShown(t *testing.T) {
	for _, size := range [][2]int{{80, 19}, {120, 31}} {
		m := New(crowd().Common(4*time.Second, theme.Plain(true)))
		m.SetSize(size[0], size[1])
		v := m.View()
		if !regexp.MustCompile(`(?m)^ AUDIO \+2 more +ext_07 > ext_08   run: late 0, gaps 1   newest 3\d\dms at 00:0`).MatchString(v) {
			t.Errorf("%v: the stream with a gap is not shown, or not how many more there are:\n%s", size, v)
		}
	}
}

func TestTheLifecycleHasTheBodyAndShowsEveryExtension(t *testing.T) {
	m := New(crowd().Common(4*time.Second, theme.Plain(true)))
	m.SetSize(80, 19)
	before := m.View()
	press(m, "L")
	if v := m.View(); strings.Contains(v, "COMMANDS") || strings.Count(v, "\n ext_") != 18 || !strings.Contains(v, "LIFECYCLE +12") {
		t.Errorf("L shows:\n%s", v)
	}
	for i := range 30 {
		press(m, "down")
		name := fmt.Sprintf("|ext_%02d ", i)
		if v := m.View(); !strings.Contains(v, name) || !strings.Contains(m.Status(), name[1:len(name)-1]+" is marked: configure") {
			t.Fatalf("after %d times down:\n%s\n%s", i+1, v, m.Status())
		}
	}
	press(m, "g")
	if v := m.View(); !strings.Contains(v, "|ext_00 ") {
		t.Errorf("g does not show the first one:\n%s", v)
	}
	m.Update(tea.MouseMsg{X: 3, Y: 4, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	if m.marked.Name() != "ext_03" {
		t.Errorf("a click marks %s", m.marked.Name())
	}
	press(m, "L", "esc")
	if v := m.View(); v != before {
		t.Errorf("L and esc do not go back:\n%s", v)
	}
	press(m, "L")
	m.Update(ui.GotoMsg{Screen: ui.Timeline, Extension: "ext_02"})
	if !strings.Contains(m.View(), "COMMANDS") {
		t.Error("who is sent here does not see the lanes")
	}
}

// starts is a run of three: one with a long start, a short one, and one whose second stage still runs.
func starts() *tuitest.Run {
	r := tuitest.NewRun("g", "quick", "slow", "stuck")
	r.Up(0, "quick", time.Millisecond, 2*time.Millisecond, time.Millisecond)
	r.Up(0, "slow", 300*time.Millisecond, 20*time.Millisecond, 700*time.Millisecond)
	r.Enter(time.Millisecond, "stuck", trace.Created, 0)
	r.Enter(time.Millisecond, "stuck", trace.Configure, 0)
	r.Enter(6*time.Millisecond, "stuck", trace.Init, 5*time.Millisecond)
	return r
}

func TestKeysOfTheLanesSayWhereTheyAct(t *testing.T) {
	m := alone(t, starts(), 2*time.Second, 80, 19)
	for _, k := range []string{"v", "+", "0", "[", "n"} {
		said := tuitest.Deliver(m, tuitest.Press(m, k))
		if len(said) != 1 || !strings.Contains(fmt.Sprintf("%+v", said[0]), "L goes back to the lanes") {
			t.Errorf("%s says %v", k, said)
		}
	}
}

func alone(t *testing.T, r *tuitest.Run, at time.Duration, w, h int) *Model {
	t.Helper()
	m := New(r.Common(at, theme.Plain(true)))
	m.SetSize(w, h)
	press(m, "L")
	return m
}

// Colour is not all that tells stages apart: one of two cells begins with its letter, too.
func TestAShortStageHasItsLetter(t *testing.T) {
	r := tuitest.NewRun("g", "even")
	r.Up(0, "even", 10*time.Millisecond, 40*time.Millisecond, 40*time.Millisecond)
	m := alone(t, r, 2*time.Second, 120, 31)
	m.c.Theme, _ = theme.New(theme.Options{Name: "dark", ASCII: true})
	l := m.c.Styled()
	m.drawStages(l, m.c.Store.Nodes()[0], m.slowestStart(), 18)
	if got := strings.TrimSpace(ansi.Strip(l.String())); got != "c=i=======s=======" {
		t.Errorf("the stages are %s", got)
	}
}

func TestTheLifecycleSaysHowLongEachStageTook(t *testing.T) {
	m := alone(t, starts(), 2*time.Second, 80, 19)
	v := m.View()
	for _, want := range []string{
		` LIFECYCLE +configure +init +start +total  0 - 2[.]00s`,
		` quick +1ms +2ms +1ms +4ms  i`,
		` slow +300ms< +20ms +700ms< +1.02s  ccss`,
		` stuck +5ms +1.99s~ {8,}2.00s~ i`, // both still grow
	} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(v) {
			t.Errorf("no line is like %q:\n%s", want, v)
		}
	}
	m = alone(t, starts(), 2*time.Second, 60, 10)
	if v := m.View(); strings.Contains(v, "configure") || !regexp.MustCompile(`(?m)^ slow +1.02s +c`).MatchString(v) {
		t.Errorf("where there is little room not the totals alone are left:\n%s", v)
	}
	if v := alone(t, crowd(), 4*time.Second, 80, 19).View(); strings.Count(v, "1ms<") != 0 || !strings.Contains(v, "5ms<") {
		t.Errorf("what is the same for all stands out, or what is the longest does not:\n%s", v)
	}
}

func TestTheMakingHasAColumnSoThatTheTimesAddUp(t *testing.T) {
	r := tuitest.NewRun("g", "python", "go")
	r.Up(0, "go", time.Millisecond, 2*time.Millisecond, time.Millisecond)
	r.Enter(0, "python", trace.Created, 0)
	for i, s := range []trace.State{trace.Configure, trace.Init, trace.Start, trace.Running} {
		r.Enter(time.Duration(i+1)*100*time.Millisecond, "python", s, 100*time.Millisecond)
	}
	for _, w := range []int{80, 120} {
		v := alone(t, r, time.Second, w, 19).View()
		for _, want := range []string{
			` LIFECYCLE +made +configure +init +start +total  0 - 400ms +00:00 - 00:01`,
			` python +100ms< +100ms< +100ms< +100ms< +400ms<`,
			` go {12,}1ms +2ms +1ms +4ms`,
		} {
			if !regexp.MustCompile(`(?m)^` + want).MatchString(v) {
				t.Errorf("%d cells: no line is like %q:\n%s", w, want, v)
			}
		}
	}
}

func TestTheLifecycleSortsByTheTotal(t *testing.T) {
	m := alone(t, starts(), 2*time.Second, 80, 19)
	order := func() (names []string) {
		for l := range strings.SplitSeq(m.View(), "\n") {
			if f := strings.Fields(strings.TrimPrefix(l, "|")); len(f) > 0 && f[0] != "LIFECYCLE" {
				names = append(names, f[0])
			}
		}
		return names
	}
	press(m, "j")
	before := order()
	press(m, "s")
	if got := order(); !slices.Equal(got, []string{"stuck", "slow", "quick"}) || m.marked.Name() != "quick" {
		t.Errorf("s sorts %v and marks %s", got, m.marked.Name())
	}
	press(m, "k")
	if m.marked.Name() != "slow" {
		t.Errorf("above the last one is %s", m.marked.Name())
	}
	press(m, "s")
	if got := order(); !slices.Equal(got, before) || m.marked.Name() != "slow" {
		t.Errorf("s again gives %v and marks %s", got, m.marked.Name())
	}
}

func TestEnterOnALifeShowsItsStartOnTheLanes(t *testing.T) {
	m := alone(t, starts(), 20*time.Second, 80, 19)
	if toast, ok := press(m, "enter")().(ui.ToastMsg); !ok || !strings.Contains(toast.Text, "up and down") {
		t.Errorf("with nothing marked enter says %+v", toast)
	}
	if slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help() == keys.Begin.Help() }) {
		t.Error("with nothing marked the footer offers enter")
	}
	press(m, "j", "j")
	if !slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help() == keys.Begin.Help() }) {
		t.Error("the footer does not offer enter")
	}
	press(m, "enter")
	if v := m.View(); m.alone || !strings.Contains(v, "|slow") || m.cursor != int64(320*time.Millisecond) || !strings.Contains(m.Status(), "slow entered") {
		t.Errorf("enter leads to %d:\n%s\n%s", m.cursor, v, m.Status())
	}
	if m.win.from > 0 && m.win.from > m.cursor || m.win.to() < int64(1020*time.Millisecond) || m.win.span() > int64(3*time.Second) {
		t.Errorf("the window shows %d to %d", m.win.from, m.win.to())
	}
}

func TestOnlyTheKindsThatAreChosenAreDrawn(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	lane := func(name string) string {
		for l := range strings.SplitSeq(m.View(), "\n") {
			if strings.HasPrefix(l, " "+name+" ") {
				return l[m.lay.gutter : m.lay.gutter+m.win.columns]
			}
		}
		return ""
	}
	stages := func() string {
		_, s, _ := strings.Cut(m.View(), "LIFECYCLE")
		return s
	}
	all, audio, data, commands := stages(), lane("asr"), lane("main_control"), lane("llm")
	idle := func(s string) bool { return strings.Trim(s, "=- ") == "" }
	for _, c := range []struct {
		head                  string
		audio, data, commands bool
	}{{"only commands", false, false, true}, {"only data", false, true, false}, {"only audio and video", true, false, false}} {
		press(m, "v")
		v := m.View()
		head, _, _ := strings.Cut(v, "\n")
		if !strings.Contains(head, c.head) {
			t.Errorf("the head does not say %q: %s", c.head, head)
		}
		for name, drawn := range map[string]bool{"asr": c.audio, "main_control": c.data, "llm": c.commands} {
			want := map[string]string{"asr": audio, "main_control": data, "llm": commands}[name]
			if got := lane(name); drawn && got != want || !drawn && !idle(got) {
				t.Errorf("%s: the lane of %s is %s", c.head, name, got)
			}
		}
		if strings.Contains(v, " lost 4") != c.commands || strings.Contains(v, " AUDIO ") != c.audio || c.commands != strings.Contains(lane("weather_tool"), ">/") {
			t.Errorf("%s:\n%s", c.head, v)
		}
		if stages() != all {
			t.Errorf("%s changes the stages:\n%s", c.head, v)
		}
	}
	if press(m, "v"); lane("asr") != audio || stages() != all || strings.Contains(m.View(), "only") {
		t.Error("the fourth v does not draw all again")
	}
}

func TestTheWindowIsExportedAsItIsDrawn(t *testing.T) {
	m, r, _ := voice(12500*time.Millisecond, 120, 31)
	export := func() (names map[string]int, said string) {
		cmd := press(m, "x")
		if cmd == nil {
			t.Fatal("x does nothing")
		}
		toast, ok := cmd().(ui.ToastMsg)
		var file struct {
			TraceEvents []struct{ Name, Ph string }
		}
		if err := json.Unmarshal([]byte(r.Saved), &file); err != nil || !ok {
			t.Fatalf("%v: %s", err, toast.Text)
		}
		names = map[string]int{}
		for _, e := range file.TraceEvents {
			names[e.Ph+" "+e.Name]++
		}
		return names, toast.Text
	}
	all, said := export()
	if all["X tool_call"] != 2 || all["X chat"] != 2 || all["X start"] != 5 || all["i pcm_frame"] < 500 || all["M thread_name"] < 5 {
		t.Errorf("exported is %v", all)
	}
	if !strings.HasPrefix(said, "wrote ") || !strings.HasSuffix(said, " marks to exports/timeline.json") {
		t.Errorf("said is %q", said)
	}
	press(m, "v")
	if only, _ := export(); only["X tool_call"] != 2 || only["X start"] != 5 || only["i pcm_frame"] != 0 {
		t.Errorf("of the commands alone: %v", only)
	}
}

func TestNextEventVisitsOnlyWhatIsDrawn(t *testing.T) {
	for presses, want := range map[int][]string{
		1: {"chat", "tool_call", "flush", "speak"}, // only commands
		2: {"asr_result"},
		3: {"pcm_frame"},
	} {
		m, _, _ := voice(12500*time.Millisecond, 120, 31)
		for range presses {
			press(m, "v")
		}
		m.put(int64(3 * time.Second))
		seen := map[string]bool{}
		for range 60 {
			if press(m, "n") != nil || m.hidden != "" {
				break
			}
			if e, ok := m.search(m.cursor-1, +1, m.stops); !ok || e.Mono != m.cursor {
				t.Fatalf("%s: the cursor stands at nothing that is drawn, %s", m.kinds, time.Duration(m.cursor))
			} else if e.Kind == trace.Sent {
				seen[e.Name.String()] = true
			}
		}
		for _, name := range []string{"chat", "tool_call", "flush", "speak", "asr_result", "pcm_frame"} {
			if seen[name] != slices.Contains(want, name) {
				t.Errorf("%s: %s is visited: %v", m.kinds, name, seen[name])
			}
		}
	}
}

func TestWhatIsHiddenAndLeftIsSaid(t *testing.T) {
	m, _, _ := voice(12500*time.Millisecond, 120, 31)
	press(m, "v", "v") // only data
	m.put(int64(8500 * time.Millisecond))
	at := m.cursor
	press(m, "e")
	if s := m.Status(); m.cursor != at || !strings.Contains(s, "Only hidden errors follow, such as flush at 00:09.040: v shows others.") {
		t.Errorf("with the error of a command left e goes to %s and says %q", time.Duration(m.cursor), s)
	}
	if press(m, "v"); strings.Contains(m.Status(), "hidden") {
		t.Errorf("the next key leaves %q", m.Status())
	}
	press(m, "v")
	if press(m, "e"); m.cursor == at || m.hidden != "" {
		t.Errorf("with all kinds e stays at %s, %q", time.Duration(m.cursor), m.hidden)
	}
	m.put(int64(time.Second))
	press(m, "v", "E")
	if m.hidden != "" {
		t.Errorf("nothing went wrong before, and said is %q", m.hidden)
	}
}

func TestTheCursorsLineSaysWhoAnswered(t *testing.T) {
	for by, want := range map[trace.By][2]string{
		trace.ByHandler: {"forgetful answered weather #1001: error after 500ms", "; the answer was error after 500ms"},
		trace.ByGate:    {"A rule of the gate answered weather #1001 in place of forgetful: error after 500ms", "; the answer of a rule of the gate was error after 500ms"},
		trace.ByEngine:  {"forgetful did not answer weather #1001; the engine ended it with error after 500ms", "; the engine ended it with error after 500ms"},
		trace.ByStop:    {"forgetful did not answer weather #1001; it was cut after 500ms", "; it was cut after 500ms"},
	} {
		r := tuitest.NewRun("g", "asker", "forgetful")
		r.Send(tuitest.Cmd{From: "asker", To: "forgetful", Name: "weather", Latency: 500 * time.Millisecond, Status: msg.Error, By: by})
		m := New(r.Common(time.Second, theme.Plain(true)))
		m.SetSize(120, 31)
		for i, kind := range []trace.Kind{trace.Result, trace.Sent} {
			e, ok := m.search(-1, +1, func(e *trace.Event) bool { return e.Kind == kind })
			l := m.c.Styled()
			if m.tell(l, &e); !ok || !strings.HasSuffix(strings.TrimSpace(l.String()), want[i]) {
				t.Errorf("%s: %q, want %q", by, l.String(), want[i])
			}
		}
	}
}

func TestTheGateIsNoQueue(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	for _, n := range []string{"a", "b"} {
		r.Up(0, n, time.Millisecond, time.Millisecond, time.Millisecond)
	}
	add := func(at time.Duration, kind trace.Kind, id uint64, change func(*trace.Event)) {
		e := trace.Event{Kind: kind, ID: id, Type: msg.KindCmd, Name: trace.Intern("ask"), From: trace.Intern("a"), To: trace.Intern("b"), Extension: trace.Intern("b")}
		if change != nil {
			change(&e)
		}
		r.Add(at, e)
	}
	const held, dropped = 1001, 1002
	owes := func(d trace.Debtor) func(*trace.Event) { return func(e *trace.Event) { e.Debtor = d } }
	add(1*time.Second, trace.Sent, held, owes(trace.DebtorQueue))
	add(1100*time.Millisecond, trace.Held, held, owes(trace.DebtorHeld))
	add(3*time.Second, trace.Released, held, owes(trace.DebtorQueue))
	add(4*time.Second, trace.Delivered, held, owes(trace.DebtorHandler))
	add(5*time.Second, trace.Result, held, func(e *trace.Event) { e.Final, e.By, e.LatencyNS = true, trace.ByHandler, 4e9 })
	add(5*time.Second, trace.Sent, dropped, owes(trace.DebtorQueue))
	add(5*time.Second, trace.Dropped, dropped, nil)
	add(6*time.Second, trace.Lint, dropped, func(e *trace.Event) { e.Rule = trace.Intern("unanswered") })
	m := New(r.Common(9*time.Second, theme.Plain(true)))
	m.SetSize(120, 31)
	c := m.c.Store.Command(held)
	for at, want := range map[time.Duration]ui.Phase{1050: ui.Queued, 1500: ui.Held, 2900: ui.Held, 3500: ui.Queued, 4500: ui.Works} {
		if got := ui.PhaseAt(m.c.Store, c, m.c.Now, int64(at*time.Millisecond)); got != want {
			t.Errorf("after %d ms it is in phase %d, want %d", at, got, want)
		}
	}
	if queue, gate := ui.QueueTime(c, m.c.Now), ui.GateTime(c, m.c.Now); queue != 1100e6 || gate != 1900e6 {
		t.Errorf("%d ns in the queue, %d ns in the gate", queue, gate)
	}
	view := m.View()
	if !strings.Contains(view, "ok 4.00s, 1.10s in the queue, 1.90s in the gate") {
		t.Errorf("the parts are not told:\n%s", view)
	}
	if !strings.Contains(view, "// dropped 4.0s") {
		t.Errorf("what was dropped is not told:\n%s", view)
	}
	if m.debt(m.c.Store.Node("b")) >= 0 {
		t.Error("what was dropped on its way to b is owed by b")
	}
}
