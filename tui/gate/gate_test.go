package gate

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func scene(w, h int) (*Model, *ui.Common, *tuitest.Gate) { return gated(w, h, func(*tuitest.Run) {}) }

// A name is whole where there is room for it, whom the message goes to first.
func TestHeldMessagesUseTheRoomForTheirNames(t *testing.T) {
	m, _, g := scene(80, 19)
	for i := range g.State.Held {
		g.State.Held[i].Property, g.State.Held[i].Name, g.State.Held[i].From, g.State.Held[i].To = []byte("{}"), "hello", "ticker", "forgetful"
	}
	m.c.LookAtGate()
	m.Update(ui.TickMsg{Now: m.c.Now})
	if v := m.View(); strings.Count(v, "ticker   > forgetful ") != len(g.State.Held) {
		t.Errorf("a name is cut beside free space:\n%s", v)
	}
}

// talk adds messages in which the name of another stands as a word.
func talk(r *tuitest.Run) {
	for i := range 3 {
		r.OneWay(time.Duration(6+i)*time.Second, msg.KindData, "llm", "tts", "note", `{"text":"the chat goes on"}`, nil, time.Millisecond)
	}
}

func gated(w, h int, more func(*tuitest.Run)) (*Model, *ui.Common, *tuitest.Gate) {
	r, g := tuitest.Gated()
	more(r)
	c := r.Common(12400*time.Millisecond, theme.Plain(true))
	g.Guard(c)
	m := New(c)
	m.SetSize(w, h)
	m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	return m, c, g
}

func empty(w, h int) *Model {
	c := tuitest.Voice().Common(12400*time.Millisecond, theme.Plain(true))
	c.Controller = &tuitest.Gate{}
	m := New(c)
	m.SetSize(w, h)
	m.Update(ui.TickMsg{Now: c.Now})
	return m
}

// do presses keys and returns what the screen said.
func do(m *Model, keys ...string) string {
	var said []string
	for _, k := range keys {
		for _, s := range tuitest.Deliver(m, tuitest.Press(m, k)) {
			said = append(said, fmt.Sprintf("%T %+v", s, s))
			m.c.LookAtGate()
			if done, ok := s.(ui.GateMsg); ok {
				m.Update(done)
			}
		}
		m.c.LookAtGate()
		m.Update(ui.TickMsg{Now: m.c.Now})
	}
	return strings.Join(said, "\n")
}

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		look := func(what string, m *Model) {
			t.Run(what+" "+name, func(t *testing.T) { golden.RequireEqual(t, m.View()+"\n"+m.Status()) })
		}
		look("empty", empty(size.w, size.h))
		rules, _, _ := scene(size.w, size.h)
		look("rules", rules)
		held, _, _ := scene(size.w, size.h)
		do(held, "tab")
		look("held", held)
		edit, _, _ := scene(size.w, size.h)
		do(edit, "tab", "e")
		look("edit", edit)
		answer, _, _ := scene(size.w, size.h)
		do(answer, "tab", "e", "shift+tab", "right", "right", "tab")
		tuitest.Type(answer, `{"detail": }`)
		look("answer wrong", answer)
		write, _, _ := scene(size.w, size.h)
		do(write, "n")
		tuitest.Type(write, "drop 30% cmd and kolor = 1")
		look("wrong rule", write)
		for what, text := range map[string]string{"unfinished rule": "delay 200ms ", "rule": "drop 30% chat", "wide rule": `answer ok {"n": 1} text`, "idle rule": "hold name = nothing"} {
			preview, _, _ := gated(size.w, size.h, talk)
			do(preview, "n")
			tuitest.Type(preview, text)
			look(what, preview)
		}
	}
}

func TestARuleIsWrittenSwitchedAndRemoved(t *testing.T) {
	m, _, g := scene(120, 31)
	do(m, "n")
	tuitest.Type(m, "drop 30% ")
	if do(m, "enter"); !m.Focused() || len(g.Did) != 0 || m.wrong == nil || !m.wrong.Unfinished {
		t.Errorf("half a rule: focus %v, wrong %v, did %q", m.Focused(), m.wrong, g.Did)
	}
	tuitest.Type(m, "cmd and (")
	do(m, "enter")
	if len(g.Did) != 0 || m.wrong == nil || !m.Focused() {
		t.Errorf("a wrong rule: did %v, wrong %v", g.Did, m.wrong)
	}
	do(m, "backspace")
	tuitest.Type(m, "to = tts")
	said := do(m, "enter")
	if got := g.State.Rules[len(g.State.Rules)-1]; got.Share != 0.3 || got.Filter != "cmd and to = tts" || m.Focused() || !strings.Contains(said, "drop-6 is on") ||
		!strings.Contains(said, "It matches ") {
		t.Errorf("added %+v, said %s", got, said)
	}
	m.rule = "hold-1"
	do(m, "enter", "enter", "X")
	if want := []string{"add drop 30% cmd and to = tts", "set hold-1 false", "set hold-1 true", "remove hold-1"}; fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("did %v", g.Did)
	}
	if m.rule == "hold-1" || m.ruleAt() < 0 {
		t.Errorf("after a removal %q is selected", m.rule)
	}
}

func TestAHeldMessageIsEditedAndLetGo(t *testing.T) {
	m, _, g := scene(120, 31)
	id := g.State.Held[0].ID
	do(m, "tab", "e", "ctrl+u")
	tuitest.Type(m, "Oslo")
	said := do(m, "enter")
	want := []string{fmt.Sprintf(`edit %d {"town":"Oslo","units":"metric","days":3}`, id), fmt.Sprintf("release %d", id)}
	if fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("did %q", g.Did)
	}
	if !strings.Contains(said, "edited, went on") || m.Focused() {
		t.Errorf("said %s", said)
	}
}

func TestWhatWasNotEditedIsOnlyLetGo(t *testing.T) {
	m, _, g := scene(120, 31)
	id := g.State.Held[0].ID
	do(m, "tab", "e", "enter")
	if want := []string{fmt.Sprintf("release %d", id)}; fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("did %q", g.Did)
	}
}

func TestAHeldCommandIsAnsweredOrDropped(t *testing.T) {
	m, _, g := scene(120, 31)
	first := g.State.Held[0].ID
	do(m, "tab", "e", "shift+tab", "right", "right", "tab")
	tuitest.Type(m, "detail")
	do(m, "tab")
	tuitest.Type(m, "not today")
	do(m, "enter")
	second := g.State.Held[0].ID
	do(m, "e", "shift+tab", "right", "enter")
	want := []string{fmt.Sprintf(`answer %d error {"detail":"not today"}`, first), fmt.Sprintf("drop %d", second)}
	if fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("did %q, want %q: data cannot be answered, so drop comes next", g.Did, want)
	}
}

func TestAAndCapitalALetGo(t *testing.T) {
	m, _, g := scene(120, 31)
	id := g.State.Held[0].ID
	do(m, "tab", "a", "A")
	if want := []string{fmt.Sprintf("release %d", id), "release all"}; fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("did %q", g.Did)
	}
}

// X ends the rule and X drops a message: who presses it twice means two rules.
func TestAfterARuleEndedTheNextIsSelectedAndNeverAMessage(t *testing.T) {
	m, _, g := scene(120, 31)
	first, second := g.State.Rules[0].Name, g.State.Rules[1].Name
	do(m, "g", "X")
	if m.part != partRules || m.rule != second {
		t.Fatalf("after %s %v %q is selected, want %s", first, m.part, m.rule, second)
	}
	for range len(g.State.Rules) + 2 {
		do(m, "X")
	}
	if len(g.State.Rules) != 0 || m.Focused() || len(g.State.Held) == 0 || !strings.Contains(m.Status(), "no rule any more") {
		t.Errorf("focus %v, did %q, says %q", m.Focused(), g.Did, m.Status())
	}
	for _, k := range []string{"tab", "down"} {
		m.part = partRules
		if do(m, k); m.part != partHeld {
			t.Errorf("%s does not lead to what is held", k)
		}
	}
}

// After the last held message went the next key is not for a rule: X would end it, enter switch it. The arrows and tab lead to the rules.
func TestAfterTheLastHeldMessageNoRuleIsSelected(t *testing.T) {
	m, c, g := scene(120, 31)
	do(m, "tab", "A")
	did := len(g.Did)
	do(m, "X", "enter", "e", "a", "A")
	if len(g.Did) != did {
		t.Fatalf("with nothing held keys did %q", g.Did[did:])
	}
	if s := m.Status(); !strings.Contains(s, "Nothing is held") {
		t.Errorf("the status says %q", s)
	}
	last := g.State.Rules[len(g.State.Rules)-1].Name
	for _, k := range []string{"up", "down", "tab"} {
		m.part = partHeld
		do(m, k)
		if m.part != partRules || m.rule != last {
			t.Errorf("%s leads to %v %q, want the rule %s", k, m.part, m.rule, last)
		}
		m.rule = last
	}
	if do(m, "tab"); m.part != partRules {
		t.Error("tab leads to held messages that there are not")
	}
	m.part = partHeld
	g.State.Held = append(g.State.Held, trace.HeldMessage{ID: 99, Name: "next"})
	c.LookAtGate()
	m.Update(ui.TickMsg{Now: c.Now})
	if m.Focus().ID != 99 {
		t.Errorf("of what is held anew #%d is selected", m.Focus().ID)
	}
}

// A second enter, of a hand that was fast or not sure, switches neither the new rule nor the one that was selected before.
func TestTheNewRuleIsSelectedAndASecondEnterDoesNothing(t *testing.T) {
	m, _, g := scene(120, 31)
	do(m, "n")
	tuitest.Type(m, "drop 30% cmd")
	set := tuitest.Press(m, "enter")
	do(m, "enter") // before the gate has said that the rule is there
	if len(g.Did) != 0 {
		t.Fatalf("did %q", g.Did)
	}
	for _, s := range tuitest.Deliver(m, set) {
		m.c.LookAtGate()
		m.Update(s)
	}
	if m.part != partRules || m.rule != "drop-6" {
		t.Errorf("the rule %q is selected", m.rule)
	}
	if said := do(m, "enter"); len(g.Did) != 1 || !strings.Contains(said, "drop-6 is on already") {
		t.Errorf("did %q, said %s", g.Did, said)
	}
	if do(m, "enter"); len(g.Did) != 2 || g.Did[1] != "set drop-6 false" {
		t.Errorf("who means it did %q", g.Did)
	}
}

func TestLettingAllGoSaysThatNothingIsHeld(t *testing.T) {
	m, _, g := scene(120, 31)
	g.State.Held = nil
	m.c.LookAtGate()
	if said := do(m, "A"); len(g.Did) != 0 || !strings.Contains(said, "No message is held") || !strings.Contains(said, "Note:true") {
		t.Errorf("A with nothing held did %q and says %q", g.Did, said)
	}
}

func TestKeysOfAHeldMessageSayOnARuleWhatTheyNeed(t *testing.T) {
	m, _, g := scene(120, 31)
	for _, k := range []string{"e", "a", "t", "w"} {
		if said := do(m, k); len(g.Did) != 0 || m.edit != nil || !strings.Contains(said, k+" acts on a held message: tab selects one.") {
			t.Errorf("%s did %q and says %q", k, g.Did, said)
		}
	}
	g.State.Held = nil
	m.c.LookAtGate()
	if said := do(m, "e"); !strings.Contains(said, "nothing is held") {
		t.Errorf("with nothing held e says %q", said)
	}
}

// What is held waits for a person: who comes for it presses a key of messages next.
func TestTheGateOpensOnWhatIsHeld(t *testing.T) {
	m, _, g := scene(120, 31)
	m.Update(ui.GotoMsg{Screen: ui.Gate})
	if m.part != partHeld || m.Focus().ID != g.State.Held[0].ID {
		t.Errorf("part %d, focus %+v", m.part, m.Focus())
	}
	do(m, "tab", "n")
	m.Update(ui.GotoMsg{Screen: ui.Gate})
	if !m.writing || m.part != partRules {
		t.Error("a rule that is being written lost its place")
	}
	none, _, g := scene(120, 31)
	g.State.Held = nil
	none.c.LookAtGate()
	none.Update(ui.GotoMsg{Screen: ui.Gate})
	if none.part != partRules {
		t.Error("with nothing held the rules are not selected")
	}
}

func TestAnEditOfAMessageThatWentIsClosed(t *testing.T) {
	m, c, g := scene(120, 31)
	do(m, "tab", "e")
	g.Leave(g.State.Held[0].ID)
	c.LookAtGate()
	m.Update(ui.TickMsg{Now: c.Now})
	if m.Focused() {
		t.Error("the form of a message that went is still open")
	}
}

func TestATextOfTheEditorComesIntoTheForm(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	m, _, g := scene(120, 31)
	id := g.State.Held[0].ID
	do(m, "tab", "e")
	edit, ok := tuitest.Press(m, "ctrl+e")().(ui.EditMsg)
	if !ok || !strings.HasSuffix(edit.File, ".json") {
		t.Fatalf("ctrl+e sends %#v", edit)
	}
	m.Update(ui.TextEdited{Text: "{\n  \"town\": \"Lima\"\n}\n"})
	do(m, "enter")
	if want := fmt.Sprintf(`edit %d {"town":"Lima"}`, id); g.Did[0] != want {
		t.Errorf("did %q", g.Did)
	}
}

func TestWhatTheGateRefusesIsSaid(t *testing.T) {
	m, _, g := scene(120, 31)
	g.Fail = errors.New("message #1 is not held")
	if said := do(m, "tab", "a"); !strings.Contains(said, "is not held") {
		t.Errorf("said %q", said)
	}
}

func TestARecordingHasNoGate(t *testing.T) {
	m, c, g := scene(120, 31)
	c.Info.Live = false
	do(m, "n", "A", "X")
	if m.Focused() || len(g.Did) != 0 || len(m.Keys()) != 0 || !strings.Contains(m.Status(), "recording") {
		t.Errorf("did %v, status %q", g.Did, m.Status())
	}
}

func TestFramesFitWhateverTheNames(t *testing.T) {
	m, c, g := scene(80, 19)
	for i, n := range tuitest.HostileNames {
		g.State.Rules = append(g.State.Rules, trace.GateRule{Name: n, Action: trace.GateAction(1 + i%4), Detail: n, Filter: n})
		g.State.Held = append(g.State.Held, trace.HeldMessage{ID: uint64(1 + i), Type: msg.KindCmd, Name: n, From: n, To: n, Rule: n, Edited: true, Answered: true,
			Property: []byte(`{"k\u001b[31m":"v\u001b]0;x\u0007","\u202e":[{"日本":"👩‍👩‍👧‍👦"}]}`)})
	}
	c.LookAtGate()
	for _, ascii := range []bool{true, false} {
		c.Theme = theme.Plain(ascii)
		for _, s := range tuitest.Sizes {
			m.SetSize(s[0], s[1])
			look := func() {
				for _, bad := range tuitest.Misfits(m.View(), s[0], s[1]) {
					t.Error(bad)
				}
			}
			for range 20 {
				look()
				tuitest.Press(m, "down")
			}
			tuitest.Press(m, "e")
			look()
			tuitest.Press(m, "shift+tab", "right", "right", "tab")
			tuitest.Type(m, `{"日本":"`+tuitest.HostileNames[5]+`", 3}`)
			look()
			tuitest.Press(m, "esc", "n")
			tuitest.Type(m, "drop "+tuitest.HostileNames[4])
			look()
			tuitest.Press(m, "esc")
		}
	}
}

func BenchmarkView120x36(b *testing.B) {
	m, _, _ := scene(120, 31)
	b.ReportAllocs()
	for b.Loop() {
		m.View()
	}
}

func TestTheMouseSelectsRulesAndHeldMessages(t *testing.T) {
	m, c, _ := scene(120, 31)
	on := func(text string, button tea.MouseButton) {
		t.Helper()
		for y, line := range strings.Split(m.View(), "\n") {
			if strings.Contains(line, text) {
				m.Update(tea.MouseMsg{X: 5, Y: y, Button: button, Action: tea.MouseActionPress})
				return
			}
		}
		t.Fatalf("no %q on:\n%s", text, m.View())
	}
	last := c.Gate.Held[len(c.Gate.Held)-1].ID
	on(fmt.Sprintf("#%d", last), tea.MouseButtonLeft)
	if m.part != partHeld || m.held != last {
		t.Errorf("a click on #%d selects #%d", last, m.held)
	}
	first := c.Gate.Rules[0]
	on(first.Name+" ", tea.MouseButtonLeft)
	if m.part != partRules || m.rule != first.Name {
		t.Errorf("a click on %s selects %s", first.Name, m.rule)
	}
	on(first.Name+" ", tea.MouseButtonWheelDown)
	if m.rule != c.Gate.Rules[1].Name {
		t.Errorf("the wheel leads to %s", m.rule)
	}
}

func TestXOnAHeldMessageAsksFirst(t *testing.T) {
	m, _, g := scene(120, 31)
	id := g.State.Held[0].ID
	do(m, "tab", "X")
	if len(g.Did) != 0 || !strings.Contains(m.Status(), "lost on its way") {
		t.Fatalf("X did %q and says %q", g.Did, m.Status())
	}
	do(m, "esc")
	if len(g.Did) != 0 || m.Focused() {
		t.Fatalf("esc did %q", g.Did)
	}
	do(m, "X", "enter")
	if want := []string{fmt.Sprintf("drop %d", id)}; fmt.Sprint(g.Did) != fmt.Sprint(want) {
		t.Errorf("did %q", g.Did)
	}
}

func TestWhoLetsGoIsToldOfTheRulesThatStay(t *testing.T) {
	m, c, g := scene(120, 31)
	if said := do(m, "tab", "a"); !strings.Contains(said, "went on. 2 rules still hold") {
		t.Errorf("with two rules: %s", said)
	}
	g.State.Rules = g.State.Rules[:1]
	c.LookAtGate()
	if said := do(m, "A"); !strings.Contains(said, "went on. hold-1 still holds: ") {
		t.Errorf("with one rule: %s", said)
	}
	_ = g.RemoveGateRule("hold-1")
	c.LookAtGate()
	if said := do(m, "A"); strings.Contains(said, "still") {
		t.Errorf("without a rule: %s", said)
	}
}

// The ends are those of the screen, not of the list one is in; what is out of sight is counted in the heading of its list.
func TestTheEndsAreThoseOfTheScreen(t *testing.T) {
	m, c, g := scene(80, 19)
	first := g.State.Held[0]
	for i := range 40 {
		h := first
		h.ID = uint64(5000 + i)
		g.State.Held = append(g.State.Held, h)
	}
	c.LookAtGate()
	if v := m.View(); !strings.Contains(v, "HELD 43   tab selects one   v ") || !strings.Contains(v, " below") {
		t.Errorf("from the rules:\n%s", v)
	}
	do(m, "G")
	if v := m.View(); m.part != partHeld || m.held != 5039 || !strings.Contains(v, "HELD 43   ^ ") || strings.Contains(v, " below") {
		t.Errorf("G selects part %d, #%d:\n%s", m.part, m.held, v)
	}
	do(m, "g")
	if m.part != partRules || m.rule != g.State.Rules[0].Name {
		t.Errorf("g selects part %d, %s", m.part, m.rule)
	}
	do(m, "pgdown", "pgdown")
	if m.part != partHeld {
		t.Error("two pages lead nowhere")
	}
	do(m, "pgup", "pgup", "pgup")
	if m.part != partRules || m.rule != g.State.Rules[0].Name {
		t.Errorf("pages back lead to part %d, %s", m.part, m.rule)
	}
}

// A word that is a message's name is found in other places too: the line says what it matches, and tab means that message alone.
func TestTheLineSaysWhatItMatchesAndOffersTheMessage(t *testing.T) {
	m, _, g := gated(120, 31, talk)
	do(m, "n")
	tuitest.Type(m, "drop 30% data tts")
	if m.preview.Match == 0 || m.preview.Offer != "" {
		t.Fatalf("of no message's name: %+v", m.preview)
	}
	do(m, "ctrl+u")
	tuitest.Type(m, "drop 30% chat")
	p := m.preview
	if p.Match == 0 || p.Match == p.Of || len(p.Names) < 2 || p.Offer != "drop 30% name = chat" {
		t.Fatalf("the preview is %+v", p)
	}
	do(m, "tab")
	if m.line.Value() != p.Offer || len(m.preview.Names) != 1 || m.preview.Offer != "" {
		t.Errorf("tab made %q of it: %+v", m.line.Value(), m.preview)
	}
	if said := do(m, "enter"); g.Did[0] != "add drop 30% name = chat" || !strings.Contains(said, m.preview.String()) {
		t.Errorf("did %q, said %s", g.Did, said)
	}
}

// What a rule delays goes on by itself: who comes while nothing else is held means the rule, and X ends it.
func TestTheGateOpensOnTheRuleWhereNothingWaitsForAPerson(t *testing.T) {
	m, _, g := scene(120, 31)
	g.State.Held = g.State.Held[2:] // the delayed one
	m.c.LookAtGate()
	m.Update(ui.GotoMsg{Screen: ui.Gate})
	m.rule = "delay-3"
	if said := do(m, "enter"); !strings.Contains(said, "is off; what it delayed goes on now.") {
		t.Errorf("off: %s", said)
	}
	if said := do(m, "enter"); !strings.Contains(said, "is on.") {
		t.Errorf("on: %s", said)
	}
	if said := do(m, "X"); g.Did[len(g.Did)-1] != "remove delay-3" || !strings.Contains(said, "what it delayed goes on now.") {
		t.Errorf("X did %q, said %s", g.Did, said)
	}
}

func TestTabLeadsFromAMessageToItsRule(t *testing.T) {
	m, _, g := scene(120, 31)
	has := func(help string) bool {
		for _, k := range m.Keys() {
			if k.Help().Desc == help {
				return true
			}
		}
		return false
	}
	m.Update(ui.GotoMsg{Screen: ui.Gate})
	m.held = g.State.Held[2].ID
	if !has("its rule") {
		t.Error("the footer does not say that tab leads to the rule")
	}
	if do(m, "tab"); m.part != partRules || m.rule != "delay-3" || !has("what is held") {
		t.Errorf("tab leads to %v %s", m.part, m.rule)
	}
	if do(m, "tab"); m.part != partHeld || m.held != g.State.Held[2].ID {
		t.Errorf("tab leads back to #%d", m.held)
	}
	_ = g.RemoveGateRule("delay-3")
	m.c.LookAtGate()
	if !has("the rules") {
		t.Error("its rule is gone, and the footer says no more")
	}
}

// Who edits a message has the time for it: what a rule delays does not go meanwhile.
func TestADelayedMessageWaitsWhileItIsEdited(t *testing.T) {
	for _, k := range []string{"e", "X"} {
		m, _, g := scene(120, 31)
		h := &g.State.Held[2]
		m.Update(ui.GotoMsg{Screen: ui.Gate})
		m.held = h.ID
		if said := do(m, k); fmt.Sprint(g.Did) != fmt.Sprintf("[keep %d]", h.ID) || !strings.Contains(said, "waits for you now, no more for delay-3") {
			t.Errorf("%s did %q, said %s", k, g.Did, said)
		}
		if do(m, "esc", k); len(g.Did) != 1 {
			t.Errorf("of one that waits already %s did %q", k, g.Did)
		}
	}
}

func TestAFormWhoseMessageWentSaysSo(t *testing.T) {
	m, _, g := scene(120, 31)
	do(m, "tab", "e")
	name := ui.NameOf(&g.State.Held[0])
	g.Leave(g.State.Held[0].ID)
	m.c.LookAtGate()
	said := tuitest.Drain(m.Update(ui.TickMsg{Now: m.c.Now}))
	if len(said) != 1 || !strings.Contains(fmt.Sprint(said[0]), name+" left the gate while you wrote") {
		t.Errorf("said %v", said)
	}
}

// At 80 columns a rule is often longer than its row: the selected one is told whole.
func TestTheSelectedRuleIsToldWhole(t *testing.T) {
	m, c, _ := scene(80, 19)
	m.rule = "hold-1"
	if v := strings.Join(strings.Fields(m.View()), " "); !strings.Contains(v, "RULE hold cmd and name = tool_call and from = main_control and to = weather_tool") {
		t.Errorf("the rule is cut:\n%s", v)
	}
	m.rule = "drop-2"
	if v := m.View(); strings.Contains(v, "RULE ") {
		t.Errorf("what its row says is said twice:\n%s", v)
	}
	m.SetSize(200, 31)
	m.rule = c.Gate.Rules[0].Name
	if v := m.View(); strings.Contains(v, "RULE ") {
		t.Errorf("what its row says is said twice:\n%s", v)
	}
}

// The line of what went is of the message with which something was done last, whatever that was.
func TestWhatWentIsTheLastThatWasDone(t *testing.T) {
	m, _, g := scene(120, 31)
	first, second := g.State.Held[0], g.State.Held[1]
	do(m, "tab", "a")
	if v := m.View(); !strings.Contains(v, "WENT "+ui.NameOf(&first)) {
		t.Errorf("after a:\n%s", v)
	}
	do(m, "X", "enter")
	if v := m.View(); !strings.Contains(v, "WENT "+ui.NameOf(&second)) || strings.Contains(v, ui.NameOf(&first)) {
		t.Errorf("after a drop:\n%s", v)
	}
	if do(m, "A"); strings.Contains(m.View(), "WENT") {
		t.Errorf("after all were let go one is named:\n%s", m.View())
	}
}

func TestTheStatusSaysHowTheRuleIsWrittenThatWasBegun(t *testing.T) {
	m, _, _ := scene(120, 31)
	do(m, "n")
	for text, want := range map[string]string{"": "answer ok|error", "answer ": `ok|error "TEXT" {"n": 1} FILTER`, "hold x": "hold FILTER", "delay": "delay 200ms FILTER", "drop": "drop 30% FILTER"} {
		do(m, "ctrl+u")
		tuitest.Type(m, text)
		if s := m.Status(); !strings.Contains(s, want) {
			t.Errorf("of %q the status says %q", text, s)
		}
	}
}
