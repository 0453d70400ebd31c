package why

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

const ms = time.Millisecond

// silent stands for the newest command that counts as unanswered.
const silent = 1

// scene asks why about a command of a run at a moment of it, 0 being no command.
func scene(r *tuitest.Run, at time.Duration, id uint64, w, h int) (*Model, *ui.Common) {
	c := r.Common(at, theme.Plain(false))
	c.Controller = &tuitest.Controller{ID: 4711}
	m := New(c)
	m.SetSize(w, h)
	if id == silent {
		for i := range c.Store.Commands().Len() {
			if k := c.Store.Commands().At(i); k.Silent() {
				id = k.ID
			}
		}
	}
	if id != 0 {
		m.Update(ui.GotoMsg{Screen: ui.Why, Command: id, From: ui.Traffic})
	}
	return m, c
}

// apart is a run in which three commands of a kind are lost, and five that have another property are answered; each has a log line.
func apart() *tuitest.Run {
	r := tuitest.NewRun("g", "main", "weather")
	r.Up(0, "main", ms, ms, ms)
	r.Up(0, "weather", ms, ms, ms)
	for i := range 8 {
		at := time.Second + time.Duration(i)*100*ms
		c := tuitest.Cmd{At: at, From: "main", To: "weather", Name: "tool_call", Property: `{"city":"Berlin","units":"metric"}`,
			Source: "agent/main.go:88", Queued: ms, Handling: 4 * ms, Latency: 5 * ms, Answer: `{}`}
		if i%3 == 2 {
			c.Property, c.Latency, c.Lost = `{"town":"Berlin","units":"metric"}`, 0, true
		}
		id := r.Send(c)
		r.Say(at+2*ms, "weather", trace.Warn, id, "weather/tool.go:51", "looks at it")
	}
	return r
}

// chained is a run in which a command waits for one that waits for one that is in the handler of a third extension.
func chained() *tuitest.Run {
	r := tuitest.NewRun("g", "main", "llm", "tool")
	for _, e := range []string{"main", "llm", "tool"} {
		r.Up(0, e, ms, ms, ms)
	}
	chat := r.Send(tuitest.Cmd{At: time.Second, From: "main", To: "llm", Name: "chat", Property: `{"text":"hi"}`, Queued: ms})
	r.Send(tuitest.Cmd{At: time.Second + 2*ms, From: "llm", To: "tool", Name: "tool_call", Property: `{}`, Queued: ms, Parent: chat})
	r.Add(2*time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("unanswered"), Level: trace.Error, ID: chat, Extension: trace.Intern("llm"),
		Name: trace.Intern("chat"), From: trace.Intern("main"), To: trace.Intern("llm"), Debtor: trace.DebtorChild})
	return r
}

// stuck is a run in which an extension never finishes on_init.
func stuck() *tuitest.Run {
	r := tuitest.NewRun("g", "slow")
	r.Enter(0, "slow", trace.Created, 0)
	r.Enter(ms, "slow", trace.Configure, ms)
	r.Enter(2*ms, "slow", trace.Init, ms)
	r.Add(5*time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("stage-never-done"), Level: trace.Error, Extension: trace.Intern("slow"),
		Detail:   "on_init of slow has not ended",
		Property: []byte(`{"work":[{"what":"on_init","since_ms":5000,"stack":"time.Sleep\n\t/usr/go/time.go:9\nmine.(*slow).OnInit\n\t/home/me/mine/slow.go:33"}]}`)})
	return r
}

// The sign that Python puts below a mistake stands where it does.
func TestAStackKeepsItsColumns(t *testing.T) {
	m, _ := scene(stuck(), 6*time.Second, 0, 120, 30)
	m.content.Begin(m.c.Theme, 120, 10)
	m.drawStack("  File \"extension.py\", line 3\n    def on_cmd(self\n              ^\nSyntaxError: '(' was never closed")
	if v := m.content.String(); !strings.Contains(v, "\n     File ") || !strings.Contains(v, "\n       def on_cmd(self ") || !strings.Contains(v, "\n                 ^ ") || !strings.Contains(v, "\n   SyntaxError") {
		t.Errorf("it is drawn as\n%s", v)
	}
}

// tool is the source of the handler in apart.
type tool struct{}

func (tool) Ways(diagnose.Handler) diagnose.Ways { return diagnose.Ways{} }

func (tool) Around(place string, n int) (first int, lines []string) {
	if place != "weather/tool.go:51" {
		return 0, nil
	}
	return 51 - n, []string{"\tcity, err := cmd.Get(\"city\")", "\tif err != nil {", "\t\tenv.Log().Warn(\"looks at it\")", "\t\treturn", "\t}"}
}

func TestGolden(t *testing.T) {
	problem := func(m *Model, c *ui.Common) {
		m.Update(ui.GotoMsg{Screen: ui.Why, Problem: c.Store.Problems()[0].Key, From: ui.Now})
	}
	for _, size := range [][2]int{{80, 18}, {120, 30}, {60, 10}} {
		for _, tc := range []struct {
			name string
			run  *tuitest.Run
			at   time.Duration
			id   uint64
			do   func(*Model, *ui.Common)
		}{
			{"lost", tuitest.Voice(), 12400 * ms, silent, nil},
			{"different", apart(), 4 * time.Second, 1006, nil},
			{"compared", apart(), 4 * time.Second, 1006, func(m *Model, _ *ui.Common) { tuitest.Press(m, "D") }},
			{"chain", chained(), 4 * time.Second, 1001, nil},
			{"source", apart(), 4 * time.Second, 1006, func(m *Model, c *ui.Common) {
				c.Sources = tool{}
				tuitest.Deliver(m, m.Update(ui.TickMsg{}))
			}},
			{"answered", apart(), 4 * time.Second, 1001, nil},
			{"problem", stuck(), 9 * time.Second, 0, problem},
			{"nothing", apart(), 4 * time.Second, 0, nil},
			{"unknown", apart(), 4 * time.Second, 999, nil},
		} {
			t.Run(fmt.Sprintf("%s %dx%d", tc.name, size[0], size[1]), func(t *testing.T) {
				m, c := scene(tc.run, tc.at, tc.id, size[0], size[1])
				if tc.do != nil {
					tc.do(m, c)
				}
				golden.RequireEqual(t, m.View()+"\n"+m.Status())
			})
		}
	}
}

func TestWhateverIsAskedAboutFits(t *testing.T) {
	for _, r := range []*tuitest.Run{tuitest.Hostile(), apart(), chained(), stuck()} {
		m, c := scene(r, 9*time.Second, 0, 80, 18)
		var asked []ui.GotoMsg
		for i := range c.Store.Commands().Len() {
			asked = append(asked, ui.GotoMsg{Screen: ui.Why, Command: c.Store.Commands().At(i).ID})
		}
		for _, p := range c.Store.Problems() {
			asked = append(asked, ui.GotoMsg{Screen: ui.Why, Problem: p.Key})
		}
		for _, g := range asked {
			m.Update(g)
			for _, size := range tuitest.Sizes {
				m.SetSize(size[0], size[1])
				for _, keys := range [][]string{nil, {"G"}, {"D"}, {"D"}} {
					tuitest.Press(m, keys...)
					for _, bad := range tuitest.Misfits(m.View(), size[0], size[1]) {
						t.Errorf("%+v after %q: %s", g, keys, bad)
					}
				}
			}
		}
	}
}

// reach presses a key and returns where that leads.
func reach(t *testing.T, m *Model, key string) ui.GotoMsg {
	t.Helper()
	cmd := tuitest.Press(m, key)
	if cmd == nil {
		t.Fatalf("%s does nothing", key)
	}
	g, ok := cmd().(ui.GotoMsg)
	if !ok {
		t.Fatalf("%s leads to %#v", key, cmd())
	}
	return g
}

func TestKeysLeadOn(t *testing.T) {
	r := apart()
	m, c := scene(r, 4*time.Second, 1006, 120, 30)
	if e, ok := tuitest.Press(m, "o")().(ui.EditMsg); !ok || e.File != "weather/tool.go" || e.Line != 51 {
		t.Errorf("o opens %+v", e)
	}
	for key, want := range map[string]ui.GotoMsg{
		"e": {Screen: ui.Inject, Draft: `cmd tool_call {"town":"Berlin","units":"metric"} to weather`},
		"l": {Screen: ui.Logs, Command: 1006}, "t": {Screen: ui.Timeline, Command: 1006}, "m": {Screen: ui.Traffic, Command: 1006},
	} {
		if g := reach(t, m, key); g != want {
			t.Errorf("%s leads to %+v, want %+v", key, g, want)
		}
	}
	tuitest.Deliver(m, tuitest.Press(m, "r"))
	if sent := c.Controller.(*tuitest.Controller).Sent; len(sent) != 1 || sent[0].Name() != "tool_call" {
		t.Errorf("r sent %v", sent)
	}
	tuitest.Deliver(m, tuitest.Press(m, "y"))
	for _, want := range []string{"weather lost tool_call #1006 from main. [proven]", "WHAT IS DIFFERENT", "LOOK AT  weather/tool.go:51", "looks at it"} {
		if !strings.Contains(r.Copied, want) {
			t.Errorf("%q is not in the report:\n%s", want, r.Copied)
		}
	}
	if heading, page := m.Explain(); heading != "rule lost" || len(page) != 3 {
		t.Errorf("? explains %s %q", heading, page)
	}
}

func TestTheComparisonNamesWhatDiffers(t *testing.T) {
	m, _ := scene(apart(), 4*time.Second, 1006, 120, 30)
	tuitest.Press(m, "D")
	v := m.View()
	for _, want := range []string{"▲ city   ", "▲ town   ", "  units  ", "COMPARED  with tool_call #1008"} {
		if !strings.Contains(v, want) {
			t.Errorf("%q is not on the screen:\n%s", want, v)
		}
	}
	tuitest.Press(m, "esc")
	if v := m.View(); strings.Contains(v, "COMPARED") || !strings.Contains(v, "PATH") {
		t.Errorf("esc leaves the comparison in sight:\n%s", v)
	}
}

func TestTheComparisonSaysThatNothingDiffersAndWhatTheOtherWasAnswered(t *testing.T) {
	r := tuitest.NewRun("g", "main", "weather")
	for i := range 3 {
		c := tuitest.Cmd{At: time.Duration(i+1) * time.Second, From: "main", To: "weather", Name: "tool_call", Property: `{"city":"Berlin"}`, Handling: 4 * ms, Latency: 5 * ms, Answer: `{"temp":4}`}
		if i == 2 {
			c.Latency, c.Lost = 0, true
		}
		r.Send(c)
	}
	m, _ := scene(r, 6*time.Second, 1003, 120, 30)
	tuitest.Press(m, "D")
	v := m.View()
	for _, want := range []string{`the answer was ok after 5ms  {"temp":4}`, "Nothing differs: "} {
		if !strings.Contains(v, want) {
			t.Errorf("%q is not on the screen:\n%s", want, v)
		}
	}
}

func TestTheSourceIsReadAgainAfterTheEditor(t *testing.T) {
	m, c := scene(apart(), 4*time.Second, 1006, 120, 30)
	c.Sources = tool{}
	tuitest.Deliver(m, m.Update(ui.TickMsg{}))
	if len(m.source.lines) != 5 {
		t.Fatalf("read %+v", m.source)
	}
	if cmd := m.Update(ui.TickMsg{}); cmd != nil {
		t.Error("it is read at each tick")
	}
	e := tuitest.Drain(tuitest.Press(m, "o"))[0].(ui.EditMsg)
	m.Update(e.Then.(ui.AddressedMsg).Msg)
	if cmd := m.Update(ui.TickMsg{}); cmd == nil {
		t.Error("it is not read again")
	}
}

func TestAProblemThatNamesACommandLeadsToIt(t *testing.T) {
	r := apart()
	r.Add(3*time.Second, trace.Event{Kind: trace.Lint, Rule: trace.Intern("answered-twice"), Level: trace.Warn, Extension: trace.Intern("weather"),
		ID: 1001, Source: trace.Intern("weather/tool.py:9"), Detail: "a second result"})
	m, c := scene(r, 4*time.Second, 0, 120, 30)
	for _, p := range c.Store.Problems() {
		if p.Rule == "answered-twice" {
			m.Update(ui.GotoMsg{Screen: ui.Why, Problem: p.Key})
		}
	}
	if v := m.View(); !strings.Contains(v, "A second result") && !strings.Contains(v, "a second result") || !strings.Contains(v, "weather/tool.py:9") || !strings.Contains(v, "RULE  answered-twice") {
		t.Fatalf("the problem is shown as:\n%s", v)
	}
	tuitest.Press(m, "enter")
	if m.subject.command != 1001 || !strings.Contains(m.View(), "PATH") {
		t.Errorf("enter shows:\n%s", m.View())
	}
	tuitest.Press(m, "esc")
	if m.subject.command != 0 {
		t.Error("esc does not lead back to the problem")
	}
}

func TestOthersLikeItAreWalkedThrough(t *testing.T) {
	m, _ := scene(apart(), 4*time.Second, 1006, 120, 30)
	seen := func() string { return fmt.Sprint(m.verdict.ID, " ", m.standing()) }
	if got := seen(); got != "1006 1 of 2 like it" {
		t.Errorf("first %s", got)
	}
	tuitest.Press(m, "n", "n")
	if got := seen(); got != "1003 2 of 2 like it" {
		t.Errorf("after n n %s", got)
	}
	tuitest.Press(m, "N")
	if got := seen(); got != "1006 1 of 2 like it" {
		t.Errorf("after N %s", got)
	}
}

func TestEnterFollowsTheWaitsAndEscReturns(t *testing.T) {
	m, _ := scene(chained(), 4*time.Second, 1001, 120, 30)
	if len(m.verdict.Chain) != 1 || m.verdict.Rule != "waits-on-child" {
		t.Fatalf("the verdict is %+v", m.verdict)
	}
	tuitest.Press(m, "enter")
	if m.verdict.ID != 1002 || !strings.Contains(m.View(), "#1001 › tool_call #1002") {
		t.Errorf("enter shows #%d:\n%s", m.verdict.ID, m.View())
	}
	tuitest.Press(m, "esc")
	if m.verdict.ID != 1001 {
		t.Errorf("esc shows #%d", m.verdict.ID)
	}
	for _, k := range m.Keys() {
		if ui.Hits(tuitest.Key("esc"), k) {
			t.Error("esc would not leave the screen")
		}
	}
}

func TestTheVerdictIsMadeAnewWhileTheRunGoesOn(t *testing.T) {
	r := apart()
	m, c := scene(r, 2*time.Second, 1006, 120, 30)
	if m.verdict.Confidence == "proven" {
		t.Fatalf("it is proven before the command was freed: %+v", m.verdict)
	}
	m.Update(r.Advance(c, 4*time.Second))
	if m.verdict.Confidence != "proven" || !strings.Contains(m.View(), "UNANSWERED") {
		t.Errorf("later the verdict is %s:\n%s", m.verdict.Confidence, m.View())
	}
}

func TestMutingPutsAProblemBehind(t *testing.T) {
	m, c := scene(apart(), 4*time.Second, 1006, 120, 30)
	before := c.Store.Pressing()
	tuitest.Press(m, "x")
	if c.Store.Pressing() != before-1 || !strings.Contains(m.View(), "muted") {
		t.Errorf("%d problems press:\n%s", c.Store.Pressing(), m.View())
	}
	tuitest.Press(m, "x")
	if c.Store.Pressing() != before {
		t.Errorf("%d problems press after it was undone", c.Store.Pressing())
	}
}

func TestARecordingOffersNothingToSend(t *testing.T) {
	m, c := scene(apart(), 4*time.Second, 1006, 120, 30)
	c.Controller, c.Info.Live = nil, false
	for _, k := range m.Keys() {
		for _, key := range []string{"e", "r", "R"} {
			if ui.Hits(tuitest.Key(key), k) {
				t.Errorf("the footer offers %s", key)
			}
		}
	}
	for _, key := range []string{"e", "R"} {
		if cmd := tuitest.Press(m, key); cmd != nil {
			t.Errorf("%s does %#v", key, cmd())
		}
	}
}

// Who has scrolled still sees what all this is about, and that there is more above.
func TestTheHeadStaysInSight(t *testing.T) {
	m, _ := scene(apart(), 4*time.Second, 1006, 80, 10)
	first, _, _ := strings.Cut(m.View(), "\n")
	tuitest.Press(m, "j", "j")
	now, rest, _ := strings.Cut(m.View(), "\n")
	if m.top != 2 || strings.Join(strings.Fields(now), " ") != m.c.Theme.Signs.Up+" "+strings.Join(strings.Fields(first), " ") {
		t.Errorf("scrolled by %d the first line is %q, it was %q", m.top, now, first)
	}
	if below, _, _ := strings.Cut(rest, "\n"); below != m.lines[3] {
		t.Errorf("below it stands %q", below)
	}
}

func TestTheWheelScrolls(t *testing.T) {
	m, _ := scene(apart(), 4*time.Second, 1006, 80, 10)
	first := m.View()
	m.Update(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown})
	if m.View() == first {
		t.Error("the wheel scrolls nothing")
	}
	tuitest.Press(m, "g")
	if m.View() != first {
		t.Error("g does not lead back to the top")
	}
}

func BenchmarkRefresh(b *testing.B) {
	m, _ := scene(apart(), 4*time.Second, 1006, 120, 30)
	b.ReportAllocs()
	for b.Loop() {
		m.refresh()
	}
}

func TestAHeldCommandIsLetGoAndEditedFromItsVerdict(t *testing.T) {
	r, g := tuitest.Gated()
	c := r.Common(12400*ms, theme.Plain(false))
	c.Controller = g
	c.LookAtGate()
	m := New(c)
	m.SetSize(120, 31)
	id := g.State.Held[0].ID
	m.Update(ui.GotoMsg{Screen: ui.Why, Command: id, From: ui.Traffic})
	if got, ok := tuitest.Press(m, "e")().(ui.GotoMsg); !ok || got.Screen != ui.Gate || got.Command != id {
		t.Errorf("e sends %+v", got)
	}
	tuitest.Deliver(m, tuitest.Press(m, "a"))
	if want := []string{fmt.Sprintf("release %d", id)}; fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("a did %q", g.Did)
	}
	c.LookAtGate()
	if got, ok := tuitest.Press(m, "e")().(ui.GotoMsg); !ok || got.Screen != ui.Inject {
		t.Errorf("once it went, e sends %+v", got)
	}
}

// A command that waits for the person is answered from here, too, as its remedy says.
func TestACommandToTheBenchIsAnsweredFromHere(t *testing.T) {
	r := tuitest.NewRun("alone", "voice")
	r.Up(0, "voice", ms, ms, ms)
	id := r.Send(tuitest.Cmd{At: 100 * ms, From: "voice", To: ui.BenchName, Name: "ask"})
	m, c := scene(r, time.Second, id, 120, 31)
	if v := m.View(); !strings.Contains(v, "Press a to answer it.") {
		t.Errorf("it says\n%s", v)
	}
	if keys := m.Keys(); !offers(keys, ui.KeyAnswer) {
		t.Errorf("the keys are %v", keys)
	}
	cmd := tuitest.Press(m, "a")
	if cmd == nil {
		t.Fatal("a does nothing")
	}
	if to, ok := cmd().(ui.GotoMsg); !ok || to.Screen != ui.Traffic || to.Command != id || !to.Answer {
		t.Errorf("a leads to %+v", to)
	}
	c.Info.Live = false
	if offers(m.Keys(), ui.KeyAnswer) || tuitest.Press(m, "a") != nil {
		t.Error("in a recording it can be answered")
	}
}

func offers(keys []key.Binding, wanted key.Binding) bool {
	return slices.ContainsFunc(keys, func(k key.Binding) bool { return k.Help() == wanted.Help() })
}
