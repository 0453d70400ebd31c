package store

import (
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// maxRunning bounds the handlers that a lane knows to be running; beyond it new ones are counted when they end.
const maxRunning = 256

// maxStages bounds the lifecycle that a lane remembers: some sixty restarts.
const maxStages = 512

// slowHandler is the length from which a handler counts as slow in a picture.
const slowHandler = int64(100e6)

// Mark is a set of things that happened in a cell of a lane.
type Mark uint16

// The marks.
const (
	MarkCmd Mark = 1 << iota
	MarkResult
	MarkData
	MarkAudio
	MarkVideo
	MarkError   // an ERROR result was returned
	MarkSlow    // part of a handler that ran long
	MarkLost    // a command was lost or is unanswered
	MarkDropped // a message was pushed out
	MarkWarn    // a log line of level warn or error
)

// Cell is what a lane did in a stretch of time.
type Cell struct {
	Busy  int64 // ns of handler time; more than the stretch when handlers overlap
	Wait  int64 // ns that messages spent in the mailbox: Wait over the stretch is the mean queue
	Count int   // messages whose handler began
	Marks Mark
}

// Segment is a stage of a lifecycle: State from From until the next segment.
type Segment struct {
	State trace.State
	From  int64
}

// Lane is what one extension did over time.
type Lane struct {
	Graph, Name string

	stages  []Segment
	running map[uint64]running
	cells   grid[Cell]
}

type running struct {
	since int64
	mark  Mark
}

type laneKey struct{ graph, extension trace.Sym }

// Lanes folds events into one lane per extension, in the order in which the extensions first appeared. The zero Lanes is
// ready to use.
type Lanes struct {
	lanes []*Lane
	byKey map[laneKey]*Lane
}

// All returns the lanes in order of appearance. The slice is the fold's own: read it, do not keep it.
func (l *Lanes) All() []*Lane { return l.lanes }

// Add takes in one event.
func (l *Lanes) Add(e *trace.Event) {
	switch e.Kind {
	case trace.Transition:
		if e.Extension != 0 {
			l.lane(e.Graph, e.Extension).enter(e)
		}
	case trace.Delivered:
		l.lane(e.Graph, e.Extension).begin(e)
	case trace.Handled:
		l.lane(e.Graph, e.Extension).end(e)
	case trace.Result, trace.Freed, trace.Dropped, trace.LogLine, trace.Lint:
		l.mark(e)
	}
}

// lane returns the lane of an extension and makes it when it is new.
func (l *Lanes) lane(graph, extension trace.Sym) *Lane {
	key := laneKey{graph, extension}
	if lane := l.byKey[key]; lane != nil {
		return lane
	}
	if l.byKey == nil {
		l.byKey = make(map[laneKey]*Lane)
	}
	lane := &Lane{Graph: graph.String(), Name: extension.String(), running: make(map[uint64]running)}
	l.byKey[key] = lane
	l.lanes = append(l.lanes, lane)
	return lane
}

// mark notes an event that takes no time. It makes no lane: lints and logs also speak of what is not in the graph.
func (l *Lanes) mark(e *trace.Event) {
	where := e.Extension
	if e.Kind == trace.Lint && e.To != 0 {
		where = e.To
	}
	lane := l.byKey[laneKey{e.Graph, where}]
	if lane == nil {
		return
	}
	if m := markOf(e); m != 0 {
		lane.note(e.Mono, m)
	}
}

func markOf(e *trace.Event) Mark {
	switch e.Kind {
	case trace.Result:
		if e.Status == msg.Error {
			return MarkError
		}
	case trace.Freed:
		return MarkLost
	case trace.Dropped:
		return MarkDropped
	case trace.LogLine:
		if e.Level >= trace.Warn {
			return MarkWarn
		}
	case trace.Lint:
		if e.Level >= trace.Error {
			return MarkLost
		}
	}
	return 0
}

func kindMark(k msg.Kind) Mark {
	switch k {
	case msg.KindCmd:
		return MarkCmd
	case msg.KindResult:
		return MarkResult
	case msg.KindAudioFrame:
		return MarkAudio
	case msg.KindVideoFrame:
		return MarkVideo
	}
	return MarkData
}

// enter notes a change of state. A node that starts over has no handler left from before.
func (l *Lane) enter(e *trace.Event) {
	if len(l.stages) == maxStages {
		l.stages = slices.Delete(l.stages, 1, maxStages/2)
	}
	l.stages = append(l.stages, Segment{e.State, e.Mono})
	if e.State == trace.Created || e.State >= trace.Ended {
		clear(l.running)
	}
}

// begin notes that a handler began, and the time its message waited.
func (l *Lane) begin(e *trace.Event) {
	m := kindMark(e.Type)
	for level := range gridLevels {
		if c := l.cells.at(level, e.Mono); c != nil {
			c.Count++
			c.Marks |= m
		}
	}
	if e.QueuedNS > 0 {
		l.cover(e.Mono-e.QueuedNS, e.Mono, func(c *Cell, ns int64) { c.Wait += ns })
	}
	if e.Type != msg.KindResult && len(l.running) < maxRunning {
		l.running[e.ID] = running{e.Mono, m}
	}
}

// end notes that a handler ended.
func (l *Lane) end(e *trace.Event) {
	r, known := l.running[e.ID]
	if !known {
		return
	}
	delete(l.running, e.ID)
	m := r.mark
	if e.Mono-r.since >= slowHandler {
		m |= MarkSlow
	}
	l.cover(r.since, e.Mono, func(c *Cell, ns int64) {
		c.Busy += ns
		c.Marks |= m
	})
}

// note sets marks at one instant.
func (l *Lane) note(mono int64, m Mark) {
	for level := range gridLevels {
		if c := l.cells.at(level, mono); c != nil {
			c.Marks |= m
		}
	}
}

// cover calls f for every kept cell that overlaps from..to, with the length of the overlap.
func (l *Lane) cover(from, to int64, f func(c *Cell, ns int64)) {
	for level := range gridLevels {
		cw := cellWidth(level)
		for t := max(from, to-cw*(gridMaxSlots-1), 0); t < to; {
			stop := min((t/cw+1)*cw, to)
			if c := l.cells.at(level, t); c != nil {
				f(c, stop-t)
			}
			t = stop
		}
	}
}

// Cells fills dst with what the lane did in columns of that width from from on; handlers that still run reach to now.
func (l *Lane) Cells(from, width, now int64, dst []Cell) {
	clear(dst)
	l.cells.spread(from, width, len(dst), func(column int, c *Cell, part float64, first bool) {
		d := &dst[column]
		d.Busy += int64(float64(c.Busy) * part)
		d.Wait += int64(float64(c.Wait) * part)
		if first {
			d.Count += c.Count
		}
		if first || c.Busy > 0 {
			d.Marks |= c.Marks
		}
	})
	for _, r := range l.running {
		addRunning(dst, from, width, now, r)
	}
}

func addRunning(dst []Cell, from, width, now int64, r running) {
	m := r.mark
	if now-r.since >= slowHandler {
		m |= MarkSlow
	}
	end := min(now, from+width*int64(len(dst)))
	for t := max(r.since, from); t < end; {
		c := (t - from) / width
		stop := min(from+(c+1)*width, end)
		dst[c].Busy += stop - t
		dst[c].Marks |= m
		t = stop
	}
}

// Running is the number of handlers that have begun and not ended.
func (l *Lane) Running() int { return len(l.running) }

// Stages are the lifecycle of the extension so far, in order of time. The slice is the lane's own: read it, do not keep it.
func (l *Lane) Stages() []Segment { return l.stages }

// StageAt returns the state at an instant.
func (l *Lane) StageAt(mono int64) trace.State {
	i, _ := slices.BinarySearchFunc(l.stages, mono+1, func(s Segment, t int64) int { return int(min(max(s.From-t, -1), 1)) })
	if i == 0 {
		return trace.StateNone
	}
	return l.stages[i-1].State
}
