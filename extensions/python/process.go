package python

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"tenbench/engine/trace"
)

// Guard ends what a child leaves behind, also after a sudden end of the bench. *guard.Guard is one.
type Guard interface {
	// Env is the KEY=VALUE that marks a process as the bench's.
	Env() string
	// Add and Remove put a process group under guard and take it off.
	Add(pgid int)
	Remove(pgid int)
	// Marked returns the processes that have a KEY=VALUE in their environment, as far as the system shows it.
	Marked(mark string) []int
}

// The time that each step of an end has before the next one is taken.
const (
	askedToEnd = lastWords
	termToKill = time.Second
	killedIn   = 2 * time.Second // what was killed is gone, unless it forks all the time or the system holds it
	lastOutput = 2 * time.Second // of a child that has ended, if others hold its pipes open
)

// floodNice is the niceness of a child that has printed too much. It keeps a processor busy with that, and at the same weight its
// neighbours often wait for one behind it.
const floodNice = 10

// command is a process to start.
type command struct {
	path   string
	args   []string
	dir    string
	env    []string
	mark   string   // KEY=VALUE that this process and all that it starts carry
	socket *os.File // its end of the connection; closed here in any case
	out    *stream
	err    *stream
	guard  Guard
}

// process is a child and all that it started. Nothing of it is left when done is closed.
type process struct {
	cmd    *exec.Cmd
	mark   string
	guard  Guard
	errs   *stream
	reaped chan struct{} // closed when the child itself is dead
	done   chan struct{}
	how    string // it ended; to be read when done is closed

	ending      sync.Once
	asked, told time.Duration // how long it may take to end when it was asked to, and after SIGTERM
}

// start starts a process in a group of its own.
func (c *command) start() (*process, error) {
	defer c.socket.Close()
	outR, outW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer outW.Close()
	errR, errW, err := os.Pipe()
	if err != nil {
		outR.Close()
		return nil, err
	}
	defer errW.Close()
	cmd := exec.Command(c.path, c.args...)
	cmd.Dir, cmd.Env = c.dir, append(c.env, c.guard.Env(), c.mark)
	cmd.Stdout, cmd.Stderr = outW, errW
	cmd.ExtraFiles = []*os.File{c.socket}
	cmd.SysProcAttr = ownGroup()
	if err := cmd.Start(); err != nil {
		outR.Close()
		errR.Close()
		return nil, err
	}
	p := &process{cmd: cmd, mark: c.mark, guard: c.guard, errs: c.err, reaped: make(chan struct{}), done: make(chan struct{}),
		asked: askedToEnd, told: termToKill}
	p.guard.Add(p.pid())
	var reading sync.WaitGroup
	reading.Go(func() { c.out.read(outR) })
	reading.Go(func() { c.err.read(errR) })
	go p.wait(&reading, outR, errR)
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// wait waits for the process, ends what it left behind, and reads the last of its output.
func (p *process) wait(reading *sync.WaitGroup, pipes ...*os.File) {
	defer close(p.done)
	err := reap(p.cmd)
	close(p.reaped)
	p.guard.Remove(p.pid())
	p.killMarked()
	read := make(chan struct{})
	go func() { reading.Wait(); close(read) }()
	select {
	case <-read:
	case <-time.After(lastOutput):
	}
	for _, pipe := range pipes {
		pipe.Close()
	}
	<-read
	p.how = ending(p.cmd.ProcessState, err)
}

// giveWay has the child and what it started come behind all others where there are too few processors. That holds until it ends: to
// take it back needs privileges. It does nothing to a child that is dead, and to one that comes further behind already.
func (p *process) giveWay() {
	select {
	case <-p.reaped:
	default:
		if niceness(p.pid()) < floodNice {
			lowerGroup(p.pid(), floodNice)
			yieldAtOnce(p.pid())
		}
	}
}

// killMarked kills whatever carries the mark, wherever it went. Something that forks all the time is tried more than once.
func (p *process) killMarked() {
	for began := time.Now(); time.Since(began) < killedIn; {
		left := p.guard.Marked(p.mark)
		if len(left) == 0 {
			return
		}
		for _, pid := range left {
			kill(pid)
		}
		time.Sleep(time.Millisecond) // until they are gone: what is dead has no environment
	}
}

// EndedWell is how a program ended that has nothing to complain of.
const EndedWell = "exited with status 0"

// ending says how a process ended.
func ending(s *os.ProcessState, err error) string {
	if text := signalled(s); text != "" {
		return text
	}
	if s == nil || s.ExitCode() < 0 {
		return fmt.Sprintf("was lost: %v", err)
	}
	return fmt.Sprintf("exited with status %d", s.ExitCode())
}

// endedWell is how a process ends that nothing is wrong with.
const endedWell = "exited with status 0"

// end ends the process: it was asked to go, is told to with SIGTERM, and is killed. It returns when nothing is left.
func (p *process) end() {
	p.ending.Do(func() {
		if p.within(p.asked) {
			return
		}
		termGroup(p.pid())
		if p.within(p.told) {
			return
		}
		killGroup(p.pid())
	})
	<-p.done
}

// died waits until the process has died, and then until nothing is left of it, and reports whether it died within limit.
func (p *process) died(limit time.Duration) bool {
	select {
	case <-p.reaped:
		<-p.done // what it left behind is ended and its output read, within a time of their own
		return true
	case <-time.After(limit):
		return false
	}
}

func (p *process) within(limit time.Duration) bool {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-p.done:
		return true
	case <-t.C:
		return false
	}
}

// cause is the line of what it printed last that says most about its death: the last one that is not empty.
func cause(lines []string) string {
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			return line
		}
	}
	return ""
}

// newStreams are the two streams of a child.
func newStreams(emit func(trace.Level, string)) (out, err *stream) {
	return &stream{level: trace.Info, emit: emit}, &stream{level: trace.Warn, emit: emit}
}
