package bench

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// judge folds the events of a run to what its exit status needs.
type judge struct {
	failed     bool // an extension failed its lifecycle
	errors     int  // ERROR results and log lines of level error
	lints      int  // of level warn or error
	unanswered int
}

const ruleUnanswered = "unanswered"

func (j *judge) add(e *trace.Event) {
	switch e.Kind {
	case trace.Transition:
		j.failed = j.failed || e.State == trace.Failed
	case trace.Result:
		// What stop answers was cut, not refused: verdicts judge the state before stop began.
		if e.Final && e.Status == msg.Error && e.By != trace.ByStop {
			j.errors++
		}
	case trace.LogLine:
		if e.Level == trace.Error {
			j.errors++
		}
	case trace.Lint:
		if e.Level >= trace.Warn {
			j.lints++
		}
		if e.Rule.String() == ruleUnanswered {
			j.unanswered++
		}
	}
}

// apply returns the statuses that the run has earned.
func (j *judge) apply(on FailOn) []Status {
	var s []Status
	if j.failed {
		s = append(s, LifecycleFailed)
	}
	if on.Error && j.errors > 0 {
		s = append(s, CheckFailed)
	}
	if on.Unanswered && j.unanswered > 0 {
		s = append(s, Unanswered)
	}
	if on.Lint && j.lints > 0 {
		s = append(s, Linted)
	}
	return s
}
