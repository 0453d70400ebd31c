package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Difference is what separates the commands of one name to one receiver that it did not answer from those that it did. There is
// none where nothing separates them all, or where too few of them are known.
type Difference struct {
	Name       string `json:"name"`
	To         string `json:"to"`
	Unanswered int    `json:"unanswered"`
	Answered   int    `json:"answered"`
	Late       int    `json:"late,omitempty"`       // answered, but not in time: they are on neither side
	Unlike     int    `json:"unlike,omitempty"`     // unanswered in another way: given up by their handler, still at work, or waiting for their turn; on neither side
	Newest     bool   `json:"newest,omitempty"`     // there were more, which are not compared
	WithError  bool   `json:"with_error,omitempty"` // those that count as unanswered were answered with ERROR, the others with OK
	Text       string `json:"text"`                 // the first row as a sentence, without a full stop
	Rows       []Row  `json:"rows"`                 // what separates first, then for comparison what does not

	unlike [ways]int // Unlike by what became of them
}

// way is how a command goes unanswered. One way says nothing of another.
type way int

const (
	givenUp way = iota // its handler has ended
	atWork             // its handler runs
	waiting            // its handler has not begun
	ways
)

var wayNames = [ways]string{"given up by the handler", "still at work", "waiting for their turn"}

// Row is something that can be said of a command, and of how many it is true.
type Row struct {
	What       string `json:"what"`           // a property's path, sender, sent for, instance
	Says       string `json:"says"`           // present, is "metric", is a string, over 80
	And        string `json:"and,omitempty"`  // what is true besides, where only both together separate
	Weak       bool   `json:"weak,omitempty"` // the sides only came one after the other: anything may have changed then
	Unanswered int    `json:"unanswered"`
	Answered   int    `json:"answered"`
	Separates  bool   `json:"separates"`

	kind rowKind
	text string
}

// rowKind orders what separates by how well it explains.
type rowKind int

const (
	rowMissing rowKind = iota
	rowPresent
	rowType
	rowValue
	rowSender
	rowParent
	rowNumber
	rowLength
	rowStart
	rowInstance
	rowTurn
)

const (
	maxCompared = 128 // of each side
	maxKinds    = 1024
	maxPaths    = 256
	maxDepth    = 6
	maxRows     = 4 // that separate
	maxOthers   = 2 // that do not
	maxValue    = 64
	maxLooked   = 32 << 10 // bytes of a command's properties: reading them is part of drawing a screen
)

// kindKey names commands that one handler gets.
type kindKey struct{ graph, to, name trace.Sym }

// kind is the newest commands of a kind, by what became of them.
type kind struct {
	ok, bad, silent samples
	late            int // how many were answered, but not in time
}

// samples are the newest of some commands; more says that there were others.
type samples struct {
	list []*sample
	more bool
}

func (s *samples) add(one *sample) {
	if len(s.list) == maxCompared {
		s.list, s.more = slices.Delete(s.list, 0, maxCompared/4), true
	}
	s.list = append(s.list, one)
}

func (s *samples) index(id uint64) int {
	return slices.IndexFunc(s.list, func(one *sample) bool { return one.id == id })
}

// sample is a command as far as it can be compared.
type sample struct {
	id, seq      uint64
	said         uint64 // the event with its properties: as it was sent, or as it left the gate
	from, parent trace.Sym
	born         int64            // when the life of the receiver began that got it
	early        bool             // its handler began, or it waited, before on_start of the receiver had ended
	failedChild  bool             // its handler got an ERROR for what it had sent
	facts        map[string]fact1 // by path; nil until the command was looked at
	gone         bool             // the trace no longer has it
}

// fact1 is one property of a command.
type fact1 struct {
	t      msg.Type
	value  string // as JSON, "" if it is long or a secret
	number float64
	length int // of a text or a list
}

// compare keeps what became of a command.
func (f *Fold) compare(c *trace.Command, into func(*kind) *samples) {
	if c == nil || c.SentSeq == 0 || c.To == 0 {
		return
	}
	k := f.kindOf(kindKey{c.Graph, c.To, c.Name})
	if k == nil {
		return
	}
	if s := into(k); s.index(c.ID) < 0 {
		s.add(f.sampleOf(c))
	}
}

func (f *Fold) kindOf(k kindKey) *kind {
	if f.kinds[k] == nil {
		if len(f.kinds) >= maxKinds {
			return nil
		}
		if f.kinds == nil {
			f.kinds = map[kindKey]*kind{}
		}
		f.kinds[k] = &kind{}
	}
	return f.kinds[k]
}

func (f *Fold) sampleOf(c *trace.Command) *sample {
	s := &sample{id: c.ID, seq: c.SentSeq, said: cmp.Or(c.EditedSeq, c.SentSeq), from: c.From}
	if p := f.commands.Command(c.Parent); p != nil {
		s.parent = p.Name
	}
	w := f.at(node{c.Graph, c.To})
	ready := w.started.now
	if s.born = w.born.now; c.Sent < s.born && w.lives > 1 {
		s.born, ready = w.born.before, w.started.before
	}
	s.early = ready == 0 || cmp.Or(c.Delivered, c.Sent) < ready
	return s
}

// answers reports that a result is an answer: the receiver's, or by hand in its place.
func answers(by trace.By) bool {
	switch by {
	case trace.ByHandler, trace.ByRelay, trace.ByInject, trace.ByGate:
		return true
	}
	return false
}

func silentOnes(k *kind) *samples { return &k.silent }

// ended sorts a command that got its final result.
func (f *Fold) ended(c *trace.Command) {
	if c == nil || !answers(c.By) {
		return
	}
	k := f.kinds[kindKey{c.Graph, c.To, c.Name}]
	if k != nil {
		if i := k.silent.index(c.ID); i >= 0 {
			k.silent.list = slices.Delete(k.silent.list, i, i+1)
		}
	}
	switch {
	case c.Unanswered && f.keptByGate(c, maxChain):
		return
	case c.Unanswered && k != nil:
		k.late++
		return
	case c.Unanswered, c.By == trace.ByGate: // the receiver never saw it
		return
	}
	f.compare(c, func(k *kind) *samples {
		if c.Status == msg.Error {
			return &k.bad
		}
		return &k.ok
	})
}

// different compares the commands of v's kind; nil if nothing separates them, or too few of them are known, which it says.
func (f *Fold) different(v *view, r *ruling, events Events) (d *Difference, tooFew string) {
	k := f.kinds[kindKey{v.Graph, v.To, v.Name}]
	if events == nil {
		return nil, ""
	}
	if r.behind {
		return nil, "nothing to compare: whatever it is itself, it waits behind others"
	}
	if r.rule == NoRoute {
		return nil, "nothing to compare: nobody gets it"
	}
	if who, inPlace := v.Answerer(); inPlace && !v.open { // the receiver's answers say nothing of that
		return nil, fmt.Sprintf("nothing to compare: %s ended it, and not %s", who, v.receiver())
	}
	if k == nil {
		k = &kind{}
	}
	d = &Difference{Name: v.Name.String(), To: v.To.String(), WithError: !v.open}
	bad, good := k.silent, samples{slices.Concat(k.ok.list, k.bad.list), k.ok.more || k.bad.more}
	if d.WithError {
		bad, good = k.bad, k.ok
	}
	bad.list = slices.DeleteFunc(slices.Clone(bad.list), f.atGate)
	if !d.WithError {
		of := f.wayOf(v.p, &v.Command)
		bad.list = slices.DeleteFunc(bad.list, func(s *sample) bool {
			w := of
			if p := f.byID[s.id]; p != nil {
				w = f.wayOf(p, f.known(p))
			}
			if w != of {
				d.unlike[w], d.Unlike = d.unlike[w]+1, d.Unlike+1
			}
			return w != of
		})
	}
	c := comparison{bad: known(&bad, events), good: known(&good, events), to: d.To}
	for _, s := range slices.Concat(c.bad, c.good) {
		if of := f.commands.Command(s.id); of != nil {
			s.failedChild = of.FailedChild != 0 || of.NowhereSeq != 0
		}
	}
	d.Late = k.late
	d.Unanswered, d.Answered, d.Newest = len(c.bad), len(c.good), bad.more || good.more
	d.Rows = c.rows()
	switch separates := len(d.Rows) > 0 && d.Rows[0].Separates; {
	case !separates && !c.enoughAtAll():
		return nil, d.tooFew()
	case !separates:
		return nil, d.nothing()
	}
	d.Text = d.Rows[0].text
	if d.WithError {
		d.Text = errorWords.Replace(d.Text)
	}
	return d, ""
}

// wayOf tells how a command goes unanswered; p may be nil.
func (f *Fold) wayOf(p *finding, c *trace.Command) way {
	if p == nil {
		switch {
		case c.Freed, c.Handled != 0:
			return givenUp
		case c.Delivered != 0:
			return atWork
		}
		return waiting
	}
	switch stand := f.standOf(p); {
	case stand <= standReturned:
		return givenUp
	case stand == standHandler, stand == standChild:
		return atWork
	}
	return waiting
}

// atGate reports that a command was held in the gate, or dropped there, or waits for one that was: its receiver is not to blame.
func (f *Fold) atGate(s *sample) bool {
	c := f.commands.Command(s.id)
	return c != nil && f.gateOf(c) != passed
}

// answeredLike returns the newest command of v's kind, beside v, that was answered in time; 0 if there is none.
func (f *Fold) answeredLike(v *view) (id uint64) {
	k := f.kinds[kindKey{v.Graph, v.To, v.Name}]
	if k == nil {
		return 0
	}
	for _, of := range []samples{k.ok, k.bad} {
		for _, s := range of.list {
			if s.id != v.ID {
				id = max(id, s.id)
			}
		}
		if id != 0 {
			break // one with OK is the better example
		}
	}
	return id
}

// known returns the samples whose properties can be looked at.
func known(all *samples, events Events) []*sample {
	out := make([]*sample, 0, len(all.list))
	for _, s := range all.list {
		if s.look(events); s.facts != nil {
			out = append(out, s)
		}
	}
	all.more = all.more || len(out) < len(all.list)
	return out
}

// look reads the properties of the command, once.
func (s *sample) look(events Events) {
	if s.facts != nil || s.gone {
		return
	}
	e, ok := events.At(s.said)
	if !ok || e.ID != s.id || len(e.Property) > maxLooked {
		s.gone = true
		return
	}
	s.facts = map[string]fact1{}
	if v, err := msg.ParseJSON(e.Property); err == nil && v.Object() != nil {
		s.flatten("", v, 0)
	}
}

// flatten notes every value within v under its path.
func (s *sample) flatten(path string, v msg.Value, depth int) {
	if path != "" && len(s.facts) < maxPaths {
		s.facts[path] = factAbout(v)
	}
	if depth >= maxDepth {
		return
	}
	if o := v.Object(); o != nil {
		for key, m := range o.All() {
			s.flatten(joinPath(path, key), m, depth+1)
		}
		return
	}
	for i, m := range v.Items() {
		if i == 4 {
			break
		}
		s.flatten(fmt.Sprintf("%s[%d]", path, i), m, depth+1)
	}
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func factAbout(v msg.Value) fact1 {
	f := fact1{t: v.Type(), length: -1}
	if text, err := v.Str(); err == nil {
		f.length = len([]rune(text))
		if text == msg.Masked {
			return f
		}
	}
	if o := v.Object(); o != nil {
		f.length = o.Len()
		if f.length > 0 {
			return f
		}
	} else if v.Type() == msg.ArrayType {
		f.length = len(v.Items())
		if f.length > 0 {
			return f
		}
	}
	if text := msg.AppendJSON(nil, v); len(text) <= maxValue {
		f.value = string(text)
	}
	f.number, _ = number(v)
	return f
}

// number returns a value as a number, if it is one.
func number(v msg.Value) (float64, bool) {
	if n, err := v.Int(); err == nil {
		return float64(n), true
	}
	if n, err := v.Uint(); err == nil {
		return float64(n), true
	}
	n, err := v.Float()
	return n, err == nil
}

func (f fact1) isNumber() bool {
	switch f.t {
	case msg.StringType, msg.BoolType, msg.NullType, msg.ObjectType, msg.ArrayType, msg.BufType, msg.PtrType, msg.Invalid:
		return false
	}
	return true
}
