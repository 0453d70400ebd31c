package tui

import (
	"slices"
	"strings"
	"testing"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// openStage is the voice assistant with messages in its gate, when keys have been pressed; in a recording nothing can be acted on.
func openStage(t *testing.T, recording bool, keys []string) *stage {
	t.Helper()
	r, g := tuitest.Gated()
	s := newStage(t, r, scene, theme.Plain(false), 80, 24)
	g.Guard(s.common)
	if recording {
		asRecording(s)
	}
	s.press(keys...)
	s.toast = toast{}
	return s
}

// A key that acts somewhere never looks dead: it does something where it is pressed, or says where it acts and what it lacks here.
func TestNoKeyLooksDead(t *testing.T) {
	for name, keys := range map[string][]string{"now": {"1"}, "traffic": {"2", "g"}, "timeline": {"3"}, "cursor": {"3", "left"}, "lifecycle": {"3", "L"}, "logs": {"4"},
		"inject": {"5"}, "config": {"6"}, "gate": {"ctrl+g"}, "why": {"1", "!", "w"}, "conversation": places["conversation"]} {
		for _, recording := range []bool{false, true} {
			if recording && name == "gate" {
				continue
			}
			s := openStage(t, recording, keys)
			for k := range meanings {
				shown, before, acting := s.shown, s.View(), s.screen().Keys()
				cmd := s.update(keyMsg(k))
				s.follow(cmd)
				switch said := s.toast.text; {
				case cmd == nil && s.shown == shown && s.View() == before:
					t.Errorf("%s, recording %v: %s does nothing and says nothing", name, recording, k)
				case s.toast.note && strings.HasPrefix(said, k+" ") && acts(acting, keyMsg(k)):
					t.Errorf("%s: %s acts here, and %q is said", name, k, said)
				case s.toast.note && ui.Width(said) > 80-8:
					t.Errorf("%s: %q is too long for 80 columns", name, said)
				}
				if s.toast = (toast{}); s.shown != shown || s.View() != before {
					s = openStage(t, recording, keys)
				}
			}
		}
	}
}

// What moves is not taken for the other case of its letter, however often it is pressed.
func TestMovingIsNotAnswered(t *testing.T) {
	for _, place := range []string{"1", "2", "3", "4", "5", "6", "ctrl+g"} {
		s := openStage(t, false, []string{place})
		for _, k := range []string{"k", "k", "k", "j", "j", "g", "k"} {
			s.follow(s.update(keyMsg(k)))
			if said := s.toast.text; strings.HasPrefix(said, "K ") || strings.HasPrefix(said, "J ") {
				t.Errorf("on %s %s is answered with %q", place, k, said)
			}
		}
	}
}

// Where a key is said to act it is among the keys of that screen; and a key of any screen is known to all.
func TestMeaningsAreTrue(t *testing.T) {
	acting := map[ui.ID][]string{}
	for _, keys := range [][]string{{"1", "!"}, {"1", "tab"}, {"1", "tab", "tab", "j"}, {"2", "g", "enter"}, {"2", "/", "h", "e", "l", "d", "enter", "g"}, {"2", "D", "j"}, {"2", "up"}, {"3", "left"}, {"3", "L"}, {"3", "-"},
		{"4"}, {"4", "/", "h", "enter"}, {"5"}, {"3", "down"}, {"4", "g"}, {"2", "/", "t", "o", "o", "l", "enter", "g"}, {"6"}, {"ctrl+g", "tab"}, {"ctrl+g", "tab", "tab"}, {"1", "!", "w"}, {"2", "/", "h", "e", "l", "d", "enter", "g", "w"}, places["conversation"]} {
		s := openStage(t, false, keys)
		s.common.Info.Apply = func() {}
		for _, k := range s.screen().Keys() {
			acting[s.shown] = append(acting[s.shown], k.Keys()...)
		}
	}
	s := openStage(t, false, nil)
	for k, all := range meanings {
		for _, is := range all {
			for _, id := range is.on {
				if !slices.Contains(acting[id], k) && !unreached[k+" "+s.screens[id].Title()] {
					t.Errorf("%s is said to act on %s", k, s.screens[id].Title())
				}
			}
		}
	}
	for id, keys := range acting {
		for _, k := range keys {
			all := meanings[k]
			if len(all) == 0 { // where its other case does the same
				all = meanings[otherCase(k)]
			}
			known := slices.ContainsFunc(all, func(is meaning) bool { return slices.Contains(is.on, id) })
			if len(k) == 1 && !known && !strings.Contains("hjkgGi!= ", k) {
				t.Errorf("%s acts on %s and is not known to the others", k, s.screens[id].Title())
			}
		}
	}
}

// unreached are keys that act in states which the stage has none of: those of a config file, of what was sent and let go from a form, of
// several problems that are one. The rooms' own tests press them.
var unreached = map[string]bool{"S Inject": true, "b Config": true, "o Config": true, "o Inject": true, "w Inject": true, "o Gate": true, "y Config": true, "n Why": true, "N Why": true}

func TestAKeySaysWhereItActs(t *testing.T) {
	for _, c := range []struct{ place, key, want string }{
		{"timeline", "m", "m marks a message on 2 Traffic."},
		{"now", "f", "f switches the filter on 2 Traffic, 4 Logs, follows on 3 Timeline."},
		{"now", "d", "D compares messages on 2 Traffic."},
		{"traffic, a row", "d", "D compares messages, d does nothing."},
		{"now", "C", "c shows a conversation on 2 Traffic."},
		{"config", "x", "x mutes problems on 1 Now, exports on 2 Traffic, 3 Timeline, 4 Logs."},
		{"logs", "A", "A lets all held messages go on ^g Gate, 2 Traffic."},
		{"gate", "R", "R restarts an extension on 1 Now, 6 Config."},
		{"traffic, a row", "f", "f switches the filter: there is none, / writes one."},
	} {
		s := openStage(t, false, places[c.place])
		if s.press(c.key); s.toast.text != c.want || !s.toast.note {
			t.Errorf("%s on %s says %q", c.key, c.place, s.toast.text)
		}
	}
	s := openStage(t, true, places["now"])
	if s.press("B"); s.toast.text != "B holds what is like a message, but nothing runs here." {
		t.Errorf("in a recording B says %q", s.toast.text)
	}
}
