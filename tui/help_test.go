package tui

import (
	"strings"
	"testing"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

func TestHelpGivesWayToTheKeysOfAllScreens(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	if s.press("?", "3"); s.helping || s.shown != ui.Timeline {
		t.Errorf("3 on the help shows %d, helping %v", s.shown, s.helping)
	}
	s.press("?")
	if cmd := s.update(keyMsg("q")); cmd != nil || s.helping {
		t.Error("q on the help does more than close it")
	}
	if s.press("?", "j"); !s.helping {
		t.Error("a key of a list closes the help")
	}
}

func TestHelpSaysThatMoreFollows(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	if s.press("?"); !strings.Contains(s.View(), "lines more: j scrolls") {
		t.Errorf("the help looks whole:\n%s", s.View())
	}
	if s.press("G"); strings.Contains(s.View(), "more: j scrolls") {
		t.Errorf("the end of the help:\n%s", s.View())
	}
}

// F1 and ? help over a page too; a question wants its answer first, and says so to any other key.
func TestHelpOverAPageAndAQuestion(t *testing.T) {
	for _, k := range []string{"f1", "?"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.press(places["messages"]...)
		if s.pager == nil {
			t.Fatal("no page is open")
		}
		if s.press(k); !s.helping || s.pager != nil {
			t.Errorf("%s over a page helps: %v", k, s.helping)
		}
		s = newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.update(ui.RestartMsg{Graph: s.run.Graphs()[0].Name, Extension: "asr"})
		if s.press(k); s.ask == nil || !strings.HasPrefix(toastLine(s), "─ · Answer first: y is yes, esc is no. ") {
			t.Errorf("%s over a question says %q", k, toastLine(s))
		}
		if s.press("esc"); s.ask != nil || strings.Contains(toastLine(s), "Answer") {
			t.Errorf("esc is no no, or it still says %q", toastLine(s))
		}
	}
}

func TestATextFieldOffersTheHelpKeyThatActsInIt(t *testing.T) {
	for _, keys := range [][]string{{"5", "e"}, {":"}} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
		s.press(keys...)
		lines := strings.Split(strings.TrimRight(s.View(), "\n"), "\n")
		if f := lines[len(lines)-1]; !strings.Contains(f, "f1 help") || strings.Contains(f, "? help") {
			t.Errorf("after %v the footer is %q", keys, f)
		}
		if s.press("f1"); !s.helping {
			t.Errorf("after %v F1 opens no help", keys)
		}
	}
}

// What is being typed stays as it is while its help is read, and no key of the help lands in it.
func TestHelpOverWhatIsTypedLeavesItAlone(t *testing.T) {
	for text, keys := range map[string][]string{": hold cmd": {":", "h", "o", "l", "d", " ", "c", "m", "d"}, "hello": {"5", "e", "h", "e", "l", "l", "o"}} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
		s.press(keys...)
		s.press("f1", "1", "j", "i")
		if v := s.View(); !s.helping || !strings.Contains(v, "when nothing is being typed") || strings.Contains(v, "act from here too") {
			t.Errorf("after %v the help is gone or untrue:\n%s", keys, v)
		}
		if s.press("esc"); s.helping || !strings.Contains(s.View(), text) || strings.Contains(s.View(), text+"1") {
			t.Errorf("after %v and its help:\n%s", keys, s.View())
		}
	}
}

func TestHelpNamesEveryKeyThatActs(t *testing.T) {
	for _, tab := range []string{"1", "2", "3", "4"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 160, 50)
		s.press(tab)
		keys := s.keys()
		s.press("?")
		v := s.View()
		for _, k := range keys {
			if !strings.Contains(v, k.Help().Key) || !strings.Contains(v, k.Help().Desc) {
				t.Errorf("screen %s: help lacks %q %q", tab, k.Help().Key, k.Help().Desc)
			}
		}
	}
}

func TestHelpExplainsTheLineInFocus(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	for _, step := range []struct {
		keys []string
		want string
	}{
		{[]string{"!", "enter"}, "that is proven"},
		{[]string{"c"}, "Its bar is dotted while it waits in the queue"},
		{[]string{"4"}, "THIS LINE"},
		{[]string{"2", "G"}, "THIS LINE"},
		{[]string{"1", "!", "w"}, "THIS VERDICT"},
	} {
		s.press(step.keys...)
		s.press("?")
		if v := s.View(); !strings.Contains(v, step.want) {
			t.Errorf("after %v the help lacks %q:\n%s", step.keys, step.want, v)
		}
		s.press("esc")
	}
}
