package ui

import (
	"context"
	"io"
	"time"

	"tenbench/engine/diagnose"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/record"
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
	// Restart restarts one extension; waiting messages are kept. The error says what could not be restarted.
	Restart(ctx context.Context, graph, extension string) error
	// Answer gives a result, the last one or one of several, for an open command to ten:bench. Properties are a JSON object.
	Answer(id uint64, status msg.Status, properties []byte, final bool) error
}

// BenchName is msg.BenchName, for screens.
const BenchName = msg.BenchName

// Desktop is what main lends the screens of the world outside.
type Desktop interface {
	// Edit returns the user's editor, ready to open a file at a line; a line of 0 is none. The file may be a place as events
	// name it, the end of a path: it is looked for where sources lie.
	Edit(file string, line int) (Program, error)
	// Copy puts text on the clipboard. Where it is too long for one it returns the file that it wrote instead.
	Copy(text string) (file string, err error)
	// Save writes a new file where the bench keeps what it exports, and returns its path. Its name ends as told, or is as, if that is not "".
	Save(name, as string, write func(io.Writer) error) (file string, err error)
}

// Sources looks into the sources of handlers. Both methods read files. A place is file:line as events name it.
type Sources interface {
	// Ways returns what is found of a handler.
	Ways(handler diagnose.Handler) diagnose.Ways
	// Around returns the lines from n before a place to n after it, and the number of the first one; none if the file is not found.
	Around(place string, n int) (first int, lines []string)
}

// Program is a program that takes the terminal while it runs. What it writes to the three ends is its own affair.
type Program interface {
	Run() error
	SetStdin(io.Reader)
	SetStdout(io.Writer)
	SetStderr(io.Writer)
}

// Memory keeps short lists of lines from one launch to the next: what was typed before, saved filters. What cannot be read is
// empty.
type Memory interface {
	Recall(list string) []string
	Remember(list string, lines []string) error
}

// The lists that the workbench keeps.
const (
	SavedFilters   = "filters"         // name, tab, filter
	FilterHistory  = "filter-history"  // oldest first
	PaletteHistory = "palette-history" // newest first
	InjectHistory  = "inject-history"  // as [[inject]] has them, oldest first
)

// Info is what the frame says of the run besides the trace.
type Info struct {
	Title     string // of the bench: the graph's name
	Version   string
	Config    string                                 // path of the config file; "" for the embedded demo
	Demo      bool                                   // the embedded demo, because there was no config file
	Recording string                                 // path of the run file being written or read
	Recorded  func() (written int64, skipped uint64) // how large the run file is, and how many events are not in it
	Started   time.Time
	Live      bool
	Ended     func() string // how the program ended that the run is of, as "exited with status 0"; "" while it runs. nil if it is of none
	Package   bool          // one package was opened: Inject is what its manifest says it takes
	Inject    []SavedInject

	// Header is what a file with a part of the run says of the run, given the graphs there are or were; nil if nothing is known.
	Header func([]*graph.Graph) record.Header
	// Excerpt is what of a run is shown, in words; "" for the run.
	Excerpt string

	// Settings returns the config as it runs; nil of a recording.
	Settings func() Settings
	// SaveInject adds a message to send by hand to the config file; nil if there is none that can take it.
	SaveInject func(SavedInject) error
	// Apply applies the config file as it is now; nil if there is none. It may take a while.
	Apply func()

	// Declares returns the messages that an extension's manifest says it takes; nil if it says nothing. graph may be "". The
	// function itself may be nil.
	Declares func(graph, extension string) []DeclaredMessage
	// Has returns the properties that an extension's manifest says it has, by path; the rest is as with Declares.
	Has func(graph, extension string) []DeclaredProperty
}

// DeclaredMessage is a message that an extension takes, by its manifest.
type DeclaredMessage struct {
	Kind       msg.Kind
	Name       string
	Properties []DeclaredProperty
}

// DeclaredProperty is one property of it, or of an extension. Type is TEN's: string, int64, float64, bool, object and so on.
type DeclaredProperty struct {
	Name, Type string
	Required   bool
}

// SavedInject is one [[inject]] of config.toml, or a message that a manifest names.
type SavedInject struct {
	Name   string
	Send   string // as in --send
	Expect string // of the answer, as msg.ParseExpect reads it
}
