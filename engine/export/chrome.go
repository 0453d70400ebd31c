package export

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Window is the stretch of a trace that is exported, in nanoseconds since the log began.
type Window struct {
	From, To int64
	Now      int64               // nothing later is looked at
	Wanted   func(msg.Kind) bool // the kinds of messages; nil: all
}

func (w *Window) wants(k msg.Kind) bool { return w.Wanted == nil || w.Wanted(k) }

func (w *Window) holds(t int64) bool { return t >= w.From && t <= min(w.To, w.Now) }

// Written counts what was written.
type Written struct {
	Spans, Marks int
	Missing      uint64 // events that are no longer in the log
}

// Chrome writes a window as JSON in Chrome's trace event format, which Perfetto and chrome://tracing open. Each graph is a process,
// each extension a thread of it. Stages and commands that touch the window are complete events, whole, also where they reach
// beyond it; a command lies on the thread of who gets it, from when it was sent to its last answer. Messages that came to a handler
// in the window are instants, and so are the gaps in streams of audio, on the thread of who sent it.
//
// It reads the log from its beginning, beside all others; what is no longer kept is missing. It writes small pieces: w should be
// buffered.
func Chrome(w io.Writer, log *trace.Log, win Window) (Written, error) {
	c := &chrome{win: win, out: w, lanes: map[place]*lane{}, graphs: map[trace.Sym]int{}, open: map[uint64]*command{}, flows: map[stream]*flow{}}
	c.raw(`{"displayTimeUnit":"ms","traceEvents":[`)
	c.read(log)
	c.finish()
	c.raw("\n]}\n")
	return c.written, c.err
}

// chrome folds the log to what is written: marks at once, spans once it is known on which thread they fit.
type chrome struct {
	win     Window
	out     io.Writer
	err     error
	begun   bool // an event was written
	written Written

	graphs map[trace.Sym]int // their process ids
	lanes  map[place]*lane
	order  []*lane
	open   map[uint64]*command
	flows  map[stream]*flow
}

type place struct{ graph, extension trace.Sym }

type command struct {
	name, from, to, graph trace.Sym
	sent, queued          int64
	parent                uint64
	freed                 bool
}

type stream struct{ graph, from, to, name trace.Sym }

type flow struct {
	trace.Beat
	last  int64
	known bool // last is the frame before
}

func (c *chrome) read(log *trace.Log) {
	var buf [64]trace.Event
	r := log.ReaderAt(1)
	for n := r.Next(buf[:]); n > 0 && c.err == nil; n = r.Next(buf[:]) {
		for i := range buf[:n] {
			if buf[i].Mono > c.win.Now {
				return
			}
			c.apply(&buf[i])
		}
	}
}

func (c *chrome) apply(e *trace.Event) {
	switch e.Kind {
	case trace.Transition:
		c.enter(c.lane(e.Graph, e.Extension), e.State, e.Mono)
	case trace.Sent:
		c.sent(e)
	case trace.Delivered:
		c.delivered(e)
	case trace.Result:
		if cmd := c.open[e.ID]; cmd != nil && e.Final {
			delete(c.open, e.ID)
			c.span(e.ID, cmd, e.Mono, e.Status.String(), e.By)
		}
	case trace.Freed:
		if cmd := c.open[e.ID]; cmd != nil {
			cmd.freed = true
		}
	case trace.Gap:
		c.written.Missing += e.Count
		for _, f := range c.flows {
			f.known = false
		}
	}
}

// enter ends the stage that an extension was in and begins the next.
func (c *chrome) enter(l *lane, s trace.State, now int64) {
	switch l.state {
	case trace.StateNone, trace.Created, trace.Ended:
	default:
		c.add(l, event{Name: l.state.String(), Cat: "stage"}, l.since, now)
	}
	l.state, l.since = s, now
}

func (c *chrome) sent(e *trace.Event) {
	switch e.Type {
	case msg.KindCmd:
		if e.Mono <= c.win.To && c.win.wants(msg.KindCmd) {
			c.open[e.ID] = &command{name: e.Name, from: e.From, to: e.To, graph: e.Graph, sent: e.Mono, parent: e.Parent}
		}
	case msg.KindAudioFrame:
		if c.win.wants(msg.KindAudioFrame) {
			c.frame(e)
		}
	}
}

// frame writes a gap that ends with a frame, if it meets the window.
func (c *chrome) frame(e *trace.Event) {
	k := stream{e.Graph, e.From, e.To, e.Name}
	f := c.flows[k]
	if f == nil {
		f = &flow{}
		c.flows[k] = f
	}
	if f.known && f.Note(f.last, e.Mono) && f.GapAt <= c.win.To && e.Mono >= c.win.From {
		c.mark(c.lane(e.Graph, e.From), event{Name: "gap " + e.Name.String(), Cat: "gap", Args: map[string]any{"to": e.To.String(), "gap_ms": millis(f.GapNS)}}, f.GapAt)
	}
	f.last, f.known = e.Mono, true
}

func (c *chrome) delivered(e *trace.Event) {
	if cmd := c.open[e.ID]; cmd != nil && e.Type == msg.KindCmd {
		cmd.queued = e.QueuedNS
	}
	if c.win.holds(e.Mono) && c.win.wants(e.Type) {
		c.mark(c.lane(e.Graph, e.Extension), event{Name: e.Name.String(), Cat: e.Type.String(), Args: map[string]any{"id": e.ID, "from": e.From.String()}}, e.Mono)
	}
}

// span notes a command that ended, or that is looked at no further.
func (c *chrome) span(id uint64, cmd *command, end int64, answer string, by trace.By) {
	args := map[string]any{"id": id, "from": cmd.from.String(), "answer": answer}
	if cmd.queued > 0 {
		args["queued_ms"] = millis(cmd.queued)
	}
	if cmd.parent != 0 {
		args["parent"] = cmd.parent
	}
	if by != trace.ByNone {
		args["by"] = by.String()
	}
	c.add(c.lane(cmd.graph, cmd.to), event{Name: cmd.name.String(), Cat: "cmd", Args: args}, cmd.sent, end)
}

// finish ends what has not ended, and writes all spans and the names of the threads.
func (c *chrome) finish() {
	for _, id := range slices.Sorted(maps.Keys(c.open)) {
		cmd, answer := c.open[id], "none yet"
		if cmd.freed {
			answer = "never"
		}
		c.span(id, cmd, c.win.Now, answer, trace.ByNone)
	}
	for _, l := range c.order {
		c.enter(l, trace.StateNone, c.win.Now)
	}
	c.writeLanes()
}

// event is one of Chrome's. Times are in microseconds.
type event struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	TS    float64        `json:"ts"`
	Dur   *float64       `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Scope string         `json:"s,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

func micros(ns int64) float64 { return float64(ns) / 1e3 }
func millis(ns int64) float64 { return float64(ns) / 1e6 }

func (c *chrome) write(e event) {
	line, err := json.Marshal(e)
	if c.err = cmp.Or(c.err, err); c.err != nil {
		return
	}
	if c.begun {
		c.raw(",")
	}
	c.begun = true
	c.raw("\n" + string(line))
}

func (c *chrome) raw(s string) {
	if c.err == nil {
		_, c.err = io.WriteString(c.out, s)
	}
}
