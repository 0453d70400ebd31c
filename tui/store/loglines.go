package store

import (
	"hash/maphash"
	"maps"

	"tenbench/engine/trace"
)

// A row of the index of log lines has the level of the line beside it, and whether the line repeats what its extension said before.
const repeats = 0x80

// LogLevel is the level of a row of Logs.
func LogLevel(meta uint8) trace.Level { return trace.Level(meta &^ repeats) }

// NoRepeat passes the rows of Logs that repeat nothing: for Filter.
func NoRepeat(meta uint8) bool { return meta&repeats == 0 }

// logSeconds is how far back the rates of the levels are known.
const logSeconds = 256

// How long after a line others repeat it, and not begin anew: what goes on shows up again, and what is forgotten takes no new line along.
const (
	repeatsAlone   = 60 * second // while nobody else says anything
	repeatsBetween = 5 * second  // with other lines between
)

// lines tells lines that repeat each other, and counts those of each second.
type lines struct {
	seed   maphash.Seed
	said   map[speaker]*saying
	before *saying           // what was said last of all
	times  map[uint64]Repeat // by the seq of the line that is repeated
	newest int64             // the second that was counted last
	ring   [logSeconds][trace.Error + 1]uint32
	out    [logSeconds]int
}

func newLines() lines {
	return lines{seed: maphash.MakeSeed(), said: make(map[speaker]*saying), times: make(map[uint64]Repeat)}
}

type speaker struct{ graph, extension trace.Sym }

// saying is what an extension said last.
type saying struct {
	level trace.Level
	text  uint64
	seq   uint64 // of the first line that said it
	since int64  // when that was
}

// Repeat is how often a line was said and when the last time.
type Repeat struct {
	Times int
	Last  int64
}

// LogRepeats tells how often the line with that seq was repeated, together with itself; zero if it was not.
func (s *Store) LogRepeats(seq uint64) Repeat { return s.lines.times[seq] }

// addLog puts an event into the index of log lines, at a level.
func (s *Store) addLog(e *trace.Event, level trace.Level) {
	meta, forgotten := uint8(level), s.logs.forgotten
	if s.lines.note(e, level) {
		meta |= repeats
	}
	if s.logs.add(e.Seq, meta); s.logs.forgotten > forgotten {
		s.lines.forget(s.logs.Seq(0))
	}
}

// note counts a line, and reports that it repeats one: the same words and fields as the extension said last, and not long after.
func (l *lines) note(e *trace.Event, level trace.Level) bool {
	l.count(e.Mono, level)
	if e.Kind != trace.LogLine {
		l.before = nil
		return false
	}
	who := speaker{e.Graph, e.Extension}
	this := saying{level, maphash.String(l.seed, e.Detail) ^ maphash.Bytes(l.seed, e.Property)*3, e.Seq, e.Mono}
	last := l.said[who]
	if last == nil {
		last = new(saying)
		l.said[who] = last
	}
	if l.repeated(last, &this) {
		l.times[last.seq] = Repeat{max(l.times[last.seq].Times, 1) + 1, e.Mono}
		return true
	}
	*last = this
	return false
}

// repeated reports that this says what its extension said last, not long ago. It is what was said last of all then.
func (l *lines) repeated(last, this *saying) bool {
	within := repeatsBetween
	if l.before == last {
		within = repeatsAlone
	}
	l.before = last
	return last.seq != 0 && last.level == this.level && last.text == this.text && this.since-last.since < within
}

// forget lets go of the lines before seq.
func (l *lines) forget(seq uint64) {
	maps.DeleteFunc(l.times, func(line uint64, _ Repeat) bool { return line < seq })
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
