//go:build unix

package screentest

import (
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func shell(script string) *exec.Cmd { return exec.Command("sh", "-c", script) }

func TestScreenShowsWhatAProgramDraws(t *testing.T) {
	s := Start(t, shell(`stty size; read line; echo "got $line"; exit 3`), 80, 24)
	s.WaitFor("24 80")
	s.Type("hello\r")
	s.WaitFor("got hello")
	if got := s.Wait(); got != 3 {
		t.Errorf("exit status %d, want 3", got)
	}
}

func TestScreenSeesWhatIsLeftBehind(t *testing.T) {
	s := Start(t, shell(`printf '\033[?1049h\033[?25l\033[?1000h'; echo taken; read line; printf '\033[?1049l\033[?25h\033[?1000l'; echo back; read line`), 80, 24)
	s.WaitFor("taken")
	if want := []string{"alternate screen", "hidden cursor", "mouse reports"}; !slices.Equal(s.Modes(), want) || !s.Alternate() {
		t.Errorf("modes %q, want %q", s.Modes(), want)
	}
	s.Type("\r")
	s.WaitFor("back")
	if left := s.Modes(); left != nil {
		t.Errorf("left behind: %q", left)
	}
	if strings.Contains(s.Text(), "taken") {
		t.Errorf("the alternate screen's text is still there:\n%s", s.Text())
	}
}

func TestScreenDrawsCharactersThatComeInPieces(t *testing.T) {
	s := Start(t, shell(`stty -echo; printf 'a\342'; read line; printf '\224'; read line; printf '\200b'; read line`), 80, 24)
	s.WaitFor("a")
	s.Type("\r\r")
	s.WaitFor("─b")
}

func TestScreenResizesAndSignals(t *testing.T) {
	s := Start(t, shell(`trap 'stty size' WINCH; trap 'exit 9' TERM; echo ready; while :; do read line; done`), 80, 24)
	s.WaitFor("ready")
	s.Resize(100, 30)
	s.Type("\r") // a trap of sh runs when its builtin returns
	s.WaitFor("30 100")
	s.Signal(syscall.SIGTERM)
	s.Type("\r")
	if got := s.Wait(); got != 9 {
		t.Errorf("exit status %d, want 9", got)
	}
}
