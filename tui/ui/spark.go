package ui

import "tenbench/tui/theme"

// Spark draws values from 0 to top as columns, one cell each, the newest at the right of w cells. What is above limit is
// drawn in the warning style; a limit of 0 warns of nothing.
func (l *Line) Spark(st theme.Style, values []int, w, top, limit int) *Line {
	if len(values) > w {
		values = values[len(values)-w:]
	}
	l.Repeat(st, l.theme.Signs.Levels[1], w-len(values))
	for _, v := range values {
		style := st
		if limit > 0 && v > limit {
			style = l.theme.Warn
		}
		l.Sign(style, l.theme.Signs.Levels[level(v, top)])
	}
	return l
}

// level maps v of 0..top to a level from 1, the base line, to 8.
func level(v, top int) int {
	if top <= 0 || v <= 0 {
		return 1
	}
	return min(1+(v*7+top/2)/top, 8)
}

// Gauge draws a share as a bar of w cells.
func (l *Line) Gauge(st theme.Style, share float64, w int) *Line {
	full := min(max(int(share*float64(w)+0.5), 0), w)
	l.Repeat(st, l.theme.Signs.Block, full)
	return l.Repeat(l.theme.Hairline, l.theme.Signs.Shade, w-full)
}

// Cursor draws the cell of a text field that the cursor stands on.
func (l *Line) Cursor(s string) *Line {
	if l.theme.Reset == "" {
		l.put(theme.Style{}, l.theme.Signs.Cursor, 1)
		return l
	}
	s = Sanitise(s)
	n := width(s)
	if n > l.Left() || l.void {
		return l
	}
	l.buf = append(l.buf, "\x1b[0;7m"...)
	l.buf = append(l.buf, s...)
	l.buf = append(l.buf, l.theme.Reset...)
	l.last, l.styled = "", true
	l.used += n
	l.tail = s
	return l
}
