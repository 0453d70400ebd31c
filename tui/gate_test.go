package tui

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

// gatedStage is the voice assistant with messages in its gate.
func gatedStage(t testing.TB, w, h int) (*stage, *tuitest.Gate) {
	r, g := tuitest.Gated()
	s := newStage(t, r, scene, theme.Plain(false), w, h)
	g.Guard(s.common)
	return s, g
}

func TestGoldenGate(t *testing.T) {
	for name, wh := range map[string][2]int{"80x24": {80, 24}, "120x36": {120, 36}, "60x15": {60, 15}} {
		t.Run("header "+name, func(t *testing.T) {
			s, _ := gatedStage(t, wh[0], wh[1])
			golden.RequireEqual(t, s.View())
		})
		t.Run("screen "+name, func(t *testing.T) {
			s, _ := gatedStage(t, wh[0], wh[1])
			s.follow(s.update(tea.KeyMsg{Type: tea.KeyCtrlG}))
			golden.RequireEqual(t, s.View())
		})
	}
}

func TestTheHeaderSaysWhatTheGateDoes(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	head := func() string {
		s.common.LookAtGate()
		return strings.Split(s.View(), "\n")[0]
	}
	if h := head(); !strings.Contains(h, "3 held, 2 rules, 2 faults") {
		t.Errorf("the header is %s", h)
	}
	_ = g.RemoveGateRule("delay-3")
	if h := head(); !strings.Contains(h, "2 rules, fault: drop 30%") {
		t.Errorf("with one fault the header is %s", h)
	}
	g.State = ui.GateState{}
	if h := head(); strings.Contains(h, "held") || strings.Contains(h, "fault") {
		t.Errorf("with an empty gate the header is %s", h)
	}
}

// quits reports that a key ends the program.
func quits(s *stage, key string) bool {
	cmd := s.update(keyMsg(key))
	if cmd == nil {
		return false
	}
	_, ok := cmd().(tea.QuitMsg)
	return ok
}

func TestQuittingAsksWhileMessagesAreHeld(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	if quits(s, "q") || !strings.Contains(s.View(), "2 messages are held and will not arrive") {
		t.Fatalf("q with held messages:\n%s", s.View())
	}
	kept := g.State.Held
	g.State.Held = kept[1:] // one is let go while the question stands
	s.common.LookAtGate()
	if v := s.View(); !strings.Contains(v, "1 message is held and will not arrive") {
		t.Errorf("the question does not count anew:\n%s", v)
	}
	g.State.Held = kept
	s.common.LookAtGate()
	if quits(s, "esc") || s.ask != nil {
		t.Error("esc is no no")
	}
	s.press("q")
	if !quits(s, "y") {
		t.Error("y does not quit")
	}
	g.State.Held = g.State.Held[2:] // the delayed one goes by itself
	s.common.LookAtGate()
	if !quits(s, "q") {
		t.Error("q asks though nothing waits")
	}
}

func TestTheGateLeadsBack(t *testing.T) {
	s, _ := gatedStage(t, 120, 36)
	s.press("2")
	s.follow(s.update(tea.KeyMsg{Type: tea.KeyCtrlG}))
	if s.shown != ui.Gate {
		t.Fatalf("ctrl+g shows screen %d", s.shown)
	}
	s.press("esc")
	if s.shown != ui.Traffic {
		t.Errorf("esc leads to screen %d", s.shown)
	}
}

func TestGateCommands(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	before := len(g.State.Rules)
	for _, c := range s.gateCommands() {
		if c.Name != "drop" {
			continue
		}
		if c.Arg.Check("30% cmd and (") == "" || c.Arg.Check("30% cmd") != "" {
			t.Error("the check of drop is wrong")
		}
		s.update(c.Run("30% cmd and to = tts")())
	}
	if len(g.State.Rules) != before+1 || g.State.Rules[before].String() != "drop 30% cmd and to = tts" {
		t.Errorf("rules %+v", g.State.Rules)
	}
	if !strings.Contains(s.toast.text, "drop 30% cmd and to = tts") {
		t.Errorf("said %q", s.toast.text)
	}
}

// A form that was left open is shown again as it was; the keys are those of every screen until enter goes on with it.
func TestAFormThatWasLeftWaits(t *testing.T) {
	s, _ := gatedStage(t, 80, 24)
	s.press("ctrl+g", "enter")
	for _, k := range "xy" {
		s.press(string(k))
	}
	typed := func() string {
		for _, l := range strings.Split(s.View(), "\n") {
			if strings.Contains(l, "town") && strings.Contains(l, "xy") {
				return strings.TrimSpace(l)
			}
		}
		return ""
	}
	was := typed()
	if was == "" {
		t.Fatalf("nothing was typed:\n%s", s.View())
	}
	s.press("ctrl+g")
	if s.shown != ui.Now {
		t.Fatalf("ctrl+g leads to screen %d", s.shown)
	}
	s.press("ctrl+g")
	if v := s.View(); typed() != was || !strings.Contains(v, "enter goes on with it") || !strings.Contains(v, " esc back") {
		t.Fatalf("when it is shown again:\n%s", v)
	}
	s.press("z")
	if typed() != was || !s.toast.note {
		t.Errorf("a letter changes it to %q and says %q", typed(), s.toast.text)
	}
	s.press("2")
	if s.shown != ui.Traffic {
		t.Fatalf("2 leads to screen %d:\n%s", s.shown, s.View())
	}
	s.press("ctrl+g", "enter", "2")
	if now := typed(); s.shown != ui.Gate || !strings.Contains(now, "xy2") {
		t.Errorf("enter and 2 lead to screen %d with %q", s.shown, now)
	}
}

// Where one of several words is chosen, a letter is answered with how that is done.
func TestALetterWhereAWordIsChosenIsAnswered(t *testing.T) {
	for _, keys := range [][]string{{"ctrl+g", "enter", "up"}, {"5", "tab", "shift+tab"}} {
		s, _ := gatedStage(t, 80, 24)
		s.press(keys...)
		before := s.View()
		s.press("x")
		if !s.toast.note || !strings.Contains(s.toast.text, "←/→ or space chooses here, tab goes on, enter ") {
			t.Errorf("%q: x says %q:\n%s", keys, s.toast.text, before)
		}
	}
}

// A form that goes while nobody looks, as its message did, leaves the keys to its screen.
func TestAFormThatWentKeepsNoKeys(t *testing.T) {
	s, g := gatedStage(t, 80, 24)
	s.press("ctrl+g", "enter", "ctrl+g", "ctrl+g")
	if !s.parked() {
		t.Fatalf("no form waits:\n%s", s.View())
	}
	g.State.Held = g.State.Held[1:]
	s.common.LookAtGate()
	s.follow(s.broadcast(ui.TickMsg{Now: s.common.Now}))
	if v := s.View(); s.parked() || !strings.Contains(v, "enter edit, answer, drop") {
		t.Fatalf("with its message gone:\n%s", v)
	}
	s.press("enter", "x")
	if v := s.View(); s.parked() || !strings.Contains(v, "MESSAGE  barge_in") || strings.Contains(v, "waits here") {
		t.Errorf("enter opens no form:\n%s", v)
	}
}

// typed opens the palette with a text in it.
func (s *stage) typed(text string) {
	s.press(":")
	for _, k := range text {
		s.press(string(k))
	}
}

func TestThePaletteSaysWhatARuleWouldMatch(t *testing.T) {
	s, g := gatedStage(t, 80, 24)
	rules := len(g.State.Rules)
	for _, text := range []string{"delay 200ms", "drop 30%", `answer ok {"n":`, "answer [1] cmd"} {
		s.typed(text)
		s.press("enter")
		if v := s.View(); !s.palette.IsOpen() || len(g.State.Rules) != rules {
			t.Errorf("%s was taken:\n%s", text, v)
		}
		s.press("esc", "esc")
	}
	s.typed("delay 200ms name = tool_call")
	if v := s.View(); !strings.Contains(v, "It matches 3 of the last ") || !strings.Contains(v, ": tool_call 3.") {
		t.Errorf("what it matches is not said:\n%s", v)
	}
	s.press("esc", "esc")
	if s.command(t, "delay 200ms name = tool_call"); g.Did[0] != "add delay 200ms name = tool_call" || !strings.Contains(s.toast.text, "It matches 3 of") {
		t.Errorf("did %q, said %s", g.Did, s.toast.text)
	}
}

func TestThePaletteSaysThatNothingIsHeld(t *testing.T) {
	s, g := gatedStage(t, 80, 24)
	g.State.Held = nil
	s.common.LookAtGate()
	for _, text := range []string{"release", "drop held", "let all go"} {
		s.typed(text)
		if s.press("enter"); !strings.Contains(s.View(), text+": nothing is held.") || len(g.Did) != 0 {
			t.Errorf("did %q:\n%s", g.Did, s.View())
		}
		s.press("esc")
	}
	s.common.Info.Live = false
	s.typed("hold cmd")
	if !strings.Contains(s.View(), "hold: nothing runs here") {
		t.Errorf("of a recording:\n%s", s.View())
	}
}

// A form that is closed by what happens takes what is typed on with it: a letter of a word is no command.
func TestWhatIsTypedOnAfterAFormIsClosedIsNoCommand(t *testing.T) {
	s, g := gatedStage(t, 80, 24)
	s.press("ctrl+g", "enter", "O")
	g.State.Held = g.State.Held[1:]
	s.tick(time.Unix(1, 0))
	if s.focused() {
		t.Fatal("the form is still open")
	}
	did := len(g.Did)
	s.press("A", "X", "enter")
	if len(g.Did) != did || s.focused() || !strings.Contains(s.toast.text, "what you go on to type goes nowhere") {
		t.Errorf("what was typed on did %q, said %q:\n%s", g.Did[did:], s.toast.text, s.View())
	}
	s.tick(time.Unix(2, 0))
	s.tick(time.Unix(4, 0))
	s.tick(time.Unix(6, 0))
	if s.press("enter"); !s.focused() {
		t.Errorf("after a while enter opens nothing:\n%s", s.View())
	}
}

// What was said of an earlier key gives way to what is said of the form that opens.
func TestAToastGivesWayToAForm(t *testing.T) {
	s, _ := gatedStage(t, 80, 24)
	s.say(trace.Info, strings.Repeat("From now on a long message is held. ", 4))
	s.press("ctrl+g")
	if s.toast.text == "" {
		t.Fatal("the toast went before")
	}
	s.press("enter")
	if v := s.View(); s.toast.text != "" || !strings.Contains(v, "It goes on to weather_tool") {
		t.Errorf("the form says nothing:\n%s", v)
	}
	s.press("esc")
	s.say(trace.Error, "it failed")
	if s.press("enter"); s.toast.text == "" {
		t.Error("an error is no longer said")
	}
}
