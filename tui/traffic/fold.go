package traffic

import (
	"sort"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// Frames of one stream share a row while they come within foldWindow of its first.
const foldWindow = int64(1e9)

// maxFolded bounds the rows; beyond it the oldest quarter goes.
const maxFolded = 1 << 20

// folded is the index of messages as rows for a list, with the frames of a stream folded: one row a second. It takes what
// is new with extend.
type folded struct {
	store *store.Store
	rows  []foldRow
	gone  int // rows that the bound cost
	taken int // rows of the index that were looked at, forgotten ones too
	open  map[stream]openFold
}

type foldRow struct {
	seq   uint64
	count int32
	kind  msg.Kind
}

type stream struct {
	kind                  msg.Kind
	graph, name, from, to trace.Sym
}

type openFold struct {
	row   int // counted from the first there ever was
	since int64
}

func newFolded(s *store.Store) *folded { return &folded{store: s, open: make(map[stream]openFold)} }

// extend takes the messages that came since, at most limit of them, and reports whether there are more.
func (f *folded) extend(limit int) (more bool) {
	x := f.store.Messages()
	f.taken = max(f.taken, x.Forgotten())
	f.prune()
	for ; f.taken-x.Forgotten() < x.Len() && limit > 0; limit-- {
		i := f.taken - x.Forgotten()
		f.add(x.Seq(i), msg.Kind(x.Meta(i)))
		f.taken++
	}
	return f.taken-x.Forgotten() < x.Len()
}

// prune forgets rows that the log does not keep any more, once they are many.
func (f *folded) prune() {
	if len(f.rows) == 0 {
		return
	}
	first, _ := f.store.Log().Span()
	if f.rows[len(f.rows)/4].seq >= first {
		return
	}
	f.forget(sort.Search(len(f.rows), func(i int) bool { return f.rows[i].seq >= first }))
}

func (f *folded) forget(n int) {
	f.rows = f.rows[:copy(f.rows, f.rows[n:])]
	f.gone += n
}

func (f *folded) add(seq uint64, kind msg.Kind) {
	if kind == msg.KindAudioFrame || kind == msg.KindVideoFrame {
		if f.join(seq, kind) {
			return
		}
	}
	if len(f.rows) >= maxFolded {
		f.forget(maxFolded / 4)
	}
	f.rows = append(f.rows, foldRow{seq, 1, kind})
}

// join counts a frame in the row of its stream; false if it needs one of its own.
func (f *folded) join(seq uint64, kind msg.Kind) bool {
	e, ok := f.store.At(seq)
	if !ok {
		return false
	}
	key := stream{kind, e.Graph, e.Name, e.From, e.To}
	if o, ok := f.open[key]; ok && e.Mono-o.since < foldWindow && o.row >= f.gone {
		f.rows[o.row-f.gone].count++
		return true
	}
	if len(f.open) > 4096 {
		clear(f.open)
	}
	f.open[key] = openFold{f.gone + len(f.rows), e.Mono}
	return false
}

// Len returns how many rows there are.
func (f *folded) Len() int { return len(f.rows) }

// ID returns the seq of row i.
func (f *folded) ID(i int) uint64 { return f.rows[i].seq }

// Find returns the row with that seq; if there is none, the one before, which may have it folded in.
func (f *folded) Find(seq uint64) (int, bool) {
	i := sort.Search(len(f.rows), func(i int) bool { return f.rows[i].seq >= seq })
	if i < len(f.rows) && f.rows[i].seq == seq {
		return i, true
	}
	return max(i-1, 0), false
}

// count returns how many messages share row i.
func (f *folded) count(i int) int { return int(f.rows[i].count) }
