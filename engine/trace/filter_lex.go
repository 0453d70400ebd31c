package trace

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token of a filter is.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokOpen
	tokClose
	tokComma
	tokOp  // = != < <= > >= ~ !~
	tokNot // ! or -
	tokWord
	tokQuoted
	tokRegexp
)

type token struct {
	kind tokenKind
	text string // without quotes
	pos  int    // first byte
}

func (p *filterParser) skipSpace() {
	for p.pos < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[p.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		p.pos += size
	}
}

var operators = [...]string{"!=", "!~", "<=", ">=", "==", "=", "<", ">", "~"}

// next reads the token at which a term or an operator may stand.
func (p *filterParser) next() (token, error) {
	p.skipSpace()
	at := p.pos
	if at == len(p.src) {
		return token{tokEnd, "", at}, nil
	}
	for _, op := range operators {
		if strings.HasPrefix(p.src[at:], op) {
			p.pos += len(op)
			return token{tokOp, op, at}, nil
		}
	}
	single := map[byte]tokenKind{'(': tokOpen, ')': tokClose, ',': tokComma, '!': tokNot, '-': tokNot}
	switch c := p.src[at]; c {
	case '(', ')', ',', '!', '-':
		p.pos++
		return token{single[c], p.src[at:p.pos], at}, nil
	case '"', '\'':
		return p.quoted(c, tokQuoted)
	}
	p.pos = p.wordEnd(at)
	return token{tokWord, p.src[at:p.pos], at}, nil
}

// peek is next without going behind it.
func (p *filterParser) peek() (token, error) {
	defer func(pos int) { p.pos = pos }(p.pos)
	return p.next()
}

// wordEnd returns where the word that begins at a byte ends: n:"x y" is the word n: and a quoted text.
func (p *filterParser) wordEnd(at int) int {
	for i, r := range p.src[at:] {
		switch {
		case unicode.IsSpace(r), strings.ContainsRune("()=<>~,", r):
			return at + i
		case r == '!' && i+1 < len(p.src[at:]) && strings.ContainsRune("=~", rune(p.src[at+i+1])):
			return at + i
		case (r == '"' || r == '\'') && i > 0 && p.src[at+i-1] == ':':
			return at + i
		}
	}
	return len(p.src)
}

// value reads what stands behind an operator: more is allowed in a word here, and after ~ a /regular expression/.
func (p *filterParser) value(op token) (token, error) {
	p.skipSpace()
	at := p.pos
	if at == len(p.src) {
		return token{}, p.errorAt(at, "expected a value after %q", op.text)
	}
	switch c := p.src[at]; {
	case c == '"' || c == '\'':
		return p.quoted(c, tokQuoted)
	case c == '/' && (op.text == "~" || op.text == "!~"):
		return p.quoted(c, tokRegexp)
	case strings.HasPrefix(p.src[at:], BenchDrawn):
		p.pos += len(BenchDrawn)
		return token{tokWord, BenchDrawn, at}, nil
	}
	end := strings.IndexFunc(p.src[at:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(),", r) })
	if end < 0 {
		end = len(p.src) - at
	}
	word := p.src[at : at+end]
	switch {
	case word == "":
		return token{}, p.errorAt(at, "expected a value after %q, found %q", op.text, p.src[at:at+1])
	case isJoin(word):
		return token{}, p.errorAt(at, "expected a value after %q; quote %q if it is the value", op.text, word)
	case strings.Trim(word, "=<>~!") == "":
		return token{}, p.errorAt(at, "expected a value after %q, found a second operator", op.text)
	}
	p.pos += end
	return token{tokWord, word, at}, nil
}

// quoted reads up to the same quote; a backslash takes the character after it as it is.
func (p *filterParser) quoted(quote byte, kind tokenKind) (token, error) {
	at := p.pos
	var text strings.Builder
	for p.pos++; p.pos < len(p.src); p.pos++ {
		c := p.src[p.pos]
		switch {
		case c == quote:
			p.pos++
			return token{kind, text.String(), at}, nil
		case c == '\\' && p.pos+1 < len(p.src):
			if kind == tokRegexp && p.src[p.pos+1] != quote {
				text.WriteByte(c)
			}
			p.pos++
			c = p.src[p.pos]
		}
		text.WriteByte(c)
	}
	p.pos = len(p.src)
	return token{}, p.errorAt(at, "the closing %c is missing", quote)
}
