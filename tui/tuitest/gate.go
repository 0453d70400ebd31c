package tuitest

import (
	"errors"
	"fmt"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// Gate is a Controller with a gate that remembers what was done.
type Gate struct {
	Controller
	State ui.GateState
	Did   []string
	Fail  error // what all that changes something returns
}

func (g *Gate) did(format string, args ...any) error {
	g.Did = append(g.Did, fmt.Sprintf(format, args...))
	return g.Fail
}

// GateRules returns the state's.
func (g *Gate) GateRules() []trace.GateRule { return g.State.Rules }

// AddGateRule adds a rule to the state.
func (g *Gate) AddGateRule(r trace.GateRule) (trace.GateRule, error) {
	r.Name = fmt.Sprintf("%s-%d", r.Action, len(g.State.Rules)+1)
	g.State.Rules = append(g.State.Rules, r)
	return r, g.did("add %s", r.String())
}

// SetGateRule switches a rule of the state.
func (g *Gate) SetGateRule(name string, on bool) error {
	for i := range g.State.Rules {
		if g.State.Rules[i].Name == name {
			g.State.Rules[i].Off = !on
			return g.did("set %s %v", name, on)
		}
	}
	return errors.New("no such rule")
}

// RemoveGateRule takes a rule out of the state.
func (g *Gate) RemoveGateRule(name string) error {
	for i := range g.State.Rules {
		if g.State.Rules[i].Name == name {
			g.State.Rules = append(g.State.Rules[:i:i], g.State.Rules[i+1:]...)
			return g.did("remove %s", name)
		}
	}
	return errors.New("no such rule")
}

// Held returns the state's.
func (g *Gate) Held() []trace.HeldMessage { return g.State.Held }

// Guard makes the gate the controller of a bench, which has looked at it.
func (g *Gate) Guard(c *ui.Common) {
	c.Controller = g
	c.LookAtGate()
}

// Leave takes a message out of the state, as if it had gone by itself.
func (g *Gate) Leave(id uint64) {
	for i := range g.State.Held {
		if g.State.Held[i].ID == id {
			g.State.Held = append(g.State.Held[:i:i], g.State.Held[i+1:]...)
			return
		}
	}
}

// Release takes a message out of the state.
func (g *Gate) Release(id uint64) error {
	g.Leave(id)
	return g.did("release %d", id)
}

// ReleaseAll empties the state.
func (g *Gate) ReleaseAll() int {
	n := len(g.State.Held)
	g.State.Held = nil
	_ = g.did("release all")
	return n
}

// KeepHeld takes the time from a message of the state.
func (g *Gate) KeepHeld(id uint64) error {
	if h := g.State.Message(id); h != nil {
		h.Due = 0
	}
	return g.did("keep %d", id)
}

// EditHeld notes what was written.
func (g *Gate) EditHeld(id uint64, property []byte) error { return g.did("edit %d %s", id, property) }

// DropHeld takes a message out of the state.
func (g *Gate) DropHeld(id uint64) error {
	g.Leave(id)
	return g.did("drop %d", id)
}

// AnswerHeld takes a message out of the state.
func (g *Gate) AnswerHeld(id uint64, status msg.Status, property []byte) error {
	g.Leave(id)
	return g.did("answer %d %s %s", id, status, property)
}

// Gated returns the voice assistant with rules at its gate, as it is after 12.4 seconds: two messages are held, one is delayed, and
// two were dropped.
func Gated() (*Run, *Gate) {
	r := Voice()
	rules := []trace.GateRule{
		{Name: "hold-1", Action: trace.GateHold, Filter: "cmd and name = tool_call and from = main_control and to = weather_tool", Seen: 1, Hit: 1},
		{Name: "drop-2", Action: trace.GateDrop, Filter: "name = status and to = tts", Share: 0.3, Seed: 2, Seen: 7, Hit: 2},
		{Name: "delay-3", Action: trace.GateDelay, Filter: "data and to = llm", Delay: 2 * time.Second, Seen: 1, Hit: 1},
		{Name: "answer-4", Action: trace.GateAnswer, Filter: "cmd and to = asr", Detail: "out of order", Off: true},
		{Name: "hold-5", Action: trace.GateHold, Filter: "name = barge_in", Seen: 1, Hit: 1},
	}
	g := &Gate{State: ui.GateState{Rules: rules}}
	way := func(at time.Duration, kind msg.Kind, rule int, out trace.Kind, from, to, name, property string) {
		r.ids++
		e := trace.Event{ID: r.ids, Type: kind, Name: trace.Intern(name), From: trace.Intern(from), To: trace.Intern(to)}
		sent := e
		sent.Kind, sent.Extension, sent.Property, sent.Bytes = trace.Sent, e.From, []byte(property), int64(len(property))
		e.Kind, e.Extension, e.Rule, e.Detail = out, e.To, trace.Intern(rules[rule].Name), rules[rule].String()
		if kind == msg.KindCmd {
			sent.Debtor, e.Debtor = trace.DebtorQueue, trace.DebtorHeld
			if out == trace.Dropped {
				e.Debtor = trace.DebtorNobody
			}
		}
		r.Add(at, sent)
		r.Add(at+10*time.Microsecond, e)
		if out != trace.Held {
			return
		}
		h := trace.HeldMessage{ID: e.ID, Type: kind, Graph: r.graph.Name, Name: name, From: from, To: to, Since: int64(at), Rule: rules[rule].Name,
			Property: []byte(property), Bytes: sent.Bytes}
		if d := rules[rule].Delay; d != 0 {
			h.Due = int64(at + d)
		}
		g.State.Held = append(g.State.Held, h)
	}
	way(9500*ms, msg.KindCmd, 0, trace.Held, "main_control", "weather_tool", "tool_call", `{"town":"Berlin","units":"metric","days":3}`)
	way(10100*ms, msg.KindCmd, 1, trace.Dropped, "main_control", "tts", "status", `{"text":"looking it up"}`)
	way(10900*ms, msg.KindData, 1, trace.Dropped, "main_control", "tts", "status", `{"text":"still looking"}`)
	way(11500*ms, msg.KindData, 4, trace.Held, "asr", "main_control", "barge_in", `{"loud":0.8}`)
	way(11700*ms, msg.KindData, 2, trace.Held, "main_control", "llm", "context", `{"turn":4}`)
	return r, g
}
