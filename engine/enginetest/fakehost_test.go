package enginetest_test

import (
	"sync"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// fakeHost is a second Host beside the Go loop: it runs no code at all, answers every command with OK and keeps its
// properties itself. It shows that the core needs to know no host.
type fakeHost struct {
	n     *engine.Node
	calls chan func() // what the host does, one after the other

	mu     sync.Mutex
	closed bool
}

func newFakeHost(n *engine.Node) (engine.Host, error) {
	h := &fakeHost{n: n, calls: make(chan func(), 1<<16)} // never full: a host must not wait
	go func() {
		for call := range h.calls {
			call()
		}
	}()
	return h, nil
}

// do queues a call, unless the node has ended.
func (h *fakeHost) do(call func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.calls <- call
	}
}

func (h *fakeHost) Stage(s trace.State) { h.do(func() { h.n.StageDone(s, nil) }) }

func (h *fakeHost) Configure(layer msg.Value) (*msg.Object, []string, error) {
	if layer.Object() == nil {
		return &msg.Object{}, nil, nil
	}
	o := layer.Object().Share()
	return &o, nil, nil
}

func (h *fakeHost) Change(msg.Value, []string) bool { return false }

func (h *fakeHost) Wake() { h.do(h.drain) }

func (h *fakeHost) drain() {
	for {
		d, ok := h.n.Next()
		if !ok {
			return
		}
		h.n.Begun(&d, h.n.Now(), 0)
		if cmd, ok := d.Message.(*msg.Cmd); ok {
			d.Answer(msg.NewResult(msg.OK, cmd))
		}
		h.n.Ended(&d, h.n.Now())
	}
}

func (h *fakeHost) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.calls)
	}
}

func (h *fakeHost) Work() []engine.Work { return nil }

func (h *fakeHost) Interrupt() {}
