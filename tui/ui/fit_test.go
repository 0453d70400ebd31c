package ui

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestSentencesAreWhole(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"One. Two. Three.", 16, "One. Two. Three."},
		{"One. Two. Three.", 15, "One. Two."},
		{"One. Two. Three.", 8, "One."},
		{"One sentence. Two.", 8, "One sentence. Two."},
		{"Problem 1 of 1.  tts lost speak from main_control.", 40, "Problem 1 of 1.  tts lost speak from main_control."},
		{"o opens a line in your editor. ? explains the rule.", 36, "o opens a line in your editor."},
		{"Restart tts? What waits is kept.", 24, "Restart tts?"},
		{"\x1b[1mtts\x1b[0m answered. \x1b[2mw\x1b[0m says why.", 16, "tts answered."},
		{"took 1.5ms. It is over.", 14, "took 1.5ms."},
		{"日本語。 Nothing. More.", 18, "日本語。 Nothing."},
	} {
		if got := ansi.Strip(FitSentences(c.s, c.w)); got != c.want {
			t.Errorf("%q in %d cells is %q, want %q", c.s, c.w, got, c.want)
		}
	}
	if got := FitParts("press / and type: level >= warn, ext = name, a word", 45); got != "press / and type: level >= warn, ext = name" {
		t.Errorf("parts: %q", got)
	}
	if got := FitParts("press / and type", 4); got != "press / and type" {
		t.Errorf("one part: %q", got)
	}
}

func TestAPathIsBrokenNowhere(t *testing.T) {
	for _, c := range []struct {
		s           string
		w           int
		first, rest string
	}{
		{"wrote 5 lines to /a/b-c/d.jsonl", 40, "wrote 5 lines to /a/b-c/d.jsonl", ""},
		{"wrote 5 lines to /a/b-c/d.jsonl", 24, "wrote 5 lines to", "/a/b-c/d.jsonl"},
		{"/a/b-c/d.jsonl", 5, "/a/b-c/d.jsonl", ""},
		{"日本 日本 日本", 9, "日本 日本", "日本"},
	} {
		if first, rest := BreakAtBlank(c.s, c.w); first != c.first || rest != c.rest {
			t.Errorf("%q in %d: %q and %q", c.s, c.w, first, rest)
		}
	}
	if got := FitEnd("/home/somebody/exports/messages.jsonl", 16); got != "…/messages.jsonl" {
		t.Errorf("the end is %q", got)
	}
}

func TestTheOwnFolderIsATilde(t *testing.T) {
	t.Setenv("HOME", "/home/somebody")
	for path, want := range map[string]string{"/home/somebody/a.jsonl": "~/a.jsonl", "/home/somebody-else/a": "/home/somebody-else/a", "b": "b"} {
		if got := Tilde(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
