package enginetest

import (
	"context"
	"slices"
	"sync"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// diary is what one instance of an extension lived through, written by itself and not by the engine: the order of a lifecycle is
// checked against it.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// keep returns an addon whose instances write into d. Only extensions of the Go host can.
func (d *diary) keep(addon engine.Addon) engine.Addon {
	newInstance := addon.New
	addon.New = func(name string) engine.Extension {
		ext := newInstance(name)
		if c, ok := ext.(engine.PropertyChanger); ok {
			return &diaristChanger{diarist{ext, d}, c}
		}
		return &diarist{ext, d}
	}
	return addon
}

// diarist is an extension that keeps a diary.
type diarist struct {
	engine.Extension
	diary *diary
}

// diaristChanger is one that takes changed properties besides.
type diaristChanger struct {
	diarist
	engine.PropertyChanger
}

type stage func(context.Context, engine.Env) error

func (d *diarist) during(ctx context.Context, env engine.Env, name string, s stage) error {
	d.diary.note(name)
	defer d.diary.note(name + " done")
	return s(ctx, env)
}

func (d *diarist) OnConfigure(ctx context.Context, env engine.Env) error {
	return d.during(ctx, env, "on_configure", d.Extension.OnConfigure)
}

func (d *diarist) OnInit(ctx context.Context, env engine.Env) error {
	return d.during(ctx, env, "on_init", d.Extension.OnInit)
}

func (d *diarist) OnStart(ctx context.Context, env engine.Env) error {
	return d.during(ctx, env, "on_start", d.Extension.OnStart)
}

func (d *diarist) OnStop(ctx context.Context, env engine.Env) error {
	return d.during(ctx, env, "on_stop", d.Extension.OnStop)
}

func (d *diarist) OnDeinit(ctx context.Context, env engine.Env) error {
	return d.during(ctx, env, "on_deinit", d.Extension.OnDeinit)
}

func (d *diarist) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	d.diary.note("on_cmd")
	d.Extension.OnCmd(ctx, env, cmd)
}
