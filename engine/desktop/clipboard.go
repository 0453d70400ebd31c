package desktop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aymanbagabas/go-osc52/v2"
)

// maxClip is what terminals take at once.
const maxClip = 74 << 10

// Copy gives the text to the machine's clipboard where a program for that is at hand, and to the terminal's, which also works
// over ssh, or to tmux, which by itself takes none from a program and passes it on to its terminal. A text that is too long for one
// goes into a file.
func (Desktop) Copy(text string) (file string, err error) {
	if len(text) > maxClip {
		return writeClip(text)
	}
	native := copyNative(text) == nil
	if os.Getenv("TMUX") != "" && copyTmux(text) == nil {
		return "", nil
	}
	sequence := osc52.New(text)
	if os.Getenv("TMUX") != "" {
		sequence = sequence.Tmux()
	}
	if _, err := sequence.WriteTo(os.Stderr); err != nil && !native {
		return "", err
	}
	return "", nil
}

func writeClip(text string) (string, error) {
	f, err := os.CreateTemp("", "tenbench-copy-*.txt")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return f.Name(), errors.Join(err, f.Close())
}

// clipboards are the programs that own a clipboard, with what must be set for them to reach one.
var clipboards = []struct {
	needs string
	words []string
}{
	{"WAYLAND_DISPLAY", []string{"wl-copy"}},
	{"DISPLAY", []string{"xclip", "-selection", "clipboard"}},
	{"DISPLAY", []string{"xsel", "--clipboard", "--input"}},
	{"", []string{"pbcopy"}},
	{"", []string{"clip.exe"}},
}

var errNoClipboard = errors.New("no clipboard program is at hand")

func copyNative(text string) error {
	for _, c := range clipboards {
		if c.needs != "" && os.Getenv(c.needs) == "" {
			continue
		}
		if path, err := exec.LookPath(c.words[0]); err == nil {
			return give(text, path, c.words[1:]...)
		}
	}
	return errNoClipboard
}

// copyTmux makes the text tmux's newest buffer; -w, which also gives it to the terminal, is not known before tmux 3.2.
func copyTmux(text string) error {
	if give(text, "tmux", "load-buffer", "-w", "-") == nil {
		return nil
	}
	return give(text, "tmux", "load-buffer", "-")
}

// give starts a program that takes the text from its standard input.
func give(text, program string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), clipTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(text)
	return cmd.Run()
}

// clipTime is how long a clipboard program may take to accept a text.
const clipTime = 2 * time.Second
