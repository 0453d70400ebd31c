package ui

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks a text into lines of at most w cells, at blanks where it can, but not between a number and its unit.
func Wrap(s string, w int) []string {
	kept := timeUnit.ReplaceAllString(Sanitise(s), "$1"+noBreak+"$2")
	return strings.Split(strings.ReplaceAll(ansi.Wrap(kept, max(w, 2), ""), noBreak, " "), "\n")
}

const noBreak = "\u00a0"

// timeUnit is a time as texts have it.
var timeUnit = regexp.MustCompile(`(\d) (ns|µs|ms|s)\b`)
