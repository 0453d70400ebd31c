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

// checked is a thing that was expected, and what became of it.
type checked struct {
	text, found string
	verdict     msg.Verdict
}

// check holds what was expected against an answer. What failed comes first: a small terminal has room for little else.
func check(all []msg.Clause, a msg.Answer) []checked {
	var failed, rest []checked
	for i := range all {
		v, found := all[i].Check(a)
		k := checked{all[i].Text, found, v}
		if v == msg.Fails {
			failed = append(failed, k)
		} else {
			rest = append(rest, k)
		}
	}
	return append(failed, rest...)
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
	t := m.c.Theme
	checks := check(all, m.answerOf(c))
	head, failed, waits := s.add().Gap(2).Text(t.Quiet, "expected").Gap(2), 0, 0
	for _, k := range checks {
		style, sign := m.verdict(k.verdict)
		l := s.add().Gap(4).Sign(style, sign).Gap(1).Text(style, k.verdict.String()).Gap(2)
		l.Cell(t.Text, k.text, min(max(w-l.Used(), 0), ui.Width(k.text)))
		switch k.verdict {
		case msg.Fails:
			failed++
			found := "found " + k.found
			if w-l.Used()-2 < ui.Width(found) {
				s.add().Gap(12).Cell(t.Wrong, found, max(w-12, 0))
			} else {
				l.Gap(2).Text(t.Wrong, found)
			}
		case msg.Waits:
			waits++
		}
	}
	switch passed := len(all) - failed - waits; {
	case passed == len(all):
		head.Text(t.OK, "all pass")
	case failed > 0:
		if passed > 0 {
			head.Text(t.Quiet, ui.Grouped(passed)+" pass, ")
		}
		head.Text(t.Wrong, ui.Grouped(failed)+" FAIL")
	}
}

// fails reports that the answer to a command that was sent is not as it was expected.
func (m *Model) fails(s *sent, c *store.Command) bool {
	if s.expect == "" || s.judged {
		return s.fails
	}
	all, err := msg.ParseExpect(s.expect)
	if err != nil {
		return false
	}
	checks := check(all, m.answerOf(c))
	s.judged, s.fails = c.Finished, len(checks) > 0 && checks[0].verdict == msg.Fails
	return s.fails
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
