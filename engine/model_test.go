package engine_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Random scripts run on the engine and on a small sequential model of it. After every step, when nothing moves any more, both must
// agree on the results so far, on who owes the answer of each open command, and on which extensions failed. Steps whose outcome
// depends on the order in which extensions happen to run are left out: the model runs each step under several orders first.

// op is one thing a handler or a task does.
type op struct {
	kind opKind
	name string        // of the command that send, stream and relay send
	to   []string      // its receivers
	sub  []op          // what its receivers do, or what a task does
	d    time.Duration // how long sleep sleeps
	n    int           // what put puts
}

type opKind int

const (
	opSleep     opKind = iota
	opSend             // and wait
	opStream           // read every result
	opGlance           // read the first result, leave the others
	opRelay            // always the last op of a list
	opPartial          // return a result that is not the last one
	opAnswer           // return the result
	opError            // return an ERROR
	opKeep             // keep the command for a later reply
	opReply            // answer the command that was kept first
	opPut              // into the extension's queue of one
	opGet              // from it
	opGo               // begin a task
	opGoAndWait        // begin a task and wait for it
	opPanic
)

var opNames = [...]string{"sleep", "send", "stream", "glance", "relay", "partial", "answer", "error", "keep", "reply", "put", "get", "go", "wait", "panic"}

func (o op) String() string {
	s := opNames[o.kind]
	if o.name != "" {
		s += " " + o.name + ">" + strings.Join(o.to, "+")
	}
	if o.sub != nil {
		s += fmt.Sprint(o.sub)
	}
	return s
}

// shared reports whether an op touches what other handlers of its extension touch.
func (o op) shared() bool {
	return slices.Contains([]opKind{opKeep, opReply, opPut, opGet, opPanic}, o.kind)
}

// step is one thing that is done to the graph from outside.
type step struct {
	kind string // cmd, pass, restart; let, drop and answer, of what is held; a ruleKind, which sets or removes a rule for commands to one
	to   string
	name string
	ops  []op
}

// ruleKinds are the rules of the gate that the model knows.
var ruleKinds = []string{"hold", "lose", "fault"}

func (s step) String() string {
	return strings.TrimSpace(fmt.Sprint(s.kind, " ", s.name, " ", s.to, " ", s.ops))
}

var actorNames = []string{"a", "b", "c"}

// scriptMaker draws scripts. Each command has a name of its own, and each sleep a length of its own, so that no two end together.
type scriptMaker struct {
	t        *rapid.T
	commands int
	sleeps   int
	awake    int // how many lists deep the ops belong to two receivers, who would end a sleep together
	puts     int
}

func (m *scriptMaker) command() string {
	m.commands++
	return fmt.Sprintf("c%d", m.commands)
}

func (m *scriptMaker) actor() string { return rapid.SampledFrom(actorNames).Draw(m.t, "actor") }

// frequent lists the kinds by how often they are drawn.
var frequent = []opKind{opSleep, opSend, opSend, opSend, opStream, opGlance, opRelay, opPartial, opAnswer, opAnswer, opAnswer, opError, opKeep,
	opKeep, opReply, opReply, opPut, opPut, opGet, opGo, opGoAndWait, opPanic}

func (m *scriptMaker) ops(depth int) []op {
	out := []op{}
	for range rapid.IntRange(0, 4).Draw(m.t, "ops") {
		o := op{kind: rapid.SampledFrom(frequent).Draw(m.t, "op")}
		switch o.kind {
		case opSleep:
			if m.sleeps >= 24 || m.awake > 0 {
				continue
			}
			o.d = time.Millisecond + time.Duration(1)<<m.sleeps
			m.sleeps++
		case opPut:
			m.puts++
			o.n = m.puts
		case opSend, opStream, opGlance, opRelay:
			if depth == 0 {
				continue
			}
			o.name, o.to = m.command(), []string{m.actor()}
			if other := m.actor(); other != o.to[0] && o.kind == opSend {
				o.to = append(o.to, other)
				m.awake++
			}
			o.sub = m.ops(depth - 1)
			m.awake = max(0, m.awake-len(o.to)+1)
		case opGo, opGoAndWait:
			if depth == 0 {
				continue
			}
			o.sub = m.ops(0)
		}
		out = append(out, o)
		if o.kind == opRelay {
			break
		}
	}
	return out
}

func (m *scriptMaker) step() step {
	switch rapid.IntRange(0, 12).Draw(m.t, "step") {
	case 0, 1:
		return step{kind: "pass"}
	case 2:
		return step{kind: "restart", to: m.actor()}
	case 3:
		return step{kind: rapid.SampledFrom(ruleKinds).Draw(m.t, "rule"), to: m.actor()}
	case 4:
		return step{kind: rapid.SampledFrom([]string{"let", "let", "letall", "drop", "answer"}).Draw(m.t, "gate")}
	}
	return step{kind: "cmd", to: m.actor(), name: m.command(), ops: m.ops(3)}
}

// The model.

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

// picture is what can be seen of a run when nothing moves.
type picture struct {
	results map[string]string
	open    map[string]string
	failed  []string
	lost    map[string]bool // open commands that nothing holds: the engine may have proven it or not
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

func openLine(debtor string, waits []string, partial int) string {
	slices.Sort(waits)
	return fmt.Sprintf("%s %v partial %d", debtor, waits, partial)
}

// differ says where what was seen is not what the model says.
func (want picture) differ(got picture) string {
	var out []string
	complain := func(what, key, w, g string) {
		if w != g {
			out = append(out, fmt.Sprintf("%s %s: the model says %q, it is %q", what, key, w, g))
		}
	}
	for key := range union(want.results, got.results) {
		complain("result", key, want.results[key], got.results[key])
	}
	for key := range union(want.open, got.open) {
		g := got.open[key]
		if rest, ok := strings.CutPrefix(g, "nobody"); ok && want.lost[key] { // or not yet proven
			debtor, _, _ := strings.Cut(want.open[key], " ")
			g = debtor + rest
		}
		complain("open", key, want.open[key], g)
	}
	complain("failed", "", fmt.Sprint(want.failed), fmt.Sprint(got.failed))
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func union(a, b map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

// orders are the orders in which the model lets extensions go on: first, last, and two that change.
func orders() []func(int) int {
	turn := func(by int) func(int) int {
		i := 0
		return func(n int) int { i += by; return i / 2 % n }
	}
	return []func(int) int{func(int) int { return 0 }, func(n int) int { return n - 1 }, turn(1), turn(3)}
}

// agreed runs steps under every order and returns what is seen after each; ok is false if it depends on the order.
func agreed(steps []step) (out []picture, ok bool) {
	for i, pick := range orders() {
		m := newModel(pick)
		for j, s := range steps {
			m.apply(s)
			if m.race {
				return nil, false
			}
			p := m.picture()
			if i == 0 {
				out = append(out, p)
			} else if out[j].differ(p) != "" {
				return nil, false
			}
		}
	}
	return out, true
}

// actor is an extension that does what the script says for each command's name.
type actor struct {
	engine.DefaultExtension
	ops  map[string][]op
	q    *engine.Queue[int]
	kept []*msg.Cmd
}

func (x *actor) OnInit(_ context.Context, env engine.Env) error {
	x.q = engine.NewQueue[int](env, 1)
	return nil
}

func (x *actor) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	_, _ = x.run(ctx, env, cmd, x.ops[cmd.Name()]) // an error says that the extension stops
}

func (x *actor) run(ctx context.Context, env engine.Env, cmd *msg.Cmd, ops []op) (log []string, err error) {
	for _, o := range ops {
		if log, err = x.do(ctx, env, cmd, o, log); err != nil {
			return log, err
		}
	}
	return log, nil
}

func (x *actor) do(ctx context.Context, env engine.Env, cmd *msg.Cmd, o op, log []string) ([]string, error) {
	switch o.kind {
	case opSleep:
		return log, env.Sleep(ctx, o.d)
	case opSend:
		res, err := env.SendCmd(ctx, addressed(msg.NewCmd(o.name), o.to...))
		if err != nil {
			return log, err
		}
		return append(log, o.name+" "+seen(res)), nil
	case opStream, opGlance:
		for res, err := range env.SendCmdEx(ctx, addressed(msg.NewCmd(o.name), o.to...)) {
			if err != nil {
				return log, err
			}
			log = append(log, o.name+" "+seen(res))
			if o.kind == opGlance {
				break
			}
		}
	case opRelay:
		cmd.SetName(o.name)
		return log, env.Relay(ctx, addressed(cmd, o.to...))
	case opPartial, opAnswer, opError:
		return log, env.ReturnResult(ctx, resultOf(cmd, o.kind, strings.Join(log, " ")))
	case opKeep:
		x.kept = append(x.kept, cmd)
	case opReply:
		if len(x.kept) > 0 {
			kept := x.kept[0]
			x.kept = slices.Delete(x.kept, 0, 1)
			return log, env.ReturnResult(ctx, resultOf(kept, opAnswer, "late"))
		}
	case opPut:
		return log, x.q.Put(ctx, o.n)
	case opGet:
		v, err := x.q.Get(ctx)
		return append(log, fmt.Sprint("got ", v)), err
	case opGo, opGoAndWait:
		var inner []string
		task := env.Go(ctx, "task", func(ctx context.Context) (err error) {
			inner, err = x.run(ctx, env, cmd, o.sub)
			return err
		})
		if o.kind == opGoAndWait {
			err := task.Wait(ctx)
			return append(log, "task("+strings.Join(inner, " ")+")"), err
		}
	case opPanic:
		panic("as the script says")
	}
	return log, nil
}

func addressed(cmd *msg.Cmd, to ...string) *msg.Cmd {
	var dests []msg.Loc
	for _, t := range to {
		dests = append(dests, msg.Loc{Extension: t})
	}
	cmd.SetDests(dests...)
	return cmd
}

func resultOf(cmd *msg.Cmd, kind opKind, log string) *msg.CmdResult {
	status := msg.OK
	if kind == opError {
		status = msg.Error
	}
	res := msg.NewResult(status, cmd)
	res.SetFinal(kind != opPartial)
	_ = res.Set("log", log)
	return res
}

func seen(res *msg.CmdResult) string {
	v, _ := res.Get("log") // an engine's result has none
	log, _ := v.Str()
	return res.Status().String() + "(" + log + ")"
}

// pause is longer than all sleeps of a script together.
const pause = 2 * time.Second

// stage is a graph of actors and what is known of it from its trace.
type stage struct {
	app    *engine.App
	ops    map[string][]op
	keys   map[uint64]string
	finals map[string]int
	debt   map[uint64]string // who owes, as the events alone tell it
	seen   picture
	rules  map[string]string // the names of the rules that are set, by kind and receiver
	reader *trace.Reader
}

func newStage(t testing.TB, steps []step) *stage {
	s := &stage{ops: map[string][]op{}, keys: map[uint64]string{}, finals: map[string]int{}, debt: map[uint64]string{},
		rules: map[string]string{}}
	s.seen.results = map[string]string{}
	for _, st := range steps {
		if st.kind == "cmd" {
			s.ops[st.name] = st.ops
			s.list(st.ops)
		}
	}
	s.app = engine.NewApp(engine.Options{PathTimeout: 24 * time.Hour}, func(string) (engine.Addon, error) {
		return engine.Addon{Name: "actor", New: func(string) engine.Extension { return &actor{ops: s.ops} }}, nil
	})
	g := &graph.Graph{Name: "test"}
	for _, name := range actorNames {
		g.Nodes = append(g.Nodes, graph.Node{Name: name, Addon: "actor"})
	}
	e, err := s.app.StartGraph(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	s.reader = s.app.Log().NewReader()
	<-e.Started()
	return s
}

// list notes what the receivers of each command do.
func (s *stage) list(ops []op) {
	for _, o := range ops {
		if o.name != "" {
			s.ops[o.name] = o.sub
		}
		s.list(o.sub)
	}
}

func (s *stage) apply(st step) error {
	ctx := context.Background()
	switch st.kind {
	case "cmd":
		_, err := s.app.Inject(ctx, addressed(msg.NewCmd(st.name), st.to))
		return err
	case "pass":
		time.Sleep(pause)
	case "restart":
		time.Sleep(pause)
		return s.app.Restart(ctx, "test", st.to)
	case "hold", "lose", "fault":
		return s.toggleRule(st.kind, st.to)
	case "letall":
		s.app.ReleaseAll()
	default:
		if held := s.app.Held(); len(held) > 0 {
			return s.gate(st.kind, held[0])
		}
	}
	return nil
}

// toggleRule sets a rule for commands to one, or removes it.
func (s *stage) toggleRule(kind, to string) error {
	key := kind + " " + to
	if name, ok := s.rules[key]; ok {
		delete(s.rules, key)
		return s.app.RemoveGateRule(name)
	}
	rule := map[string]trace.GateRule{"hold": {Action: trace.GateHold}, "lose": {Action: trace.GateDrop, Share: 1},
		"fault": {Action: trace.GateAnswer, Detail: "out of order"}}[kind]
	rule.Filter = "cmd and to = " + to
	made, err := s.app.AddGateRule(rule)
	s.rules[key] = made.Name
	return err
}

// gate does something with a held command.
func (s *stage) gate(what string, h trace.HeldMessage) error {
	switch what {
	case "drop":
		return s.app.DropHeld(h.ID)
	case "answer":
		if err := s.app.AnswerHeld(h.ID, msg.OK, []byte(`{"log":"by hand"}`)); h.Answered == (err == nil) {
			return fmt.Errorf("answered before: %v, and by hand: %v", h.Answered, err)
		}
		return nil
	}
	return s.app.Release(h.ID)
}

// read takes in what the trace says since the last time.
func (s *stage) read() {
	s.app.Log().Flush()
	buf := make([]trace.Event, 256)
	for n := s.reader.Next(buf); n > 0; n = s.reader.Next(buf) {
		for i := range buf[:n] {
			s.take(&buf[i])
		}
	}
}

func (s *stage) take(e *trace.Event) {
	if e.ID == 0 || e.Type != msg.KindCmd && e.Kind != trace.Result {
		return
	}
	if e.Kind == trace.Sent {
		s.keys[e.ID] = e.Name.String() + "@" + e.To.String()
		if e.Parent != 0 {
			s.keys[e.ID] = s.keys[e.Parent] + "/" + s.keys[e.ID]
		}
	}
	if e.Kind == trace.Result && e.Final {
		key := s.keys[e.ID]
		v, _ := msg.ParseJSON(e.Property)
		log, _ := v.Object().Lookup("log")
		text, _ := log.Str()
		s.seen.results[key] = fmt.Sprintf("%s(%s) by %s", e.Status, text, e.By)
		s.finals[key]++
		delete(s.debt, e.ID)
	} else if e.Kind != trace.Lint {
		s.owe(e.ID, e.Debtor)
	}
	s.owe(e.Parent, e.ParentDebtor)
}

// owe notes who owes the answer of a command that is open. One that was cut may still be delivered.
func (s *stage) owe(id uint64, d trace.Debtor) {
	if d != trace.DebtorNone && s.finals[s.keys[id]] == 0 {
		s.debt[id] = d.String()
	}
}

// picture is what is seen now; the error says that the engine contradicts itself.
func (s *stage) picture() (picture, error) {
	s.read()
	snap := s.app.Snapshot()
	out := picture{results: s.seen.results, open: map[string]string{}}
	told := map[uint64]string{}
	for _, p := range snap.Paths {
		var waits []string
		for _, id := range p.WaitsOn {
			waits = append(waits, s.keys[id])
		}
		out.open[s.keys[p.ID]] = openLine(p.Debtor, waits, p.Partial)
		told[p.ID] = p.Debtor
	}
	if !maps.Equal(told, s.debt) {
		return out, fmt.Errorf("the snapshot's debtors are %v, by the events they are %v", told, s.debt)
	}
	sum := 0
	snap.Counts()
	for _, n := range snap.Count {
		sum += n
	}
	if sum != len(snap.Paths) || len(out.open) != len(snap.Paths) {
		return out, fmt.Errorf("%d paths are open, the debtors owe %d, by name %d", len(snap.Paths), sum, len(out.open))
	}
	owed := 0
	for _, h := range s.app.Held() {
		if !h.Answered {
			owed++
		}
	}
	if n := snap.Count["held"]; n != owed {
		return out, fmt.Errorf("the gate holds %d open commands, the debtor held owes %d", owed, n)
	}
	for _, n := range snap.Nodes {
		switch {
		case n.State == "failed":
			out.failed = append(out.failed, n.Extension)
		case n.State != "running":
			return out, fmt.Errorf("%s is %s", n.Extension, n.State)
		}
		if n.Queue != 0 {
			return out, fmt.Errorf("%d messages wait at %s, and nothing moves", n.Queue, n.Extension)
		}
	}
	return out, nil
}

// close stops everything; afterwards each command has had one final result and nothing is open.
func (s *stage) close() error {
	s.app.Close()
	s.read()
	open := s.app.Snapshot().Paths
	for _, key := range s.keys {
		if n := s.finals[key]; n != 1 {
			return fmt.Errorf("%s has %d final results after the end, and open is %v", key, n, open)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("open after the end: %v", open)
	}
	if held := s.app.Held(); len(held) > 0 {
		return fmt.Errorf("held after the end: %v", held)
	}
	for _, n := range s.app.Snapshot().Nodes {
		if n.State != "ended" && n.State != "failed" {
			return fmt.Errorf("%s is %s after the end", n.Extension, n.State)
		}
	}
	return nil
}

// play runs steps on the engine and compares it with what is expected after each, if anything is.
func play(t *testing.T, steps []step, want []picture) (err error) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, steps)
		defer s.app.Close()
		for i, st := range steps {
			if err = s.apply(st); err != nil {
				return
			}
			synctest.Wait()
			var got picture
			if got, err = s.picture(); err != nil {
				err = fmt.Errorf("after step %d (%v): %w", i, st, err)
				return
			}
			if want == nil {
				continue
			}
			if diff := want[i].differ(got); diff != "" {
				err = fmt.Errorf("after step %d (%v):\n%s", i, st, diff)
				return
			}
		}
		err = s.close()
	})
	return err
}

func TestTheEngineDoesWhatTheModelSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &scriptMaker{t: rt}
		var steps []step
		var want []picture
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			next := append(slices.Clip(steps), m.step())
			if pictures, ok := agreed(next); ok {
				steps, want = next, pictures
			}
		}
		if err := play(t, steps, want); err != nil {
			rt.Fatalf("%v\nscript:\n%v", err, steps)
		}
	})
}

func TestWhateverHappensEachCommandHasOneDebtorAndOneEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &scriptMaker{t: rt}
		var steps []step
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			steps = append(steps, m.step())
		}
		if err := play(t, steps, nil); err != nil {
			rt.Fatalf("%v\nscript:\n%v", err, steps)
		}
	})
}
