package bench

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

func TestWhoWaitsTooLongIsToldOfOnce(t *testing.T) {
	lint := func(id uint64, rule string) *trace.Event {
		return &trace.Event{Kind: trace.Lint, Rule: trace.Intern(rule), ID: id, Name: trace.Intern("hello"), From: trace.Intern("test"), To: trace.Intern("voice")}
	}
	answer := func(id uint64) *trace.Event {
		return &trace.Event{Kind: trace.Result, Type: msg.KindResult, ID: id, Final: true, Name: trace.Intern("hello")}
	}
	long := func(id int) string { return fmt.Sprintf("voice has not answered hello #%d from test yet", id) }
	for _, tc := range []struct {
		name  string
		early []*trace.Event // then it is nearly too long
		late  []*trace.Event // then it is
		want  []string
	}{
		{"it waits", []*trace.Event{lint(1, "unanswered")}, nil, []string{long(1)}},
		{"near miss: it was answered in the end", []*trace.Event{lint(1, "unanswered")}, []*trace.Event{answer(1)}, nil},
		{"near miss: it has just begun", nil, []*trace.Event{lint(1, "unanswered")}, nil},
		{"it is lost", nil, []*trace.Event{lint(1, "unanswered"), lint(1, "lost")}, []string{"voice lost hello #1 from test: nothing can answer it any more"}},
		{"it was lost before it had waited", []*trace.Event{lint(1, "lost"), lint(1, "unanswered")}, nil, []string{"voice lost hello #1 from test: nothing can answer it any more"}},
		{"many", []*trace.Event{lint(1, "unanswered"), lint(2, "unanswered"), lint(3, "unanswered"), lint(4, "unanswered"), lint(5, "unanswered"), lint(6, "unanswered")}, nil,
			[]string{long(1), long(2), long(3), long(4), long(5), "tenbench diagnose finds the others"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			log := trace.New(trace.Options{})
			w := log.Writer("test")
			var said []string
			done := make(chan struct{})
			go func() {
				defer close(done)
				newOverdue(log, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }).follow()
			}()
			for _, part := range [][]*trace.Event{tc.early, tc.late} {
				for _, e := range part {
					w.Emit(e)
				}
				time.Sleep(waitsLong * 3 / 5)
			}
			w.Close()
			log.Close()
			<-done
			if !slices.Equal(said, tc.want) {
				t.Errorf("%s: said %q, want %q", tc.name, said, tc.want)
			}
		})
	}
}
