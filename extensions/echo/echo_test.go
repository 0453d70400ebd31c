package echo_test

import (
	"context"
	"testing"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/extensions/echo"
)

func TestAddon(t *testing.T) {
	enginetest.Suite{Addon: echo.Addon(), Ask: `cmd ping {"n":1}`}.Run(t)
}

// caller sends one message of each one-way kind when it starts and does nothing with what comes back.
type caller struct{ engine.DefaultExtension }

func (caller) OnStart(ctx context.Context, env engine.Env) error {
	d := msg.NewData("word", []byte("abc"))
	d.Set("n", 1)
	for _, m := range []msg.Message{d, msg.NewAudioFrame("sound", []byte{1, 2}), msg.NewVideoFrame("picture", []byte{1, 2, 3, 4})} {
		if err := env.Send(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func start(t *testing.T) *enginetest.Bench {
	addons := []engine.Addon{echo.Addon(), {Name: "caller", New: func(string) engine.Extension { return caller{} }}}
	return enginetest.Start(t, engine.Options{}, addons, `
[[nodes]]
name = "echo"
addon = "echo"

[[nodes]]
name = "caller"
addon = "caller"

[[connections]]
from = "caller"
data = ["word"]
audio_frame = ["sound"]
video_frame = ["picture"]
to = ["echo"]
`)
}

func TestACommandGetsItsOwnPropertiesBack(t *testing.T) {
	const property = `{"n":1,"deep":{"list":[1,2.0,"three",null]},"dotted.key":true}`
	if a := start(t).Ask(t, "cmd ping "+property+" to echo"); !a.OK() || string(a.Property) != property {
		t.Errorf("got %s %s", a.Status, a.Property)
	}
}

func TestDataAndFramesComeBack(t *testing.T) {
	b := start(t)
	e := b.Expect(t, "kind = delivered and type = data and name = word and ext = caller")
	sent := b.Expect(t, "kind = sent and name = word and from = echo")
	if string(sent.Property) != `{"n":1}` || string(sent.BufHead) != "abc" || sent.ID != e.ID {
		t.Errorf("the data came back as %s %q", sent.Property, sent.BufHead)
	}
	b.Expect(t, "kind = delivered and type = audio_frame and name = sound and ext = caller")
	b.Expect(t, "kind = delivered and type = video_frame and name = picture and ext = caller")
}
