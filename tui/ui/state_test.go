package ui

import (
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
)

// What became of a command: whatever ended the wait for an answer, what was lost stays lost, and what was young is merely cut.
func TestHowACommandStands(t *testing.T) {
	th := theme.Plain(true)
	done := func(by trace.By, status msg.Status) store.Command {
		return store.Command{Command: trace.Command{Finished: true, By: by, Status: status}}
	}
	with := func(c store.Command, more func(*store.Command)) *store.Command { more(&c); return &c }
	none := func(*store.Command) {}
	freed := func(c *store.Command) { c.Freed, c.Unanswered = true, true }
	died := func(how string) func(*store.Command) {
		return func(c *store.Command) { c.From, c.To, c.Detail = trace.Intern("a"), trace.Intern("b"), how }
	}
	late := func(c *store.Command) { c.Unanswered = true }
	for _, c := range []struct {
		want string
		cmd  *store.Command
	}{
		{"ok", with(done(trace.ByHandler, msg.OK), none)},
		{"ok, late", with(done(trace.ByHandler, msg.OK), late)},
		{"error", with(done(trace.ByHandler, msg.Error), none)},
		{"err, late", with(done(trace.ByHandler, msg.Error), late)},
		{"ok, late", with(done(trace.ByInject, msg.OK), late)},
		{"ok, late", with(done(trace.ByRelay, msg.OK), late)},
		{"err, late", with(done(trace.ByGate, msg.Error), late)},
		{"lost", with(done(trace.ByLost, msg.Error), freed)},
		{"lost", with(done(trace.ByStop, msg.Error), freed)},
		{"lost", with(done(trace.ByEngine, msg.Error), freed)},
		{"lost", with(store.Command{}, freed)},
		{"lost", with(done(trace.ByTimeout, msg.Error), freed)},
		{"timeout", with(done(trace.ByTimeout, msg.Error), late)},
		{"ok, late", with(done(trace.ByHandler, msg.OK), freed)},
		{"lost", with(done(trace.ByStop, msg.Error), func(c *store.Command) { c.Freed = true })},
		{"no answer", with(done(trace.ByStop, msg.Error), late)},
		{"no answer", with(store.Command{}, late)},
		{"cut", with(done(trace.ByStop, msg.Error), none)},
		{"error", with(done(trace.ByEngine, msg.Error), late)},
		{"died", with(done(trace.ByEngine, msg.Error), died("b failed: its process was killed by SIGKILL"))},
		{"died", with(done(trace.ByStop, msg.Error), func(c *store.Command) { died("a failed: the process was killed by SIGKILL")(c); late(c) })},
		{"lost", with(done(trace.ByStop, msg.Error), func(c *store.Command) { died("a failed: the process was killed")(c); freed(c) })},
		{"cut", with(done(trace.ByStop, msg.Error), died("a failed: the process was killed"))},
		{"error", with(done(trace.ByEngine, msg.Error), died("b failed: ValueError: its process"))},
		{"error", with(done(trace.ByEngine, msg.Error), died("c failed: its process was killed"))},
		{"error", with(done(trace.ByHandler, msg.Error), died("b failed: its process was killed"))},
		{"pending", with(store.Command{}, none)},
	} {
		want := c.want
		for _, sign := range []string{th.Signs.OK, th.Signs.Wrong, th.Signs.Waiting} {
			if got := StateOf(th, c.cmd).Text; got == sign+" "+c.want {
				want = got
			}
		}
		if got := StateOf(th, c.cmd).Text; got != want {
			t.Errorf("%+v stands as %q, want %q", c.cmd.Command, got, c.want)
		}
	}
}
