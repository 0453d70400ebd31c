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
