package ui

import (
	"strings"
	"testing"
)

func TestWrapKeepsEveryLineWithinItsWidthAndLosesNoWord(t *testing.T) {
	texts := []string{"", "one", "graph voice-demo is stopping", strings.Repeat("x", 70), "日本語の 拡張機能 👩‍👩‍👧‍👦", "a\x1b[31mb \x07c\nd"}
	for _, s := range texts {
		for _, w := range []int{2, 3, 7, 20, 80} {
			lines := Wrap(s, w)
			for _, l := range lines {
				if Width(l) > w {
					t.Errorf("Wrap(%q, %d) has a line of %d cells: %q", s, w, Width(l), l)
				}
			}
			got, want := strings.Join(lines, ""), Sanitise(s)
			if squeeze(got) != squeeze(want) {
				t.Errorf("Wrap(%q, %d) = %q", s, w, lines)
			}
		}
	}
}

func TestWrapKeepsANumberWithItsUnit(t *testing.T) {
	for text, want := range map[string]string{
		"it took 1.4 s.":        "it took|1.4 s.",
		"held for 20 ms by it":  "held for|20 ms by|it",
		"after 0 µs, and so on": "after|0 µs, and|so on",
		"3 some":                "3 some", // no unit
		"nothing 3 seconds ago": "nothing 3|seconds|ago",
	} {
		if got := strings.Join(Wrap(text, 10), "|"); got != want {
			t.Errorf("%q is wrapped as %q, want %q", text, got, want)
		}
	}
}

func TestWrapLeavesNoShortWordAlone(t *testing.T) {
	for text, want := range map[string]string{
		"raise it if it is meant to be slow alone.":  "raise it if it is meant to be|slow alone.",
		"raise it if it is meant to be slow forever": "raise it if it is meant to be slow|forever", // long enough to stand alone
		"raise it if it is meant to be slow 3 s":     "raise it if it is meant to be|slow 3 s",
		"a verylongwordthatleavesnoroomfornone it":   "a|verylongwordthatleavesnoroomfornone|it", // there is none to give
	} {
		if got := strings.Join(Wrap(text, 36), "|"); got != want {
			t.Errorf("%q is wrapped as %q, want %q", text, got, want)
		}
	}
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

func TestPrefixCutsBetweenCharacters(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"abc", 0, ""}, {"abc", 2, "ab"}, {"abc", 9, "abc"}, {"日本語", 2, "日本"}, {"", 3, ""}, {"abc", -1, ""}} {
		if got := Prefix(c.s, c.n); got != c.want {
			t.Errorf("Prefix(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}
