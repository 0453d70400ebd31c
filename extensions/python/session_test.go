package python

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// actor is the other end of a session: a process that a test plays.
type actor struct {
	t    *testing.T
	conn net.Conn
	in   chan wire.Frame // all that the engine says, bodies copied
	mu   sync.Mutex
}

// pair returns the two ends of a connection.
func pair(t testing.TB) (ours, theirs net.Conn) {
	t.Helper()
	dir, err := os.MkdirTemp("", "pair") // a test's own folder may have a longer name than a socket's may be
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if theirs, err = net.Dial("unix", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if ours, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(waitFor); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// newActor plays a process on conn.
func newActor(t *testing.T, conn net.Conn) *actor {
	p := &actor{t: t, conn: conn, in: make(chan wire.Frame, 1<<16)}
	go func() {
		defer close(p.in)
		r := wire.NewReader(conn)
		for {
			f, err := r.Next()
			if err != nil {
				return
			}
			f.Body = append([]byte(nil), f.Body...)
			p.in <- f
		}
	}()
	t.Cleanup(func() { conn.Close() })
	return p
}

func (p *actor) write(b []byte) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.conn.Write(b); err != nil {
		p.t.Errorf("the process could not write: %v", err)
	}
}

func (p *actor) json(typ wire.Type, node uint32, body any) {
	p.t.Helper()
	p.write(wire.AppendJSON(nil, typ, 0, node, body))
}

func (p *actor) hello(role string) {
	p.t.Helper()
	p.json(wire.Hello, 0, wire.HelloBody{Protocol: wire.Protocol, Runtime: Version(), PID: 1, Role: role})
	p.expect(wire.Welcome)
}

// waitFor is how long a test waits for what must come.
const waitFor = time.Minute

// expect returns the next frame of that type; what comes before it is dropped.
func (p *actor) expect(typ wire.Type) wire.Frame {
	p.t.Helper()
	late := time.After(waitFor)
	for {
		select {
		case f, ok := <-p.in:
			if !ok {
				p.t.Fatalf("the connection ended before %s", typ)
			}
			if f.Type == typ {
				return f
			}
		case <-late:
			p.t.Fatalf("no %s within %v", typ, waitFor)
		}
	}
}

func body[T any](p *actor, f wire.Frame) T {
	p.t.Helper()
	var b T
	if err := wire.DecodeJSON(f, &b); err != nil {
		p.t.Fatal(err)
	}
	return b
}

// bringUp makes the instance of the next CREATE and takes it through its stages.
func (p *actor) bringUp() uint32 {
	p.t.Helper()
	node := p.expect(wire.Create).Node
	p.json(wire.Created, node, wire.CreatedBody{})
	for _, stage := range []string{"configure", "init", "start"} {
		p.done(node, stage)
	}
	return node
}

// done waits for a stage and says that it has ended.
func (p *actor) done(node uint32, stage string) {
	p.t.Helper()
	b := body[wire.StageBody](p, p.expect(wire.Stage))
	if b.Stage != stage {
		p.t.Fatalf("stage %s, want %s", b.Stage, stage)
	}
	done := wire.StageDoneBody{Stage: stage}
	if stage == "configure" {
		done.Property = b.Layer
	}
	p.json(wire.StageDone, node, done)
}

// takeDown plays the end of an instance.
func (p *actor) takeDown(node uint32) {
	p.t.Helper()
	p.done(node, "stop")
	p.done(node, "deinit")
	p.expect(wire.Close)
	p.write(wire.AppendFrame(nil, wire.Closed, 0, node, nil))
}

func (p *actor) deliver() wire.DeliverFrame {
	p.t.Helper()
	d, err := wire.DecodeDeliver(p.expect(wire.Deliver))
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

func (p *actor) mark(typ wire.Type, node uint32, id uint64) {
	p.t.Helper()
	p.write(wire.AppendMark(nil, typ, node, &wire.MarkFrame{ID: id}))
}

// answer begins, answers and ends a command.
func (p *actor) answer(node uint32, id uint64, status msg.Status, props string) {
	p.t.Helper()
	p.mark(wire.Begun, node, id)
	r := wire.ReturnFrame{ID: id, Status: status, Final: true, Properties: object([]byte(props))}
	frame, err := wire.AppendReturn(nil, 0, node, &r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(frame)
	p.mark(wire.Ended, node, id)
}

// childBench runs a graph whose addon "remote" lives in a process that the test plays, beside a Go addon "go".
type childBench struct {
	*enginetest.Bench
	*actor
	s      *Session
	served chan error
}

func newChildBench(t *testing.T, toml string, opt engine.Options, more ...engine.Addon) *childBench {
	t.Helper()
	ours, theirs := pair(t)
	b := &childBench{actor: newActor(t, theirs), served: make(chan error, 1)}
	log := trace.New(trace.Options{})
	t.Cleanup(log.Close)
	opt.Log = log
	b.s = NewSession(ours, SessionOptions{Engine: engine.Options{Log: log}, Role: wire.Child})
	go func() { b.served <- b.s.Serve() }()
	remote := engine.Addon{Name: "remote", Host: func(n *engine.Node) (engine.Host, error) { return b.s.NewHost(n, Create{}) }}
	b.Bench = enginetest.Launch(t, opt, append(more, remote), enginetest.ParseGraph(t, toml))
	t.Cleanup(func() { b.s.Close("the test is over") }) // before the graph stops: nobody plays the stages of a stop
	return b
}

// newNodeBench is a childBench whose process has brought its one node up; the number is the node's.
func newNodeBench(t *testing.T, toml string, opt engine.Options, more ...engine.Addon) (*childBench, uint32) {
	t.Helper()
	b := newChildBench(t, toml, opt, more...)
	b.hello(wire.Child)
	return b, b.bringUp()
}

const oneRemote = `
[[nodes]]
name = "r"
addon = "remote"
`

func TestStagesGoThroughTheProcess(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	b.Started(t)
	go b.App.Close()
	b.takeDown(node)
	<-b.App.Done()
	var states []string
	for _, e := range b.All(t, "kind = transition") {
		states = append(states, e.State.String())
	}
	if got := strings.Join(states, " "); got != "created configure init start running stop deinit ended" {
		t.Errorf("states: %s", got)
	}
}

func TestCommandGoesThroughTheProcessAndBack(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	id := b.Inject(t, `cmd hello {"name":"Ada"} to r`)
	d := b.deliver()
	if d.ID != id || d.Message.Name() != "hello" || string(d.Message.Properties().AppendJSON(nil)) != `{"name":"Ada"}` {
		t.Fatalf("delivered %+v %s", d, d.Message.Properties())
	}
	b.actor.answer(node, id, msg.OK, `{"text":"hello Ada"}`)
	a := b.Answer(t, id)
	if !a.OK() || a.Get("text") != "hello Ada" {
		t.Errorf("answered %v %s", a.Status, a.Property)
	}
	for _, kind := range []string{"delivered", "handled"} {
		b.Expect(t, fmt.Sprintf("kind = %s and id = %d", kind, id))
	}
}

// countingConn counts the writes of a connection.
type countingConn struct {
	net.Conn
	writes atomic.Int64
}

func (c *countingConn) Write(b []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(b)
}

func TestWhatOneReadLeadsToGoesToAnotherProcessInOneWrite(t *testing.T) {
	ours, theirs := pair(t)
	counted, second := &countingConn{Conn: ours}, newActor(t, theirs)
	other := engine.Addon{Name: "other", Host: func(n *engine.Node) (engine.Host, error) {
		s := NewSession(counted, SessionOptions{Engine: engine.Options{Log: n.TraceLog()}, Role: wire.Child})
		go s.Serve()
		t.Cleanup(func() { s.Close("the test is over") })
		return s.NewHost(n, Create{})
	}}
	b := newChildBench(t, oneRemote+"[[nodes]]\nname = \"o\"\naddon = \"other\"\n[[connections]]\nfrom = \"r\"\ncmd = [\"hello\"]\nto = [\"o\"]\n",
		engine.Options{}, other)
	b.hello(wire.Child)
	second.hello(wire.Child)
	node := b.bringUp()
	second.bringUp()
	b.Started(t)
	const n = 10
	var frames []byte
	for i := range uint32(n) {
		var err error
		if frames, err = wire.AppendSend(frames, 0, node, &wire.SendFrame{Token: i + 1, Message: msg.NewCmd("hello")}); err != nil {
			t.Fatal(err)
		}
	}
	before := counted.writes.Load()
	b.write(frames)
	for range n {
		second.deliver()
	}
	if got := counted.writes.Load() - before; got != 1 {
		t.Errorf("%d commands of one read went out in %d writes", n, got)
	}
}

func TestTheProcessKnowsWhichCommandsTheGraphConnects(t *testing.T) {
	toml := func(name string) string {
		return fmt.Sprintf("%s[[nodes]]\nname = \"other\"\naddon = \"remote\"\n[[connections]]\nfrom = \"r\"\ncmd = [%q]\nto = [\"other\"]\n", oneRemote, name)
	}
	b := newChildBench(t, toml("first"), engine.Options{})
	b.hello(wire.Child)
	r := b.expect(wire.Create).Node
	b.json(wire.Created, r, wire.CreatedBody{})
	wired := func(node uint32) []string {
		for {
			if f := b.expect(wire.Wired); f.Node == node {
				return body[wire.WiredBody](b.actor, f).Commands
			}
		}
	}
	if got := wired(r); !slices.Equal(got, []string{"first"}) {
		t.Errorf("at first %q", got)
	}
	if _, err := b.App.Apply(t.Context(), enginetest.ParseGraph(t, toml("second"))); err != nil {
		t.Fatal(err)
	}
	if got := wired(r); !slices.Equal(got, []string{"second"}) {
		t.Errorf("after the graph has changed %q", got)
	}
}

func TestCreditBoundsWhatTheProcessHas(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	const n = creditMessages + 10
	for range n {
		b.Inject(t, "data tick to r")
	}
	var ids []uint64
	for range creditMessages {
		ids = append(ids, b.deliver().ID)
	}
	// What comes next is asked for by a frame that overtakes messages: the process gets it, and none of the other messages.
	b.s.askStacks()
	if f := <-b.in; f.Type != wire.Stacks {
		t.Fatalf("got %s beyond the credit", f.Type)
	}
	for _, id := range ids[:10] {
		b.mark(wire.Begun, node, id)
		b.mark(wire.Ended, node, id)
	}
	for range 10 {
		b.deliver()
	}
}

func TestTheProcessIsAskedWhatWasRead(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	if got := b.App.PropertyReads("test", "r"); got != nil {
		t.Fatalf("nobody has said anything yet, and there is %v", got)
	}
	for range 3 { // the first look has asked already, the next ones come too soon
		b.App.PropertyReads("test", "r")
	}
	b.s.askStacks()
	for _, want := range []wire.Type{wire.Reads, wire.Stacks} {
		if f := <-b.in; f.Type != want || want == wire.Reads && f.Node != node {
			t.Fatalf("got %s about %d, want %s", f.Type, f.Node, want)
		}
	}
	b.json(wire.ReadsAre, node, wire.ReadsAreBody{Reads: map[string]int64{"n": 2}})
	wait(t, "the count is known", func() bool { return b.App.PropertyReads("test", "r")["n"] == 2 })
}

func TestUnreadMessagesGoToTheNextInstance(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{Drain: time.Millisecond})
	var want []uint64
	for range 5 {
		want = append(want, b.Inject(t, "cmd hello to r"))
	}
	first := b.deliver()
	for range 4 {
		b.deliver()
	}
	b.mark(wire.Begun, node, first.ID)
	restarted := make(chan error, 1)
	go func() { restarted <- b.App.Restart(t.Context(), "test", "r") }()
	b.takeDown(node)
	next := b.bringUp()
	if err := <-restarted; err != nil {
		t.Fatal(err)
	}
	for _, id := range want[1:] {
		d := b.deliver()
		if d.ID != id {
			t.Fatalf("the next instance got #%d, want #%d", d.ID, id)
		}
		b.actor.answer(next, d.ID, msg.OK, "{}")
		if !b.Answer(t, id).OK() {
			t.Errorf("#%d was not answered well", id)
		}
	}
	if a := b.Answer(t, first.ID); a.OK() {
		t.Error("the command that the old instance had begun was answered with OK")
	}
}

func TestDeathFailsTheNodesAndAnswersTheirCommands(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	id := b.Inject(t, "cmd hello to r")
	b.mark(wire.Begun, node, b.deliver().ID)
	waiting := b.Inject(t, "cmd hello to r")
	b.deliver()
	b.conn.Close()
	if err := <-b.served; err == nil {
		t.Error("Serve returned no reason")
	}
	b.s.Close("the process was killed by signal 9")
	for _, id := range []uint64{id, waiting} {
		if a := b.Answer(t, id); a.OK() || !strings.Contains(a.Get("detail"), "killed by signal 9") {
			t.Errorf("#%d was answered with %s %s", id, a.Status, a.Property)
		}
	}
	b.Expect(t, "kind = transition and state = failed")
}

func TestProcessThatNeverComesFailsItsNodes(t *testing.T) {
	b := newChildBench(t, oneRemote, engine.Options{})
	b.s.Close("there is no python3")
	b.Started(t)
	e := b.Expect(t, "kind = transition and state = failed")
	if e.Detail != "there is no python3" {
		t.Errorf("failed with %q", e.Detail)
	}
}

func TestInstanceThatCannotBeMadeFailsItsNode(t *testing.T) {
	b := newChildBench(t, oneRemote, engine.Options{})
	b.hello(wire.Child)
	node := b.expect(wire.Create).Node
	b.json(wire.Created, node, wire.CreatedBody{Error: "ModuleNotFoundError: No module named 'numpy'", Stack: "Traceback"})
	b.Started(t)
	e := b.Expect(t, "kind = transition and state = failed")
	if !strings.Contains(e.Detail, "numpy") {
		t.Errorf("failed with %q", e.Detail)
	}
	wait(t, "nothing of it is left", func() bool { return b.s.Live() == 0 }) // CLOSE is not needed
}

// What the process does not know yet it cannot be told anything about.
func TestStagesWaitForTheInstance(t *testing.T) {
	b := newChildBench(t, oneRemote, engine.Options{})
	b.hello(wire.Child)
	node := b.expect(wire.Create).Node
	b.Expect(t, "kind = transition and state = created")
	b.s.askStacks()
	if f := <-b.in; f.Type != wire.Stacks {
		t.Fatalf("got %s before the instance was there", f.Type)
	}
	b.json(wire.Created, node, wire.CreatedBody{})
	for _, stage := range []string{"configure", "init", "start"} {
		b.done(node, stage)
	}
	b.Started(t)
}

// A node whose package takes for ever to import is stopped at once, and what comes too late is closed.
func TestNodeStopsWhileItsInstanceIsMade(t *testing.T) {
	b := newChildBench(t, oneRemote, engine.Options{})
	b.hello(wire.Child)
	node := b.expect(wire.Create).Node
	b.Expect(t, "kind = transition and state = created")
	go b.App.Close()
	b.Expect(t, "kind = transition and state = ended")
	b.json(wire.Created, node, wire.CreatedBody{})
	b.expect(wire.Close)
}

// What the stop of an extension answered, its process may answer too, and nobody is to blame.
func TestALateAnswerAfterTheEndIsNoSecondOne(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	id := b.Inject(t, "cmd hello to r")
	b.deliver()
	closed := make(chan struct{})
	go func() { defer close(closed); b.App.Close() }()
	b.done(node, "stop")
	b.done(node, "deinit")
	b.expect(wire.Close)
	b.answer(node, id, msg.OK, "{}")
	b.write(wire.AppendFrame(nil, wire.Closed, 0, node, nil))
	<-closed
	buf, stopped := make([]trace.Event, 1), false
	for r := b.App.Log().NewReader(); r.Next(buf) == 1; {
		stopped = stopped || buf[0].Kind == trace.Result && buf[0].ID == id && buf[0].By == trace.ByStop
		if buf[0].Rule == ruleAnsweredTwice {
			t.Errorf("it is said that %s", buf[0].Detail)
		}
	}
	if !stopped {
		t.Error("the stop did not answer it: this tests nothing")
	}
}

func TestLostCommandIsNamed(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{AnswerLost: true})
	id := b.Inject(t, "cmd hello to r")
	b.deliver()
	b.mark(wire.Begun, node, id)
	b.mark(wire.Ended, node, id)
	b.mark(wire.Freed, node, id)
	b.Expect(t, fmt.Sprintf("kind = freed and id = %d", id))
	if a := b.Answer(t, id); a.OK() {
		t.Error("a lost command was answered with OK")
	}
}

func TestKeptCommandIsNamedAfterACollection(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	id := b.Inject(t, "cmd hello to r")
	b.deliver()
	b.mark(wire.Begun, node, id)
	b.mark(wire.Ended, node, id)
	b.expect(wire.Collect)
	b.write(wire.AppendToken(nil, wire.Collected, 1))
	b.Expect(t, fmt.Sprintf("rule = kept and id = %d", id))
}

const remoteAndGo = `
[[nodes]]
name = "r"
addon = "remote"
[[nodes]]
name = "g"
addon = "greet"
[[connections]]
from = "r"
cmd = ["hello"]
to = ["g"]
`

func TestSendsOfTheProcess(t *testing.T) {
	b, node := newNodeBench(t, remoteAndGo, engine.Options{}, greet)
	b.Started(t)
	send := func(flags uint8, token uint32, m msg.Message) {
		t.Helper()
		frame, err := wire.AppendSend(nil, flags, node, &wire.SendFrame{Token: token, Message: m})
		if err != nil {
			t.Fatal(err)
		}
		b.write(frame)
	}
	send(0, 7, msg.NewCmd("hello"))
	r, err := wire.DecodeResult(b.expect(wire.Result))
	if err != nil || r.Token != 7 || r.Status != msg.OK || !r.Completed {
		t.Errorf("result %+v, %v", r, err)
	}
	send(0, 8, msg.NewCmd("nowhere"))
	s, err := wire.DecodeSent(b.expect(wire.Sent))
	if err != nil || s.Token != 8 || s.Code != int32(engine.CodeNotConnected) || s.Text == "" {
		t.Errorf("sent %+v, %v", s, err)
	}
	send(wire.FlagReport, 9, msg.NewData("nowhere", nil))
	if s, _ = wire.DecodeSent(b.expect(wire.Sent)); s.Code != int32(engine.CodeNotConnected) {
		t.Errorf("sent %+v", s)
	}
}

func TestFramesThatBreakTheFormEndTheConnection(t *testing.T) {
	b := newChildBench(t, oneRemote, engine.Options{})
	b.hello(wire.Child)
	b.bringUp()
	b.write([]byte("this is not a frame, and long enough for a header"))
	if got := body[wire.ByeBody](b.actor, b.expect(wire.Bye)); !strings.Contains(got.Reason, "protocol") {
		t.Errorf("BYE says %q", got.Reason)
	}
	if err := <-b.served; err == nil || !strings.Contains(err.Error(), "protocol") {
		t.Errorf("Serve returned %v", err)
	}
}

func TestAnotherVersionIsRefusedByName(t *testing.T) {
	ours, theirs := pair(t)
	p := newActor(t, theirs)
	log := trace.New(trace.Options{})
	defer log.Close()
	s := NewSession(ours, SessionOptions{Engine: engine.Options{Log: log}})
	defer s.Close("over")
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	p.json(wire.Hello, 0, wire.HelloBody{Protocol: wire.Protocol, Runtime: "0.0.0-other", Role: wire.Child})
	if got := body[wire.ByeBody](p, p.expect(wire.Bye)); !strings.Contains(got.Reason, "0.0.0-other") || !strings.Contains(got.Reason, Version()) {
		t.Errorf("BYE says %q", got.Reason)
	}
	if err := <-served; err == nil {
		t.Error("Serve went on")
	}
}

// A process that does not read must not hold anybody up, and gets all when it reads again.
func TestProcessThatDoesNotReadHoldsNobodyUp(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	b.Started(t)
	const n, size = 3, 8 << 20
	for i := range n {
		m := msg.NewData("big", make([]byte, size))
		_ = m.Set("i", i)
		m.SetDests(msg.Loc{Extension: "r"})
		b.InjectMessage(t, m)
	}
	for i := range n {
		d := b.deliver()
		if len(d.Message.Buffer()) != size {
			t.Fatalf("message %d came with %d bytes", i, len(d.Message.Buffer()))
		}
		b.mark(wire.Begun, node, d.ID)
		b.mark(wire.Ended, node, d.ID)
	}
}

// programBench is a program that a test plays.
func newProgram(t *testing.T) (*actor, *trace.Log, chan error) {
	t.Helper()
	ours, theirs := pair(t)
	log := trace.New(trace.Options{})
	t.Cleanup(log.Close)
	s := NewSession(ours, SessionOptions{Engine: engine.Options{Log: log, StopDeadline: time.Second}, Role: wire.Program})
	served := make(chan error, 1)
	go func() {
		err := s.Serve()
		s.Close("the program has ended")
		served <- err
	}()
	p := newActor(t, theirs)
	p.hello(wire.Program)
	t.Cleanup(func() {
		p.conn.Close()
		<-served
	})
	return p, log, served
}

func graphsProperty(t *testing.T, graphs ...string) json.RawMessage {
	t.Helper()
	return json.RawMessage(`{"ten":{"predefined_graphs":[` + strings.Join(graphs, ",") + `]}}`)
}

const autoGraph = `{"name":"main","auto_start":true,"graph":{"nodes":[{"type":"extension","name":"a","addon":"adder","extension_group":"g"}]}}`

func TestProgramOpensAnApp(t *testing.T) {
	p, log, _ := newProgram(t)
	w := enginetest.Watch(log)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: graphsProperty(t, autoGraph)})
	create := p.expect(wire.Create)
	if c := body[wire.CreateBody](p, create); c.App != 1 || c.Addon != "adder" || c.Name != "a" || c.Graph != "main" || c.Group != "g" {
		t.Errorf("CREATE %+v", c)
	}
	p.json(wire.Created, create.Node, wire.CreatedBody{})
	p.expect(wire.AppInit)
	p.write(wire.AppendFrame(nil, wire.AppInitDone, 0, 1, nil))
	for _, stage := range []string{"init", "start"} { // configure was asked for before APP_INIT
		p.json(wire.StageDone, create.Node, wire.StageDoneBody{Stage: map[string]string{"init": "configure", "start": "init"}[stage]})
		if b := body[wire.StageBody](p, p.expect(wire.Stage)); b.Stage != stage {
			t.Fatalf("stage %s, want %s", b.Stage, stage)
		}
	}
	p.json(wire.StageDone, create.Node, wire.StageDoneBody{Stage: "start"})
	w.Expect(t, "extension = a and state = running")
	p.write(wire.AppendFrame(nil, wire.AppClose, 0, 1, nil))
	p.takeDown(create.Node)
	p.expect(wire.AppDeinit)
	p.write(wire.AppendFrame(nil, wire.AppDeinitDone, 0, 1, nil))
	if got := body[wire.AppClosedBody](p, p.expect(wire.AppClosed)); got.Error != "" {
		t.Errorf("APP_CLOSED says %q", got.Error)
	}
}

func TestProgramsGraphThatFailsClosesItsApp(t *testing.T) {
	p, _, _ := newProgram(t)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: graphsProperty(t, autoGraph)})
	p.json(wire.Created, p.expect(wire.Create).Node, wire.CreatedBody{Error: "no addon adder"})
	p.expect(wire.AppInit)
	p.write(wire.AppendFrame(nil, wire.AppInitDone, 0, 1, nil))
	p.expect(wire.AppDeinit)
	p.write(wire.AppendFrame(nil, wire.AppDeinitDone, 0, 1, nil))
	if got := body[wire.AppClosedBody](p, p.expect(wire.AppClosed)); !strings.Contains(got.Error, "no addon adder") {
		t.Errorf("APP_CLOSED says %q", got.Error)
	}
}

func TestProgramsBadGraphIsAnError(t *testing.T) {
	p, _, _ := newProgram(t)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: graphsProperty(t, `{"name":"main","auto_start":true,"graph":{"nodes":[{"type":"extension"}]}}`)})
	if got := body[wire.AppClosedBody](p, p.expect(wire.AppClosed)); got.Error == "" {
		t.Error("APP_CLOSED without an error")
	}
}

func TestTesterIsThePeerOfItsGraph(t *testing.T) {
	p, _, _ := newProgram(t)
	g := json.RawMessage(`{"nodes":[{"type":"extension","name":"tester","addon":"t"},{"type":"extension","name":"a","addon":"x"}]}`)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: json.RawMessage("{}"), Graph: g, Peer: "tester"})
	tester := p.expect(wire.Create).Node
	p.json(wire.Created, tester, wire.CreatedBody{})
	other := p.expect(wire.Create).Node
	p.json(wire.Created, other, wire.CreatedBody{})
	for range 6 { // both nodes are asked for each of three stages, in whatever order
		f := p.expect(wire.Stage)
		p.json(wire.StageDone, f.Node, wire.StageDoneBody{Stage: body[wire.StageBody](p, f).Stage})
	}
	p.sendFrom(tester, 1, msg.NewCmd("ask"))
	d := p.expect(wire.Deliver)
	if d.Node != other {
		t.Errorf("the tester's command went to node %d", d.Node)
	}
	m := msg.NewData("out", nil)
	m.SetDests(msg.Loc{Extension: "anybody"})
	p.sendFrom(other, 0, m)
	if d := p.expect(wire.Deliver); d.Node != tester {
		t.Errorf("what the extension sent went to node %d, not to the tester", d.Node)
	}
}

func (p *actor) sendFrom(node, token uint32, m msg.Message) {
	p.t.Helper()
	frame, err := wire.AppendSend(nil, 0, node, &wire.SendFrame{Token: token, Message: m})
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(frame)
}

func TestProgramStartsAGraphWhileItsReaderIsFree(t *testing.T) {
	p, _, _ := newProgram(t)
	p.json(wire.AppOpen, 1, wire.AppOpenBody{Property: json.RawMessage(`{"ten":{"long_running_mode":true}}`)})
	p.expect(wire.AppInit)
	p.write(wire.AppendFrame(nil, wire.AppInitDone, 0, 1, nil))
	cmd := msg.NewCmd("ten:start_graph")
	cmd.SetDests(msg.Loc{})
	_ = cmd.Set("ten.graph_json", `{"nodes":[{"type":"extension","name":"a","addon":"x"}]}`)
	frame, err := wire.AppendSend(nil, wire.FlagApp, 1, &wire.SendFrame{Token: 5, Message: cmd})
	if err != nil {
		t.Fatal(err)
	}
	p.write(frame)
	p.json(wire.Created, p.expect(wire.Create).Node, wire.CreatedBody{})
	f := p.expect(wire.Result)
	r, err := wire.DecodeResult(f)
	if err != nil || f.Flags&wire.FlagApp == 0 || f.Node != 1 || r.Token != 5 || r.Status != msg.OK {
		t.Errorf("result %+v, %v", r, err)
	}
	if _, ok := r.Properties.Lookup("graph_id"); !ok {
		t.Errorf("result without a graph_id: %s", &r.Properties)
	}
}

var greet = engine.Addon{Name: "greet", New: func(string) engine.Extension { return &greeter{} }}

func TestAFloodIsToldOnceBeforeLinesAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // all within one window, however long it takes
		told := 0
		s := &Session{opt: SessionOptions{Flooded: func() { told++ }}}
		line, _ := wire.NewReader(bytes.NewReader(wire.AppendJSON(nil, wire.Log, 0, 1, wire.LogBody{Level: int(trace.Info), Text: "a line"}))).Next()
		for range maxLogs {
			if s.tooMany(line) || told > 0 != (s.logs.others.lines >= floodLogs) {
				t.Fatalf("line %d: it is one too many, or told %d times", s.logs.others.lines, told)
			}
		}
		for range 100 {
			if !s.tooMany(line) {
				t.Fatalf("line %d is taken", s.logs.others.lines)
			}
		}
		if told != 1 {
			t.Errorf("it was told %d times", told)
		}
	})
}

func TestAFloodOfErrorsHasItsOwnBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(Session)
		s.logs.lost.Store(1) // so that none is the first one, which is told
		write := func(level trace.Level, n int) (taken int) {
			line, _ := wire.NewReader(bytes.NewReader(wire.AppendJSON(nil, wire.Log, 0, 1, wire.LogBody{Level: int(level), Text: "a line"}))).Next()
			for range n {
				if !s.tooMany(line) {
					taken++
				}
			}
			return taken
		}
		write(trace.Info, 3*maxLogs)
		if got := write(trace.Error, maxLogs+7); got != maxLogs {
			t.Errorf("%d errors are taken beside a flood of other lines, want %d", got, maxLogs)
		}
		if got := s.logs.lostErrors.Load(); got != 7 {
			t.Errorf("%d errors count as dropped, not 7", got)
		}
		time.Sleep(window) // a flood of either goes on
		if got := write(trace.Error, 1000); got != maxLogs/100 {
			t.Errorf("%d errors are taken in a part of the window after it, want %d", got, maxLogs/100)
		}
	})
}

func TestALogLineIsReadAsItsJSON(t *testing.T) {
	for _, text := range []string{
		`{"level":2,"text":"a line","id":7,"source":"a.py:3"}`,
		`{"level": 4, "text": "Zeilen\n\u00fc \ud800", "id": 0, "source": "", "category": "audio", "fields": {"n": 1, "in": {"a": [1.5, "x", null]}}}`,
		`{"level":1,"text":"","fields":{"n":123456789012345678901234567890}}`, // no value has this number
		`{"level":1,"text":"x","fields":7,"more":true}`,
		`{"level":1,"text":null,"id":null}`,
		`{"level":"high","text":"x"}`, `{"id":-1}`, `{"text":"x"`, `[]`, `7`, ``,
	} {
		f := wire.Frame{Type: wire.Log, Body: []byte(text)}
		var want wire.LogBody
		fails := wire.DecodeJSON(f, &want)
		fields := object(want.Fields)
		got, gotFields, err := logBody(f)
		want.Fields, got.Fields = nil, nil
		if (err == nil) != (fails == nil) || err == nil && (!reflect.DeepEqual(got, want) || gotFields.String() != fields.String()) {
			t.Errorf("%s: %+v with %s, %v; want %+v with %s, %v", text, got, &gotFields, err, want, &fields, fails)
		}
	}
}

func TestLinesOfAFloodThatGoesOnAreTakenInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(Session)
		line, _ := wire.NewReader(bytes.NewReader(wire.AppendJSON(nil, wire.Log, 0, 1, wire.LogBody{Level: int(trace.Info), Text: "a line"}))).Next()
		s.logs.lost.Store(1) // so that none is the first one, which is told
		write := func(n int) (taken int) {
			for range n {
				if !s.tooMany(line) {
					taken++
				}
			}
			return taken
		}
		if got := write(2 * maxLogs); got != maxLogs {
			t.Errorf("%d lines are taken when it begins, want %d", got, maxLogs)
		}
		time.Sleep(window)
		for i := range int(window / part) {
			if got := write(1000); got != maxLogs/100 {
				t.Fatalf("%d lines are taken in part %d, want %d", got, i, maxLogs/100)
			}
			time.Sleep(part)
		}
		write(200) // the flood is over
		time.Sleep(window)
		if got := write(maxLogs); got != maxLogs {
			t.Errorf("%d of %d lines are taken in the window after a calm one", got, maxLogs)
		}
	})
}

func TestDroppedLogLinesAreAProblemAtTheirPlace(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	line := wire.AppendJSON(nil, wire.Log, 0, node, wire.LogBody{Level: int(trace.Info), Text: "a line", Source: "tool.py:7"})
	b.write(bytes.Repeat(line, 5*maxLogs))
	e := b.Expect(t, "rule = output-flood")
	if e.Level != trace.Warn || e.Extension.String() != "r" || e.Source.String() != "tool.py:7" || !strings.HasPrefix(e.Detail, "r wrote more than 10000 lines a second; ") {
		t.Errorf("the lint is %+v", e)
	}
}

// Log lines are taken in pieces, and what others have to say does not wait for them: a line leads to no message.
func TestLogLinesHoldNobodyUp(t *testing.T) {
	s := &Session{opt: SessionOptions{Level: trace.Error}}
	line := wire.AppendJSON(nil, wire.Log, 0, 0, wire.LogBody{Level: int(trace.Info), Text: "a line"})
	r := wire.NewReader(bytes.NewReader(bytes.Repeat(line, 3*pieceLogs)))
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	inBatch.begin()
	defer inBatch.end()
	o := new(output)
	o.held = inBatch.hold(o)
	if err := s.takeBatch(r, f); err != nil {
		t.Fatal(err)
	}
	if o.held {
		t.Error("what another process is to be told still waits")
	}
	left := 0
	for ; r.Ready(); left++ {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if left != 2*pieceLogs {
		t.Errorf("%d of %d lines are left for later, want %d", left, 3*pieceLogs, 2*pieceLogs)
	}
}
