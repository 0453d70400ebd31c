package store

import (
	"sort"

	"tenbench/engine/msg"
)

// Span is one run of a handler. To is 0 while it runs.
type Span struct {
	From, To int64
	ID       uint64
	Type     msg.Kind
}

// Cell is what a node did in one column of the timeline.
type Cell struct {
	Busy    float32  // share of the time that handlers ran, 0 to 1; overlapping ones count once at most
	Count   int      // handlers that began
	Type    msg.Kind // of the newest one
	Longest int64    // the longest handler that ended in it
	Queue   int      // the largest depth of the mailbox
	Errors  int      // error results and failures
	Dropped int
}

// Lane is what a node did when, at several resolutions: the finest has buckets of a millisecond, each further one is eight
// times as coarse, and each remembers its newest buckets.
type Lane struct {
	spans  []Span // a ring of the newest, in the order of their end
	head   int
	series [laneLevels]series
}

const (
	laneLevels  = 6
	laneStep    = 8
	laneFinest  = int64(1e6)
	laneBuckets = 2048
	maxSpans    = 8192
)

// series is a ring that grows to laneBuckets. A bucket whose number is not the one looked for is an old one.
type series struct{ buckets []bucket }

type bucket struct {
	at      int64 // number of the bucket this is, from 1
	busy    int64
	longest int64
	count   uint32
	queue   uint32
	errors  uint16
	dropped uint16
	kind    msg.Kind
}

func (s *series) bucket(number int64) *bucket {
	i := int(number % laneBuckets)
	for i >= len(s.buckets) {
		s.buckets = append(s.buckets, make([]bucket, min(max(len(s.buckets), 64), laneBuckets-len(s.buckets)))...)
	}
	b := &s.buckets[i]
	if b.at != number+1 {
		*b = bucket{at: number + 1}
	}
	return b
}

func (s *series) peek(number int64) *bucket {
	i := int(number % laneBuckets)
	if number < 0 || i >= len(s.buckets) || s.buckets[i].at != number+1 {
		return nil
	}
	return &s.buckets[i]
}

// mark changes the bucket of a moment at every resolution.
func (l *Lane) mark(mono int64, change func(*bucket)) {
	width := laneFinest
	for i := range l.series {
		change(l.series[i].bucket(mono / width))
		width *= laneStep
	}
}

// add notes a handler that ended.
func (l *Lane) add(sp Span) {
	if len(l.spans) < maxSpans {
		l.spans = append(l.spans, sp)
	} else {
		l.spans[l.head] = sp
		l.head = (l.head + 1) % maxSpans
	}
	width := laneFinest
	for i := range l.series {
		l.series[i].busy(sp, width)
		width *= laneStep
	}
}

// busy spreads a span over the buckets it touches, the newest laneBuckets of them.
func (s *series) busy(sp Span, width int64) {
	first, last := sp.From/width, sp.To/width
	first = max(first, last-laneBuckets+1)
	for n := first; n <= last; n++ {
		b := s.bucket(n)
		b.busy += min(sp.To, (n+1)*width) - max(sp.From, n*width)
	}
	b := s.bucket(last)
	b.longest = max(b.longest, sp.To-sp.From)
}

// Cells fills out with what happened from from on, each cell width nanoseconds long. now is the end of what is known: the
// handlers that still run are busy until then.
func (n *Node) Cells(from, width, now int64, out []Cell) {
	clear(out)
	if width <= 0 {
		return
	}
	if width < laneFinest {
		n.fineCells(from, width, out)
	} else {
		n.Lane.cells(from, width, now, out)
	}
	for _, h := range n.Handling {
		fill(Span{From: h.Since, To: now, Type: h.Type}, from, width, out)
	}
	for i := range out {
		out[i].Busy = min(out[i].Busy, 1)
	}
}

// KindCells fills out like Cells, with what the handlers of the kinds that are wanted did. It is drawn from single handlers, as
// far as they are remembered: KnownFrom says since when. Queues, errors and drops are of no kind and are those of Cells.
func (n *Node) KindCells(from, width, now int64, wanted func(msg.Kind) bool, out []Cell) {
	n.Cells(from, width, now, out)
	for i := range out {
		out[i] = Cell{Queue: out[i].Queue, Errors: out[i].Errors, Dropped: out[i].Dropped}
	}
	if width <= 0 {
		return
	}
	n.Spans(from, from+width*int64(len(out)), func(sp Span) bool {
		if wanted(sp.Type) {
			n.drawSpan(sp, from, width, now, out)
		}
		return true
	})
	for i := range out {
		out[i].Busy = min(out[i].Busy, 1)
	}
}

func (n *Node) drawSpan(sp Span, from, width, now int64, out []Cell) {
	if sp.To == 0 {
		sp.To = now
	} else if i := (sp.To - from) / width; i < int64(len(out)) {
		out[i].Longest = max(out[i].Longest, sp.To-sp.From)
	}
	fill(sp, from, width, out)
	if i := (sp.From - from) / width; sp.From >= from && i < int64(len(out)) {
		out[i].Count++
	}
}

// KnownFrom is the instant since when all single handlers are remembered.
func (n *Node) KnownFrom() int64 {
	if len(n.Lane.spans) < maxSpans {
		return 0
	}
	return n.Lane.spans[n.Lane.head].To
}

// levelFor is the finest level that reaches back to from, and the width of its buckets.
func levelFor(from, now int64) (level int, step int64) {
	step = laneFinest
	for level+1 < laneLevels && step*(laneBuckets-1) < now-from {
		level, step = level+1, step*laneStep
	}
	return level, step
}

// Grain is how exactly the Cells from from on are known; columns that are narrower share what is known. Those below a millisecond
// are drawn from single handlers.
func Grain(from, width, now int64) int64 {
	if width < laneFinest {
		return width
	}
	_, step := levelFor(from, now)
	return step
}

// cells draws columns from the finest buckets that reach back to from.
func (l *Lane) cells(from, width, now int64, out []Cell) {
	level, step := levelFor(from, now)
	s := &l.series[level]
	for i := range out {
		begin := from + int64(i)*width
		if step > width {
			out[i].share(s.peek(floorDiv(begin+width/2, step)), step)
			continue
		}
		for n := floorDiv(begin+step-1, step); n*step < begin+width; n++ {
			if b := s.peek(n); b != nil {
				out[i].take(b, width)
			}
		}
	}
}

// share fills a column that is finer than the bucket it lies in.
func (c *Cell) share(b *bucket, step int64) {
	if b != nil {
		c.take(b, step)
	}
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

func (c *Cell) take(b *bucket, width int64) {
	c.Busy += float32(b.busy) / float32(width)
	c.Count += int(b.count)
	c.Longest = max(c.Longest, b.longest)
	c.Queue = max(c.Queue, int(b.queue))
	c.Errors += int(b.errors)
	c.Dropped += int(b.dropped)
	if b.kind != msg.KindNone {
		c.Type = b.kind
	}
}

// fineCells draws columns finer than a bucket from the spans themselves, and the rest from the buckets they lie in.
func (n *Node) fineCells(from, width int64, out []Cell) {
	s := &n.Lane.series[0]
	for i := range out {
		if b := s.peek(floorDiv(from+int64(i)*width, laneFinest)); b != nil {
			out[i].Queue = int(b.queue)
		}
	}
	n.Spans(from, from+width*int64(len(out)), func(sp Span) bool {
		if sp.To == 0 {
			return true
		}
		fill(sp, from, width, out)
		if i := (sp.From - from) / width; sp.From >= from && i < int64(len(out)) {
			out[i].Count++
		}
		if i := (sp.To - from) / width; sp.To >= from && i < int64(len(out)) {
			out[i].Longest = max(out[i].Longest, sp.To-sp.From)
		}
		return true
	})
}

func fill(sp Span, from, width int64, out []Cell) {
	end := from + width*int64(len(out))
	if sp.To <= from || sp.From >= end {
		return
	}
	first, last := max(sp.From-from, 0)/width, (min(sp.To, end)-1-from)/width
	for i := first; i <= last; i++ {
		begin := from + i*width
		out[i].Busy += float32(min(sp.To, begin+width)-max(sp.From, begin)) / float32(width)
		out[i].Type = sp.Type
	}
}

// Spans calls yield for the runs of handlers that touch [from, to), as far as they are remembered: those that ended, in the
// order of their end, then those that still run.
func (n *Node) Spans(from, to int64, yield func(Span) bool) {
	l := &n.Lane
	at := func(i int) *Span { return &l.spans[(l.head+i)%len(l.spans)] }
	for i := sort.Search(len(l.spans), func(i int) bool { return at(i).To > from }); i < len(l.spans); i++ {
		if sp := at(i); sp.From < to && !yield(*sp) {
			return
		}
	}
	for _, h := range n.Handling {
		if h.Since < to && !yield(Span{From: h.Since, ID: h.ID, Type: h.Type}) {
			return
		}
	}
}
