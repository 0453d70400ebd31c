package store

import (
	"sort"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// inputBudget is how long inputs are looked for: between those of one extension there may be very many of others, and a key waits.
const inputBudget = 20 * time.Millisecond

// Inputs returns the newest commands and data that an extension was handed before a moment, oldest first, n at most, and how many
// among them were left out because the trace does not have all of their buffer.
func (s *Store) Inputs(of *Node, before int64, n int) (in []trace.Event, cut int) {
	rows := &s.messages
	end := sort.Search(rows.Len(), func(i int) bool {
		e, ok := s.log.At(rows.Seq(i))
		return ok && e.Mono >= before
	})
	stop := time.Now().Add(inputBudget)
	for i, looked := end-1, 0; i >= 0 && len(in)+cut < n; i-- {
		if kind := msg.Kind(rows.Meta(i)); kind != msg.KindCmd && kind != msg.KindData {
			continue
		}
		if looked++; looked%64 == 0 && time.Now().After(stop) {
			break
		}
		e, ok := s.log.At(rows.Seq(i))
		switch {
		case !ok || e.To != of.name || e.Graph != of.graph || !s.arrived(&e):
		case int64(len(e.BufHead)) < e.BufLen:
			cut++
		default:
			in = append(in, e)
		}
	}
	for i, j := 0, len(in)-1; i < j; i, j = i+1, j-1 {
		in[i], in[j] = in[j], in[i]
	}
	return in, cut
}

// arrived reports that a message came to its receiver.
func (s *Store) arrived(e *trace.Event) bool {
	if e.Type == msg.KindCmd {
		c := s.Command(e.ID)
		return c != nil && c.Delivered != 0
	}
	_, held := s.Held(e.ID)
	return !held && !s.Dropped(e.ID)
}

// LastChange returns the newest change after which an extension has run, nil if there is none.
func (s *Store) LastChange(of *Node) *Change {
	all := s.changes.all
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].node == of && all[i].Up != 0 {
			return all[i]
		}
	}
	return nil
}

// Replied reports that the receiver of a command has answered it, or another extension for it, and not the bench in their place.
func (c *Command) Replied() bool {
	return c.Finished && c.By != trace.ByStop && c.By != trace.ByTimeout && c.By != trace.ByLost
}
