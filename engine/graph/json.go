package graph

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tenbench/engine/msg"
)

// ParseJSON reads a JSON file. Of syntax errors the first is reported, of duplicate keys all. The tree is nil after a syntax
// error: half a graph says nothing.
func ParseJSON(file string, data []byte, report *Report) *Tree {
	s := jsonScanner{source: newSource(file, data), report: report}
	t := &Tree{}
	s.space()
	if !s.value(t, 0) {
		return nil
	}
	t.KeyPos = t.Pos
	s.space()
	if s.at < len(data) {
		s.fail(s.at, "text after the end of the JSON value", "remove it")
		return nil
	}
	return t
}

// jsonScanner reads one value after the other. Its methods return false after a syntax error, which is then in the report.
type jsonScanner struct {
	*source
	at     int
	report *Report
}

func (s *jsonScanner) fail(at int, what, remedy string) bool {
	e := s.report.Addf(s.pos(at), "not valid JSON: %s", what)
	e.Remedy, e.Syntax = remedy, true
	return false
}

func (s *jsonScanner) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *jsonScanner) space() {
	for s.at < len(s.data) && strings.IndexByte(" \t\r\n", s.data[s.at]) >= 0 {
		s.at++
	}
}

func (s *jsonScanner) value(t *Tree, depth int) bool {
	t.Pos = s.pos(s.at)
	switch c := s.peek(); {
	case depth > maxDepth:
		return s.fail(s.at, tooDeep, "")
	case c == '{':
		return s.object(t, depth)
	case c == '[':
		return s.list(t, depth)
	case c == '"':
		text, ok := s.text()
		t.Form, t.Scalar = Text, msg.String(text)
		return ok
	case c == '-' || c >= '0' && c <= '9':
		return s.number(t)
	}
	return s.word(t)
}

var jsonWords = []struct {
	text   string
	form   Form
	scalar msg.Value
}{{"true", Truth, msg.Bool(true)}, {"false", Truth, msg.Bool(false)}, {"null", Null, msg.Null()}}

func (s *jsonScanner) word(t *Tree) bool {
	for _, w := range jsonWords {
		if bytes.HasPrefix(s.data[s.at:], []byte(w.text)) {
			s.at += len(w.text)
			t.Form, t.Scalar = w.form, w.scalar
			return true
		}
	}
	return s.unexpected("a value")
}

func (s *jsonScanner) unexpected(want string) bool {
	if s.at >= len(s.data) {
		return s.fail(len(s.data), "the file ends where "+want+" should stand", "")
	}
	r, _ := utf8.DecodeRune(s.data[s.at:])
	remedy := ""
	switch r {
	case '/':
		remedy = "JSON has no comments: remove it"
	case '\'':
		remedy = "strings stand in double quotes"
	case '}', ']':
		remedy = "remove the comma before it"
	}
	return s.fail(s.at, fmt.Sprintf("%q where %s should stand", r, want), remedy)
}

func (s *jsonScanner) object(t *Tree, depth int) bool {
	t.Form = Table
	s.at++
	for first := true; ; first = false {
		s.space()
		if first && s.peek() == '}' {
			s.at++
			return true
		}
		if !s.member(t, depth) {
			return false
		}
		if done, ok := s.next('}'); done || !ok {
			return ok
		}
	}
}

func (s *jsonScanner) member(t *Tree, depth int) bool {
	kid := &Tree{KeyPos: s.pos(s.at)}
	if s.peek() != '"' {
		return s.unexpected(`a key in double quotes`)
	}
	var ok bool
	if kid.Key, ok = s.text(); !ok {
		return false
	}
	s.space()
	if s.peek() != ':' {
		return s.unexpected("a colon")
	}
	s.at++
	s.space()
	if !s.value(kid, depth+1) {
		return false
	}
	if twin := t.Get(kid.Key); twin != nil {
		s.report.Addf(kid.KeyPos, "%q is already there, as %s at line %d", kid.Key, twin.Form, twin.KeyPos.Line).Value = kid.Key
		return true
	}
	t.add(kid)
	return true
}

// next steps over the comma or the closing bracket behind a value.
func (s *jsonScanner) next(end byte) (done, ok bool) {
	s.space()
	switch s.peek() {
	case ',':
		s.at++
		return false, true
	case end:
		s.at++
		return true, true
	}
	return false, s.unexpected(fmt.Sprintf("a comma or %q", end))
}

func (s *jsonScanner) list(t *Tree, depth int) bool {
	t.Form = List
	s.at++
	for first := true; ; first = false {
		s.space()
		if first && s.peek() == ']' {
			s.at++
			return true
		}
		kid := &Tree{KeyPos: s.pos(s.at)}
		if !s.value(kid, depth+1) {
			return false
		}
		t.add(kid)
		if done, ok := s.next(']'); done || !ok {
			return ok
		}
	}
}

func (s *jsonScanner) number(t *Tree) bool {
	start := s.at
	for s.at < len(s.data) && strings.IndexByte("+-.0123456789eE", s.data[s.at]) >= 0 {
		s.at++
	}
	text := string(s.data[start:s.at])
	if !numberShape(text) {
		return s.fail(start, fmt.Sprintf("%q is not a number", shorten(text)), "")
	}
	if !strings.ContainsAny(text, ".eE") {
		if v, err := parseDecimal(text); err == nil {
			t.Form, t.Scalar = Whole, v
			return true
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return s.fail(start, fmt.Sprintf("%s is beyond 64 bits", shorten(text)), "write it as a string")
	}
	t.Form, t.Scalar = Real, msg.Float(f)
	return true
}

func parseDecimal(text string) (msg.Value, error) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return msg.Int(i), nil
	}
	u, err := strconv.ParseUint(text, 10, 64)
	return msg.Uint(u), err
}

// numberShape reports whether text is a number by JSON's grammar, which is narrower than Go's.
func numberShape(text string) bool {
	text = strings.TrimPrefix(text, "-")
	digits := func() bool {
		n := 0
		for n < len(text) && text[n] >= '0' && text[n] <= '9' {
			n++
		}
		text = text[n:]
		return n > 0
	}
	if rest, zero := strings.CutPrefix(text, "0"); zero {
		text = rest
	} else if !digits() {
		return false
	}
	if rest, fraction := strings.CutPrefix(text, "."); fraction {
		if text = rest; !digits() {
			return false
		}
	}
	if text != "" && (text[0] == 'e' || text[0] == 'E') {
		if text = text[1:]; text != "" && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		if !digits() {
			return false
		}
	}
	return text == ""
}

// text reads a string that begins at s.at.
func (s *jsonScanner) text() (string, bool) {
	start := s.at
	s.at++
	var b []byte
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return string(b), true
		case c == '\\':
			var ok bool
			if b, ok = s.escape(b); !ok {
				return "", false
			}
		case c < 0x20:
			return "", s.fail(s.at, "a control character in a string", `write line breaks as \n and tabs as \t; is a closing quote missing?`)
		default:
			b = append(b, c)
			s.at++
		}
	}
	return "", s.fail(start, "a string that never ends", "close it with a double quote")
}

var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (s *jsonScanner) escape(b []byte) ([]byte, bool) {
	if s.at+1 >= len(s.data) {
		return nil, s.fail(s.at, "a string that never ends", "close it with a double quote")
	}
	c := s.data[s.at+1]
	if plain, ok := jsonEscapes[c]; ok {
		s.at += 2
		return append(b, plain), true
	}
	r, ok := s.unicode(s.at)
	if c != 'u' || !ok {
		return nil, s.fail(s.at, fmt.Sprintf("unknown escape \\%c", rune(c)), `write a backslash as \\`)
	}
	s.at += 6
	if utf16.IsSurrogate(r) {
		low, ok := s.unicode(s.at)
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			s.at += 6
		}
	}
	return utf8.AppendRune(b, r), true
}

// unicode reads the \uXXXX at an offset.
func (s *jsonScanner) unicode(at int) (rune, bool) {
	if at+6 > len(s.data) || s.data[at] != '\\' || s.data[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.data[at+2:at+6]), 16, 16)
	return rune(n), err == nil
}
