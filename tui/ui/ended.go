package ui

import (
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// Ended reports that a command was ended and not answered, as its receiver or its sender could not go on.
func Ended(c *store.Command) bool {
	return c.Finished && (c.By == trace.ByStop || c.By == trace.ByEngine && c.Status == msg.Error)
}

// TellEnd adds to a sentence how a command was ended, and why if the result says so: "it was cut after 20ms: relay was restarted".
func (c *Common) TellEnd(l *Line, cmd *store.Command) {
	t, why := c.Theme, ""
	if r, ok := c.Store.At(cmd.ResultSeq); ok && !cmd.Cut() || strings.HasPrefix(r.Detail, cmd.From.String()+" ") {
		why = strings.TrimSuffix(r.Detail, ".")
	}
	switch {
	case cmd.Cut():
		l.Text(t.Quiet, "it was cut after ")
	case cmd.By == trace.ByStop:
		l.Text(t.Quiet, "the stop ended it after ")
	default:
		l.Text(t.Quiet, "the engine ended it with ").Text(t.Wrong, cmd.Status.String()).Text(t.Quiet, " after ")
	}
	if l.Dur(t.Text, cmd.LatencyNS, 0); why != "" {
		l.Text(t.Quiet, ": ").Text(t.Text, why)
	}
}

// Answerer names who answered a command, at the beginning of a sentence.
func Answerer(c *store.Command) string {
	who, _ := c.Answerer()
	if who == c.To.String() {
		return who // a name stays as it is
	}
	return strings.ToUpper(who[:1]) + who[1:]
}
