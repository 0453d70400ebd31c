package ui

import (
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/trace"
)

// Focus is what is selected on a screen: a message, or else an extension. The zero Focus is nothing.
type Focus struct {
	ID        uint64 // of a message
	Seq       uint64 // of its sent event, for a message that has no id
	Extension string
}

// Focuser is a screen on which something can be selected.
type Focuser interface {
	// Focus is what is selected now.
	Focus() Focus
}

// Shower is a screen that shows messages, or some of them.
type Shower interface {
	// Shown is the filter of what it shows, "" if that is everything.
	Shown() string
}

// Selection is what @focus and @shown stand for.
type Selection struct {
	Focus    Focus
	Shown    string
	HasShown bool // there is a screen that shows messages
}

// why a selector stands for nothing.
const (
	nothingFocused = "nothing is selected here"
	nothingMarked  = "no message is marked; m in Traffic marks one"
	nothingShown   = "this screen shows no messages; @all is everything"
	heldWaits      = "a rule is for messages to come; release and drop held take it"
)

// ViewSelectors are the selectors for what there is already: the events that lists show, and the messages that commands act on.
func (c *Common) ViewSelectors(s Selection) trace.Selectors {
	all := trace.Selectors{
		"focus":  {Text: s.Focus.filter(), Wrong: wrongIf(s.Focus == Focus{}, nothingFocused)},
		"marked": {Match: c.Marks.Match},
		"held":   {Match: func(e *trace.Event, _ *trace.Command) bool { _, held := c.Store.Held(e.ID); return held && e.ID != 0 }},
	}
	all["shown"] = shownBy(s, all)
	return all
}

// RuleSelectors are the selectors for messages to come: those like the selected one, like the marked ones, and like those shown.
func (c *Common) RuleSelectors(s Selection) trace.Selectors {
	like, marked := c.like(s.Focus), c.likeMarked()
	all := trace.Selectors{
		"focus":  {Text: like, Wrong: wrongIf(like == "", nothingFocused)},
		"marked": {Text: marked, Wrong: wrongIf(marked == "", nothingMarked)},
		"held":   {Wrong: heldWaits},
	}
	all["shown"] = shownBy(s, all)
	return all
}

func wrongIf(is bool, why string) string {
	if is {
		return why
	}
	return ""
}

// shownBy is the selector of what a screen shows; what its filter says of marks and of the gate means what the others say.
func shownBy(s Selection, others trace.Selectors) trace.Selector {
	if !s.HasShown {
		return trace.Selector{Wrong: nothingShown}
	}
	f, err := others.Compile(s.Shown)
	if err != nil {
		return trace.Selector{Wrong: err.Error()}
	}
	if plain := f.Plain(); compiles(plain) {
		return trace.Selector{Text: plain}
	}
	return trace.Selector{Match: f.Match}
}

func compiles(text string) bool {
	_, err := trace.Compile(text)
	return err == nil
}

// filter lets through what is in focus: the events of the message, or what has to do with the extension.
func (f Focus) filter() string {
	switch name := FilterWord(f.Extension); {
	case f.ID != 0:
		return "id = " + strconv.FormatUint(f.ID, 10)
	case f.Seq != 0:
		return "seq = " + strconv.FormatUint(f.Seq, 10)
	case f.Extension != "":
		return "ext = " + name + " or from = " + name + " or to = " + name
	}
	return ""
}

// like is the filter of messages like the one in focus: of its name on its edge; or of all that the extension sends and gets. It is ""
// if nothing is.
func (c *Common) like(f Focus) string {
	seq := f.Seq
	if cmd := c.Store.Command(f.ID); cmd != nil {
		seq = cmd.SentSeq
	}
	if e, ok := c.Store.At(seq); ok && seq != 0 {
		return EdgeFilter(&e)
	}
	if h := c.Gate.Message(f.ID); h != nil {
		e := heldEvent(h)
		return EdgeFilter(&e)
	}
	if f.Extension == "" {
		return ""
	}
	return "from = " + FilterWord(f.Extension) + " or to = " + FilterWord(f.Extension)
}

func (c *Common) likeMarked() string {
	var all []string
	for _, seq := range c.Marks.Seqs() {
		if like := c.like(Focus{Seq: seq}); like != "" && !slices.Contains(all, like) {
			all = append(all, like)
		}
	}
	return strings.Join(all, " or ")
}

// heldEvent is the sent event of a held message, as far as the gate tells.
func heldEvent(h *trace.HeldMessage) trace.Event {
	return trace.Event{Kind: trace.Sent, Mono: h.Since, Type: h.Type, ID: h.ID, Graph: trace.Intern(h.Graph), Name: trace.Intern(h.Name),
		Extension: trace.Intern(h.From), From: trace.Intern(h.From), To: trace.Intern(h.To), Property: h.Property, Bytes: h.Bytes}
}

// HeldThat returns the messages in the gate that pass a filter.
func (c *Common) HeldThat(f *trace.Filter) []trace.HeldMessage {
	var out []trace.HeldMessage
	for i := range c.Gate.Held {
		h := &c.Gate.Held[i]
		if e := heldEvent(h); f.Match(&e, c.Store.Known(h.ID)) {
			out = append(out, *h)
		}
	}
	return out
}

// SelectorOptions offers selectors for a filter that is typed, with what each stands for; those that stand for nothing are left out.
func SelectorOptions(s trace.Selectors, names ...string) []Option {
	var out []Option
	for _, name := range names {
		f, err := s.Compile("@" + name)
		if err != nil {
			continue
		}
		help := f.Plain()
		if word, ok := strings.CutPrefix(help, "@"); ok && selectorHelp[word] != "" {
			help = selectorHelp[word]
		}
		out = append(out, Option{"@" + name, help})
	}
	return out
}

// selectorHelp says what the selectors stand for, in a few words.
var selectorHelp = map[string]string{
	"all": "everything", "focus": "what is selected", "held": "what the gate holds", "marked": "what m has marked", "shown": "what the filter shows",
}

// SelectorHelp returns the selectors, with a few words about each.
func SelectorHelp() []Option {
	var out []Option
	for _, word := range trace.SelectorWords() {
		out = append(out, Option{word, selectorHelp[word[1:]]})
	}
	return out
}
