package store

import "sort"

// Index is a growing list of events by their seq, with a small number beside each. Beyond its bound it forgets the oldest
// quarter at once, so that appending stays cheap.
type Index struct {
	rows      []uint64 // seq<<8 | meta, ascending
	bound     int
	forgotten int
}

// Len returns how many rows there are.
func (x *Index) Len() int { return len(x.rows) }

// Seq returns the seq of row i.
func (x *Index) Seq(i int) uint64 { return x.rows[i] >> 8 }

// Meta returns the number beside row i.
func (x *Index) Meta(i int) uint8 { return uint8(x.rows[i]) }

// ID returns the seq of row i: an Index is rows for a list.
func (x *Index) ID(i int) uint64 { return x.Seq(i) }

// Find returns the row with that seq; if there is none, the row after it and false.
func (x *Index) Find(seq uint64) (int, bool) {
	i := sort.Search(len(x.rows), func(i int) bool { return x.rows[i]>>8 >= seq })
	if i < len(x.rows) && x.rows[i]>>8 == seq {
		return i, true
	}
	return max(min(i, len(x.rows)-1), 0), false
}

// Forgotten returns how many rows the bound cost.
func (x *Index) Forgotten() int { return x.forgotten }

func (x *Index) add(seq uint64, meta uint8) {
	if len(x.rows) >= x.bound {
		n := max(x.bound/4, 1)
		x.rows = x.rows[:copy(x.rows, x.rows[n:])]
		x.forgotten += n
	}
	x.rows = append(x.rows, seq<<8|uint64(meta))
}
