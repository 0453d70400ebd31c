package engine

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// rule is a rule of the gate, compiled.
type rule struct {
	trace.GateRule // without the counts; only Off changes, under the gate's lock
	sym            trace.Sym
	match          *trace.Filter
	seen, hit      atomic.Uint64

	mu     sync.Mutex
	random *rand.Rand // of a drop: the same for the same seed
}

// verdict is what the rules say of one message. The zero verdict lets it pass.
type verdict struct {
	rule  *rule
	delay time.Duration // of a rule that delays
}

// judge asks the rules in their order. The first that holds, drops or answers the message decides; delays add up.
func (n *Node) judge(rules []*rule, m msg.Message, p *path, name trace.Sym, to *Node, id uint64, size int64) verdict {
	e := trace.Event{Kind: trace.Sent, Mono: n.Now(), Type: m.Kind(), ID: id, Name: name, From: n.sym, To: to.sym, App: n.eng.app.sym, Graph: n.eng.sym,
		Extension: n.sym, BufLen: int64(len(m.Buffer())), Bytes: size}
	e.Property = m.Properties().AppendMasked(nil, n.eng.app.masker.Load())
	if p != nil {
		e.Parent, e.Group, e.Debtor = p.parent, p.group, trace.DebtorGraph
	}
	c := trace.AtGate(&e)
	if c != nil {
		c.Sent = p.sent
	}
	var v verdict
	for _, r := range rules {
		if !r.match.Match(&e, c) {
			continue
		}
		r.seen.Add(1)
		if !r.acts(p) {
			continue
		}
		r.hit.Add(1)
		v.rule = r
		if r.Action != trace.GateDelay {
			return v
		}
		v.delay += r.Delay
	}
	return v
}

// acts reports whether the rule does something to a message that passed its filter; p is nil of what is no command.
func (r *rule) acts(p *path) bool {
	switch {
	case r.Action == trace.GateAnswer:
		return p != nil
	case r.random == nil:
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.random.Float64() < r.Share
}

// carryOut does with the message what the rules want. It reports false if it goes on after all.
func (g *gate) carryOut(v verdict, l *letter, to *Node) bool {
	switch r := v.rule; r.Action {
	case trace.GateHold:
		return g.take(l, to, r, 0)
	case trace.GateDelay:
		return g.take(l, to, r, g.app.log.Now()+v.delay.Nanoseconds())
	case trace.GateDrop:
		l.lose(to, r.sym, r.Name+": "+r.String())
	case trace.GateAnswer:
		l.p.answer(answer{res: r.result(), by: trace.ByGate, rule: r.sym, detail: r.Name + ": " + r.told(g.app.masker.Load())})
	}
	return true
}

// result is the answer that the rule gives.
func (r *rule) result() *msg.CmdResult {
	status := msg.Error
	if r.OK {
		status = msg.OK
	}
	res := engineResult(status, r.Detail)
	for key, v := range r.properties().All() {
		res.Properties().Put(key, v)
	}
	return res
}

// told is String for the log: secrets among the properties of an answer are masked.
func (r *rule) told(mask *msg.Masker) string {
	if r.Property == "" {
		return mask.Text(r.String())
	}
	shown := trace.GateRule{Action: r.Action, Filter: r.Filter, OK: r.OK, Detail: r.Detail, Property: string(r.properties().AppendMasked(nil, mask))}
	return mask.Text(shown.String())
}

// properties are those of its answers, read anew for each: who gets an answer may change it.
func (r *rule) properties() *msg.Object {
	o, _ := objectOf([]byte(r.Property)) // newRule has read it
	return o
}

// GateRules lists the rules, the oldest first.
func (a *App) GateRules() []trace.GateRule {
	g := a.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]trace.GateRule, len(g.all))
	for i, r := range g.all {
		out[i] = r.GateRule
		out[i].Seen, out[i].Hit = r.seen.Load(), r.hit.Load()
	}
	return out
}

// AddGateRule puts a rule into force and returns it with its name. The error is a *trace.FilterError or says what else is wrong;
// then nothing was changed.
func (a *App) AddGateRule(want trace.GateRule) (trace.GateRule, error) {
	r, err := newRule(want)
	if err != nil {
		return want, err
	}
	g := a.gate
	g.mu.Lock()
	g.numbers++
	r.number(g.numbers)
	g.all = append(g.all, r)
	g.publish()
	made := r.GateRule
	g.mu.Unlock()
	a.noteRule(r, "set")
	return made, nil
}

func newRule(want trace.GateRule) (*rule, error) {
	match, err := trace.Compile(want.Filter)
	if err != nil {
		return nil, err
	}
	r := &rule{GateRule: want, match: match}
	r.Seen, r.Hit = 0, 0
	switch want.Action {
	case trace.GateHold:
	case trace.GateDelay:
		if want.Delay <= 0 {
			return nil, errorf(CodeInvalidArgument, "a delay is longer than nothing, such as 200ms")
		}
	case trace.GateDrop:
		if want.Share == 0 {
			r.Share = 1
		}
		if r.Share < 0 || r.Share > 1 {
			return nil, errorf(CodeInvalidArgument, "a share lies between 0 and 100%%")
		}
	case trace.GateAnswer:
		if _, err := objectOf([]byte(want.Property)); err != nil {
			return nil, err
		}
		if !want.OK && want.Detail == "" && want.Property == "" {
			r.Detail = "a fault rule answered"
		}
	default:
		return nil, errorf(CodeInvalidArgument, "a rule holds, delays, drops or answers")
	}
	return r, nil
}

// number gives the rule its name, and what hangs on it.
func (r *rule) number(n int) {
	r.Name = fmt.Sprintf("%s-%d", r.Action, n)
	r.sym = trace.Intern(r.Name)
	if r.Action != trace.GateDrop {
		return
	}
	if r.Seed == 0 {
		r.Seed = uint64(n)
	}
	r.random = rand.New(rand.NewPCG(r.Seed, 0))
}

// publish makes the rules that are on those that messages are asked against; the lock is held.
func (g *gate) publish() {
	var on []*rule
	for _, r := range g.all {
		if !r.Off {
			on = append(on, r)
		}
	}
	if len(on) == 0 {
		g.rules.Store(nil)
		return
	}
	g.rules.Store(&on)
}

// SetGateRule switches a rule on or off. What an off rule delayed goes on at once; what it held stays held.
func (a *App) SetGateRule(name string, on bool) error {
	return a.changeRule(name, map[bool]string{true: "on", false: "off"}[on], func(g *gate, i int) {
		g.all[i].Off = !on
	})
}

// RemoveGateRule takes a rule away, as SetGateRule switches one off.
func (a *App) RemoveGateRule(name string) error {
	return a.changeRule(name, "removed", func(g *gate, i int) {
		g.all[i].Off = true
		g.all = slices.Delete(g.all, i, i+1)
	})
}

func (a *App) changeRule(name, what string, change func(g *gate, i int)) error {
	g := a.gate
	g.mu.Lock()
	i := slices.IndexFunc(g.all, func(r *rule) bool { return r.Name == name })
	if i < 0 {
		g.mu.Unlock()
		return errorf(CodeNotFound, "there is no rule %q", name)
	}
	r := g.all[i]
	change(g, i)
	g.publish()
	if r.Off {
		g.hurry(r)
	}
	g.mu.Unlock()
	a.noteRule(r, what)
	return nil
}

// hurry makes what a rule delayed due now; the lock is held.
func (g *gate) hurry(r *rule) {
	now := g.app.log.Now()
	for _, p := range g.delayed {
		if p.rule == r {
			p.due = min(p.due, now)
		}
	}
	slices.SortStableFunc(g.delayed, func(a, b *passage) int { return cmp.Compare(a.due, b.due) })
	g.arm()
}

// noteRule writes what became of a rule.
func (a *App) noteRule(r *rule, what string) {
	a.w.Emit(&trace.Event{Kind: trace.Fault, App: a.sym, Level: trace.Info, Rule: r.sym, Detail: what + ": " + r.told(a.masker.Load())})
}
