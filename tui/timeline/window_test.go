package timeline

import "testing"

func TestZoomKeepsTheCursorInItsColumn(t *testing.T) {
	w := window{mode: still, columns: 97, zoom: 30}
	w.from = 40 * w.width()
	for _, cursor := range []int64{w.from, w.from + w.span()/3 + 17, w.to() - 1} {
		for _, steps := range []int{-1, -1, -3, +1, +5, -2, +40, -60} {
			before := w.column(cursor)
			w.zoomBy(steps, cursor)
			if got := w.column(cursor); got != before {
				t.Fatalf("zoom by %d moved instant %d from column %d to %d", steps, cursor, before, got)
			}
			if w.from%w.width() != 0 {
				t.Fatalf("after zoom by %d the window begins at %d, no multiple of %d", steps, w.from, w.width())
			}
		}
		w.zoom, w.from = 30, 40*widths[30]
	}
}

func TestAutoFitsTheStartAndThenFollows(t *testing.T) {
	w := window{columns: 100}
	for _, now := range []int64{0, 5e6, 80e6, 900e6, 3e9, 9.9e9} {
		w.move(now)
		if w.from != 0 {
			t.Errorf("at %d ns the window begins at %d, want the run's beginning", now, w.from)
		}
		if c := w.column(now); c < 0 || c >= w.columns {
			t.Errorf("at %d ns now is in column %d of %d", now, c, w.columns)
		}
	}
	for _, now := range []int64{30e9, 31e9, 3600e9} {
		w.move(now)
		if c := w.column(now); c != w.columns-1 {
			t.Errorf("at %d ns now is in column %d, want the last", now, c)
		}
		if w.span() < startSpan {
			t.Errorf("at %d ns the window spans %d, want at least %d", now, w.span(), startSpan)
		}
	}
}

func TestFitShowsTheWholeRun(t *testing.T) {
	w := window{columns: 60, mode: fit}
	for now := int64(1e6); now < 86400e9; now *= 3 {
		w.move(now)
		if w.from != 0 || w.column(now) >= w.columns {
			t.Errorf("at %d ns the window is %d..%d", now, w.from, w.to())
		}
	}
}

func TestPanStopsAtTheEndsOfTheRun(t *testing.T) {
	w := window{columns: 50, mode: follow, zoom: 30}
	now := 4 * w.span()
	w.move(now)
	for range 20 {
		w.pan(-0.5, now)
	}
	if w.from != 0 || w.mode != still {
		t.Errorf("panned left to %d in mode %d", w.from, w.mode)
	}
	for range 40 {
		w.pan(+0.5, now)
	}
	if c := w.column(now); c < 0 {
		t.Errorf("panned right past now: now is in column %d", c)
	}
}

func TestRevealMovesAsLittleAsNeeded(t *testing.T) {
	w := window{columns: 10, zoom: 30}
	w.from = 100 * w.width()
	for _, c := range []struct{ t, want int64 }{{105, 100}, {90, 90}, {112, 103}, {100, 100}} {
		w.from = 100 * w.width()
		w.reveal(c.t * w.width())
		if w.from != c.want*w.width() {
			t.Errorf("reveal %d: window begins at column %d, want %d", c.t, w.from/w.width(), c.want)
		}
	}
}
