package ui

import "testing"

func TestAChangedNumberIsFreshForASecond(t *testing.T) {
	var c Changes
	c.Note(1, 5, 0)
	if c.Fresh(1, 0) || c.Fresh(2, 0) {
		t.Error("a first value is no change")
	}
	c.Note(1, 5, 10)
	if c.Fresh(1, 10) {
		t.Error("the same value is no change")
	}
	c.Note(1, 6, 20)
	if !c.Fresh(1, 20) || !c.Fresh(1, 20+freshTime-1) || c.Fresh(1, 20+freshTime) {
		t.Error("it is not fresh for exactly a second")
	}
}

func TestChangesAreBounded(t *testing.T) {
	var c Changes
	for key := range uint64(3 * maxChanges) {
		c.Note(key, 1, 0)
	}
	if len(c.seen) > maxChanges {
		t.Errorf("%d numbers are remembered", len(c.seen))
	}
}
