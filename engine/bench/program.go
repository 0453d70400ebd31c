package bench

import (
	"io"
	"path/filepath"
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

	mu  sync.Mutex
	rec *record.Recorder
}

// OpenProgram opens a session for a program of that name. What is set for all benches holds for it too. A run file that opt names is
// made now; another one when the first app is opened, so that a program without any leaves none.
func OpenProgram(opt Options, name string) (*Program, error) {
	c, err := config.Settings(opt.Flags)
	if err != nil {
		return nil, Fail(Invalid, err)
	}
	p := &Program{opt: opt, config: c, title: filepath.Base(name)}
	p.log = trace.New(traceOptions(c))
	if opt.Record != "" {
		if err := p.record(); err != nil {
			p.log.Close()
			return nil, Fail(NotStarted, err)
		}
	}
	return p, nil
}

// Engine are the options of the program's apps.
func (p *Program) Engine() engine.Options {
	o := engineOptions(p.config)
	o.Log = p.log
	return o
}

// Opened says that the program opens an app.
func (p *Program) Opened(*engine.App) { _ = p.record() } // what went wrong was noted

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
	p.log.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rec != nil {
		if err := p.rec.Close(); err != nil {
			p.opt.Note("%v", err)
		}
	}
	if listProblems(summary, diagnose.FromLog(p.log), trace.Snapshot{}, p.opt.Sources) > 0 && p.rec != nil {
		tellRecorded(summary, p.rec)
	}
}
