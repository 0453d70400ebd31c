package traffic

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// gated is the scene with messages in the gate.
func gated(w, h int) (*Model, *ui.Common, *tuitest.Gate) {
	r, g := tuitest.Gated()
	c := r.Common(12400*time.Millisecond, theme.Plain(true))
	g.Guard(c)
	m := New(c)
	m.SetSize(w, h)
	settle(m, c)
	return m, c, g
}

func TestGoldenHeld(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		m, c, _ := gated(size.w, size.h)
		m.setFilter("not audio and not (name = asr_result)")
		settle(m, c)
		selectName(t, m, "tool_call", 10*time.Second)
		t.Run("list "+name, func(t *testing.T) { golden.RequireEqual(t, m.View()+"\n"+m.Status()) })
		tuitest.Press(m, "enter", "tab", "tab")
		t.Run("path "+name, func(t *testing.T) { golden.RequireEqual(t, m.View()+"\n"+m.Status()) })
	}
}

func TestBHoldsTheLikeOfAMessage(t *testing.T) {
	m, _, g := gated(120, 31)
	selectName(t, m, "speak", 15*time.Second)
	before := len(g.State.Rules)
	at(m, "B")
	if r := g.State.Rules[before]; r.Action != trace.GateHold || r.Filter != "cmd and name = speak and from = main_control and to = tts" {
		t.Errorf("B adds %+v", r)
	}
	at(m, "B")
	if len(g.State.Rules) != before {
		t.Error("B again does not take the rule away")
	}
}

// While the list follows, what comes in does not take the selection from the message whose like is held now: the next key is for it.
func TestBKeepsTheSelectionWhereItIs(t *testing.T) {
	r, g := tuitest.Gated()
	c := r.Common(12*time.Second, theme.Plain(true))
	g.Guard(c)
	m := New(c)
	m.SetSize(120, 31)
	settle(m, c)
	before, _ := m.selected()
	if !m.list.Following() {
		t.Fatal("the list does not follow")
	}
	at(m, "B")
	r.Advance(c, 12400*time.Millisecond)
	settle(m, c)
	if after, _ := m.selected(); m.list.Following() || after.Seq != before.Seq {
		t.Errorf("B was pressed on %s #%d; now %s #%d is selected", before.Name, before.ID, after.Name, after.ID)
	}
}

func TestHeldMessagesAreLetGoAndEdited(t *testing.T) {
	m, _, g := gated(120, 31)
	selectName(t, m, "tool_call", 10*time.Second)
	e, _ := m.selected()
	if said := at(m, "e"); !strings.Contains(said, "GotoMsg") || !strings.Contains(said, fmt.Sprintf("Screen:%d Command:%d", ui.Gate, e.ID)) {
		t.Errorf("e says %s", said)
	}
	at(m, "a")
	if want := fmt.Sprintf("release %d", e.ID); len(g.Did) != 1 || g.Did[0] != want {
		t.Errorf("a did %q, want %s", g.Did, want)
	}
	oldest := g.State.Held[0].ID
	at(m, "a", "A")
	if want := fmt.Sprintf("[release %d release %d release all]", e.ID, oldest); fmt.Sprint(g.Did) != want {
		t.Errorf("did %v, want %s", g.Did, want)
	}
	if said := at(m, "a"); !strings.Contains(said, "No message is held") {
		t.Errorf("with nothing held a says %s", said)
	}
}

func TestWhatWasEditedIsShownBesideWhatWasSent(t *testing.T) {
	r := tuitest.NewRun("g", "a", "receiver_of_all")
	at := func(k trace.Kind, ms time.Duration, property string) {
		r.Add(ms*time.Millisecond, trace.Event{Kind: k, Type: msg.KindData, ID: 7, Name: trace.Intern("tick"), From: trace.Intern("a"),
			To: trace.Intern("receiver_of_all"), Property: []byte(property)})
	}
	at(trace.Sent, 10, `{"name":"Ada"}`)
	at(trace.Held, 11, "")
	at(trace.Released, 20, `{"name":"Eve"}`)
	m, c, _ := scene(r, 12*time.Millisecond, 120, 31)
	tuitest.Press(m, "enter")
	if v := m.View(); !strings.Contains(v, "Ada") || strings.Contains(v, "edited") {
		t.Errorf("while it is held:\n%s", v)
	}
	r.Advance(c, 30*time.Millisecond)
	settle(m, c)
	v := m.View()
	if !strings.Contains(v, "tick edited") {
		t.Errorf("the row does not say that it was edited:\n%s", v)
	}
	for _, part := range []string{"Ada", "in the gate; this is what", "receiver_of_all got", "Eve"} {
		if !strings.Contains(v, part) {
			t.Errorf("after it went %q is missing:\n%s", part, v)
		}
	}
}

func TestAnEditedNameKeepsItsColumn(t *testing.T) {
	m, _, _ := gated(80, 19)
	for name, want := range map[string]string{"tick": "tick edited ", "a_long_name_it_is": "a_lo~ edited"} {
		l := m.c.Styled()
		e := trace.Event{Kind: trace.Released, ID: 9000, Name: trace.Intern(name), Property: []byte("{}")}
		m.c.Store.Apply([]trace.Event{e})
		if m.drawName(l, m.c.Theme.Text, &e, 12); l.String() != want {
			t.Errorf("%s is drawn as %q, want %q", name, l.String(), want)
		}
	}
}

func TestEOfAMessageThatIsNotHeldEditsAndSends(t *testing.T) {
	m, _, _ := gated(120, 31)
	selectName(t, m, "speak", 15*time.Second)
	if said := at(m, "e"); !strings.Contains(said, "cmd speak") {
		t.Errorf("e says %s", said)
	}
}

// B leaves the list on its message, and that is said, and in the head; a list that stood still already is no news.
func TestHoldingSaysThatTheListStandsStill(t *testing.T) {
	for _, follows := range []bool{true, false} {
		m, _, _ := gated(120, 31)
		tuitest.Press(m, "G")
		if !follows {
			tuitest.Press(m, "k")
		}
		if v := m.View(); strings.Contains(v, "following") != follows || strings.Contains(v, "standing still") == follows {
			t.Fatalf("following %v, the head says\n%s", follows, strings.SplitN(v, "\n", 2)[0])
		}
		cmd := tuitest.Press(m, "B")
		if cmd == nil {
			t.Fatal("B does nothing")
		}
		said, _ := cmd().(ui.GateMsg)
		if strings.Contains(said.Text, "The list stands still: G follows.") != follows {
			t.Errorf("following %v, it says %q", follows, said.Text)
		}
		if v := m.View(); !strings.Contains(v, "standing still") || strings.Contains(v, "following") {
			t.Errorf("after B the head says\n%s", strings.SplitN(v, "\n", 2)[0])
		}
	}
}
