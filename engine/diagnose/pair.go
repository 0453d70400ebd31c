package diagnose

import (
	"cmp"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"tenbench/engine/msg"
)

// What is looked at where no single thing separates the sides: at most maxPaired properties, and of what all on one side have in common
// at most maxShared things, so that no more than 2,016 pairs of them are tried for each side. A pair costs a few instructions, whatever
// the number of commands, of which maxCompared of each side are compared.
const (
	maxPaired = 64
	maxShared = 64
)

// set is the commands of which something is true: a bit for each, those without an answer first.
type set [3 * maxCompared / 64]uint64 // those that were answered may be with OK or with ERROR

func (s *set) add(i int)            { s[i/64] |= 1 << (i % 64) }
func (s set) holds(other set) bool  { return s.and(other) == other }
func (s set) upTo(from, n int) bool { return s.size() >= from && s.size() < n }

func (s set) and(other set) set {
	for i := range s {
		s[i] &= other[i]
	}
	return s
}

func (s set) without(other set) set {
	for i := range s {
		s[i] &^= other[i]
	}
	return s
}

func (s set) size() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// trait is something that is true of some commands and not of others.
type trait struct {
	what, says string
	kind       rowKind
	of         int // what it is about: of one thing two are never true at once, or one includes the other
	set        set
}

func (t *trait) text() string { return (&Row{What: t.what, Says: t.says}).Name() }

// pair looks for two things that together are true of all on one side and of none on the other, where neither is alone: the first row
// says both, those after it each alone, for comparison. Among many traits there is always a pair that fits a few commands, so the odds
// against chance must be twenty to one for each pair that might have fitted.
func (c *comparison) pair() []Row {
	b, g := len(c.bad), len(c.good)
	if b < 2 || g < 2 {
		return nil
	}
	traits := c.traits(min(b, g))
	bad, all := set{}, set{}
	for i := range b + g {
		if all.add(i); i < b {
			bad.add(i)
		}
	}
	good := all.without(bad)
	traits = slices.DeleteFunc(traits, func(t trait) bool { return t.set == bad || t.set == good }) // the age of the instance alone
	for _, side := range []set{bad, good} {
		one, other, found := pairOf(traits, side)
		if found && choose(b+g, min(b, g)) >= 20*float64(pairsAmong(traits, side.size())) {
			row := c.rowOf(one, bad)
			row.And, row.Separates = other.text(), true
			both := one.set.and(other.set)
			row.count(both, bad)
			row.text = fmt.Sprintf("%s in %d of %d unanswered and in %d of %d answered", row.Name(), row.Unanswered, b, row.Answered, g)
			return []Row{row, c.rowOf(one, bad), c.rowOf(other, bad)}
		}
	}
	return nil
}

// pairOf returns the two traits that say most and are true together of just these commands. At least one lies in them: the state of the
// receiver alone is no pair.
func pairOf(traits []trait, side set) (one, other *trait, found bool) {
	var shared []*trait
	for i := range traits {
		if traits[i].set.holds(side) && len(shared) < maxShared {
			shared = append(shared, &traits[i])
		}
	}
	for i, one := range shared {
		for _, other := range shared[i+1:] {
			if one.of != other.of && one.kind < rowStart && one.set.and(other.set) == side {
				return one, other, true
			}
		}
	}
	return nil, nil, false
}

// pairsAmong counts the pairs of traits that are true of as many commands as a side has: each might have fitted by chance.
func pairsAmong(traits []trait, least int) (pairs int) {
	of, all := map[int]int{}, 0
	for i := range traits {
		if traits[i].set.size() >= least {
			pairs += all - of[traits[i].of]
			of[traits[i].of]++
			all++
		}
	}
	return pairs
}

func (c *comparison) rowOf(t *trait, bad set) Row {
	row := Row{What: t.what, Says: t.says, kind: t.kind}
	row.count(t.set, bad)
	return row
}

// count notes of how many on each side something is true.
func (r *Row) count(of, bad set) {
	r.Unanswered, r.Answered = of.and(bad).size(), of.without(bad).size()
}

// traits returns what is true of some commands, at least so many, and not of all, what explains best first. Of those that are true of
// the same commands only the first is kept.
func (c *comparison) traits(least int) []trait {
	all := slices.Concat(c.bad, c.good)
	g := grouping{said: make([]string, len(all)), least: least}
	facts := make([]fact1, len(all))
	for i, path := range c.paired() {
		for k, s := range all {
			facts[k] = s.facts[path]
		}
		g.property(facts, path, i)
	}
	for _, of := range circumstances {
		for i, s := range all {
			g.said[i] = of.of(s)
		}
		g.group(trait{what: of.what, says: of.verb, kind: of.kind, of: -int(of.kind)})
	}
	out := append(g.found, c.instances(all)...)
	out = slices.DeleteFunc(out, func(t trait) bool { return !t.set.upTo(least, len(all)) })
	slices.SortStableFunc(out, func(a, b trait) int { return cmp.Or(cmp.Compare(a.kind, b.kind), strings.Compare(a.text(), b.text())) })
	known := map[set]bool{}
	return slices.DeleteFunc(out, func(t trait) bool {
		again := known[t.set]
		known[t.set] = true
		return again
	})
}

// paired returns the properties that are looked at in pairs, the outermost first.
func (c *comparison) paired() []string {
	paths := c.paths()
	slices.SortStableFunc(paths, func(a, b string) int { return cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")) })
	return paths[:min(len(paths), maxPaired)]
}

// grouping finds the traits of which enough commands have each.
type grouping struct {
	said  []string // of each command, "" for nothing
	least int
	found []trait
}

// property finds what may be said of one property, of which the fact of each command is given: that it is there or not, its type, its value.
func (g *grouping) property(facts []fact1, path string, of int) {
	present, missing := trait{path, "present", rowPresent, of, set{}}, trait{path, "is missing", rowMissing, of, set{}}
	for i, f := range facts {
		if g.said[i] = f.t.String(); f.t != msg.Invalid {
			present.set.add(i)
		} else {
			g.said[i] = ""
			missing.set.add(i)
		}
	}
	g.found = append(g.found, missing, present)
	g.group(trait{what: path, says: "is ", kind: rowType, of: of})
	for i, f := range facts {
		g.said[i] = f.value
	}
	g.group(trait{what: path, says: "is ", kind: rowValue, of: of})
}

// group finds a trait like the given one for all that is said of enough commands; like.says begins it.
func (g *grouping) group(like trait) {
	counts := map[string]int{}
	for _, said := range g.said {
		counts[said]++
	}
	delete(counts, "")
	for value, n := range counts {
		if n < g.least {
			continue
		}
		t := like
		t.says += value
		for i, said := range g.said {
			if said == value {
				t.set.add(i)
			}
		}
		g.found = append(g.found, t)
	}
}

// instances returns, for each restart of the receiver between the commands, that one was sent before or since.
func (c *comparison) instances(all []*sample) []trait {
	born := map[int64]bool{}
	for _, s := range all {
		born[s.born] = true
	}
	var out []trait
	for _, at := range slices.Sorted(maps.Keys(born))[1:] {
		before := trait{what: "it", says: "was sent before " + c.restart(at), kind: rowInstance, of: -int(rowInstance)}
		since := before
		since.says = "was sent since " + c.restart(at)
		for i, s := range all {
			if s.born < at {
				before.set.add(i)
			} else {
				since.set.add(i)
			}
		}
		out = append(out, before, since)
	}
	return out
}

// restart says when the receiver was restarted, as the screens write times.
func (c *comparison) restart(at int64) string {
	return fmt.Sprintf("%s of the run, when %s restarted", runTime(at), c.to)
}
