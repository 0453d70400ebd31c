package python

import (
	"io"
	"os"
	"sync"
	"time"
)

// capture has the program start in a group of its own, with its output read. The function that is returned waits for the last of that.
func (r *running) capture() (finish func(), err error) {
	var ends, files []*os.File
	for range 2 {
		in, out, err := os.Pipe()
		if err != nil {
			closeAll(append(ends, files...))
			return nil, err
		}
		ends, files = append(ends, in), append(files, out)
	}
	c := r.p.Captured
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = nil, files[0], files[1]
	r.cmd.Env = append(r.cmd.Env, c.Guard.Env())
	r.cmd.SysProcAttr = ownGroup()
	out, errs := newStreams(c.Line)
	whole := &shared{w: c.Whole}
	out.whole, errs.whole = whole, whole
	read := make(chan struct{})
	var reading sync.WaitGroup
	reading.Go(func() { out.read(ends[0]) })
	reading.Go(func() { errs.read(ends[1]) })
	go func() { reading.Wait(); close(read) }()
	return func() {
		closeAll(files)
		select {
		case <-read:
		case <-time.After(lastOutput): // others hold the pipes open
		}
		closeAll(ends)
		<-read
		if p := r.cmd.Process; p != nil {
			c.Guard.Remove(p.Pid)
		}
	}, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// shared is a writer that two goroutines write to.
type shared struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(b)
}
