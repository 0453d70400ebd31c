package traffic

import (
	"bytes"
	"encoding/json"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// pane is one of the pages of the detail.
type pane int

const (
	paneMessage pane = iota
	paneResult
	panePath
	paneLogs
	paneRaw
	paneDiff
	paneCount
)

var paneNames = [paneCount]string{"Message", "Result", "Path", "Logs", "Raw", "Diff"}

// state of what was drawn, to see when it is out of date.
type drawn struct {
	seq    uint64
	pane   pane
	w      int
	events int
	diff   [2]uint64
	now    int64 // of open commands: in tenths of a second
}

// detail shows one message. Its lines are drawn when something about the message changed, not at each frame.
type detail struct {
	c     *ui.Common
	w, h  int
	pane  pane
	top   int // the first line shown, below the title
	event trace.Event
	have  bool
	trail store.Trail
	drawn drawn
	diff  [2]uint64 // the messages that stand against each other; 0 where there is none
	head  []string  // the name and the panes: two lines where they do not fit in one
	lines []*ui.Line
}

func (d *detail) setSize(w, h int) {
	d.w, d.h = w, h
	d.drawn = drawn{}
}

// turn goes to the next or the previous pane.
func (d *detail) turn(by pane) {
	d.pane = (d.pane + by + paneCount) % paneCount
	d.top = 0
}

func (d *detail) turnTo(p pane) { d.pane, d.top = p, 0 }

func (d *detail) scroll(by int) {
	d.top = max(min(d.top+by, len(d.lines)-max(d.h-len(d.head), 1)), 0)
}

// scrolls reports that the pane has more lines than fit.
func (d *detail) scrolls() bool { return len(d.lines) > d.h-len(d.head) }

// line returns line y, the title first.
func (d *detail) line(y int) string {
	if y < len(d.head) {
		return d.head[y]
	}
	if y += d.top - len(d.head); y < len(d.lines) {
		return d.lines[y].String()
	}
	return ""
}

// add begins a line.
func (d *detail) add() *ui.Line {
	l := d.c.Styled()
	d.lines = append(d.lines, l)
	return l
}

// labelWidth is the width of the words at the left of a pane.
const labelWidth = 11

// heading begins a line with a word at its left.
func (d *detail) heading(word string) *ui.Line {
	return d.add().Cell(d.c.Theme.Quiet, word, labelWidth)
}

// say writes a text beside a word, on as many lines as it needs.
func (d *detail) say(word string, st theme.Style, text string) {
	for _, line := range ui.Wrap(text, max(d.w-labelWidth, 12)) {
		d.heading(word).Text(st, line)
		word = ""
	}
}

// tell writes a sentence in place of a pane's facts, on as many lines as it needs.
func (d *detail) tell(text string) {
	for _, line := range ui.Wrap(text, max(d.w, 12)) {
		d.add().Text(d.c.Theme.Quiet, line)
	}
}

// show brings the detail up to date with the message whose sent event has that seq.
func (d *detail) show(c *ui.Common, seq uint64) {
	d.c = c
	if seq != d.event.Seq || !d.have {
		d.event, d.have = c.Store.At(seq)
		d.top = 0
		d.trail.Follow(c.Source.Log(), &d.event)
	}
	d.trail.Extend(c.Store)
	want := drawn{seq: seq, pane: d.pane, w: d.w, events: len(d.trail.Events) + 1, diff: d.diff}
	if cmd := d.command(); cmd != nil && !cmd.Finished {
		want.now = c.Now / 1e8
	}
	if want == d.drawn {
		return
	}
	d.drawn = want
	d.draw()
}

// command is what the store knows of the message if it is a command.
func (d *detail) command() *store.Command {
	if d.event.Type != msg.KindCmd {
		return nil
	}
	return d.c.Store.Command(d.event.ID)
}

func (d *detail) draw() {
	d.lines = d.lines[:0]
	d.drawHead()
	if d.event.Seq == 0 && d.drawn.seq == 0 {
		d.head = nil
		d.tell("No message is selected.")
		return
	}
	if !d.have {
		d.tell("The trace no longer keeps this message.")
		return
	}
	switch d.pane {
	case paneMessage:
		d.drawMessage()
	case paneResult:
		d.drawResult()
	case panePath:
		d.drawPath()
	case paneLogs:
		d.drawLogs()
	case paneRaw:
		d.drawRaw()
	case paneDiff:
		d.drawDiff()
	}
	d.scroll(0)
}

// drawHead names the message and the panes.
func (d *detail) drawHead() {
	t, l := d.c.Theme, d.c.Styled()
	d.head = d.head[:0]
	l.Text(t.Bright, d.event.Name.String()).Gap(1).Text(t.Quiet, number(d.event.ID))
	panes := d.panes()
	if width := ui.Width(d.event.Name.String()) + 10; width+panesWidth <= d.w {
		d.head = append(d.head, l.Col(width).Draw(panes).String())
		return
	}
	d.head = append(d.head, l.String(), panes)
}

// panesWidth is what the names of the panes take.
const panesWidth = 40

func (d *detail) panes() string {
	t, l := d.c.Theme, d.c.Styled()
	gap := 2
	if d.w < panesWidth {
		gap = 1
	}
	for i, n := range paneNames {
		switch {
		case pane(i) != d.pane:
			l.Text(t.Quiet, n)
		case t.Reset == "": // without colour the pane in sight needs another sign
			l.Text(t.Tab, "["+n+"]")
		default:
			l.Text(t.Tab, n)
		}
		l.Gap(gap)
	}
	return l.String()
}

func number(id uint64) string {
	if id == 0 {
		return ""
	}
	return "#" + idText(id)
}

// drawMessage says what was sent, from where to where, and what is in it.
func (d *detail) drawMessage() {
	t, e := d.c.Theme, &d.event
	d.heading("from").Text(t.Text, e.From.String()).Gap(2).Text(t.Link, ui.ShortPlace(e.Where()))
	if e.To == 0 {
		d.heading("to").Text(t.Warn, "nobody: the graph has no connection for it")
	} else {
		d.heading("to").Text(t.Text, e.To.String())
	}
	l := d.heading("sent").Clock(t.Text, e.Mono, 0)
	if at, ok := d.when(trace.Delivered); ok {
		l.Gap(2).Text(t.Quiet, "received ").Text(t.Text, ui.After(at-e.Mono))
	} else if _, dropped := d.when(trace.Dropped); dropped {
		l.Gap(2).Text(t.Wrong, "dropped on the way: nobody received it")
	} else if e.Type == msg.KindCmd {
		l.Gap(2).Text(t.Warn, "not received yet")
	}
	d.drawFamily()
	declared := d.c.Declared(e)
	l = d.heading("properties")
	if declared != nil {
		l.Text(t.Quiet, "checked by its receiver's manifest")
	}
	ui.CheckedTree(d.c.Theme, e.Property, declared, d.w, d.add)
	if edited := d.edited(); edited != nil {
		d.say("edited", t.Held, "in the gate; this is what "+e.To.String()+" got")
		ui.CheckedTree(d.c.Theme, edited, declared, d.w, d.add)
	}
	if e.BufLen > 0 {
		d.heading("buffer").Size(t.Text, e.BufLen, 0).Text(t.Quiet, kept(e))
		ui.Bytes(t, e.BufHead, d.w, maxHex, d.add)
	}
	if c := d.command(); c != nil {
		d.drawOutcome(c)
	}
}

// kept says how much of a buffer the trace has, if that is not all.
func kept(e *trace.Event) string {
	if n := int64(len(e.BufHead)); n < e.BufLen {
		return ", of which the trace keeps " + ui.Size(n)
	}
	return ""
}

// edited is what the message was changed to while it was held; nil if it was not.
func (d *detail) edited() []byte {
	for i := range d.trail.Events {
		if e := &d.trail.Events[i]; e.Kind == trace.Released && e.ID == d.event.ID {
			return e.Property
		}
	}
	return nil
}

// when is the time of the first event of that kind on the message's way.
func (d *detail) when(k trace.Kind) (int64, bool) {
	for _, e := range d.trail.Events {
		if e.Kind == k && e.Type != msg.KindResult {
			return e.Mono, true
		}
	}
	return 0, false
}

// drawFamily names the command that caused this one, and those that this one caused.
func (d *detail) drawFamily() {
	t, e := d.c.Theme, &d.event
	if p := d.c.Store.Command(e.Parent); p != nil {
		const leads = " shows the conversation"
		l := d.heading("parent").Text(t.Text, p.Name.String()).Gap(1).IDCell(t.Quiet, p.ID, 0).Gap(2)
		if l.Used()+1+ui.Width(leads) > d.w {
			l = d.heading("")
		}
		l.Text(t.Key, "c").Text(t.Quiet, leads)
	}
	c := d.command()
	if c == nil || len(c.Children) == 0 {
		return
	}
	l := d.heading("children")
	for i, id := range c.Children {
		if i == 4 {
			l.Text(t.Quiet, "and "+ui.Grouped(len(c.Children)-4)+" more")
			break
		}
		if k := d.c.Store.Command(id); k != nil {
			l.Text(t.Text, k.Name.String()).Gap(1)
		}
		l.IDCell(t.Quiet, id, 0).Gap(2)
	}
}

// drawOutcome says in a line what came back.
func (d *detail) drawOutcome(c *store.Command) {
	t := d.c.Theme
	if !c.Finished {
		d.heading("result").Text(t.Warn, "none after ").Age(t.Warn, c.Age(d.c.Now), 0)
		d.say("owed by", t.Text, ui.Owes(c, d.c.Now))
		return
	}
	after, before := " after "+ui.Dur(c.LatencyNS), ""
	if c.Partials > 0 {
		before = ", " + ui.Plural(c.Partials, "partial result") + " before it"
	}
	if became := ui.Outcome(c); became != c.Status.String() { // the word of its row
		who, _ := c.Answerer()
		d.say("result", statusStyle(t, c), became+"; "+c.Status.String()+" from "+who+after+before)
		return
	}
	d.heading("result").Text(statusStyle(t, c), c.Status.String()).Text(t.Quiet, after+before)
}

// drawResult says what came back, by whom and when.
func (d *detail) drawResult() {
	t, c := d.c.Theme, d.command()
	if c == nil {
		d.tell(ui.KindName(d.event.Type) + " wants no answer: only commands get results.")
		return
	}
	if !c.Finished {
		d.heading("result").Text(t.Warn, "none after ").Age(t.Warn, c.Age(d.c.Now), 0)
		d.say("owed by", t.Text, ui.Owes(c, d.c.Now))
		d.drawPartials(c)
		return
	}
	d.heading("status").Text(statusStyle(t, c), c.Status.String())
	l := d.heading("by").Text(t.Text, c.By.String())
	switch who, inPlace := c.Answerer(); {
	case inPlace:
		l.Gap(2).Text(t.Quiet, who+", in place of "+c.To.String())
	case c.By != trace.ByHandler && c.By != trace.ByNone:
		l.Gap(2).Text(t.Quiet, who)
	}
	d.heading("latency").Dur(t.Text, c.LatencyNS, 0)
	if e, ok := d.c.Store.At(c.ResultSeq); ok {
		if where := e.Where(); where != "" {
			d.heading("source").Text(t.Link, ui.ShortPlace(where))
		}
		if text := ui.ErrorText(&e, d.w-14); text != "" {
			d.say("detail", t.Text, text)
		}
		d.heading("properties")
		ui.Tree(d.c.Theme, e.Property, d.w, d.add)
	}
	d.drawPartials(c)
}

// drawPartials lists the results before the final one, the newest first.
func (d *detail) drawPartials(c *store.Command) {
	if c.Partials == 0 {
		return
	}
	t := d.c.Theme
	d.add()
	d.heading("partial").Text(t.Quiet, ui.Plural(c.Partials, "result")+", the newest first")
	for i := len(d.trail.Events) - 1; i >= 0; i-- {
		if e := &d.trail.Events[i]; e.Kind == trace.Result && !e.Final {
			d.add().Right(t.Quiet, d.after(e), 9).Gap(2).Text(t.Text, ui.Prefix(string(e.Property), 4*d.w))
		}
	}
}

// after is how long after the send something happened.
func (d *detail) after(e *trace.Event) string { return ui.After(e.Mono - d.event.Mono) }

// drawLogs lists what was logged while the message was handled.
func (d *detail) drawLogs() {
	t := d.c.Theme
	for i := range d.trail.Events {
		e := &d.trail.Events[i]
		if e.Kind != trace.LogLine {
			continue
		}
		l := d.add().Right(t.Quiet, d.after(e), 8).Gap(2)
		l.Sign(t.Level(e.Level), t.LevelSign(e.Level)).Gap(1).Text(t.Quiet, e.Level.String()).Gap(2)
		l.Text(t.Quiet, e.Extension.String()).Gap(2).Text(t.Level(e.Level), e.Detail).Gap(2).Text(t.Link, ui.ShortPlace(e.Where()))
	}
	if len(d.lines) == 0 {
		d.tell("Nothing was logged while it was handled.")
	}
}

// maxRaw bounds the lines of raw events, maxHex those of a buffer.
const (
	maxRaw = 500
	maxHex = 256
)

// drawJSON draws properties as they are written, a member a line.
func (d *detail) drawJSON(properties []byte) {
	var out bytes.Buffer
	if len(properties) == 0 || json.Indent(&out, properties, "", "  ") != nil {
		return
	}
	t := d.c.Theme
	d.add().Text(t.Heading, "PROPERTIES").Text(t.Quiet, "  JSON")
	for line := range strings.SplitSeq(out.String(), "\n") {
		if len(d.lines) > maxRaw {
			return
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		d.add().Gap(min(indent, d.w/2)).Text(t.Text, line[indent:])
	}
	d.add()
}

// drawRaw shows the properties as JSON, and the events as run files have them.
func (d *detail) drawRaw() {
	t := d.c.Theme
	d.drawJSON(d.event.Property)
	d.add().Text(t.Heading, "EVENTS").Text(t.Quiet, "  as the run file has them")
	for i := range d.trail.Events {
		raw := string(d.trail.Events[i].AppendJSON(nil, d.c.Store.Start()))
		for first := true; raw != ""; first = false {
			line := ui.Prefix(raw, max(d.w-2, 8))
			if first {
				d.add().Text(t.Text, line)
			} else {
				d.add().Gap(2).Text(t.Quiet, line)
			}
			raw = raw[len(line):]
		}
		if len(d.lines) > maxRaw {
			return
		}
	}
}
