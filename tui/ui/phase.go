package ui

import (
	"tenbench/tui/store"
	"tenbench/tui/theme"
)

// Phase is what a command does at an instant between its sending and its answer.
type Phase uint8

// The phases.
const (
	Queued Phase = iota // waits for its receiver's loop
	Works               // its handler runs
	Waits               // its handler waits for a command of its own
	Owed                // its handler has ended, the answer has not come
	Held                // the gate holds it
)

// PhaseAt returns what a command does at the instant t; now is the present of the screen.
func PhaseAt(s *store.Store, c *store.Command, now, t int64) Phase {
	switch {
	case heldAt(c, now, t):
		return Held
	case c.Delivered == 0 || t < c.Delivered:
		return Queued
	case childOpen(s, c, now, t):
		return Waits
	case c.Handled == 0 || t < c.Handled:
		return Works
	}
	return Owed
}

// heldAt reports whether the gate held the command at the instant t, the last time it did.
func heldAt(c *store.Command, now, t int64) bool {
	return c.HeldAt != 0 && c.HeldAt <= t && t < c.HeldAt+GateTime(c, now) && (c.Delivered == 0 || t < c.Delivered)
}

// GateTime is how long the gate held a command, or has held it.
func GateTime(c *store.Command, now int64) int64 {
	if c.Waits() {
		return c.HeldNS + max(now-c.HeldAt, 0)
	}
	return c.HeldNS
}

func childOpen(s *store.Store, c *store.Command, now, t int64) bool {
	for _, id := range c.Children {
		if k := s.Command(id); k != nil && k.Sent <= t && t < End(k, now) {
			return true
		}
	}
	return false
}

// End is when a command was answered; an open one reaches to now.
func End(c *store.Command, now int64) int64 {
	if c.Finished {
		return c.Done
	}
	return max(now, c.Sent)
}

// Drawn is how a phase is drawn in the style of its command: a thick line works, a thin one waits, dots wait in a queue.
func (p Phase) Drawn(t *theme.Theme, st theme.Style) (theme.Style, string) {
	switch p {
	case Queued:
		return t.Warn, t.Signs.Queued
	case Held:
		return t.Held, t.Signs.Queued
	case Works:
		return st, t.Signs.Segment
	}
	return st, t.Signs.Thin
}

// QueueTime is how long a command waited for its receiver's loop, or has waited. In the gate it waits for a person, and what is dropped there
// waits for nobody.
func QueueTime(c *store.Command, now int64) int64 {
	if c.Dropped {
		return 0
	}
	to := c.Delivered
	if to == 0 {
		to = End(c, now)
	}
	return max(to-c.Sent-GateTime(c, now), 0)
}

// LongWait is QueueTime if that was a good part of it all, else 0.
func LongWait(c *store.Command, now int64) int64 {
	wait, all := QueueTime(c, now), End(c, now)-c.Sent
	if c.Silent() || c.Waits() || wait < 1e6 || wait*5 < all || c.Delivered == 0 && c.Finished {
		return 0
	}
	return wait
}

// Phases draws what the parts of a span mean, at the right end of a line, or as many of them as fit; what is wrong goes last.
func (l *Line) Phases() *Line {
	t := l.theme
	legend := []struct {
		st   theme.Style
		sign string
		says string
	}{
		{t.Warn, t.Signs.Queued, "in the queue"}, {t.OK, t.Signs.Segment, "handled"}, {t.OK, t.Signs.Thin, "waits for another"},
		{t.Wrong, t.Signs.Dashed, "never answered"},
	}
	width := func() int {
		w := 1
		for _, p := range legend {
			w += 6 + len(p.says)
		}
		return w
	}
	for len(legend) > 0 && l.Left() < width() {
		last := len(legend) - 1
		legend = append(legend[:max(last-1, 0)], legend[last:][:min(last, 1)]...)
	}
	l.Gap(l.Left() - width())
	for _, p := range legend {
		l.Gap(3).Repeat(p.st, p.sign, 2).Gap(1).Text(t.Quiet, p.says)
	}
	return l
}
