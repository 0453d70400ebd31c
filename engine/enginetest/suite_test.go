package enginetest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
)

func TestTheSuitePassesAnExtensionThatDoesNothing(t *testing.T) {
	enginetest.TestAddon(t, addon(func() engine.Extension { return engine.DefaultExtension{} }))
}

func TestTheSuitePassesAnotherHost(t *testing.T) {
	enginetest.Suite{Addon: engine.Addon{Name: "foreign", Host: newFakeHost}, Ask: "cmd hello"}.Run(t)
}

func addon(fresh func() engine.Extension) engine.Addon {
	return engine.Addon{Name: "subject", New: func(string) engine.Extension { return fresh() }}
}

// The suite must find what is wrong with these.

type failsToInit struct{ engine.DefaultExtension }

func (failsToInit) OnInit(context.Context, engine.Env) error { return fmt.Errorf("no licence") }

type panicsOnData struct{ engine.DefaultExtension }

func (panicsOnData) OnData(context.Context, engine.Env, *msg.Data) { panic("what is this?") }

type answersWithErrors struct{ engine.DefaultExtension }

func (answersWithErrors) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	env.ReturnResult(ctx, msg.NewErrorResult(cmd, "no"))
}

type leaks struct{ engine.DefaultExtension }

func (leaks) OnStart(ctx context.Context, _ engine.Env) error {
	forever := make(chan struct{})
	leaked = append(leaked, forever)
	go func() { <-forever }()
	return nil
}

// leaked lets the goroutines of leaks end after the test that wants them.
var leaked []chan struct{}

type strays struct{ engine.DefaultExtension }

func (strays) OnStart(ctx context.Context, env engine.Env) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = env.Send(ctx, msg.NewData("stray", nil))
	}()
	<-done
	return nil
}

type doesNotStop struct{ engine.DefaultExtension }

func (doesNotStop) OnStop(ctx context.Context, env engine.Env) error {
	return env.Sleep(ctx, time.Hour)
}

func TestTheSuiteFindsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		ext  engine.Extension
		ask  string
		part string
		says string
	}{
		{"a failing stage", failsToInit{}, "", "an unknown command is answered or named", "no licence"},
		{"a panic", panicsOnData{}, "", "no message makes it fail", "what is this?"},
		{"an error for a good command", answersWithErrors{}, "cmd hello", "it answers", "answered with error"},
		{"a goroutine left", leaks{}, "", "the stages come in order", "still runs"},
		{"env off the loop", strays{}, "", "the stages come in order", "off-loop"},
		{"a stop that hangs", doesNotStop{}, "", "the stages come in order", "stop-hang"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // the suite's patience costs nothing
				suite := enginetest.Suite{Addon: addon(func() engine.Extension { return c.ext }), Ask: c.ask}
				rec := &recorder{TB: t}
				for _, part := range suite.Parts() {
					if part.Name == c.part {
						rec.run(part.Test)
					}
				}
				for _, c := range leaked {
					close(c)
				}
				leaked = nil
				if !strings.Contains(rec.text(), c.says) {
					t.Errorf("the suite said %q, want %q in it", rec.text(), c.says)
				}
			})
		})
	}
}

// recorder is a testing.TB that takes failures for itself.
type recorder struct {
	testing.TB
	failures []string
	cleanups []func()
	ctx      context.Context
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }
func (r *recorder) Cleanup(f func())         { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }
func (r *recorder) Skip(...any)       { runtime.Goexit() }
func (r *recorder) text() string      { return strings.Join(r.failures, "\n") }

// run runs one part as the testing package does: on a goroutine that may end early, then the cleanups.
func (r *recorder) run(part func(testing.TB)) {
	ctx, cancel := context.WithCancel(r.TB.Context())
	defer cancel()
	r.ctx = ctx
	done := make(chan struct{})
	go func() {
		defer close(done)
		part(r)
	}()
	<-done
	for len(r.cleanups) > 0 {
		last := len(r.cleanups) - 1
		f := r.cleanups[last]
		r.cleanups = r.cleanups[:last]
		f()
	}
}
