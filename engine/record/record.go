package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tenbench/engine/trace"
)

// Options say what to record and where. The zero Options record into the user's state folder without limits.
type Options struct {
	File    string          // write this file; "" makes one in Dir
	Dir     string          // "" is StateDir()
	Graph   string          // for the header and the file's name
	Version string          // of the program
	Graphs  json.RawMessage // what Header.Graphs will hold; the caller has masked its secrets
	Keep    int             // run files in Dir, this one included; 0 is no limit
	Max     int64           // bytes of all run files in Dir; this one ends at a quarter of it; 0 is no limit
	Buffers bool            // keep buffer heads whole instead of their first 64 bytes

	// OnFull is told, once and while the recording goes on, that the file reached its limit, and what can be done; nil tells nobody.
	OnFull func(why string)
}

const (
	frameBytes   = 1 << 20     // a frame ends here
	frameEvery   = time.Second // or when its first event is so old
	shortHead    = 64
	maxProperty  = 8 << 20 // a line stays below what Open accepts
	maxDetail    = 1 << 20
	lastWords    = 512 // bytes kept free for the last gap line
	reachedLimit = "the run file reached a quarter of [record] max and ends here; raise max to record more"
	closeTimeout = 5 * time.Second // for the tail, if the disk hangs
)

// Recorder writes a log into a run file until it is closed or the log ends.
type Recorder struct {
	opt    Options
	dir    string // whose retention it keeps; "" with Options.File
	log    *trace.Log
	reader *trace.Reader
	out    *output
	limit  int64 // bytes of this file

	stop    context.CancelFunc
	stopped context.Context
	done    chan struct{}

	written atomic.Int64
	skipped atomic.Uint64

	// What follows belongs to run.
	block  block
	gap    gap
	full   atomic.Bool // the file reached its limit
	pruned int64       // the file's size when the folder's limits were kept last

	mu  sync.Mutex
	err error // the first one
}

// Start creates the run file, keeps the folder's limits and begins to record log, from the oldest event it holds.
func Start(log *trace.Log, opt Options) (*Recorder, error) {
	file, dir, err := create(opt, time.Now())
	if err != nil {
		return nil, err
	}
	r := newRecorder(log, opt, file)
	r.dir = dir
	if err := r.writeHeader(); err != nil {
		file.Close()
		return nil, fmt.Errorf("record in %s: %w", file.Name(), err)
	}
	r.prune()
	go r.run()
	return r, nil
}

func newRecorder(log *trace.Log, opt Options, file sink) *Recorder {
	r := &Recorder{opt: opt, log: log, reader: log.NewReader(), out: newOutput(file), limit: opt.Max / 4, done: make(chan struct{})}
	r.stopped, r.stop = context.WithCancel(context.Background()) // ended by Close, not by whoever opened the run
	return r
}

func (r *Recorder) writeHeader() error {
	h := Header{Format: Format, Tenbench: r.opt.Version, Graph: r.opt.Graph, Start: r.log.Start(), Graphs: r.opt.Graphs}
	line, err := h.line()
	if err != nil {
		return err
	}
	n, err := r.out.write(r.out.frame(line))
	r.written.Store(n)
	return err
}

// Path returns the file's name.
func (r *Recorder) Path() string { return r.out.file.Name() }

// Written returns the size of the file so far. It is safe for concurrent use.
func (r *Recorder) Written() int64 { return r.written.Load() }

// Progress returns the size of the file so far, and how many events are not in it. It is safe for concurrent use.
func (r *Recorder) Progress() (written int64, skipped uint64) { return r.Written(), r.Skipped() }

// Skipped returns how many events are not in the file, because the disk was slow or full or the file reached its limit.
func (r *Recorder) Skipped() uint64 { return r.skipped.Load() }

// Full reports that the file reached its limit, a quarter of Max: nothing more is recorded. It is safe for concurrent use.
func (r *Recorder) Full() bool { return r.full.Load() }

// Err returns the first error of writing. The recorder goes on after it: a full disk may have room again.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *Recorder) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil && err != nil {
		r.err = fmt.Errorf("record in %s: %w", r.Path(), err)
	}
}

// Close writes what the log holds and ends the file. If the disk does not take the rest within five seconds it says so and
// gives up. Calls after the first wait for it too.
func (r *Recorder) Close() error {
	r.log.Flush()
	r.stop()
	patience := time.NewTimer(closeTimeout)
	defer patience.Stop()
	select {
	case <-r.done:
		return r.Err()
	case <-patience.C:
		return fmt.Errorf("record in %s: the disk did not take the last events within %s", r.Path(), closeTimeout)
	}
}

func (r *Recorder) run() {
	defer close(r.done)
	buf := make([]trace.Event, 256)
	for {
		stopping := r.stopped.Err() != nil // asked before reading: what was flushed before Close is read
		n := r.reader.Next(buf)
		r.take(buf[:n])
		if n == 0 && (stopping || !r.wait()) {
			break
		}
	}
	r.finish()
}

// wait returns false at the end of the log. It returns early when a frame is due.
func (r *Recorder) wait() bool {
	ctx := r.stopped
	if len(r.block.lines) > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, r.block.begun.Add(frameEvery))
		defer cancel()
	}
	return !errors.Is(r.reader.Wait(ctx), io.EOF)
}

// take puts events into the block and writes it when it is due.
func (r *Recorder) take(events []trace.Event) {
	for i := range events {
		e := &events[i]
		if e.Kind == trace.Gap {
			r.skipped.Add(e.Count)
		} else if r.full.Load() {
			r.skipped.Add(1)
		}
		if r.full.Load() {
			r.gap.add(e)
			continue
		}
		r.add(e)
		if len(r.block.lines) >= frameBytes {
			r.write()
		}
	}
	if len(r.block.lines) > 0 && time.Since(r.block.begun) >= frameEvery {
		r.write()
	}
}

// add puts one event into the block.
func (r *Recorder) add(e *trace.Event) {
	if len(r.block.lines) == 0 {
		r.begin()
	}
	line := *e
	if !r.opt.Buffers && len(line.BufHead) > shortHead {
		line.BufHead = line.BufHead[:shortHead]
	}
	if len(line.Property) > maxProperty {
		line.Property = nil // Bytes still says how large they were
	}
	if len(line.Detail) > maxDetail {
		line.Detail = line.Detail[:maxDetail]
	}
	r.block.add(e, append(line.AppendJSON(r.block.lines, r.log.Start()), '\n'))
}

// begin starts a block; what is missing before it is its first line.
func (r *Recorder) begin() {
	r.block.begun, r.block.loss = time.Now(), r.gap
	if r.gap.count > 0 {
		r.block.lines = append(r.gap.event().AppendJSON(r.block.lines, r.log.Start()), '\n')
		r.gap = gap{}
	}
}

// write makes a frame of the block. A block that cannot be written becomes a gap.
func (r *Recorder) write() {
	if len(r.block.lines) == 0 {
		return
	}
	frame := r.out.frame(r.block.lines)
	if r.limit > 0 && r.written.Load()+int64(len(frame))+lastWords > r.limit {
		r.drop()
		r.full.Store(true)
		r.writeGap()
		if r.opt.OnFull != nil && r.stopped.Err() == nil { // at the end the summary says it
			r.opt.OnFull(reachedLimit)
		}
		return
	}
	r.writeFrame(frame)
	r.prune()
}

func (r *Recorder) writeFrame(frame []byte) {
	size, err := r.out.write(frame)
	r.written.Store(size)
	if err != nil {
		r.note(err)
		r.drop()
		return
	}
	r.block.reset()
}

func (r *Recorder) drop() {
	r.gap = r.block.loss
	r.skipped.Add(r.block.events)
	r.block.reset()
}

// writeGap writes what is missing up to now, beyond the limit if need be.
func (r *Recorder) writeGap() {
	if r.gap.count == 0 {
		return
	}
	if r.full.Load() {
		r.gap.detail = reachedLimit
	}
	r.begin()
	r.writeFrame(r.out.frame(r.block.lines))
}

// finish writes the tail and ends the file.
func (r *Recorder) finish() {
	r.write()
	r.writeGap()
	r.note(r.out.close())
}
