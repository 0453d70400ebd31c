package diagnose

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
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
	// Keys lets remedies name the keys of the screen: they are read there.
	Keys bool

	counts   Counts
	commands trace.Tracker
	findings map[key]*finding
	byID     map[uint64]*finding
	groups   map[groupKey]*group
	handlers map[handler]place
	failed   map[node]bool // extensions that failed; false once they ran again
	nodes    map[node]*world
	kinds    map[kindKey]*kind
	snap     trace.Snapshot    // the last one in the trace, while there were problems
	twice    map[uint64]second // commands that were answered twice
	tooLate  map[uint64]int64  // when commands were answered that their path timeout had ended
	beside   map[uint64]mishap // what went wrong beside the handler of a command
	excused  map[uint64]bool   // commands without an answer of which the lint has not been counted, since the person kept them from it
	details  map[uint64]string // what the engine said when it answered a command itself, or ended it since its sender had failed
	recent   []uint64          // the ids in twice, tooLate, details and beside, oldest first
	ways     map[Handler]Ways  // of a handler, by its place
	unread   []Handler
	muted    map[string]bool
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

// second is a result that came when its command was answered: the event that says so, and where it was returned.
type second struct {
	seq uint64
	place
}

func secondOf(e *trace.Event) second { return second{e.Seq, place{e.PC, e.Source}} }

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
	command  trace.Command // as far as known when the tracker forgets it
	closed   bool          // its final result came
	kept     bool          // after a collection it was still there
	work     work          // of its handler, when it counted as unanswered
	unseen   bool          // no: later, as it counted as that before its handler began
	task     work          // that the handler had started and that went on, when it was found to be kept
	snapshot owing         // who owed the answer, in the last snapshot event before the result

	// Of a problem about a stage.
	stage  stage
	took   int64 // once it ended
	byStop bool  // it did not end by itself
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
	if e.Type >= msg.KindData && f.handling(e) {
		return
	}
	f.count(e)
	f.commands.Add(e)
	switch e.Kind {
	case trace.Lint:
		f.addLint(e)
	case trace.Sent:
		f.routed(e)
		if e.Source != 0 {
			f.worldOf(nodeOf(e)).speaks(e.Source.String())
		}
	case trace.Delivered:
		f.worldOf(nodeOf(e)).begin(e)
		f.addHandler(e)
	case trace.Handled:
		f.worldOf(nodeOf(e)).end(e)
	case trace.Result:
		f.answered(e)
		f.settle(e)
	case trace.Transition:
		f.moved(e)
	case trace.Process:
		f.worldOf(nodeOf(e)).process(e)
	case trace.Dropped:
		if e.Detail == detailPushedOut {
			f.worldOf(nodeOf(e)).full.pushedOut++
		}
	case trace.SnapshotTaken:
		f.takeSnapshot(e)
	}
}

// handling takes an event about the handling of data or a frame, if it is one: nobody owes an answer to them, and they are the many.
func (f *Fold) handling(e *trace.Event) bool {
	switch e.Kind {
	case trace.Delivered:
		f.worldOf(nodeOf(e)).begin(e)
	case trace.Handled:
		f.worldOf(nodeOf(e)).end(e)
	default:
		return false
	}
	return true
}

func (f *Fold) addLint(e *trace.Event) {
	if e.Rule == symHandlerAt {
		f.shows(e)
		return
	}
	ended := bytes.Contains(e.Property, []byte(`"ended":true`))
	w, place := f.worldOf(nodeOf(e)), factOf(e).place
	w.note(e, ended)
	w.speaks(place)
	if b := w.blocked(); b != nil && b.seq == e.Seq {
		for _, other := range sharing(e) {
			o := f.worldOf(node{e.Graph, trace.Intern(other)})
			o.block(b)
			o.python = o.python || w.python
		}
	}
	if ended {
		if p := f.findings[f.keyOf(e)]; p != nil {
			p.Ended, p.Last = true, e.Mono
		}
		return
	}
	if f.gaveUpOn(e) {
		return
	}
	p := f.finding(e)
	switch e.Rule {
	case symUnanswered:
		p.shows(f, e)
	case symKept:
		p.kept = true
		if p.task = workOf(e); p.task.What != "" {
			f.groups[p.group].task = seen{e.ID, p.task}
		}
	case symAnsweredTwice:
		if f.twice == nil {
			f.twice = map[uint64]second{}
		}
		f.twice[e.ID] = secondOf(e)
		f.remember(e.ID)
	case symLateAnswer:
		if f.tooLate == nil {
			f.tooLate = map[uint64]int64{}
		}
		f.tooLate[e.ID] = e.Mono
		f.remember(e.ID)
	default:
		f.besides(e)
	}
	if aboutCommand(e.Rule) {
		f.compare(f.commands.Command(e.ID), silentOnes)
	}
	if !aboutCommand(e.Rule) || worse(e.Rule, p.lint.Rule) {
		p.lint = *e
		p.lint.Property, p.lint.BufHead, p.lint.WaitsOn = nil, nil, nil
		p.lint.Detail = strings.Clone(e.Detail)
	}
	p.Rule, p.Confidence = p.lint.Rule.String(), confidenceOf(p.lint.Rule.String())
	level := e.Level
	if e.Rule == symUnanswered {
		level = trace.Error // the notice is a warning, as an answer may still come: that none has come is the problem
	}
	if level > levelOf(p.Level) {
		p.Level = level.String()
	}
	p.Last = e.Mono
	p.Count = max(p.Count+1, int(e.Count)) // some rules say how often it was
	p.see(e.Seq)
	if !aboutCommand(e.Rule) {
		p.Ended = false
		p.stage, p.took, p.byStop = f.stageOf(e), 0, false
	}
	if place != "" {
		p.at(place)
	}
}

// shows notes where the handler of a command is that counts as unanswered.
func (f *Fold) shows(e *trace.Event) {
	if p := f.byID[e.ID]; p != nil {
		p.shows(f, e)
		p.see(e.Seq)
		p.unseen = true
	}
}

func (p *finding) shows(f *Fold, e *trace.Event) {
	if p.work = workOf(e); p.work.Stack != "" {
		f.groups[p.group].told = seen{e.ID, p.work}
	}
}

// gaveUpOn reports that more is said of a command whose finding was given up: its problem counts it already.
func (f *Fold) gaveUpOn(e *trace.Event) bool {
	if e.Rule != symLost && e.Rule != symKept || f.byID[e.ID] != nil {
		return false
	}
	c := f.commands.Command(e.ID)
	return c != nil && c.Unanswered && f.groups[groupKey{c.Graph, c.To, c.Name, c.From}] != nil
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

// forget makes room. Of the commands that are one problem with the most others it gives up a half, as that problem goes on counting them:
// what is about a single thing must not go for the sake of thousands of a kind. Where each command is a problem of its own one goes.
func (f *Fold) forget() {
	all := slices.Collect(maps.Values(f.findings))
	n := 1
	if big := f.largest(); big != nil && big.members > 1 {
		all = slices.DeleteFunc(all, func(p *finding) bool { return !aboutCommand(p.key.rule) || p.group != big.key })
		n = len(all) / 2
	}
	slices.SortFunc(all, func(a, b *finding) int { return cmp.Or(-later(a.over(), b.over()), before(a, b)) })
	for _, p := range all[:n] {
		f.giveUp(p)
	}
}

// largest is the problem that the most commands are kept of; nil if there is none.
func (f *Fold) largest() *group {
	var out *group
	for _, g := range f.groups {
		if out == nil || cmp.Or(cmp.Compare(g.members, out.members), cmp.Compare(g.key.String(), out.key.String())) > 0 {
			out = g
		}
	}
	return out
}

func (f *Fold) giveUp(p *finding) {
	delete(f.findings, p.key)
	if !aboutCommand(p.key.rule) {
		f.Forgotten++
		return
	}
	delete(f.byID, p.ID)
	f.leave(p)
}

func before(a, b *finding) int { return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.Key, b.Key)) }

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
	f.handlers[k], f.handlers[handler{k.node, 0}] = at, at
	f.worldOf(k.node).speaks(at.source.String())
}

// remember bounds what is kept of single commands that are no problems.
func (f *Fold) remember(id uint64) {
	if f.recent = append(f.recent, id); len(f.recent) <= maxPlaces {
		return
	}
	for _, old := range f.recent[:maxPlaces/2] {
		delete(f.twice, old)
		delete(f.tooLate, old)
		delete(f.details, old)
		delete(f.beside, old)
	}
	f.recent = slices.Delete(f.recent, 0, maxPlaces/2)
}

// answered takes a result: it ends a problem about its command, if it is an answer.
func (f *Fold) answered(e *trace.Event) {
	c := f.commands.Command(e.ID)
	if !e.Final || c != nil && c.DoneSeq != e.Seq {
		return
	}
	f.ended(c)
	if e.By == trace.ByEngine && e.Detail == detailQueueFull {
		f.worldOf(nodeOf(e)).full.refused++
	}
	if w := f.at(nodeOf(e)); e.By == trace.ByEngine && w.failure.seq != 0 && c != nil && c.Sent < w.failure.at {
		if w.left.count++; w.left.id == 0 || e.ID < w.left.id {
			w.left.id, w.left.name = e.ID, e.Name
		}
	}
	if e.By == trace.ByEngine && e.Detail != "" || e.By == trace.ByStop && bySender(e) {
		if f.details == nil {
			f.details = map[uint64]string{}
		}
		f.details[e.ID] = strings.Clone(e.Detail)
		f.remember(e.ID)
	}
	p := f.byID[e.ID]
	if p == nil || p.closed {
		return
	}
	p.closed, p.Last = true, e.Mono
	p.see(e.Seq)
	if c != nil {
		p.command = *c
	} else {
		p.command.Finished, p.command.Done, p.command.By, p.command.Status = true, e.Mono, e.By, e.Status
		p.command.LatencyNS = e.Mono - p.Since
	}
	p.Ended = !onlyEnded(&p.command) || p.command.To == symBench
}

// onlyEnded reports that the final result of a command only ended it: in place of an answer that did not come, or of one that could not
// come any more.
func onlyEnded(c *trace.Command) bool {
	return inPlace(c.By) || c.By == trace.ByEngine && c.Freed && c.FreedAt <= c.Done
}

// inPlace reports that a result only ended its command, in place of an answer that did not come.
func inPlace(by trace.By) bool {
	return by == trace.ByStop || by == trace.ByTimeout || by == trace.ByLost
}

// bySender reports that a command was ended because its sender failed or was restarted. All that stops is said to be ended by stop, and
// the detail says the difference.
func bySender(e *trace.Event) bool { return strings.HasPrefix(e.Detail, e.To.String()+" ") }

// takeSnapshot notes who owes the answers that are problems.
func (f *Fold) takeSnapshot(e *trace.Event) {
	if len(f.byID) == 0 {
		return
	}
	s, err := e.Snapshot()
	if err != nil {
		return // of a damaged recording; the events say nearly as much
	}
	f.snap = s
	for i := range s.Paths {
		if p := f.byID[s.Paths[i].ID]; p != nil && !p.closed {
			p.snapshot = owingOf(&s.Paths[i])
		}
	}
}

func owingOf(p *trace.OpenPath) owing {
	debtor, _ := trace.ParseDebtor(p.Debtor)
	return owing{debtor, p.WaitsOn}
}

// renew ends the problems with commands that an earlier instance of an extension left without an answer and that are closed: the one that
// runs now may have been mended, and has left none so far.
func (f *Fold) renew(n node) {
	for _, p := range f.byID {
		if p.closed && !p.Ended && p.group.graph == n.graph && p.group.to == n.extension {
			p.Renewed = true
		}
	}
}

// moved takes a transition: a stage that ends, an extension that runs again.
func (f *Fold) moved(e *trace.Event) {
	n := nodeOf(e)
	w := f.worldOf(n)
	was := w.stage
	w.program = w.program || e.App != 0 // a program's only app may have no name
	w.enter(e)
	if e.State == trace.Created {
		f.forgetWays(n)
	}
	if e.State == trace.Failed {
		if f.failed == nil {
			f.failed = map[node]bool{}
		}
		f.failed[n] = true
	} else if f.failed[n] && e.State == trace.Running {
		f.failed[n] = false
	}
	if e.State == trace.Running && w.lives > 1 {
		f.renew(n)
	}
	for _, p := range f.findings {
		switch {
		case p.key.node != n || p.Ended:
		case p.stage.state != trace.StateNone && p.stage == was && p.took == 0:
			p.took, p.Last = max(e.StageNS-e.QueuedNS, 1), e.Mono
			p.byStop = e.State == trace.Stop && was.state < trace.Running
			p.Ended = p.key.rule == symStageNeverDone && !p.byStop // else it never did
			p.see(e.Seq)
		case p.key.rule == symExtensionFailed && e.State == trace.Running:
			p.Ended, p.Last = true, e.Mono
			p.see(e.Seq)
		case e.State == trace.Running && w.lives > 1 && ofCode(p.key.rule) && p.Last < w.born.now:
			p.Ended = true // the code that runs now may be another, and has not done it so far
			p.see(e.Seq)
		}
	}
}

// ofCode reports that a rule says of the code of an extension what it did once.
func ofCode(rule trace.Sym) bool {
	_, is := mishaps[rule]
	return is || slices.Contains([]trace.Sym{symTaskPending, symPropertyMissing, symPropertyType, symPropertyUnread, symAnsweredTwice}, rule)
}

// Problems returns what is wrong at a moment, the worst first, of these what is down, then the oldest, then what waits for another of
// them; what has ended comes last. Of the snapshot it takes the time and, if no event is newer, who owes which answer; the zero Snapshot stands for the newest event.
func (f *Fold) Problems(now trace.Snapshot) []Problem {
	out := make([]Problem, 0, len(f.findings)-len(f.byID)+len(f.groups))
	for _, p := range f.findings {
		if aboutCommand(p.key.rule) {
			g, kind := f.groups[p.group], f.gateOf(f.known(p))
			g.found[kind] = append(g.found[kind], p)
			continue
		}
		if f.saidWorse(p) {
			continue
		}
		f.describe(p, max(now.Mono, f.last))
		out = append(out, p.copy())
	}
	for _, g := range f.groups {
		out = append(out, f.problems(g, now)...)
	}
	for i := range out {
		out[i].Muted = f.muted[out[i].Key]
	}
	out = slices.DeleteFunc(out, func(p Problem) bool { return saidOfCommands(&p, out) })
	findConsequences(out)
	slices.SortFunc(out, compare)
	return out
}

// findConsequences marks the problems whose commands wait for one that is a problem too.
func findConsequences(all []Problem) {
	wanted := map[uint64][]int{}
	for i := range all {
		if id := all[i].waitsOn; id != 0 {
			wanted[id] = append(wanted[id], i)
		}
	}
	if len(wanted) == 0 {
		return
	}
	for i := range all {
		for _, id := range all[i].IDs {
			for _, of := range wanted[id] {
				all[of].consequence = true
			}
		}
	}
}

// saidWorse reports that a stage that was slow is another problem too, which says more: that it did not end, or what held its loop.
func (f *Fold) saidWorse(p *finding) bool {
	if p.key.rule == symStopHang {
		return f.neverEnded(p.key.node)
	}
	if p.key.rule != symSlowStage {
		return false
	}
	k := p.key
	k.rule = symStageNeverDone
	never := f.findings[k]
	return never != nil && never.stage == p.stage || f.at(p.key.node).heldBack(p)
}

// neverEnded reports that a stage of the extension did not end, of which the stop that it holds up is a consequence.
func (f *Fold) neverEnded(n node) bool {
	for k, p := range f.findings {
		if k.rule == symStageNeverDone && k.node == n && !p.Ended {
			return true
		}
	}
	return false
}

// heldBack reports that the loop was held when a stage began, and for most of the time that it took.
func (w *world) heldBack(p *finding) bool {
	b := w.blockedAt(p.stage.since)
	if b == nil || p.stage.state == trace.StateNone || p.took == 0 {
		return false
	}
	return b.until == 0 || mostOf(b.until-p.stage.since, p.took)
}

// Mute puts a problem behind the others, or takes that back: it is one that the person knows of.
func (f *Fold) Mute(key string, on bool) {
	if f.muted == nil {
		f.muted = map[string]bool{}
	}
	f.muted[key] = on
}

// copy returns what of a finding others may keep.
func (p *finding) copy() Problem {
	q := p.Problem
	q.Evidence = slices.Clone(p.Evidence)
	return q
}

func compare(a, b Problem) int {
	return cmp.Or(later(a.Ended, b.Ended), later(a.Muted, b.Muted), cmp.Compare(levelOf(b.Level), levelOf(a.Level)), later(b.down(), a.down()),
		later(a.consequence, b.consequence), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Key, b.Key))
}

// down reports that an extension runs no more: what went unanswered may be for that alone, and nothing is answered until it is mended.
func (p *Problem) down() bool { return p.Rule == ExtensionFailed || p.Rule == HostDead }

// later puts those behind of which something is so.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (f *Fold) keyOf(e *trace.Event) key {
	k := key{node: nodeOf(e), rule: e.Rule, name: e.Name}
	switch e.Rule {
	case symUnanswered, symLost, symKept:
		return key{node: node{graph: e.Graph}, rule: symUnanswered, id: e.ID}
	case symExtensionFailed:
		k.name, k.place = 0, trace.Intern(causeOf(e.Detail))
	case symEnvUsedOffLoop, symTaskException, symNotAwaited, symTaskPending, symResultOfAnother:
		k.place = trace.Intern(e.Where()) // what mends one does not mend the other
	case symPropertyMissing, symPropertyUnread, symPropertyType:
		k.place = trace.Intern(oneLine(e.Detail)) // which names the property
	case symNoRoute:
		k.place = trace.Intern(e.Type.String())
	case symQueueFull:
		k.name = 0 // one mailbox is one problem, whatever is sent to it
	case symSlowStage, symStageNeverDone:
		k.name = trace.Intern("on_" + f.stageOf(e).state.String())
	}
	return k
}

// cause is what tells one kind of failure from another: how a process ended, and which error ended it.
var cause = regexp.MustCompile(`\b(?:killed by SIG\w{1,10}|exited with status \d{1,3}|[A-Z]\w{0,40}(?:Error|Exception))\b`)

// causeOf returns the kind of cause that a failure names in its first line, "" if it names none. Failures of one extension that have
// different ones are problems of their own: what mends one does not mend the other.
func causeOf(detail string) string {
	return strings.Join(cause.FindAllString(oneLine(detail), 2), ", ")
}

// stageOf returns the stage that a lint is about.
func (f *Fold) stageOf(e *trace.Event) stage {
	if e.Rule != symSlowStage && e.Rule != symStageNeverDone {
		return stage{}
	}
	return f.at(nodeOf(e)).stage
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
