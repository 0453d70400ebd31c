package trace

import (
	"reflect"
	"testing"

	"tenbench/engine/msg"
)

func track(events ...Event) *Tracker {
	var t Tracker
	for i := range events {
		events[i].Seq, events[i].Mono = uint64(i+1), int64(i+1)*100
		t.Add(&events[i])
	}
	return &t
}

func sentCmd(id, parent uint64) Event {
	return Event{Kind: Sent, Type: msg.KindCmd, ID: id, Parent: parent, Name: Intern("hello"), From: Intern("a"), To: Intern("b"), Debtor: DebtorQueue}
}

func finalResult(id uint64) Event {
	return Event{Kind: Result, Type: msg.KindResult, ID: id, Final: true, By: ByHandler}
}

func TestTrackerFollowsACommand(t *testing.T) {
	partial := finalResult(1)
	partial.Final = false
	late := finalResult(1)
	late.Status = msg.Error
	tr := track(
		Event{Kind: Inject, Type: msg.KindCmd, ID: 1, Name: Intern("hello"), To: Intern("b")},
		sentCmd(1, 0),
		Event{Kind: Held, Type: msg.KindCmd, ID: 1, Debtor: DebtorHeld},
		Event{Kind: Released, Type: msg.KindCmd, ID: 1, Debtor: DebtorQueue},
		Event{Kind: Delivered, Type: msg.KindCmd, ID: 1, Debtor: DebtorHandler, QueuedNS: 3},
		partial,
		Event{Kind: Handled, Type: msg.KindCmd, ID: 1, Debtor: DebtorKept},
		Event{Kind: Lint, Rule: Intern("unanswered"), ID: 1},
		finalResult(1),
		Event{Kind: Delivered, Type: msg.KindResult, ID: 1, Final: true},
		late,
		Event{Kind: LogLine, ID: 1, Source: Intern("b.go:7")},
		Event{Kind: LogLine, ID: 1},
	)
	want := &Command{
		ID: 1, Name: Intern("hello"), To: Intern("b"), Sent: 200, SentSeq: 2, Delivered: 500, Handled: 700, Done: 900, LatencyNS: 700,
		Partials: 1, Finished: true, By: ByHandler, Unanswered: true, HeldAt: 300, HeldNS: 100, QueuedNS: 3, Owed: DebtorKept,
		DeliveredSeq: 5, PartialSeq: 6, HandledSeq: 7, DoneSeq: 9, TakenSeq: 10, LogSeq: 12, LogSource: Intern("b.go:7"),
	}
	c := tr.Command(1)
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if c.Pending() || !c.Answered() {
		t.Error("it is answered")
	}
}

func TestTrackerKnowsWhoOwesTheAnswer(t *testing.T) {
	child := sentCmd(2, 1)
	child.ParentDebtor = DebtorChild
	answer := finalResult(2)
	answer.Parent, answer.ParentDebtor = 1, DebtorHandler
	again := Event{Kind: Lint, Rule: Intern("kept"), ID: 1, Debtor: DebtorChild}
	events := []Event{sentCmd(1, 0), {Kind: Held, ID: 1, Type: msg.KindCmd, Debtor: DebtorHeld}, child, again, answer}
	for i, want := range []Command{
		{Debtor: DebtorQueue}, {Debtor: DebtorHeld, Held: true}, {Debtor: DebtorChild, WaitsOn: []uint64{2}, Held: true},
		{Debtor: DebtorChild, WaitsOn: []uint64{2}, Held: true}, {Debtor: DebtorHandler, WaitsOn: []uint64{}, Held: true},
	} {
		c := track(events[:i+1]...).Command(1)
		if c.Debtor != want.Debtor || !reflect.DeepEqual(c.WaitsOn, want.WaitsOn) || c.Held != want.Held || !c.Pending() {
			t.Errorf("after event %d: %+v", i+1, c)
		}
	}
}

func TestOfNoCommandNothingIsKnown(t *testing.T) {
	tr := track(Event{Kind: Sent, Type: msg.KindData, ID: 4}, Event{Kind: Delivered, Type: msg.KindCmd, ID: 5}, Event{Kind: Transition})
	for _, id := range []uint64{0, 4, 5} {
		if c := tr.Command(id); c != nil || c.Pending() || c.Answered() {
			t.Errorf("of %d is known %+v", id, c)
		}
	}
}

func TestTrackerForgetsTheOldest(t *testing.T) {
	var tr Tracker
	id := uint64(0)
	add := func(n int, answered bool) {
		for range n {
			id++
			e, r := sentCmd(id, 0), finalResult(id)
			tr.Add(&e)
			if answered {
				tr.Add(&r)
			}
		}
	}
	add(10, false)
	add(3*maxFinished, true)
	if len(tr.commands) != maxFinished+10 || tr.Command(1) == nil || tr.Command(11) != nil || tr.Command(id) == nil {
		t.Errorf("%d commands known after many answered ones", len(tr.commands))
	}
	if len(tr.begun) > 2048 {
		t.Errorf("%d ids for %d open commands", len(tr.begun), tr.open)
	}
	add(maxOpen+5, false)
	if len(tr.commands) != maxFinished+maxOpen || tr.Command(10) != nil || tr.open != maxOpen {
		t.Errorf("%d commands known after many open ones, %d open", len(tr.commands), tr.open)
	}
}

func TestWhoAnsweredIsNotAlwaysTheReceiver(t *testing.T) {
	for _, tc := range []struct {
		by      By
		held    int64
		rule    string
		who     string
		inPlace bool
	}{
		{ByHandler, 0, "", "greeter", false},
		{ByHandler, 7, "hold-1", "greeter", false},
		{ByRelay, 0, "", "an extension further on", false},
		{ByEngine, 0, "", "the engine", true},
		{ByTimeout, 0, "", "the path timeout", true},
		{ByStop, 0, "", "the stop of the graph", true},
		{ByLost, 0, "", "answer_lost", true},
		{ByGate, 0, "answer-1", "the rule answer-1 of the gate", true},
		{ByGate, 0, "", "a rule of the gate", true}, // recorded when results did not name it
		{ByGate, 7, "hold-1", "you", true},
		{ByInject, 0, "", "you", false},
	} {
		c := Command{To: Intern("greeter"), By: tc.by, HeldAt: tc.held, Rule: Intern(tc.rule)}
		if who, inPlace := c.Answerer(); who != tc.who || inPlace != tc.inPlace {
			t.Errorf("%s: %q, in place %v", tc.by, who, inPlace)
		}
	}
}
