package bench

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestEventsEarnStatuses(t *testing.T) {
	all := FailOn{Error: true, Lint: true, Unanswered: true}
	lint := func(rule string, level trace.Level) trace.Event {
		return trace.Event{Kind: trace.Lint, Rule: trace.Intern(rule), Level: level}
	}
	result := func(status msg.Status, final bool, by trace.By) trace.Event {
		return trace.Event{Kind: trace.Result, ID: 1, Status: status, Final: final, By: by}
	}
	cases := []struct {
		name  string
		event trace.Event
		on    FailOn
		want  []Status
	}{
		{"a failed extension needs no flag", trace.Event{Kind: trace.Transition, State: trace.Failed}, FailOn{}, []Status{LifecycleFailed}},
		{"a running one is fine", trace.Event{Kind: trace.Transition, State: trace.Running}, all, nil},
		{"an ERROR result", result(msg.Error, true, trace.ByHandler), all, []Status{CheckFailed}},
		{"an ERROR result that nobody asked about", result(msg.Error, true, trace.ByHandler), FailOn{Lint: true}, nil},
		{"an ERROR that is not final", result(msg.Error, false, trace.ByHandler), all, nil},
		{"a timeout", result(msg.Error, true, trace.ByTimeout), all, []Status{CheckFailed}},
		{"a command that stop cut", result(msg.Error, true, trace.ByStop), all, nil},
		{"a good result", result(msg.OK, true, trace.ByHandler), all, nil},
		{"a log line of level error", trace.Event{Kind: trace.LogLine, Level: trace.Error}, all, []Status{CheckFailed}},
		{"a warning", trace.Event{Kind: trace.LogLine, Level: trace.Warn}, all, nil},
		{"a lint", lint("lost", trace.Error), all, []Status{Linted}},
		{"a lint for information", lint("slow-stage", trace.Info), all, nil},
		{"an unanswered command", lint("unanswered", trace.Error), all, []Status{Unanswered, Linted}},
		{"an unanswered command, lints not asked about", lint("unanswered", trace.Error), FailOn{Unanswered: true}, []Status{Unanswered}},
	}
	for _, c := range cases {
		fold := new(diagnose.Fold)
		fold.Add(&c.event)
		if got := earned(fold.Counts(), c.on); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLongListsOfProblemsAreCut(t *testing.T) {
	fold := new(diagnose.Fold)
	const n = 3 * maxListed
	for id := range uint64(n) {
		ask := trace.Intern(fmt.Sprint("ask", id)) // each name is a problem of its own
		fold.Add(&trace.Event{Seq: id + 1, Kind: trace.Sent, Type: msg.KindCmd, ID: id + 1, Name: ask, To: trace.Intern("deaf")})
		fold.Add(&trace.Event{Seq: n + id + 1, Kind: trace.Lint, ID: id + 1, Rule: trace.Intern(diagnose.Unanswered), Level: trace.Error, Detail: "deaf does not hear."})
	}
	var out strings.Builder
	listProblems(&out, "Problems:", fold, trace.Snapshot{}, Sources{})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != maxListed+2 || lines[0] != "Problems:" || lines[maxListed+1] != "and 20 more" {
		t.Errorf("%d lines:\n%s", len(lines), &out)
	}
	out.Reset()
	if listProblems(&out, "Problems:", new(diagnose.Fold), trace.Snapshot{}, Sources{}); out.Len() > 0 {
		t.Errorf("of no problem it says %s", &out)
	}
}
