package ui

import (
	"context"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Source is what the screens read: the trace of a live app or of a recording.
type Source interface {
	// Log is the trace.
	Log() *trace.Log
	// Snapshot is the state of all nodes and open paths now; of a recording, the last one in it.
	Snapshot() trace.Snapshot
	// Graphs are the graphs that run or ran, in order of their start.
	Graphs() []*graph.Graph
}

// Controller is what the workbench can do to a live app. It is nil for a recording.
type Controller interface {
	// Inject sends m from ten:bench to m's destination and returns the id its answer will carry in the trace.
	Inject(ctx context.Context, m msg.Message) (id uint64, err error)
	// Restart restarts one extension; waiting messages are kept.
	Restart(ctx context.Context, graph, extension string) error
}

// Desktop is what main lends the screens of the world outside.
type Desktop interface {
	// Edit returns the command line that opens a file at a line in the user's editor.
	Edit(file string, line int) ([]string, error)
	// Copy puts text on the clipboard.
	Copy(text string) error
}

// Info is what the frame says of the run besides the trace.
type Info struct {
	Title     string // of the bench: the graph's name
	Version   string
	Config    string // path of the config file; "" for the embedded demo
	Demo      bool   // the embedded demo, because there was no config file
	Recording string // path of the run file being written or read
	Recorded  func() int64
	Started   time.Time
	Live      bool
	Inject    []SavedInject
}

// SavedInject is one [[inject]] of config.toml.
type SavedInject struct {
	Name string
	Send string // as in --send
}
