package inject

import (
	"strings"
	"testing"

	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestVariablesAreFilledInEachMessageOfARepetition(t *testing.T) {
	m, _, ctl := scene(120, 31)
	const line = `data tick {"n":"{{n}}","id":"{{uuid}}","lit":"{{{{n}}"} to asr`
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: line})
	m.form.texts[slotCount_].SetValue("3")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if len(ctl.Sent) != 3 {
		t.Fatalf("%d were sent; the status says %s", len(ctl.Sent), m.Status())
	}
	ids := map[string]bool{}
	for i, s := range ctl.Sent {
		n, _ := s.Get("n")
		lit, _ := s.Get("lit")
		id, _ := s.Get("id")
		ids[id.String()] = true
		if want := `"` + string(rune('1'+i)) + `"`; n.String() != want || lit.String() != `"{{n}}"` {
			t.Errorf("message %d has n %s and lit %s", i, n, lit)
		}
	}
	if len(ids) != 3 {
		t.Errorf("the ids are %v", ids)
	}
	if got := m.sent[0].draft.line(); got != line {
		t.Errorf("the history has %s", got)
	}
}

func TestAVariableIsTypedWithoutQuotes(t *testing.T) {
	m, _, ctl := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `data tick to asr`})
	tuitest.Type(m, "id")
	tuitest.Press(m, "tab")
	tuitest.Type(m, "{{n}}")
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	if len(ctl.Sent) != 1 || ctl.Sent[0].Properties().String() != `{"id":"1"}` {
		t.Errorf("sent %v; the status says %s", ctl.Sent, m.Status())
	}
}

func TestAnUnknownVariableIsNotSent(t *testing.T) {
	m, _, ctl := scene(120, 31)
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: `data tick {"n":"x"} to asr`})
	m.form.props.Set(`{"n":"{{count}}"}`)
	tuitest.Deliver(m, tuitest.Press(m, "enter"))
	const want = "here is no variable {{count}}; {{uuid}}, {{now}} and {{n}} are known"
	if len(ctl.Sent) != 0 || !strings.Contains(m.refused, want) || !strings.Contains(m.Status(), want) {
		t.Errorf("%d were sent; it says %q and %q", len(ctl.Sent), m.refused, m.Status())
	}
}
