package trace

import (
	"errors"
	"testing"
	"time"
)

func TestGateRulesAreReadAsTheyAreWritten(t *testing.T) {
	for _, tt := range []struct {
		text string
		want GateRule
	}{
		{"hold", GateRule{Action: GateHold}},
		{"hold cmd and to = a", GateRule{Action: GateHold, Filter: "cmd and to = a"}},
		{"delay 200ms data", GateRule{Action: GateDelay, Delay: 200 * time.Millisecond, Filter: "data"}},
		{"drop cmd", GateRule{Action: GateDrop, Filter: "cmd"}},
		{"drop 30% cmd and prop.x = 1", GateRule{Action: GateDrop, Share: 0.3, Filter: "cmd and prop.x = 1"}},
		{"drop 0.5%", GateRule{Action: GateDrop, Share: 0.005}},
		{`answer "no \"such\" city" to = a`, GateRule{Action: GateAnswer, Detail: `no "such" city`, Filter: "to = a"}},
		{`answer "" to = a`, GateRule{Action: GateAnswer, Filter: "to = a"}},
	} {
		got, err := ParseGateRule(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s reads as %+v, %v", tt.text, got, err)
		}
		if s := got.String(); s != tt.text {
			t.Errorf("%s is written %s", tt.text, s)
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
		"drop 30% seed x": 15, `answer "no cmd`: 8, "hold cmd and (": 15, "drop 30% cmd and kolor = 1": 18,
	} {
		_, err := ParseGateRule(text)
		var bad *FilterError
		if !errors.As(err, &bad) || bad.Col != col {
			t.Errorf("%q: %v, want column %d", text, err, col)
		}
	}
}
