package trace

// The spellings of the bench in filters, beside the one that events carry.
const (
	// BenchDrawn is how screens draw the bench where it speaks itself.
	BenchDrawn = "(bench)"

	benchName = "ten:bench"
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

// whoField is a field with the name of who sent or said something: an extension, or the bench.
type whoField func(e *Event) Sym

func (f whoField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, negated, bench, err := whoOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	known := &symTest{test: test}
	return func(e *Event, _ *Command) bool { return (known.of(f(e)) || bench && e.OfBench()) != negated }, nil
}

// toField is the field to: nothing is sent to the bench by what it says itself.
type toField struct{}

func (toField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	test, negated, _, err := whoOp(p, name, op, values)
	if err != nil {
		return nil, err
	}
	known := &symTest{test: test}
	return func(e *Event, _ *Command) bool { return known.of(e.To) != negated }, nil
}

// whoOp is textOp for who sends and receives: bench reports that one of the values is a name of the bench, whatever its spelling.
func whoOp(p *filterParser, name, op token, values []token) (test textTest, negated, bench bool, err error) {
	asked, negated, err := textOp(p, name, op, values)
	if err != nil || op.text != "=" && op.text != "!=" && op.text != "in" {
		return asked, negated, false, err
	}
	for _, v := range values {
		bench = bench || v.text == benchName || v.text == BenchDrawn || v.text == benchWord && !p.benchTaken
	}
	if !bench {
		return asked, negated, false, nil
	}
	return func(s string) bool { return s == benchName || asked(s) }, negated, true, nil
}
