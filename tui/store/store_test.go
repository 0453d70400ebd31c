package store

import (
	"fmt"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// scene applies events to a store and to its log alike.
type scene struct {
	*Store
	fill func(*trace.Event)
	seq  uint64
}

func newScene(o Options) *scene {
	log, fill := trace.FromEvents(time.Unix(0, 0))
	return &scene{Store: New(log, o), fill: fill}
}

func (s *scene) at(ms int64, e trace.Event) {
	s.seq++
	e.Seq, e.Mono = s.seq, ms*1e6
	s.fill(&e)
	s.Apply([]trace.Event{e})
}

var sym = trace.Intern

func cmd(kind trace.Kind, id uint64) trace.Event {
	e := trace.Event{Kind: kind, Type: msg.KindCmd, ID: id, Name: sym("hello"), From: sym("a"), To: sym("b"), Extension: sym("b")}
	if kind == trace.Sent {
		e.Extension = sym("a")
	}
	return e
}

func with(e trace.Event, change func(*trace.Event)) trace.Event {
	change(&e)
	return e
}

func final(e *trace.Event) { e.Final = true }

func TestCommandIsFollowedFromSentToAnswer(t *testing.T) {
	s := newScene(Options{})
	s.at(10, with(cmd(trace.Sent, 1), func(e *trace.Event) { e.Debtor = trace.DebtorQueue }))
	s.at(12, with(cmd(trace.Delivered, 1), func(e *trace.Event) { e.Debtor, e.QueuedNS = trace.DebtorHandler, 2e6 }))
	c := s.Command(1)
	if c == nil || c.Debtor != trace.DebtorHandler || c.Since != 12e6 || s.OpenCount() != 1 {
		t.Fatalf("in its handler the command is %+v", c)
	}
	s.at(15, with(cmd(trace.Result, 1), func(e *trace.Event) { e.Type = msg.KindResult }))
	s.at(20, with(cmd(trace.Result, 1), func(e *trace.Event) { e.Type, e.Final = msg.KindResult, true }))
	s.at(21, cmd(trace.Handled, 1))
	if !c.Finished || c.Partials != 1 || c.LatencyNS != 10e6 || c.Debtor != trace.DebtorNone || s.OpenCount() != 0 {
		t.Errorf("answered, the command is %+v", c)
	}
	if n := s.Node("b"); n.Received != 1 || n.Sent != 2 || n.Queue != 0 || n.QueueMax != 1 || len(n.Handling) != 0 {
		t.Errorf("the receiver is %+v", n)
	}
	if p50, _, ok := s.Node("b").Handler(); !ok || p50 < 8e6 || p50 > 10e6 {
		t.Errorf("handlers took %d, want about 9 ms", p50)
	}
}

func TestACommandThatHadNowhereToGoIsNotOpen(t *testing.T) {
	s := newScene(Options{})
	for range 2 {
		s.at(10, with(cmd(trace.Sent, 0), func(e *trace.Event) { e.To = 0 }))
	}
	for c := range s.Open {
		t.Errorf("%s #%d is open", c.Name, c.ID)
	}
}

func TestSecondFinalResultChangesNothing(t *testing.T) {
	s := newScene(Options{})
	s.at(0, cmd(trace.Sent, 1))
	s.at(5, with(cmd(trace.Result, 1), final))
	s.at(9, with(cmd(trace.Result, 1), func(e *trace.Event) { e.Final, e.Status = true, msg.Error }))
	if c := s.Command(1); c.Status != msg.OK || c.LatencyNS != 5e6 {
		t.Errorf("the command is %+v", c)
	}
}

func TestChildrenAndWhoWaits(t *testing.T) {
	s := newScene(Options{})
	s.at(0, cmd(trace.Sent, 1))
	s.at(1, with(cmd(trace.Sent, 2), func(e *trace.Event) { e.Parent, e.ParentDebtor = 1, trace.DebtorChild }))
	p := s.Command(1)
	if p.Debtor != trace.DebtorChild || len(p.WaitsOn) != 1 || p.WaitsOn[0] != 2 {
		t.Fatalf("the parent is %+v", p)
	}
	s.at(2, with(cmd(trace.Result, 2), func(e *trace.Event) { e.Final, e.ParentDebtor = true, trace.DebtorHandler }))
	if p.Debtor != trace.DebtorHandler || len(p.WaitsOn) != 0 {
		t.Errorf("after the child's answer the parent is %+v", p)
	}
}

func TestLostAndUnanswered(t *testing.T) {
	s := newScene(Options{})
	s.at(0, cmd(trace.Sent, 1))
	s.at(900, cmd(trace.Freed, 1))
	s.at(1000, trace.Event{Kind: trace.Lint, Rule: sym("unanswered"), Level: trace.Error, ID: 1, Extension: sym("b"), Detail: "b keeps it"})
	c := s.Command(1)
	if !c.Lost() || !c.Silent() || c.Debtor != trace.DebtorNobody {
		t.Errorf("the command is %+v", c)
	}
	if ps := s.Problems(); len(ps) == 0 || ps[0].ID != 1 {
		t.Errorf("problems are %+v", ps)
	}
}

func TestStopCutsYoungCommandsAndKeepsTheSilentOnes(t *testing.T) {
	s := newScene(Options{})
	s.at(0, cmd(trace.Sent, 1))
	s.at(1000, trace.Event{Kind: trace.Lint, Rule: sym("unanswered"), Level: trace.Error, ID: 1})
	s.at(1900, cmd(trace.Sent, 2))
	for id := uint64(1); id <= 2; id++ {
		s.at(2000, with(cmd(trace.Result, id), func(e *trace.Event) { e.Final, e.By, e.Status = true, trace.ByStop, msg.Error }))
	}
	if c := s.Command(1); c.Cut() || !c.Silent() {
		t.Errorf("the old one: %+v", c)
	}
	if c := s.Command(2); !c.Cut() || c.Silent() {
		t.Errorf("the young one: %+v", c)
	}
}

// TestStagesOfAStart says how long a node was in one, and that what is made at once is not made.
func TestStagesOfAStart(t *testing.T) {
	up := func(made, init int64) Node {
		n := Node{State: trace.Running, Since: 100e6}
		n.Stages[trace.Created], n.Stages[trace.Init] = made, init
		return n
	}
	for name, tc := range map[string]struct {
		node      Node
		made, all int64
	}{
		"in Go":              {up(9e5, 7e6), 0, 7e6},
		"a process":          {up(1e6, 7e6), 1e6, 8e6},
		"being made":         {Node{State: trace.Created, Since: 100e6}, 20e6, 20e6},
		"only just":          {Node{State: trace.Created, Since: 120e6}, 0, 0},
		"not started":        {Node{}, 0, 0},
		"in the future":      {Node{State: trace.Init, Since: 130e6}, 0, 0},
		"in init since then": {Node{State: trace.Init, Since: 100e6}, 0, 20e6},
	} {
		if made, all := tc.node.Stage(trace.Created, 120e6), tc.node.Starting(120e6); made != tc.made || all != tc.all {
			t.Errorf("%s: made in %d of %d, want %d of %d", name, made, all, tc.made, tc.all)
		}
		if took, up := tc.node.StartTime(); up && took != tc.all {
			t.Errorf("%s: one screen says %d of the start, another %d", name, tc.all, took)
		}
	}
}

func TestLifecycleOfANodeThatIsRestarted(t *testing.T) {
	s := newScene(Options{})
	enter := func(ms int64, st trace.State, stage int64) {
		s.at(ms, trace.Event{Kind: trace.Transition, Extension: sym("b"), State: st, StageNS: stage * 1e6})
	}
	enter(0, trace.Created, 0)
	enter(1, trace.Configure, 1)
	enter(3, trace.Init, 2)
	enter(6, trace.Start, 3)
	enter(10, trace.Running, 4)
	n := s.Node("b")
	if took, ok := n.StartTime(); !ok || took != 10e6 { // 1 ms of that it was made
		t.Errorf("the start took %d, %v", took, ok)
	}
	enter(100, trace.Stop, 90)
	enter(101, trace.Deinit, 1)
	enter(102, trace.Ended, 1)
	enter(102, trace.Created, 0)
	enter(103, trace.Configure, 1)
	if n.Lives != 2 || n.Stages[trace.Start] != 0 {
		t.Errorf("the second life begins as %d with stages %v", n.Lives, n.Stages)
	}
	if len(n.Segments) != 10 || n.Segments[4].State != trace.Running || n.Segments[4].To != 100e6 || n.Segments[9].To != 0 {
		t.Errorf("segments are %+v", n.Segments)
	}
}

func TestTablesAreBounded(t *testing.T) {
	s := newScene(Options{Commands: 10, Messages: 20, Logs: 8})
	for i := range uint64(100) {
		s.at(int64(i), cmd(trace.Sent, i+1))
		s.at(int64(i), trace.Event{Kind: trace.LogLine, Level: trace.Info, Extension: sym(fmt.Sprint("n", i))})
	}
	if n := s.Commands().Len(); n != 10 || s.OpenCount() != 10 || len(s.commands.byID) != 10 {
		t.Errorf("%d commands, %d open, %d by id; want 10", n, s.OpenCount(), len(s.commands.byID))
	}
	if s.Messages().Len() > 20 || s.Messages().Forgotten()+s.Messages().Len() != 100 || s.Logs().Len() > 8 {
		t.Errorf("%d messages, %d forgotten, %d lines", s.Messages().Len(), s.Messages().Forgotten(), s.Logs().Len())
	}
	if i, ok := s.Commands().Find(95); !ok || s.Commands().At(i).ID != 95 {
		t.Errorf("found command 95 at %d, %v", i, ok)
	}
	open := 0
	for range s.Open {
		open++
	}
	if open != 10 {
		t.Errorf("the open list has %d", open)
	}
}

func TestRate(t *testing.T) {
	var r Rate
	for ms := range int64(3000) {
		if ms%10 == 0 {
			r.Add(ms*1e6, 1)
		}
	}
	if got := r.At(3000e6); got < 95 || got > 105 {
		t.Errorf("a hundred a second is told as %v", got)
	}
	if got := r.At(6000e6); got != 0 {
		t.Errorf("after three silent seconds the rate is %v", got)
	}
}

func TestLatencyQuantiles(t *testing.T) {
	var l Latency
	if _, _, ok := l.Quantiles(); ok {
		t.Error("nothing has a quantile")
	}
	for i := range int64(100) {
		l.Add(i, (i+1)*1e6)
	}
	p50, p99, _ := l.Quantiles()
	if within(p50, 50e6) || within(p99, 99e6) {
		t.Errorf("p50 %d, p99 %d of 1 to 100 ms", p50, p99)
	}
	l.Add(11*second, 5e9)
	l.Add(33*second, 7)
	if p50, p99, _ = l.Quantiles(); p50 > 8 && p99 < 1e9 {
		t.Errorf("after half a minute p50 %d, p99 %d", p50, p99)
	}
}

// within reports that got is off by more than three in a hundred.
func within(got int64, want int64) bool { return got < want-want*3/100 || got > want+want*3/100 }

func TestLatencySlotsAreMonotonous(t *testing.T) {
	last := 0
	for ns := int64(1); ns < 1e13; ns += ns/9 + 1 {
		slot := latencySlot(ns)
		if slot < last {
			t.Fatalf("%d ns is in slot %d after %d", ns, slot, last)
		}
		if v := latencyValue(slot); slot < latencySlots-1 && within(v, ns) {
			t.Fatalf("%d ns is told as %d", ns, v)
		}
		last = slot
	}
}

func TestLaneCells(t *testing.T) {
	s := newScene(Options{})
	handle := func(ms, took int64, id uint64) {
		s.at(ms, cmd(trace.Sent, id))
		s.at(ms, cmd(trace.Delivered, id))
		s.at(ms+took, cmd(trace.Handled, id))
	}
	handle(100, 50, 1)
	handle(300, 100, 2)
	s.at(900, cmd(trace.Sent, 3))
	s.at(900, cmd(trace.Delivered, 3))
	n := s.Node("b")
	for _, width := range []int64{100e6, 20e6, 400e3} {
		cells := make([]Cell, 1000e6/width)
		n.Cells(0, width, 1000e6, cells)
		var busy float64
		count := 0
		for _, c := range cells {
			busy += float64(c.Busy) * float64(width)
			count += c.Count
		}
		if busy < 249e6 || busy > 251e6 {
			t.Errorf("columns of %d ns: busy for %.0f, want 250 ms", width, busy)
		}
		if width >= laneFinest && count != 3 {
			t.Errorf("columns of %d ns: %d handlers, want 3", width, count)
		}
		if cells[0].Busy != 0 {
			t.Errorf("columns of %d ns: busy at the beginning", width)
		}
	}
	var ids []uint64
	for sp := range func(yield func(Span) bool) { n.Spans(140e6, 950e6, yield) } {
		ids = append(ids, sp.ID)
	}
	if fmt.Sprint(ids) != "[1 2 3]" {
		t.Errorf("spans of %v", ids)
	}
}

func TestFlowKnowsItsCadenceAndItsGaps(t *testing.T) {
	s := newScene(Options{})
	frame := trace.Event{Kind: trace.Sent, Type: msg.KindAudioFrame, Name: sym("pcm"), From: sym("a"), To: sym("b"), Bytes: 320,
		BufHead: []byte{0, 0x40, 0, 0xc0}}
	ms := int64(0)
	for range 50 {
		s.at(ms, frame)
		ms += 20
	}
	ms += 140 - 20
	s.at(ms, frame)
	s.at(ms+50, frame)
	f := s.Flows()[0]
	was := f.Jitter
	for range 20 {
		ms += 20
		s.at(ms+50, frame)
	}
	if was == 0 || f.Jitter == 0 || f.Jitter >= was {
		t.Errorf("the jitter was %d and is %d when all is regular again", was, f.Jitter)
	}
	f.Count, f.Bytes = f.Count-20, f.Bytes-20*320
	if f.Cadence != 20e6 || f.Gaps != 1 || f.GapNS != 140e6 || f.Late != 1 || f.Count != 52 || f.Bytes != 52*320 {
		t.Errorf("the flow is %+v", f)
	}
	if loud := f.Levels[0].Loud; loud != 128 {
		t.Errorf("half of full scale is %d of 255", loud)
	}
}

func TestARefusedCommandDoesNotWaitInTheMailbox(t *testing.T) {
	s := newScene(Options{})
	s.at(1, cmd(trace.Sent, 7))
	n := s.Node("b")
	if n == nil || n.Queue != 1 {
		t.Fatalf("after the send: %+v", n)
	}
	s.at(2, with(cmd(trace.Result, 7), func(e *trace.Event) { e.Final, e.By, e.Status = true, trace.ByEngine, msg.Error }))
	if n.Queue != 0 {
		t.Errorf("%d wait in the mailbox of the node that refused", n.Queue)
	}
}

func TestWhatIsInTheGateWaitsInNoMailbox(t *testing.T) {
	for name, tt := range map[string]struct {
		leave   []trace.Event
		dropped bool
	}{
		"let go":      {[]trace.Event{cmd(trace.Released, 1), cmd(trace.Delivered, 1)}, false},
		"dropped":     {[]trace.Event{cmd(trace.Released, 1), cmd(trace.Dropped, 1)}, true},
		"answered":    {[]trace.Event{cmd(trace.Released, 1), with(cmd(trace.Result, 1), func(e *trace.Event) { e.Final, e.By = true, trace.ByGate })}, false},
		"its end":     {[]trace.Event{cmd(trace.Released, 1), with(cmd(trace.Result, 1), func(e *trace.Event) { e.Final, e.By = true, trace.ByEngine })}, false},
		"sender ends": {[]trace.Event{with(cmd(trace.Result, 1), func(e *trace.Event) { e.Final, e.By = true, trace.ByStop }), cmd(trace.Released, 1), cmd(trace.Delivered, 1)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(Options{})
			s.at(0, cmd(trace.Sent, 2)) // another one, which waits all the time
			s.at(1, cmd(trace.Sent, 1))
			s.at(2, with(cmd(trace.Held, 1), func(e *trace.Event) { e.Debtor, e.Rule = trace.DebtorHeld, sym("hold-1") }))
			if c, n := s.Command(1), s.Node("b"); !c.Held || c.Rule != sym("hold-1") || n.Queue != 1 || s.HeldCount() != 1 {
				t.Errorf("held: %+v, queue %d, held %d", c, n.Queue, s.HeldCount())
			}
			if since, ok := s.Held(1); !ok || since != 2e6 {
				t.Errorf("held since %d, %v", since, ok)
			}
			for i, e := range tt.leave {
				s.at(int64(3+i), e)
			}
			if c, n := s.Command(1), s.Node("b"); c.Held || n.Queue != 1 || s.HeldCount() != 0 {
				t.Errorf("out of the gate: %+v, queue %d, held %d", c, n.Queue, s.HeldCount())
			}
			if s.Dropped(1) != tt.dropped || s.Command(1).Dropped != tt.dropped {
				t.Errorf("dropped is %v", s.Dropped(1))
			}
		})
	}
}

func TestTheIDsThatWereAddedLastAreKnown(t *testing.T) {
	var s idSet
	for id := range uint64(3 * maxIDs) {
		s.add(id)
		s.add(id)
	}
	if s.has(2*maxIDs-1) || !s.has(2*maxIDs) || !s.has(3*maxIDs-1) || len(s.ids) != maxIDs {
		t.Errorf("%d ids are known", len(s.ids))
	}
}

func TestATrailMissesNothingOfALogThatIsAhead(t *testing.T) {
	s := newScene(Options{})
	sent := cmd(trace.Sent, 1)
	sent.Seq, sent.Mono = 1, 1e6
	s.fill(&sent)
	later := cmd(trace.Delivered, 1)
	later.Seq, later.Mono = 2, 2e6
	s.fill(&later)
	s.Apply([]trace.Event{sent})
	var trail Trail
	trail.Follow(s.log, &sent)
	trail.Extend(s.Store)
	if n := len(trail.Events); n != 1 {
		t.Fatalf("%d events, want the one that the store knows", n)
	}
	s.Apply([]trace.Event{later})
	trail.Extend(s.Store)
	if n := len(trail.Events); n != 2 {
		t.Errorf("%d events, want both", n)
	}
}

// Nobody is to blame for a command that the person holds, however long that lasts.
func TestWhatIsHeldIsNotSilent(t *testing.T) {
	s := newScene(Options{})
	s.at(0, cmd(trace.Sent, 1))
	s.at(1, with(cmd(trace.Held, 1), func(e *trace.Event) { e.Debtor = trace.DebtorHeld }))
	s.at(1001, trace.Event{Kind: trace.Lint, Rule: sym("unanswered"), Level: trace.Error, ID: 1, Extension: sym("b")})
	if c := s.Command(1); !c.Waits() || c.Silent() {
		t.Errorf("held: waits %v, silent %v", c.Waits(), c.Silent())
	}
	s.at(1002, cmd(trace.Released, 1))
	if c := s.Command(1); c.Waits() || !c.Silent() {
		t.Errorf("let go: waits %v, silent %v", c.Waits(), c.Silent())
	}
}
