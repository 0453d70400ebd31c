package engine_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// soakTime is how long the soak runs.
const soakTime = 2 * time.Second

// tally is what the extensions of the soak counted themselves.
type tally struct {
	cmds, answers   atomic.Int64 // sent, and answered as their senders saw it
	data, delivered atomic.Int64 // sent, and seen by the sink
	asked, heard    atomic.Int64 // commands on their way to the sink: their senders may have left, so some can still come when all else is over
	blocked         chan struct{}
	unblock         chan struct{}
	quit            chan struct{}
	over            chan struct{} // one for each sender that has ended
}

func (y *tally) stopped() bool {
	select {
	case <-y.quit:
		return true
	default:
		return false
	}
}

// soakAsker sends commands from ten tasks at once, one in three as a stream, one in nine a stream it leaves.
func soakAsker(y *tally) *script {
	return &script{start: func(ctx context.Context, env engine.Env) error {
		left := 10
		for range left {
			env.Go(ctx, "ask", func(ctx context.Context) error {
				for i := 0; !y.stopped(); i++ {
					y.ask(ctx, env, i)
				}
				if left--; left == 0 {
					y.over <- struct{}{}
				}
				return nil
			})
		}
		return nil
	}}
}

func (y *tally) ask(ctx context.Context, env engine.Env, i int) {
	cmd := msg.NewCmd("x")
	y.cmds.Add(1)
	if i%3 != 0 {
		if res, err := env.SendCmd(ctx, cmd); err == nil && res.Completed() {
			y.answers.Add(1)
		}
		return
	}
	_ = cmd.Set("parts", rand.IntN(5))
	for res, err := range env.SendCmdEx(ctx, cmd) {
		switch {
		case err != nil:
			return
		case i%9 == 0: // nobody sees its end
			y.cmds.Add(-1)
			return
		case res.Completed():
			y.answers.Add(1)
		}
	}
}

// soakWorker answers after its parts; now and then it asks the next one, or sleeps.
func soakWorker(y *tally) *script {
	return &script{cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		for range integer(cmd, "parts") {
			res := msg.NewResult(msg.OK, cmd)
			res.SetFinal(false)
			_ = env.ReturnResult(ctx, res)
		}
		switch rand.IntN(10) {
		case 0:
			_ = env.Sleep(ctx, time.Millisecond)
		case 1:
			y.asked.Add(1)
			_, _ = env.SendCmd(ctx, addressed(msg.NewCmd("x"), "d"))
		}
		answer(ctx, env, cmd)
	}}
}

// soakFlood sends more data than d takes, until all who ask have ended.
func soakFlood(y *tally) *script {
	s := soakAsker(y)
	ask := s.start
	s.start = func(ctx context.Context, env engine.Env) error {
		env.Go(ctx, "flood", func(ctx context.Context) error {
			for len(y.over) < cap(y.over)-1 {
				for range 20 {
					if env.Send(ctx, msg.NewData("tick", []byte("0123456789"))) == nil {
						y.data.Add(1)
					}
				}
				_ = env.Sleep(ctx, time.Millisecond)
			}
			y.over <- struct{}{}
			return nil
		})
		return ask(ctx, env)
	}
	return s
}

// soakSink answers commands and is slow with data. When the senders have ended it holds its loop at the next data.
func soakSink(y *tally) *script {
	hear := func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		y.heard.Add(1)
		answer(ctx, env, cmd)
	}
	return &script{cmd: hear, data: func(ctx context.Context, env engine.Env, _ *msg.Data) {
		y.delivered.Add(1)
		if len(y.over) == cap(y.over) {
			select {
			case y.blocked <- struct{}{}:
			case <-y.unblock:
			}
			<-y.unblock
			return
		}
		time.Sleep(200 * time.Microsecond)
	}}
}

// census is what a reader counted in the trace.
type census struct {
	read, missing           uint64
	sent, delivered, finals map[uint64]int // of commands, by id
	data, sunk, dropped     int64
}

func newCensus() *census {
	return &census{sent: map[uint64]int{}, delivered: map[uint64]int{}, finals: map[uint64]int{}}
}

func (c *census) count(e *trace.Event) {
	if e.Kind == trace.Gap {
		c.missing += e.Count
		return
	}
	c.read++
	switch {
	case e.Kind == trace.Result && e.Final:
		c.finals[e.ID]++
	case e.Kind == trace.Sent && e.Type == msg.KindCmd:
		c.sent[e.ID]++
	case e.Kind == trace.Sent && e.Type == msg.KindData:
		c.data++
	case e.Kind == trace.Delivered && e.Type == msg.KindCmd:
		c.delivered[e.ID]++
	case e.Kind == trace.Delivered && e.Type == msg.KindData:
		c.sunk++
	case e.Kind == trace.Dropped:
		c.dropped++
	}
}

// countAll reads to the end of the log; the channel gives the census when the log is closed.
func countAll(app *engine.App) <-chan *census {
	out := make(chan *census, 1)
	go func() {
		c, r, buf := newCensus(), app.Log().NewReader(), make([]trace.Event, 1024)
		for r.Wait(context.Background()) == nil {
			for n := r.Next(buf); n > 0; n = r.Next(buf) {
				for i := range buf[:n] {
					c.count(&buf[i])
				}
			}
		}
		out <- c
	}()
	return out
}

// sinkAddsUp waits until what was sent to d is what it took, what was dropped and what waits in its mailbox.
func (y *tally) sinkAddsUp(t *testing.T, app *engine.App) {
	t.Helper()
	for deadline := time.After(time.Minute); ; {
		d := stateOf(app, "d")
		commands := y.asked.Load() - y.heard.Load()
		if d.QueueMax < 100 || d.Dropped == 0 {
			t.Errorf("the mailbox of d held %d at most and dropped %d: it was never full", d.QueueMax, d.Dropped)
		}
		if y.delivered.Load()+int64(d.Dropped)+int64(d.Queue)-commands == y.data.Load() {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%d data delivered + %d dropped + %d queued with %d commands among them, %d sent", y.delivered.Load(), d.Dropped, d.Queue,
				commands, y.data.Load())
		case <-time.After(time.Millisecond):
		}
	}
}

func stateOf(app *engine.App, extension string) trace.NodeState {
	nodes := app.Snapshot().Nodes
	return nodes[slices.IndexFunc(nodes, func(n trace.NodeState) bool { return n.Extension == extension })]
}

func TestASoakLosesNothing(t *testing.T) {
	y := &tally{blocked: make(chan struct{}), unblock: make(chan struct{}), quit: make(chan struct{}), over: make(chan struct{}, 3)}
	app, _ := start(t, scripts{"a": soakAsker(y), "b": soakFlood(y), "c": soakWorker(y), "d": soakSink(y)}, engine.Options{Queue: 100},
		wire(msg.KindCmd, "a", "x", "c"), wire(msg.KindCmd, "b", "x", "c"), wire(msg.KindData, "b", "tick", "d"))
	counted := countAll(app)
	time.Sleep(soakTime)
	close(y.quit)
	<-y.blocked

	y.sinkAddsUp(t, app)
	close(y.unblock)
	if y.cmds.Load() != y.answers.Load() {
		t.Errorf("%d commands sent, %d answered", y.cmds.Load(), y.answers.Load())
	}
	app.Close()
	c := <-counted
	c.check(t, y)
	stats := app.Log().Stats()
	var emitted uint64
	for _, s := range []trace.ClassStats{stats.Protected, stats.Expendable} {
		emitted += s.Events + s.Evicted + s.Dropped
	}
	if c.read+c.missing != emitted {
		t.Errorf("the reader saw %d events and %d missing, the log says %d", c.read, c.missing, emitted)
	}
	t.Logf("%d commands, %d data, %d events, %d missing", y.cmds.Load(), y.data.Load(), c.read, c.missing)
}

// check compares what the reader counted with what the extensions did.
func (c *census) check(t *testing.T, y *tally) {
	t.Helper()
	if c.missing == 0 {
		if c.data != y.data.Load() || c.sunk+c.dropped != c.data || c.sunk != y.delivered.Load() {
			t.Errorf("data in the trace: %d sent, %d delivered, %d dropped; by the extensions: %d sent, %d delivered", c.data, c.sunk, c.dropped,
				y.data.Load(), y.delivered.Load())
		}
	}
	for id, n := range c.sent {
		if n != 1 || c.delivered[id] != 1 || c.finals[id] != 1 {
			t.Errorf("#%d was sent %d times, delivered %d times and ended %d times", id, n, c.delivered[id], c.finals[id])
			return
		}
	}
	if len(c.finals) != len(c.sent) || int64(len(c.sent)) < y.cmds.Load() {
		t.Errorf("%d commands in the trace and %d ends; %d sent by the extensions", len(c.sent), len(c.finals), y.cmds.Load())
	}
}
