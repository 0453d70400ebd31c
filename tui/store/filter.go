package store

import (
	"slices"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Filtered is the rows of an index that pass a filter. Extend fills it, a slice of time at each tick: first what is new, then
// the old rows from the newest backwards, so that what is looked at is there at once. What becomes known of a command later
// is taken into account: its row comes or goes.
type Filtered struct {
	store  *Store
	base   *Index
	filter *trace.Filter
	keep   func(meta uint8) bool

	old     []uint64 // rows found backwards, the newest first
	new     []uint64 // rows that came after the filter, ascending
	done    uint64   // all rows of a seq up to this one, from begun on, were looked at
	begun   uint64   // rows of a seq below this one are still to be looked at
	touched uint64
	found   []uint64
	event   trace.Event // the one that is looked at
	command *Command    // found last
}

// Filter returns the rows of base, which is one of s's, that pass f and keep. A nil f or keep lets all pass.
func (s *Store) Filter(base *Index, f *trace.Filter, keep func(meta uint8) bool) *Filtered {
	out := &Filtered{store: s, base: base, filter: f, keep: keep, touched: s.touched.end()}
	if n := base.Len(); n > 0 {
		out.done = base.Seq(n - 1)
	}
	out.begun = out.done + 1
	return out
}

// filterSlice is the rows between two looks at the clock. Each slice begins with a search for its first event, so that they are not
// too short.
const filterSlice = 2048

// Extend looks at rows for about so long, and reports whether there are more to look at. It is to be called after each Apply.
func (f *Filtered) Extend(budget time.Duration) (more bool) {
	f.forget()
	f.retouch()
	end := time.Now().Add(budget)
	for f.extendNew() || f.extendOld() {
		if time.Now().After(end) {
			return f.pending()
		}
	}
	return false
}

func (f *Filtered) pending() bool {
	done, total := f.Progress()
	return done < total
}

// Progress returns how many rows were looked at, and how many there are.
func (f *Filtered) Progress() (done, total int) {
	total = f.base.Len()
	ahead, _ := f.base.from(f.done + 1)
	behind, _ := f.base.from(f.begun)
	return ahead - behind, total
}

// extendNew looks at some of the rows that came after the filter.
func (f *Filtered) extendNew() bool {
	i, ok := f.base.from(f.done + 1)
	if !ok {
		return false
	}
	rows := f.base.rows[i:min(i+filterSlice, f.base.Len())]
	f.new = append(f.new, f.pass(rows)...)
	f.done = rows[len(rows)-1] >> 8
	return true
}

// extendOld looks at some of the rows that were there before it.
func (f *Filtered) extendOld() bool {
	i, _ := f.base.from(f.begun)
	if i == 0 {
		return false
	}
	rows := f.base.rows[max(i-filterSlice, 0):i]
	found := f.pass(rows)
	slices.Reverse(found)
	f.old = append(f.old, found...)
	f.begun = rows[0] >> 8
	return true
}

// pass returns those of the rows that pass; the slice is valid until the next call.
func (f *Filtered) pass(rows []uint64) []uint64 {
	f.found = f.found[:0]
	if f.filter == nil {
		for _, row := range rows {
			if f.kept(row) {
				f.found = append(f.found, row)
			}
		}
		return f.found
	}
	events := f.store.log.FinderFor(f.filter)
	for _, row := range rows {
		if f.kept(row) && events.Find(row>>8, &f.event) && f.filter.Match(&f.event, f.known(&f.event)) {
			f.found = append(f.found, row)
		}
	}
	return f.found
}

func (f *Filtered) kept(row uint64) bool { return f.keep == nil || f.keep(uint8(row)) }

// from returns the first row with that seq or a later one; false if there is none.
func (x *Index) from(seq uint64) (int, bool) {
	i, _ := slices.BinarySearchFunc(x.rows, seq, compareSeq)
	return i, i < len(x.rows)
}

func compareSeq(row, seq uint64) int {
	switch {
	case row>>8 < seq:
		return -1
	case row>>8 > seq:
		return 1
	}
	return 0
}

func (f *Filtered) passes(row uint64) bool {
	if !f.kept(row) {
		return false
	}
	e, ok := f.store.At(row >> 8)
	return ok && f.filter.Match(&e, f.known(&e))
}

// known is what is known of the command of an event, if the filter asks. What wants no answer is not looked for.
func (f *Filtered) known(e *trace.Event) *trace.Command {
	if !f.filter.AsksCommand() {
		return nil
	}
	switch e.Type {
	case msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame:
		return nil
	}
	if e.ID == 0 {
		return nil
	}
	c := f.store.commands.near(f.command, e.ID)
	if c == nil {
		return nil
	}
	f.command = c
	return &c.Command
}

// Known is what a filter is told of the command of that id; nil if nothing is known of it.
func (s *Store) Known(id uint64) *trace.Command {
	if id == 0 {
		return nil
	}
	if c := s.commands.byID[id]; c != nil {
		return &c.Command
	}
	return nil
}

// retouch looks again at the rows of commands of which more is known now.
func (f *Filtered) retouch() {
	seqs := f.store.touched.since(f.touched)
	f.touched = f.store.touched.end()
	if f.filter == nil || !f.filter.AsksCommand() {
		return
	}
	for i, seq := range seqs {
		if i > 0 && seq == seqs[i-1] || seq < f.begun || seq > f.done {
			continue
		}
		if at, ok := f.base.Find(seq); ok {
			f.set(f.base.rows[at], f.passes(f.base.rows[at]))
		}
	}
}

// set puts a row in its place, or takes it out.
func (f *Filtered) set(row uint64, in bool) {
	if len(f.old) > 0 && row <= f.old[0] {
		i, found := slices.BinarySearchFunc(f.old, row, func(a, b uint64) int { return -compareSeq(a, b>>8) })
		f.old = place(f.old, i, row, found, in)
		return
	}
	i, found := slices.BinarySearchFunc(f.new, row>>8, compareSeq)
	f.new = place(f.new, i, row, found, in)
}

func place(rows []uint64, i int, row uint64, found, in bool) []uint64 {
	switch {
	case in && !found:
		return slices.Insert(rows, i, row)
	case !in && found:
		return slices.Delete(rows, i, i+1)
	}
	return rows
}

// forget lets go of the rows that base has forgotten.
func (f *Filtered) forget() {
	if f.base.Len() == 0 {
		return
	}
	first := f.base.rows[0]
	for n := len(f.old); n > 0 && f.old[n-1] < first; n = len(f.old) {
		f.old = f.old[:n-1]
	}
	if len(f.new) > 0 && f.new[0] < first {
		i, _ := slices.BinarySearchFunc(f.new, first>>8, compareSeq)
		f.new = slices.Delete(f.new, 0, i)
	}
}

// Len returns how many rows pass, as far as they were looked at.
func (f *Filtered) Len() int { return len(f.old) + len(f.new) }

func (f *Filtered) row(i int) uint64 {
	if n := len(f.old); i < n {
		return f.old[n-1-i]
	}
	return f.new[i-len(f.old)]
}

// Seq returns the seq of row i.
func (f *Filtered) Seq(i int) uint64 { return f.row(i) >> 8 }

// Meta returns the number beside row i.
func (f *Filtered) Meta(i int) uint8 { return uint8(f.row(i)) }

// ID returns the seq of row i.
func (f *Filtered) ID(i int) uint64 { return f.Seq(i) }

// Find returns the row with that seq; if there is none, the row after it and false.
func (f *Filtered) Find(seq uint64) (int, bool) {
	lo, hi := 0, f.Len()
	for lo < hi {
		if mid := (lo + hi) / 2; f.Seq(mid) < seq {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < f.Len() && f.Seq(lo) == seq {
		return lo, true
	}
	return max(min(lo, f.Len()-1), 0), false
}
