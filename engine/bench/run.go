package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"tenbench/engine/diagnose"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
	"tenbench/engine/trace"
)

// RunOptions are the flags of `tenbench run`, as they were typed.
type RunOptions struct {
	For    time.Duration // from the start of the graph; 0: until Until is met or the context ends
	Until  string        // a filter
	Where  string        // a filter
	Sends  []string
	FailOn []string
}

// Run opens and runs what opt names and prints its events on out. It returns when the run has ended and everything is stopped;
// the error says that it could not begin.
func Run(ctx context.Context, opt Options, flags RunOptions, out, summary io.Writer) (Status, error) {
	plan, err := newPlan(flags)
	if err != nil {
		return Usage, Fail(Usage, err)
	}
	b, err := Open(opt)
	if err != nil {
		return StatusOf(err), err
	}
	defer b.Close()
	if err := checkSends(plan.sends, b.config.Graphs); err != nil {
		return Usage, Fail(Usage, err)
	}
	if err := b.Start(ctx); err != nil {
		return StatusOf(err), err
	}
	b.Watch(nil)
	plan.tellHints(b.opt.Note)
	r := newRun(b, plan, out)
	go r.end(ctx)
	r.read()
	<-r.ended
	b.Close()
	listProblems(summary, "Problems that were found; --fail-on counts them as lint, not as error:", r.fold, b.final, opt.Sources)
	b.summarise(summary, r.fold)
	return r.status(), nil
}

// plan is RunOptions, read.
type plan struct {
	limit        time.Duration
	until, where *trace.Filter
	sends        []send
	failOn       FailOn
}

// send is one --send.
type send struct {
	text string
	msg  msg.Message
}

func newPlan(f RunOptions) (p plan, err error) {
	if f.For < 0 {
		return p, fmt.Errorf("--for %v: want a time from now on, such as 3s", f.For)
	}
	p.limit = f.For
	if p.failOn, err = ParseFailOn(f.FailOn); err != nil {
		return p, err
	}
	if p.until, err = compile("--until", f.Until); err != nil {
		return p, err
	}
	if p.where, err = compile("--where", f.Where); err != nil {
		return p, err
	}
	for _, text := range f.Sends {
		m, err := msg.ParseSend(text)
		if err != nil {
			return p, fmt.Errorf("--send %s: %w", text, err)
		}
		if len(m.Dests()) == 0 {
			return p, fmt.Errorf("--send %s: no destination; add `to EXTENSION`", text)
		}
		p.sends = append(p.sends, send{text, m})
	}
	return p, nil
}

// checkSends returns an error for the first message to, or in the name of, an extension or a graph that does not run.
func checkSends(sends []send, graphs []*graph.Graph) error {
	for _, s := range sends {
		for _, d := range s.msg.Dests() {
			if err := checkDest(d, graphs); err != nil {
				return fmt.Errorf("--send %s: %w", s.text, err)
			}
		}
		if as := s.msg.Source().Extension; as != "" && as != msg.BenchName {
			if err := checkDest(msg.Loc{Graph: s.msg.Dests()[0].Graph, Extension: as}, graphs); err != nil {
				return fmt.Errorf("--send %s: as: %w", s.text, err)
			}
		}
	}
	return nil
}

func checkDest(d msg.Loc, graphs []*graph.Graph) error {
	var names []string
	for _, g := range graphs {
		if d.Graph != "" && d.Graph != g.Name {
			continue
		}
		for i := range g.Nodes {
			names = append(names, g.Nodes[i].Name)
		}
		if g.Node(d.Extension) != nil {
			return nil
		}
		if d.Graph == "" { // without a name the first graph is meant
			break
		}
	}
	switch near := near.Name(d.Extension, names); {
	case len(names) == 0:
		return fmt.Errorf("no graph is called %q", d.Graph)
	case near != "":
		return fmt.Errorf("no extension is called %q; did you mean %q?", d.Extension, near)
	}
	return fmt.Errorf("no extension is called %q; there are %s", d.Extension, strings.Join(names, ", "))
}

// compile reads a filter, nil for none. The error shows the place in it.
func compile(flag, text string) (*trace.Filter, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	f, err := trace.Compile(text)
	var at *trace.FilterError
	if errors.As(err, &at) {
		return nil, fmt.Errorf("%s: %s", flag, pointed(text, at))
	}
	return f, err
}

// pointed is what is said of a filter, with a mark below the place in it.
func pointed(text string, at *trace.FilterError) string {
	col := min(max(at.Col, 1), utf8.RuneCountInString(text)+1)
	return fmt.Sprintf("%s\n  %s\n  %s^", at.Msg, text, strings.Repeat(" ", col-1))
}

// tellHints says which words of the filters may mean something else.
func (p *plan) tellHints(note func(format string, args ...any)) {
	for flag, f := range map[string]*trace.Filter{"--until": p.until, "--where": p.where} {
		if f != nil && f.Hint() != nil {
			note("%s: %s", flag, pointed(f.String(), f.Hint()))
		}
	}
}

// run is one run in progress. Its own goroutine reads the trace; end decides when it is over.
type run struct {
	b     *Bench
	plan  plan
	print *printer
	track trace.Tracker
	fold  *diagnose.Fold
	sends *sends

	met    chan struct{} // closed by the reader when --until is met
	broken chan struct{} // closed by the reader when nobody reads the output any more
	ended  chan struct{} // closed when the decision to end has been carried out

	interrupted, tooLate bool // written by end before ended is closed
}

func newRun(b *Bench, p plan, out io.Writer) *run {
	return &run{b: b, plan: p, print: newPrinter(out, b.App().Log().Start()), fold: new(diagnose.Fold), sends: newSends(len(p.sends), b.opt.Note),
		met: make(chan struct{}), broken: make(chan struct{}), ended: make(chan struct{})}
}

// read takes every event until the log ends. What is printed is flushed while there is nothing else to do.
func (r *run) read() {
	in := r.b.App().Log().NewReader()
	buf := make([]trace.Event, 256)
	for {
		n := in.Next(buf)
		for i := range buf[:n] {
			r.take(&buf[i])
		}
		if n > 0 {
			continue
		}
		if r.print.flush() != nil {
			closeOnce(r.broken)
		}
		// Waiting has no end of its own: end closes the app, and with it the log.
		if in.Wait(context.Background()) != nil {
			return
		}
	}
}

func (r *run) take(e *trace.Event) {
	r.track.Add(e)
	r.fold.Add(e)
	r.sends.add(e)
	if r.plan.where == nil || r.matches(r.plan.where, e) {
		r.print.print(e)
	}
	if r.plan.until != nil && r.matches(r.plan.until, e) {
		closeOnce(r.met)
	}
}

func (r *run) matches(f *trace.Filter, e *trace.Event) bool { return f.Match(e, r.track.Command(e.ID)) }

// end waits until the run is over and then stops everything.
func (r *run) end(ctx context.Context) {
	defer close(r.ended)
	defer r.b.Close()
	over, cancel := context.WithCancel(ctx)
	var sending sync.WaitGroup
	sending.Go(func() { r.sendAll(over) })
	defer sending.Wait()
	defer cancel()

	var limit <-chan time.Time
	if r.plan.limit > 0 {
		timer := time.NewTimer(r.plan.limit)
		defer timer.Stop()
		limit = timer.C
	}
	select {
	case <-ctx.Done():
		r.interrupted = true
	case <-r.met:
	case <-r.broken:
	case <-r.b.App().Done():
	case <-limit:
		r.tooLate = r.plan.until != nil
		r.waitForAnswers(ctx)
	}
}

// waitForAnswers lets the commands of --send be answered, or count as unanswered, before the run ends.
func (r *run) waitForAnswers(ctx context.Context) {
	select {
	case <-r.sends.settled:
	case <-ctx.Done():
		r.interrupted = true
	case <-r.broken:
	case <-r.b.App().Done():
	}
}

// sendAll sends what --send asked for, in order, when every graph runs. A graph that does not come up is not waited for much
// longer than --for.
func (r *run) sendAll(ctx context.Context) {
	if len(r.plan.sends) == 0 {
		return
	}
	started := r.b.WaitStarted(ctx, r.plan.limit)
	for _, s := range r.plan.sends {
		if started != nil {
			r.sends.refused(s.text, started)
		} else if err := r.sendOne(ctx, s.msg); err != nil {
			r.sends.refused(s.text, err)
		}
	}
}

// sendOne fills the variables of a message as it goes.
func (r *run) sendOne(ctx context.Context, m msg.Message) error {
	if err := msg.Fill(m, 1); err != nil {
		return err
	}
	_, err := r.b.App().Inject(ctx, m)
	return err
}

func (r *run) status() Status {
	var apply []Status
	if r.interrupted {
		apply = append(apply, Interrupted)
	}
	if r.tooLate {
		r.b.opt.Note("--until %s: not met within %v", r.plan.until, r.plan.limit)
		apply = append(apply, CheckFailed)
	}
	apply = append(apply, r.sends.apply()...)
	return Worst(append(apply, earned(r.fold.Counts(), r.plan.failOn)...)...)
}

// closeOnce closes a channel that the same goroutine may have closed before.
func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}
