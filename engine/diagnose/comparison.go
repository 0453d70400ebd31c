package diagnose

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/msg"
)

// comparison looks for what is true of all commands on one side and of none on the other.
type comparison struct {
	bad, good []*sample
	to        string
}

// errorWords turn a sentence about unanswered commands into one about those that were answered with ERROR.
var errorWords = strings.NewReplacer(" unanswered", " with ERROR", " answered", " with OK")

// rows returns what separates the two sides, the best explanation first, and after it a few properties that do not. What lies in the
// commands, or in who sent them, comes before the state of the receiver; that one side merely came after the other is said last, as
// anything may have changed then. Two things together are looked for where no single one does it.
func (c *comparison) rows() []Row {
	if len(c.bad) == 0 || len(c.good) == 0 {
		return nil
	}
	var apart, others []Row
	paths := c.paths()
	for _, path := range paths {
		if row, ok := c.property(path); ok {
			apart = append(apart, row)
		} else if !nested(path) {
			row.What, row.Says = path, "present"
			row.Unanswered, row.Answered = c.count(func(s *sample) bool { return s.has(path) })
			others = append(others, row)
		}
	}
	apart = append(outermost(apart), c.circumstances()...)
	slices.SortStableFunc(apart, func(a, b Row) int { return cmp.Compare(a.kind, b.kind) })
	if len(apart) == 0 {
		if both := c.pair(); both != nil {
			apart, others = both[:1], both[1:]
		}
	}
	if row, ok := c.instance(); ok {
		apart = append(apart, row)
	} else if row, ok := c.turn(); ok && len(apart) == 0 {
		apart = append(apart, row)
	}
	if len(apart) == 0 {
		return nil
	}
	return append(apart[:min(len(apart), maxRows)], others[:min(len(others), maxOthers)]...)
}

func nested(path string) bool { return strings.ContainsAny(path, ".[") }

// outermost leaves out what separates only because an object around it does.
func outermost(rows []Row) []Row {
	var out []Row
	for _, r := range rows {
		inside := slices.ContainsFunc(rows, func(o Row) bool {
			return o.kind <= rowPresent && len(o.What) < len(r.What) && (strings.HasPrefix(r.What, o.What+".") || strings.HasPrefix(r.What, o.What+"["))
		})
		if !inside {
			out = append(out, r)
		}
	}
	return out
}

// paths returns the properties that any of the commands has, in order.
func (c *comparison) paths() []string {
	all := map[string]bool{}
	for _, s := range slices.Concat(c.bad, c.good) {
		for path := range s.facts {
			if len(all) < maxPaths || all[path] {
				all[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (s *sample) has(path string) bool {
	_, ok := s.facts[path]
	return ok
}

// count returns of how many on each side something is true.
func (c *comparison) count(is func(*sample) bool) (bad, good int) {
	for _, s := range c.bad {
		if is(s) {
			bad++
		}
	}
	for _, s := range c.good {
		if is(s) {
			good++
		}
	}
	return bad, good
}

// property looks whether one property separates the sides.
func (c *comparison) property(path string) (Row, bool) {
	bad, good := c.count(func(s *sample) bool { return s.has(path) })
	row := Row{What: path, Says: "present", Unanswered: bad, Answered: good, Separates: true}
	switch {
	case bad == 0 && good == len(c.good) && c.enough():
		row.kind = rowMissing
		row.text = fmt.Sprintf("%s is missing in %s unanswered and present in %s answered", path, c.allBad(), c.allGood())
		return row, true
	case bad == len(c.bad) && good == 0 && c.enough():
		row.kind = rowPresent
		row.text = fmt.Sprintf("%s is present in %s unanswered and missing in %s answered", path, c.allBad(), c.allGood())
		return row, true
	}
	if row, ok := c.types(path); ok {
		return row, true
	}
	if row, ok := c.values(path, rowValue, func(s *sample) (string, bool) {
		f := s.facts[path]
		return f.value, f.value != ""
	}, func(v string) string { return "is " + v }); ok {
		return row, true
	}
	if row, ok := c.bound(path, rowNumber, func(f fact1) (float64, bool) { return f.number, f.isNumber() }, "%s is over %s", "%s is under %s"); ok {
		return row, true
	}
	return c.bound(path, rowLength, func(f fact1) (float64, bool) { return float64(f.length), f.length >= 0 }, "%s is longer than %s", "%s is shorter than %s")
}

func (c *comparison) allBad() string  { return fmt.Sprintf("%d of %d", len(c.bad), len(c.bad)) }
func (c *comparison) allGood() string { return fmt.Sprintf("%d of %d", len(c.good), len(c.good)) }

// enough reports that what separates them all is no accident of too few: two of each side, or three against one.
func (c *comparison) enough() bool {
	b, g := len(c.bad), len(c.good)
	return b >= 2 && g >= 2 || b >= 1 && g >= 3 || b >= 3 && g >= 1
}

// enoughAtAll reports that there are enough for chance to be told from what it is not, if there is anything.
func (c *comparison) enoughAtAll() bool {
	return c.enough() && choose(len(c.bad)+len(c.good), min(len(c.bad), len(c.good))) >= 10
}

// types looks whether the property has another type on each side.
func (c *comparison) types(path string) (Row, bool) {
	bad, sameBad := sameType(c.bad, path)
	good, sameGood := sameType(c.good, path)
	if !sameBad || !sameGood || bad == good || !c.enough() {
		return Row{}, false
	}
	return Row{What: path, Says: "is " + bad.String(), Unanswered: len(c.bad), Separates: true, kind: rowType,
		text: fmt.Sprintf("%s is %s in %s unanswered and %s in %s answered", path, bad, c.allBad(), good, c.allGood())}, true
}

func sameType(of []*sample, path string) (t msg.Type, same bool) {
	for i, s := range of {
		f, ok := s.facts[path]
		if !ok || i > 0 && f.t != t {
			return t, false
		}
		t = f.t
	}
	return t, len(of) > 0
}

// values looks whether all on one side have the same value, and none on the other has it.
func (c *comparison) values(what string, kind rowKind, of func(*sample) (string, bool), says func(string) string) (Row, bool) {
	bad, oneBad := sameValue(c.bad, of)
	good, oneGood := sameValue(c.good, of)
	value, side := bad, oneBad
	if !oneBad {
		value, side = good, oneGood
	}
	if !side || !c.enoughValues(oneBad, oneGood) {
		return Row{}, false
	}
	b, g := c.count(func(s *sample) bool {
		v, ok := of(s)
		return ok && v == value
	})
	if b > 0 && g > 0 {
		return Row{}, false
	}
	row := Row{What: what, Says: says(value), Unanswered: b, Answered: g, Separates: true, kind: kind}
	row.text = fmt.Sprintf("%s %s in %d of %d unanswered and in %d of %d answered", what, row.Says, b, len(c.bad), g, len(c.good))
	return row, true
}

func sameValue(all []*sample, of func(*sample) (string, bool)) (string, bool) {
	first := ""
	for i, s := range all {
		v, ok := of(s)
		if !ok || i > 0 && v != first {
			return "", false
		}
		first = v
	}
	return first, len(all) > 0
}

// enoughValues reports that a shared value is no accident: where each side has its own, two of each will do or four against one;
// where only one side agrees, the odds against chance must be ten to one.
func (c *comparison) enoughValues(oneBad, oneGood bool) bool {
	b, g := len(c.bad), len(c.good)
	if oneBad && oneGood {
		return b >= 2 && g >= 2 || b >= 1 && g >= 4 || b >= 4 && g >= 1
	}
	return b >= 2 && g >= 2 && choose(b+g, min(b, g)) >= 10
}

// choose is n over k, as far as it matters.
func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}

// bound looks whether all on one side lie above all on the other. What grows with time separates whatever came first from what
// came later, so it counts only if the sides are mixed in time. Of those that were answered some may lack it.
func (c *comparison) bound(path string, kind rowKind, of func(fact1) (float64, bool), over, under string) (Row, bool) {
	lowBad, highBad, bad := limits(c.bad, path, of)
	lowGood, highGood, good := limits(c.good, path, of)
	if bad < len(c.bad) || bad < 2 || good < 2 || choose(bad+good, min(bad, good)) < 20 || c.inTurn() {
		return Row{}, false
	}
	row := Row{What: path, Unanswered: len(c.bad), Separates: true, kind: kind}
	switch {
	case lowBad > highGood:
		row.text = fmt.Sprintf(over, path, short(highGood))
	case highBad < lowGood:
		row.text = fmt.Sprintf(under, path, short(lowGood))
	default:
		return Row{}, false
	}
	row.Says = strings.TrimPrefix(row.text, path+" ")
	row.text += fmt.Sprintf(" in %s unanswered and in 0 of %d answered", c.allBad(), len(c.good))
	return row, true
}

// limits returns the lowest and the highest, and how many have it.
func limits(all []*sample, path string, of func(fact1) (float64, bool)) (low, high float64, n int) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range all {
		f, has := s.facts[path]
		if value, is := of(f); has && is {
			low, high, n = min(low, value), max(high, value), n+1
		}
	}
	return low, high, n
}

func short(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// inTurn reports that all on one side were sent before all on the other.
func (c *comparison) inTurn() bool {
	seq := func(a, b *sample) int { return cmp.Compare(a.seq, b.seq) }
	return slices.MaxFunc(c.bad, seq).seq < slices.MinFunc(c.good, seq).seq || slices.MaxFunc(c.good, seq).seq < slices.MinFunc(c.bad, seq).seq
}

// turn looks whether one side came after the other: the receiver answered until then, or has answered since. What else changed then is
// not known. The newest one or two without an answer may merely be slow.
func (c *comparison) turn() (Row, bool) {
	if !c.enoughInTurn() {
		return Row{}, false
	}
	seq := func(a, b *sample) int { return cmp.Compare(a.seq, b.seq) }
	row := Row{What: "it", Unanswered: len(c.bad), Separates: true, Weak: true, kind: rowTurn}
	if first := slices.MinFunc(c.bad, seq); first.seq > slices.MinFunc(c.good, seq).seq {
		row.Says = fmt.Sprintf("was sent since #%d", first.id)
	} else {
		row.Says = fmt.Sprintf("was sent before #%d", slices.MinFunc(c.good, seq).id)
	}
	row.text = fmt.Sprintf("%s %s in %s unanswered and in 0 of %d answered", row.What, row.Says, c.allBad(), len(c.good))
	return row, true
}

// enoughInTurn reports that one side came after the other, and that there are enough of both for that to be no accident.
func (c *comparison) enoughInTurn() bool {
	b, g := len(c.bad), len(c.good)
	return b >= 3 && g >= 3 && choose(b+g, min(b, g)) >= 100 && c.inTurn()
}

// instance looks whether all on one side were sent before a restart of the receiver, and all on the other since.
func (c *comparison) instance() (Row, bool) {
	if !c.enoughInTurn() {
		return Row{}, false
	}
	born := func(a, b *sample) int { return cmp.Compare(a.born, b.born) }
	row := Row{What: "it", Unanswered: len(c.bad), Separates: true, Weak: true, kind: rowInstance}
	firstBad, firstGood := slices.MinFunc(c.bad, born).born, slices.MinFunc(c.good, born).born
	switch {
	case firstBad > slices.MaxFunc(c.good, born).born:
		row.Says = "was sent since " + c.restart(firstBad)
	case firstGood > slices.MaxFunc(c.bad, born).born:
		row.Says = "was sent before " + c.restart(firstGood)
	default:
		return Row{}, false
	}
	row.text = fmt.Sprintf("%s in %s unanswered and in 0 of %d answered", row.Name(), c.allBad(), len(c.good))
	return row, true
}

// circumstance is something that is not in a command.
type circumstance struct {
	what, verb string
	kind       rowKind
	of         func(*sample) string
}

// circumstances are the sender, what a command was sent for, and whether its receiver was ready for it.
var circumstances = []circumstance{
	{"the sender", "is ", rowSender, func(s *sample) string { return s.from.String() }},
	{"the command it was sent for", "is ", rowParent, func(s *sample) string { return orElse(s.parent.String(), "none") }},
	{"an ERROR for what it had sent", "", rowParent, func(s *sample) string {
		if s.failedChild {
			return "came"
		}
		return "did not come"
	}},
	{"on_start of the receiver", "", rowStart, func(s *sample) string {
		if s.early {
			return "had not ended"
		}
		return "had ended"
	}},
}

// circumstances looks at what is not in the commands. That a few early ones have no answer says nothing, nor that those have one.
func (c *comparison) circumstances() []Row {
	var out []Row
	for _, of := range circumstances {
		row, ok := c.values(of.what, of.kind, func(s *sample) (string, bool) { return of.of(s), true }, func(v string) string { return of.verb + v })
		if ok && (of.kind != rowStart || c.bad[0].early && min(len(c.bad), len(c.good)) >= 2 && c.enoughAtAll()) {
			out = append(out, row)
		}
	}
	return out
}
