package python

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

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
	b.json(wire.Created, node, wire.CreatedBody{Sync: true, NoOnCmd: true})
	for _, stage := range []string{"configure", "init", "start"} {
		b.done(node, stage)
	}
	b.Started(t)
	if e := b.Expect(t, "kind = transition and state = configure"); string(e.Property) != `{"sync":true,"no_on_cmd":true}` {
		t.Errorf("of what kind it is: %s", e.Property)
	}
}

// A stage takes as long as its callback runs: not while it waits for its loop, or while another extension holds that.
func TestAStageIsNotBlamedForWhatOthersDo(t *testing.T) {
	const graph = oneRemote + "[[nodes]]\nname = \"other\"\naddon = \"remote\"\n[[nodes]]\nname = \"waits\"\naddon = \"remote\"\n"
	b := newChildBench(t, graph, engine.Options{Stuck: 300 * time.Millisecond})
	b.hello(wire.Child)
	nodes := map[string]uint32{}
	for range 3 {
		f := b.expect(wire.Create)
		nodes[body[wire.CreateBody](b.actor, f).Name] = f.Node
	}
	mono := func() int64 { return b.App.Log().Now() + b.s.skew }
	for _, node := range nodes {
		b.json(wire.Created, node, wire.CreatedBody{Stages: map[string]string{"init": "mine.py:3"}})
	}
	for range nodes {
		f := b.expect(wire.Stage)
		b.json(wire.StageDone, f.Node, wire.StageDoneBody{Stage: "configure"})
	}
	for range nodes {
		if f := b.expect(wire.Stage); f.Node != nodes["waits"] {
			b.json(wire.StageBegun, f.Node, wire.StageBegunBody{Stage: "init", Time: mono()})
		}
	}
	blocked := wire.BlockedBody{What: "on_init", Since: mono(), Others: []uint32{nodes["other"], nodes["waits"]}}
	b.json(wire.Blocked, nodes["r"], blocked)
	b.Expect(t, "rule = slow-stage and extension = r")
	b.Expect(t, "rule = stage-never-done and extension = r")
	blocked.End = true
	b.json(wire.Blocked, nodes["r"], blocked)
	b.json(wire.StageBegun, nodes["waits"], wire.StageBegunBody{Stage: "init", Time: mono()})
	for _, node := range nodes {
		b.json(wire.StageDone, node, wire.StageDoneBody{Stage: "init"})
	}
	for range nodes {
		f := b.expect(wire.Stage)
		b.json(wire.StageDone, f.Node, wire.StageDoneBody{Stage: "start"})
	}
	b.Started(t)
	for _, e := range b.All(t, "rule in (slow-stage, stage-never-done) or kind = transition and state = start") {
		if who := e.Extension.String(); who != "r" && (e.Kind == trace.Lint || e.QueuedNS == 0) {
			t.Errorf("%s of %s: %s, waited %d", e.Kind, who, e.Detail, e.QueuedNS)
		}
	}
}

// What its loop was held by counts from when the callback began, and no callback that is not written is slow.
func TestTheClockOfAStage(t *testing.T) {
	var c stageClock
	c.hold(1, 5, false)
	if got := c.took(10); got != 0 {
		t.Errorf("before it began: %d", got)
	}
	took := func(now int64) int64 {
		asked := c
		return asked.took(now)
	}
	c = stageClock{began: 10}
	c.hold(5, 12, false)
	c.hold(5, 20, true)
	c.hold(0, 30, true)
	if got := took(40); got != 20 {
		t.Errorf("held from 10 to 20: %d", got)
	}
	c.hold(50, 52, false)
	if got := took(60); got != 30 {
		t.Errorf("held again from 50: %d", got)
	}
	c.hold(50, 60, true)
	c.end(65)
	c.hold(66, 80, false)
	if got := took(90); got != 35 {
		t.Errorf("over at 65: %d", got)
	}
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
	f := b.expect(wire.Result)
	r, err := wire.DecodeResult(f)
	if err != nil || r.Token != 7 || r.Status != msg.OK || !r.Completed || f.Flags&wire.FlagInPlace != 0 {
		t.Errorf("result %+v of flags %#x, %v", r, f.Flags, err)
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

// The process is told which results no extension has made, so that none is said to have been late with it.
func TestWhatTheEngineEndedIsMarked(t *testing.T) {
	deaf := engine.Addon{Name: "greet", New: func(string) engine.Extension { return &struct{ engine.DefaultExtension }{} }}
	b, node := newNodeBench(t, remoteAndGo, engine.Options{PathTimeout: 50 * time.Millisecond}, deaf)
	b.Started(t)
	frame, err := wire.AppendSend(nil, 0, node, &wire.SendFrame{Token: 7, Message: msg.NewCmd("hello")})
	if err != nil {
		t.Fatal(err)
	}
	b.write(frame)
	if f := b.expect(wire.Result); f.Flags&wire.FlagInPlace == 0 {
		t.Errorf("flags %#x", f.Flags)
	}
}

// A task that a handler made may send when that has ended: what is sent follows from the handler's message all the same.
func TestWhatTasksSendToTheirOwnExtensionGoesRound(t *testing.T) {
	b, node := newNodeBench(t, oneRemote+"[[connections]]\nfrom = \"r\"\ndata = [\"ball\"]\nto = [\"r\"]\n", engine.Options{})
	b.Started(t)
	b.Inject(t, "data ball to r")
	for range 100 {
		id := b.deliver().ID
		b.mark(wire.Begun, node, id)
		b.mark(wire.Ended, node, id)
		frame, err := wire.AppendSend(nil, 0, node, &wire.SendFrame{Parent: id, Message: msg.NewData("ball", nil)})
		if err != nil {
			t.Fatal(err)
		}
		b.write(frame)
	}
	b.Expect(t, "rule = message-cycle")
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
