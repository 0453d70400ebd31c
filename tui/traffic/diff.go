package traffic

import (
	"strconv"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// fact is one line that two messages are compared by: a word or the path of a property, as in a filter, and what each of them has. A
// property called name is another than the name of the message, and another than that of the answer.
type fact struct {
	word string
	a, b string // "" where it is missing
}

// maxDepth bounds how deep properties are compared one by one; what lies deeper is compared as a whole.
const maxDepth = 8

// compare returns what two messages have, each fact once, in the order of the first, then what only the second has.
func (d *detail) compare(a, b *trace.Event) []fact {
	facts := []fact{
		{"name", a.Name.String(), b.Name.String()}, {"kind", ui.KindName(a.Type), ui.KindName(b.Type)},
		{"from", a.From.String(), b.From.String()}, {"to", a.To.String(), b.To.String()},
		{"status", d.statusOf(a), d.statusOf(b)}, {"latency", d.latencyOf(a), d.latencyOf(b)},
	}
	if a.BufLen > 0 || b.BufLen > 0 {
		facts = append(facts, fact{"buffer", ui.Size(a.BufLen), ui.Size(b.BufLen)})
	}
	facts = append(facts, properties("prop.", a.Property, b.Property)...)
	ra, rb := d.answerOf(a), d.answerOf(b)
	return append(facts, properties("result.", ra, rb)...)
}

func (d *detail) statusOf(e *trace.Event) string {
	c := d.c.Store.Command(e.ID)
	switch {
	case e.Type != msg.KindCmd || c == nil:
		return ""
	case c.Finished:
		return ui.Outcome(c)
	case c.Lost():
		return "lost"
	}
	return "no answer"
}

func (d *detail) latencyOf(e *trace.Event) string {
	c := d.c.Store.Command(e.ID)
	if e.Type != msg.KindCmd || c == nil || !c.Finished {
		return ""
	}
	return ui.Dur(c.LatencyNS)
}

// answerOf returns the properties of the answer to a command.
func (d *detail) answerOf(e *trace.Event) []byte {
	c := d.c.Store.Command(e.ID)
	if e.Type != msg.KindCmd || c == nil || !c.Finished {
		return nil
	}
	r, _ := d.c.Store.At(c.ResultSeq)
	return r.Property
}

// properties compares two sets of properties, given as JSON.
func properties(prefix string, a, b []byte) []fact {
	order, was, is := []string{}, map[string]string{}, map[string]string{}
	gather := func(json []byte, into map[string]string) {
		v, err := msg.ParseJSON(json)
		if len(json) == 0 || err != nil {
			return
		}
		flatten("", v, 0, func(path, value string) {
			if _, ok := was[path]; !ok {
				order = append(order, path)
			}
			into[path] = value
		})
	}
	gather(a, was)
	gather(b, is)
	facts := make([]fact, 0, len(order))
	seen := map[string]bool{}
	for _, path := range order {
		if !seen[path] {
			seen[path] = true
			facts = append(facts, fact{prefix + path, was[path], is[path]})
		}
	}
	return facts
}

// flatten calls leaf for each value in v that holds no others, with its path.
func flatten(path string, v msg.Value, depth int, leaf func(path, value string)) {
	under := func(key string) string {
		if path == "" {
			return key
		}
		return path + "." + key
	}
	o := v.Object()
	switch {
	case depth < maxDepth && o != nil && (o.Len() > 0 || path == ""):
		for key, m := range o.All() {
			flatten(under(key), m, depth+1, leaf)
		}
	case depth < maxDepth && len(v.Items()) > 0:
		for i, m := range v.Items() {
			flatten(under(strconv.Itoa(i)), m, depth+1, leaf)
		}
	default:
		leaf(path, v.String())
	}
}

// drawDiff draws what two messages have, what differs first.
func (d *detail) drawDiff() {
	t := d.c.Theme
	a, b, ok := d.compared()
	if !ok {
		d.tell("Mark a message with m and select another, or mark two: they are compared here.")
		return
	}
	facts := d.compare(&a, &b)
	word, cell := d.diffColumns(facts)
	d.drawDiffRow(word, cell, fact{"", titleOf(&a), titleOf(&b)}, t.Bright, t.Bright)
	same, other := 0, 0
	for _, f := range facts {
		if f.a == f.b {
			same++
			continue
		}
		if f.word != "latency" { // hardly two are alike in that
			other++
		}
		left, right := t.Text, t.Warn
		if f.a == "" {
			f.a, left = "missing", t.Quiet
		}
		if f.b == "" {
			f.b, right = "missing", t.Wrong
		}
		d.drawDiffRow(word, cell, f, left, right)
	}
	if other == 0 {
		d.add().Text(t.OK, t.Signs.OK).Text(t.Text, " They are the same: kind, name, way, properties and answer.")
	}
	if same == 0 {
		return
	}
	d.add()
	d.add().Text(t.Quiet, ui.Plural(same, "fact")+" the same in both:")
	for _, f := range facts {
		if f.a == f.b && f.a != "" {
			d.drawDiffRow(word, cell, fact{f.word, f.a, ""}, t.Quiet, t.Quiet)
		}
	}
}

// compared returns the messages that stand against each other.
func (d *detail) compared() (a, b trace.Event, ok bool) {
	if d.diff[0] == 0 || d.diff[1] == 0 {
		return a, b, false
	}
	a, okA := d.c.Store.At(d.diff[0])
	b, okB := d.c.Store.At(d.diff[1])
	return a, b, okA && okB
}

func titleOf(e *trace.Event) string { return e.Name.String() + " " + number(e.ID) }

// diffColumns are the widths of the words and of each of the two values.
func (d *detail) diffColumns(facts []fact) (word, cell int) {
	for i := range facts {
		word = max(word, ui.Width(facts[i].word))
	}
	word = max(min(word, d.w/3), 9)
	return word, max((d.w-word-4)/2, 4)
}

func (d *detail) drawDiffRow(word, cell int, f fact, left, right theme.Style) {
	l := d.add().Cell(d.c.Theme.Quiet, ui.FitEnd(f.word, word), word).Gap(1).Cell(left, f.a, cell).Gap(1)
	l.Cell(right, f.b, cell)
}
