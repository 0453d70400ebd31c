package store

import (
	"hash/maphash"

	"tenbench/engine/trace"
)

// A row of the index of log lines has the level of the line beside it, and whether the line says the same as the one before.
const repeats = 0x80

// LogLevel is the level of a row of Logs.
func LogLevel(meta uint8) trace.Level { return trace.Level(meta &^ repeats) }

// NoRepeat passes the rows of Logs that do not say the same as the row before: for Filter.
func NoRepeat(meta uint8) bool { return meta&repeats == 0 }

// logSeconds is how far back the rates of the levels are known.
const logSeconds = 256

// lines tells lines that repeat each other, and counts those of each second.
type lines struct {
	seed maphash.Seed
	last struct {
		graph, extension trace.Sym
		level            trace.Level
		text             uint64
	}
	newest int64 // the second that was counted last
	ring   [logSeconds][trace.Error + 1]uint32
	out    [logSeconds]int
}

// addLog puts an event into the index of log lines, at a level.
func (s *Store) addLog(e *trace.Event, level trace.Level) {
	meta := uint8(level)
	if s.lines.note(e, level) {
		meta |= repeats
	}
	s.logs.add(e.Seq, meta)
}

// note counts a line, and reports that it says the same as the one before: the same words and fields of the same extension.
func (l *lines) note(e *trace.Event, level trace.Level) bool {
	l.count(e.Mono, level)
	this := l.last
	this.graph, this.extension, this.level = e.Graph, e.Extension, level
	this.text = maphash.String(l.seed, e.Detail) ^ maphash.Bytes(l.seed, e.Property)*3
	same := this == l.last && e.Kind == trace.LogLine
	l.last = this
	return same
}

func (l *lines) count(mono int64, level trace.Level) {
	at := mono / second
	for ; l.newest < at; l.newest++ {
		if at-l.newest > logSeconds {
			l.newest = at - logSeconds
		}
		l.ring[(l.newest+1)%logSeconds] = [trace.Error + 1]uint32{}
	}
	if at > l.newest-logSeconds && at >= 0 {
		l.ring[at%logSeconds][min(level, trace.Error)]++
	}
}

// LogRate returns how many lines of a level came in each of the n seconds up to now, the newest last; fewer than n at the start
// of a run. The slice is valid until the next call.
func (s *Store) LogRate(level trace.Level, now int64, n int) []int {
	l, at := &s.lines, now/second
	n = int(min(int64(n), logSeconds, at+1))
	for i := range n {
		sec := at - int64(n-1-i)
		l.out[i] = 0
		if sec <= l.newest && sec > l.newest-logSeconds {
			l.out[i] = int(l.ring[sec%logSeconds][level])
		}
	}
	return l.out[:max(n, 0)]
}
