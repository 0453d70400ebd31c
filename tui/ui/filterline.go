package ui

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/theme"
)

// FilterLine is the line that a person filters a list with: checked while it is typed, completed with the names that were seen,
// with what was typed before behind the arrows. A wrong text leaves the last good filter in force.
type FilterLine struct {
	c      *Common
	field  Field
	text   string        // in force, also while switched off
	filter *trace.Filter // nil: there is none
	off    bool
	before struct { // what was in force when editing began
		text   string
		filter *trace.Filter
	}
	selectors trace.Selectors
	marks     uint64 // how often marks had changed when the filter was compiled
	err       *trace.FilterError
	half      bool // the line ends in the name of a field: most likely a comparison is to follow
	next      completion
	pick      int // of next.options
}

// FilterStep is what a key did to a FilterLine.
type FilterStep uint8

// The steps. The owner looks at Filter again after FilterChanged.
const (
	FilterKept FilterStep = iota
	FilterChanged
	FilterDone // enter: the line gave the keys back
)

var (
	keyFilterDone   = Bind("enter", "done", "enter")
	keyFilterUndo   = Bind("esc", "as before", "esc")
	keyFilterTake   = Bind("tab", "complete", "tab")
	keyFilterOther  = Bind("shift+tab", "another word", "shift+tab")
	keyFilterRecall = Bind("↑ ↓", "filters before", "up", "down")
)

// NewFilterLine returns a line that filters nothing.
func NewFilterLine(c *Common) FilterLine { return FilterLine{c: c} }

// Focused reports that the line takes the keys.
func (f *FilterLine) Focused() bool { return f.field.Focused() }

// Text is the filter in force, also while it is switched off; "" if there is none.
func (f *FilterLine) Text() string { return f.text }

// Off reports that the filter is switched off.
func (f *FilterLine) Off() bool { return f.off }

// Filter is what rows must pass now; nil lets all pass.
func (f *FilterLine) Filter() *trace.Filter {
	if f.off {
		return nil
	}
	return f.filter
}

// Edit gives the keys to the line. Until they are given back @focus stands for what was in focus, and @shown for what was shown.
func (f *FilterLine) Edit(focus Focus) {
	f.before.text, f.before.filter, f.half = f.text, f.filter, false
	f.selectors = f.c.ViewSelectors(Selection{Focus: focus, Shown: f.Shown(), HasShown: true})
	f.field.SetValue(f.text)
	f.field.SetHistory(f.c.Filters.history)
	f.field.Focus()
	f.offer()
}

// EditAnew gives the keys to the line, empty. Nothing is filtered then until something is typed; esc takes it back.
func (f *FilterLine) EditAnew(focus Focus) {
	f.Edit(focus)
	f.field.SetValue("")
	f.try()
	f.offer()
}

// Shown is the filter that acts, "" if none does.
func (f *FilterLine) Shown() string {
	if f.off {
		return ""
	}
	return f.text
}

// Set puts a text into force and reports whether it is a filter.
func (f *FilterLine) Set(text string) bool {
	f.selectors = f.c.ViewSelectors(Selection{})
	f.field.SetValue(text)
	return f.try()
}

// matchBudget is how long one look for the next match may take.
const matchBudget = 30 * time.Millisecond

// NextMatch takes one of KeyMatch: it selects the next row of a list that passes the filter, or the one before, also while the filter is
// switched off. Where there is none it says so, and nothing moves; noun is what a row is.
func (f *FilterLine) NextMatch(k tea.KeyMsg, list *List, noun string) tea.Cmd {
	step := 1
	if k.String() == "N" {
		step = -1
	}
	if f.filter == nil {
		return Note("No filter says what to look for: / begins one.")
	}
	i, ok := f.match(list.Rows(), list.Cursor(), step)
	if !ok {
		return Note("No further " + noun + " passes " + f.text + ".")
	}
	list.Select(i)
	return nil
}

// match looks for the next row from i in a direction that passes. When that takes too
// long it stops at the row it came to: pressed again, the key goes on from there.
func (f *FilterLine) match(rows Rows, i, step int) (row int, found bool) {
	end := time.Now().Add(matchBudget)
	for row = i + step; row >= 0 && row < rows.Len(); row += step {
		e, ok := f.c.Store.At(rows.ID(row))
		if ok && f.filter.Match(&e, f.c.Store.Known(e.ID)) {
			return row, true
		}
		if row%256 == 0 && time.Now().After(end) {
			return row, true
		}
	}
	return i, false
}

// Toggle switches the filter off, and on again.
func (f *FilterLine) Toggle() { f.off = !f.off && f.filter != nil }

// HandleKey edits the line. The command, which may be nil, keeps the history.
func (f *FilterLine) HandleKey(k tea.KeyMsg) (FilterStep, tea.Cmd) {
	switch {
	case key.Matches(k, keyFilterDone):
		if f.err != nil {
			return FilterKept, nil
		}
		f.field.Blur()
		step := FilterDone
		if f.half {
			f.try()
			step = FilterChanged
		}
		return step, f.settle()
	case key.Matches(k, keyFilterUndo):
		f.field.Blur()
		f.field.SetValue(f.before.text)
		f.text, f.filter, f.off, f.err = f.before.text, f.before.filter, false, nil
		return FilterChanged, nil
	case key.Matches(k, keyFilterTake):
		f.take()
	case key.Matches(k, keyFilterOther):
		if n := len(f.next.options); n > 0 {
			f.pick = (f.pick + 1) % n
		}
		return FilterKept, nil
	default:
		if !f.field.HandleKey(k) {
			return FilterKept, nil
		}
	}
	f.offer()
	text := f.field.Value()
	if f.half = f.next.field; f.half {
		text = f.next.before
	}
	if !f.tryText(text) {
		return FilterKept, nil
	}
	return FilterChanged, nil
}

// settle writes down what selectors stood for while the line was edited: the selection goes on, the filter stays. What was typed is
// remembered as it was.
func (f *FilterLine) settle() tea.Cmd {
	typed := f.text
	if f.filter != nil {
		f.text = f.filter.Plain()
	}
	return f.c.Filters.Note(typed)
}

// Stale reports, once, that marks changed which the filter asks for: rows are to be found anew.
func (f *FilterLine) Stale() bool {
	if f.Filter() == nil || f.marks == f.c.Marks.changes {
		return false
	}
	f.marks = f.c.Marks.changes
	return strings.Contains(strings.ToLower(f.text), "@marked")
}

// take completes the word that is being typed.
func (f *FilterLine) take() {
	if f.pick >= len(f.next.options) {
		return
	}
	word := f.next.options[f.pick]
	head, tail := f.field.Split()
	if n := len(word); word[n-1] != '.' && tail == "" {
		word += " "
	}
	f.field.SetValue(head[:f.next.from] + word)
	f.field.insertTail(tail)
}

func (f *FilterLine) offer() {
	head, _ := f.field.Split()
	f.next, f.pick = completeFilter(f.c, head), 0
}

// try puts the line into force if it is a filter.
func (f *FilterLine) try() bool { return f.tryText(f.field.Value()) }

func (f *FilterLine) tryText(text string) bool {
	f.err = nil
	if text == "" {
		f.text, f.filter, f.off = "", nil, false
		return true
	}
	f.marks = f.c.Marks.changes
	c, err := f.selectors.Compile(text, extensionNames(f.c)...)
	if err != nil {
		if !errors.As(err, &f.err) {
			f.err = &trace.FilterError{Col: 1, Msg: err.Error()}
		}
		return false
	}
	f.text, f.filter, f.off = text, c, false
	return true
}

// filterLabel is the word before the line, with its blank.
const filterLabel = "filter "

// Draw draws the line in at most w cells; empty says what stands there when there is no filter.
func (f *FilterLine) Draw(l *Line, empty string, w int) {
	t := f.c.Theme
	room := max(w-len(filterLabel), 8)
	switch {
	case f.field.Focused():
		l.Text(t.Key, filterLabel)
		end := l.Used() + room
		f.field.Draw(l, t.Bright, min(room, max(Width(f.field.Value())+1, 1)))
		if rest := f.ghost(); rest != "" && l.Used() < end {
			l.Cell(t.Quiet, rest, min(Width(rest), end-l.Used()))
		}
	case f.text == "":
		empty = FitParts(empty, w)
		l.Cell(t.Quiet, empty, min(Width(empty), w))
	case f.off:
		l.Text(t.Quiet, "filter off  ").Cell(t.Quiet, f.text, max(room-5, 8))
	default:
		l.Text(t.Quiet, filterLabel).Cell(t.Bright, f.text, min(Width(f.text), room))
	}
}

// ghost is the rest of the word that tab would take, if the cursor stands at the end.
func (f *FilterLine) ghost() string {
	head, tail := f.field.Split()
	if tail != "" || f.pick >= len(f.next.options) || f.next.from >= len(head) {
		return ""
	}
	word, typed := f.next.options[f.pick], head[f.next.from:]
	if len(word) > len(typed) && word[:len(typed)] == typed {
		return word[len(typed):]
	}
	return ""
}

// Wrong is what is wrong with the line as it stands, nil if nothing is.
func (f *FilterLine) Wrong() *trace.FilterError { return f.err }

// hint is what a word of the line may mean besides, nil if nothing is known.
func (f *FilterLine) hint() *trace.FilterError {
	if f.err != nil || f.filter == nil || f.text != f.field.Value() {
		return nil
	}
	return doubt(f.c, f.filter)
}

// Doubt says in a sentence what the filter in force most likely does not mean as it is written: where nothing passes, that is why. It is ""
// if nothing is known, and while the line is edited, as that says it then.
func (f *FilterLine) Doubt() string {
	if f.Focused() {
		return ""
	}
	if d := doubt(f.c, f.Filter()); d != nil {
		return strings.ToUpper(d.Msg[:1]) + d.Msg[1:] + end(d.Msg)
	}
	return ""
}

// DrawHints draws what stands under the line while it is edited, in one row: how it may go on, else what is wrong with it or may be
// meant. It reports false, and draws nothing, when there is nothing to say.
func (f *FilterLine) DrawHints(row func() *Line) bool {
	switch {
	case !f.field.Focused():
		return false
	case f.err != nil && (len(f.next.options) == 0 || f.mistaken()):
		f.point(row(), f.err, f.c.Theme.Wrong)
	case f.doubted() != nil:
		f.point(row(), f.doubted(), f.c.Theme.Quiet)
	case len(f.next.options) > 0:
		f.drawOptions(row())
	default:
		return false
	}
	return true
}

// doubted is what is in doubt before the word that is being typed, or in that, if nothing completes it.
func (f *FilterLine) doubted() *trace.FilterError {
	h := f.hint()
	if h == nil {
		return nil
	}
	head, _ := f.field.Split()
	if typing := h.Col-1 >= utf8.RuneCountInString(head[:min(f.next.from, len(head))]); typing && len(f.next.options) > 0 {
		return nil
	}
	return h
}

// mistaken reports that what is wrong lies before the word that is being typed: going on would not mend it.
func (f *FilterLine) mistaken() bool {
	head, _ := f.field.Split()
	return f.err.Col-1 < utf8.RuneCountInString(head[:min(f.next.from, len(head))])
}

func (f *FilterLine) drawOptions(l *Line) {
	t := f.c.Theme
	l.Gap(1).Text(t.Quiet, "tab    ")
	for i, o := range f.next.options {
		w := Width(o)
		if l.Left() < w+3 {
			l.Text(t.Quiet, t.Signs.Ellipsis)
			return
		}
		st := t.Quiet
		if i == f.pick {
			st = t.Tab
			if t.Reset == "" {
				o, w = "["+o+"]", w+2
			}
		}
		l.Cell(st, o, w).Gap(2)
	}
}

// point points at what is wrong, or may be.
func (f *FilterLine) point(l *Line, e *trace.FilterError, st theme.Style) {
	const label = 1 + len(filterLabel)
	at := label + Width(Prefix(f.field.Value(), e.Col-1))
	if at+Width(e.Msg)+4 > l.Left() {
		l.Gap(label).Text(st, e.Msg)
		return
	}
	l.Col(at).Text(st, "^ ").Text(st, e.Msg)
}

// Keys are the keys of the line while it is edited.
func (f *FilterLine) Keys() []key.Binding {
	k := []key.Binding{keyFilterDone, keyFilterUndo}
	if len(f.next.options) > 0 {
		k = append(k, keyFilterTake)
	}
	if len(f.next.options) > 1 {
		k = append(k, keyFilterOther)
	}
	if len(f.c.Filters.history) > 0 {
		k = append(k, keyFilterRecall)
	}
	return k
}

// end is the stop behind a sentence that has none.
func end(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return ""
	}
	return "."
}

// Status says what is wrong with the line, or how one is written.
func (f *FilterLine) Status(example string) string {
	t, l := f.c.Theme, f.c.Styled()
	switch {
	case f.err != nil && f.mistaken():
		return l.Text(t.Wrong, "Not a filter: ").Text(t.Text, f.err.Msg).Text(t.Quiet, end(f.err.Msg)+" What passed before is still shown.").String()
	case f.err != nil:
		return l.Text(t.Quiet, "Not finished: ").Text(t.Text, f.err.Msg).Text(t.Quiet, end(f.err.Msg)+" What passed before is still shown.").String()
	}
	return l.Text(t.Quiet, "Words search; fields compare: ").Text(t.Text, example).String()
}
