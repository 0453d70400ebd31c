package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tenbench/engine"
	"tenbench/engine/msg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// parrot answers every command with its property word, which may change, and counts its instances.
type parrot struct {
	engine.DefaultExtension
	word string
}

func (p *parrot) OnInit(ctx context.Context, env engine.Env) error {
	v, err := env.Property(ctx, "word")
	if err != nil {
		return err
	}
	p.word, err = v.Str()
	return err
}

func (p *parrot) OnPropertyChanged(ctx context.Context, env engine.Env, _ string) error {
	return p.OnInit(ctx, env)
}

func (p *parrot) OnCmd(ctx context.Context, env engine.Env, cmd *msg.Cmd) {
	if cmd.Name() == "fail" {
		env.ReturnResult(ctx, msg.NewErrorResult(cmd, "as you wish"))
		return
	}
	res := msg.NewResult(msg.OK, cmd)
	res.Set("word", p.word)
	env.ReturnResult(ctx, res)
}

var parrots = []engine.Addon{{Name: "parrot", New: func(string) engine.Extension { return &parrot{} }}}

const parrotConfig = `
[record]
auto = false
[graph]
name = "cage"
[[graph.nodes]]
name = "polly"
addon = "parrot"
property = { word = "cracker" }
`

// folder makes a folder with that config.toml, and options that open it and collect the notes.
func folder(t *testing.T, text string) (opt Options, file string, notes *notebook) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "user"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	file = filepath.Join(dir, "config.toml")
	save(t, file, text)
	notes = &notebook{}
	return Options{Path: file, Version: "test", Addons: parrots, Note: notes.note}, file, notes
}

// save saves as most editors do: a file that is written over is empty for a moment, which is long on a slow machine.
func save(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// notebook collects notes and output of several goroutines.
type notebook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (n *notebook) note(format string, args ...any) { fmt.Fprintf(n, format+"\n", args...) }

func (n *notebook) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.Write(b)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.String()
}

// patience is how long a test waits for what must come.
const patience = time.Minute

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestRunStatuses(t *testing.T) {
	cases := []struct {
		name string
		run  RunOptions
		want Status
	}{
		{"for a while", RunOptions{For: 10 * time.Millisecond}, OK},
		{"an answer that is waited for", RunOptions{For: time.Millisecond, Sends: []string{"cmd speak to polly"}}, OK},
		{"an ERROR answer", RunOptions{For: time.Millisecond, Sends: []string{"cmd fail to polly"}}, CheckFailed},
		{"an ERROR answer that ends the run", RunOptions{Until: "result", Sends: []string{"cmd fail to polly"}}, CheckFailed},
		{"as an extension", RunOptions{For: time.Millisecond, Sends: []string{"cmd speak to polly as polly"}}, OK},
		{"as the bench", RunOptions{For: time.Millisecond, Sends: []string{"cmd speak to polly as ten:bench"}}, OK},
		{"as nobody", RunOptions{For: time.Millisecond, Sends: []string{"cmd speak to polly as molly"}}, Usage},
		{"nobody there", RunOptions{For: time.Millisecond, Sends: []string{"cmd speak to molly"}}, Usage},
		{"until it runs", RunOptions{Until: "state = running"}, OK},
		{"until in time", RunOptions{Until: "state = running", For: patience}, OK},
		{"until not in time", RunOptions{Until: "state = failed", For: 10 * time.Millisecond}, CheckFailed},
		{"a filter that is none", RunOptions{Until: "and"}, Usage},
		{"a message that is none", RunOptions{Sends: []string{"bark"}}, Usage},
		{"a message to nobody", RunOptions{Sends: []string{"cmd speak"}}, Usage},
		{"time that runs backwards", RunOptions{For: -1}, Usage},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opt, _, notes := folder(t, parrotConfig)
			got, err := Run(t.Context(), opt, c.run, io.Discard, io.Discard)
			if got != c.want || StatusOf(err) != OK && StatusOf(err) != got {
				t.Errorf("status %d, %v, want %d; notes:\n%s", got, err, c.want, notes)
			}
		})
	}
}

func TestRunPrintsWhatPassesTheFilter(t *testing.T) {
	opt, _, _ := folder(t, parrotConfig)
	var out bytes.Buffer
	if _, err := Run(t.Context(), opt, RunOptions{For: 1, Where: "kind = result", Sends: []string{"cmd speak to polly"}}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var e struct {
		Kind     string
		Property struct{ Word string }
	}
	if err := json.Unmarshal(out.Bytes(), &e); err != nil || e.Kind != "result" || e.Property.Word != "cracker" {
		t.Errorf("%v, %s", err, &out)
	}
}

func TestVariablesOfASendAreFilled(t *testing.T) {
	opt, _, _ := folder(t, parrotConfig)
	var out bytes.Buffer
	if _, err := Run(t.Context(), opt, RunOptions{For: 1, Where: "kind = inject", Sends: []string{`cmd speak {"n":"{{n}}"} to polly`}}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"property":{"n":"1"}`) {
		t.Errorf("sent %s", &out)
	}
	if got, err := Run(t.Context(), opt, RunOptions{For: 1, Sends: []string{`cmd speak {"n":"{{m}}"} to polly`}}, io.Discard, io.Discard); got != Usage || err == nil || !strings.Contains(err.Error(), "no variable {{m}}") {
		t.Errorf("an unknown variable: status %d, %v", got, err)
	}
}

func TestRunEndsInOrderWhenInterrupted(t *testing.T) {
	opt, _, _ := folder(t, parrotConfig)
	ctx, cancel := context.WithCancel(t.Context())
	out, status := &notebook{}, make(chan Status)
	go func() {
		s, _ := Run(ctx, opt, RunOptions{}, out, io.Discard)
		status <- s
	}()
	// The run goes on, and what it printed is there to read all the same.
	until(t, "the graph runs", func() bool { return strings.Contains(out.String(), `"state":"running"`) })
	cancel()
	if got := <-status; got != Interrupted {
		t.Errorf("status %d, want %d", got, Interrupted)
	}
	if text := out.String(); !strings.Contains(text, `"state":"deinit"`) || !strings.HasSuffix(text, "}\n") {
		t.Errorf("the end of it:\n%s", text)
	}
}

// closedPipe fails every write, as a pipe does that nobody reads any more.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestRunEndsQuietlyWhenNobodyReads(t *testing.T) {
	opt, _, notes := folder(t, parrotConfig)
	if got, err := Run(t.Context(), opt, RunOptions{}, closedPipe{}, io.Discard); got != OK || err != nil {
		t.Errorf("status %d, %v", got, err)
	}
	if notes.String() != "" {
		t.Errorf("it said:\n%s", notes)
	}
}

func TestRunRecordsWhereItIsTold(t *testing.T) {
	opt, file, _ := folder(t, parrotConfig)
	opt.Record = filepath.Join(filepath.Dir(file), "mine.zst")
	var summary bytes.Buffer
	if _, err := Run(t.Context(), opt, RunOptions{For: 1}, io.Discard, &summary); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(opt.Record)
	if err != nil || info.Size() == 0 || !strings.Contains(summary.String(), opt.Record) {
		t.Errorf("%v, summary:\n%s", err, &summary)
	}
}
