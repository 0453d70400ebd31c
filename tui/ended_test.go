package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// gone is the Source of a program whose graphs end with it.
type gone struct {
	ui.Source
	how string
}

func (g *gone) Graphs() []*graph.Graph {
	if g.how != "" {
		return nil
	}
	return g.Source.Graphs()
}

// ending is a stage on which a program runs until its end is told.
func ending(t *testing.T, w, h int) (*stage, func(how string)) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, h)
	program := &gone{Source: s}
	s.common.Source, s.common.Info.Config = program, ""
	s.common.Info.Title, s.common.Info.Ended = "main.py", func() string { return program.how }
	s.tick(time.Unix(0, 0))
	return s, func(how string) {
		program.how = how
		s.tick(time.Unix(0, 0))
	}
}

func TestTheHeaderSaysThatTheProgramHasEnded(t *testing.T) {
	for how, want := range map[string]string{"exited with status 0": "ENDED status 0", "exited with status 3": "ENDED status 3", "was killed by SIGKILL": "ENDED by SIGKILL", "was lost: no idea": "ENDED and was lost"} {
		for _, size := range []struct{ w, h int }{{80, 24}, {120, 36}} {
			s, end := ending(t, size.w, size.h)
			if before := header(s); !strings.Contains(before, "LIVE") || strings.Contains(before, "ENDED") {
				t.Fatalf("before its end: %s", before)
			}
			end(how)
			if after := header(s); strings.Contains(after, "LIVE") || !strings.Contains(after, want) || !strings.Contains(after, "problem") {
				t.Errorf("%s at %d columns: %s", how, size.w, after)
			}
		}
	}
}

func header(s *stage) string { return plainLines(s)[0] }

func plainLines(s *stage) []string { return strings.Split(s.View(), "\n") }

// What cannot act any more is not offered, and says so in the words of the person who pressed it.
func TestWhatEndedTakesNothing(t *testing.T) {
	for _, c := range []struct {
		screen, key, want string
	}{
		{"1", "R", "R restarts an extension, but main.py has ended."},
		{"2", "r", "main.py has ended: it takes no messages."},
		{"2", "B", "B holds what is like a message, but main.py has ended."},
		{"5", "enter", "main.py has ended: it takes no messages."},
		{"6", "R", "R restarts an extension, but main.py has ended."},
		{"1", "ctrl+g", "main.py has ended: nothing is on its way that could be held"},
	} {
		s, end := ending(t, 120, 36)
		end("exited with status 3")
		s.press(c.screen, "j")
		for _, offered := range s.screen().Keys() {
			if offered.Help().Key == c.key && c.key != "enter" {
				t.Errorf("%s is offered on %s", c.key, c.screen)
			}
		}
		s.press(c.key)
		if l := toastLine(s); !strings.Contains(l, c.want) {
			t.Errorf("%s on %s says %q, want %q", c.key, c.screen, l, c.want)
		}
		if s.ask != nil {
			t.Errorf("%s on %s asks %q", c.key, c.screen, s.ask.text)
		}
	}
}

// The graphs of a program end with it; what is known of them is still to be seen.
func TestTheGraphsOfWhatEndedStay(t *testing.T) {
	s, end := ending(t, 120, 36)
	s.press("6")
	before := s.common.Source.Graphs()
	end("exited with status 0")
	s.update(tea.WindowSizeMsg{Width: 120, Height: 36})
	if after := s.common.Source.Graphs(); len(before) == 0 || len(after) != len(before) {
		t.Errorf("%d graphs before the end, %d after", len(before), len(after))
	}
	if screen := s.View(); !strings.Contains(screen, before[0].Nodes[0].Name) {
		t.Errorf("its extensions are gone:\n%s", screen)
	}
}

// nameless is a Source whose graph goes by an id.
type nameless struct{ ui.Source }

func (n nameless) Graphs() []*graph.Graph {
	g := *n.Source.Graphs()[0]
	g.Name = msg.NewUUID()
	return []*graph.Graph{&g}
}

func TestAGraphWithoutANameIsNotCalledByItsID(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.common.Source = nameless{s.common.Source}
	s.command(t, "graph")
	if screen := s.View(); !strings.Contains(screen, "a graph without a name   5 extensions") {
		t.Errorf("the graph is called otherwise:\n%s", screen)
	}
}

// Who types a message when the program ends goes on typing for a moment: that is no command.
func TestWhatIsTypedWhileTheProgramEndsIsNoCommand(t *testing.T) {
	s, end := ending(t, 120, 36)
	s.press("5", "tab", "h")
	end("exited with status 0")
	for _, k := range []string{"q", "1", "enter"} {
		if s.follow(s.update(keyMsg(k))); s.ended || s.shown != ui.Inject {
			t.Fatalf("%s is a command", k)
		}
		s.tick(time.Unix(0, 0))
	}
	if v := s.View(); !strings.Contains(v, "main.py has ended while you typed") {
		t.Errorf("it is not said where the letters went:\n%s", v)
	}
	s.tick(time.Unix(0, 0))
	s.tick(time.Unix(2, 0))
	if s.press("1"); s.shown != ui.Now {
		t.Error("after a pause 1 leads nowhere")
	}
	s, end = ending(t, 120, 36)
	s.press("2", "/", "c")
	end("exited with status 0")
	if s.press("m"); !strings.Contains(s.View(), "cm") {
		t.Errorf("the filter takes no letters any more:\n%s", s.View())
	}
	s, end = ending(t, 120, 36)
	s.press("5", "tab")
	end("exited with status 0")
	s.press("esc")
	if s.press("1"); s.shown != ui.Now {
		t.Error("after esc 1 leads nowhere")
	}
}

// A question about what went is closed, with a word why: its answer would do nothing, or what nobody asked for.
func TestAQuestionWhoseSubjectWentIsClosed(t *testing.T) {
	for _, paused := range []bool{false, true} {
		s, end := ending(t, 120, 36)
		if s.follow(s.update(ui.Restart(s.run.Graphs()[0].Name, "asr")())); s.ask == nil {
			t.Fatal("nothing is asked")
		}
		if paused {
			s.setPaused(true)
		}
		end("was killed by SIGKILL")
		if l := toastLine(s); s.ask != nil || !strings.Contains(l, "The question is closed: main.py has ended.") {
			t.Errorf("paused %v: the question is open: %v, and it is said %q", paused, s.ask != nil, l)
		}
		s.update(Notice{Text: "main.py was killed by SIGKILL", Bad: true})
		if l := toastLine(s); !strings.Contains(l, "main.py was killed by SIGKILL. The question is closed.") {
			t.Errorf("what is told of the end says %q", l)
		}
		s.press("j")
		s.update(Notice{Text: "something else"})
		if l := toastLine(s); strings.Contains(l, "closed") {
			t.Errorf("a key later it says %q", l)
		}
	}
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(ui.RestartMsg{Graph: s.run.Graphs()[0].Name, Extension: "asr"})
	s.common.Source = &gone{Source: s.common.Source, how: "was taken out of the config"}
	if s.press("y"); s.ask != nil || !strings.Contains(toastLine(s), "asr runs no longer.") {
		t.Errorf("of an extension that is gone it says %q", toastLine(s))
	}
}

// Nothing would be lost by quitting any more, nor by dropping.
func TestAQuestionAboutWhatIsHeldEndsWithIt(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"q", "The question is closed: nothing is held any more. q quits."},
		{":drop held @held", "The question is closed: none of that is held any more."},
	} {
		s, gate := gatedStage(t, 120, 36)
		if typed, ok := strings.CutPrefix(c.typed, ":"); ok {
			s.command(t, typed)
		} else {
			s.press(c.typed)
		}
		if s.ask == nil {
			t.Fatalf("%s asks nothing", c.typed)
		}
		s.tick(time.Unix(0, 0))
		if s.ask == nil {
			t.Fatalf("%s: the question is closed while its messages are held", c.typed)
		}
		gate.State.Held = nil
		s.tick(time.Unix(0, 0))
		if l := toastLine(s); s.ask != nil || !strings.Contains(l, c.want) {
			t.Errorf("%s: the question is open: %v, and it is said %q", c.typed, s.ask != nil, l)
		}
	}
}
