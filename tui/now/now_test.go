package now

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func screen(r *tuitest.Run, at time.Duration, w, h int) *Model {
	m := New(r.Common(at, theme.Plain(false)))
	m.SetSize(w, h)
	return m
}

// troubled is a run of two extensions with a problem of each sort: slow, failed and healed, a remark.
func troubled() *tuitest.Run {
	r := tuitest.NewRun("g", "slow", "shaky")
	r.Up(0, "slow", time.Millisecond, time.Millisecond, 900*time.Millisecond)
	r.Up(0, "shaky", time.Millisecond, time.Millisecond, time.Millisecond)
	lint := func(at time.Duration, rule, extension string, level trace.Level, ended bool) {
		e := trace.Event{Kind: trace.Lint, Rule: trace.Intern(rule), Extension: trace.Intern(extension), Level: level, Detail: rule + " it is"}
		if ended {
			e.Property = []byte(`{"ended":true}`)
		}
		r.Add(at, e)
	}
	lint(500*time.Millisecond, "slow-stage", "slow", trace.Warn, false)
	lint(2*time.Second, "extension-failed", "shaky", trace.Error, false)
	lint(3*time.Second, "extension-failed", "shaky", trace.Error, true)
	lint(4*time.Second, "queue-full", "shaky", trace.Info, false)
	lint(5*time.Second, "env-used-off-loop", "shaky", trace.Error, false)
	return r
}

func goTo(t *testing.T, cmd tea.Cmd) ui.GotoMsg {
	t.Helper()
	if cmd == nil {
		t.Fatal("enter does nothing")
	}
	g, ok := cmd().(ui.GotoMsg)
	if !ok {
		t.Fatalf("enter leads to %T", cmd())
	}
	return g
}

func TestEnterOnAProblemLeadsToItsMoment(t *testing.T) {
	m := screen(troubled(), 6*time.Second, 120, 31)
	want := map[string]ui.ID{"slow-stage": ui.Timeline, "extension-failed": ui.Logs, "queue-full": ui.Logs, "env-used-off-loop": ui.Logs}
	for i, p := range m.c.Store.Problems() {
		m.selected, m.moved = m.items[i], true
		g := goTo(t, tuitest.Press(m, "enter"))
		if g.Screen != want[p.Rule] || g.Extension != p.Extension {
			t.Errorf("%s leads to %+v", p.Rule, g)
		}
		if g.Screen == ui.Timeline && g.At != int64(2*time.Millisecond) {
			t.Errorf("%s leads to %d, not to where the stage began", p.Rule, g.At)
		}
		if e, ok := m.c.Store.At(g.Seq); g.Screen == ui.Logs && (!ok || e.Rule.String() != p.Rule) {
			t.Errorf("%s leads to the event %+v", p.Rule, e)
		}
	}
	if n := len(m.c.Store.Problems()); n != len(want) {
		t.Errorf("%d problems, want %d", n, len(want))
	}
}

// Commands of one name on one way may be without an answer for different reasons: enter lists those of the selected problem.
func TestEnterOnAProblemListsWhatStandsLikeIt(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	ask := func(at time.Duration, c tuitest.Cmd) uint64 {
		c.At, c.From, c.To, c.Name = at, "a", "b", "ask"
		return r.Send(c)
	}
	var dropped, open []uint64
	for i := range 2 {
		at := time.Duration(i) * 10 * time.Millisecond
		ask(at, tuitest.Cmd{Handling: time.Millisecond, Latency: 1500 * time.Millisecond}) // late
		id := ask(at, tuitest.Cmd{Queued: time.Hour})
		dropped = append(dropped, id)
		about := trace.Event{Type: msg.KindCmd, ID: id, Name: trace.Intern("ask"), From: trace.Intern("a"), To: trace.Intern("b"), Extension: trace.Intern("b"), Debtor: trace.DebtorNobody}
		drop, lint := about, about
		drop.Kind, drop.Rule = trace.Dropped, trace.Intern("drop-1")
		lint.Kind, lint.Level, lint.Rule = trace.Lint, trace.Warn, trace.Intern("unanswered")
		r.Add(at+time.Millisecond, drop)
		r.Add(at+time.Second, lint)
		open = append(open, ask(at+2*time.Second, tuitest.Cmd{Handling: time.Millisecond}))
	}
	m := screen(r, 5*time.Second, 120, 31)
	want := map[uint64]string{dropped[1]: "dropped and name = ask", open[1]: "pending and unanswered and name = ask"}
	for i, p := range m.c.Store.Problems() {
		m.selected, m.moved = m.items[i], true
		g := goTo(t, tuitest.Press(m, "enter"))
		if !strings.HasPrefix(g.Filter, want[g.Command]) {
			t.Errorf("%s %v leads to %q", p.Rule, p.IDs, g.Filter)
		}
		delete(want, g.Command)
	}
	if len(want) > 0 {
		t.Errorf("no problem leads to %v", want)
	}
}

func TestWhatTheStopEndedIsNoCommandInFlight(t *testing.T) {
	for n, want := range []string{"No command was open when the run ended.", "One command was open when the run ended; the stop ended it.",
		"2 commands were open when the run ended; the stop ended them."} {
		r := tuitest.NewRun("g", "a", "b")
		for range n {
			r.Send(tuitest.Cmd{From: "a", To: "b", Name: "ask", Latency: 3 * time.Second, By: trace.ByStop, Status: msg.Error})
		}
		c := r.Common(4*time.Second, theme.Plain(false))
		c.Info.Live = false
		m := New(c)
		if m.SetSize(120, 31); !strings.Contains(m.View(), want) {
			t.Errorf("%d were open:\n%s", n, m.View())
		}
	}
}

func TestWhatIsCountedAgreesEverywhere(t *testing.T) {
	m := screen(troubled(), 6*time.Second, 120, 31)
	v := m.View()
	if m.c.Store.Pressing() != 2 || !strings.Contains(v, " PROBLEMS  2   and 1 remark, 1 that ended") {
		t.Errorf("%d problems press:\n%s", m.c.Store.Pressing(), v)
	}
	for i, want := range []string{"Problem 1 of 2.", "Problem 2 of 2.", "A remark.", "This is over."} {
		m.selected, m.moved = m.items[i], true
		if s := m.Status(); !strings.HasPrefix(s, want) {
			t.Errorf("of problem %d the status says %q", i, s)
		}
	}
}

func TestTheRemedyStandsUnderItsProblem(t *testing.T) {
	m := screen(troubled(), 6*time.Second, 120, 31)
	for i := range m.c.Store.Problems() {
		m.selected, m.moved = m.items[i], true
		lines := strings.Split(m.View(), "\n")
		for y, l := range lines {
			if strings.HasPrefix(l, "▌") && !strings.HasPrefix(strings.TrimSpace(lines[y+1]), "└ ") {
				t.Errorf("under problem %d stands %q", i, lines[y+1])
			}
		}
	}
}

func TestCommandsWithoutARowAreCountedAndListedInTraffic(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	for i := range 38 {
		r.Send(tuitest.Cmd{At: time.Duration(i) * time.Millisecond, From: "a", To: "b", Name: fmt.Sprintf("c%d", i)})
	}
	m := screen(r, 2*time.Second, 120, 31)
	if v := m.View(); !strings.Contains(v, "+34 more, enter lists them in Traffic") || !strings.Contains(v, "COMMANDS IN FLIGHT  38") {
		t.Errorf("38 commands are in flight:\n%s", v)
	}
	tuitest.Press(m, "G")
	if g := goTo(t, tuitest.Press(m, "enter")); g.Screen != ui.Traffic || g.Filter != "pending" {
		t.Errorf("enter on the last row leads to %+v", g)
	}
}

func TestUnansweredCommandsOfOneKindShareARow(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	for i := range 12 {
		r.Send(tuitest.Cmd{At: time.Duration(i) * time.Millisecond, From: "a", To: "b", Name: "kept", Handling: time.Millisecond})
	}
	v := screen(r, 5*time.Second, 120, 31).View()
	if !strings.Contains(v, "kept          ×12") || strings.Contains(v, "more, enter") {
		t.Errorf("twelve kept commands:\n%s", v)
	}
}

func TestASmallScreenSaysWhatItLeavesOut(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}
	r := tuitest.NewRun("g", names...)
	r.Send(tuitest.Cmd{At: time.Millisecond, From: "a", To: "b", Name: "kept", Handling: time.Millisecond})
	v := screen(r, 5*time.Second, 60, 10).View()
	for _, want := range []string{"EXTENSION +3 more", "1 in flight, 1 unanswered"} {
		if !strings.Contains(v, want) {
			t.Errorf("%q is not on the screen:\n%s", want, v)
		}
	}
}

func TestYCopiesTheProblemOrTheCommand(t *testing.T) {
	r := tuitest.Voice()
	m := screen(r, 12400*time.Millisecond, 120, 31)
	tuitest.Deliver(m, tuitest.Press(m, "y"))
	for _, want := range []string{"lost: weather_tool lost tool_call", "\nCall ReturnResult"} {
		if !strings.Contains(r.Copied, want) {
			t.Errorf("no %q in what y copies: %q", want, r.Copied)
		}
	}
	for range len(m.items) {
		tuitest.Press(m, "j")
	}
	tuitest.Deliver(m, tuitest.Press(m, "y"))
	if !strings.HasPrefix(r.Copied, "cmd ") || !strings.Contains(r.Copied, " to ") {
		t.Errorf("of a command y copies %q", r.Copied)
	}
}

func TestAMisspeltPropertyShowsBothNames(t *testing.T) {
	r := tuitest.NewRun("g", "greeter")
	r.Up(0, "greeter", time.Millisecond, time.Millisecond, time.Millisecond)
	e := trace.Event{Kind: trace.Lint, Rule: trace.Intern("property-misspelt"), Extension: trace.Intern("greeter"), Level: trace.Warn, Name: trace.Intern("greetin"),
		Detail: `greeter has a property "greetin" that it never reads; it asked for "greeting", which is not set.`}
	r.Add(time.Second, e)
	m := screen(r, 6*time.Second, 80, 18)
	if v := m.View(); !strings.Contains(v, `property misspelt greeter`) || !strings.Contains(v, `"greetin" is set, it reads "greeting" `) {
		t.Errorf("the slip:\n%s", v)
	}
	e.Property = []byte(`{"ended":true}`)
	r.Add(7*time.Second, e)
	if v := screen(r, 8*time.Second, 80, 18).View(); strings.Contains(v, "once") || !strings.Contains(v, "at 00:01") {
		t.Errorf("the slip that is over:\n%s", v)
	}
}

// The row of a full mailbox begins with what that has cost, as little of it may be seen.
func TestAFullMailboxSaysFirstWhatItCost(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	refused := trace.Event{Kind: trace.Result, Extension: trace.Intern("b"), Type: msg.KindResult, Status: msg.Error, Final: true, By: trace.ByEngine, Detail: "queue full"}
	for id := range uint64(3) {
		refused.ID = id + 1
		r.Add(time.Second, refused)
	}
	r.Add(time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("queue-full"), Extension: trace.Intern("b"), Level: trace.Warn, Count: 1,
		Detail: "The mailbox of b was full (3 waiting, 900 bytes) and refused a command."})
	if v := screen(r, 2*time.Second, 80, 18).View(); !regexp.MustCompile(`queue full +b +refused 3 commands: it was full \(`).MatchString(v) {
		t.Errorf("the row:\n%s", v)
	}
}

// A message that no route takes on has no id: that it has no route is said in its place.
func TestWhatHasNoRouteSaysSo(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	r.Up(0, "a", time.Millisecond, time.Millisecond, time.Millisecond)
	r.Add(time.Second, trace.Event{Kind: trace.Sent, Extension: trace.Intern("a"), Type: msg.KindCmd, Name: trace.Intern("lost_way"), From: trace.Intern("a"), Property: []byte(`{"n":1}`)})
	v := screen(r, 2*time.Second, 120, 31).View()
	if strings.Contains(v, "#0") || !regexp.MustCompile(`cmd +lost_way +a → nobody +no route +\{"n":1\}`).MatchString(v) {
		t.Errorf("it says:\n%s", v)
	}
}

// How a command ended is said, also of one that had counted as unanswered before.
func TestRecentSaysHowACommandEnded(t *testing.T) {
	const hand = time.Millisecond
	for _, tc := range []struct {
		name   string
		cmd    tuitest.Cmd
		silent bool
		want   string
	}{
		{"in time", tuitest.Cmd{Handling: hand, Latency: time.Second}, false, "answered"},
		{"late", tuitest.Cmd{Handling: hand, Latency: 3 * time.Second}, true, "answered late"},
		{"an error", tuitest.Cmd{Handling: hand, Latency: time.Second, Status: msg.Error}, false, "error"},
		{"an error, late", tuitest.Cmd{Handling: hand, Latency: 3 * time.Second, Status: msg.Error}, true, "error, late"},
		{"timed out", tuitest.Cmd{Handling: hand, Latency: 3 * time.Second, Status: msg.Error, By: trace.ByTimeout}, true, "timeout"},
		{"ended by stop", tuitest.Cmd{Handling: hand, Latency: 3 * time.Second, Status: msg.Error, By: trace.ByStop}, true, "no result"},
		{"cut by stop", tuitest.Cmd{Handling: hand, Latency: time.Second, Status: msg.Error, By: trace.ByStop}, false, "cut"},
		{"open", tuitest.Cmd{Handling: hand}, true, "no result"},
		{"lost", tuitest.Cmd{Handling: hand, Lost: true}, true, "no result"},
	} {
		r := tuitest.NewRun("g", "a", "b")
		tc.cmd.From, tc.cmd.To, tc.cmd.Name = "a", "b", "hello"
		id := r.Send(tc.cmd)
		if tc.silent && tc.cmd.Latency > 0 {
			r.Add(2*time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("unanswered"), ID: id, Extension: trace.Intern("b"), Level: trace.Warn})
		}
		v := screen(r, 5*time.Second, 120, 31).View()
		if strings.HasPrefix(tc.want, "cut") && !regexp.MustCompile(`result +hello +b → a +#1001 +cut `).MatchString(v) {
			t.Errorf("%s: its result does not say so:\n%s", tc.name, v)
		}
		if !regexp.MustCompile(`cmd +hello +a → b +#1001 +` + tc.want + ` *\n`).MatchString(v) {
			t.Errorf("%s: it does not say %q:\n%s", tc.name, tc.want, v)
		}
	}
}

func TestTheStatusOfAProblemEndsInsideTheScreenAndCountsWhatIsOpen(t *testing.T) {
	r := tuitest.NewRun("g", "ticker", "forgetful")
	for i := range 4 {
		r.Send(tuitest.Cmd{At: time.Duration(i) * time.Second, From: "ticker", To: "forgetful", Name: "weather", Handling: time.Millisecond, Lost: true})
	}
	r.Add(5*time.Second, trace.Event{Kind: trace.Result, ID: 1001, Type: msg.KindCmd, Name: trace.Intern("weather"), From: trace.Intern("ticker"), To: trace.Intern("forgetful"),
		Extension: trace.Intern("forgetful"), Status: msg.Error, By: trace.ByTimeout, Final: true})
	for _, w := range []int{80, 120} {
		m := screen(r, 10*time.Second, w, 31)
		tuitest.Press(m, "g")
		if s := m.Status(); !strings.HasSuffix(strings.TrimSuffix(s, " w says why."), "the newest #1004. 3 still open.") || ui.Width(s) > w-2 {
			t.Errorf("%d cells: %q", w, s)
		}
	}
}

func TestTheStatusSaysWhoOwes(t *testing.T) {
	m := screen(tuitest.Voice(), 12400*time.Millisecond, 120, 31)
	for m.selected.section != commands || !m.command().Lost() {
		before := m.selected
		if tuitest.Press(m, "j"); m.selected == before {
			t.Fatal("no lost command is listed")
		}
	}
	if s := m.Status(); !strings.Contains(s, "Nobody owes the answer: it is lost.") {
		t.Errorf("the status says %q", s)
	}
}

func TestAStandInSaysThatItIsOne(t *testing.T) {
	r := tuitest.NewRun("g", "rtc")
	r.Up(0, "rtc", time.Millisecond, time.Millisecond, time.Millisecond)
	r.Add(time.Millisecond, trace.Event{Kind: trace.Lint, Rule: trace.Intern("addon-not-found"), Level: trace.Info, Extension: trace.Intern("rtc"), Detail: "x is a stand-in: it is in C++."})
	m := screen(r, 2*time.Second, 80, 19)
	m.Update(ui.TickMsg{Now: m.c.Now, Changed: true})
	if !strings.Contains(m.View(), "   stand-in ") {
		t.Error(m.View())
	}
}

func TestWhatIsBeingMadeSaysSo(t *testing.T) {
	r := tuitest.NewRun("g", "slow")
	r.Enter(0, "slow", trace.Created, 0)
	m := screen(r, 2*time.Second, 80, 19)
	m.Update(ui.TickMsg{Now: m.c.Now, Changed: true})
	if !strings.Contains(m.View(), "being made") || !strings.Contains(m.Status(), "its process starts and imports its code") {
		t.Errorf("%s\n%s", m.View(), m.Status())
	}
	shaky := tuitest.NewRun("g", "shaky")
	shaky.Add(time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("extension-failed"), Level: trace.Error, Extension: trace.Intern("shaky"),
		Detail: "shaky failed while being made: ModuleNotFoundError: No module named 'x'"})
	m = screen(shaky, 2*time.Second, 120, 31)
	if row := m.View(); !strings.Contains(row, "shaky             ModuleNotFoundError: No module") {
		t.Errorf("the row of the failure does not begin with the error:\n%s", row)
	}
}

func TestASelectedProblemThatEndsGivesWayToWhatIsOpen(t *testing.T) {
	r := troubled()
	m := screen(r, 2500*time.Millisecond, 80, 19)
	pick := func(rule string) item {
		t.Helper()
		for i, p := range m.c.Store.Problems() {
			if p.Rule == rule {
				m.selected, m.moved = m.items[i], true
				m.Update(r.Advance(m.c, 2500*time.Millisecond))
				return m.items[i]
			}
		}
		t.Fatalf("no %s", rule)
		return item{}
	}
	if failed := pick("extension-failed"); m.selected != failed {
		t.Fatalf("open, and %+v is selected", m.selected)
	}
	m.Update(r.Advance(m.c, 6*time.Second))
	if p := m.selectedProblem(); p == nil || p.Rule != "env-used-off-loop" {
		t.Errorf("it has ended, and %+v is selected", p)
	}
	if ended := pick("extension-failed"); m.selected != ended {
		t.Errorf("one that had ended was chosen, and %+v is selected", m.selected)
	}
}

func TestXTwiceMutesNothing(t *testing.T) {
	r := troubled()
	m := screen(r, 10*time.Second, 120, 31)
	first := m.c.Store.Problems()[0].Key
	if tuitest.Press(m, "x"); m.selectedProblem() == nil || m.selectedProblem().Key != first || !m.selectedProblem().Muted {
		t.Errorf("selected is %+v", m.selectedProblem())
	}
	m.Update(r.Advance(m.c, 11*time.Second))
	tuitest.Press(m, "x")
	for _, p := range m.c.Store.Problems() {
		if p.Muted {
			t.Errorf("muted: %+v", p)
		}
	}
}

func TestMutedCountsWhatWouldPress(t *testing.T) {
	m := screen(troubled(), 10*time.Second, 120, 31)
	all := m.c.Store.Pressing()
	for m.c.Store.Pressing() > 0 {
		m.c.Store.Mute(m.c.Store.Problems()[0].Key, true)
	}
	if all == 0 || m.c.Store.Muted() != all {
		t.Errorf("%d of %d are muted", m.c.Store.Muted(), all)
	}
}

// What waits for the person is answered from here, where it is said that a does that.
func TestACommandToTheBenchIsAnsweredFromHere(t *testing.T) {
	r := tuitest.NewRun("alone", "voice")
	r.Up(0, "voice", time.Millisecond, time.Millisecond, time.Millisecond)
	id := r.Send(tuitest.Cmd{At: 100 * time.Millisecond, From: "voice", To: ui.BenchName, Name: "ask"})
	r.Send(tuitest.Cmd{At: 200 * time.Millisecond, From: ui.BenchName, To: "voice", Name: "hello"})
	c := r.Common(time.Second, theme.Plain(false))
	c.Controller = &tuitest.Controller{}
	m := New(c)
	m.SetSize(120, 31)
	for _, row := range []item{{commands, id}, {commands, id + 1}} {
		m.selected, m.moved = row, true
		m.refresh()
		cmd, offered := tuitest.Press(m, "a"), false
		for _, k := range m.Keys() {
			offered = offered || k.Help() == ui.KeyAnswer.Help()
		}
		if row.key != id {
			if cmd != nil || offered {
				t.Errorf("a command of the bench can be answered by it: offered %v", offered)
			}
			continue
		}
		if cmd == nil || !offered || !strings.Contains(m.Status(), "You owe the answer: a gives it.") {
			t.Fatalf("offered %v, and it says %q", offered, m.Status())
		}
		if to, ok := cmd().(ui.GotoMsg); !ok || to.Screen != ui.Traffic || to.Command != id || !to.Answer {
			t.Errorf("a leads to %+v", to)
		}
	}
}

// What the gate holds goes on from here.
func TestAHeldCommandGoesOnFromHere(t *testing.T) {
	r, gate := tuitest.Gated()
	c := r.Common(14*time.Second, theme.Plain(false))
	gate.Guard(c)
	m := New(c)
	m.SetSize(120, 31)
	for _, h := range c.Gate.Held {
		if h.Type != msg.KindCmd {
			continue
		}
		m.selected, m.moved = item{commands, h.ID}, true
		if m.held() == nil || !strings.Contains(m.Status(), "and a lets it go.") {
			t.Fatalf("#%d: it says %q", h.ID, m.Status())
		}
		if cmd := tuitest.Press(m, "a"); cmd == nil || cmd() == nil || len(gate.Did) == 0 || !strings.HasPrefix(gate.Did[0], "release") {
			t.Errorf("a did %q", gate.Did)
		}
		return
	}
	t.Fatal("no command is held")
}

// What became of a command is one word in the row of its result, too.
func TestTheResultOfWhatDiedSaysSo(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	id := r.Send(tuitest.Cmd{At: 100 * time.Millisecond, From: "a", To: "b", Name: "ask", Queued: time.Millisecond})
	r.Add(400*time.Millisecond, trace.Event{Kind: trace.Result, ID: id, Type: msg.KindResult, Name: trace.Intern("ask"), Extension: trace.Intern("b"), From: trace.Intern("b"), To: trace.Intern("a"),
		Status: msg.Error, Final: true, By: trace.ByEngine, LatencyNS: 3e8, Detail: "b failed: its process was killed by SIGKILL"})
	v := screen(r, time.Second, 120, 31).View()
	if !regexp.MustCompile(`cmd +ask +a → b +#\d+ +died`).MatchString(v) || !regexp.MustCompile(`result +ask +b → a +#\d+ +died +300ms +b failed: its process`).MatchString(v) {
		t.Errorf("it is not said that it died:\n%s", v)
	}
}
