package trace

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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
	GateAnswer            // answer a command instead of its receiver; other messages pass
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

	Delay time.Duration // of GateDelay
	Share float64       // of GateDrop: of all that match, from 0 to 1; 0 means 1
	Seed  uint64        // of GateDrop: which ones they are; 0 means the rule's number

	OK       bool   // of GateAnswer: the result is OK, not an ERROR
	Detail   string // of GateAnswer: what the result says
	Property string // of GateAnswer: what else is in it, a JSON object; "" is nothing

	Seen uint64 // messages that passed the filter while the rule was on
	Hit  uint64 // of these, what it acted on
}

// String writes the rule as ParseGateRule reads it: "drop 30% cmd and to = worker".
func (r *GateRule) String() string { return r.What() + " " + cmp.Or(r.Filter, "@"+selectAll) }

// Everything reports that the rule acts on every message, whatever it is.
func (r *GateRule) Everything() bool { return r.Filter == "" || r.Filter == "@"+selectAll }

// What is String without the filter.
func (r *GateRule) What() string {
	switch r.Action {
	case GateDelay:
		return "delay " + r.Delay.String()
	case GateDrop:
		if r.Share > 0 && r.Share < 1 {
			return "drop " + strconv.FormatFloat(r.Share*100, 'g', 4, 64) + "%"
		}
	case GateAnswer:
		return "answer " + r.result()
	}
	return r.Action.String()
}

// result writes the answer of a GateAnswer.
func (r *GateRule) result() string {
	s := "error"
	if r.OK {
		s = "ok"
	}
	if r.Detail != "" {
		s += " " + strconv.Quote(r.Detail)
	}
	if r.Property != "" {
		s += " " + r.Property
	}
	return s
}

// gateForms are what ParseGateRule reads, for errors.
const gateForms = `write hold FILTER, delay 200ms FILTER, drop 30% FILTER or answer error "text" FILTER`

// ParseGateRule reads a rule in one of the forms
//
//	hold FILTER
//	delay 200ms FILTER
//	drop FILTER, drop 30% FILTER, drop 30% seed 7 FILTER
//	answer FILTER, answer error "no such city" FILTER, answer ok {"temp": 21} FILTER
//
// An answer is an error unless it says ok; a text is its detail, a JSON object its properties. A rule does harm where a filter does not,
// so it says which messages it is for: @all is every one. Errors are *FilterError, with the column in the whole text; of a rule that only
// lacks its end it is Unfinished.
func ParseGateRule(text string) (GateRule, error) { return Selectors(nil).ParseGateRule(text) }

// ParseGateRule is the ParseGateRule of this package, for a place where these selectors are known: the rule has what they stand for.
func (s Selectors) ParseGateRule(text string) (GateRule, error) {
	p := gateParser{text: text}
	word, at := p.word()
	action, ok := ParseGateAction(word)
	if !ok {
		return GateRule{}, p.failAt(at, "%q is no rule; %s", word, gateForms)
	}
	r := GateRule{Action: action}
	if err := p.arguments(&r); err != nil {
		return r, err
	}
	if p.skip(); p.pos == len(text) {
		return r, p.lacks("which messages? A filter such as name = tick; @all is every one")
	}
	f, err := s.Compile(strings.TrimSpace(text[p.pos:]))
	var bad *FilterError
	if errors.As(err, &bad) {
		return r, &FilterError{Col: utf8.RuneCountInString(text[:p.pos]) + bad.Col, Msg: bad.Msg}
	} else if err != nil {
		return r, err
	}
	r.Filter = f.Plain()
	return r, nil
}

type gateParser struct {
	text string
	pos  int
}

func (p *gateParser) failAt(at int, format string, args ...any) error {
	return &FilterError{Col: 1 + utf8.RuneCountInString(p.text[:at]), Msg: fmt.Sprintf(format, args...)}
}

// lacks makes the error of a rule that has to go on.
func (p *gateParser) lacks(why string) error {
	return &FilterError{Col: 1 + utf8.RuneCountInString(p.text), Msg: why, Unfinished: true}
}

func (p *gateParser) skip() {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
}

// word reads up to the next blank and returns where that began.
func (p *gateParser) word() (word string, at int) {
	p.skip()
	at = p.pos
	end := strings.IndexByte(p.text[at:], ' ')
	if end < 0 {
		end = len(p.text) - at
	}
	p.pos += end
	return p.text[at:p.pos], at
}

// arguments reads what stands between the action and the filter.
func (p *gateParser) arguments(r *GateRule) error {
	switch r.Action {
	case GateDelay:
		word, at := p.word()
		if word == "" {
			return p.lacks("how long? Write a time such as 200ms")
		}
		d, err := time.ParseDuration(word)
		if err != nil || d <= 0 {
			return p.failAt(at, "%q is no time to delay by; write it like 200ms", word)
		}
		r.Delay = d
	case GateDrop:
		return p.share(r)
	case GateAnswer:
		return p.answer(r)
	}
	return nil
}

// answer reads what a result says: its status, its detail and its properties, each of which may be missing.
func (p *gateParser) answer(r *GateRule) error {
	before := p.pos
	switch word := p.name(); word {
	case "ok", "error":
		r.OK = word == "ok"
	default:
		p.pos = before
	}
	if err := p.detail(r); err != nil {
		return err
	}
	p.skip()
	switch at := p.pos; {
	case strings.HasPrefix(p.text[at:], "["):
		return p.failAt(at, `the properties of an answer are an object such as {"temp": 21}; quote a [ to search for it`)
	case strings.HasPrefix(p.text[at:], "{"):
		return p.properties(r)
	}
	return nil
}

// name reads letters.
func (p *gateParser) name() string {
	p.skip()
	rest := p.text[p.pos:]
	n := strings.IndexFunc(rest, func(c rune) bool { return c < 'a' || c > 'z' })
	if n < 0 {
		n = len(rest)
	}
	p.pos += n
	return rest[:n]
}

// detail reads a text in quotes, if one comes next.
func (p *gateParser) detail(r *GateRule) error {
	p.skip()
	at := p.pos
	switch rest := p.text[at:]; {
	case strings.HasPrefix(rest, `"`):
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return p.failAt(at, "the quote has no end")
		}
		r.Detail, _ = strconv.Unquote(quoted) // a quoted prefix is well formed
		p.pos += len(quoted)
	case strings.HasPrefix(rest, "'"):
		q := filterParser{src: p.text, pos: at}
		text, err := q.quoted('\'', tokQuoted)
		if err != nil {
			return p.failAt(at, "the quote has no end")
		}
		r.Detail, p.pos = text.text, q.pos
	}
	return nil
}

// properties reads a JSON object.
func (p *gateParser) properties(r *GateRule) error {
	rest := p.text[p.pos:]
	d := json.NewDecoder(strings.NewReader(rest))
	var object json.RawMessage
	if err := d.Decode(&object); err == nil {
		rest = rest[:d.InputOffset()] // behind it the filter begins
	}
	v, err := msg.ParseJSON([]byte(rest))
	var bad *msg.JSONError
	switch errors.As(err, &bad); {
	case err == nil:
	case bad != nil && bad.Offset >= len(rest):
		return p.lacks("the properties go on: " + bad.Msg)
	case bad != nil:
		return p.failAt(p.pos+max(bad.Offset, 0), "the properties are no JSON: %s", bad.Msg)
	default:
		return p.failAt(p.pos, "the properties are no JSON: %v", err)
	}
	r.Property = string(msg.AppendJSON(nil, v))
	p.pos += len(rest)
	return nil
}

func (p *gateParser) share(r *GateRule) error {
	before := p.pos
	word, at := p.word()
	digits, ok := strings.CutSuffix(word, "%")
	if !ok {
		p.pos = before
		return nil
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !(n > 0 && n <= 100) {
		return p.failAt(at, "%q is no share; write it like 30%%", word)
	}
	r.Share = n / 100
	before = p.pos
	if word, _ := p.word(); word != "seed" {
		p.pos = before
		return nil
	}
	word, at = p.word()
	if r.Seed, err = strconv.ParseUint(word, 10, 64); err != nil {
		return p.failAt(at, "%q is no seed; write a whole number", word)
	}
	return nil
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
