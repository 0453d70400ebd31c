package engine

import (
	"fmt"
	"strings"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// The rules that the engine itself detects.
var (
	ruleUnanswered     = trace.Intern("unanswered")
	ruleLost           = trace.Intern("lost")
	ruleKept           = trace.Intern("kept")
	ruleNoRoute        = trace.Intern("no-route")
	ruleFailed         = trace.Intern("extension-failed")
	ruleSlowStage      = trace.Intern("slow-stage")
	ruleStageNeverDone = trace.Intern("stage-never-done")
	ruleStopHang       = trace.Intern("stop-hang")
	ruleHandlerAt      = trace.Intern("handler-at")
	ruleTaskException  = trace.Intern("task-exception")
	ruleOffLoop        = trace.Intern("env-used-off-loop")
	ruleQueueFull      = trace.Intern("queue-full")
	ruleLoopBlocked    = trace.Intern("loop-blocked")
	ruleAnsweredTwice  = trace.Intern("answered-twice")
	ruleLateAnswer     = trace.Intern("late-answer")
	ruleMessageCycle   = trace.Intern("message-cycle")
	ruleQueueGrowing   = trace.Intern("queue-growing")
	ruleMediaPace      = trace.Intern("media-pace")
	ruleMisspelt       = trace.Intern("property-misspelt")
)

// about is a lint on a command.
func (p *path) about(rule trace.Sym, level trace.Level, at int64, detail string) trace.Event {
	return trace.Event{Mono: at, Rule: rule, Level: level, ID: p.id, Parent: p.parent, Name: p.name, Type: msg.KindCmd, From: p.from.sym, To: p.to.sym,
		Detail: detail, Debtor: p.debtor}
}

// lintUnanswered says that p has been open for too long: a warning, as an answer may still come. work is what its handler is busy with,
// where that is known.
func (e *Engine) lintUnanswered(p *path, now int64, work []Work) {
	who, age := orElse(p.to.name, "the runtime"), round(now-p.sent)
	text := fmt.Sprintf("%s has not answered %s #%d from %s for %s.", who, p.name, p.id, p.from.name, age)
	switch p.debtor {
	case trace.DebtorHeld:
		text = fmt.Sprintf("%s #%d from %s to %s is held in the gate, and %s old.", p.name, p.id, p.from.name, who, age)
	case trace.DebtorNobody:
		if !p.begun {
			text = fmt.Sprintf("%s has no answer to %s #%d, which was dropped on its way to %s, and is %s old.", p.from.name, p.name, p.id, who, age)
		}
	}
	l := p.about(ruleUnanswered, trace.Warn, now, text)
	if len(work) > 0 {
		l.Property = p.to.describe(work)
	}
	p.to.lint(l)
}

// lintTooLate reports a result that nobody gets, since the command has ended. What the stop has ended may be answered: that is nobody's fault.
func (n *Node) lintTooLate(p *path, final bool, pc uintptr, source trace.Sym) {
	switch {
	case p.by == trace.ByTimeout && final:
		took := n.Now() - p.sent
		n.lint(trace.Event{Rule: ruleLateAnswer, Level: trace.Info, ID: p.id, Name: p.name, From: p.from.sym, To: p.to.sym, PC: pc, Source: source, LatencyNS: took,
			Detail: fmt.Sprintf("%s answered %s #%d from %s after %s, when its path timeout had ended it.", n.name, p.name, p.id, p.from.name, round(took))})
	case !p.endedInPlace():
		n.lintAnsweredTwice(p, pc, source)
	}
}

func (n *Node) lintAnsweredTwice(p *path, pc uintptr, source trace.Sym) {
	n.lint(trace.Event{Rule: ruleAnsweredTwice, Level: trace.Warn, ID: p.id, Name: p.name, From: p.from.sym, To: p.to.sym, PC: pc, Source: source,
		Detail: fmt.Sprintf("%s returned a result for %s #%d, which had been answered already.", n.name, p.name, p.id)})
}

// round shortens a time span for people.
func round(ns int64) time.Duration {
	d := time.Duration(ns)
	switch {
	case d > time.Second:
		return d.Round(100 * time.Millisecond)
	case d > time.Millisecond:
		return d.Round(100 * time.Microsecond)
	}
	return d
}

// lintFailed reports a node that failed, where it stood and why.
func (n *Node) lintFailed(was trace.State, reason, stack string) {
	var o msg.Object
	o.Put("stage", msg.String(was.String()))
	if stack != "" {
		o.Put("stack", msg.String(stack))
	}
	n.lint(trace.Event{Rule: ruleFailed, Level: trace.Error, Detail: fmt.Sprintf("%s failed while %s: %s", n.name, doing(was), strings.TrimPrefix(reason, "on_"+was.String()+": ")),
		Property: o.AppendMasked(nil, n.eng.app.masker.Load()), Source: panicPlace(stack)})
}

func doing(s trace.State) string {
	switch s {
	case trace.Created:
		return "being made"
	case trace.Running:
		return "running"
	}
	return "in on_" + s.String()
}

// stageRuns is for how long the callback of the present stage has run, as far as its host tells: one that waits for its loop does nothing
// wrong. The lock is held.
func (n *Node) stageRuns() time.Duration {
	if host, ok := n.host.(StageTimer); ok {
		return time.Duration(host.StageTook(n.life.state))
	}
	return time.Duration(n.eng.log.Now() - n.life.since)
}

// slowStage reports, once, that a stage takes longer than the limit; the lock is held. verb is "took %s" of one that has ended. One that
// has not is given twice the limit if it has to be told what else holds its loop: that is told after the limit too.
func (n *Node) slowStage(now int64, verb string, ended bool) *trace.Event {
	took, limit := now-n.life.since, n.eng.limits().Slow.Nanoseconds()
	if host, ok := n.host.(StageTimer); ok {
		own := host.StageTook(n.life.state)
		if n.life.waited = 0; took-own > limit {
			n.life.waited = took - own
		}
		if took = own; !ended {
			limit *= 2
		}
	}
	if n.life.slow || took <= limit {
		return nil
	}
	n.life.slow = true
	return &trace.Event{Rule: ruleSlowStage, Level: trace.Info, Name: trace.Intern("on_" + n.life.state.String()), StageNS: took,
		Detail: fmt.Sprintf("on_%s of %s "+verb+" (limit %s).", n.life.state, n.name, round(took), n.eng.limits().Slow)}
}

// slowMaking is how many times the limit of a stage the making of an extension may take: an interpreter that starts is no slow one.
const slowMaking = 10

// lintSlowMaking reports that an extension took long to be made: its process began and its code was read.
func (n *Node) lintSlowMaking(took int64) {
	if limit := n.eng.limits().Slow * slowMaking; took > limit.Nanoseconds() {
		n.lint(trace.Event{Rule: ruleSlowStage, Level: trace.Info, Name: trace.Intern("made"), StageNS: took,
			Detail: fmt.Sprintf("The making of %s took %s (limit %s).", n.name, round(took), limit)})
	}
}

// lintSlowStage reports what slowStage found of a stage, if it found something, with the callback's place.
func (n *Node) lintSlowStage(e *trace.Event, s trace.State, host Host) {
	if e == nil {
		return
	}
	if host, ok := host.(Placer); ok {
		e.PC, e.Source = host.StagePlace(s)
	}
	n.lint(*e)
}

// size shortens a number of bytes for people.
func size(bytes int64) string {
	if bytes < 10<<10 {
		return fmt.Sprintf("%d bytes", bytes)
	}
	if bytes < 10<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

// lintQueueFull reports a mailbox that was full, at the first time and every thousandth.
func (n *Node) lintQueueFull(l letter) {
	n.mu.Lock()
	n.full++
	n.gather()
	count, queue, bytes := n.full, n.box.live, n.box.bytes
	n.mu.Unlock()
	if count%1000 != 1 {
		return
	}
	what := "pushed the oldest out"
	if l.p != nil {
		what = "refused a command"
	}
	if count > 1 {
		what += fmt.Sprintf(", for the %dst time", count)
	}
	n.lint(trace.Event{Rule: ruleQueueFull, Level: trace.Warn, ID: l.id, Name: l.name, Type: l.m.Kind(), From: l.from.sym, To: n.sym, Count: count,
		Detail: fmt.Sprintf("The mailbox of %s was full (%d waiting, %s) and %s.", n.name, queue, size(bytes), what)})
}
