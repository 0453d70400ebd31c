// Package relay takes a command, waits, sends hello on with the same properties, and returns the result to the original sender.
//
// What it teaches: a handler that waits. OnCmd reads from top to bottom, yet other handlers of this extension run while it
// sleeps and while it waits for the answer, so a hundred commands take hardly longer than one. It is the first sample of the
// TEN page about async extensions, in Go:
//
//	async def on_cmd(self, ten_env, cmd):
//	    await asyncio.sleep(0.5)
//	    new_cmd = Cmd.create("hello")
//	    cmd_result = await ten_env.send_cmd(new_cmd)
//	    ten_env.return_result(cmd_result, cmd)
package relay

import (
	"context"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/extensions/property"
)

// Addon makes relays.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "relay",
		Doc:  "takes a command, waits, sends hello on and returns its result",
		New:  func(string) engine.Extension { return &relay{} },
	}
}

type relay struct {
	engine.DefaultExtension
	delay time.Duration
}

func (r *relay) OnInit(ctx context.Context, env engine.Env) (err error) {
	r.delay, err = property.Duration(ctx, env, "delay", 100*time.Millisecond)
	return err
}

func (r *relay) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	env.Log().DebugContext(ctx, "relaying", "cmd", cmd.Name())
	res, err := r.ask(ctx, env, cmd)
	if err != nil {
		// Whoever waits for us learns why; without this line he would wait in vain.
		env.ReturnResult(ctx, msg.NewErrorResult(cmd, err.Error()))
		return
	}
	env.ReturnResult(ctx, res.For(cmd))
}

func (r *relay) ask(ctx context.Context, env engine.Env, cmd *msg.Cmd) (*msg.CmdResult, error) {
	if err := env.Sleep(ctx, r.delay); err != nil {
		return nil, err
	}
	hello := msg.NewCmd("hello")
	hello.Properties().Merge(cmd.Properties())
	return env.SendCmd(ctx, hello)
}
