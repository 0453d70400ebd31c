package engine

import (
	"sync"

	"tenbench/engine/msg"
)

// call is one command that went to several destinations. Its lock is a leaf. Its sender sees exactly one result, the first error or, when
// all have answered, that of the last declared destination; or each, and the one that completes the set is marked.
type call struct {
	each bool

	mu   sync.Mutex
	left int // destinations without a final result
	last int // the index of the last declared destination
	kept *msg.CmdResult
	over bool
}

// take takes one result; it returns what the sender shall see, or nil.
func (c *call) take(p *path, res *msg.CmdResult, final bool) *msg.CmdResult {
	c.mu.Lock()
	defer c.mu.Unlock()
	if final {
		c.left--
	}
	if c.over {
		return nil
	}
	if c.each {
		c.over = c.left == 0
		res.SetCompleted(c.over)
		return res
	}
	return c.takeOne(p, res)
}

func (c *call) takeOne(p *path, res *msg.CmdResult) *msg.CmdResult {
	if p.index == c.last {
		c.kept = res
	}
	out := c.kept
	switch {
	case res.Status() == msg.Error:
		out = res
	case c.left > 0:
		return nil
	}
	c.over, c.kept = true, nil
	out.SetCompleted(true)
	return out
}
