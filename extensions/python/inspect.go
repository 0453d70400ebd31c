package python

import (
	"time"

	"tenbench/extensions/wire"
)

// collectEvery is how often a process is asked to collect its garbage, at most.
const collectEvery = int64(time.Second)

// collect asks the process for a collection, unless one is under way or the last one is young.
func (s *Session) collect() {
	now := s.log.Now()
	s.mu.Lock()
	due := !s.collecting && (s.collectAt == 0 || now-s.collectAt >= collectEvery)
	if due {
		s.collecting, s.collectAt = true, now
	}
	s.mu.Unlock()
	if due {
		s.out.put(func(dst []byte) []byte { return wire.AppendToken(dst, wire.Collect, 1) })
	}
}

func (s *Session) collected() {
	s.mu.Lock()
	s.collecting = false
	at := s.collectAt
	var all []*host
	for _, h := range s.hosts {
		all = append(all, h)
	}
	s.mu.Unlock()
	for _, h := range all {
		h.n.Collected(at)
	}
}

// stacksEvery is how often a process is asked for its stacks, at most.
const stacksEvery = int64(500 * time.Millisecond)

// askStacks asks what the process is busy with; the answer is there for a later look.
func (s *Session) askStacks() {
	now := s.log.Now()
	s.mu.Lock()
	due := s.stacksAt == 0 || now-s.stacksAt >= stacksEvery
	if due {
		s.stacksAt = now
	}
	s.mu.Unlock()
	if due {
		s.out.put(func(dst []byte) []byte { return wire.AppendJSON(dst, wire.Stacks, 0, 0, wire.StacksBody{Token: 1}) })
	}
}

func (s *Session) takeStacks(f wire.Frame) error {
	var b wire.StacksAreBody
	if err := wire.DecodeJSON(f, &b); err != nil {
		return err
	}
	s.mu.Lock()
	s.stacks = b.Work
	s.mu.Unlock()
	return nil
}

// stackOf returns what the process said last of a piece of work.
func (s *Session) stackOf(node uint32, id uint64, what string) (wire.WorkBody, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.stacks {
		if w.Node == node && w.ID == id && (id != 0 || w.What == what) {
			return w, true
		}
	}
	return wire.WorkBody{}, false
}
