package traffic

import (
	"cmp"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// step is one line of the way of a message.
type step struct {
	sign   string
	style  theme.Style
	word   string
	who    string
	where  string
	detail string
	at     int64
}

// drawPath draws the way of the message, one step a line, and who owes the answer now.
func (d *detail) drawPath() {
	partials := 0
	for i := range d.trail.Events {
		e := &d.trail.Events[i]
		if e.Kind == trace.Result && !e.Final {
			partials++
			continue
		}
		if s, ok := d.step(e); ok {
			if e.Kind == trace.Result && partials > 0 {
				s.detail += ", " + ui.Plural(partials, "partial result") + " before it"
			}
			d.drawStep(s)
		}
	}
	if c := d.command(); c != nil && !c.Finished {
		d.drawDebt(c)
	}
}

// step says what an event means on the way; false for events that are no step.
func (d *detail) step(e *trace.Event) (step, bool) {
	t := d.c.Theme
	s := step{t.Signs.OK, t.OK, e.Kind.String(), e.Extension.String(), ui.ShortPlace(e.Where()), "", e.Mono}
	switch e.Kind {
	case trace.Inject:
		s.who = ui.BenchName
	case trace.Sent:
		s.who, s.detail = e.From.String(), "to "+e.To.String()
		if e.To == 0 {
			s.sign, s.style, s.detail = t.Signs.Attention, t.Warn, "to nobody"
		}
	case trace.Routed:
		s.who = "graph"
	case trace.Queued:
	case trace.Delivered:
		s.word, s.detail = "handler", "waited "+ui.Dur(e.QueuedNS)
		if e.Type == msg.KindResult {
			s.word, s.detail = "received", "the answer was handed over"
		}
	case trace.Handled:
		s.word, s.detail = "returned", d.handled(e)
		if e.Debtor == trace.DebtorKept || e.Debtor == trace.DebtorNobody {
			s.sign, s.style = t.Signs.Waiting, t.Warn
		}
	case trace.Result:
		s.detail = e.Status.String() + " by " + e.By.String()
		if e.Status == msg.Error {
			s.sign, s.style = t.Signs.Wrong, t.Wrong
		}
	case trace.Freed:
		s.sign, s.style, s.detail = t.Signs.Wrong, t.Wrong, "the last reference is gone"
	case trace.Held, trace.Released:
		s.sign, s.style, s.detail = t.Signs.Held, t.Held, d.atGate(e)
	case trace.Dropped:
		s.sign, s.style, s.detail = t.Signs.Wrong, t.Wrong, cmp.Or(e.Detail, "pushed out of the mailbox")
	case trace.Lint:
		s.sign, s.style, s.word, s.detail = t.LevelSign(e.Level), t.Level(e.Level), e.Rule.String(), e.Detail
	default:
		return s, false
	}
	return s, true
}

// atGate says why a message was held, or how it left.
func (d *detail) atGate(e *trace.Event) string {
	if e.Kind == trace.Held {
		return e.Rule.String() + ": " + e.Detail
	}
	parts := []string{"held for " + ui.Dur(d.heldFor(e))}
	if len(e.Property) > 0 {
		parts = append(parts, "edited: "+ui.Prefix(string(e.Property), 200))
	}
	if e.Detail != "" {
		parts = append(parts, e.Detail)
	}
	return strings.Join(parts, ", ")
}

// heldFor is how long a message was in the gate that left it with that event.
func (d *detail) heldFor(out *trace.Event) int64 {
	for i := range d.trail.Events {
		if e := &d.trail.Events[i]; e.Kind == trace.Held && e.ID == out.ID {
			return out.Mono - e.Mono
		}
	}
	return 0
}

// handled says how long the handler ran and whether it left the answer owed.
func (d *detail) handled(e *trace.Event) string {
	s := []string{}
	if at, ok := d.when(trace.Delivered); ok {
		s = append(s, "ran "+ui.Dur(e.Mono-at))
	}
	if e.Debtor == trace.DebtorKept || e.Debtor == trace.DebtorNobody {
		s = append(s, "the answer is still owed")
	}
	return strings.Join(s, "; ")
}

// twoLines is the width below which a step takes a second line for its details.
const twoLines = 64

func (d *detail) drawStep(s step) {
	t, l := d.c.Theme, d.add()
	word, after := t.Text, ui.After(s.at-d.event.Mono)
	if s.style != t.OK {
		word = s.style
	}
	l.Sign(s.style, s.sign).Gap(1).Cell(word, s.word, 11).Gap(1)
	if d.w < twoLines {
		l.Cell(t.Text, s.who, max(d.w-l.Used()-9, 4)).Right(t.Quiet, after, 9)
		if s.where != "" {
			d.add().Gap(14).Text(t.Link, s.where)
		}
		if s.detail != "" {
			for _, line := range ui.Wrap(s.detail, d.w-14) {
				d.add().Gap(14).Text(t.Quiet, line)
			}
		}
		return
	}
	l.Cell(t.Text, s.who, 16).Gap(1)
	d.stepDetail(l, s, d.w-l.Used()-10)
	l.Col(d.w-9).Right(t.Quiet, after, 9)
}

// stepDetail draws the place in the source and what happened there, in at most room cells.
func (d *detail) stepDetail(l *ui.Line, s step, room int) {
	t := d.c.Theme
	if where := ui.Width(s.where); s.where != "" && where+2+ui.Width(s.detail) <= room {
		l.Text(t.Link, s.where).Gap(2)
		room -= where + 2
	}
	l.Cell(t.Quiet, s.detail, max(room, 0))
}

// drawDebt is the step that has not come.
func (d *detail) drawDebt(c *store.Command) {
	t := d.c.Theme
	style, sign := t.Warn, t.Signs.Waiting
	if c.Silent() {
		style, sign = t.Wrong, t.Signs.Wrong
	}
	l := d.add().Sign(style, sign).Gap(1).Cell(style, "answer", 11).Gap(1).Text(style, "none after ").Age(style, c.Age(d.c.Now), 0)
	owes := "owed by " + ui.Owes(c, d.c.Now)
	if l.Used()+3+ui.Width(owes) <= d.w {
		l.Gap(2).Text(t.Text, owes)
		return
	}
	for _, line := range ui.Wrap(owes, d.w-14) {
		d.add().Gap(14).Text(t.Text, line)
	}
}
