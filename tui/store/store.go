package store

import (
	"time"

	"tenbench/engine/diagnose"
	"tenbench/engine/graph"
	"tenbench/engine/trace"
)

// Options are a Store's bounds. The zero Options mean the defaults.
type Options struct {
	Messages int // rows of the index of messages; 1<<20
	Logs     int // rows of the index of log lines; 1<<20
	Commands int // commands that are known, open and finished; 1<<17
}

// Store is the tables.
type Store struct {
	log   *trace.Log
	start time.Time
	opt   Options

	nodes    []*Node // in the order of the graph, then of appearance
	byName   map[nodeKey]*Node
	commands commands
	messages Index
	logs     Index
	lines    lines
	flows    []*Flow
	byFlow   map[flowKey]*Flow
	touched  touched
	recent   recent
	cache    cache
	problems problems
	changes  changes
	held     map[uint64]heldSince // the messages in the gate
	sent     lately
	dropped  idSet // the newest messages that were dropped
	edited   idSet // the newest messages that were changed in the gate

	seq    uint64 // of the last event applied
	now    int64  // Mono of the last event applied
	rate   Rate   // of all events
	gaps   uint64 // events that are missing, by Gap events
	counts [256]uint64
}

// New returns an empty store over a log.
func New(log *trace.Log, o Options) *Store {
	orDefault(&o.Messages, 1<<20)
	orDefault(&o.Logs, 1<<20)
	orDefault(&o.Commands, 1<<17)
	s := &Store{log: log, start: log.Start(), opt: o, byName: map[nodeKey]*Node{}, byFlow: map[flowKey]*Flow{}, held: map[uint64]heldSince{}}
	s.problems.fold.Keys = true
	s.commands.init(o.Commands)
	s.messages.bound, s.logs.bound = o.Messages, o.Logs
	s.lines = newLines()
	return s
}

func orDefault(v *int, def int) {
	if *v <= 0 {
		*v = def
	}
}

// SetGraphs tells the nodes there are, so that they have a place before their first event.
func (s *Store) SetGraphs(graphs []*graph.Graph) {
	for _, g := range graphs {
		name := trace.Intern(g.Name)
		for i := range g.Nodes {
			n := s.node(name, trace.Intern(g.Nodes[i].Name))
			if n != nil {
				n.Addon = g.Nodes[i].Addon
			}
		}
	}
}

// Apply takes a batch of events in the order of the log.
func (s *Store) Apply(events []trace.Event) {
	for i := range events {
		s.apply(&events[i])
	}
	s.problems.refresh(s.now)
	s.look()
}

// Log returns the log the store reads.
func (s *Store) Log() *trace.Log { return s.log }

// At returns the event with that seq, if the log still has it. The events asked for last are found at once.
func (s *Store) At(seq uint64) (trace.Event, bool) { return s.cache.at(s.log, seq) }

// Seq returns the seq of the last event applied.
func (s *Store) Seq() uint64 { return s.seq }

// Now returns the time of the last event applied, in nanoseconds since the log began.
func (s *Store) Now() int64 { return s.now }

// Start returns when the log began.
func (s *Store) Start() time.Time { return s.start }

// Rate returns how many events come in a second, at the moment now.
func (s *Store) Rate(now int64) float64 { return s.rate.At(now) }

// Count returns how many events of a kind were applied.
func (s *Store) Count(k trace.Kind) uint64 { return s.counts[k] }

// Missing returns how many events the log could not keep.
func (s *Store) Missing() uint64 { return s.gaps }

// Nodes returns the extensions, in the order of the graphs. The slice must not be changed.
func (s *Store) Nodes() []*Node { return s.nodes }

// Node returns the extension of that name; in several graphs, of the first one that has it. nil if there is none.
func (s *Store) Node(name string) *Node {
	sym := trace.Intern(name)
	for _, n := range s.nodes {
		if n.name == sym {
			return n
		}
	}
	return nil
}

// Command returns what is known of a command, or nil. What went nowhere has no id, and is none.
func (s *Store) Command(id uint64) *Command {
	if id == 0 {
		return nil
	}
	return s.commands.byID[id]
}

// Held returns since when a message is in the gate; false if it is not there.
func (s *Store) Held(id uint64) (since int64, ok bool) {
	h, ok := s.held[id]
	return h.since, ok
}

// SentSeq returns where the trace has that a message was sent: of commands, of what is held, and else of what was sent lately; 0 if
// that is not known.
func (s *Store) SentSeq(id uint64) uint64 {
	if c := s.Command(id); c != nil {
		return c.SentSeq
	}
	if h, ok := s.held[id]; ok {
		return h.sentSeq
	}
	return s.sent.seq(id)
}

// Edited reports that a message, one of the last thousands of its kind, was changed while it was held.
func (s *Store) Edited(id uint64) bool { return s.edited.has(id) }

// HeldCount returns how many messages are in the gate.
func (s *Store) HeldCount() int { return len(s.held) }

// Dropped reports that a message, one of the last thousands of its kind, was lost on its way: by a rule, by hand or by a bound.
func (s *Store) Dropped(id uint64) bool { return s.dropped.has(id) }

// Commands returns the commands that are known, in the order they were sent.
func (s *Store) Commands() *Commands { return &Commands{&s.commands} }

// Open calls yield for the open commands, the oldest first.
func (s *Store) Open(yield func(*Command) bool) { s.commands.open(yield) }

// OpenCount returns how many commands are open.
func (s *Store) OpenCount() int { return s.commands.openCount }

// Messages returns the index of messages: one row for each path of a command and for each data or frame, by the seq of
// its sent event. Meta is the msg.Kind.
func (s *Store) Messages() *Index { return &s.messages }

// Logs returns the index of log lines, and of what the bench itself has to say: lints, reloads, failures. Meta is the
// trace.Level.
func (s *Store) Logs() *Index { return &s.logs }

// Recent calls yield for the newest commands, results, log lines and words of the bench, by seq, the newest first.
func (s *Store) Recent(yield func(seq uint64) bool) { s.recent.each(yield) }

// Flows returns the streams of data and frames between two extensions, in the order of their first message.
func (s *Store) Flows() []*Flow { return s.flows }

// Problems returns what an author should look at, the worst first.
func (s *Store) Problems() []diagnose.Problem { return s.problems.list }

// Pressing returns how many of the problems are there now and more than a remark.
func (s *Store) Pressing() int { return s.problems.open }

// Muted returns how many would press if the person had not muted them.
func (s *Store) Muted() (n int) {
	for i := range s.Problems() {
		if p := &s.Problems()[i]; p.Muted && !p.Ended && p.Level != trace.Info.String() {
			n++
		}
	}
	return n
}
