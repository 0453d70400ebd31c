package traffic

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
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

func scene(r *tuitest.Run, at time.Duration, w, h int) (*Model, *ui.Common, *tuitest.Controller) {
	c := r.Common(at, theme.Plain(true))
	ctl := &tuitest.Controller{ID: 4711}
	c.Controller = ctl
	m := New(c)
	m.SetSize(w, h)
	settle(m, c)
	return m, c, ctl
}

// settle ticks until the screen has looked at all rows; how many a tick looks at depends on how busy the machine is.
func settle(m *Model, c *ui.Common) {
	for {
		m.scanning = false
		if m.Update(ui.TickMsg{Now: c.Now, Changed: true}) == nil {
			return
		}
	}
}

// selectName selects the last message of that name before a time.
func selectName(t *testing.T, m *Model, name string, before time.Duration) {
	t.Helper()
	for i := m.list.Len() - 1; i >= 0; i-- {
		if e, ok := m.c.Store.At(m.rowSeq(i)); ok && e.Name.String() == name && e.Mono < int64(before) {
			m.list.Select(i)
			m.refresh()
			return
		}
	}
	t.Fatalf("there is no message %q", name)
}

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		t.Run("list "+name, func(t *testing.T) {
			m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		for _, p := range []struct {
			name string
			tabs int
		}{{"message", 0}, {"path", 2}, {"logs", 3}} {
			t.Run(p.name+" of a lost command "+name, func(t *testing.T) {
				m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
				selectName(t, m, "tool_call", 15*time.Second)
				tuitest.Press(m, "enter")
				for range p.tabs {
					tuitest.Press(m, "tab")
				}
				golden.RequireEqual(t, m.View()+"\n"+m.Status())
			})
		}
		t.Run("result "+name, func(t *testing.T) {
			m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
			selectName(t, m, "chat", 6*time.Second)
			tuitest.Press(m, "enter", "tab")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run("wrong filter "+name, func(t *testing.T) {
			m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
			tuitest.Press(m, "/")
			tuitest.Type(m, "cmd and latency >")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
	}
}

func TestFramesFitWhateverTheNames(t *testing.T) {
	for _, run := range []*tuitest.Run{tuitest.Hostile(), tuitest.Voice()} {
		m, c, _ := scene(run, 3*time.Second, 80, 19)
		for _, ascii := range []bool{true, false} {
			c.Theme = theme.Plain(ascii)
			for _, s := range tuitest.Sizes {
				m.SetSize(s[0], s[1])
				for range paneCount + 1 {
					for range 3 {
						for _, bad := range tuitest.Misfits(m.View(), s[0], s[1]) {
							t.Error(bad)
						}
						tuitest.Press(m, "k", "enter")
					}
					tuitest.Press(m, "tab")
				}
				tuitest.Press(m, "/")
				tuitest.Type(m, "\x1b[31m名 =")
				for _, bad := range tuitest.Misfits(m.View(), s[0], s[1]) {
					t.Error(bad)
				}
				tuitest.Press(m, "esc", "esc", "G")
			}
		}
	}
}

func TestSelectionSurvivesNewRows(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 9*time.Second, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	seq := m.list.Selected()
	m.Update(r.Advance(c, 14*time.Second))
	if m.list.Selected() != seq {
		t.Errorf("the selection moved from %d to %d", seq, m.list.Selected())
	}
	if e, ok := m.selected(); !ok || e.Name.String() != "tool_call" {
		t.Error("another message is selected")
	}
	if v := m.View(); !strings.Contains(v, "new") {
		t.Errorf("the list does not count what came since:\n%s", v)
	}
	tuitest.Press(m, "G")
	if !m.list.Following() || strings.Contains(m.View(), " new") {
		t.Error("G does not follow")
	}
}

func TestFollowingShowsTheNewest(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 9*time.Second, 120, 31)
	before := m.list.Selected()
	m.Update(r.Advance(c, 14*time.Second))
	if m.list.Selected() <= before {
		t.Error("the list did not follow")
	}
}

func TestFilterIsTriedAtEachKeyAndKeepsTheLastGoodResult(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	if !m.Focused() {
		t.Fatal("/ gives the line no focus")
	}
	tuitest.Type(m, "cmd")
	settle(m, c)
	if n := m.list.Len(); n != 6 {
		t.Fatalf("cmd shows %d messages, want 6", n)
	}
	m.setFilter("cmd and colour = (")
	settle(m, c)
	if m.filter.Wrong() == nil {
		t.Fatal("an unfinished filter is no error")
	}
	if n := m.list.Len(); n != 6 {
		t.Errorf("an unfinished filter shows %d messages, want the last 6", n)
	}
	line := strings.Split(m.View(), "\n")[1]
	if at := strings.IndexByte(line, '^'); at != len(" filter ")+m.filter.Wrong().Col-1 {
		t.Errorf("the error points at column %d of %q", at, line)
	}
	tuitest.Press(m, "enter")
	if !m.Focused() {
		t.Error("enter accepts a filter that is none")
	}
	m.setFilter("cmd and (error)")
	settle(m, c)
	tuitest.Press(m, "enter")
	if m.Focused() || m.filter.Wrong() != nil {
		t.Error("enter does not accept a good filter")
	}
	if n := m.list.Len(); n != 1 {
		t.Errorf("cmd and (error) shows %d messages, want 1", n)
	}
	if v := m.View(); !strings.Contains(v, "1 of ") {
		t.Errorf("shown and total are not on the screen:\n%s", v)
	}
}

func TestFilterTogglesAndClears(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	all := m.list.Len()
	tuitest.Press(m, "/")
	tuitest.Type(m, "cmd")
	tuitest.Press(m, "enter")
	settle(m, c)
	for _, step := range []struct {
		key  string
		want int
	}{{"f", all}, {"f", 6}, {"F", all}, {"f", all}} {
		tuitest.Press(m, step.key)
		settle(m, c)
		if n := m.list.Len(); n != step.want {
			t.Errorf("after %s there are %d rows, want %d", step.key, n, step.want)
		}
	}
}

func TestEscTakesBackWhatWasTyped(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	tuitest.Type(m, "cmd")
	tuitest.Press(m, "enter", "/")
	tuitest.Type(m, " and error")
	tuitest.Press(m, "esc")
	settle(m, c)
	if m.Focused() || m.filter.Text() != "cmd" || m.list.Len() != 6 {
		t.Errorf("after esc the filter is %q with %d rows", m.filter.Text(), m.list.Len())
	}
}

func TestAPendingCommandLeavesTheFilterWhenItIsAnswered(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 6*time.Second, 120, 31)
	m.setFilter("cmd and pending")
	settle(m, c)
	if n := m.list.Len(); n != 2 {
		t.Fatalf("at 6 s %d commands are pending, want 2", n)
	}
	r.Advance(c, 8*time.Second)
	settle(m, c)
	if n := m.list.Len(); n != 0 {
		t.Errorf("at 8 s %d commands are pending, want none", n)
	}
	if !strings.Contains(m.View(), "No message passes the filter") {
		t.Error("an empty list does not say why")
	}
}

func TestPauseCountsWhatIsNotShown(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 9*time.Second, 120, 31)
	c.Paused, c.Unread = true, 38
	if got := m.Status(); !strings.Contains(got, "38 new events recorded, not shown") {
		t.Errorf("paused with 38 events unread: %q", got)
	}
}

func TestMediaAreFoldedAndCounted(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	frames, rows := 0, 0
	for i, r := range m.folded.rows {
		if r.kind == msg.KindAudioFrame {
			frames += m.folded.count(i)
			rows++
		}
	}
	if want := int(12*time.Second/(20*time.Millisecond)) + 1; frames != want {
		t.Errorf("the rows stand for %d frames, want %d", frames, want)
	}
	if rows != 13 {
		t.Errorf("%d rows of frames in twelve seconds, want one a second", rows)
	}
	m.setFilter("audio")
	settle(m, m.c)
	if m.list.Len() != frames {
		t.Errorf("a filter shows %d frames, want each of the %d", m.list.Len(), frames)
	}
}

func TestGotoSelectsACommandBehindAFilter(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	selectName(t, m, "flush", 15*time.Second)
	e, _ := m.selected()
	m.setFilter("data")
	settle(m, c)
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Command: e.ID})
	if got, _ := m.selected(); got.ID != e.ID || !m.open {
		t.Errorf("message %d is selected, want %d, opened", got.ID, e.ID)
	}
}

func TestSendAgainRebuildsTheMessage(t *testing.T) {
	m, _, ctl := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	out := tuitest.Deliver(m, tuitest.Press(m, "r"))
	if len(ctl.Sent) != 1 {
		t.Fatalf("%d messages were sent", len(ctl.Sent))
	}
	got := ctl.Sent[0]
	town, _ := got.Get("town")
	if s, _ := town.Str(); got.Name() != "tool_call" || s != "Berlin" || got.Dests()[0] != (msg.Loc{Extension: "weather_tool"}) {
		t.Errorf("sent again: %s to %v with town %s", got.Name(), got.Dests(), town)
	}
	said := fmt.Sprint(out)
	if !strings.Contains(said, "#4711") {
		t.Errorf("the screen said %s", said)
	}
	ctl.Err = errors.New("the graph is stopping")
	if said := fmt.Sprint(tuitest.Deliver(m, tuitest.Press(m, "r"))); !strings.Contains(said, "the graph is stopping") {
		t.Errorf("a refused send says %s", said)
	}
}

func TestEditAndSendHandsInjectALineItCanRead(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	g, ok := tuitest.Press(m, "i")().(ui.GotoMsg)
	if !ok || g.Screen != ui.Inject {
		t.Fatalf("i sends %#v", g)
	}
	back, err := msg.ParseSend(g.Draft)
	if err != nil || back.Name() != "tool_call" || back.Properties().Len() != 2 || back.Dests()[0].Graph != "" {
		t.Errorf("the draft %q reads as %v, %v", g.Draft, back, err)
	}
}

func TestCopyPutsTheMessageOnTheClipboard(t *testing.T) {
	r := tuitest.Voice()
	m, _, _ := scene(r, 14*time.Second, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	tuitest.Deliver(m, tuitest.Press(m, "y"))
	if !strings.HasPrefix(r.Copied, "cmd tool_call {") {
		t.Errorf("y copies %q", r.Copied)
	}
	tuitest.Deliver(m, tuitest.Press(m, "Y"))
	if !strings.Contains(r.Copied, `"kind":"sent"`) {
		t.Errorf("Y copies %q", r.Copied)
	}
}

func TestARecordingTakesNoMessages(t *testing.T) {
	m, c, ctl := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	c.Info.Live = false
	tuitest.Deliver(m, tuitest.Press(m, "r"))
	if len(ctl.Sent) != 0 {
		t.Error("r sent a message into a recording")
	}
	for _, k := range m.Keys() {
		if k.Help().Desc == ui.KeyAgain.Help().Desc {
			t.Error("the footer offers to send into a recording")
		}
	}
}

func BenchmarkView120x36(b *testing.B) {
	for _, open := range []bool{false, true} {
		b.Run(fmt.Sprintf("open=%v", open), func(b *testing.B) {
			m, _, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
			if open {
				tuitest.Press(m, "enter")
			}
			b.ReportAllocs()
			for b.Loop() {
				m.View()
			}
		})
	}
}

func BenchmarkTick(b *testing.B) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	tuitest.Press(m, "enter")
	b.ReportAllocs()
	for b.Loop() {
		m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	}
}

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

// at does keys and says what came of them.
func at(m *Model, keys ...string) string {
	var said []string
	for _, k := range keys {
		for _, s := range tuitest.Deliver(m, tuitest.Press(m, k)) {
			said = append(said, fmt.Sprintf("%T %+v", s, s))
		}
		m.c.LookAtGate()
	}
	return strings.Join(said, "\n")
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

// A sentence of a pane is read to its end, also beside the list.
func TestAPaneWrapsWhatItSays(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, 120, 31)
	selectName(t, m, "pcm_frame", 15*time.Second)
	tuitest.Press(m, "enter", "tab")
	if v := m.View(); !strings.Contains(v, "wants no answer: only commands get") || !strings.Contains(v, "results.") {
		t.Errorf("the result of a frame is\n%s", v)
	}
}

// The key that leads to the conversation is read to its end, beside the name of a long parent too.
func TestTheParentLineIsReadToItsEnd(t *testing.T) {
	const name = "ask_for_the_weather_of_today"
	for width, where := range map[int]string{200: "", 120: "\n"} {
		r := tuitest.NewRun("g", "a", "b", "c")
		for _, x := range []string{"a", "b", "c"} {
			r.Up(0, x, time.Millisecond, time.Millisecond, time.Millisecond)
		}
		parent := r.Send(tuitest.Cmd{At: 10 * time.Millisecond, From: "a", To: "b", Name: name, Handling: 5 * time.Millisecond, Latency: 5 * time.Millisecond})
		r.Send(tuitest.Cmd{At: 11 * time.Millisecond, From: "b", To: "c", Name: "look", Parent: parent, Handling: time.Millisecond, Latency: time.Millisecond})
		m, _, _ := scene(r, time.Second, width, 31)
		selectName(t, m, "look", time.Second)
		tuitest.Press(m, "enter")
		v := m.View()
		i := strings.Index(v, "parent")
		if i < 0 {
			t.Fatalf("no parent is named:\n%s", v)
		}
		key := strings.Index(v[i:], "c shows the conversation")
		if key < 0 || strings.Contains(v[i:i+max(key, 0)], "\n") != (where != "") {
			t.Errorf("%d wide:\n%s", width, v)
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

// namesShown are the names of the rows from the top, at most n.
func namesShown(m *Model, n int) (all []string) {
	for i := 0; i < min(n, m.list.Len()); i++ {
		if e, ok := m.c.Store.At(m.rowSeq(i)); ok {
			all = append(all, e.Name.String())
		}
	}
	return all
}

func TestSortingShowsTheSlowestFirst(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 12500*time.Millisecond, 120, 31)
	tuitest.Press(m, "s")
	if !m.Focused() || !strings.Contains(m.Status(), "Sort by what?") {
		t.Fatalf("s asks nothing: %q", m.Status())
	}
	tuitest.Press(m, "l")
	if got, want := fmt.Sprint(namesShown(m, 4)), "[tool_call chat tool_call chat]"; got != want { // 4.4s open, 1.9s, 601ms, 580ms open
		t.Errorf("by latency the first are %s, want %s", got, want)
	}
	if v := m.View(); !strings.Contains(v, "LATENCYv") || !strings.Contains(v, "slowest first") {
		t.Errorf("the list does not say how it is sorted:\n%s", v)
	}
	tuitest.Press(m, "s", "s")
	if got := namesShown(m, 1); got[0] == "tool_call" || !strings.Contains(m.View(), "fastest first") {
		t.Errorf("s again does not reverse: %v", got)
	}
	tuitest.Press(m, "s", "n")
	if got := namesShown(m, 1); got[0] != "asr_result" {
		t.Errorf("by name the first is %v", got)
	}
	tuitest.Press(m, "s", "esc")
	if m.Focused() || m.sorted == nil {
		t.Error("esc does more than take the question back")
	}
	tuitest.Press(m, "s", "t")
	if m.sorted != nil || !m.list.Following() {
		t.Error("the order of time does not follow")
	}
	settle(m, c)
}

func TestASortedListTakesInWhatIsNew(t *testing.T) {
	r := tuitest.Voice()
	m, c, _ := scene(r, 5*time.Second, 120, 31)
	m.setFilter("cmd")
	settle(m, c)
	tuitest.Press(m, "s", "l")
	if m.list.Len() != 0 {
		t.Fatalf("at 5 s there are %d commands", m.list.Len())
	}
	m.Update(r.Advance(c, 14*time.Second))
	settle(m, c)
	if got := m.list.Len(); got != 6 {
		t.Errorf("at 14 s the sorted list has %d commands, want 6", got)
	}
}

func TestASortedListKeepsTheCountsOfItsFolds(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 12500*time.Millisecond, 120, 31)
	tuitest.Press(m, "s", "z")
	if v := m.View(); !strings.Contains(v, "x50") {
		t.Errorf("the largest messages are frames, fifty a row:\n%s", v)
	}
}

func TestAJumpFindsItsMessageInASortedList(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	selectName(t, m, "flush", 15*time.Second)
	e, _ := m.selected()
	tuitest.Press(m, "s", "l")
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Command: e.ID})
	if got, _ := m.selected(); got.ID != e.ID {
		t.Errorf("message %d is selected, want %d", got.ID, e.ID)
	}
}

func TestDiffOfTheMarked(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		m, c, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
		m.setFilter("name = tool_call")
		settle(m, c)
		t.Run("one marked "+name, func(t *testing.T) {
			tuitest.Press(m, "g", "D")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run("against the selected "+name, func(t *testing.T) {
			tuitest.Press(m, "j")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		t.Run("maximised "+name, func(t *testing.T) {
			tuitest.Press(m, "m", "\\")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		if tuitest.Press(m, "esc"); m.full || !m.open {
			t.Error("the first esc does not give the list back")
		}
		if tuitest.Press(m, "esc"); m.open {
			t.Error("the second esc does not close the detail")
		}
	}
}

// What is called alike is told apart: the name of the message, its property name, and that of its answer.
func TestNamesInADiffAreToldApart(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	r.Up(0, "a", time.Millisecond, time.Millisecond, time.Millisecond)
	for i, who := range []string{"Ada", "Bea"} {
		at := time.Duration(i+1) * 100 * time.Millisecond
		e := trace.Event{Kind: trace.Sent, Extension: trace.Intern("a"), ID: uint64(i + 1), Type: msg.KindCmd, Name: trace.Intern("hello"), From: trace.Intern("a"), To: trace.Intern("b"),
			Property: []byte(`{"name":"` + who + `","a":{"very":{"long":{"way":{"down":{"name":"` + who + `"}}}}}}`)}
		r.Add(at, e)
		e.Kind, e.Type, e.From, e.To, e.Extension = trace.Result, msg.KindResult, e.To, e.From, e.From
		e.Final, e.Property = true, []byte(`{"name":"to `+who+`"}`)
		r.Add(at+time.Millisecond, e)
	}
	m, c, _ := scene(r, time.Second, 80, 19)
	settle(m, c)
	tuitest.Press(m, "g", "D", "j")
	v := m.View()
	for _, want := range []string{`prop.name +"Ada" +"Bea"`, `result.name +"to Ada" +"to Bea"`, `way.down.name +"Ada" +"Bea"`, ` name +hello`} {
		if !regexp.MustCompile(want).MatchString(v) {
			t.Errorf("it lacks %s:\n%s", want, v)
		}
	}
}

func TestComparePropertiesByPath(t *testing.T) {
	got := properties("", []byte(`{"a":1,"in":{"x":[1,2],"gone":true},"same":"s"}`), []byte(`{"same":"s","a":1.5,"in":{"x":[1,3]},"new":{}}`))
	want := []fact{{"a", "1", "1.5"}, {"in.x.0", "1", "1"}, {"in.x.1", "2", "3"}, {"in.gone", "true", ""}, {"same", `"s"`, `"s"`}, {"new", "", "{}"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRawShowsPropertiesAndABufferIsSeenWhole(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 12500*time.Millisecond, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	tuitest.Press(m, "enter", "tab", "tab", "tab", "tab")
	if v := m.View(); !strings.Contains(v, `"town": "Berlin"`) || !strings.Contains(v, "EVENTS") {
		t.Errorf("Raw lacks the properties or the events:\n%s", v)
	}
	m.setFilter("audio")
	settle(m, c)
	tuitest.Press(m, "G", "enter", "tab", "tab")
	last := m.detail.lines[len(m.detail.lines)-1].String()
	if !strings.HasPrefix(strings.TrimSpace(last), "0138") { // 320 bytes, 8 a line
		t.Errorf("the last line of the buffer is %q", last)
	}
}

func TestASearchFromAnotherScreenOpensAnEmptyLine(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 12*time.Second, 120, 30)
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Filter: "name = tool_call"})
	m.Update(ui.GotoMsg{Screen: ui.Traffic, Search: true})
	if !m.Focused() || m.filter.Text() != "" || m.filter.active() {
		t.Fatalf("focused %v, filter %q", m.Focused(), m.filter.Text())
	}
	tuitest.Type(m, "asr")
	if m.filter.Text() != "asr" {
		t.Errorf("what was typed is no filter: %q", m.filter.Text())
	}
	tuitest.Press(m, "esc")
	if m.Focused() || m.filter.Text() != "name = tool_call" {
		t.Errorf("esc left %q", m.filter.Text())
	}
}

// names are the messages of the list, in its order.
func (m *Model) names() (all []string) {
	for i := range m.list.Len() {
		e, _ := m.c.Store.At(m.rowSeq(i))
		all = append(all, e.Name.String())
	}
	return all
}

func TestTheFilterKnowsWhatIsHeldAndWhatIsMarked(t *testing.T) {
	r, g := tuitest.Gated()
	h := g.State.Held[1] // data: nobody owes an answer to it
	r.Add(11650*time.Millisecond, trace.Event{Kind: trace.Released, Type: h.Type, ID: h.ID, Name: trace.Intern(h.Name), To: trace.Intern(h.To)})
	m, c, _ := scene(r, 11600*time.Millisecond, 120, 31)
	m.setFilter("@held")
	settle(m, c)
	if got := m.names(); !slices.Equal(got, []string{"tool_call", "barge_in"}) {
		t.Fatalf("held are %q", got)
	}
	m.Update(r.Advance(c, 12500*time.Millisecond))
	settle(m, c)
	if got := m.names(); !slices.Equal(got, []string{"tool_call", "context"}) {
		t.Errorf("after one went and one came, held are %q", got)
	}
	m.setFilter("@marked")
	settle(m, c)
	if got := m.names(); len(got) != 0 {
		t.Errorf("with none marked the filter lets %q through", got)
	}
	m.setFilter("")
	settle(m, c)
	selectName(t, m, "tool_call", 15*time.Second)
	tuitest.Press(m, "m")
	m.setFilter("@marked")
	settle(m, c)
	if got := m.names(); !slices.Equal(got, []string{"tool_call"}) {
		t.Fatalf("marked are %q", got)
	}
	tuitest.Press(m, "m")
	settle(m, c)
	if got := m.names(); len(got) != 0 {
		t.Errorf("a mark that was taken away leaves %q", got)
	}
}

func TestWhatIsInFocusStaysWhileTheFilterIsTyped(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 12500*time.Millisecond, 120, 31)
	selectName(t, m, "tool_call", 15*time.Second)
	id := m.list.Selected()
	all := m.c.Store.Messages().Len()
	tuitest.Press(m, "/")
	tuitest.Type(m, "not @focus ") // from here on another message is selected
	settle(m, c)
	if m.list.Selected() == id || m.filter.rows.Len() != all-1 {
		t.Fatalf("not @focus shows %d of %d", m.filter.rows.Len(), all)
	}
	tuitest.Type(m, "and @all")
	settle(m, c)
	if _, shown := m.list.Rows().Find(id); shown || m.filter.rows.Len() != all-1 {
		t.Errorf("going on shows %d of %d", m.filter.rows.Len(), all)
	}
}

// An extension that answered nothing is not said to have answered.
func TestTheLineSaysWhoAnswered(t *testing.T) {
	for by, want := range map[trace.By]string{
		trace.ByHandler: "forgetful answered weather #1001 with error after 500ms.",
		trace.ByTimeout: "The path timeout answered weather #1001 in place of forgetful with error after 500ms.",
		trace.ByEngine:  "forgetful did not answer weather #1001; the engine ended it with error after 500ms.",
		trace.ByStop:    "forgetful did not answer weather #1001; it was cut after 500ms.",
		trace.ByGate:    "A rule of the gate answered weather #1001 in place of forgetful with error after 500ms.",
	} {
		r := tuitest.NewRun("g", "asker", "forgetful")
		r.Send(tuitest.Cmd{From: "asker", To: "forgetful", Name: "weather", Latency: 500 * time.Millisecond, Status: msg.Error, By: by})
		m, c, _ := scene(r, time.Second, 120, 31)
		selectName(t, m, "weather", time.Second)
		if got := strings.TrimSpace(m.Status()); got != want {
			t.Errorf("%s: %q, want %q", by, got, want)
		}
		if words := strings.Join(ui.StateWords(c.Store.Command(1001)), " "); by != trace.ByHandler && !strings.Contains(words, "forgetful") && !strings.HasPrefix(words, "Timeout") && !strings.HasPrefix(words, "Cut") {
			t.Errorf("%s: %q does not tell in whose place", by, words)
		}
	}
}

// A command without an answer has no latency to compare: the line says that it is left out, and how to let it in.
func TestAFilterOnLatencySaysWhatIsStillOpen(t *testing.T) {
	r := tuitest.NewRun("g", "asker", "forgetful")
	for i := range 3 {
		r.Send(tuitest.Cmd{At: time.Duration(i) * time.Second, From: "asker", To: "forgetful", Name: "weather"})
	}
	r.Send(tuitest.Cmd{From: "asker", To: "forgetful", Name: "slow", Latency: 12 * time.Second})
	r.Send(tuitest.Cmd{At: 13 * time.Second, From: "asker", To: "forgetful", Name: "young"})
	for _, w := range []int{80, 120} {
		m, c, _ := scene(r, 14*time.Second, w, 31)
		line := func(filter string) (string, int) {
			m.setFilter(filter)
			settle(m, c)
			return strings.Split(m.View(), "\n")[0], m.list.Len()
		}
		text := "cmd and latency > 10s"
		const says = "3 open as long: add or pending"
		if got, n := line(text); !strings.Contains(got, says) || n != 1 {
			t.Errorf("%d rows: %q lacks %q", n, got, says)
		}
		if got, n := line(text + " or pending"); strings.Contains(got, "open as long") || n != 5 {
			t.Errorf("with the advice taken %d rows: %q", n, got)
		}
		for _, near := range []string{"cmd and latency > 1m", "cmd and to = nobody and latency > 10s", "cmd and answered", "cmd and pending and from = asker", "name = slow and latency > 10s"} {
			if got, _ := line(near); strings.Contains(got, "open as long") {
				t.Errorf("%s: %q", near, got)
			}
		}
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
