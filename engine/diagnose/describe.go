package diagnose

import (
	"fmt"
	"strings"
	"time"

	"tenbench/engine/trace"
)

const maxText = 300

// describe writes the problem's text and remedy as of a moment.
func (f *Fold) describe(p *finding, now int64) {
	p.Remedy = remedies[p.Rule]
	if p.Remedy == "" {
		p.Remedy = remedyUnknown
	}
	stage := fmt.Sprintf("on_%s of %s", p.stage.state, p.Extension)
	switch {
	case p.stage.state == trace.StateNone:
		p.Text = sentence(p.lint.Detail)
	case p.took > 0 && p.key.rule == symStageNeverDone:
		p.Text = fmt.Sprintf("%s ended only after %s.", stage, span(p.took))
	case p.took > 0:
		p.Text = fmt.Sprintf("%s took %s.", stage, span(p.took))
	default:
		p.Text = fmt.Sprintf("%s has not ended for %s.", stage, span(now-p.stage.since))
	}
	p.Brief = strings.TrimSuffix(p.Text, ".")
}

// describeCommand writes the text and the remedy of a problem about commands, of which p is one; what names them all. live is
// who owes the answer then, as far as a snapshot says.
func (f *Fold) describeCommand(p *finding, what string, now int64, live owing) {
	owed := p.owed
	if p.closed {
		now = p.closedAt
	} else {
		owed = f.owedNow(p, live)
	}
	receiver := p.To
	if receiver == "" {
		receiver = "the runtime"
	}
	open := now - p.Since
	p.Why, p.Remedy = f.reason(p, owed, now)
	between := "; "
	switch {
	case p.Ended && (p.by == trace.ByHandler || p.by == trace.ByRelay):
		p.Brief, p.Why = fmt.Sprintf("%s answered %s only after %s", receiver, what, span(open)), ""
		p.Remedy = "Nothing, if that is its pace: then raise [bench] unanswered_after; else see what its handler waits for."
	case p.Ended:
		p.Brief, p.Why = fmt.Sprintf("the engine answered %s in place of %s after %s (by %s)", what, receiver, span(open), p.by), ""
	case p.Rule == Lost:
		p.Brief, between = fmt.Sprintf("%s lost %s", receiver, strings.TrimSuffix(what, ",")), ": "
		p.Why += " and nothing holds the command any more"
		if p.by == trace.ByLost {
			p.Why += p.end(open)
		}
	case p.closed:
		p.Brief = fmt.Sprintf("%s had not answered %s%s", receiver, what, p.end(open))
	default:
		p.Brief = fmt.Sprintf("%s has not answered %s for %s", receiver, what, span(open))
	}
	p.Text = p.Brief + "."
	if p.Why != "" {
		p.Text = p.Brief + between + p.Why + "."
	}
}

// end says what ended a command that its receiver never answered.
func (p *finding) end(open int64) string {
	switch p.by {
	case trace.ByStop:
		return " when stop ended it after " + span(open)
	case trace.ByTimeout:
		return " when the path timeout ended it after " + span(open)
	case trace.ByLost:
		return "; answer_lost answered it after " + span(open)
	}
	return ""
}

// owedNow returns who owes the answer of an open command, and takes what else has become known of it.
func (f *Fold) owedNow(p *finding, live owing) owing {
	owed := owing{debtor: p.lint.Debtor}
	if c := f.commands.Command(p.ID); c != nil {
		p.command = *c
		if c.Debtor != trace.DebtorNone {
			owed = owing{c.Debtor, c.WaitsOn}
		}
	}
	if live.debtor != trace.DebtorNone {
		return live
	}
	return owed
}

// reason says why there is no answer, and what to do.
func (f *Fold) reason(p *finding, owed owing, now int64) (why, remedy string) {
	if p.Rule == Lost {
		return p.returned(), "Call ReturnResult on every way out of the handler, also after an error."
	}
	if p.command.Dropped {
		return "it was dropped on its way, by the rule " + p.command.Rule.String() + " of the gate", "Switch the rule off in :rules and send it again."
	}
	switch owed.debtor {
	case trace.DebtorKept, trace.DebtorNobody:
		why = p.returned()
		if p.Rule == Kept {
			why += ", and something still holds the command"
		}
		return why, "Find what keeps the command (a queue, a map, a task) and see why it does not answer."
	case trace.DebtorQueue:
		return "it waits in the mailbox", fmt.Sprintf("See what %s is busy with: its handlers hold the loop or its init has not ended.", p.To)
	case trace.DebtorChild:
		return "its handler waits for " + f.children(owed.waits), "Look at the command it waits for."
	case trace.DebtorHeld:
		return "it is held in the gate", "Release it with a, or remove the rule that holds it."
	case trace.DebtorGraph, trace.DebtorEngine:
		return "the engine has it", remedyUnknown
	case trace.DebtorHost:
		return "its host process has not begun it", "See whether the process lives and what its loop is busy with."
	}
	if p.command.Delivered == 0 {
		return "nothing is known of its handler", remedyUnknown
	}
	return "its handler has been running for " + span(now-p.command.Delivered), "See what the handler waits for, and give that a timeout."
}

// returned says that the handler ended without a result, and when.
func (p *finding) returned() string {
	c := &p.command
	if c.Delivered == 0 || c.Handled == 0 {
		return "its handler returned without a result"
	}
	return fmt.Sprintf("its handler returned after %s without a result", span(c.Handled-c.Delivered))
}

// children names the commands that a handler waits for.
func (f *Fold) children(ids []uint64) string {
	if len(ids) == 0 {
		return "a command it sent"
	}
	id := ids[0]
	text := fmt.Sprintf("#%d", id)
	if c := f.commands.Command(id); c != nil {
		text = fmt.Sprintf("%s #%d to %s", c.Name, id, c.To)
	}
	if len(ids) > 1 {
		text += fmt.Sprintf(" and %d more", len(ids)-1)
	}
	return text
}

// sentence makes one sentence of what a lint says, which may quote an error of many lines.
func sentence(detail string) string {
	first, _, cut := strings.Cut(strings.TrimSpace(detail), "\n")
	first = strings.TrimRight(first, " \t\r:")
	if len(first) > maxText {
		first, cut = strings.ToValidUTF8(first[:maxText], ""), true
	}
	switch {
	case first == "":
		return "The lint says no more."
	case cut:
		return first + " ..."
	case strings.ContainsAny(first[len(first)-1:], ".!?"):
		return first
	}
	return first + "."
}

// span is a time for people: two or three digits and a unit.
func span(ns int64) string {
	switch d := time.Duration(ns); {
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%d µs", max(d.Microseconds(), 0))
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}
