//go:build linux || darwin

package python

import (
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func termGroup(pgid int) { _ = syscall.Kill(-pgid, syscall.SIGTERM) }

// killGroup kills what is left of a group; there may be nothing.
func killGroup(pgid int) { _ = syscall.Kill(-pgid, syscall.SIGKILL) }

// lowerGroup makes a group nicer.
func lowerGroup(pgid, nice int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, pgid, nice) }

func kill(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }

// ownPrivate reports whether a file is the user's, and nobody else can write to it.
func ownPrivate(info os.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Getuid() && info.Mode().Perm()&0o022 == 0
}

// signalled says which signal ended a process; "" if none did.
func signalled(s *os.ProcessState) string {
	if s == nil {
		return ""
	}
	w, ok := s.Sys().(syscall.WaitStatus)
	if !ok || !w.Signaled() {
		return ""
	}
	return "was killed by " + unix.SignalName(w.Signal())
}

// bufferSize of a connection lets bursts pass without a wait.
const bufferSize = 1 << 20

// connect makes both ends of a connection: ours, and the one that a child inherits.
func connect() (ours net.Conn, theirs *os.File, err error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
		for _, which := range []int{syscall.SO_SNDBUF, syscall.SO_RCVBUF} {
			_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, which, bufferSize) // it works with less
		}
	}
	mine := os.NewFile(uintptr(fds[0]), "child")
	defer mine.Close() // FileConn has its own
	theirs = os.NewFile(uintptr(fds[1]), "bench")
	if ours, err = net.FileConn(mine); err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return ours, theirs, nil
}
