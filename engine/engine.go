package engine

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Engine is one running graph.
type Engine struct {
	app   *App
	id    string
	sym   trace.Sym
	log   *trace.Log
	graph atomic.Pointer[graph.Graph]
	nodes atomic.Pointer[nodeSet]

	bench   *Node // where injected messages come from
	nowhere *Node // the receiver of what has none
	watch   *watch
	timers  timers
	host    *Node   // who started the graph by a command, or nil
	proxy   msg.Loc // where what the graph exchanges with host comes from

	mu       sync.Mutex
	reload   sync.Mutex    // one apply or restart at a time
	ran      chan struct{} // closed when run has returned: Stop waits for it
	begun    chan struct{}
	waiting  map[*Node]bool // nodes that neither run nor failed yet
	inStop   map[*Node]bool // nodes that have not done on_stop: the stop barrier
	alive    map[*Node]bool // nodes that have not ended
	ended    chan struct{}
	stopAt   atomic.Int64 // when stop began; 0 before. Written under the lock
	stopping chan struct{}
	stopOnce sync.Once
	stopped  chan struct{}
}

func newEngine(a *App, g *graph.Graph, host *Node) (*Engine, error) {
	e := &Engine{app: a, id: newID(), host: host, log: a.log, ran: make(chan struct{}), begun: make(chan struct{}), waiting: map[*Node]bool{}, inStop: map[*Node]bool{},
		alive: map[*Node]bool{}, ended: make(chan struct{}), stopping: make(chan struct{}), stopped: make(chan struct{})}
	e.proxy = msg.Loc{App: a.opt.Load().URI, Graph: e.id, Extension: ProxyName}
	name := g.Name
	if name == "" {
		name = e.id
	}
	e.sym = trace.Intern(name)
	e.bench = e.pseudo(msg.BenchName)
	e.nowhere = e.pseudo("")
	set := &nodeSet{byName: map[string]*Node{}}
	e.nodes.Store(set)
	for _, spec := range g.Nodes {
		n, err := e.newNode(spec)
		if err != nil {
			e.closeHosts()
			return nil, &instanceError{err}
		}
		set.byName[n.name] = n
		set.order = append(set.order, n)
	}
	set.peer = e.peerOf(g, set)
	e.graph.Store(g)
	return e, e.rewire(g)
}

// newHome makes the place that an app sends from: an engine that runs no graph.
func newHome(a *App) *Engine {
	e := &Engine{app: a, log: a.log}
	e.bench, e.nowhere = e.pseudo(appName), e.pseudo("")
	e.bench.place.Extension = "" // who gets its messages sees that no extension sent them
	e.nodes.Store(&nodeSet{byName: map[string]*Node{}})
	e.graph.Store(&graph.Graph{})
	return e
}

// appName is the sender of what an app itself sends, in the trace.
const appName = "ten:app"

// peerOf finds the node that g names as its peer.
func (e *Engine) peerOf(g *graph.Graph, set *nodeSet) *Node {
	if g.Peer == msg.BenchName {
		return e.bench
	}
	return set.byName[g.Peer]
}

// closeHosts gives up the instances of a graph that will not run.
func (e *Engine) closeHosts() {
	for _, n := range e.nodes.Load().order {
		n.hostNow().Close()
		n.w.Close()
	}
	e.closeWriters()
}

// closeWriters gives the writers of the engine's own places back.
func (e *Engine) closeWriters() {
	e.bench.w.Close()
	e.nowhere.w.Close()
}

// newID returns a UUID: TEN finds graphs by ids of that form.
func newID() string { return msg.NewUUID() }

// pseudo makes a node that no extension stands behind.
func (e *Engine) pseudo(name string) *Node {
	n := &Node{eng: e, name: name, sym: trace.Intern(name), w: e.log.Writer(name)}
	n.place = msg.Loc{App: e.app.opt.Load().URI, Graph: e.id, Extension: name}
	n.wiring.Store(&wiring{})
	return n
}

// newNode makes a node and its instance; nothing of it runs yet.
func (e *Engine) newNode(spec graph.Node) (*Node, error) {
	n := e.pseudo(spec.Name)
	n.spec = spec
	if err := e.instantiate(n); err != nil {
		return nil, err
	}
	return n, nil
}

// instantiate gives n a new instance of its addon.
func (e *Engine) instantiate(n *Node) error {
	n.mu.Lock()
	name := n.spec.Addon
	n.mu.Unlock()
	addon, err := e.app.resolve(name)
	if err != nil {
		return err
	}
	makeHost := addon.Host
	if makeHost == nil {
		makeHost = func(n *Node) (Host, error) { return newGoHost(n, addon) }
	}
	host, err := makeHost(n)
	if err != nil {
		return fmt.Errorf("make extension %s: %w", n.name, err)
	}
	n.mu.Lock()
	n.addon, n.host = addon, host
	n.takeBack()
	n.mu.Unlock()
	return nil
}

// ID is the graph's id, a UUID.
func (e *Engine) ID() string { return e.id }

// Name is the graph's name, or its id if it has none.
func (e *Engine) Name() string { return e.sym.String() }

// called is the graph in a sentence.
func (e *Engine) called() string { return called(e.graph.Load().Name) }

// called is a graph of that name in a sentence. One without a name is not called by its id: that tells nobody anything.
func called(name string) string {
	if name == "" {
		return "the graph"
	}
	return fmt.Sprintf("graph %q", name)
}

// Started is closed when every node of the first graph runs or has failed.
func (e *Engine) Started() <-chan struct{} { return e.begun }

func (e *Engine) limits() *Options { return e.app.opt.Load() }

func (e *Engine) node(name string) *Node { return e.nodes.Load().byName[name] }

func (e *Engine) names() string {
	var out []string
	for _, n := range e.nodes.Load().order {
		out = append(out, n.name)
	}
	return strings.Join(out, ", ")
}

// run starts the lifecycle of all nodes and the watch.
func (e *Engine) run() {
	defer close(e.ran)
	e.watch = startWatch(e)
	nodes := e.nodes.Load().order
	e.mu.Lock()
	for _, n := range nodes {
		e.join(n)
	}
	e.checkStarted()
	e.mu.Unlock()
	for _, n := range nodes {
		n.create("")
	}
	for _, n := range nodes {
		n.advance()
	}
}

// join counts a node in; the lock is held.
func (e *Engine) join(n *Node) {
	e.waiting[n], e.alive[n], e.inStop[n] = true, true, true
}

// create begins a new life of the node; why says what made it necessary, "" at the first.
func (n *Node) create(why string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.build++
	n.life = lifecycle{state: n.life.state, since: n.life.since}
	n.rounds = nil
	n.closed.Store(false)
	n.pathTimeout.Store(0)
	n.enter(trace.Created, why)
}

func (e *Engine) checkStarted() {
	if len(e.waiting) > 0 {
		return
	}
	select {
	case <-e.begun:
	default:
		close(e.begun)
	}
}

func (e *Engine) started(n *Node) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.waiting, n)
	e.checkStarted()
}

// stopDone is told when a node has done on_stop: on_deinit follows at once, or when all have, with the stop barrier.
func (e *Engine) stopDone(n *Node) {
	if !e.graph.Load().SyncStop || e.stopAt.Load() == 0 {
		n.deinit()
		return
	}
	e.mu.Lock()
	delete(e.inStop, n)
	open := e.barrierOpen()
	e.mu.Unlock()
	if open {
		e.openBarrier()
	}
}

// openBarrier lets the nodes that wait after on_stop go on.
func (e *Engine) openBarrier() {
	for _, n := range e.nodes.Load().all() {
		n.passBarrier()
	}
}

// barrierOpen reports whether no node that lives is still before the end of on_stop; the lock is held.
func (e *Engine) barrierOpen() bool {
	for n := range e.inStop {
		if e.alive[n] {
			return false
		}
	}
	return true
}

// nodeEnded is told when a node has ended, or was asked to stop when it had.
func (e *Engine) nodeEnded(n *Node) {
	e.mu.Lock()
	delete(e.alive, n)
	delete(e.waiting, n)
	delete(e.inStop, n)
	e.checkStarted()
	barrier := e.stopAt.Load() != 0 && e.graph.Load().SyncStop && e.barrierOpen()
	close(e.ended)
	e.ended = make(chan struct{})
	e.mu.Unlock()
	if barrier {
		e.openBarrier()
	}
}

// passBarrier lets a node that waits at the stop barrier go on.
func (n *Node) passBarrier() {
	n.mu.Lock()
	waits := n.life.state == trace.Stop && !n.life.running
	n.mu.Unlock()
	if waits {
		n.deinit()
	}
}

func (e *Engine) nodeFailed(n *Node, again bool) {
	e.started(n)
	if again {
		go e.restartFailed(n)
		return
	}
	e.nodeEnded(n)
}

// awaitEnd waits until n has ended.
func (e *Engine) awaitEnd(n *Node) {
	for {
		e.mu.Lock()
		alive, changed := e.alive[n], e.ended
		e.mu.Unlock()
		if !alive {
			return
		}
		<-changed
	}
}

// Stop stops the graph: on_stop, on_deinit, open commands answered, leftovers cancelled, each within its deadline. It returns when
// all has ended; it may be called more than once.
func (e *Engine) Stop(reason string) {
	e.stopOnce.Do(func() {
		<-e.ran
		e.snapshot()
		e.watch.proveLoss()
		nodes := e.beginStop()
		for _, n := range nodes {
			n.stopForGood(reason)
		}
		for _, n := range nodes {
			e.awaitEnd(n)
		}
		e.timers.stop()
		e.failOpen(e.nowhere, detailTerminated)
		e.failOpen(e.bench, detailTerminated)
		e.awaitLeftovers(nodes)
		e.watch.stop()
		e.app.graphEnded(e)
		if !e.app.owns { // the log goes on, with other graphs
			e.giveWritersBack(nodes)
		}
		close(e.stopped)
	})
	<-e.stopped
}

// giveWritersBack ends what the graph's nodes write: they have ended.
func (e *Engine) giveWritersBack(nodes []*Node) {
	for _, n := range nodes {
		n.w.Close()
	}
	e.closeWriters()
}

// beginStop marks the graph as stopping: no node joins it any more. It returns those that are in it.
func (e *Engine) beginStop() []*Node {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stopAt.Store(e.log.Now())
	close(e.stopping)
	return e.nodes.Load().all()
}

// stoppingSince reports whether a path sent then was younger than the limit when stop began: it is cut, not unanswered.
func (e *Engine) stoppingSince(sent, now int64) bool {
	at := e.stopAt.Load()
	return at != 0 && now >= at && at-sent <= e.limits().UnansweredAfter.Nanoseconds()
}

// failOpen answers the open commands to n; those that wait for its next instance only if there will be none.
func (e *Engine) failOpen(n *Node, detail string) {
	n.mu.Lock()
	open, keep := n.incoming.all(), n.restarting
	n.mu.Unlock()
	for _, p := range open {
		if p.begun || !keep {
			p.fail(trace.ByEngine, detail)
		}
	}
	e.answerSent(n, detail)
}

// answerOpen answers what is open at a node that has ended: commands it received, and commands it sent.
func (e *Engine) answerOpen(n *Node, restarting bool) {
	n.mu.Lock()
	open := n.incoming.all()
	n.mu.Unlock()
	why := detailTerminated
	if restarting {
		why = n.name + " was restarted"
	}
	for _, p := range open {
		switch {
		case !restarting:
			p.fail(trace.ByStop, e.cutDetail(p))
		case p.begun:
			p.fail(trace.ByEngine, why+" before it answered")
		}
	}
	e.answerSent(n, why)
}

// answerSent answers the commands that n itself sent: it will not take the results any more, but whoever waits wakes up. The detail that
// it reads is, as in TEN, an id of the command; that of the event is why, if the stop is not.
func (e *Engine) answerSent(n *Node, why string) {
	for _, to := range e.app.receivers() {
		to.mu.Lock()
		var open []*path
		for p := to.incoming.first; p != nil; p = p.next {
			if p.from == n {
				open = append(open, p)
			}
		}
		to.mu.Unlock()
		for _, p := range open {
			detail := why
			if why == detailTerminated {
				detail = e.cutDetail(p)
			}
			p.answer(answer{res: engineResult(msg.Error, newID()), by: trace.ByStop, detail: detail})
		}
	}
}

// receivers are all nodes of the app that a command may be open at.
func (a *App) receivers() []*Node {
	var out []*Node
	for _, e := range a.running() {
		out = append(append(out, e.nodes.Load().all()...), e.nowhere, e.bench)
	}
	return append(out, a.home.nowhere)
}

// cutDetail is trace.DetailCut for a command that was younger than the limit when stop began, unless it is known to be lost.
func (e *Engine) cutDetail(p *path) string {
	p.to.mu.Lock()
	lost := p.freed
	p.to.mu.Unlock()
	if lost {
		return detailTerminated
	}
	at := e.stopAt.Load()
	if at == 0 {
		at = e.log.Now()
	}
	if at-p.sent <= e.limits().UnansweredAfter.Nanoseconds() {
		return trace.DetailCut
	}
	return detailTerminated
}
