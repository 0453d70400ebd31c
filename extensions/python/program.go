package python

import (
	"context"
	"errors"
	"sync"
	"time"

	"tenbench/engine"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/extensions/wire"
)

// app is an App that a program opened. It has a goroutine of its own, which goes through its life.
type app struct {
	s        *Session
	num      uint32
	initDone chan struct{}
	gone     chan struct{} // closed when the program said that on_deinit is done
	ended    chan struct{} // closed when the app's goroutine has ended

	mu      sync.Mutex
	engine  *engine.App // nil before it runs
	closing bool
}

func (s *Session) takeApp(f wire.Frame) error {
	if f.Type == wire.AppOpen {
		return with(f, func(b *wire.AppOpenBody) { s.openApp(f.Node, b) })
	}
	a := s.appAt(f.Node)
	switch {
	case a == nil:
	case f.Type == wire.AppInitDone:
		closeOnce(a.initDone)
	case f.Type == wire.AppDeinitDone:
		closeOnce(a.gone)
	case f.Type == wire.AppClose:
		a.close()
	}
	return nil
}

// closeOnce closes a channel that only the reading goroutine closes.
func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

func (s *Session) openApp(num uint32, b *wire.AppOpenBody) {
	a := &app{s: s, num: num, initDone: make(chan struct{}), gone: make(chan struct{}), ended: make(chan struct{})}
	s.mu.Lock()
	taken := s.apps[num] != nil || s.reason != ""
	if !taken {
		s.apps[num] = a
	}
	s.mu.Unlock()
	if taken {
		return
	}
	go a.run(b)
}

func (a *app) json(t wire.Type, body any) {
	a.s.out.put(func(dst []byte) []byte { return wire.AppendJSON(dst, t, 0, a.num, body) })
}

// run is the life of the app.
func (a *app) run(b *wire.AppOpenBody) {
	defer close(a.ended)
	reason := ""
	if err := a.live(b); err != nil {
		reason = err.Error()
	}
	a.s.mu.Lock()
	delete(a.s.apps, a.num)
	a.s.mu.Unlock()
	a.json(wire.AppClosed, wire.AppClosedBody{Error: reason})
}

func (a *app) live(b *wire.AppOpenBody) error {
	opt, graphs, err := a.read(b)
	if err != nil {
		return err
	}
	e := a.open(opt)
	id, err := a.start(e, graphs)
	a.json(wire.AppInit, wire.AppInitBody{GraphID: id})
	a.await(a.initDone)
	if err != nil { // also an app that would run on without graphs
		a.close()
	}
	<-e.Done()
	a.s.out.put(func(dst []byte) []byte { return wire.AppendFrame(dst, wire.AppDeinit, 0, a.num, nil) })
	a.await(a.gone)
	return err
}

// await waits for the program.
func (a *app) await(c chan struct{}) {
	select {
	case <-c:
	case <-a.s.over:
	}
}

// open makes the engine's App, closed at once if that was asked for meanwhile.
func (a *app) open(opt engine.Options) *engine.App {
	e := engine.NewApp(opt, func(addon string) (engine.Addon, error) {
		return engine.Addon{Name: addon, Host: func(n *engine.Node) (engine.Host, error) { return a.s.makeHost(n, a) }}, nil
	})
	if a.s.opt.Opened != nil {
		a.s.opt.Opened(e)
	}
	a.mu.Lock()
	a.engine = e
	closing := a.closing
	a.mu.Unlock()
	if closing {
		go e.Close()
	}
	return e
}

// close begins the end of the app; it does not wait.
func (a *app) close() {
	a.mu.Lock()
	a.closing = true
	e := a.engine
	a.mu.Unlock()
	if e != nil {
		go e.Close()
	}
}

// start starts the graphs that come with the app, and returns the id of the last one and the first error.
func (a *app) start(e *engine.App, graphs []*graph.Graph) (id string, err error) {
	for _, g := range graphs {
		started, failed := e.StartGraph(context.Background(), g)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		id = started.ID()
	}
	return id, err
}

// read reads the app's own property: options, and the graphs that start with it.
func (a *app) read(b *wire.AppOpenBody) (opt engine.Options, auto []*graph.Graph, err error) {
	opt = a.s.opt.Engine
	opt.LongRunning = false
	opt.Base = b.BaseDir
	opt.Log = a.s.log
	if a.s.opt.Name != nil {
		opt.Name = a.s.opt.Name()
	}
	report := &graph.Report{}
	t := graph.ParseTree("property.json", b.Property, report)
	if t == nil {
		return opt, nil, report.Err()
	}
	loader := &graph.Loader{Base: b.BaseDir, Report: report}
	if ten := t.Get("ten"); ten != nil {
		list := readTen(ten, &opt)
		for _, g := range loader.Predefined(list) {
			opt.Predefined = append(opt.Predefined, engine.Predefined{Graph: g})
			if g.AutoStart {
				auto = append(auto, g)
			}
		}
	}
	if err := report.Err(); err != nil {
		return opt, nil, err
	}
	if len(b.Graph) > 0 && string(b.Graph) != "null" {
		g, err := graph.Parse("graph.json", b.Graph)
		if err != nil {
			return opt, nil, err
		}
		g.Name, g.Peer = "", b.Peer
		auto = append(auto, g)
	}
	return opt, auto, nil
}

// readTen reads the section ten and returns the list of predefined graphs. As in TEN, a setting of the wrong type is ignored.
func readTen(t *graph.Tree, opt *engine.Options) []*graph.Tree {
	if v := t.Get("uri"); v != nil && v.Form == graph.Text {
		if uri, _ := v.Scalar.Str(); uri != "localhost" {
			opt.URI = uri
			opt.Name = uri
		}
	}
	if v := t.Get("long_running_mode"); v != nil && v.Form == graph.Truth {
		opt.LongRunning, _ = v.Scalar.Bool()
	}
	if v := t.Get("path_timeout"); v != nil && v.Form == graph.Whole {
		if us, _ := v.Scalar.Int(); us > 0 {
			opt.PathTimeout = time.Duration(us) * time.Microsecond
		}
	}
	if v := t.Get("predefined_graphs"); v != nil && v.Form == graph.List {
		return v.Kids
	}
	return nil
}

// send sends a message of the app's own.
func (a *app) send(f wire.Frame, m *wire.SendFrame) {
	a.mu.Lock()
	e := a.engine
	a.mu.Unlock()
	if e == nil {
		a.s.sent(f, m.Token, errNotRunning)
		return
	}
	o := engine.SendOptions{Each: f.Flags&wire.FlagEach != 0, Source: a.s.text(m.Source)}
	if token := m.Token; token != 0 && m.Message.Kind() == msg.KindCmd {
		o.Results = func(res *msg.CmdResult, inPlace bool) {
			a.s.result(wire.FlagApp|inPlaceFlag(inPlace), a.num, token, res)
		}
	}
	_, err := e.Send(m.Message, o)
	a.s.sent(f, m.Token, err)
}

var errNotRunning = errors.New("the app does not run yet")
