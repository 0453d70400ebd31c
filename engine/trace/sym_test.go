package trace

import (
	"strconv"
	"sync"
	"testing"
)

func TestSymsAreNames(t *testing.T) {
	if Intern("") != 0 || Sym(0).String() != "" {
		t.Error("the zero Sym is not the empty name")
	}
	a, b := Intern("sym-test-a"), Intern("sym-test-b")
	if a == b || a != Intern("sym-test-a") || a.String() != "sym-test-a" {
		t.Errorf("a is %d %q, b is %d", a, a, b)
	}
	if s := Sym(1 << 31).String(); s != "" {
		t.Errorf("a Sym that no one interned is %q", s)
	}
}

func TestInternCopiesWhatItKeeps(t *testing.T) {
	b := []byte("sym-test-copy")
	s := internBytes(b)
	b[0] = 'X'
	if s.String() != "sym-test-copy" {
		t.Errorf("the name became %q", s)
	}
}

func TestInternFromManyGoroutines(t *testing.T) {
	table := newSymTable()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 5000 {
				want := "name" + strconv.Itoa(i)
				if got := table.name(table.intern(want)); got != want {
					t.Errorf("%q became %q", want, got)
					return
				}
			}
		})
	}
	wg.Wait()
	if table.len != 5001 {
		t.Errorf("%d names", table.len)
	}
}

func TestNamesBeyondTheBoundShareOne(t *testing.T) {
	if raceEnabled {
		t.Skip("a million names take long under the race detector, and one goroutine cannot race")
	}
	table := newSymTable()
	for i := range maxSyms + 10 {
		table.intern(strconv.Itoa(i))
	}
	late := table.intern("late")
	if table.name(late) != overflowName || late != table.intern("later") || table.len != maxSyms {
		t.Errorf("%d %q, %d names", late, table.name(late), table.len)
	}
	if s := table.intern("7"); table.name(s) != "7" {
		t.Errorf("an early name became %q", table.name(s))
	}
}

func BenchmarkIntern(b *testing.B) {
	Intern("a name of usual length")
	b.ReportAllocs()
	for b.Loop() {
		Intern("a name of usual length")
	}
}
