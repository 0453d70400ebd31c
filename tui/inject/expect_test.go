package inject

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// expecting is a scene in which chat was sent, and text is expected of its answer.
func expecting(text string) (*Model, *ui.Common, *tuitest.Controller) {
	m, c, ctl := scene(120, 31)
	ctl.ID = idOf(c, "chat")
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: "cmd chat to llm"})
	m.form.move(slotExpect)
	tuitest.Type(m, text)
	send(m, c)
	return m, c, ctl
}

func TestWhatWasExpectedIsSaidBesideTheAnswer(t *testing.T) {
	m, _, _ := expecting(`status = OK; text exists; text = "It snows."; town exists; within 1s`)
	view := m.View()
	for _, want := range []string{"expected  2 pass, 3 FAIL", "pass  status = OK", "pass  text exists", `FAIL  text = "It snows."`, `found "It rains."`, "found no town", "FAIL  within 1s  found 1.9"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not on the screen", want)
		}
	}
	if t.Failed() {
		t.Log(view)
	}
	if row := regexp.MustCompile(`(?m)^[^|\n]*[|]`).FindAllString(view, -1); !slices.ContainsFunc(row, func(s string) bool { return strings.Contains(s, "chat") && strings.Contains(s, "X FAIL") }) {
		t.Errorf("among what was sent it does not fail:\n%s", view)
	}
	m, _, _ = expecting("status = OK; within 2s")
	if view := m.View(); !strings.Contains(view, "all pass") || strings.Contains(view, "FAIL") {
		t.Errorf("what is as expected is\n%s", view)
	}
}

func TestAWrongExpectationIsNotSent(t *testing.T) {
	m, _, ctl := expecting("status = OK; status = MAYBE")
	if len(ctl.Sent) != 0 || m.form.focus != slotExpect || !strings.Contains(m.refused, `"MAYBE" is no status`) {
		t.Errorf("%d were sent; it says %q", len(ctl.Sent), m.refused)
	}
}

func TestWhatIsExpectedIsSavedAndRemembered(t *testing.T) {
	m, c, _ := expecting("status = OK")
	var saved []ui.SavedInject
	c.Info.SaveInject = func(in ui.SavedInject) error { saved = append(saved, in); return nil }
	tuitest.Press(m, "esc")
	m.point(len(m.saved))
	tuitest.Deliver(m, tuitest.Press(m, "S"))
	want := ui.SavedInject{Name: "chat", Send: "cmd chat to llm", Expect: "status = OK"}
	if !slices.Equal(saved, []ui.SavedInject{want}) {
		t.Fatalf("saved %+v", saved)
	}
	c.Info.Inject = saved
	m.Update(ui.ConfigMsg{})
	for what, d := range map[string]draft{"saved": m.saved[0].draft, "sent": m.sent[0].draft} {
		m.form.take(d)
		if got := m.form.draft(); got.expect != "status = OK" || got.line() != "cmd chat to llm" {
			t.Errorf("what was %s is taken as %+v", what, got)
		}
		if back, err := recalled(d.remembered()); err != nil || back != d {
			t.Errorf("what was %s is recalled as %+v, %v", what, back, err)
		}
	}
	if d, err := recalled("cmd chat to llm"); err != nil || d.expect != "" {
		t.Errorf("a line without expectations is %+v, %v", d, err)
	}
}
