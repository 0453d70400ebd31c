package ui

import (
	"regexp"
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// maxCompletions bounds what is offered at once.
const maxCompletions = 64

// filterTerms are what a term of a filter begins with, the usual ones first.
var filterTerms = []string{"cmd", "data", "audio", "video", "result", "log", "pending", "unanswered", "answered", "lost", "held", "dropped", "error", "from", "to", "name", "ext",
	"latency", "level", "status", "prop.", "not"}

var (
	filterOperators = []string{"=", "!=", "~", ">", "<", ">=", "<=", "in", "has"}
	filterJoints    = []string{"and", "or"}
	filterToken     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?|[A-Za-z_][\w.\[\]-]*|[<>=!~:]+|[(),]|[^\s(),<>=!~:"]+`)
	filterPredicate = []string{"cmd", "data", "audio", "video", "result", "log", "pending", "unanswered", "answered", "lost", "held", "dropped", "error"}
)

// completion is how a filter may go on: options stand in place of the text from a byte on.
type completion struct {
	from    int
	options []string
	field   bool   // the text ends in the name of a field
	before  string // what stands before that, as far as it is a filter
}

// completeFilter returns how the beginning of a filter may go on.
func completeFilter(c *Common, head string) completion {
	tokens := filterToken.FindAllStringIndex(head, -1)
	at, partial := len(head), ""
	if n := len(tokens); n > 0 && tokens[n-1][1] == len(head) && !strings.ContainsAny(head[tokens[n-1][0]:], "=<>~:(),") {
		at, partial = tokens[n-1][0], head[tokens[n-1][0]:]
		tokens = tokens[:n-1]
	}
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = head[t[0]:t[1]]
	}
	next := completion{from: at, options: matching(wordsFor(c, words, partial), partial), field: endsInField(words, partial)}
	if next.field {
		next.before = dangling.ReplaceAllString(strings.TrimRight(head, " ")[:fieldBegins(head, tokens, partial)], "")
	}
	return next
}

// endsInField reports that a text ends in the name of a field that nothing is compared with yet.
func endsInField(words []string, partial string) bool {
	if partial == "" {
		partial, words = wordAt(words, 1), words[:max(len(words)-1, 0)]
	}
	return isField(partial) && !slices.Contains(filterPredicate, partial) && partial != "not" && !isOperator(wordAt(words, 1))
}

// dangling is what leads to a term that is not there.
var dangling = regexp.MustCompile(`(?:\s*(?:\b(?:and|or|not)\b|[(!-]))*\s*$`)

// fieldBegins returns where the last word of a text begins.
func fieldBegins(head string, tokens [][]int, partial string) int {
	if partial != "" {
		return len(head) - len(partial)
	}
	return tokens[len(tokens)-1][0]
}

// wordsFor returns what may stand in place of a word that was begun: a selector may behind whatever is no operator.
func wordsFor(c *Common, words []string, partial string) []string {
	if strings.HasPrefix(partial, "@") && !isOperator(wordAt(words, 1)) {
		return trace.SelectorWords()
	}
	return nextWords(c, words)
}

// nextWords returns what may stand behind the words of a filter.
func nextWords(c *Common, words []string) []string {
	last, before := wordAt(words, 1), wordAt(words, 2)
	switch {
	case last == "", last == "and", last == "or", last == "not", last == "!", last == "(" && before != "in":
		return termWords(c)
	case isOperator(last):
		return valueWords(c, before)
	case last == "(" || last == ",":
		if i := slices.Index(words, "in"); i > 0 && !slices.Contains(words[i:], ")") {
			return valueWords(c, words[i-1])
		}
	case isField(last) && !isOperator(before) && !slices.Contains(filterPredicate, last):
		return filterOperators
	}
	return filterJoints
}

func wordAt(words []string, back int) string {
	if len(words) < back {
		return ""
	}
	return words[len(words)-back]
}

func isOperator(w string) bool {
	return w == "in" || w == "has" || w != "" && strings.Trim(w, "=!<>~:") == "" && w != "!"
}

func isField(w string) bool {
	return slices.Contains(trace.Fields(), w) || slices.Contains(filterTerms, w) || strings.HasPrefix(w, "prop.")
}

func termWords(*Common) []string {
	words := append(slices.Clone(filterTerms), trace.SelectorWords()...)
	for _, f := range trace.Fields() {
		if !slices.Contains(words, f) && f != "property" && f != "property." {
			words = append(words, f)
		}
	}
	return words
}

// valueWords returns the values that a field was seen with.
func valueWords(c *Common, field string) []string {
	switch field {
	case "ext", "extension":
		return append(extensionWords(c), trace.BenchDrawn)
	case "from", "to":
		return append(extensionWords(c), FilterWord(BenchName))
	case "f", "t":
		return extensionWords(c)
	case "name", "n":
		return MessageNames(c)
	case "graph":
		var names []string
		for _, g := range c.Source.Graphs() {
			if !msg.IsUUID(g.Name) {
				names = append(names, FilterWord(g.Name))
			}
		}
		return names
	case "latency", "latency_ms", "stage", "queued":
		return []string{"10ms", "100ms", "1s", "5s"}
	case "bytes":
		return []string{"1KB", "64KB", "1MB"}
	case "k":
		return append(trace.Words("type"), trace.Words("kind")...)
	}
	if strings.HasPrefix(field, "prop.") {
		return nil
	}
	return trace.Words(field)
}

func extensionWords(c *Common) []string {
	names := extensionNames(c)
	for i, name := range names {
		names[i] = FilterWord(name)
	}
	return names
}

// extensionNames returns the names of the extensions that were seen, once each.
func extensionNames(c *Common) []string {
	var names []string
	for _, n := range c.Store.Nodes() {
		if !slices.Contains(names, n.Name()) {
			names = append(names, n.Name())
		}
	}
	return names
}

// maxNameScan bounds how many commands are looked at for their names.
const maxNameScan = 4096

// MessageNames returns the names of messages that were seen lately, as a filter wants them, in alphabetical order.
func MessageNames(c *Common) []string {
	seen := map[trace.Sym]bool{}
	for _, f := range c.Store.Flows() {
		seen[f.Name] = true
	}
	all := c.Store.Commands()
	for i := max(all.Len()-maxNameScan, 0); i < all.Len(); i++ {
		seen[all.At(i).Name] = true
	}
	for _, g := range c.Source.Graphs() {
		for _, conn := range g.Connections {
			for _, f := range conn.Flows {
				if f.Kind != msg.KindNone && f.Name != "*" {
					seen[trace.Intern(f.Name)] = true
				}
			}
		}
	}
	var names []string
	for s := range seen {
		if s != 0 {
			names = append(names, FilterWord(s.String()))
		}
	}
	slices.Sort(names)
	return names
}

// matching returns the words that begin with partial, whatever the case, and behind them those that have it inside.
func matching(words []string, partial string) []string {
	var first, inside []string
	low := strings.ToLower(partial)
	for _, w := range words {
		switch l := strings.ToLower(w); {
		case l == low:
		case strings.HasPrefix(strings.TrimPrefix(l, `"`), strings.TrimPrefix(low, `"`)):
			first = append(first, w)
		case len(low) >= 2 && strings.Contains(l, low):
			inside = append(inside, w)
		}
	}
	all := append(first, inside...)
	return all[:min(len(all), maxCompletions)]
}
