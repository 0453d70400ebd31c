package tui

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
	"tenbench/tui/screentest"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
)

// The variables that make the test binary a workbench.
const (
	envNames = "TUI_TEST_NAMES" // see named: the attack, quoted, and whether it is harmless
	envHeld  = "TUI_TEST_HELD"  // a file that is told when the screen is given away and taken back
)

// TestMain makes the test binary serve as a workbench too, so that tests can put it into a terminal.
func TestMain(m *testing.M) {
	if _, ok := os.LookupEnv(envNames); ok {
		if err := serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// recorded is a run that has ended, as a source.
type recorded struct{ *tuitest.Run }

func (r recorded) Snapshot() trace.Snapshot { return trace.Snapshot{} }
func (r recorded) Graphs() []*graph.Graph   { return r.Run.Graphs() }

func serve() error {
	var attack string
	var harmless bool
	if _, err := fmt.Sscanf(os.Getenv(envNames), "%q %t", &attack, &harmless); err != nil {
		return err
	}
	run := named(attack, harmless)
	run.Common(0, theme.Plain(false)) // makes the run's log
	return Run(context.Background(), recorded{run}, &tuitest.Controller{ID: 7}, run, Info{Title: "test", Live: true}, Options{Mouse: true, Screen: noteHeld})
}

func noteHeld(held bool) {
	f, err := os.OpenFile(os.Getenv(envHeld), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintln(f, held)
}

// inTerminal returns the command that is a workbench of such a run, started by a shell.
func inTerminal(attack string, harmless bool) *exec.Cmd {
	cmd := exec.Command("sh", "-c", `exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%+q %t", envNames, attack, harmless), "TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=")
	return cmd
}

func TestResizeStormEndsInTheLastSize(t *testing.T) {
	s := screentest.Start(t, inTerminal("n", true), 120, 36)
	s.WaitFor("PROBLEMS")
	for i := range 200 {
		s.Resize(40+i*7%130, 10+i*5%50)
	}
	s.Resize(58, 14)
	s.WaitFor("terminal 58x14, needs 60x15")
	s.Resize(100, 30)
	s.WaitFor("PROBLEMS")
	s.Until("the keys stand on the last line", func() bool {
		lines := strings.Split(s.Text(), "\n")
		return len(lines) == 30 && strings.Contains(lines[29], "? help")
	})
	s.Type("q")
	if status := s.Wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
}

func TestSuspendGivesTheScreenAwayAndTakesItBack(t *testing.T) {
	held := filepath.Join(t.TempDir(), "held")
	cmd := inTerminal("n", true)
	cmd.Args[2] = `set -m; "$0"; echo "stopped"; read line; fg; echo "ended with $?"; read line`
	cmd.Env = append(cmd.Env, envHeld+"="+held)
	s := screentest.Start(t, cmd, 100, 30)
	s.WaitFor("PROBLEMS")
	s.Type("\x1a")
	s.WaitFor("stopped")
	if modes := s.Modes(); modes != nil {
		t.Errorf("while it is suspended the terminal has: %q", modes)
	}
	s.Type("\r")
	s.Until("the screen is taken again", s.Alternate)
	s.WaitFor("PROBLEMS")
	s.Type("4")
	s.WaitFor("press / and type")
	s.Type("q")
	s.WaitFor("ended with 0")
	if modes := s.Modes(); modes != nil {
		t.Errorf("left behind: %q", modes)
	}
	if told, err := os.ReadFile(held); err != nil || string(told) != "false\ntrue\n" {
		t.Errorf("%v; the screen was held: %q", err, told)
	}
}

// A terminal may take what stands on the alternate screen over to the other one, if it was enlarged meanwhile: tmux 3.3 does.
func TestTheScreenIsEmptyWhenItIsGivenBack(t *testing.T) {
	s := screentest.Start(t, inTerminal("n", true), 80, 24)
	s.WaitFor("PROBLEMS")
	s.Resize(120, 36)
	s.Until("the keys stand on the last line", func() bool {
		lines := strings.Split(s.Text(), "\n")
		return len(lines) == 36 && strings.Contains(lines[35], "? help")
	})
	s.Type("q")
	s.Wait()
	before, _, ok := strings.Cut(s.Raw(), "\x1b[?1049l")
	if !ok {
		t.Fatal("the screen was not given back")
	}
	last := vt10x.New(vt10x.WithSize(120, 36))
	last.Write([]byte(before))
	if left := strings.TrimSpace(last.String()); left != "" {
		t.Errorf("there is left:\n%s", left)
	}
}

func TestABigPasteIntoInjectIsText(t *testing.T) {
	s := screentest.Start(t, inTerminal("n", true), 120, 36)
	s.WaitFor("PROBLEMS")
	s.Type("5")
	s.WaitFor("MESSAGE")
	s.Type("\x1b[Z")
	s.WaitFor("▶ + property")
	text := `{"text":"` + strings.Repeat("q 1 2 3 ! ", 2000) + `the end"}`
	s.Type("\x1b[200~" + text + "\x1b[201~")
	s.WaitFor("the end")
	s.Type("\x03\x03")
	if status := s.Wait(); status != 0 {
		t.Errorf("exit status %d", status)
	}
}
