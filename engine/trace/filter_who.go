package trace

import "tenbench/engine/msg"

// The spellings of the bench in filters, beside msg.BenchName, which events carry.
const (
	// BenchDrawn is how screens draw the bench where it speaks itself.
	BenchDrawn = "(bench)"

	benchWord = "bench"
)

// OfBench reports that the bench itself says what e says, also where it says it about an extension.
func (e *Event) OfBench() bool {
	switch e.Kind {
	case Lint, Process, Config, Fault:
		return true
	}
	return false
}

// whoField is a field with the name of who sent or receives: an extension, or the bench, whatever its spelling.
type whoField func(e *Event) Sym

func (f whoField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, negated, _, err := whoOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	known := &symTest{test: test}
	return func(e *Event, _ *Command) bool { return known.of(f(e)) != negated }, nil
}

// extensionField is the field extension. By the name that is drawn it finds what the bench itself says, too.
type extensionField struct{}

func (extensionField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, negated, drawn, err := whoOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	known := &symTest{test: test}
	return func(e *Event, _ *Command) bool { return (known.of(e.Extension) || drawn && e.OfBench()) != negated }, nil
}

// whoOp is textOp for who sends, says and receives: all spellings mean the bench; drawn reports that it is named as screens draw it.
func whoOp(p *filterParser, name, op token, values []token) (test textTest, negated, drawn bool, err error) {
	asked, negated, err := textOp(p, name, op, values)
	if err != nil || op.text != "=" && op.text != "!=" && op.text != "in" {
		return asked, negated, false, err
	}
	for _, v := range values {
		drawn = drawn || v.text == BenchDrawn || v.text == benchWord && !p.benchTaken
	}
	if !drawn {
		return asked, negated, false, nil
	}
	return func(s string) bool { return s == msg.BenchName || asked(s) }, negated, true, nil
}
