package diagnose

import "strings"

// pyNode is a statement of a Python source: its text without comments and with its strings emptied but for names, and the statements that are indented
// below it. It is all of Python's grammar that is needed to follow the ways through a function.
type pyNode struct {
	line int    // the first
	last int    // the last line of all that belongs to it
	text string // of a compound statement without its final colon
	body []*pyNode
}

// word is the first word of the statement, without async.
func (n *pyNode) word() string {
	text := strings.TrimSpace(strings.TrimPrefix(n.text, "async "))
	end := strings.IndexFunc(text, func(r rune) bool { return !isWord(r) })
	if end < 0 {
		return text
	}
	return text[:end]
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0x80
}

// compound are the words of statements that have others below them.
var compound = map[string]bool{"if": true, "elif": true, "else": true, "for": true, "while": true, "try": true, "except": true, "finally": true,
	"with": true, "def": true, "class": true, "match": true, "case": true}

// parsePython reads the statements of a source. What is no Python gives nonsense, but ends.
func parsePython(source []byte) []*pyNode {
	lines := logicalLines(string(source))
	nodes, _ := indented(lines, 0)
	return nodes
}

// logical is a line of Python: it goes on while a bracket or a string is open.
type logical struct {
	line, last, indent int
	text               string
}

// indented returns the statements of the block that begins at lines[0], and what follows it.
func indented(lines []logical, depth int) (nodes []*pyNode, rest []logical) {
	const maxDepth = 100
	if len(lines) == 0 {
		return nil, nil
	}
	indent := lines[0].indent
	for len(lines) > 0 && lines[0].indent >= indent {
		l := lines[0]
		lines = lines[1:]
		parts := statements(l)
		nodes = append(nodes, parts...)
		n := parts[len(parts)-1]
		if len(lines) > 0 && lines[0].indent > indent && depth < maxDepth {
			var below []*pyNode
			below, lines = indented(lines, depth+1)
			n.body = append(n.body, below...)
			n.last = below[len(below)-1].last
		}
	}
	return nodes, lines
}

// statements are those of one line: several with semicolons, or one with its body behind a colon.
func statements(l logical) []*pyNode {
	n := &pyNode{line: l.line, last: l.last, text: l.text}
	if compound[n.word()] {
		head, tail := cutTop(l.text, ':')
		n.text = head
		if tail = strings.TrimSpace(tail); tail != "" {
			n.body = statements(logical{l.line, l.last, l.indent, tail})
		}
		return []*pyNode{n}
	}
	head, tail := cutTop(l.text, ';')
	n.text = head
	if tail = strings.TrimSpace(tail); tail == "" {
		return []*pyNode{n}
	}
	return append([]*pyNode{n}, statements(logical{l.line, l.last, l.indent, tail})...)
}

// cutTop cuts a text at the first sep outside of brackets; a colon that belongs to := or a lambda is none.
func cutTop(text string, sep byte) (before, after string) {
	depth := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == sep && depth == 0 && !(sep == ':' && i+1 < len(text) && text[i+1] == '='):
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// logicalLines splits a source, without comments and empty lines, and with all strings emptied but for names.
func logicalLines(source string) []logical {
	var out []logical
	s := pyScan{line: 1}
	for s.rest = source; s.rest != ""; {
		if l, ok := s.next(); ok {
			out = append(out, l)
		}
	}
	return out
}

// pyScan reads a source line by line.
type pyScan struct {
	rest string
	line int // that rest begins in
}

// next reads one logical line; false if there is nothing on it.
func (s *pyScan) next() (logical, bool) {
	l := logical{line: s.line}
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t') {
		if l.indent++; s.rest[0] == '\t' {
			l.indent = (l.indent + 7) / 8 * 8
		}
		s.rest = s.rest[1:]
	}
	var text strings.Builder
	for depth := 0; s.rest != ""; {
		c := s.rest[0]
		switch c {
		case '#':
			s.skip(until(s.rest, '\n'))
			continue
		case '"', '\'':
			end := stringEnd(s.rest)
			text.WriteString(`"` + nameIn(s.rest[:end]) + `"`)
			s.skip(end)
			continue
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(depth-1, 0)
		case '\\':
			s.skip(min(2, len(s.rest)))
			continue
		}
		end := s.line
		s.skip(1)
		if c == '\n' && depth == 0 {
			l.last, l.text = end, strings.TrimSpace(text.String())
			return l, l.text != ""
		}
		if c == '\n' || c == '\r' || c == '\t' {
			c = ' '
		}
		text.WriteByte(c)
	}
	l.last, l.text = s.line, strings.TrimSpace(text.String())
	return l, l.text != ""
}

func (s *pyScan) skip(n int) {
	s.line += strings.Count(s.rest[:n], "\n")
	s.rest = s.rest[n:]
}

// nameIn returns what stands in a string if it may be the name of something, and so cannot be mistaken for code.
func nameIn(quoted string) string {
	name := strings.Trim(quoted, quoted[:1])
	if strings.ContainsFunc(name, func(r rune) bool { return !isWord(r) && r != '-' && r != '.' }) {
		return ""
	}
	return name
}

// until returns where c is, or the end.
func until(text string, c byte) int {
	if i := strings.IndexByte(text, c); i >= 0 {
		return i
	}
	return len(text)
}

// stringEnd returns where the string ends that the text begins with. One that is not closed ends with its line.
func stringEnd(text string) int {
	quote := text[:1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(text, triple) {
		quote = triple
	}
	for i := len(quote); i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case strings.HasPrefix(text[i:], quote):
			return i + len(quote)
		case text[i] == '\n' && len(quote) == 1:
			return i
		}
	}
	return len(text)
}
