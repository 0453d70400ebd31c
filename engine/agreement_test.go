package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"
)

// Random scripts run on the engine and on a small sequential model of it. After every step, when nothing moves any more, both must
// agree on the results so far, on who owes the answer of each open command, and on which extensions failed. Steps whose outcome
// depends on the order in which extensions happen to run are left out: the model runs each step under several orders first.

// orders are the orders in which the model lets extensions go on: first, last, and two that change.
func orders() []func(int) int {
	turn := func(by int) func(int) int {
		i := 0
		return func(n int) int { i += by; return i / 2 % n }
	}
	return []func(int) int{func(int) int { return 0 }, func(n int) int { return n - 1 }, turn(1), turn(3)}
}

// agreed runs steps under every order and returns what is seen after each; ok is false if it depends on the order.
func agreed(steps []step) (out []picture, ok bool) {
	for i, pick := range orders() {
		m := newModel(pick)
		for j, s := range steps {
			m.apply(s)
			if m.race {
				return nil, false
			}
			p := m.picture()
			if i == 0 {
				out = append(out, p)
			} else if out[j].differ(p) != "" {
				return nil, false
			}
		}
	}
	return out, true
}

// play runs steps on the engine and compares it with what is expected after each, if anything is.
func play(t *testing.T, steps []step, want []picture) (err error) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, steps)
		defer s.app.Close()
		for i, st := range steps {
			if err = s.apply(st); err != nil {
				return
			}
			synctest.Wait()
			var got picture
			if got, err = s.picture(); err != nil {
				err = fmt.Errorf("after step %d (%v): %w", i, st, err)
				return
			}
			if want == nil {
				continue
			}
			if diff := want[i].differ(got); diff != "" {
				err = fmt.Errorf("after step %d (%v):\n%s", i, st, diff)
				return
			}
		}
		err = s.close()
	})
	return err
}

func TestTheEngineDoesWhatTheModelSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &scriptMaker{t: rt}
		var steps []step
		var want []picture
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			next := append(slices.Clip(steps), m.step())
			if pictures, ok := agreed(next); ok {
				steps, want = next, pictures
			}
		}
		if err := play(t, steps, want); err != nil {
			rt.Fatalf("%v\nscript:\n%v", err, steps)
		}
	})
}

func TestWhateverHappensEachCommandHasOneDebtorAndOneEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &scriptMaker{t: rt}
		var steps []step
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			steps = append(steps, m.step())
		}
		if err := play(t, steps, nil); err != nil {
			rt.Fatalf("%v\nscript:\n%v", err, steps)
		}
	})
}
