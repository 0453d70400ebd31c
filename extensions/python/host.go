package python

import (
	"encoding/json"
	"errors"
	"fmt"
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
	failure     string // why there is no instance, or none any more
	stack       string
	lived       bool // a stage was asked for
	closed      bool
	left        bool // gone is closed
	stage       trace.State
	since       int64
	interrupted bool
	resolved    *msg.Object
	secrets     []string

	flights     map[uint64]*flight
	unread      []*flight // in order; those that have begun since are skipped
	unreadCount int
	unreadBytes int64
	full        bool // the credit is used up
	blocked     *wire.BlockedBody
}

// flight is a delivery that the process has.
type flight struct {
	d        engine.Delivery
	at       int64
	begun    bool
	ended    bool
	answered bool
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
	h.stage, h.since, h.interrupted = st, h.n.Now(), false
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

// QuietWithin waits until the process says that nothing of the instance is left.
func (h *host) QuietWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-h.gone:
		return true
	case <-timer.C:
		return false
	}
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

// take does what a frame about the node says.
func (h *host) take(f wire.Frame) error {
	switch f.Type {
	case wire.Begun, wire.Ended, wire.Freed:
		m, err := wire.DecodeMark(f)
		if err == nil {
			h.mark(f.Type, &m)
		}
		return err
	case wire.Return:
		r, err := wire.DecodeReturn(f)
		if err == nil {
			h.answer(f, &r)
		}
		return err
	case wire.Created:
		return with(f, h.takeCreated)
	case wire.StageDone:
		return with(f, h.stageDone)
	case wire.Closed:
		h.leave()
	case wire.Fail:
		return with(f, h.fail)
	case wire.Lint:
		return with(f, h.lint)
	case wire.Property:
		return with(f, h.property)
	case wire.Blocked:
		return with(f, h.takeBlocked)
	}
	return nil
}

// with reads a JSON frame for fn.
func with[T any](f wire.Frame, fn func(*T)) error {
	var body T
	if err := wire.DecodeJSON(f, &body); err != nil {
		return err
	}
	fn(&body)
	return nil
}

func (h *host) flight(id uint64) *flight {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.flights[id]
}

// mark takes BEGUN, ENDED and FREED.
func (h *host) mark(t wire.Type, m *wire.MarkFrame) {
	f := h.flight(m.ID)
	if f == nil {
		return
	}
	at := h.s.time(m.Time)
	switch t {
	case wire.Begun:
		f.at = at
		h.settle(f, false)
		f.d.Source, f.d.Message = h.s.text(m.Source), nil // the process has the message
		h.n.Begun(&f.d, at, 0)
	case wire.Ended:
		h.n.Ended(&f.d, at)
		h.mu.Lock()
		f.ended = true
		if f.answered || f.d.Kind() != msg.KindCmd {
			delete(h.flights, m.ID)
		}
		h.mu.Unlock()
	case wire.Freed:
		h.mu.Lock()
		delete(h.flights, m.ID)
		h.mu.Unlock()
		h.n.Freed(&f.d)
	}
}

// answer takes RETURN.
func (h *host) answer(f wire.Frame, r *wire.ReturnFrame) {
	source := h.s.text(r.Source)
	if fl := h.flight(r.ID); fl != nil && fl.d.Kind() == msg.KindCmd {
		res := msg.NewResult(r.Status, &msg.Cmd{})
		res.SetFinal(r.Final)
		*res.Properties() = r.Properties.Share()
		fl.d.Return(res, source)
		if r.Final {
			h.mu.Lock()
			fl.answered = true
			if fl.ended {
				delete(h.flights, r.ID)
			}
			h.mu.Unlock()
		}
	} else {
		h.n.Lint(trace.Event{Rule: ruleAnsweredTwice, Level: trace.Warn, ID: r.ID, Source: source,
			Detail: fmt.Sprintf("%s returned a result for #%d, which had been answered already.", h.n.Name(), r.ID)})
	}
	h.s.sent(f, r.Token, nil)
}

var (
	ruleAnsweredTwice = trace.Intern("answered-twice")
	ruleBlocked       = trace.Intern("loop-blocked")
	ruleFlood         = trace.Intern("output-flood")
)

// send sends a message for the extension.
func (h *host) send(f wire.Frame, m *wire.SendFrame) {
	o := engine.SendOptions{Each: f.Flags&wire.FlagEach != 0, Relay: f.Flags&wire.FlagRelay != 0, Source: h.s.text(m.Source)}
	up := m.Parent
	if o.Relay {
		up = m.Relay
	}
	if fl := h.flight(up); fl != nil {
		o.For = &fl.d
	}
	if token := m.Token; token != 0 && !o.Relay && m.Message.Kind() == msg.KindCmd {
		o.Results = func(res *msg.CmdResult) { h.s.result(0, h.num, token, res) }
	}
	_, err := h.n.Send(m.Message, o)
	h.s.sent(f, m.Token, err)
}

func (h *host) takeCreated(b *wire.CreatedBody) {
	b.Error = h.s.explain(b.Error)
	h.mu.Lock()
	first := !h.created
	h.created = true
	if b.Error != "" && h.failure == "" {
		h.failure, h.stack = b.Error, b.Stack
	}
	late := h.closed && b.Error == ""
	h.mu.Unlock()
	if first {
		close(h.made)
	}
	if late {
		h.bare(wire.Close)
	}
	h.n.Made()
}

func (h *host) stageDone(b *wire.StageDoneBody) {
	st, _ := trace.ParseState(b.Stage)
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return
	}
	interrupted := h.interrupted
	if h.stage == st {
		h.stage = trace.StateNone
	}
	if st == trace.Configure {
		resolved := object(b.Property)
		h.resolved, h.secrets = &resolved, b.Secrets
	}
	h.mu.Unlock()
	switch {
	case b.Error == "":
		h.n.StageDone(st, nil)
	case interrupted:
		h.n.StageDone(st, engine.ErrStopped)
	case st == trace.Stop || st == trace.Deinit:
		h.n.Log(trace.Error, fmt.Sprintf("on_%s: %s", st, b.Error), 0, 0, "", stackJSON(b.Stack))
		h.n.StageDone(st, nil)
	default:
		h.n.Fail(fmt.Sprintf("on_%s: %s", st, h.s.explain(b.Error)), b.Stack)
	}
}

func stackJSON(stack string) []byte {
	if stack == "" {
		return nil
	}
	var o msg.Object
	o.Put("stack", msg.String(stack))
	return o.AppendJSON(nil)
}

// fail takes FAIL. What an instance does that was closed does not concern the node, which may have another by now.
func (h *host) fail(b *wire.FailBody) {
	h.mu.Lock()
	closed := h.closed
	h.mu.Unlock()
	if !closed {
		h.n.Fail(h.s.explain(b.Reason), b.Stack)
	}
}

func (h *host) lint(b *wire.LintBody) {
	if b.Rule == ruleLateReply && h.stops() { // the stop answered it, after it had cancelled who waited
		return
	}
	e := trace.Event{Rule: trace.Intern(b.Rule), Level: level(b.Level), Detail: b.Text, ID: b.ID}
	if b.Source != "" {
		e.Source = trace.Intern(b.Source)
	}
	more := object(b.Property)
	if b.End {
		more.Put("ended", msg.Bool(true))
	}
	if more.Len() > 0 {
		e.Property = more.AppendJSON(nil)
	}
	h.n.Lint(e)
}

const ruleLateReply = "late-reply"

// stops reports whether the stop was asked for.
func (h *host) stops() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stage == trace.Stop || h.stage == trace.Deinit
}

func (h *host) property(b *wire.PropertyBody) {
	v, err := msg.ParseJSON(b.Value)
	if err == nil {
		h.n.PropertyWritten(b.Path, v)
	}
}

// takeBlocked reports a loop that does not come back.
func (h *host) takeBlocked(b *wire.BlockedBody) {
	h.mu.Lock()
	before := h.blocked
	h.blocked = b
	if b.End {
		h.blocked = nil
	}
	h.mu.Unlock()
	took := time.Duration(h.n.Now() - h.s.time(b.Since)).Round(time.Millisecond)
	if b.End {
		h.n.Lint(trace.Event{Rule: ruleBlocked, Level: trace.Info, ID: b.ID, StageNS: took.Nanoseconds(), Property: []byte(`{"ended":true}`),
			Detail: fmt.Sprintf("the loop of %s is free again, after %s", h.n.Name(), took)})
		return
	}
	if before != nil && before.ID == b.ID && before.Since == b.Since {
		return
	}
	work, _ := json.Marshal(map[string]any{"work": []map[string]any{{"what": b.What, "since_ms": took.Milliseconds(), "stack": b.Stack}}, "others": h.s.names(b.Others)})
	h.n.Lint(trace.Event{Rule: ruleBlocked, Level: trace.Warn, ID: b.ID, Property: work,
		Detail: fmt.Sprintf("%s of %s has held the loop for %s without waiting.", b.What, h.n.Name(), took)})
}
