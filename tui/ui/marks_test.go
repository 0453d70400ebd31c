package ui_test

import (
	"testing"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

func TestMarksAreTwoAtMost(t *testing.T) {
	var k ui.Marks
	for _, seq := range []uint64{1, 2, 3} {
		k.Toggle(&trace.Event{Seq: seq, ID: 10 + seq})
	}
	if a, b := k.Pair(9); a != 2 || b != 3 {
		t.Errorf("with three marked %d and %d are compared", a, b)
	}
	k.Toggle(&trace.Event{Seq: 2})
	if a, b := k.Pair(9); a != 3 || b != 9 {
		t.Errorf("with one marked and another selected %d and %d are compared", a, b)
	}
	if a, b := k.Pair(3); a != 3 || b != 0 {
		t.Errorf("the marked one alone is compared with %d and %d", a, b)
	}
	for at, want := range map[[2]uint64]bool{{3, 0}: true, {8, 13}: true, {8, 0}: false, {8, 12}: false} {
		if e := (trace.Event{Seq: at[0], ID: at[1]}); k.Match(&e, nil) != want {
			t.Errorf("the event %d of message %d: not %v", at[0], at[1], want)
		}
	}
}
