package tone_test

import (
	"encoding/binary"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/trace"
	"tenbench/extensions/echo"
	"tenbench/extensions/tone"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{Addon: tone.Addon(), Change: `{"frequency":880.5}`}.Run(t)
}

// play returns the frames that a tone of 1 kHz at -6 dBFS sends in that time.
func play(t *testing.T, d time.Duration) []trace.Event {
	b := enginetest.Start(t, engine.Options{}, []engine.Addon{tone.Addon(), echo.Addon()}, `
[[nodes]]
name = "tone"
addon = "tone"
property = { frequency = 1000, level = -6 }

[[nodes]]
name = "sink"
addon = "echo"

[[connections]]
from = "tone"
audio_frame = ["pcm_frame"]
to = ["sink"]
`)
	time.Sleep(d)
	return b.All(t, "kind = sent and name = pcm_frame and from = tone")
}

func TestAFrameComesEvery20ms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		frames := play(t, 1990*time.Millisecond)
		if len(frames) != 100 {
			t.Fatalf("%d frames in 1.99s, want 100", len(frames))
		}
		for i, f := range frames {
			if due := frames[0].Mono + int64(i)*int64(20*time.Millisecond); f.Mono != due {
				t.Errorf("frame %d is %v late", i, time.Duration(f.Mono-due))
			}
			if f.BufLen != 640 {
				t.Errorf("frame %d has %d bytes, want 640", i, f.BufLen)
			}
		}
	})
}

func TestFramesJoinToOneSine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peak := math.Pow(10, -6.0/20) * math.MaxInt16
		i := 0
		for _, f := range play(t, 200*time.Millisecond) {
			for pcm := f.BufHead; len(pcm) > 0; pcm = pcm[2:] {
				got := float64(int16(binary.LittleEndian.Uint16(pcm)))
				if want := peak * math.Sin(2*math.Pi*1000*float64(i)/16000); math.Abs(got-want) > 1 {
					t.Fatalf("sample %d is %v, want %v", i, got, want)
				}
				i++
			}
		}
		if i < 3200 {
			t.Errorf("%d samples in 200ms, want 3200 or more", i)
		}
	})
}

func TestALevelAboveFullScaleFailsAndSaysSo(t *testing.T) {
	b := enginetest.Start(t, engine.Options{}, []engine.Addon{tone.Addon()}, `
[[nodes]]
name = "tone"
addon = "tone"
property = { level = 3 }
`)
	b.Expect(t, `kind = transition and state = failed and "property level"`)
}
