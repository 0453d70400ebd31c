package ui

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks a text into lines of at most w cells, at blanks where it can, but not between a number and its unit, nor before a last
// short word.
func Wrap(s string, w int) []string {
	kept := timeUnit.ReplaceAllString(Sanitise(s), "$1"+noBreak+"$2")
	lines := strings.Split(ansi.Wrap(kept, max(w, 2), ""), "\n")
	joinOrphan(lines, w)
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(l, noBreak, " ")
	}
	return lines
}

// joinOrphan gives a short word that stands alone in the last line the one before it.
func joinOrphan(lines []string, w int) {
	n := len(lines) - 1
	if n < 1 || strings.Contains(lines[n], " ") || Width(lines[n]) > w/6 {
		return
	}
	at := strings.LastIndexByte(lines[n-1], ' ')
	if at < len(lines[n-1])/2 || Width(lines[n-1][at+1:])+1+Width(lines[n]) > w {
		return
	}
	lines[n-1], lines[n] = lines[n-1][:at], lines[n-1][at+1:]+" "+lines[n]
}

const noBreak = "\u00a0"

// timeUnit is a time as texts have it.
var timeUnit = regexp.MustCompile(`(\d) (ns|µs|ms|s)\b`)
