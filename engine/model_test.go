package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// model does what the engine should, one thing after the other.
type model struct {
	pick     func(n int) int // which of n extensions goes on
	now      time.Duration
	actors   []*modelActor
	paths    []*modelPath
	sleepers []*modelRun
	results  map[string]string
	held     []*modelRun // at the gate, oldest first
	parallel bool        // two extensions are at work in this step
	race     bool        // the outcome depends on which one is faster
}

type modelActor struct {
	name             string
	failed           bool
	rules            []string    // of the gate, for commands to it, oldest first: the first one decides
	turns            []*modelRun // what it will go on with, in order
	holder           *modelRun   // what runs now
	runs             []*modelRun // all that began or will
	items            []int
	getters, putters []*modelRun
	kept             []*modelPath
}

// modelPath is a command on its way to one receiver.
type modelPath struct {
	key                string
	from               *modelActor // nil: from outside
	to                 *modelActor
	up                 *modelPath
	waits              []*modelPath
	begun, ended, done bool
	held, lost         bool // at the gate; dropped there
	partial            int
	runs               int // handlers and tasks that hold the command
	result             func(r modelResult)
	call               *modelCall
	last               bool
}

type modelResult struct {
	ok, final, completed bool
	log                  string
}

func (r modelResult) String() string {
	status := "error"
	if r.ok {
		status = "ok"
	}
	return status + "(" + r.log + ")"
}

// modelCall is a command to several receivers: the first error counts, else the last one's result when all are there.
type modelCall struct {
	left int
	over bool
	kept modelResult
}

// modelRun is a handler or a task.
type modelRun struct {
	on      *modelActor
	path    *modelPath
	ops     []op
	log     []string
	task    bool
	dead    bool
	over    bool
	began   bool          // the op at the head began and waits
	reply   *modelResult  // what a send came back with
	stream  []modelResult // what a stream has not read
	waiting bool          // for the stream
	waiter  func()        // who waits for this task
	child   *modelRun     // the task it waits for
	until   time.Duration // of a sleep
}

func newModel(pick func(int) int) *model {
	m := &model{pick: pick, results: map[string]string{}}
	for _, name := range actorNames {
		m.actors = append(m.actors, &modelActor{name: name})
	}
	return m
}

func (m *model) actor(name string) *modelActor { return m.actors[slices.Index(actorNames, name)] }

func (m *model) apply(s step) {
	switch s.kind {
	case "cmd":
		m.send(nil, nil, s.name, s.to, s.ops, nil, nil, true)
		m.settle()
	case "pass":
		m.pass()
	case "restart":
		m.pass()
		m.restart(m.actor(s.to))
		m.settle()
	case "hold", "lose", "fault":
		x := m.actor(s.to)
		if i := slices.Index(x.rules, s.kind); i >= 0 {
			x.rules = slices.Delete(x.rules, i, i+1)
		} else {
			x.rules = append(x.rules, s.kind)
		}
	case "letall":
		held := m.held
		m.held = nil
		for _, r := range held {
			m.let(r)
		}
		m.settle()
	default:
		if len(m.held) > 0 {
			r := m.held[0]
			m.held = m.held[1:]
			m.gate(s.kind, r)
			m.settle()
		}
	}
}

// gate does something with the command that was held first.
func (m *model) gate(what string, r *modelRun) {
	switch what {
	case "let":
		m.let(r)
	case "drop":
		r.path.held, r.path.lost = false, true
	case "answer":
		r.path.held = false
		m.answer(r.path, modelResult{ok: true, final: true, log: "by hand"}, "gate")
	}
}

// let lets a held command go on, also one that was answered meanwhile.
func (m *model) let(r *modelRun) {
	r.path.held = false
	r.path.runs++
	m.begin(r)
}

// pass lets time pass until nobody sleeps.
func (m *model) pass() {
	for len(m.sleepers) > 0 {
		slices.SortFunc(m.sleepers, func(a, b *modelRun) int { return int(a.until - b.until) })
		r := m.sleepers[0]
		m.sleepers = m.sleepers[1:]
		m.now = r.until
		m.ready(r)
		m.settle()
	}
}

// settle runs until nothing moves.
func (m *model) settle() {
	m.parallel = false
	for {
		var able []*modelActor
		for _, a := range m.actors {
			if a.holder != nil || len(a.turns) > 0 {
				able = append(able, a)
			}
		}
		if len(able) == 0 {
			return
		}
		m.parallel = m.parallel || len(able) > 1
		a := able[m.pick(len(able))]
		if a.holder == nil {
			a.holder, a.turns = a.turns[0], a.turns[1:]
			if p := a.holder.path; p != nil && !a.holder.task {
				p.begun = true
			}
		}
		if !m.advance(a.holder) {
			a.holder = nil
		}
	}
}

func (m *model) ready(r *modelRun) {
	if !r.dead {
		r.on.turns = append(r.on.turns, r)
	}
}

func (m *model) send(from *modelActor, up *modelPath, name, to string, ops []op, result func(modelResult), call *modelCall, last bool) {
	x := m.actor(to)
	p := &modelPath{key: pathKey(up, name, to), from: from, to: x, up: up, result: result, call: call, last: last}
	m.paths = append(m.paths, p)
	if up != nil && !up.done {
		up.waits = append(up.waits, p)
	}
	r := &modelRun{on: x, path: p, ops: ops}
	switch rule := slices.Concat(x.rules, []string{""})[0]; {
	case rule == "lose": // on its way: its receiver may have failed
		p.lost = true
	case rule == "fault":
		m.answer(p, modelResult{final: true}, "gate")
	case x.failed:
		m.answer(p, modelResult{final: true}, "engine")
	case rule == "hold":
		p.held = true
		m.race = m.race || m.parallel // which one is held first?
		m.held = append(m.held, r)
	default:
		p.runs++
		m.begin(r)
	}
}

func (m *model) begin(r *modelRun) {
	r.on.runs = append(r.on.runs, r)
	m.ready(r)
}

// pathKey names a path by its command, its receiver and the command it was sent for.
func pathKey(up *modelPath, name, to string) string {
	if up == nil {
		return name + "@" + to
	}
	return up.key + "/" + name + "@" + to
}

func (m *model) answer(p *modelPath, r modelResult, by string) {
	if p.done {
		m.race = m.race || m.parallel // which answer is first?
		return
	}
	if !r.final {
		p.partial++
	} else {
		p.done = true
		m.results[p.key] = r.String() + " by " + by
		if p.up != nil {
			p.up.waits = slices.DeleteFunc(p.up.waits, func(w *modelPath) bool { return w == p })
		}
	}
	switch {
	case p.result == nil:
	case p.call == nil:
		r.completed = r.final
		p.result(r)
	default:
		m.race = p.call.take(p, r) || m.race
	}
}

// take reports whether r is a second error, which might have been the first.
func (c *modelCall) take(p *modelPath, r modelResult) bool {
	if r.final {
		c.left--
	}
	if c.over {
		return !r.ok
	}
	if p.last {
		c.kept = r
	}
	switch {
	case !r.ok:
	case c.left > 0:
		return false
	default:
		r = c.kept
	}
	c.over, r.completed = true, true
	p.result(r)
	return false
}

// advance does one op; false says that the run waits or has ended.
func (m *model) advance(r *modelRun) bool {
	if r.dead {
		return false
	}
	if len(r.ops) == 0 {
		m.end(r)
		return false
	}
	o := r.ops[0]
	if !m.do(r, o) {
		r.began = true
		return false
	}
	if r.dead {
		return false
	}
	r.began, r.ops = false, r.ops[1:]
	return true
}

func (m *model) end(r *modelRun) {
	r.over = true
	r.path.runs--
	if !r.task {
		r.path.ended = true
	}
	if r.waiter != nil {
		r.waiter()
	}
}

// do does an op; false says that it waits and will be done again.
func (m *model) do(r *modelRun, o op) bool {
	x := r.on
	m.race = m.race || m.parallel && o.shared()
	switch o.kind {
	case opSleep:
		if !r.began {
			r.until = m.now + o.d
			m.sleepers = append(m.sleepers, r)
			return false
		}
	case opSend:
		return m.doSend(r, o)
	case opStream, opGlance:
		return m.doStream(r, o)
	case opRelay:
		p := r.path
		m.send(x, p, o.name, o.to[0], o.sub, func(res modelResult) { m.answer(p, res, "relay") }, nil, true)
	case opPartial:
		m.answer(r.path, modelResult{ok: true, log: strings.Join(r.log, " ")}, "handler")
	case opAnswer:
		m.answer(r.path, modelResult{ok: true, final: true, log: strings.Join(r.log, " ")}, "handler")
	case opError:
		m.answer(r.path, modelResult{final: true, log: strings.Join(r.log, " ")}, "handler")
	case opKeep:
		x.kept = append(x.kept, r.path)
	case opReply:
		if len(x.kept) > 0 {
			p := x.kept[0]
			x.kept = x.kept[1:]
			m.answer(p, modelResult{ok: true, final: true, log: "late"}, "handler")
		}
	case opPut:
		if len(x.items) > 0 {
			x.putters = append(x.putters, r)
			return false
		}
		x.items = append(x.items, o.n)
		m.wakeOne(&x.getters)
	case opGet:
		if len(x.items) == 0 {
			x.getters = append(x.getters, r)
			return false
		}
		r.log = append(r.log, fmt.Sprint("got ", x.items[0]))
		x.items = x.items[1:]
		m.wakeOne(&x.putters)
	case opGo, opGoAndWait:
		return m.doGo(r, o)
	case opPanic:
		m.fail(x)
	}
	return true
}

func (m *model) wakeOne(list *[]*modelRun) {
	if len(*list) > 0 {
		r := (*list)[0]
		*list = (*list)[1:]
		m.ready(r)
	}
}

func (m *model) doSend(r *modelRun, o op) bool {
	if r.reply != nil {
		r.log = append(r.log, o.name+" "+r.reply.String())
		r.reply = nil
		return true
	}
	var call *modelCall
	if len(o.to) > 1 {
		call = &modelCall{left: len(o.to)}
	}
	for i, to := range o.to {
		m.send(r.on, r.path, o.name, to, o.sub, func(res modelResult) {
			if res.completed {
				r.reply = &res
				m.ready(r)
			}
		}, call, i == len(o.to)-1)
	}
	return false
}

func (m *model) doStream(r *modelRun, o op) bool {
	if !r.began {
		r.stream = nil
		m.send(r.on, r.path, o.name, o.to[0], o.sub, func(res modelResult) {
			if len(r.ops) == 0 || r.ops[0].name != o.name {
				return // it left the stream
			}
			r.stream = append(r.stream, res)
			if r.waiting {
				r.waiting = false
				m.ready(r)
			}
		}, nil, true)
	}
	for len(r.stream) > 0 {
		res := r.stream[0]
		r.stream = r.stream[1:]
		r.log = append(r.log, o.name+" "+res.String())
		if res.completed || o.kind == opGlance {
			return true
		}
	}
	r.waiting = true
	return false
}

func (m *model) doGo(r *modelRun, o op) bool {
	if !r.began {
		task := &modelRun{on: r.on, path: r.path, ops: o.sub, task: true}
		r.path.runs++
		m.begin(task)
		if o.kind == opGo {
			return true
		}
		r.child = task
		task.waiter = func() { m.ready(r) }
		return false
	}
	r.log = append(r.log, "task("+strings.Join(r.child.log, " ")+")")
	return true
}

// kill ends every run of x without a trace.
func (m *model) kill(x *modelActor) {
	for _, p := range m.paths {
		if p.to == x {
			p.runs = 0
		}
	}
	for _, r := range x.runs {
		r.dead = true
	}
	m.sleepers = slices.DeleteFunc(m.sleepers, func(r *modelRun) bool { return r.dead })
	*x = modelActor{name: x.name, failed: x.failed, rules: x.rules, holder: x.holder}
}

// fail ends x; what is held for it is answered with the rest.
func (m *model) fail(x *modelActor) {
	x.failed = true
	m.kill(x)
	m.held = slices.DeleteFunc(m.held, func(r *modelRun) bool {
		r.path.held = r.path.held && r.on != x
		return r.on == x
	})
	m.closeOpen(x)
}

func (m *model) restart(x *modelActor) {
	m.kill(x)
	x.failed = false
	m.closeOpen(x)
}

// closeOpen answers what x owes, what waits in its mailbox first, and what it sent; not what is held for it or was dropped there,
// which a restart does not touch. A run of x that waits for one of these is dead already.
func (m *model) closeOpen(x *modelActor) {
	for _, begun := range []bool{false, true} {
		for _, p := range slices.Clone(m.paths) {
			if p.to == x && p.begun == begun && !p.held && (!p.lost || x.failed) {
				m.answer(p, modelResult{final: true}, "engine")
			}
		}
	}
	for _, p := range slices.Clone(m.paths) {
		if p.from == x {
			m.answer(p, modelResult{final: true}, "stop")
		}
	}
}

func (p *modelPath) debtor() string {
	switch {
	case p.lost:
		return "nobody"
	case p.held:
		return "held"
	case len(p.waits) > 0:
		return "child"
	case p.ended:
		return "kept"
	case p.begun:
		return "handler"
	}
	return "queue"
}

func (m *model) picture() picture {
	out := picture{results: maps.Clone(m.results), open: map[string]string{}, lost: map[string]bool{}}
	for _, p := range m.paths {
		if p.done {
			continue
		}
		var waits []string
		for _, w := range p.waits {
			waits = append(waits, w.key)
		}
		out.open[p.key] = openLine(p.debtor(), waits, p.partial)
		out.lost[p.key] = p.ended && p.runs == 0 && !slices.Contains(p.to.kept, p)
	}
	for _, x := range m.actors {
		if x.failed {
			out.failed = append(out.failed, x.name)
		}
	}
	return out
}
