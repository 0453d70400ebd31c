package inject

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/bubbles/key"

	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestWhatWasSentIsSavedUnderAFreeName(t *testing.T) {
	m, c, _ := scene(120, 31)
	if slices.ContainsFunc(m.Keys(), func(k key.Binding) bool { return k.Help().Key == "S" }) {
		t.Error("S is offered where no file can take a message")
	}
	var saved []ui.SavedInject
	var fails error
	c.Info.SaveInject = func(in ui.SavedInject) error { saved = append(saved, in); return fails }
	c.Info.Inject = append(c.Info.Inject, ui.SavedInject{Name: "tool_call", Send: "cmd tool_call to weather_tool"})
	m.Update(ui.ConfigMsg{})
	tuitest.Press(m, "enter")
	send(m, c)
	tuitest.Press(m, "esc")
	m.point(len(m.saved))
	said := tuitest.Deliver(m, tuitest.Press(m, "S"))
	want := ui.SavedInject{Name: "tool_call 2", Send: `cmd tool_call {"city":"Berlin","units":"metric"} to weather_tool`}
	if len(saved) != 1 || saved[0] != want {
		t.Errorf("saved %+v, not %+v", saved, want)
	}
	if len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, "saved as tool_call 2") {
		t.Errorf("it says %v", said)
	}
	fails = errors.New("the disk is full; make room")
	if said := tuitest.Deliver(m, tuitest.Press(m, "S")); len(said) != 1 || !strings.Contains(said[0].(ui.ToastMsg).Text, "the disk is full") {
		t.Errorf("of the failure it says %v", said)
	}
}
