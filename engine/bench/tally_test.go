package bench

import (
	"slices"
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func tallied(events ...trace.Event) *tally {
	t := newTally()
	for i := range events {
		t.add(&events[i])
	}
	return t
}

func TestTallyEarnsStatuses(t *testing.T) {
	all := FailOn{Error: true, Lint: true, Unanswered: true}
	lint := func(rule string, level trace.Level) trace.Event {
		return trace.Event{Kind: trace.Lint, Rule: trace.Intern(rule), Level: level}
	}
	result := func(status msg.Status, final bool, by trace.By) trace.Event {
		return trace.Event{Kind: trace.Result, Status: status, Final: final, By: by}
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
		if got := tallied(c.event).apply(c.on); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSummaryIsFiveLines(t *testing.T) {
	ext := trace.Intern("greeter")
	tl := tallied(
		trace.Event{Kind: trace.Transition, Extension: ext, State: trace.Created},
		trace.Event{Kind: trace.Transition, Extension: ext, State: trace.Failed},
		trace.Event{Kind: trace.Sent, Type: msg.KindCmd},
		trace.Event{Kind: trace.Sent, Type: msg.KindAudioFrame},
		trace.Event{Kind: trace.Result, Final: true},
		trace.Event{Kind: trace.Lint, Rule: trace.Intern("unanswered"), Level: trace.Error},
		trace.Event{Kind: trace.Gap, Count: 10, Mono: 1_500_000_000},
	)
	var out strings.Builder
	tl.print(&out, "demo", "")
	want := []string{"demo for 1.5s, 1 extensions; failed: greeter", "1 commands, 0 data, 1 audio frames", "17 events",
		"1 ok, 0 error", "1 commands counted as unanswered", "1 unanswered", "nowhere"}
	for _, w := range want {
		if !strings.Contains(out.String(), w) {
			t.Errorf("no %q in\n%s", w, &out)
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 5 {
		t.Errorf("%d lines:\n%s", n, &out)
	}
}
