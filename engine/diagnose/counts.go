package diagnose

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Counts is what `run` judges and sums up.
type Counts struct {
	Commands   int // paths: a command to two destinations counts twice
	OK         int // answered with status ok
	Errors     int // answered with status error; what stop answered is none of these
	InPlace    int // among the errors: the engine, the path timeout or answer_lost made them, in place of an answer
	silently   int // among these: open longer than the limit
	Stopped    int // open when stop began, with those that were cut
	Cut        int // among the stopped: younger than the limit, so nobody is to blame
	Unanswered int // open longer than the limit, also if something ended or answered them later
	Failed     int // transitions to failed
	Lints      int // of level warn and error
	LogLines   int // of extensions
	LogErrors  int // among those
	BenchLines int // among the logs: what the bench notices
	Messages   int // data and frames sent
	Nowhere    int // commands that found no destination
	Astray     int // data and frames that found none
	Dropped    int // data and frames pushed out by a bound or dropped by a rule
	CmdDropped int // commands of which that is so: they stay open
	Late       int // data and frames that came when their receiver had stopped
	Refused    int // data and frames that came when their receiver had failed
	Missing    int // events that the trace lost
}

// Open returns the number of commands without an answer.
func (c Counts) Open() int { return c.Commands - c.OK - c.Errors - c.Stopped }

// Silent splits those that were open longer than the limit: silent are without an answer, or were when the stop ended them; the
// others were answered, late. What was ended in place of an answer is neither: it is among the errors.
func (c Counts) Silent() (silent, late int) {
	silent = min(c.Unanswered, c.Stopped-c.Cut+c.Open())
	return silent, max(c.Unanswered-silent-c.silently, 0)
}

// Counts returns the counts so far. A command that was open longer than the limit while the person kept it from its answer, in the
// gate, counts as unanswered only if what was held there has gone on and it has no answer even so.
func (f *Fold) Counts() Counts {
	c := f.counts
	for id := range f.excused {
		switch of := f.commands.Command(id); {
		case of == nil:
			delete(f.excused, id)
		case !f.gateOf(of).yours():
			c.addSilent()
		}
	}
	return c
}

// addSilent counts a lint which says that a command was open longer than the limit.
func (c *Counts) addSilent() {
	c.Lints++
	c.Unanswered++
}

// excuse reports that a lint says only that the person keeps the command from its answer.
func (f *Fold) excuse(e *trace.Event) bool {
	c := f.commands.Command(e.ID)
	if e.Rule != symUnanswered || c == nil || c.Finished || !f.gateOf(c).yours() || len(f.excused) >= maxProblems {
		return false
	}
	if f.excused == nil {
		f.excused = map[uint64]bool{}
	}
	f.excused[e.ID] = true
	return true
}

// settle decides about a command that was excused, once it has its final result.
func (f *Fold) settle(e *trace.Event) {
	if !e.Final || !f.excused[e.ID] {
		return
	}
	delete(f.excused, e.ID)
	if c := f.commands.Command(e.ID); c != nil && onlyEnded(c) && !f.gateOf(c).yours() {
		f.counts.addSilent()
	}
}

func (f *Fold) count(e *trace.Event) {
	c := &f.counts
	if trace.LineOf(e) != trace.LevelNone && e.Kind != trace.LogLine {
		c.BenchLines++
	}
	switch e.Kind {
	case trace.Sent:
		switch {
		case e.ID == 0 && e.Type == msg.KindCmd:
			c.Nowhere++
		case e.ID == 0:
			c.Astray++
		case e.Type == msg.KindCmd:
			c.Commands++
		case e.Type >= msg.KindData:
			c.Messages++
		}
	case trace.Result:
		c.result(e, f.commands.Command(e.ID))
	case trace.Transition:
		if e.State == trace.Failed {
			c.Failed++
		}
	case trace.LogLine:
		c.LogLines++
		if e.Level == trace.Error {
			c.LogErrors++
		}
	case trace.Lint:
		if f.excuse(e) {
			return
		}
		if e.Level >= trace.Warn {
			c.Lints++
		}
		if e.Rule == symUnanswered {
			c.Unanswered++
		}
	case trace.Dropped:
		c.dropped(e, f.at(nodeOf(e)).state)
	case trace.Gap:
		c.Missing += int(e.Count)
	}
}

// dropped counts a message that was lost on its way to an extension in that state.
func (c *Counts) dropped(e *trace.Event, to trace.State) {
	switch {
	case e.Type == msg.KindCmd:
		c.CmdDropped++
	case to == trace.Deinit, to == trace.Ended:
		c.Late++
	case to == trace.Failed:
		c.Refused++
	default:
		c.Dropped++
	}
}

// result counts a result; of is its command as it was before. One that was lost before the stop is no one that the stop cut.
func (c *Counts) result(e *trace.Event, of *trace.Command) {
	switch {
	case !e.Final:
	case e.By == trace.ByStop:
		c.Stopped++
		switch {
		case of != nil && of.Freed && !of.Unanswered:
			c.Unanswered++
		case e.Detail == trace.DetailCut, bySender(e) && of != nil && !of.Unanswered:
			c.Cut++
		}
	case e.Status == msg.Error:
		c.Errors++
		if inPlace(e.By) || e.By == trace.ByEngine { // at once, or since the receiver is no more
			c.InPlace++
			if of != nil && of.Unanswered {
				c.silently++
			}
		}
	default:
		c.OK++
	}
}
