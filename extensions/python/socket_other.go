//go:build !unix

package python

import (
	"errors"
	"io"
	"net"
)

// tryWrite leaves writing to the writer goroutine.
func tryWrite(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }

// newInput leaves reading to conn.
func newInput(conn net.Conn) io.Reader { return conn }
