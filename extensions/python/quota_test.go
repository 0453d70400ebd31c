package python

import (
	"testing"
	"time"
)

func TestQuota(t *testing.T) {
	start := time.Now()
	cases := []struct {
		name    string
		tooMuch bool
		silence time.Duration // from the begin of the window before
		after   time.Duration // in the window
		want    int
	}{
		{"all at once", false, window, 0, 1000},
		{"a share at first", true, window, 0, 10},
		{"the same part", true, window, part - 1, 10},
		{"the next part", true, window, part, 20},
		{"the middle", true, window, window / 2, 510},
		{"the last part", true, window, window - 1, 1000},
		{"all at once after a silence", true, 2 * window, 0, 1000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q := quota{began: start}
			now := start.Add(c.silence)
			if !q.over(now) || q.over(now.Add(-c.silence+window-1)) {
				t.Error("a window is over when it has lasted its time")
			}
			q.begin(now, c.tooMuch)
			if got := q.room(1000, now.Add(c.after)); got != c.want {
				t.Errorf("room for %d, want %d", got, c.want)
			}
		})
	}
}
