package palette

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// opened is a palette over a few commands; what is run is noted.
func opened(memory ui.Memory) (*Model, *[]string) {
	var ran []string
	run := func(name string) func(string) tea.Cmd {
		return func(arg string) tea.Cmd {
			ran = append(ran, strings.TrimSpace(name+" "+arg))
			return nil
		}
	}
	nodes := func() []ui.Option { return []ui.Option{{Value: "greeter"}, {Value: "weather_tool"}} }
	check := func(arg string) string {
		if strings.Contains(arg, "(") {
			return "a bracket is open"
		}
		return ""
	}
	m := New(&ui.Common{Theme: theme.Plain(true), Memory: memory})
	m.Open([]ui.Command{
		{Name: "timeline", Help: "show the screen", Key: ui.Bind("3", "", "3"), Run: run("timeline")},
		{Name: "restart", Help: "stop and start an extension", Arg: &ui.Arg{Hint: "EXTENSION", Options: nodes}, Run: run("restart")},
		{Name: "filter", Help: "show only what passes", Arg: &ui.Arg{Hint: "FILTER", Example: "latency > 1s", Free: true, Check: check}, Run: run("filter")},
		{Name: "filter save", Help: "name it", Arg: &ui.Arg{Hint: "NAME", Free: true}, Run: run("save")},
	})
	return m, &ran
}

func keys(m *Model, names ...string) {
	for _, n := range names {
		if len(n) > 1 && strings.HasPrefix(n, "'") {
			for _, r := range n[1:] {
				m.HandleKey(ui.Press(string(r)))
			}
			continue
		}
		m.HandleKey(ui.Press(n))
	}
}

func TestTheStepsOfACommand(t *testing.T) {
	for _, tc := range []struct {
		name string
		keys []string
		ran  string
		open bool
	}{
		{"a few letters", []string{"'tml", "enter"}, "timeline", false},
		{"an argument is asked for", []string{"'rest", "enter"}, "", true},
		{"and chosen", []string{"'rest", "enter", "'wt", "enter"}, "restart weather_tool", false},
		{"a blank goes on", []string{"'restart gree", "enter"}, "restart greeter", false},
		{"what is no choice is not taken", []string{"'restart zzz", "enter"}, "", true},
		{"anything may be typed", []string{"'filter", "enter", "'cmd and x", "enter"}, "filter cmd and x", false},
		{"but not what is wrong", []string{"'filter", "enter", "'(", "enter"}, "", true},
		{"a line as one would say it", []string{"'filter cmd and x", "enter"}, "filter cmd and x", false},
		{"of which another command begins alike", []string{"'filter sax", "enter"}, "filter sax", false},
		{"the longer name and its argument", []string{"'filter save slow", "enter"}, "save slow", false},
		{"as long as both can be meant", []string{"'filter sav", "enter", "'slow", "enter"}, "save slow", false},
		{"of two the longer", []string{"'filter save", "enter", "'slow", "enter"}, "save slow", false},
		{"esc steps back", []string{"'rest", "enter", "esc", "enter", "enter"}, "restart greeter", false},
		{"esc twice closes", []string{"'rest", "enter", "esc", "esc"}, "", false},
		{"backspace on nothing steps back", []string{"'rest", "enter", "backspace"}, "", true},
		{"tab completes the option", []string{"'restart ", "down", "tab", "enter"}, "restart weather_tool", false},
		{"the words of the help", []string{"'stop and", "enter", "enter"}, "restart greeter", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, ran := opened(nil)
			keys(m, tc.keys...)
			if got := strings.Join(*ran, ", "); got != tc.ran || m.IsOpen() != tc.open {
				t.Errorf("ran %q, open %v; the palette:\n%s", got, m.IsOpen(), m.View(80, 10))
			}
		})
	}
}

// Enter does what was typed: not what begins with it, however lately that was used, and not what differs in its case.
func TestEnterTakesWhatWasTyped(t *testing.T) {
	var ran []string
	run := func(name string) func(string) tea.Cmd {
		return func(arg string) tea.Cmd {
			ran = append(ran, strings.TrimSpace(name+" "+arg))
			return nil
		}
	}
	voices := func() []ui.Option { return []ui.Option{{Value: "voice 2"}, {Value: "Voice"}, {Value: "voice"}} }
	short := func(text string) string {
		if len(text) < 4 {
			return "it is too short"
		}
		return ""
	}
	commands := []ui.Command{
		{Name: "hold no more", Run: run("hold no more")}, {Name: "hold", Run: run("hold")},
		{Name: "restart", Arg: &ui.Arg{Hint: "EXTENSION", Options: voices}, Run: run("restart")},
		{Name: "find", Arg: &ui.Arg{Hint: "WORD", Options: voices, Free: true}, Run: run("find")},
		{Name: "send", Arg: &ui.Arg{Hint: "MESSAGE", Options: voices, Free: true, Check: short}, Run: run("send")},
	}
	m := New(&ui.Common{Theme: theme.Plain(true)})
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"'hold no more", "enter"}, "hold no more"},
		{[]string{"'hold", "enter"}, "hold"},
		{[]string{"'restart", "enter", "'voice", "enter"}, "restart voice"},
		{[]string{"'restart", "enter", "'Voice", "enter"}, "restart Voice"},
		{[]string{"'find", "enter", "'VOICE", "enter"}, "find VOICE"},
		{[]string{"'find", "enter", "'voi", "down", "enter"}, "find Voice"},
		{[]string{"'send", "enter", "'voic", "enter"}, "send voic"},
		{[]string{"'send", "enter", "'voi", "enter"}, "send voice 2"}, // which by itself would be wrong
		{[]string{"'send", "enter", "'vi2", "enter"}, ""},             // is like it, but not its beginning
	} {
		ran = nil
		m.Open(commands)
		if keys(m, c.keys...); strings.Join(ran, ", ") != c.want {
			t.Errorf("%v ran %q, want %q", c.keys, ran, c.want)
		}
	}
}

func TestALineThatIsPastedIsUnderstood(t *testing.T) {
	m, ran := opened(nil)
	m.HandleKey(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("filter cmd and x"), Paste: true})
	keys(m, "enter")
	if got := strings.Join(*ran, ", "); got != "filter cmd and x" {
		t.Errorf("ran %q", got)
	}
}

func TestWhatWasUsedLatelyStandsFirst(t *testing.T) {
	memory := tuitest.Memory{}
	m, _ := opened(memory)
	keys(m, "'restart g")
	tuitest.Drain(m.HandleKey(ui.Press("enter")))
	if got := memory[ui.PaletteHistory]; !slices.Equal(got, []string{"restart"}) {
		t.Fatalf("kept are %q", got)
	}
	m, _ = opened(memory)
	if v := strings.Split(m.View(80, 8), "\n"); !strings.Contains(v[2], "restart") {
		t.Errorf("first stands %s", v[2])
	}
}

func TestScoresPreferWhatAPersonMeans(t *testing.T) {
	for _, tc := range []struct{ typed, better, worse string }{
		{"fs", "filter save", "offset"}, {"log", "logs of", "dialog"}, {"now", "now", "know"},
		{"np", "next problem", "snap"},
	} {
		a, _, ok := score(tc.typed, tc.better)
		if b, _, _ := score(tc.typed, tc.worse); !ok || a <= b {
			t.Errorf("%q: %q has %d, %q has %d", tc.typed, tc.better, a, tc.worse, b)
		}
	}
	if _, _, ok := score("xz", "timeline"); ok {
		t.Error("letters that are not there fit")
	}
}

func TestFramesFitWhateverTheNames(t *testing.T) {
	var all []ui.Command
	for _, n := range tuitest.HostileNames {
		all = append(all, ui.Command{Name: n, Help: n, Arg: &ui.Arg{Hint: n, Free: true, Check: func(s string) string { return s }}})
	}
	m := New(&ui.Common{Theme: theme.Plain(false)})
	for _, s := range tuitest.Sizes {
		m.Open(all)
		for _, k := range []string{"down", "e", "down", "enter", "日"} {
			keys(m, k)
			for _, bad := range tuitest.Misfits(m.View(s[0], s[1]), s[0], m.Height(s[1])) {
				t.Error(fmt.Sprint(k, ": ", bad))
			}
			m.Status()
		}
	}
}

func TestAnArgumentWithNothingToChooseHasAnExample(t *testing.T) {
	m, ran := opened(nil)
	keys(m, "'filter", "enter")
	if v := m.View(100, 15); !strings.Contains(v, "for example  latency > 1s") {
		t.Errorf("no example:\n%s", v)
	}
	if keys(m, "tab"); m.field.Value() != "latency > 1s" {
		t.Errorf("tab took %q", m.field.Value())
	}
	if keys(m, "enter"); len(*ran) != 1 || (*ran)[0] != "filter latency > 1s" {
		t.Errorf("ran %q", *ran)
	}
}

func TestNoStrayRowIsLeftBelow(t *testing.T) {
	m, _ := opened(nil)
	for h := 1; h < 60; h++ {
		if left := h - m.Height(h); left < 0 || left > 0 && left < leastBelow {
			t.Errorf("%d lines of %d are left below", left, h)
		}
	}
}

func TestAnArgumentThatIsRightIsNotSaidToBeMissing(t *testing.T) {
	m, ran := opened(nil)
	typed := func(text string) { m.HandleKey(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}) }
	typed("filter lat")
	v := m.View(120, 20)
	if !strings.Contains(v, "enter runs it as it stands") || strings.Contains(v, "choice") {
		t.Errorf("what stands there is right:\n%s", v)
	}
	typed(" (")
	if v := m.View(120, 20); strings.Contains(v, "as it stands") || !strings.Contains(v, "for example") {
		t.Errorf("what stands there is wrong:\n%s", v)
	}
	if len(*ran) != 0 {
		t.Errorf("ran %q", *ran)
	}
}

// lacking is a palette in which some commands do nothing just now.
func lacking() (*Model, *[]string) {
	m, ran := opened(nil)
	run := func(string) tea.Cmd {
		*ran = append(*ran, "something")
		return nil
	}
	m.Open([]ui.Command{
		{Name: "release", Lacks: "nothing is held."}, {Name: "drop held", Lacks: "nothing is held."},
		{Name: "drop", Help: "lose messages", Arg: &ui.Arg{Hint: "FILTER", Free: true, Means: func(arg string) []string { return []string{"it matches " + arg, "and more"} }}, Run: run},
		{Name: "export messages", Help: "write them", Arg: &ui.Arg{Hint: "FILTER", Free: true}, Run: run},
		{Name: "let go", Help: "release what is held", Run: run}, {Name: "bug", Help: "a report", Run: run}, {Name: "quit", Help: "leave", Run: run},
	})
	return m, ran
}

// What was typed is no command that acts: the palette says why, and enter does nothing in its place.
func TestThePaletteSaysWhyNothingIsCalledLikeThat(t *testing.T) {
	for typed, want := range map[string]string{
		"release":       "release: nothing is held.",
		"release @held": "release: nothing is held.",
		"drop held":     "drop held: nothing is held.",
		"drop held x":   "drop held: nothing is held.",
		"bug now":       "bug takes nothing behind it. tab",
		"quit now":      "quit takes nothing behind it. tab",
		"exprot":        "did you mean export messages? tab takes it",
		"exprot shown":  "did you mean export messages shown? tab takes it",
		"relaese":       "did you mean release?",
		"zzzzzz":        "No command is called like that. esc",
	} {
		m, ran := lacking()
		keys(m, "'"+typed, "enter")
		if v := m.View(120, 20); !strings.Contains(v, want) || len(*ran) != 0 {
			t.Errorf("%q ran %q and says:\n%s", typed, *ran, v)
		}
		for _, k := range m.Keys() {
			if k.Help() == keyRun.Help() || k.Help() == keyTake.Help() && m.near == "" {
				t.Errorf("%q: the footer offers %s, which does nothing", typed, k.Help().Desc)
			}
		}
	}
	m, _ := lacking()
	if keys(m, "'exprot shown", "tab"); m.chosen == nil || m.chosen.Name != "export messages" || m.field.Value() != "shown" {
		t.Errorf("tab leads to %q:\n%s", m.field.Value(), m.View(80, 10))
	}
	m, ran := lacking()
	if keys(m, "'bug now", "tab", "enter"); len(*ran) != 1 {
		t.Errorf("tab and enter ran %q", *ran)
	}
	m, _ = lacking()
	for _, c := range m.commands {
		if c.Lacks != "" {
			t.Errorf("%s is offered", c.Name)
		}
	}
	if keys(m, "'drop hello"); m.chosen == nil || m.field.Value() != "hello" {
		t.Errorf("another word behind drop is not its argument:\n%s", m.View(80, 10))
	}
}

func TestThePaletteSaysWhatAnArgumentMeans(t *testing.T) {
	m, _ := lacking()
	keys(m, "'drop x")
	if v := m.View(80, 12); !strings.Contains(v, "it matches x") || !strings.Contains(v, "and more") {
		t.Errorf("what it means is not said:\n%s", v)
	}
	if keys(m, "backspace"); strings.Contains(m.View(80, 12), "it matches") {
		t.Errorf("nothing is typed:\n%s", m.View(80, 12))
	}
}
