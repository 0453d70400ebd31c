package engine

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Node is one extension of a running graph, as the core sees it. Hosts speak to it; nobody else.
type Node struct {
	eng    *Engine
	name   string
	place  msg.Loc // as its messages' source
	sym    trace.Sym
	w      *trace.Writer
	wiring atomic.Pointer[wiring]

	closed      atomic.Bool  // the Env does nothing any more
	pathTimeout atomic.Int64 // from ten.path_timeout; 0: the option
	pace        pace         // of the audio that it sends
	collected   atomic.Int64 // up to when the host's own collections have told which commands are lost

	_ [64]byte // what is above is read for every event: keep it away from what every message writes

	mu         sync.Mutex
	open       bool // messages may begin
	restarting bool // a new instance will follow: keep what waits
	host       Host
	turn       uint64 // counts what arrives, so that messages and resumed handlers take turns
	box        mailbox
	lends      bool // some of the mailbox's room to in
	incoming   pathList
	life       lifecycle
	spec       graph.Node
	addon      Addon
	mirror     msg.Object
	shown      int64            // when the watch told last where a handler is
	written    map[string]int64 // when the extension wrote its own properties, by path
	edits      []byHand
	build      uint64
	unrouted   map[trace.Sym]uint64 // sends without a destination, by message name
	rounds     map[going]bool       // what was said to go round
	full       uint64               // how often the mailbox was full
	fails      int                  // how often it failed
	restarts   sync.Mutex           // one restart at a time

	_  [64]byte // senders write what follows while the receiver writes what is above
	in arrivals
}

// lockTries is how often lock tries. It is about a microsecond.
const lockTries = 300

// lock takes a lock at which senders and their receiver meet. They hold it for a tenth of the time that a Mutex lets pass before it
// looks again, and a Mutex soon puts who waits to sleep: without the tries one-way messages take a fifth longer.
func lock(mu *sync.Mutex) {
	for range lockTries {
		if mu.TryLock() {
			return
		}
	}
	mu.Lock()
}

// Name is the node's name in the graph.
func (n *Node) Name() string { return n.name }

// Addon is the name of the node's addon.
func (n *Node) Addon() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.spec.Addon
}

// Group is the node's group; nodes of one group may share a process or a thread.
func (n *Node) Group() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.spec.Group
}

// GraphName is the name of the node's graph, or its id if it has none.
func (n *Node) GraphName() string { return n.eng.Name() }

// GraphID is the id of the node's graph.
func (n *Node) GraphID() string { return n.eng.id }

// TraceLog is the log that the node writes to.
func (n *Node) TraceLog() *trace.Log { return n.eng.log }

// Process says something about the process that the node runs in.
func (n *Node) Process(level trace.Level, detail string) {
	n.emit(&trace.Event{Kind: trace.Process, Level: level, Detail: detail})
}

// Property is the node's property as the graph gives it.
func (n *Node) Property() msg.Value {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.edited(n.spec.Property)
}

func (n *Node) hostNow() Host {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.host
}

// Now is the time on the log's clock.
func (n *Node) Now() int64 { return n.eng.log.Now() }

// Commands are the names of the node's commands that the graph connects, in order; all says that every one goes somewhere, as in
// a graph with a peer.
func (n *Node) Commands() (names []string, all bool) {
	if n.eng.nodes.Load().peer != nil {
		return nil, true
	}
	return slices.Sorted(maps.Keys(n.wiring.Load()[msg.KindCmd])), false
}

// target is one receiver of a message.
type target struct {
	node       *Node
	conversion *graph.Conversion
	missing    string   // why there is no node: the detail of the error result
	sought     string   // what there is not, in words
	proxy      *msg.Loc // the place that the receiver takes it for sent from, if that is no extension of ours
}

// emit writes an event about this node.
func (n *Node) emit(e *trace.Event) {
	e.App, e.Graph, e.Extension = n.eng.app.sym, n.eng.sym, n.sym
	if e.Detail != "" {
		e.Detail = n.eng.app.masker.Load().Text(e.Detail)
	}
	n.w.Emit(e)
}

func (n *Node) emitDelivered(d *Delivery, at int64, pc uintptr) {
	e := trace.Event{Kind: trace.Delivered, Mono: at, ID: d.ID, Type: d.kind, Name: d.name, From: d.from.sym, To: n.sym,
		QueuedNS: at - d.queued, PC: pc, Source: d.Source}
	if d.owed {
		e.Debtor = trace.DebtorHandler
	}
	n.emit(&e)
}

// emitReceived says that a result was handed to the sender of its command, at that time; 0 is now.
func (n *Node) emitReceived(p *path, res *msg.CmdResult, at int64) {
	n.emit(&trace.Event{Kind: trace.Delivered, Mono: at, Type: msg.KindResult, ID: p.id, Parent: p.parent, Group: p.group, Name: p.name, From: p.to.sym, To: n.sym,
		Status: res.Status(), Final: res.Final()})
}

func (n *Node) emitResult(p *path, a answer, at int64, debtor, parent trace.Debtor) {
	room := a.room
	if room == nil {
		room = scratch.Get().(*[]byte)
		defer scratch.Put(room)
	}
	props := n.encode(a.res, room)
	e := trace.Event{Kind: trace.Result, Mono: at, Type: msg.KindResult, ID: p.id, Parent: p.parent, Name: p.name, From: p.to.sym, To: p.from.sym,
		Status: a.res.Status(), Final: a.res.Final(), By: a.by, Rule: a.rule, LatencyNS: at - p.sent, Detail: a.detail, PC: a.pc, Source: a.source, Debtor: debtor,
		ParentDebtor: parent, Property: props, Bytes: int64(len(props) + a.res.Properties().Buffered()), Group: p.group}
	n.emit(&e)
}

// encode returns the properties of m as events show them. They lie in room, which grows as it must.
func (n *Node) encode(m msg.Message, room *[]byte) []byte {
	props := m.Properties()
	if props.Len() == 0 {
		return noProperties
	}
	*room = props.AppendMasked((*room)[:0], n.eng.app.masker.Load())
	return *room
}

var noProperties = []byte("{}")

// Log writes a log line of the extension's. source is file:line where pc is not known; fields is a JSON object or nil.
func (n *Node) Log(level trace.Level, text string, id uint64, pc uintptr, source string, fields []byte) {
	if level < n.eng.app.logLevel(n.name) {
		return
	}
	e := trace.Event{Kind: trace.LogLine, Level: level, Detail: text, ID: id, PC: pc, Property: fields}
	if source != "" {
		e.Source = trace.Intern(source)
	}
	n.emit(&e)
}

// warn writes a warning of the engine's about this node.
func (n *Node) warn(id uint64, text string) { n.Log(trace.Warn, text, id, 0, "", nil) }

// Lint reports a problem that the host found, as the event of kind Lint that e becomes.
func (n *Node) Lint(e trace.Event) { n.lint(e) }

// lint reports a problem that began at this node.
func (n *Node) lint(e trace.Event) {
	e.Kind = trace.Lint
	n.emit(&e)
}

// PropertyWritten says that the extension wrote its own property.
func (n *Node) PropertyWritten(path string, v msg.Value) {
	n.mu.Lock()
	_ = n.mirror.Set(path, v) // the store took it, so the path is well formed
	if n.written == nil {
		n.written = map[string]int64{}
	}
	if _, known := n.written[path]; known || len(n.written) < maxWritten {
		n.written[path] = n.eng.log.Now()
	}
	n.mu.Unlock()
	n.emitProperty(path, v)
}

// maxWritten bounds what is kept of who wrote which property.
const maxWritten = 1024

// PropertiesTaken says that the extension took the values at paths from the file while it runs; all is what it has now.
func (n *Node) PropertiesTaken(paths []string, all *msg.Object) {
	n.mu.Lock()
	n.mirror = all.Share()
	for _, path := range paths {
		maps.DeleteFunc(n.written, func(wrote string, _ int64) bool {
			return path == "" || wrote == path || strings.HasPrefix(wrote, path+".")
		})
	}
	n.mu.Unlock()
	for _, path := range paths {
		if v, err := all.Get(path); err == nil && path != "" {
			n.emitProperty(path, v)
		}
	}
}

func (n *Node) emitProperty(path string, v msg.Value) {
	var o msg.Object
	o.Put(path, v)
	n.emit(&trace.Event{Kind: trace.PropertySet, Name: trace.Intern(path), Property: o.AppendMasked(nil, n.eng.app.masker.Load())})
}

// propertiesNow returns what the extension's properties are, as JSON with its secrets masked, and when it wrote which of them.
func (n *Node) propertiesNow() (json []byte, written map[string]int64) {
	n.mu.Lock()
	all := n.mirror.Share()
	written = maps.Clone(n.written)
	n.mu.Unlock()
	return all.AppendMasked(nil, n.eng.app.masker.Load()), written
}

// scratch is where properties are encoded for who has no room of his own.
var scratch = sync.Pool{New: func() any { return new([]byte) }}
