// Package tone sends a sine as audio frames: 16 kHz, one channel, 16 bits, 20 ms a frame.
//
// What it teaches: media at a cadence. Frame n is due at the beginning plus n times 20 ms and carries that as its timestamp;
// sleeping 20 ms after each frame instead would add the time the work takes, and a listener's buffer would run dry within
// minutes. When the process was held up for longer than a second the missing frames are left out, as a sound card does: the
// timestamps jump, and a listener can tell (see package meter).
package tone

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

// What every frame is.
const (
	rate    = 16000 // Hz
	period  = 20 * time.Millisecond
	samples = int(rate * period / time.Second)
)

// holdUp is how far behind its cadence the tone may be and still catch up.
const holdUp = time.Second

// Addon makes tones.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "tone",
		Doc:  "sends a sine as pcm_frame, 16 kHz, 20 ms a frame",
		New:  func(string) engine.Extension { return &tone{} },
	}
}

type tone struct {
	engine.DefaultExtension
	frequency float64 // Hz
	level     float64 // dBFS
	task      *engine.Task
	stopping  bool
}

func (t *tone) OnInit(ctx context.Context, env engine.Env) (err error) {
	if t.frequency, err = property.Float(ctx, env, "frequency", 440); err != nil {
		return err
	}
	if t.level, err = property.Float(ctx, env, "level", -12); err != nil {
		return err
	}
	if t.level > 0 {
		return fmt.Errorf("property level: %v dBFS is louder than samples can be; give 0 or less", t.level)
	}
	return nil
}

func (t *tone) OnStart(ctx context.Context, env engine.Env) error {
	t.task = env.Go(ctx, "play", func(ctx context.Context) error { return t.play(ctx, env) })
	return nil
}

// OnStop lets the frame that is due go out, and with it the task ends.
func (t *tone) OnStop(ctx context.Context, _ engine.Env) error {
	t.stopping = true
	if t.task == nil {
		return nil // stopped before OnStart
	}
	return t.task.Wait(ctx)
}

func (t *tone) play(ctx context.Context, env engine.Env) error {
	begin := time.Now()
	for n := 0; !t.stopping; n++ {
		due := begin.Add(time.Duration(n) * period)
		if err := env.Sleep(ctx, time.Until(due)); err != nil {
			return err
		}
		if time.Since(due) > holdUp {
			n = int(time.Since(begin) / period)
		}
		if err := env.Send(ctx, t.frame(n)); err != nil {
			env.Log().DebugContext(ctx, "frame not sent", "error", err)
		}
	}
	return nil
}

// frame makes the nth frame. The phase follows from n, so that frames join without a click.
func (t *tone) frame(n int) *msg.AudioFrame {
	peak := math.Pow(10, t.level/20) * math.MaxInt16
	pcm := make([]byte, 0, 2*samples)
	for i := n * samples; i < (n+1)*samples; i++ {
		s := peak * math.Sin(2*math.Pi*t.frequency*float64(i)/rate)
		pcm = binary.LittleEndian.AppendUint16(pcm, uint16(int16(math.Round(s))))
	}
	f := msg.NewAudioFrame("pcm_frame", pcm)
	f.Timestamp = (time.Duration(n) * period).Milliseconds()
	f.SampleRate, f.Channels = rate, 1
	f.BytesPerSample, f.SamplesPerChannel = 2, int32(samples)
	f.LineSize = int32(len(pcm))
	return f
}
