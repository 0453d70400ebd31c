package store

import "math/bits"

const (
	latencyBits  = 5
	latencySub   = 1 << latencyBits // buckets to a doubling: a quantile is right to two in a hundred
	latencySlots = 41 * latencySub
	latencyTurn  = 10 * second
)

// Latency collects durations and tells their quantiles over the last ten to twenty seconds. The zero Latency works.
type Latency struct {
	begin     int64
	now, past *[latencySlots]uint32
	n, nPast  uint32
}

// Add notes that something took ns and ended at mono.
func (l *Latency) Add(mono, ns int64) {
	if l.now == nil {
		l.now, l.begin = new([latencySlots]uint32), mono
	}
	if mono-l.begin > latencyTurn {
		l.turn(mono)
	}
	l.now[latencySlot(ns)]++
	l.n++
}

func (l *Latency) turn(mono int64) {
	if l.past == nil {
		l.past = new([latencySlots]uint32)
	}
	l.now, l.past, l.nPast = l.past, l.now, l.n
	clear(l.now[:])
	l.n, l.begin = 0, mono
}

// Quantiles returns the median and the 99th of a hundred; false if there is nothing.
func (l *Latency) Quantiles() (p50, p99 int64, ok bool) {
	n := l.n + l.nPast
	if n == 0 {
		return 0, 0, false
	}
	return l.quantile((n + 1) / 2), l.quantile(n - n/100), true
}

func (l *Latency) quantile(rank uint32) int64 {
	var seen uint32
	for i := range l.now {
		seen += l.now[i]
		if l.past != nil {
			seen += l.past[i]
		}
		if seen >= rank {
			return latencyValue(i)
		}
	}
	return latencyValue(latencySlots - 1)
}

// latencySlot maps a duration to its bucket: the position of its highest bit, and the bits below.
func latencySlot(ns int64) int {
	if ns < latencySub {
		return int(max(ns, 0))
	}
	shift := bits.Len64(uint64(ns)) - latencyBits - 1
	return min((shift+1)*latencySub+int(ns>>shift)-latencySub, latencySlots-1)
}

// latencyValue is the middle of a bucket.
func latencyValue(slot int) int64 {
	if slot < 2*latencySub {
		return int64(slot)
	}
	shift := slot/latencySub - 1
	low := int64(slot%latencySub+latencySub) << shift
	return low + int64(1)<<shift/2
}
