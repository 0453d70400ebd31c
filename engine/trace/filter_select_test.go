package trace

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// testSelectors know a command in focus, one that decides anew, what is shown, and one that stands for nothing.
var testSelectors = Selectors{
	"focus":  {Text: "id = 17"},
	"marked": {Match: func(e *Event, _ *Command) bool { return e.Kind == LogLine }},
	"shown":  {Text: "data or log"},
	"held":   {Wrong: "nothing is held"},
}

// passing are the names of the subjects that pass, in alphabetical order.
func passing(f *Filter) string {
	var got []string
	for name, subject := range filterSubjects() {
		if f.Match(subject()) {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

func TestSelectorsStandForFilters(t *testing.T) {
	for text, want := range map[string]struct{ plain, passes string }{
		`@all`:                     {`@all`, "bare data done failed lint log open result"},
		`not @all`:                 {`not @all`, ""},
		`@focus`:                   {`id = 17`, "bare done open result"},
		` @FOCUS `:                 {` id = 17 `, "bare done open result"},
		`-@focus`:                  {`-(id = 17)`, "data failed lint log"},
		`@shown log`:               {`(data or log) log`, "log"},
		`cmd and @focus or @shown`: {`cmd and (id = 17) or (data or log)`, "bare data done log open"},
		`(@marked)`:                {`(@marked)`, "log"},
		`not @marked @shown`:       {`not @marked (data or log)`, "data"},
		`"@held"`:                  {`"@held"`, ""},
		`name = @focus`:            {`name = @focus`, ""},
		`n:@focus`:                 {`n:@focus`, ""},
		`user@focus`:               {`user@focus`, ""},
		`é @focus`:                 {`é (id = 17)`, ""},
		`cmd`:                      {`cmd`, "bare done open"},
	} {
		f, err := testSelectors.Compile(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if f.String() != text || f.Plain() != want.plain || passing(f) != want.passes {
			t.Errorf("%q: plain %q, passes %q; want %q, %q", f, f.Plain(), passing(f), want.plain, want.passes)
		}
	}
	whole, err := Selectors{"shown": {}}.Compile("@shown and cmd")
	if err != nil || whole.Plain() != "@all and cmd" {
		t.Errorf("a selector of everything is plainly %v, %v", whole, err)
	}
}

func TestSelectorsThatStandForNothingAreErrorsAtTheirColumn(t *testing.T) {
	for text, want := range map[string]struct {
		selectors Selectors
		col       int
		msg       string
	}{
		`cmd and @focus`:     {nil, 9, `@focus means something on the workbench's screens only; here there is @all`},
		`@nobody`:            {nil, 1, `there is no selector @nobody; here there is @all`},
		`é (@held)`:          {testSelectors, 4, `@held: nothing is held`},
		`cmd @fokus`:         {testSelectors, 5, `there is no selector @fokus; did you mean @focus?`},
		`cmd @bob.smith`:     {testSelectors, 5, `there are @all @focus @held @marked @shown; quote it to search for it`},
		`@`:                  {testSelectors, 1, `there is no selector @; there are @all`},
		`@focus = 3`:         {testSelectors, 8, `@focus is a condition by itself`},
		`@all in (1, 2)`:     {nil, 6, `@all is a condition by itself`},
		`@focus and (`:       {testSelectors, 13, `expected a condition`},
		`data or not @focus`: {Selectors{"focus": {Text: "name ="}}, 13, `@focus: filter, column`},
	} {
		_, err := want.selectors.Compile(text)
		var fe *FilterError
		if !errors.As(err, &fe) || fe.Col != want.col || !strings.Contains(fe.Msg, want.msg) {
			t.Errorf("%q: %v; want column %d, %q", text, err, want.col, want.msg)
		}
	}
}

func TestARuleHasWhatItsSelectorsStandFor(t *testing.T) {
	r, err := testSelectors.ParseGateRule("drop 30% @focus and cmd")
	if err != nil || r.Filter != "(id = 17) and cmd" {
		t.Errorf("the rule is %v, %v", r, err)
	}
	for text, s := range map[string]Selectors{"hold @held": testSelectors, "hold @mine": nil} {
		_, err := s.ParseGateRule(text)
		var fe *FilterError
		if !errors.As(err, &fe) || fe.Col != 6 {
			t.Errorf("%q: %v, want an error at column 6", text, err)
		}
	}
}

func TestASelectorWordIsKnownOrAnError(t *testing.T) {
	for _, word := range SelectorWords() {
		_, with := Selectors{"focus": {}, "held": {}, "marked": {}, "shown": {}}.Compile(word)
		if _, without := Compile(word); with != nil || (without == nil) != (word == "@all") {
			t.Errorf("%s: %v where it is known, %v elsewhere", word, with, without)
		}
	}
}
