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

// anywhere looks for a text where people would.
func anywhere(text string) predicate {
	names := &symTest{test: contains(text)}
	return func(e *Event, _ *Command) bool {
		return names.of(e.Name) || names.of(e.From) || names.of(e.To) ||
			e.Detail != "" && names.test(e.Detail) || len(e.Property) != 0 && names.test(view(e.Property))
	}
}

// contains tests whether a text contains another one, whatever the case.
func contains(text string) textTest {
	switch {
	case text == "":
		return func(string) bool { return true }
	case strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0:
		return regexp.MustCompile("(?i)" + regexp.QuoteMeta(strings.ToValidUTF8(text, "\ufffd"))).MatchString
	}
	lower := strings.ToLower(text)
	rare := rarest(lower)
	low, up := lower[rare], upper(lower[rare])
	return func(s string) bool {
		for from := rare; from+len(lower)-rare <= len(s); {
			i := indexEither(s[from:], low, up)
			if i < 0 {
				return false
			}
			at := from + i - rare
			if at+len(lower) > len(s) {
				return false
			}
			if equalFold(s[at:at+len(lower)], lower) {
				return true
			}
			from += i + 1
		}
		return false
	}
}

// rarest returns the index of the byte that is likely the rarest in JSON and names, so that few places need a second look.
func rarest(s string) int {
	const common = `"etaoinsrlhd:,cumpgfy_bw{} 0123456789`
	best, rank := 0, -1
	for i := range len(s) {
		at := strings.IndexByte(common, s[i])
		if at < 0 {
			return i
		}
		if at > rank {
			best, rank = i, at
		}
	}
	return best
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func indexEither(s string, low, up byte) int {
	i := strings.IndexByte(s, low)
	if low == up {
		return i
	}
	if i >= 0 {
		s = s[:i]
	}
	if j := strings.IndexByte(s, up); j >= 0 {
		return j
	}
	return i
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
