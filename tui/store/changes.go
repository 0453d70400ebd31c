package store

import (
	"slices"
	"strings"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Cause is why an extension may do otherwise than before.
type Cause uint8

// The causes.
const (
	ByRestart Cause = iota // by hand, or after it failed
	ByCode                 // its source was saved
	ByConfig               // its properties changed
)

// String is a word for the cause.
func (c Cause) String() string { return [...]string{"restart", "code", "config"}[c] }

// Change is a moment from which on an extension may do otherwise, and what came of it: the commands and problems of a while before
// and after are compared, until the next change or for lookTime.
type Change struct {
	Cause   Cause
	Why     string
	Stop    int64    // what ran before ended
	Began   int64    // it was down from then on for this change: Stop, or later if what was tried in between failed
	Up      int64    // it ran again; 0: not (yet)
	Live    bool     // it took the change while it ran
	ByHand  bool     // its properties were set by a person, and no file has them
	Failed  bool     // it did not come to run again
	To      int64    // until then what came of it is looked at; 0: still
	Turn    Turn     // worse if any of the figures is
	Figures []Figure // that differ so much that it counts, the gravest first
	Enough  bool     // there were commands enough to tell
	Since   int64    // how long Turn has been so

	node     *Node
	from     int64 // since when it did as before
	was      tallies
	problems map[string]bool // that were open
	looked   int64
}

// Extension names whose change it is.
func (c *Change) Extension() string { return c.node.Name() }

// Graph names its graph.
func (c *Change) Graph() string { return c.node.Graph() }

const (
	maxChanges  = 100
	lookTime    = 10 * second // what is longer ago had other reasons
	lookEvery   = second / 4
	maxWalk     = 20_000 // commands that are looked at for one side
	maxCompared = 2000   // commands that are compared on one side
)

// changes are the newest changes.
type changes struct {
	all  []*Change // oldest first
	open []*Change // still looked at
}

// Changes returns the changes of extensions since the log began, oldest first; bounded. The slice must not be changed.
func (s *Store) Changes() []*Change { return s.changes.all }

const (
	restarted = "restarted"
	applied   = "applied: "
	byHand    = "applied by hand: "
)

// cause reads the reason of a new life.
func cause(reason string) (c Cause, why string) {
	why = strings.TrimPrefix(strings.TrimPrefix(reason, restarted), ":")
	why = strings.TrimPrefix(why, " ")
	switch {
	case strings.HasSuffix(why, " saved"):
		return ByCode, why
	case strings.HasSuffix(why, " changed"), strings.Contains(why, "changed property"):
		return ByConfig, why
	}
	return ByRestart, why
}

// applyLife notes the changes that a transition begins and ends. The node has entered the state already.
func (s *Store) applyLife(n *Node, e *trace.Event) {
	c := n.change
	switch e.State {
	case trace.Created:
		if strings.HasPrefix(e.Detail, restarted) {
			c := s.begin(n, e, n.stoppedAt(e.Mono))
			c.Cause, c.Why = cause(e.Detail)
			if n.hadFailed() {
				c.Began = e.Mono
			}
		}
	case trace.Running:
		n.same = e.Mono
		if c != nil && c.Up == 0 {
			c.Up = e.Mono
		}
	case trace.Stop, trace.Failed, trace.Ended:
		if c == nil {
			return
		}
		if why, _ := cause(e.Detail); c.Live && why == ByConfig && e.State == trace.Stop {
			s.changes.remove(c) // it could not take it: the restart that follows is the change
			n.same = c.from
		}
		c.Failed = c.Up == 0 && e.State == trace.Failed
		s.end(c, e.Mono)
	}
}

// hadFailed reports that the life before the one that has just begun failed.
func (n *Node) hadFailed() bool {
	i := len(n.Segments) - 2
	return i >= 0 && n.Segments[i].State == trace.Failed
}

// stoppedAt is when the life that ended last ceased to run.
func (n *Node) stoppedAt(now int64) int64 {
	for _, seg := range slices.Backward(n.Segments) {
		if seg.State == trace.Running && seg.To != 0 {
			return seg.To
		}
	}
	return now
}

// applyConfig notes the extensions that took other properties while they ran. Those that are restarted for it have a new life to tell.
func (s *Store) applyConfig(e *trace.Event) {
	what, hand := strings.CutPrefix(e.Detail, byHand)
	what, file := strings.CutPrefix(what, applied)
	if !hand && !file || e.Graph == 0 {
		return
	}
	for _, part := range strings.Split(what, "; ") {
		part, ok := strings.CutPrefix(part, "changed ")
		i := strings.LastIndex(part, " (")
		if !ok || i < 0 {
			continue
		}
		n := s.byName[nodeKey{e.Graph, trace.Intern(part[:i])}]
		if n == nil || n.State != trace.Running || n.change != nil && n.change.Cause == ByConfig && e.Mono-n.change.Up < second {
			continue
		}
		c := s.begin(n, e, e.Mono)
		c.Cause, c.Why, c.Live, c.ByHand, c.Up = ByConfig, strings.TrimSuffix(part[i+2:], ")")+" changed", true, hand, e.Mono
		n.same = e.Mono
	}
}

// begin adds a change of what ended at a moment.
func (s *Store) begin(n *Node, e *trace.Event, stop int64) *Change {
	if n.change != nil {
		s.end(n.change, stop)
	}
	c := &Change{Stop: stop, Began: stop, Since: e.Mono, node: n, from: max(n.same, stop-lookTime), problems: map[string]bool{}}
	s.problems.again(s.now)
	for i := range s.problems.list {
		if p := &s.problems.list[i]; c.concerns(p) {
			c.problems[subject(p)] = true
		}
	}
	n.change = c
	l := &s.changes
	l.all = append(l.all[max(len(l.all)-maxChanges+1, 0):], c)
	l.open = append(l.open, c)
	return c
}

// end says until when what came of a change is looked at.
func (s *Store) end(c *Change, at int64) {
	c.To, c.node.change = at, nil
}

func (l *changes) remove(c *Change) {
	is := func(o *Change) bool { return o == c }
	l.all, l.open = slices.DeleteFunc(l.all, is), slices.DeleteFunc(l.open, is)
}

// concerns reports that a problem is open, and the extension has to do with it.
func (c *Change) concerns(p *diagnose.Problem) bool {
	return pressing(p) && p.Graph == c.Graph() && (p.Extension == c.Extension() || p.To == c.Extension())
}

// look compares again what comes of the changes that are looked at, if it is time.
func (s *Store) look() {
	l := &s.changes
	if len(l.open) == 0 {
		return
	}
	l.open = slices.DeleteFunc(l.open, func(c *Change) bool {
		if c.To == 0 && c.Up != 0 && s.now >= c.Up+lookTime {
			s.end(c, c.Up+lookTime)
		}
		if c.To == 0 && (c.Up == 0 || s.now-c.looked < lookEvery) {
			return false
		}
		c.looked = s.now
		s.judge(c)
		if c.To != 0 {
			c.was, c.problems = nil, nil
		}
		return c.To != 0
	})
}

// judge says what came of a change so far.
func (s *Store) judge(c *Change) {
	if c.was == nil {
		c.was = s.tally(c.node, c.from, c.Stop, true)
	}
	is := tallies{}
	if to := c.To; c.Up != 0 {
		if to == 0 {
			to = s.now
		}
		is = s.tally(c.node, c.Up, to, false)
	}
	c.Figures, c.Enough = compare(c.was, is)
	if f := c.openProblems(s.problems.list); f.Turn != Same {
		c.Figures = gravest(append(c.Figures, f))
	}
	now := Same
	if len(c.Figures) > 0 {
		now = c.Figures[0].Turn
	}
	if now != c.Turn {
		c.Turn, c.Since = now, s.now
	}
}

// subject tells problems apart for a comparison. Who sent the commands does not matter: what was sent by hand to try the change has the
// same problem as what another extension sent before.
func subject(p *diagnose.Problem) string {
	if p.AboutCommands() {
		return p.To + " " + p.Name
	}
	return p.Key
}

// openProblems compares the problems. One that is told later, but began before the change, is no news of it.
func (c *Change) openProblems(list []diagnose.Problem) Figure {
	now, older := map[string]bool{}, 0
	for i := range list {
		p := &list[i]
		key := subject(p)
		if !c.concerns(p) || now[key] {
			continue
		}
		now[key] = true
		if !c.problems[key] && p.Since < c.Stop {
			older++
		}
	}
	return opened(len(c.problems)+older, len(now))
}

// tally counts what became of the commands that an extension was sent between two moments: of those that were sent last before the
// end, or first after the beginning, if there are too many. What a person held, answered or cut short says nothing of the extension.
func (s *Store) tally(n *Node, from, to int64, last bool) tallies {
	rows, out, counted := s.Commands(), tallies{}, 0
	at := rows.after(from)
	step := 1
	if last {
		at, step = rows.after(to)-1, -1
	}
	for range maxWalk {
		if at < 0 || at >= rows.Len() || counted == maxCompared {
			break
		}
		c := rows.At(at)
		if c.Sent < from || c.Sent > to {
			break
		}
		if c.To == n.name && c.Graph == n.graph && c.Rule == 0 && out.add(c, to) {
			counted++
		}
		at += step
	}
	return out
}

// after returns the first row that was sent at a moment or later.
func (c *Commands) after(mono int64) int {
	rows := c.c.order[c.c.head:]
	i, _ := slices.BinarySearchFunc(rows, mono, func(c *Command, mono int64) int {
		if c.Sent < mono {
			return -1
		}
		return 1
	})
	return i
}

// add counts a command, if by then it is known what became of it.
func (t tallies) add(c *Command, by int64) bool {
	switch {
	case !c.Replied() && c.Silent():
		t.of(c.Name).silent++
	case !c.Replied() || c.By == trace.ByGate || c.By == trace.ByInject || c.Delivered == 0 || c.Done > by:
		return false
	case c.Status == msg.Error:
		t.of(c.Name).errors++
	default:
		k := t.of(c.Name)
		k.took = append(k.took, c.Done-c.Delivered)
	}
	return true
}
