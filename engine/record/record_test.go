package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// roundTrip is what one command from relay to greeter and its answer leave in the trace.
func roundTrip(id uint64) []trace.Event {
	hello, relay, greeter, demo := trace.Intern("hello"), trace.Intern("relay"), trace.Intern("greeter"), trace.Intern("demo")
	base := trace.Event{Graph: demo, ID: id, Type: msg.KindCmd, Name: hello, From: relay, To: greeter}
	sent, delivered, result, handled := base, base, base, base
	sent.Kind, sent.Extension, sent.Debtor, sent.Bytes = trace.Sent, relay, trace.DebtorQueue, 30
	sent.Property, sent.Source = fmt.Appendf(nil, `{"name":"Ada","n":%d}`, id), trace.Intern("relay/relay.go:41")
	delivered.Kind, delivered.Extension, delivered.Debtor, delivered.QueuedNS = trace.Delivered, greeter, trace.DebtorHandler, 1500+int64(id%700)
	result.Kind, result.Extension, result.Type, result.Final, result.By = trace.Result, greeter, msg.KindResult, true, trace.ByHandler
	result.LatencyNS, result.Property = 84_000+int64(id*7919%40_000), fmt.Appendf(nil, `{"text":"Hello, Ada!","n":%d}`, id)
	handled.Kind, handled.Extension, handled.LatencyNS = trace.Handled, greeter, 60_000+int64(id*104729%30_000)
	return []trace.Event{sent, delivered, result, handled}
}

func emit(log *trace.Log, from, to uint64) {
	w := log.Writer("test")
	defer w.Close()
	for id := from; id < to; id++ {
		events := roundTrip(id)
		for i := range events {
			w.Emit(&events[i])
		}
	}
	log.Flush()
}

func start(t *testing.T, log *trace.Log, opt Options) *Recorder {
	t.Helper()
	if opt.Dir == "" && opt.File == "" {
		opt.Dir = t.TempDir()
	}
	r, err := Start(log, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func open(t *testing.T, path string) *Run {
	t.Helper()
	run, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// text is a log as its JSON lines.
func text(log *trace.Log) []string {
	var lines []string
	r := log.NewReader()
	buf := make([]trace.Event, 64)
	for n := r.Next(buf); n > 0; n = r.Next(buf) {
		for i := range buf[:n] {
			lines = append(lines, string(buf[i].AppendJSON(nil, log.Start())))
		}
	}
	return lines
}

func TestRunIsReadBackAsItWas(t *testing.T) {
	log := trace.New(trace.Options{})
	defer log.Close()
	r := start(t, log, Options{Graph: "demo", Version: "1.2", Graphs: []byte(`[{"name":"demo"}]`)})
	emit(log, 1, 500)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	run := open(t, r.Path())
	if want, got := strings.Join(text(log), "\n"), strings.Join(text(run.Log()), "\n"); got != want {
		t.Errorf("read back:\n%.500s\nwant:\n%.500s", got, want)
	}
	h := run.Header
	if h.Format != Format || h.Graph != "demo" || h.Tenbench != "1.2" || string(h.Graphs) != `[{"name":"demo"}]` || !h.Start.Equal(log.Start()) {
		t.Errorf("header %+v", h)
	}
	if run.Damage != "" || run.Live || run.Missing != 0 || run.Lacks() != "" || run.Events != 4*499 {
		t.Errorf("damage %q, live %v, missing %d, events %d", run.Damage, run.Live, run.Missing, run.Events)
	}
	info, err := os.Stat(r.Path())
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != r.Written() {
		t.Errorf("mode %v, size %d, written %d, error %v", info.Mode(), info.Size(), r.Written(), err)
	}
}

func TestClosedLogEndsTheFileByItself(t *testing.T) {
	log := trace.New(trace.Options{})
	r := start(t, log, Options{})
	emit(log, 1, 3)
	log.Close()
	<-r.done
	if run := open(t, r.Path()); run.Events != 8 || run.Live {
		t.Errorf("%d events, live %v; want 8 in a finished file", run.Events, run.Live)
	}
}

func TestLiveFileIsASecondBehindAtMost(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := trace.New(trace.Options{})
		defer log.Close()
		r, err := Start(log, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		emit(log, 1, 2)
		if run := open(t, r.Path()); run.Events != 0 || !run.Live {
			t.Errorf("%d events, live %v before a second has passed", run.Events, run.Live)
		}
		time.Sleep(frameEvery + 50*time.Millisecond)
		synctest.Wait()
		if run := open(t, r.Path()); run.Events != 4 {
			t.Errorf("%d events after a second, want 4", run.Events)
		}
	})
}

func TestSnapshotOfARunIsItsLast(t *testing.T) {
	log := trace.New(trace.Options{})
	defer log.Close()
	r := start(t, log, Options{})
	w := log.Writer("test")
	for _, state := range []string{"start", "running"} {
		w.Emit(&trace.Event{Kind: trace.SnapshotTaken, Property: []byte(`{"nodes":[{"extension":"a","state":"` + state + `","handlers":[]}],"paths":[]}`)})
	}
	emit(log, 1, 2)
	r.Close()
	s := open(t, r.Path()).Snapshot()
	if len(s.Nodes) != 1 || s.Nodes[0].State != "running" {
		t.Errorf("snapshot %+v", s)
	}
	if s := (&Run{}).Snapshot(); s.Nodes != nil {
		t.Errorf("a run without a snapshot has %+v", s)
	}
}

func TestBuffersAreCutUnlessWanted(t *testing.T) {
	for _, tc := range []struct {
		whole bool
		want  int
	}{{false, 64}, {true, 1000}} {
		log := trace.New(trace.Options{})
		r := start(t, log, Options{Buffers: tc.whole})
		log.Writer("test").Emit(&trace.Event{Kind: trace.Sent, Type: msg.KindAudioFrame, BufLen: 5000, BufHead: make([]byte, 1000)})
		log.Close()
		r.Close()
		e, _ := open(t, r.Path()).Log().At(1)
		if len(e.BufHead) != tc.want || e.BufLen != 5000 {
			t.Errorf("buffers %v: %d bytes of %d kept, want %d", tc.whole, len(e.BufHead), e.BufLen, tc.want)
		}
	}
}

// fakeDisk is a sink that can hang and be full.
type fakeDisk struct {
	mu    sync.Mutex
	bytes []byte
	full  bool
	hang  chan struct{} // closed: not hanging
}

var errFull = errors.New("no space left on device")

func (d *fakeDisk) Write(p []byte) (int, error) {
	if d.hang != nil {
		<-d.hang
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		d.bytes = append(d.bytes, p[:len(p)/2]...)
		return len(p) / 2, errFull
	}
	d.bytes = append(d.bytes, p...)
	return len(p), nil
}

func (d *fakeDisk) Truncate(n int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bytes = d.bytes[:n]
	return nil
}
func (d *fakeDisk) Seek(n int64, _ int) (int64, error) { return n, nil }
func (d *fakeDisk) Close() error                       { return nil }
func (d *fakeDisk) Name() string                       { return "disk" }

func (d *fakeDisk) setFull(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func (d *fakeDisk) run(t *testing.T) *Run {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run")
	if err := os.WriteFile(path, d.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

func onDisk(log *trace.Log, opt Options, disk sink) *Recorder {
	r := newRecorder(log, opt, disk)
	if err := r.writeHeader(); err != nil {
		panic(err)
	}
	go r.run()
	return r
}

func TestHangingDiskCostsAGapAndHoldsNobodyUp(t *testing.T) {
	log := trace.New(trace.Options{Memory: 256 << 10})
	defer log.Close()
	disk := &fakeDisk{hang: make(chan struct{})}
	r := newRecorder(log, Options{}, disk)
	go r.run()
	r.writeHeaderLater(t, disk)
	emit(log, 1, 12_000) // more than memory holds, and no one reads meanwhile
	close(disk.hang)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	run := disk.run(t)
	if run.Missing == 0 || run.Missing != r.Skipped() {
		t.Errorf("%d missing, %d skipped; want the same number", run.Missing, r.Skipped())
	}
	if _, last := log.Span(); run.Missing+run.Events-gaps(run) != last {
		t.Errorf("%d read and %d missing of %d", run.Events-gaps(run), run.Missing, last)
	}
}

// writeHeaderLater puts the header where a disk that hangs cannot.
func (r *Recorder) writeHeaderLater(t *testing.T, disk *fakeDisk) {
	t.Helper()
	line, err := Header{Format: Format, Start: r.log.Start()}.line()
	if err != nil {
		t.Fatal(err)
	}
	disk.mu.Lock()
	disk.bytes = append(newOutput(nil).frame(line), disk.bytes...)
	disk.mu.Unlock()
}

func gaps(run *Run) (n uint64) {
	for _, line := range text(run.Log()) {
		if strings.Contains(line, `"kind":"gap"`) {
			n++
		}
	}
	return n
}

func TestHungDiskDoesNotHoldCloseUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := trace.New(trace.Options{})
		defer log.Close()
		disk := &fakeDisk{hang: make(chan struct{})}
		r := newRecorder(log, Options{}, disk)
		go r.run()
		emit(log, 1, 2)
		begun := time.Now()
		if err := r.Close(); err == nil || !strings.Contains(err.Error(), "did not take the last events") {
			t.Errorf("Close returned %v", err)
		}
		if took := time.Since(begun); took != closeTimeout {
			t.Errorf("Close took %s", took)
		}
		close(disk.hang)
		<-r.done
	})
}

func TestFullDiskIsAGapUntilThereIsRoomAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := trace.New(trace.Options{})
		defer log.Close()
		disk := &fakeDisk{}
		r := onDisk(log, Options{}, disk)
		next := uint64(1)
		second := func() {
			emit(log, next, next+10)
			next += 10
			time.Sleep(2 * frameEvery)
			synctest.Wait()
		}
		second()
		disk.setFull(true)
		second()
		second()
		disk.setFull(false)
		second()
		if err := r.Close(); !errors.Is(err, errFull) {
			t.Errorf("Close returned %v, want the first error of writing", err)
		}
		run := disk.run(t)
		if run.Damage != "" || run.Missing != 80 || r.Skipped() != 80 || run.Events != 81 {
			t.Errorf("damage %q, missing %d, skipped %d, events %d; want none, 80, 80 and 80 with one gap", run.Damage, run.Missing, r.Skipped(), run.Events)
		}
		if lacks := run.Lacks(); !strings.Contains(lacks, "lacks 80 events") {
			t.Errorf("read back, it says: %s", lacks)
		}
		if e, _ := run.Log().At(120); e.Kind != trace.Gap || e.Count != 80 {
			t.Errorf("event 120 is %s with count %d", e.Kind, e.Count)
		}
	})
}

func TestFileStopsAtItsLimitWithAGap(t *testing.T) {
	const limit = 100 << 10
	log := trace.New(trace.Options{})
	defer log.Close()
	told := make(chan string, 1)
	r := start(t, log, Options{Max: 4 * limit, OnFull: func(why string) { told <- why }})
	emit(log, 1, 8_000)
	if why := <-told; !strings.Contains(why, "raise max") {
		t.Errorf("told that %s", why)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	run := open(t, r.Path())
	if r.Written() > limit+lastWords || run.Events < 1000 || !r.Full() {
		t.Errorf("%d bytes written, limit %d, full %v; %d events", r.Written(), limit, r.Full(), run.Events)
	}
	_, last := log.Span()
	if got := run.Events - gaps(run) + run.Missing; got != last || r.Skipped() != run.Missing {
		t.Errorf("%d read or missing of %d; skipped %d, missing %d", got, last, r.Skipped(), run.Missing)
	}
	lines := text(run.Log())
	if tail := lines[len(lines)-1]; !strings.Contains(tail, "a quarter of [record] max") {
		t.Errorf("the file ends with %s", tail)
	}
	if end, ran := run.Log().Now(), newest(log); end >= ran {
		t.Errorf("the file ends at %s, as the run did: what it leaves open would be as old", time.Duration(end))
	}
	if lacks := run.Lacks(); !strings.Contains(lacks, "Recorded up to") || !strings.Contains(lacks, "raise max") {
		t.Errorf("read back, it says: %s", lacks)
	}
}

// newest is when the newest event of a log was.
func newest(log *trace.Log) int64 {
	_, last := log.Span()
	e, _ := log.At(last)
	return e.Mono
}

func BenchmarkRecord(b *testing.B) {
	log := trace.New(trace.Options{Memory: 1 << 30})
	defer log.Close()
	const commands = 200_000
	emit(log, 1, commands)
	first, last := log.Span()
	b.ResetTimer()
	var size int64
	for b.Loop() {
		r, err := Start(log, Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		size = r.Written()
	}
	events := float64(last - first + 1)
	b.ReportMetric(events*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(size)/events, "B/event")
}
