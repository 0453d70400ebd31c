package now

// layout is how many rows each section has, and which item lies on which line.
type layout struct {
	problems, nodes, commands, recent int
	remedy                            bool // a line under the problems says what to do about one

	lines []line
}

type line struct {
	y    int
	item item
}

// arrange shares the height out. What is wrong comes first, then what runs, then what is owed; what just happened takes what
// is left, and goes first when there is too little.
func (m *Model) arrange() layout {
	l := layout{lines: m.layout.lines[:0]}
	left := m.h
	take := func(want, least int) int {
		const around = 2 // its heading, and the rule before it
		got := min(want, left-around)
		if got < least {
			return 0
		}
		left -= got + around
		return got
	}
	left++ // no rule before the first section
	l.problems = take(clamp(len(m.c.Store.Problems()), 1, max(m.h/6, 1)), 1)
	if m.h >= 16 && len(m.c.Store.Problems()) > 0 {
		l.remedy = true
		left--
	}
	spare := 0
	if m.h >= 16 {
		spare = 4 // for two commands
	}
	left -= spare
	l.nodes = take(max(len(m.c.Store.Nodes()), 1), 1)
	left += spare
	l.commands = take(min(m.flightRows, clamp(m.h/6, 1, 8)), 1)
	l.recent = take(left, 2)
	if l.recent == 0 && l.commands > 0 {
		l.commands += max(left, 0) // too little for a section of its own
	}
	return l
}

func clamp(v, low, high int) int { return max(low, min(v, high)) }

// at notes that an item is drawn on line y.
func (l *layout) at(y int, it item) { l.lines = append(l.lines, line{y, it}) }

// hit returns the item on line y.
func (l *layout) hit(y int) (item, bool) {
	for _, ln := range l.lines {
		if ln.y == y {
			return ln.item, true
		}
	}
	return item{}, false
}

// window returns the half-open range of n rows that shows row at in room rows.
func window(n, room, at int) (from, to int) {
	if n <= room {
		return 0, n
	}
	from = clamp(at-room/2, 0, n-room)
	return from, from + room
}
