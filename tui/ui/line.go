package ui

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"tenbench/tui/theme"
)

// Frame is a drawing of exactly w by h cells, made line by line. It keeps its memory between drawings.
type Frame struct {
	theme *theme.Theme
	w, h  int
	rows  int
	line  Line
}

// Begin empties the frame and sets its size.
func (f *Frame) Begin(t *theme.Theme, w, h int) {
	f.theme, f.w, f.h, f.rows = t, max(w, 0), max(h, 0), 0
	f.line.reset(t, f.w)
	f.line.buf = f.line.buf[:0]
}

// Width returns the cells of a line.
func (f *Frame) Width() int { return f.w }

// Left returns how many lines there is still room for.
func (f *Frame) Left() int { return f.h - f.rows }

// Row begins the next line and returns it. Lines beyond the height are drawn nowhere.
func (f *Frame) Row() *Line {
	f.finish()
	f.rows++
	if f.rows > f.h {
		f.line.void = true
	}
	return &f.line
}

// Rule draws a hairline across the frame.
func (f *Frame) Rule() {
	l := f.Row()
	l.Repeat(f.theme.Hairline, f.theme.Signs.Hairline, f.w)
}

// Blank leaves n lines empty.
func (f *Frame) Blank(n int) {
	for range n {
		f.Row()
	}
}

// Paste puts the drawing of another Frame of the same width into this one, as it is: its lines are exact already.
func (f *Frame) Paste(drawing string) {
	if drawing == "" {
		return
	}
	for s := range strings.SplitSeq(drawing, "\n") {
		if l := f.Row(); !l.void {
			l.buf = append(l.buf, s...)
			l.used = l.full
		}
	}
}

// String fills what is left with empty lines and returns the drawing.
func (f *Frame) String() string {
	f.Blank(f.h - f.rows)
	f.finish()
	return string(f.line.buf)
}

func (f *Frame) finish() {
	if f.rows == 0 {
		return
	}
	f.line.pad()
	if f.rows < f.h {
		f.line.buf = append(f.line.buf, '\n')
	}
	f.line.reset(f.theme, f.w)
}

// Line is one row of cells, filled from the left. What does not fit is cut, at a grapheme, with an ellipsis; what is missing
// is filled with blanks. Text is sanitised.
type Line struct {
	theme    *theme.Theme
	buf      []byte
	width    int // that may be filled
	full     int // that the line has
	used     int
	selected bool
	void     bool
	styled   bool // an escape sequence was written on this line
	last     string
	tail     string // the text drawn last
	num      [32]byte
}

func newLine(t *theme.Theme, width int) *Line {
	l := &Line{}
	l.reset(t, width)
	return l
}

func (l *Line) reset(t *theme.Theme, width int) {
	*l = Line{theme: t, buf: l.buf, width: width, full: width, num: l.num}
}

// Used returns how many cells are filled.
func (l *Line) Used() int { return l.used }

// Left returns how many cells are free.
func (l *Line) Left() int { return max(l.width-l.used, 0) }

// Margin keeps n cells blank at the right end.
func (l *Line) Margin(n int) *Line {
	l.width = max(l.full-n, l.used)
	return l
}

// Select switches the background of the selected row on or off, from here on.
func (l *Line) Select(on bool) *Line {
	l.selected = on
	return l
}

// String returns what was drawn, ended. Only lines made by Common.Styled have a string of their own.
func (l *Line) String() string {
	if l.styled {
		return string(l.buf) + l.theme.Reset
	}
	return string(l.buf)
}

// Text draws s in as many cells as it needs.
func (l *Line) Text(st theme.Style, s string) *Line {
	l.put(st, s, l.Left())
	return l
}

// Cell draws s in exactly w cells, from their left.
func (l *Line) Cell(st theme.Style, s string, w int) *Line {
	end := l.used + w
	l.put(st, s, w)
	return l.Col(end)
}

// Right draws s in exactly w cells, at their right. What is too long loses its end.
func (l *Line) Right(st theme.Style, s string, w int) *Line {
	s = Sanitise(s)
	l.Gap(w - width(s))
	l.put(st, s, w)
	return l
}

// Gap leaves n cells blank.
func (l *Line) Gap(n int) *Line {
	l.blanks(n)
	return l
}

// Col leaves cells blank up to column n, counted from 0. It does nothing on a line that is already beyond it.
func (l *Line) Col(n int) *Line {
	l.blanks(n - l.used)
	return l
}

// End draws s at the right end of the line with margin blank cells after it, or nothing if there is no room.
func (l *Line) End(st theme.Style, s string, margin int) *Line {
	s = Sanitise(s)
	if gap := l.Left() - width(s) - margin; gap >= 0 {
		l.blanks(gap)
		l.put(st, s, l.Left())
	}
	return l
}

// Sign draws one of the theme's signs, which are one cell wide.
func (l *Line) Sign(st theme.Style, sign string) *Line { return l.Repeat(st, sign, 1) }

// Repeat draws a sign n times.
func (l *Line) Repeat(st theme.Style, sign string, n int) *Line {
	n = min(n, l.Left())
	if n <= 0 || l.void {
		return l
	}
	l.style(st)
	for range n {
		l.buf = append(l.buf, sign...)
	}
	l.used += n
	l.tail = sign
	return l
}

// Int draws a number in w cells, at their right; 0 cells mean as many as it needs.
func (l *Line) Int(st theme.Style, n int64, w int) *Line {
	return l.bytes(st, strconv.AppendInt(l.num[:0], n, 10), w)
}

// Count draws a number in w cells, short: 12.3k.
func (l *Line) Count(st theme.Style, f float64, w int) *Line {
	return l.bytes(st, AppendCount(l.num[:0], f), w)
}

// Dur draws a duration in w cells.
func (l *Line) Dur(st theme.Style, ns int64, w int) *Line {
	return l.bytes(st, AppendDur(l.num[:0], ns), w)
}

// Age draws how long something lasts already in w cells.
func (l *Line) Age(st theme.Style, ns int64, w int) *Line {
	return l.bytes(st, AppendAge(l.num[:0], ns), w)
}

// Clock draws a time of the run in w cells.
func (l *Line) Clock(st theme.Style, ns int64, w int) *Line {
	return l.bytes(st, AppendClock(l.num[:0], ns), w)
}

// Size draws a number of bytes in w cells.
func (l *Line) Size(st theme.Style, n int64, w int) *Line {
	return l.bytes(st, AppendSize(l.num[:0], n), w)
}

// IDCell draws #id in w cells, from their left; 0 cells mean as many as it needs. The id 0 is none: its cells stay blank.
func (l *Line) IDCell(st theme.Style, id uint64, w int) *Line {
	if id == 0 {
		return l.Gap(w)
	}
	b := strconv.AppendUint(append(l.num[:0], '#'), id, 10)
	if w == 0 {
		w = len(b)
	}
	end := l.used + w
	if len(b) > w {
		b = b[:max(w, 0)]
	}
	l.ascii(st, b)
	return l.Col(end)
}

// bytes draws what the Append functions made, at the right of w cells. Only µ among their runes is longer than its width.
func (l *Line) bytes(st theme.Style, b []byte, w int) *Line {
	n := utf8.RuneCount(b)
	if w == 0 {
		w = n
	}
	l.blanks(w - n)
	if n > w || n > l.Left() || l.theme.ASCII && n < len(b) {
		l.put(st, string(b), w)
		return l
	}
	if l.void {
		return l
	}
	l.style(st)
	l.buf = append(l.buf, b...)
	l.used += n
	l.tail = digit
	return l
}

func (l *Line) ascii(st theme.Style, b []byte) {
	if len(b) > l.Left() {
		b = b[:l.Left()]
	}
	if len(b) == 0 || l.void {
		return
	}
	l.style(st)
	l.buf = append(l.buf, b...)
	l.used += len(b)
	l.tail = digit
}

// put draws s in at most w cells and returns how many it took.
func (l *Line) put(st theme.Style, s string, w int) int {
	w = min(w, l.Left())
	if w <= 0 || s == "" || l.void {
		return 0
	}
	s = Sanitise(s)
	if l.theme.ASCII && !plainASCII(s) {
		s = twins.Replace(s)
	}
	s = l.apart(s)
	n := width(s)
	if n > w {
		s, n = cut(s, w, l.theme.Signs.Ellipsis)
	}
	if n == 0 {
		return 0
	}
	l.style(st)
	l.buf = append(l.buf, s...)
	l.used += n
	l.tail = s
	return n
}

// digit stands for the end of a number, which melts like any other.
const digit = "0"

// apart keeps a text from melting with the one before it: an accent at its beginning, half a flag, a joiner at the end of
// the other. Terminals draw what melts in fewer cells.
func (l *Line) apart(s string) string {
	const joiner = "\u200d"
	s = strings.TrimRight(s, joiner)
	if s == "" || s[0] < utf8.RuneSelf {
		return s
	}
	if r, n := utf8.DecodeRuneInString(s); unicode.Is(unicode.M, r) || strings.HasPrefix(s, joiner) ||
		l.tail != "" && width(l.tail+s) != width(l.tail)+width(s) {
		return "?" + s[n:]
	}
	return s
}

func (l *Line) style(st theme.Style) {
	p := st.Prefix(l.selected)
	if p == l.last {
		return
	}
	if p == "" {
		p = l.theme.Reset
	}
	l.buf = append(l.buf, p...)
	l.last = st.Prefix(l.selected)
	l.styled = true
}

func (l *Line) blanks(n int) {
	n = min(n, l.Left())
	if n <= 0 || l.void {
		return
	}
	if l.selected {
		l.style(l.theme.Text)
	} else if l.last != "" {
		l.buf = append(l.buf, l.theme.Reset...)
		l.last = ""
	}
	for range n {
		l.buf = append(l.buf, ' ')
	}
	l.used += n
	l.tail = " "
}

// pad fills the line up and ends its style.
func (l *Line) pad() {
	l.width = l.full
	l.blanks(l.width - l.used)
	if l.last != "" {
		l.buf = append(l.buf, l.theme.Reset...)
		l.last = ""
	}
}

// Draw puts a finished line that Common.Styled made here, cut to what is free.
func (l *Line) Draw(styled string) *Line { return l.raw(styled, l.Left()) }

// Cut draws a finished line that Common.Styled made here, in at most w cells.
func (l *Line) Cut(styled string, w int) *Line { return l.raw(styled, min(w, l.Left())) }

// raw puts a drawing of ours that may hold escape sequences, cut to w cells.
func (l *Line) raw(s string, w int) *Line {
	w = min(w, l.Left())
	if l.void || w <= 0 {
		return l
	}
	n := ansi.StringWidth(s)
	if n > w {
		s, n = ansi.Truncate(s, w, l.theme.Signs.Ellipsis), w
	}
	if l.last != "" {
		l.buf = append(l.buf, l.theme.Reset...)
		l.last = ""
	}
	l.buf = append(l.buf, s...)
	l.buf = append(l.buf, l.theme.Reset...)
	l.used += min(n, ansi.StringWidth(s))
	return l
}

// Width returns the cells that a text takes once it is sanitised.
func Width(s string) int { return width(Sanitise(s)) }

// width returns the cells of a sanitised text.
func width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// cut shortens a sanitised text to at most w cells and returns how many it takes.
func cut(s string, w int, ellipsis string) (string, int) {
	if w <= 1 {
		if w <= 0 {
			return "", 0
		}
		return ellipsis, 1
	}
	s = ansi.Truncate(s, w, ellipsis)
	return s, width(s)
}
