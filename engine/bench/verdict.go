package bench

import (
	"fmt"
	"io"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
)

// earned returns the statuses that a run has earned by what happened in it.
func earned(c diagnose.Counts, on FailOn) []Status {
	var s []Status
	if c.Failed > 0 {
		s = append(s, LifecycleFailed)
	}
	if on.Error && c.Errors+c.LogErrors > 0 {
		s = append(s, CheckFailed)
	}
	if on.Unanswered && c.Unanswered > 0 {
		s = append(s, Unanswered)
	}
	if on.Lint && c.Lints > 0 {
		s = append(s, Linted)
	}
	return s
}

// maxListed is how many problems are written out at the end of a run.
const maxListed = 10

// listProblems writes the worst problems with what to do about them.
func listProblems(w io.Writer, f *diagnose.Fold, now trace.Snapshot) {
	left := 0
	for _, p := range f.Problems(now) {
		switch {
		case p.Level == trace.Info.String():
		case left >= maxListed:
			left++
		default:
			left++
			fmt.Fprintln(w, Line(p))
		}
	}
	if more := left - maxListed; more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
}

// summarise writes what happened in the session: five lines, and where it is recorded.
func (b *Bench) summarise(w io.Writer, f *diagnose.Fold) {
	for _, line := range f.Summary(b.final) {
		fmt.Fprintln(w, line)
	}
	if path, written := b.Recording(); path != "" {
		fmt.Fprintf(w, "Recorded in %s (%d KB).\n", path, (written()+1023)/1024)
	}
}

// Summary writes what happened in the session, in a few lines. It reads the whole log, so call it after Close.
func (b *Bench) Summary(w io.Writer) { b.summarise(w, diagnose.FromLog(b.app.Log())) }
