package inject

import (
	"time"

	"tenbench/engine/msg"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// answerOf is how a command stands, for what is expected of it.
func (m *Model) answerOf(c *store.Command) msg.Answer {
	a := msg.Answer{Finished: c.Finished, Status: c.Status, Properties: new(msg.Object), Took: time.Duration(c.LatencyNS)}
	if !c.Finished {
		a.Took = time.Duration(c.Age(m.c.Now))
		return a
	}
	if e, ok := m.c.Store.At(c.ResultSeq); ok {
		if v, err := msg.ParseJSON(e.Property); err == nil && v.Object() != nil {
			a.Properties = v.Object()
		}
	}
	return a
}

// drawExpect says of each thing that was expected of the answer what became of it, and of what failed what is there instead.
func (m *Model) drawExpect(s *sheet, c *store.Command, w int) {
	if m.showing == nil {
		return
	}
	all, err := msg.ParseExpect(m.showing.expect)
	if err != nil || len(all) == 0 {
		return
	}
	t, a := m.c.Theme, m.answerOf(c)
	head, failed, waits := s.add().Gap(2).Text(t.Quiet, "expected"), 0, 0
	for i := range all {
		v, found := all[i].Check(a)
		style, sign := m.verdict(v)
		switch v {
		case msg.Fails:
			failed++
			found = "found " + found
		case msg.Waits:
			waits++
			found = ""
		default:
			found = ""
		}
		l := s.add().Gap(4).Sign(style, sign).Gap(1).Text(style, v.String()).Gap(2)
		l.Cell(t.Text, all[i].Text, min(max(w-l.Used(), 0), ui.Width(all[i].Text)))
		if room := w - l.Used() - 2; found != "" && room < ui.Width(found) {
			s.add().Gap(12).Cell(t.Wrong, found, max(w-12, 0))
		} else if found != "" {
			l.Gap(2).Text(t.Wrong, found)
		}
	}
	switch {
	case failed > 0:
		head.Text(t.Wrong, "  "+ui.Grouped(failed)+" of "+ui.Grouped(len(all))+" FAIL")
	case waits == 0:
		head.Text(t.OK, "  all pass")
	}
}

// verdict is how a verdict looks; the word beside it says the same.
func (m *Model) verdict(v msg.Verdict) (theme.Style, string) {
	t := m.c.Theme
	switch v {
	case msg.Passes:
		return t.OK, t.Signs.OK
	case msg.Fails:
		return t.Wrong, t.Signs.Wrong
	}
	return t.Warn, t.Signs.Waiting
}
