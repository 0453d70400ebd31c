package store

import (
	"math"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// maxAudioLines bounds the audio streams that are measured.
const maxAudioLines = 64

// AudioLine is one stream of audio frames from one extension to another: how evenly they come, and how loud they are.
type AudioLine struct {
	Graph, Name, From, To string

	Frames  int
	Cadence int64 // ns between frames, smoothed
	Late    int   // frames that came more than half a cadence late
	Gaps    int   // silences of three cadences and more
	GapAt   int64 // when the newest gap began
	Gap     int64 // its length
	Jitter  int64 // the largest deviation from the cadence outside gaps

	last   int64
	levels grid[float32]
}

type audioKey struct{ graph, name, from, to trace.Sym }

// Audio folds audio frames into lines. The zero Audio is ready to use.
type Audio struct {
	lines []*AudioLine
	byKey map[audioKey]*AudioLine
}

// All returns the lines in order of appearance. The slice is the fold's own: read it, do not keep it.
func (a *Audio) All() []*AudioLine { return a.lines }

// Add takes in one event.
func (a *Audio) Add(e *trace.Event) {
	if e.Kind != trace.Sent || e.Type != msg.KindAudioFrame {
		return
	}
	key := audioKey{e.Graph, e.Name, e.From, e.To}
	line := a.byKey[key]
	if line == nil {
		if len(a.lines) == maxAudioLines {
			return
		}
		if a.byKey == nil {
			a.byKey = make(map[audioKey]*AudioLine)
		}
		line = &AudioLine{Graph: e.Graph.String(), Name: e.Name.String(), From: e.From.String(), To: e.To.String()}
		a.byKey[key] = line
		a.lines = append(a.lines, line)
	}
	line.add(e)
}

func (l *AudioLine) add(e *trace.Event) {
	if l.Frames > 0 {
		l.measure(e.Mono - l.last)
	}
	l.Frames++
	l.last = e.Mono
	v := level(e.BufHead)
	for i := range gridLevels {
		if c := l.levels.at(i, e.Mono); c != nil {
			*c = max(*c, v)
		}
	}
}

// measure compares one interval with the cadence. Gaps do not count toward it.
func (l *AudioLine) measure(d int64) {
	const settled = 8
	if l.Frames <= settled {
		l.Cadence += (d - l.Cadence) / int64(l.Frames)
		return
	}
	if d >= 3*l.Cadence {
		l.Gaps++
		l.GapAt, l.Gap = l.last, d
		return
	}
	if d > l.Cadence*3/2 {
		l.Late++
	}
	l.Jitter = max(l.Jitter, max(d-l.Cadence, l.Cadence-d))
	l.Cadence += (d - l.Cadence) / 32
}

// Levels fills dst with the loudness, 0 to 1, in columns of that width from from on; negative where no frame came.
func (l *AudioLine) Levels(from, width int64, dst []float32) {
	for i := range dst {
		dst[i] = -1
	}
	l.levels.spread(from, width, len(dst), func(column int, v *float32, _ float64, _ bool) {
		dst[column] = max(dst[column], *v)
	})
}

// level is the loudness of 16-bit samples on a scale of decibels: 0 at -48 dB and below, 1 at full scale.
func level(b []byte) float32 {
	const samples = 160
	n := min(len(b)/2, samples)
	if n == 0 {
		return 0
	}
	sum := 0.0
	for i := range n {
		v := float64(int16(uint16(b[2*i])|uint16(b[2*i+1])<<8)) / 32768
		sum += v * v
	}
	if sum == 0 {
		return 0
	}
	db := 10 * math.Log10(sum/float64(n))
	return float32(min(max(1+db/48, 0), 1))
}
