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
	"sync"
	"time"

	"tenbench/engine/config"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Reload is what came of a saved file.
type Reload struct {
	At       time.Time
	Summary  string      // in a line: what was applied or, if it waits, what would be
	Problems []string    // why it was refused, or would be, a line each; then nothing was changed
	Places   []graph.Pos // of the problems, in their order
	Waits    bool        // the file differs from what runs, and [reload] config = false: Apply takes it

	Config *config.Config // what runs now
}

// maxReloads bounds what is kept of earlier reloads.
const maxReloads = 100

// reloader applies the config file whenever it was saved, or waits to be asked.
type reloader struct {
	b      *Bench
	path   string
	tell   func(Reload)
	ctx    context.Context // of all it does; ended by stop
	cancel context.CancelFunc
	done   chan struct{}

	busy sync.Mutex // held while a file is read or applied

	mu      sync.Mutex
	current *config.Config // what runs
	past    []Reload       // oldest first
	anew    func()         // ends the watching of what current was read from
}

// Watch applies the config file whenever it is saved, from now until Close; with [reload] config = false it only notes that there
// is something to apply. tell, which must not wait, hears of all that; nil makes what was applied or refused a note. Without a
// file there is nothing to apply. It also lets the nodes join that were late.
func (b *Bench) Watch(tell func(Reload)) {
	if !b.demo {
		b.watch(tell)
	}
	if len(b.addons.late) > 0 {
		var ctx context.Context
		ctx, b.leave = context.WithCancel(context.Background()) // ended by Close
		b.joining.Go(func() { b.join(ctx) })
	}
}

func (b *Bench) watch(tell func(Reload)) {
	if tell == nil {
		tell = b.noteReload
	}
	ctx, cancel := context.WithCancel(context.Background()) // ended by Close
	b.reload = &reloader{b: b, path: b.opt.path(), tell: tell, current: b.config, ctx: ctx, cancel: cancel, done: make(chan struct{})}
	go b.reload.run()
}

// Apply applies the config file as it is now, whatever [reload] says. What came of it is told as after a saved file.
func (b *Bench) Apply() {
	if b.reload != nil {
		b.reload.reload()
	}
}

func (b *Bench) noteReload(what Reload) {
	switch {
	case what.Waits, what.Summary == "" && len(what.Problems) == 0:
	case len(what.Problems) > 0:
		b.opt.Note("%s was not applied:\n  %s", b.opt.path(), strings.Join(what.Problems, "\n  "))
	default:
		b.opt.Note("%s was applied: %s", b.opt.path(), what.Summary)
	}
}

func (r *reloader) stop() {
	r.cancel()
	<-r.done
	r.busy.Lock() // what was asked for by hand
	defer r.busy.Unlock()
}

// now is the config that runs.
func (r *reloader) now() *config.Config {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}

// run watches the files of the config that runs; one that reads other files than the last is watched anew.
func (r *reloader) run() {
	defer close(r.done)
	for r.ctx.Err() == nil {
		if err := r.watchOnce(); err != nil {
			r.b.opt.Note("changes to %s will not be applied: %v", r.path, err)
			return
		}
	}
}

func (r *reloader) watchOnce() error {
	watched, stop := context.WithCancel(r.ctx)
	defer stop()
	r.mu.Lock()
	current := r.current
	r.anew = stop
	r.mu.Unlock()
	return current.Watch(watched, func() {
		if r.now().Reload.Config {
			r.reload()
		} else {
			r.look()
		}
	})
}

// read reads and checks the file.
func (r *reloader) read() (*config.Config, error) {
	next, err := config.Load(r.path, r.b.opt.flags())
	if err == nil {
		err = r.b.addons.check(next)
	}
	if err == nil {
		err = sameGraphs(r.now().Graphs, next.Graphs)
	}
	if err == nil {
		return next, nil
	}
	if _, gone := os.Stat(r.path); errors.Is(gone, fs.ErrNotExist) {
		err = errGone
	}
	return nil, err
}

// reload reads the file again and applies what differs.
func (r *reloader) reload() {
	r.busy.Lock()
	defer r.busy.Unlock()
	next, err := r.read()
	var parts []string
	if err == nil {
		parts, err = r.apply(r.ctx, next)
	}
	if r.ctx.Err() != nil {
		return
	}
	if err != nil {
		r.refuse(err)
		return
	}
	r.adopt(next)
	r.say(Reload{Summary: strings.Join(parts, "; ")})
}

// adopt notes that next runs now. Its files are watched in place of the last one's, if they are others.
func (r *reloader) adopt(next *config.Config) {
	r.mu.Lock()
	defer r.mu.Unlock()
	other := !slices.Equal(r.current.Files, next.Files) || r.current.Reload.Debounce != next.Reload.Debounce
	r.current = next
	if other && r.anew != nil {
		r.anew()
	}
}

// look reads the file and says what would come of it.
func (r *reloader) look() {
	r.busy.Lock()
	defer r.busy.Unlock()
	next, err := r.read()
	if r.ctx.Err() != nil {
		return
	}
	what := Reload{Waits: true}
	if err != nil {
		what.Problems, what.Places = said(err)
	} else {
		what.Summary = strings.Join(r.difference(next), "; ")
		what.Waits = what.Summary != ""
	}
	r.say(what)
}

// say tells what came of the file and keeps it. Only the newest of those that wait is kept.
func (r *reloader) say(what Reload) {
	what.At = time.Now()
	r.mu.Lock()
	what.Config = r.current
	if n := len(r.past); n > 0 && r.past[n-1].Waits {
		r.past = r.past[:n-1]
	}
	if what.Waits || what.Summary != "" || len(what.Problems) > 0 {
		r.past = append(r.past, what)
		r.past = r.past[max(len(r.past)-maxReloads, 0):]
	}
	r.mu.Unlock()
	r.tell(what)
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

// difference says what apply would change.
func (r *reloader) difference(next *config.Config) (parts []string) {
	current := r.now()
	for i, g := range next.Graphs {
		if diff := graph.Compare(current.Graphs[i], g); !diff.Empty() {
			parts = append(parts, diff.String())
		}
	}
	if s := settings(r.b.config, current, next); s != "" {
		parts = append(parts, s)
	}
	return parts
}

// apply changes the running graphs and the settings and says what that was. On an error nothing of the graph that it is about
// was changed.
func (r *reloader) apply(ctx context.Context, next *config.Config) (parts []string, err error) {
	current, before := r.now(), r.b.addons.now.Load()
	r.b.addons.use(next)
	defer func() {
		if err != nil {
			r.b.addons.now.Store(before)
		}
	}()
	for i, g := range next.Graphs {
		if graph.Compare(current.Graphs[i], g).Empty() {
			continue
		}
		diff, err := r.b.app.Apply(ctx, g)
		if err != nil {
			return nil, err
		}
		parts = append(parts, diff.String())
	}
	if s := settings(r.b.config, current, next); s != "" {
		r.b.app.SetOptions(r.b.engineOptions(next))
		r.b.event(trace.Info, "applied: "+s)
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		parts = []string{"no change"}
	}
	return parts, nil
}

// settings names the tables whose settings differ, and says which of them wait for the next start. One that is read at the start and
// is again what it was then waits for nothing.
func settings(started, was, next *config.Config) string {
	var live, later []string
	then, before := tables(started), tables(was)
	for i, t := range tables(next) {
		switch {
		case reflect.DeepEqual(before[i].value, t.value):
		case !slices.Contains(atStart, t.name):
			live = append(live, t.name)
		case !reflect.DeepEqual(then[i].value, t.value):
			later = append(later, t.name)
		}
	}
	text := strings.Join(live, ", ")
	if len(later) > 0 {
		text = strings.TrimPrefix(text+"; from the next start on: "+strings.Join(later, ", "), "; ")
	}
	return text
}

// table is a part of the config that is told apart in what is said of a saved file.
type table struct {
	name  string
	value any
}

// tables are the settings of a config, always in the same order.
func tables(c *config.Config) []table {
	look := c.TUI
	look.FPS = 0
	return []table{
		{"[bench]", c.Bench}, {"[log]", c.Log}, {"[secrets]", c.Secrets}, {"[extensions]", c.Extensions},
		{"[stand_in]", mapped(standIns(c), unplaced)}, {"[python]", c.Python}, {"[reload]", c.Reload}, {"[trace]", c.Trace},
		{"[record]", c.Record}, {"[tui]", look}, {"[tui] fps", c.TUI.FPS}, {"[[inject]]", mapped(c.Inject, sent)},
	}
}

// atStart are the settings that are read once, when the bench starts.
var atStart = []string{"[trace]", "[record]", "[python]", "[stand_in]", "[tui] fps"}

// waitsForStart reports whether a setting is read once, when the bench starts.
func waitsForStart(s config.Setting) bool {
	table := "[" + s.Section() + "]"
	return slices.Contains(atStart, table) || slices.Contains(atStart, table+" "+strings.TrimPrefix(s.Key, s.Section()+"."))
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
func sent(in config.Inject) [3]string { return [3]string{in.Name, in.Send, in.Expect} }

// refuse says everywhere why a file was not applied.
func (r *reloader) refuse(err error) {
	problems, places := said(err)
	r.b.event(trace.Error, "refused: "+strings.Join(problems, "\n"))
	r.say(Reload{Problems: problems, Places: places})
}

// said is what an error is made of: texts and their places.
func said(err error) (texts []string, places []graph.Pos) {
	all := graph.Problems(err)
	return mapped(all, func(e graph.Error) string { return e.Error() }), mapped(all, func(e graph.Error) graph.Pos { return e.Pos })
}

// event puts a config event into the trace.
func (b *Bench) event(level trace.Level, detail string) {
	b.notes.Emit(&trace.Event{Kind: trace.Config, Level: level, Detail: detail})
}
