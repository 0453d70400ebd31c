package python

import (
	"errors"
	"net"

	"tenbench/engine"
)

// Session is one connection to a process.
type Session struct{ conn net.Conn }

// SessionOptions say how a session behaves.
type SessionOptions struct {
	Idle func()
}

// Create says what instance a process of role child makes for a node. What the node knows itself is taken from it.
type Create struct {
	Package       string // the folder that the addon lies in
	PropertyLevel string
}

// NewSession returns a session over conn. Serve runs it.
func NewSession(conn net.Conn, opt SessionOptions) *Session { return &Session{conn: conn} }

// Serve reads until the connection has ended and returns the reason.
func (s *Session) Serve() error { return errors.New("not yet") }

// NewHost makes the host of a node.
func (s *Session) NewHost(n *engine.Node, c Create) (engine.Host, error) {
	return nil, errors.New("not yet")
}

// Close ends the session.
func (s *Session) Close(reason string) { s.conn.Close() }
