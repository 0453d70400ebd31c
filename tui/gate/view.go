package gate

import (
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// View draws the body: the rules, what is held, and the form of what is being edited.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	m.spots = m.spots[:0]
	form := m.formLines()
	lists := m.h - len(form)
	if len(form) > 0 {
		lists--
	}
	rules, held := m.share(max(lists, 0))
	m.drawRules(rules)
	if held > 0 {
		m.frame.Rule()
		m.drawHeld(held - 1)
	}
	if len(form) > 0 {
		m.frame.Rule()
		for _, l := range form {
			m.frame.Row().Gap(1).Draw(l.String())
		}
	}
	return m.frame.String()
}

// formLines are those of the editor, or of the rule that is being written; else the whole of a long rule, and what came of the message
// that left the gate last.
func (m *Model) formLines() []*ui.Line {
	switch {
	case m.edit != nil:
		return m.edit.lines(m.w - 2)
	case m.writing:
		return m.lineLines()
	}
	lines := m.ruleLines()
	if m.hasGone() {
		lines = append(lines, m.wentLine())
	}
	return lines
}

// ruleLines are the selected rule as a whole, if its row has no room for it.
func (m *Model) ruleLines() (lines []*ui.Line) {
	i := m.ruleAt()
	if m.part != partRules || i < 0 {
		return nil
	}
	t, r := m.c.Theme, &m.c.Gate.Rules[i]
	if max(ui.Width(r.What()), whatWidth)+1+ui.Width(whichOf(r)) <= m.w-40 {
		return nil
	}
	label := "RULE"
	for _, text := range ui.Wrap(r.String(), max(m.w-8, 8)) {
		lines = append(lines, m.c.Styled().Cell(t.Heading, label, 5).Text(t.Text, text))
		label = ""
	}
	return lines[:min(len(lines), max(m.h/4, 1))]
}

func (m *Model) lineLines() []*ui.Line {
	t := m.c.Theme
	l := m.c.Styled().Text(t.Key, "new rule").Gap(2)
	const label = 10
	m.line.Draw(l, t.Bright, max(m.w-label-4, 8))
	hint, offer := m.c.Styled(), m.c.Styled()
	switch e := m.wrong; {
	case e == nil && m.line.Value() == "":
	case e == nil && m.preview.Of > 0 && m.preview.Match == 0:
		hint.Gap(label).Cell(t.Warn, m.preview.Within(m.w-label-3), max(m.w-label-3, 0))
	case e == nil:
		hint.Gap(label).Cell(t.Text, m.preview.Within(m.w-label-3), max(m.w-label-3, 0))
	case e.Unfinished && !m.pressed:
		hint.Gap(label).Text(t.Quiet, e.Msg)
	case label+e.Col+ui.Width(e.Msg)+3 <= m.w:
		hint.Gap(label+ui.Width(ui.Prefix(m.line.Value(), e.Col-1))).Text(t.Wrong, "^ "+e.Msg)
	default:
		hint.Gap(label).Text(t.Wrong, e.Msg)
	}
	if o := m.preview.Offer; o != "" {
		offer.Gap(label).Text(t.Key, keyOffer.Help().Key).Gap(1).Cell(t.Bright, o, min(ui.Width(o), max(m.w-label-40, 8))).
			Text(t.Quiet, "  is for the message "+m.preview.Word+" alone")
	}
	return []*ui.Line{l, hint, offer}
}

// share gives the rules what they need, at most half, and the rest to what is held.
func (m *Model) share(lines int) (rules, held int) {
	rules = min(len(m.c.Gate.Rules)+2, max(lines/2, 3), lines)
	return rules, lines - rules
}

// window returns the first of n rows to draw in h lines so that row at is among them.
func window(n, at, h int) int { return max(min(at-h/2, n-h), 0) }

func (m *Model) drawRules(h int) {
	if h <= 0 {
		return
	}
	t, rules := m.c.Theme, m.c.Gate.Rules
	l := m.frame.Row().Gap(1).Text(t.Heading, "RULES")
	left := h - 1
	if len(rules) == 0 {
		if left > 0 {
			m.frame.Row().Gap(2).Text(t.Text, "No rules. ").Text(t.Quiet, "A rule holds, delays, drops or answers messages: ").
				Text(t.Key, "n").Text(t.Quiet, " writes one.")
			left--
		}
		if left > 0 {
			m.frame.Row().Gap(2).Text(t.Quiet, "In Traffic, ").Text(t.Key, "B").Text(t.Quiet, " on a message holds its like.")
			left--
		}
		m.frame.Blank(left)
		return
	}
	from := window(len(rules), m.ruleAt(), left)
	m.drawHidden(l, from, len(rules)-from-left)
	l.Col(m.w-20).Right(t.Heading, "SEEN", 8).Gap(1).Right(t.Heading, "HIT", 8)
	for i := from; i < len(rules) && i < from+left; i++ {
		m.spots = append(m.spots, spot{y: m.h - m.frame.Left(), part: partRules, rule: rules[i].Name})
		m.drawRule(m.frame.Row(), &rules[i])
	}
	m.frame.Blank(left - min(left, len(rules)-from))
}

// drawHidden says in the heading of a list how many of its lines are out of sight, so that nobody takes what is seen for all.
func (m *Model) drawHidden(l *ui.Line, above, below int) {
	t := m.c.Theme
	if above > 0 {
		l.Gap(3).Sign(t.Key, t.Signs.Up).Text(t.Quiet, " "+ui.Grouped(above)+" above")
	}
	if below > 0 {
		l.Gap(3).Sign(t.Key, t.Signs.Down).Text(t.Quiet, " "+ui.Grouped(below)+" below")
	}
}

func (m *Model) drawRule(l *ui.Line, r *trace.GateRule) {
	t := m.c.Theme
	selected := m.part == partRules && r.Name == m.rule && !m.Focused()
	if selected {
		l.Select(true).Sign(t.Held, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	st := t.Text
	if r.Off {
		st = t.Quiet
		l.Gap(1).Sign(t.Quiet, t.Signs.Ended).Gap(1).Cell(t.Quiet, "off", 4)
	} else {
		l.Gap(1).Sign(t.Held, t.Signs.Running).Gap(1).Cell(t.Held, "on", 4)
	}
	l.Cell(t.Quiet, r.Name, 10).Gap(1)
	what := r.What()
	room := max(m.w-20-l.Used()-1, 8)
	l.Cell(t.Bright, what, min(max(ui.Width(what), whatWidth), room)).Gap(1)
	if r.Off {
		l.Cell(st, whichOf(r), max(m.w-20-l.Used()-1, 0))
	} else {
		l.Cell(t.Text, whichOf(r), max(m.w-20-l.Used()-1, 0))
	}
	l.Col(m.w-20).Count(t.Quiet, float64(r.Seen), 8).Gap(1).Count(st, float64(r.Hit), 8)
	l.Gap(m.w - 1 - l.Used()).Select(false)
}

// whatWidth is what the short actions take, so that their filters stand below each other.
const whatWidth = 11

func whichOf(r *trace.GateRule) string {
	if r.Everything() {
		return "every message"
	}
	return r.Filter
}

func (m *Model) drawHeld(h int) {
	t, held := m.c.Theme, m.c.Gate.Held
	l := m.frame.Row().Gap(1).Text(t.Heading, "HELD")
	if len(held) > 0 {
		l.Gap(1).Text(t.Held, ui.Grouped(len(held)))
	}
	left := h - 1
	if len(held) == 0 {
		if left > 0 {
			m.drawNothingHeld(m.frame.Row())
			left--
		}
		m.frame.Blank(left)
		return
	}
	from := window(len(held), m.messageAt(), left)
	if m.part == partRules && !m.Focused() {
		l.Gap(3).Text(t.Key, keyOther.Help().Key).Text(t.Quiet, " selects one")
	}
	m.drawHidden(l, from, len(held)-from-left)
	for i := from; i < len(held) && i < from+left; i++ {
		m.spots = append(m.spots, spot{y: m.h - m.frame.Left(), part: partHeld, held: held[i].ID})
		m.drawMessage(m.frame.Row(), &held[i])
	}
	m.frame.Blank(left - min(left, len(held)-from))
}

func (m *Model) drawNothingHeld(l *ui.Line) {
	t := m.c.Theme
	if m.part == partHeld && len(m.c.Gate.Rules) > 0 && !m.Focused() {
		l.Sign(t.Held, t.Signs.Bar).Gap(1) // so that one sees that no rule is selected
	} else {
		l.Gap(2)
	}
	if holds, faults := m.c.Gate.On(); holds+faults > 0 {
		l.Text(t.Text, "Nothing is held. ").Text(t.Quiet, "What a rule stops waits here, to be edited, let go, answered or dropped.")
		return
	}
	l.Text(t.Quiet, "Nothing is held.")
}

// Widths of a held message.
const (
	mostHeldName  = 20
	besidesNames  = 42 // what stands beside the three names
	leastProperty = 14 // what its properties keep, if they have so much
)

// heldColumns are the widths of the names of what is held: the same for all, and wider where they need it and there is room.
func (m *Model) heldColumns() (name, from, to int) {
	least := max(min((m.w-46)/4, mostHeldName), 8)
	var want [3]int
	rest := 0
	for i := range m.c.Gate.Held {
		h := &m.c.Gate.Held[i]
		for k, s := range []string{h.Name, h.From, h.To} {
			want[k] = max(want[k], min(ui.Width(s), mostHeldName)-least)
		}
		rest = max(rest, min(len(h.Property), leastProperty))
		if h.Edited || h.Answered {
			rest = leastProperty
		}
	}
	room := max(m.w-besidesNames-rest-3*least, 0)
	for _, k := range []int{2, 0, 1} { // whom it waits for matters most
		want[k] = min(want[k], room)
		room -= want[k]
	}
	return least + want[0], least + want[1], least + want[2]
}

func (m *Model) drawMessage(l *ui.Line, h *trace.HeldMessage) {
	t := m.c.Theme
	selected := m.part == partHeld && h.ID == m.held
	if selected {
		l.Select(true).Sign(t.Held, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	l.Gap(1).Sign(t.Held, t.Signs.Held).Gap(1).IDCell(t.Quiet, h.ID, 7).Gap(1)
	name, from, to := m.heldColumns()
	l.Cell(t.Kind(h.Type), ui.KindName(h.Type), 6).Cell(t.Bright, h.Name, name).Gap(1)
	l.Cell(t.Quiet, h.From, from).Gap(1).Sign(t.Quiet, t.Signs.Arrow).Gap(1).Cell(t.Quiet, h.To, to).Gap(1)
	if h.Due != 0 {
		l.Text(t.Quiet, "in").Dur(t.Held, max(h.Due-m.c.Now, 0), 6)
	} else {
		l.Age(t.Held, m.c.Now-h.Since, 8)
	}
	l.Gap(1).Cell(t.Quiet, h.Rule, 9).Gap(1)
	if h.Edited {
		l.Text(t.Warn, "edited ")
	}
	if h.Answered {
		l.Text(t.Warn, "answered ")
	}
	if left := m.w - 1 - l.Used(); left > 4 {
		l.Cell(t.Quiet, ui.Prefix(string(h.Property), 4*left), left)
	}
	l.Gap(m.w - 1 - l.Used()).Select(false)
}
