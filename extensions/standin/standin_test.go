package standin_test

import (
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/extensions/standin"
)

func object(t *testing.T, json string) msg.Value {
	t.Helper()
	v, err := msg.ParseJSON([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAddon(t *testing.T) {
	enginetest.Suite{Addon: standin.Addon("rtc", "rtc is a stand-in.", true, standin.Reply{}), Ask: "cmd join"}.Run(t)
}

func TestAnswersThatAreLateAreStoppedWithTheNode(t *testing.T) {
	enginetest.Suite{Addon: standin.Addon("rtc", "rtc is a stand-in.", true, standin.Reply{After: 20 * time.Millisecond}), Ask: "cmd join"}.Run(t)
}

const alone = "[[nodes]]\nname = \"rtc\"\naddon = \"rtc\"\n"

func start(t *testing.T, wanted bool, reply standin.Reply) *enginetest.Bench {
	t.Helper()
	return enginetest.Start(t, engine.Options{}, []engine.Addon{standin.Addon("rtc", "rtc is a stand-in: it is written in C++.", wanted, reply)}, alone)
}

func TestItRunsAndIsAProblem(t *testing.T) {
	b := start(t, false, standin.Reply{Status: msg.Error, Property: object(t, `{"detail":"rtc is a stand-in: it is written in C++"}`)})
	b.Expect(t, "kind = transition and state = running")
	e := b.Expect(t, "kind = lint and rule = addon-not-found")
	if e.Level.String() != "warn" || e.Detail != "rtc is a stand-in: it is written in C++." {
		t.Errorf("problem %+v", e)
	}
	a := b.Ask(t, `cmd join {"channel":"c"} to rtc`)
	if a.OK() || a.Get("detail") != "rtc is a stand-in: it is written in C++" {
		t.Errorf("answer %s %s", a.Status, a.Property)
	}
	id := b.Inject(t, `data text {"text":"hello"} to rtc`)
	e = b.Expect(t, "kind = sent and type = data")
	if e.ID != id || string(e.Property) != `{"text":"hello"}` {
		t.Errorf("what it received is not in the trace: %+v", e)
	}
}

func TestItAnswersAsConfigured(t *testing.T) {
	const after = 50 * time.Millisecond
	b := start(t, true, standin.Reply{After: after, Status: msg.OK, Property: object(t, `{"uid":7}`)})
	if e := b.Expect(t, "kind = lint and rule = addon-not-found"); e.Level.String() != "info" {
		t.Errorf("a stand-in that was asked for is of level %s", e.Level)
	}
	a := b.Ask(t, "cmd join to rtc")
	if !a.OK() || a.Get("uid") != "7" || time.Duration(a.LatencyNS) < after {
		t.Errorf("answer %s %s after %s", a.Status, a.Property, time.Duration(a.LatencyNS))
	}
}
