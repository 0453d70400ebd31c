package timeline

// mode says what moves the window.
type mode uint8

const (
	auto   mode = iota // fits the run while it is short, then follows it
	fit                // always the whole run
	follow             // the newest instant stays at the right edge
	still              // only the user moves it
)

// startSpan is how much of a run the automatic window grows to before it begins to move.
const startSpan = int64(10e9)

// widths are the nanoseconds a column can stand for: six round numbers to each ten, from a microsecond to an hour.
var widths = makeWidths()

func makeWidths() []int64 {
	var w []int64
	for ten := int64(1e3); ten < 3600e9; ten *= 10 {
		w = append(w, ten, ten*3/2, 2*ten, 3*ten, 5*ten, ten*15/2)
	}
	return w
}

// window is the stretch of time on the screen. Its columns begin at multiples of their width, so that a picture that moves
// on does so in whole columns and does not shimmer.
type window struct {
	mode    mode
	from    int64 // of the first column; may be negative for a moment, when a zoom needs the room
	zoom    int   // index into widths
	columns int
}

func (w *window) width() int64 { return widths[w.zoom] }
func (w *window) span() int64  { return w.width() * int64(w.columns) }
func (w *window) to() int64    { return w.from + w.span() }

// column returns the column of an instant; it lies outside 0..columns-1 if the window does not show it.
func (w *window) column(t int64) int { return int(floorDiv(t-w.from, w.width())) }

// instant returns the instant at which a column begins.
func (w *window) instant(column int) int64 { return w.from + int64(column)*w.width() }

// shows reports whether the stretch from..to meets the window.
func (w *window) shows(from, to int64) bool { return to >= w.from && from < w.to() }

// move lets the window go where its mode wants it at that moment of the run.
func (w *window) move(now int64) {
	switch w.mode {
	case auto:
		w.fitSpan(min(now, startSpan))
		if now > w.to() {
			w.end(now)
		}
	case fit:
		w.fitSpan(now)
	case follow:
		w.end(now)
	}
}

// fitSpan shows the run's first span nanoseconds as large as they go.
func (w *window) fitSpan(span int64) {
	w.zoom, w.from = 0, 0
	for w.zoom < len(widths)-1 && (w.span() <= span || w.width() < minAuto) {
		w.zoom++
	}
}

// minAuto is the narrowest column the window takes by itself.
const minAuto = int64(1e6)

// end puts an instant into the last column.
func (w *window) end(t int64) {
	w.from = max(floorDiv(t, w.width())-int64(w.columns)+1, 0) * w.width()
}

// show lets the window stand where a stretch of time fills about half of it.
func (w *window) show(from, span int64) {
	w.mode, w.zoom = still, 0
	for w.zoom < len(widths)-1 && w.span() < 2*span {
		w.zoom++
	}
	w.from = max(floorDiv(from, w.width())-int64(w.columns/4), 0) * w.width()
}

// zoomBy makes columns narrower (negative) or wider by steps; the instant t stays in the column where it is.
func (w *window) zoomBy(steps int, t int64) {
	column := min(max(w.column(t), 0), max(w.columns-1, 0))
	w.zoom = min(max(w.zoom+steps, 0), len(widths)-1)
	w.from = (floorDiv(t, w.width()) - int64(column)) * w.width()
	if w.mode != follow {
		w.mode = still
	}
}

// pan moves the window by a part of its span and lets it stand there.
func (w *window) pan(parts float64, now int64) {
	w.mode = still
	step := max(int64(float64(w.columns)*max(parts, -parts)), 1)
	if parts < 0 {
		step = -step
	}
	w.from += step * w.width()
	w.from = min(w.from, floorDiv(now, w.width())*w.width())
	w.from = max(w.from, 0)
}

// slide moves the window by columns from where it stood, and lets it stand there.
func (w *window) slide(from int64, columns int, now int64) {
	w.mode = still
	w.from = max(min(from+int64(columns)*w.width(), floorDiv(now, w.width())*w.width()), 0)
}

// reveal lets the window stand where it shows an instant, moved as little as that takes.
func (w *window) reveal(t int64) {
	switch c := w.column(t); {
	case c < 0:
		w.from += int64(c) * w.width()
	case c >= w.columns:
		w.from += int64(c-w.columns+1) * w.width()
	}
}

// resize keeps the right edge while following and the left one otherwise.
func (w *window) resize(columns int) { w.columns = max(columns, 1) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
