package greeter_test

import (
	"testing"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/extensions/greeter"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{
		Addon:  greeter.Addon(),
		Ask:    `cmd hello {"name":"Ada"}`,
		Change: `{"greeting":"Good morning"}`,
	}.Run(t)
}

func start(t *testing.T, property string) *enginetest.Bench {
	return enginetest.Start(t, engine.Options{}, []engine.Addon{greeter.Addon()}, graph(property))
}

func graph(property string) string {
	return `
[[nodes]]
name = "greeter"
addon = "greeter"
property = ` + property
}

func TestAnswers(t *testing.T) {
	b := start(t, `{}`)
	for _, c := range []struct {
		send, text, detail string
	}{
		{`cmd hello {"name":"Ada"}`, "Hello, Ada!", ""},
		{`cmd hello {"name":""}`, "Hello, !", ""},
		{`cmd hello`, "", `hello needs a name, such as {"name":"Ada"}: property "name" not found`},
		{`cmd bye {"name":"Ada"}`, "", "greeter answers hello, not bye"},
	} {
		t.Run(c.send, func(t *testing.T) {
			a := b.Ask(t, c.send+" to greeter")
			if a.Get("text") != c.text || a.Get("detail") != c.detail || a.OK() != (c.detail == "") {
				t.Errorf("got %s %s", a.Status, a.Property)
			}
		})
	}
}

func TestANameOfTheWrongTypeIsAnError(t *testing.T) {
	if a := start(t, `{}`).Ask(t, `cmd hello {"name":7} to greeter`); a.OK() {
		t.Errorf("got %s %s", a.Status, a.Property)
	}
}

func TestTheGreetingChangesWhileItRuns(t *testing.T) {
	b := start(t, `{ greeting = "Hello" }`)
	b.Ask(t, `cmd hello {"name":"Ada"} to greeter`)
	if _, err := b.App.Apply(t.Context(), enginetest.ParseGraph(t, graph(`{ greeting = "Ahoy" }`))); err != nil {
		t.Fatal(err)
	}
	if a := b.Ask(t, `cmd hello {"name":"Ada"} to greeter`); a.Get("text") != "Ahoy, Ada!" {
		t.Errorf("got %s", a.Property)
	}
	b.ExpectNone(t, "kind = transition and state = stop")
}

func TestAGreetingOfTheWrongTypeFailsAndSaysSo(t *testing.T) {
	b := start(t, `{ greeting = 7 }`)
	b.Expect(t, `kind = transition and state = failed and "property greeting"`)
}
