package python

import (
	"context"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// greeter answers every command.
type greeter struct{ engine.DefaultExtension }

func (greeter) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	_ = env.ReturnResult(ctx, msg.NewResult(msg.OK, cmd))
}

var greet = engine.Addon{Name: "greet", New: func(string) engine.Extension { return &greeter{} }}
