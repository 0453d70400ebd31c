package guard

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"
)

const (
	envGuard = "TENBENCH_GUARD" // set in the guard child alone
	envMark  = "TENBENCH_MARK"  // set in every child of the bench
	prefix   = "\x01"           // begins a line for the guard; all other lines are the text of a crash
)

// ErrUnsupported says that this system has no guard. The bench runs without it.
var ErrUnsupported = errors.New("no guard on this system: after a crash of the bench the terminal and child processes stay as they are")

// Guard is the bench's end of the pipe. A nil Guard is usable and guards nothing.
type Guard struct {
	mark string
	cmd  *exec.Cmd

	mu sync.Mutex
	w  *os.File // nil after Bye
}

// Start runs the guard. tty is the terminal whose settings are to be restored, as they are now; nil if there is none.
func Start(tty *os.File) (*Guard, error) {
	if !supported {
		return nil, ErrUnsupported
	}
	settings, err := getTermios(tty)
	if err != nil {
		tty = nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start the guard: %w", err)
	}
	defer r.Close()
	cmd, err := command(r, tty)
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("start the guard: %w", err)
	}
	g := &Guard{mark: fmt.Sprintf("%s=%d-%s", envMark, os.Getpid(), rand.Text()), cmd: cmd, w: w}
	g.say("mark %s", g.mark)
	if tty != nil {
		g.say("termios %x", settings)
	}
	// Best effort: without it a crash is as silent as the alternate screen makes it.
	_ = debug.SetCrashOutput(w, debug.CrashOptions{})
	return g, nil
}

func command(pipe, tty *os.File) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe)
	cmd.Dir = "/" // holds no folder of the user's
	cmd.ExtraFiles = []*os.File{pipe}
	mode := "pipe"
	if tty != nil {
		cmd.ExtraFiles = append(cmd.ExtraFiles, tty)
		mode = "tty"
	}
	cmd.Env = append(os.Environ(), envGuard+"="+mode)
	cmd.SysProcAttr = ownGroup()
	return cmd, nil
}

// Env returns the KEY=VALUE that marks a process as a child of this bench. Put it in the environment of every child.
func (g *Guard) Env() string {
	if g == nil {
		return envMark + "="
	}
	return g.mark
}

// Screen says whether the bench holds the screen now. Only a held screen is restored; say false before a suspension.
func (g *Guard) Screen(held bool) {
	if held {
		g.say("screen on")
	} else {
		g.say("screen off")
	}
}

// Add puts a process group under guard.
func (g *Guard) Add(pgid int) { g.say("group %d", pgid) }

// Remove takes a process group that has ended off the list, before its number is used again.
func (g *Guard) Remove(pgid int) { g.say("gone %d", pgid) }

// Marked returns the processes that have this KEY=VALUE in their environment, as far as the system shows it.
func (g *Guard) Marked(mark string) []int { return marked(mark) }

// Bye ends the guard without any action of its and waits for it. Calls after the first do nothing.
func (g *Guard) Bye() error {
	if g == nil {
		return nil
	}
	g.say("bye")
	g.mu.Lock()
	w := g.w
	g.w = nil
	g.mu.Unlock()
	if w == nil {
		return nil
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	w.Close()
	return g.cmd.Wait()
}

// say writes one line. A guard that was killed is not worth an error: nothing can be done, and the bench goes on.
func (g *Guard) say(format string, args ...any) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.w != nil {
		fmt.Fprintf(g.w, prefix+format+"\n", args...)
	}
}
