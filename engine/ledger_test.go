package engine_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// ledger is what sender and receivers of numbered commands saw. Restarts change the instances, so it stands outside.
type ledger struct {
	mu       sync.Mutex
	received map[int64]int
	life     map[int64]int    // of the instance that received it last
	answered map[int64]string // ok, or the detail of an ERROR
	value    map[string]int64 // by receiver, the newest property value in its answers
	changed  chan struct{}
}

func newLedger() *ledger {
	return &ledger{received: map[int64]int{}, life: map[int64]int{}, answered: map[int64]string{}, value: map[string]int64{}, changed: make(chan struct{})}
}

func (l *ledger) receive(n int64, life int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.received[n]++
	l.life[n] = life
}

func (l *ledger) answer(n int64, from, text string, value int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if was, ok := l.answered[n]; ok {
		text = "twice: " + was + " and " + text
	}
	l.answered[n] = text
	if value > l.value[from] {
		l.value[from] = value
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// waitFor waits until an answer of from shows value.
func (l *ledger) waitFor(from string, value int64) error {
	deadline := time.After(time.Minute)
	for {
		l.mu.Lock()
		now, changed := l.value[from], l.changed
		l.mu.Unlock()
		if now >= value {
			return nil
		}
		select {
		case <-changed:
		case <-deadline:
			return fmt.Errorf("no answer of %s shows value %d, the newest is %d", from, value, now)
		}
	}
}

// settled waits until all of n commands are answered but those that take longer than any drain: some may not even have been sent.
func (l *ledger) settled(n int64) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		open := l.open(n)
		if open < 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("nobody answers %d", open)
		}
	}
}

// open is the first of n commands that has no answer and does not take long, -1 if there is none.
func (l *ledger) open(n int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range n {
		if _, ok := l.answered[i]; !ok && !takesLong(i) {
			return i
		}
	}
	return -1
}

// takesLong says which commands take longer than any drain.
func takesLong(n int64) bool { return n%500 == 499 }

func integer(m msg.Message, path string) int64 {
	v, _ := m.Get(path)
	i, _ := v.Int()
	return i
}

// counting answers each numbered command with its property value. Some of those to c, which a change restarts, take longer than
// any drain.
type counting struct {
	engine.DefaultExtension
	l    *ledger
	life int // which instance of its node it is
}

func (x *counting) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	n := integer(cmd, "n")
	x.l.receive(n, x.life)
	switch {
	case takesLong(n):
		if env.Sleep(ctx, time.Minute) != nil {
			return // restarted, and answered so
		}
	case n%7 == 0:
		_ = env.Sleep(ctx, time.Millisecond)
	}
	v, err := env.Property(ctx, "value")
	if err != nil {
		return
	}
	res := msg.NewResult(msg.OK, cmd)
	_ = res.Set("value", v)
	_ = res.Set("n", n)
	_ = env.ReturnResult(ctx, res)
}

// adapting is a counting that takes a changed property.
type adapting struct{ counting }

func (*adapting) OnPropertyChanged(context.Context, engine.Env, string) error { return nil }

// numbered sends numbered commands at a rate, to b and c in turn, until it is told to stop. It waits when too many are open, for the
// race detector's sake.
type numbered struct {
	engine.DefaultExtension
	l    *ledger
	rate int64 // a millisecond
	open int
	quit chan struct{}
	sent chan int64
}

func (x *numbered) OnStart(ctx context.Context, env engine.Env) error {
	env.Go(ctx, "send", func(ctx context.Context) error {
		var n int64
		for began := time.Now(); ; {
			select {
			case <-x.quit:
				x.sent <- n
				return nil
			default:
			}
			for due := time.Since(began).Milliseconds() * x.rate; n < due && x.open < 1000; n++ {
				x.open++
				env.Go(ctx, "one", x.one(env, n))
			}
			if err := env.Sleep(ctx, time.Millisecond); err != nil {
				return err
			}
		}
	})
	return nil
}

func (x *numbered) one(env engine.Env, n int64) func(context.Context) error {
	return func(ctx context.Context) error {
		to := [...]string{"b", "c"}[n%2]
		cmd := msg.NewCmd("to_" + to)
		_ = cmd.Set("n", n)
		res, err := env.SendCmd(ctx, cmd)
		x.open--
		switch {
		case err != nil:
			x.l.answer(n, to, err.Error(), 0)
		case res.Status() != msg.OK:
			x.l.answer(n, to, res.Detail(), 0)
		case integer(res, "n") != n:
			x.l.answer(n, to, fmt.Sprint("the answer to ", integer(res, "n")), 0)
		default:
			x.l.answer(n, to, "ok", integer(res, "value"))
		}
		return nil
	}
}

// numberedGraph is a sender and two receivers with their property values.
func numberedGraph(b, c int64) *graph.Graph {
	value := func(n int64) msg.Value {
		var o msg.Object
		o.Put("value", msg.Int(n))
		return msg.Obj(&o)
	}
	return &graph.Graph{Name: "test",
		Nodes:       []graph.Node{{Name: "a", Addon: "numbered"}, {Name: "b", Addon: "adapting", Property: value(b)}, {Name: "c", Addon: "counting", Property: value(c)}},
		Connections: []graph.Connection{wire(msg.KindCmd, "a", "to_b", "b"), wire(msg.KindCmd, "a", "to_c", "c")}}
}

func TestAHundredReloadsUnderLoadLoseNothing(t *testing.T) {
	l := newLedger()
	sender := &numbered{l: l, rate: 10, quit: make(chan struct{}), sent: make(chan int64, 1)}
	made := map[string]int{}
	app := engine.NewApp(engine.Options{Drain: 10 * time.Millisecond}, func(addon string) (engine.Addon, error) {
		return engine.Addon{Name: addon, New: func(name string) engine.Extension {
			l.mu.Lock()
			defer l.mu.Unlock()
			made[name]++
			x := counting{l: l, life: made[name]}
			return map[string]engine.Extension{"numbered": sender, "adapting": &adapting{x}, "counting": &x}[addon]
		}}, nil
	})
	defer app.Close()
	e, err := app.StartGraph(context.Background(), numberedGraph(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	<-e.Started()
	began := time.Now()
	values := map[string]int64{}
	for i := int64(1); i <= 100; i++ {
		to := [...]string{"b", "c"}[i%2]
		values[to] = i
		if _, err := app.Apply(context.Background(), numberedGraph(values["b"], values["c"])); err != nil {
			t.Fatal(err)
		}
		if err := l.waitFor(to, i); err != nil {
			t.Fatal(err)
		}
	}
	close(sender.quit)
	n := <-sender.sent
	t.Logf("%d commands in %s", n, time.Since(began).Round(time.Millisecond))
	for _, slow := range []string{"b", "c"} { // what the slow handlers still owe is answered by a last restart
		if err := app.Restart(context.Background(), "test", slow); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.settled(n); err != nil {
		t.Fatal(err)
	}
	app.Close()
	l.check(t, n, made)
	if made["a"] != 1 || made["b"] != 2 || made["c"] != 52 { // 50 reloads of c, and the last restart of both
		t.Errorf("instances made: %v", made)
	}
}

// check says whether each of n commands was answered once, and received once if it was answered by its handler. What an instance was
// at work on that was not the last of its node must have been answered when that one went, not when the app closed.
func (l *ledger) check(t *testing.T, n int64, lives map[string]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	restarted := 0
	for i := range n {
		switch text := l.answered[i]; {
		case text == "ok":
			if l.received[i] != 1 {
				t.Errorf("%d was answered and received %d times", i, l.received[i])
			}
		case strings.Contains(text, "restarted"), text == "cut": // cut: what the last restart left waiting when the app closed
			restarted++
			if l.received[i] > 1 {
				t.Errorf("%d was received %d times", i, l.received[i])
			}
			if to := [...]string{"b", "c"}[i%2]; text == "cut" && l.received[i] > 0 && l.life[i] < lives[to] {
				t.Errorf("%d was in the hands of instance %d of %d when it went, and was answered when the app closed", i, l.life[i], lives[to])
			}
		default:
			t.Errorf("%d was answered with %q", i, text)
		}
		if t.Failed() {
			return
		}
	}
	if restarted == 0 || int64(restarted) > n/10 {
		t.Errorf("%d of %d were answered by a restart", restarted, n)
	}
}
