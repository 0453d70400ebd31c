package conversation

import (
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
)

const (
	maxClimb = 256     // parents that are followed up
	maxRows  = 2000    // of a tree
	maxMarks = 512     // moments kept of a folded row
	maxReach = 1 << 18 // events looked at for messages without an answer
	readStep = 1 << 13 // of them at a tick
)

// row is a line of the tree: a command, or messages of one way that want no answer.
type row struct {
	key   uint64 // its own while rows come and go
	cmd   *store.Command
	flow  *flow
	depth int
	last  bool   // the last one under its parent
	lines uint64 // bit d: a line goes on in column d, to a later sibling of an ancestor
}

// flow is the messages of one name that one command's handler sent to one extension.
type flow struct {
	kind           msg.Kind
	name, from, to trace.Sym
	parent         uint64
	count          int
	first, latest  int64
	seq            uint64 // of the first
	marks          []int64
}

// root climbs from a command to the one that nobody caused, as far as commands are known.
func root(s *store.Store, id uint64) *store.Command {
	c := s.Command(id)
	for range maxClimb {
		if c == nil || c.Parent == 0 || c.Parent == c.ID {
			return c
		}
		p := s.Command(c.Parent)
		if p == nil {
			return c
		}
		c = p
	}
	return c
}

// tree gathers a conversation. The zero tree is empty.
type tree struct {
	root   *store.Command
	rows   []row
	flows  []*flow
	reader *trace.Reader
	looked int
	cut    bool // there are more rows than are shown
}

// begin starts with a root.
func (t *tree) begin(s *store.Store, c *store.Command) {
	*t = tree{root: c, reader: s.Log().ReaderAt(c.SentSeq)}
}

// extend takes in what is new and lays the rows out.
func (t *tree) extend(s *store.Store) {
	if t.root == nil {
		return
	}
	t.read(s)
	t.rows, t.cut = t.rows[:0], false
	t.add(s, t.root, 0, true, 0)
}

// read looks at the next events for messages that were sent because of a command of the tree.
func (t *tree) read(s *store.Store) {
	var buf [128]trace.Event
	for n := 0; n < readStep && t.looked < maxReach && t.reader.Seq() <= s.Seq(); n += len(buf) {
		got := t.reader.Next(buf[:])
		for i := range buf[:got] {
			e := &buf[i]
			if e.Seq > s.Seq() { // the store has not come to it: it may not know the command
				t.reader = s.Log().ReaderAt(e.Seq)
				return
			}
			if e.Kind == trace.Sent && e.Parent != 0 && e.Type != msg.KindCmd && t.has(s, e.Parent) {
				t.fold(e)
			}
		}
		if t.looked += got; got == 0 {
			return
		}
	}
}

// has reports that a command belongs to the tree.
func (t *tree) has(s *store.Store, id uint64) bool {
	for range maxClimb {
		c := s.Command(id)
		switch {
		case c == nil:
			return false
		case c == t.root:
			return true
		case c.Parent == 0:
			return false
		}
		id = c.Parent
	}
	return false
}

func (t *tree) fold(e *trace.Event) {
	i := slices.IndexFunc(t.flows, func(f *flow) bool {
		return f.parent == e.Parent && f.name == e.Name && f.to == e.To && f.from == e.From && f.kind == e.Type
	})
	if i < 0 {
		if len(t.flows) >= maxRows {
			t.cut = true
			return
		}
		i = len(t.flows)
		t.flows = append(t.flows, &flow{kind: e.Type, name: e.Name, from: e.From, to: e.To, parent: e.Parent, first: e.Mono, seq: e.Seq})
	}
	f := t.flows[i]
	f.count++
	f.latest = e.Mono
	if len(f.marks) < maxMarks {
		f.marks = append(f.marks, e.Mono)
	}
}

// node is what hangs under a command: another one, or a flow.
type node struct {
	at   int64
	cmd  *store.Command
	flow *flow
}

// add adds a command and what hangs under it, in the order in which it was sent.
func (t *tree) add(s *store.Store, c *store.Command, depth int, last bool, lines uint64) {
	if len(t.rows) >= maxRows || depth > maxClimb {
		t.cut = true
		return
	}
	t.rows = append(t.rows, row{key: c.ID << 1, cmd: c, depth: depth, last: last, lines: lines})
	below := t.below(s, c)
	if !last && depth > 0 && depth < 64 {
		lines |= 1 << (depth - 1)
	}
	for i, n := range below {
		end := i == len(below)-1
		if n.cmd != nil {
			t.add(s, n.cmd, depth+1, end, lines)
		} else if len(t.rows) < maxRows {
			t.rows = append(t.rows, row{key: n.flow.seq<<1 | 1, flow: n.flow, depth: depth + 1, last: end, lines: lines})
		}
	}
}

func (t *tree) below(s *store.Store, c *store.Command) []node {
	var all []node
	for _, id := range c.Children {
		if k := s.Command(id); k != nil && k != c {
			all = append(all, node{k.Sent, k, nil})
		}
	}
	for _, f := range t.flows {
		if f.parent == c.ID {
			all = append(all, node{f.first, nil, f})
		}
	}
	slices.SortStableFunc(all, func(a, b node) int { return int(min(max(a.at-b.at, -1), 1)) })
	return all
}

// Len returns the number of rows: a tree is rows for a list.
func (t *tree) Len() int { return len(t.rows) }

// ID returns the key of row i.
func (t *tree) ID(i int) uint64 { return t.rows[i].key }

// Find returns the row with that key, else the first one.
func (t *tree) Find(key uint64) (int, bool) {
	i := slices.IndexFunc(t.rows, func(r row) bool { return r.key == key })
	return max(i, 0), i >= 0
}
