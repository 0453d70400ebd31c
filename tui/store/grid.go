package store

// The levels of a grid: level 0 has cells of about a millisecond, each further one is four times as wide.
const (
	gridLevels   = 8
	gridCell     = int64(1) << 20 // ns
	gridMinSlots = 64
	gridMaxSlots = 4096
)

// grid keeps what happened over time at several widths at once, in bounded memory: the newest 4096 cells of each width. A
// picture of any span is then drawn from a few cells per column, however many events it covers.
type grid[T any] struct {
	levels [gridLevels]ring[T]
}

type ring[T any] struct {
	slots  []slot[T]
	newest int64 // the largest index seen, plus one
}

type slot[T any] struct {
	index int64 // plus one, so that the zero slot is empty
	value T
}

// cellWidth is the width of a cell of that level in nanoseconds.
func cellWidth(level int) int64 { return gridCell << (2 * level) }

// at returns the cell of that level at mono to write to; nil if it is too old to be kept.
func (g *grid[T]) at(level int, mono int64) *T {
	return g.levels[level].cell(max(mono, 0) / cellWidth(level))
}

// cell returns the cell of that index to write to, nil if it has left the ring.
func (r *ring[T]) cell(index int64) *T {
	if index+1 > r.newest {
		r.newest = index + 1
		r.grow()
	}
	if r.newest-index > gridMaxSlots {
		return nil
	}
	s := &r.slots[index%int64(len(r.slots))]
	if s.index > index+1 {
		return nil
	}
	if s.index != index+1 {
		*s = slot[T]{index: index + 1}
	}
	return &s.value
}

// grow doubles the ring until it holds all indexes up to newest or has reached its bound.
func (r *ring[T]) grow() {
	want := max(len(r.slots), gridMinSlots)
	for int64(want) < r.newest && want < gridMaxSlots {
		want *= 2
	}
	if want == len(r.slots) {
		return
	}
	old := r.slots
	r.slots = make([]slot[T], want)
	for _, s := range old {
		if s.index > 0 {
			r.slots[(s.index-1)%int64(want)] = s
		}
	}
}

// peek returns the cell of that index, nil if nothing is known of it.
func (r *ring[T]) peek(index int64) *T {
	if len(r.slots) == 0 || index < 0 {
		return nil
	}
	if s := &r.slots[index%int64(len(r.slots))]; s.index == index+1 {
		return &s.value
	}
	return nil
}

// oldest is the start of the oldest cell that the ring of that level still holds.
func (g *grid[T]) oldest(level int) int64 {
	return max(g.levels[level].newest-gridMaxSlots, 0) * cellWidth(level)
}

// level chooses the width to draw columns of that width from: fine enough for the picture, coarse enough to be cheap, and
// old enough to know the instant from.
func (g *grid[T]) level(from, width int64) int {
	level := 0
	for level < gridLevels-1 && (cellWidth(level)*8 < width || from < g.oldest(level)) {
		level++
	}
	return level
}

// spread calls put for each known cell that overlaps the columns of that width from from on, with the column and the part
// of the cell (0 to 1) that lies in it. first is true for the column in which the cell begins.
func (g *grid[T]) spread(from, width int64, columns int, put func(column int, v *T, part float64, first bool)) {
	if columns <= 0 || width <= 0 {
		return
	}
	level := g.level(from, width)
	cw, r := cellWidth(level), &g.levels[level]
	to := from + width*int64(columns)
	for i := max(from, 0) / cw; i*cw < to; i++ {
		v := r.peek(i)
		if v == nil {
			continue
		}
		start, end := max(i*cw, from), min((i+1)*cw, to)
		for t := start; t < end; {
			c := (t - from) / width
			stop := min(from+(c+1)*width, end)
			put(int(c), v, float64(stop-t)/float64(cw), t == start)
			t = stop
		}
	}
}
