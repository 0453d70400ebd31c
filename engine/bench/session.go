package bench

import (
	"context"
	"errors"
	"sync"
	"time"

	"tenbench/engine"
	"tenbench/engine/config"
	"tenbench/engine/record"
	"tenbench/engine/trace"
)

// Options say what to open and for whom.
type Options struct {
	Path    string // a config file, a property.json or a folder; "" for ./config.toml, else the demo
	Graph   string // of several: the one to run
	Record  string // record in this file; "" as [record] says
	Version string // of the program, noted in recordings
	Demo    []byte // the embedded config
	Addons  []engine.Addon
	Python  func(*config.Config) Python // nil: no Python package runs
	StandIn StandIn                     // nil: an addon that nobody provides is an error
	Lint    Lint                        // nil: check reads no Python
	Flags   map[string]any              // settings from the command line, by key, such as tui.ascii
	Screen  bool                        // the app lives on when its last graph has ended, for someone to look at
	Sources Sources                     // where the sources of handlers are looked for

	Note func(format string, args ...any) // says something beside the output
}

// Bench is a session in progress.
type Bench struct {
	opt    Options
	config *config.Config // as it was opened
	demo   bool
	addons *addons

	app     *engine.App
	engines []*engine.Engine
	rec     *record.Recorder
	reload  *reloader
	notes   *trace.Writer
	joining sync.WaitGroup     // the late nodes
	leave   context.CancelFunc // ends that
	final   trace.Snapshot     // the state before stop began
	closed  sync.Once
}

// Open reads and checks what opt names. It starts nothing; Close is due all the same.
func Open(opt Options) (*Bench, error) {
	c, a, demo, err := load(opt)
	if err != nil {
		return nil, err
	}
	if demo {
		opt.Note("there is no config.toml here, so this is the demo")
	}
	for _, w := range c.Warnings {
		opt.Note("%v", w)
	}
	return &Bench{opt: opt, config: c, demo: demo, addons: a}, nil
}

// Start begins the recording and the graphs. On an error everything has ended again.
func (b *Bench) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			b.Close()
		}
	}()
	b.app = engine.NewApp(b.engineOptions(b.config), b.addons.resolve)
	b.notes = b.app.Log().Writer("bench")
	if b.rec, err = startRecording(b.app.Log(), b.config, b.Title(), b.opt); err != nil {
		return Fail(NotStarted, err)
	}
	for _, g := range b.config.Graphs {
		e, err := b.app.StartGraph(ctx, without(g, b.addons.late))
		if err != nil {
			return startError(ctx, err)
		}
		b.engines = append(b.engines, e)
	}
	return nil
}

func startError(ctx context.Context, err error) error {
	var e *engine.Error
	switch {
	case ctx.Err() != nil:
		return Exit(Interrupted)
	case errors.As(err, &e) && e.Code == engine.CodeInvalidGraph:
		return Fail(Invalid, err)
	}
	return Fail(NotStarted, err)
}

// App is the running app: what the screens read and act through.
func (b *Bench) App() *engine.App { return b.app }

// Config is the config that the session was opened with.
func (b *Bench) Config() *config.Config { return b.config }

// Demo reports whether the embedded demo runs.
func (b *Bench) Demo() bool { return b.demo }

// Title names the session: its graph.
func (b *Bench) Title() string { return title(b.config) }

// Recording is the run file and its size so far; "" if there is none.
func (b *Bench) Recording() (path string, progress func() (written int64, skipped uint64)) {
	if b.rec == nil {
		return "", nil
	}
	return b.rec.Path(), b.rec.Progress
}

// errNotUp says that --send had nobody to send to.
var errNotUp = errors.New("the graph did not come up in time")

// WaitStarted waits until every node runs or has failed. With a limit (not 0) it waits that long and one stage's patience more.
func (b *Bench) WaitStarted(ctx context.Context, limit time.Duration) error {
	var late <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit + b.config.Bench.Stuck)
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
		if b.leave != nil {
			b.leave()
			b.joining.Wait()
		}
		if b.reload != nil {
			b.reload.stop()
		}
		if b.app != nil {
			b.final = b.app.Snapshot()
			b.app.Close()
		}
		b.addons.close()
		if b.rec == nil {
			return
		}
		if err := b.rec.Close(); err != nil {
			b.opt.Note("%v", err)
		}
	})
}
