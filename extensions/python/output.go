package python

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// output is what a session has to say. Frames are appended in order; whoever appends first also writes, all that has come together
// meanwhile in one call, and only as much as the socket takes at once: the rest is the writer goroutine's. While a reader works
// through a batch writing is held back, so that all that follows from one read goes out in one write to each process. See readers.
//
// It grows with results and lifecycle frames that the process does not read; messages are bounded by their credit.
type output struct {
	s   *Session
	raw syscall.RawConn // nil: only the writer goroutine writes

	mu      sync.Mutex
	ready   bool // HELLO was answered; before, everything waits
	ended   bool
	held    bool // readers has it and will flush
	busy    bool // somebody flushes
	full    net.Buffers
	tail    []byte
	spare   []byte  // the memory of a tail that was written
	reuse   []byte  // will be the next spare
	dirty   []*host // whose mailbox may have something
	resting []*host // dirty's other half

	// Of whoever flushes:
	left   net.Buffers // taken from full, not written yet
	chunk  []byte
	wrote  int
	failed error
	try    func(fd uintptr) bool

	once sync.Once
	more chan struct{} // to the writer goroutine: left has what did not fit
	quit chan struct{}
}

// A buffer of this size or more is not copied behind its frame's head.
const ownSegment = 32 << 10

func (o *output) start(s *Session) {
	o.s = s
	o.more, o.quit = make(chan struct{}, 1), make(chan struct{})
	if c, ok := s.conn.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			o.raw = raw
		}
	}
	o.try = func(fd uintptr) bool {
		o.wrote, o.failed = tryWrite(fd, o.chunk)
		return true // never wait
	}
	go o.run()
}

// put appends frames and lets them go out.
func (o *output) put(frames func(dst []byte) []byte) {
	o.mu.Lock()
	if o.ended {
		o.mu.Unlock()
		return
	}
	o.tail = frames(o.tail)
	o.kick()
}

// message is put for a frame whose buffer is to follow its head. The error is that of head, which then appended nothing.
func (o *output) message(head func(dst []byte) ([]byte, error), buffer []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return nil
	}
	var err error
	if o.tail, err = head(o.tail); err != nil {
		return err
	}
	if len(buffer) < ownSegment {
		o.tail = append(o.tail, buffer...)
		return nil
	}
	o.full = append(o.full, o.tail, buffer)
	o.tail = nil
	return nil
}

// wake says that h may have messages to send.
func (o *output) wake(h *host) {
	o.mu.Lock()
	if o.ended || h.dirty {
		o.mu.Unlock()
		return
	}
	h.dirty = true
	o.dirty = append(o.dirty, h)
	o.kick()
}

// kick flushes unless somebody does or will; it is called with the lock held and releases it.
func (o *output) kick() {
	if !o.held && o.ready && !o.busy {
		o.held = inBatch.hold(o)
	}
	if o.held {
		o.mu.Unlock()
		return
	}
	o.begin()
}

// begin flushes unless somebody does; it is called with the lock held and releases it.
func (o *output) begin() {
	if !o.ready || o.busy {
		o.mu.Unlock()
		return
	}
	o.busy = true
	o.mu.Unlock()
	o.flush()
}

// readers holds the outputs back that get something while a reader of any session works through a batch: each frame of it may be
// for another process, and a write for each frame costs more than all else that is done about it. The engine does not say whose
// frame it is that leads to a message, so what others say meanwhile waits too; no longer than a batch takes, for no reader ever
// waits. Its lock comes after an output's.
type readers struct {
	mu   sync.Mutex
	busy int // readers in a batch
	held []*output
}

// inBatch are the readers of this process.
var inBatch readers

// pieceFrames is how many frames of a batch the outputs wait for at most.
const pieceFrames = 64

// hold keeps o until release; false if no reader is in a batch.
func (r *readers) hold(o *output) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy > 0 {
		r.held = append(r.held, o)
	}
	return r.busy > 0
}

// begin says that a reader has a batch of frames; end, which must follow, that it is through.
func (r *readers) begin() {
	r.mu.Lock()
	r.busy++
	r.mu.Unlock()
}

func (r *readers) end() {
	r.mu.Lock()
	r.busy--
	r.mu.Unlock()
	r.release()
}

// release writes what was held back until now.
func (r *readers) release() {
	r.mu.Lock()
	held := r.held
	r.held = nil
	r.mu.Unlock()
	for _, o := range held {
		o.mu.Lock()
		o.held = false
		o.begin()
	}
}

// open lets everything out, behind these frames.
func (o *output) open(first []byte) {
	o.mu.Lock()
	if o.ready {
		o.tail = append(o.tail, first...)
	} else {
		o.full = append(net.Buffers{first}, o.full...)
	}
	o.ready = true
	o.kick()
}

// flush writes until there is nothing more. The caller has set busy.
func (o *output) flush() {
	for {
		o.mu.Lock()
		hosts := o.dirty
		o.dirty, o.resting = o.resting[:0], hosts
		for _, h := range hosts {
			h.dirty = false
		}
		o.mu.Unlock()
		for _, h := range hosts {
			h.pump()
		}
		if !o.take() {
			return
		}
		if !o.writeNow() {
			o.more <- struct{}{} // the writer goes on, and is the one that flushes
			return
		}
	}
}

// take moves what is to be written to left; false if there is nothing, and nobody flushes any more.
func (o *output) take() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.reuse != nil { // written by now
		o.spare, o.reuse = o.reuse[:0], nil
	}
	if len(o.tail) > 0 {
		if cap(o.tail) <= 4*ownSegment {
			o.reuse = o.tail
		}
		o.full = append(o.full, o.tail)
		o.tail, o.spare = o.spare, nil
	}
	if len(o.full) == 0 {
		o.busy = len(o.dirty) > 0 // somebody woke up meanwhile
		return o.busy
	}
	o.left, o.full = o.full, nil
	return true
}

// writeNow writes what the socket takes at once; false if something is left.
func (o *output) writeNow() bool {
	if o.raw == nil {
		return len(o.left) == 0
	}
	for len(o.left) > 0 {
		b := o.left[0]
		for len(b) > 0 {
			o.chunk = b
			if err := o.raw.Write(o.try); err != nil || o.failed != nil {
				o.left[0] = b
				return false // the writer meets the error too
			}
			b = b[o.wrote:]
			o.left[0] = b
		}
		o.left = o.left[1:]
	}
	return true
}

// run is the writer goroutine: it writes what did not fit, and waits for that alone.
func (o *output) run() {
	for {
		select {
		case <-o.more:
		case <-o.quit:
			return
		}
		if _, err := o.left.WriteTo(o.s.conn); err != nil {
			o.stop()
			o.s.conn.Close() // the reader learns of it
			return
		}
		o.flush()
	}
}

// stop lets nothing more in.
func (o *output) stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	o.full, o.tail, o.dirty = nil, nil, nil
}

// end ends the writer goroutine; what is not written yet never is.
func (o *output) end() {
	o.stop()
	o.once.Do(func() { close(o.quit) })
}

// drain waits until all is written, for that time at most.
func (o *output) drain(limit time.Duration) {
	deadline := time.Now().Add(limit)
	for time.Now().Before(deadline) {
		o.mu.Lock()
		idle := !o.busy && !o.held
		o.mu.Unlock()
		if idle {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
