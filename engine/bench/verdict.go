package bench

import (
	"fmt"
	"io"

	"tenbench/engine/diagnose"
	"tenbench/engine/record"
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

// listProblems writes the worst problems with what to do about them, below a heading, and returns how many there are.
func listProblems(w io.Writer, heading string, f *diagnose.Fold, now trace.Snapshot, sources Sources) (left int) {
	problems := f.Problems(now)
	if readWays(f, sources) {
		problems = f.Problems(now)
	}
	for _, p := range problems {
		if left == 0 && heading != "" && p.Level != trace.Info.String() {
			fmt.Fprintln(w, heading)
		}
		switch {
		case p.Level == trace.Info.String():
		case left >= maxListed:
			left++
		default:
			left++
			sources.openable(&p)
			fmt.Fprintln(w, Line(p))
		}
	}
	if more := left - maxListed; more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
	return left
}

// summarise writes what happened in the session: five lines, and where it is recorded.
func (b *Bench) summarise(w io.Writer, f *diagnose.Fold) {
	for _, line := range f.Summary(b.final) {
		fmt.Fprintln(w, line)
	}
	if b.rec != nil {
		tellRecorded(w, b.rec)
	}
}

func tellRecorded(w io.Writer, r *record.Recorder) {
	written, skipped := r.Progress()
	lacks := ""
	if skipped > 0 {
		lacks = fmt.Sprintf(", which lacks %d events; a gap line in it says why", skipped)
		if r.Full() {
			lacks = fmt.Sprintf(", which lacks %d events: it reached a quarter of [record] max; raise max to record more", skipped)
		}
	}
	fmt.Fprintf(w, "Recorded in %s (%d KB)%s.\n", r.Path(), (written+1023)/1024, lacks)
}

// Summary writes what happened in the session, in a few lines. It reads the whole log, so call it after Close.
func (b *Bench) Summary(w io.Writer) { b.summarise(w, diagnose.FromLog(b.app.Log())) }
