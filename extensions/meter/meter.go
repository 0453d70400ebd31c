// Package meter measures audio frames: how loud they are, how many came late, and how often some were missing.
//
// What it teaches: state across messages. OnAudioFrame adds to plain fields and OnCmd reads them; no lock is needed, because
// the two never run at the same instant and neither waits in between. A frame is judged by its timestamp (is it the next
// one?) and by its arrival (did it take longer than the fastest so far?): the first finds loss, the second finds jitter.
package meter

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/extensions/property"
)

// Addon makes meters.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "meter",
		Doc:  "measures the level of audio frames, how many are late and how often some are missing",
		New:  func(string) engine.Extension { return &meter{level: silence} },
	}
}

// silence is the level of nothing: what 16 bits can express at the low end.
const silence = -96.0

type meter struct {
	engine.DefaultExtension
	report time.Duration // how much audio there is between two log lines

	frames, late, missing int64
	level                 float64 // dBFS of the last report; a sine of full scale has 0

	next    time.Duration // the timestamp that should come next
	fastest time.Duration // the shortest way a frame had so far, up to a constant
	begin   time.Time

	squares float64 // since the last report, as are
	samples int
	length  time.Duration
}

func (m *meter) OnInit(ctx context.Context, env engine.Env) (err error) {
	m.report, err = property.Interval(ctx, env, "report", time.Second)
	return err
}

func (m *meter) OnAudioFrame(ctx context.Context, env engine.Env, f *msg.AudioFrame) {
	if f.BytesPerSample != 2 || f.SampleRate <= 0 {
		env.Log().WarnContext(ctx, "frame ignored: only 16-bit samples can be measured", "frame", f.Name(),
			"bytes_per_sample", f.BytesPerSample, "sample_rate", f.SampleRate)
		return
	}
	length := time.Duration(f.SamplesPerChannel) * time.Second / time.Duration(f.SampleRate)
	m.judge(time.Duration(f.Timestamp)*time.Millisecond, length)
	m.add(f.Buffer())
	if m.length += length; m.length >= m.report {
		m.measure()
		env.Log().InfoContext(ctx, "level", "dbfs", m.level, "frames", m.frames, "late", m.late, "missing", m.missing)
	}
}

// judge compares a frame with the cadence.
func (m *meter) judge(timestamp, length time.Duration) {
	now := time.Now()
	if m.frames == 0 {
		m.begin, m.next, m.fastest = now, timestamp, -timestamp
	}
	way := now.Sub(m.begin) - timestamp
	m.fastest = min(m.fastest, way)
	if way-m.fastest > length {
		m.late++
	}
	if timestamp != m.next {
		m.missing++
	}
	m.next = timestamp + length
	m.frames++
}

func (m *meter) add(pcm []byte) {
	for ; len(pcm) >= 2; pcm = pcm[2:] {
		s := float64(int16(binary.LittleEndian.Uint16(pcm))) / math.MaxInt16
		m.squares += s * s
		m.samples++
	}
}

// measure turns what was added into a level and begins anew.
func (m *meter) measure() {
	m.level = dbfs(m.squares, m.samples)
	m.squares, m.samples, m.length = 0, 0, 0
}

// dbfs is the level of n samples: the power of a sine of full scale, which is one half, counts as 0.
func dbfs(squares float64, n int) float64 {
	if n == 0 || squares == 0 {
		return silence
	}
	db := 10 * math.Log10(2*squares/float64(n))
	return max(silence, math.Round(db*10)/10)
}

func (m *meter) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	if cmd.Name() != "level" {
		env.ReturnResult(ctx, msg.NewErrorResult(cmd, fmt.Sprintf("meter answers level, not %s", cmd.Name())))
		return
	}
	res := msg.NewResult(msg.OK, cmd)
	res.Set("dbfs", m.level)
	res.Set("frames", m.frames)
	res.Set("late", m.late)
	res.Set("missing", m.missing)
	env.ReturnResult(ctx, res)
}
