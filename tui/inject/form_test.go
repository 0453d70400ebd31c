package inject

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"tenbench/engine/msg"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

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

// Enter in the list puts another message in place of what was written: that is kept. Coming back by a key of another screen changes nothing
// of where the keys are.
func TestTheListHasTheKeysUntilThePersonGoesToTheForm(t *testing.T) {
	m, _, _ := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd hello to llm"})
	m.form.move(slotTo)
	tuitest.Type(m, "2")
	tuitest.Press(m, "esc")
	m.goTo(ui.GotoMsg{Screen: ui.Inject})
	if m.Focused() {
		t.Fatal("coming back leads into the form, which was left")
	}
	toast, ok := tuitest.Press(m, "g", "enter")().(ui.ToastMsg)
	if !ok || !strings.Contains(toast.Text, "put aside, not lost: ↑ brings cmd hello back") {
		t.Errorf("it says %+v", toast)
	}
	tuitest.Press(m, "up")
	if d := m.form.draft(); d.name != "hello" || d.to != "llm2" {
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
	for what, keys := range map[string][]string{"taken": {"esc", "g", "enter"}, "mended": {"ctrl+u", "t"}, "another kind": {"shift+tab", "shift+tab", "right"}, "a property": {"tab", "tab", "n"}, "completed": {"ctrl+u", "t", "enter", "tab"}} {
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

// Who goes back to the form goes on where he left it; if it was only filled, at the first field that wants something.
func TestGoingBackToTheFormGoesOnWhereItWasLeft(t *testing.T) {
	back := func(m *Model) { tuitest.Press(m, "i") }
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
