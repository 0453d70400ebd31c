package ui

import (
	"cmp"
	"strconv"
	"strings"

	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// Owes says who owes the answer of an open command at the moment now: "llm, handler running 0.8s", "queue of tts,
// position 3". It is "" of a command that was answered.
func Owes(c *store.Command, now int64) string {
	if c.Finished {
		return ""
	}
	to := c.To.String()
	if to == BenchName {
		return "you, by hand"
	}
	since := Age(max(now-c.Since, 0))
	switch c.Debtor {
	case trace.DebtorGraph:
		return "the graph, which routes it"
	case trace.DebtorQueue:
		if c.Position > 0 {
			return "queue of " + to + ", position " + strconv.Itoa(c.Position)
		}
		return "queue of " + to
	case trace.DebtorHandler:
		return to + ", handler running " + since
	case trace.DebtorChild:
		if len(c.WaitsOn) > 0 {
			return to + ", which waits for #" + strconv.FormatUint(c.WaitsOn[len(c.WaitsOn)-1], 10)
		}
		return to + ", which waits for a command of its own"
	case trace.DebtorKept:
		return to + ", its handler ended " + since + " ago without a result"
	case trace.DebtorHeld:
		if rule := c.Rule.String(); strings.HasPrefix(rule, trace.GateDelay.String()) {
			return rule + ": it is delayed"
		}
		return "you: it is held"
	case trace.DebtorHost:
		return to + ", whose process has not begun it"
	case trace.DebtorEngine:
		return "the engine"
	case trace.DebtorNobody:
		if c.Dropped {
			return "nobody: dropped by " + cmp.Or(c.Rule.String(), "hand")
		}
		return "nobody: it is lost"
	}
	return to
}
