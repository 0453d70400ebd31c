package inject

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

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
