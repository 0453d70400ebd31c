package trace

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// garbage keeps the collector's pace to what the program itself holds. To the collector the log is live memory, so that by
// default as much garbage again may lie around before it runs.
type garbage struct {
	on     bool
	before int   // the percentage it found
	kept   int64 // bytes of the log when it was set last
}

const (
	garbageRoom = 32 << 20 // so much is always allowed
	garbageStep = 8 << 20  // the log grows or shrinks by this before the percentage is set anew
)

func (g *garbage) start() {
	if os.Getenv("GOGC") != "" { // somebody knows better
		return
	}
	g.on, g.before = true, debug.SetGCPercent(100)
}

func (g *garbage) stop() {
	if g.on {
		g.on = false
		debug.SetGCPercent(g.before)
	}
}

// follow sets the percentage for a log of that size.
func (g *garbage) follow(kept int64) {
	if !g.on || max(kept-g.kept, g.kept-kept) < garbageStep {
		return
	}
	g.kept = kept
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(gcPercent(kept, int64(live[0].Value.Uint64())-kept))
}

// gcPercent allows as much garbage as if the log were not part of the heap, of which others hold the rest.
func gcPercent(kept, rest int64) int {
	rest = max(rest, 0)
	return int(min(100, 100*max(rest, garbageRoom)/(kept+rest+1)))
}
