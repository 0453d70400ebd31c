package graph

import (
	"fmt"
	"slices"

	"tenbench/engine/msg"
)

// Pos is a place in a file the user wrote.
type Pos struct {
	File string
	Line int // from 1; 0 when unknown
	Col  int // from 1, in bytes
}

// String returns file:line:column, or as much of it as is known.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Graph is what the user wrote, checked and flattened: extension nodes and forward connections only.
type Graph struct {
	Name        string
	AutoStart   bool
	Singleton   bool
	SyncStop    bool // sync_stop_before_deinit: no on_deinit before every on_stop is done
	LongRunning bool
	// Peer is the node that receives all that the others send, whatever the destination, and whose messages go to all others; "" for
	// none. It may be ten:bench.
	Peer        string
	Nodes       []Node
	Connections []Connection
	Exposed     []Exposed // what whoever starts the graph by a command exchanges with it as a whole
}

// Exposed is a message that comes into a graph for one of its extensions, or leaves it.
type Exposed struct {
	Kind      msg.Kind
	Out       bool // it leaves the graph
	Name      string
	Extension string
}

// Node is one extension of a graph.
type Node struct {
	Name     string
	Addon    string
	Group    string    // extension_group; Python nodes of one group share a process
	App      string    // uri, in multi-app graphs
	Property msg.Value // an object, or the zero Value
	Pos      Pos
	AddonPos Pos            // where Addon stands, for errors about it
	Places   map[string]Pos // where each key of Property stands, where that is known
}

// Connection is all flows that leave one node.
type Connection struct {
	From  string
	Flows []Flow
	Pos   Pos
}

// Flow is one message name and where it goes.
type Flow struct {
	Kind  msg.Kind // cmd, data, audio_frame or video_frame
	Name  string
	Dests []Dest
	Pos   Pos
}

// Dest is one receiver of a flow.
type Dest struct {
	Extension  string
	Conversion *Conversion // nil: as it is
	Pos        Pos
}

// Node returns the node of that name, or nil.
func (g *Graph) Node(name string) *Node {
	for i := range g.Nodes {
		if g.Nodes[i].Name == name {
			return &g.Nodes[i]
		}
	}
	return nil
}

// Without is g without a node, its connections and those to it. g stays as it is.
func (g *Graph) Without(name string) *Graph {
	out := *g
	out.Nodes = slices.DeleteFunc(slices.Clone(g.Nodes), func(n Node) bool { return n.Name == name })
	out.Connections = slices.DeleteFunc(slices.Clone(g.Connections), func(c Connection) bool { return c.From == name })
	for i := range out.Connections {
		c := &out.Connections[i]
		c.Flows = slices.Clone(c.Flows)
		for j := range c.Flows {
			f := &c.Flows[j]
			f.Dests = slices.DeleteFunc(slices.Clone(f.Dests), func(d Dest) bool { return d.Extension == name })
		}
		c.Flows = slices.DeleteFunc(c.Flows, func(f Flow) bool { return len(f.Dests) == 0 })
	}
	return &out
}
