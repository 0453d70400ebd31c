package diagnose

import (
	"fmt"

	"tenbench/engine/trace"
)

const remedyRound = "Let the handlers send it on only while something is left to do."

// inRound reports that a command is one of those that a message-cycle is about: it was sent for one of its name, or waits for one, in a
// place where that name was told to go round.
func (f *Fold) inRound(v *view) bool {
	if f.findings[roundAt(v, v.To)] == nil && f.findings[roundAt(v, v.From)] == nil {
		return false
	}
	if parent := f.commands.Command(v.Parent); parent != nil && parent.Name == v.Name {
		return true
	}
	if v.owed.debtor != trace.DebtorChild || len(v.owed.waits) == 0 {
		return false
	}
	child := f.commands.Command(v.owed.waits[0])
	return child == nil || child.Name == v.Name // of very many the oldest are forgotten
}

func roundAt(v *view, at trace.Sym) key {
	return key{node: node{v.Graph, at}, rule: symMessageCycle, name: v.Name}
}

// waited names the first command that the handler of v waits for.
func (f *Fold) waited(v *view) string {
	if len(v.owed.waits) == 0 {
		return "a command"
	}
	if c := f.commands.Command(v.owed.waits[0]); c != nil {
		return fmt.Sprintf("%s #%d to %s", c.Name, c.ID, c.To)
	}
	return fmt.Sprintf("#%d", v.owed.waits[0])
}

// cutInRound judges a command that went round when the stop ended it.
func (v *view) cutInRound() ruling {
	return ruling{rule: MessageCycle, conf: Observed, level: trace.Warn, why: "it goes round: each brings about the next, until the graph stops", tail: ", which goes round until the graph stops",
		remedy: remedyRound}
}
