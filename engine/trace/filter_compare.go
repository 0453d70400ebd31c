package trace

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// compareWith returns whether an order (as of cmp.Compare) satisfies an operator; nil for an operator that has no order.
func compareWith(op string) func(order int) bool {
	switch op {
	case "=", "in", ":", "has":
		return func(o int) bool { return o == 0 }
	case "!=":
		return func(o int) bool { return o != 0 }
	case "<":
		return func(o int) bool { return o < 0 }
	case "<=":
		return func(o int) bool { return o <= 0 }
	case ">":
		return func(o int) bool { return o > 0 }
	case ">=":
		return func(o int) bool { return o >= 0 }
	}
	return nil
}

// anyOf joins the predicates of the values of a list.
func anyOf(all []predicate) predicate {
	if len(all) == 1 {
		return all[0]
	}
	return func(e *Event, c *Command) bool {
		for _, match := range all {
			if match(e, c) {
				return true
			}
		}
		return false
	}
}

// names are the words of an enumeration; the first one, "", is absent.
type names []string

// enumField is a field with few words as its values. An ordered one has < and >.
type enumField struct {
	names   names
	of      func(e *Event, c *Command) uint8
	ordered bool
}

// silentWords are what people write for the status of a command that has none.
var silentWords = []string{"lost", "unanswered", "none", "pending", "open", "kept", "silent", "dropped"}

func (f enumField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	less := strings.ContainsAny(op.text, "<>")
	if strings.Contains(op.text, "~") || less && !f.ordered {
		return nil, p.errorAt(op.pos, "%s is one of a few words: use = != in", name.text)
	}
	compare, of := compareWith(op.text), f.of
	all := make([]predicate, len(values))
	for i, v := range values {
		n := slices.Index(f.names, strings.ToLower(v.text))
		if n < 0 && name.text == "status" && slices.Contains(silentWords, strings.ToLower(v.text)) {
			word := strings.ToLower(v.text)
			if _, own := reserved[word]; !own {
				word = "unanswered"
			}
			return nil, p.errorAt(v.pos, "status is ok or error; for a command without an answer write %s", word)
		}
		if n < 0 {
			return nil, p.errorAt(v.pos, "%s is one of %s%s", name.text, strings.Join(f.names[1:], " "), suggest(strings.ToLower(v.text), slices.Clone(f.names[1:])))
		}
		want := uint8(n)
		all[i] = func(e *Event, c *Command) bool {
			have := of(e, c)
			return compare(cmp.Compare(have, want)) && !(less && have == 0)
		}
	}
	return anyOf(all), nil
}

// kindOrType is the field of k: which takes the words of type, and those of kind.
type kindOrType struct{}

func (kindOrType) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	f := fields["type"].(enumField)
	if !slices.Contains(f.names, values[0].text) {
		f = fields["kind"].(enumField)
	}
	if !slices.Contains(f.names, values[0].text) {
		all := slices.Concat(typeNames[1:], kindNames[1:])
		return nil, p.errorAt(values[0].pos, "%q is neither a type nor a kind%s", values[0].text, suggest(values[0].text, all))
	}
	return f.compile(p, name, op, values)
}

// unit says what a number without a unit means, and which units there are.
type unit struct {
	plain   float64
	factors map[string]float64
	example string
}

var (
	timeUnits = map[string]float64{"ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9}
	sizeUnits = map[string]float64{
		"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "k": 1e3, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
	}

	count        = unit{1, nil, "17"}
	nanoseconds  = unit{1, timeUnits, "500ms"}
	milliseconds = unit{1e6, timeUnits, "500ms"}
	seconds      = unit{1e9, timeUnits, "1.5s"}
	size         = unit{1, sizeUnits, "64KB"}
)

func (u unit) parse(text string) (int64, bool) {
	text = strings.TrimPrefix(text, "#") // ids are shown as #17
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && u.plain == 1 {
		return n, true
	}
	end := strings.LastIndexAny(text, "0123456789.") + 1
	factor, ok := u.plain, true
	if end < len(text) {
		factor, ok = u.factors[strings.ToLower(text[end:])]
	}
	n, err := strconv.ParseFloat(text[:end], 64)
	n *= factor
	return int64(n), ok && err == nil && n > -1<<62 && n < 1<<62
}

// numberField is a field with a number, a time or a size. 0 is absent.
type numberField struct {
	unit unit
	of   func(e *Event, c *Command) int64
}

func (f numberField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	compare, of := compareWith(op.text), f.of
	if compare == nil || op.text == "has" {
		return nil, p.errorAt(op.pos, "%s is a number: use = != < <= > >= in", name.text)
	}
	less := strings.ContainsAny(op.text, "<>")
	all := make([]predicate, len(values))
	for i, v := range values {
		want, ok := f.unit.parse(v.text)
		if !ok {
			return nil, p.errorAt(v.pos, "%s is compared with a number such as %s, not with %q", name.text, f.unit.example, v.text)
		}
		all[i] = func(e *Event, c *Command) bool {
			have := of(e, c)
			return compare(cmp.Compare(have, want)) && !(less && have == 0)
		}
	}
	return anyOf(all), nil
}

// idsField is waits_on.
type idsField struct{}

func (idsField) compile(p *filterParser, name, op token, values []token) (predicate, error) {
	if op.text != "has" && op.text != "=" && op.text != "in" && op.text != ":" {
		return nil, p.errorAt(op.pos, "%s is a list of ids: use has", name.text)
	}
	var ids []uint64
	for _, v := range values {
		n, ok := count.parse(v.text)
		if !ok {
			return nil, p.errorAt(v.pos, "%s has ids such as 17, not %q", name.text, v.text)
		}
		ids = append(ids, uint64(n))
	}
	return func(e *Event, c *Command) bool {
		list := e.WaitsOn
		if c.Pending() {
			list = c.WaitsOn
		}
		return slices.ContainsFunc(list, func(id uint64) bool { return slices.Contains(ids, id) })
	}, nil
}
