package store

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const (
	maxNodes    = 4096
	maxSegments = 256
	queueHist   = 64
	maxHandling = 1024
)

type nodeKey struct{ graph, name trace.Sym }

// Segment is a stretch of a node's life in one state. To is 0 while it lasts.
type Segment struct {
	State    trace.State
	From, To int64
}

// Handler is a message that a node is handling.
type Handler struct {
	ID    uint64
	Type  msg.Kind
	Name  trace.Sym
	Since int64
}

// Last is the newest message a node received.
type Last struct {
	Seq  uint64
	ID   uint64
	Mono int64
	Type msg.Kind
	Name trace.Sym
}

// Node is one extension.
type Node struct {
	Addon    string
	State    trace.State
	Since    int64                   // when it entered State
	Stages   [trace.Failed + 1]int64 // how long each stage of its present life took, in nanoseconds
	Segments []Segment               // its whole life, oldest first; bounded
	Lives    int                     // how often it was created
	Build    uint64                  // of its code, when known
	StandIn  bool                    // it stands in for an addon that does not run here

	In, Out  Rate   // messages a second
	Received uint64 // messages
	Sent     uint64
	Errors   uint64 // error results, failures, log lines of level error
	Warnings uint64
	Dropped  uint64 // pushed out of its mailbox

	Queue    int
	QueueMax int
	Handling []Handler // oldest first
	Last     Last
	Error    string // why it failed, or the newest error log line
	Lane     Lane   // what it did when, for the timeline

	graph, name trace.Sym
	hist        Latency
	queue       history
	change      *Change // that is looked at; nil if there is none
	same        int64   // since when it does as it does
}

// Name returns the node's name.
func (n *Node) Name() string { return n.name.String() }

// Sym returns the node's name as the trace has it.
func (n *Node) Sym() trace.Sym { return n.name }

// Graph returns the name of its graph.
func (n *Node) Graph() string { return n.graph.String() }

// Handler returns the time that handlers took, as the median and the 99th of a hundred, over the last seconds; false if
// none ended.
func (n *Node) Handler() (p50, p99 int64, ok bool) { return n.hist.Quantiles() }

// QueueHistory returns the newest depths of the mailbox, a quarter of a second apart, the oldest first. The slice is valid
// until the next call.
func (n *Node) QueueHistory() []int { return n.queue.values() }

// StartTime returns how long the start took, as Starting counts it; false while it has not arrived at running.
func (n *Node) StartTime() (ns int64, ok bool) {
	return n.Starting(n.Since), n.State >= trace.Running && n.State != trace.Failed
}

// StartStages are the stages up to running. In the first the extension is made: its process starts and its code is read.
var StartStages = [...]trace.State{trace.Created, trace.Configure, trace.Init, trace.Start}

// leastMaking is how long the making takes at least that counts: that of an extension in Go is over at once.
const leastMaking = int64(1e6)

// Stage returns how long a stage of the present life took, or takes already.
func (n *Node) Stage(s trace.State, now int64) int64 {
	ns := n.Stages[s]
	if n.State == s {
		ns = max(now-n.Since, 0)
	}
	if s == trace.Created && ns < leastMaking {
		return 0
	}
	return ns
}

// Starting returns how long the stages of a start took, or have taken so far.
func (n *Node) Starting(now int64) (ns int64) {
	for _, s := range StartStages {
		ns += n.Stage(s, now)
	}
	return ns
}

// Key returns a number that is this node's own.
func (n *Node) Key() uint64 { return uint64(n.graph)<<32 | uint64(n.name) }
