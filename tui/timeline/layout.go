package timeline

// margin is the room at the right of the columns, for a number about each lane.
const margin = 7

// layout says how many lines each part of the screen gets.
type layout struct {
	gutter   int // cells at the left, for names
	lanes    int // lines, queues included
	commands int // rows of commands; 0: no section
	audio    int // audio lines, which stand under the commands; 0: none
	stages   int // lifecycle lines; 0: no section
	times    int // cells of the times of the stages; 0: the picture of the start says how long it took
	starts   int // cells of the picture of the start, its duration included; the whole life takes the rest
}

// The lines at the top: what the window shows, and the ruler.
const headLines = 3

// sectionLines are the hairline above a section and its heading.
const sectionLines = 2

// arrange shares h lines among the parts: every part gets a little before any gets much, however many extensions there are. A
// part that has nothing to show gets nothing; commands always say something and take what the others leave.
func arrange(w, h, name, lanes, audio, stages int) layout {
	l := layout{gutter: min(max(name+3, 17), max(w/5, 9))}
	l.starts = min(max((w-l.gutter)*9/20, 16), 48)
	left := max(h-headLines, 0)
	take := func(want int) int {
		n := min(want, left)
		left -= n
		return n
	}
	l.lanes = take(min(max(lanes, 1), max(h/2, 4), max(left-sectionLines-1, 3)))
	if left >= sectionLines+1 {
		left -= sectionLines
		l.commands = take(2)
		l.audio = take(min(audio, 1))
	}
	if stages > 0 && left >= sectionLines+min(stages, 3) {
		left -= sectionLines
		l.stages = take(min(stages, 4))
	}
	l.lanes += take(max(lanes, 1) - l.lanes)
	if l.stages > 0 {
		l.stages += take(stages - l.stages)
	}
	if l.commands > 0 {
		l.commands += take(6)
	}
	if l.commands > 0 {
		l.audio += take(min(audio, 6) - l.audio)
		l.commands += left
	}
	return l
}

// Cells of the times of a start, the gap before each and its mark included.
const (
	configureCells = 11
	stageCells     = 7
	totalCells     = 7
	madeCells      = 7 // where something was made that took its time
	allTimesCells  = configureCells + 2*stageCells + totalCells
)

// leastBars is the room that the two pictures of a life keep: the times of the single stages go before they get less.
const leastBars = 24

// forLives gives the lifecycle the whole body of w by h cells, with the times of the starts as columns; those add up to
// the total, so the making has one where it counts.
func (l *layout) forLives(w, h int, made bool) {
	all := allTimesCells
	if made {
		all += madeCells
	}
	l.stages = max(h-1, 1)
	l.times = totalCells
	if w-l.gutter-all >= leastBars {
		l.times = all
	}
	l.starts = min(max((w-l.gutter-l.times)*2/5, 10), 48)
}
