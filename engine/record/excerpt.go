package record

import (
	"io"
	"maps"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Excerpt is a part of a trace that is written by itself.
type Excerpt struct {
	Header Header   // of the run; Start and Excerpt are set by Write, the rest may be zero
	What   string   // was chosen, in words
	Seqs   []uint64 // of the events that were chosen, ascending
}

// Excerpted counts what an Excerpt wrote.
type Excerpted struct {
	Chosen  int // of the events that were asked for
	Others  int // that make a trace of them
	Sent    int // of those others: each is one more message
	Missing int // of the events that were asked for, which the log no longer keeps
}

// Write writes a run file as plain lines: a header, the chosen events, and what it takes to read them as a trace. That is how the
// extensions lived, and of each message among the chosen ones, or whose handler wrote a chosen line, all that became of it; of a command
// that has no answer yet also the commands that it caused, and so on. Events keep their seq.
//
// It reads the log twice from its beginning, beside all others. It writes small pieces: w should be buffered.
func (x *Excerpt) Write(w io.Writer, log *trace.Log) (Excerpted, error) {
	p := &part{chosen: map[uint64]bool{}, ids: map[uint64]bool{}, whole: map[uint64]bool{}}
	_, p.last = log.Span()
	p.choose(log, x.Seqs)
	p.follow(log)
	err := x.begin(w, log)
	if err == nil {
		err = p.write(w, log)
	}
	return p.done, err
}

func (x *Excerpt) begin(w io.Writer, log *trace.Log) error {
	h := x.Header
	h.Format, h.Start, h.Excerpt = Format, log.Start(), x.What
	line, err := h.line()
	if err == nil {
		_, err = w.Write(line)
	}
	return err
}

// part decides which events belong to an excerpt.
type part struct {
	chosen map[uint64]bool // seqs
	ids    map[uint64]bool // of the messages that belong to it
	whole  map[uint64]bool // of those, also what their handlers logged
	last   uint64          // what comes later is not looked at: both times the same
	done   Excerpted
}

func (p *part) choose(log *trace.Log, seqs []uint64) {
	events := log.Finder()
	var e trace.Event
	for _, seq := range seqs {
		if !events.Find(seq, &e) {
			p.done.Missing++
			continue
		}
		p.chosen[seq] = true
		if e.ID != 0 {
			p.ids[e.ID] = true
			p.whole[e.ID] = e.Kind != trace.LogLine || p.whole[e.ID]
		}
	}
}

// follow adds what open commands caused: it says for which of them they wait.
func (p *part) follow(log *trace.Log) {
	answered, children := map[uint64]bool{}, map[uint64][]uint64{}
	p.each(log, func(e *trace.Event) {
		switch {
		case e.Kind == trace.Sent && e.Type == msg.KindCmd && e.Parent != 0:
			children[e.Parent] = append(children[e.Parent], e.ID)
		case e.Kind == trace.Result && e.Final:
			answered[e.ID] = true
		}
	})
	var add func(id uint64)
	add = func(id uint64) {
		if answered[id] {
			return
		}
		for _, child := range children[id] {
			if !p.ids[child] {
				p.ids[child] = true
				add(child)
			}
		}
	}
	for id := range maps.Clone(p.ids) {
		add(id)
	}
}

// each goes through the log as it was when the excerpt began.
func (p *part) each(log *trace.Log, do func(*trace.Event)) {
	var buf [64]trace.Event
	r := log.ReaderAt(1)
	for n := r.Next(buf[:]); n > 0; n = r.Next(buf[:]) {
		for i := range buf[:n] {
			if buf[i].Seq > p.last {
				return
			}
			do(&buf[i])
		}
	}
}

func (p *part) write(w io.Writer, log *trace.Log) (err error) {
	var line []byte
	p.each(log, func(e *trace.Event) {
		if err != nil || !p.has(e) {
			return
		}
		if p.chosen[e.Seq] {
			p.done.Chosen++
		} else {
			p.done.Others++
			if e.Kind == trace.Sent {
				p.done.Sent++
			}
		}
		line = append(e.AppendJSON(line[:0], log.Start()), '\n')
		_, err = w.Write(line)
	})
	return err
}

func (p *part) has(e *trace.Event) bool {
	switch {
	case e.Kind == trace.Gap: // its seq is that of something that is missing
		return false
	case p.chosen[e.Seq], e.Kind == trace.Transition:
		return true
	case e.Kind == trace.LogLine:
		return p.whole[e.ID]
	}
	return e.ID != 0 && p.ids[e.ID]
}
