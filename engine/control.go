package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// explicit finds the receivers that a message names itself. A place that does not exist is a target without a node.
func (e *Engine) explicit(from *Node, m msg.Message, dests []msg.Loc) []target {
	out := make([]target, len(dests))
	for i, d := range dests {
		out[i] = e.locate(from, m, d)
	}
	return out
}

func (e *Engine) locate(from *Node, m msg.Message, d msg.Loc) target {
	if missing := e.foreign(d); missing != "" {
		return target{missing: missing, sought: "the app " + d.App}
	}
	to := e
	if d.Graph != "" && d.Graph != e.id {
		if to = e.app.addressed(d.Graph); to == nil {
			return target{missing: detailNoGraph, sought: "the graph " + d.Graph}
		}
	}
	n := to.node(d.Extension)
	switch d.Extension {
	case msg.BenchName:
		n = to.bench
	case "", ProxyName:
		return to.exposed(from, m)
	}
	if n == nil {
		return target{missing: detailNoDestination, sought: d.Extension}
	}
	t := target{node: n}
	if w := from.wire(m.Kind(), m.Name()); w != nil {
		for _, known := range w.targets {
			if known.node == n {
				t.conversion = known.conversion
			}
		}
	}
	return t
}

// foreign says why a place cannot be reached: it is in another app. It is empty for a place in this one.
func (e *Engine) foreign(d msg.Loc) string {
	if d.App == "" || d.App == e.limits().URI || d.App == "localhost" {
		return ""
	}
	return "Could not find suitable remote based on uri: " + d.App
}

// addressed returns the running graph with that id, or the singleton graph of that name.
func (a *App) addressed(id string) *Engine {
	for _, e := range a.running() {
		if e.id == id || e.graph.Load().Singleton && e.Name() == id {
			return e
		}
	}
	return nil
}

// asleep returns the singleton graph that m goes to and that does not run yet, or nil.
func (n *Node) asleep(m msg.Message) *graph.Graph {
	for _, d := range m.Dests() {
		if d.Graph == "" || d.Graph == n.eng.id {
			continue
		}
		if g := n.eng.app.predefined(d.Graph); g != nil && g.Singleton && n.eng.app.mustWake(g) {
			return g
		}
	}
	return nil
}

// mustWake reports whether a singleton graph does not run, or what waited for its start has not been sent.
func (a *App) mustWake(g *graph.Graph) bool {
	a.mu.Lock()
	_, starting := a.starting[g.Name]
	a.mu.Unlock()
	return starting || a.addressed(g.Name) == nil
}

// sendLater starts the graph that a message goes to and sends it then: the instances of a graph may take a round trip to another
// process. Messages to the graph keep their order.
func (n *Node) sendLater(m msg.Message, g *graph.Graph, s *sending) uint64 {
	if s.id == 0 {
		s.id = n.eng.app.nextID()
	}
	later := *s
	later.parks, later.room = false, nil // it is not the sender who hands it over: it cannot wake the receiver, and its memory is its own
	taken := msg.Take(m)
	n.eng.app.whenStarted(g, func() {
		n.sendTo(taken, trace.Intern(taken.Name()), n.eng.explicit(n, taken, taken.Dests()), &later)
	})
	return s.id
}

// whenStarted starts a singleton graph, unless that is under way, and calls fn when it runs or could not be started.
func (a *App) whenStarted(g *graph.Graph, fn func()) {
	a.mu.Lock()
	waiting, starting := a.starting[g.Name]
	a.starting[g.Name] = append(waiting, fn)
	a.mu.Unlock()
	if starting {
		return
	}
	go func() {
		if _, err := a.StartGraph(context.Background(), g); err != nil {
			a.w.Emit(&trace.Event{Kind: trace.LogLine, App: a.sym, Level: trace.Error, Detail: err.Error()})
		}
		for {
			waiting := a.takeWaiting(g.Name)
			if waiting == nil {
				return
			}
			for _, fn := range waiting {
				fn()
			}
		}
	}()
}

// takeWaiting returns what waits for a graph that was started; nil ends the waiting.
func (a *App) takeWaiting(name string) []func() {
	a.mu.Lock()
	defer a.mu.Unlock()
	waiting := a.starting[name]
	if waiting == nil {
		delete(a.starting, name)
	} else {
		a.starting[name] = nil
	}
	return waiting
}

func (a *App) predefined(name string) *graph.Graph {
	for _, p := range a.opt.Load().Predefined {
		if p.Graph.Name == name {
			return p.Graph
		}
	}
	return nil
}

// control carries out a command to the runtime itself. Its results come from the engine.
func (e *Engine) control(n *Node, m msg.Message, s *sending) (uint64, error) {
	cmd, ok := m.(*msg.Cmd)
	if !ok {
		return 0, errorf(CodeInvalidArgument, "the name %q is reserved for the runtime", m.Name())
	}
	do := map[string]func(*path, *msg.Cmd){"ten:start_graph": e.startGraph, "ten:stop_graph": e.stopGraph, "ten:close_app": e.closeApp,
		"ten:timer": e.timer}[cmd.Name()]
	dests := cmd.Dests()
	switch {
	case do == nil && cmd.Name() != "ten:trigger_life_cycle":
		return 0, errorf(CodeInvalidArgument, "the runtime has no command %q", cmd.Name())
	case len(dests) == 0: // no graph says where such a command goes
		return 0, errorf(CodeNotConnected, "Failed to find destination of a 'cmd' message '%s' from graph.", m.Name())
	case do == nil:
		return e.controlTrigger(n, cmd, s)
	case e.foreign(dests[0]) != "":
		_, p := e.openControl(n, cmd, s, e.nowhere)
		p.fail(trace.ByEngine, e.foreign(dests[0]))
		return p.id, nil
	}
	taken, p := e.openControl(n, cmd, s, e.nowhere)
	do(p, taken)
	return p.id, nil
}

// openControl opens the path of a command to the runtime.
func (e *Engine) openControl(n *Node, cmd *msg.Cmd, s *sending, to *Node) (*msg.Cmd, *path) {
	id := s.id
	if id == 0 {
		id = e.app.nextID()
	}
	name := trace.Intern(cmd.Name())
	taken := msg.Take(cmd).(*msg.Cmd)
	p := n.newPath(name, to, s, id, 0, nil, 0, e.log.Now())
	p.debtor = trace.DebtorEngine
	n.emitSent(taken, p, name, &target{node: to}, s, id, 0, p.sent)
	to.mu.Lock()
	p.begun = true
	to.incoming.add(p)
	to.mu.Unlock()
	return taken, p
}

func (e *Engine) controlTrigger(n *Node, cmd *msg.Cmd, s *sending) (uint64, error) {
	t := e.locate(n, cmd, cmd.Dests()[0])
	to := t.node
	if to == nil {
		to = e.nowhere
	}
	taken, p := e.openControl(n, cmd, s, to)
	if t.node == nil {
		p.fail(trace.ByEngine, t.missing)
		return p.id, nil
	}
	t.node.trigger(p, field(taken, "stage"))
	return p.id, nil
}

// field reads a string field ten.NAME of a command to the runtime.
func field(cmd *msg.Cmd, name string) string {
	v, err := cmd.Get("ten." + name)
	if err != nil {
		return ""
	}
	s, _ := v.Str()
	return s
}

func number(cmd *msg.Cmd, name string) int64 {
	v, err := cmd.Get("ten." + name)
	if err != nil {
		return 0
	}
	i, _ := v.Int()
	return i
}

// startGraph answers when the instances of the graph exist, which may take a round trip to another process.
func (e *Engine) startGraph(p *path, cmd *msg.Cmd) {
	g, err := e.requested(cmd)
	if err != nil {
		p.fail(trace.ByEngine, err.Error())
		return
	}
	go e.startRequested(p, g, field(cmd, "predefined_graph") != "")
}

func (e *Engine) startRequested(p *path, g *graph.Graph, named bool) {
	host := p.from
	if named {
		host = nil // as in TEN, a predefined graph exposes nothing
	}
	started, err := e.app.startFor(host, g)
	var missing *instanceError
	if errors.As(err, &missing) { // as in TEN the result says nothing of it: the event does, and the host has logged it
		p.answer(answer{res: engineResult(msg.Error, ""), by: trace.ByEngine, detail: err.Error()})
		return
	}
	if err != nil {
		p.fail(trace.ByEngine, err.Error())
		return
	}
	res := engineResult(msg.OK, "")
	res.Properties().Put("graph_id", msg.String(started.id))
	p.answer(answer{res: res, by: trace.ByEngine})
}

var errNoGraph = errors.New("start_graph names no graph: give it the name of a predefined one, or the JSON of one (set_graph_from_json refuses what is no graph, and returns False)")

// requested is the graph that a start_graph command asks for: a predefined one by name, or one in the command.
func (e *Engine) requested(cmd *msg.Cmd) (*graph.Graph, error) {
	if name := field(cmd, "predefined_graph"); name != "" {
		g := e.app.predefined(name)
		if g == nil {
			return nil, fmt.Errorf("no predefined graph %q", name)
		}
		return g, nil
	}
	json := field(cmd, "graph_json")
	if strings.TrimSpace(json) == "" {
		return nil, errNoGraph
	}
	g, err := graph.ParseIn(cmp.Or(e.limits().Base, "."), "graph_json", []byte(json))
	if err != nil {
		return nil, err
	}
	if v, err := cmd.Get("ten.sync_stop_before_deinit"); err == nil {
		g.SyncStop, _ = v.Bool()
	}
	return g, nil
}

func (e *Engine) stopGraph(p *path, cmd *msg.Cmd) {
	id := field(cmd, "graph_id")
	if e != e.app.home && (id == "" || id == e.id) {
		go e.Stop("stop_graph") // as in TEN, a graph that stops itself gets no answer but the stop
		return
	}
	other := e.app.addressed(id)
	if other == nil {
		p.fail(trace.ByEngine, "Failed to find the engine to be shut down.")
		return
	}
	go func() {
		other.Stop("stop_graph")
		p.answer(answer{res: engineResult(msg.OK, "close engine done"), by: trace.ByEngine})
	}()
}

// closeApp never answers: the app is gone when it is done.
func (e *Engine) closeApp(*path, *msg.Cmd) { go e.app.Close() }

// timers are the running ten:timer commands of a graph, by id.
type timers struct {
	mu   sync.Mutex
	byID map[int64]*time.Timer
	over bool
}

func (t *timers) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	for _, timer := range t.byID {
		timer.Stop()
	}
}

// timer starts or cancels a timer: ten.times is how often it fires, 0 for ever, -1 cancels. It fires as a command ten:timeout to
// the extension that asked.
func (e *Engine) timer(p *path, cmd *msg.Cmd) {
	id, times := number(cmd, "timer_id"), number(cmd, "times")
	every := time.Duration(number(cmd, "timeout_us")/1000) * time.Millisecond
	t := &e.timers
	t.mu.Lock()
	old := t.byID[id]
	switch {
	case times < 0 && old == nil:
		t.mu.Unlock()
		p.fail(trace.ByEngine, "Failed to cancel an un-existed timer.")
		return
	case old != nil:
		old.Stop()
		delete(t.byID, id)
	}
	if times >= 0 && !t.over {
		e.armTimer(id, p.from, every, times)
	}
	t.mu.Unlock()
	p.answer(answer{res: engineResult(msg.OK, "Operation is success."), by: trace.ByEngine})
}

// armTimer starts a timer; the timers' lock is held.
func (e *Engine) armTimer(id int64, to *Node, every time.Duration, times int64) {
	t := &e.timers
	if t.byID == nil {
		t.byID = map[int64]*time.Timer{}
	}
	left := times
	var timer *time.Timer
	timer = time.AfterFunc(every, func() {
		e.timeout(id, to)
		t.mu.Lock()
		defer t.mu.Unlock()
		left--
		if t.over || t.byID[id] != timer {
			return
		}
		if times > 0 && left == 0 {
			delete(t.byID, id)
			return
		}
		timer.Reset(every)
	})
	t.byID[id] = timer
}

// timeout delivers ten:timeout to an extension; nobody waits for its answer.
func (e *Engine) timeout(id int64, to *Node) {
	cmd := msg.NewCmd("ten:timeout")
	_ = cmd.Set("ten.timer_id", id) // a fresh command takes any property
	e.bench.sendTo(cmd, trace.Intern(cmd.Name()), []target{{node: to}}, &sending{})
}
