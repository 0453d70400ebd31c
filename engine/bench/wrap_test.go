package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLinesAreWrappedAtWords(t *testing.T) {
	for name, c := range map[string]struct{ line, want string }{
		"fits":          {"mine.go:3: error: it is short", "mine.go:3: error: it is short"},
		"a problem":     {"mine.go:3: error: relay lost hello #2 from ticker.", "mine.go:3: error: relay lost hello\n    #2 from ticker."},
		"prose":         {"Its handler returned and nothing holds the command.", "Its handler returned and nothing\nholds the command."},
		"a table":       {"  ok  handler  +1 s  waited for the answer", "  ok  handler  +1 s  waited for the\n               answer"},
		"a heading":     {"DO       Call ReturnResult on every way out", "DO       Call ReturnResult on every\n         way out"},
		"a unit":        {"Its handler has been running for 10 s now", "Its handler has been running for\n10 s now"},
		"a long word":   {"see /a/path/that/is/longer/than/a/line/is.go:7 there", "see\n/a/path/that/is/longer/than/a/line/is.go:7\nthere"},
		"several lines": {"short\nIts handler returned and nothing holds\n\n", "short\nIts handler returned and nothing\nholds\n\n"},
		"of runes":      {strings.Repeat("ä", 30) + " öäöä öäöä", strings.Repeat("ä", 30) + " öäöä\nöäöä"},
	} {
		if got := wrap(c.line, 35, hangOf); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// Whatever the width: no line is too long that could be shorter, and no word is lost or broken.
func TestWrappingKeepsTheWords(t *testing.T) {
	text := "  ok  handler   slow               +0.2 ms  /tmp/killme.py:9 and more of it\nerror: a b c d e f g h i j k l m n o p q r s t u v w x y z. It goes on for 1.5 s here\n"
	for width := range 120 {
		got := wrap(text, width, hangOf)
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("at %d:\n%s", width, got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if width > 50 && utf8.RuneCountInString(line) > width {
				t.Errorf("at %d: %q", width, line)
			}
		}
	}
}

func TestWhatIsNoTerminalGetsTheTextAsItIs(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := strings.Repeat("word ", 100) + "\n"
	if n, err := Wrapped(f).Write([]byte(text)); n != len(text) || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if got, _ := os.ReadFile(f.Name()); string(got) != text {
		t.Errorf("got %q", got)
	}
}

func TestAPageIsNeverTooWide(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := "It says what they do: " + strings.Repeat("word ", 50) + "\n\n      --flag string   what it is: " + strings.Repeat("word ", 50) + "\n"
	if n, err := Page(f).Write([]byte(text)); n != len(text) || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	got, _ := os.ReadFile(f.Name())
	if strings.Join(strings.Fields(string(got)), " ") != strings.Join(strings.Fields(text), " ") {
		t.Errorf("words are lost in\n%s", got)
	}
	for line := range strings.SplitSeq(string(got), "\n") {
		if hang := indentOf(line); len(line) > pageWidth || hang != 0 && hang != 6 && hang != 22 {
			t.Errorf("%d long, %d in: %q", len(line), hang, line)
		}
	}
}
