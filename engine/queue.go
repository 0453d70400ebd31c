package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrQueueClosed is returned by a Queue that was closed: by Put at once, by Get when nothing is left in it.
var ErrQueueClosed = errors.New("the queue is closed")

// Queue is an awaitable queue, like asyncio's: Get and Put let others run while they wait. Make it in OnInit, one per instance.
type Queue[T any] struct {
	env  Env
	size int

	mu      sync.Mutex
	items   []T
	closed  bool
	getters []waiter
	putters []waiter
}

// NewQueue returns a queue of at most size items; 0 means no bound.
func NewQueue[T any](env Env, size int) *Queue[T] { return &Queue[T]{env: env, size: size} }

// Len is the number of items waiting.
func (q *Queue[T]) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items)
}

// Put adds v at the end; it waits while the queue is full. The error is ErrQueueClosed, ErrStopped or ctx's.
func (q *Queue[T]) Put(ctx context.Context, v T) error {
	for {
		q.mu.Lock()
		switch {
		case q.closed:
			q.mu.Unlock()
			return ErrQueueClosed
		case q.size <= 0 || len(q.items) < q.size:
			q.add(v)
			return nil
		}
		if err := q.waitIn(ctx, &q.putters); err != nil {
			return err
		}
	}
}

// Get takes the first item; it waits while the queue is empty. The error is ErrQueueClosed, ErrStopped or ctx's.
func (q *Queue[T]) Get(ctx context.Context) (v T, err error) {
	for {
		q.mu.Lock()
		switch {
		case len(q.items) > 0:
			v = q.items[0]
			q.items[0] = *new(T)
			q.items = q.items[1:]
			q.wakeOne(&q.putters)
			return v, nil
		case q.closed:
			q.mu.Unlock()
			return v, ErrQueueClosed
		}
		if err := q.waitIn(ctx, &q.getters); err != nil {
			return v, err
		}
	}
}

// Close lets getters take what is left and then fail; putters fail at once.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	q.closed = true
	all := append(q.getters, q.putters...)
	q.getters, q.putters = nil, nil
	q.mu.Unlock()
	for _, w := range all {
		w.wake()
	}
}

// force adds v whatever the size, without waiting.
func (q *Queue[T]) force(v T) {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.add(v)
}

// add appends and releases the lock.
func (q *Queue[T]) add(v T) {
	q.items = append(q.items, v)
	q.wakeOne(&q.getters)
}

// wakeOne wakes the longest waiting one and releases the lock.
func (q *Queue[T]) wakeOne(list *[]waiter) {
	var w waiter
	if len(*list) > 0 {
		w = (*list)[0]
		*list = (*list)[1:]
	}
	q.mu.Unlock()
	if w != nil {
		w.wake()
	}
}

// waitIn waits to be woken from list; it releases the lock. One that gave up passes its wake on.
func (q *Queue[T]) waitIn(ctx context.Context, list *[]waiter) error {
	w, err := suspend(ctx, q.env)
	if err != nil {
		q.mu.Unlock()
		return err
	}
	*list = append(*list, w)
	q.mu.Unlock()
	if err = w.wait(); err == nil {
		return nil
	}
	q.mu.Lock()
	if i := slices.Index(*list, w); i >= 0 {
		*list = slices.Delete(*list, i, i+1)
		q.mu.Unlock()
	} else {
		q.wakeOne(list)
	}
	return err
}
