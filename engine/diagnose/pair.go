package diagnose

import (
	"cmp"
	"fmt"
	"maps"
	"math"
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
func (s *set) has(i int) bool       { return s[i/64]&(1<<(i%64)) != 0 }
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
	among      int // a bound was chosen to fit, among so many; 0 of what is no bound
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
	traits, bounds := c.traits(min(b, g))
	bad, all := set{}, set{}
	for i := range b + g {
		if all.add(i); i < b {
			bad.add(i)
		}
	}
	good := all.without(bad)
	traits = slices.DeleteFunc(traits, func(t trait) bool { return t.set == bad || t.set == good }) // the age of the instance alone
	for i, side := range []set{bad, good} {
		traits := slices.Concat(traits, bounds[i])
		one, other, found := pairOf(traits, side)
		if found && choose(b+g, min(b, g)) >= 20*float64(pairsAmong(traits, side.size())*max(one.among, 1)*max(other.among, 1)) {
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
// the same commands only the first is kept. Besides, for each side, the bounds of numbers that hold for all of it.
func (c *comparison) traits(least int) (out []trait, bounds [2][]trait) {
	all := slices.Concat(c.bad, c.good)
	g := grouping{said: make([]string, len(all)), least: least}
	facts := make([]fact1, len(all))
	for i, path := range c.paired() {
		for k, s := range all {
			facts[k] = s.facts[path]
		}
		g.property(facts, path, i)
		bounds[0] = c.bounds(bounds[0], facts, trait{what: path, kind: rowNumber, of: i}, 0, len(c.bad))
		bounds[1] = c.bounds(bounds[1], facts, trait{what: path, kind: rowNumber, of: i}, len(c.bad), len(all))
	}
	for _, of := range circumstances {
		for i, s := range all {
			g.said[i] = of.of(s)
		}
		g.group(trait{what: of.what, says: of.verb, kind: of.kind, of: -int(of.kind)})
	}
	out = append(g.found, c.instances(all)...)
	out = slices.DeleteFunc(out, func(t trait) bool { return !t.set.upTo(least, len(all)) })
	slices.SortStableFunc(out, func(a, b trait) int { return cmp.Or(cmp.Compare(a.kind, b.kind), strings.Compare(a.text(), b.text())) })
	known := map[set]bool{}
	return slices.DeleteFunc(out, func(t trait) bool {
		again := known[t.set]
		known[t.set] = true
		return again
	}), bounds
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
	present, missing := trait{what: path, says: "present", kind: rowPresent, of: of}, trait{what: path, says: "is missing", kind: rowMissing, of: of}
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

// bounds adds the highest bound that a number is over in all commands from one index to another, and the lowest that it is under; like
// begins them. What only grows with time is none.
func (c *comparison) bounds(found []trait, facts []fact1, like trait, from, to int) []trait {
	low, high := math.Inf(1), math.Inf(-1)
	for _, f := range facts[from:to] {
		if !f.isNumber() {
			return found
		}
		low, high = min(low, f.number), max(high, f.number)
	}
	below, above := math.Inf(-1), math.Inf(1)
	for _, f := range facts {
		switch {
		case !f.isNumber():
		case f.number < low:
			below = max(below, f.number)
		case f.number > high:
			above = min(above, f.number)
		}
	}
	bound := func(says string, at float64, within func(float64) bool) {
		if math.IsInf(at, 0) {
			return
		}
		t, values := like, make([]float64, 0, len(facts))
		for k, f := range facts {
			if !f.isNumber() {
				continue
			}
			if values = append(values, f.number); within(f.number) {
				t.set.add(k)
			}
		}
		slices.Sort(values)
		t.says, t.among = says+short(at), len(slices.Compact(values))
		if !c.apartInTime(t.set) {
			found = append(found, t)
		}
	}
	bound("is over ", below, func(v float64) bool { return v >= low })
	bound("is under ", above, func(v float64) bool { return v <= high })
	return found
}

// apartInTime reports that all in a set were sent before all others, or after them.
func (c *comparison) apartInTime(in set) bool {
	var split comparison
	for i, s := range slices.Concat(c.bad, c.good) {
		if in.has(i) {
			split.bad = append(split.bad, s)
		} else {
			split.good = append(split.good, s)
		}
	}
	return len(split.bad) == 0 || len(split.good) == 0 || split.inTurn()
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
