package traffic

import (
	"errors"
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

func TestGotoSelectsAMessageOfAnyKind(t *testing.T) {
	m, c, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	of := func(kind msg.Kind) trace.Event {
		all := c.Store.Messages()
		for i := range all.Len() {
			if e, _ := c.Store.At(all.Seq(i)); e.Type == kind {
				return e
			}
		}
		t.Fatalf("no %s was sent", kind)
		return trace.Event{}
	}
	for _, kind := range []msg.Kind{msg.KindAudioFrame, msg.KindData} { // frames are folded, and the first ones were sent long ago
		e := of(kind)
		tuitest.Deliver(m, m.goTo(ui.GotoMsg{Screen: ui.Traffic, Command: e.ID}))
		settle(m, c)
		if got, _ := m.selected(); got.ID != e.ID {
			t.Errorf("%s #%d is asked for, and #%d is selected", kind, e.ID, got.ID)
		}
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
	if !strings.Contains(said, "#4711; :message 4711 opens it") {
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

func TestTheDetailSaysOfALostCommandWhatItsRowSays(t *testing.T) {
	r := tuitest.NewRun("g", "asker", "voice")
	r.Send(tuitest.Cmd{From: "asker", To: "voice", Name: "level", Handling: time.Millisecond, Latency: 3 * time.Second, Status: msg.Error, By: trace.ByEngine, Lost: true})
	m, _, _ := scene(r, 4*time.Second, 120, 31)
	selectName(t, m, "level", 4*time.Second)
	tuitest.Press(m, "enter")
	if v := m.View(); !strings.Contains(strings.Join(strings.Fields(v), " "), "lost; error from the engine | after 3.00s") {
		t.Errorf("the detail says:\n%s", v)
	}
}

func TestWhatWasDroppedIsNotToBeReceivedYet(t *testing.T) {
	r := tuitest.NewRun("g", "a", "b")
	id := r.Send(tuitest.Cmd{At: time.Second, From: "a", To: "b", Name: "ask", Queued: time.Hour})
	r.Add(time.Second, trace.Event{Kind: trace.Dropped, Type: msg.KindCmd, ID: id, Name: trace.Intern("ask"), From: trace.Intern("a"), To: trace.Intern("b"),
		Extension: trace.Intern("b"), Debtor: trace.DebtorNobody})
	m := New(r.Common(3*time.Second, theme.Plain(false)))
	m.SetSize(120, 31)
	m.Update(ui.TickMsg{Now: m.c.Now, Changed: true})
	tuitest.Press(m, "enter")
	if v := m.View(); strings.Contains(v, "not received yet") || !strings.Contains(v, "dropped on the way") {
		t.Errorf("it says\n%s", v)
	}
}

func TestTheArrowsTurnTheTabsOfAnOpenMessage(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 12400*time.Millisecond, 120, 31)
	tuitest.Press(m, "g", "right")
	if m.detail.pane != paneMessage {
		t.Error("right turns a detail that is closed")
	}
	for i, k := range []string{"right", "tab", "left", "shift+tab", "left"} {
		if i == 0 {
			tuitest.Press(m, "enter")
		}
		tuitest.Press(m, k)
		if want := []pane{paneResult, panePath, paneResult, paneMessage, paneDiff}[i]; m.detail.pane != want {
			t.Errorf("%s leads to %s, want %s", k, paneNames[m.detail.pane], paneNames[want])
		}
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

// names are the messages of the list, in its order.
func (m *Model) names() (all []string) {
	for i := range m.list.Len() {
		e, _ := m.c.Store.At(m.rowSeq(i))
		all = append(all, e.Name.String())
	}
	return all
}
