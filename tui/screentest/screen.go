// Package screentest runs a program in a pseudo-terminal and reads its screen: for the few tests and benchmarks that go through
// the real thing. It imports nothing of the program.
//
// A Screen waits for what it is asked to find; nothing in it sleeps for luck.
package screentest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// Patience is how long WaitFor and Wait wait. It is long because machines are slow at times, not because programs may be.
const Patience = time.Minute

// Screen is a running program and the terminal it draws on.
type Screen struct {
	t    testing.TB
	cmd  *exec.Cmd
	pty  *os.File
	term vt10x.Terminal

	half []byte // of a character whose rest was not read yet

	mu      sync.Mutex
	raw     []byte        // all that was written
	changed chan struct{} // closed and made anew at each write
	closed  bool          // the terminal was given up by all who had it

	exited chan struct{}
	gone   chan struct{} // closed when the terminal was given up and all was read
}

// Start runs cmd on a terminal of that size. When the test ends, the program is killed if it still runs.
func Start(t testing.TB, cmd *exec.Cmd, cols, rows int) *Screen {
	t.Helper()
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		t.Fatalf("start %s: %v", cmd, err)
	}
	s := &Screen{t: t, cmd: cmd, pty: file, changed: make(chan struct{}), exited: make(chan struct{}), gone: make(chan struct{})}
	s.term = vt10x.New(vt10x.WithSize(cols, rows), vt10x.WithWriter(file))
	go func() { defer close(s.gone); s.read() }()
	go func() { defer close(s.exited); cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-s.exited
		file.Close()
		<-s.gone
	})
	return s
}

// read feeds the terminal until nobody holds its other end.
func (s *Screen) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.pty.Read(buf)
		s.take(buf[:n], err != nil)
		if err != nil {
			return
		}
	}
}

func (s *Screen) take(b []byte, last bool) {
	// Outside the lock: an answer of the terminal's goes to the program, which may not read just now.
	s.draw(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, b...)
	s.closed = last
	close(s.changed)
	s.changed = make(chan struct{})
}

// draw hands the terminal whole characters: it takes half of one for garbage.
func (s *Screen) draw(b []byte) {
	b = append(s.half, b...)
	end := len(b)
	for start := len(b) - 1; start >= max(0, len(b)-utf8.UTFMax); start-- {
		if utf8.RuneStart(b[start]) {
			if !utf8.FullRune(b[start:]) {
				end = start
			}
			break
		}
	}
	s.term.Write(b[:end])
	s.half = slices.Clone(b[end:])
}

// Text returns the screen as lines without trailing blanks.
func (s *Screen) Text() string {
	lines := strings.Split(s.term.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Raw returns all bytes that the program wrote so far.
func (s *Screen) Raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.raw)
}

// Alternate reports whether the program has taken the whole screen.
func (s *Screen) Alternate() bool {
	s.term.Lock()
	defer s.term.Unlock()
	return s.term.Mode()&vt10x.ModeAltScreen != 0
}

// Modes names the modes that a sane terminal does not have: an alternate screen, a hidden cursor, mouse reports.
func (s *Screen) Modes() []string {
	s.term.Lock()
	defer s.term.Unlock()
	var left []string
	for _, m := range []struct {
		flag vt10x.ModeFlag
		name string
	}{
		{vt10x.ModeAltScreen, "alternate screen"}, {vt10x.ModeHide, "hidden cursor"},
		{vt10x.ModeMouseMask, "mouse reports"}, {vt10x.ModeFocus, "focus reports"},
	} {
		if s.term.Mode()&m.flag != 0 {
			left = append(left, m.name)
		}
	}
	return left
}

// WaitFor waits until the text is on the screen.
func (s *Screen) WaitFor(text string) {
	s.t.Helper()
	s.Until("the screen shows "+text, func() bool { return strings.Contains(s.Text(), text) })
}

// Until waits until a condition holds that depends on what the program writes.
func (s *Screen) Until(what string, holds func() bool) {
	s.t.Helper()
	deadline := time.After(Patience)
	for {
		s.mu.Lock()
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		switch {
		case holds():
			return
		case closed:
			s.t.Fatalf("the program is gone, and it never came to pass that %s; the screen:\n%s", what, s.Text())
		}
		select {
		case <-changed:
		case <-deadline:
			s.t.Fatalf("waited %v in vain until %s; the screen:\n%s", Patience, what, s.Text())
		}
	}
}

// Type sends keys as a keyboard would: "\r" is enter, "\x1b" escape.
func (s *Screen) Type(keys string) {
	s.t.Helper()
	if _, err := s.pty.WriteString(keys); err != nil {
		s.t.Fatalf("type %q: %v", keys, err)
	}
}

// Resize changes the size of the terminal; the program is told by a signal.
func (s *Screen) Resize(cols, rows int) {
	s.t.Helper()
	s.term.Resize(cols, rows)
	if err := pty.Setsize(s.pty, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		s.t.Fatalf("resize: %v", err)
	}
}

// Signal sends a signal to the program.
func (s *Screen) Signal(sig os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal %v: %v", sig, err)
	}
}

// HangUp takes the terminal away, as a closed window or a lost connection does.
func (s *Screen) HangUp() {
	s.t.Helper()
	if err := s.pty.Close(); err != nil {
		s.t.Fatalf("hang up: %v", err)
	}
}

// readRest waits until all was read that the program wrote: until nobody has the terminal any more, or for a while if a child of its
// that goes on keeps it.
func (s *Screen) readRest() {
	select {
	case <-s.gone:
	case <-time.After(Patience / 10):
	}
}

// Wait waits until the program has ended, and what it wrote is on the screen, and returns its exit status; -1 if a signal ended it.
func (s *Screen) Wait() int {
	s.t.Helper()
	select {
	case <-s.exited:
		s.readRest()
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(Patience):
		s.t.Fatalf("the program did not end; the screen:\n%s", s.Text())
		return -1
	}
}
