package trace

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"
)

// jsonField is property, or what lies at a path in it.
type jsonField struct{ path []pathStep }

// pathStep is a key of an object, or an index of an array if key is "".
type pathStep struct {
	key   string
	index int
}

// parsePath takes a.b[2].c apart.
func parsePath(path string) (steps []pathStep, ok bool) {
	for part := range strings.SplitSeq(path, ".") {
		key, rest, indexed := strings.Cut(part, "[")
		if indexed && rest == "" || key == "" && (rest == "" || len(steps) > 0) {
			return nil, false
		}
		if key != "" {
			steps = append(steps, pathStep{key: key})
		}
		for rest != "" {
			digits, more, found := strings.Cut(rest, "]")
			n, err := strconv.ParseUint(digits, 10, 31)
			if !found || err != nil || more != "" && more[0] != '[' {
				return nil, false
			}
			steps = append(steps, pathStep{index: int(n)})
			rest = strings.TrimPrefix(more, "[")
		}
	}
	return steps, true
}

func (f jsonField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, err := jsonOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	if len(f.path) == 0 || f.path[0].key == "" {
		return func(e *Event, _ *Command) bool { return test(f.find(e.Property)) }, nil
	}
	key := `"` + f.path[0].key + `"`
	return func(e *Event, _ *Command) bool {
		if lacks(e.Property, key) {
			return test(nil)
		}
		return test(f.find(e.Property))
	}, nil
}

// lacks reports that a key, which is in quotes, is not in a text of JSON: it is not written there, and no letter is written otherwise.
func lacks(property []byte, key string) bool {
	return !strings.Contains(view(property), key) && bytes.IndexByte(property, '\\') < 0
}

// jsonOp makes the test for an operator on the text of a JSON value; nil is a value that is not there.
func jsonOp(p *filterParser, name, op token, values []token) (func(raw []byte) bool, error) {
	v := values[0]
	switch op.text {
	case "=", "!=", "in":
		negated := op.text == "!="
		return func(raw []byte) bool {
			for _, v := range values {
				if jsonEqual(raw, v) {
					return !negated
				}
			}
			return negated
		}, nil
	case "<", "<=", ">", ">=":
		compare := compareWith(op.text)
		want, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			return nil, p.errorAt(v.pos, "%s is compared with a plain number, not with %q", name.text, v.text)
		}
		return func(raw []byte) bool {
			if !isNumber(raw) {
				return false
			}
			have, err := strconv.ParseFloat(view(raw), 64)
			return err == nil && compare(cmp.Compare(have, want))
		}, nil
	case "has":
		return func(raw []byte) bool { return jsonHas(raw, v) }, nil
	}
	test, err := containsOp(p, v)
	negated := op.text == "!~"
	return func(raw []byte) bool { return test(view(jsonText(raw))) != negated }, err
}

// find returns the text of the value at the path; nil if it is not there.
func (f jsonField) find(property []byte) []byte {
	if len(property) == 0 {
		return nil
	}
	s := scanner{b: property}
	for _, step := range f.path {
		if !s.enter(step) {
			return nil
		}
	}
	return s.value()
}

// enter goes to the value of a step.
func (s *scanner) enter(step pathStep) bool {
	open, end := byte('{'), byte('}')
	if step.key == "" {
		open, end = '[', ']'
	}
	if s.next() != open {
		return false
	}
	s.i++
	if s.next() == end {
		return false
	}
	for i := 0; s.err == nil; i++ {
		if step.key == "" && i == step.index || step.key != "" && s.key(step.key) {
			return s.err == nil
		}
		s.value()
		if s.next() != ',' {
			return false
		}
		s.i++
	}
	return false
}

// key goes behind a key and its colon, and returns whether it is the one that is wanted.
func (s *scanner) key(want string) bool {
	key := s.str()
	return s.eat(':') && string(unescaped(key)) == want
}

func unescaped(s []byte) []byte {
	if bytes.IndexByte(s, '\\') < 0 {
		return s
	}
	return appendUnescaped(nil, s)
}

// jsonText returns what people read of a value: of a string, what it says.
func jsonText(raw []byte) []byte {
	if len(raw) < 2 || raw[0] != '"' {
		return raw
	}
	return unescaped(raw[1 : len(raw)-1])
}

// jsonEqual compares a value with a word or a quoted text. 1.0 equals 1, a quoted "1" equals only a string.
func jsonEqual(raw []byte, v token) bool {
	if len(raw) == 0 {
		return v.text == ""
	}
	if string(jsonText(raw)) == v.text {
		return raw[0] == '"' || v.kind != tokQuoted
	}
	if !isNumber(raw) || v.kind == tokQuoted {
		return false
	}
	have, err := strconv.ParseFloat(view(raw), 64)
	if err != nil || have >= 1<<53 || have <= -1<<53 { // a large integer is equal only to its own digits
		return false
	}
	want, err := strconv.ParseFloat(v.text, 64)
	return err == nil && have == want
}

// isNumber saves the parser of numbers from texts, for which it would make an error.
func isNumber(raw []byte) bool { return len(raw) > 0 && (raw[0] == '-' || raw[0]-'0' <= 9) }

// jsonHas looks for an element of an array, a key of an object, or a part of a text.
func jsonHas(raw []byte, v token) (found bool) {
	if len(raw) == 0 {
		return false
	}
	s := scanner{b: raw}
	switch raw[0] {
	case '{':
		s.object(func(key []byte) {
			found = found || string(unescaped(key)) == v.text
			s.value()
		})
		return found
	case '[':
		s.array(func(int) { found = jsonEqual(s.value(), v) || found })
		return found
	}
	return contains(v.text)(string(jsonText(raw)))
}
