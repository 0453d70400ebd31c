package trace

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// textTest decides on a text.
type textTest func(s string) bool

// textOp makes the test for an operator on texts; negated operators are turned by the caller.
func textOp(p *filterParser, name, op token, values []token) (test textTest, negated bool, err error) {
	switch op.text {
	case "=", "!=", "in":
		if len(values) == 1 {
			want := values[0].text
			return func(s string) bool { return s == want }, op.text == "!=", nil
		}
		var list []string
		for _, v := range values {
			list = append(list, v.text)
		}
		return func(s string) bool { return slices.Contains(list, s) }, false, nil
	case "~", "!~", ":", "has":
		test, err := containsOp(p, values[0])
		return test, op.text == "!~", err
	}
	return nil, false, p.errorAt(op.pos, "%s is a text: use = != ~ in", name.text)
}

func containsOp(p *filterParser, v token) (textTest, error) {
	if v.kind != tokRegexp {
		return contains(v.text), nil
	}
	re, err := regexp.Compile(v.text)
	if err != nil {
		return nil, p.errorAt(v.pos, "not a regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re.MatchString, nil
}

// textField is a field with a text of its own.
type textField func(e *Event) string

func (f textField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, negated, err := textOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	return func(e *Event, _ *Command) bool { return test(f(e)) != negated }, nil
}

// symField is a field with a name.
type symField func(e *Event) Sym

func (f symField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, negated, err := textOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	known := &symTest{test: test}
	return func(e *Event, _ *Command) bool { return known.of(f(e)) != negated }, nil
}

// symTest remembers the answers of a test for the names that came first; a program has few names.
type symTest struct {
	test    textTest
	answers [symTestLen]atomic.Uint32 // 0: not asked yet
}

const (
	symTestLen = 512
	answerNo   = 1
	answerYes  = 2
)

func (t *symTest) of(s Sym) bool {
	if s >= symTestLen {
		return t.test(s.String())
	}
	switch t.answers[s].Load() {
	case answerNo:
		return false
	case answerYes:
		return true
	}
	if t.test(s.String()) {
		t.answers[s].Store(answerYes)
		return true
	}
	t.answers[s].Store(answerNo)
	return false
}

// ofAny is of for some names, of a test that says no of the empty one. Log lines have only that of their extension, as a rule.
func (t *symTest) ofAny(n nameSet) bool {
	return t.of(n.extension) || n.name|n.from|n.to != 0 && (t.of(n.name) || t.of(n.from) || t.of(n.to))
}

// nameSet is the names of an event in which a word is looked for.
type nameSet struct{ extension, name, from, to Sym }

func (e *Event) names() nameSet { return nameSet{e.Extension, e.Name, e.From, e.To} }

// anywhere looks for a text where people would.
func anywhere(text string) predicate {
	if text == "" {
		return everything
	}
	known := &symTest{test: contains(text)}
	if f, ok := fold(text); ok { // nearly always: the same in fewer calls
		return func(e *Event, _ *Command) bool {
			return e.Detail != "" && f.in(e.Detail) || known.ofAny(e.names()) || len(e.Property) != 0 && f.in(view(e.Property))
		}
	}
	return func(e *Event, _ *Command) bool {
		return known.ofAny(e.names()) ||
			e.Detail != "" && known.test(e.Detail) || len(e.Property) != 0 && known.test(view(e.Property))
	}
}

// contains tests whether a text contains another one, whatever the case.
func contains(text string) textTest {
	if text == "" {
		return func(string) bool { return true }
	}
	if f, ok := fold(text); ok {
		return f.in
	}
	return regexp.MustCompile("(?i)" + regexp.QuoteMeta(strings.ToValidUTF8(text, "\ufffd"))).MatchString
}

// folded is an ASCII text that is looked for whatever the case.
type folded struct {
	lower   string
	rare    int  // index of the byte that is looked for first
	low, up byte // that byte
}

// fold returns false for a text that is not ASCII, and for the empty one.
func fold(text string) (f folded, ok bool) {
	if text == "" || strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		return f, false
	}
	f.lower = strings.ToLower(text)
	f.rare = rarest(f.lower)
	f.low = f.lower[f.rare]
	f.up = upper(f.low)
	return f, true
}

// in reports whether the text is in s. Most texts say most words in lower case: the other one is looked for last.
func (f *folded) in(s string) bool {
	return f.around(s, f.low) || f.up != f.low && f.around(s, f.up)
}

// around reports whether the text is in s with its rare byte as c.
func (f *folded) around(s string, c byte) bool {
	for from := f.rare; from+len(f.lower)-f.rare <= len(s); {
		i := strings.IndexByte(s[from:], c)
		at := from + i - f.rare
		if i < 0 || at+len(f.lower) > len(s) {
			return false
		}
		if equalFold(s[at:at+len(f.lower)], f.lower) {
			return true
		}
		from += i + 1
	}
	return false
}

// index returns where the text begins in s for the first time, -1 if it is not there.
func (f *folded) index(s string) int {
	low := -1 // where the rare byte in lower case is, no earlier than from; len(s) if it is not there
	for from := f.rare; from+len(f.lower)-f.rare <= len(s); {
		if low < from {
			low = indexFrom(s, from, f.low)
		}
		i := low
		if f.up != f.low {
			i = indexFrom(s[:low], from, f.up)
		}
		at := i - f.rare
		if at+len(f.lower) > len(s) {
			return -1
		}
		if equalFold(s[at:at+len(f.lower)], f.lower) {
			return at
		}
		from = i + 1
	}
	return -1
}

// rarest returns the index of the byte that is likely the rarest in JSON and names, so that few places need a second look.
func rarest(s string) int {
	best := 0
	for i := range len(s) {
		if rarity(s[i]) > rarity(s[best]) {
			best = i
		}
	}
	return best
}

// rarity is higher for a byte that is likely rarer in JSON and names.
func rarity(c byte) int {
	const common = `"etaoinsrlhd:,cumpgfy_bw{} 0123456789`
	if at := strings.IndexByte(common, c); at >= 0 {
		return at
	}
	return len(common)
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// indexFrom returns where c is from there on, len(s) if it is not.
func indexFrom(s string, from int, c byte) int {
	if i := strings.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return len(s)
}

// equalFold compares s with an ASCII text in lower case of the same length.
func equalFold(s, lower string) bool {
	for i := range len(lower) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
