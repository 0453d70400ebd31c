package bench

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// tally folds the events of a run to what its exit status and its summary need.
type tally struct {
	last     int64 // Mono of the newest event
	events   uint64
	states   map[trace.Sym]trace.State // by extension
	failed   []string                  // extensions that failed their lifecycle, in that order
	messages [msg.KindVideoFrame + 1]uint64

	ok, refused, cut uint64 // final results
	unanswered       uint64
	errorLogs        int
	warnings         int // lints of level warn or error
	lints            map[trace.Sym]uint64
}

const ruleUnanswered = "unanswered"

func newTally() *tally {
	return &tally{states: map[trace.Sym]trace.State{}, lints: map[trace.Sym]uint64{}}
}

func (t *tally) add(e *trace.Event) {
	t.last = e.Mono
	t.events++
	switch e.Kind {
	case trace.Gap:
		t.events += e.Count
	case trace.Transition:
		t.enter(e)
	case trace.Sent:
		if int(e.Type) < len(t.messages) {
			t.messages[e.Type]++
		}
	case trace.Result:
		t.answer(e)
	case trace.LogLine:
		if e.Level == trace.Error {
			t.errorLogs++
		}
	case trace.Lint:
		t.lint(e)
	}
}

func (t *tally) enter(e *trace.Event) {
	t.states[e.Extension] = e.State
	if name := e.Extension.String(); e.State == trace.Failed && !slices.Contains(t.failed, name) {
		t.failed = append(t.failed, name)
	}
}

// answer counts a final result. What stop answers was cut, not refused: verdicts judge the state before stop began.
func (t *tally) answer(e *trace.Event) {
	switch {
	case !e.Final:
	case e.By == trace.ByStop:
		t.cut++
	case e.Status == msg.Error:
		t.refused++
	default:
		t.ok++
	}
}

func (t *tally) lint(e *trace.Event) {
	if e.Level >= trace.Warn {
		t.warnings++
		t.lints[e.Rule]++
	}
	if e.Rule.String() == ruleUnanswered {
		t.unanswered++
	}
}

// apply returns the statuses that the run has earned.
func (t *tally) apply(on FailOn) []Status {
	var s []Status
	if len(t.failed) > 0 {
		s = append(s, LifecycleFailed)
	}
	if on.Error && t.refused+uint64(t.errorLogs) > 0 {
		s = append(s, CheckFailed)
	}
	if on.Unanswered && t.unanswered > 0 {
		s = append(s, Unanswered)
	}
	if on.Lint && t.warnings > 0 {
		s = append(s, Linted)
	}
	return s
}

// print writes the summary: five lines.
func (t *tally) print(w io.Writer, title, recording string) {
	fmt.Fprintf(w, "ran        %s for %v, %s\n", title, time.Duration(t.last).Round(time.Millisecond), t.extensions())
	fmt.Fprintf(w, "messages   %d commands, %d data, %d audio frames, %d video frames; %d events\n",
		t.messages[msg.KindCmd], t.messages[msg.KindData], t.messages[msg.KindAudioFrame], t.messages[msg.KindVideoFrame], t.events)
	fmt.Fprintf(w, "answers    %d ok, %d error, %d cut by the stop; %d commands counted as unanswered\n", t.ok, t.refused, t.cut, t.unanswered)
	fmt.Fprintf(w, "problems   %s\n", t.problems())
	fmt.Fprintf(w, "recorded   %s\n", cmp.Or(recording, "nowhere"))
}

func (t *tally) extensions() string {
	text := fmt.Sprintf("%d extensions", len(t.states))
	if len(t.failed) == 0 {
		return text + ", none failed"
	}
	return text + "; failed: " + strings.Join(t.failed, ", ")
}

func (t *tally) problems() string {
	if len(t.lints) == 0 {
		return "none"
	}
	var parts []string
	for _, rule := range slices.SortedFunc(maps.Keys(t.lints), func(a, b trace.Sym) int { return cmp.Compare(a.String(), b.String()) }) {
		parts = append(parts, fmt.Sprintf("%d %s", t.lints[rule], rule))
	}
	return strings.Join(parts, ", ")
}
