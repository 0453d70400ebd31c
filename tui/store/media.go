package store

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// applyFlow counts a message of a stream.
func (s *Store) applyFlow(e *trace.Event) {
	f := s.flow(e)
	if f == nil {
		return
	}
	if e.Type != msg.KindData && f.Count > 0 {
		f.Note(f.Last, e.Mono)
	}
	if e.Type == msg.KindAudioFrame {
		f.loud(e)
	}
	f.Count++
	f.Bytes += e.Bytes
	f.Rate.Add(e.Mono, 1)
	f.Last, f.Seq = e.Mono, e.Seq
}

func (s *Store) flow(e *trace.Event) *Flow {
	k := flowKey{e.Graph, e.From, e.To, e.Name, e.Type}
	if f := s.byFlow[k]; f != nil {
		return f
	}
	if len(s.flows) >= maxFlows {
		return nil
	}
	f := &Flow{From: e.From, To: e.To, Name: e.Name, Type: e.Type}
	s.byFlow[k] = f
	s.flows = append(s.flows, f)
	return f
}

// loud notes the loudest of the samples that the trace kept, taken as 16-bit little-endian.
func (f *Flow) loud(e *trace.Event) {
	if len(e.BufHead) < 2 {
		return
	}
	if len(f.Levels) >= flowLevels {
		f.Levels = f.Levels[:copy(f.Levels, f.Levels[flowLevels/4:])]
	}
	f.Levels = append(f.Levels, Level{e.Mono, peak16(e.BufHead)})
}

func peak16(b []byte) uint8 {
	step := max(len(b)/2/64, 1) * 2
	peak := 0
	for i := 0; i+1 < len(b); i += step {
		v := int(int16(uint16(b[i]) | uint16(b[i+1])<<8))
		peak = max(peak, v, -v)
	}
	return uint8(min(peak>>7, 255))
}
