package guard

import "syscall"

const (
	ioctlGet     = syscall.TIOCGETA
	ioctlSet     = syscall.TIOCSETA
	ioctlSession = 0x40047463 // TIOCGSID, which package syscall leaves out here
)

// marked finds nothing: macOS does not show a process's environment to others. The groups remain.
func marked(string) []int { return nil }
