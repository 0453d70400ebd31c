package bench

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"tenbench/engine/config"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Reload is what came of a saved file.
type Reload struct {
	Summary  string   // what was applied, in a line
	Problems []string // why it was refused, a line each; then nothing was changed
}

// reloader applies the config file whenever it was saved.
type reloader struct {
	b       *Bench
	path    string
	tell    func(Reload)
	current *config.Config // what runs
	cancel  context.CancelFunc
	done    chan struct{}
}

// Watch applies the config file whenever it is saved, from now until Close. tell, which must not wait, hears of each reload, also
// of a refused one; nil makes them notes. Without a file, or if the config does not want it, Watch does nothing.
func (b *Bench) Watch(tell func(Reload)) {
	if b.demo || !b.config.Reload.Config {
		return
	}
	if tell == nil {
		tell = b.noteReload
	}
	ctx, cancel := context.WithCancel(context.Background()) // ended by Close
	b.reload = &reloader{b: b, path: b.opt.path(), tell: tell, current: b.config, cancel: cancel, done: make(chan struct{})}
	go b.reload.run(ctx)
}

func (b *Bench) noteReload(what Reload) {
	if len(what.Problems) > 0 {
		b.opt.Note("%s was not applied:\n  %s", b.opt.path(), strings.Join(what.Problems, "\n  "))
		return
	}
	b.opt.Note("%s was applied: %s", b.opt.path(), what.Summary)
}

func (r *reloader) stop() {
	r.cancel()
	<-r.done
}

// run watches the files of the config that runs; one that reads other files than the last is watched anew.
func (r *reloader) run(ctx context.Context) {
	defer close(r.done)
	for ctx.Err() == nil {
		if err := r.watchOnce(ctx); err != nil {
			r.b.opt.Note("changes to %s will not be applied: %v", r.path, err)
			return
		}
	}
}

func (r *reloader) watchOnce(ctx context.Context) error {
	watched, stop := context.WithCancel(ctx)
	defer stop()
	files := r.current.Files
	return r.current.Watch(watched, func() {
		r.reload(ctx)
		if !slices.Equal(files, r.current.Files) {
			stop()
		}
	})
}

// reload reads the file again and applies what differs.
func (r *reloader) reload(ctx context.Context) {
	next, err := config.Load(r.path, r.b.opt.flags())
	if err == nil {
		err = r.b.addons.check(next)
	}
	if err == nil {
		err = sameGraphs(r.current.Graphs, next.Graphs)
	}
	var parts []string
	if err == nil {
		parts, err = r.apply(ctx, next)
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		if _, gone := os.Stat(r.path); errors.Is(gone, fs.ErrNotExist) {
			err = errGone
		}
		r.refuse(err)
		return
	}
	r.current = next
	r.tell(Reload{Summary: strings.Join(parts, "; ")})
}

// errGone says that the config file was removed, which is no reason to stop anything.
var errGone = errors.New("the file is gone; it will be applied when it is back")

// errOtherGraphs says that a reload changes graphs but does not swap them.
var errOtherGraphs = errors.New("which graphs run, and their names, cannot change while they run; start again for that")

func sameGraphs(running, next []*graph.Graph) error {
	name := func(g *graph.Graph) string { return g.Name }
	if !slices.Equal(mapped(running, name), mapped(next, name)) {
		return errOtherGraphs
	}
	return nil
}

func mapped[T, U any](in []T, f func(T) U) []U {
	out := make([]U, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

// apply changes the running graphs and the settings and says what that was. On an error nothing of the graph that it is about
// was changed.
func (r *reloader) apply(ctx context.Context, next *config.Config) (parts []string, err error) {
	before := r.b.addons.now.Load()
	r.b.addons.use(next)
	defer func() {
		if err != nil {
			r.b.addons.now.Store(before)
		}
	}()
	for i, g := range next.Graphs {
		if graph.Compare(r.current.Graphs[i], g).Empty() {
			continue
		}
		diff, err := r.b.app.Apply(ctx, g)
		if err != nil {
			return nil, err
		}
		parts = append(parts, diff.String())
	}
	if settings := r.settings(next); settings != "" {
		r.b.app.SetOptions(r.b.engineOptions(next))
		r.b.event(trace.Info, "applied: "+settings)
		parts = append(parts, settings)
	}
	if len(parts) == 0 {
		parts = []string{"no change"}
	}
	return parts, nil
}

// settings names the tables whose settings differ, and says which of them wait for the next start.
func (r *reloader) settings(next *config.Config) string {
	var live, later []string
	for _, t := range []struct {
		name     string
		old, new any
		later    bool
	}{
		{"[bench]", r.current.Bench, next.Bench, false},
		{"[log]", r.current.Log, next.Log, false},
		{"[secrets]", r.current.Secrets, next.Secrets, false},
		{"[extensions]", r.current.Extensions, next.Extensions, false},
		{"[stand_in]", mapped(standIns(r.current), unplaced), mapped(standIns(next), unplaced), true},
		{"[python]", r.current.Python, next.Python, true},
		{"[reload]", r.current.Reload, next.Reload, true},
		{"[trace]", r.current.Trace, next.Trace, true},
		{"[record]", r.current.Record, next.Record, true},
		{"[tui]", r.current.TUI, next.TUI, true},
		{"[[inject]]", mapped(r.current.Inject, sent), mapped(next.Inject, sent), true},
	} {
		switch {
		case reflect.DeepEqual(t.old, t.new):
		case t.later:
			later = append(later, t.name)
		default:
			live = append(live, t.name)
		}
	}
	text := strings.Join(live, ", ")
	if len(later) > 0 {
		text = strings.TrimPrefix(text+"; from the next start on: "+strings.Join(later, ", "), "; ")
	}
	return text
}

// namedStandIn is one [stand_in.NAME].
type namedStandIn struct {
	name string
	config.StandIn
}

func standIns(c *config.Config) []namedStandIn {
	var out []namedStandIn
	for _, name := range slices.Sorted(maps.Keys(c.StandIns)) {
		out = append(out, namedStandIn{name, c.StandIns[name]})
	}
	return out
}

// unplaced is a stand-in without its place in the file, and with its property as text.
func unplaced(s namedStandIn) [4]string {
	return [4]string{s.name, s.After.String(), s.Status, string(msg.AppendJSON(nil, s.Property))}
}

// sent is an [[inject]] without its place in the file.
func sent(in config.Inject) [2]string { return [2]string{in.Name, in.Send} }

// refuse says everywhere why a file was not applied.
func (r *reloader) refuse(err error) {
	problems := mapped(graph.Problems(err), func(e graph.Error) string { return e.Error() })
	r.b.event(trace.Error, "refused: "+strings.Join(problems, "\n"))
	r.tell(Reload{Problems: problems})
}

// event puts a config event into the trace.
func (b *Bench) event(level trace.Level, detail string) {
	b.notes.Emit(&trace.Event{Kind: trace.Config, Level: level, Detail: detail})
}
