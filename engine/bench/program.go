package bench

import (
	"io"
	"path/filepath"
	"strings"
	"sync"

	"tenbench/engine"
	"tenbench/engine/config"
	"tenbench/engine/diagnose"
	"tenbench/engine/record"
	"tenbench/engine/trace"
)

// Program is a session whose apps are opened by a program: one log of all that they do, and its recording.
type Program struct {
	opt    Options
	config *config.Config
	title  string
	log    *trace.Log
	warned chan struct{} // closed when nobody is to be warned any more
	watched

	mu    sync.Mutex
	rec   *record.Recorder
	how   string // the program ended
	ended bool   // and all that it started
}

// OpenProgram opens a session for a program. What is set for all benches holds for it too. A run file that opt names is
// made now, and so is one for a screen; another one when the first app is opened, so that a program without any leaves none.
func OpenProgram(opt Options, command []string) (*Program, error) {
	c, err := config.Settings(opt.Flags)
	if err != nil {
		return nil, Fail(Invalid, err)
	}
	p := &Program{opt: opt, config: c, title: titleOf(command), warned: make(chan struct{})}
	p.log = trace.New(traceOptions(c))
	if opt.Record != "" || opt.Screen {
		err = p.record()
	}
	if opt.Screen && err == nil {
		err = p.watch(p.Engine())
	}
	if err != nil {
		p.log.Close()
		return nil, Fail(NotStarted, err)
	}
	go func() {
		defer close(p.warned)
		if !opt.Screen {
			newOverdue(p.log, opt.Note).follow()
		}
	}()
	return p, nil
}

// titleOf names a program: by its script or its module, if it is an interpreter that runs one.
func titleOf(command []string) string {
	python := false
	for i, word := range command {
		switch {
		case strings.HasSuffix(word, ".py"):
			return filepath.Base(word)
		case word == "-m" && python && i+1 < len(command):
			return command[i+1]
		}
		python = python || strings.HasPrefix(filepath.Base(word), "py")
	}
	return filepath.Base(command[0])
}

// Engine are the options of the program's apps.
func (p *Program) Engine() engine.Options {
	o := engineOptions(p.config)
	o.Log, o.Under = p.log, p.app
	return o
}

// Config is what is set for all benches.
func (p *Program) Config() *config.Config { return p.config }

// Title names the session: the program.
func (p *Program) Title() string { return p.title }

// Recording is the run file and its size so far; "" if there is none.
func (p *Program) Recording() (path string, progress func() (written int64, skipped uint64)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rec == nil {
		return "", nil
	}
	return p.rec.Path(), p.rec.Progress
}

// Opened says that the program opens an app.
func (p *Program) Opened(*engine.App) { _ = p.record() } // what went wrong was noted

// Left says how the program itself ended. Others of its processes may go on.
func (p *Program) Left(how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.how = how
}

// Over says that nothing of the program runs any more.
func (p *Program) Over() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// Ended is how the program ended, when nothing of it runs any more; "" before.
func (p *Program) Ended() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		return ""
	}
	return p.how
}

// record begins the recording, if it has not begun.
func (p *Program) record() (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rec == nil {
		p.rec, err = startRecording(p.log, p.config, p.title, p.opt)
	}
	return err
}

// Close ends the session and writes its problems, if it had any.
func (p *Program) Close(summary io.Writer) {
	final := p.unwatch()
	p.log.Close()
	<-p.warned
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rec != nil {
		if err := p.rec.Close(); err != nil {
			p.opt.Note("%v", err)
		}
	}
	if listProblems(summary, "", diagnose.FromLog(p.log), final, p.opt.Sources) > 0 && p.rec != nil {
		tellRecorded(summary, p.rec)
	}
}
