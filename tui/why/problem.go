package why

import (
	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// drawProblem draws what is known of a problem that is not about a command: since when, the events that show it, the stack, and what its
// rule means.
func (m *Model) drawProblem() {
	t, v := m.c.Theme, &m.verdict
	l := m.section("SEEN").Text(t.Text, ui.Plural(max(v.Count, 1), "time"))
	l.Text(t.Quiet, ", first at ").Clock(t.Text, v.Since, 0)
	if v.Last > v.Since {
		l.Text(t.Quiet, ", last at ").Clock(t.Text, v.Last, 0)
	}
	if v.Ended {
		l.Text(t.Quiet, "; it is over")
	}
	if c := m.c.Store.Command(v.ID); c != nil {
		l.Text(t.Quiet, "; with ").Text(t.Text, c.Name.String()).Gap(1).IDCell(t.Text, c.ID, 0)
	}
	m.blank()
	m.drawSource()
	m.drawEvidence()
	m.drawPage()
}

// drawEvidence lists the events that show the problem.
func (m *Model) drawEvidence() {
	t, stack := m.c.Theme, ""
	m.section("EVIDENCE").Text(t.Quiet, ui.Plural(len(m.verdict.Evidence), "event"))
	for _, seq := range m.verdict.Evidence {
		e, ok := m.c.Store.At(seq)
		if !ok {
			m.content.Row().Gap(3).Text(t.Quiet, "The trace no longer keeps event "+ui.Grouped(int(seq))+".")
			continue
		}
		if s := diagnose.StackOf(&e); s != "" {
			stack = s
		}
		m.drawEvent(&e)
	}
	m.blank()
	m.drawStack(stack)
}

func (m *Model) drawEvent(e *trace.Event) {
	t := m.c.Theme
	l := m.content.Row().Gap(1).Clock(t.Quiet, e.Mono, 10).Gap(2).Cell(t.Text, e.Kind.String(), 11).Gap(1)
	text := e.Detail
	if e.Kind == trace.Transition {
		text = e.State.String() + " " + text
	}
	where := ui.ShortPlace(e.Where())
	l.Cell(t.Quiet, text, max(m.w-l.Used()-ui.Width(where)-4, 8)).End(t.Link, where, 1)
}

// drawPage draws what the rule means.
func (m *Model) drawPage() {
	t := m.c.Theme
	page, ok := diagnose.Pages[m.verdict.Rule]
	if !ok {
		return
	}
	m.section("RULE").Text(t.Bright, m.verdict.Rule)
	for _, text := range []string{page.Means, page.Found, page.Do} {
		for _, line := range ui.Wrap(text, max(m.w-6, 20)) {
			m.content.Row().Gap(3).Text(t.Text, line)
		}
	}
}
