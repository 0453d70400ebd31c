package store

import (
	"cmp"
	"math"
	"slices"

	"tenbench/engine/trace"
)

// Turn says which way something went.
type Turn uint8

// The ways; Same means no difference that counts.
const (
	Same Turn = iota
	Better
	Worse
)

// String is the word for it, "" for Same.
func (t Turn) String() string { return [...]string{"", "better", "worse"}[t] }

// Measure is what a Figure measures.
type Measure uint8

// The measures, the gravest first.
const (
	OpenProblems Measure = iota
	ErrorResults
	NoAnswers
	Slowness // the slowest of a hundred, from the begin of the handler to the answer
)

// Figure is a number before and after a change that differs so much that it counts.
type Figure struct {
	Measure    Measure
	Name       trace.Sym // of the commands; 0 of problems
	Was, Is    int64     // nanoseconds, or how many
	OfWas, Now int       // the commands that were looked at, before and after
	Turn       Turn
}

// What counts. Chance must not say worse: a person would look for a mistake that is not there.
const (
	// leastCommands is how many commands of a name there must be on each side. With five on each side the test below needs all of one
	// side to be slower than all of the other.
	leastCommands = 5
	// surely is how many standard deviations apart the sides must be. Chance alone goes so far about once in 80 times, and then the
	// figure itself must have moved by a third besides.
	surely = 2.5
	// leastThird is how much more or less counts: below that nobody would have noticed.
	leastThird = 4.0 / 3
	// leastSlower is a difference that is the machine's and not the extension's.
	leastSlower = int64(1e6)

	maxFigures = 4
)

// tally is what became of the commands of one name within a stretch of time.
type tally struct {
	took   []int64 // by those that were answered well; those that fail are often quick, and that is no merit
	errors int
	silent int
}

func (t *tally) ended() int { return len(t.took) + t.errors + t.silent }

// tallies are those of an extension's commands by name: commands of different names are not to be compared.
type tallies map[trace.Sym]*tally

func (t tallies) of(name trace.Sym) *tally {
	if t[name] == nil {
		t[name] = new(tally)
	}
	return t[name]
}

// compare returns the figures that count, the gravest first, and whether there were enough commands to tell.
func compare(was, is tallies) (all []Figure, enough bool) {
	for name, after := range is {
		before := was[name]
		if before == nil || before.ended() < leastCommands || after.ended() < leastCommands {
			continue
		}
		enough = true
		for _, f := range []Figure{
			share(ErrorResults, before.errors, before.ended(), after.errors, after.ended()),
			share(NoAnswers, before.silent, before.ended(), after.silent, after.ended()),
			slower(before.took, after.took),
		} {
			if f.Name = name; f.Turn != Same {
				all = append(all, f)
			}
		}
	}
	return gravest(all), enough
}

// gravest sorts figures and keeps the first ones: what is worse, before what is better.
func gravest(all []Figure) []Figure {
	slices.SortFunc(all, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(b.Turn, a.Turn), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Name.String(), b.Name.String()))
	})
	return all[:min(len(all), maxFigures)]
}

// opened compares how many are open. One more is worse: the lints have thresholds of their own.
func opened(was, is int) Figure {
	f := Figure{Measure: OpenProblems, Was: int64(was), Is: int64(is)}
	f.Turn = turn(cmp.Compare(is, was))
	return f
}

func turn(sign int) Turn {
	switch {
	case sign > 0:
		return Worse
	case sign < 0:
		return Better
	}
	return Same
}

// share compares how many of so many went wrong.
func share(what Measure, was, of, is, now int) Figure {
	f := Figure{Measure: what, Was: int64(was), OfWas: of, Is: int64(is), Now: now}
	before, after := float64(was)/float64(of), float64(is)/float64(now)
	all := float64(was+is) / float64(of+now)
	deviation := math.Sqrt(all * (1 - all) * (1/float64(of) + 1/float64(now)))
	switch {
	case deviation == 0 && before == after, math.Abs(after-before) < surely*deviation, !byAThird(before, after):
	default:
		f.Turn = turn(cmp.Compare(after, before))
	}
	return f
}

func byAThird(a, b float64) bool { return max(a, b) >= leastThird*min(a, b) }

// slower compares how long commands took. It says so only if nearly all take longer, or less, by their ranks, and the middle one and the
// slowest by a third: the slowest of few is chance, and on a busy machine nearly all may take a little longer.
func slower(was, is []int64) Figure {
	f := Figure{Measure: Slowness, OfWas: len(was), Now: len(is)}
	if len(was) < leastCommands || len(is) < leastCommands {
		return f
	}
	slices.Sort(was)
	slices.Sort(is)
	f.Was, f.Is = slowest(was), slowest(is)
	apart := ranks(was, is)
	if math.Abs(apart) < surely || max(f.Was-f.Is, f.Is-f.Was) < leastSlower || !byAThird(float64(f.Was), float64(f.Is)) ||
		!byAThird(float64(was[len(was)/2]), float64(is[len(is)/2])) {
		return f
	}
	if t := turn(cmp.Compare(f.Is, f.Was)); t == turn(cmp.Compare(apart, 0)) {
		f.Turn = t
	}
	return f
}

// slowest is the 99th of a hundred of sorted durations.
func slowest(sorted []int64) int64 { return sorted[len(sorted)-len(sorted)/100-1] }

// ranks is by how many standard deviations the second of two sorted lists lies above the first, in the order of all (Mann and
// Whitney's test): it does not care how durations are spread, and one that is far out weighs no more than one that is just the last.
func ranks(was, is []int64) float64 {
	n, m := float64(len(was)), float64(len(is))
	above, below, equal := 0.0, 0, 0
	for _, v := range is {
		for below < len(was) && was[below] < v {
			below++
		}
		for equal = max(equal, below); equal < len(was) && was[equal] == v; {
			equal++
		}
		above += float64(below) + float64(equal-below)/2
	}
	return (above - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
}
