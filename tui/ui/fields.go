package ui

import "bytes"

// Fields writes a JSON object as people write fields: count=8 text="hello there". Values within values stay JSON. What is no
// object is returned as it is.
func Fields(json []byte) string {
	s := scanner{b: json}
	if !s.skip('{') {
		return string(json)
	}
	out := make([]byte, 0, len(json))
	for s.i < len(s.b) && !s.skip('}') {
		key := s.value()
		if len(key) < 2 || !s.skip(':') {
			return string(json)
		}
		value := s.value()
		if len(value) == 0 {
			return string(json)
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, key[1:len(key)-1]...)
		out = append(out, '=')
		out = append(out, bare(value)...)
		s.skip(',')
	}
	return string(out)
}

// bare drops the quotes of a string that is one word.
func bare(value []byte) []byte {
	if value[0] != '"' || len(value) < 3 {
		return value
	}
	for _, c := range value[1 : len(value)-1] {
		if c <= ' ' || c == '"' || c == '\\' || c == '=' {
			return value
		}
	}
	return value[1 : len(value)-1]
}

// scanner walks over JSON that was checked when it was made; of other text it finds an end.
type scanner struct {
	b []byte
	i int
}

// skip passes white space and then c, and reports whether c was there.
func (s *scanner) skip(c byte) bool {
	for s.i < len(s.b) && s.b[s.i] <= ' ' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// value passes one value and returns its text; nothing at the end or before a closing bracket.
func (s *scanner) value() []byte {
	s.skip(0)
	begin, depth := s.i, 0
	for ; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case '"':
			s.text()
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return bytes.TrimRight(s.b[begin:s.i], " ")
			}
			depth--
		case ',', ':':
			if depth == 0 {
				return bytes.TrimRight(s.b[begin:s.i], " ")
			}
		}
	}
	s.i = len(s.b)
	return s.b[begin:]
}

// text goes from a string's first quote to its last.
func (s *scanner) text() {
	for s.i++; s.i < len(s.b) && s.b[s.i] != '"'; s.i++ {
		if s.b[s.i] == '\\' {
			s.i++
		}
	}
}
