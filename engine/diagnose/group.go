package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/trace"
)

// maxIDs bounds how many commands a problem names.
const maxIDs = 64

// groupKey tells which commands without an answer are one problem.
type groupKey struct{ graph, to, name, from trace.Sym }

func (k groupKey) String() string {
	return strings.Join([]string{k.graph.String(), Unanswered, k.to.String(), k.name.String(), k.from.String()}, "/")
}

// group is the commands that are one problem.
type group struct {
	key     groupKey
	members int               // findings that are kept
	gone    [stands]past      // by where they stood when their findings were given up
	told    seen              // where the handler of the newest one waits of which that is known
	task    seen              // where a task of the newest one waits of which that is known
	found   [gates][]*finding // the members, gathered anew for each list
}

// known is what is known of a finding's command, also if the tracker has forgotten it.
func (f *Fold) known(p *finding) *trace.Command {
	if c := f.commands.Command(p.ID); c != nil {
		return c
	}
	return &p.command
}

// seen is what the handler of a command was busy with.
type seen struct {
	id   uint64
	work work
}

// join makes a finding part of its group.
func (f *Fold) join(p *finding, e *trace.Event) {
	c := &p.command
	p.Name, p.From, p.To = cmp.Or(p.Name, c.Name.String()), cmp.Or(p.From, c.From.String()), cmp.Or(p.To, c.To.String(), p.Extension)
	p.group = groupKey{e.Graph, trace.Intern(p.To), trace.Intern(p.Name), trace.Intern(p.From)}
	g := f.groups[p.group]
	if g == nil {
		g = &group{key: p.group}
		f.groups[p.group] = g
	}
	g.members++
}

// leave counts a finding that is given up. Its problem lives on as long as there are others.
func (f *Fold) leave(p *finding) {
	g := f.groups[p.group]
	g.members--
	if !p.over() {
		g.gone[f.standOf(p)].add(1, p.Since, p.end())
	}
	if g.members == 0 {
		delete(f.groups, p.group)
		f.Forgotten++
	}
}

// problems makes problems of the findings that were gathered: one for each part of those that passed the gate, one for those it keeps.
func (f *Fold) problems(g *group, now trace.Snapshot) (out []Problem) {
	for kind, of := range g.found {
		switch {
		case len(of) == 0:
		case gate(kind) == passed:
			for _, p := range f.parts(g, of) {
				out = append(out, f.sum(g, passed, p, now))
			}
		default:
			if open := slices.DeleteFunc(slices.Clone(of), func(p *finding) bool { return p.over() }); len(open) > 0 {
				of = open
			}
			for _, p := range f.byRule(of, suffixes[kind]) {
				out = append(out, f.sum(g, gate(kind), p, now))
			}
		}
		g.found[kind] = g.found[kind][:0]
	}
	return out
}

// byRule divides what the gate has kept by the rule that did, as one thing is to be said of each: a person dropped some, a rule others. The
// first rule's part bears the suffix alone.
func (f *Fold) byRule(of []*finding, suffix string) (out []part) {
	var rules []trace.Sym
	slices.SortFunc(of, func(a, b *finding) int { return cmp.Compare(a.ID, b.ID) })
	for _, p := range of {
		rule := f.known(p).Rule
		i := slices.Index(rules, rule)
		if i < 0 {
			i = len(rules)
			rules = append(rules, rule)
			q := part{suffix: suffix}
			if i > 0 {
				q.suffix += "/" + cmp.Or(rule.String(), "by hand")
			}
			out = append(out, q)
		}
		out[i].of = append(out[i].of, p)
	}
	return out
}

// sum makes one problem of findings. What it says of one of them it says of the one that says most.
func (f *Fold) sum(g *group, kind gate, part part, now trace.Snapshot) Problem {
	of, count := part.of, len(part.of)+part.gone.count
	p := f.speaker(of, now)
	q := p.copy()
	if v, ok := f.view(p.ID, now); ok {
		r := f.judge(&v, now)
		f.place(&v, &r, nil)
		f.say(&q, &v, &r, f.naming(p, of, count))
		f.locate(&q, &v, &r)
		for _, seq := range r.seqs {
			q.see(seq)
		}
		if (r.rule == WaitsOnChild || r.rule == AnsweredLate) && len(r.chain) > 0 {
			q.waitsOn = r.chain[0].ID
		}
	}
	q.Ended = q.Ended || p.Renewed
	q.Key, q.Count, q.Since = g.key.String()+part.suffix, count, part.since()
	for _, p := range of {
		q.IDs = append(q.IDs, p.ID)
		q.Last = max(q.Last, p.Last)
		if levelOf(p.Level) > levelOf(q.Level) {
			q.Level = p.Level
		}
	}
	if kind.yours() || len(of) == 1 && q.Rule == Held || q.Rule == AnsweredLate && f.lateByGate(of) {
		q.Level = trace.Info.String() // a person does that, and nobody is to blame
	} else if q.Rule == WaitsForYou {
		q.Level = trace.Warn.String() // nothing is wrong with it yet, but you owe the answer
	}
	slices.Sort(q.IDs)
	q.IDs = q.IDs[max(len(q.IDs)-maxIDs, 0):]
	return q
}

// speaker is the finding that speaks for a group: the one that says most. A loss that was proven only by the stop is judged as of before
// it, and would hide those that were proven while all ran; they come first.
func (f *Fold) speaker(of []*finding, now trace.Snapshot) *finding {
	best := slices.MaxFunc(of, says)
	if f.stands(best, now) {
		return best
	}
	if sure := slices.DeleteFunc(slices.Clone(of), func(p *finding) bool { return p.lint.Rule != symLost || !f.stands(p, now) }); len(sure) > 0 {
		return slices.MaxFunc(sure, says)
	}
	return best
}

// stands reports that the verdict on a command that was told to be lost still says so.
func (f *Fold) stands(p *finding, now trace.Snapshot) bool {
	if p.lint.Rule != symLost {
		return true
	}
	v, ok := f.view(p.ID, now)
	return !ok || f.judge(&v, now).rule == Lost
}

// says orders the findings of a group by how well they speak for it: the newest of the worst rule does best.
func says(a, b *finding) int {
	return cmp.Or(cmp.Compare(rank(a.lint.Rule), rank(b.lint.Rule)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
}

// naming names the commands of a problem for which p speaks: all, or as many as the same is to be said of.
func (f *Fold) naming(p *finding, of []*finding, count int) string {
	if count == 1 {
		return fmt.Sprintf("%s #%d from %s", p.Name, p.ID, p.From)
	}
	many := fmt.Sprint(count)
	other := 0
	for _, q := range of {
		if q.Rule != p.Rule && !p.Ended {
			other++
		}
	}
	if same := f.answeredAlike(p, of); p.Ended && same < count {
		many = fmt.Sprintf("%d of %d", same, count)
	} else if other > 0 {
		many = fmt.Sprintf("%d of %d unanswered", count-other, count)
	}
	return fmt.Sprintf("%s %s commands from %s, the newest #%d,", many, p.Name, p.From, p.ID)
}

// answeredAlike counts the commands to which the same was answered, by the same, as to that of p.
func (f *Fold) answeredAlike(p *finding, of []*finding) (n int) {
	c := f.known(p)
	who, _ := c.Answerer()
	for _, q := range of {
		other := f.known(q)
		if by, _ := other.Answerer(); other.Finished && other.Status == c.Status && by == who {
			n++
		}
	}
	return n
}

func levelOf(name string) trace.Level {
	l, _ := trace.ParseLevel(name) // an unknown one is the least
	return l
}
