package ui

import (
	"strconv"

	"tenbench/tui/store"
)

// FigureText writes a figure before and after a change: p99 of hello 101ms -> 601ms.
func FigureText(f *store.Figure, arrow string) string {
	arrow = " " + arrow + " "
	was, is := strconv.FormatInt(f.Was, 10), strconv.FormatInt(f.Is, 10)
	share := was + " of " + strconv.Itoa(f.OfWas) + arrow + is + " of " + strconv.Itoa(f.Now)
	switch f.Measure {
	case store.ErrorResults:
		return "errors of " + f.Name.String() + " " + share
	case store.NoAnswers:
		return "no answer to " + f.Name.String() + " " + share
	case store.Slowness:
		return "p99 of " + f.Name.String() + " " + Dur(f.Was) + arrow + Dur(f.Is)
	}
	return "problems " + was + arrow + is
}
