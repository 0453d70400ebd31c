package traffic

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// declares is what the manifests of the scene say.
func declares(_, extension string) []ui.DeclaredMessage {
	if extension != "weather_tool" {
		return nil
	}
	return []ui.DeclaredMessage{{Kind: msg.KindCmd, Name: "tool_call", Properties: []ui.DeclaredProperty{
		{Name: "city", Type: "string", Required: true}, {Name: "units", Type: "int64"}, {Name: "towns", Type: "string", Required: true},
	}}}
}

// What was sent stands beside what its receiver's manifest declares: here the property that is missing is the reason of the loss.
func TestTheMessageIsComparedWithTheReceiversManifest(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h+5), func(t *testing.T) {
			m, c, _ := scene(tuitest.Voice(), 12500*time.Millisecond, size.w, size.h)
			c.Info.Declares = declares
			selectName(t, m, "tool_call", 15*time.Second)
			tuitest.Press(m, "enter")
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
			for _, want := range []string{"not declared; did you mean towns?", "not int64", "city   missing  ! required"} {
				if v := m.View(); !strings.Contains(v, want) {
					t.Errorf("no %q in:\n%s", want, v)
				}
			}
			selectName(t, m, "tool_call", 7*time.Second)
			if v := m.View(); strings.Contains(v, "city   missing") {
				t.Errorf("a property that is there is missing:\n%s", v)
			}
			selectName(t, m, "chat", 7*time.Second)
			if v := m.View(); strings.Contains(v, "declare") {
				t.Errorf("a receiver without a manifest declares something:\n%s", v)
			}
		})
	}
}

func TestNVisitsTheMessagesThatTheFilterFound(t *testing.T) {
	m, _, _ := scene(tuitest.Voice(), 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	tuitest.Type(m, "name = tool_call")
	tuitest.Press(m, "enter")
	found := m.list.Len()
	tuitest.Press(m, "f", "g")
	visited := 0
	for i := 0; i <= found; i++ {
		before := m.list.Selected()
		if tuitest.Press(m, "n"); m.list.Selected() == before {
			break
		}
		if e, _ := m.selected(); e.Name.String() != "tool_call" {
			t.Fatalf("n goes to %s", e.Name)
		}
		visited++
	}
	if found < 2 || visited != found {
		t.Errorf("n visits %d of %d", visited, found)
	}
}

func TestXWaitsForTheFilter(t *testing.T) {
	r := tuitest.Voice()
	m, _, _ := scene(r, 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	tuitest.Type(m, "name = tool_call")
	tuitest.Press(m, "enter")
	m.filter.rows = m.c.Store.Filter(m.c.Store.Messages(), m.filter.Filter(), nil) // which has looked at nothing
	said := fmt.Sprintf("%v", tuitest.Press(m, "x")())
	if r.Saved != "" || !strings.Contains(said, "looked at 0% so far: x writes") {
		t.Errorf("x says %s and writes %q", said, r.Saved)
	}
}

func TestXWritesTheMessagesThatAreShown(t *testing.T) {
	r := tuitest.Voice()
	m, _, _ := scene(r, 14*time.Second, 120, 31)
	tuitest.Press(m, "/")
	tuitest.Type(m, "name = tool_call")
	tuitest.Press(m, "enter")
	tuitest.Deliver(m, tuitest.Press(m, "x"))
	if got := strings.Count(r.Saved, `"kind":"sent"`); got != m.list.Len() || got == 0 || !strings.Contains(r.Saved, `"kind":"result"`) ||
		!strings.HasPrefix(r.Saved, "{\"format\":1,") || !strings.Contains(r.Saved, `"excerpt":"messages that pass name = tool_call"`) {
		t.Errorf("%d rows are written as:\n%s", m.list.Len(), r.Saved)
	}
}
