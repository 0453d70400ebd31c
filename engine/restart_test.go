package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// slowly is a script whose on_deinit takes 50 seconds.
func slowly() *script {
	return &script{cmd: answer, deinit: func(ctx context.Context, env engine.Env) error { return env.Sleep(ctx, 50*time.Second) }}
}

func TestANodeThatIsRemovedWhileItRestartsDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {}, "b": slowly()}
		app, made := reloading(t, s, engine.Options{StopDeadline: time.Minute})
		if _, err := app.Apply(context.Background(), withValue(s.graph(), "b", 1)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, err := app.Apply(context.Background(), without(s.graph(), "b")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if strings.Contains(states(app), "b:running") || made.made["b"] != 1 {
			t.Errorf("states %s; instances made: %v", states(app), made.made)
		}
		app.Close()
	})
}

func TestWhatWaitsForARestartIsAnsweredWhenTheAppStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {}, "b": slowly()}
		app, _ := reloading(t, s, engine.Options{StopDeadline: time.Minute})
		go func() { _ = app.Restart(context.Background(), "test", "b") }()
		time.Sleep(time.Second)
		id, err := app.Inject(context.Background(), addressed(msg.NewCmd("x"), "b"))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		app.Close()
		if took := time.Since(began); took > 55*time.Second {
			t.Errorf("the stop took %s, on_deinit 49 s of it", took)
		}
		if open := app.Snapshot().Paths; len(open) != 0 {
			t.Errorf("open: %v", open)
		}
		if got := events(app, trace.Result); len(got) != 1 || got[0].ID != id {
			t.Errorf("results %v", got)
		}
	})
}

func TestWhatWaitsForARestartThatCannotBeIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripts{"a": {}, "b": slowly()}
		gone := false
		app := engine.NewApp(engine.Options{StopDeadline: time.Minute}, func(addon string) (engine.Addon, error) {
			if gone {
				return engine.Addon{}, errors.New("it was deleted")
			}
			return s.resolve(addon)
		})
		defer app.Close()
		e, err := app.StartGraph(context.Background(), s.graph())
		if err != nil {
			t.Fatal(err)
		}
		<-e.Started()
		gone = true
		over := make(chan error, 1)
		go func() { over <- app.Restart(context.Background(), "test", "b") }()
		time.Sleep(time.Second)
		if _, err := app.Inject(context.Background(), addressed(msg.NewCmd("x"), "b")); err != nil {
			t.Fatal(err)
		}
		if err := <-over; err == nil {
			t.Error("the restart had no error")
		}
		synctest.Wait()
		if open := app.Snapshot().Paths; len(open) != 0 {
			t.Errorf("open: %v", open)
		}
	})
}

// What cannot be restarted is said once, and never by an id.
func TestWhatCannotBeRestartedIsSaidInWords(t *testing.T) {
	app, e := start(t, scripts{"a": {}}, engine.Options{})
	for _, c := range []struct{ graph, extension, want string }{
		{"test", "b", `restart b: graph "test" has no such extension`},
		{"other", "a", `restart a: no graph "other" is running`},
		{msg.NewUUID(), "a", `restart a: its graph is not running`},
	} {
		if err := app.Restart(context.Background(), c.graph, c.extension); err == nil || err.Error() != c.want {
			t.Errorf("restart %s of %s: %v, want %s", c.extension, c.graph, err, c.want)
		}
	}
	if err := app.Restart(context.Background(), e.ID(), "a"); err != nil {
		t.Errorf("a graph that runs, by its id: %v", err)
	}
}
