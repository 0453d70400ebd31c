package trace

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestGCPercentAllowsGarbageAsIfTheLogWereNotThere(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		kept, rest int64
		want       int
	}{
		{0, 0, 100}, {0, 500 * mb, 99}, {32 * mb, 0, 99}, {256 * mb, 0, 12}, {256 * mb, -mb, 12}, {256 * mb, 64 * mb, 19}, {64 * mb, 192 * mb, 74},
	} {
		if got := gcPercent(c.kept, c.rest); got != c.want {
			t.Errorf("a log of %d MB in a heap with %d MB else: %d %%, want %d", c.kept/mb, c.rest/mb, got, c.want)
		}
	}
}

func TestALogThatOwnsTheProcessTunesTheCollectorAndPutsItBack(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(150)
	defer debug.SetGCPercent(before)
	l := New(Options{TuneGC: true})
	w := l.Writer("w")
	e := Event{Kind: LogLine, Level: Info, Detail: strings.Repeat("x", 4000)}
	for i := range 20_000 {
		w.Emit(&e)
		if i%1000 == 0 {
			l.Flush()
		}
	}
	l.Flush()
	tuned := debug.SetGCPercent(100)
	l.Close()
	if tuned >= 100 {
		t.Errorf("with 80 MB kept the percentage is %d, want less than 100", tuned)
	}
	if after := debug.SetGCPercent(100); after != 150 {
		t.Errorf("after Close the percentage is %d, want 150 as before", after)
	}
}
