package python

import (
	"slices"
	"time"

	"tenbench/engine"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
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
	if due { // what the handlers of commands have started is known before it is told that these are kept
		s.out.put(func(dst []byte) []byte { return wire.AppendJSON(dst, wire.Stacks, 0, 0, wire.StacksBody{Token: 1}) })
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
	for i := range b.Work {
		if w := &b.Work[i]; w.Raised != "" {
			s.raised(w)
		}
	}
	return nil
}

// raised tells of a task whose exception nobody has seen, if it is news.
func (s *Session) raised(w *wire.WorkBody) {
	s.mu.Lock()
	h := s.hosts[w.Node]
	s.mu.Unlock()
	if h == nil {
		return
	}
	id, news := h.isNews(w)
	if !news {
		return
	}
	e := trace.Event{Rule: ruleTaskException, Level: trace.Warn, ID: id, Detail: w.Raised, Source: trace.Intern(w.Source)}
	var o msg.Object
	o.Put("stack", msg.String(w.Stack))
	o.Put("answers", msg.Bool(w.Answers))
	var holds []msg.Value
	for _, id := range w.Holds {
		holds = append(holds, msg.Uint(id))
	}
	o.Put("holds", msg.Array(holds...))
	e.Property = o.AppendJSON(nil)
	h.n.Lint(e)
}

// isNews reports, once, that a command waits for its answer whose handler has started the task; of a task that something else has started,
// such as a lifecycle callback or the handler of a command that was answered, that it is the first of its name.
func (h *host) isNews(w *wire.WorkBody) (id uint64, news bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.flights[w.ID]
	if f == nil || f.answered || f.d.Kind() != msg.KindCmd {
		told := h.raised[w.What]
		if h.raised == nil {
			h.raised = map[string]bool{}
		}
		h.raised[w.What] = true
		return 0, !told
	}
	if !f.ended || f.raised {
		return w.ID, false
	}
	f.raised = true
	return w.ID, true
}

var ruleTaskException = trace.Intern("task-exception")

// stackOf returns what the process said last of a piece of work.
func (s *Session) stackOf(node uint32, id uint64, what string) (wire.WorkBody, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.stacks {
		if !w.Task && w.Node == node && w.ID == id && (id != 0 || w.What == what) {
			return w, true
		}
	}
	return wire.WorkBody{}, false
}

// Tasks lists the tasks that have a message whose handler has ended, as the process has told.
func (h *host) Tasks(id uint64) (out []engine.Work) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	for _, w := range h.s.stacks {
		if w.Task && w.Raised == "" && w.Node == h.num && slices.Contains(w.Holds, id) {
			out = append(out, engine.Work{ID: id, What: w.What, Since: h.s.time(w.Since), Await: w.Await, Has: true, Worker: w.ID != id, Stack: func() string { return w.Stack }})
		}
	}
	return out
}
