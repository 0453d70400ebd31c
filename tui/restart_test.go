package tui

import (
	"strings"
	"testing"
	"time"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// lived is a run in which an extension gets a second life, which goes as far as to a state.
func lived(why string, to trace.State, detail string) *tuitest.Run {
	r := tuitest.NewRun("g", "voice")
	r.Up(0, "voice", time.Millisecond, time.Millisecond, time.Millisecond)
	add := func(ms int, s trace.State, detail string) {
		r.Add(time.Duration(ms)*time.Millisecond, trace.Event{Kind: trace.Transition, Extension: trace.Intern("voice"), State: s, Detail: detail})
	}
	add(10, trace.Stop, why)
	add(11, trace.Ended, "")
	add(12, trace.Created, why)
	add(13, to, detail)
	return r
}

func TestWhatARestartCameToIsSaidOnEveryScreen(t *testing.T) {
	for _, c := range []struct {
		why    string
		to     trace.State
		detail string
		want   string
	}{
		{"restarted: extension.py saved", trace.Running, "", "voice was restarted: extension.py saved"},
		{"restarted: extension.py saved", trace.Configure, "", ""},
		{"restarted: extension.py saved", trace.Failed, "SyntaxError: invalid syntax (extension.py, line 3)",
			"voice failed, ! shows it: SyntaxError: invalid syntax (extension.py, line 3)"},
		{"restarted: property a changed", trace.Running, "", ""}, // the config says what was applied
		{"restarted: property a changed", trace.Failed, "no such file.", "voice failed, ! shows it: no such file"},
		{"restarted after it failed", trace.Failed, "boom", ""}, // said by its problem, over and over
	} {
		s := newStage(t, lived(c.why, c.to, c.detail), time.Second, theme.Plain(false), 160, 24)
		if s.toast.text != c.want {
			t.Errorf("%s, then %s: it says %q, want %q", c.why, c.to, s.toast.text, c.want)
		}
		if v := s.View(); c.want != "" && !strings.Contains(v, c.want) {
			t.Errorf("%s, then %s: the screen is\n%s", c.why, c.to, v)
		}
	}
}

// The worst problem is another one; the key that the line names leads to what the line says all the same.
func TestAFailureIsSaidAndItsProblemIsTheNextOne(t *testing.T) {
	r := tuitest.NewRun("g", "worse", "voice")
	for _, name := range []string{"worse", "voice"} {
		r.Up(0, name, time.Millisecond, time.Millisecond, time.Millisecond)
	}
	fails := func(ms int, name string) {
		r.Add(time.Duration(ms)*time.Millisecond, trace.Event{Kind: trace.Transition, Extension: trace.Intern(name), State: trace.Failed, Detail: "its process was killed by SIGKILL"})
		r.Add(time.Duration(ms)*time.Millisecond, trace.Event{Kind: trace.Lint, Extension: trace.Intern(name), Level: trace.Error,
			Rule: trace.Intern("extension-failed"), Detail: name + " failed while running: its process was killed by SIGKILL"})
	}
	for i := range 3 {
		fails(10+i, "worse")
	}
	fails(20, "voice")
	s := newStage(t, r, time.Second, theme.Plain(false), 120, 30)
	if want := "voice failed, ! shows it: its process was killed by SIGKILL"; s.toast.text != want {
		t.Fatalf("it says %q, want %q", s.toast.text, want)
	}
	for _, key := range []string{"2", "!"} {
		s.press(key)
	}
	if v := s.View(); !strings.Contains(v, "Problem 2 of 2.  voice failed while running") {
		t.Errorf("! leads elsewhere:\n%s", v)
	}
	s.press("!")
	if v := s.View(); !strings.Contains(v, "Problem 1 of 2.  worse failed while running") {
		t.Errorf("a second ! does not go on:\n%s", v)
	}
}

// The line names one problem: not another of the same extension; and once it was shown, the line has gone.
func TestAFailureLeadsToThatFailure(t *testing.T) {
	r := tuitest.NewRun("g", "voice", "worse")
	for _, name := range []string{"worse", "voice"} {
		r.Up(0, name, time.Millisecond, time.Millisecond, time.Millisecond)
	}
	lint := func(at time.Duration, name, rule, text string, id uint64) {
		r.Add(at, trace.Event{Kind: trace.Lint, Extension: trace.Intern(name), Level: trace.Error, Rule: trace.Intern(rule), ID: id, Detail: text})
	}
	lint(10*time.Millisecond, "worse", "extension-failed", "worse failed while running: boom", 0)
	lint(11*time.Millisecond, "voice", "env-used-off-loop", "voice used its environment off its loop", 0)
	r.Add(20*time.Millisecond, trace.Event{Kind: trace.Transition, Extension: trace.Intern("voice"), State: trace.Failed, Detail: "boom"})
	lint(20*time.Millisecond, "voice", "extension-failed", "voice failed while running: boom", 77) // while it handled a message
	s := newStage(t, r, time.Second, theme.Plain(false), 120, 30)
	if l := toastLine(s); !strings.Contains(l, "voice failed, ! shows it: boom") {
		t.Fatalf("it says %q", l)
	}
	s.press("2", "!")
	if v := s.View(); !strings.Contains(v, " of 3.  voice failed while running: boom.") {
		t.Errorf("! leads elsewhere:\n%s", v)
	}
	if l := toastLine(s); strings.Contains(l, "shows it") {
		t.Errorf("! has shown it, but the line goes on: %q", l)
	}
	s.press("2", "!")
	if v := s.View(); strings.Contains(v, " of 3.  voice failed while running: boom.") {
		t.Errorf("a second ! does not go on:\n%s", v)
	}
}

// That an extension has failed says more than that it is worse, and the line stays as long as an error does.
func TestWhatHasFailedIsNotCalledWorse(t *testing.T) {
	r := slowed(9, 200*time.Millisecond)
	r.Add(12*time.Second, trace.Event{Kind: trace.Transition, Extension: trace.Intern("voice"), State: trace.Failed, Detail: "boom"})
	r.Add(12*time.Second, trace.Event{Kind: trace.Lint, Extension: trace.Intern("voice"), Level: trace.Error, Rule: trace.Intern("extension-failed"),
		Detail: "voice failed while running: boom"})
	s := newStage(t, r, 14*time.Second, theme.Plain(false), 160, 24)
	if l := toastLine(s); !strings.Contains(l, "voice failed, ! shows it: boom") {
		t.Errorf("it says %q", l)
	}
}

// slowed is a run in which voice takes longer since its source was saved; from then on it is asked n times, twice a second.
func slowed(n int, took time.Duration) *tuitest.Run {
	r := tuitest.NewRun("g", "voice")
	r.Up(0, "voice", time.Millisecond, time.Millisecond, time.Millisecond)
	ask := func(at time.Duration, n int, took time.Duration) {
		for i := range time.Duration(n) {
			r.Send(tuitest.Cmd{At: at + i*time.Second/2, From: "ten:bench", To: "voice", Name: "say", Handling: took, Latency: took})
		}
	}
	ask(time.Second, 8, 2*time.Millisecond)
	r.Down(5*time.Second, "voice", time.Millisecond, time.Millisecond)
	r.Add(5003*time.Millisecond, trace.Event{Kind: trace.Transition, Extension: trace.Intern("voice"), State: trace.Created, Detail: "restarted: voice.py saved"})
	r.Enter(5004*time.Millisecond, "voice", trace.Running, time.Millisecond)
	ask(5100*time.Millisecond, n, took)
	return r
}

func TestWhatIsWorseSinceAReloadIsSaidOnce(t *testing.T) {
	const want = "voice is worse since voice.py was saved: p99 of say 2ms → 200ms; Config lists all reloads"
	for _, c := range []struct {
		n    int
		took time.Duration
		at   time.Duration
		want string
	}{
		{9, 200 * time.Millisecond, 14 * time.Second, want},
		{9, 200 * time.Millisecond, 7500 * time.Millisecond, ""}, // just now
		{9, 2 * time.Millisecond, 14 * time.Second, ""},
		{4, 200 * time.Millisecond, 14 * time.Second, ""},
	} {
		s := newStage(t, slowed(c.n, c.took), c.at, theme.Plain(false), 160, 24)
		said := ""
		for _, line := range s.said {
			if line.level == trace.Warn {
				said += line.text
			}
		}
		if said != c.want {
			t.Errorf("%d of %v: it says %q, want %q", c.n, c.took, said, c.want)
		}
	}
}

func TestReplayIsToldAnExtensionAndHowMany(t *testing.T) {
	r := tuitest.NewRun("g", "voice", "voice 2")
	s := newStage(t, r, time.Second, theme.Plain(false), 120, 30)
	for text, want := range map[string]ui.ReplayMsg{
		"voice":     {Graph: "g", Extension: "voice", Count: ui.ReplayCount},
		"voice 3":   {Graph: "g", Extension: "voice", Count: 3},
		"voice 2":   {Graph: "g", Extension: "voice 2", Count: ui.ReplayCount}, // a name counts first
		"voice 2 9": {Graph: "g", Extension: "voice 2", Count: 9},
		"voice  20": {Graph: "g", Extension: "voice", Count: 20},
	} {
		if got, wrong := s.parseReplay(text); wrong != "" || got != want {
			t.Errorf("%s: %+v %s", text, got, wrong)
		}
	}
	for text, want := range map[string]string{"": "no extension", "vioce": "no extension is called vioce", "voice 0": "from 1 to 20", "voice 21": "from 1 to 20",
		"voice x": "from 1 to 20", "vioce 3": "no extension is called vioce"} {
		if wrong := s.checkReplay(text); !strings.Contains(wrong, want) {
			t.Errorf("%q: %q, want %q", text, wrong, want)
		}
	}
}
