package tui

import (
	"os"
	"strings"
	"testing"

	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
)

func TestAnswersAboutTheBackgroundAreNoKeys(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, tc := range []struct {
		name  string
		reads []string
		keys  string
		told  string // l or d for each answer
	}{
		{"no answer", []string{"j", "\x1b", "\x1b[A", "\x1b]", "é"}, "j\x1b\x1b[A\x1b]é", ""},
		{"light, four digits", []string{"\x1b]11;rgb:ffff/ffff/eeee\x1b\\"}, "", "l"},
		{"dark, two digits, ended by a bell", []string{"\x1b]11;rgb:1d/1f/21\x07"}, "", "d"},
		{"between keys", []string{"a\x1b]11;rgb:0/0/0\x07b"}, "ab", "d"},
		{"in pieces", []string{"a\x1b]11;rg", "b:ff/ff", "/ff\x1b\\b"}, "ab", "l"},
		{"two", []string{"\x1b]11;rgb:f/f/f\x07x\x1b]11;rgb:0/0/0\x07"}, "x", "ld"},
		{"an answer that says nothing", []string{"\x1b]11;blue\x07k"}, "k", ""},
		{"too many digits", []string{"\x1b]11;rgb:fffff/0/0\x07"}, "", ""},
		{"one that never ends", []string{"\x1b]11;" + long + "k"}, long + "k", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var told strings.Builder
			k := &keyboard{told: func(light bool) { told.WriteString(map[bool]string{true: "l", false: "d"}[light]) }}
			var keys strings.Builder
			for _, r := range tc.reads {
				keys.Write(k.filter([]byte(r)))
			}
			if keys.String() != tc.keys || told.String() != tc.told {
				t.Errorf("keys %q, told %q", keys.String(), told.String())
			}
		})
	}
}

func FuzzKeyboard(f *testing.F) {
	f.Add([]byte("a\x1b]11;rgb:ff/ff/ff\x1b\\b"), 3)
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		k := &keyboard{told: func(bool) {}}
		cut = min(max(cut, 0), len(b))
		n := len(k.filter(b[:cut:cut])) + len(k.filter(b[cut:]))
		if n+len(k.half) > len(b) || len(k.half) > len(backgroundReply)+maxReply {
			t.Fatalf("%d bytes became %d and %d are held back", len(b), n, len(k.half))
		}
	})
}

func TestALightBackgroundChangesTheTheme(t *testing.T) {
	th, err := theme.New(theme.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, tuitest.Voice(), scene, th, 80, 24)
	s.repaint = func(light bool) (*theme.Theme, error) { return theme.New(theme.Options{Light: light}) }
	s.update(backgroundMsg{light: true})
	if s.common.Theme.Name != "light" {
		t.Errorf("the theme is %s", s.common.Theme.Name)
	}
}

func TestNothingIsAskedOfWhatIsNoTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if answers(r, w) || answers(strings.NewReader(""), os.Stdout) {
		t.Error("a pipe is asked")
	}
}

func TestTheBackgroundByEnvironment(t *testing.T) {
	for colours, light := range map[string]bool{"": false, "15;0": false, "0;15": true, "0;default;7": true, "15": false} {
		if lightByEnvironment(colours) != light {
			t.Errorf("COLORFGBG=%q: light %v", colours, !light)
		}
	}
}
