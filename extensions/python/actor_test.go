package python

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tenbench/engine/msg"
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

func (p *actor) sendFrom(node, token uint32, m msg.Message) {
	p.t.Helper()
	frame, err := wire.AppendSend(nil, 0, node, &wire.SendFrame{Token: token, Message: m})
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(frame)
}
