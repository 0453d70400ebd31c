package enginetest

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// What the extension calls: FakeEnv as an engine.Env.

// Name implements engine.Env.
func (f *FakeEnv) Name() string { return f.name }

// Log implements engine.Env.
func (f *FakeEnv) Log() *slog.Logger { return f.log }

// send notes a command and returns its results.
func (f *FakeEnv) send(cmd *msg.Cmd) ([]*msg.CmdResult, error) {
	if cmd.Consumed() {
		return nil, msg.ErrConsumed
	}
	f.mu.Lock()
	answer := f.answers[cmd.Name()]
	f.mu.Unlock()
	if answer == nil {
		return nil, engine.ErrNotConnected
	}
	taken := msg.Take(cmd).(*msg.Cmd)
	f.note(func() { f.sent = append(f.sent, taken) })
	results := answer(taken)
	if n := len(results); n > 0 {
		results[n-1].SetCompleted(true)
	}
	return results, nil
}

// SendCmd implements engine.Env.
func (f *FakeEnv) SendCmd(ctx context.Context, cmd *msg.Cmd) (*msg.CmdResult, error) {
	results, err := f.send(cmd)
	switch {
	case err != nil:
		return nil, err
	case len(results) == 0:
		return nil, f.never(ctx)
	}
	return results[len(results)-1], nil
}

// never waits for what does not come.
func (f *FakeEnv) never(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-f.ctx.Done():
		return engine.ErrStopped
	}
}

// SendCmdEx implements engine.Env.
func (f *FakeEnv) SendCmdEx(ctx context.Context, cmd *msg.Cmd) iter.Seq2[*msg.CmdResult, error] {
	return func(yield func(*msg.CmdResult, error) bool) {
		results, err := f.send(cmd)
		if err == nil && len(results) == 0 {
			err = f.never(ctx)
		}
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// Relay implements engine.Env: the command is noted as sent.
func (f *FakeEnv) Relay(_ context.Context, cmd *msg.Cmd) error {
	_, err := f.send(cmd)
	return err
}

// Send implements engine.Env.
func (f *FakeEnv) Send(_ context.Context, m msg.Message) error {
	if m.Consumed() {
		return msg.ErrConsumed
	}
	taken := msg.Take(m)
	f.note(func() { f.sent = append(f.sent, taken) })
	return nil
}

// ReturnResult implements engine.Env.
func (f *FakeEnv) ReturnResult(_ context.Context, res *msg.CmdResult) error {
	if res.Consumed() {
		return msg.ErrConsumed
	}
	taken := msg.Take(res).(*msg.CmdResult)
	f.note(func() { f.results = append(f.results, taken) })
	return nil
}

// Go implements engine.Env. The task runs on a goroutine of its own.
func (f *FakeEnv) Go(_ context.Context, _ string, fn func(ctx context.Context) error) *engine.Task {
	task := engine.NewTask(f.ctx, fn)
	f.note(func() { f.tasks = append(f.tasks, task) })
	return task
}

// Await implements engine.Env.
func (f *FakeEnv) Await(ctx context.Context, fn func(ctx context.Context) error) error {
	return fn(ctx)
}

// Sleep implements engine.Env.
func (f *FakeEnv) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-f.ctx.Done():
		return engine.ErrStopped
	}
}

// InitProperty implements engine.Env: what the test gave lies over what the extension brings.
func (f *FakeEnv) InitProperty(_ context.Context, json []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.configuring {
		return &engine.Error{Code: engine.CodeGeneric, Msg: "Invalid timing to init property."}
	}
	v, err := msg.ParseJSON(json)
	if err != nil || v.Object() == nil {
		return &engine.Error{Code: engine.CodeInvalidJSON, Msg: "init property: want a JSON object"}
	}
	f.property = v.Object().Share()
	f.property.Merge(&f.layer)
	return nil
}

// Property implements engine.Env.
func (f *FakeEnv) Property(_ context.Context, path string) (msg.Value, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.property.Get(path)
}

// SetProperty implements engine.Env.
func (f *FakeEnv) SetProperty(_ context.Context, path string, v any) error {
	val, err := msg.Of(v)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.property.Set(path, val)
}
