package worker_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/extensions/worker"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{
		Addon:    worker.Addon(),
		Property: `{"work":"1ms"}`,
		Change:   `{"work":"2ms"}`,
		Ask:      `cmd job`,
	}.Run(t)
}

func start(t *testing.T) *enginetest.Bench {
	return enginetest.Start(t, engine.Options{}, []engine.Addon{worker.Addon()}, `
[[nodes]]
name = "worker"
addon = "worker"
property = { work = "20ms" }
`)
}

func TestCommandsAreAnsweredInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		var ids []uint64
		for range 10 {
			ids = append(ids, b.Inject(t, "cmd job to worker"))
		}
		for i, id := range ids {
			if a := b.Answer(t, id); a.Get("done") != fmt.Sprint(i+1) {
				t.Errorf("command %d got %s", i+1, a.Property)
			}
		}
	})
}

func TestWhatWasAcceptedIsFinishedAtStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		var ids []uint64
		for range 10 {
			ids = append(ids, b.Inject(t, "cmd job to worker"))
		}
		for _, id := range ids {
			b.Expect(t, fmt.Sprintf("kind = handled and id = %d", id))
		}
		b.App.Close()
		for _, id := range ids {
			if a := b.Answer(t, id); !a.OK() || a.By.String() != "handler" {
				t.Errorf("command %d got %s %s by %s", id, a.Status, a.Property, a.By)
			}
		}
		b.Expect(t, `kind = log and "consumer ends"`)
	})
}
