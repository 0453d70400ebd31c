package trace

import (
	"strconv"
	"strings"
)

// filterParser is a Pratt parser that compiles while it reads.
type filterParser struct {
	src   string
	pos   int
	depth int

	benchTaken bool // an extension is called bench
	selectors  Selectors
	replaced   []replaced // in the order they are written
	asks       bool       // a piece looks at what is known of the command
	words      []string   // those without which nothing passes, of what is read so far
	hinted     *FilterError
	bare       []Word
	compared   []Comparison
}

// How tightly the operators bind. Two terms side by side are joined by and.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
)

// maxNesting bounds parentheses and negations.
const maxNesting = 100

func isJoin(word string) bool {
	switch strings.ToLower(word) {
	case "and", "or", "not":
		return true
	}
	return false
}

func (p *filterParser) parse() (predicate, error) {
	match, err := p.expression(bindOr)
	if err != nil {
		return nil, err
	}
	switch t, err := p.next(); {
	case err != nil:
		return nil, err
	case t.kind == tokClose:
		return nil, p.errorAt(t.pos, "no \"(\" belongs to this \")\"")
	case t.kind != tokEnd:
		return nil, p.errorAt(t.pos, "did not expect %q here", t.text)
	}
	return match, nil
}

// expression reads terms as long as what joins them binds at least that tightly.
func (p *filterParser) expression(bind int) (predicate, error) {
	before := len(p.words)
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	for {
		t, err := p.peek()
		if err != nil {
			return nil, err
		}
		how, explicit := joinOf(t)
		if how < bind {
			return left, nil
		}
		if explicit {
			p.pos = t.pos + len(t.text)
			if err := p.needTerm(t); err != nil {
				return nil, err
			}
		}
		right, err := p.expression(how + 1)
		if err != nil {
			return nil, err
		}
		if left = join(how, left, right); how == bindOr {
			p.words = p.words[:before]
		}
	}
}

// joinOf returns how the token joins two terms; 0 if it does not.
func joinOf(t token) (bind int, explicit bool) {
	switch {
	case t.kind == tokWord && strings.EqualFold(t.text, "or"):
		return bindOr, true
	case t.kind == tokWord && strings.EqualFold(t.text, "and"):
		return bindAnd, true
	case t.kind == tokWord, t.kind == tokQuoted, t.kind == tokNot, t.kind == tokOpen:
		return bindAnd, false
	}
	return 0, false
}

func join(how int, left, right predicate) predicate {
	if how == bindOr {
		return func(e *Event, c *Command) bool { return left(e, c) || right(e, c) }
	}
	return func(e *Event, c *Command) bool { return left(e, c) && right(e, c) }
}

// needTerm makes sure that something follows t.
func (p *filterParser) needTerm(t token) error {
	after, err := p.peek()
	if err == nil && (after.kind == tokEnd || after.kind == tokClose) {
		return p.errorAt(after.pos, "expected a condition after %q", t.text)
	}
	return err
}

func (p *filterParser) term() (predicate, error) {
	p.skipSpace()
	if p.depth++; p.depth > maxNesting {
		return nil, p.errorAt(p.pos, "more than %d levels of parentheses and negations", maxNesting)
	}
	defer func() { p.depth-- }()
	t, err := p.next()
	if err != nil {
		return nil, err
	}
	switch t.kind {
	case tokOpen:
		return p.group(t)
	case tokNot:
		return p.negation(t)
	case tokQuoted:
		return p.text(t), nil
	case tokWord:
		if strings.EqualFold(t.text, "not") {
			return p.negation(t)
		}
		return p.word(t)
	case tokOp:
		return nil, p.errorAt(t.pos, "%q needs a field before it, such as name %s value", t.text, t.text)
	case tokEnd:
		return nil, p.errorAt(t.pos, "expected a condition")
	}
	return nil, p.errorAt(t.pos, "did not expect %q here", t.text)
}

func (p *filterParser) negation(t token) (predicate, error) {
	if err := p.needTerm(t); err != nil {
		return nil, err
	}
	before := len(p.words)
	match, err := p.expression(bindNot)
	if err != nil {
		return nil, err
	}
	p.words = p.words[:before]
	return negate(match), nil
}

func negate(match predicate) predicate {
	return func(e *Event, c *Command) bool { return !match(e, c) }
}

func (p *filterParser) group(open token) (predicate, error) {
	if err := p.needTerm(open); err != nil {
		return nil, err
	}
	match, err := p.expression(bindOr)
	if err != nil {
		return nil, err
	}
	t, err := p.next()
	if err != nil {
		return nil, err
	}
	if t.kind == tokEnd {
		return nil, p.errorAt(open.pos, "the closing \")\" is missing")
	}
	if t.kind != tokClose {
		return nil, p.errorAt(t.pos, "did not expect %q here", t.text)
	}
	return match, nil
}

// word reads what begins with a word: a selector, a comparison, a short form, a reserved word, or a text to look for.
func (p *filterParser) word(t token) (predicate, error) {
	if isJoin(t.text) {
		return nil, p.errorAt(t.pos, "expected a condition before %q; quote it to search for the word", t.text)
	}
	op, err := p.operator()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(t.text, "@") {
		if op.text != "" {
			return nil, p.errorAt(op.pos, "%s is a condition by itself: it is compared with nothing", t.text)
		}
		return p.selector(t)
	}
	if op.text != "" {
		return p.comparison(t, op)
	}
	if match, ok, err := p.shortForm(t); ok || err != nil {
		return match, err
	}
	if match, ok := p.number(t); ok {
		return match, nil
	}
	if match, ok := reserved[t.text]; ok {
		p.asks = p.asks || asksCommand[t.text]
		return match, nil
	}
	if err := p.unsaid(t); err != nil {
		return nil, err
	}
	p.hint(t)
	p.bare = append(p.bare, Word{t.text, t.pos})
	return p.text(t), nil
}

// number reads #17, the number of a message as screens write it.
func (p *filterParser) number(t token) (predicate, bool) {
	digits, ok := strings.CutPrefix(t.text, "#")
	id, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil {
		return nil, false
	}
	return func(e *Event, _ *Command) bool { return e.ID == id }, true
}

// text makes the condition that the text of a token is somewhere.
func (p *filterParser) text(t token) predicate {
	p.words = append(p.words, t.text)
	return anywhere(t.text)
}

// operator reads an operator, if one comes next.
func (p *filterParser) operator() (token, error) {
	t, err := p.peek()
	if err != nil {
		return token{}, err
	}
	if t.kind == tokWord {
		if word := strings.ToLower(t.text); word == "in" || word == "has" {
			p.pos = t.pos + len(t.text)
			return token{tokOp, word, t.pos}, nil
		}
	}
	if t.kind != tokOp {
		return token{}, nil
	}
	p.pos = t.pos + len(t.text)
	if t.text == "==" {
		t.text = "="
	}
	return t, nil
}

func (p *filterParser) comparison(name, op token) (predicate, error) {
	f, ok := fieldOf(name.text)
	p.asks = p.asks || asksCommand[longName(name.text)]
	if !ok {
		return nil, p.errorAt(name.pos, "there is no field %q%s", name.text, suggestField(name.text))
	}
	var values []token
	var err error
	if op.text == "in" {
		values, err = p.list(op)
	} else {
		values = make([]token, 1)
		values[0], err = p.value(op)
	}
	if err != nil {
		return nil, err
	}
	p.compare(name.text, op, values)
	return f.compile(p, name, op, values)
}

// compare notes what a field is compared with.
func (p *filterParser) compare(name string, op token, values []token) {
	if long, ok := map[string]string{"n": "name", "f": "from", "t": "to"}[name]; ok && op.text == ":" {
		name = long
	}
	for _, v := range values {
		if v.kind != tokRegexp {
			p.compared = append(p.compared, Comparison{longName(name), op.text, Word{v.text, v.pos}})
		}
	}
}

// list reads (a, b, c) or a, b, c.
func (p *filterParser) list(op token) (values []token, err error) {
	open, err := p.peek()
	if err != nil {
		return nil, err
	}
	if open.kind == tokOpen {
		p.pos = open.pos + 1
	}
	for {
		v, err := p.value(op)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		t, err := p.peek()
		if err != nil {
			return nil, err
		}
		switch {
		case t.kind == tokComma:
			p.pos = t.pos + 1
		case open.kind != tokOpen:
			return values, nil
		case t.kind == tokClose:
			p.pos = t.pos + 1
			return values, nil
		default:
			return nil, p.errorAt(open.pos, "the list needs commas between its values and a closing \")\"")
		}
	}
}

// shortForm reads n:text and the like. A word whose part before the colon is no field is a text to look for.
func (p *filterParser) shortForm(t token) (match predicate, ok bool, err error) {
	before, after, found := strings.Cut(t.text, ":")
	if !found {
		return nil, false, nil
	}
	f, ok := shortField(before)
	if !ok {
		return nil, false, nil
	}
	p.asks = p.asks || asksCommand[longName(before)]
	colon := token{tokOp, before + ":", t.pos}
	v := token{tokWord, after, t.pos + len(before) + 1}
	if after == "" {
		if p.pos == len(p.src) || p.src[p.pos] != '"' && p.src[p.pos] != '\'' {
			return nil, false, p.errorAt(v.pos, "expected a value after %q", colon.text)
		}
		if v, err = p.value(colon); err != nil {
			return nil, false, err
		}
	}
	colon.text = ":"
	p.compare(before, colon, []token{v})
	match, err = f.compile(p, token{tokWord, before, t.pos}, colon, []token{v})
	return match, true, err
}
