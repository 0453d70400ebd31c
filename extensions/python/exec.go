package python

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"tenbench/engine"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// Program is a command to run with an engine beside it. Every process of it that uses ten_runtime opens its apps there.
type Program struct {
	Command []string
	Engine  engine.Options    // of the apps; Log must be set
	Opened  func(*engine.App) // called with each app before anything of it runs; may be nil
	Note    func(format string, args ...any)

	Stdin, Stdout, Stderr *os.File
	Captured              *Captured // in place of these three
}

// Captured says where the output of a program goes that must not use the terminal. It has no input then.
type Captured struct {
	Line  func(level trace.Level, line string) // takes each line; of what floods it only a part
	Whole io.Writer                            // takes all as it comes; it is called by one goroutine at a time
	Ended func(how string)                     // says that the program has ended, and how; others of its processes may go on
	Guard Guard
}

// Run runs the program and returns its exit status, 128 and more for a signal, when it and all processes that are connected have
// ended. What it does with its apps is in the log. The error says that it could not be started. When ctx ends, it is told to end
// with SIGTERM and, some time later, killed.
//
// SIGINT, SIGTERM, SIGHUP and SIGQUIT are the program's: they are passed on. If it has ended, they end the wait for the others.
func (p Program) Run(ctx context.Context) (status int, err error) {
	runtime, err := RuntimeDir()
	if err != nil {
		return 0, err
	}
	listener, dir, err := listen()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	defer listener.Close()
	r := &running{p: p, listener: listener, sessions: map[*Session]bool{}, fewer: make(chan struct{}, 1), done: make(chan struct{})}
	if r.cmd, err = p.command(runtime, listener.Addr().String()); err != nil {
		return 0, err
	}
	return r.run(ctx)
}

// command is the process to start.
func (p Program) command(runtime, socket string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(p.Command[0], p.Command[1:]...)
	path := runtime
	if more := os.Getenv("PYTHONPATH"); more != "" {
		path += string(os.PathListSeparator) + more
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.Stdin, p.Stdout, p.Stderr
	cmd.Env = append(os.Environ(), "PYTHONPATH="+path, "TENBENCH="+self, "TENBENCH_SOCKET="+socket, "TENBENCH_FD=")
	return cmd, nil
}

// maxSocketPath is what a socket's address takes on every system, its final zero byte included.
const maxSocketPath = 104

// listen listens in a new folder that nobody else can look into.
func listen() (net.Listener, string, error) {
	var failed error
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/tmp"} {
		if parent == "" {
			continue
		}
		dir, err := os.MkdirTemp(parent, "tenbench-")
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		socket := filepath.Join(dir, "socket")
		if len(socket) >= maxSocketPath {
			err = fmt.Errorf("%s is too long for a socket", socket)
		} else if l, listening := net.Listen("unix", socket); listening == nil {
			return l, dir, nil
		} else {
			err = listening
		}
		os.Remove(dir)
		failed = errors.Join(failed, err)
	}
	return nil, "", failed
}

// running is a Program that runs.
type running struct {
	p        Program
	cmd      *exec.Cmd
	listener net.Listener
	apps     atomic.Int64  // that were opened so far
	done     chan struct{} // closed when the program has ended
	how      string        // it ended; to be read when done is closed

	serving sync.WaitGroup
	fewer   chan struct{} // has something when a session has ended

	mu       sync.Mutex
	sessions map[*Session]bool
	ended    bool // nobody is waited for any more
}

func (r *running) run(ctx context.Context) (int, error) {
	signals, quiet := catch()
	defer quiet()
	if r.p.Captured != nil {
		read, err := r.capture()
		if err != nil {
			return 0, err
		}
		defer read()
	}
	if err := r.cmd.Start(); err != nil {
		return 0, err
	}
	if c := r.p.Captured; c != nil {
		c.Guard.Add(r.cmd.Process.Pid)
	}
	go r.wait()
	r.serving.Go(r.accept)
	r.attend(ctx, signals)
	r.waitForOthers(ctx, signals)
	r.listener.Close()
	r.end()
	r.serving.Wait()
	return exitStatus(r.cmd.ProcessState), nil
}

// wait waits for the program.
func (r *running) wait() {
	err := r.cmd.Wait()
	r.how = trace.TheProcess + ending(r.cmd.ProcessState, err)
	if c := r.p.Captured; c != nil {
		c.Ended(ending(r.cmd.ProcessState, err))
	}
	close(r.done)
}

// attend passes signals on until the program has ended.
func (r *running) attend(ctx context.Context, signals <-chan os.Signal) {
	stop := ctx.Done()
	var late <-chan time.Time
	for {
		select {
		case <-r.done:
			return
		case s := <-signals:
			if r.p.Captured != nil || !fromTerminal(s) {
				_ = r.cmd.Process.Signal(s) // it may have ended this moment
			}
		case <-stop:
			stop, late = nil, time.After(termedToKill)
			r.endGroup(termGroup)
		case <-late:
			r.endGroup(killGroup)
		}
	}
}

// termedToKill is what a program has that is told to end: on_stop and on_deinit take their time.
const termedToKill = 15 * time.Second

// endGroup signals the whole group of a captured program: it may be a shell that has the real one run.
func (r *running) endGroup(signal func(pgid int)) {
	if r.p.Captured != nil {
		signal(r.cmd.Process.Pid)
		return
	}
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
}

// othersAfter is when somebody is told that the program has ended and others of its processes have not.
const othersAfter = time.Second

// waitForOthers waits, when the program has ended, until no other process is connected.
func (r *running) waitForOthers(ctx context.Context, signals <-chan os.Signal) {
	late := time.NewTimer(othersAfter)
	defer late.Stop()
	for names := r.connected(); len(names) > 0; names = r.connected() {
		select {
		case <-signals:
			return
		case <-ctx.Done():
			return
		case <-r.fewer:
		case <-late.C:
			r.p.Note("%s has ended, but not yet %s; a signal ends the wait", r.p.Command[0], strings.Join(names, ", "))
		}
	}
}

// connected names the processes that are connected.
func (r *running) connected() (names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for s := range r.sessions {
		hello := s.Hello()
		names = append(names, fmt.Sprintf("process %d (%s)", hello.PID, strings.Join(hello.Argv, " ")))
	}
	return names
}

// accept serves the processes that connect until the listener is closed.
func (r *running) accept() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return
		}
		opt := SessionOptions{Engine: r.p.Engine, Role: wire.Program, Lints: true, Slow: r.p.Engine.Slow, Level: r.p.Engine.LogLevel,
			Name: r.name, Opened: r.p.Opened, Shown: r.p.Captured != nil}
		s := NewSession(conn, opt)
		r.mu.Lock()
		late := r.ended
		if !late {
			r.sessions[s] = true
			r.serving.Go(func() { r.serve(s) })
		}
		r.mu.Unlock()
		if late {
			s.Close("the program has ended")
		}
	}
}

// name tells the apps of a run apart, whichever process opens them.
func (r *running) name() string {
	if n := r.apps.Add(1); n > 1 {
		return fmt.Sprintf("app %d", n)
	}
	return ""
}

func (r *running) serve(s *Session) {
	err := s.Serve()
	s.Close(r.reason(s, err))
	r.mu.Lock()
	delete(r.sessions, s)
	r.mu.Unlock()
	select {
	case r.fewer <- struct{}{}:
	default: // it is known already
	}
}

// reason says what became of a process whose connection ended with err.
func (r *running) reason(s *Session, err error) string {
	if s.Hello().PID == r.cmd.Process.Pid {
		t := time.NewTimer(time.Second)
		defer t.Stop()
		select {
		case <-r.done:
			return r.how
		case <-t.C: // it lives, and has only closed the connection
		}
	}
	return err.Error()
}

// end ends the sessions that there still are.
func (r *running) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	for s := range r.sessions {
		go s.Close("tenbench was told not to wait for it")
	}
}

// exitStatus is the status that a shell would give for the process.
func exitStatus(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

// engineFD is where a program that starts an engine of its own puts the connection.
const engineFD = 3

// unread is what such an engine keeps of its trace, which nobody reads.
var unread = trace.Options{Memory: 4 << 20, Tap: 1 << 20}

// ServeProgram is the engine of the program that started this process and holds the other end of its connection. It returns when
// the connection or ctx has ended.
func ServeProgram(ctx context.Context) error {
	f := os.NewFile(engineFD, "program")
	conn, err := net.FileConn(f)
	if err != nil {
		return fmt.Errorf("`tenbench engine` is started by ten_runtime, with a socket as file %d: %w", engineFD, err)
	}
	f.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	log := trace.New(unread)
	defer log.Close()
	s := NewSession(conn, SessionOptions{Engine: engine.Options{Log: log}, Role: wire.Program})
	s.Close(s.Serve().Error())
	return nil
}
