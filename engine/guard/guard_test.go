//go:build linux || darwin

package guard

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/creack/pty"
)

// The test binary plays every part: a shell that leads the terminal's session, a bench below it with children of its own, and
// the guard. A part is named in envPart; the files of a part, by number, are these.
const (
	envPart = "TENBENCH_GUARD_TEST"
	envTale = "TENBENCH_GUARD_TALE"

	fdReport = 3 // written: what the bench has to say
	fdOrders = 4 // read: one byte is an order to the bench
	fdEnd    = 5 // read: its end is the end of the test
	fdLives  = 6 // held open by the children: its end means that none is left
)

func TestMain(m *testing.M) {
	if Child() {
		return
	}
	switch os.Getenv(envPart) {
	case "":
		os.Exit(m.Run())
	case "shell":
		shell()
	case "bench":
		bench(os.Getenv(envTale))
	case "child":
		child()
	}
}

func inherited(fd int, name string) *os.File {
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), name)
}

func files() (report, orders, end, lives *os.File) {
	return inherited(fdReport, "report"), inherited(fdOrders, "orders"), inherited(fdEnd, "end"), inherited(fdLives, "lives")
}

func again(part string, files ...*os.File) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envPart+"="+part)
	cmd.ExtraFiles = files
	return cmd
}

func shell() {
	report, orders, end, lives := files()
	cmd := again("bench", report, orders, end, lives)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	lives.Close()
	cmd.Wait()
	fmt.Fprintln(report, "ended")
	io.Copy(io.Discard, end)
}

func bench(tale string) {
	report, orders, end, lives := files()
	tty := os.Stdin
	if tale == "no terminal" {
		tty = nil
	}
	g, err := Start(tty)
	if err != nil {
		panic(err)
	}
	if tty != nil {
		makeRaw(tty)
		fmt.Fprint(tty, "\x1b[?1049h\x1b[?25l")
	}
	g.Screen(tale != "screen given back")
	start := func(attr *syscall.SysProcAttr, env string) int {
		cmd := again("child", report, orders, end, lives)
		cmd.Env = append(cmd.Env, env)
		cmd.SysProcAttr = attr
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		return cmd.Process.Pid
	}
	switch tale {
	case "clean end":
	case "marked child":
		start(&syscall.SysProcAttr{Setsid: true}, g.Env())
	case "stubborn child":
		g.Add(start(&syscall.SysProcAttr{Setpgid: true}, "STUBBORN=1"))
	default:
		g.Add(start(&syscall.SysProcAttr{Setpgid: true}, ""))
	}
	lives.Close()
	fmt.Fprintf(report, "ready %d\n", os.Getpid())
	orders.Read(make([]byte, 1))
	switch tale {
	case "clean end":
		g.Bye()
	case "crash":
		go func() { panic("foreign \x1b[31mgoroutine") }()
		select {}
	case "pipe closed":
		debug.SetCrashOutput(nil, debug.CrashOptions{}) // it holds the pipe open too
		g.w.Close()
		g.cmd.Wait()
	}
}

func child() {
	if os.Getenv("STUBBORN") != "" {
		signal.Ignore(syscall.SIGTERM)
	}
	report, _, end, _ := files()
	fmt.Fprintln(report, "child")
	io.Copy(io.Discard, end)
}

// stage is one run of shell and bench on a terminal.
type stage struct {
	t       *testing.T
	ptm     *os.File
	report  *bufio.Reader
	orders  *os.File
	lives   *os.File
	pid     int
	before  syscall.Termios
	mu      sync.Mutex
	screen  bytes.Buffer
	shellOK chan struct{}
}

// play starts the tale and returns when bench and children are up.
func play(t *testing.T, tale string) *stage {
	t.Helper()
	ptm, pts, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	s := &stage{t: t, ptm: ptm, shellOK: make(chan struct{})}
	reportR, reportW := pipe(t)
	ordersR, ordersW := pipe(t)
	endR, endW := pipe(t)
	livesR, livesW := pipe(t)
	s.report, s.orders, s.lives = bufio.NewReader(reportR), ordersW, livesR
	deadline := time.Now().Add(time.Minute)
	reportR.SetReadDeadline(deadline)
	livesR.SetReadDeadline(deadline)
	s.before = s.termios()

	cmd := again("shell", reportW, ordersR, endR, livesW)
	cmd.Env = append(cmd.Env, envTale+"="+tale)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pts, pts, pts
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*os.File{pts, reportW, ordersR, endR, livesW} {
		f.Close()
	}
	go s.watchScreen()
	t.Cleanup(func() {
		endW.Close()
		if t.Failed() && s.pid != 0 {
			syscall.Kill(s.pid, syscall.SIGKILL)
		}
		cmd.Wait()
		ptm.Close()
		<-s.shellOK
	})
	for children := 0; s.pid == 0 || children == 0 && tale != "clean end"; {
		line := s.next()
		if line == "child" {
			children++
		}
		fmt.Sscanf(line, "ready %d", &s.pid)
	}
	return s
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func (s *stage) next() string {
	s.t.Helper()
	line, err := s.report.ReadString('\n')
	if err != nil {
		s.t.Fatalf("bench or shell said no more: %v; on the screen: %q", err, s.seen())
	}
	return strings.TrimSpace(line)
}

func (s *stage) watchScreen() {
	defer close(s.shellOK)
	buf := make([]byte, 4096)
	for {
		n, err := s.ptm.Read(buf)
		s.mu.Lock()
		s.screen.Write(buf[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *stage) seen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

func (s *stage) termios() (t syscall.Termios) {
	s.t.Helper()
	if err := ioctl(s.ptm.Fd(), ioctlGet, unsafe.Pointer(&t)); err != nil {
		s.t.Fatal(err)
	}
	return t
}

func (s *stage) kill() {
	s.t.Helper()
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) order() { s.orders.Write([]byte{'x'}) }

// childrenGone waits until the last child has closed its end, which the kernel does even for SIGKILL.
func (s *stage) childrenGone() {
	s.t.Helper()
	if _, err := s.lives.Read(make([]byte, 1)); err != io.EOF {
		s.t.Errorf("a child is left: %v", err)
	}
}

func (s *stage) until(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("never came: %s; on the screen: %q", what, s.seen())
		}
	}
}

func (s *stage) restored() {
	s.t.Helper()
	s.until("the escape sequences", func() bool { return strings.Contains(s.seen(), restoreScreen) })
	s.until("the terminal's settings", func() bool { return s.termios() == s.before })
}

func makeRaw(tty *os.File) {
	var t syscall.Termios
	if err := ioctl(tty.Fd(), ioctlGet, unsafe.Pointer(&t)); err != nil {
		panic(err)
	}
	t.Oflag &^= syscall.OPOST
	t.Lflag &^= syscall.ECHO | syscall.ICANON | syscall.ISIG
	if err := ioctl(tty.Fd(), ioctlSet, unsafe.Pointer(&t)); err != nil {
		panic(err)
	}
}

func TestKilledBenchGivesTheTerminalBackAndLeavesNoChild(t *testing.T) {
	s := play(t, "kill")
	if s.termios() == s.before {
		t.Fatal("the bench did not change the settings, so there is nothing to restore")
	}
	s.kill()
	s.restored()
	s.childrenGone()
}

func TestChildThatIgnoresSIGTERMIsKilled(t *testing.T) {
	s := play(t, "stubborn child")
	s.kill()
	s.childrenGone()
}

func TestChildInASessionOfItsOwnIsFoundByTheMark(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("this system does not show the environment of a process")
	}
	s := play(t, "marked child")
	s.kill()
	s.childrenGone()
}

func TestCrashIsReadableAfterTheScreenIsBack(t *testing.T) {
	s := play(t, "crash")
	s.order()
	s.restored()
	s.childrenGone()
	s.until("the crash below the restored screen", func() bool {
		_, after, _ := strings.Cut(s.seen(), restoreScreen)
		return strings.Contains(after, "tenbench crashed:") && strings.Contains(after, "guard_test.go")
	})
	if _, after, _ := strings.Cut(s.seen(), restoreScreen); strings.Contains(after, "\x1b[31m") {
		t.Errorf("the panic's escape sequence reached the terminal: %q", after)
	}
}

func TestClosedPipeWithoutByeIsACrash(t *testing.T) {
	s := play(t, "pipe closed")
	s.order()
	s.restored()
	s.childrenGone()
}

func TestCleanEndIsSilent(t *testing.T) {
	s := play(t, "clean end")
	s.until("the bench's own screen", func() bool { return strings.HasSuffix(s.seen(), "\x1b[?25l") })
	before := s.seen()
	s.order()
	if got := s.next(); got != "ended" { // after Bye, which waits for the guard
		t.Fatalf("report %q, want ended", got)
	}
	if got := s.seen(); got != before {
		t.Errorf("the guard wrote %q", strings.TrimPrefix(got, before))
	}
}

func TestScreenGivenBackIsLeftAlone(t *testing.T) {
	s := play(t, "screen given back")
	s.kill()
	s.childrenGone() // which the guard does after the terminal
	if strings.Contains(s.seen(), restoreScreen) {
		t.Error("the guard wrote on a screen that the bench did not hold")
	}
}

func TestNoTerminal(t *testing.T) {
	s := play(t, "no terminal")
	s.kill()
	s.childrenGone()
	if got := s.seen(); got != "" {
		t.Errorf("the guard wrote %q without a terminal to guard", got)
	}
}

func TestOrders(t *testing.T) {
	const on, settings = prefix + "screen on\n", prefix + "termios 0aff\n"
	for name, tc := range map[string]struct {
		pipe  string
		bye   bool
		want  charge
		crash string
	}{
		"nothing":                   {},
		"bye":                       {pipe: prefix + "bye\n", bye: true},
		"half a bye":                {pipe: prefix + "bye"},
		"unknown order":             {pipe: prefix + "dance\n" + on, want: charge{screen: true}},
		"screen and settings":       {pipe: on + settings, want: charge{screen: true, termios: []byte{10, 255}}},
		"screen given back":         {pipe: on + prefix + "screen off\n"},
		"groups come and go":        {pipe: prefix + "group 40\n" + prefix + "group 50\n" + prefix + "gone 40\n", want: charge{groups: map[int]bool{50: true}}},
		"a group of all processes":  {pipe: prefix + "group 1\n" + prefix + "group 0\n" + prefix + "group -7\n" + prefix + "group x\n"},
		"crash":                     {pipe: on + "panic: no\n\tat x.go:1\n", want: charge{screen: true}, crash: "panic: no\n\tat x.go:1\n"},
		"a crash that says goodbye": {pipe: "panic: a\n" + prefix + "bye\n", crash: "panic: a\n" + prefix + "bye\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := charge{groups: map[int]bool{}}
			bye := got.read(strings.NewReader(tc.pipe))
			if bye != tc.bye || got.screen != tc.want.screen || got.crash.String() != tc.crash ||
				hex.EncodeToString(got.termios) != hex.EncodeToString(tc.want.termios) || fmt.Sprint(got.groups) != fmt.Sprint(tc.want.groups) {
				t.Errorf("got %+v, bye %v", &got, bye)
			}
		})
	}
}

func TestCrashTextIsBounded(t *testing.T) {
	var c charge
	line := strings.Repeat("x", 1023) + "\n"
	c.read(strings.NewReader(strings.Repeat(line, 1000)))
	if c.crash.Len() != maxCrash {
		t.Errorf("%d bytes kept, want %d", c.crash.Len(), maxCrash)
	}
}

func TestNilGuardGuardsNothing(t *testing.T) {
	var g *Guard
	g.Screen(true)
	g.Add(12)
	g.Remove(12)
	if err := g.Bye(); err != nil || g.Env() != envMark+"=" {
		t.Errorf("Bye %v, Env %q", err, g.Env())
	}
}
