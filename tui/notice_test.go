package tui

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestRefusedConfigStaysUntilItIsMended(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(Refused{Problems: []string{`config.toml:12:3: unknown key "grop"; did you mean "group"?`}})
	s.expire(time.Now().Add(time.Hour))
	if v := s.View(); !strings.Contains(v, `config.toml:12:3: unknown key "grop"`) || !strings.Contains(v, "config.toml was not applied") {
		t.Errorf("the reason is not on the screen:\n%s", v)
	}
	if !s.common.Refused {
		t.Error("the screens do not know that it is said above them")
	}
	s.update(Reloaded{Summary: "greeter.greeting changed"})
	if s.common.Refused {
		t.Error("after it was mended the screens still think that it is refused")
	}
	v := s.View()
	if strings.Contains(v, "not applied") || !strings.Contains(v, "config.toml applied: greeter.greeting changed") {
		t.Errorf("after it was mended the screen is:\n%s", v)
	}
	s.expire(time.Now().Add(time.Hour))
	if strings.Contains(s.View(), "config.toml applied") {
		t.Error("the toast stays")
	}
}

// While the file is refused one key opens the place from any screen, and the next problem is the refusal, once.
func TestARefusedConfigIsOpenedFromAnywhere(t *testing.T) {
	const said = `config.toml:12:3: unknown key "grop"; did you mean "group"?`
	for _, w := range []int{80, 120} {
		for _, screen := range []string{"1", "2", "3", "4", "5", "6"} {
			s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
			s.common.Controller = &tuitest.Gate{}
			s.common.Info.Settings = func() Settings {
				return Settings{Path: "/p/config.toml", Reloads: []Reload{{Problems: []string{said}, Places: []Origin{{File: "/p/config.toml", Line: 12}}}}}
			}
			s.update(keyMsg(screen))
			if cmd := s.update(keyMsg("ctrl+e")); cmd != nil {
				t.Errorf("screen %s: with nothing refused ctrl+e is %v", screen, cmd())
			}
			s.update(Refused{Problems: []string{said}})
			if v := s.View(); !strings.Contains(v, "^e opens the place.") || !strings.Contains(v, "config.toml was not applied. What ran before goes on") {
				t.Errorf("screen %s, %d columns:\n%s", screen, w, v)
			}
			s.press("5")
			if s.press("tab"); !strings.Contains(s.View(), "esc then ^e opens the place.") {
				t.Errorf("from a field of Inject, at %d columns, the way is not told:\n%s", w, s.View())
			}
			s.press("esc")
			s.press(screen)
			checkFrame(t, s.View(), w, 24, "refused, with a key")
			edit, ok := s.update(keyMsg("ctrl+e"))().(ui.EditMsg)
			if !ok || edit.File != "/p/config.toml" || edit.Line != 12 {
				t.Errorf("screen %s: ctrl+e is %+v", screen, edit)
			}
			s.press("!")
			if v := s.View(); s.shown != ui.Config || !strings.Contains(v, "RELOADS") {
				t.Errorf("screen %s: ! leads to screen %d:\n%s", screen, s.shown, v)
			}
			s.press("!")
			if s.shown != ui.Now || !strings.Contains(s.View(), "▌✗ lost") {
				t.Errorf("screen %s: the second ! leads to screen %d", screen, s.shown)
			}
			s.update(Reloaded{Summary: "mended"})
			if v := s.View(); strings.Contains(v, "opens the place") {
				t.Errorf("when it is mended:\n%s", v)
			}
		}
	}
}

// What the notice says of its key is true wherever one is: the keys it names open the place.
func TestTheNoticeSaysTheKeysThatOpenThePlace(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // a form that has ctrl+e for itself writes a file for the editor
	all := maps.Clone(places)
	all["help over a field"] = []string{"5", "tab", "f1"}
	all["help over the palette"] = []string{":", "f1"}
	all["a rule"] = []string{"ctrl+g", "n", "h"}
	all["parked"] = []string{"5", "tab", "ctrl+g"}
	for name, keys := range all {
		r, g := tuitest.Gated()
		s := newStage(t, r, scene, theme.Plain(false), 120, 36)
		g.Guard(s.common)
		s.common.Info.Settings = func() Settings {
			return Settings{Path: "/p/config.toml", Reloads: []Reload{{Problems: []string{"wrong"}, Places: []Origin{{File: "/p/config.toml", Line: 12}}}}}
		}
		s.press(keys...)
		s.update(Refused{Problems: []string{"wrong"}})
		said := regexp.MustCompile(`  ((?:esc )*)(?:then )?\^e opens the place`).FindStringSubmatch(s.View())
		if said == nil {
			t.Errorf("%s: the notice names no key:\n%s", name, s.View())
			continue
		}
		for range strings.Fields(said[1]) {
			if cmd := s.update(keyMsg("ctrl+e")); cmd != nil {
				if edit, ok := cmd().(ui.EditMsg); ok && edit.Line == 12 {
					t.Errorf("%s: %q says more than it takes", name, said[0])
				}
			}
			s.press("esc")
		}
		cmd := s.update(keyMsg("ctrl+e"))
		if cmd == nil {
			t.Errorf("%s: %q does nothing", name, said[0])
		} else if edit, ok := cmd().(ui.EditMsg); !ok || edit.Line != 12 {
			t.Errorf("%s: %q is %+v", name, said[0], cmd())
		}
	}
}

func TestAMistakeIsSeenWithItsPlaceAndItsValue(t *testing.T) {
	const long = `voices/config.toml:112:23: graph.nodes[3].property.temperature is "very warm indeed", but the manifest of llm_mock wants a float64 between 0 and 2`
	for _, w := range []int{60, 80, 120} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
		s.update(Refused{Problems: []string{long}})
		v := s.View()
		checkFrame(t, v, w, 24, "a long mistake")
		v = strings.Join(strings.Fields(v), " ")
		for _, part := range []string{"voices/config.toml:112:23: ", `"very warm`} {
			if !strings.Contains(v, part) {
				t.Errorf("at %d columns the screen lacks %s:\n%s", w, part, v)
			}
		}
	}
	for n, want := range map[int]string{3: "and 2 more", 9: "and 8 more"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.update(Refused{Problems: slices.Repeat([]string{long}, n)})
		checkFrame(t, s.View(), 80, 24, "many mistakes")
		if v := s.View(); !strings.Contains(v, want) {
			t.Errorf("of %d mistakes the screen lacks %q:\n%s", n, want, v)
		}
	}
}

func TestASavedFileThatWaitsSaysSo(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	var all Settings
	s.common.Info.Settings = func() Settings { return all }
	all = Settings{Path: "config.toml", Reloads: []Reload{{At: tuitest.Start, Summary: "changed llm (model)", Waits: true}}}
	s.update(Waiting{Summary: "changed llm (model)"})
	if v := s.View(); !strings.Contains(v, "config.toml was saved and waits: u") || !strings.Contains(v, "changed llm (model)") {
		t.Errorf("the screen is:\n%s", v)
	}
	s.expire(time.Now().Add(time.Hour))
	s.press("6")
	if v := s.View(); !strings.Contains(v, "waits  changed llm (model)") || !strings.Contains(v, "applied by hand") {
		t.Errorf("the Config screen is:\n%s", v)
	}
	s.update(Waiting{Problems: []string{"config.toml:1:1: bad"}})
	if v := s.View(); !strings.Contains(v, "saved with 1 mistake: config.toml:1:1: bad") {
		t.Errorf("the screen is:\n%s", v)
	}
}

func TestARefusedConfigTakesAnEarlierAppliedAway(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(Reloaded{Summary: "nothing changed"})
	s.update(Refused{Problems: []string{"config.toml:1:1: no"}})
	if strings.Contains(s.View(), "applied: nothing changed") {
		t.Error("the screen says applied and not applied")
	}
}
