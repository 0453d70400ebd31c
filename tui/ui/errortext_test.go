package ui

import (
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestTheDetailOfAnErrorIsReadToItsEnd(t *testing.T) {
	e := trace.Event{Status: msg.Error, Property: []byte(`{"detail":"greeter answers hello alone"}`)}
	if got := ErrorText(&e, 10); got != "greeter answers hello alone" {
		t.Errorf("without room: %q", got)
	}
	if got := ErrorText(&e, 40); got != "" {
		t.Errorf("with room for it in the tree: %q", got)
	}
	for _, property := range []string{"", "[1]", `{}`, `{"detail":1}`} {
		e.Property = []byte(property)
		if got := ErrorText(&e, 0); got != "" {
			t.Errorf("%s: %q", property, got)
		}
	}
	e.Property, e.Detail = []byte(`{"detail":"alone"}`), "alone"
	if got := ErrorText(&e, 40); got != "" {
		t.Errorf("what the tree says is said twice: %q", got)
	}
	if e.Detail = "another"; ErrorText(&e, 40) != "another" {
		t.Error("what the tree does not say is left out")
	}
}
