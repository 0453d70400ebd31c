package python

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// Session is one connection to a process that runs extensions. One goroutine reads, in Serve; whoever has something to say appends
// it to the output and writes as much as the socket takes at once, so that nothing ever waits for the process. See output.go.
//
// Lock order: a session's or a host's lock is a leaf. The engine is called with none of them held.
type Session struct {
	conn net.Conn
	opt  SessionOptions
	log  *trace.Log
	w    *trace.Writer // of what no node says
	skew int64         // what the process's clock is ahead of the log's
	over chan struct{} // closed by Close
	logs logLimit
	once sync.Once
	texts

	mu      sync.Mutex
	out     output
	hosts   map[uint32]*host
	lastNum uint32
	apps    map[uint32]*app
	hello   wire.HelloBody
	reason  string // why it is over

	collecting bool
	collectAt  int64 // when the last collection was asked for
	stacksAt   int64 // when stacks were asked for last
	stacks     []wire.WorkBody
}

// SessionOptions say how a session behaves. Only Engine.Log must be set, to the log that all share.
type SessionOptions struct {
	Engine  engine.Options          // of the apps that a program opens; Property is the app's, for children
	Role    string                  // what the other end must be: wire.Child or wire.Program; "" for either
	Version string                  // what the other end's runtime must be; "" for the embedded one's
	Lints   bool                    // the process looks for problems, and tells
	Shown   bool                    // somebody sees log lines as they come: a program need not print them too
	Slow    time.Duration           // a loop that is blocked longer is told; 100 ms when zero
	Level   trace.Level             // log lines below it need not be sent; info when zero
	Flooded func()                  // called by the reader, if set, when log lines become a flood, in each window
	Idle    func()                  // called when the last instance of a process of role child has gone
	Explain func(err string) string // makes more of the error of an instance that could not be made, or failed
	Name    func() string           // names the next app that a program opens, unless its uri does
	Opened  func(*engine.App)       // called with each app that a program opens, before anything of it runs
}

const defaultSlow = 100 * time.Millisecond

// NewSession returns a session over conn; Serve runs it. Hosts may be made at once: what they say waits for the process to come.
func NewSession(conn net.Conn, opt SessionOptions) *Session {
	opt.Version = cmp.Or(opt.Version, Version())
	opt.Slow = cmp.Or(opt.Slow, defaultSlow)
	opt.Level = cmp.Or(opt.Level, trace.Info)
	s := &Session{conn: conn, opt: opt, log: opt.Engine.Log, over: make(chan struct{}), hosts: map[uint32]*host{}, apps: map[uint32]*app{}}
	s.w, s.skew = s.log.Writer("session"), clockSkew(s.log)
	s.out.start(s)
	return s
}

// Live is how many instances the process has, or will have.
func (s *Session) Live() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.hosts)
}

// explain is what a person is told of an error of the process.
func (s *Session) explain(err string) string {
	if s.opt.Explain == nil || err == "" {
		return err
	}
	return s.opt.Explain(err)
}

// Hello is what the process said of itself; zero before it came.
func (s *Session) Hello() wire.HelloBody {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hello
}

// Serve reads until the connection has ended and returns why. It fails no node: Close does, when it is known what became of the
// process.
func (s *Session) Serve() error {
	err := s.serve()
	var form *wire.FormError
	if errors.As(err, &form) {
		s.bye(form.Error())
	}
	s.out.end()
	s.conn.Close()
	for _, end := range plainEnds {
		if errors.Is(err, end) {
			return errEnded
		}
	}
	return err
}

// errEnded says that the other end has gone, or was left.
var errEnded = errors.New("the connection ended")

// plainEnds are what a connection ends with when a process dies, also in the midst of a frame.
var plainEnds = []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE}

func (s *Session) serve() error {
	r := wire.NewReader(newInput(s.conn))
	if err := s.welcome(r); err != nil {
		return err
	}
	for {
		f, err := r.Next()
		if err != nil {
			return err
		}
		inBatch.begin()
		err = s.takeBatch(r, f)
		inBatch.end()
		if err != nil {
			return err
		}
		if s.logs.others.lines > pausedLogs {
			time.Sleep(logPause)
		}
	}
}

// takeBatch does what f says, and the other frames that are there already, but no more than pieceLogs of them if they are log lines.
// Nobody has to wait for these: they lead to no message.
func (s *Session) takeBatch(r *wire.Reader, f wire.Frame) error {
	for n, lines := 1, 0; ; n++ {
		log := f.Type == wire.Log
		if log {
			lines++
		}
		if err := s.take(f); err != nil || !r.Ready() || lines == pieceLogs {
			return err
		}
		if log || n%pieceFrames == 0 {
			inBatch.release()
		}
		var err error
		if f, err = r.Next(); err != nil {
			return err
		}
	}
}

// welcome reads HELLO and answers it. What hosts said before goes out behind it.
func (s *Session) welcome(r *wire.Reader) error {
	f, err := r.Next()
	if err != nil {
		return err
	}
	var hello wire.HelloBody
	if f.Type != wire.Hello {
		return &wire.FormError{Msg: "it began with " + f.Type.String() + ", not HELLO"}
	}
	if err := wire.DecodeJSON(f, &hello); err != nil {
		return err
	}
	if err := s.acceptable(&hello); err != nil {
		s.bye(err.Error())
		return err
	}
	body := wire.WelcomeBody{Protocol: wire.Protocol, Runtime: s.opt.Version, Limit: wire.Limit, SlowMS: s.opt.Slow.Milliseconds(), Lints: s.opt.Lints, Shown: s.opt.Shown,
		LogLevel: int(s.opt.Level)}
	if hello.Role == wire.Child {
		body.Property = propertyJSON(s.opt.Engine.Property)
	}
	s.mu.Lock()
	s.hello = hello
	s.mu.Unlock()
	s.out.open(wire.AppendJSON(nil, wire.Welcome, 0, 0, body))
	return nil
}

// propertyJSON is v as JSON, or an empty object.
func propertyJSON(v msg.Value) []byte {
	if v.Object() == nil {
		return []byte("{}")
	}
	return msg.AppendJSON(nil, v)
}

func (s *Session) acceptable(h *wire.HelloBody) error {
	switch {
	case h.Protocol != wire.Protocol:
		return fmt.Errorf("ten_runtime speaks version %d of the host protocol, tenbench version %d; use the ten_runtime of `tenbench python-path`",
			h.Protocol, wire.Protocol)
	case h.Runtime != s.opt.Version:
		return fmt.Errorf("this is ten_runtime %s, and tenbench comes with %s; use the one of `tenbench python-path`", h.Runtime, s.opt.Version)
	case s.opt.Role != "" && h.Role != s.opt.Role:
		return fmt.Errorf("a process of role %q connected where a %s was expected", h.Role, s.opt.Role)
	}
	return nil
}

// bye tells the other end why the connection ends, if it still listens.
func (s *Session) bye(reason string) {
	s.out.open(wire.AppendJSON(nil, wire.Bye, 0, 0, wire.ByeBody{Reason: reason}))
	s.out.drain(time.Second)
}

// Close ends the session: every node of it that has not ended fails with that reason, its apps close. The first reason counts. It
// may be called by any goroutine, also without Serve.
func (s *Session) Close(reason string) {
	s.once.Do(func() { s.close(reason) })
}

func (s *Session) close(reason string) {
	s.mu.Lock()
	s.reason = reason
	hosts := make([]*host, 0, len(s.hosts))
	for _, h := range s.hosts {
		hosts = append(hosts, h)
	}
	clear(s.hosts)
	apps := make([]*app, 0, len(s.apps))
	for _, a := range s.apps {
		apps = append(apps, a)
	}
	s.mu.Unlock()
	close(s.over)
	s.out.end()
	s.conn.Close()
	for _, h := range hosts {
		h.lost(reason)
	}
	for _, a := range apps {
		a.close()
	}
	for _, a := range apps {
		<-a.ended
	}
	s.w.Close()
}

// time is a time of the process on the log's clock.
func (s *Session) time(mono int64) int64 {
	now := s.log.Now()
	if s.skew == 0 {
		return now
	}
	return min(max(mono-s.skew, 1), now)
}

// why is the reason the session is over, "" while it is not.
func (s *Session) why() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}

// host returns the host with that number, or nil: what was on its way when the node was closed is nobody's.
func (s *Session) host(num uint32) *host {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hosts[num]
}

// names returns the names of the hosts with those numbers.
func (s *Session) names(numbers []uint32) []string {
	out := make([]string, 0, len(numbers))
	for _, num := range numbers {
		if h := s.host(num); h != nil {
			out = append(out, h.n.Name())
		}
	}
	return out
}

func (s *Session) appAt(num uint32) *app {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.apps[num]
}

// take does what one frame says.
func (s *Session) take(f wire.Frame) error {
	switch f.Type {
	case wire.String:
		return s.define(f)
	case wire.Bye:
		var b wire.ByeBody
		if err := wire.DecodeJSON(f, &b); err != nil {
			return err
		}
		return fmt.Errorf("the process closed the connection: %s", cmp.Or(b.Reason, "it gave no reason"))
	case wire.AppOpen, wire.AppInitDone, wire.AppClose, wire.AppDeinitDone:
		return s.takeApp(f)
	case wire.Collected:
		s.collected()
		return nil
	case wire.StacksAre:
		return s.takeStacks(f)
	case wire.Log:
		return s.takeLog(f)
	case wire.Send:
		return s.takeSend(f)
	}
	if h := s.host(f.Node); h != nil {
		return h.take(f)
	}
	if f.Type == wire.Created { // nobody waits for it any more
		s.out.put(func(dst []byte) []byte { return wire.AppendFrame(dst, wire.Close, 0, f.Node, nil) })
	}
	return nil
}

func (s *Session) takeSend(f wire.Frame) error {
	m, err := wire.DecodeSend(f)
	if err != nil {
		return err
	}
	if f.Flags&wire.FlagApp != 0 {
		if a := s.appAt(f.Node); a != nil {
			a.send(f, &m)
		}
		return nil
	}
	if h := s.host(f.Node); h != nil {
		h.send(f, &m)
	}
	return nil
}

// sent answers a SEND with what became of it, if it failed or was to be reported.
func (s *Session) sent(f wire.Frame, token uint32, err error) {
	if err == nil && f.Flags&wire.FlagReport == 0 || token == 0 {
		return
	}
	body := wire.SentFrame{Token: token}
	if err != nil {
		body.Code, body.Text = int32(engine.CodeGeneric), err.Error()
		var e *engine.Error
		if errors.As(err, &e) {
			body.Code = int32(e.Code)
		}
	}
	s.out.put(func(dst []byte) []byte { return wire.AppendSent(dst, f.Node, &body) })
}

// inPlaceFlag says of a result that no extension has made it.
func inPlaceFlag(inPlace bool) uint8 {
	if inPlace {
		return wire.FlagInPlace
	}
	return 0
}

// result sends a result of a command that the process sent.
func (s *Session) result(flags uint8, node, token uint32, res *msg.CmdResult) {
	r := wire.ResultFrame{Token: token, Status: res.Status(), Final: res.Final(), Completed: res.Completed(), Properties: res.Properties().Share()}
	s.out.put(func(dst []byte) []byte {
		dst, r.From = s.place(dst, res.Source())
		out, err := wire.AppendResult(dst, flags, node, &r)
		if err == nil {
			return out
		}
		r.Status, r.Properties = msg.Error, msg.Object{}
		r.Properties.Put("detail", msg.String(err.Error()))
		out, _ = wire.AppendResult(out, flags, node, &r) // it fits now
		return out
	})
}
