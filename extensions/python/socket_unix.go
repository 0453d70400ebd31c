//go:build unix

package python

import "syscall"

// tryWrite writes what the socket takes at once; none is no error.
func tryWrite(fd uintptr, b []byte) (int, error) {
	for {
		n, err := writeSocket(int(fd), b)
		switch err {
		case nil:
			return n, nil
		case syscall.EINTR:
		default:
			return 0, err // EAGAIN too: the writer goroutine waits
		}
	}
}

// tryRead reads what is there. Nothing is syscall.EAGAIN, the end no bytes and no error.
func tryRead(fd uintptr, b []byte) (int, error) {
	for {
		n, err := readSocket(int(fd), b)
		switch err {
		case nil:
			return n, nil
		case syscall.EINTR:
		default:
			return 0, err
		}
	}
}
