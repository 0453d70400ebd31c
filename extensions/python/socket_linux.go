package python

import (
	"syscall"
	"unsafe"
)

// atOnce is up to how many bytes a call that never waits is made without the scheduler's knowledge. When this program has done nothing
// for a while, the first call that it is told of wakes a thread that watches over calls which take long; for each turn of a process
// that thread costs more than what is done for a message. More bytes take long enough for the scheduler to know.
const atOnce = 64 << 10

func readSocket(fd int, b []byte) (int, error) {
	if len(b) == 0 || len(b) > atOnce {
		return syscall.Read(fd, b)
	}
	return brief(syscall.SYS_READ, fd, b)
}

func writeSocket(fd int, b []byte) (int, error) {
	if len(b) == 0 || len(b) > atOnce {
		return syscall.Write(fd, b)
	}
	return brief(syscall.SYS_WRITE, fd, b)
}

// brief makes a call that does not wait, for the socket is in non-blocking mode.
func brief(call uintptr, fd int, b []byte) (int, error) {
	n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
