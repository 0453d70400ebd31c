package engine

import (
	"errors"
	"fmt"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// lifecycle is where a node stands. Only this file changes it; the node's lock guards it.
type lifecycle struct {
	state    trace.State
	since    int64 // when it entered state
	running  bool  // the state's callback has not ended
	stopping bool  // the node shall stop
	stopAt   int64 // since when
	reason   string

	manualStart, manualStop bool // ten.manual_trigger_life_cycle
	startAsked, stopAsked   bool
	configured              bool      // the properties are known
	triggers                []trigger // trigger commands that wait for their stage
	slow, stuck             bool      // reported for this stage
	abandoned               bool      // the stop deadline passed in this stage
	waited                  int64     // for how long its callback has waited for its loop, where that is long
}

// trigger is a command ten:trigger_life_cycle that was taken and not answered yet.
type trigger struct {
	p     *path
	stage string
}

// nextStates is the transition table: from each state, the states it may enter. Failed is open to all that have not ended.
var nextStates = map[trace.State][]trace.State{
	trace.StateNone: {trace.Created},
	trace.Created:   {trace.Configure, trace.Ended},
	trace.Configure: {trace.Init, trace.Stop},
	trace.Init:      {trace.Start, trace.Stop},
	trace.Start:     {trace.Running, trace.Stop},
	trace.Running:   {trace.Stop},
	trace.Stop:      {trace.Deinit, trace.Ended},
	trace.Deinit:    {trace.Ended},
	trace.Ended:     {trace.Created},
	trace.Failed:    {trace.Created, trace.Ended},
}

func mayEnter(from, to trace.State) bool {
	if to == trace.Failed {
		return from != trace.Ended && from != trace.Failed
	}
	for _, s := range nextStates[from] {
		if s == to {
			return true
		}
	}
	return false
}

// enter changes the state; the lock is held. A pair that is not in the table is a defect of the engine's.
func (n *Node) enter(to trace.State, detail string) {
	l := &n.life
	if !mayEnter(l.state, to) {
		panic(fmt.Sprintf("engine: %s cannot go from %s to %s", n.name, l.state, to))
	}
	now := n.eng.log.Now()
	e := trace.Event{Kind: trace.Transition, Mono: now, State: to, Detail: detail, Build: n.build}
	if l.state == trace.Created && to == trace.Configure {
		n.lintSlowMaking(now - l.since)
		if host, ok := n.host.(Describer); ok {
			e.Property = host.Describe()
		}
	}
	if l.state != trace.StateNone {
		e.StageNS, e.QueuedNS = now-l.since, l.waited
	}
	l.state, l.since, l.running = to, now, hasCallback(to)
	l.slow, l.stuck, l.abandoned, l.waited = false, false, false, 0
	n.takeBack()
	n.emit(&e)
}

func hasCallback(s trace.State) bool {
	switch s {
	case trace.Configure, trace.Init, trace.Start, trace.Stop, trace.Deinit:
		return true
	}
	return false
}

// StageDone says that the callback of stage s ended. A callback of another stage than the present one is ignored with a log
// line; an error fails the node.
func (n *Node) StageDone(s trace.State, err error) {
	n.mu.Lock()
	if n.life.state != s || !n.life.running {
		state := n.life.state
		n.mu.Unlock()
		if state != trace.Failed && state != trace.Ended {
			n.warn(0, fmt.Sprintf("on_%s_done came in state %s and was ignored", s, state))
		}
		return
	}
	n.life.running = false
	late := n.slowStage(n.eng.log.Now(), "took %s", true)
	stopped := n.life.stopping && errors.Is(err, ErrStopped)
	host := n.host
	n.mu.Unlock()
	n.lintSlowStage(late, s, host)
	switch {
	case stopped: // it was told to end
	case err != nil && s != trace.Stop && s != trace.Deinit:
		n.Fail(fmt.Sprintf("on_%s: %v", s, err), "")
		return
	case err != nil:
		n.Log(trace.Error, fmt.Sprintf("on_%s: %v", s, err), 0, 0, "", nil)
	}
	if s == trace.Configure {
		if err := n.configure(); err != nil {
			n.Fail(fmt.Sprintf("properties: %v", err), "")
			return
		}
	}
	n.answerTriggers(s)
	switch s {
	case trace.Stop:
		n.eng.stopDone(n)
	case trace.Deinit:
		n.deinitDone()
	default:
		n.advance()
	}
}

// configure lets the host lay the node's properties over its own and reads what is meant for the engine in them.
func (n *Node) configure() error {
	resolved, secrets, err := n.hostNow().Configure(n.Property())
	n.eng.app.addSecrets(secrets)
	if err != nil {
		return err
	}
	n.mu.Lock()
	early := n.life.triggers
	n.life.triggers = nil
	n.readOwn(resolved)
	n.life.configured = true
	n.mu.Unlock()
	for _, t := range early {
		n.trigger(t.p, t.stage)
	}
	return nil
}

// readOwn reads the section ten of the resolved properties; the lock is held.
func (n *Node) readOwn(resolved *msg.Object) {
	n.mirror, n.written = resolved.Share(), nil
	if v, err := n.mirror.Get("ten.path_timeout"); err == nil {
		n.pathTimeout.Store(pathTimeout(v))
	}
	v, err := n.mirror.Get("ten.manual_trigger_life_cycle")
	if err != nil {
		return
	}
	for _, t := range v.Items() {
		switch stageOf(t) {
		case "start":
			n.life.manualStart = true
		case "stop":
			n.life.manualStop = true
		}
	}
}

func stageOf(trigger msg.Value) string {
	if trigger.Object() == nil {
		return ""
	}
	v, _ := trigger.Object().Lookup("stage")
	s, _ := v.Str()
	return s
}

// pathTimeout reads ten.path_timeout: microseconds, or an object with out_path. Values of zero or less are ignored.
func pathTimeout(v msg.Value) int64 {
	if o := v.Object(); o != nil {
		v, _ = o.Lookup("out_path")
	}
	us, err := v.Int()
	if err != nil || us <= 0 {
		return 0
	}
	return us * 1000
}

// unmade reports whether there is no instance to call yet. If there will be none, the node fails.
func (n *Node) unmade() bool {
	n.mu.Lock()
	m, ok := n.host.(Maker)
	waits := ok && n.life.state == trace.Created && !n.life.stopping
	n.mu.Unlock()
	if !waits {
		return false
	}
	over, failure, stack := m.Made()
	if failure != "" {
		n.Fail(failure, stack)
	}
	return !over || failure != ""
}

// advance enters the next state if the node is ready for it.
func (n *Node) advance() {
	if n.unmade() {
		return
	}
	n.mu.Lock()
	to, ok := n.ready()
	if !ok {
		n.mu.Unlock()
		return
	}
	n.enter(to, n.life.reason)
	host := n.host
	n.mu.Unlock()
	switch {
	case hasCallback(to):
		host.Stage(to)
	case to == trace.Ended:
		n.end()
	case to == trace.Running:
		n.eng.started(n)
		n.advance() // it may have been told to stop meanwhile
	}
}

// ready says which state comes next; the lock is held. The mailbox opens as soon as on_init is done, so that messages may be
// handled before on_start [measured].
func (n *Node) ready() (trace.State, bool) {
	l := &n.life
	if l.running {
		return 0, false
	}
	if l.stopping {
		return n.readyToStop()
	}
	switch l.state {
	case trace.Created:
		return trace.Configure, true
	case trace.Configure:
		return trace.Init, true
	case trace.Init:
		n.openMailbox()
		return trace.Start, !l.manualStart || l.startAsked
	case trace.Start:
		return trace.Running, true
	}
	return 0, false
}

func (n *Node) readyToStop() (trace.State, bool) {
	l := &n.life
	switch l.state {
	case trace.Created:
		return trace.Ended, true
	case trace.Configure, trace.Init, trace.Start, trace.Running:
		if l.state == trace.Init {
			n.openMailbox()
		}
		return trace.Stop, !l.manualStop || l.stopAsked
	}
	return 0, false
}

// openMailbox lets messages begin; the lock is held, so the host is woken from a goroutine of its own.
func (n *Node) openMailbox() {
	if n.open || n.restarting {
		return
	}
	n.open = true
	go n.host.Wake() // the argument is read now, under the lock
}

// stop asks the node to go through on_stop and on_deinit.
func (n *Node) stop(reason string) {
	n.mu.Lock()
	if !n.life.stopping {
		n.life.stopping, n.life.stopAt = true, n.eng.log.Now()
	}
	n.life.reason = reason
	state := n.life.state
	n.mu.Unlock()
	if state == trace.Failed || state == trace.Ended {
		n.eng.nodeEnded(n)
		return
	}
	n.advance()
}

// stopForGood is stop without a next instance: what waited for one is answered.
func (n *Node) stopForGood(reason string) {
	n.mu.Lock()
	n.restarting = false
	var waiting []letter
	over := n.life.state == trace.Failed || n.life.state == trace.Ended
	if over {
		waiting = n.takeLetters()
	}
	n.mu.Unlock()
	n.refuseAll(waiting, detailTerminated, over)
	n.stop(reason)
}

// deinit follows on_stop, at once or when the stop barrier opens.
func (n *Node) deinit() {
	n.mu.Lock()
	if n.life.state != trace.Stop {
		n.mu.Unlock()
		return
	}
	n.enter(trace.Deinit, "")
	host := n.host
	waiting := n.takeLetters()
	n.mu.Unlock()
	n.refuseAll(waiting, detailDeinit, false)
	host.Stage(trace.Deinit)
}

// takeLetters empties the mailbox of what can no longer be handled, unless a restart keeps it; the lock is held.
func (n *Node) takeLetters() []letter {
	if n.restarting {
		return nil
	}
	n.gather()
	var out []letter
	for n.box.front() != nil {
		out = append(out, n.box.pop())
	}
	return out
}

// refuseAll answers what waited for a node that takes nothing more: in its mailbox and, if it has ended, in the gate.
func (n *Node) refuseAll(waiting []letter, detail string, ended bool) {
	for _, l := range waiting {
		n.refuse(l, n, detail)
	}
	if ended {
		n.eng.app.gate.evict(n, detail)
	}
}

// deinitDone ends the node after on_deinit.
func (n *Node) deinitDone() {
	n.mu.Lock()
	if n.life.state != trace.Deinit && n.life.state != trace.Stop {
		n.mu.Unlock()
		return
	}
	n.enter(trace.Ended, "")
	n.mu.Unlock()
	n.end()
}

// end closes the env, answers what is open and cancels what is left.
func (n *Node) end() {
	n.mu.Lock()
	n.closed.Store(true)
	n.open = false
	waiting := n.takeLetters()
	restarting := n.restarting
	n.mu.Unlock()
	n.refuseAll(waiting, detailTerminated, !restarting)
	n.eng.answerOpen(n, restarting)
	n.hostNow().Close()
	n.eng.nodeEnded(n)
}

// Fail says that the extension cannot go on: a callback panicked or a stage failed. Its open commands are answered, the rest
// of the graph goes on.
func (n *Node) Fail(reason, stack string) {
	n.mu.Lock()
	if !mayEnter(n.life.state, trace.Failed) {
		n.mu.Unlock()
		return
	}
	was := n.life.state
	n.enter(trace.Failed, reason)
	n.life.reason = reason
	n.closed.Store(true)
	n.open = false
	keep := n.eng.limits().RestartOnFail && !n.life.stopping
	n.restarting = n.restarting || keep
	restarting := n.restarting
	waiting := n.takeLetters()
	n.mu.Unlock()

	n.lintFailed(was, reason, stack)
	failed := trace.FailedText(n.name, reason)
	n.refuseAll(waiting, failed, !restarting)
	n.eng.failOpen(n, failed)
	n.hostNow().Close()
	n.eng.nodeFailed(n, keep)
}

// trigger is the command ten:trigger_life_cycle. One that comes before the properties are known waits for them.
func (n *Node) trigger(p *path, stage string) {
	n.mu.Lock()
	detail := n.triggerRefusal(stage)
	if detail == "" {
		n.life.triggers = append(n.life.triggers, trigger{p, stage})
		n.life.startAsked = n.life.startAsked || stage == "start" && n.life.configured
		n.life.stopAsked = n.life.stopAsked || stage == "stop" && n.life.configured
	}
	n.mu.Unlock()
	if detail != "" {
		p.fail(trace.ByEngine, detail)
		return
	}
	n.advance()
}

// triggerRefusal says why a trigger is refused; the lock is held.
func (n *Node) triggerRefusal(stage string) string {
	l := &n.life
	switch {
	case stage != "start" && stage != "stop":
		return "Unsupported stage"
	case !l.configured && l.state < trace.Init:
		return ""
	case stage == "start" && !l.manualStart, stage == "stop" && !l.manualStop:
		return fmt.Sprintf("Extension not configured for manual %s control", stage)
	case stage == "start" && l.past(trace.Start):
		return "Extension already past start stage"
	case stage == "stop" && l.past(trace.Stop):
		return "Extension already past stop stage"
	}
	return ""
}

// past reports whether the callback of a stage has ended, or will not run any more.
func (l *lifecycle) past(s trace.State) bool { return l.state > s || l.state == s && !l.running }

// answerTriggers answers the trigger commands that waited for stage s.
func (n *Node) answerTriggers(s trace.State) {
	if s != trace.Start && s != trace.Stop {
		return
	}
	n.mu.Lock()
	var due, rest []trigger
	for _, t := range n.life.triggers {
		if t.stage == s.String() {
			due = append(due, t)
		} else {
			rest = append(rest, t)
		}
	}
	n.life.triggers = rest
	n.mu.Unlock()
	for _, t := range due {
		t.p.answer(answer{res: engineResult(msg.OK, "Life cycle triggered successfully"), by: trace.ByEngine})
	}
}
