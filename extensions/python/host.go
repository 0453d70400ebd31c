package python

import (
	"errors"
	"sync"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// The credit of a node: what may be on its way to the process, or wait there, before its handlers begin.
const (
	creditMessages = 256
	creditBytes    = 4 << 20
)

// host runs one extension in the process of a session: an engine.Host, and a Lingerer and Collector.
type host struct {
	s     *Session
	n     *engine.Node
	num   uint32
	app   *app          // of a program; nil for a child
	made  chan struct{} // closed when CREATED came
	gone  chan struct{} // closed when nothing of the instance is left
	dirty bool          // the output's

	born int64

	mu          sync.Mutex
	created     bool
	stages      map[string]string // file:line of the lifecycle callbacks
	is          []byte            // of what kind it is, for the trace
	failure     string            // why there is no instance, or none any more
	stack       string
	lived       bool // a stage was asked for
	closed      bool
	left        bool // gone is closed
	stage       trace.State
	since       int64
	clock       stageClock
	interrupted bool
	resolved    *msg.Object
	secrets     []string

	flights     map[uint64]*flight
	landed      [keptLanded]*flight // the last ones, each in the place of its id: tasks that their handlers made may send yet
	unread      []*flight           // in order; those that have begun since are skipped
	unreadCount int
	unreadBytes int64
	full        bool // the credit is used up
	blocked     *wire.BlockedBody
	raised      map[string]bool  // tasks of lifecycle callbacks of which it is told that they raised, by name
	reads       map[string]int64 // of properties, as the process said last
	readsAt     int64            // when it was asked last
}

// flight is a delivery that the process has.
type flight struct {
	d        engine.Delivery
	at       int64
	begun    bool
	ended    bool
	answered bool
	raised   bool // a task that it has started raised, and that is told
}

// Create says what instance a process of role child makes for a node. What the node knows itself is taken from it.
type Create struct {
	Package       string // the folder that the addon lies in
	PropertyLevel string
}

// NewHost makes the host of a node in a process of role child. It does not wait: that the instance cannot be made comes as
// Node.Fail.
func (s *Session) NewHost(n *engine.Node, c Create) (engine.Host, error) {
	h := s.newHost(n, nil)
	if h == nil {
		return nil, errors.New(s.why())
	}
	h.create(wire.CreateBody{Package: c.Package, PropertyLevel: c.PropertyLevel})
	return h, nil
}

// makeHost makes the host of a node of a program's app. It waits until the instance exists.
func (s *Session) makeHost(n *engine.Node, a *app) (engine.Host, error) {
	h := s.newHost(n, a)
	if h == nil {
		return nil, errors.New(s.why())
	}
	h.create(wire.CreateBody{App: a.num})
	select {
	case <-h.made:
	case <-s.over:
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failure != "" {
		s.forget(h)
		return nil, errors.New(h.failure)
	}
	return h, nil
}

// newHost makes a host and gives it its number; nil if the session is over.
func (s *Session) newHost(n *engine.Node, a *app) *host {
	h := &host{s: s, n: n, app: a, born: n.Now(), made: make(chan struct{}), gone: make(chan struct{}), flights: map[uint64]*flight{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reason != "" {
		return nil
	}
	for s.lastNum++; s.lastNum == 0 || s.hosts[s.lastNum] != nil; s.lastNum++ {
	}
	h.num = s.lastNum
	s.hosts[h.num] = h
	return h
}

// forget gives h's number back.
func (s *Session) forget(h *host) {
	s.mu.Lock()
	if s.hosts[h.num] == h {
		delete(s.hosts, h.num)
	}
	idle := len(s.hosts) == 0 && h.app == nil && s.opt.Idle != nil
	s.mu.Unlock()
	if idle {
		s.opt.Idle()
	}
}

func (h *host) create(b wire.CreateBody) {
	b.Addon, b.Name, b.Group = h.n.Addon(), h.n.Name(), h.n.Group()
	b.Graph, b.GraphID = h.n.GraphName(), h.n.GraphID()
	h.json(wire.Create, b)
}

// json sends a JSON frame about the node.
func (h *host) json(t wire.Type, body any) {
	h.s.out.put(func(dst []byte) []byte { return wire.AppendJSON(dst, t, 0, h.num, body) })
}

func (h *host) bare(t wire.Type) {
	h.s.out.put(func(dst []byte) []byte { return wire.AppendFrame(dst, t, 0, h.num, nil) })
}

// Made reports whether the process has made the instance, or why it cannot.
func (h *host) Made() (over bool, failure, stack string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.created, h.failure, h.stack
}

// Stage asks for a lifecycle callback.
func (h *host) Stage(st trace.State) {
	h.mu.Lock()
	failure, stack := h.failure, h.stack
	h.lived = true
	h.stage, h.since, h.interrupted, h.clock = st, h.n.Now(), false, stageClock{}
	h.mu.Unlock()
	if failure != "" {
		h.n.Fail(failure, stack)
		return
	}
	body := wire.StageBody{Stage: st.String()}
	if st == trace.Configure {
		h.wired()
		body.Layer = propertyJSON(h.n.Property())
	}
	h.json(wire.Stage, body)
}

// Rewired tells a process that has begun with the node which commands the graph connects now.
func (h *host) Rewired() {
	h.mu.Lock()
	lived := h.lived
	h.mu.Unlock()
	if lived {
		h.wired()
	}
}

func (h *host) wired() {
	var body wire.WiredBody
	if names, all := h.n.Commands(); !all {
		body.Commands = append([]string{}, names...)
	}
	h.json(wire.Wired, body)
}

// Configure returns what the process made of the layer, which went with the stage.
func (h *host) Configure(msg.Value) (*msg.Object, []string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resolved == nil {
		return &msg.Object{}, h.secrets, nil
	}
	return h.resolved, h.secrets, nil
}

// Change always asks for a restart: TEN's extensions know no change of their properties while they run.
func (h *host) Change(msg.Value, []string) bool { return false }

// Wake lets the node's messages out.
func (h *host) Wake() { h.s.out.wake(h) }

// pump sends the node's messages, as many as the process may have.
func (h *host) pump() {
	for h.mayHaveMore() {
		d, ok := h.n.Next()
		if !ok {
			return
		}
		if !h.deliver(d) {
			h.n.Unread([]engine.Delivery{d})
			return
		}
	}
}

func (h *host) mayHaveMore() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.full = h.unreadCount >= creditMessages || h.unreadBytes >= creditBytes
	return !h.full && !h.closed
}

// deliver sends one message; false if the node was closed meanwhile.
func (h *host) deliver(d engine.Delivery) bool {
	f := &flight{d: d}
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return false
	}
	h.flights[d.ID] = f
	h.unread = append(h.unread, f)
	h.unreadCount++
	h.unreadBytes += d.Size()
	h.mu.Unlock()
	frame := wire.DeliverFrame{ID: d.ID, Message: d.Message}
	err := h.s.out.message(func(dst []byte) ([]byte, error) {
		dst, frame.From = h.s.place(dst, d.Message.Source())
		return wire.AppendDeliver(dst, h.num, &frame)
	}, d.Message.Buffer())
	if err != nil {
		h.settle(f, true)
		h.n.Refuse(&d, err.Error())
	}
	return true
}

// settle notes that f has begun, or, with gone, that it is the process's no more.
func (h *host) settle(f *flight, gone bool) {
	h.mu.Lock()
	h.begin(f)
	if gone {
		delete(h.flights, f.d.ID)
	}
	more := h.full
	h.mu.Unlock()
	if more {
		h.Wake()
	}
}

// begin gives f's credit back; the lock is held.
func (h *host) begin(f *flight) {
	if f.begun {
		return
	}
	f.begun = true
	h.unreadCount--
	h.unreadBytes -= f.d.Size()
	for len(h.unread) > 0 && h.unread[0].begun {
		h.unread[0] = nil
		h.unread = h.unread[1:]
	}
}

// obeyWithin is how long a process may take to end a callback that is interrupted. One that is frozen never does.
const obeyWithin = time.Second

// Interrupt ends the lifecycle callback that runs.
func (h *host) Interrupt() {
	h.mu.Lock()
	h.interrupted = true
	st := h.stage
	h.mu.Unlock()
	h.bare(wire.Interrupt)
	time.AfterFunc(obeyWithin, func() { // a timer of its own; the node may have ended long before
		h.mu.Lock()
		still := h.stage == st && st != trace.StateNone && !h.closed
		h.mu.Unlock()
		if still {
			h.n.StageDone(st, engine.ErrStopped)
		}
	})
}

// Close says that the node has ended. What no handler has begun goes back to the engine.
func (h *host) Close() {
	unread, first := h.shut()
	if !first {
		return
	}
	if h.s.why() != "" || !h.hasInstance() {
		h.leave()
	} else {
		h.bare(wire.Close)
	}
	h.n.Unread(unread)
}

// hasInstance reports whether the process has made an instance.
func (h *host) hasInstance() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.created && h.failure == ""
}

// shut closes the host for messages and returns those that have not begun; false if it was closed before.
func (h *host) shut() (unread []engine.Delivery, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false
	}
	h.closed = true
	for _, f := range h.unread {
		if !f.begun {
			unread = append(unread, f.d)
			delete(h.flights, f.d.ID) // should the process still begin it, it does so in vain
		}
	}
	h.unread = nil
	return unread, true
}

func (h *host) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// leave says that nothing of the instance is left.
func (h *host) leave() {
	h.mu.Lock()
	first := !h.left
	h.left = true
	h.mu.Unlock()
	if first {
		close(h.gone)
		h.s.forget(h)
	}
}

// Quiet is closed when the process says that nothing of the instance is left.
func (h *host) Quiet() <-chan struct{} { return h.gone }

// readsEvery is how often a process is asked what an extension has read, at most.
const readsEvery = int64(250 * time.Millisecond)

// Reads returns what the process said last of the properties that were read, and asks it again for a later look.
func (h *host) Reads() map[string]int64 {
	now := h.s.log.Now()
	h.mu.Lock()
	due := h.created && !h.left && (h.readsAt == 0 || now-h.readsAt >= readsEvery)
	if due {
		h.readsAt = now
	}
	reads := h.reads
	h.mu.Unlock()
	if due {
		h.json(wire.Reads, wire.ReadsBody{})
	}
	return reads
}

func (h *host) takeReads(b *wire.ReadsAreBody) {
	h.mu.Lock()
	h.reads = b.Reads
	h.mu.Unlock()
}

// StagePlace is where the process says that the callback is.
func (h *host) StagePlace(s trace.State) (pc uintptr, source trace.Sym) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if place := h.stages[s.String()]; place != "" {
		return 0, trace.Intern(place)
	}
	return 0, 0
}

// stageClock measures for how long the callback of a stage runs.
type stageClock struct {
	began     int64 // 0: not yet
	held      int64 // for how long something else has held its loop since
	heldSince int64 // since when something else does; 0: nothing
	ended     int64 // 0: not yet
}

// hold notes that something else than the callback holds the loop since a moment, or that it holds it no more; the host's lock is held.
func (c *stageClock) hold(since, now int64, end bool) {
	switch {
	case c.began == 0 || c.ended != 0:
	case !end:
		c.heldSince = max(since, c.began)
	case c.heldSince != 0:
		c.held, c.heldSince = c.held+now-c.heldSince, 0
	}
}

// end notes that the callback is over.
func (c *stageClock) end(now int64) {
	c.hold(0, now, true)
	if c.ended == 0 {
		c.ended = now
	}
}

// took is for how long the callback itself has run.
func (c *stageClock) took(now int64) int64 {
	if c.began == 0 {
		return 0
	}
	c.end(now)
	return max(c.ended-c.began-c.held, 0)
}

// StageTook is for how long the callback of the stage has run, without what else was done on its loop.
func (h *host) StageTook(s trace.State) int64 {
	now := h.n.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stages[s.String()] == "" {
		return 0
	}
	clock := h.clock // one that is held is held still
	return clock.took(now)
}

// Describe says of what kind the extension is.
func (h *host) Describe() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.is
}

// Collect asks the process which commands are lost.
func (h *host) Collect() { h.s.collect() }

// lost says that the process is gone, and why.
func (h *host) lost(reason string) {
	h.mu.Lock()
	if h.failure == "" {
		h.failure = reason
	}
	lived, closed, made := h.lived, h.closed, h.created
	h.created = true
	h.mu.Unlock()
	if !made {
		close(h.made)
	}
	switch {
	case closed:
	case lived:
		if h.s.Hello().Role != wire.Child { // of a child its group tells
			h.n.Process(trace.Error, reason)
		}
		h.n.Fail(reason, "")
	default:
		h.n.Made()
	}
	h.leave()
}

// stackAfter is how long something may run before the process is asked where it is.
const stackAfter = int64(300 * time.Millisecond)

// Work lists the lifecycle callback and the handlers that run, as far as the process has told.
func (h *host) Work() []engine.Work {
	now := h.n.Now()
	h.mu.Lock()
	var out []engine.Work
	switch {
	case h.closed:
	case !h.created:
		out = append(out, engine.Work{What: "import", Since: h.born})
	case h.stage != trace.StateNone:
		out = append(out, engine.Work{What: "on_" + h.stage.String(), Since: h.since, Key: uint64(h.stage)})
	}
	for id, f := range h.flights {
		if f.begun && !f.ended {
			out = append(out, engine.Work{ID: id, What: "on_" + f.d.Kind().String() + " " + f.d.Name(), Since: f.at, Key: id << 8})
		}
	}
	blocked := h.blocked
	h.mu.Unlock()
	old := false
	for i := range out {
		h.explain(&out[i], blocked)
		old = old || now-out[i].Since > stackAfter
	}
	if old {
		h.s.askStacks()
	}
	return out
}

// explain adds what the process has told of a piece of work.
func (h *host) explain(w *engine.Work, blocked *wire.BlockedBody) {
	if blocked != nil && blocked.ID == w.ID && (w.ID != 0 || blocked.What == w.What) {
		w.Blocking, w.Told = true, true
		w.Stack = func() string { return blocked.Stack }
		return
	}
	about, ok := h.s.stackOf(h.num, w.ID, w.What)
	if !ok {
		w.Stack = func() string { return "" }
		return
	}
	w.Await, w.Stack = about.Await, func() string { return about.Stack }
}
