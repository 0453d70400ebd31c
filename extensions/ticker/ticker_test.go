package ticker_test

import (
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/extensions/forgetful"
	"tenbench/extensions/greeter"
	"tenbench/extensions/ticker"
	"tenbench/extensions/worker"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{
		Addon:    ticker.Addon(),
		Property: `{"every":"1ms","ask":[{"cmd":"hello"}]}`,
		Change:   `{"every":"2ms"}`,
	}.Run(t)
}

func start(t *testing.T, property string) *enginetest.Bench {
	addons := []engine.Addon{ticker.Addon(), greeter.Addon(), forgetful.Addon(), worker.Addon()}
	return enginetest.Start(t, engine.Options{}, addons, `
[[nodes]]
name = "ticker"
addon = "ticker"
property = `+property+`

[[nodes]]
name = "greeter"
addon = "greeter"

[[nodes]]
name = "forgetful"
addon = "forgetful"

[[nodes]]
name = "worker"
addon = "worker"

[[connections]]
from = "ticker"
cmd = ["hello"]
to = ["greeter"]

[[connections]]
from = "ticker"
cmd = ["weather"]
to = ["forgetful"]

[[connections]]
from = "ticker"
data = ["tick"]
to = ["worker"]
`)
}

func TestItTicksWithoutDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, `{ every = "300ms" }`)
		time.Sleep(3100 * time.Millisecond)
		ticks := b.All(t, "kind = sent and name = tick")
		if len(ticks) != 11 {
			t.Fatalf("%d ticks in 3.1s, want 11", len(ticks))
		}
		for i, e := range ticks {
			due := ticks[0].Mono + int64(i)*int64(300*time.Millisecond)
			if late := time.Duration(e.Mono - due); late < 0 || late > 5*time.Millisecond {
				t.Errorf("tick %d is %v late", i, late)
			}
		}
		b.Expect(t, "name = tick and prop.count = 10")
	})
}

func TestItAsksInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, `{ every = "100ms", ask = [
			{ cmd = "hello", property = { name = "Ada" } },
			{ cmd = "weather", property = { city = "Oslo" } },
		] }`)
		b.ExpectInOrder(t,
			"kind = result and name = hello and prop.text = 'Hello, Ada!'",
			"kind = result and name = weather and prop.city = Oslo",
			"kind = result and name = hello",
			"kind = result and name = weather")
	})
}

func TestAQuestionWithoutAnAnswerHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, `{ every = "100ms", patience = "2s", ask = [
			{ cmd = "weather" },
			{ cmd = "hello", property = { name = "Ada" } },
		] }`)
		b.Expect(t, "kind = lint and rule = unanswered and to = forgetful")
		b.Expect(t, `kind = log and level = warn and ext = ticker and "no answer"`)
		if n := len(b.All(t, "kind = result and name = hello and status = ok")); n < 8 {
			t.Errorf("only %d greetings came while a question waited", n)
		}
	})
}

func TestABadQuestionFailsAndSaysWhich(t *testing.T) {
	for _, c := range []struct{ ask, says string }{
		{`[{ cmd = "hello" }, { property = {} }]`, "ask[1]"},
		{`["hello"]`, "ask[0]"},
		{`"hello"`, "not a list"},
	} {
		t.Run(c.ask, func(t *testing.T) {
			b := start(t, `{ ask = `+c.ask+` }`)
			b.Expect(t, `kind = transition and ext = ticker and state = failed and "`+c.says+`"`)
		})
	}
}
