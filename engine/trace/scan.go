package trace

import (
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks over JSON text without decoding it. After an error every step fails.
type scanner struct {
	b     []byte
	i     int
	depth int
	err   error
}

// maxDepth bounds nesting.
const maxDepth = 512

var (
	errSyntax = errors.New("not valid JSON")
	errDepth  = errors.New("JSON is nested too deeply")
)

func (s *scanner) fail() bool {
	if s.err == nil {
		s.err = errSyntax
	}
	return false
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\n' || s.b[s.i] == '\r') {
		s.i++
	}
}

// next skips space and returns the byte that follows, 0 at the end.
func (s *scanner) next() byte {
	s.space()
	if s.i == len(s.b) {
		return 0
	}
	return s.b[s.i]
}

// eat goes behind c, which must come next.
func (s *scanner) eat(c byte) bool {
	if s.err != nil || s.next() != c || c == 0 {
		return s.fail()
	}
	s.i++
	return true
}

// object calls field for each key with the scanner in front of the value; field must go behind it.
func (s *scanner) object(field func(key []byte)) {
	s.members('{', '}', func() {
		key := s.str()
		if s.eat(':') {
			field(key)
		}
	})
}

// array calls item with the scanner in front of each item.
func (s *scanner) array(item func(i int)) {
	i := 0
	s.members('[', ']', func() {
		item(i)
		i++
	})
}

func (s *scanner) members(open, end byte, member func()) {
	if s.depth++; s.depth > maxDepth {
		s.err = errDepth
	}
	defer func() { s.depth-- }()
	if !s.eat(open) {
		return
	}
	if s.next() == end {
		s.i++
		return
	}
	for s.err == nil {
		member()
		if s.err == nil && s.next() == end {
			s.i++
			return
		}
		s.eat(',')
	}
}

// value goes behind any value and returns its text.
func (s *scanner) value() []byte {
	c := s.next()
	from := s.i
	switch {
	case c == '{':
		s.object(func([]byte) { s.value() })
	case c == '[':
		s.array(func(int) { s.value() })
	case c == '"':
		s.str()
	case c == '-' || c >= '0' && c <= '9':
		s.number()
	case c == 't':
		s.word("true")
	case c == 'f':
		s.word("false")
	case c == 'n':
		s.word("null")
	default:
		s.fail()
	}
	if s.err != nil {
		return nil
	}
	return s.b[from:s.i]
}

func (s *scanner) word(w string) {
	if s.i+len(w) > len(s.b) || string(s.b[s.i:s.i+len(w)]) != w {
		s.fail()
		return
	}
	s.i += len(w)
}

func (s *scanner) number() {
	if s.i < len(s.b) && s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return
		}
	}
	if s.i < len(s.b) && s.b[s.i]|0x20 == 'e' {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		s.digits()
	}
}

func (s *scanner) digits() bool {
	from := s.i
	for s.i < len(s.b) && s.b[s.i]-'0' <= 9 {
		s.i++
	}
	return s.i > from || s.fail()
}

// str goes behind a string and returns what stands between the quotes, escapes and all.
func (s *scanner) str() []byte {
	if !s.eat('"') {
		return nil
	}
	for from := s.i; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from : s.i-1]
		case c < ' ':
			s.fail()
			return nil
		case c == '\\':
			if s.i++; !s.escape() {
				s.fail()
				return nil
			}
		}
	}
	s.fail()
	return nil
}

// escape stands on the byte after a backslash and goes to the last one of the escape.
func (s *scanner) escape() bool {
	if s.i >= len(s.b) {
		return false
	}
	switch s.b[s.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		if _, ok := hex4(s.b[s.i+1:]); !ok {
			return false
		}
		s.i += 4
		return true
	}
	return false
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	r, err := strconv.ParseUint(view(b[:4]), 16, 16)
	return rune(r), err == nil
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// appendUnescaped appends the text of a string that str returned.
func appendUnescaped(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size - 1
			continue
		}
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		i++
		if s[i] != 'u' {
			dst = append(dst, escapes[s[i]])
			continue
		}
		r, _ := hex4(s[i+1:])
		i += 4
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if i+2 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
				low, _ = hex4(s[i+3:])
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 6
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}
