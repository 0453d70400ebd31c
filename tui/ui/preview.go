package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// previewed is how many of the newest messages are asked what a rule would match.
const previewed = 2000

// Preview is what a rule of the gate would have matched of the messages that were sent last. What a filter shows too much is only seen;
// what a rule stops too much is missed elsewhere.
type Preview struct {
	Of    int       // messages that were asked: 0 if none was sent yet
	Match int       // of these, those that the rule is for
	Names []Counted // of those, the most frequent first
	Offer string    // the rule for the one message whose name was written as a mere word, if it matches others too
	Word  string    // that name
}

// Counted is a name and how often it was there.
type Counted struct {
	Name string
	N    int
}

// newest are the sent events of the newest messages. To find them takes longer than to ask them: they are found anew once they are
// older than a second of the run.
type newest struct {
	events []trace.Event
	seq    uint64 // where the store stood
	at     int64
}

const newestFor = int64(time.Second)

func (n *newest) look(c *Common) {
	if n.seq == c.Store.Seq() || len(n.events) > 0 && c.Now-n.at < newestFor {
		return
	}
	n.events, n.seq, n.at = n.events[:0], c.Store.Seq(), c.Now
	rows := c.Store.Messages()
	for i := rows.Len() - 1; i >= 0 && len(n.events) < previewed; i-- {
		if e, ok := c.Store.At(rows.Seq(i)); ok && e.To.String() != BenchName { // what goes to the bench passes no rule
			n.events = append(n.events, e)
		}
	}
}

// PreviewRule asks the newest messages, as the gate asks those to come.
func (c *Common) PreviewRule(r trace.GateRule) (p Preview) {
	f, err := trace.Compile(r.Filter)
	if err != nil {
		return p
	}
	c.newest.look(c)
	p.Of = len(c.newest.events)
	sent, seen := map[trace.Sym]int{}, map[string]bool{}
	for i := range c.newest.events {
		e := &c.newest.events[i]
		if sent[e.Name] == 0 {
			seen[e.Name.String()] = true
		}
		if r.Action == trace.GateAnswer && e.Type != msg.KindCmd || !f.Match(e, trace.AtGate(e)) {
			continue
		}
		p.Match++
		sent[e.Name]++
	}
	for name, n := range sent {
		p.Names = append(p.Names, Counted{name.String(), n})
	}
	slices.SortFunc(p.Names, func(a, b Counted) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Name, b.Name)) })
	p.offer(&r, f, seen)
	return p
}

// offer looks for a word that is the name of a message and matches more than that message.
func (p *Preview) offer(r *trace.GateRule, f *trace.Filter, seen map[string]bool) {
	for _, w := range f.Bare() {
		if !seen[w.Text] || !slices.ContainsFunc(p.Names, func(c Counted) bool { return c.Name != w.Text }) {
			continue
		}
		one := *r
		one.Filter = r.Filter[:w.At] + "name = " + FilterWord(w.Text) + r.Filter[w.At+len(w.Text):]
		p.Offer, p.Word = one.String(), w.Text
		return
	}
}

// maxNamed bounds the names that a preview says.
const maxNamed = 12

// String says it in a sentence.
func (p *Preview) String() string { return p.Within(120) }

// Within is String in so many cells: with as many names as fit, but with one at least.
func (p *Preview) Within(w int) string {
	of := "the last " + Grouped(p.Of) + " messages"
	if p.Of == 1 {
		of = "the only message so far"
	}
	switch {
	case p.Of == 0:
		return "No message was sent yet that it could be tried on."
	case p.Match == 0:
		return "It matches none of " + of + "."
	case p.Match < p.Of:
		of = Grouped(p.Match) + " of " + of
	case p.Of > 1:
		of = "all " + of
	}
	s := "It matches " + of + ": " + p.named(1)
	for n := 2; n <= min(len(p.Names), maxNamed); n++ {
		if more := "It matches " + of + ": " + p.named(n); Width(more) <= w { // all may be shorter than some and a count of the others
			s = more
		}
	}
	return s
}

// named says the first names, and how many others there are.
func (p *Preview) named(n int) string {
	var b strings.Builder
	for i, c := range p.Names[:n] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Sanitise(c.Name) + " " + Grouped(c.N))
	}
	if more := len(p.Names) - n; more > 0 {
		b.WriteString(" and " + Plural(more, "more name"))
	}
	return b.String() + "."
}

// Sentences are String and, once it was not taken, what was offered.
func (p *Preview) Sentences() []string {
	if p.Offer == "" {
		return []string{p.String()}
	}
	return []string{p.String(), "The word " + p.Word + " is looked for everywhere; name = " + FilterWord(p.Word) + " means that message alone."}
}
