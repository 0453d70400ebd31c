package bench

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestWorstStatusWins(t *testing.T) {
	cases := []struct {
		apply []Status
		want  Status
	}{
		{nil, OK},
		{[]Status{OK}, OK},
		{[]Status{Linted}, Linted},
		{[]Status{Linted, Unanswered}, Unanswered},
		{[]Status{Unanswered, CheckFailed}, CheckFailed},
		{[]Status{CheckFailed, LifecycleFailed}, LifecycleFailed},
		{[]Status{LifecycleFailed, Invalid}, Invalid},
		{[]Status{Invalid, NotStarted}, NotStarted},
		{[]Status{Linted, Unanswered, CheckFailed, LifecycleFailed, Invalid, NotStarted, Interrupted}, Interrupted},
	}
	for _, c := range cases {
		if got := Worst(c.apply...); got != c.want {
			t.Errorf("Worst(%v) = %d, want %d", c.apply, got, c.want)
		}
	}
}

func TestStatusOfAnError(t *testing.T) {
	cases := []struct {
		err  error
		want Status
	}{
		{nil, OK},
		{errors.New("unknown flag"), Usage},
		{Fail(Invalid, errors.New("x")), Invalid},
		{fmt.Errorf("around: %w", Failf(NotStarted, "x")), NotStarted},
		{Exit(Linted), Linted},
		{Exit(OK), OK},
		{Fail(Invalid, nil), OK},
	}
	for _, c := range cases {
		if got := StatusOf(c.err); got != c.want {
			t.Errorf("StatusOf(%v) = %d, want %d", c.err, got, c.want)
		}
	}
}

func TestFailOnValues(t *testing.T) {
	cases := []struct {
		values []string
		want   FailOn
		fine   bool
	}{
		{nil, FailOn{}, true},
		{[]string{"error"}, FailOn{Error: true}, true},
		{[]string{"lint", "unanswered"}, FailOn{Lint: true, Unanswered: true}, true},
		{[]string{"lint,unanswered", "error"}, FailOn{Error: true, Lint: true, Unanswered: true}, true},
		{[]string{"lint, error"}, FailOn{Error: true, Lint: true}, true},
		{[]string{"error", "lints"}, FailOn{}, false},
		{[]string{"error,"}, FailOn{}, false},
		{[]string{""}, FailOn{}, false},
	}
	for _, c := range cases {
		if got, err := ParseFailOn(c.values); got != c.want || (err == nil) != c.fine {
			t.Errorf("ParseFailOn(%q) = %+v, %v; want %+v, fine %v", c.values, got, err, c.want, c.fine)
		}
	}
}

func TestAProgramIsCalledByWhatItRuns(t *testing.T) {
	for _, c := range []struct{ command, want string }{
		{"python3 app/main.py --fast", "main.py"}, {"python3 -m pytest -q tests/test_a.py", "pytest"}, {"/usr/bin/python3.12 -X dev -m pytest", "pytest"},
		{"uv run python -m pytest", "pytest"}, {"./serve -m fast", "serve"}, {"python3 -m", "python3"}, {"python3 -c pass", "python3"},
	} {
		if got := titleOf(strings.Fields(c.command)); got != c.want {
			t.Errorf("%s is called %s, want %s", c.command, got, c.want)
		}
	}
}
