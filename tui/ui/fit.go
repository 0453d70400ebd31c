package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// FitSentences drops the last sentences of a text that has no room for all: what is left of it in w cells is whole. A text of which
// little would be left stays as it is, to be cut where it is drawn. The text may hold escape sequences.
func FitSentences(s string, w int) string {
	if ansi.StringWidth(s) <= w {
		return s
	}
	plain, end := ansi.Strip(s), 0
	for i := 1; i+1 < len(plain); i++ {
		// A question mark behind a blank is the key.
		if plain[i+1] == ' ' && (plain[i] == '.' || plain[i] == '?') && plain[i-1] != ' ' {
			if n := ansi.StringWidth(plain[:i+1]); n <= w {
				end = n
			}
		}
	}
	if end < w/2 { // too little is left: half a sentence says more
		return s
	}
	return ansi.Truncate(s, end, "")
}

// FitParts drops the last parts of a list of words with commas that has no room for all.
func FitParts(s string, w int) string {
	for Width(s) > w {
		i := strings.LastIndex(s, ", ")
		if i < 0 {
			break
		}
		s = s[:i]
	}
	return s
}

// Sentences draws a finished line that Common.Styled made as Draw does, of its sentences those that are whole.
func (l *Line) Sentences(styled string) *Line { return l.Draw(FitSentences(styled, l.Left())) }

// BreakAtBlank returns what of a text w cells have room for, up to a blank, and the rest. A path is not broken; a text without a blank is
// all in the first part, to be cut where it is drawn.
func BreakAtBlank(s string, w int) (first, rest string) {
	s = Sanitise(s)
	if width(s) <= w {
		return s, ""
	}
	at := 0
	for i := range len(s) {
		if s[i] == ' ' && width(s[:i]) <= w {
			at = i
		}
	}
	if at == 0 {
		return s, ""
	}
	return s[:at], s[at+1:]
}

// FitEnd keeps of a text the end that w cells have room for: of a path that is its file's name.
func FitEnd(s string, w int) string {
	s = Sanitise(s)
	if n := width(s); n > w {
		return ansi.TruncateLeft(s, n-w+1, "…")
	}
	return s
}
