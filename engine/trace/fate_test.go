package trace

import "testing"

// TestFatesOfACommand says of each way to end a command whether it was lost or cut.
func TestFatesOfACommand(t *testing.T) {
	type fate struct{ lost, cut bool }
	for name, tc := range map[string]struct {
		c    *Command
		want fate
	}{
		"unknown":                    {nil, fate{}},
		"open":                       {&Command{}, fate{}},
		"open, unanswered":           {&Command{Unanswered: true}, fate{}},
		"freed":                      {&Command{Freed: true}, fate{lost: true}},
		"freed, the stop ended it":   {&Command{Freed: true, Unanswered: true, Finished: true, By: ByStop}, fate{lost: true}},
		"freed young, the stop":      {&Command{Freed: true, Finished: true, By: ByStop}, fate{lost: true}},
		"freed, the timeout":         {&Command{Freed: true, Finished: true, By: ByTimeout}, fate{lost: true}},
		"freed, a death":             {&Command{Freed: true, Finished: true, By: ByEngine}, fate{lost: true}},
		"freed, answer_lost":         {&Command{Freed: true, Finished: true, By: ByLost}, fate{lost: true}},
		"dropped, answer_lost":       {&Command{Dropped: true, Finished: true, By: ByLost}, fate{lost: true}},
		"freed, though answered":     {&Command{Freed: true, Finished: true, By: ByHandler}, fate{}},
		"freed, answered by hand":    {&Command{Freed: true, Finished: true, By: ByGate}, fate{}},
		"the timeout":                {&Command{Finished: true, By: ByTimeout}, fate{}},
		"a death":                    {&Command{Finished: true, By: ByEngine}, fate{}},
		"young, the stop":            {&Command{Finished: true, By: ByStop}, fate{cut: true}},
		"unanswered, the stop":       {&Command{Unanswered: true, Finished: true, By: ByStop}, fate{}},
		"young, refused":             {&Command{Finished: true, By: ByEngine}, fate{}},
		"young, answered in on_stop": {&Command{Finished: true, By: ByHandler}, fate{}},
	} {
		if got := (fate{tc.c.Lost(), tc.c.Cut()}); got != tc.want {
			t.Errorf("%s: %+v, want %+v", name, got, tc.want)
		}
	}
}

func TestWhoseProcessEnded(t *testing.T) {
	for detail, want := range map[string]bool{
		"a failed: its process was killed by SIGKILL":    true,
		"a failed: the process exited with status 3":     true,
		"a failed: ValueError: its process is not known": false,
		"b failed: its process was killed":               false,
		"aa failed: its process was killed":              false,
		"a failed: the processor is too hot":             false,
		"a failed":                                       false,
		"":                                               false,
	} {
		if got := DiedText(detail, "a"); got != want {
			t.Errorf("%q: %v", detail, got)
		}
	}
	if !DiedText(FailedText("a", ItsProcess+"was killed"), "a") {
		t.Error("what is written is not read")
	}
}
