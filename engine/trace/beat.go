package trace

import "slices"

// Beat is how regular the frames of a stream come.
type Beat struct {
	Cadence int64 // the usual distance between two
	Jitter  int64 // the usual deviation of the last ones that were no gap
	Late    uint64
	Gaps    uint64
	GapAt   int64 // the newest gap: when it began and how long it was
	GapNS   int64

	distance [16]int64
	n        int
}

// Note takes the times of two frames that followed each other, and reports whether a gap lies between them. The usual distance is the
// median of the last ones; more than twice as long is late, more than four times as long is a gap.
func (b *Beat) Note(last, now int64) (gap bool) {
	ns := now - last
	b.distance[b.n%len(b.distance)] = ns
	b.n++
	if b.n < len(b.distance)/2 {
		return false
	}
	if b.n <= len(b.distance) || b.n%len(b.distance) == 0 {
		b.Cadence = b.median()
	}
	switch {
	case ns > 4*b.Cadence:
		b.Gaps++
		b.GapAt, b.GapNS = last, ns
		return true
	case ns > 2*b.Cadence:
		b.Late++
	}
	b.Jitter += (max(ns-b.Cadence, b.Cadence-ns) - b.Jitter) / int64(len(b.distance)) // a largest one would never shrink
	return false
}

func (b *Beat) median() int64 {
	d := b.distance
	known := d[:min(b.n, len(d))]
	slices.Sort(known)
	return known[len(known)/2]
}
