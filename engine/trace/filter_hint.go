package trace

import (
	"slices"
	"strings"
)

// spoken are the operators as people say them.
var spoken = map[string]string{
	"is": "=", "are": "=", "equals": "=", "eq": "=", "contains": "~", "like": "~", "matches": "~",
	"over": ">", "above": ">", "gt": ">", "under": "<", "below": "<", "lt": "<",
}

// failing are what people write for the status error.
var failing = []string{"fail", "failed", "failure", "failures", "failing", "errors", "bad"}

// unsaid returns the error for two words side by side of which the first is a field and the second a value of it, as in `to relay`:
// they would be looked for as texts. nil if they are not.
func (p *filterParser) unsaid(name token) error {
	f, ok := fieldOf(name.text)
	if !ok {
		return nil
	}
	at := p.pos
	defer func() { p.pos = at }()
	value, err := p.next()
	if err != nil || value.kind != tokWord && value.kind != tokQuoted || isJoin(value.text) || strings.HasPrefix(value.text, "@") {
		return nil
	}
	if op := spoken[strings.ToLower(value.text)]; op != "" && value.kind == tokWord {
		if third, err := p.next(); err == nil && (third.kind == tokWord || third.kind == tokQuoted) && !isJoin(third.text) {
			return p.errorAt(name.pos, "%s is a field; did you mean %s %s %s?", name.text, name.text, op, p.src[third.pos:p.pos])
		}
		return nil
	}
	written := p.src[value.pos:p.pos]
	if op, err := p.operator(); err != nil || op.text != "" {
		return nil // a comparison of its own
	}
	if longName(name.text) == "status" && slices.Contains(failing, strings.ToLower(value.text)) {
		written, value.text = "error", "error"
	}
	between := ":"
	if _, number := f.(numberField); number {
		between = " = "
		if len(f.(numberField).unit.factors) > 0 {
			between = " > "
		}
	}
	q := &filterParser{src: p.src}
	if _, err := f.compile(q, name, token{tokOp, "=", value.pos}, []token{value}); err != nil {
		return nil
	}
	return p.errorAt(name.pos, "%s is a field; did you mean %s%s%s? Quote it to search for the word", name.text, name.text, between, written)
}

// hints are words that are looked for as texts, though most who write them mean a condition.
var hints = map[string]string{
	"ok": "status:ok", "success": "status:ok", "succeeded": "status:ok",
	"silent": "unanswered", "open": "pending", "waiting": "pending",
	"warn": "level:warn", "warning": "level:warn", "warnings": "level:warn",
	"command": "cmd", "commands": "cmd", "cmds": "cmd", "results": "result", "logs": "log",
}

func init() {
	for _, word := range failing {
		hints[word] = "status:error"
	}
}

// hint notes, of the first such word, what else it may mean.
func (p *filterParser) hint(t token) {
	if p.hinted != nil {
		return
	}
	meant := hints[strings.ToLower(t.text)]
	if short := shortFor(t.text); meant == "" && len(short) > 0 {
		meant = "the field " + strings.Join(short, " or ")
	}
	if meant == "" {
		return
	}
	p.hinted = p.errorAt(t.pos, "%q is looked for as a text; did you mean %s?", t.text, meant).(*FilterError)
}

// Hint says of a word that is looked for as a text what else it may mean, and where it stands; nil if there is none. The filter holds
// even so.
func (f *Filter) Hint() *FilterError { return f.hinted }
