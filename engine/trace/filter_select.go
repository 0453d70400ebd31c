package trace

import (
	"slices"
	"strings"
)

// Selector is what a word of a filter that begins with an @ stands for: of the three, one.
type Selector struct {
	Text  string                          // another filter, without selectors; "" lets everything pass
	Match func(e *Event, c *Command) bool // what decides each time anew, if there is one
	Wrong string                          // why the word stands for nothing just now, if it does not
}

// Selectors are the selectors that are known where a filter is written, by their names without the @. Nobody has to know @all, which
// is everything.
type Selectors map[string]Selector

const selectAll = "all"

// selectorNames are all there are, wherever they are known.
var selectorNames = []string{selectAll, "focus", "held", "marked", "shown"}

// SelectorWords returns the selectors as they are written, in alphabetical order, for completion.
func SelectorWords() []string {
	words := make([]string, len(selectorNames))
	for i, name := range selectorNames {
		words[i] = "@" + name
	}
	return words
}

// Compile is the Compile of this package, for a place where these selectors are known. A filter with a Match is no safer than that is
// to be used by many goroutines.
func (s Selectors) Compile(text string, extensions ...string) (*Filter, error) {
	f := &Filter{text: text, plain: text, match: everything}
	p := filterParser{src: text, benchTaken: slices.Contains(extensions, benchWord), selectors: s}
	if p.skipSpace(); p.pos == len(text) {
		return f, nil
	}
	match, err := p.parse()
	if err != nil {
		return nil, err
	}
	f.match, f.plain, f.asks, f.hinted, f.need, f.bare = match, p.plain(), p.asks, p.hinted, needOf(p.words), p.bare
	f.compared = p.compared
	return f, nil
}

func everything(*Event, *Command) bool { return true }

// selector reads the word t, which begins with an @.
func (p *filterParser) selector(t token) (predicate, error) {
	name := strings.ToLower(t.text[1:])
	s, known := p.selectors[name]
	switch {
	case name == selectAll:
		return everything, nil
	case !known:
		return nil, p.errorAt(t.pos, "%s", p.noSelector(t.text))
	case s.Wrong != "":
		return nil, p.errorAt(t.pos, "%s: %s", t.text, s.Wrong)
	case s.Match != nil:
		p.asks = true
		return s.Match, nil
	}
	f, err := Compile(s.Text)
	if err != nil {
		return nil, p.errorAt(t.pos, "%s: %v", t.text, err)
	}
	p.asks = p.asks || f.asks
	p.replaced = append(p.replaced, replaced{t.pos, t.pos + len(t.text), s.Text})
	return f.match, nil
}

// noSelector says that a word is no selector here, and which are.
func (p *filterParser) noSelector(word string) string {
	why := "there is no selector " + word
	switch isOne := slices.Contains(selectorNames, strings.ToLower(word[1:])); {
	case p.selectors == nil && isOne:
		return word + " means something on the workbench's screens only; here there is @all"
	case p.selectors == nil:
		return why + "; here there is @all; quote it to search for it"
	}
	if near := suggest(word, SelectorWords()); near != "" {
		return why + near
	}
	return why + "; there are " + strings.Join(SelectorWords(), " ") + "; quote it to search for it"
}

// replaced is a selector that a filter stands for, and where it is written.
type replaced struct {
	from, to int // bytes
	by       string
}

// plain returns the source with what its selectors stand for in place of them.
func (p *filterParser) plain() string {
	var b strings.Builder
	at := 0
	for _, r := range p.replaced {
		b.WriteString(p.src[at:r.from])
		at = r.to
		switch {
		case r.by == "":
			b.WriteString("@" + selectAll)
		case strings.TrimSpace(p.src) == p.src[r.from:r.to]:
			b.WriteString(r.by)
		default:
			b.WriteString("(" + r.by + ")")
		}
	}
	b.WriteString(p.src[at:])
	return b.String()
}
