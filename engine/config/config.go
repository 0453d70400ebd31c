package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// Kind says what was opened.
type Kind uint8

// What a path can be.
const (
	Bench   Kind = iota // a config.toml
	App                 // a property.json, or the folder of a TEN app
	Package             // the folder of one extension
)

// Config is all that a bench is told before it starts.
type Config struct {
	Kind Kind
	Path string // the file that was opened; the name given to LoadBytes
	Dir  string // its folder, where relative paths start

	Graphs      []*graph.Graph // those to start
	Predefined  []*graph.Graph // all there are, started or not
	URI         string         // ten.uri of an app
	LongRunning bool           // ten.long_running_mode of an app
	Property    msg.Value      // an app's own properties, or the zero Value

	Bench      BenchSection
	Trace      TraceSection
	Record     RecordSection
	Log        LogSection
	Extensions ExtensionsSection
	Python     PythonSection
	Reload     ReloadSection
	Secrets    SecretsSection
	TUI        TUISection
	Inject     []Inject
	StandIns   map[string]StandIn // by addon

	Files    []string     // all that was read or looked for: what to watch
	Warnings graph.Errors // what runs, but hardly as meant

	property string           // the property.json that was opened, "" if none
	seen     map[string]print // the Files as they were read
	all      []Setting
	named    []Setting // those under names of the user's
}

// BenchSection is [bench].
type BenchSection struct {
	UnansweredAfter, Slow, Stuck, StopDeadline, Drain, PathTimeout time.Duration

	Restart    string // RestartNever or RestartOnFailure
	AnswerLost bool
	Queue      int
	QueueBytes int64
}

// The values of [bench] restart.
const (
	RestartNever     = "never"
	RestartOnFailure = "on-failure"
)

// TraceSection is [trace], in bytes.
type TraceSection struct{ Memory, Tap int64 }

// RecordSection is [record].
type RecordSection struct {
	Auto    bool
	Dir     string // "": the user's state folder
	Keep    int
	Max     int64
	Buffers bool
}

// LogSection is [log]. Levels are debug, info, warn and error.
type LogSection struct {
	Level  string
	Levels map[string]string // by node
}

// ExtensionsSection is [extensions].
type ExtensionsSection struct {
	Paths []string // absolute, or relative to the working folder as Dir is
}

// PythonSection is [python].
type PythonSection struct {
	Interpreter string // "": found by the host
	Env         map[string]string
	Debug       []string // nodes that wait for a debugger
}

// ReloadSection is [reload].
type ReloadSection struct {
	Config, Code bool
	Debounce     time.Duration
}

// SecretsSection is [secrets].
type SecretsSection struct {
	Names []string // patterns such as *key*
}

// TUISection is [tui].
type TUISection struct {
	Theme string // auto, dark or light
	FPS   int
	Mouse bool
	ASCII bool
}

// Inject is one [[inject]]: a message to send by hand.
type Inject struct {
	Name   string
	Send   string // as in --send
	Expect string // as msg.ParseExpect reads it
	Pos    graph.Pos
}

// StandIn is one [stand_in.ADDON]: what stands in for an addon that is not there.
type StandIn struct {
	After    time.Duration
	Status   string    // ok or error
	Property msg.Value // of the reply, or the zero Value
	Pos      graph.Pos
}

// ErrNothing says that a folder holds nothing that could be opened; the demo is a fair answer to it.
var ErrNothing = errors.New("nothing to open here")

// ChoiceError says that one of several graphs has to be chosen, or that the chosen one is not there. It is a mistake of the
// command line, not of the file.
type ChoiceError struct {
	Path   string
	Wanted string   // "": none was named
	Names  []string // of the graphs there are
}

// Error names the graphs there are.
func (e *ChoiceError) Error() string {
	names := strings.Join(e.Names, ", ")
	if e.Wanted == "" {
		return fmt.Sprintf("%s has several graphs and none starts by itself; choose one with --graph: %s", e.Path, names)
	}
	text := fmt.Sprintf("%s has no graph %q", e.Path, e.Wanted)
	if near := near.Name(e.Wanted, e.Names); near != "" {
		return text + fmt.Sprintf("; did you mean %q? There are: %s", near, names)
	}
	return text + "; there are: " + names
}

// Problems lists what an error of Load is made of, each with its place: what check prints. It is nil for nil.
func Problems(err error) []graph.Error { return graph.Problems(err) }
