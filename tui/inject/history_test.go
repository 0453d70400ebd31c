package inject

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

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

// What was sent to an extension that the graph has lost cannot be sent again, and is not offered.
func TestWhatWasSentToWhoIsGoneIsNotOffered(t *testing.T) {
	r := tuitest.NewRun("g", "relay", "meter")
	r.Up(0, "relay", time.Millisecond, time.Millisecond, time.Millisecond)
	r.Up(0, "meter", time.Millisecond, time.Millisecond, time.Millisecond)
	r.Enter(2*time.Second, "meter", trace.Ended, 0)
	c := r.Common(time.Second, theme.Plain(false))
	c.Controller, c.Memory = &tuitest.Controller{}, tuitest.Memory{ui.InjectHistory: {"cmd level to meter", "cmd hello to relay"}}
	m := New(c)
	m.Update(ui.TickMsg{Now: c.Now})
	if len(m.before) != 2 {
		t.Fatalf("offered are %+v", m.before)
	}
	if m.Update(r.Advance(c, 3*time.Second)); len(m.before) != 1 || m.before[0].to != "relay" {
		t.Errorf("meter is gone, and offered are %+v", m.before)
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
