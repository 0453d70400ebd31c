package ui

import (
	"strings"
	"unicode/utf8"
)

// twins writes the characters that the workbench's own words use in ASCII, each in as many cells. Foreign text keeps the rest of
// its characters: they are what it says.
var twins = strings.NewReplacer("µ", "u", "…", "~", "–", "-", "←", "<", "→", ">", "↑", "^", "↓", "v", "×", "x", "“", `"`, "”", `"`)

// plainASCII reports that a text has nothing with a twin: replacing nothing would cost a copy.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
