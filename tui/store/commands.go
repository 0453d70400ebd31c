package store

import "sort"

// commands are the known commands: all by id, in the order they were sent, and the open ones as a list of their own. When
// there are too many, the oldest finished ones are forgotten, and of the open ones the oldest.
type commands struct {
	byID      map[uint64]*Command
	order     []*Command // from head on
	head      int
	bound     int
	first     *Command // of the open ones
	last      *Command
	openCount int
	slab      []Command
	forgotten uint64
}

func (c *commands) init(bound int) {
	c.byID = map[uint64]*Command{}
	c.bound = bound
}

// add makes a command known. One that is known already is returned as it is.
func (c *commands) add(id uint64) *Command {
	if known := c.byID[id]; known != nil {
		return known
	}
	if len(c.order)-c.head >= c.bound {
		c.forget()
	}
	cmd := c.fresh()
	cmd.ID, cmd.open, cmd.nth = id, true, c.forgotten+uint64(len(c.order)-c.head)
	c.byID[id] = cmd
	c.order = append(c.order, cmd)
	c.link(cmd)
	return cmd
}

// fresh returns a new command. They come in slabs: a command each is too much to ask of the allocator at 20,000 a second.
func (c *commands) fresh() *Command {
	if len(c.slab) == 0 {
		c.slab = make([]Command, slabLen)
	}
	cmd := &c.slab[0]
	c.slab = c.slab[1:]
	return cmd
}

const slabLen = 64

func (c *commands) link(cmd *Command) {
	cmd.prev = c.last
	if c.last == nil {
		c.first = cmd
	} else {
		c.last.next = cmd
	}
	c.last = cmd
	c.openCount++
}

func (c *commands) close(cmd *Command) {
	if !cmd.open {
		return
	}
	if cmd.prev == nil {
		c.first = cmd.next
	} else {
		cmd.prev.next = cmd.next
	}
	if cmd.next == nil {
		c.last = cmd.prev
	} else {
		cmd.next.prev = cmd.prev
	}
	cmd.open, cmd.prev, cmd.next = false, nil, nil
	c.openCount--
}

func (c *commands) forget() {
	old := c.order[c.head]
	c.order[c.head] = nil
	c.head++
	c.close(old)
	delete(c.byID, old.ID)
	c.forgotten++
	if c.head >= c.bound {
		n := copy(c.order, c.order[c.head:])
		clear(c.order[n:])
		c.order, c.head = c.order[:n], 0
	}
}

// near is byID for who goes through events in their order: the command of the next one is likely that of the last, or was sent after it,
// which takes no search.
func (c *commands) near(last *Command, id uint64) *Command {
	if last != nil && last.nth >= c.forgotten {
		at := c.head + int(last.nth-c.forgotten)
		for _, cmd := range c.order[at:min(at+2, len(c.order))] {
			if cmd.ID == id {
				return cmd
			}
		}
	}
	return c.byID[id]
}

func (c *commands) open(yield func(*Command) bool) {
	for cmd := c.first; cmd != nil; cmd = cmd.next {
		if !yield(cmd) {
			return
		}
	}
}

// find searches by the moment of sending, which ascends, and then by id.
func (c *commands) find(id uint64) (int, bool) {
	cmd := c.byID[id]
	rows := c.order[c.head:]
	if cmd == nil {
		return 0, false
	}
	i := sort.Search(len(rows), func(i int) bool { return rows[i].SentSeq >= cmd.SentSeq })
	for ; i < len(rows) && rows[i].SentSeq == cmd.SentSeq; i++ {
		if rows[i] == cmd {
			return i, true
		}
	}
	return 0, false
}

// touched remembers the commands that changed since rows were filtered, newest last, within a bound.
type touched struct {
	seqs  []uint64 // SentSeq
	first uint64   // number of seqs[0], counted from the store's beginning
}

const maxTouched = 1 << 14

func (t *touched) add(sentSeq uint64) {
	if sentSeq == 0 {
		return
	}
	if len(t.seqs) >= maxTouched {
		n := maxTouched / 2
		t.seqs = t.seqs[:copy(t.seqs, t.seqs[n:])]
		t.first += uint64(n)
	}
	t.seqs = append(t.seqs, sentSeq)
}

func (t *touched) end() uint64 { return t.first + uint64(len(t.seqs)) }

// since returns what was touched from number n on.
func (t *touched) since(n uint64) []uint64 {
	if n < t.first {
		n = t.first
	}
	return t.seqs[n-t.first:]
}
