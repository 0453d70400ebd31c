//go:build linux || darwin

package python

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tenbench/engine/trace"
)

// testGuard is a guard that only looks.
type testGuard struct {
	mu     sync.Mutex
	groups map[int]bool
}

func (g *testGuard) Env() string { return "TENBENCH_TEST_MARK=1" }

func (g *testGuard) Add(pgid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.groups == nil {
		g.groups = map[int]bool{}
	}
	g.groups[pgid] = true
}

func (g *testGuard) Remove(pgid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.groups, pgid)
}

func (g *testGuard) guarded() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.groups)
}

// Marked is what the real guard does on Linux.
func (g *testGuard) Marked(mark string) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range files {
		if env, err := os.ReadFile(f); err == nil && bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00")) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// alive reports whether a process is there, also as a zombie.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// lines collects what a process prints.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) add(level trace.Level, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, level.String()+": "+line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// shell starts a shell as a child is started.
func shell(t *testing.T, script string) (*process, net.Conn, *lines, *testGuard) {
	t.Helper()
	ours, theirs, err := connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close() })
	var said lines
	out, errs := newStreams(said.add)
	g := new(testGuard)
	c := command{path: "/bin/sh", args: []string{"-c", script}, dir: t.TempDir(), env: os.Environ(), mark: fmt.Sprintf("%s=%s", envTestChild, t.Name()),
		socket: theirs, out: out, err: errs, guard: g}
	p, err := c.start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	return p, ours, &said, g
}

const envTestChild = "TENBENCH_TEST_CHILD"

func TestHowAProcessEnds(t *testing.T) {
	for script, want := range map[string]string{
		"exit 0": "exited with status 0", "exit 7": "exited with status 7",
		"kill -KILL $$": "was killed by SIGKILL", "kill -SEGV $$": "was killed by SIGSEGV",
	} {
		t.Run(script, func(t *testing.T) {
			p, _, _, g := shell(t, script)
			<-p.done
			if p.how != want || g.guarded() != 0 || alive(p.pid()) {
				t.Errorf("%q, %d guarded, alive %v; want %q", p.how, g.guarded(), alive(p.pid()), want)
			}
		})
	}
}

func TestAProcessHasItsSocketAndItsMarks(t *testing.T) {
	p, conn, said, _ := shell(t, `echo "$TENBENCH_TEST_MARK" "$TENBENCH_TEST_CHILD"; pwd; echo warned >&2; read line <&3; echo "got $line" >&3`)
	fmt.Fprintln(conn, "hello")
	buf := make([]byte, 100)
	n, err := conn.Read(buf)
	if string(buf[:n]) != "got hello\n" {
		t.Errorf("%q, %v", buf[:n], err)
	}
	<-p.done
	if got := said.String(); !strings.Contains(got, "info: 1 "+t.Name()) || !strings.Contains(got, "warn: warned") {
		t.Errorf("it said %q", got)
	}
	if _, err := conn.Read(buf); err == nil {
		t.Error("the connection outlives the process")
	}
}

func TestWhatAProcessStartedEndsWithIt(t *testing.T) {
	python := needPython(t)
	dir := t.TempDir()
	pids := filepath.Join(dir, "pids")
	daemon := fmt.Sprintf(`import os, sys, time
for session in (False, True):
    for i in range(3):
        if os.fork() == 0:
            if session: os.setsid()
            if i == 2: os.execv(sys.executable, [sys.executable, '-c', 'import os, time; open(%[1]q, "a").write(str(os.getpid()) + chr(10)); time.sleep(600)'])
            open(%[1]q, 'a').write(str(os.getpid()) + chr(10))
            time.sleep(600)
`, pids)
	p, _, _, _ := shell(t, fmt.Sprintf("%s -c '%s'; while [ \"$(wc -l < %s)\" != 6 ]; do :; done; exit 3", python.Path, strings.ReplaceAll(daemon, "'", `'\''`), pids))
	<-p.done
	data, err := os.ReadFile(pids)
	if err != nil || p.how != "exited with status 3" {
		t.Fatal(p.how, err)
	}
	left := p.guard.Marked(p.mark)
	if len(left) > 0 {
		t.Errorf("left behind: %v of %q", left, data)
	}
	for line := range strings.Lines(string(data)) {
		pid, _ := strconv.Atoi(strings.TrimSpace(line))
		wait(t, fmt.Sprintf("process %d is gone", pid), func() bool { return !alive(pid) })
	}
}

func TestEndIsALadder(t *testing.T) {
	t.Run("one that goes when it is asked", func(t *testing.T) {
		p, conn, _, _ := shell(t, "read line <&3; exit 5")
		p.asked = waitFor
		conn.Close()
		p.end()
		if p.how != "exited with status 5" {
			t.Error(p.how)
		}
	})
	t.Run("one that must be told", func(t *testing.T) {
		p, conn, _, _ := shell(t, `trap 'exit 6' TERM; echo ready >&3; while :; do sleep 0.05; done`)
		p.told = waitFor
		conn.Read(make([]byte, 10))
		p.end()
		if p.how != "exited with status 6" {
			t.Error(p.how)
		}
	})
	t.Run("one that does not hear", func(t *testing.T) {
		p, conn, _, _ := shell(t, `trap '' TERM; echo ready >&3; while :; do sleep 0.05; done`)
		conn.Read(make([]byte, 10))
		p.end()
		if p.how != "was killed by SIGKILL" {
			t.Error(p.how)
		}
	})
}

func TestAStrangerWithItsPipesDoesNotHoldAProcessUp(t *testing.T) {
	// A process of another mark and session: it is not the child's to end, but it has the child's output.
	p, _, said, _ := shell(t, "TENBENCH_TEST_CHILD= setsid sleep 600 & echo $!; exit 0")
	<-p.done
	_, pid, _ := strings.Cut(said.String(), "info: ")
	if n, err := strconv.Atoi(pid); err == nil {
		_ = syscall.Kill(n, syscall.SIGKILL)
	}
	if p.how != "exited with status 0" {
		t.Error(p.how)
	}
}

func TestAProgramThatCannotBeStarted(t *testing.T) {
	ours, theirs, err := connect()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	out, errs := newStreams(func(trace.Level, string) {})
	c := command{path: filepath.Join(t.TempDir(), "gone"), socket: theirs, out: out, err: errs, guard: new(testGuard)}
	if p, err := c.start(); err == nil {
		p.end()
		t.Error("it started")
	}
	if _, err := ours.Read(make([]byte, 1)); err == nil {
		t.Error("the other end is open")
	}
}

func TestWhatFloodsGivesWay(t *testing.T) {
	p, _, _, _ := shell(t, "sleep 600")
	before := niceness(p.pid())
	if before >= floodNice {
		t.Skipf("the test itself has the niceness %d", before)
	}
	c := new(child)
	c.flooded() // nothing to be told yet
	c.proc.Store(p)
	c.flooded()
	if got := niceness(p.pid()); got != floodNice {
		t.Errorf("its niceness is %d, %d before; want %d", got, before, floodNice)
	}
	lowerGroup(p.pid(), floodNice+5)
	c.flooded()
	if got := niceness(p.pid()); got != floodNice+5 {
		t.Errorf("one that was nicer than that has %d", got)
	}
}
