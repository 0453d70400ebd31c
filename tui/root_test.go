package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// A rule may drop messages while no event is lost: the header says what it counts.
func TestTheHeaderSaysThatItCountsEvents(t *testing.T) {
	for width, want := range map[int]string{80: "events lost 5", 120: "events lost 5", 160: "events lost 5"} {
		r := tuitest.Voice()
		r.Add(scene, trace.Event{Kind: trace.Gap, Count: 5})
		head, _, _ := strings.Cut(newStage(t, r, scene, theme.Plain(false), width, 36).View(), "\n")
		if !strings.Contains(head, "   "+want+"   ") {
			t.Errorf("%d columns: %q lacks %q", width, head, want)
		}
	}
}

func TestTooSmallATerminalSaysSo(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 58, 14)
	if v := s.View(); !strings.HasPrefix(v, "terminal 58x14, needs 60x15") {
		t.Errorf("it says %q", v[:40])
	}
}

func TestASavedLookIsWorn(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	var worn []Look
	s.dress = func(l Look) (*theme.Theme, error) {
		worn = append(worn, l)
		return theme.Plain(l.ASCII), nil
	}
	s.update(Reloaded{Summary: "[bench]"})
	if len(worn) != 0 {
		t.Errorf("a look that did not change was worn: %v", worn)
	}
	mouse := func(cmd tea.Cmd) (said string) {
		for _, m := range tuitest.Drain(cmd) {
			said += fmt.Sprintf("%T ", m)
		}
		return said
	}
	if got := mouse(s.update(Reloaded{Summary: "[tui]", Look: &Look{Theme: "dark", ASCII: true}})); !strings.Contains(got, "disableMouse") || !s.mouseOff {
		t.Errorf("the mouse: %s", got)
	}
	s.expire(time.Now().Add(time.Hour))
	for _, r := range s.View() {
		if r > 0x7e {
			t.Fatalf("%q is not ASCII", r)
		}
	}
	if got := mouse(s.update(Reloaded{Summary: "[tui]", Look: &Look{Theme: "dark", Mouse: true}})); !strings.Contains(got, "enableMouse") || s.mouseOff {
		t.Errorf("the mouse: %s", got)
	}
}

func TestPauseStandsStillAndCounts(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	before := s.common.Store.Seq()
	s.press(" ")
	r, buf := s.run.Log().ReaderAt(before+1), make([]trace.Event, 1)
	log, fill := trace.FromEvents(tuitest.Start)
	s.feed.log = log
	for r.Next(buf) == 1 {
		fill(&buf[0])
	}
	s.feed.reader = log.NewReader()
	s.tick(time.Unix(1, 0))
	if s.common.Store.Seq() != before {
		t.Error("the store moved during the pause")
	}
	_, last := log.Span()
	if want := "PAUSED +" + ui.Count(float64(last-before)); !strings.Contains(s.View(), want) {
		t.Errorf("%q is not on the screen:\n%s", want, s.View())
	}
	s.show(ui.Traffic)
	if want := ui.Plural(int(last-before), "new event") + " recorded"; !strings.Contains(s.View(), want) {
		t.Errorf("Traffic does not say %q:\n%s", want, s.View())
	}
	s.press(" ")
	s.tick(time.Unix(2, 0))
	if s.common.Store.Seq() != last || strings.Contains(s.View(), "PAUSED") {
		t.Errorf("after the pause the store stands at %d, want %d", s.common.Store.Seq(), last)
	}
}

// A view that was held still does not move by itself without a word.
func TestSendingEndsAPauseAndSaysSo(t *testing.T) {
	for said, want := range map[string]string{"": "The view is live again, to show the answer: 38 new events.", "hello was sent again as #7.": "hello was sent again as #7. The view is live again"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
		s.press(" ")
		s.common.Unread = 38
		s.update(ui.LiveMsg{Said: ui.ToastMsg{Text: said}})
		if v := s.View(); !strings.Contains(v, want) || s.common.Paused {
			t.Errorf("it says %q:\n%s", s.toast.text, v)
		}
		s.toast = toast{}
		s.update(ui.LiveMsg{})
		if s.toast.text != "" {
			t.Errorf("what was live is said to be live again: %s", s.toast.text)
		}
	}
}

func TestARecordingThatLacksEventsSaysSo(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	if v := s.View(); !strings.Contains(v, "rec  3.1 MB") || strings.Contains(v, "lacks") {
		t.Errorf("the header of a whole recording:\n%s", v)
	}
	s.common.Info.Recorded = func() (int64, uint64) { return 3_100_000, 1_250_000 }
	if v := s.View(); !strings.Contains(v, "rec lacks 1.2M") && !strings.Contains(v, "rec lacks 1.3M") {
		t.Errorf("the header of one that lacks events:\n%s", v)
	}
}

func TestCtrlCQuitsAtTheSecondPress(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	if cmd := s.update(keyMsg("ctrl+c")); cmd != nil {
		t.Fatal("the first ctrl+c quits")
	}
	if !strings.Contains(s.View(), "press ctrl+c again to quit") {
		t.Error("the first ctrl+c does not say what the second does")
	}
	s.press("j")
	if cmd := s.update(keyMsg("ctrl+c")); cmd != nil {
		t.Fatal("another key between them is no second ctrl+c")
	}
	if cmd := s.update(keyMsg("ctrl+c")); cmd == nil {
		t.Fatal("the second ctrl+c does not quit")
	} else if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("the second ctrl+c does something else")
	}
}

func TestRestartAsksFirst(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("!", "R")
	if s.ask == nil || !strings.Contains(s.View(), "Restart weather_tool?") {
		t.Fatalf("no question on the screen:\n%s", s.View())
	}
	s.press("q")
	if s.ask != nil {
		t.Error("q is not a no")
	}
	s.press("R", "y")
	if !strings.Contains(s.View(), "weather_tool was restarted") {
		t.Errorf("the screen does not say how it went:\n%s", s.View())
	}
}

func TestJumpsLeadBack(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("!", "l")
	if s.shown != ui.Logs || !strings.Contains(s.View(), "ext = weather_tool") {
		t.Fatalf("l shows %d", s.shown)
	}
	s.press("esc")
	if s.shown != ui.Now {
		t.Errorf("esc shows %d, want Now", s.shown)
	}
	s.press("3", "`")
	if s.shown != ui.Now {
		t.Errorf("the backtick shows %d, want Now", s.shown)
	}
}

func TestEscLeadsBackAtOnceFromWhereAJumpLanded(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("!", "enter")
	if s.shown != ui.Traffic || !strings.Contains(s.View(), "handler returned") && !strings.Contains(s.View(), "town") {
		t.Fatalf("enter on the problem shows %d:\n%s", s.shown, s.View())
	}
	if v := s.View(); strings.Count(v, "esc back") != 1 {
		t.Errorf("the keys name esc not once:\n%s", v)
	}
	if s.press("j", "tab", "esc"); s.shown != ui.Now {
		t.Errorf("one esc shows %d, want Now", s.shown)
	}
	s.press("2", "enter", "esc")
	if s.shown != ui.Traffic {
		t.Error("esc leaves Traffic instead of closing the detail that was opened there")
	}
	s.press("esc")
	if s.shown != ui.Now {
		t.Error("the second esc does not leave Traffic")
	}
}

func TestEditAndSendTakesTheSelectedMessageAlong(t *testing.T) {
	for _, open := range []bool{false, true} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
		s.press("2", "/", "tool_call", "enter", "g")
		if open {
			s.press("enter")
		}
		s.press("i")
		v := s.View()
		if s.shown != ui.Inject || !s.screen().Focused() {
			t.Fatalf("detail open: %v: i shows %d, focused %v", open, s.shown, s.screen().Focused())
		}
		for _, want := range []string{"tool_call", "weather_tool", `{"city":"Berlin","units":"metric"}`} {
			if !strings.Contains(v, want) {
				t.Errorf("detail open: %v: the form lacks %s:\n%s", open, want, v)
			}
		}
	}
}

func TestTheTimelinesKeysAreFoundOnASmallTerminal(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 80, 24)
	s.press("3")
	last := func() string {
		lines := strings.Split(s.View(), "\n")
		return strings.TrimSpace(lines[len(lines)-1])
	}
	if f := last(); !strings.Contains(f, "v kinds   L lifecycle") || !strings.HasSuffix(f, "? help") {
		t.Errorf("the footer is %q", f)
	}
	for _, key := range []string{"", "n"} { // with nothing selected, and with a command
		if key != "" {
			s.press(key)
		}
		if f := last(); !strings.HasSuffix(f, "? help") {
			t.Errorf("after %q the footer is %q", key, f)
		}
		s.press("?")
		for _, want := range []string{"v +kinds", "L +lifecycle", "x +export Perfetto"} {
			if !regexp.MustCompile(want).MatchString(s.View()) {
				t.Errorf("after %q the help lacks %q:\n%s", key, want, s.View())
			}
		}
		s.press("q")
	}
}

func TestThePaletteSaysWhatThereIsToSeeAndWhoseKeysItOffers(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
	s.press("2")
	says := map[string]string{}
	for _, c := range s.commands() {
		if says[c.Name] = c.Help; c.Help == "" && c.Lacks == "" {
			t.Errorf("%s is not described", c.Name)
		}
	}
	if says["timeline"] == says["logs"] || says["sort"] != "a key of Traffic" {
		t.Errorf("timeline: %q, logs: %q, sort: %q", says["timeline"], says["logs"], says["sort"])
	}
}

func TestThePaletteKnowsTheKeysOfAPairApart(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
	s.press("3")
	var names []string
	for _, c := range s.commands() {
		names = append(names, c.Name)
	}
	for name, want := range map[string]bool{"next event": true, "event before": true, "next error": true, "error before": true, "event": false, "error": false, "zoom": true} {
		if slices.Contains(names, name) != want {
			t.Errorf("the palette offers %q: %v", name, !want)
		}
	}
	at := s.View()
	if s.command(t, "event before"); s.View() == at {
		t.Error("the command presses nothing")
	}
}

func TestWhatIsTypedAfterASlashOnNowIsAFilter(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("/hello")})
	if v := s.View(); s.shown != ui.Traffic || !s.screen().Focused() || !strings.Contains(v, "filter hello") {
		t.Errorf("/hello on Now leads to %s:\n%s", s.screen().Title(), v)
	}
}

func TestTheGateIsReachedFromThePalette(t *testing.T) {
	s, _ := gatedStage(t, 120, 36)
	s.press(":", "h", "ctrl+g")
	if s.shown != ui.Gate || s.palette.IsOpen() {
		t.Errorf("%s is shown, the palette is open: %v", s.screen().Title(), s.palette.IsOpen())
	}
}

// i and 5 show Inject alike: as it was left, and what is typed next goes into no field.
func TestBothKeysOfInjectLeadToWhereItWasLeft(t *testing.T) {
	for _, key := range []string{"i", "5"} {
		s, _ := gatedStage(t, 120, 36)
		s.press("5", "tab", "h", "ctrl+g", "1", key)
		if s.shown != ui.Inject || !s.parked() {
			t.Errorf("%s: %s is shown, and what was being typed does not wait", key, s.screen().Title())
		}
		s.press("enter", "esc", "1", key)
		if s.shown != ui.Inject || s.screen().Focused() {
			t.Errorf("%s: the field was left with esc, and has the keys again", key)
		}
	}
}

func TestInARecordingKeysThatSendStayAndSayWhy(t *testing.T) {
	for _, keys := range [][]string{{"1", "i"}, {"2", "i"}, {"2", "k", "e"}} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
		asRecording(s)
		s.press(keys...)
		if s.shown == ui.Inject || s.toast.level != trace.Warn || !strings.Contains(s.toast.text, "recording") {
			t.Errorf("after %v the screen is %v and says %q", keys, s.shown, s.toast.text)
		}
	}
}

// In a recording Inject is a page to read: the keys of all screens act there, and those of its form say why they do not.
func TestInjectInARecordingSaysWhatItIsFor(t *testing.T) {
	recorded := func() *stage {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		asRecording(s)
		s.press("5")
		return s
	}
	v := recorded().View()
	for _, want := range []string{"A recording takes no messages", "   2  Traffic: ", "   1  Now: ", "   ?  help", "   q  quit"} {
		if !strings.Contains(v, want) {
			t.Errorf("%q is missing:\n%s", want, v)
		}
	}
	for _, form := range []string{"MESSAGE", "PROPERTIES", "Fill in", "press enter"} {
		if strings.Contains(v, form) {
			t.Errorf("it shows the form, %q:\n%s", form, v)
		}
	}
	first, help := recorded(), recorded()
	first.press("1")
	help.press("?")
	if first.shown != ui.Now || !help.helping || !quits(recorded(), "q") {
		t.Errorf("1 shows %s, ? helps: %v", first.screen().Title(), help.helping)
	}
	for _, k := range []string{"enter", "tab", "e", "ctrl+s", "ctrl+r"} {
		s := recorded()
		s.press(k)
		if l := toastLine(s); !strings.HasPrefix(l, "─ ▲ A recording takes no messages. ") {
			t.Errorf("%s says %q", k, l)
		}
		s.press("1")
		if l := toastLine(s); strings.Contains(l, "recording") {
			t.Errorf("what %s was answered stays on the next screen: %q", k, l)
		}
	}
}

// While it is chosen what to sort by, letters are keys: there is no text, fast hands are followed, and the way out is in sight.
func TestSortingTakesKeysNotText(t *testing.T) {
	for _, w := range []int{80, 120} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
		s.press("2", "s")
		lines := strings.Split(s.View(), "\n")
		if l := lines[len(lines)-1]; !strings.Contains(l, "esc back") || strings.Contains(l, "f1") {
			t.Errorf("in %d columns the keys are %q", w, l)
		}
	}
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	s.press("2")
	s.update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("sl1")})
	if s.shown != ui.Now {
		t.Errorf("after s, l and 1 at once the screen is %s", s.screen().Title())
	}
	if s.press("2"); !strings.Contains(s.View(), "slowest first") {
		t.Errorf("the list is not sorted:\n%s", s.View())
	}
}

func TestTypingIsNotMistakenForKeys(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("4", "/", "q", "1", " ", "!", "?")
	if s.shown != ui.Logs || s.helping || s.common.Paused || !strings.Contains(s.View(), "q1 !?") {
		t.Errorf("shown %d, helping %v, paused %v:\n%s", s.shown, s.helping, s.common.Paused, s.View())
	}
}

func TestSendReachesTheModel(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	w := &Workbench{model: s.Model, inbox: s.inbox}
	w.Send(Notice{Text: "hello from main"})
	w.Send(Notice{Text: "no room for this"}) // must not block
	s.update(s.waitInbox()())
	if !strings.Contains(s.View(), "hello from main") {
		t.Error("what main said is not on the screen")
	}
}

func TestTheHeaderSaysThatProblemsAreMuted(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
	n := s.common.Store.Pressing()
	if n == 0 {
		t.Fatal("there is nothing to mute")
	}
	for range n {
		s.press("1", "g", "x")
	}
	header, _, _ := strings.Cut(s.View(), "\n")
	if want := fmt.Sprintf("%d muted", n); !strings.Contains(header, want) || strings.Contains(header, "problem") {
		t.Errorf("%d problems are muted, and the header says %q", n, header)
	}
}

// Without tabs the header says where one is.
func TestALowTerminalSaysWhereOneIs(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 60, 15)
	for i, id := range tabs {
		s.press(strconv.Itoa(i + 1))
		if want := " " + strconv.Itoa(i+1) + "/6 " + s.screens[id].Title() + "  "; !strings.HasPrefix(header(s), want) || !strings.Contains(header(s), "problem") {
			t.Errorf("the header is %q, want it to begin with %q", header(s), want)
		}
	}
	s.press("1", "!", "w")
	if !strings.HasPrefix(header(s), " Why  ") {
		t.Errorf("on Why the header is %q", header(s))
	}
	s.update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if !strings.HasPrefix(header(s), " tenbench  ") {
		t.Errorf("with tabs the header is %q", header(s))
	}
}
