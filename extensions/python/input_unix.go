//go:build unix

package python

import (
	"io"
	"net"
	"syscall"
)

// input reads a connection; one goroutine at a time.
type input struct {
	raw  syscall.RawConn
	into []byte
	n    int
	err  error
	try  func(fd uintptr) bool
}

// newInput returns what reads conn with tryRead, if it is a socket.
func newInput(conn net.Conn) io.Reader {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return conn
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return conn
	}
	in := &input{raw: raw}
	in.try = func(fd uintptr) bool {
		in.n, in.err = tryRead(fd, in.into)
		return in.err != syscall.EAGAIN // then it is called again when something is there
	}
	return in
}

func (in *input) Read(into []byte) (int, error) {
	in.into = into
	switch err := in.raw.Read(in.try); {
	case err != nil:
		return 0, err
	case in.err == nil && in.n == 0 && len(into) > 0:
		return 0, io.EOF
	}
	return in.n, in.err
}
