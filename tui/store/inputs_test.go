package store

import (
	"fmt"
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestInputsAreTheNewestThatArrivedWhole(t *testing.T) {
	s := newScene(Options{})
	send := func(at int64, id uint64, kind msg.Kind, change func(*trace.Event)) {
		e := trace.Event{Kind: trace.Sent, Type: kind, ID: id, Name: sym("m"), From: sym("a"), To: sym("b"), Extension: sym("a")}
		if change != nil {
			change(&e)
		}
		s.at(at, e)
	}
	arrive := func(at int64, id uint64) {
		s.at(at, trace.Event{Kind: trace.Delivered, Type: msg.KindCmd, ID: id, Name: sym("m"), From: sym("a"), To: sym("b"), Extension: sym("b")})
	}
	for id := range uint64(3) {
		send(int64(id+1), id+1, msg.KindCmd, nil)
		arrive(int64(id+1), id+1)
	}
	send(4, 4, msg.KindAudioFrame, nil)
	send(5, 5, msg.KindData, func(e *trace.Event) { e.BufHead, e.BufLen = []byte("xy"), 2 })
	send(6, 6, msg.KindData, func(e *trace.Event) { e.BufHead, e.BufLen = []byte("xy"), 3 })
	send(7, 7, msg.KindCmd, func(e *trace.Event) { e.To = sym("c") })
	send(8, 8, msg.KindCmd, nil) // waits in the mailbox
	send(9, 9, msg.KindData, nil)
	s.at(9, trace.Event{Kind: trace.Dropped, Type: msg.KindData, ID: 9, Extension: sym("b"), To: sym("b")})
	send(10, 10, msg.KindData, nil)
	s.at(10, trace.Event{Kind: trace.Held, Type: msg.KindData, ID: 10, Extension: sym("b"), To: sym("b")})
	send(20, 20, msg.KindCmd, nil)
	arrive(20, 20)
	for _, c := range []struct {
		before int64
		n      int
		want   string
	}{
		{20, 5, "1 2 3 5, 1 cut"}, {20, 2, "5, 1 cut"}, {20, 3, "3 5, 1 cut"}, {21, 5, "2 3 5 20, 1 cut"}, {3, 5, "1 2, 0 cut"}, {1, 5, ", 0 cut"}, {0, 5, ", 0 cut"},
	} {
		in, cut := s.Inputs(s.Node("b"), c.before*1e6, c.n)
		var ids []string
		for i := range in {
			ids = append(ids, fmt.Sprint(in[i].ID))
		}
		if got := fmt.Sprintf("%s, %d cut", strings.Join(ids, " "), cut); got != c.want {
			t.Errorf("before %d, %d of them: %s, want %s", c.before, c.n, got, c.want)
		}
	}
}
