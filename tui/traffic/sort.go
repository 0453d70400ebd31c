package traffic

import (
	"cmp"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// column is what rows can be sorted by.
type column uint8

const (
	byTime column = iota
	byLatency
	bySize
	byName
	bySender
	byReceiver
)

// maxSorted bounds the rows that are sorted: the newest ones. Sorting looks at every row, time and again.
const maxSorted = 20_000

// sortEvery is how long a sorted list of a live run stands before it is sorted anew.
const sortEvery = int64(1e9)

// sorted is rows for a list in another order than that of time.
type sorted struct {
	by      column
	back    bool // the other way round: of times and words the last first, of numbers the smallest
	rows    []sortedRow
	at      int64 // when they were sorted
	of      int   // rows there were then
	partial bool  // there were more than were sorted
	early   bool  // not all that were there had been found
}

type sortedRow struct {
	seq   uint64
	count int
	n     int64
	word  string
}

// Len returns how many rows there are.
func (s *sorted) Len() int { return len(s.rows) }

// ID returns the seq of row i.
func (s *sorted) ID(i int) uint64 { return s.rows[i].seq }

// Find returns the row with that seq, else the first one.
func (s *sorted) Find(seq uint64) (int, bool) {
	i := slices.IndexFunc(s.rows, func(r sortedRow) bool { return r.seq == seq })
	return max(i, 0), i >= 0
}

// numeric reports that a column holds numbers, of which the largest is what one looks for.
func (c column) numeric() bool { return c == byLatency || c == bySize }

// sort sorts the newest rows that the filter lets through.
func (m *Model) sort() {
	s := m.sorted
	n := m.timeRows().Len()
	s.at, s.of, s.partial = m.c.Now, n, n > maxSorted
	s.rows = s.rows[:0]
	for i := max(n-maxSorted, 0); i < n; i++ {
		s.rows = append(s.rows, m.sortedRow(s.by, i))
	}
	descending := s.by.numeric() != s.back
	slices.SortStableFunc(s.rows, func(a, b sortedRow) int {
		c := cmp.Or(cmp.Compare(a.n, b.n), strings.Compare(a.word, b.word))
		if descending {
			return -c
		}
		return c
	})
}

// sortedRow reads what row i of the list by time is sorted by.
func (m *Model) sortedRow(by column, i int) sortedRow {
	r := sortedRow{seq: m.timeSeq(i), count: m.timeCount(i)}
	e, ok := m.c.Store.At(r.seq)
	if !ok {
		return r
	}
	switch by {
	case byTime:
		r.n = e.Mono
	case byLatency:
		if c := m.command(&e); c != nil {
			r.n = c.Age(m.c.Now)
		}
	case bySize:
		r.n = e.Bytes
	case byName:
		r.word = e.Name.String()
	case bySender:
		r.word = e.From.String()
	case byReceiver:
		r.word = e.To.String()
	}
	return r
}

// sortAgain keeps a sorted list up to date, not at each tick; more tells that rows are still being looked for.
func (m *Model) sortAgain(more bool) {
	s := m.sorted
	if s == nil {
		return
	}
	late, grown := m.c.Now-s.at >= sortEvery, s.of != m.timeRows().Len()
	if late || grown && (!m.c.Live() || s.early && !more) {
		m.sort()
		s.early = more
	}
}

// choice is a way to sort, with the key that chooses it.
type choice struct {
	by  column
	key key.Binding
}

var choices = []choice{
	{byTime, ui.Bind("t", "time", "t")}, {byLatency, ui.Bind("l", "latency", "l")}, {bySize, ui.Bind("z", "size", "z")},
	{byName, ui.Bind("n", "name", "n")}, {bySender, ui.Bind("f", "from", "f")}, {byReceiver, ui.Bind("o", "to", "o")},
}

var keyReverse = ui.Bind("s", "reverse", "s")

// choosing are the keys while it is chosen what to sort by.
func (m *Model) choosing() []key.Binding {
	var keys []key.Binding
	for _, c := range choices {
		keys = append(keys, c.key)
	}
	return append(keys, keyReverse, ui.KeyBack)
}

// choose takes the key that follows s. Any other than a choice takes the question back.
func (m *Model) choose(k tea.KeyMsg) tea.Cmd {
	m.asksOrder = false
	now, back := m.order()
	if key.Matches(k, keyReverse) {
		return m.setOrder(now, !back)
	}
	for _, c := range choices {
		if key.Matches(k, c.key) {
			return m.setOrder(c.by, false)
		}
	}
	return nil
}

// order is what the list is sorted by.
func (m *Model) order() (by column, back bool) {
	if m.sorted == nil {
		return byTime, false
	}
	return m.sorted.by, m.sorted.back
}

// setOrder sorts the list. The order of time is the list as it always was, which follows.
func (m *Model) setOrder(by column, back bool) tea.Cmd {
	m.sorted = nil
	if by != byTime || back {
		m.sorted = &sorted{by: by, back: back}
	}
	cmd := m.changeRows()
	if m.sorted == nil {
		m.list.Follow()
	} else {
		m.list.Select(0)
	}
	m.refresh()
	return cmd
}

// orderName says in a word or two how the list is sorted; "" for the order of time.
func (m *Model) orderName() string {
	by, back := m.order()
	if m.sorted == nil {
		return ""
	}
	names := map[column][2]string{byTime: {"", "newest first"}, byLatency: {"slowest first", "fastest first"}, bySize: {"largest first", "smallest first"},
		byName: {"by name", "by name, backwards"}, bySender: {"by sender", "by sender, backwards"}, byReceiver: {"by receiver", "by receiver, backwards"}}
	name := names[by][0]
	if back {
		name = names[by][1]
	}
	if m.sorted.partial {
		name += ", of the last " + ui.Grouped(maxSorted)
	}
	return name
}
