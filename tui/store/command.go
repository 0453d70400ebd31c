package store

import "tenbench/engine/trace"

// Command is one path of a command: what the trace knows of it, and the moments of its way. Moments are nanoseconds since
// the log began; 0 means not yet.
type Command struct {
	trace.Command
	ResultSeq uint64 // of the final result
	Queued    int64
	Since     int64 // when the present debtor took over
	Position  int   // in the receiver's mailbox, from 1, as of the last snapshot
	Detail    string
	Children  []uint64 // commands its handler sent, oldest first; at most maxChildren

	open       bool
	nth        uint64 // of all that were ever known
	prev, next *Command
}

const maxChildren = 64

// Age returns how long the command is, or was, open at the moment now.
func (c *Command) Age(now int64) int64 {
	if c.Finished {
		return c.LatencyNS
	}
	return max(now-c.Sent, 0)
}

// Died reports that the command ended with the process of its receiver, or of its sender.
func (c *Command) Died() bool {
	return c.Finished && !c.Cut() && !c.Lost() && (c.By == trace.ByEngine || c.By == trace.ByStop) &&
		(trace.DiedText(c.Detail, c.To.String()) || trace.DiedText(c.Detail, c.From.String()))
}

// Forgone reports that the command is closed though nobody answered it.
func (c *Command) Forgone() bool {
	return c.Finished && !c.Cut() && (c.By == trace.ByTimeout || c.By == trace.ByStop || c.Lost() || c.Died())
}

// Late reports that the command was answered, but only after it had counted as unanswered.
func (c *Command) Late() bool {
	return c.Finished && c.Unanswered && !c.Forgone() && c.By != trace.ByEngine
}

// Silent reports that the command counts as unanswered, also when stop or a timeout answered it later. While it is held it is not: the
// person knows where it is.
func (c *Command) Silent() bool { return c.Lost() || c.Unanswered && !c.Waits() }

// Waits reports that the command is in the gate.
func (c *Command) Waits() bool { return c.Held && !c.Finished }

// Commands is the known commands as rows, in the order they were sent.
type Commands struct{ c *commands }

// Len returns how many are known.
func (c *Commands) Len() int { return len(c.c.order) - c.c.head }

// At returns row i.
func (c *Commands) At(i int) *Command { return c.c.order[c.c.head+i] }

// ID returns the id of row i.
func (c *Commands) ID(i int) uint64 { return c.At(i).ID }

// Find returns the row of the command with that id.
func (c *Commands) Find(id uint64) (int, bool) { return c.c.find(id) }
