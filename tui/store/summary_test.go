package store

import (
	"testing"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// The summary at the end counts the rows that the screens had.
func TestTheSummaryCountsTheRows(t *testing.T) {
	s := newScene(Options{})
	data := trace.Event{Kind: trace.Sent, Type: msg.KindData, ID: 2, Name: sym("tick"), From: sym("a"), To: sym("b"), Extension: sym("a")}
	astray := with(data, func(e *trace.Event) { e.ID, e.To = 0, 0 })
	says := func(kind trace.Kind, level trace.Level) trace.Event {
		return trace.Event{Kind: kind, Level: level, Rule: sym("slow-stage"), Extension: sym("a"), Detail: "text"}
	}
	for _, e := range []trace.Event{cmd(trace.Sent, 1), with(cmd(trace.Sent, 0), func(e *trace.Event) { e.To = 0 }), data, astray,
		says(trace.LogLine, trace.Debug), says(trace.LogLine, trace.Error), says(trace.Lint, trace.Warn), says(trace.Process, trace.LevelNone), says(trace.Config, trace.Info),
		says(trace.Fault, trace.Info), {Kind: trace.Transition, Extension: sym("a"), State: trace.Running}, {Kind: trace.Transition, Extension: sym("a"), State: trace.Failed},
		with(cmd(trace.Result, 1), final)} {
		s.at(1, e)
	}
	c := diagnose.FromLog(s.Log()).Counts()
	if rows, sum := s.Messages().Len(), c.Commands+c.Nowhere+c.Messages+c.Astray; rows != 4 || sum != rows {
		t.Errorf("%d messages, the summary has %d", rows, sum)
	}
	if rows, sum := s.Logs().Len(), c.LogLines+c.BenchLines; rows != 7 || sum != rows {
		t.Errorf("%d lines, the summary has %d", rows, sum)
	}
}
