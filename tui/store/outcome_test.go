package store

import (
	"fmt"
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// span is n durations from a to b milliseconds, evenly.
func span(n int, a, b int64) (out []int64) {
	for i := range int64(n) {
		out = append(out, (a+(b-a)*i/max(int64(n)-1, 1))*1e6)
	}
	return out
}

func (f Figure) text() string {
	return fmt.Sprintf("%s %d %s: %d of %d, %d of %d", f.Turn, f.Measure, f.Name, f.Was, f.OfWas, f.Is, f.Now)
}

func TestChanceIsNeitherBetterNorWorse(t *testing.T) {
	ms := func(all ...int64) (out []int64) {
		for _, v := range all {
			out = append(out, v*1e6)
		}
		return out
	}
	for name, c := range map[string]struct {
		was, is []int64
		want    Turn
	}{
		"all slower":                    {ms(10, 11, 12, 13, 14), ms(20, 21, 22, 23, 24), Worse},
		"all quicker":                   {ms(20, 21, 22, 23, 24), ms(10, 11, 12, 13, 14), Better},
		"four are too few":              {ms(10, 11, 12, 13), ms(20, 21, 22, 23, 24), Same},
		"four after are too few":        {ms(10, 11, 12, 13, 14), ms(90, 91, 92, 93), Same},
		"one of five as before":         {ms(10, 11, 12, 13, 14), ms(12, 21, 22, 23, 24), Same},
		"one that is far out":           {span(50, 10, 12), append(span(49, 10, 12), 900e6), Same},
		"two in ten far out":            {span(10, 10, 12), append(span(8, 10, 12), 800e6, 900e6), Same},
		"none far out any more":         {append(span(49, 10, 12), 900e6), span(50, 10, 12), Same},
		"all a little slower, one far":  {span(33, 100, 107), append(span(29, 102, 112), 144e6, 150e6, 191e6, 248e6), Same},
		"a quarter more":                {span(50, 10, 12), span(50, 13, 15), Same},
		"a half more":                   {span(50, 10, 12), span(50, 15, 18), Worse},
		"less than a millisecond":       {[]int64{1, 2, 3, 4, 5}, []int64{100, 200, 300, 400, 500}, Same},
		"the same all over":             {ms(5, 5, 5, 5, 5, 5), ms(5, 5, 5, 5, 5, 5), Same},
		"equal ones count half":         {ms(5, 5, 5, 5, 5, 5), ms(5, 5, 5, 9, 9, 9), Same},
		"most slower, the last not":     {append(span(40, 10, 12), 50e6), append(span(40, 20, 30), 51e6), Same},
		"most slower, the last quicker": {append(span(40, 10, 12), 90e6), span(40, 20, 30), Same},
	} {
		if f := slower(c.was, c.is); f.Turn != c.want {
			t.Errorf("%s: %s, want %q", name, f.text(), c.want)
		}
	}
	for _, c := range []struct {
		was, of, is, now int
		want             Turn
	}{
		{0, 12, 9, 12, Worse}, {9, 12, 0, 12, Better}, {0, 5, 5, 5, Worse}, {0, 5, 4, 5, Worse}, {0, 5, 2, 5, Same}, {0, 12, 1, 14, Same}, {0, 100, 1, 100, Same},
		{10, 100, 14, 100, Same}, {0, 7, 0, 7, Same}, {7, 7, 9, 9, Same}, {6, 12, 7, 12, Same}, {3, 6, 5, 12, Same}, {800, 1000, 990, 1000, Same}, {100, 1000, 200, 1000, Worse},
	} {
		if f := share(ErrorResults, c.was, c.of, c.is, c.now); f.Turn != c.want {
			t.Errorf("%s, want %q", f.text(), c.want)
		}
	}
}

// Two samples of one spread, in another order each time, are the same nearly always, whatever the spread is.
func TestTwoSamplesOfOneKindAreTheSame(t *testing.T) {
	seed, wrong := uint64(1), 0
	next := func() float64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return float64(seed>>40) / (1 << 24)
	}
	const times = 2000
	for i := range times {
		sample := func() (out []int64) {
			for range 5 + i%40 {
				v := next()
				out = append(out, int64(1e6/(1-v*0.999))) // most are quick, some a thousand times slower
			}
			return out
		}
		if slower(sample(), sample()).Turn != Same {
			wrong++
		}
	}
	if wrong > times/80 {
		t.Errorf("%d of %d differ", wrong, times)
	}
}

func TestCommandsAreComparedByTheirNames(t *testing.T) {
	a, b := sym("a"), sym("b")
	quick, slow := span(9, 1, 2), span(9, 100, 120)
	turns := func(all []Figure) string {
		var out []string
		for _, f := range all {
			out = append(out, f.text())
		}
		return strings.Join(out, "; ")
	}
	got, enough := compare(tallies{a: {took: quick}, b: {took: slow[:1]}}, tallies{a: {took: quick[:2]}, b: {took: slow}})
	if len(got) > 0 || enough {
		t.Errorf("others were asked than before: %s", turns(got))
	}
	got, enough = compare(tallies{a: {took: quick}, b: {took: slow}}, tallies{a: {took: slow}, b: {took: quick, silent: 9}})
	if want := "worse 2 b: 0 of 9, 9 of 18; worse 3 a: 2000000 of 9, 120000000 of 9; better 3 b: 120000000 of 9, 2000000 of 9"; turns(got) != want || !enough {
		t.Errorf("%s, want %s", turns(got), want)
	}
	got, _ = compare(tallies{a: {took: slow}}, tallies{a: {took: quick[:4], errors: 9}})
	if want := "worse 1 a: 0 of 9, 9 of 13"; turns(got) != want {
		t.Errorf("errors are quick, which is no merit: %s, want %s", turns(got), want)
	}
}

// lives is a scene in which b, asked hello each 100 ms, gets other lives.
type lives struct {
	*scene
	ms int64
	id uint64
}

func (l *lives) enter(s trace.State, detail string) {
	l.ms++
	l.at(l.ms, trace.Event{Kind: trace.Transition, Extension: sym("b"), State: s, Detail: detail})
}

func (l *lives) again(why string) {
	l.enter(trace.Stop, why)
	l.enter(trace.Ended, "")
	l.enter(trace.Created, why)
	l.enter(trace.Running, "")
}

// ask asks n times; answers after so long, or never.
func (l *lives) ask(n int, after int64, status msg.Status) {
	for range n {
		l.ms += 100
		l.id++
		l.at(l.ms, cmd(trace.Sent, l.id))
		l.at(l.ms, cmd(trace.Delivered, l.id))
		if after > 0 {
			l.at(l.ms+after, with(cmd(trace.Result, l.id), func(e *trace.Event) { e.Type, e.Final, e.By, e.Status = msg.KindResult, true, trace.ByHandler, status }))
		} else {
			l.at(l.ms+1, with(cmd(trace.Freed, l.id), func(e *trace.Event) { e.Debtor = trace.DebtorNobody }))
		}
	}
}

func newLives() *lives {
	l := &lives{scene: newScene(Options{})}
	l.enter(trace.Created, "")
	l.enter(trace.Running, "")
	return l
}

func (l *lives) told() string {
	var out []string
	for _, c := range l.Changes() {
		text := fmt.Sprintf("%s %s %q", c.Extension(), c.Cause, c.Why)
		for _, f := range c.Figures {
			text += fmt.Sprintf(" %s %s", f.Turn, [...]string{"problems", "errors", "silent", "p99"}[f.Measure])
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

const saved = "restarted: b.py saved"

func TestAChangeSaysWhatCameOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(l *lives)
		want string
	}{
		"the first life is no change": {func(l *lives) { l.ask(9, 3, msg.OK) }, ``},
		"slower":                      {func(l *lives) { l.ask(9, 3, msg.OK); l.again(saved); l.ask(9, 50, msg.OK) }, `b code "b.py saved" worse p99`},
		"as before":                   {func(l *lives) { l.ask(9, 3, msg.OK); l.again(saved); l.ask(9, 3, msg.OK) }, `b code "b.py saved"`},
		"too few":                     {func(l *lives) { l.ask(9, 3, msg.OK); l.again(saved); l.ask(4, 50, msg.OK) }, `b code "b.py saved"`},
		"too few before":              {func(l *lives) { l.ask(4, 3, msg.OK); l.again(saved); l.ask(9, 50, msg.OK) }, `b code "b.py saved"`},
		"errors":                      {func(l *lives) { l.ask(9, 3, msg.OK); l.again("restarted by hand"); l.ask(9, 3, msg.Error) }, `b restart "by hand" worse errors`},
		"mended":                      {func(l *lives) { l.ask(9, 0, msg.OK); l.again(saved); l.ask(9, 3, msg.OK) }, `b code "b.py saved" better silent`},
		"as silent as before":         {func(l *lives) { l.ask(9, 0, msg.OK); l.again(saved); l.ask(9, 0, msg.OK) }, `b code "b.py saved"`},
		"long after":                  {func(l *lives) { l.ask(9, 3, msg.OK); l.again(saved); l.ms += 10_100; l.ask(9, 50, msg.OK) }, `b code "b.py saved"`},
		"long before":                 {func(l *lives) { l.ask(9, 3, msg.OK); l.ms += 10_100; l.again(saved); l.ask(9, 50, msg.OK) }, `b code "b.py saved"`},
		"each with the one before": {func(l *lives) {
			l.ask(9, 3, msg.OK)
			l.again(saved)
			l.ask(9, 50, msg.OK)
			l.again("restarted: property x changed")
			l.ask(9, 3, msg.OK)
			l.again("restarted after it failed")
			l.ask(9, 3, msg.OK)
		}, `b code "b.py saved" worse p99; b config "property x changed" better p99; b restart "after it failed"`},
		"what a person held": {func(l *lives) {
			l.ask(9, 3, msg.OK)
			l.again(saved)
			l.ask(4, 3, msg.OK)
			for range 5 {
				l.ms += 100
				l.id++
				l.at(l.ms, cmd(trace.Sent, l.id))
				l.at(l.ms, with(cmd(trace.Held, l.id), func(e *trace.Event) { e.Rule = sym("hold-1") }))
				l.at(l.ms+900, cmd(trace.Released, l.id))
				l.at(l.ms+900, cmd(trace.Delivered, l.id))
				l.at(l.ms+990, with(cmd(trace.Result, l.id), func(e *trace.Event) { e.Type, e.Final, e.By = msg.KindResult, true, trace.ByHandler }))
				l.ms += 990
			}
		}, `b code "b.py saved"`},
	} {
		l := newLives()
		c.do(l)
		l.at(l.ms+1000, trace.Event{Kind: trace.SnapshotTaken})
		if got := l.told(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAProblemAfterAChangeIsWorseAndOneThatEndsIsBetter(t *testing.T) {
	lint := func(l *lives, rule string, level trace.Level, property string) {
		l.ms++
		l.at(l.ms, trace.Event{Kind: trace.Lint, Extension: sym("b"), Rule: sym(rule), Level: level, Detail: "it is so", Property: []byte(property)})
	}
	look := func(l *lives) {
		l.ms += 300
		l.at(l.ms, trace.Event{Kind: trace.SnapshotTaken})
	}
	l := newLives()
	l.again(saved)
	lint(l, "hint", trace.Info, "")
	look(l)
	if got := l.told(); got != `b code "b.py saved"` {
		t.Errorf("a remark: %s", got)
	}
	lint(l, "x", trace.Warn, "")
	look(l)
	if got := l.told(); got != `b code "b.py saved" worse problems` {
		t.Errorf("a problem: %s", got)
	}
	l.again(saved)
	lint(l, "x", trace.Warn, `{"ended":true}`)
	look(l)
	if got := l.told(); got != `b code "b.py saved" worse problems; b code "b.py saved" better problems` {
		t.Errorf("it ended: %s", got)
	}
}

// A loss is what it was, whoever has sent the command: what is sent by hand to try a change must not make it look worse.
func TestTheSameProblemOfAnotherSenderIsNotWorse(t *testing.T) {
	l := newLives()
	lost := func(from, name string) {
		l.ask(1, 0, msg.OK)
		l.ms++
		l.at(l.ms, trace.Event{Kind: trace.Lint, Type: msg.KindCmd, Rule: sym("lost"), Level: trace.Error, ID: l.id, Name: sym(name), From: sym(from), To: sym("b"), Extension: sym("b")})
	}
	judged := func() string {
		l.ms += 300
		l.at(l.ms, trace.Event{Kind: trace.SnapshotTaken})
		return l.told()
	}
	lost("a", "hello")
	l.again(saved)
	lost("ten:bench", "hello")
	if got := judged(); got != `b code "b.py saved"` || len(l.Problems()) != 2 {
		t.Errorf("the same from another: %s, of %d problems", got, len(l.Problems()))
	}
	lost("ten:bench", "other")
	if got := judged(); got != `b code "b.py saved" worse problems` {
		t.Errorf("another: %s", got)
	}
}

func TestPropertiesThatAreTakenWhileItRunsAreAChange(t *testing.T) {
	const graph = "g"
	l := &lives{scene: newScene(Options{})}
	in := func(e trace.Event) trace.Event {
		e.Graph = sym(graph)
		return e
	}
	enter := func(name string, s trace.State, detail string) {
		l.ms++
		l.at(l.ms, in(trace.Event{Kind: trace.Transition, Extension: sym(name), State: s, Detail: detail}))
	}
	note := func(detail string) {
		l.at(l.ms, in(trace.Event{Kind: trace.Config, Level: trace.Info, Detail: detail}))
	}
	for _, name := range []string{"b", "c"} {
		enter(name, trace.Created, "")
		enter(name, trace.Running, "")
	}
	note("applied: added d; changed b (x, y); changed c (z); 1 route; changed d (q)")
	if got := l.told(); got != `b config "x, y changed"; c config "z changed"` {
		t.Fatal(got)
	}
	enter("c", trace.Stop, "restarted: property z changed") // it could not take it
	enter("c", trace.Ended, "")
	enter("c", trace.Created, "restarted: property z changed")
	enter("c", trace.Running, "")
	const want = `b config "x, y changed"; c config "property z changed"`
	if got := l.told(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if c := l.Changes()[1]; c.from != 4e6 {
		t.Errorf("it is compared with what was since %d, not since c ran", c.from)
	}
	note("applied: changed c (z)") // the restart was quicker than the note
	note("refused: changed b (x)")
	if got := l.told(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAPropertySetByHandIsAChange(t *testing.T) {
	l := &lives{scene: newScene(Options{})}
	for i, s := range []trace.State{trace.Created, trace.Running} {
		l.at(int64(i), trace.Event{Kind: trace.Transition, Graph: sym("g"), Extension: sym("b"), State: s})
	}
	l.at(2000, trace.Event{Kind: trace.Config, Graph: sym("g"), Detail: "applied by hand: changed b (deep.x)"})
	if got := l.told(); got != `b config "deep.x changed"` || !l.Changes()[0].ByHand {
		t.Error(got)
	}
}

func TestChangesAreBounded(t *testing.T) {
	l := newLives()
	for range 3 * maxChanges {
		l.again(saved)
	}
	if all, open := len(l.changes.all), len(l.changes.open); all != maxChanges || open > 2 {
		t.Errorf("%d are kept, %d looked at", all, open)
	}
}

// A source that was broken and then mended makes two changes, each from its own save on.
func TestAMendBeginsWithItsOwnSave(t *testing.T) {
	l := newLives()
	l.ms = 1000
	l.enter(trace.Stop, saved)
	l.enter(trace.Ended, "")
	l.enter(trace.Created, saved)
	l.enter(trace.Failed, "SyntaxError")
	l.ms = 9000
	l.enter(trace.Created, saved)
	l.enter(trace.Running, "")
	all := l.Changes()
	if len(all) != 2 || !all[0].Failed || all[0].Began != all[0].Stop || all[0].Began != 1001e6 || all[1].Began != 9001e6 || all[1].Stop != all[0].Stop || all[1].Up-all[1].Began != 1e6 {
		t.Errorf("%d changes: %+v and %+v", len(all), *all[0], *all[len(all)-1])
	}
}
