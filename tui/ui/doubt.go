package ui

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tenbench/engine/near"
	"tenbench/engine/trace"
)

// doubt is what a filter that holds most likely does not mean as it is written: a word that is looked for as a text, or a name that
// nothing has. nil if nothing is known.
func doubt(c *Common, f *trace.Filter) *trace.FilterError {
	if f == nil {
		return nil
	}
	if h := f.Hint(); h != nil {
		return h
	}
	for _, compared := range f.Compared() {
		if says := unknownName(c, compared); says != "" {
			return &trace.FilterError{Col: 1 + utf8.RuneCountInString(f.String()[:compared.Value.At]), Msg: says}
		}
	}
	return nil
}

// unknownName says that nothing is called so which a field was compared with, "" if something is, or if that cannot be said.
func unknownName(c *Common, compared trace.Comparison) string {
	var known []string
	what := "no extension is called "
	switch compared.Field {
	case "name":
		known, what = MessageNames(c), "no message was called "
	case "from", "to", "extension":
		known = append(extensionWords(c), FilterWord(BenchName), FilterWord(trace.BenchDrawn), "bench")
	}
	name := FilterWord(compared.Value.Text)
	is := func(k string) bool { return k == name }
	switch compared.Op {
	case "=", "in":
	case ":", "~", "has":
		low := strings.ToLower(compared.Value.Text)
		is = func(k string) bool { return strings.Contains(strings.ToLower(k), low) }
	default:
		return ""
	}
	if len(known) == 0 || slices.ContainsFunc(known, is) {
		return ""
	}
	if meant := near.Name(name, known); meant != "" {
		return what + compared.Value.Text + "; did you mean " + meant + "?"
	}
	return what + compared.Value.Text + " so far"
}
