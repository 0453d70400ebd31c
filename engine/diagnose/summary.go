package diagnose

import (
	"fmt"
	"strconv"
	"strings"

	"tenbench/engine/trace"
)

// Summary says in five lines what happened: for the end of `run` and of the workbench. Its numbers are those of the screens, which call
// all that is sent messages, and all that is said lines.
func (f *Fold) Summary(now trace.Snapshot) []string {
	c := f.Counts()
	return []string{
		f.summaryOfNodes(c),
		f.summaryOfCommands(c),
		"Data and frames: " + list(c.Messages+c.Astray, "sent", []share{{c.Dropped, "dropped"}, {c.Refused, "dropped since their receiver had failed"}, {c.Late, "dropped by the stop"}, {c.Astray, "to nobody"}}),
		"Logs: " + list(c.LogLines, linesOf(c.LogLines), []share{{c.LogErrors, "error"}, {c.BenchLines, "of the bench"}, {c.Missing, "events missing in the trace"}}),
		f.summaryOfProblems(now),
	}
}

// linesOf counts lines of extensions.
func linesOf(n int) string {
	if n == 1 {
		return "line of extensions"
	}
	return "lines of extensions"
}

func (f *Fold) summaryOfCommands(c Counts) string {
	silent, late := c.Silent()
	text := "Commands: " + list(c.Commands+c.Nowhere, "sent", []share{{c.OK, "ok"}, {c.Errors, "error"}, {silent, "unanswered"}, {c.Cut, "cut short by a stop"},
		{c.Stopped + c.Open() - c.Cut - silent, "open"}, {c.Nowhere, "to nobody"}})
	if late > 0 {
		text += fmt.Sprintf(" Of the answers %s came only after the command had counted as unanswered.", thousands(late))
	}
	if c.InPlace > 0 {
		text += fmt.Sprintf(" Of the errors %s came in place of an answer.", thousands(c.InPlace))
	}
	if c.CmdDropped > 0 {
		text += " Dropped on the way: " + plural(c.CmdDropped, "command") + "."
	}
	return text
}

func (f *Fold) summaryOfNodes(c Counts) string {
	down, recovered, failed := 0, 0, ""
	for _, still := range f.failed {
		if still {
			down++
		} else {
			recovered++
		}
	}
	switch {
	case down == 0 && recovered == 0:
		failed = "none failed"
	case recovered == 0:
		failed = strconv.Itoa(down) + " failed"
	case down == 0:
		failed = strconv.Itoa(recovered) + " failed and recovered"
	default:
		failed = strconv.Itoa(down) + " failed, " + strconv.Itoa(recovered) + " failed and recovered"
	}
	return fmt.Sprintf("%s, %s, %s events in %s.", plural(f.lived(), "extension"), failed, thousands(int(f.events)), span(f.last-f.first))
}

// lived returns how many extensions there were.
func (f *Fold) lived() (n int) {
	for _, w := range f.nodes {
		if w.state != trace.StateNone {
			n++
		}
	}
	return n
}

func (f *Fold) summaryOfProblems(now trace.Snapshot) string {
	var open []Problem
	ended, remarks := 0, 0
	for _, p := range f.Problems(now) {
		switch {
		case p.Level == trace.Info.String():
			remarks++
		case p.Ended:
			ended++
		default:
			open = append(open, p)
		}
	}
	var besides []string
	line := "No problems."
	switch {
	case len(open) == 0 && ended > 0:
		line = plural(ended, "problem") + ", over before the end."
	case len(open) > 0:
		if line = plural(len(open)+f.Forgotten, "problem"); len(open) > 1 {
			line += "; the worst"
		}
		worst := open[0].Brief
		if !strings.HasPrefix(worst, open[0].Extension) && !namesCode(worst) {
			worst = lowerFirst(worst)
		}
		if line += ": " + worst + "."; ended > 0 {
			were := "were"
			if ended == 1 {
				were = "was"
			}
			besides = append(besides, fmt.Sprintf("%s that %s over before the end", thousands(ended), were))
		}
	}
	if remarks > 0 {
		besides = append(besides, plural(remarks, "remark"))
	}
	if len(besides) > 0 {
		line += " Besides: " + enumerate(besides) + "."
	}
	return line
}

type share struct {
	n    int
	what string
}

// list writes a total and those of its parts that are not 0.
func list(total int, what string, parts []share) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", thousands(total), what)
	for _, p := range parts {
		if p.n != 0 {
			fmt.Fprintf(&b, ", %s %s", thousands(p.n), p.what)
		}
	}
	return b.String() + "."
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return thousands(n) + " " + what
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && n > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
