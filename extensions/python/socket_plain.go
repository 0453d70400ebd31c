//go:build unix && !linux

package python

import "syscall"

func readSocket(fd int, b []byte) (int, error)  { return syscall.Read(fd, b) }
func writeSocket(fd int, b []byte) (int, error) { return syscall.Write(fd, b) }
