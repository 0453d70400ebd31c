package trace

import (
	"slices"
	"strings"
	"testing"

	"tenbench/engine/msg"
)

func TestTheBenchHasOneNameInFilters(t *testing.T) {
	bench, taken := Intern("ten:bench"), Intern("bench")
	subjects := map[string]*Event{
		"asks":   {Kind: Sent, Type: msg.KindCmd, Extension: bench, From: bench, To: Intern("echo")},
		"asked":  {Kind: Sent, Type: msg.KindCmd, Extension: Intern("echo"), From: Intern("echo"), To: bench},
		"lint":   {Kind: Lint, Level: Warn, Extension: Intern("echo"), From: Intern("main")},
		"log":    {Kind: LogLine, Extension: Intern("echo")},
		"output": {Kind: LogLine},
		"namely": {Kind: Sent, Type: msg.KindCmd, Extension: taken, From: taken, To: taken},
	}
	for _, test := range []struct{ text, want, known string }{ // known: where an extension is called bench
		{`ext = (bench)`, "asks lint", "asks lint"},
		{`ext = "(bench)"`, "asks lint", "asks lint"},
		{`extension = ten:bench`, "asks", "asks"},
		{`from = ten:bench`, "asks", "asks"},
		{`ext = bench`, "asks lint namely", "namely"},
		{`from = bench`, "asks namely", "namely"},
		{`to = bench`, "asked namely", "namely"},
		{`to = (bench)`, "asked", "asked"},
		{`from in ((bench), echo)`, "asked asks", "asked asks"},
		{`ext = (bench) and lint`, "", ""},
		{`(ext = (bench))`, "asks lint", "asks lint"},
		{`ext != ten:bench`, "asked lint log namely output", "asked lint log namely output"},
		{`ext != (bench)`, "asked log namely output", "asked log namely output"},
		{`ext = echo`, "asked lint log", "asked lint log"},
		{`from = main`, "lint", "lint"},
		{`ext ~ bench`, "asks namely", "asks namely"},
	} {
		for _, with := range []struct {
			extensions []string
			want       string
		}{{nil, test.want}, {[]string{"echo", "bench"}, test.known}} {
			f, err := Compile(test.text, with.extensions...)
			if err != nil {
				t.Errorf("%s: %v", test.text, err)
				continue
			}
			var got []string
			for name, e := range subjects {
				if f.Match(e, nil) {
					got = append(got, name)
				}
			}
			if slices.Sort(got); strings.Join(got, " ") != with.want {
				t.Errorf("%s with %v finds %v, want %s", test.text, with.extensions, got, with.want)
			}
		}
	}
}
