package msg

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Expect is what somebody expects of the answer to a command.
type Expect []Clause

// Clause is one thing that is expected: a status, a time, a property or its value.
type Clause struct {
	Text   string // as it was written
	about  aspect
	status Status
	within time.Duration
	path   string
	want   Value
}

type aspect uint8

const (
	ofStatus aspect = iota
	ofTime
	ofPresence
	ofValue
)

// expectForm is what a clause looks like, for errors.
const expectForm = "write status = OK, temp exists, temp = 7 or within 2s"

// ParseExpect reads clauses that are separated by ';':
//
//	status = OK; temp exists; city = "Berlin"; within 2s
//
// A status is OK or ERROR. A property is a path such as a.b[2]; its value is JSON, or else a word that is a string. A text without
// clauses expects nothing. Errors are *SendError.
func ParseExpect(text string) (Expect, error) {
	var out Expect
	for at := 0; at <= len(text); {
		end := at + clauseEnd(text[at:])
		start := at + len(text[at:end]) - len(strings.TrimLeft(text[at:end], " \t"))
		if one := strings.TrimSpace(text[at:end]); one != "" {
			c, err := parseClause(one)
			if err != nil {
				return nil, &SendError{Col: utf8.RuneCountInString(text[:start]) + 1, Msg: err.Error()}
			}
			out = append(out, c)
		}
		at = end + 1
	}
	return out, nil
}

// clauseEnd is where the first clause of text ends: at a ';' that is in no string.
func clauseEnd(text string) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			return i
		}
	}
	return len(text)
}

// otherwise are the comparisons that filters have and clauses have not.
var otherwise = regexp.MustCompile(`^([^\s="~<>!]+)\s*(?:[!<>]=|[~<>])\s*(.*)$`)

func parseClause(text string) (Clause, error) {
	c := Clause{Text: text}
	left, right, equal := strings.Cut(text, "=")
	left, right = strings.TrimSpace(left), strings.TrimSpace(right)
	words := strings.Fields(text)
	var err error
	if m := otherwise.FindStringSubmatch(text); m != nil {
		return c, fmt.Errorf("%q: nothing but '=' compares here; write %s = %s, %s exists or within 2s", text, m[1], cmp.Or(m[2], "7"), m[1])
	}
	switch {
	case equal && right == "":
		return c, fmt.Errorf("%q has nothing behind the '='; %s", text, expectForm)
	case equal && left == "status":
		c.about = ofStatus
		switch strings.ToUpper(right) {
		case "OK":
			c.status = OK
		case "ERROR":
			c.status = Error
		default:
			err = fmt.Errorf("%q is no status; it is OK or ERROR", right)
		}
		return c, err
	case equal:
		c.about, c.path = ofValue, left
		if c.want, err = expected(right); err != nil {
			return c, err
		}
	case len(words) == 2 && words[0] == "within":
		c.about = ofTime
		if c.within, err = time.ParseDuration(words[1]); err != nil || c.within <= 0 {
			return c, fmt.Errorf("%q is no time; write it like 2s or 200ms", words[1])
		}
		return c, nil
	case len(words) == 2 && words[1] == "exists":
		c.about, c.path = ofPresence, words[0]
	default:
		return c, fmt.Errorf("%q is no clause; %s", text, expectForm)
	}
	if _, err := parsePath(c.path, nil); err != nil || c.path == "" {
		return c, fmt.Errorf("%q is not the name of a property; %s", c.path, expectForm)
	}
	return c, nil
}

// expected reads the value of a clause: a word that is no JSON is a string.
func expected(text string) (Value, error) {
	v, err := ParseJSON([]byte(text))
	switch {
	case err == nil:
		return v, nil
	case strings.IndexByte(`{["`, text[0]) >= 0:
		return v, fmt.Errorf("%s is no JSON: %s", text, err.(*JSONError).Msg)
	}
	return String(text), nil
}

// Answer is how a command stands that something is expected of.
type Answer struct {
	Finished   bool
	Status     Status
	Properties *Object       // of the final result
	Took       time.Duration // to the final result, or so far
}

// Verdict is what became of a clause.
type Verdict uint8

// The verdicts. Waits means that the answer may still be as expected.
const (
	Waits Verdict = iota
	Passes
	Fails
)

// String is a verdict in a word.
func (v Verdict) String() string { return [...]string{"waits", "pass", "FAIL"}[v] }

// Check holds an answer against the clause. Of what fails found says what is there instead.
func (c *Clause) Check(a Answer) (v Verdict, found string) {
	switch {
	case c.about == ofTime && a.Took > c.within:
		return Fails, shortly(a.Took)
	case !a.Finished:
		return Waits, ""
	case c.about == ofTime:
		return Passes, ""
	case c.about == ofStatus:
		return verdict(a.Status == c.status), strings.ToUpper(a.Status.String())
	}
	got, err := a.Properties.Get(c.path)
	switch {
	case err != nil:
		return Fails, "no " + c.path
	case c.about == ofPresence:
		return Passes, ""
	}
	return verdict(same(got, c.want)), got.String()
}

func verdict(passes bool) Verdict {
	if passes {
		return Passes
	}
	return Fails
}

// same reports that two values are equal; of numbers the type does not matter.
func same(a, b Value) bool {
	x, isX := number(a)
	y, isY := number(b)
	return isX && isY && a.t != b.t && x == y || a.Equal(b)
}

// number is a number that JSON can hold.
func number(v Value) (float64, bool) {
	switch v.t {
	case Int64Type:
		return float64(int64(v.n)), true
	case Uint64Type:
		return float64(v.n), true
	case Float64Type:
		return v.float(), true
	}
	return 0, false
}

// shortly is a time without the digits that nobody reads.
func shortly(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}
