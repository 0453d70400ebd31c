package store

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

const maxRecent = 64

// recent is a ring of the newest events a person would want to have seen. Streams have their flow instead.
type recent struct {
	seqs [maxRecent]uint64
	n    int
}

func (r *recent) take(e *trace.Event) {
	switch e.Kind {
	case trace.Sent:
		if e.Type != msg.KindCmd {
			return
		}
	case trace.Lint:
		if e.Level == trace.LevelNone {
			return
		}
	case trace.Result, trace.LogLine, trace.Config, trace.Process, trace.Fault:
	case trace.Transition:
		if e.State != trace.Running && e.State != trace.Failed && e.State != trace.Ended {
			return
		}
	default:
		return
	}
	r.seqs[r.n%maxRecent] = e.Seq
	r.n++
}

func (r *recent) each(yield func(seq uint64) bool) {
	for i := r.n - 1; i >= max(r.n-maxRecent, 0); i-- {
		if !yield(r.seqs[i%maxRecent]) {
			return
		}
	}
}
