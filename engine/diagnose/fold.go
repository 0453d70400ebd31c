package diagnose

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const (
	maxProblems = 1000
	maxEvidence = 8
	maxPlaces   = 4096
)

// Fold folds events into problems and counts. The zero Fold works. It belongs to one goroutine.
type Fold struct {
	// Forgotten counts the problems that were given up to bound memory.
	Forgotten int

	counts   Counts
	commands trace.Tracker
	findings map[key]*finding
	byID     map[uint64]*finding
	groups   map[groupKey]*group
	handlers map[handler]place
	failed   map[node]bool // extensions that failed; false once they ran again
	nodes    map[node]stage
	first    int64
	last     int64 // mono of the newest event
	events   uint64
}

// node names an extension of a graph.
type node struct{ graph, extension trace.Sym }

// stage is where a node stands in its lifecycle.
type stage struct {
	state trace.State
	since int64
}

// place is where a handler is, as delivered events say it.
type place struct {
	pc     uintptr
	source trace.Sym
}

// owing is who owes an answer.
type owing struct {
	debtor trace.Debtor
	waits  []uint64
}

// handler names what handles a command.
type handler struct {
	node
	name trace.Sym
}

// key tells one problem from another.
type key struct {
	node
	rule, name, place trace.Sym
	id                uint64
}

// finding is a problem in the making.
type finding struct {
	Problem
	key  key
	lint trace.Event // the newest that says most, without its bytes

	// Of a problem about a command.
	group    groupKey
	command  trace.Command // as far as known
	closed   bool          // its final result came
	closedAt int64
	by       trace.By // who made that
	owed     owing    // by whom, before
	snapshot owing    // by whom, in the last snapshot event

	// Of a problem about a stage.
	stage stage
	took  int64 // once it ended
}

// FromLog folds all that a log holds.
func FromLog(log *trace.Log) *Fold {
	f := new(Fold)
	r := log.NewReader()
	buf := make([]trace.Event, 256)
	for n := r.Next(buf); n > 0; n = r.Next(buf) {
		for i := range buf[:n] {
			f.Add(&buf[i])
		}
	}
	return f
}

// Add takes the next event. It keeps none of e's bytes.
func (f *Fold) Add(e *trace.Event) {
	if f.events == 0 {
		f.first = e.Mono
	}
	f.events++
	f.last = max(f.last, e.Mono)
	f.count(e)
	if e.Kind == trace.Result {
		f.answered(e) // before the tracker forgets who owed it
	}
	f.commands.Add(e)
	switch e.Kind {
	case trace.Lint:
		f.addLint(e)
	case trace.Sent:
		f.routed(e)
	case trace.Delivered:
		f.addHandler(e)
	case trace.Transition:
		f.moved(e)
	case trace.SnapshotTaken:
		f.takeSnapshot(e)
	}
}

func (f *Fold) addLint(e *trace.Event) {
	if bytes.Contains(e.Property, []byte(`"ended":true`)) {
		if p := f.findings[f.keyOf(e)]; p != nil {
			p.Ended, p.Last = true, e.Mono
		}
		return
	}
	p := f.finding(e)
	if !aboutCommand(e.Rule) || worse(e.Rule, p.lint.Rule) {
		p.lint = *e
		p.lint.Property, p.lint.BufHead, p.lint.WaitsOn = nil, nil, nil
		p.lint.Detail = strings.Clone(e.Detail)
	}
	p.Rule, p.Confidence = p.lint.Rule.String(), confidenceOf(p.lint.Rule.String())
	if level, _ := trace.ParseLevel(p.Level); e.Level > level {
		p.Level = e.Level.String()
	}
	p.Last = e.Mono
	p.Count = max(p.Count+1, int(e.Count)) // some rules say how often it was
	p.see(e.Seq)
	if !aboutCommand(e.Rule) {
		p.Ended = false
		p.stage, p.took = f.stageOf(e), 0
	}
	if place := e.Where(); place != "" {
		p.at(place)
	}
}

// worse reports whether rule a says more about a command than b.
func worse(a, b trace.Sym) bool { return rank(a) >= rank(b) }

// rank orders the rules about commands by how much they say.
func rank(rule trace.Sym) int {
	switch rule {
	case symLost:
		return 3
	case symKept:
		return 2
	case symUnanswered:
		return 1
	}
	return 0
}

// finding returns the problem that a lint is about.
func (f *Fold) finding(e *trace.Event) *finding {
	k := f.keyOf(e)
	if p := f.findings[k]; p != nil {
		return p
	}
	if f.findings == nil {
		f.findings, f.byID, f.groups = map[key]*finding{}, map[uint64]*finding{}, map[groupKey]*group{}
	}
	if len(f.findings) >= maxProblems {
		f.forget()
	}
	p := &finding{key: k, Problem: Problem{Key: k.String(), Extension: e.Extension.String(), Graph: e.Graph.String(), ID: e.ID, Name: e.Name.String(),
		From: e.From.String(), To: e.To.String(), Since: e.Mono}}
	f.findings[k] = p
	if aboutCommand(e.Rule) {
		f.byID[e.ID] = p
		f.beginCommand(p, e)
	} else if began := f.stageOf(e); began.state != trace.StateNone {
		p.Since = began.since
	}
	return p
}

// beginCommand gives a problem about a command what is known of it so far.
func (f *Fold) beginCommand(p *finding, e *trace.Event) {
	if at, ok := f.handlers[handler{nodeOf(e), e.Name}]; ok {
		p.at((&trace.Event{PC: at.pc, Source: at.source}).Where())
	}
	if c := f.commands.Command(e.ID); c != nil {
		p.command = *c
		if c.SentSeq != 0 {
			p.Since = c.Sent
			p.see(c.SentSeq)
		}
	}
	f.join(p, e)
}

// forget makes room: what ended first, else the oldest.
func (f *Fold) forget() {
	var out *finding
	for _, p := range f.findings {
		if out == nil || p.Ended != out.Ended && p.Ended || p.Ended == out.Ended && before(p, out) {
			out = p
		}
	}
	delete(f.findings, out.key)
	if aboutCommand(out.key.rule) {
		delete(f.byID, out.ID)
		f.leave(out)
		return
	}
	f.Forgotten++
}

func before(a, b *finding) bool {
	return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.Key, b.Key)) < 0
}

// routed ends the complaint that a message has no way: it has found one.
func (f *Fold) routed(e *trace.Event) {
	if e.To == 0 || len(f.findings) == 0 {
		return
	}
	k := key{node: node{e.Graph, e.From}, rule: symNoRoute, name: e.Name, place: trace.Intern(e.Type.String())}
	if p := f.findings[k]; p != nil && !p.Ended {
		p.Ended, p.Last = true, e.Mono
		p.see(e.Seq)
	}
}

// addHandler remembers where the handler of a command is.
func (f *Fold) addHandler(e *trace.Event) {
	if e.Type != msg.KindCmd || e.PC == 0 && e.Source == 0 {
		return
	}
	k, at := handler{nodeOf(e), e.Name}, place{e.PC, e.Source}
	if f.handlers[k] == at || len(f.handlers) >= maxPlaces {
		return
	}
	if f.handlers == nil {
		f.handlers = map[handler]place{}
	}
	f.handlers[k] = at
}

// answered ends a problem about a command, if the answer is one.
func (f *Fold) answered(e *trace.Event) {
	p := f.byID[e.ID]
	if p == nil || !e.Final || p.closed {
		return
	}
	p.closed, p.closedAt, p.by, p.Last = true, e.Mono, e.By, e.Mono
	p.see(e.Seq)
	if c := f.commands.Command(e.ID); c != nil {
		p.command, p.owed = *c, owing{c.Debtor, slices.Clone(c.WaitsOn)}
	}
	p.Ended = e.By != trace.ByStop && e.By != trace.ByTimeout && e.By != trace.ByLost
	if e.By == trace.ByStop && p.snapshot.debtor != trace.DebtorNone {
		p.owed = p.snapshot // the state before stop began is judged
	}
}

// takeSnapshot notes who owes the answers that are problems.
func (f *Fold) takeSnapshot(e *trace.Event) {
	if len(f.byID) == 0 {
		return
	}
	s, err := e.Snapshot()
	if err != nil {
		return // of a damaged recording; the events say nearly as much
	}
	for i := range s.Paths {
		if p := f.byID[s.Paths[i].ID]; p != nil {
			p.snapshot = owingOf(&s.Paths[i])
		}
	}
}

func owingOf(p *trace.OpenPath) owing {
	debtor, _ := trace.ParseDebtor(p.Debtor)
	return owing{debtor, p.WaitsOn}
}

// moved takes a transition: a stage that ends, an extension that runs again.
func (f *Fold) moved(e *trace.Event) {
	n := nodeOf(e)
	if f.nodes == nil {
		f.nodes, f.failed = map[node]stage{}, map[node]bool{}
	}
	was := f.nodes[n]
	f.nodes[n] = stage{e.State, e.Mono}
	if e.State == trace.Failed {
		f.failed[n] = true
	} else if f.failed[n] && e.State == trace.Running {
		f.failed[n] = false
	}
	for _, p := range f.findings {
		switch {
		case p.key.node != n || p.Ended:
		case p.stage.state != trace.StateNone && p.stage == was && p.took == 0:
			p.took, p.Last = max(e.StageNS, 1), e.Mono
			p.Ended = p.key.rule == symStageNeverDone
			p.see(e.Seq)
		case p.key.rule == symExtensionFailed && e.State == trace.Running:
			p.Ended, p.Last = true, e.Mono
			p.see(e.Seq)
		}
	}
}

// Problems returns what is wrong at a moment, the worst first, then the oldest; what has ended comes last. Of the snapshot it
// takes the time and, if no event is newer, who owes which answer; the zero Snapshot stands for the newest event.
func (f *Fold) Problems(now trace.Snapshot) []Problem {
	out := make([]Problem, 0, len(f.findings)-len(f.byID)+len(f.groups))
	for _, p := range f.findings {
		if aboutCommand(p.key.rule) {
			g := f.groups[p.group]
			g.found = append(g.found, p)
			continue
		}
		f.describe(p, max(now.Mono, f.last))
		out = append(out, p.copy())
	}
	for _, g := range f.groups {
		out = append(out, f.sum(g, now))
		g.found = g.found[:0]
	}
	slices.SortFunc(out, compare)
	return out
}

// copy returns what of a finding others may keep.
func (p *finding) copy() Problem {
	q := p.Problem
	q.Evidence = slices.Clone(p.Evidence)
	return q
}

func compare(a, b Problem) int {
	if a.Ended != b.Ended {
		if a.Ended {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(levelOf(b.Level), levelOf(a.Level)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Key, b.Key))
}

func (f *Fold) keyOf(e *trace.Event) key {
	k := key{node: nodeOf(e), rule: e.Rule, name: e.Name}
	switch e.Rule {
	case symUnanswered, symLost, symKept:
		return key{node: node{graph: e.Graph}, rule: symUnanswered, id: e.ID}
	case symExtensionFailed:
		k.name = 0
	case symEnvUsedOffLoop:
		k.place = trace.Intern(e.Where())
	case symNoRoute:
		k.place = trace.Intern(e.Type.String())
	case symSlowStage, symStageNeverDone:
		k.name = trace.Intern("on_" + f.stageOf(e).state.String())
	}
	return k
}

// stageOf returns the stage that a lint is about.
func (f *Fold) stageOf(e *trace.Event) stage {
	if e.Rule != symSlowStage && e.Rule != symStageNeverDone {
		return stage{}
	}
	return f.nodes[nodeOf(e)]
}

// nodeOf returns whose event e is.
func nodeOf(e *trace.Event) node { return node{e.Graph, e.Extension} }

func (k key) String() string {
	parts := []string{k.graph.String(), k.extension.String(), k.rule.String()}
	if k.id != 0 {
		parts = []string{k.graph.String(), "command", strconv.FormatUint(k.id, 10)}
	}
	for _, s := range []trace.Sym{k.name, k.place} {
		if s != 0 {
			parts = append(parts, s.String())
		}
	}
	return strings.Join(parts, "/")
}

// see adds an event to the evidence: the first ones and the newest.
func (p *finding) see(seq uint64) {
	if seq == 0 || slices.Contains(p.Evidence, seq) {
		return
	}
	if len(p.Evidence) == maxEvidence {
		p.Evidence = slices.Delete(p.Evidence, maxEvidence/2, maxEvidence/2+1)
	}
	p.Evidence = append(p.Evidence, seq)
	slices.Sort(p.Evidence)
}

// at notes a place, file:line.
func (p *finding) at(place string) {
	file, line, ok := strings.Cut(place, ":")
	if i := strings.LastIndexByte(place, ':'); ok {
		file, line = place[:i], place[i+1:]
	}
	p.File = file
	p.Line, _ = strconv.Atoi(line)
}
