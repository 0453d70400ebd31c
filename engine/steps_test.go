package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

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
