package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenbench/engine/trace"
)

func compile(t testing.TB, text string) *trace.Filter {
	t.Helper()
	f, err := trace.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func seqs(f *Filtered) []uint64 {
	var out []uint64
	for i := range f.Len() {
		out = append(out, f.Seq(i))
	}
	return out
}

// extend looks at everything there is.
func extend(f *Filtered) {
	for f.Extend(time.Millisecond) {
	}
}

func TestFilterFindsOldAndNewRowsInOrder(t *testing.T) {
	s := newScene(Options{})
	var want []uint64
	say := func(n int) {
		for range n {
			level := trace.Info
			if s.seq%7 == 0 {
				level = trace.Warn
			}
			s.at(int64(s.seq), trace.Event{Kind: trace.LogLine, Level: level, Extension: sym("a"), Detail: "x"})
			if level == trace.Warn {
				want = append(want, s.seq)
			}
		}
	}
	say(500)
	f := s.Filter(s.Logs(), compile(t, "level >= warn"), nil)
	f.Extend(0) // one slice only: what is newest comes first
	if got := seqs(f); len(got) == 0 || got[len(got)-1] != want[len(want)-1] {
		t.Fatalf("after a first look %v are found", got)
	}
	say(100)
	extend(f)
	if got := seqs(f); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if done, total := f.Progress(); done != total || total != 600 {
		t.Errorf("looked at %d of %d", done, total)
	}
	if i, ok := f.Find(want[3]); !ok || i != 3 {
		t.Errorf("row of seq %d is %d, %v", want[3], i, ok)
	}
}

func TestFilterTakesBackWhatBecameKnown(t *testing.T) {
	s := newScene(Options{})
	s.at(0, cmd(trace.Sent, 1))
	s.at(1, cmd(trace.Sent, 2))
	f := s.Filter(s.Messages(), compile(t, "pending"), nil)
	extend(f)
	s.at(2, cmd(trace.Sent, 3))
	extend(f)
	if got := fmt.Sprint(seqs(f)); got != "[1 2 3]" {
		t.Fatalf("pending are %s", got)
	}
	for _, id := range []uint64{1, 3} {
		s.at(5, with(cmd(trace.Result, id), final))
	}
	extend(f)
	if got := fmt.Sprint(seqs(f)); got != "[2]" {
		t.Errorf("pending are %s after two answers", got)
	}
	answered := s.Filter(s.Messages(), compile(t, "answered"), nil)
	extend(answered)
	s.at(6, with(cmd(trace.Result, 2), final))
	extend(answered)
	if got := fmt.Sprint(seqs(answered)); got != "[1 2 3]" {
		t.Errorf("answered are %s", got)
	}
}

func TestFilterLetsGoOfForgottenRows(t *testing.T) {
	s := newScene(Options{Logs: 100})
	for i := range 90 {
		s.at(int64(i), trace.Event{Kind: trace.LogLine, Level: trace.Info, Detail: "x"})
	}
	f := s.Filter(s.Logs(), nil, func(meta uint8) bool { return true })
	extend(f)
	for i := range 500 {
		s.at(int64(100+i), trace.Event{Kind: trace.LogLine, Level: trace.Info, Detail: "x"})
		extend(f)
		if f.Len() != s.Logs().Len() || f.Seq(0) != s.Logs().Seq(0) {
			t.Fatalf("after %d lines %d rows from %d, want %d from %d", 91+i, f.Len(), f.Seq(0), s.Logs().Len(), s.Logs().Seq(0))
		}
	}
}

// What is known of repeats goes with the lines they repeat; what goes on for longer than a minute has several rows, so that there is one.
func TestRepeatsAreForgottenWithTheirLines(t *testing.T) {
	s := newScene(Options{Logs: 400})
	for i := range 1000 {
		s.at(int64(i)*500, trace.Event{Kind: trace.LogLine, Level: trace.Info, Detail: "x"})
	}
	total := 0
	for seq, r := range s.lines.times {
		if total += r.Times; seq < s.Logs().Seq(0) {
			t.Errorf("line %d is forgotten, that it was said %d times is not", seq, r.Times)
		}
	}
	if total < s.Logs().Len()-120 || total > s.Logs().Len() {
		t.Errorf("of %d lines %d share rows that are there", s.Logs().Len(), total)
	}
}

func TestNearFindsTheCommandsThatAreKnown(t *testing.T) {
	s := newScene(Options{Commands: 50})
	ids := []uint64{3, 4, 5, 9, 7, 8, 100}
	all := []*Command{nil} // some of them forgotten
	for i := range 200 {
		id := ids[i%len(ids)] + uint64(i/len(ids))*200
		s.at(int64(i), cmd(trace.Sent, id))
		c := &s.commands
		all = append(all, c.byID[id])
		for _, last := range all {
			for sent := id - min(id, 300); sent < id+10; sent++ {
				if got := c.near(last, sent); got != c.byID[sent] {
					t.Fatalf("near %v, %d is %v, want %v", last, sent, got, c.byID[sent])
				}
			}
		}
	}
}
