package engine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"tenbench/engine/trace"
)

// Task is a function that runs on an extension's loop beside its callbacks.
type Task struct {
	env    *goEnv
	name   string
	done   chan struct{}
	failed func(error)
	up     uint64      // the message whose handler started it
	by     *activation // what started it, nil if nothing of the loop did
	nth    uint32      // which of its callbacks that was
	waited atomic.Bool // somebody waits for it, or has
	pc     uintptr     // where its function begins

	mu      sync.Mutex
	err     error
	over    bool
	waiters []waiter
}

// Done is closed when the task has ended.
func (t *Task) Done() <-chan struct{} {
	t.waited.Store(true)
	return t.done
}

// Wait waits until the task has ended and returns its error, or ctx's.
func (t *Task) Wait(ctx context.Context) error {
	t.waited.Store(true)
	t.mu.Lock()
	if t.over {
		defer t.mu.Unlock()
		return t.err
	}
	w, err := suspend(ctx, t.envOrNil())
	if err != nil {
		t.mu.Unlock()
		return err
	}
	t.waiters = append(t.waiters, w)
	t.mu.Unlock()
	if err := w.wait(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

func (t *Task) envOrNil() Env {
	if t.env == nil {
		return nil
	}
	return t.env
}

// finish ends the task. A panic has failed the extension already.
func (t *Task) finish(err error, ok bool) {
	if !ok {
		err = ErrStopped
	}
	t.mu.Lock()
	t.err, t.over = err, true
	waiters := t.waiters
	t.waiters = nil
	t.mu.Unlock()
	close(t.done)
	for _, w := range waiters {
		w.wake()
	}
	if err != nil && !t.waited.Load() {
		t.unseen()
	}
	if t.failed != nil && err != nil {
		t.failed(err)
	}
}

// unseen tells the error of a task that nobody waits for: when what started it has ended, as that may still wait. Being stopped is none.
func (t *Task) unseen() {
	if t.env == nil || t.name == "" || errors.Is(t.err, ErrStopped) || errors.Is(t.err, ErrClosed) || errors.Is(t.err, context.Canceled) {
		return
	}
	n := t.env.n
	n.mu.Lock()
	defer n.mu.Unlock()
	if t.by != nil && t.by.live && t.by.nth == t.nth {
		t.by.unseen = append(t.by.unseen, t)
		return
	}
	t.complain()
}

// complain tells the error; the lock is held.
func (t *Task) complain() {
	t.env.n.lint(trace.Event{Rule: ruleTaskException, Level: trace.Warn, ID: t.up, PC: t.pc,
		Detail: fmt.Sprintf("task %s ended with an error that nobody waits for, %v: wait for the task, or deal with the error in it", t.name, t.err)})
}

// NewTask returns a task that runs fn on a goroutine of its own: what an Env without a loop, such as a fake one, hands out.
func NewTask(ctx context.Context, fn func(ctx context.Context) error) *Task {
	t := &Task{done: make(chan struct{})}
	go func() { t.finish(fn(ctx), true) }()
	return t
}

func funcPC(fn any) uintptr { return reflect.ValueOf(fn).Pointer() }
