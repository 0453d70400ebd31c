package trace

import (
	"fmt"
	"strconv"
	"time"

	"tenbench/engine/msg"
)

// GateAction is what a rule of the gate does with the messages that pass its filter.
type GateAction uint8

// The actions. Those but GateHold are faults, which the bench makes on purpose.
const (
	GateNone   GateAction = iota
	GateHold              // keep it until somebody lets it go
	GateDelay             // let it go after a while
	GateDrop              // lose it, or a share of them
	GateAnswer            // answer a command with an ERROR instead of its receiver; other messages pass
)

var gateActions = [...]string{"", "hold", "delay", "drop", "answer"}

// String returns the action's word.
func (a GateAction) String() string {
	if int(a) < len(gateActions) {
		return gateActions[a]
	}
	return "unknown"
}

// ParseGateAction is the inverse of GateAction.String.
func ParseGateAction(s string) (GateAction, bool) {
	for i, n := range gateActions {
		if n == s && i > 0 {
			return GateAction(i), true
		}
	}
	return GateNone, false
}

// GateRule is what the gate does with the messages that pass a filter: it is asked with their sent event, before conversions.
type GateRule struct {
	Name   string // hold-1, drop-2; given by the gate
	Action GateAction
	Filter string
	Off    bool

	Delay  time.Duration // of GateDelay
	Share  float64       // of GateDrop: of all that match, from 0 to 1; 0 means 1
	Seed   uint64        // of GateDrop: which ones they are; 0 means the rule's number
	Detail string        // of GateAnswer: what the result says

	Seen uint64 // messages that passed the filter while the rule was on
	Hit  uint64 // of these, what it acted on
}

// String says what the rule does, in a few words: "drop 30% of cmd and to = worker".
func (r *GateRule) String() string {
	of := r.Filter
	if of == "" {
		of = "everything"
	}
	return r.What() + " " + of
}

// What is String without the filter.
func (r *GateRule) What() string {
	switch r.Action {
	case GateDelay:
		return fmt.Sprintf("delay by %s", r.Delay)
	case GateDrop:
		if r.Share < 1 {
			return "drop " + strconv.FormatFloat(r.Share*100, 'g', 4, 64) + "% of"
		}
	case GateAnswer:
		return fmt.Sprintf("answer %q to", r.Detail)
	}
	return r.Action.String()
}

// HeldMessage is a message in the gate.
type HeldMessage struct {
	ID                    uint64
	Type                  msg.Kind
	Graph, Name, From, To string
	Since                 int64 // Mono
	Due                   int64 // Mono at which it goes on by itself; 0: never
	Rule                  string
	Property              []byte // canonical JSON, secrets masked
	Bytes                 int64
	Edited                bool
	Answered              bool // a command whose sender has an answer already, by a timeout or a stop
}
