//go:build unix

package doctor

import (
	"os"

	"golang.org/x/sys/unix"
)

// Terminal returns the size of the terminal that in and out both are; ok is false if one of them is none.
func Terminal(in, out *os.File) (cols, rows int, ok bool) {
	if _, err := unix.IoctlGetWinsize(int(in.Fd()), unix.TIOCGWINSZ); err != nil {
		return 0, 0, false
	}
	size, err := unix.IoctlGetWinsize(int(out.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, false
	}
	return int(size.Col), int(size.Row), true
}
