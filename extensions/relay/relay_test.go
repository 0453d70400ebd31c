package relay_test

import (
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/extensions/greeter"
	"tenbench/extensions/relay"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{Addon: relay.Addon(), Property: `{"delay":"1ms"}`, Change: `{"delay":"2ms"}`}.Run(t)
}

const connected = `
[[nodes]]
name = "relay"
addon = "relay"
property = { delay = "100ms" }

[[nodes]]
name = "greeter"
addon = "greeter"

[[connections]]
from = "relay"
cmd = ["hello"]
to = ["greeter"]
`

func start(t *testing.T, graph string) *enginetest.Bench {
	return enginetest.Start(t, engine.Options{}, []engine.Addon{relay.Addon(), greeter.Addon()}, graph)
}

func TestTheAnswerComesBackThroughIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, connected)
		a := b.Ask(t, `cmd anything {"name":"Ada"} to relay`)
		if a.Get("text") != "Hello, Ada!" || !a.OK() {
			t.Errorf("got %s %s", a.Status, a.Property)
		}
		if took := time.Duration(a.LatencyNS); took < 100*time.Millisecond || took > 110*time.Millisecond {
			t.Errorf("the answer took %v, want the delay of 100ms", took)
		}
		b.ExpectInOrder(t,
			"kind = delivered and name = anything and ext = relay",
			"kind = sent and name = hello and from = relay and to = greeter",
			"kind = result and name = hello and from = greeter and to = relay",
			"kind = result and name = anything and from = relay")
	})
}

func TestAHundredCommandsWaitTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, connected)
		begin := time.Now()
		var ids []uint64
		for range 100 {
			ids = append(ids, b.Inject(t, `cmd anything {"name":"Ada"} to relay`))
		}
		for _, id := range ids {
			if a := b.Answer(t, id); !a.OK() {
				t.Fatalf("got %s %s", a.Status, a.Property)
			}
		}
		if took := time.Since(begin); took > 200*time.Millisecond {
			t.Errorf("100 commands took %v; one by one they take 10s", took)
		}
	})
}

func TestAnErrorComesBackToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := start(t, connected).Ask(t, `cmd anything to relay`)
		if a.OK() || a.Get("detail") == "" {
			t.Errorf("got %s %s, want greeter's error", a.Status, a.Property)
		}
	})
}

func TestUnconnectedItSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := start(t, "[[nodes]]\nname = \"relay\"\naddon = \"relay\"\n").Ask(t, `cmd anything to relay`)
		if a.Status != msg.Error || a.Get("detail") == "" {
			t.Errorf("got %s %s, want an error that says there is no destination", a.Status, a.Property)
		}
	})
}
