package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks a text into lines of at most w cells, at blanks where it can.
func Wrap(s string, w int) []string {
	return strings.Split(ansi.Wrap(Sanitise(s), max(w, 2), ""), "\n")
}
