package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// ticking is a run in which ticker sends data tick and data tock, and asks for the weather now and then.
func ticking(n int) *ui.Common {
	r := tuitest.NewRun("clock", "ticker", "worker")
	for i := range n {
		at := time.Duration(i) * 10 * time.Millisecond
		name := map[bool]string{true: "tick", false: "tock"}[i%2 == 0]
		r.OneWay(at, msg.KindData, "ticker", "worker", name, `{}`, nil, time.Millisecond)
		if i%10 == 0 {
			r.Send(tuitest.Cmd{At: at, From: "worker", To: "ticker", Name: "weather", Property: `{"city":"Oslo"}`, Latency: time.Millisecond})
			r.OneWay(at, msg.KindData, "ticker", ui.BenchName, "tick", `{}`, nil, time.Millisecond)
		}
	}
	return r.Common(time.Duration(n)*10*time.Millisecond, theme.Plain(true))
}

func TestAPreviewSaysWhatARuleWouldMatch(t *testing.T) {
	c := ticking(40)
	for rule, want := range map[string]string{
		"drop 30% tick":        "It matches all the last 44 messages: tick 20, tock 20, weather 4.",
		"drop name = tick":     "It matches 20 of the last 44 messages: tick 20.",
		"hold cmd":             "It matches 4 of the last 44 messages: weather 4.",
		"hold cmd and pending": "It matches 4 of the last 44 messages: weather 4.",
		"answer @all":          "It matches 4 of the last 44 messages: weather 4.",
		"hold name = nobody":   "It matches none of the last 44 messages.",
		"hold answered":        "It matches none of the last 44 messages.",
		"hold to = ten:bench":  "It matches none of the last 44 messages.",
	} {
		r, err := trace.ParseGateRule(rule)
		if err != nil {
			t.Fatal(err)
		}
		p := c.PreviewRule(r)
		if p.String() != want {
			t.Errorf("%s: %s", rule, p.String())
		}
		if offers := rule == "drop 30% tick"; offers != (p.Offer != "") || offers && p.Offer != "drop 30% name = tick" {
			t.Errorf("%s: offers %q", rule, p.Offer)
		}
	}
	one := ticking(0)
	if p := one.PreviewRule(trace.GateRule{Action: trace.GateHold}); !strings.Contains(p.String(), "No message was sent yet") {
		t.Errorf("of an empty run: %s", p.String())
	}
}

// Only a bare word is offered as the message of that name, where it stands.
func TestWhatIsOfferedKeepsTheRestOfTheRule(t *testing.T) {
	c := ticking(40)
	for rule, want := range map[string]string{
		"hold data and (tock or tick)": "hold data and (name = tock or tick)",
		"delay 5ms not tick":           "",
		`hold "tick"`:                  "",
		"hold ticker":                  "",
		"hold to = worker tick":        "hold to = worker name = tick",
	} {
		r, err := trace.ParseGateRule(rule)
		if err != nil {
			t.Fatal(err)
		}
		p := c.PreviewRule(r)
		if p.Offer != want {
			t.Errorf("%s: offers %q", rule, p.Offer)
		}
		if _, err := trace.ParseGateRule(p.Offer); want != "" && err != nil {
			t.Errorf("what is offered is wrong: %v", err)
		}
	}
}

func TestAPreviewNamesAFew(t *testing.T) {
	r := tuitest.NewRun("many", "a", "b")
	for i := range 9 {
		r.OneWay(time.Duration(i), msg.KindData, "a", "b", fmt.Sprint("n", i), `{}`, nil, 1)
	}
	c := r.Common(time.Second, theme.Plain(true))
	p := c.PreviewRule(trace.GateRule{Action: trace.GateHold})
	if want := "It matches all the last 9 messages: n0 1, n1 1, n2 1, n3 1, n4 1 and 4 more names."; p.Within(len(want)) != want {
		t.Errorf("in %d cells it says %s", len(want), p.Within(len(want)))
	}
	if want := "It matches all the last 9 messages: n0 1 and 8 more names."; p.Within(3) != want {
		t.Errorf("in three cells it says %s", p.Within(3))
	}
}

func BenchmarkPreview(b *testing.B) {
	c := ticking(5000)
	r, err := trace.ParseGateRule("drop 30% tick and prop.n != 3")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.PreviewRule(r)
	}
}
