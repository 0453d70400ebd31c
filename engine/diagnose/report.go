package diagnose

import (
	"fmt"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Report writes a verdict as text: what `tenbench why` prints and what the Why screen copies. logs are the lines of the command.
func (v *Verdict) Report(logs []trace.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s. [%s]\n", v.Brief, v.Confidence)
	for _, s := range []string{v.Reason(), v.So} {
		if s != "" {
			fmt.Fprintln(&b, s)
		}
	}
	if len(v.Path) > 0 {
		b.WriteString("\nPATH\n")
	}
	for i := range v.Path {
		v.Path[i].write(&b)
	}
	for i, l := range v.Chain {
		if i == 0 {
			fmt.Fprintf(&b, "\n%s\n", v.ChainTitle())
		}
		fmt.Fprintf(&b, "  %s #%d  %s > %s  %s [%s]\n", l.Name, l.ID, l.From, l.To, l.Rule, l.Confidence)
	}
	switch {
	case v.Different != nil:
		v.Different.write(&b)
	case v.TooFew != "":
		fmt.Fprintf(&b, "\nWHAT IS DIFFERENT  %s\n", v.TooFew)
	}
	v.writeLogs(&b, logs)
	if v.Stack != "" {
		fmt.Fprintf(&b, "\nSTACK\n%s\n", indent(v.Stack))
	}
	b.WriteString("\n")
	if v.File != "" {
		fmt.Fprintf(&b, "LOOK AT  %s:%d", v.File, v.Line)
		if what := v.PlaceText(); what != "" {
			fmt.Fprintf(&b, "  (%s)", what)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "DO       %s\n", v.Remedy)
	fmt.Fprintf(&b, "RULE     %s; `tenbench why --rule %s` explains it\n", v.Rule, v.Rule)
	return b.String()
}

// ChainTitle says what the chain is: what the command waits for, or what it had waited for before.
func (v *Verdict) ChainTitle() string {
	switch v.Rule {
	case WaitsOnChild, WaitsOnInit, MessageCycle, Kept:
		return "WAITS FOR"
	}
	return "WAITED FOR"
}

// PlaceText says what the place is, and that it is a guess where it is one.
func (v *Verdict) PlaceText() string {
	for _, guess := range []string{placeLog, placeExit, placeKeep} {
		if strings.HasPrefix(v.PlaceIs, guess) {
			return "likely: " + v.PlaceIs
		}
	}
	return v.PlaceIs
}

var stepMarks = map[StepState]string{StepDone: "ok", StepWaiting: "..", StepWrong: "!!", StepNever: "--"}

func (s *Step) write(b *strings.Builder) {
	line := fmt.Sprintf("  %s  %-9s %-16s %9s  %s", stepMarks[s.State], s.Name, s.Who, "+"+span(s.At), s.Detail)
	if s.Place != "" {
		line = strings.TrimRight(line, " ") + "  " + s.Place
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

func (d *Difference) write(b *strings.Builder) {
	fmt.Fprintf(b, "\nWHAT IS DIFFERENT  %s\n", d.Heading())
	bad, good := d.Sides()
	name := 36
	for _, r := range d.Rows {
		name = max(name, len([]rune(r.Name())))
	}
	for _, r := range d.Rows {
		mark := ""
		if r.Separates {
			mark = "  << " + r.Mark()
		}
		fmt.Fprintf(b, "  %-*s  %s %d of %d  %s %d of %d%s\n", name, r.Name(), bad, r.Unanswered, d.Unanswered, good, r.Answered, d.Answered, mark)
	}
}

// Name says what is counted: "has city", "units is metric".
func (r *Row) Name() string {
	name := r.What + " " + r.Says
	if r.Says == "present" {
		name = "has " + r.What
	}
	if r.And != "" {
		name += " and " + r.And
	}
	return name
}

// Mark says how a row separates the commands.
func (r *Row) Mark() string {
	switch {
	case r.Weak:
		return "in time only"
	case r.And != "":
		return "only together"
	}
	return "separates them"
}

// Brief is the row in one line.
func (d *Difference) Brief(r *Row) string {
	bad, good := d.Sides()
	text := fmt.Sprintf("%s: %d of %d %s, %d of %d %s", r.Name(), r.Unanswered, d.Unanswered, bad, r.Answered, d.Answered, good)
	if r.Weak {
		text += ", in time only"
	}
	return text
}

// Sides names what is compared: unanswered and answered, or error and ok.
func (d *Difference) Sides() (bad, good string) {
	if d.WithError {
		return "error", "ok"
	}
	return "unanswered", "answered"
}

// tooFew says that there is nothing to go by yet.
func (d *Difference) tooFew() string {
	bad, good := d.Sides()
	ok := "answered in time" // one that was late is on neither side
	if d.WithError {
		ok = "answered with OK"
	}
	switch {
	case d.Answered > 0:
	case d.Unanswered > 1:
		return fmt.Sprintf("nothing to compare with: none of the %d was %s", d.Unanswered, ok) + d.end()
	default:
		return "nothing to compare with: no other was " + ok + d.end()
	}
	return fmt.Sprintf("too few commands yet to tell: %d %s, %d %s", d.Unanswered, bad, d.Answered, good) + d.end()
}

// end is Aside as the end of a sentence.
func (d *Difference) end() string {
	if aside := d.Aside(); aside != "" {
		return "; " + aside
	}
	return ""
}

// Aside says what became of those that are on neither side; "" if there are none.
func (d *Difference) Aside() string {
	var parts []string
	if d.Late > 0 {
		parts = append(parts, thousands(d.Late)+" answered late")
	}
	for w, n := range d.unlike {
		if n > 0 {
			parts = append(parts, thousands(n)+" "+wayNames[w])
		}
	}
	is := " are on neither side"
	if d.Late+d.Unlike == 1 {
		is = " is on neither side"
	}
	if len(parts) == 0 {
		return ""
	}
	return enumerate(parts) + is
}

// enumerate writes a list as one does in a sentence.
func enumerate(parts []string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// nothing says that nothing separates what was compared.
func (d *Difference) nothing() string {
	bad, good := d.Sides()
	return fmt.Sprintf("nothing found beyond chance: no property, sender or time, nor two of them, surely sets the %d %s apart from the %d %s", d.Unanswered, bad, d.Answered, good) + d.end()
}

// Heading says how many commands are compared, and which are not.
func (d *Difference) Heading() string {
	bad, good := d.Sides()
	text := fmt.Sprintf("%d %s and %d %s %s", d.Unanswered, bad, d.Answered, good, d.Name)
	if d.Newest {
		text += ", the newest"
	}
	return text + d.end()
}

func (v *Verdict) writeLogs(b *strings.Builder, logs []trace.Event) {
	for i := range logs {
		if i == 0 {
			b.WriteString("\nLOGS OF THIS COMMAND\n")
		}
		e := &logs[i]
		fmt.Fprintf(b, "  %9s  %-5s %-16s %s  %s\n", "+"+span(e.Mono-v.Since), e.Level, e.Extension, oneLine(e.Detail), e.Where())
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.ReplaceAll(strings.TrimRight(text, "\n"), "\t", "    "), "\n", "\n  ")
}

// Reason is Why as a sentence of its own, "" if there is none. A name at its beginning stays as it is.
func (p *Problem) Reason() string {
	why := strings.TrimSuffix(p.Why, ".")
	if why == "" {
		return ""
	}
	first, _, _ := strings.Cut(why, " ")
	if first != p.To && first != p.From && first != p.Extension && !namesCode(why) {
		why = upperFirst(why)
	}
	return why + "."
}

// Verdicts returns what is wrong, as Problems does, and of problems about commands what a Verdict knows besides.
func (f *Fold) Verdicts(now trace.Snapshot, events Events) []Verdict {
	problems := f.Problems(now)
	out := make([]Verdict, len(problems))
	for i, p := range problems {
		if member := f.byID[p.ID]; member != nil && p.AboutCommands() {
			out[i], _ = f.Verdict(p.ID, now, events)
		}
		out[i].Problem = p
	}
	return out
}

// Newest returns the newest command that has no answer, or got none in time; of none, the newest of all. 0: there is no command.
func (f *Fold) Newest() (id uint64) {
	if id = f.newestUnanswered(); id == 0 {
		id = f.commands.Newest()
	}
	return id
}

// Unanswered reports that a command has no answer, or got none in time.
func (f *Fold) Unanswered() bool { return f.newestUnanswered() != 0 }

// Nowhere is the key of the newest problem of commands that the graph connects to nothing; "" if there is none.
func (f *Fold) Nowhere() (key string) {
	last := int64(-1)
	for _, p := range f.findings {
		if p.key.rule == symNoRoute && p.lint.Type == msg.KindCmd && !p.Ended && p.Last > last {
			key, last = p.Key, p.Last
		}
	}
	return key
}

func (f *Fold) newestUnanswered() (id uint64) {
	for _, p := range f.byID {
		if !p.Ended {
			id = max(id, p.ID)
		}
	}
	return id
}
