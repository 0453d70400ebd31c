package enginetest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
)

// FakeEnv is the environment of one extension without an engine. It notes what the extension sends and answers what it asks.
//
// It has no loop: callbacks run on the goroutine of the test, and a task runs beside them. An extension whose tasks and
// callbacks share fields needs the promise that they take turns; test that one with Start.
type FakeEnv struct {
	t    testing.TB
	name string
	ext  engine.Extension
	log  *slog.Logger
	ctx  context.Context // ends when the extension has stopped
	stop context.CancelFunc

	mu          sync.Mutex
	changed     chan struct{} // closed when something was noted
	configuring bool
	layer       msg.Object // what the test gave
	property    msg.Object
	answers     map[string]func(*msg.Cmd) []*msg.CmdResult
	sent        []msg.Message
	results     []*msg.CmdResult
	ids         uint64
	tasks       []*engine.Task
	logged      bytes.Buffer
}

var _ engine.Env = (*FakeEnv)(nil)

// NewFakeEnv returns the environment of a node with these properties, a JSON object or "".
func NewFakeEnv(t testing.TB, name, property string) *FakeEnv {
	t.Helper()
	f := &FakeEnv{t: t, name: name, changed: make(chan struct{}), answers: map[string]func(*msg.Cmd) []*msg.CmdResult{}}
	f.ctx, f.stop = context.WithCancel(t.Context())
	f.log = slog.New(slog.NewTextHandler(io.MultiWriter(lockedWriter{f}, t.Output()), &slog.HandlerOptions{Level: slog.LevelDebug}))
	if property != "" {
		f.layer = *object(t, property)
		f.property = f.layer.Share()
	}
	return f
}

func object(t testing.TB, json string) *msg.Object {
	t.Helper()
	v, err := msg.ParseJSON([]byte(json))
	if err != nil || v.Object() == nil {
		t.Fatalf("%s is not a JSON object: %v", json, err)
	}
	return v.Object()
}

// Start runs ext up to the end of OnStart; it is stopped when the test ends.
func (f *FakeEnv) Start(ext engine.Extension) {
	f.t.Helper()
	f.ext = ext
	f.setConfiguring(true)
	f.stage("OnConfigure", ext.OnConfigure)
	f.setConfiguring(false)
	f.stage("OnInit", ext.OnInit)
	f.stage("OnStart", ext.OnStart)
	f.t.Cleanup(f.Stop)
}

func (f *FakeEnv) setConfiguring(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.configuring = on
}

func (f *FakeEnv) stage(name string, fn func(context.Context, engine.Env) error) {
	f.t.Helper()
	if err := fn(f.ctx, f); err != nil {
		f.t.Errorf("%s: %v", name, err)
	}
}

// Stop runs OnStop and OnDeinit, and waits for the tasks. A second Stop does nothing.
func (f *FakeEnv) Stop() {
	f.t.Helper()
	if f.ext == nil {
		return
	}
	ext := f.ext
	f.ext = nil
	// The test's own context has ended when a cleanup runs, but on_stop may still wait.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, s := range []func(context.Context, engine.Env) error{ext.OnStop, ext.OnDeinit} {
		if err := s(ctx, f); err != nil {
			f.t.Errorf("stop: %v", err)
		}
	}
	f.stop()
	for _, task := range f.taken() {
		select {
		case <-task.Done():
		case <-ctx.Done():
			f.t.Error("a task goes on after the extension has stopped")
		}
	}
}

func (f *FakeEnv) taken() []*engine.Task {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tasks
}

// Deliver runs the handler of a message and returns when it has ended.
func (f *FakeEnv) Deliver(m msg.Message) {
	f.t.Helper()
	f.mu.Lock()
	f.ids++
	m.Tag().ID = f.ids
	f.mu.Unlock()
	switch m := m.(type) {
	case *msg.Cmd:
		f.ext.OnCmd(f.ctx, f, m)
	case *msg.Data:
		f.ext.OnData(f.ctx, f, m)
	case *msg.AudioFrame:
		f.ext.OnAudioFrame(f.ctx, f, m)
	case *msg.VideoFrame:
		f.ext.OnVideoFrame(f.ctx, f, m)
	default:
		f.t.Fatalf("a %s cannot be delivered", m.Kind())
	}
}

// Ask delivers a command and waits for its final result, which may come later than the end of the handler.
func (f *FakeEnv) Ask(cmd *msg.Cmd) *msg.CmdResult {
	f.t.Helper()
	f.Deliver(cmd)
	id := cmd.ID()
	var found *msg.CmdResult
	f.wait("an answer to "+cmd.Name(), func() bool {
		for _, r := range f.results {
			if r.Tag().ID == id && r.Final() {
				found = r
			}
		}
		return found != nil
	})
	return found
}

// Answer says how commands of that name are answered; fn returns the results, the last of them final. No results: the command
// is never answered. A command that nothing is said about has no destination.
func (f *FakeEnv) Answer(name string, fn func(cmd *msg.Cmd) []*msg.CmdResult) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[name] = fn
}

// Sent waits until n messages of that name were sent and returns all there are, commands included.
func (f *FakeEnv) Sent(name string, n int) []msg.Message {
	f.t.Helper()
	var out []msg.Message
	f.wait(name, func() bool {
		out = nil
		for _, m := range f.sent {
			if m.Name() == name {
				out = append(out, m)
			}
		}
		return len(out) >= n
	})
	return out
}

// Results are the results that were returned until now.
func (f *FakeEnv) Results() []*msg.CmdResult {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.results
}

// Logged reports whether a log line has text in it.
func (f *FakeEnv) Logged(text string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Contains(f.logged.String(), text)
}

// lockedWriter collects the log; the handler may write from several goroutines.
type lockedWriter struct{ f *FakeEnv }

func (w lockedWriter) Write(p []byte) (int, error) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	return w.f.logged.Write(p)
}

// wait waits until ok, which is asked under the lock, each time something was noted.
func (f *FakeEnv) wait(what string, ok func() bool) {
	f.t.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for {
		f.mu.Lock()
		done, changed := ok(), f.changed
		f.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-late.C:
			f.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// note changes something under the lock and wakes who waits.
func (f *FakeEnv) note(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	close(f.changed)
	f.changed = make(chan struct{})
}

// ChangeProperty writes a property and tells the extension, as saving config.toml does. The error is the extension's.
func (f *FakeEnv) ChangeProperty(path string, v any) error {
	f.t.Helper()
	changer, ok := f.ext.(engine.PropertyChanger)
	if !ok {
		f.t.Fatalf("%T takes no changed property", f.ext)
	}
	if err := f.SetProperty(f.ctx, path, v); err != nil {
		f.t.Fatal(err)
	}
	return changer.OnPropertyChanged(f.ctx, f, path)
}
