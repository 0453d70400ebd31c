package python

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"tenbench/engine"
	"tenbench/engine/trace"
)

// Options say how packages are run.
type Options struct {
	Interpreter string                   // [python] interpreter: a path or a name; "" to look for one
	Env         map[string]string        // [python] env
	Debug       []string                 // [python] debug: nodes that wait for a debugger
	Dir         string                   // the bench's folder: a .venv may lie in it
	Reload      bool                     // restart a node when the source of its package changes
	Settle      func(bool) time.Duration // how long a file that was saved, and maybe emptied, may still be written; with Reload
	Session     SessionOptions           // Idle and Explain are the provider's own
	Guard       Guard                    // may not be nil
	Runtime     func() (string, error)   // the folder that holds ten_runtime
}

// Package is a Python package in a folder.
type Package struct {
	Addon string
	Dir   string // absolute
	App   string // the folder of the app that it belongs to, absolute; "" if none
}

// Provider runs Python packages, each node in a child process or the nodes of a group in one. It has the whole life of these
// processes: they begin when the engine asks for a host, all at once, and none is left when Close returns.
//
// What goes wrong with a child is said by its nodes: an interpreter that is missing or too old, a package that cannot be imported,
// a process that died. Neighbours do not notice.
type Provider struct {
	opt    Options
	run    string // tells this provider's children from all others
	finder finder
	watch  *codeWatch // nil: changes are not looked for
	blind  error      // why they cannot be

	mu       sync.Mutex
	closed   bool
	started  int
	children map[*child]bool
	open     map[key]*child
	nodes    map[*engine.Node]seat
	ends     *sync.Cond // told when a child has ended
	renewing sync.WaitGroup
}

// seat is where a node runs.
type seat struct {
	child *child
	dir   string // of its package
}

// New returns a provider with no child.
func New(opt Options) *Provider {
	p := &Provider{opt: opt, run: rand.Text(), finder: finder{wanted: opt.Interpreter}, children: map[*child]bool{}, open: map[key]*child{}, nodes: map[*engine.Node]seat{}}
	p.ends = sync.NewCond(&p.mu)
	if opt.Reload {
		p.watch, p.blind = watchCode(opt.Settle, p.changed)
	}
	return p
}

var errProviderClosed = errors.New("the bench is closing")

// Addon is the addon in the package folder dir, which may belong to an app.
func (p *Provider) Addon(name, dir, app string) engine.Addon {
	pkg := Package{Addon: name, Dir: dir, App: app}
	return engine.Addon{Name: name, Doc: "a Python package in " + dir, Host: func(n *engine.Node) (engine.Host, error) { return p.host(n, pkg) }}
}

// Interpreter says which interpreter a package in these folders gets, and how it was found; the error says why there is none and how
// to mend that.
func (p *Provider) Interpreter(dirs ...string) (Interpreter, error) {
	return p.finder.find(append(dirs, p.opt.Dir)...)
}

// host makes the host of a node, in the child of its group if that still takes nodes.
func (p *Provider) host(n *engine.Node, pkg Package) (engine.Host, error) {
	k := key{graph: n.GraphID(), group: n.Group()}
	if k.group == "" {
		k.node = n.Name()
	}
	if c, err := p.finder.choose(pkg.Dir, pkg.App, p.opt.Dir); err == nil {
		k.interpreter = c.path
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errProviderClosed
	}
	c := p.open[k]
	if c == nil || c.shut || c.has(n) {
		var err error
		if c, err = p.newChild(n.TraceLog(), pkg); err != nil {
			return nil, err
		}
		p.open[k] = c
	}
	c.join(n)
	old := p.nodes[n].child
	p.nodes[n] = seat{c, pkg.Dir}
	p.deserted(old)
	h, err := c.session.NewHost(n, Create{Package: pkg.Dir})
	if err == nil {
		p.watchSource(n, pkg.Dir)
	}
	return h, err
}

// deserted ends a child whose nodes have all moved to others, even if something of them goes on in it; the lock is held.
func (p *Provider) deserted(c *child) {
	for _, at := range p.nodes {
		if at.child == c {
			return
		}
	}
	if c != nil {
		c.end()
	}
}

func (p *Provider) watchSource(n *engine.Node, dir string) {
	err := p.blind
	if p.watch != nil {
		err = p.watch.add(dir)
	}
	if err != nil {
		n.Log(trace.Warn, fmt.Sprintf("a change of its source will not be noticed: %v", err), 0, 0, "", nil)
	}
}

// changed gives the nodes of a package whose source was saved a new instance, in a new process; those that share the old one go
// along, so that a group stays in one. It does not wait.
func (p *Provider) changed(dir, file string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	stale := map[*child]bool{}
	for _, at := range p.nodes {
		if at.dir == dir {
			at.child.shut = true
			stale[at.child] = true
		}
	}
	for n, at := range p.nodes {
		if stale[at.child] && !p.closed {
			p.renewing.Go(func() { p.renew(n, file+" saved") })
		}
	}
}

func (p *Provider) renew(n *engine.Node, reason string) {
	if err := n.Renew(reason); err != nil { // it is not in a graph any more, or the graph stops
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.nodes, n)
	}
}

// ended forgets a child of which nothing is left.
func (p *Provider) ended(c *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.children, c)
	for k, open := range p.open {
		if open == c {
			delete(p.open, k)
		}
	}
	close(c.done)
	p.ends.Broadcast()
}

// Close ends all children and returns when nothing of them is left. Their nodes have ended before, or fail now.
func (p *Provider) Close() {
	p.mu.Lock()
	p.closed = true
	for c := range p.children {
		c.end()
	}
	p.mu.Unlock()
	if p.watch != nil {
		p.watch.close()
	}
	p.renewing.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.children) > 0 {
		p.ends.Wait()
	}
}
