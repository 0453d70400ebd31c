package python

import "time"

// window is the time over which is counted what a child says, and part what it is divided into while there is too much.
const (
	window = time.Second
	part   = 10 * time.Millisecond
)

// quota divides what a child says into windows, and says how much may be taken in one: at once, for what comes by fits and starts is
// to be kept. In the window after one with too much it is spread, a share for each part of it: what was taken all at once at the begin
// of each window kept a processor for 100 ms, and the neighbours waited.
type quota struct {
	began  time.Time // the window
	spread bool
}

// over reports that the window is.
func (q *quota) over(now time.Time) bool { return now.Sub(q.began) >= window }

// begin begins a new window; tooMuch came in the one before.
func (q *quota) begin(now time.Time, tooMuch bool) {
	q.spread = tooMuch && now.Sub(q.began) < 2*window // else it was quiet since
	q.began = now
}

// room is how much may have been taken by now, of most in the window.
func (q *quota) room(most int, now time.Time) int {
	if !q.spread {
		return most
	}
	return most * (int(now.Sub(q.began)/part) + 1) / int(window/part)
}
