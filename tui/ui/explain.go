package ui

import (
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// StateWords says in sentences what a command's state means, and what to do about it.
func StateWords(c *store.Command) []string {
	switch {
	case !c.Finished && c.Lost():
		return []string{"Lost: the handler ended without ReturnResult, and the last reference to the command is gone. No code can answer it any more; that is proven.",
			"Call ReturnResult on every way out of the handler, also after an error."}
	case !c.Finished && c.Silent():
		return []string{"No answer: the handler ended some time ago and has not called ReturnResult. It may still, from elsewhere, as long as somebody keeps the command.",
			"The sender waits until the path timeout, if there is one."}
	case !c.Finished && c.Held:
		return []string{"Held: a rule of the gate keeps it on its way. It is never lost: let it go, edit it, drop it or answer it by hand."}
	case !c.Finished && c.Partials > 0:
		return []string{"Stream: partial results came, the final one has not yet."}
	case !c.Finished:
		return []string{"Pending: it was sent and the answer has not come. Who owes it now stands in the line above the keys."}
	case c.Cut():
		return []string{"Cut: the graph, or the sender, stopped before the answer came."}
	case c.By == trace.ByLost:
		return []string{"Lost: the command was freed without an answer, so the sender was given an error."}
	case c.Lost():
		return []string{"Lost: the command was freed without an answer. What ended the wait for it came later."}
	case c.By == trace.ByTimeout:
		return []string{"Timeout: the path timeout passed, so the engine answered with an error in the receiver's place."}
	case c.Died():
		return []string{"Died: " + strings.TrimSuffix(c.Detail, ".") + ", and the command ended with it."}
	}
	who, inPlace := c.Answerer()
	if inPlace {
		who += ", in place of " + c.To.String() + ","
	}
	if c.Status == msg.Error {
		return []string{"Error: " + who + " answered with status error. What it said is in the result."}
	}
	return []string{"Ok: " + who + " answered with status ok."}
}
