// Package greeter answers the command hello with a greeting.
//
// What it teaches: a property that changes while the extension runs. The greeting is read in OnInit, the first stage in which
// properties can be read, and again in OnPropertyChanged. Edit greeting in config.toml, save, and the next answer has it; the
// instance stays. An extension without OnPropertyChanged is restarted instead.
//
// There is no lock around the field: at most one callback of an extension runs at any instant.
package greeter

import (
	"context"
	"fmt"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/extensions/property"
)

// Addon makes greeters.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "greeter",
		Doc:  "answers hello with a greeting that can be changed while it runs",
		New:  func(string) engine.Extension { return &greeter{} },
	}
}

type greeter struct {
	engine.DefaultExtension
	greeting string
}

func (g *greeter) OnInit(ctx context.Context, env engine.Env) error { return g.load(ctx, env) }

// OnPropertyChanged makes the greeter an engine.PropertyChanger.
func (g *greeter) OnPropertyChanged(ctx context.Context, env engine.Env, path string) error {
	if err := g.load(ctx, env); err != nil {
		return err
	}
	env.Log().InfoContext(ctx, "property changed", "path", path, "greeting", g.greeting)
	return nil
}

func (g *greeter) load(ctx context.Context, env engine.Env) error {
	greeting, err := property.String(ctx, env, "greeting", "Hello")
	if err != nil {
		return err
	}
	g.greeting = greeting
	return nil
}

// OnCmd answers every command, also those it cannot help: an error says why, silence does not.
func (g *greeter) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	env.ReturnResult(ctx, g.answer(cmd))
}

func (g *greeter) answer(cmd *msg.Cmd) *msg.CmdResult {
	if cmd.Name() != "hello" {
		return msg.NewErrorResult(cmd, fmt.Sprintf("greeter answers hello, not %s", cmd.Name()))
	}
	name, err := nameIn(cmd)
	if err != nil {
		return msg.NewErrorResult(cmd, fmt.Sprintf(`hello needs a name, such as {"name":"Ada"}: %v`, err))
	}
	res := msg.NewResult(msg.OK, cmd)
	res.Set("text", fmt.Sprintf("%s, %s!", g.greeting, name))
	return res
}

func nameIn(cmd *msg.Cmd) (string, error) {
	v, err := cmd.Get("name")
	if err != nil {
		return "", err
	}
	return v.Str()
}
