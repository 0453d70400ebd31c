package forgetful_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/extensions/forgetful"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{
		Addon:  forgetful.Addon(),
		Ask:    `cmd weather {"city":"Oslo","town":"Oslo"}`,
		Change: `{"needs":"town"}`,
	}.Run(t)
}

func start(t *testing.T, property string) *enginetest.Bench {
	return enginetest.Start(t, engine.Options{}, []engine.Addon{forgetful.Addon()}, `
[[nodes]]
name = "forgetful"
addon = "forgetful"
property = `+property)
}

func TestItAnswersWhatHasTheProperty(t *testing.T) {
	a := start(t, `{}`).Ask(t, `cmd weather {"city":"Oslo"} to forgetful`)
	if !a.OK() || a.Get("city") != "Oslo" {
		t.Errorf("got %s %s", a.Status, a.Property)
	}
}

func TestItForgetsTheOthersAndTheBenchFindsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, `{ needs = "units" }`)
		id := b.Inject(t, `cmd weather {"city":"Oslo"} to forgetful`)
		b.ExpectInOrder(t,
			fmt.Sprintf("kind = handled and id = %d", id),
			fmt.Sprintf("kind = lint and rule = unanswered and id = %d and to = forgetful", id))
		b.ExpectNone(t, fmt.Sprintf("kind = result and id = %d", id))
	})
}

func TestAForgottenCommandIsProvenLost(t *testing.T) {
	b := start(t, `{}`)
	id := b.Inject(t, `cmd weather to forgetful`)
	b.Expect(t, fmt.Sprintf("kind = freed and id = %d", id))
}

func TestAKeptCommandIsNotLost(t *testing.T) {
	b := start(t, `{ keep = true }`)
	id := b.Inject(t, `cmd weather to forgetful`)
	b.Expect(t, fmt.Sprintf("kind = lint and rule = unanswered and id = %d", id))
	b.ExpectNone(t, "kind = freed")
	for _, p := range b.App.Snapshot().Paths {
		if p.ID == id && p.Debtor == "kept" {
			return
		}
	}
	t.Errorf("command %d is not owed by kept: %+v", id, b.App.Snapshot().Paths)
}
