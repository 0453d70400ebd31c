package store

const second = int64(1e9)

// Rate counts things and tells how many come in a second, over the second that just passed. The zero Rate works.
type Rate struct {
	begin     int64 // of the second being counted
	now, past uint64
}

// Add counts n things at the moment mono.
func (r *Rate) Add(mono int64, n uint64) {
	r.advance(mono)
	r.now += n
}

func (r *Rate) advance(mono int64) {
	switch since := mono - r.begin; {
	case since < second:
	case since < 2*second:
		r.past, r.now = r.now, 0
		r.begin += second
	default:
		r.past, r.now = 0, 0
		r.begin = mono - mono%second
	}
}

// At returns the things a second at the moment now.
func (r *Rate) At(now int64) float64 {
	c := *r
	c.advance(now)
	share := float64(max(now-c.begin, 0)) / float64(second)
	return float64(c.past)*(1-min(share, 1)) + float64(c.now)
}
