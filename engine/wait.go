package engine

import (
	"context"
)

// waiter is one wait that somebody else ends. wake may be called before wait, and more than once.
type waiter interface {
	wake()
	wait() error
}

// suspend begins a wait for whoever ctx belongs to: an activation of env's loop gives the baton on, anybody else blocks.
func suspend(ctx context.Context, env Env) (waiter, error) {
	if e, ok := env.(*goEnv); ok {
		return e.suspend(ctx)
	}
	return &blockingWait{ctx: ctx, woken: make(chan struct{}, 1)}, nil
}

func (e *goEnv) suspend(ctx context.Context) (waiter, error) {
	a, err := e.caller(ctx, 0)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return &blockingWait{ctx: ctx, env: e, woken: make(chan struct{}, 1)}, nil
	}
	gen, err := e.expect(a)
	if err != nil {
		return nil, ErrStopped
	}
	return &loopWait{ctx: ctx, a: a, gen: gen}, nil
}

// loopWait is a wait of an activation.
type loopWait struct {
	ctx context.Context
	a   *activation
	gen uint32
}

func (w *loopWait) wake() { w.a.wake(w.gen, nil) }

func (w *loopWait) wait() error {
	if w.ctx != w.a {
		stop := context.AfterFunc(w.ctx, func() { w.a.wake(w.gen, w.ctx.Err()) })
		defer stop()
	}
	_, err := w.a.park()
	return err
}

// blockingWait is a wait of a foreign goroutine.
type blockingWait struct {
	ctx   context.Context
	env   *goEnv
	woken chan struct{}
}

func (w *blockingWait) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}

func (w *blockingWait) wait() error {
	var over <-chan struct{}
	if w.env != nil {
		over = w.env.l.ctx.Done()
	}
	select {
	case <-w.woken:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	case <-over:
		return ErrStopped
	}
}

// Recv receives from ch while others run. ok is false when ch is closed.
func Recv[T any](ctx context.Context, env Env, ch <-chan T) (v T, ok bool, err error) {
	select {
	case v, ok = <-ch:
		return v, ok, nil
	default:
	}
	err = env.Await(ctx, func(ctx context.Context) error {
		select {
		case v, ok = <-ch:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return v, ok, err
}
