package now

import (
	"strconv"
	"strings"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// Status says what the selection means.
func (m *Model) Status() string {
	switch m.selected.section {
	case problems:
		return m.problemStatus()
	case extensions:
		return m.nodeStatus()
	default:
		return m.commandStatus()
	}
}

func (m *Model) problemStatus() string {
	th, l := m.c.Theme, m.c.Styled()
	p := m.problem()
	if p == nil {
		return l.Text(th.Quiet, "Press ").Text(th.Key, "?").Text(th.Quiet, " for the keys.").String()
	}
	text, where, why := p.Brief+".", m.standing(p), " says why."
	if n := m.openOf(p); n > 0 && n < p.Count { // the section below shows only those
		text += " " + ui.Grouped(n) + " still open."
	}
	room := m.w - 2 - ui.Width(text) // the end of a sentence counts more than what the heading and the footer say too
	if ui.Width(where)+2 <= room {
		l.Text(th.Bright, where).Gap(2)
		room -= ui.Width(where) + 2
	}
	if l.Text(th.Quiet, text); 2+len(why) <= room {
		l.Gap(1).Text(th.Key, "w").Text(th.Quiet, why)
	}
	return l.String()
}

// openOf is how many commands of a problem nothing has ended so far.
func (m *Model) openOf(p *diagnose.Problem) (n int) {
	if !p.AboutCommands() || p.Count < 2 {
		return 0
	}
	for c := range m.c.Store.Open {
		if c.Silent() && c.Name.String() == p.Name && c.From.String() == p.From && c.To.String() == p.To {
			n++
		}
	}
	return n
}

// standing says which of the problems p is; what is over and what is a remark is none of those that are counted.
func (m *Model) standing(p *diagnose.Problem) string {
	switch {
	case p.Ended:
		return "This is over."
	case p.Muted:
		return "Muted."
	case p.Level == trace.Info.String():
		return "A remark."
	}
	return "Problem " + strconv.Itoa(m.index()+1) + " of " + strconv.Itoa(m.c.Store.Pressing()) + "."
}

func (m *Model) nodeStatus() string {
	th, l := m.c.Theme, m.c.Styled()
	n := m.node()
	if n == nil {
		return ""
	}
	what := ", addon "
	if n.StandIn {
		what = ", a stand-in for "
	}
	l.Text(th.Bright, n.Name()).Text(th.Quiet, what+n.Addon+", ")
	if n.State == trace.StateNone {
		return l.Text(th.Quiet, "not started yet.").String()
	}
	if n.State == trace.Created {
		return l.Text(th.Stage(n.State), "being made").Text(th.Quiet, " for "+ui.Age(m.c.Now-n.Since)+": its process starts and imports its code.").String()
	}
	l.Text(th.Stage(n.State), n.State.String()).Text(th.Quiet, " for "+ui.Age(m.c.Now-n.Since))
	if level := m.trouble(n); level > 0 && n.State != trace.Failed {
		l.Gap(2).Text(th.Level(level), "has a problem")
	}
	for _, s := range store.StartStages {
		if took := n.Stage(s, m.c.Now); took > 0 && s != n.State {
			l.Gap(2).Text(th.Stage(s), ui.StageWord(s)).Text(th.Quiet, " "+ui.Dur(took))
		}
	}
	l.Gap(2).Text(th.Quiet, "queue at most "+ui.Count(float64(n.QueueMax)))
	if n.Errors > 0 {
		l.Gap(2).Text(th.Wrong, ui.Plural(int(n.Errors), "error"))
	}
	if n.Dropped > 0 {
		l.Gap(2).Text(th.Warn, ui.Count(float64(n.Dropped))+" pushed out")
	}
	return l.String()
}

func (m *Model) commandStatus() string {
	th, l := m.c.Theme, m.c.Styled()
	if m.selected == moreCommands {
		return l.Text(th.Quiet, ui.Plural(m.hidden, "open command")+" more. ").Text(th.Key, "enter").Text(th.Quiet, " lists all in Traffic.").String()
	}
	c := m.command()
	if c == nil {
		return ""
	}
	l.Text(th.Bright, c.Name.String()+" ").IDCell(th.Bright, c.ID, 0).Text(th.Quiet, " was sent at "+ui.Clock(c.Sent))
	if c.Finished {
		return l.Text(th.Quiet, " and has been answered.").String()
	}
	who, why, ok := strings.Cut(ui.Owes(c, m.c.Now), ": ")
	switch {
	case ok && who == "nobody":
		return l.Text(th.Quiet, ". ").Text(th.Text, "Nobody").Text(th.Quiet, " owes the answer: "+why+".").String()
	case m.c.ByHand(c):
		return l.Text(th.Quiet, ". ").Text(th.Text, "You").Text(th.Quiet, " owe the answer: ").Text(th.Key, "a").Text(th.Quiet, " gives it.").String()
	case m.held() != nil:
		return l.Text(th.Quiet, ". ").Text(th.Text, "You").Text(th.Quiet, " owe the answer: "+why+", and ").Text(th.Key, "a").Text(th.Quiet, " lets it go.").String()
	case ok && who == "you":
		return l.Text(th.Quiet, ". ").Text(th.Text, "You").Text(th.Quiet, " owe the answer: "+why+".").String()
	}
	return l.Text(th.Quiet, ". Who owes the answer: ").Text(th.Text, ui.Owes(c, m.c.Now)).Text(th.Quiet, ".").String()
}
