package msg

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWhatIsExpectedIsHeldAgainstTheAnswer(t *testing.T) {
	o := new(Object)
	v, err := ParseJSON([]byte(`{"city":"Berlin","temp":7,"deep":{"list":["a;b",2.5]}}`))
	if err != nil {
		t.Fatal(err)
	}
	*o = *v.Object()
	ok := Answer{Finished: true, Status: OK, Properties: o, Took: 1500 * time.Millisecond}
	open := Answer{Took: 1500 * time.Millisecond}
	for _, c := range []struct {
		text, want string
		answer     Answer
	}{
		{"", "", ok},
		{" ; ;", "", ok},
		{"status = OK; status=error", "pass OK|FAIL OK", ok},
		{"status = ERROR", "pass ERROR", Answer{Finished: true, Status: Error, Properties: o}},
		{"city exists; town exists; deep.list[1] exists", "pass |FAIL no town|pass ", ok},
		{`city = Berlin; city = "Berlin"; city = Bern; town = x`, `pass "Berlin"|pass "Berlin"|FAIL "Berlin"|FAIL no town`, ok},
		{`temp = 7; temp = 7.0; temp = "7"; temp = 8`, "pass 7|pass 7|FAIL 7|FAIL 7", ok},
		{`deep.list[0] = "a;b"; deep.list[1] = 2.5; deep.list = ["a;b", 2.5]`, `pass "a;b"|pass 2.5|pass ["a;b",2.5]`, ok},
		{"within 2s; within 1s", "pass |FAIL 1.5s", ok},
		{"within 2s; within 1s; status = OK; city exists", "waits |FAIL 1.5s|waits |waits ", open},
	} {
		all, err := ParseExpect(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var got []string
		for i := range all {
			v, found := all[i].Check(c.answer)
			got = append(got, fmt.Sprintf("%s %s", v, found))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s gives\n%s, want\n%s", c.text, s, c.want)
		}
	}
}

func TestParseExpectErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		col  int
		want string
	}{
		{"status", 1, `"status" is no clause; write status = OK`},
		{"größe exists;  status = MAYBE", 16, `"MAYBE" is no status; it is OK or ERROR`},
		{"within soon", 1, `"soon" is no time`},
		{"within -1s", 1, `"-1s" is no time`},
		{"city =", 1, `nothing behind the '='`},
		{"= 7", 1, `"" is not the name of a property`},
		{"a[x] exists", 1, `"a[x]" is not the name of a property`},
		{`city = "Berlin; within 2s`, 1, "is no JSON"},
		{"city exist", 1, "is no clause"},
		{"text ~ Moin", 1, `"text ~ Moin": nothing but '=' compares here; write text = Moin, text exists or within 2s`},
		{"a[0].b != 3", 1, "write a[0].b = 3, a[0].b exists or"},
		{"n>", 1, "write n = 7, n exists or"},
	} {
		_, err := ParseExpect(c.text)
		var e *SendError
		if !errors.As(err, &e) || e.Col != c.col || !strings.Contains(e.Msg, c.want) {
			t.Errorf("%q gives %v; want column %d and %q", c.text, err, c.col, c.want)
		}
	}
}
