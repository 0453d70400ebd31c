package bench

import (
	"context"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// cage is a bench whose config is saved again and again.
type cage struct {
	t       *testing.T
	b       *Bench
	file    string
	reloads chan Reload
}

func openCage(t *testing.T) *cage {
	t.Helper()
	opt, file, _ := folder(t, parrotConfig)
	b, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	c := &cage{t, b, file, make(chan Reload, 16)}
	b.Watch(func(r Reload) { c.reloads <- r })
	if err := b.WaitStarted(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	return c
}

// save writes the config with one text replaced and returns what came of it.
func (c *cage) save(old, new string) Reload {
	c.t.Helper()
	text := strings.Replace(parrotConfig, old, new, 1)
	if old != "" && text == parrotConfig {
		c.t.Fatalf("no %q in the config", old)
	}
	save(c.t, c.file, text)
	select {
	case r := <-c.reloads:
		return r
	case <-time.After(patience):
		c.t.Fatalf("nothing came of %q", new)
		return Reload{}
	}
}

// ask returns the word that polly answers.
func (c *cage) ask() string {
	c.t.Helper()
	m, err := msg.ParseSend("cmd speak to polly")
	if err != nil {
		c.t.Fatal(err)
	}
	id, err := c.b.App().Inject(c.t.Context(), m)
	if err != nil {
		c.t.Fatal(err)
	}
	e := c.find(func(e *trace.Event) bool { return e.Kind == trace.Result && e.ID == id })
	v, err := msg.ParseJSON(e.Property)
	if err != nil {
		c.t.Fatal(err)
	}
	word, err := v.Object().Get("word")
	if err != nil {
		c.t.Fatal(err)
	}
	text, _ := word.Str()
	return text
}

// find waits for an event.
func (c *cage) find(is func(*trace.Event) bool) trace.Event {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	in, buf := c.b.App().Log().NewReader(), make([]trace.Event, 64)
	for {
		n := in.Next(buf)
		for i := range buf[:n] {
			if is(&buf[i]) {
				return buf[i]
			}
		}
		if n == 0 && in.Wait(ctx) != nil {
			c.t.Fatal("the event did not come")
		}
	}
}

// instances counts how often polly was made.
func (c *cage) instances() (n int) {
	log := c.b.App().Log()
	log.Flush()
	in, buf := log.NewReader(), make([]trace.Event, 64)
	for k := in.Next(buf); k > 0; k = in.Next(buf) {
		for i := range buf[:k] {
			if buf[i].Kind == trace.Transition && buf[i].State == trace.Created && buf[i].Extension.String() == "polly" {
				n++
			}
		}
	}
	return n
}

func TestSavedPropertyIsAppliedToTheRunningInstance(t *testing.T) {
	c := openCage(t)
	r := c.save("cracker", "biscuit")
	if len(r.Problems) > 0 || !strings.Contains(r.Summary, "polly") {
		t.Errorf("%+v", r)
	}
	if got := c.ask(); got != "biscuit" {
		t.Errorf("polly says %q", got)
	}
	if n := c.instances(); n != 1 {
		t.Errorf("polly was made %d times", n)
	}
}

func TestBrokenFileChangesNothingAndSaysWhere(t *testing.T) {
	c := openCage(t)
	for _, broken := range []struct{ old, new, says string }{
		{"addon =", "adon =", ":8:1"},
		{"word = \"cracker\"", "word = ", ":9:"},
		{"addon = \"parrot\"", "addon = \"parot\"", "\"parrot\""},
		{"name = \"cage\"", "name = \"box\"", "start again"},
	} {
		r := c.save(broken.old, broken.new)
		if text := strings.Join(r.Problems, "\n"); !strings.Contains(text, broken.says) {
			t.Errorf("%s -> %s: no %q in %q", broken.old, broken.new, broken.says, text)
		}
		e := c.find(func(e *trace.Event) bool { return e.Kind == trace.Config && strings.Contains(e.Detail, broken.says) })
		if e.Level != trace.Error || !strings.HasPrefix(e.Detail, "refused") {
			t.Errorf("the event is %+v", e)
		}
	}
	if got := c.ask(); got != "cracker" {
		t.Errorf("polly says %q", got)
	}
	if r := c.save("cracker", "biscuit"); len(r.Problems) > 0 || c.ask() != "biscuit" {
		t.Errorf("the mended file: %+v", r)
	}
}

func TestSavedSettingsAreApplied(t *testing.T) {
	c := openCage(t)
	r := c.save("[graph]", "[bench]\nunanswered_after = \"10ms\"\n[trace]\nmemory = \"1MiB\"\n[graph]")
	if want := "[bench]; from the next start on: [trace]"; r.Summary != want {
		t.Errorf("summary %q, want %q", r.Summary, want)
	}
	c.find(func(e *trace.Event) bool {
		return e.Kind == trace.Config && strings.Contains(e.Detail, "applied: [bench]")
	})
	c.save("[graph]", "[trace]\nmemory = \"1MiB\"\n[graph]")
	if r := c.save("", ""); r.Summary != "no change" {
		t.Errorf("back to what it was at the start: %q", r.Summary)
	}
}

func TestSavedNodesComeAndGo(t *testing.T) {
	c := openCage(t)
	const first = "[[graph.nodes]]\n"
	c.save(first, first+"name = \"molly\"\naddon = \"parrot\"\nproperty = { word = \"new\" }\n"+first)
	c.find(func(e *trace.Event) bool { return e.Extension.String() == "molly" && e.State == trace.Running })
	c.save("", "")
	c.find(func(e *trace.Event) bool { return e.Extension.String() == "molly" && e.State == trace.Ended })
	if n := c.instances(); n != 1 {
		t.Errorf("polly was made %d times", n)
	}
}

func TestNoReloadComesAfterClose(t *testing.T) {
	c := openCage(t)
	c.b.Close()
	save(t, c.file, strings.Replace(parrotConfig, "cracker", "biscuit", 1))
	select {
	case r := <-c.reloads:
		t.Errorf("%+v", r)
	default: // the watch has ended with Close: nothing can come any more
	}
	if c.b.reload.stop(); !closed(c.b.reload.done) {
		t.Error("the watch goes on")
	}
}

// next returns what came of a file that was saved.
func (c *cage) next() Reload {
	c.t.Helper()
	select {
	case r := <-c.reloads:
		return r
	case <-time.After(patience):
		c.t.Fatal("nothing came of it")
		return Reload{}
	}
}

// setting returns a setting as it runs.
func (c *cage) setting(key string) Setting {
	c.t.Helper()
	for _, s := range c.b.Settings().All {
		if s.Key == key {
			return s
		}
	}
	c.t.Fatalf("no setting %s", key)
	return Setting{}
}

func TestWhatTheScreenTakesIsAppliedAndTheRestWaits(t *testing.T) {
	c := openCage(t)
	r := c.save("[graph]", "[tui]\nmouse = false\nfps = 10\n[reload]\ndebounce = \"1ms\"\n[[inject]]\nname = \"ask\"\nsend = \"cmd speak to polly\"\n[graph]")
	if want := "[reload], [tui], [[inject]]; from the next start on: [tui] fps"; r.Summary != want {
		t.Errorf("summary %q, want %q", r.Summary, want)
	}
	if r.Config == nil || r.Config.TUI.Mouse || len(r.Config.Inject) != 1 {
		t.Errorf("what runs: %+v", r.Config)
	}
	if s := c.setting("tui.mouse"); s.Value != "false" || s.Next != nil || s.From.Pos.Line != 5 {
		t.Errorf("%+v", s)
	}
	if s := c.setting("tui.fps"); s.Value != "30" || s.Next == nil || s.Next.Value != "10" || s.Next.From.Pos.Line != 6 {
		t.Errorf("%+v", s)
	}
	if s := c.save("", ""); s.Summary == "" || c.setting("tui.fps").Next != nil {
		t.Errorf("%+v, fps %+v", s, c.setting("tui.fps"))
	}
}

func TestWithoutReloadAFileWaitsToBeApplied(t *testing.T) {
	c := openCage(t)
	off := "[reload]\nconfig = false\n[graph]"
	if r := c.save("[graph]", off); r.Waits || r.Summary != "[reload]" || c.b.Settings().Auto {
		t.Fatalf("%+v, auto %v", r, c.b.Settings().Auto)
	}
	word := func(w string) string {
		return strings.Replace(strings.Replace(parrotConfig, "[graph]", off, 1), `"cracker"`, w, 1)
	}
	save(t, c.file, word(`"biscuit"`))
	if r := c.next(); !r.Waits || r.Summary != "changed polly (word)" || len(r.Problems) > 0 {
		t.Errorf("%+v", r)
	}
	if got := c.ask(); got != "cracker" {
		t.Errorf("before it is applied polly says %q", got)
	}
	save(t, c.file, word(`"bis`))
	if r := c.next(); !r.Waits || len(r.Problems) == 0 || len(r.Places) != len(r.Problems) || r.Places[0].Line != 11 {
		t.Errorf("a broken file: %+v", r)
	}
	c.b.Apply()
	if r := c.next(); r.Waits || len(r.Problems) == 0 {
		t.Errorf("a broken file that was applied: %+v", r)
	}
	save(t, c.file, word(`"cracker"`))
	if r := c.next(); r.Waits || r.Summary != "" || len(r.Problems) > 0 {
		t.Errorf("as it runs: %+v", r)
	}
	save(t, c.file, word(`"biscuit"`))
	c.next()
	if all := c.b.Settings().Reloads; len(all) != 3 || !all[2].Waits {
		t.Errorf("reloads %+v", all)
	}
	c.b.Apply()
	if r := c.next(); r.Waits || r.Summary != "changed polly (word)" || c.ask() != "biscuit" {
		t.Errorf("applied: %+v", r)
	}
	if all := c.b.Settings().Reloads; len(all) != 3 || all[2].Waits {
		t.Errorf("reloads %+v", all)
	}
	// What says that files are applied again waits too.
	save(t, c.file, parrotConfig)
	if r := c.next(); !r.Waits {
		t.Errorf("%+v", r)
	}
	c.b.Apply()
	c.next()
	if r := c.save("cracker", "nut"); r.Waits || c.ask() != "nut" {
		t.Errorf("applied again: %+v", r)
	}
}

func TestSecretsOfVariablesAreNotShown(t *testing.T) {
	c := openCage(t)
	c.save("[graph]", "[python]\nenv = { OPENAI_API_KEY = \"abc\", HOME_OF = \"x\" }\n[graph]")
	if s := c.setting("python.env.OPENAI_API_KEY"); s.Value != "none" || s.Next == nil || s.Next.Value != `"********"` {
		t.Errorf("%+v", s)
	}
	if s := c.setting("python.env.HOME_OF"); s.Next == nil || s.Next.Value != `"x"` {
		t.Errorf("%+v", s)
	}
}
