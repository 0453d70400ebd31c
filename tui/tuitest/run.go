// Package tuitest makes the traces of invented runs, for tests of screens: the same picture at each run, without an engine
// and without a clock.
package tuitest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// Start is when all invented runs began.
var Start = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

// Run collects the events of a run; the order in which they are added does not matter. It is a ui.Source and a ui.Desktop.
type Run struct {
	Copied string   // by the screen, to the clipboard
	Saved  string   // by the screen, into a file
	Edited []string // what was opened, as file:line

	graph  graph.Graph
	events []trace.Event
	ids    uint64
	log    *trace.Log
	read   *trace.Reader
}

// NewRun returns a run of a graph with these extensions.
func NewRun(name string, extensions ...string) *Run {
	r := &Run{graph: graph.Graph{Name: name}, ids: 1000}
	for _, e := range extensions {
		r.graph.Nodes = append(r.graph.Nodes, graph.Node{Name: e, Addon: e})
	}
	return r
}

// Add adds an event at a time of the run.
func (r *Run) Add(at time.Duration, e trace.Event) {
	e.Mono = int64(at)
	e.Graph = trace.Intern(r.graph.Name)
	r.events = append(r.events, e)
}

// Enter lets an extension enter a state after having been that long in the one before.
func (r *Run) Enter(at time.Duration, extension string, s trace.State, stage time.Duration) {
	r.Add(at, trace.Event{Kind: trace.Transition, Extension: trace.Intern(extension), State: s, StageNS: int64(stage)})
}

// Up starts an extension with stages of these lengths and returns when it runs.
func (r *Run) Up(at time.Duration, extension string, configure, init, start time.Duration) time.Duration {
	r.Enter(at, extension, trace.Created, 0)
	r.Enter(at, extension, trace.Configure, 1)
	r.Enter(at+configure, extension, trace.Init, configure)
	r.Enter(at+configure+init, extension, trace.Start, init)
	r.Enter(at+configure+init+start, extension, trace.Running, start)
	return at + configure + init + start
}

// Down stops an extension.
func (r *Run) Down(at time.Duration, extension string, stop, deinit time.Duration) time.Duration {
	r.Enter(at, extension, trace.Stop, 0)
	r.Enter(at+stop, extension, trace.Deinit, stop)
	r.Enter(at+stop+deinit, extension, trace.Ended, deinit)
	return at + stop + deinit
}

// Cmd is a command and what became of it.
type Cmd struct {
	At             time.Duration
	From, To, Name string
	Property       string
	Source         string // where it was sent
	Handler        string // where its handler begins
	Parent         uint64
	Queued         time.Duration // in the mailbox
	Handling       time.Duration // 0: its handler still runs
	Latency        time.Duration // 0: no answer
	Partials       int
	Status         msg.Status
	By             trace.By // who made the answer; none: the handler
	Answer         string   // the properties of the answer
	Lost           bool     // proven
}

// Send adds a command and returns its id.
func (r *Run) Send(c Cmd) uint64 {
	r.ids++
	id := r.ids
	from, to := trace.Intern(c.From), trace.Intern(c.To)
	e := trace.Event{ID: id, Parent: c.Parent, Type: msg.KindCmd, Name: trace.Intern(c.Name), From: from, To: to}
	with := func(kind trace.Kind, change func(*trace.Event)) trace.Event {
		e := e
		e.Kind = kind
		change(&e)
		return e
	}
	r.Add(c.At, with(trace.Sent, func(e *trace.Event) {
		e.Extension, e.Property, e.Debtor, e.Source = from, []byte(c.Property), trace.DebtorQueue, trace.Intern(c.Source)
		e.Bytes = int64(len(c.Property))
		if c.Parent != 0 {
			e.ParentDebtor = trace.DebtorChild
		}
	}))
	begin := c.At + c.Queued
	r.Add(begin, with(trace.Delivered, func(e *trace.Event) {
		e.Extension, e.QueuedNS, e.Debtor, e.Source = to, int64(c.Queued), trace.DebtorHandler, trace.Intern(c.Handler)
	}))
	if c.Handling > 0 {
		r.Add(begin+c.Handling, with(trace.Handled, func(e *trace.Event) {
			e.Extension = to
			if c.Latency == 0 || c.Latency > c.Queued+c.Handling {
				e.Debtor = trace.DebtorKept
			}
		}))
	}
	for i := range c.Partials {
		at := c.Queued + (c.Latency-c.Queued)*time.Duration(i+1)/time.Duration(c.Partials+1)
		r.Add(c.At+at, with(trace.Result, func(e *trace.Event) {
			e.Extension, e.By, e.Status = to, trace.ByHandler, msg.OK
			e.Property = []byte(`{"part":` + string(rune('0'+i%10)) + `}`)
		}))
	}
	if c.Lost {
		r.Add(begin+c.Handling+time.Second, with(trace.Freed, func(e *trace.Event) { e.Extension, e.Debtor = to, trace.DebtorNobody }))
	}
	if c.Latency > 0 {
		r.Add(c.At+c.Latency, with(trace.Result, func(e *trace.Event) {
			e.Extension, e.By, e.Status, e.Final, e.LatencyNS, e.Property = to, max(c.By, trace.ByHandler), c.Status, true, int64(c.Latency), []byte(c.Answer)
			if c.Parent != 0 {
				e.ParentDebtor = trace.DebtorHandler
			}
		}))
		r.Add(c.At+c.Latency, with(trace.Delivered, func(e *trace.Event) { e.Extension, e.Type, e.Final = from, msg.KindResult, true }))
		return id
	}
	if c.Handling > 0 {
		r.Add(c.At+time.Second, with(trace.Lint, func(e *trace.Event) {
			e.Extension, e.Rule, e.Level = to, trace.Intern("unanswered"), trace.Error
			e.Detail = c.To + " has not answered " + c.Name + " for a second."
		}))
	}
	return id
}

// OneWay adds a message that wants no answer.
func (r *Run) OneWay(at time.Duration, kind msg.Kind, from, to, name, property string, buffer []byte, handling time.Duration) uint64 {
	r.ids++
	e := trace.Event{ID: r.ids, Type: kind, Name: trace.Intern(name), From: trace.Intern(from), To: trace.Intern(to)}
	sent := e
	sent.Kind, sent.Extension, sent.Property = trace.Sent, e.From, []byte(property)
	sent.BufHead, sent.BufLen, sent.Bytes = buffer, int64(len(buffer)), int64(len(property)+len(buffer))
	r.Add(at, sent)
	begun := e
	begun.Kind, begun.Extension = trace.Delivered, e.To
	r.Add(at+100*time.Microsecond, begun)
	ended := e
	ended.Kind, ended.Extension = trace.Handled, e.To
	r.Add(at+100*time.Microsecond+handling, ended)
	return r.ids
}

// Say adds a log line of a handler.
func (r *Run) Say(at time.Duration, extension string, level trace.Level, id uint64, source, text string) {
	r.Add(at, trace.Event{Kind: trace.LogLine, Extension: trace.Intern(extension), Level: level, ID: id, Detail: text, Source: trace.Intern(source)})
}

// Common returns what a screen is given when the run has come to that time, with a controller that answers like the engine.
func (r *Run) Common(at time.Duration, t *theme.Theme) *ui.Common {
	slices.SortStableFunc(r.events, func(a, b trace.Event) int { return cmp.Compare(a.Mono, b.Mono) })
	log, fill := trace.FromEvents(Start)
	for i := range r.events {
		r.events[i].Seq = uint64(i + 1)
		fill(&r.events[i])
	}
	r.log, r.read = log, log.NewReader()
	c := &ui.Common{Theme: t, Store: store.New(log, store.Options{}), Source: r, Desktop: r, Filters: ui.NewFilters(nil)}
	c.Info = ui.Info{Title: r.graph.Name, Started: Start, Live: true}
	c.Store.SetGraphs(r.Graphs())
	r.Advance(c, at)
	return c
}

// Advance brings the store to that time of the run and returns the tick that tells screens so.
func (r *Run) Advance(c *ui.Common, at time.Duration) ui.TickMsg {
	var buf [1]trace.Event
	for r.read.Next(buf[:]) == 1 {
		if buf[0].Mono > int64(at) {
			r.read = r.log.ReaderAt(buf[0].Seq)
			break
		}
		c.Store.Apply(buf[:])
	}
	c.Now = int64(at)
	return ui.TickMsg{Now: c.Now, Changed: true}
}

// Log returns the trace. It holds the whole run from the beginning; screens look no further than Common.Now.
func (r *Run) Log() *trace.Log { return r.log }

// Snapshot is empty: the store knows what the events told it.
func (r *Run) Snapshot() trace.Snapshot { return trace.Snapshot{} }

// Graphs returns the one graph.
func (r *Run) Graphs() []*graph.Graph { return []*graph.Graph{&r.graph} }

// Edit remembers what was opened and opens nothing.
func (r *Run) Edit(file string, line int) (ui.Program, error) {
	r.Edited = append(r.Edited, fmt.Sprintf("%s:%d", file, line))
	return editor{}, nil
}

// editor is a program that ends at once.
type editor struct{}

func (editor) Run() error          { return nil }
func (editor) SetStdin(io.Reader)  {}
func (editor) SetStdout(io.Writer) {}
func (editor) SetStderr(io.Writer) {}

// Copy keeps the text.
func (r *Run) Copy(text string) (file string, err error) {
	r.Copied = text
	return "", nil
}

// Save keeps what is written.
func (r *Run) Save(name, as string, write func(io.Writer) error) (file string, err error) {
	var text strings.Builder
	err = write(&text)
	r.Saved = text.String()
	return "exports/" + cmp.Or(as, name), err
}

// Memory is a ui.Memory that ends with the test.
type Memory map[string][]string

// Recall returns what was remembered.
func (m Memory) Recall(list string) []string { return m[list] }

// Remember keeps lines.
func (m Memory) Remember(list string, lines []string) error {
	m[list] = lines
	return nil
}

// Controller is a ui.Controller that remembers what was sent.
type Controller struct {
	Sent []msg.Message
	ID   uint64 // the id that Inject returns
	Err  error  // what Inject returns

	Answers []string // what Answer got: #7 OK {"n":1} final
}

// Inject remembers m.
func (c *Controller) Inject(_ context.Context, m msg.Message) (uint64, error) {
	c.Sent = append(c.Sent, m)
	return c.ID, c.Err
}

// Restart does nothing.
func (c *Controller) Restart(context.Context, string, string) error { return nil }

// Answer remembers the answer.
func (c *Controller) Answer(id uint64, status msg.Status, properties []byte, final bool) error {
	text := fmt.Sprintf("#%d %s %s", id, status, properties)
	if final {
		text += " final"
	}
	c.Answers = append(c.Answers, text)
	return c.Err
}
