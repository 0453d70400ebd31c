//go:build linux || darwin

package guard

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
	"unsafe"
)

const supported = true

var errNoTerminal = errors.New("no terminal")

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// ignoreSignals makes the guard outlive its bench. SIGTTOU must be ignored, not caught: only then may a background group set
// the terminal.
func ignoreSignals() {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGPIPE,
		syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU)
}

func ioctl(fd, request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}

func termiosBytes(t *syscall.Termios) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(t)), unsafe.Sizeof(*t))
}

func getTermios(tty *os.File) ([]byte, error) {
	if tty == nil {
		return nil, errNoTerminal
	}
	var t syscall.Termios
	err := ioctl(tty.Fd(), ioctlGet, unsafe.Pointer(&t))
	return termiosBytes(&t), err
}

// setTermios restores the settings unless another program already made its own: a shell that has the terminal back keeps its
// line editor's. Output processing tells the two apart; only a program that died in raw mode leaves it off.
func setTermios(tty *os.File, saved []byte) {
	var now, t syscall.Termios
	if len(saved) != len(termiosBytes(&t)) || ioctl(tty.Fd(), ioctlGet, unsafe.Pointer(&now)) != nil {
		return
	}
	if now.Oflag&syscall.OPOST != 0 && taken(tty) {
		return
	}
	copy(termiosBytes(&t), saved)
	_ = ioctl(tty.Fd(), ioctlSet, unsafe.Pointer(&t)) // a terminal that is gone needs no settings
}

// ours reports whether tty is still the controlling terminal of the bench's session, which is the guard's.
func ours(tty *os.File) bool {
	var sid int32
	own, _, errno := syscall.RawSyscall(syscall.SYS_GETSID, 0, 0, 0)
	return errno == 0 && ioctl(tty.Fd(), ioctlSession, unsafe.Pointer(&sid)) == nil && uintptr(sid) == own
}

// taken reports whether a living process group has the terminal.
func taken(tty *os.File) bool {
	var pgrp int32
	return ioctl(tty.Fd(), syscall.TIOCGPGRP, unsafe.Pointer(&pgrp)) == nil && pgrp > 1 && alive(-int(pgrp))
}

// end asks every group and every marked process to end, waits, and kills what is left.
func end(groups map[int]bool, mark string) {
	left := signalAll(groups, mark, syscall.SIGTERM)
	for deadline := time.Now().Add(grace); left && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
		left = signalAll(groups, mark, 0)
	}
	if left {
		signalAll(groups, mark, syscall.SIGKILL)
	}
}

// signalAll sends sig (0: none) and reports whether anyone was there to get it.
func signalAll(groups map[int]bool, mark string, sig syscall.Signal) (left bool) {
	for pgid := range groups {
		if pgid != syscall.Getpgrp() && syscall.Kill(-pgid, sig) == nil {
			left = true
		}
	}
	for _, pid := range marked(mark) {
		if pid != os.Getpid() && syscall.Kill(pid, sig) == nil {
			left = true
		}
	}
	return left
}

func alive(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }
