package engine

import (
	"testing"
	"time"
)

// Who suspends the program, or takes its processor away, has not made an extension send too little.
func TestATimeInWhichAllStoodStillIsNotCounted(t *testing.T) {
	for name, tc := range map[string]struct {
		still time.Duration // after ten seconds
		want  time.Duration // that passed in the last row, ten seconds later
	}{
		"it runs":            {0, 19 * time.Second},
		"it is suspended":    {4 * time.Second, 8 * time.Second},
		"near miss: a hitch": {time.Second, 20 * time.Second},
	} {
		p, now, total := pacing{}, int64(0), int64(0)
		var passed time.Duration
		for s := range 20 {
			if s == 10 {
				now += tc.still.Nanoseconds()
			}
			now, total = now+sampleEvery, total+sampleEvery
			_, passed, _ = p.step(total, now)
		}
		if passed != tc.want {
			t.Errorf("%s: %s, want %s", name, passed, tc.want)
		}
	}
}
