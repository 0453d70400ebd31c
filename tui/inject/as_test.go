package inject

import (
	"strings"
	"testing"

	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestAMessageIsSentAsAnExtension(t *testing.T) {
	m, c, ctl := scene(120, 31)
	ctl.ID = idOf(c, "chat")
	const line = `cmd tool_call {"city":"Oslo"} to weather_tool as llm`
	m.goTo(ui.GotoMsg{Screen: ui.Inject, Draft: line})
	if got := m.form.draft().line(); got != line {
		t.Errorf("%s is written as %s", line, got)
	}
	send(m, c)
	if len(ctl.Sent) != 1 || ctl.Sent[0].Source().Extension != "llm" {
		t.Fatalf("sent %v; the status says %s", ctl.Sent, m.Status())
	}
	m.form.move(slotAs)
	m.form.texts[slotAs].SetValue("as")
	tuitest.Press(m, "tab")
	if got := m.form.text(slotAs); got != "asr" {
		t.Errorf("as is completed to %q", got)
	}
	m.form.texts[slotAs].SetValue(ui.BenchName)
	send(m, c)
	if len(ctl.Sent) != 2 || ctl.Sent[1].Source().Extension != "" || strings.Contains(m.form.draft().line(), " as ") {
		t.Errorf("as the bench it is sent as %q and written as %s", ctl.Sent[len(ctl.Sent)-1].Source().Extension, m.form.draft().line())
	}
	m.form.texts[slotAs].SetValue("lmm")
	send(m, c)
	if len(ctl.Sent) != 2 || m.form.focus != slotAs || !strings.Contains(m.refused, "no extension is called lmm; there is llm") {
		t.Errorf("as nobody: %d sent, the screen says\n%s", len(ctl.Sent), m.View())
	}
}
