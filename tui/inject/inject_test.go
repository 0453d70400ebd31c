package inject

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
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

func TestTheReceiversManifestMakesTheForm(t *testing.T) {
	m, c, ctl := scene(120, 31)
	c.Info.Declares = declares
	tuitest.Press(m, "e")
	tuitest.Type(m, "tool")
	tuitest.Press(m, "tab")
	tuitest.Type(m, "weather_tool")
	tuitest.Press(m, "tab", "tab")
	if m.form.focus != slotProps {
		t.Fatalf("the focus is on %d", m.form.focus)
	}
	m.form.texts[slotName].SetValue("tool_call")
	m.declare()
	tuitest.Press(m, "shift+tab", "tab")
	if w := m.warning(); w != "city is required" {
		t.Errorf("an empty form warns %q", w)
	}
	tuitest.Type(m, "Oslo")
	tuitest.Press(m, "tab", "tab")
	tuitest.Type(m, "3")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if len(ctl.Sent) != 1 {
		t.Fatalf("%d were sent; the status says %q", len(ctl.Sent), m.Status())
	}
	if got := string(ctl.Sent[0].Properties().AppendJSON(nil)); got != `{"city":"Oslo","days":3}` {
		t.Errorf("sent %s", got)
	}
}

func TestBadInputIsSentWithAWarning(t *testing.T) {
	m, c, ctl := scene(120, 31)
	c.Info.Declares = declares
	for _, tt := range []struct{ draft, warning string }{
		{`cmd tool_cal {"x":1} to weather_tool`, "names no cmd tool_cal; there is tool_call"},
		{`cmd tool_call {"citty":"Oslo"} to weather_tool`, "citty is not declared; did you mean city?"},
		{`cmd tool_call {"city":7} to weather_tool`, "city is not string"},
		{`cmd tool_call {"city":"Oslo","days":"three"} to weather_tool`, "days is not int64"},
	} {
		before := len(ctl.Sent)
		m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: tt.draft})
		if w := m.warning(); !strings.Contains(w, tt.warning) {
			t.Errorf("%s warns %q", tt.draft, w)
		}
		tuitest.Deliver(m, tuitest.Press(m, "enter"))
		if len(ctl.Sent) != before+1 {
			t.Errorf("%s was not sent: %s", tt.draft, m.Status())
		}
	}
}

func TestAudioAndVideoAreMade(t *testing.T) {
	m, _, ctl := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `audio_frame pcm to asr`})
	m.form.texts[slotCount_].SetValue("3")
	m.form.move(slotCount_)
	m.form.texts[slotRate].SetValue("8000")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if len(ctl.Sent) != 3 {
		t.Fatalf("%d frames were sent", len(ctl.Sent))
	}
	for i, s := range ctl.Sent {
		f := s.(*msg.AudioFrame)
		if f.SampleRate != 8000 || f.SamplesPerChannel != 160 || f.Channels != 1 || f.BytesPerSample != 2 || len(f.Buffer()) != 320 || f.Timestamp != int64(20*i) {
			t.Errorf("frame %d is %+v with %d bytes", i, f, len(f.Buffer()))
		}
	}
	// 160 samples of 440 Hz at 8000 are 8.8 waves: the second frame goes on where the first ended, and does not begin at zero.
	if b := ctl.Sent[1].Buffer(); b[0] == 0 && b[1] == 0 {
		t.Error("the tone begins anew in each frame")
	}
	m.form.move(slotWave)
	tuitest.Press(m, "left")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if b := ctl.Sent[3].Buffer(); len(b) != 320 || strings.Trim(string(b), "\x00") != "" {
		t.Error("silence is not silent")
	}
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `video_frame v to asr`})
	m.form.texts[slotSize].SetValue("16x4")
	m.form.texts[slotCount_].SetValue("2")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	v := ctl.Sent[len(ctl.Sent)-2].(*msg.VideoFrame)
	if v.Width != 16 || v.Height != 4 || v.Format != msg.RGBA || len(v.Buffer()) != 16*4*4 || v.Buffer()[3] != 255 {
		t.Errorf("the picture is %+v with %d bytes", v, len(v.Buffer()))
	}
	if string(v.Buffer()) == string(ctl.Sent[len(ctl.Sent)-1].Buffer()) {
		t.Error("the picture stands still")
	}
}

func TestRepetitionsHaveTheirTimeAndCanBeStopped(t *testing.T) {
	m, _, ctl := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `data tick to asr`})
	m.form.texts[slotCount_].SetValue("2500")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if len(ctl.Sent) != 2500 || len(m.running) != 0 {
		t.Fatalf("%d were sent, %d entries are going on", len(ctl.Sent), len(m.running))
	}
	m.form.texts[slotCount_].SetValue("5")
	m.form.texts[slotEvery].SetValue("1h")
	sendFirst(m)
	if e := m.showing; e.n != 1 || len(m.running) != 1 {
		t.Fatalf("%d were sent, %d entries are going on", e.n, len(m.running))
	}
	m.Update(m.Update(nextMsg{m.showing})().(ui.AddressedMsg).Msg)
	if m.showing.n != 2 {
		t.Errorf("after the interval %d were sent", m.showing.n)
	}
	tuitest.Press(m, "esc")
	if len(m.running) != 0 || m.form.focus == slotList {
		t.Error("esc does not stop the sending first")
	}
	if cmd := m.Update(nextMsg{m.showing}); cmd != nil {
		t.Error("after the stop one more is sent")
	}
	if v := m.View(); !strings.Contains(v, "2 of 5 sent, stopped") {
		t.Errorf("the screen does not say that it was stopped:\n%s", v)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for slot, bad := range map[slot]string{slotCount_: "0", slotEvery: "soon", slotTimeout: "-1s", slotLength: "0ms", slotRate: "fast", slotSize: "320"} {
		m, _, ctl := scene(120, 31)
		kind := map[bool]string{true: "audio_frame", false: "cmd"}[slot == slotLength || slot == slotRate]
		if slot == slotSize {
			kind = "video_frame"
		}
		m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: kind + " x to asr"})
		m.form.texts[slot].SetValue(bad)
		tuitest.Deliver(m, tuitest.Press(m, "enter"))
		if len(ctl.Sent) != 0 || m.form.focus != slot || m.refused == "" {
			t.Errorf("slot %d with %q: %d sent, focus on %d, refused %q", slot, bad, len(ctl.Sent), m.form.focus, m.refused)
		}
	}
}

func TestWhatWasSentIsThereAtTheNextLaunch(t *testing.T) {
	memory := tuitest.Memory{}
	for i, want := range []int{0, 2} {
		m, c, _ := scene(120, 31)
		c.Memory = memory
		m.Update(ui.TickMsg{Now: c.Now})
		if len(m.before) != want {
			t.Fatalf("launch %d: %d messages are remembered: %v", i, len(m.before), memory)
		}
		for _, line := range []string{`cmd hello {"n":1} to asr`, `data "two words" to tts`, `cmd hello {"n":1} to asr`} {
			m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: line})
			tuitest.Deliver(m, tuitest.Press(m, "enter"))
		}
		if want := []string{`data "two words" to tts`, `cmd hello {"n":1} to asr`}; fmt.Sprint(memory[ui.InjectHistory]) != fmt.Sprint(want) {
			t.Errorf("remembered %q", memory[ui.InjectHistory])
		}
	}
	m, c, _ := scene(120, 31)
	c.Memory = memory
	m.Update(ui.TickMsg{Now: c.Now})
	m.point(len(m.saved))
	tuitest.Press(m, "enter")
	if d := m.form.draft(); d != (draft{msg.KindCmd, "hello", "asr", `{"n":1}`, "", ""}) {
		t.Errorf("the newest of the last launch is %+v", d)
	}
	if v := m.View(); !strings.Contains(v, "BEFORE") || !strings.Contains(v, "two words") {
		t.Errorf("the list is\n%s", v)
	}
}

func TestTheEditorsTextComesIntoTheForm(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	m, _, _ := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd hello {"n":1} to asr`})
	if edit, ok := tuitest.Press(m, "ctrl+e")().(ui.EditMsg); !ok || !strings.HasSuffix(edit.File, ".json") {
		t.Errorf("ctrl+e sends %#v", edit)
	}
	m.Update(ui.TextEdited{Text: "{\n  \"n\": 2,\n  \"deep\": {\"list\": [1, 2.0]}\n}\n"})
	if got := m.form.draft().props; got != `{"n":2,"deep":{"list":[1,2.0]}}` {
		t.Errorf("the properties are %s", got)
	}
	m.Update(ui.TextEdited{Text: "{\n  \"n\": \n}\n"})
	if f := m.faultOf(slotProps, m.form.draft()); f == nil {
		t.Error("half an object is no fault")
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

func TestWrongFieldsAreNamedAndNothingIsSent(t *testing.T) {
	cases := []struct {
		draft draft
		slot  slot
		want  string
	}{
		{draft{msg.KindCmd, "", "llm", "", "", ""}, slotName, "needs a name"},
		{draft{msg.KindCmd, "hello", "", "", "", ""}, slotTo, "which extension"},
		{draft{msg.KindCmd, "hello", "lllm", "", "", ""}, slotTo, "there is llm"},
		{draft{msg.KindCmd, "hello", "llm", `{"n":}`, "", ""}, slotProps, ""},
		{draft{msg.KindCmd, "hello", "llm", `[1]`, "", ""}, slotProps, "not array"},
	}
	for _, c := range cases {
		m, _, ctl := scene(120, 31)
		m.form.take(c.draft)
		m.form.move(slotName)
		tuitest.Deliver(m, tuitest.Press(m, "enter"))
		if len(ctl.Sent) != 0 {
			t.Errorf("%+v was sent", c.draft)
		}
		if m.form.focus != c.slot {
			t.Errorf("%+v: the focus is on field %d, want %d", c.draft, m.form.focus, c.slot)
		}
		if f := m.faultOf(c.slot, m.form.draft()); f == nil || !strings.Contains(f.text, c.want) {
			t.Errorf("%+v: the fault is %+v, want %q", c.draft, f, c.want)
		}
	}
}

func TestTheErrorPointsAtItsPlace(t *testing.T) {
	m, _, _ := scene(160, 31)
	m.form.take(draft{msg.KindCmd, "hello", "llm", `{"n": x}`, "", ""})
	lines := strings.Split(m.View(), "\n")
	for i, l := range lines {
		if at := strings.Index(l, `{"n": x}`); at > 0 {
			if caret := strings.IndexByte(lines[i+1], '^'); caret != at+6 {
				t.Errorf("the caret stands at %d, want %d:\n%s\n%s", caret, at+6, l, lines[i+1])
			}
			return
		}
	}
	t.Error("the field is not on the screen")
}

func TestTabCompletesANodeName(t *testing.T) {
	m, _, _ := scene(120, 31)
	tuitest.Press(m, "e", "tab")
	tuitest.Type(m, "wea")
	if g := m.ghost(); g != "ther_tool" {
		t.Errorf("after wea the rest is %q", g)
	}
	tuitest.Press(m, "tab")
	if to := m.form.draft().to; to != "weather_tool" || m.form.focus != slotAs {
		t.Errorf("tab made %q and went to field %d", to, m.form.focus)
	}
}

func TestUpBringsBackWhatWasSent(t *testing.T) {
	m, c, ctl := scene(120, 31)
	ctl.ID = idOf(c, "chat")
	for _, text := range []string{"one", "two"} {
		m.form.take(draft{msg.KindCmd, text, "llm", "", "", ""})
		m.form.move(slotName)
		send(m, c)
	}
	m.form.take(draft{msg.KindCmd, "three", "llm", "", "", ""})
	for _, step := range []struct{ key, want string }{{"up", "two"}, {"up", "one"}, {"up", "one"}, {"down", "two"}, {"down", "three"}} {
		tuitest.Press(m, step.key)
		if got := m.form.draft().name; got != step.want {
			t.Errorf("after %s the name is %q, want %q", step.key, got, step.want)
		}
	}
	tuitest.Deliver(m, tuitest.Press(m, "ctrl+r"))
	if n := len(ctl.Sent); n != 3 || ctl.Sent[2].Name() != "two" {
		t.Errorf("ctrl+r sent %q as message %d", ctl.Sent[n-1].Name(), n)
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

func TestADraftFromAnotherScreenFillsTheForm(t *testing.T) {
	for _, c := range []struct {
		line string
		want draft
	}{
		{`cmd tool_call {"city":"Berlin"} to voice-demo/weather_tool`, draft{msg.KindCmd, "tool_call", "voice-demo/weather_tool", `{"city":"Berlin"}`, "", ""}},
		{`data "two words" {"n":1}`, draft{msg.KindData, "two words", "", `{"n":1}`, "", ""}},
		{`cmd flush to tts`, draft{msg.KindCmd, "flush", "tts", "", "", ""}},
	} {
		m, _, _ := scene(120, 31)
		m.Update(ui.GotoMsg{Screen: ui.Inject, Draft: c.line})
		if got := m.form.draft(); got != c.want {
			t.Errorf("%s fills the form with %+v, want %+v", c.line, got, c.want)
		}
	}
}

func TestTheReceiverIsTheOneThatWasSelected(t *testing.T) {
	m, _, _ := scene(120, 31)
	m.Update(ui.GotoMsg{Screen: ui.Inject, Extension: "llm"})
	if d := m.form.draft(); d.to != "llm" || m.Focused() {
		t.Errorf("%+v, a field has the keys: %v", d, m.Focused())
	}
	tuitest.Press(m, "e")
	tuitest.Type(m, "hello")
	m.Update(ui.GotoMsg{Screen: ui.Inject, Extension: "tts"})
	if d := m.form.draft(); d.to != "llm" || d.name != "hello" {
		t.Errorf("what was written became %+v", d)
	}
}

func TestTheOnlyExtensionIsTheReceiver(t *testing.T) {
	run := tuitest.NewRun("weather", "weather")
	run.Up(0, "weather", time.Millisecond, time.Millisecond, time.Millisecond)
	c := run.Common(time.Second, theme.Plain(true))
	c.Controller = &tuitest.Controller{}
	c.Info.Package = true
	m := New(c)
	m.SetSize(80, 19)
	m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	if d := m.form.draft(); d.to != "weather" {
		t.Errorf("it is written to %q", d.to)
	}
	if !strings.Contains(m.View(), "its manifest names none") {
		t.Error("a package whose manifest names no message has:\n" + m.View())
	}
	m.form.texts[slotTo].SetValue("")
	m.Update(ui.TickMsg{Now: c.Now, Changed: true})
	if d := m.form.draft(); d.to != "" {
		t.Errorf("what was cleared became %q", d.to)
	}
}

func TestOtherScreensGotoLeavesTheFormAlone(t *testing.T) {
	m, _, _ := scene(120, 31)
	m.Update(ui.GotoMsg{Screen: ui.Logs, Draft: "cmd x to llm", Extension: "llm"})
	if !m.form.draft().empty() {
		t.Error("a jump to another screen filled the form")
	}
}

func TestEnterSendsTheNameThatWasTypedAndTabCompletesIt(t *testing.T) {
	for _, c := range []struct{ key, want string }{{"", "too"}, {"tab", "tool_call"}} {
		m, common, ctl := scene(120, 31)
		common.Info.Declares = declares
		m.form.take(draft{msg.KindCmd, "", "weather_tool", "", "", ""})
		m.form.move(slotName)
		tuitest.Type(m, "too")
		if m.ghost() == "" || m.Keys()[1].Help().Desc != "complete" {
			t.Fatalf("the suggestion is %q, the keys are %v", m.ghost(), m.Keys())
		}
		if c.key != "" {
			tuitest.Press(m, c.key)
		}
		send(m, common)
		if len(ctl.Sent) != 1 || ctl.Sent[0].Name() != c.want {
			t.Errorf("after %q these were sent: %v", c.key, ctl.Sent)
		}
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

func TestANameIsNotWrongWhileItIsTyped(t *testing.T) {
	m, c, _ := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd hello to nobody"})
	m.form.move(slotTo)
	send(m, c)
	tuitest.Press(m, "ctrl+u")
	tuitest.Type(m, "wea")
	if v := m.View(); strings.Contains(v, "no extension is called") {
		t.Errorf("wea is the beginning of weather_tool:\n%s", v)
	}
	m.form.move(slotName)
	if v := m.View(); !strings.Contains(v, "no extension is called wea") {
		t.Errorf("the field was left:\n%s", v)
	}
}

func TestSentMessagesOfOneNameCanBeToldApart(t *testing.T) {
	m, c, _ := scene(120, 31)
	for i, to := range []string{"asr", "tts"} {
		c.Now += int64(time.Duration(i) * 2 * time.Second)
		m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: fmt.Sprintf(`cmd hello {"n":%d} to %s`, i, to)})
		send(m, c)
	}
	for _, want := range []string{`00:12 asr {"n":0}`, `00:14 tts {"n":1}`} {
		if v := m.View(); !strings.Contains(v, want) {
			t.Errorf("%s is not in the list:\n%s", want, v)
		}
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

func TestWhatIsTakenIntoTheFormIsSentOnce(t *testing.T) {
	m, c, ctl := scene(120, 31)
	m.form.take(draft{msg.KindData, "tick", "llm", "", "", ""})
	m.form.texts[slotCount_].SetValue("3")
	m.form.move(slotCount_)
	send(m, c)
	if len(ctl.Sent) != 3 {
		t.Fatalf("%d messages were sent, want 3", len(ctl.Sent))
	}
	m.form.move(slotList)
	m.cursor = 0
	tuitest.Press(m, "enter")
	send(m, c)
	if n := len(ctl.Sent) - 3; n != 1 {
		t.Errorf("the saved message was sent %d times", n)
	}
}

func TestTheDetailOfAnErrorIsReadToItsEnd(t *testing.T) {
	e := trace.Event{Status: msg.Error, Property: []byte(`{"detail":"greeter answers hello alone"}`)}
	if got := longDetail(&e, 10); got != "greeter answers hello alone" {
		t.Errorf("without room: %q", got)
	}
	if got := longDetail(&e, 40); got != "" {
		t.Errorf("with room for it in the tree: %q", got)
	}
	for _, property := range []string{"", "[1]", `{}`, `{"detail":1}`} {
		e.Property = []byte(property)
		if got := longDetail(&e, 0); got != "" {
			t.Errorf("%s: %q", property, got)
		}
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

func TestTheFooterSaysHowAFieldIsEmptied(t *testing.T) {
	m, _, _ := scene(80, 19)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd hello {"name":""} to asr`})
	if offers(m, "ctrl+u") {
		t.Error("an empty field is offered to be emptied")
	}
	tuitest.Type(m, "Nora")
	if d := m.form.draft(); d.props != `{"name":"Nora"}` || !offers(m, "ctrl+u") {
		t.Errorf("after typing: %+v", d)
	}
	tuitest.Press(m, "ctrl+u")
	tuitest.Type(m, "Ada")
	if d := m.form.draft(); d.props != `{"name":"Ada"}` {
		t.Errorf("after emptying: %+v", d)
	}
}

// offers reports that a key is among those that act now.
func offers(m *Model, name string) bool {
	return slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Enabled() && slices.Contains(k.Keys(), name) })
}

func TestTheStatusSaysWhatIsTypedIntoAProperty(t *testing.T) {
	m, c, _ := scene(120, 31)
	c.Info.Declares = declares
	for want, draft := range map[string]string{
		"city is a string":                 `cmd tool_call {"city":"Rome"} to weather_tool`,
		"n takes a word, 5, true":          `cmd hello to asr`,
		"n is int64, written as JSON.":     `cmd hello {"n":5} to asr`,
		"s is a string: what is typed is ": `cmd hello {"s":"x"} to asr`,
	} {
		m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: draft})
		if strings.Contains(want, "a word") {
			if s := m.Status(); !strings.Contains(s, "Name a property; tab goes on to its value.") || !strings.Contains(s, "begin with { to write JSON") {
				t.Errorf("%s before a name: %s", draft, s)
			}
			tuitest.Type(m, "n")
			tuitest.Press(m, "tab")
		}
		if s := m.Status(); !strings.Contains(s, want) {
			t.Errorf("%s: %s, want %s", draft, s, want)
		}
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

func TestMessagesOfEarlierLaunchesAreThoseOfExtensionsHere(t *testing.T) {
	m, c, _ := scene(120, 31)
	memory := tuitest.Memory{ui.InjectHistory: {"cmd hello to asr", "cmd strange to elsewhere", "cmd both to asr, elsewhere"}}
	c.Memory = memory
	m.Update(ui.TickMsg{Now: c.Now})
	if len(m.before) != 1 || m.before[0].name != "hello" {
		t.Errorf("before: %+v", m.before)
	}
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd flush to tts`})
	send(m, c)
	if n := len(memory[ui.InjectHistory]); n != 4 {
		t.Errorf("what belongs elsewhere is forgotten: %q", memory[ui.InjectHistory])
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

func TestTheTimeoutIsSeenWhileItIsTyped(t *testing.T) {
	for _, w := range []int{80, 120} {
		m, _, _ := scene(w, 31)
		m.form.take(draft{msg.KindCmd, "hello", "llm", "", "", ""})
		m.form.move(slotTimeout)
		tuitest.Type(m, "300ms")
		if v := m.View(); !strings.Contains(v, "300ms") {
			t.Errorf("%d columns:\n%s", w, v)
		}
	}
}

// Enter in the list would put another message over what was written: who comes back with i is in the form again.
func TestWhoComesBackToWhatWasWrittenIsInTheForm(t *testing.T) {
	m, _, _ := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject})
	if m.Focused() {
		t.Fatal("an empty form has the keys, where saved messages wait")
	}
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd flush {"n":1} to tts`})
	tuitest.Press(m, "esc")
	if m.Focused() {
		t.Fatal("esc does not leave the form")
	}
	m.goTo(ui.GotoMsg{Screen: ui.Inject})
	tuitest.Press(m, "enter")
	if d := m.form.draft(); !m.Focused() || d.name != "flush" || d.to != "tts" {
		t.Errorf("the form says %+v", d)
	}
}

// That a send was refused is no news once the form says something else: neither after an entry was taken into it, nor after a field was
// mended.
func TestARefusalGoesWhenTheFormChanges(t *testing.T) {
	refused := func() *Model {
		m, c, ctl := scene(120, 31)
		m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd flush to nobody"})
		send(m, c)
		if v := m.View(); !strings.Contains(v, "It was not sent") || len(ctl.Sent) != 0 {
			t.Fatalf("it was not refused:\n%s", v)
		}
		return m
	}
	for what, keys := range map[string][]string{"taken": {"esc", "g", "enter"}, "mended": {"ctrl+u", "t"}, "another kind": {"shift+tab", "shift+tab", "right"}, "a property": {"tab", "tab", "n"}} {
		m := refused()
		tuitest.Press(m, keys...)
		if v := m.View(); strings.Contains(v, "It was not sent") {
			t.Errorf("%s: the refusal is still there:\n%s", what, v)
		}
	}
	m := refused()
	if tuitest.Press(m, "esc"); !strings.Contains(m.View(), "It was not sent") {
		t.Error("the refusal went though nothing changed")
	}
}

// Who comes back to a form goes on where he left it; if it was only filled, at the first field that wants something.
func TestComingBackToTheFormGoesOnWhereItWasLeft(t *testing.T) {
	back := func(m *Model) { m.Update(ui.GotoMsg{Screen: ui.Inject}) }
	m, _, _ := scene(120, 31)
	tuitest.Press(m, "e")
	tuitest.Type(m, "hel")
	tuitest.Press(m, "esc")
	if back(m); m.form.focus != slotName {
		t.Errorf("half a name: the focus is on slot %d", m.form.focus)
	}
	tuitest.Press(m, "tab", "esc", "i")
	if m.form.focus != slotTo {
		t.Errorf("i leads to slot %d", m.form.focus)
	}
	m, _, _ = scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `cmd hello {"a":1,"b":2} to asr`})
	tuitest.Press(m, "tab", "esc")
	back(m)
	if tuitest.Type(m, "3"); m.form.props.Text() != `{"a":1,"b":23}` {
		t.Errorf("the second property does not go on: %s", m.form.props.Text())
	}
	m, _, _ = scene(120, 31)
	tuitest.Press(m, "e")
	tuitest.Type(m, "hello")
	tuitest.Press(m, "tab", "tab", "tab", "esc")
	if back(m); m.form.focus != slotTo {
		t.Errorf("from where nobody wrote slot %d has the focus", m.form.focus)
	}
	m, _, _ = scene(120, 31)
	m.form.take(draft{kind: msg.KindCmd, name: "hello"})
	if back(m); m.form.focus != slotTo || m.form.tried {
		t.Errorf("of a form without a receiver slot %d has the focus", m.form.focus)
	}
	m.form.move(slotList)
	m.form.take(draft{kind: msg.KindCmd, name: "hello", to: "asr"})
	if back(m); m.form.focus != slotProps {
		t.Errorf("of a form in which nothing is wrong slot %d has the focus", m.form.focus)
	}
}

// Sending ends a pause once: who pauses while more follow means it.
func TestARepetitionEndsAPauseOnce(t *testing.T) {
	m, _, _ := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd flush to tts"})
	e := &sent{order: order{draft: m.form.draft(), repeat: repeat{count: 3}}}
	m.running = append(m.running, e)
	for i, want := range []bool{true, false, false} {
		live := slices.ContainsFunc(tuitest.Drain(m.Update(sentMsg{entry: e, ids: []uint64{uint64(i)}})), func(m tea.Msg) bool {
			_, is := m.(ui.LiveMsg)
			return is
		})
		if live != want {
			t.Errorf("message %d of 3: it ends a pause: %v", i+1, live)
		}
	}
}

// A message that another screen brings does not eat what was being written: it is put aside, which is said, and up brings it back.
func TestWhatWasBeingWrittenIsPutAside(t *testing.T) {
	brings := ui.GotoMsg{Screen: ui.Inject, Draft: `data tick {"n":1} to asr`}
	m, c, ctl := scene(120, 31)
	tuitest.Press(m, "e")
	tuitest.Type(m, "hel")
	tuitest.Press(m, "esc")
	said := tuitest.Drain(m.Update(brings))
	if len(said) != 1 || !strings.Contains(fmt.Sprint(said[0]), "brings cmd hel back") || m.form.draft().name != "tick" {
		t.Fatalf("said %v, the form says %+v", said, m.form.draft())
	}
	if !slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help() == keyAside.Help() }) {
		t.Error("the footer does not say how to get it back")
	}
	tuitest.Press(m, "up")
	if d := m.form.draft(); d.name != "hel" || d.kind != msg.KindCmd || m.form.focus != slotTo {
		t.Errorf("up brings %+v", d)
	}
	if said := tuitest.Drain(m.Update(brings)); len(said) != 1 {
		t.Error("what came back and was not sent is no longer kept")
	}
	m.aside = nil
	m.goTo(brings)
	ctl.ID = idOf(c, "chat")
	send(m, c)
	if said := m.Update(brings); said != nil || m.aside != nil {
		t.Error("what was sent, or only taken, is put aside")
	}
}
