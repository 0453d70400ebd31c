package python

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tenbench/engine"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// key says which nodes share a child: those of one group in one graph that want the same interpreter. A node without a group is a
// group of its own.
type key struct{ graph, group, node, interpreter string }

// child is a process and the nodes that run in it. Its own goroutine starts it and sees it to its end.
type child struct {
	p       *Provider
	pkg     Package // of the node that it was started for
	mark    string
	session *Session
	proc    atomic.Pointer[process] // nil before it has started
	done    chan struct{}

	retire     chan struct{} // closed when it shall end
	retireOnce sync.Once

	mu     sync.Mutex
	nodes  []*engine.Node // that were ever in it, oldest first
	python Interpreter    // once it is known

	shut bool // takes no more nodes; the provider's lock guards it
}

// newChild makes a child; the provider's lock is held, so nothing here waits.
func (p *Provider) newChild(log *trace.Log, pkg Package) (*child, error) {
	ours, theirs, err := connect()
	if err != nil {
		return nil, err
	}
	p.started++
	c := &child{p: p, pkg: pkg, done: make(chan struct{}), retire: make(chan struct{}),
		mark: fmt.Sprintf("%s=%d-%s-%d", envChild, os.Getpid(), p.run, p.started)}
	opt := p.opt.Session
	opt.Engine.Log, opt.Role, opt.Idle, opt.Explain = log, wire.Child, c.idle, c.explain
	opt.Flooded = c.flooded
	c.session = NewSession(ours, opt)
	p.children[c] = true
	go c.run(theirs)
	return c, nil
}

// envChild marks all that one child has started.
const envChild = "TENBENCH_CHILD"

// has reports whether the node was in the child before. Its next life begins in another, with its code read anew.
func (c *child) has(n *engine.Node) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.nodes, n)
}

func (c *child) join(n *engine.Node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nodes = append(c.nodes, n)
}

func (c *child) members() []*engine.Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.nodes)
}

// idle is told by the session that no node is left in it.
func (c *child) idle() {
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	if c.session.Live() == 0 { // else another joined meanwhile
		c.shut = true
		c.end()
	}
}

// flooded is told by the session that the child prints too much.
func (c *child) flooded() {
	if proc := c.proc.Load(); proc != nil {
		proc.giveWay()
	}
}

// explain says how to mend an error of a package's code, where that is known.
func (c *child) explain(err string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return howToInstall(err, c.python, c.pkg)
}

// end lets the child end; it does not wait.
func (c *child) end() { c.retireOnce.Do(func() { close(c.retire) }) }

// run is the life of a child.
func (c *child) run(theirs *os.File) {
	defer c.p.ended(c)
	served := make(chan error, 1)
	go func() { served <- c.session.Serve() }()
	proc, err := c.start(theirs)
	if err != nil {
		theirs.Close()
		c.close(err.Error())
		<-served
		return
	}
	c.proc.Store(proc)
	reason := c.await(proc, served)
	c.close(reason)
	proc.end()
	c.told(proc, reason == "")
}

// start finds the interpreter and starts the process.
func (c *child) start(theirs *os.File) (*process, error) {
	found, err := c.p.finder.find(c.pkg.Dir, c.pkg.App, c.p.opt.Dir)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.python = found
	c.mu.Unlock()
	runtime, err := c.p.opt.Runtime()
	if err != nil {
		return nil, err
	}
	out, errs := newStreams(c.print)
	cmd := command{path: found.Path, args: []string{"-u", "-c", boot}, dir: c.pkg.home(), env: c.p.environment(c.pkg, runtime), mark: c.mark,
		socket: theirs, out: out, err: errs, guard: c.p.opt.Guard}
	proc, err := cmd.start()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", found.Path, err)
	}
	c.process(trace.Info, fmt.Sprintf("pid %d started: Python %s, %s (%s)", proc.pid(), found.Version, found.Path, found.How))
	return proc, nil
}

// boot is the program of a child. The current folder leaves the search path first: a file types.py in it would take the place of
// the standard library's. What is imported of ours is compiled once and kept beside it in the cache, which saves 60 ms a start, also
// where PYTHONDONTWRITEBYTECODE keeps the author's own folders clean.
const boot = `import sys
del sys.path[0]
keep, sys.dont_write_bytecode = sys.dont_write_bytecode, False
from ten_runtime._child import main
sys.dont_write_bytecode = keep
main()`

// await returns when the child shall end or has ended, with the reason why its nodes fail; "" if they do not.
func (c *child) await(proc *process, served <-chan error) string {
	var ended error
	select {
	case <-c.retire:
		return ""
	case <-proc.done:
		ended = within(served, lastWords)
	case ended = <-served:
	}
	switch {
	case ended != nil && !errors.Is(ended, errEnded): // it broke the form, which explains all that follows
		return fmt.Sprintf("the connection to its process ended: %v", ended)
	case proc.died(lastWords):
		return c.death(proc)
	}
	return trace.ItsProcess + "has closed the connection, and lives on"
}

// within waits for an error, no longer than limit.
func within(errs <-chan error, limit time.Duration) error {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case err := <-errs:
		return err
	case <-t.C:
		return nil
	}
}

// lastWords is how long the process and its connection may outlive one another: what its code registered with atexit runs then, and
// has a second.
const lastWords = 1500 * time.Millisecond

// death says how the process died by itself, and what it said last. One that lost the connection, because its code closed it, ends
// as well as one that wanted to.
func (c *child) death(proc *process) string {
	text := trace.ItsProcess + proc.how
	if proc.how == endedWell {
		text = trace.ItsProcess + "ended or closed the connection by itself; it " + proc.how
	}
	if last := cause(proc.errs.last()); last != "" {
		text += ": " + last
	}
	return text
}

// close ends the session. No node joins the child any more.
func (c *child) close(reason string) {
	c.p.mu.Lock()
	c.shut = true
	c.p.mu.Unlock()
	if reason == "" {
		reason = "its last node has ended"
	}
	c.session.Close(reason)
}

// told says how the process ended.
func (c *child) told(proc *process, asked bool) {
	level := trace.Error
	if asked {
		level = trace.Info
	}
	c.process(level, fmt.Sprintf("pid %d %s", proc.pid(), proc.how))
}

// process tells something about the process, to each node in it.
func (c *child) process(level trace.Level, text string) {
	for _, n := range c.members() {
		n.Process(level, text)
	}
}

// print takes a line of output. It cannot be known which node of a group wrote it; the oldest stands for all.
func (c *child) print(level trace.Level, line string) {
	if nodes := c.members(); len(nodes) > 0 {
		nodes[0].Log(level, line, 0, 0, "", nil)
	}
}

// environment is what a child finds in its environment: the bench's own, the paths that TEN's loader sets, and [python] env.
func (p *Provider) environment(pkg Package, runtime string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(ownVariables, name)
	})
	path := append([]string{runtime}, pkg.paths()...)
	if own := os.Getenv("PYTHONPATH"); own != "" {
		path = append(path, own)
	}
	for _, name := range slices.Sorted(maps.Keys(p.opt.Env)) {
		if name == "PYTHONPATH" {
			path = slices.Insert(path, 1, p.opt.Env[name])
			continue
		}
		env = append(env, name+"="+p.opt.Env[name])
	}
	return append(env, "PYTHONPATH="+strings.Join(path, string(os.PathListSeparator)), "TENBENCH_FD=3")
}

// ownVariables are not inherited: they are set anew or belong to another process.
var ownVariables = []string{"PYTHONPATH", "TENBENCH_FD", "TENBENCH_SOCKET", envChild}

// home is the folder that a package's code runs in.
func (pkg Package) home() string {
	if pkg.App != "" {
		return pkg.App
	}
	return pkg.Dir
}

// paths are the folders that TEN's loader would add to the search path.
func (pkg Package) paths() []string {
	var out []string
	for _, app := range pkg.apps() {
		systems, _ := filepath.Glob(filepath.Join(app, "ten_packages", "system", "*", "interface"))
		systems = slices.DeleteFunc(systems, func(dir string) bool { // ours takes its place
			return filepath.Base(filepath.Dir(dir)) == "ten_runtime_python"
		})
		out = append(append(out, app), systems...)
	}
	return out
}

// apps are the folders of apps whose packages it may import: the one it belongs to, and the one its tests were given.
func (pkg Package) apps() []string {
	return slices.DeleteFunc([]string{pkg.App, filepath.Join(pkg.Dir, ".ten", "app")}, func(app string) bool { return app == "" || !exists(app) })
}
