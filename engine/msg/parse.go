package msg

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONError says what is wrong with a JSON text, and where.
type JSONError struct {
	Line, Col int // from 1; Col counts characters
	Offset    int // in bytes, from 0
	Msg       string
}

// Error gives line, column and what is wrong there.
func (e *JSONError) Error() string { return fmt.Sprintf("JSON %d:%d: %s", e.Line, e.Col, e.Msg) }

// ParseJSON reads one JSON text. Integers are int64 if they fit, else uint64, else an error; numbers with '.' or an exponent
// are float64. Keys keep their order; of a key that comes twice the last value counts, in the first one's place. An escaped
// surrogate without its partner is U+FFFD. Errors are *JSONError.
func ParseJSON(text []byte) (Value, error) {
	p := parser{text: string(text)}
	p.copies = len(p.text) > copyAbove
	if !utf8.ValidString(p.text) {
		p.pos = firstInvalid(p.text)
		return Value{}, p.fail("the text is not UTF-8")
	}
	v, err := p.value()
	if err != nil {
		return Value{}, err
	}
	if p.space(); p.pos < len(p.text) {
		return Value{}, p.unexpected("the end")
	}
	return v, nil
}

// copyAbove is the length up to which strings stay parts of the one text, which saves their allocations. Strings of a longer
// text are copied: a small value should not keep a large text in memory.
const copyAbove = 4 << 10

// parser reads JSON from text, which is valid UTF-8.
type parser struct {
	text   string
	pos    int
	depth  int
	copies bool
}

func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return len(s)
}

// column returns the column of what follows before, which begins at a line's start.
func column(before string) int { return utf8.RuneCountInString(before) + 1 }

func (p *parser) fail(format string, args ...any) error {
	before := p.text[:min(p.pos, len(p.text))]
	line := strings.Count(before, "\n") + 1
	start := strings.LastIndexByte(before, '\n') + 1
	return &JSONError{Line: line, Col: column(before[start:]), Offset: len(before), Msg: fmt.Sprintf(format, args...)}
}

// unexpected fails with what stands at pos instead of what was wanted.
func (p *parser) unexpected(wanted string) error {
	if p.pos >= len(p.text) {
		return p.fail("the text ends where %s is expected", wanted)
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.fail("%q where %s is expected", r, wanted)
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// take skips c if it is next, and reports whether it was.
func (p *parser) take(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *parser) value() (Value, error) {
	p.space()
	if p.pos >= len(p.text) {
		return Value{}, p.unexpected("a value")
	}
	switch c := p.text[p.pos]; {
	case c == '{':
		return p.nested((*parser).object)
	case c == '[':
		return p.nested((*parser).array)
	case c == '"':
		s, err := p.str()
		return String(s), err
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return p.word()
}

// nested reads a container one level down.
func (p *parser) nested(read func(*parser) (Value, error)) (Value, error) {
	if p.depth++; p.depth > maxDepth {
		return Value{}, p.fail("more than %d levels of objects and arrays", maxDepth)
	}
	v, err := read(p)
	p.depth--
	return v, err
}

func (p *parser) word() (Value, error) {
	rest := p.text[p.pos:]
	for _, w := range [...]struct {
		text string
		val  Value
	}{{"true", Bool(true)}, {"false", Bool(false)}, {"null", Null()}} {
		if strings.HasPrefix(rest, w.text) {
			p.pos += len(w.text)
			return w.val, nil
		}
	}
	return Value{}, p.unexpected("a value")
}

func (p *parser) object() (Value, error) {
	var o Object
	p.pos++
	if p.space(); p.take('}') {
		return frozen(o), nil
	}
	for {
		if err := p.member(&o); err != nil {
			return Value{}, err
		}
		p.space()
		switch {
		case p.take('}'):
			return frozen(o), nil
		case !p.take(','):
			return Value{}, p.unexpected("',' or '}'")
		}
	}
}

// member reads one key and its value into o.
func (p *parser) member(o *Object) error {
	p.space()
	if p.pos >= len(p.text) || p.text[p.pos] != '"' {
		return p.unexpected("a key in double quotes")
	}
	key, err := p.str()
	if err != nil {
		return err
	}
	if p.space(); !p.take(':') {
		return p.unexpected("':'")
	}
	v, err := p.value()
	if err != nil {
		return err
	}
	o.Put(key, v)
	return nil
}

func (p *parser) array() (Value, error) {
	var items []Value
	p.pos++
	if p.space(); p.take(']') {
		return Array(), nil
	}
	for {
		v, err := p.value()
		if err != nil {
			return Value{}, err
		}
		items = append(items, v)
		p.space()
		switch {
		case p.take(']'):
			return Array(items...), nil
		case !p.take(','):
			return Value{}, p.unexpected("',' or ']'")
		}
	}
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (p *parser) number() (Value, error) {
	start := p.pos
	p.take('-')
	if !p.take('0') && !p.digits() {
		return Value{}, p.unexpected("a digit")
	}
	if p.pos < len(p.text) && isDigit(p.text[p.pos]) {
		return Value{}, p.fail("a number does not begin with 0")
	}
	whole := true
	if p.take('.') {
		if whole = false; !p.digits() {
			return Value{}, p.unexpected("a digit")
		}
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if whole = false; !p.digits() {
			return Value{}, p.unexpected("a digit")
		}
	}
	v, err := convert(p.text[start:p.pos], whole)
	if err != nil {
		p.pos = start
		return Value{}, p.fail("%s", err)
	}
	return v, nil
}

// digits skips digits and reports whether there was one.
func (p *parser) digits() bool {
	start := p.pos
	for p.pos < len(p.text) && isDigit(p.text[p.pos]) {
		p.pos++
	}
	return p.pos > start
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

var (
	errWide  = errors.New("the integer does not fit 64 bits; write it as a string or with a '.'")
	errLarge = errors.New("the number is too large for a float64")
)

// convert turns the text of a number into its value.
func convert(text string, whole bool) (Value, error) {
	if !whole {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return Value{}, errLarge
		}
		return Float(f), nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Int(n), nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return Value{}, errWide
	}
	return Uint(n), nil
}

// str reads a string in quotes, of which the first is at pos.
func (p *parser) str() (string, error) {
	p.pos++
	start := p.pos
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return p.part(start, p.pos-1), nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", p.fail("a line break or control character in a string; write it as an escape such as \\n")
		}
		p.pos++
	}
	return "", p.fail("the string has no closing '\"'")
}

func (p *parser) part(from, to int) string {
	if p.copies {
		return strings.Clone(p.text[from:to])
	}
	return p.text[from:to]
}

// escaped reads on from the first backslash of a string.
func (p *parser) escaped(start int) (string, error) {
	out := append(make([]byte, 0, 2*(p.pos-start)+16), p.text[start:p.pos]...)
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return string(out), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		case c < ' ':
			return "", p.fail("a line break or control character in a string; write it as an escape such as \\n")
		default:
			out = append(out, c)
			p.pos++
		}
	}
	return "", p.fail("the string has no closing '\"'")
}

// escape reads one escape, of which the backslash is at pos.
func (p *parser) escape() (rune, error) {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if p.pos+1 >= len(p.text) {
		return 0, p.fail("the text ends within an escape")
	}
	c := p.text[p.pos+1]
	if c == 'u' {
		return p.unicode()
	}
	i := strings.IndexByte(letters, c)
	if i < 0 {
		return 0, p.fail(`unknown escape; JSON has \" \\ \/ \b \f \n \r \t \uXXXX`)
	}
	p.pos += 2
	return rune(meanings[i]), nil
}

// unicode reads \uXXXX, or two of them if they are a surrogate pair.
func (p *parser) unicode() (rune, error) {
	r, ok := hex4(p.text, p.pos)
	if !ok {
		return 0, p.fail(`\u needs four hexadecimal digits`)
	}
	p.pos += 6
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if low, ok := hex4(p.text, p.pos); ok {
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			p.pos += 6
			return pair, nil
		}
	}
	return utf8.RuneError, nil
}

// hex4 decodes the \uXXXX at a position.
func hex4(s string, at int) (rune, bool) {
	if len(s) < at+6 || s[at] != '\\' || s[at+1] != 'u' {
		return 0, false
	}
	r, err := strconv.ParseUint(s[at+2:at+6], 16, 16)
	return rune(r), err == nil
}
