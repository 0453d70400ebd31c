package trace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tenbench/engine/msg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newTestLog returns a log that the test closes.
func newTestLog(t *testing.T, opt Options) *Log {
	t.Helper()
	l := New(opt)
	t.Cleanup(l.Close)
	return l
}

// readAll returns all events from the oldest on.
func readAll(l *Log) []Event { return readFrom(l.NewReader()) }

func readFrom(r *Reader) (all []Event) {
	buf := make([]Event, 7)
	for n := r.Next(buf); n > 0; n = r.Next(buf) {
		all = append(all, buf[:n]...)
	}
	return all
}

func TestEveryFieldSurvivesTheLog(t *testing.T) {
	l := newTestLog(t, Options{})
	in := fullEvent()
	l.Writer("w").Emit(&in)
	l.Flush()
	got, ok := l.At(1)
	in.Seq = 1
	if !ok || !reflect.DeepEqual(got, in) {
		t.Errorf("got  %+v\nwant %+v", got, in)
	}
}

// fullEvent has every field set.
func fullEvent() Event {
	var e Event
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Uint8:
			f.SetUint(1)
		case reflect.Uint32:
			f.SetUint(uint64(Intern(v.Type().Field(i).Name)))
		case reflect.Uint64, reflect.Uintptr:
			f.SetUint(1_000_000 + uint64(i))
		case reflect.Int64:
			f.SetInt(2_000_000 + int64(i))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString("some text")
		}
	}
	e.WaitsOn, e.Property, e.BufHead = []uint64{1, 1 << 40}, []byte(`{"a":1}`), []byte{0, 1, 2}
	return e
}

func TestWhatWasEmittedBeforeFlushCanBeRead(t *testing.T) {
	l := newTestLog(t, Options{})
	w := l.Writer("w")
	for i := range 3000 {
		w.Emit(&Event{Kind: Sent, ID: uint64(i + 1)})
		if i%500 == 0 {
			l.Flush()
			if _, last := l.Span(); last != uint64(i+1) {
				t.Fatalf("after event %d and a flush, the newest is %d", i+1, last)
			}
		}
	}
}

func TestEventsAreReadableSoonWithoutFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		r, start := l.NewReader(), time.Now()
		l.Writer("w").Emit(&Event{Kind: LogLine, Level: Info})
		if err := r.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 50*time.Millisecond {
			t.Errorf("readable after %v", took)
		}
	})
}

func TestIdleDrainerSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		for range 3 { // it wakes each time
			l.Writer("w").Emit(&Event{Kind: Sent})
			time.Sleep(time.Second)
			if !l.asleep.Load() {
				t.Fatal("the drainer is awake a second after the last event")
			}
		}
		if _, last := l.Span(); last != 3 {
			t.Errorf("%d events are readable, want 3", last)
		}
	})
}

// In a bubble the clock stands still while goroutines run: only emission can order the events.
func TestCausesComeBeforeEffectsWhenStampsTie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		a, b := l.Writer("a"), l.Writer("b")
		for i := range 1000 {
			w := a
			if i%2 == 1 {
				w = b
			}
			w.Emit(&Event{Kind: Sent, Type: msg.Kind(1 + 2*(i%3/2)), ID: uint64(i + 1)})
		}
		l.Flush()
		for i, e := range readAll(l) {
			if e.ID != uint64(i+1) {
				t.Fatalf("event %d is the one emitted as number %d", i+1, e.ID)
			}
		}
	})
}

func TestEightWritersMergeWithoutInversion(t *testing.T) {
	const writers, each = 8, 20_000
	l := newTestLog(t, Options{Memory: 1 << 30})
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			w := l.Writer(fmt.Sprint(i))
			for n := range each {
				w.Emit(&Event{Kind: Sent, Type: msg.Kind(1 + n%2*2), Count: uint64(i), ID: uint64(n + 1)})
			}
		})
	}
	wg.Wait()
	l.Flush()
	checkOrder(t, l, writers, each)
}

// checkOrder wants a dense Seq, times that do not fall, and each writer's own order: Count is the writer, ID counts its events.
func checkOrder(tb testing.TB, l *Log, writers, each int) {
	tb.Helper()
	next := make([]uint64, writers)
	buf := make([]Event, 512)
	var seq uint64
	var mono int64
	for r := l.ReaderAt(1); ; {
		n := r.Next(buf)
		if n == 0 {
			break
		}
		for _, e := range buf[:n] {
			if seq++; e.Seq != seq {
				tb.Fatalf("seq %d when %d was due", e.Seq, seq)
			}
			if e.Mono < mono {
				tb.Fatalf("event %d is %d ns older than the one before it", seq, mono-e.Mono)
			}
			mono = e.Mono
			if next[e.Count]++; e.ID != next[e.Count] {
				tb.Fatalf("writer %d: number %d came when %d was due", e.Count, e.ID, next[e.Count])
			}
		}
	}
	if seq != uint64(writers*each) {
		tb.Fatalf("%d events, want %d", seq, writers*each)
	}
}

func TestStampsFromElsewhereAreSorted(t *testing.T) {
	l := newTestLog(t, Options{})
	l.ordered = false
	host, own := l.Writer("host"), l.Writer("own")
	now := l.Now() + 1
	own.Emit(&Event{Kind: Sent, Mono: now + 2})
	own.Emit(&Event{Kind: Handled, Mono: now + 2})
	host.Emit(&Event{Kind: Delivered, Mono: now + 1})
	far := l.Now() + int64(time.Hour)
	host.Emit(&Event{Kind: Result, Mono: far})
	l.Flush()
	var kinds []Kind
	for _, e := range readAll(l) {
		kinds = append(kinds, e.Kind)
	}
	if want := []Kind{Delivered, Sent, Handled, Result}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("got %v, want %v", kinds, want)
	}
}

// flood emits n data messages with 1 KiB each, and a protected event for every tenth.
func flood(l *Log, n int) {
	w := l.Writer("flood")
	property := []byte(`"` + strings.Repeat("x", 1022) + `"`)
	for i := range n {
		w.Emit(&Event{Kind: Sent, Type: msg.KindData, ID: uint64(i + 1), Property: property})
		if i%10 == 0 {
			w.Emit(&Event{Kind: LogLine, Level: Info, ID: uint64(i + 1)})
		}
		if i%100 == 0 {
			l.Flush()
		}
	}
	l.Flush()
}

func TestMemoryBoundEvictsExpendableFirst(t *testing.T) {
	l := newTestLog(t, Options{Memory: 1 << 20})
	flood(l, 5000)
	s := l.Stats()
	if kept := s.Protected.Bytes + s.Expendable.Bytes; kept > 1<<20 {
		t.Errorf("%d bytes kept", kept)
	}
	if s.Protected.Events != 500 || s.Protected.Evicted != 0 {
		t.Errorf("protected: %+v", s.Protected)
	}
	if s.Expendable.Events+s.Expendable.Evicted != 5000 || s.Expendable.Evicted == 0 || s.Expendable.EvictedBytes == 0 {
		t.Errorf("expendable: %+v", s.Expendable)
	}
}

func TestTheNewestExpendableEventsStayWhenProtectedOnesFillTheMemory(t *testing.T) {
	l := newTestLog(t, Options{Memory: 1 << 20})
	w := l.Writer("w")
	command := func() {
		w.Emit(&Event{Kind: Sent, Type: msg.KindCmd, ID: l.NextID(), Detail: "a command that is kept for a while"})
	}
	for l.Stats().Protected.Evicted == 0 {
		command()
		l.Flush()
	}
	_, last := l.Span()
	r := l.ReaderAt(last + 1)
	const each = 500
	for range each {
		command()
		w.Emit(&Event{Kind: Sent, Type: msg.KindData, ID: l.NextID(), Detail: "more than one block of them, in the end: " + strings.Repeat("x", 50)})
	}
	l.Flush()
	buf, data := make([]Event, 2*each), 0
	for _, e := range buf[:r.Next(buf)] {
		if e.Kind == Gap {
			t.Errorf("%d of the newest events are gone", e.Count)
		} else if e.Type == msg.KindData {
			data++
		}
	}
	if data != each {
		t.Errorf("%d of %d data are there", data, each)
	}
	if s := l.Stats(); s.Protected.Bytes+s.Expendable.Bytes > 1<<20 {
		t.Errorf("%d bytes kept", s.Protected.Bytes+s.Expendable.Bytes)
	}
}

func TestMemoryBoundEvictsOldestProtectedLast(t *testing.T) {
	l := newTestLog(t, Options{Memory: 256 << 10})
	w := l.Writer("w")
	for i := range 20_000 {
		w.Emit(&Event{Kind: Sent, Type: msg.KindCmd, ID: uint64(i + 1), Detail: "a command that is kept for a while"})
	}
	l.Flush()
	s := l.Stats()
	if s.Protected.Evicted == 0 || s.Protected.Bytes > 256<<10 {
		t.Errorf("protected: %+v", s.Protected)
	}
	first, last := l.Span()
	if last != 20_000 || first != s.Protected.Evicted+1 {
		t.Errorf("span %d to %d after %d evictions", first, last, s.Protected.Evicted)
	}
	if _, ok := l.At(first - 1); ok {
		t.Error("an evicted event was found")
	}
	if e, ok := l.At(first); !ok || e.ID != first {
		t.Errorf("oldest: %v %v", e, ok)
	}
}

func TestReaderIsToldHowManyWereEvicted(t *testing.T) {
	l := newTestLog(t, Options{Memory: 1 << 20})
	early := l.NewReader()
	w := l.Writer("first")
	w.Emit(&Event{Kind: Transition, State: Running})
	l.Flush()
	var buf [1]Event
	if early.Next(buf[:]) != 1 || buf[0].Kind != Transition {
		t.Fatalf("first event: %v", buf[0])
	}
	for range 3 { // it stands again and again on what is gone
		flood(l, 2000)
		_, last := l.Span()
		seen, gaps, seq := uint64(0), 0, early.Seq()-1
		missing := uint64(0)
		for _, e := range readFrom(early) {
			if e.Seq <= seq {
				t.Fatalf("seq %d after %d", e.Seq, seq)
			}
			seq = e.Seq
			if e.Kind == Gap {
				gaps++
				missing += e.Count
				continue
			}
			seen++
		}
		if gaps != 1 {
			t.Errorf("%d gap events, want one", gaps)
		}
		if seen+missing != 2200 || seq != last {
			t.Errorf("%d events and %d missing up to %d, want 2200 up to %d", seen, missing, seq, last)
		}
	}
}

func TestWhatIsEvictedWhileTheReaderComesIsCountedOnce(t *testing.T) {
	l := newTestLog(t, Options{Memory: 256 << 10})
	r := l.ReaderAt(1)
	w := l.Writer("w")
	total, seen := uint64(0), uint64(0)
	var buf [50]Event
	for range 60 {
		for range 400 {
			w.Emit(&Event{Kind: Sent, Type: msg.Kind(1 + total%3), ID: total, Detail: "fifty characters or so, to fill the blocks faster"})
			total++
		}
		l.Flush()
		for _, e := range buf[:r.Next(buf[:])] {
			seen += max(1, e.Count)
		}
	}
	for _, e := range readFrom(r) {
		seen += max(1, e.Count)
	}
	if seen != total {
		t.Errorf("%d events seen or counted as missing, %d emitted", seen, total)
	}
}

func TestBacklogDropsExpendableOnly(t *testing.T) {
	l := newTestLog(t, Options{Memory: 64 << 20})
	l.drainer.mu.Lock() // the drainer cannot come by
	w := l.Writer("w")
	kilobyte := strings.Repeat("x", 1024)
	for i := range 20_000 {
		w.Emit(&Event{Kind: Sent, Type: msg.KindData, ID: uint64(i + 1), Detail: kilobyte})
	}
	for range 1000 {
		w.Emit(&Event{Kind: Lint, Detail: kilobyte})
	}
	l.drainer.mu.Unlock()
	l.Flush()
	s := l.Stats()
	if s.Expendable.Dropped == 0 || s.Expendable.Dropped > 5000 {
		t.Fatalf("%d of 20 MB were dropped with room for 16 MB", s.Expendable.Dropped)
	}
	if s.Backlog != 0 {
		t.Errorf("backlog %d after a flush", s.Backlog)
	}
	count := map[Kind]uint64{}
	for _, e := range readAll(l) {
		count[e.Kind] += max(1, e.Count)
	}
	if count[Lint] != 1000 || count[Gap] != s.Expendable.Dropped || count[Sent] != 20_000-s.Expendable.Dropped {
		t.Errorf("got %v with %d dropped", count, s.Expendable.Dropped)
	}
}

func TestTapBoundsBufferHeads(t *testing.T) {
	l := newTestLog(t, Options{Tap: 3 * maxHead})
	w := l.Writer("w")
	buf := bytes.Repeat([]byte{7}, 10_000)
	for range 5 {
		w.Emit(&Event{Kind: Sent, Type: msg.KindVideoFrame, BufLen: int64(len(buf)), BufHead: buf})
	}
	l.Flush()
	for i, e := range readAll(l) {
		want := maxHead
		if i >= 3 {
			want = 0
		}
		if e.BufLen != 10_000 || len(e.BufHead) != want {
			t.Errorf("event %d: buffer of %d, head of %d, want %d", e.Seq, e.BufLen, len(e.BufHead), want)
		}
	}
	if s := l.Stats(); s.Heads != 3*maxHead || s.HeadsCut != 2 {
		t.Errorf("heads %d, cut %d", s.Heads, s.HeadsCut)
	}
}

func TestLargeEventsGetBlocksOfTheirOwn(t *testing.T) {
	l := newTestLog(t, Options{})
	w := l.Writer("w")
	big := []byte(`"` + strings.Repeat("y", 300_000) + `"`)
	for i := range 6 {
		w.Emit(&Event{Kind: Sent, ID: uint64(i + 1), Property: big[:1+i%2*300_000]})
	}
	l.Flush()
	for i, e := range readAll(l) {
		if e.ID != uint64(i+1) || len(e.Property) != 1+i%2*300_000 {
			t.Errorf("event %d: id %d, %d bytes", i+1, e.ID, len(e.Property))
		}
	}
}

func TestReaderAtFindsEverySeq(t *testing.T) {
	l := filled(t, 6000)
	for seq := uint64(1); seq <= 6000; seq += 7 {
		var buf [1]Event
		if n := l.ReaderAt(seq).Next(buf[:]); n != 1 || buf[0].Seq != seq {
			t.Fatalf("ReaderAt(%d): %d, seq %d", seq, n, buf[0].Seq)
		}
		if e, ok := l.At(seq); !ok || e.Seq != seq || e.ID != (seq+2)/3 {
			t.Fatalf("At(%d): %v, seq %d, id %d", seq, ok, e.Seq, e.ID)
		}
	}
	if _, ok := l.At(6001); ok {
		t.Error("found an event that was never there")
	}
	if n := l.ReaderAt(9000).Next(make([]Event, 1)); n != 0 {
		t.Error("a reader behind the end read something")
	}
}

// What stands before a body reads back as it was written, whatever the width of its numbers and whatever follows.
func TestHeadsReadBack(t *testing.T) {
	var edges []uint64
	for width := range 9 {
		edges = append(edges, 1<<(7*width)-1, 1<<(7*width), 1<<(7*width)+0x55)
	}
	buf := make([]byte, 1+recordMax+8)
	for _, later := range append(edges, 1<<64-1) {
		for _, after := range append(edges, 1<<64-1) {
			for _, length := range edges[:9] {
				i := putUvarint(buf, 1, later)
				i = putUvarint(buf, i, after)
				i = putUvarint(buf, i, length)
				for follow := range 8 {
					for k := range follow {
						buf[i+k] = byte(0xff * (follow % 2))
					}
					l, a, n, at := headAt(buf[:i+follow], 1)
					if l != later || a != after || n != int(length) || at != i {
						t.Fatalf("%d, %d, %d before %d bytes: %d, %d, %d, which ends at %d, not at %d", later, after, length, follow, l, a, n, at, i)
					}
				}
			}
		}
	}
}

func TestRecordingKeepsItsSeqsAndHoles(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	l, fill := FromEvents(start)
	for _, seq := range []uint64{5, 6, 90, 0, 300} {
		fill(&Event{Seq: seq, Mono: int64(seq), Kind: Sent})
	}
	var seqs []uint64
	for _, e := range readFrom(l.ReaderAt(1)) {
		seqs = append(seqs, e.Seq)
	}
	if want := []uint64{5, 6, 90, 91, 300}; !reflect.DeepEqual(seqs, want) {
		t.Errorf("got %v, want %v", seqs, want)
	}
	first, last := l.Span()
	if first != 5 || last != 300 || !l.Start().Equal(start) || l.Now() != 300 {
		t.Errorf("span %d to %d, start %v, now %d", first, last, l.Start(), l.Now())
	}
	r := l.ReaderAt(300)
	r.Next(make([]Event, 9))
	if err := r.Wait(t.Context()); err != io.EOF {
		t.Errorf("at the end Wait returned %v", err)
	}
	l.Flush()
	l.Close()
}

func TestWaitEndsWithTheLogOrTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 2)
		go func() { errs <- l.NewReader().Wait(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("after cancel: %v", err)
		}
		go func() { errs <- l.NewReader().Wait(t.Context()) }()
		synctest.Wait()
		l.Close()
		if err := <-errs; err != io.EOF {
			t.Errorf("after close: %v", err)
		}
	})
}

func TestCloseKeepsWhatWasEmittedAndLosesWhatComesLater(t *testing.T) {
	l := New(Options{})
	w, gone := l.Writer("w"), l.Writer("gone")
	gone.Emit(&Event{Kind: Sent})
	gone.Close()
	gone.Emit(&Event{Kind: Handled})
	w.Emit(&Event{Kind: Sent})
	l.Close()
	l.Close()
	w.Emit(&Event{Kind: Handled})
	l.Writer("late").Emit(&Event{Kind: Handled})
	l.Flush()
	all := readAll(l)
	if len(all) != 2 || all[0].Kind != Sent || all[1].Kind != Sent {
		t.Errorf("got %v", all)
	}
	if n := l.Stats().Writers; n != 0 {
		t.Errorf("%d writers after close", n)
	}
}

func TestReadersFollowWhileWritersWrite(t *testing.T) {
	l := New(Options{Memory: 512 << 10})
	var writers, readers sync.WaitGroup
	const each = 20_000
	for i := range 3 {
		writers.Go(func() {
			w := l.Writer("w")
			for n := range each {
				w.Emit(&Event{Kind: Sent, Type: msg.Kind(1 + n%3), ID: uint64(n + 1), Property: []byte(`{"n":1}`), Count: uint64(i)})
			}
		})
	}
	for range 3 {
		readers.Go(func() {
			r := l.ReaderAt(1)
			buf := make([]Event, 100)
			var seq, seen uint64
			for r.Wait(t.Context()) == nil {
				for _, e := range buf[:r.Next(buf)] {
					if e.Seq <= seq {
						t.Errorf("seq %d after %d", e.Seq, seq)
					}
					if seq = e.Seq; e.Kind == Gap {
						seen += e.Count
						continue
					}
					if seen++; string(e.Property) != `{"n":1}` {
						t.Errorf("event %d has property %q", e.Seq, e.Property)
					}
				}
			}
			if _, last := l.Span(); seen < last {
				t.Errorf("%d seen or missing of %d", seen, last)
			}
		})
	}
	writers.Wait()
	l.Close()
	readers.Wait()
}

func TestEmitDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("sync.Pool forgets at random under the race detector")
	}
	l := newTestLog(t, Options{Memory: 1 << 20})
	w := l.Writer("w")
	sent, _, _ := dataEvents()
	if n := testing.AllocsPerRun(2000, func() { w.Emit(&sent) }); n >= 1 {
		t.Errorf("%v allocations an event", n)
	}
}

// TestABlockThatIsNotPublishedHidesNoOther looks at a shelf between the opening of a block and its first publication.
func TestABlockThatIsNotPublishedHidesNoOther(t *testing.T) {
	var s store
	s.init(Options{Memory: 1 << 30, Tap: 1 << 20})
	body := make([]byte, 1000)
	for len(s.shelves[protected].blocks) < 4 {
		s.add(0, 1, protected, body, 0)
	}
	open := s.shelves[protected].open()
	if open.last.Load() != 0 {
		t.Fatal("the open block is published already")
	}
	for seq := uint64(1); seq < open.first; seq++ {
		if b := s.after(protected, seq); b == nil || b.first > seq || b.last.Load() < seq {
			t.Fatalf("event %d of %d is not found", seq, open.first-1)
		}
	}
	if b := s.after(protected, open.first); b != nil {
		t.Errorf("event %d is found before it is published", open.first)
	}
}
