// Package standin is what stands in a graph for an addon that cannot run here: written in another language, or missing.
//
// A stand-in goes through its lifecycle at once, shows what it receives, and answers every command, with an ERROR that says what it
// is or as [stand_in] in config.toml has it. It sends nothing by itself.
package standin

import (
	"sync"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Rule is the rule of the problem that a stand-in is.
const Rule = "addon-not-found"

// Reply is how a stand-in answers commands.
type Reply struct {
	After    time.Duration
	Status   msg.Status
	Property msg.Value // an object, or the zero Value
}

// Addon stands in for the addon of that name. why says in a sentence why it is not there itself; wanted is true if the config asks
// for the stand-in, which makes it no cause for worry.
func Addon(name, why string, wanted bool, reply Reply) engine.Addon {
	problem := trace.Event{Rule: trace.Intern(Rule), Level: trace.Warn, Name: trace.Intern(name), Detail: why}
	if wanted {
		problem.Level = trace.Info
	}
	make := func(n *engine.Node) (engine.Host, error) {
		return &host{n: n, problem: problem, reply: reply, waiting: map[*time.Timer]bool{}, quiet: make(chan struct{})}, nil
	}
	return engine.Addon{Name: name, Doc: "a stand-in: " + why, Host: make}
}

// host runs no code of anybody's.
type host struct {
	n       *engine.Node
	problem trace.Event
	reply   Reply

	handling sync.Mutex // one message at a time, in their order

	mu      sync.Mutex
	closed  bool
	waiting map[*time.Timer]bool // answers that are not due
	running int                  // goroutines that handle and answer
	quiet   chan struct{}        // closed when the host is, and none of them runs any more
}

// Stage ends every stage at once, but not before the core has let go of the node.
func (h *host) Stage(s trace.State) {
	if s == trace.Configure {
		h.n.Lint(h.problem)
	}
	go h.n.StageDone(s, nil)
}

func (h *host) Configure(layer msg.Value) (*msg.Object, []string, error) {
	if layer.Object() == nil {
		return new(msg.Object), nil, nil
	}
	o := layer.Object().Share()
	return &o, nil, nil
}

// Change is a restart, as for all that does not say how it takes one.
func (h *host) Change(msg.Value, []string) bool { return false }

func (h *host) Wake() {
	if h.enter() {
		go h.handle()
	}
}

// enter notes that a goroutine begins to handle or to answer; false says that the host is closed.
func (h *host) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.running++
	}
	return !h.closed
}

// due notes that an answer waits no more; its timer is in place once the lock is free.
func (h *host) due(t **time.Timer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.waiting, *t)
}

func (h *host) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running--
	h.checkQuiet()
}

// checkQuiet closes quiet when the host is closed and nothing runs; the lock is held. Nothing begins then.
func (h *host) checkQuiet() {
	if h.closed && h.running == 0 {
		close(h.quiet)
	}
}

func (h *host) handle() {
	defer h.leave()
	h.handling.Lock()
	defer h.handling.Unlock()
	for d, ok := h.n.Next(); ok; d, ok = h.n.Next() {
		h.n.Begun(&d, h.n.Now(), 0)
		if d.Kind() != msg.KindCmd || h.reply.After <= 0 {
			h.end(&d)
		} else {
			h.endLater(&d)
		}
	}
}

// end ends the handling of d, and answers it if it is a command.
func (h *host) end(d *engine.Delivery) {
	if cmd, ok := d.Message.(*msg.Cmd); ok {
		res := msg.NewResult(h.reply.Status, cmd)
		if o := h.reply.Property.Object(); o != nil {
			*res.Properties() = o.Share()
		}
		d.Answer(res)
	}
	h.n.Ended(d, h.n.Now())
}

// endLater is end when the answer is due, unless the node has ended by then.
func (h *host) endLater(d *engine.Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var t *time.Timer
	t = time.AfterFunc(h.reply.After, func() {
		if h.enter() {
			h.due(&t)
			defer h.leave()
			h.end(d)
		}
	})
	h.waiting[t] = true
}

func (h *host) Interrupt() {}

// Close begins the end; an answer that is being given then is still given.
func (h *host) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for t := range h.waiting {
		t.Stop()
	}
	h.checkQuiet()
}

// Quiet is closed when nothing is handled or answered any more: what is answered is in the log before that is closed.
func (h *host) Quiet() <-chan struct{} { return h.quiet }

func (h *host) Work() []engine.Work { return nil }
