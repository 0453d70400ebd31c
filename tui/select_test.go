package tui

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// command types a command in the palette and does what comes of it.
func (s *stage) command(t *testing.T, text string) {
	t.Helper()
	s.press(":")
	for _, r := range text {
		s.press(string(r))
	}
	for _, m := range tuitest.Drain(s.update(keyMsg("enter"))) {
		s.follow(s.update(m))
	}
}

// selectMessage selects the last message of a name in Traffic.
func (s *stage) selectMessage(t *testing.T, name string) trace.Event {
	t.Helper()
	all := s.common.Store.Messages()
	for i := all.Len() - 1; i >= 0; i-- {
		if e, ok := s.common.Store.At(all.Seq(i)); ok && e.Name.String() == name {
			s.follow(s.update(ui.GotoMsg{Screen: ui.Traffic, Seq: e.Seq}))
			return e
		}
	}
	t.Fatalf("there is no message %s", name)
	return trace.Event{}
}

func TestARuleTakesWhatIsSelectedMarkedAndShown(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	rule := func(text string) string {
		t.Helper()
		s.command(t, text)
		return g.State.Rules[len(g.State.Rules)-1].String()
	}
	s.selectMessage(t, "barge_in")
	if got := rule("hold @focus"); got != "hold data and name = barge_in and from = asr and to = main_control" {
		t.Errorf("with a message selected the rule is %s", got)
	}
	s.press("m")
	s.selectMessage(t, "context")
	s.press("m")
	if got := rule("delay 50ms @marked"); got != "delay 50ms data and name = barge_in and from = asr and to = main_control or data and name = context and from = main_control and to = llm" {
		t.Errorf("with two marked the rule is %s", got)
	}
	s.command(t, "filter cmd and to = llm")
	if got := rule("drop 10% not @shown"); got != "drop 10% not (cmd and to = llm)" {
		t.Errorf("with a filter the rule is %s", got)
	}
	s.press("1")
	if got := rule("hold @focus"); !strings.Contains(got, "hold from = ") {
		t.Errorf("with an extension selected the rule is %s", got)
	}
	rules := len(g.State.Rules)
	s.command(t, "hold @held")
	if v := s.View(); len(g.State.Rules) != rules || !strings.Contains(v, "a rule is for messages to come") {
		t.Errorf("a rule on what is held already:\n%s", v)
	}
}

func TestTheLineOfARuleTakesWhatWasSelectedBefore(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	s.selectMessage(t, "context")
	s.press("ctrl+g", "n")
	for _, r := range "hold @focus" {
		s.press(string(r))
	}
	for _, m := range tuitest.Drain(s.update(keyMsg("enter"))) {
		s.update(m)
	}
	if got := g.State.Rules[len(g.State.Rules)-1].Filter; got != "data and name = context and from = main_control and to = llm" {
		t.Errorf("the rule has the filter %q", got)
	}
}

func TestWhatWasSelectedStaysWhileACommandIsTyped(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	s.selectMessage(t, "context")
	s.press(":")
	for _, r := range "hold @focus" {
		s.press(string(r))
	}
	s.selectMessage(t, "barge_in") // as when the list follows the run
	for _, m := range tuitest.Drain(s.update(keyMsg("enter"))) {
		s.update(m)
	}
	if got := g.State.Rules[len(g.State.Rules)-1].Filter; got != "data and name = context and from = main_control and to = llm" {
		t.Errorf("the rule has the filter %q", got)
	}
}

func TestHeldMessagesAreTakenByTheirSelectors(t *testing.T) {
	for text, want := range map[string][]string{
		"release @held":                {"release", "release", "release"},
		"release @all and data":        {"release", "release"},
		"release @focus":               {"release"},
		"release @held and not @focus": {"release", "release"},
		"release @marked":              nil,
		"release name = tool_call":     {"release"},
		"release @nobody":              nil,
	} {
		s, g := gatedStage(t, 120, 36)
		s.selectMessage(t, "barge_in")
		g.Did = nil
		s.command(t, text)
		var got []string
		for _, d := range g.Did {
			got = append(got, strings.Fields(d)[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, g.Did, want)
		}
	}
}

func TestWhatIsHeldIsDroppedAfterAQuestion(t *testing.T) {
	s, g := gatedStage(t, 120, 36)
	s.command(t, "drop held @held")
	if v := s.View(); len(g.State.Held) != 3 || !strings.Contains(v, "3 held messages are lost then. Drop?") {
		t.Fatalf("nothing was asked, or it was dropped already:\n%s", v)
	}
	if s.press("esc"); len(g.State.Held) != 3 {
		t.Fatal("no means yes")
	}
	s.command(t, "drop held @held")
	for _, m := range tuitest.Drain(s.update(keyMsg("y"))) {
		s.update(m)
	}
	if len(g.State.Held) != 0 || !strings.Contains(s.View(), "3 messages dropped") {
		t.Errorf("%d are still held:\n%s", len(g.State.Held), s.View())
	}
}

func TestMessagesAreSentAgainByASelector(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	ctl := s.common.Controller.(*tuitest.Controller)
	sent := func() (names []string) {
		for _, m := range ctl.Sent {
			names = append(names, m.Name())
		}
		ctl.Sent = nil
		return names
	}
	s.selectMessage(t, "tool_call")
	s.press("m")
	s.selectMessage(t, "chat")
	if s.command(t, "resend @focus"); !slices.Equal(sent(), []string{"chat"}) {
		t.Error("the selected message was not sent again")
	}
	s.press("m")
	s.command(t, "resend @marked")
	if got := sent(); len(got) != 2 || !slices.Contains(got, "chat") || !slices.Contains(got, "tool_call") || !strings.Contains(s.View(), "2 messages were sent again.") {
		t.Errorf("of the marked %q were sent again:\n%s", got, s.View())
	}
	s.command(t, "resend @all")
	if v := s.View(); len(sent()) != 0 || !strings.Contains(v, "at most 100 are sent again at once") {
		t.Errorf("everything was sent again:\n%s", v)
	}
	s.command(t, "export messages @marked")
	if v := s.View(); !strings.Contains(v, "2 messages (tenbench open reads the file) to exports/messages.jsonl") {
		t.Errorf("the export says:\n%s", v)
	}
}

func TestAFilterOfThePaletteKeepsWhatWasSelected(t *testing.T) {
	s, _ := gatedStage(t, 120, 36)
	e := s.selectMessage(t, "barge_in")
	s.command(t, "filter @focus")
	want := "id = " + strconv.FormatUint(e.ID, 10)
	if f := s.screens[ui.Traffic].(ui.Filterer); f.FilterText() != want {
		t.Errorf("the filter is %q, want %q", f.FilterText(), want)
	}
	if wrong := s.checkFilter("@focus = 3"); !strings.Contains(wrong, "condition by itself") {
		t.Errorf("the palette says %q", wrong)
	}
}

// What the palette offers first to export is something: what is marked if anything is.
func TestWhatIsExportedFirstIsSomething(t *testing.T) {
	for place, want := range map[string]string{"1": "@shown", "2": "@shown", "3": "@shown", "6": "@focus"} {
		s, _ := gatedStage(t, 120, 36)
		s.press(place, ":")
		for _, r := range "export messages" {
			s.press(string(r))
		}
		s.press("enter")
		v := s.View()
		first := ""
		for _, l := range strings.Split(v, "\n") {
			if rest, ok := strings.CutPrefix(l, "▌ "); ok {
				first = strings.Fields(rest)[0]
				break
			}
		}
		if strings.Contains(v, "@marked") || first != want {
			t.Errorf("on %s it offers %q first, want %q:\n%s", place, first, want, v)
		}
	}
	s, _ := gatedStage(t, 120, 36)
	s.selectMessage(t, "barge_in")
	s.press("m", "1", ":")
	for _, r := range "export messages" {
		s.press(string(r))
	}
	s.press("enter")
	if v := s.View(); !strings.Contains(v, "▌ @marked") {
		t.Errorf("with one marked:\n%s", v)
	}
}

func TestAProblemIsMutedFromAnywhere(t *testing.T) {
	s, _ := gatedStage(t, 120, 36)
	before := s.common.Store.Pressing()
	s.press("4")
	s.command(t, "mute")
	if v := s.View(); !strings.Contains(v, "▌ lost tool_call") {
		t.Fatalf(":mute offers:\n%s", v)
	}
	s.press("enter")
	if now := s.common.Store.Pressing(); now != before-1 || !strings.Contains(s.toast.text, "lost tool_call weather_tool no longer counts") {
		t.Errorf("%d problems press, before %d; said %q", now, before, s.toast.text)
	}
	s.command(t, "mute no more lost")
	if now := s.common.Store.Pressing(); now != before || !strings.Contains(s.toast.text, "counts again") {
		t.Errorf("%d problems press again; said %q", now, s.toast.text)
	}
}
