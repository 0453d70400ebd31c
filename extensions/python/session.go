package python

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
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

func (s *Session) takeLog(f wire.Frame) error {
	if s.tooMany(f) {
		return nil
	}
	b, fields, err := logBody(f)
	if err != nil {
		return err
	}
	if b.Category != "" {
		fields.Put("category", msg.String(b.Category))
	}
	var text []byte
	if fields.Len() > 0 {
		text = fields.AppendJSON(nil)
	}
	s.say(f.Node, level(b.Level), b.Text, b.ID, b.Source, text)
	return nil
}

// logBody reads a log line and its fields. There are many of them in a flood, and read as a value one takes a quarter of the time;
// what is no value, as a number that is too large for one, has no place in the fields.
func logBody(f wire.Frame) (b wire.LogBody, fields msg.Object, err error) {
	v, err := msg.ParseJSON(f.Body)
	if o := v.Object(); o != nil && err == nil && plainLog(o, &b, &fields) {
		return b, fields, nil
	}
	b = wire.LogBody{}
	err = wire.DecodeJSON(f, &b)
	return b, object(b.Fields), err
}

// plainLog takes the parts of a log line from o, and reports that each is of its type.
func plainLog(o *msg.Object, b *wire.LogBody, fields *msg.Object) bool {
	ok := true
	for key, v := range o.All() {
		var err error
		switch key {
		case "level":
			var n int64
			n, err = v.Int()
			b.Level = int(n)
		case "text":
			b.Text, err = v.Str()
		case "id":
			b.ID, err = v.Uint()
		case "source":
			b.Source, err = v.Str()
		case "category":
			b.Category, err = v.Str()
		case "fields":
			if f := v.Object(); f != nil {
				*fields = f.Share()
			}
		}
		ok = ok && err == nil
	}
	return ok
}

// say writes a log line of the instance with that number, or of nobody's.
func (s *Session) say(num uint32, l trace.Level, text string, id uint64, source string, fields []byte) {
	if h := s.speaker(num); h != nil {
		h.n.Log(l, text, id, 0, source, fields)
		return
	}
	e := trace.Event{Kind: trace.LogLine, Level: l, Detail: text, Property: fields}
	if source != "" {
		e.Source = trace.Intern(source)
	}
	if e.Level >= s.opt.Level {
		s.w.Emit(&e)
	}
}

// maxLogs are the log lines of a process that are taken in a window, and as many errors besides: no flood of other lines costs one of
// these. More would cost the others something, and nobody can read them: they are dropped unread, and counted. At floodLogs it is a
// flood: what prints so much keeps others from a processor. From pausedLogs on they are read at a pace, with a logPause behind each
// pieceLogs, in which others get one. A runtime that keeps its own bound writes less than maxLogs.
const (
	pieceLogs  = 16
	pausedLogs = 1000
	floodLogs  = 1500
	maxLogs    = 10000
	logPause   = 500 * time.Microsecond
)

// logLimit counts the log lines of a process. Only the reading goroutine uses it, but for the lost ones.
type logLimit struct {
	errors, others logCount
	lost           atomic.Int64
	lostErrors     atomic.Int64 // among them
}

// logCount counts some of the lines.
type logCount struct {
	quota
	lines int // in the window
	taken int // of these
}

// take counts a line that has come, and reports whether it is one of those that are taken.
func (c *logCount) take(now time.Time) bool {
	if c.over(now) {
		c.begin(now, c.lines > maxLogs)
		c.lines, c.taken = 0, 0
	}
	c.lines++
	if c.taken >= c.room(maxLogs, now) {
		return false
	}
	c.taken++
	return true
}

// tooMany reports that a log line is one of too many.
func (s *Session) tooMany(f wire.Frame) bool {
	isError := bytes.HasPrefix(f.Body, errorLine)
	c := &s.logs.others
	if isError {
		c = &s.logs.errors
	}
	taken := c.take(time.Now())
	if c.lines == floodLogs && s.opt.Flooded != nil {
		s.opt.Flooded()
	}
	if taken {
		return false
	}
	if isError {
		s.logs.lostErrors.Add(1)
	}
	if s.logs.lost.Add(1) == 1 {
		s.countLost(f)
	}
	return true
}

// countLost tells, a window later, how many lines were dropped from f on. When all is over by then, nobody hears it.
func (s *Session) countLost(f wire.Frame) {
	var first wire.LogBody
	_ = wire.DecodeJSON(f, &first)
	num := f.Node
	time.AfterFunc(window, func() {
		errs := s.logs.lostErrors.Swap(0) // before the others, which it is among
		text := fmt.Sprintf("wrote more than %d lines a second; %d were dropped.", maxLogs, s.logs.lost.Swap(0))
		if errs > 0 {
			text = fmt.Sprintf("%s, %d of them errors.", strings.TrimSuffix(text, "."), errs)
		}
		if h := s.speaker(num); h != nil {
			h.n.Lint(trace.Event{Rule: ruleFlood, Level: trace.Warn, ID: first.ID, Source: trace.Intern(first.Source), Detail: h.n.Name() + " " + text})
			return
		}
		s.say(num, trace.Warn, "The program "+text, 0, "", nil)
	})
}

// errorLine is how the body of a log line of level error begins.
var errorLine = []byte(`{"level":4`)

// speaker is whose log line it is. What a child says of itself is said by its instance, if it has only one.
func (s *Session) speaker(num uint32) *host {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.hosts[num]; h != nil || num != 0 || len(s.hosts) != 1 || s.hello.Role != wire.Child {
		return h
	}
	for _, h := range s.hosts {
		return h
	}
	return nil
}

// object reads raw JSON as properties; anything but an object is none.
func object(raw []byte) msg.Object {
	v, err := msg.ParseJSON(raw)
	if err != nil || v.Object() == nil {
		return msg.Object{}
	}
	return v.Object().Share()
}

func level(n int) trace.Level {
	return trace.Level(min(max(n, int(trace.Debug)), int(trace.Error)))
}

// collectEvery is how often a process is asked to collect its garbage, at most.
const collectEvery = int64(time.Second)

// collect asks the process for a collection, unless one is under way or the last one is young.
func (s *Session) collect() {
	now := s.log.Now()
	s.mu.Lock()
	due := !s.collecting && (s.collectAt == 0 || now-s.collectAt >= collectEvery)
	if due {
		s.collecting, s.collectAt = true, now
	}
	s.mu.Unlock()
	if due {
		s.out.put(func(dst []byte) []byte { return wire.AppendToken(dst, wire.Collect, 1) })
	}
}

func (s *Session) collected() {
	s.mu.Lock()
	s.collecting = false
	at := s.collectAt
	var all []*host
	for _, h := range s.hosts {
		all = append(all, h)
	}
	s.mu.Unlock()
	for _, h := range all {
		h.n.Collected(at)
	}
}

// stacksEvery is how often a process is asked for its stacks, at most.
const stacksEvery = int64(500 * time.Millisecond)

// askStacks asks what the process is busy with; the answer is there for a later look.
func (s *Session) askStacks() {
	now := s.log.Now()
	s.mu.Lock()
	due := s.stacksAt == 0 || now-s.stacksAt >= stacksEvery
	if due {
		s.stacksAt = now
	}
	s.mu.Unlock()
	if due {
		s.out.put(func(dst []byte) []byte { return wire.AppendJSON(dst, wire.Stacks, 0, 0, wire.StacksBody{Token: 1}) })
	}
}

func (s *Session) takeStacks(f wire.Frame) error {
	var b wire.StacksAreBody
	if err := wire.DecodeJSON(f, &b); err != nil {
		return err
	}
	s.mu.Lock()
	s.stacks = b.Work
	s.mu.Unlock()
	return nil
}

// stackOf returns what the process said last of a piece of work.
func (s *Session) stackOf(node uint32, id uint64, what string) (wire.WorkBody, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.stacks {
		if w.Node == node && w.ID == id && (id != 0 || w.What == what) {
			return w, true
		}
	}
	return wire.WorkBody{}, false
}
