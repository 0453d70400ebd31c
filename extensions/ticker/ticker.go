// Package ticker sends the data message tick at an interval, and with each tick asks the next of its questions.
//
// What it teaches: a task that lives as long as the extension. OnStart starts it and returns, OnStop cancels it and waits for its
// end. The rhythm comes from the clock and not from adding up naps, so it does not drift. Each question is a task too: a
// slow answer delays neither the next tick nor the next question, and one that never comes costs no more than patience.
package ticker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/extensions/property"
)

// Addon makes tickers.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "ticker",
		Doc:  "sends tick at an interval and asks questions in turn",
		New:  func(string) engine.Extension { return &ticker{} },
	}
}

type ticker struct {
	engine.DefaultExtension
	every     time.Duration
	patience  time.Duration // how long a question waits for its answer
	questions []question
	task      *engine.Task
	cancel    context.CancelFunc // ends task
}

// question is one entry of the property ask.
type question struct {
	cmd      string
	property *msg.Object
}

func (t *ticker) OnInit(ctx context.Context, env engine.Env) (err error) {
	if t.every, err = property.Interval(ctx, env, "every", time.Second); err != nil {
		return err
	}
	if t.patience, err = property.Interval(ctx, env, "patience", 5*time.Second); err != nil {
		return err
	}
	t.questions, err = questions(ctx, env)
	return err
}

func (t *ticker) OnStart(ctx context.Context, env engine.Env) error {
	t.task = env.Go(ctx, "tick", func(ctx context.Context) error {
		ctx, t.cancel = context.WithCancel(ctx)
		return t.run(ctx, env)
	})
	return nil
}

func (t *ticker) OnStop(ctx context.Context, _ engine.Env) error {
	if t.task == nil {
		return nil // stopped before OnStart
	}
	t.cancel() // the task has begun: it was in the queue of the loop before on_stop
	return t.task.Wait(ctx)
}

// run ticks until ctx is cancelled, which ends Sleep.
func (t *ticker) run(ctx context.Context, env engine.Env) error {
	begin := time.Now()
	for n := 0; ; n++ {
		due := begin.Add(time.Duration(n) * t.every)
		if env.Sleep(ctx, time.Until(due)) != nil {
			return nil
		}
		n += int(time.Since(due) / t.every) // after a pause, such as ctrl+z, what was missed is left out
		t.tick(ctx, env, n)
		if len(t.questions) > 0 {
			q := t.questions[n%len(t.questions)]
			env.Go(ctx, "ask "+q.cmd, func(ctx context.Context) error { return t.ask(ctx, env, q) })
		}
	}
}

func (t *ticker) tick(ctx context.Context, env engine.Env, n int) {
	tick := msg.NewData("tick", nil)
	tick.Set("count", n)
	if err := env.Send(ctx, tick); err != nil {
		env.Log().DebugContext(ctx, "tick not sent", "error", err)
	}
}

// ask sends one question and waits for its answer, but not for ever.
func (t *ticker) ask(ctx context.Context, env engine.Env, q question) error {
	ctx, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	cmd := msg.NewCmd(q.cmd)
	cmd.Properties().Merge(q.property)
	res, err := env.SendCmd(ctx, cmd)
	switch {
	case errors.Is(err, engine.ErrStopped):
	case err != nil:
		env.Log().WarnContext(ctx, "no answer", "cmd", q.cmd, "error", err)
	default:
		env.Log().InfoContext(ctx, "answer", "cmd", q.cmd, "status", res.Status().String(), "result", res.Properties())
	}
	return nil
}

// questions reads the property ask: [{cmd = "hello", property = {name = "Ada"}}, ...].
func questions(ctx context.Context, env engine.Env) ([]question, error) {
	v, err := env.Property(ctx, "ask")
	switch {
	case errors.Is(err, msg.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case v.Type() != msg.ArrayType:
		return nil, fmt.Errorf(`property ask: %v is not a list; write it like [{ cmd = "hello" }]`, v)
	}
	var out []question
	for i, item := range v.Items() {
		q, err := parseQuestion(item)
		if err != nil {
			return nil, fmt.Errorf("property ask[%d]: %w", i, err)
		}
		out = append(out, q)
	}
	return out, nil
}

func parseQuestion(v msg.Value) (question, error) {
	o := v.Object()
	if o == nil {
		return question{}, fmt.Errorf(`%v is not a question; write it like { cmd = "hello", property = { name = "Ada" } }`, v)
	}
	cmd, _ := o.Lookup("cmd")
	name, err := cmd.Str()
	if err != nil || name == "" {
		return question{}, errors.New(`a question needs a cmd, such as cmd = "hello"`)
	}
	p, _ := o.Lookup("property")
	if p.Object() == nil {
		return question{cmd: name, property: &msg.Object{}}, nil
	}
	return question{cmd: name, property: p.Object()}, nil
}
