package tui

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/hush"
)

func init() { hush.End() }

// backgroundMsg says what the terminal's background is like.
type backgroundMsg struct{ light bool }

// The terminal is asked for its background while the first frame is drawn already: an answer may take long, or never come.
const (
	askBackground   = "\x1b]11;?\x1b\\"
	backgroundReply = "\x1b]11;"
	maxReply        = 64 // a longer one is none
)

// keyboard is the terminal's input without the answers to askBackground, which are told instead, as is its end.
type keyboard struct {
	*os.File
	told func(light bool)
	gone func() // the terminal was taken away
	half []byte // the beginning of an answer
}

// Read reads keys. A read that brought nothing but an answer returns no bytes.
func (k *keyboard) Read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	if errors.Is(err, io.EOF) { // a terminal has no end of file while keys come one by one
		k.gone()
	}
	rest := k.filter(p[:n])
	if len(rest) > len(p) { // what was taken for the beginning of an answer was none, and is too long to give back at once
		rest = rest[len(rest)-len(p):]
	}
	return copy(p, rest), err
}

// filter takes answers out of what was read.
func (k *keyboard) filter(b []byte) []byte {
	if len(k.half) == 0 && !bytes.Contains(b, []byte(backgroundReply)) {
		return b
	}
	b = append(k.half, b...)
	k.half = nil
	var keys []byte
	for {
		before, after, found := bytes.Cut(b, []byte(backgroundReply))
		keys = append(keys, before...)
		if !found {
			return keys
		}
		end := bytes.IndexAny(after, "\x07\x1b")
		switch {
		case end < 0 && len(after) < maxReply:
			k.half = append([]byte(backgroundReply), after...)
			return keys
		case end < 0:
			return append(keys, after...)
		}
		if light, ok := parseBackground(string(after[:end])); ok {
			k.told(light)
		}
		b = bytes.TrimPrefix(after[end:], []byte("\x1b\\"))
		b = bytes.TrimPrefix(b, []byte("\x07"))
	}
}

// parseBackground reads rgb:rrrr/gggg/bbbb, with one to four digits each.
func parseBackground(s string) (light, ok bool) {
	s, ok = strings.CutPrefix(s, "rgb:")
	parts := strings.Split(s, "/")
	if !ok || len(parts) != 3 {
		return false, false
	}
	weights := [...]float64{0.299, 0.587, 0.114}
	sum := 0.0
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 16, 16)
		if err != nil || len(p) > 4 {
			return false, false
		}
		sum += weights[i] * float64(v) / float64(uint64(1)<<(4*len(p))-1)
	}
	return sum > 0.5, true
}

// lightByEnvironment guesses the background from what some terminals set, such as "0;15".
func lightByEnvironment(colours string) bool {
	i := strings.LastIndexByte(colours, ';')
	return i >= 0 && (colours[i+1:] == "7" || colours[i+1:] == "15")
}

// answers reports whether the terminal can be asked: both ends are one, and it is none of those that would print the question.
func answers(in io.Reader, out io.Writer) bool {
	name := os.Getenv("TERM")
	switch {
	case !device(in) || !device(out):
		return false
	case name == "dumb", name == "linux", name == "":
		return false
	}
	return !strings.HasPrefix(name, "screen") || os.Getenv("TMUX") != ""
}

func device(end any) bool {
	f, ok := end.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// ask writes the question. The answer comes through the keyboard.
func ask(out io.Writer) tea.Cmd {
	return func() tea.Msg {
		_, _ = io.WriteString(out, askBackground) // a terminal that is gone is noticed elsewhere
		return nil
	}
}
