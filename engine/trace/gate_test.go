package trace

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestGateRulesAreReadAsTheyAreWritten(t *testing.T) {
	for _, tt := range []struct {
		text string
		want GateRule
	}{
		{"hold @all", GateRule{Action: GateHold, Filter: "@all"}},
		{"hold cmd and to = a", GateRule{Action: GateHold, Filter: "cmd and to = a"}},
		{"delay 200ms data", GateRule{Action: GateDelay, Delay: 200 * time.Millisecond, Filter: "data"}},
		{"drop cmd", GateRule{Action: GateDrop, Filter: "cmd"}},
		{"drop 30% cmd and prop.x = 1", GateRule{Action: GateDrop, Share: 0.3, Filter: "cmd and prop.x = 1"}},
		{"drop 0.5% @all", GateRule{Action: GateDrop, Share: 0.005, Filter: "@all"}},
		{`answer error "no \"such\" city" to = a`, GateRule{Action: GateAnswer, Detail: `no "such" city`, Filter: "to = a"}},
		{`answer error to = a`, GateRule{Action: GateAnswer, Filter: "to = a"}},
		{`answer ok to = a`, GateRule{Action: GateAnswer, OK: true, Filter: "to = a"}},
		{`answer ok "here" {"temp":21,"list":[1,"}"]} name = weather`, GateRule{Action: GateAnswer, OK: true, Detail: "here", Property: `{"temp":21,"list":[1,"}"]}`, Filter: "name = weather"}},
	} {
		got, err := ParseGateRule(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s reads as %+v, %v", tt.text, got, err)
		}
		if s := got.String(); s != tt.text {
			t.Errorf("%s is written %s", tt.text, s)
		}
	}
	for text, want := range map[string]string{
		`answer "no city" to = a`:                  `answer error "no city" to = a`,
		`answer 'no \'city\'' to = a`:              `answer error "no 'city'" to = a`,
		`answer "" to = a`:                         `answer error to = a`,
		`answer to = a`:                            `answer error to = a`,
		` answer  ok{ "n" : 1 , "s" : " " }cmd `:   `answer ok {"n":1,"s":" "} cmd`,
		`answer error{"code": 4} "x y" and to = a`: `answer error {"code":4} "x y" and to = a`,
		`answer okay cmd`:                          `answer error okay cmd`,
	} {
		if got, err := ParseGateRule(text); err != nil || got.String() != want {
			t.Errorf("%s reads as %s, %v", text, got.String(), err)
		}
	}
	got, err := ParseGateRule("  drop  30%  seed 7  cmd ")
	if want := (GateRule{Action: GateDrop, Share: 0.3, Seed: 7, Filter: "cmd"}); err != nil || got != want {
		t.Errorf("with a seed: %+v, %v", got, err)
	}
}

func TestWrongGateRulesSayWhere(t *testing.T) {
	for text, col := range map[string]int{
		"": 1, "keep cmd": 1, "delay": 6, "delay cmd": 7, "delay -1s cmd": 7, "drop 130% cmd": 6, "drop 0% cmd": 6, "drop x% cmd": 6,
		`answer [1] cmd`: 8, `answer ok {"n": 1,} cmd`: 19, `answer 'no cmd`: 8,
		"drop 30% seed x": 15, `answer "no cmd`: 8, "hold cmd and (": 15, "drop 30% cmd and kolor = 1": 18,
	} {
		_, err := ParseGateRule(text)
		var bad *FilterError
		if !errors.As(err, &bad) || bad.Col != col {
			t.Errorf("%q: %v, want column %d", text, err, col)
		}
	}
}

// A rule that names no messages would be for all: it is not taken until it says so.
func TestAGateRuleSaysWhichMessages(t *testing.T) {
	for _, text := range []string{"hold", "hold ", "delay 200ms", "drop", "drop 30%", "drop 30% seed 7 ", `answer`, `answer "no"`, `answer ok {"n": 1}`} {
		_, err := ParseGateRule(text)
		var bad *FilterError
		if !errors.As(err, &bad) || !bad.Unfinished || bad.Col != len(text)+1 || !strings.Contains(bad.Msg, "@all") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, unfinished := range map[string]bool{"delay": true, "delay ": true, `answer ok {"n":`: true, `answer ok {"n": 1`: true, "delay x": false, "hold cmd and (": false} {
		_, err := ParseGateRule(text)
		var bad *FilterError
		if !errors.As(err, &bad) || bad.Unfinished != unfinished {
			t.Errorf("%q: %+v", text, bad)
		}
	}
	if r := (GateRule{Action: GateDrop}); r.String() != "drop @all" || !r.Everything() {
		t.Errorf("a rule without a filter is written %q", r.String())
	}
}
