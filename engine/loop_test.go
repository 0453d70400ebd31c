package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// events returns what the log holds of these kinds, after all that was emitted so far.
func events(app *engine.App, kinds ...trace.Kind) []trace.Event {
	app.Log().Flush()
	r := app.Log().NewReader()
	var out []trace.Event
	buf := make([]trace.Event, 256)
	for n := r.Next(buf); n > 0; n = r.Next(buf) {
		for _, e := range buf[:n] {
			if slices.Contains(kinds, e.Kind) {
				out = append(out, e)
			}
		}
	}
	return out
}

// lints returns the rules that were reported, with repeats.
func lints(app *engine.App) []string {
	var out []string
	for _, e := range events(app, trace.Lint) {
		out = append(out, e.Rule.String())
	}
	return out
}

// inject sends a command from the bench and waits for its final result.
func inject(t testing.TB, app *engine.App, cmd msg.Message, to string) trace.Event {
	t.Helper()
	r := app.Log().ReaderAt(lastSeq(app) + 1)
	cmd.SetDests(msg.Loc{Extension: to})
	id, err := app.Inject(context.Background(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	return awaitEvent(t, r, func(e *trace.Event) bool { return e.Kind == trace.Result && e.ID == id && e.Final })
}

func lastSeq(app *engine.App) uint64 {
	app.Log().Flush()
	_, last := app.Log().Span()
	return last
}

// awaitEvent reads on until an event matches.
func awaitEvent(t testing.TB, r *trace.Reader, match func(*trace.Event) bool) trace.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	buf := make([]trace.Event, 1)
	for {
		for r.Next(buf) > 0 {
			if match(&buf[0]) {
				return buf[0]
			}
		}
		if err := r.Wait(ctx); err != nil {
			t.Fatalf("no such event: %v", err)
		}
	}
}

func TestHandlersInterleaveAtAwaitsAndNeedNoLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string // no lock: the loop is the lock
		count := 0
		app, _ := start(t, scripts{
			"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				order = append(order, "begin "+cmd.Name())
				for range 3 {
					count++
					_ = env.Sleep(ctx, time.Millisecond)
				}
				order = append(order, "end "+cmd.Name())
				answer(ctx, env, cmd)
			}},
		}, engine.Options{})
		for _, name := range []string{"one", "two", "three"} {
			cmd := msg.NewCmd(name)
			cmd.SetDests(msg.Loc{Extension: "a"})
			if _, err := app.Inject(context.Background(), cmd); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		time.Sleep(time.Second)
		synctest.Wait()
		if got, want := strings.Join(order[:3], ","), "begin one,begin two,begin three"; got != want {
			t.Errorf("order %s, want %s first", got, want)
		}
		if count != 9 {
			t.Errorf("count %d, want 9", count)
		}
		app.Close()
	})
}

func TestACommandThatComesBackToItsWaitingSenderIsHandled(t *testing.T) {
	app, _ := start(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if cmd.Name() == "go" {
				res, err := env.SendCmd(ctx, msg.NewCmd("there"))
				if err != nil || res.Status() != msg.OK {
					t.Errorf("there: %v %v", res, err)
				}
			}
			answer(ctx, env, cmd)
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if _, err := env.SendCmd(ctx, msg.NewCmd("back")); err != nil {
				t.Errorf("back: %v", err)
			}
			answer(ctx, env, cmd)
		}},
	}, engine.Options{}, wire(msg.KindCmd, "a", "there", "b"), wire(msg.KindCmd, "b", "back", "a"))
	if res := inject(t, app, msg.NewCmd("go"), "a"); res.Status != msg.OK {
		t.Errorf("result %v: %s", res.Status, res.Detail)
	}
}

func TestAForeignGoroutineWithACallbacksCtxIsRefusedAndReported(t *testing.T) {
	release := make(chan struct{})
	for _, state := range []string{"running", "parked", "ended"} {
		t.Run(state, func(t *testing.T) {
			errs := make(chan error, 1)
			app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				defer answer(ctx, env, cmd)
				begin := make(chan struct{})
				go func() {
					<-begin
					errs <- env.Send(ctx, msg.NewData("x", nil))
				}()
				switch state {
				case "running":
					close(begin)
					errs <- <-errs
				case "parked":
					_ = env.Await(ctx, func(context.Context) error {
						close(begin)
						errs <- <-errs
						return nil
					})
				case "ended":
					go func() { <-release; close(begin) }()
				}
			}}}, engine.Options{})
			inject(t, app, msg.NewCmd("go"), "a")
			if state == "ended" {
				close(release)
			}
			if err := <-errs; !errors.Is(err, engine.ErrOffLoop) {
				t.Fatalf("err %v", err)
			}
			got := events(app, trace.Lint)
			if len(got) != 1 || got[0].Rule.String() != "env-used-off-loop" || !strings.Contains(got[0].Detail, state) {
				t.Errorf("lints %v", got)
			}
		})
	}
}

func TestTheCtxOfOneCallbackInAnotherIsReportedAsThat(t *testing.T) {
	var first context.Context
	done := make(chan error, 1)
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		if cmd.Name() == "first" {
			first = ctx
			_ = env.Await(ctx, func(context.Context) error { return <-done })
		} else {
			done <- env.Send(first, msg.NewData("x", nil))
		}
		answer(ctx, env, cmd)
	}}}, engine.Options{})
	cmd := msg.NewCmd("first")
	cmd.SetDests(msg.Loc{Extension: "a"})
	if _, err := app.Inject(context.Background(), cmd); err != nil {
		t.Fatal(err)
	}
	inject(t, app, msg.NewCmd("second"), "a")
	got := events(app, trace.Lint)
	if len(got) != 1 || got[0].Detail != "a used the ctx of one callback (on_cmd first, parked) in another: use there the ctx that it got itself" {
		t.Errorf("lints %v", got)
	}
}

// TestAnAnswerOffTheLoopNamesItsCommand answers one command while the loop is at another, to which the ctx belongs by then.
func TestAnAnswerOffTheLoopNamesItsCommand(t *testing.T) {
	begin, refused := make(chan struct{}), make(chan error)
	app, _ := start(t, scripts{"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
		if cmd.Name() == "later" {
			close(begin)
			if err := <-refused; !errors.Is(err, engine.ErrOffLoop) {
				t.Errorf("err %v", err)
			}
			answer(ctx, env, cmd)
			return
		}
		go func() {
			<-begin
			refused <- env.ReturnResult(ctx, msg.NewResult(msg.OK, cmd))
		}()
	}}}, engine.Options{})
	first := msg.NewCmd("go")
	first.SetDests(msg.Loc{Extension: "a"})
	id, err := app.Inject(context.Background(), first)
	if err != nil {
		t.Fatal(err)
	}
	inject(t, app, msg.NewCmd("later"), "a")
	if lints := events(app, trace.Lint); len(lints) != 1 || lints[0].ID != id {
		t.Errorf("lints %v, want one of #%d", lints, id)
	}
}

func TestAForeignCallerWithItsOwnCtxIsServed(t *testing.T) {
	got := make(chan error, 1)
	start(t, scripts{
		"a": {start: func(ctx context.Context, env engine.Env) error {
			go func() {
				res, err := env.SendCmd(context.Background(), msg.NewCmd("hello"))
				if err == nil && res.Status() != msg.OK {
					err = errors.New("not ok")
				}
				got <- err
			}()
			return nil
		}},
		"b": {cmd: answer},
	}, engine.Options{}, wire(msg.KindCmd, "a", "hello", "b"))
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

func TestAQueueFeedsAConsumerTask(t *testing.T) {
	var got []int
	over := make(chan struct{})
	var q *engine.Queue[int]
	app, _ := start(t, scripts{"a": {
		init: func(ctx context.Context, env engine.Env) error {
			q = engine.NewQueue[int](env, 2)
			return nil
		},
		start: func(ctx context.Context, env engine.Env) error {
			env.Go(ctx, "consume", func(ctx context.Context) error {
				defer close(over)
				for {
					v, err := q.Get(ctx)
					if err != nil {
						return err
					}
					got = append(got, v)
				}
			})
			return nil
		},
		cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			for i := range 5 {
				if err := q.Put(ctx, i); err != nil {
					t.Error(err)
				}
			}
			answer(ctx, env, cmd)
		},
		stop: func(context.Context, engine.Env) error { q.Close(); return nil },
	}}, engine.Options{})
	inject(t, app, msg.NewCmd("fill"), "a")
	app.Close()
	<-over
	if !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
		t.Errorf("got %v", got)
	}
}

func TestATimeLimitOfTheAuthorsEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var err error
		app, _ := start(t, scripts{
			"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
				short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
				defer cancel()
				_, err = env.SendCmd(short, msg.NewCmd("never"))
				answer(ctx, env, cmd)
			}},
			"b": {},
		}, engine.Options{}, wire(msg.KindCmd, "a", "never", "b"))
		inject(t, app, msg.NewCmd("go"), "a")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err %v", err)
		}
		app.Close()
	})
}

func TestStreamedResultsAllArriveInOrder(t *testing.T) {
	var got []int64
	app, _ := start(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			for res, err := range env.SendCmdEx(ctx, msg.NewCmd("count")) {
				if err != nil {
					t.Error(err)
					break
				}
				v, _ := res.Get("i")
				i, _ := v.Int()
				got = append(got, i)
			}
			answer(ctx, env, cmd)
		}},
		"b": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			for i := range 300 {
				res := msg.NewResult(msg.OK, cmd)
				res.SetFinal(i == 299)
				_ = res.Set("i", i)
				_ = env.ReturnResult(ctx, res)
			}
		}},
	}, engine.Options{}, wire(msg.KindCmd, "a", "count", "b"))
	inject(t, app, msg.NewCmd("go"), "a")
	if len(got) != 300 || !slices.IsSorted(got) {
		t.Errorf("%d results, in order %v", len(got), slices.IsSorted(got))
	}
}

func TestARelayedCommandIsAnsweredByItsLastReceiver(t *testing.T) {
	app, _ := start(t, scripts{
		"a": {cmd: func(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
			if err := env.Relay(ctx, cmd); err != nil {
				t.Error(err)
			}
		}},
		"b": {cmd: answer},
	}, engine.Options{}, wire(msg.KindCmd, "a", "go", "b"))
	res := inject(t, app, msg.NewCmd("go"), "a")
	if res.Status != msg.OK || res.By != trace.ByRelay {
		t.Errorf("status %v by %v", res.Status, res.By)
	}
}

func TestAnUnconnectedMessageIsAnErrorAndALint(t *testing.T) {
	errs := make(chan error, 2)
	app, _ := start(t, scripts{"a": {start: func(ctx context.Context, env engine.Env) error {
		_, err := env.SendCmd(ctx, msg.NewCmd("hello"))
		errs <- err
		errs <- env.Send(ctx, msg.NewData("tick", nil))
		return nil
	}}}, engine.Options{})
	for range 2 {
		if err := <-errs; !errors.Is(err, engine.ErrNotConnected) {
			t.Errorf("err %v", err)
		}
	}
	if got := lints(app); !slices.Equal(got, []string{"no-route", "no-route"}) {
		t.Errorf("lints %v", got)
	}
}

// diary is what several extensions wrote, by their own clock.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, " ")
}
