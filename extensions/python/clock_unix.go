//go:build unix

package python

import (
	"golang.org/x/sys/unix"

	"tenbench/engine/trace"
)

// clockSkew is what CLOCK_MONOTONIC is ahead of the log's clock.
func clockSkew(l *trace.Log) int64 {
	var ts unix.Timespec
	before := l.Now()
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) != nil {
		return 0
	}
	return ts.Nano() - (before+l.Now())/2
}
