package diagnose

import (
	"slices"
	"strings"
	"testing"

	"tenbench/engine/trace"
)

// goesRound is the lint about hello of the greeter.
func goesRound(at int64) trace.Event {
	e := hello(trace.Lint, at, 64)
	e.Detail = "greeter sends cmd hello to itself, and it goes round: let it end."
	return lint(MessageCycle, trace.Warn, e)
}

// What is about a single thing stays when thousands of a kind come after it.
func TestVeryManyOfAKindDoNotPushOutWhatIsSingle(t *testing.T) {
	f := fold(goesRound(0))
	for id := uint64(1); id <= 3*maxProblems; id++ {
		for _, e := range []trace.Event{hello(trace.Sent, int64(id), id), unanswered(int64(id)+1, id)} {
			f.Add(&e)
		}
	}
	all := f.Problems(trace.Snapshot{})
	i := slices.IndexFunc(all, func(p Problem) bool { return p.Rule == MessageCycle })
	if len(all) != 2 || i < 0 || f.Forgotten != 0 || all[0].Count != 3*maxProblems {
		t.Fatalf("%d forgotten of %+v", f.Forgotten, all)
	}
	if p := all[i]; p.Text != "greeter sends cmd hello to itself, and it goes round." || p.Remedy != "Let it end." {
		t.Errorf("%q, %q", p.Text, p.Remedy)
	}
}

// One that was given up and is told to be lost then is counted once.
func TestWhatWasGivenUpIsCountedOnce(t *testing.T) {
	f := new(Fold)
	const n = 2 * maxProblems
	for id := uint64(1); id <= n; id++ {
		for _, e := range []trace.Event{hello(trace.Sent, int64(id), id), hello(trace.Delivered, int64(id), id), hello(trace.Handled, int64(id), id), unanswered(int64(id)+1, id)} {
			f.Add(&e)
		}
	}
	for id := uint64(1); id <= n; id++ {
		for _, e := range []trace.Event{hello(trace.Freed, n+int64(id), id), lint(Lost, trace.Error, hello(trace.Lint, n+int64(id), id))} {
			f.Add(&e)
		}
	}
	sum := 0
	for _, p := range f.Problems(trace.Snapshot{}) {
		sum += p.Count
	}
	if sum != n {
		t.Errorf("%d are counted, want %d", sum, n)
	}
}

// Of commands that go round nobody says that nobody is to blame.
func TestWhatGoesRoundIsSaidToDoSo(t *testing.T) {
	child := func(name string) []trace.Event {
		e := hello(trace.Sent, 10*ms, 43)
		e.Name, e.Parent, e.ParentDebtor, e.From = trace.Intern(name), 42, trace.DebtorChild, e.To
		return append(handled42(), e)
	}
	cut := func(events []trace.Event, id uint64) []trace.Event {
		e := result(500*ms, id, trace.ByStop, 1)
		e.Detail = trace.DetailCut
		return append(events, e)
	}
	for _, c := range []struct {
		name   string
		events []trace.Event
		id     uint64
		want   bool
	}{
		{"it waits for the next", append(child("hello"), goesRound(20*ms), unanswered(2*s, 42)), 42, true},
		{"near miss: no round was told", append(child("hello"), unanswered(2*s, 42)), 42, false},
		{"near miss: it waits for another name", append(child("look"), goesRound(20*ms), unanswered(2*s, 42)), 42, false},
		{"the stop ended it", cut(append(child("hello"), goesRound(20*ms)), 43), 43, true},
		{"near miss: the stop ended it, and no round was told", cut(child("hello"), 43), 43, false},
	} {
		v, ok := fold(c.events...).Verdict(c.id, trace.Snapshot{}, nil)
		if !ok || (v.Rule == MessageCycle) != c.want || c.want && (v.Remedy != remedyRound || !strings.Contains(v.Text, "round")) {
			t.Errorf("%s: %s: %s %s", c.name, v.Rule, v.Text, v.Remedy)
		}
	}
}

// handled42 is a command that the greeter handles.
func handled42() []trace.Event {
	return []trace.Event{hello(trace.Sent, 1*ms, 42), hello(trace.Delivered, 2*ms, 42)}
}
