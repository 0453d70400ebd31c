package guard

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	grace    = time.Second // between SIGTERM and SIGKILL
	maxCrash = 16 << 10    // bytes of crash text kept: its beginning names the culprit
)

// restoreScreen undoes every mode the workbench may have set: attributes, synchronised output, mouse, focus reports, bracketed
// paste, alternate screen, hidden cursor.
const restoreScreen = "\x1b[0m\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?1049l\x1b[?25h"

// Child runs the guard if this process was started as one, and reports whether it was. It is the first line of main:
//
//	if guard.Child() {
//		return
//	}
func Child() bool {
	mode, ok := os.LookupEnv(envGuard)
	if !ok {
		return false
	}
	ignoreSignals()
	var tty *os.File
	if mode == "tty" {
		tty = os.NewFile(4, "tty")
	}
	watch(os.NewFile(3, "pipe"), tty)
	return true
}

// charge is what the bench has told so far.
type charge struct {
	mark    string
	termios []byte
	screen  bool
	groups  map[int]bool
	crash   strings.Builder
}

// watch reads until the bench ends and acts if that was not a clean end.
func watch(pipe io.Reader, tty *os.File) {
	c := charge{groups: map[int]bool{}}
	if c.read(pipe) {
		return
	}
	if tty != nil && c.screen && ours(tty) {
		giveBack(tty, c.termios, c.crash.String())
	}
	end(c.groups, c.mark)
}

// read follows the pipe to its end and reports whether the bench said bye.
func (c *charge) read(pipe io.Reader) (bye bool) {
	in := bufio.NewReader(pipe)
	for {
		line, err := in.ReadString('\n')
		order, ok := strings.CutPrefix(line, prefix)
		switch {
		case !ok || c.crash.Len() > 0: // no order is taken from a crash
			if c.crash.Len() < maxCrash {
				c.crash.WriteString(line)
			}
		case strings.HasSuffix(order, "\n"):
			if c.obey(strings.TrimSuffix(order, "\n")) {
				return true
			}
		}
		if err != nil {
			return false
		}
	}
}

// obey takes one order and reports whether it is bye.
func (c *charge) obey(order string) bool {
	verb, arg, _ := strings.Cut(order, " ")
	switch verb {
	case "bye":
		return true
	case "mark":
		c.mark = arg
	case "termios":
		c.termios, _ = hex.DecodeString(arg)
	case "screen":
		c.screen = arg == "on"
	case "group":
		// 0, 1 and negative numbers mean more than one group to kill(2).
		if n, err := strconv.Atoi(arg); err == nil && n > 1 {
			c.groups[n] = true
		}
	case "gone":
		n, _ := strconv.Atoi(arg)
		delete(c.groups, n)
	}
	return false
}

// giveBack restores screen and settings, then prints the crash that the alternate screen would have swallowed.
func giveBack(tty *os.File, termios []byte, crash string) {
	io.WriteString(tty, restoreScreen)
	setTermios(tty, termios)
	if crash != "" {
		fmt.Fprintf(tty, "\r\ntenbench crashed:\r\n%s\r\n", printable(crash))
	}
}

// printable makes foreign text harmless: line ends and tabs stay, other control characters become dots.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return '.'
		}
		return r
	}, s)
	return strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\r\n")
}
