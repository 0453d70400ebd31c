package export

import (
	"cmp"
	"slices"
	"strconv"

	"tenbench/engine/trace"
)

// lane is an extension: a thread, and more of them where its commands overlap.
type lane struct {
	place
	pid, tid int
	state    trace.State
	since    int64
	marked   bool
	spans    []span
}

// span is a complete event that waits for its thread.
type span struct {
	event
	from, to int64
}

func (c *chrome) lane(graph, extension trace.Sym) *lane {
	at := place{graph, extension}
	if l := c.lanes[at]; l != nil {
		return l
	}
	pid := c.graphs[graph]
	if pid == 0 {
		pid = len(c.graphs) + 1
		c.graphs[graph] = pid
	}
	l := &lane{place: at, pid: pid, tid: len(c.order) + 1}
	c.lanes[at] = l
	c.order = append(c.order, l)
	return l
}

// mark writes an instant on an extension's own thread.
func (c *chrome) mark(l *lane, e event, at int64) {
	l.marked = true
	e.Phase, e.Scope, e.TS, e.PID, e.TID = "i", "t", micros(at), l.pid, l.tid
	c.written.Marks++
	c.write(e)
}

// add notes a span if it touches the window.
func (c *chrome) add(l *lane, e event, from, to int64) {
	if to >= c.win.From && from <= c.win.To {
		l.spans = append(l.spans, span{e, from, to})
	}
}

// writeLanes writes the spans, each on the first thread of its extension on which it cuts no other one: what overlaps without lying
// inside is not shown by those who read this.
func (c *chrome) writeLanes() {
	next, named := len(c.order)+1, map[int]bool{}
	for _, l := range c.order {
		if len(l.spans) == 0 && !l.marked {
			continue
		}
		if !named[l.pid] {
			named[l.pid] = true
			c.name("process_name", l.pid, 0, cmp.Or(l.graph.String(), "app"))
		}
		tids := []int{l.tid}
		for i, row := range l.pack() {
			if i > 0 {
				tids = append(tids, next)
				next++
			}
			for _, s := range row {
				c.writeSpan(l, tids[i], s)
			}
		}
		c.nameThreads(l, tids)
	}
}

// pack shares the spans among rows, in each of which any two lie apart or one inside the other.
func (l *lane) pack() [][]span {
	slices.SortStableFunc(l.spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.Name, b.Name))
	})
	var rows [][]span
	var ends [][]int64 // by row: when the spans end that are open, the innermost last
	for _, s := range l.spans {
		row := 0
		for ; row < len(rows); row++ {
			open := ends[row]
			for len(open) > 0 && open[len(open)-1] <= s.from {
				open = open[:len(open)-1]
			}
			if ends[row] = open; len(open) == 0 || s.to <= open[len(open)-1] {
				break
			}
		}
		if row == len(rows) {
			rows, ends = append(rows, nil), append(ends, nil)
		}
		rows[row], ends[row] = append(rows[row], s), append(ends[row], s.to)
	}
	return rows
}

func (c *chrome) writeSpan(l *lane, tid int, s span) {
	dur := micros(s.to - s.from)
	s.Phase, s.TS, s.Dur, s.PID, s.TID = "X", micros(s.from), &dur, l.pid, tid
	c.written.Spans++
	c.write(s.event)
}

// nameThreads names the threads of an extension; those for what overlaps stand below its own.
func (c *chrome) nameThreads(l *lane, tids []int) {
	for i, tid := range tids {
		name := cmp.Or(l.extension.String(), "engine")
		if i > 0 {
			name += " +" + strconv.Itoa(i)
		}
		c.name("thread_name", l.pid, tid, name)
		c.write(event{Name: "thread_sort_index", Phase: "M", PID: l.pid, TID: tid, Args: map[string]any{"sort_index": l.tid}})
	}
}

func (c *chrome) name(what string, pid, tid int, name string) {
	c.write(event{Name: what, Phase: "M", PID: pid, TID: tid, Args: map[string]any{"name": name}})
}
