package inject

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

func scene(w, h int) (*Model, *ui.Common, *tuitest.Controller) {
	c := tuitest.Voice().Common(12500*time.Millisecond, theme.Plain(true))
	ctl := &tuitest.Controller{}
	c.Controller = ctl
	c.Info.Inject = []ui.SavedInject{
		{Name: "weather-berlin", Send: `cmd tool_call {"city":"Berlin","units":"metric"} to weather_tool`},
		{Name: "broken", Send: `cmd`},
	}
	m := New(c)
	m.SetSize(w, h)
	return m, c, ctl
}

// idOf returns the id of the first command of that name in the scene.
func idOf(c *ui.Common, name string) uint64 {
	all := c.Store.Commands()
	for i := range all.Len() {
		if all.At(i).Name.String() == name {
			return all.ID(i)
		}
	}
	return 0
}

func send(m *Model, c *ui.Common) []string {
	var said []string
	for _, s := range tuitest.Deliver(m, tuitest.Press(m, "enter")) {
		said = append(said, fmt.Sprintf("%T %v", s, s))
	}
	m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	return said
}

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		t.Run("first "+name, func(t *testing.T) {
			m, _, _ := scene(size.w, size.h)
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
		for _, answer := range []struct{ name, cmd string }{{"answered", "chat"}, {"open", "speak"}, {"error", "flush"}} {
			t.Run(answer.name+" "+name, func(t *testing.T) {
				m, c, ctl := scene(size.w, size.h)
				ctl.ID = idOf(c, answer.cmd)
				tuitest.Press(m, "enter")
				send(m, c)
				golden.RequireEqual(t, m.View()+"\n"+m.Status())
			})
		}
		t.Run("wrong JSON "+name, func(t *testing.T) {
			m, _, _ := scene(size.w, size.h)
			tuitest.Press(m, "e")
			tuitest.Type(m, "hello")
			tuitest.Press(m, "tab")
			tuitest.Type(m, "wether_tool")
			tuitest.Press(m, "tab", "tab")
			tuitest.Type(m, `{"n":1,}`)
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
	}
}

// declares is what the manifests of the scene say.
func declares(_, extension string) []ui.DeclaredMessage {
	if extension != "weather_tool" {
		return nil
	}
	return []ui.DeclaredMessage{{Kind: msg.KindCmd, Name: "tool_call", Properties: []ui.DeclaredProperty{
		{Name: "city", Type: "string", Required: true}, {Name: "units", Type: "string"}, {Name: "days", Type: "int64"},
	}}}
}

// sendFirst sends the first of several messages, and does not wait for the time of the next.
func sendFirst(m *Model) {
	m.Update(tuitest.Press(m, "enter")().(ui.AddressedMsg).Msg)
}

func TestGoldenForms(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		look := func(what string, prepare func(*Model, *ui.Common, *tuitest.Controller)) {
			t.Run(what+" "+name, func(t *testing.T) {
				m, c, ctl := scene(size.w, size.h)
				c.Info.Declares = declares
				prepare(m, c, ctl)
				golden.RequireEqual(t, m.View()+"\n"+m.Status())
			})
		}
		look("declared", func(m *Model, _ *ui.Common, _ *tuitest.Controller) {
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd tool_call {"town":"Berlin","days":"three"} to weather_tool`})
			m.form.step(+1)
		})
		look("unknown name", func(m *Model, _ *ui.Common, _ *tuitest.Controller) {
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd tool_cal to weather_tool`})
		})
		look("audio", func(m *Model, _ *ui.Common, _ *tuitest.Controller) {
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `audio_frame pcm_frame to asr`})
			m.form.move(slotWave)
		})
		look("video wrong", func(m *Model, _ *ui.Common, _ *tuitest.Controller) {
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `video_frame picture to asr`})
			m.form.move(slotSize)
			tuitest.Type(m, "00")
		})
		look("repeated", func(m *Model, c *ui.Common, ctl *tuitest.Controller) {
			ctl.ID = idOf(c, "flush")
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd flush to tts`})
			m.form.texts[slotCount_].SetValue("40")
			m.form.texts[slotEvery].SetValue("10ms")
			sendFirst(m)
			m.Update(ui.TickMsg{Now: c.Now, Changed: true})
		})
		look("timeout", func(m *Model, c *ui.Common, ctl *tuitest.Controller) {
			ctl.ID = idOf(c, "speak")
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd speak to tts`})
			m.form.texts[slotTimeout].SetValue("100ms")
			send(m, c)
		})
		look("expected", func(m *Model, c *ui.Common, ctl *tuitest.Controller) {
			ctl.ID = idOf(c, "chat")
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd chat to llm`})
			m.form.texts[slotExpect].SetValue(`status = OK; text = "It snows."; temp_c exists; within 2s`)
			m.form.move(slotExpect)
			send(m, c)
		})
	}
}

func TestFramesFitWhateverTheNames(t *testing.T) {
	run := tuitest.Hostile()
	c := run.Common(3*time.Second, theme.Plain(true))
	ctl := &tuitest.Controller{ID: 1001}
	c.Controller = ctl
	for _, n := range tuitest.HostileNames {
		c.Info.Inject = append(c.Info.Inject, ui.SavedInject{Name: n, Send: `cmd x {"` + `k":"日本"} to ` + n})
	}
	for _, ascii := range []bool{true, false} {
		c.Theme = theme.Plain(ascii)
		for _, s := range tuitest.Sizes {
			m := New(c)
			m.SetSize(s[0], s[1])
			look := func() {
				for _, bad := range tuitest.Misfits(m.View(), s[0], s[1]) {
					t.Error(bad)
				}
			}
			look()
			tuitest.Press(m, "e")
			for _, n := range tuitest.HostileNames {
				tuitest.Type(m, n)
				look()
			}
			tuitest.Press(m, "tab", "tab")
			tuitest.Type(m, `{"日本":"`+tuitest.HostileNames[5]+`", 3}`)
			look()
			m.form.take(draft{msg.KindCmd, "x", tuitest.HostileNames[10], `{"a":1}`, "", ""})
			send(m, c)
			look()
			ctl.Err = errors.New(tuitest.HostileNames[5] + tuitest.HostileNames[11])
			tuitest.Deliver(m, tuitest.Press(m, "ctrl+r"))
			look()
			ctl.Err = nil
		}
	}
}

func TestAMessageIsSentAsTyped(t *testing.T) {
	m, c, ctl := scene(120, 31)
	tuitest.Press(m, "e")
	tuitest.Type(m, "chat")
	tuitest.Press(m, "tab")
	tuitest.Type(m, "llm")
	tuitest.Press(m, "tab", "tab")
	tuitest.Type(m, `{"n":9007199254740993,"f":1.0}`)
	ctl.ID = idOf(c, "chat")
	said := send(m, c)
	if len(ctl.Sent) != 1 {
		t.Fatalf("%d messages were sent", len(ctl.Sent))
	}
	got := ctl.Sent[0]
	if s := string(got.Properties().AppendJSON(nil)); got.Kind() != msg.KindCmd || got.Name() != "chat" || s != `{"n":9007199254740993,"f":1.0}` {
		t.Errorf("sent %s %s %s", got.Kind(), got.Name(), s)
	}
	if d := got.Dests(); len(d) != 1 || d[0] != (msg.Loc{Extension: "llm"}) {
		t.Errorf("sent to %v", d)
	}
	if !strings.Contains(fmt.Sprint(said), "LiveMsg") {
		t.Errorf("sending does not end a pause: %v", said)
	}
	if v := m.View(); !strings.Contains(v, "It rains.") || !strings.Contains(v, "22 partial results") {
		t.Errorf("the answer is not shown:\n%s", v)
	}
}

func TestKindsAndGraphsOfDestinations(t *testing.T) {
	m, _, ctl := scene(120, 31)
	m.form.take(draft{msg.KindCmd, "pcm", "voice-demo/tts, asr", "", "", ""})
	m.form.move(slotKind)
	tuitest.Press(m, "right", "right")
	tuitest.Deliver(m, tuitest.Press(m, "ctrl+s"))
	if len(ctl.Sent) != 1 {
		t.Fatalf("%d messages were sent; the status says %q", len(ctl.Sent), m.Status())
	}
	if got := ctl.Sent[0]; got.Kind() != msg.KindAudioFrame || fmt.Sprint(got.Dests()) != "[{ voice-demo tts} {  asr}]" {
		t.Errorf("sent %s to %v", got.Kind(), got.Dests())
	}
	if v := m.View(); !strings.Contains(v, "wants no answer") {
		t.Errorf("a frame waits for an answer:\n%s", v)
	}
}

func TestARefusedSendIsSaidBesideTheForm(t *testing.T) {
	m, c, ctl := scene(120, 31)
	ctl.Err = errors.New("graph voice-demo is stopping")
	m.form.take(draft{msg.KindCmd, "hello", "llm", "", "", ""})
	m.form.move(slotName)
	send(m, c)
	if v := m.View(); !strings.Contains(v, "graph voice-demo is") || !strings.Contains(v, "refused") {
		t.Errorf("a refused send shows:\n%s", v)
	}
}

func TestARecordingTakesNoMessages(t *testing.T) {
	m, c, ctl := scene(120, 31)
	c.Controller = nil
	m.form.take(draft{msg.KindCmd, "hello", "llm", "", "", ""})
	m.form.move(slotName)
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	tuitest.Deliver(m, tuitest.Press(m, "ctrl+r"))
	if len(ctl.Sent) != 0 || len(m.sent) != 0 {
		t.Error("a message went into a recording")
	}
	if !strings.Contains(m.Status(), "recording") {
		t.Errorf("the status says %q", m.Status())
	}
}

func BenchmarkView120x36(b *testing.B) {
	m, c, ctl := scene(120, 31)
	ctl.ID = idOf(c, "chat")
	tuitest.Press(m, "enter")
	send(m, c)
	b.ReportAllocs()
	for b.Loop() {
		m.View()
	}
}

func TestARefusedSendDoesNotShowAnEarlierAnswer(t *testing.T) {
	m, c, ctl := scene(120, 31)
	ctl.ID = idOf(c, "flush")
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd flush to tts"})
	send(m, c)
	if v := m.View(); !strings.Contains(v, "nothing to flush") {
		t.Fatalf("the answer is not shown:\n%s", v)
	}
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd flush to nobody"})
	send(m, c)
	if v := m.View(); strings.Contains(v, "nothing to flush") || !strings.Contains(v, "It was not sent: no extension is") || len(ctl.Sent) != 1 {
		t.Errorf("after a refused send the screen is:\n%s", v)
	}
	tuitest.Press(m, "esc", "G")
	if v := m.View(); !strings.Contains(v, "nothing to flush") {
		t.Errorf("the earlier answer does not come back with its row:\n%s", v)
	}
}

func TestSavedMessagesAreThoseOfTheFileAsItIs(t *testing.T) {
	m, c, _ := scene(120, 31)
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	m.point(len(m.saved))
	c.Info.Inject = []ui.SavedInject{{Name: "only", Send: `cmd hello {"n":2} to asr`}}
	m.Update(ui.ConfigMsg{})
	if len(m.saved) != 1 || m.saved[0].name != "only" || m.cursor != min(1, m.entries()-1) {
		t.Errorf("saved %+v, cursor %d of %d", m.saved, m.cursor, m.entries())
	}
	m.point(0)
	m.form.focus = slotList
	tuitest.Press(m, "enter")
	if d := m.form.draft(); d.props != `{"n":2}` {
		t.Errorf("the form has %+v", d)
	}
	c.Info.Inject = nil
	m.Update(ui.ConfigMsg{})
	if v := m.View(); strings.Contains(v, "only") {
		t.Errorf("still there:\n%s", v)
	}
}

func TestAnAnswerWithoutRoomSaysSoAndIsScrolled(t *testing.T) {
	m, c, ctl := scene(80, 14)
	ctl.ID = idOf(c, "chat")
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd chat {"text":"hello"} to llm`})
	send(m, c)
	all := m.drawAnswer(78)
	last := strings.TrimSpace(all[len(all)-1].String())
	if v := m.View(); strings.Contains(v, last) || !strings.Contains(v, " more, pgdn") {
		t.Fatalf("%d lines of answer without room are:\n%s", len(all), v)
	}
	for range len(all) {
		tuitest.Press(m, "pgdown")
		m.View()
	}
	if v := m.View(); !strings.Contains(v, last) || !strings.Contains(v, "ANSWER") || strings.Contains(v, " more, pgdn") {
		t.Fatalf("the end of the answer is:\n%s", v)
	}
	for range len(all) {
		tuitest.Press(m, "pgup")
	}
	if v := m.View(); strings.Contains(v, last) {
		t.Errorf("pgup does not go back:\n%s", v)
	}
}

func TestWhyASentCommandHasNoAnswerIsOneKeyAway(t *testing.T) {
	m, c, ctl := scene(80, 19)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd tool_call {"n":1} to weather_tool`})
	for open := range c.Store.Open {
		if open.Lost() {
			ctl.ID = open.ID
		}
	}
	send(m, c)
	tuitest.Press(m, "esc")
	if !strings.Contains(m.View(), "lost, ") || !offers(m, "w") {
		t.Errorf("the answer pane of a lost command says, w offered %v:\n%s", offers(m, "w"), m.View())
	}
	got := tuitest.Drain(tuitest.Press(m, "w"))
	if len(got) != 1 || got[0] != (ui.GotoMsg{Screen: ui.Why, Command: ctl.ID}) {
		t.Errorf("w leads to %+v", got)
	}
}

func TestALostCommandStaysLostWhenTheEngineEndsIt(t *testing.T) {
	r := tuitest.NewRun("g", "voice")
	id := r.Send(tuitest.Cmd{From: ui.BenchName, To: "voice", Name: "level", Handling: time.Millisecond, Latency: 3 * time.Second, Status: msg.Error, By: trace.ByEngine, Lost: true})
	c := r.Common(4*time.Second, theme.Plain(true))
	c.Controller = &tuitest.Controller{ID: id}
	m := New(c)
	m.SetSize(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd level to voice`})
	send(m, c)
	if v := m.View(); strings.Count(v, "X lost") != 2 || !strings.Contains(v, "X lost  error  3.00s  by engine") {
		t.Errorf("list and answer do not say the same:\n%s", v)
	}
}

func TestTheSentMessageIsOpenedInTrafficFromAField(t *testing.T) {
	m, c, ctl := scene(80, 19)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd flush {"n":1} to tts`})
	if offers(m, "ctrl+t") {
		t.Error("ctrl+t is offered before anything was sent")
	}
	ctl.ID = idOf(c, "flush")
	send(m, c)
	got := tuitest.Drain(tuitest.Press(m, "ctrl+t"))
	if len(got) != 1 || got[0] != (ui.GotoMsg{Screen: ui.Traffic, Command: ctl.ID}) {
		t.Errorf("ctrl+t did %+v", got)
	}
}

func TestAnAnswerToAnotherReceiverSaysSo(t *testing.T) {
	m, c, ctl := scene(120, 31)
	ctl.ID = idOf(c, "flush")
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd flush to tts`})
	send(m, c)
	if v := m.View(); strings.Contains(v, "earlier: ") {
		t.Fatalf("the form is unchanged:\n%s", v)
	}
	m.form.move(slotTo)
	tuitest.Press(m, "ctrl+u")
	tuitest.Type(m, "asr")
	if v := m.View(); !strings.Contains(v, "earlier: flush #1689 to tts") {
		t.Errorf("the answer is of another receiver:\n%s", v)
	}
}

func TestTheAnswerOfAFailedExtensionSaysWhyItTakesNone(t *testing.T) {
	r := tuitest.NewRun("g", "voice")
	r.Enter(0, "voice", trace.Created, 0)
	r.Add(time.Millisecond, trace.Event{Kind: trace.Transition, Extension: trace.Intern("voice"), State: trace.Failed, Detail: "SyntaxError: invalid syntax (extension.py, line 3)"})
	e := trace.Event{ID: 1, Type: msg.KindCmd, Name: trace.Intern("hello"), From: trace.Intern(ui.BenchName), To: trace.Intern("voice")}
	sent, result := e, e
	sent.Kind = trace.Sent
	result.Kind, result.Extension, result.By, result.Status, result.Final, result.Detail = trace.Result, e.To, trace.ByEngine, msg.Error, true, "The extension[voice] is invalid."
	r.Add(2*time.Millisecond, sent)
	r.Add(3*time.Millisecond, result)
	c := r.Common(time.Second, theme.Plain(true))
	c.Controller = &tuitest.Controller{ID: 1}
	m := New(c)
	m.SetSize(80, 19)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd hello to voice`})
	send(m, c)
	if v := m.View(); !strings.Contains(v, "voice failed: SyntaxError: invalid syntax") {
		t.Errorf("the answer is:\n%s", v)
	}
}
