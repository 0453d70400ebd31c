//go:build linux || darwin

package python

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenbench/engine"
	"tenbench/engine/enginetest"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// interpreter is the python3 to measure with: not a shim, which takes time at each start.
func interpreter(b *testing.B) string {
	b.Helper()
	var f finder
	found, err := f.find()
	if err != nil {
		b.Skip(err)
	}
	return found.Path
}

// fromBench returns an absolute path in testdata/bench.
func fromBench(b *testing.B, name string) string {
	b.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "bench", name))
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// startChild starts a process of role child.
func startChild(b *testing.B, log *trace.Log) *Session { return startLinting(b, log, true) }

// startLinting is startChild for a process that looks for problems or does not.
func startLinting(b *testing.B, log *trace.Log, lints bool) *Session {
	b.Helper()
	runtime, err := RuntimeDir()
	if err != nil {
		b.Fatal(err)
	}
	ours, theirs, err := connect()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(interpreter(b), "-c", "from ten_runtime._child import main; main()")
	cmd.Env = append(os.Environ(), "PYTHONPATH="+runtime, "TENBENCH_FD=3")
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	theirs.Close()
	s := NewSession(ours, SessionOptions{Engine: engine.Options{Log: log}, Role: wire.Child, Lints: lints})
	served := make(chan struct{})
	go func() { defer close(served); s.Serve() }()
	b.Cleanup(func() {
		s.Close("the benchmark is over")
		cmd.Wait()
		<-served
	})
	return s
}

// addonIn is the addon of a package in testdata/bench, in the process of s.
func addonIn(b *testing.B, s *Session, name string) engine.Addon {
	dir := fromBench(b, name)
	return engine.Addon{Name: name, Host: func(n *engine.Node) (engine.Host, error) { return s.NewHost(n, Create{Package: dir}) }}
}

// rig starts a graph; its log is drained as a recorder and a screen do.
func rig(b *testing.B, toml string, addons func(log *trace.Log) []engine.Addon) *enginetest.Bench {
	b.Helper()
	log := trace.New(trace.Options{Memory: 64 << 20})
	b.Cleanup(log.Close)
	return enginetest.Start(b, engine.Options{Log: log, Queue: 1 << 20}, addons(log), toml)
}

// piece is how many round trips are measured before it is the floor's turn: a machine's speed changes within seconds.
const piece = 2000

// compare measures round trips in turns with their floor, and reports the medians of their times and of the ratios of the two.
func compare(b *testing.B, what string, measured, floor func(n int) time.Duration) {
	b.Helper()
	measured(200) // whatever is made once
	var took, ratio []float64
	for b.Loop() {
		least := floor(piece)
		t := measured(piece)
		took, ratio = append(took, float64(t.Nanoseconds())/1000/piece), append(ratio, float64(t)/float64(least))
	}
	b.ReportMetric(median(took), "us/roundtrip")
	b.ReportMetric(1e6/median(took), "/s")
	b.ReportMetric(median(ratio), "x/"+what)
	b.ReportMetric(0, "ns/op")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// asking is a Go extension that sends commands, so many at a time.
type asking struct {
	engine.DefaultExtension
	begin chan order
	done  chan time.Duration
}

type order struct{ n, atOnce int }

// obey carries out orders and says how long each took.
func obey(ctx context.Context, env engine.Env, begin <-chan order, done chan<- time.Duration, do func(context.Context, engine.Env, order) error) {
	env.Go(ctx, "bench", func(ctx context.Context) error {
		for {
			o, ok, err := engine.Recv(ctx, env, begin)
			if !ok || err != nil {
				return err
			}
			began := time.Now()
			if err := do(ctx, env, o); err != nil {
				return err
			}
			done <- time.Since(began)
		}
	})
}

func newAsking() *asking { return &asking{begin: make(chan order), done: make(chan time.Duration, 1)} }

func (a *asking) OnStart(ctx context.Context, env engine.Env) error {
	obey(ctx, env, a.begin, a.done, a.ask)
	return nil
}

func (a *asking) ask(ctx context.Context, env engine.Env, o order) error {
	left := o.n
	var tasks []*engine.Task
	for range min(o.atOnce, o.n) {
		tasks = append(tasks, env.Go(ctx, "ask", func(ctx context.Context) error {
			for left > 0 {
				left--
				cmd := msg.NewCmd("hello")
				_ = cmd.Set("name", "Ada")
				_ = cmd.Set("n", 42)
				if _, err := env.SendCmd(ctx, cmd); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	for _, t := range tasks {
		if err := t.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

const goToPython = `
[[nodes]]
name = "go"
addon = "go"
[[nodes]]
name = "echo"
addon = "echo"
[[connections]]
from = "go"
cmd = ["hello"]
to = ["echo"]
`

func BenchmarkGoToPython(b *testing.B) {
	for _, atOnce := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("at_once=%d", atOnce), func(b *testing.B) {
			a := newAsking()
			rig(b, goToPython, func(log *trace.Log) []engine.Addon {
				goes := engine.Addon{Name: "go", New: func(string) engine.Extension { return a }}
				return []engine.Addon{goes, addonIn(b, startChild(b, log), "echo")}
			})
			floor := startFloor(b, atOnce)
			compare(b, "socket", func(n int) time.Duration {
				a.begin <- order{n, atOnce}
				return <-a.done
			}, floor)
		})
	}
}

// pairs is how many pairs of processes are compared in turns: how its memory happens to lie makes one some percent slower than
// another for as long as it lives.
const pairs = 5

// BenchmarkLints compares the round trips of processes that look for problems with those of others that do not.
func BenchmarkLints(b *testing.B) {
	for _, atOnce := range []int{1, 256} {
		b.Run(fmt.Sprintf("at_once=%d", atOnce), func(b *testing.B) {
			on, off := lintPairs(b)
			next := 0
			asks := func(of []*asking) func(n int) time.Duration {
				return func(n int) time.Duration {
					a := of[next%pairs]
					a.begin <- order{n, atOnce}
					return <-a.done
				}
			}
			for range pairs {
				asks(on)(200) // whatever is made once
				asks(off)(200)
				next++
			}
			compare(b, "off", func(n int) time.Duration {
				defer func() { next++ }()
				return asks(on)(n)
			}, asks(off))
		})
	}
}

// lintPairs starts a graph with pairs of extensions that ask, each an extension in a process of its own: on looks for problems, off
// does not.
func lintPairs(b *testing.B) (on, off []*asking) {
	b.Helper()
	var toml string
	for i := range pairs {
		for _, side := range []string{"on", "off"} {
			toml += fmt.Sprintf("[[nodes]]\nname = \"go_%[1]s%[2]d\"\naddon = \"go\"\n[[nodes]]\nname = \"echo_%[1]s%[2]d\"\naddon = \"echo\"\n"+
				"[[connections]]\nfrom = \"go_%[1]s%[2]d\"\ncmd = [\"hello\"]\nto = [\"echo_%[1]s%[2]d\"]\n", side, i)
		}
		on, off = append(on, newAsking()), append(off, newAsking())
	}
	rig(b, toml, func(log *trace.Log) []engine.Addon {
		echo := map[string]engine.Addon{}
		for i := range pairs {
			echo[fmt.Sprintf("echo_on%d", i)] = addonIn(b, startLinting(b, log, true), "echo")
			echo[fmt.Sprintf("echo_off%d", i)] = addonIn(b, startLinting(b, log, false), "echo")
		}
		return []engine.Addon{
			{Name: "echo", Host: func(n *engine.Node) (engine.Host, error) { return echo[n.Name()].Host(n) }},
			{Name: "go", New: func(name string) engine.Extension {
				var i int
				if _, err := fmt.Sscanf(name, "go_on%d", &i); err == nil {
					return on[i]
				}
				_, _ = fmt.Sscanf(name, "go_off%d", &i)
				return off[i]
			}},
		}
	})
	return on, off
}

// BenchmarkStart measures from the start of a graph until all its nodes, each in a process of its own, have run on_configure, on_init
// and on_start. Which interpreter that is was found out before. The floor is the interpreter alone, as often and together.
func BenchmarkStart(b *testing.B) {
	for _, nodes := range []int{1, 10} {
		b.Run(fmt.Sprintf("nodes=%d", nodes), func(b *testing.B) {
			var toml string
			for i := range nodes {
				toml += fmt.Sprintf("[[nodes]]\nname = \"echo%d\"\naddon = \"echo\"\n", i)
			}
			log := trace.New(trace.Options{})
			b.Cleanup(log.Close)
			var took, ratio []float64
			for b.Loop() {
				least := bareStart(b, nodes)
				t := startGraph(b, log, toml)
				took, ratio = append(took, float64(t.Microseconds())/1000), append(ratio, float64(t)/float64(least))
			}
			b.ReportMetric(median(took), "ms")
			b.ReportMetric(median(ratio), "x/python")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func startGraph(b *testing.B, log *trace.Log, toml string) time.Duration {
	b.Helper()
	p := New(Options{Session: SessionOptions{Engine: engine.Options{Log: log}, Lints: true}, Guard: &testGuard{}, Runtime: RuntimeDir})
	defer p.Close()
	if _, err := p.Interpreter(fromBench(b, "echo")); err != nil {
		b.Fatal(err)
	}
	app := engine.NewApp(engine.Options{Log: log}, enginetest.Resolve(p.Addon("echo", fromBench(b, "echo"), "")))
	defer app.Close()
	began := time.Now()
	e, err := app.StartGraph(b.Context(), enginetest.ParseGraph(b, toml))
	if err != nil {
		b.Fatal(err)
	}
	<-e.Started()
	return time.Since(began)
}

// bareStart is how long so many interpreters take to start together, and to end.
func bareStart(b *testing.B, n int) time.Duration {
	b.Helper()
	python := interpreter(b)
	began := time.Now()
	var all []*exec.Cmd
	for range n {
		cmd := exec.Command(python, "-c", "")
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		all = append(all, cmd)
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}

// startFloor starts the process that answers frames as they come, and returns what measures n of them, so many at a time.
func startFloor(b *testing.B, atOnce int) func(n int) time.Duration {
	b.Helper()
	ours, theirs, err := connect()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(interpreter(b), fromBench(b, "floor.py"), "echo")
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	theirs.Close()
	b.Cleanup(func() {
		ours.Close()
		cmd.Wait()
	})
	in := bufio.NewReaderSize(ours, 64<<10)
	return func(n int) time.Duration {
		began := time.Now()
		sent, got := 0, 0
		for got < n {
			var out []byte
			for sent < n && sent-got < atOnce {
				out = appendFloorFrame(out, `{"name":"Ada","n":42}`)
				sent++
			}
			if len(out) > 0 {
				ours.Write(out)
			}
			for first := true; got < sent && (first || in.Buffered() >= 4); first = false {
				if err := readFloorFrame(in); err != nil {
					b.Fatal(err)
				}
				got++
			}
		}
		return time.Since(began)
	}
}

func appendFloorFrame(dst []byte, text string) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(text)+4))
	return append(dst, text...)
}

func readFloorFrame(in *bufio.Reader) error {
	var head [4]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return err
	}
	_, err := in.Discard(int(binary.LittleEndian.Uint32(head[:])) - 4)
	return err
}

const pythonToPython = `
[[nodes]]
name = "go"
addon = "go"
[[nodes]]
name = "asker"
addon = "asker"
[[nodes]]
name = "echo"
addon = "echo"
[[connections]]
from = "asker"
cmd = ["hello"]
to = ["echo"]
[[connections]]
from = "go"
cmd = ["go"]
to = ["asker"]
`

// BenchmarkPythonToPython measures two extensions of one process, as in a program, and of two, as in the bench. What it is compared
// with needs no engine and no trace, only a thread hop for each message.
func BenchmarkPythonToPython(b *testing.B) {
	for _, processes := range []int{1, 2} {
		for _, atOnce := range []int{1, 16} {
			b.Run(fmt.Sprintf("processes=%d/at_once=%d", processes, atOnce), func(b *testing.B) {
				d := &directing{begin: make(chan order), done: make(chan time.Duration, 1)}
				rig(b, pythonToPython, func(log *trace.Log) []engine.Addon {
					first := startChild(b, log)
					second := first
					if processes == 2 {
						second = startChild(b, log)
					}
					goes := engine.Addon{Name: "go", New: func(string) engine.Extension { return d }}
					return []engine.Addon{goes, addonIn(b, first, "asker"), addonIn(b, second, "echo")}
				})
				compare(b, "hop", func(n int) time.Duration {
					d.begin <- order{n, atOnce}
					return <-d.done
				}, func(n int) time.Duration { return hop(b, n, atOnce) })
			})
		}
	}
}

// directing is a Go extension that has the asker send commands. What they took is what the asker measured.
type directing struct {
	engine.DefaultExtension
	begin chan order
	done  chan time.Duration
}

func (d *directing) OnStart(ctx context.Context, env engine.Env) error {
	env.Go(ctx, "bench", func(ctx context.Context) error {
		for {
			o, ok, err := engine.Recv(ctx, env, d.begin)
			if !ok || err != nil {
				return err
			}
			cmd := msg.NewCmd("go")
			_ = cmd.Set("n", o.n)
			_ = cmd.Set("at_once", o.atOnce)
			res, err := env.SendCmd(ctx, cmd)
			if err != nil {
				return err
			}
			v, _ := res.Properties().Lookup("took")
			took, err := v.Int()
			if err != nil {
				return fmt.Errorf("the asker answered %s: %w", res.Properties(), err)
			}
			d.done <- time.Duration(took)
		}
	})
	return nil
}

// hop is n round trips of a binding with a thread hop for each message.
func hop(b *testing.B, n, atOnce int) time.Duration {
	b.Helper()
	out, err := exec.Command(interpreter(b), fromBench(b, "floor.py"), "hop", strconv.Itoa(n), strconv.Itoa(atOnce)).Output()
	if err != nil {
		b.Fatal(err)
	}
	took, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(took)
}

// framing is a Go extension that sends frames, so many at a time, and counts those that come back.
type framing struct {
	engine.DefaultExtension
	frame func() msg.Message
	begin chan order
	back  chan struct{}
	done  chan time.Duration
}

func (f *framing) OnStart(ctx context.Context, env engine.Env) error {
	obey(ctx, env, f.begin, f.done, f.send)
	return nil
}

func (f *framing) send(ctx context.Context, env engine.Env, o order) error {
	for i := range o.n + o.atOnce {
		if i >= o.atOnce {
			if _, _, err := engine.Recv(ctx, env, f.back); err != nil {
				return err
			}
		}
		if i < o.n {
			if err := env.Send(ctx, f.frame()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *framing) OnAudioFrame(context.Context, engine.Env, *msg.AudioFrame) { f.back <- struct{}{} }
func (f *framing) OnVideoFrame(context.Context, engine.Env, *msg.VideoFrame) { f.back <- struct{}{} }

const framesBothWays = `
[[nodes]]
name = "go"
addon = "go"
[[nodes]]
name = "echo"
addon = "echo"
[[connections]]
from = "go"
%[1]s = ["f"]
to = ["echo"]
[[connections]]
from = "echo"
%[1]s = ["f"]
to = ["go"]
`

func BenchmarkFrames(b *testing.B) {
	cases := []struct {
		kind   string
		size   int
		atOnce int
		make   func(buf []byte) msg.Message
	}{
		{"audio_frame", 320, 200, func(buf []byte) msg.Message { return msg.NewAudioFrame("f", buf) }},
		{"video_frame", 1 << 20, 3, func(buf []byte) msg.Message { return msg.NewVideoFrame("f", buf) }},
	}
	for _, c := range cases {
		b.Run(fmt.Sprintf("%s=%d", c.kind, c.size), func(b *testing.B) {
			buf := make([]byte, c.size)
			f := &framing{frame: func() msg.Message { return c.make(buf) }, begin: make(chan order), back: make(chan struct{}, 1<<10), done: make(chan time.Duration, 1)}
			rig(b, fmt.Sprintf(framesBothWays, c.kind), func(log *trace.Log) []engine.Addon {
				goes := engine.Addon{Name: "go", New: func(string) engine.Extension { return f }}
				return []engine.Addon{goes, addonIn(b, startChild(b, log), "echo")}
			})
			run := func(n int) time.Duration {
				f.begin <- order{n, c.atOnce}
				return <-f.done
			}
			run(max(c.atOnce, 100))
			b.ResetTimer()
			took := run(b.N + c.atOnce)
			b.ReportMetric(float64(b.N+c.atOnce)/took.Seconds(), "/s")
			b.ReportMetric(float64(b.N+c.atOnce)*float64(c.size)/took.Seconds()/1e9, "GB/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
