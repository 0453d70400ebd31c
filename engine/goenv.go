package engine

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// goEnv is the Env of a Go extension.
type goEnv struct {
	l   *loop
	n   *Node
	log *slog.Logger

	names names

	mu    sync.Mutex
	stage trace.State
	base  *msg.Object // from InitProperty
	store msg.Object
}

func newGoEnv(l *loop) *goEnv {
	e := &goEnv{l: l, n: l.n}
	e.log = slog.New(&logHandler{n: l.n})
	return e
}

func (e *goEnv) enter(s trace.State) {
	e.mu.Lock()
	e.stage = s
	e.mu.Unlock()
}

func (e *goEnv) Name() string { return e.n.name }

func (e *goEnv) Log() *slog.Logger { return e.log }

// caller finds out who asks: the activation that ctx belongs to, or nil for a foreign caller. A goroutine that uses the ctx of
// another one is refused; about is the command that the call is about, 0 if it is about none.
func (e *goEnv) caller(ctx context.Context, about uint64) (*activation, error) {
	a, ok := ctx.(*activation)
	if !ok {
		a, _ = ctx.Value(activationKey{}).(*activation)
	}
	if a == nil {
		return nil, nil
	}
	if a.w.l != e.l || a.w.g != getg() {
		return nil, e.offLoop(a, about)
	}
	return a, nil
}

// offLoop reports a call with a ctx that is not the caller's. What it is about says more than what the ctx belongs to now: the handler
// that had it has ended, as a rule.
func (e *goEnv) offLoop(a *activation, about uint64) error {
	a.w.l.n.mu.Lock()
	state, what := "ended", ""
	switch {
	case a.waiting:
		state = "parked"
	case a.live:
		state = "running"
	}
	if a.live {
		what = a.name()
	}
	id := cmp.Or(about, a.d.ID)
	a.w.l.n.mu.Unlock()
	stack := string(debug.Stack())
	detail := fmt.Sprintf("A goroutine of %s's own used the ctx of a callback (%s, %s).", e.n.name, orElse(what, "ended"), state)
	if strings.Contains(stack, "(*worker).work(") { // it is a loop's
		detail = fmt.Sprintf("%s used the ctx of one callback (%s, %s) in another: use there the ctx that it got itself", e.n.name, orElse(what, "ended"), state)
	}
	var o msg.Object
	o.Put("stack", msg.String(stack))
	o.Put("handler_state", msg.String(state))
	o.Put("handler_stack", msg.String(stackOf(a.w.id)))
	var pc [1]uintptr
	runtime.Callers(4, pc[:])
	e.n.lint(trace.Event{Rule: ruleOffLoop, Level: trace.Error, ID: id, PC: pc[0], Property: o.AppendJSON(nil), Detail: detail})
	return ErrOffLoop
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// closed returns ErrClosed once the loop is over.
func (e *goEnv) closed() error {
	if e.l.over.Load() {
		return ErrClosed
	}
	return nil
}

// up is the command on whose behalf an activation acts.
func (a *activation) up() *path {
	if a == nil {
		return nil
	}
	return a.d.path
}

// nextHop is the hops of what a callback sends.
func (a *activation) nextHop() uint16 {
	if a == nil {
		return 0
	}
	return a.d.nextHop()
}

func (e *goEnv) SendCmd(ctx context.Context, cmd *msg.Cmd) (*msg.CmdResult, error) {
	pc := callerPC()
	a, err := e.caller(ctx, 0)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return e.sendForeign(ctx, cmd, pc)
	}
	gen, err := e.expect(a)
	if err != nil {
		return nil, err
	}
	s := sending{up: a.up(), hops: a.nextHop(), sink: a, gen: gen, pc: pc, room: &a.room, parks: true}
	if _, err := e.n.send(cmd, &s); err != nil {
		e.unexpect(a)
		return nil, err
	}
	if ctx != a { // a context of the author's own, which may end earlier
		stop := context.AfterFunc(ctx, func() { a.wake(gen, ctx.Err()) })
		defer stop()
	}
	at := a.parkFor(&s)
	if a.res != nil {
		e.n.emitReceived(a.from, a.res, at)
	}
	return a.res, a.err
}

// expect begins a wait, unless the loop is over.
func (e *goEnv) expect(a *activation) (uint32, error) {
	e.n.mu.Lock()
	defer e.n.mu.Unlock()
	if e.l.over.Load() {
		return 0, ErrClosed
	}
	return a.expect(), nil
}

func (e *goEnv) unexpect(a *activation) {
	e.n.mu.Lock()
	defer e.n.mu.Unlock()
	a.waiting = false
}

// result ends the wait of SendCmd with the completed result.
func (a *activation) result(p *path, res *msg.CmdResult, on *worker) {
	if !res.Completed() {
		return
	}
	if w := a.woken(p.gen, p, res, nil); w != nil && (on == nil || !on.postpone(w)) {
		w.grant()
	}
}

func (e *goEnv) sendForeign(ctx context.Context, cmd *msg.Cmd, pc uintptr) (*msg.CmdResult, error) {
	if err := e.closed(); err != nil {
		return nil, err
	}
	done := make(foreignSink, 1)
	_, err := e.n.send(cmd, &sending{pc: pc, sink: done})
	if err != nil {
		return nil, err
	}
	select {
	case got := <-done:
		e.n.emitReceived(got.p, got.res, 0)
		return got.res, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// received is a result and the path it came on.
type received struct {
	p   *path
	res *msg.CmdResult
}

// foreignSink takes the completed result for a goroutine that is not on the loop.
type foreignSink chan received

func (s foreignSink) result(p *path, res *msg.CmdResult, _ *worker) {
	if res.Completed() {
		s <- received{p, res}
	}
}

func (e *goEnv) SendCmdEx(ctx context.Context, cmd *msg.Cmd) iter.Seq2[*msg.CmdResult, error] {
	pc := callerPC()
	return func(yield func(*msg.CmdResult, error) bool) {
		s, err := e.openStream(ctx, cmd, pc)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			got, err := s.q.Get(ctx)
			if err == nil {
				e.n.emitReceived(got.p, got.res, 0)
			}
			if !yield(got.res, err) || err != nil || got.res.Completed() {
				s.q.Close()
				return
			}
		}
	}
}

// stream collects the results of one command. It grows with what the consumer has not read: results always pass.
type stream struct{ q *Queue[received] }

func (s stream) result(p *path, res *msg.CmdResult, _ *worker) { s.q.force(received{p, res}) }

func (e *goEnv) openStream(ctx context.Context, cmd *msg.Cmd, pc uintptr) (stream, error) {
	a, err := e.caller(ctx, 0)
	if err != nil {
		return stream{}, err
	}
	if err := e.closed(); err != nil {
		return stream{}, err
	}
	s := stream{NewQueue[received](e, 0)}
	_, err = e.n.send(cmd, &sending{up: a.up(), hops: a.nextHop(), sink: s, each: true, pc: pc})
	return s, err
}

func (e *goEnv) Relay(ctx context.Context, cmd *msg.Cmd) error {
	if _, err := e.caller(ctx, pathOf(cmd).number()); err != nil {
		return err
	}
	if err := e.closed(); err != nil {
		return err
	}
	p, _ := cmd.Tag().Path.(*path)
	if p == nil {
		return errorf(CodeInvalidArgument, "relay: %s was not received; send it with SendCmd", cmd.Name())
	}
	_, err := e.n.send(cmd, &sending{up: p, hops: oneMore(p.hops), sink: relay{p}, each: true, pc: callerPC()})
	if err == nil {
		e.n.relayed(p)
	}
	return err
}

func (e *goEnv) Send(ctx context.Context, m msg.Message) error {
	a, err := e.caller(ctx, 0)
	if err != nil {
		return err
	}
	if err := e.closed(); err != nil {
		return err
	}
	if m.Kind() == msg.KindCmd {
		return errorf(CodeInvalidArgument, "a command wants an answer; send %s with SendCmd", m.Name())
	}
	s := sending{up: a.up(), hops: a.nextHop(), pc: callerPC()}
	if a != nil {
		s.room = &a.room
	}
	_, err = e.n.send(m, &s)
	return err
}

// pathOf is the way of a received command; nil of any other.
func pathOf(cmd *msg.Cmd) *path {
	if cmd == nil {
		return nil
	}
	p, _ := cmd.Tag().Path.(*path)
	return p
}

// number is the command's id, 0 of none.
func (p *path) number() uint64 {
	if p == nil {
		return 0
	}
	return p.id
}

func (e *goEnv) ReturnResult(ctx context.Context, res *msg.CmdResult) error {
	p := pathOf(res.Cmd())
	a, err := e.caller(ctx, p.number())
	if err != nil {
		return err
	}
	if err := e.closed(); err != nil {
		return err
	}
	if res.Consumed() {
		return msg.ErrConsumed
	}
	if p == nil {
		return errorf(CodeInvalidArgument, "the result was made for no received command")
	}
	pc := callerPC()
	out := answer{res: msg.Take(res).(*msg.CmdResult), by: trace.ByHandler, pc: pc}
	if a != nil {
		out.room, out.on = &a.room, a.w
	}
	if final := out.res.Final(); !p.answer(out) {
		e.n.lintTooLate(p, final, pc, 0)
	}
	return nil
}

func (e *goEnv) Sleep(ctx context.Context, d time.Duration) error {
	w, err := e.suspend(ctx)
	if err != nil {
		return err
	}
	t := time.AfterFunc(d, w.wake)
	defer t.Stop()
	return w.wait()
}

func (e *goEnv) Await(ctx context.Context, fn func(ctx context.Context) error) error {
	a, err := e.caller(ctx, 0)
	if err != nil {
		return err
	}
	if a == nil {
		return fn(ctx)
	}
	w, err := e.suspend(ctx)
	if err != nil {
		return err
	}
	e.name(a, funcName(fn))
	defer e.name(a, "")
	done := make(chan error, 1)
	go func() {
		defer w.wake()
		done <- protect(fn, &foreignCtx{Context: ctx, id: a.d.ID})
	}()
	if err := w.wait(); err != nil {
		return err
	}
	return <-done
}

func (e *goEnv) name(a *activation, await string) {
	e.n.mu.Lock()
	a.await = await
	e.n.mu.Unlock()
}

// protect turns a panic of blocking work into an error of the callback that waits for it.
func protect(fn func(context.Context) error, ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in Await: %v\n%s", r, debug.Stack())
		}
	}()
	return fn(ctx)
}

// foreignCtx is the ctx of work off the loop: it ends with the callback's, but holds no place on the loop.
type foreignCtx struct {
	context.Context
	id uint64
}

func (c *foreignCtx) Value(key any) any {
	if key == (activationKey{}) {
		return nil
	}
	return c.Context.Value(key)
}

func funcName(fn any) string {
	name := runtime.FuncForPC(funcPC(fn)).Name()
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	return name
}

func (e *goEnv) Go(ctx context.Context, name string, fn func(ctx context.Context) error) *Task {
	t := &Task{env: e, name: name, pc: funcPC(fn), done: make(chan struct{})}
	a, err := e.caller(ctx, 0)
	if err != nil {
		t.finish(err, true)
		return t
	}
	j := &job{what: "task " + name, task: t, run: fn}
	if a != nil {
		t.by, t.nth = a, a.nth
		t.up, j.up = a.d.ID, Delivery{ID: a.d.ID, path: a.d.path, hops: a.d.hops}
	}
	if !e.l.schedule(j) {
		t.finish(ErrClosed, true)
	}
	return t
}

func (e *goEnv) InitProperty(ctx context.Context, json []byte) error {
	if _, err := e.caller(ctx, 0); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stage != trace.Configure {
		return errorf(CodeGeneric, "Invalid timing to init property.")
	}
	v, err := msg.ParseJSON(json)
	if err != nil {
		return errorf(CodeInvalidJSON, "init property: %v", err)
	}
	if v.Object() == nil {
		return errorf(CodeInvalidJSON, "init property: want an object, not %s", v.Type())
	}
	o := v.Object().Share()
	e.base = &o
	return nil
}

func (e *goEnv) Property(ctx context.Context, path string) (msg.Value, error) {
	if _, err := e.caller(ctx, 0); err != nil {
		return msg.Value{}, err
	}
	if rest, ok := strings.CutPrefix(path, "app:"); ok {
		return e.n.eng.app.property(rest)
	}
	path = strings.TrimPrefix(path, "extension:")
	e.mu.Lock()
	defer e.mu.Unlock()
	v, err := e.store.Get(path)
	e.names.ask(path, err == nil)
	return v, err
}

// property reads a top-level property of the app.
func (a *App) property(key string) (msg.Value, error) {
	if o := a.opt.Load().Property.Object(); o != nil {
		if v, ok := o.Lookup(key); ok {
			return v, nil
		}
	}
	return msg.Value{}, fmt.Errorf("property %q of the app: %w", key, msg.ErrNotFound)
}

func (e *goEnv) SetProperty(ctx context.Context, path string, v any) error {
	if _, err := e.caller(ctx, 0); err != nil {
		return err
	}
	if strings.HasPrefix(path, "app:") {
		return errorf(CodeGeneric, "Setting properties in higher-level scopes is not allowed. Properties can only be set within the current scope.")
	}
	if path == "" {
		return errorf(CodeInvalidArgument, "path should not be empty.")
	}
	if err := e.closed(); err != nil {
		return err
	}
	val, err := msg.Of(v)
	if err != nil {
		return err
	}
	e.mu.Lock()
	err = e.store.Set(path, val)
	e.mu.Unlock()
	if err == nil {
		e.n.PropertyWritten(path, val)
	}
	return err
}

// Configure lays the node's layer over what on_configure brought and resolves the placeholders.
func (l *loop) Configure(layer msg.Value) (*msg.Object, []string, error) {
	e := l.env
	e.mu.Lock()
	defer e.mu.Unlock()
	merged, secrets, err := e.merged(layer)
	if err != nil {
		return nil, secrets, err
	}
	e.store = merged.Share()
	return &merged, secrets, nil
}

func (e *goEnv) merged(layer msg.Value) (msg.Object, []string, error) {
	var out msg.Object
	if e.base != nil {
		out = e.base.Share()
	}
	if layer.Object() != nil {
		out.Merge(layer.Object())
	}
	v, secrets, err := graph.ResolveEnv(msg.Obj(&out), os.LookupEnv)
	if err != nil {
		return out, secrets, err
	}
	return v.Object().Share(), secrets, nil
}

// Change stores the new values at paths and tells the extension. It returns false if the extension cannot take them.
func (l *loop) Change(layer msg.Value, paths []string) bool {
	ext, ok := l.ext.(PropertyChanger)
	if !ok {
		return false
	}
	e := l.env
	e.mu.Lock()
	merged, secrets, err := e.merged(layer)
	if err == nil {
		err = e.adopt(merged, paths)
	}
	now := e.store.Share()
	e.mu.Unlock()
	l.n.eng.app.addSecrets(secrets)
	if err != nil {
		return false
	}
	l.n.PropertiesTaken(paths, &now)
	return l.schedule(&job{what: "on_property_changed", task: &Task{env: e, done: make(chan struct{}), failed: func(err error) {
		l.n.eng.mustRestart(l.n, err)
	}}, run: func(ctx context.Context) error {
		for _, path := range paths {
			if err := ext.OnPropertyChanged(ctx, e, path); err != nil {
				return err
			}
		}
		e.checkNames()
		return nil
	}})
}

// adopt takes over the values at paths, and no others, so that what the extension wrote itself stays.
func (e *goEnv) adopt(from msg.Object, paths []string) error {
	for _, path := range paths {
		if path == "" {
			e.store = from.Share()
			return nil
		}
		v, err := from.Get(path)
		if err != nil { // gone from the file
			e.store.Delete(path)
			continue
		}
		if err := e.store.Set(path, v); err != nil {
			return err
		}
	}
	return nil
}
