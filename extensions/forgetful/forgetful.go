// Package forgetful answers the commands that have what it needs, and forgets the others.
//
// What it teaches: the mistake this bench was made to find. A handler that returns early without a result, here because a
// property is missing, leaves its caller waiting until the path timeout, three minutes later, with no word of why. Nothing
// answers for a handler. The bench names such a command a second after it was sent, and proves the loss when the command
// is gone. With keep = true the command is not gone but lies in a slice that nobody reads: it could still be answered, so the
// bench calls it kept.
//
// The remedy is the line that greeter has: return msg.NewErrorResult(cmd, "...").
package forgetful

import (
	"context"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/extensions/property"
)

// Addon makes forgetfuls.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "forgetful",
		Doc:  "answers most commands and forgets those that lack a property",
		New:  func(string) engine.Extension { return &forgetful{} },
	}
}

type forgetful struct {
	engine.DefaultExtension
	needs string // the property without which a command is forgotten
	keep  bool
	kept  []*msg.Cmd
}

func (f *forgetful) OnInit(ctx context.Context, env engine.Env) (err error) {
	if f.needs, err = property.String(ctx, env, "needs", "city"); err != nil {
		return err
	}
	f.keep, err = property.Bool(ctx, env, "keep", false)
	return err
}

func (f *forgetful) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	value, err := cmd.Get(f.needs)
	if err != nil {
		env.Log().DebugContext(ctx, "forgotten", "cmd", cmd.Name(), "missing", f.needs)
		if f.keep {
			f.kept = append(f.kept, cmd)
		}
		return // the mistake: no result
	}
	res := msg.NewResult(msg.OK, cmd)
	res.Set(f.needs, value)
	res.Set("text", "sunny")
	env.ReturnResult(ctx, res)
}
