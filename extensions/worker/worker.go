// Package worker puts what arrives into a queue and works on it one by one, in a task of its own.
//
// What it teaches: the queue, its consumer, and their clean end. Handlers only put and return, so the extension stays ready; a
// command is answered later, by the task, which is allowed (events call such a command kept). At stop a sentinel goes into the
// queue behind all that is waiting, and OnStop waits until the task has come to it: nothing that was accepted is lost. It is the
// second sample of the TEN page about async extensions, in Go:
//
//	async def on_start(self, ten_env):
//	    self.loop.create_task(self._consume())
//
//	async def on_stop(self, ten_env):
//	    await self.queue.put(None)
package worker

import (
	"context"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/extensions/property"
)

// Addon makes workers.
func Addon() engine.Addon {
	return engine.Addon{
		Name: "worker",
		Doc:  "queues what arrives and works on it in a task, with a clean end",
		New:  func(string) engine.Extension { return &worker{} },
	}
}

// room is how many messages may wait. When it is full, the handlers wait in Put, and what arrives waits in the mailbox.
const room = 100

type worker struct {
	engine.DefaultExtension
	work  time.Duration              // what one message costs
	queue *engine.Queue[msg.Message] // nil is the sentinel: no more will come
	task  *engine.Task
	done  int64
}

// OnInit makes the queue, because messages may arrive as soon as it returned, before OnStart.
func (w *worker) OnInit(ctx context.Context, env engine.Env) (err error) {
	w.queue = engine.NewQueue[msg.Message](env, room)
	w.work, err = property.Duration(ctx, env, "work", 20*time.Millisecond)
	return err
}

func (w *worker) OnStart(ctx context.Context, env engine.Env) error {
	w.task = env.Go(ctx, "consume", func(ctx context.Context) error { return w.consume(ctx, env) })
	return nil
}

func (w *worker) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) { w.put(ctx, env, cmd) }

func (w *worker) OnData(ctx context.Context, env engine.Env, data *msg.Data) { w.put(ctx, env, data) }

func (w *worker) put(ctx context.Context, env engine.Env, m msg.Message) {
	if err := w.queue.Put(ctx, m); err != nil {
		env.Log().WarnContext(ctx, "not queued", "message", m.Name(), "error", err)
	}
}

// OnStop lets the task finish what waits. Without a task, because the extension was stopped before OnStart, there is nothing
// to wait for.
func (w *worker) OnStop(ctx context.Context, env engine.Env) error {
	if w.task == nil {
		return nil
	}
	if err := w.queue.Put(ctx, nil); err != nil {
		return err
	}
	return w.task.Wait(ctx)
}

func (w *worker) consume(ctx context.Context, env engine.Env) error {
	for {
		m, err := w.queue.Get(ctx)
		if err != nil {
			return err
		}
		if m == nil {
			env.Log().InfoContext(ctx, "consumer ends", "done", w.done)
			return nil
		}
		if err := w.handle(ctx, env, m); err != nil {
			return err
		}
	}
}

func (w *worker) handle(ctx context.Context, env engine.Env, m msg.Message) error {
	if err := env.Sleep(ctx, w.work); err != nil {
		return err
	}
	w.done++
	cmd, ok := m.(*msg.Cmd)
	if !ok {
		env.Log().DebugContext(ctx, "worked", "message", m.Name(), "done", w.done)
		return nil
	}
	res := msg.NewResult(msg.OK, cmd)
	res.Set("done", w.done)
	if err := env.ReturnResult(ctx, res); err != nil {
		env.Log().WarnContext(ctx, "not answered", "cmd", cmd.Name(), "error", err) // one bad answer is no reason to end the task
	}
	return nil
}
