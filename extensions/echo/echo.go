// Package echo gives everything back: a command its own properties, data and frames themselves.
//
// What it teaches: where messages go. A result finds its way by the command it answers. Data and frames go where the graph says,
// unless SetDests names other places; here it is the place they came from, so echo needs no connection of its own. Sending takes
// the message's content: who wants to keep some of it sends a Clone.
//
// Do not let two echoes talk to each other: they will not stop.
package echo

import (
	"context"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// Addon makes echoes.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "echo",
		Doc:  "answers commands with their own properties and sends data and frames back",
		New:  func(string) engine.Extension { return &echo{} },
	}
}

type echo struct{ engine.DefaultExtension }

func (*echo) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	res := msg.NewResult(msg.OK, cmd)
	res.Properties().Merge(cmd.Properties())
	env.ReturnResult(ctx, res)
}

func (*echo) OnData(ctx context.Context, env engine.Env, d *msg.Data) { back(ctx, env, d) }

func (*echo) OnAudioFrame(ctx context.Context, env engine.Env, f *msg.AudioFrame) { back(ctx, env, f) }

func (*echo) OnVideoFrame(ctx context.Context, env engine.Env, f *msg.VideoFrame) { back(ctx, env, f) }

func back(ctx context.Context, env engine.Env, m msg.Message) {
	m.SetDests(m.Source())
	if err := env.Send(ctx, m); err != nil {
		env.Log().DebugContext(ctx, "not sent back", "message", m.Name(), "error", err)
	}
}
