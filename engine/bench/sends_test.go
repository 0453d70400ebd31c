package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestSendsSettle(t *testing.T) {
	begun := func(id uint64, kind msg.Kind) trace.Event {
		return trace.Event{Kind: trace.Inject, ID: id, Type: kind, Name: trace.Intern("hello"), To: trace.Intern("greeter")}
	}
	result := func(id uint64, s msg.Status, final bool) trace.Event {
		return trace.Event{Kind: trace.Result, ID: id, Status: s, Final: final}
	}
	stopped := func(detail string) trace.Event {
		e := result(1, msg.Error, true)
		e.By, e.Detail = trace.ByStop, detail
		return e
	}
	late := trace.Event{Kind: trace.Lint, ID: 1, Rule: trace.Intern("unanswered")}
	cases := []struct {
		name    string
		n       int
		events  []trace.Event
		settled bool
		want    []Status
	}{
		{"nothing to send", 0, nil, true, nil},
		{"not sent yet", 1, nil, false, nil},
		{"sent", 1, []trace.Event{begun(1, msg.KindCmd)}, false, nil},
		{"answered", 1, []trace.Event{begun(1, msg.KindCmd), result(1, msg.OK, true)}, true, nil},
		{"answered in part", 1, []trace.Event{begun(1, msg.KindCmd), result(1, msg.OK, false)}, false, nil},
		{"another's answer", 1, []trace.Event{begun(1, msg.KindCmd), result(2, msg.OK, true)}, false, nil},
		{"one of two answered", 2, []trace.Event{begun(1, msg.KindCmd), begun(2, msg.KindCmd), result(1, msg.OK, true)}, false, nil},
		{"both answered", 2, []trace.Event{begun(1, msg.KindCmd), begun(2, msg.KindCmd), result(2, msg.OK, true), result(1, msg.OK, true)}, true, nil},
		{"an ERROR", 1, []trace.Event{begun(1, msg.KindCmd), result(1, msg.Error, true)}, true, []Status{CheckFailed}},
		{"cut by the stop", 1, []trace.Event{begun(1, msg.KindCmd), stopped("cut")}, true, nil},
		{"lost, and ended by the stop", 1, []trace.Event{begun(1, msg.KindCmd), stopped("The destination extension has been terminated.")}, true, []Status{Unanswered}},
		{"unanswered, and ended by the stop", 1, []trace.Event{begun(1, msg.KindCmd), late, stopped("The destination extension has been terminated.")}, true, []Status{Unanswered}},
		{"unanswered", 1, []trace.Event{begun(1, msg.KindCmd), late}, true, []Status{Unanswered}},
		{"unanswered, and answered later", 1, []trace.Event{begun(1, msg.KindCmd), late, result(1, msg.OK, true)}, true, []Status{Unanswered}},
		{"data wants no answer", 1, []trace.Event{begun(1, msg.KindData)}, true, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSends(c.n, func(string, ...any) {})
			for i := range c.events {
				s.add(&c.events[i])
			}
			if got := closed(s.settled); got != c.settled {
				t.Errorf("settled: %v, want %v", got, c.settled)
			}
			if got := s.apply(); !slices.Equal(got, c.want) {
				t.Errorf("earned %v, want %v", got, c.want)
			}
		})
	}
}

func TestSendThatCannotBeSentIsSettledAndSaid(t *testing.T) {
	var said string
	s := newSends(1, func(format string, _ ...any) { said = format })
	s.refused("cmd hello to nobody", errors.New("no such extension"))
	if !closed(s.settled) || !slices.Equal(s.apply(), []Status{CheckFailed}) || said == "" {
		t.Errorf("settled %v, earned %v, said %q", closed(s.settled), s.apply(), said)
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Of each send it is told what came of it, or that nothing did.
func TestEachSendIsToldOf(t *testing.T) {
	begun := func(id uint64, kind msg.Kind) trace.Event {
		return trace.Event{Kind: trace.Inject, ID: id, Type: kind, Name: trace.Intern("hello"), To: trace.Intern("greeter")}
	}
	answer := trace.Event{Kind: trace.Result, ID: 1, Status: msg.OK, Final: true, LatencyNS: 21e6, Property: []byte(`{"text":"Hello"}`)}
	failed, long, stopped := answer, answer, answer
	stopped.By, stopped.Status = trace.ByStop, msg.Error
	cut := stopped
	cut.Detail = "cut"
	failed.Status, failed.Property = msg.Error, []byte(`{"detail":"no"}`)
	long.Property = []byte(strings.Repeat("ä", 1000))
	late := trace.Event{Kind: trace.Lint, ID: 1, Rule: trace.Intern("unanswered")}
	for _, c := range []struct {
		name   string
		events []trace.Event
		want   string
	}{
		{"answered", []trace.Event{begun(1, msg.KindCmd), answer}, `--send #1 hello to greeter: OK {"text":"Hello"} after 21ms`},
		{"an ERROR", []trace.Event{begun(1, msg.KindCmd), failed}, `--send #1 hello to greeter: ERROR {"detail":"no"} after 21ms`},
		{"a long answer", []trace.Event{begun(1, msg.KindCmd), long}, `--send #1 hello to greeter: OK ` + strings.Repeat("ä", maxAnswer) + "… after 21ms"},
		{"unanswered", []trace.Event{begun(1, msg.KindCmd), late}, "--send #1 hello to greeter: counts as unanswered"},
		{"answered later", []trace.Event{begun(1, msg.KindCmd), late, answer, answer},
			"--send #1 hello to greeter: counts as unanswered\n" + `--send #1 hello to greeter: answered after all: OK {"text":"Hello"} after 21ms`},
		{"an ERROR later", []trace.Event{begun(1, msg.KindCmd), late, failed},
			"--send #1 hello to greeter: counts as unanswered\n" + `--send #1 hello to greeter: answered after all: ERROR {"detail":"no"} after 21ms`},
		{"ended by the stop", []trace.Event{begun(1, msg.KindCmd), late, stopped}, "--send #1 hello to greeter: counts as unanswered"},
		{"cut by the stop", []trace.Event{begun(1, msg.KindCmd), cut}, "--send #1 hello to greeter: cut by the stop after 21ms, before it was answered"},
		{"lost, and ended by the stop", []trace.Event{begun(1, msg.KindCmd), stopped}, "--send #1 hello to greeter: unanswered when the stop ended it after 21ms"},
		{"no answer came", []trace.Event{begun(1, msg.KindCmd)}, "--send #1 hello to greeter: no answer came"},
		{"data", []trace.Event{begun(1, msg.KindData)}, "--send #1 hello to greeter: sent; data wants no answer"},
		{"near miss: another's answer", []trace.Event{answer}, ""},
	} {
		var said []string
		s := newSends(1, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
		for i := range c.events {
			s.add(&c.events[i])
		}
		s.apply()
		if got := strings.Join(said, "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
