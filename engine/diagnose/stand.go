package diagnose

import (
	"cmp"
	"math"
	"slices"

	"tenbench/engine/trace"
)

// stand is where a command without an answer stands: those that stand alike have one row, as much the same is to be said of them.
type stand int

// The worst is first.
const (
	standLost     stand = iota
	standKept           // its handler ended, and something holds it
	standReturned       // its handler ended; whether it is lost or kept is known within two seconds
	standHandler        // its handler runs
	standChild          // its handler waits for a command that it sent
	standQueue          // its handler has not begun
	standElsewhere
	stands
)

// standNames end the keys of problems that are not the worst of their group.
var standNames = [stands]string{"lost", "kept", "returned", "handler", "child", "queue", "elsewhere"}

// standOf tells where a command stands, or stood just before the stop that ended it.
func (f *Fold) standOf(p *finding) stand {
	c, end := f.known(p), int64(math.MaxInt64)
	if at := f.at(node{c.Graph, c.To}).stopAt; c.By == trace.ByStop && at > c.Sent {
		end = at
	}
	if c.Freed && c.FreedAt <= end || c.FreedAt == 0 && p.lint.Rule == symLost {
		return standLost
	}
	debtor := cmp.Or(f.owes(c).debtor, p.lint.Debtor)
	switch {
	case debtor == trace.DebtorChild && (c.Relayed || c.Handled == 0 || c.Handled > end):
		return standChild
	case debtor == trace.DebtorQueue, debtor == trace.DebtorHost:
		return standQueue
	case c.Handled != 0 && c.Handled <= end, debtor == trace.DebtorKept, debtor == trace.DebtorNobody:
		if p.kept {
			return standKept
		}
		return standReturned
	case c.Delivered != 0 && c.Delivered <= end && c.Delivered-c.Sent > min(end, f.last)-c.Delivered:
		return standQueue // it is handled at last, and late for having waited until then
	case debtor == trace.DebtorHandler, c.Delivered != 0 && c.Delivered <= end:
		if f.behindAnother(c, min(end, f.last)) {
			return standQueue
		}
		return standHandler
	}
	return standElsewhere
}

// behindAnother reports that a callback of another message holds the loop on which the handler of c would go on.
func (f *Fold) behindAnother(c *trace.Command, at int64) bool {
	if c.Finished {
		at = min(at, c.Done)
	}
	b := f.at(node{c.Graph, c.To}).blockedAt(at)
	return b != nil && b.id != c.ID && at-b.since >= min((at-c.Sent)/4, int64(1e9))
}

// past is the commands without an answer that stood somewhere and whose findings were given up.
type past struct {
	count       int
	since, last int64 // from the first to the end of the last one
}

func (g *past) add(count int, since, last int64) {
	if g.count == 0 {
		g.since = since
	}
	g.count, g.since, g.last = g.count+count, min(g.since, since), max(g.last, last)
}

// part is the commands of a group that have a row, with what its key ends with.
type part struct {
	suffix string
	of     []*finding
	gone   past
}

// parts divides what was gathered of a group. While any are without an answer the others are not spoken of. The worst part bears the
// group's key, so that a command alone is one problem whatever becomes of it; one that is about to be known as lost or kept is with
// those that are.
func (f *Fold) parts(g *group, of []*finding) []part {
	var by [stands]part
	open := false
	for _, p := range of {
		if !p.over() {
			s := f.standOf(p)
			by[s].of, open = append(by[s].of, p), true
		}
	}
	if !open {
		return f.endedParts(of)
	}
	for s := range by {
		by[s].gone = g.gone[s]
	}
	for _, known := range []stand{standLost, standKept} {
		if len(by[known].of) > 0 {
			undecided := by[standReturned]
			by[known].of = append(by[known].of, undecided.of...)
			if undecided.gone.count > 0 {
				by[known].gone.add(undecided.gone.count, undecided.gone.since, undecided.gone.last)
			}
			by[standReturned] = part{}
		}
	}
	var out []part
	for s, p := range by {
		if len(p.of) == 0 {
			continue
		}
		if len(out) > 0 {
			p.suffix = "/" + standNames[s]
		}
		out = append(out, p)
	}
	return out
}

// endedParts divides commands of which none is open any more: those that were only ended come before those that were answered late.
func (f *Fold) endedParts(of []*finding) []part {
	var late, ended []*finding
	for _, p := range of {
		if answers(f.known(p).By) {
			late = append(late, p)
		} else {
			ended = append(ended, p)
		}
	}
	if len(late) == 0 || len(ended) == 0 {
		return []part{{of: of}}
	}
	return []part{{of: ended}, {suffix: "/late", of: late}}
}

// closely is how far apart commands may be without an answer and still be one episode.
const closely = int64(10e9)

// since returns when the present episode began: with the first of its commands that are open, or ended closely before another one of
// it was sent.
func (p *part) since() int64 {
	of := slices.SortedFunc(slices.Values(p.of), func(a, b *finding) int { return cmp.Compare(b.Since, a.Since) })
	since := of[0].Since
	for _, p := range of[1:] {
		if p.end() >= since-closely {
			since = p.Since
		}
	}
	if p.gone.count > 0 && p.gone.last >= since-closely {
		since = min(since, p.gone.since)
	}
	return since
}

// end is when the command was ended; as long as it is open that lies ahead.
func (p *finding) end() int64 {
	if !p.closed {
		return math.MaxInt64
	}
	return p.Last
}
