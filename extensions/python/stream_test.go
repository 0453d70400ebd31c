package python

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine/trace"
)

// printed is what a stream makes of what is written to it.
func printed(t *testing.T, write func(w *os.File)) (lines []string, s *stream) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		defer w.Close()
		write(w)
	}()
	s = &stream{level: trace.Info, emit: func(l trace.Level, line string) { lines = append(lines, l.String()+": "+line) }}
	s.read(r)
	return lines, s
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	cases := []struct{ name, in, want string }{
		{"lines", "one\ntwo\r\n\nthree\n", "info: one|info: two|info: |info: three"},
		{"without an end", "one\ntw", "info: one|info: tw"},
		{"nothing", "", ""},
		{"no UTF-8", "a\xff\xfeb\n", "info: a\ufffdb"},
		{"a line that fits", long + "\n", "info: " + long},
		{"a line that is too long", long + "yz\n", "info: " + long + "|info: yz"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lines, _ := printed(t, func(w *os.File) { w.WriteString(c.in) })
			if got := strings.Join(lines, "|"); got != c.want {
				t.Errorf("got %.200q, want %.200q", got, c.want)
			}
		})
	}
}

func TestALineThatIsNotEndedIsShownAllTheSame(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := make(chan string, 1)
	s := &stream{emit: func(_ trace.Level, line string) { got <- line }}
	done := make(chan struct{})
	go func() { defer close(done); s.read(r) }()
	w.WriteString("name? ")
	if line := <-got; line != "name? " {
		t.Errorf("got %q", line)
	}
	w.Close()
	<-done
}

func TestAFloodIsCountedAndItsEndIsKept(t *testing.T) {
	const n = 20 * maxLines
	lines, s := printed(t, func(w *os.File) {
		var all bytes.Buffer // all at once: a slow machine must not write so slowly that it is no flood
		for i := range n {
			fmt.Fprintf(&all, "line %d\n", i)
		}
		w.Write(all.Bytes())
	})
	kept, lost := 0, 0
	for _, line := range lines {
		var some int
		switch _, err := fmt.Sscanf(line, "warn: %d lines of its output were dropped", &some); {
		case err == nil:
			lost += some
		default:
			kept++
		}
	}
	if kept+lost != n || lost == 0 || kept > n/2 {
		t.Errorf("%d lines kept and %d counted as dropped, of %d", kept, lost, n)
	}
	if last := s.last(); len(last) != tailLines || last[tailLines-1] != fmt.Sprintf("line %d", n-1) || cause(last) != last[tailLines-1] {
		t.Errorf("the last lines are %q", last)
	}
}

func TestOutputThatFloodsOnIsTakenInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept, dropped := 0, 0
		s := &stream{emit: func(l trace.Level, line string) {
			if _, err := fmt.Sscanf(line, "%d lines of its output were dropped", &dropped); err != nil {
				kept++
			}
		}}
		write := func(n int) int {
			s.flush() // as its reader does when nothing comes for a while
			before := kept
			s.take(bytes.Repeat([]byte("a line\n"), n))
			return kept - before
		}
		began := time.Now()
		if got := write(2 * maxLines); got != maxLines {
			t.Errorf("%d lines are kept when it begins, want %d", got, maxLines)
		}
		if took, want := time.Since(began), (maxLines-calmLines)/pieceLogs*logPause; took < want {
			t.Errorf("they are taken within %v, want a pause behind each piece, %v in all", took, want)
		}
		time.Sleep(window)
		for i := range int(window / part) {
			if got := write(50); got != maxLines/100 {
				t.Fatalf("%d lines are kept in part %d, want %d", got, i, maxLines/100)
			}
			time.Sleep(part)
		}
		if dropped != maxLines {
			t.Errorf("%d lines are said to be dropped of the first window, want %d", dropped, maxLines)
		}
		write(50) // the flood is over
		time.Sleep(window)
		if got := write(maxLines); got != maxLines {
			t.Errorf("%d of %d lines are kept in the window after a calm one", got, maxLines)
		}
	})
}

func TestBinaryIsBounded(t *testing.T) {
	const size = 20 << 20
	lines, _ := printed(t, func(w *os.File) {
		block := make([]byte, 1<<20)
		for range size / len(block) {
			w.Write(block)
		}
	})
	kept, dropped := 0, 0 // dropped: the windows in which something was
	for _, line := range lines {
		if strings.Contains(line, "were dropped") {
			dropped++
		} else {
			kept += len(line)
		}
	}
	if dropped == 0 || kept > (dropped+1)*(maxBytes+maxBytes/8) {
		t.Errorf("%d bytes of %d in %d lines; lines were dropped %d times", kept, size, len(lines), dropped)
	}
}
