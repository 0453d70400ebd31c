package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// App is a session: its addons, properties, predefined graphs and the graphs that run, each under its own id. The bench is one.
type App struct {
	log     *trace.Log
	owns    bool // the log is the App's to close
	home    *Engine
	resolve Resolver
	sym     trace.Sym
	opt     atomic.Pointer[Options]
	masker  atomic.Pointer[msg.Masker]
	w       *trace.Writer
	gate    *gate
	relief  relief

	mu       sync.Mutex
	engines  []*Engine
	below    []*App              // that were opened under this one and have not closed
	starting map[string][]func() // singleton graphs that start because a message came for them, and what waits for each
	secrets  []string
	closing  bool
	done     chan struct{}
}

// Predefined is a graph that an App can start by name.
type Predefined struct{ Graph *graph.Graph }

// ProxyName is the place that a graph's exposed messages come from and go to.
const ProxyName = "ten:graph_proxy"

// NewApp returns an App in which nothing runs. Close ends its goroutines.
func NewApp(opt Options, resolve Resolver) *App {
	opt = opt.withDefaults()
	a := &App{log: opt.Log, resolve: resolve, sym: trace.Intern(opt.Name), starting: map[string][]func(){}, done: make(chan struct{})}
	if a.log == nil {
		a.log, a.owns = trace.New(opt.Trace), true
	}
	a.w = a.log.Writer("app")
	a.gate = &gate{app: a}
	a.SetOptions(opt)
	if up := opt.Under; up != nil {
		a.gate = up.gate
		up.mu.Lock()
		up.below = append(up.below, a)
		up.mu.Unlock()
	}
	a.home = newHome(a)
	return a
}

// Log is the trace of everything that happens in the app.
func (a *App) Log() *trace.Log { return a.log }

// Done is closed when Close has ended.
func (a *App) Done() <-chan struct{} { return a.done }

// SetOptions changes settings of the running app: durations, levels, secrets, bounds. The sizes of the trace stay as they are.
func (a *App) SetOptions(opt Options) {
	opt = opt.withDefaults()
	a.opt.Store(&opt)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.masker.Store(msg.NewMasker(opt.Secrets, a.secrets...))
}

// addSecrets masks these values in all that is emitted from now on.
func (a *App) addSecrets(values []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := len(a.secrets)
	for _, v := range values {
		if v != "" && !slices.Contains(a.secrets, v) {
			a.secrets = append(a.secrets, v)
		}
	}
	if len(a.secrets) > before {
		a.masker.Store(msg.NewMasker(a.opt.Load().Secrets, a.secrets...))
	}
}

func (a *App) nextID() uint64 { return a.log.NextID() }

func (a *App) logLevel(extension string) trace.Level {
	opt := a.opt.Load()
	if l, ok := opt.LogLevels[extension]; ok {
		return l
	}
	return opt.LogLevel
}

// StartGraph makes the instances of g's extensions and starts their lifecycle. It returns when the instances exist; Started
// tells when they all run. The error says which addon is missing or failed; then nothing was started.
func (a *App) StartGraph(ctx context.Context, g *graph.Graph) (*Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return a.startFor(nil, g)
}

// startFor starts a graph that host asked for by a command: the messages that it exposes are exchanged with host.
func (a *App) startFor(host *Node, g *graph.Graph) (*Engine, error) {
	e, err := newEngine(a, g, host)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", called(g.Name), err)
	}
	a.mu.Lock()
	if a.closing {
		a.mu.Unlock()
		e.closeHosts()
		return nil, ErrClosed
	}
	a.engines = append(a.engines, e)
	a.mu.Unlock()
	e.run()
	return e, nil
}

// running returns the graphs that run, oldest first.
func (a *App) running() []*Engine {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.engines)
}

// shown returns the graphs that run here and in the apps below.
func (a *App) shown() []*Engine {
	out := a.running()
	a.mu.Lock()
	below := slices.Clone(a.below)
	a.mu.Unlock()
	for _, b := range below {
		out = append(out, b.shown()...)
	}
	return out
}

// Graphs are the graphs that run, as they are now. One without a name goes by its id here too, as in the trace.
func (a *App) Graphs() []*graph.Graph {
	var out []*graph.Graph
	for _, e := range a.shown() {
		g := e.graph.Load()
		if g.Name == "" {
			named := *g
			named.Name = e.Name()
			g = &named
		}
		out = append(out, g)
	}
	return out
}

// find returns the running graph with that id or name; "" is the first one.
func (a *App) find(id string) *Engine {
	for _, e := range a.shown() {
		if id == "" || e.id == id || e.Name() == id {
			return e
		}
	}
	return nil
}

// findNode returns an extension of a running graph, nil if there is none.
func (a *App) findNode(graphName, extension string) *Node {
	if e := a.find(graphName); e != nil {
		return e.node(extension)
	}
	return nil
}

// Snapshot is the state of all nodes and open paths now.
func (a *App) Snapshot() trace.Snapshot {
	var out trace.Snapshot
	out.Mono = a.log.Now()
	for _, e := range a.shown() {
		e.addTo(&out)
	}
	return out
}

// Apply changes the running graph of g's name into g and returns what that took. What the difference does not touch keeps its
// instance, its open commands and its loop. g must have been validated; on an error nothing was changed.
func (a *App) Apply(ctx context.Context, g *graph.Graph) (graph.Diff, error) {
	e := a.find(g.Name)
	if e == nil {
		return graph.Diff{}, fmt.Errorf("apply graph %q: no graph of that name is running", g.Name)
	}
	return e.apply(ctx, g)
}

// Restart restarts one extension: commands in flight are drained, waiting messages kept. It returns when the new instance has
// begun its lifecycle.
func (a *App) Restart(ctx context.Context, graphName, extension string) error {
	e := a.find(graphName)
	if e == nil {
		return fmt.Errorf("restart %s: %w", extension, notRunning(graphName))
	}
	n := e.node(extension)
	if n == nil {
		return fmt.Errorf("restart %s: %s has no such extension", extension, e.called())
	}
	if err := e.restart(ctx, n, "restarted by hand"); err != nil {
		return fmt.Errorf("restart %s: %w", extension, err)
	}
	return nil
}

// notRunning says that a graph does not run, which somebody named. What has no name goes by its id.
func notRunning(graphName string) error {
	if graphName == "" || msg.IsUUID(graphName) {
		return errors.New("its graph is not running")
	}
	return fmt.Errorf("no graph %q is running", graphName)
}

// Properties returns what the properties of an extension are by now, as JSON with the secrets masked, and when it wrote some itself,
// by path. It is nil if there is no such extension.
func (a *App) Properties(graphName, extension string) (json []byte, written map[string]int64) {
	if n := a.findNode(graphName, extension); n != nil {
		return n.propertiesNow()
	}
	return nil, nil
}

// PropertyReads returns how often an extension has read its properties since it was created, by path as it named them, "" for all at
// once. It may be a moment old, and is nil if that is not known or there is no such extension.
func (a *App) PropertyReads(graphName, extension string) map[string]int64 {
	n := a.findNode(graphName, extension)
	if n == nil {
		return nil
	}
	n.mu.Lock()
	host := n.host
	n.mu.Unlock()
	if c, ok := host.(ReadCounter); ok {
		return c.Reads()
	}
	return nil
}

// Inject sends m from ten:bench to m's destinations, through dispatch like any message. Its answer is in the trace under the
// id. With msg.SendAs the receiver reads another extension of its graph as the source; the answer comes to the bench all the same.
// The error says that no such destination or source exists; then nothing was sent.
func (a *App) Inject(ctx context.Context, m msg.Message) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	dests := m.Dests()
	if len(dests) == 0 {
		return 0, errorf(CodeInvalidArgument, "an injected message needs a destination; add `to EXTENSION`")
	}
	e := a.find(dests[0].Graph)
	if e == nil {
		return 0, errorf(CodeInvalidArgument, "%v", notRunning(dests[0].Graph))
	}
	places := make([]msg.Loc, len(dests))
	for i, d := range dests {
		if e.node(d.Extension) == nil {
			return 0, errorf(CodeInvalidArgument, "%s has no extension %q; it has %s", e.called(), d.Extension, e.names())
		}
		places[i] = msg.Loc{Graph: e.id, Extension: d.Extension} // people name graphs, dispatch wants their ids
	}
	as, err := e.seenAs(m.Source().Extension)
	if err != nil {
		return 0, err
	}
	m.SetDests(places...)
	return e.inject(m, as)
}

// seenAs is the place of the extension that an injected message shall seem to come from; nil is the bench itself.
func (e *Engine) seenAs(extension string) (*msg.Loc, error) {
	if extension == "" || extension == msg.BenchName {
		return nil, nil
	}
	n := e.node(extension)
	if n == nil {
		return nil, errorf(CodeInvalidArgument, "%s has no extension %q to send as; it has %s", e.called(), extension, e.names())
	}
	return &n.place, nil
}

// Send sends a message from the app itself, which is no extension: a command to the runtime, or a message to places that it names.
func (a *App) Send(m msg.Message, o SendOptions) (uint64, error) { return a.home.bench.Send(m, o) }

// Answer returns a result by hand for an open command to ten:bench, which is the peer of its graph. The error says that there is none.
func (a *App) Answer(id uint64, status msg.Status, properties []byte, final bool) error {
	v, err := msg.ParseJSON(properties)
	if err != nil {
		return err
	}
	if v.Object() == nil {
		return errorf(CodeInvalidArgument, "the properties of a result are an object, not %s", v.Type())
	}
	res := engineResult(status, "")
	*res.Properties() = v.Object().Share()
	res.SetFinal(final)
	for _, e := range a.shown() {
		if p := e.bench.openPath(id); p != nil && p.answer(answer{res: res, by: trace.ByInject}) {
			return nil
		}
	}
	return errorf(CodeNotFound, "no command #%d waits for an answer of %s", id, msg.BenchName)
}

// Close stops everything: on_stop and on_deinit run, each within its deadline. It returns when that is done and the log can be
// read to its end.
func (a *App) Close() {
	a.mu.Lock()
	if a.closing {
		a.mu.Unlock()
		<-a.done
		return
	}
	a.closing = true
	engines := slices.Clone(a.engines)
	a.mu.Unlock()

	var wg sync.WaitGroup
	for _, e := range engines {
		wg.Go(func() { e.Stop("app closes") })
	}
	wg.Wait()
	a.relief.close()
	a.home.failOpen(a.home.nowhere, detailTerminated)
	if ended := a.opt.Load().Ended; ended != nil {
		ended()
	}
	a.log.Flush()
	if a.owns {
		a.log.Close()
	} else {
		a.home.closeWriters()
		a.w.Close()
	}
	if up := a.opt.Load().Under; up != nil {
		up.mu.Lock()
		up.below = slices.DeleteFunc(up.below, func(b *App) bool { return b == a })
		up.mu.Unlock()
	}
	close(a.done)
}

// graphEnded forgets a graph that has stopped; an app that is not long-running ends with its last one.
func (a *App) graphEnded(e *Engine) {
	a.mu.Lock()
	if a.closing { // what was open stays visible in the last Snapshot
		a.mu.Unlock()
		return
	}
	a.engines = slices.DeleteFunc(a.engines, func(x *Engine) bool { return x == e })
	last := len(a.engines) == 0 && !a.opt.Load().LongRunning
	a.mu.Unlock()
	if last {
		go a.Close()
	}
}
