package tui

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/screentest"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// attacks are beginnings of names and texts that do something to a terminal which is sent them.
var attacks = map[string]string{
	"colour":          "\x1b[31;1mred",
	"clear":           "\x1b[2J\x1b[Hclear",
	"title":           "\x1b]0;owned\x07title",
	"clipboard":       "\x1b]52;c;cm0gLXJm\x1b\\clip",
	"link":            "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
	"alternate":       "\x1b[?1049lgone",
	"device control":  "\x1bP$q\"p\x1b\\device",
	"reset":           "\x1bcreset",
	"an open escape":  "half\x1b",
	"an open OSC":     "half\x1b]0;",
	"C1":              "\u009b31m\u0090q\u009c",
	"raw C1":          "\x9b31m\x9d0;x\x9c",
	"controls":        "a\rb\bc\ad\fe\vf\x7f",
	"bidi":            "\u202edrowssap\u202c\u2066x\u2069\u200f",
	"lines":           "one\ntwo\r\nthree\u2028four",
	"invisible":       "\ufeffa\u00adb\U000e0041",
	"not UTF-8":       "not \xff\xfe\xc3",
	"query":           "\x1b[6n\x1b]11;?\x07\x1b[cquery",
	"a sixel picture": "\x1bPq#0;2;0;0;0~\x1b\\sixel",
}

// twin is harmless text of the same width; letter tells it from another.
func twin(attack, letter string) string { return strings.Repeat(letter, ui.Width(attack)) }

// named is a run in which all names and texts begin with an attack or, harmless, are as wide as if they did.
func named(attack string, harmless bool) *tuitest.Run {
	names := []string{attack + "-one", attack + "-two", attack + "-three"}
	for i := range names {
		if harmless {
			names[i] = twin(names[i], string(rune('m'+i)))
		}
	}
	return tuitest.Named(names, `{"key":"value"}`, `{"key":"value"}`)
}

var styling = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// controls counts the styles of a frame, and fails if it holds any other thing that a terminal acts on.
func controls(t *testing.T, view string) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, s := range styling.FindAllString(view, -1) {
		count[s]++
	}
	requireText(t, styling.ReplaceAllString(view, ""))
	return count
}

// requireText fails if a text holds anything that a terminal acts on, beside line ends.
func requireText(t *testing.T, text string) {
	t.Helper()
	for i, r := range text {
		switch {
		case r == '\n' || r == '\r':
			continue
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200f, r == '\ufffd':
			t.Fatalf("%q reaches the terminal: %q", r, text[max(i-30, 0):min(i+30, len(text))])
		}
	}
}

// Whatever extensions call themselves and say, the terminal gets the same sequences as for harmless text of that width.
func TestHostileTextSendsNoSequencesOfItsOwn(t *testing.T) {
	th, err := theme.New(theme.Options{})
	if err != nil {
		t.Fatal(err)
	}
	frames := func(t *testing.T, attack string, harmless bool) (counts []map[string]int) {
		s, said := newStage(t, named(attack, harmless), 2*time.Second, th, 120, 36), attack
		if harmless {
			said = twin(attack, "m")
		}
		for _, size := range [][2]int{{120, 36}, {80, 24}} {
			s.update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			for _, key := range []string{"1", "w", "G", "D", "esc", "1", "j", "j", "j", "j", "j", "2", "w", "2", "enter", "tab", "esc", "3", "down", "4", "5", "?", "esc"} {
				s.press(key)
				counts = append(counts, controls(t, s.View()))
			}
			s.update(Refused{Problems: []string{said}})
			s.update(Notice{Text: said, Bad: true})
			counts = append(counts, controls(t, s.View()))
			s.update(Reloaded{Summary: said})
			counts = append(counts, controls(t, s.View()))
		}
		return counts
	}
	for name, attack := range attacks {
		t.Run(name, func(t *testing.T) {
			hostile, harmless := frames(t, attack, false), frames(t, attack, true)
			for i := range hostile {
				if !maps.Equal(hostile[i], harmless[i]) {
					for q := range harmless[i] {
						if a, b := hostile[i][q], harmless[i][q]; a != b {
							t.Errorf("frame %d: %d times %q, of harmless text %d", i, a, q, b)
						}
					}
				}
			}
		})
	}
}

// sequence is a control sequence as the workbench may send it.
var sequence = regexp.MustCompile(`\x1b(\[[?0-9;]*[A-Za-z]|\]11;\?\x1b\\)`)

// Where a sequence moves to, and which styles were needed, depends on timing. Every style of ours begins with a reset.
var numbers = regexp.MustCompile(`^\x1b\[(?:[0-9;]*([A-HJK])|0(?:;[0-9]+)*(m))$`)

// The same through a terminal: the kinds of sequences that the program writes do not depend on names.
func TestHostileTextInATerminal(t *testing.T) {
	var every strings.Builder
	for _, name := range slices.Sorted(maps.Keys(attacks)) {
		every.WriteString(attacks[name])
	}
	kinds := func(harmless bool) []string {
		s := screentest.Start(t, inTerminal(every.String(), harmless), 120, 36)
		s.WaitFor("PROBLEMS")
		for _, step := range []struct{ key, shows string }{{"2", "all messages"}, {"3", "LIFECYCLE"}, {"4", "press / and type"}, {"?", "EVERYWHERE"}, {"\x1b", "press / and type"}} {
			s.Type(step.key)
			s.WaitFor(step.shows)
		}
		s.Type("q")
		if status := s.Wait(); status != 0 {
			t.Errorf("exit status %d", status)
		}
		if modes := s.Modes(); modes != nil {
			t.Errorf("left behind: %q", modes)
		}
		raw := s.Raw()
		requireText(t, sequence.ReplaceAllString(raw, ""))
		var all []string
		for _, q := range sequence.FindAllString(raw, -1) {
			all = append(all, numbers.ReplaceAllString(q, "\x1b[n$1$2"))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	hostile, harmless := kinds(false), kinds(true)
	if !slices.Equal(hostile, harmless) {
		t.Errorf("hostile %q\nharmless %q", hostile, harmless)
	}
}
