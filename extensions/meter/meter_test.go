package meter_test

import (
	"encoding/binary"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/extensions/meter"
	"tenbench/extensions/tone"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{Addon: meter.Addon(), Ask: "cmd level", Change: `{"report":"5s"}`}.Run(t)
}

func start(t *testing.T) *enginetest.Bench {
	return enginetest.Start(t, engine.Options{}, []engine.Addon{meter.Addon(), tone.Addon()}, `
[[nodes]]
name = "meter"
addon = "meter"
property = { report = "200ms" }
`)
}

// frame is a frame of 20 ms whose samples all have that value.
func frame(timestamp time.Duration, sample int16) *msg.AudioFrame {
	var pcm []byte
	for range 320 {
		pcm = binary.LittleEndian.AppendUint16(pcm, uint16(sample))
	}
	f := msg.NewAudioFrame("pcm_frame", pcm)
	f.Timestamp = timestamp.Milliseconds()
	f.SampleRate, f.BytesPerSample, f.SamplesPerChannel, f.Channels = 16000, 2, 320, 1
	f.SetDests(msg.Loc{Extension: "meter"})
	return f
}

func TestItMeasuresATone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := enginetest.Start(t, engine.Options{}, []engine.Addon{meter.Addon(), tone.Addon()}, `
[[nodes]]
name = "meter"
addon = "meter"
property = { report = "200ms" }

[[nodes]]
name = "tone"
addon = "tone"
property = { level = -20 }

[[connections]]
from = "tone"
audio_frame = ["pcm_frame"]
to = ["meter"]
`)
		time.Sleep(time.Second)
		a := b.Ask(t, "cmd level to meter")
		if a.Get("dbfs") != "-20.0" || a.Get("late") != "0" || a.Get("missing") != "0" {
			t.Errorf("got %s, want a clean tone at -20 dBFS", a.Property)
		}
		b.Expect(t, "kind = log and ext = meter and level = info")
	})
}

func TestTheLevelOfSamples(t *testing.T) {
	for _, c := range []struct {
		sample int16
		dbfs   string
	}{
		{0, "-96.0"},
		{1, "-87.3"},
		{math.MaxInt16, "3.0"}, // a direct current of full scale is louder than a sine can be
	} {
		synctest.Test(t, func(t *testing.T) {
			b := start(t)
			for i := range 10 {
				b.InjectMessage(t, frame(time.Duration(i)*20*time.Millisecond, c.sample))
			}
			if a := b.Ask(t, "cmd level to meter"); a.Get("dbfs") != c.dbfs || a.Get("frames") != "10" {
				t.Errorf("samples of %d: got %s, want %s dBFS", c.sample, a.Property, c.dbfs)
			}
		})
	}
}

func TestItCountsLateFramesAndGaps(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name          string
		stamps        []time.Duration // of the frames
		pauses        []time.Duration // before each of them
		late, missing string
	}{
		{"on time", []time.Duration{0, 20 * ms, 40 * ms}, []time.Duration{0, 20 * ms, 20 * ms}, "0", "0"},
		{"in a burst", []time.Duration{0, 20 * ms, 40 * ms}, []time.Duration{0, 0, 0}, "0", "0"},
		{"one late", []time.Duration{0, 20 * ms, 40 * ms}, []time.Duration{0, 60 * ms, 0}, "1", "0"},
		{"one missing", []time.Duration{0, 40 * ms}, []time.Duration{0, 40 * ms}, "0", "1"},
		{"beginning later", []time.Duration{500 * ms, 520 * ms}, []time.Duration{0, 20 * ms}, "0", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := start(t)
				for i, stamp := range c.stamps {
					time.Sleep(c.pauses[i])
					b.InjectMessage(t, frame(stamp, 1000))
				}
				if a := b.Ask(t, "cmd level to meter"); a.Get("late") != c.late || a.Get("missing") != c.missing {
					t.Errorf("got %s, want %s late and %s missing", a.Property, c.late, c.missing)
				}
			})
		})
	}
}

func TestItSaysWhichCommandItAnswers(t *testing.T) {
	if a := start(t).Ask(t, "cmd volume to meter"); a.OK() || a.Get("detail") != "meter answers level, not volume" {
		t.Errorf("got %s %s", a.Status, a.Property)
	}
}
