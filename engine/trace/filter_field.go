package trace

import (
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// field is something a filter can compare.
type field interface {
	compile(p *filterParser, name, op token, values []token) (predicate, error)
}

// fields are all fields but those below property.
var fields = map[string]field{
	"kind":          enumField{names(kindNames[:]), func(e *Event, _ *Command) uint8 { return uint8(e.Kind) }, false},
	"type":          enumField{typeNames, func(e *Event, _ *Command) uint8 { return uint8(e.Type) }, false},
	"state":         enumField{names(stateNames[:]), func(e *Event, _ *Command) uint8 { return uint8(e.State) }, true},
	"level":         enumField{names(levelNames[:]), func(e *Event, _ *Command) uint8 { return uint8(e.Level) }, true},
	"status":        enumField{names{"", "ok", "error"}, statusOf, false},
	"final":         enumField{names{"", "false", "true"}, finalOf, false},
	"by":            enumField{names(byNames[:]), byOf, false},
	"debtor":        enumField{names(debtorNames[:]), debtorOf, false},
	"parent_debtor": enumField{names(debtorNames[:]), func(e *Event, _ *Command) uint8 { return uint8(e.ParentDebtor) }, false},

	"app":       symField(func(e *Event) Sym { return e.App }),
	"graph":     symField(func(e *Event) Sym { return e.Graph }),
	"extension": extensionField{},
	"name":      symField(func(e *Event) Sym { return e.Name }),
	"from":      whoField(func(e *Event) Sym { return e.From }),
	"to":        whoField(func(e *Event) Sym { return e.To }),
	"rule":      symField(func(e *Event) Sym { return e.Rule }),
	"source":    textField((*Event).Where),
	"detail":    textField(func(e *Event) string { return e.Detail }),

	"seq":      numberField{count, func(e *Event, _ *Command) int64 { return int64(e.Seq) }},
	"id":       numberField{count, func(e *Event, _ *Command) int64 { return int64(e.ID) }},
	"parent":   numberField{count, func(e *Event, _ *Command) int64 { return int64(e.Parent) }},
	"group_id": numberField{count, func(e *Event, _ *Command) int64 { return int64(e.Group) }},
	"count":    numberField{count, func(e *Event, _ *Command) int64 { return int64(e.Count) }},
	"build":    numberField{count, func(e *Event, _ *Command) int64 { return int64(e.Build) }},

	"time":       numberField{seconds, func(e *Event, _ *Command) int64 { return e.Mono }},
	"mono_ns":    numberField{nanoseconds, func(e *Event, _ *Command) int64 { return e.Mono }},
	"latency_ms": numberField{milliseconds, latencyOf},
	"stage_ms":   numberField{milliseconds, func(e *Event, _ *Command) int64 { return e.StageNS }},
	"queued_ms":  numberField{milliseconds, func(e *Event, _ *Command) int64 { return e.QueuedNS }},
	"bytes":      numberField{size, func(e *Event, _ *Command) int64 { return e.Bytes }},
	"buffer.len": numberField{size, func(e *Event, _ *Command) int64 { return e.BufLen }},

	"waits_on": idsField{},
	"property": jsonField{},
}

var fieldAliases = map[string]string{
	"ext": "extension", "latency": "latency_ms", "stage": "stage_ms", "queued": "queued_ms", "prop": "property", "mono": "mono_ns",
	"group": "group_id",
}

// Fields returns the names that a filter may compare, in alphabetical order, for completion. Below property any path may
// follow: property.a.b[2].
func Fields() []string {
	out := []string{"property."}
	for name := range fields {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func fieldOf(name string) (field, bool) {
	for _, prefix := range [...]string{"prop.", "property."} {
		if path, ok := strings.CutPrefix(name, prefix); ok {
			steps, ok := parsePath(path)
			return jsonField{steps}, ok
		}
	}
	f, ok := fields[longName(name)]
	return f, ok
}

// longName is the name of a field that may be written shorter.
func longName(name string) string {
	if long, ok := fieldAliases[name]; ok {
		return long
	}
	return name
}

// shortField returns the field of n: and the like.
func shortField(name string) (field, bool) {
	switch name {
	case "k":
		return kindOrType{}, true
	case "n":
		return fields["name"], true
	case "f":
		return fields["from"], true
	case "t":
		return fields["to"], true
	}
	return fieldOf(name)
}

// allFields are all names of fields, the short ones too, in alphabetical order.
func allFields() []string {
	all := Fields()
	for alias := range fieldAliases {
		all = append(all, alias)
	}
	slices.Sort(all)
	return all
}

func suggestField(name string) string {
	if short := shortFor(name); len(short) > 0 {
		return "; did you mean " + strings.Join(short, " or ") + "?"
	}
	return suggest(strings.ToLower(name), allFields())
}

const (
	leastPrefix    = 3 // letters of a beginning that says which field is meant
	leastSkeleton  = 2 // consonants that do
	maxSuggestions = 3
)

// shortFor returns the fields that a word is most likely short for: those that begin with it, as latency does with lat, else those with its
// consonants, as level has those of lvl.
func shortFor(word string) (found []string) {
	word = strings.ToLower(word)
	begins := func(name string) bool { return len(word) >= leastPrefix && strings.HasPrefix(name, word) }
	skeleton := func(name string) bool { return len(word) >= leastSkeleton && consonants(name) == word }
	for _, fits := range []func(string) bool{begins, skeleton} {
		for _, name := range allFields() {
			if fits(name) && name != word && !slices.Contains(found, shortName(name)) && len(found) < maxSuggestions {
				found = append(found, name)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}

// shortName is the shorter name of a field, "" if it has none.
func shortName(name string) string {
	for alias, long := range fieldAliases {
		if long == name {
			return alias
		}
	}
	return ""
}

// consonants are the letters of a name that people leave when they shorten it.
func consonants(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("aeiou", r) {
			return -1
		}
		return r
	}, name)
}

// suggest names the nearest of the words, if one is near.
func suggest(word string, words []string) string {
	slices.Sort(words)
	best := near.Name(word, words)
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

var typeNames = func() (all names) {
	for k := msg.KindNone; k <= msg.KindVideoFrame; k++ {
		all = append(all, k.String())
	}
	return all
}()

// asksCommand are the fields and the reserved words that look at what is known of the command.
var asksCommand = map[string]bool{
	"status": true, "by": true, "debtor": true, "latency_ms": true, "waits_on": true,
	"pending": true, "answered": true, "unanswered": true, "held": true, "lost": true, "dropped": true, "error": true,
}

// What is known of the command stands in for what the event itself does not say.

func latencyOf(e *Event, c *Command) int64 {
	if e.LatencyNS == 0 && c.Answered() {
		return c.LatencyNS
	}
	return e.LatencyNS
}

func statusOf(e *Event, c *Command) uint8 {
	switch {
	case e.isResult():
		return 1 + uint8(e.Status)
	case c.Answered():
		return 1 + uint8(c.Status)
	}
	return 0
}

func finalOf(e *Event, _ *Command) uint8 {
	switch {
	case !e.isResult():
		return 0
	case e.Final:
		return 2
	}
	return 1
}

func byOf(e *Event, c *Command) uint8 {
	if e.By == ByNone && c.Answered() {
		return uint8(c.By)
	}
	return uint8(e.By)
}

func debtorOf(e *Event, c *Command) uint8 {
	if c.Pending() {
		return uint8(c.Debtor)
	}
	return uint8(e.Debtor)
}

var ruleUnanswered, ruleLost = Intern("unanswered"), Intern("lost")

// reserved are the words that are conditions of their own.
var reserved = map[string]predicate{
	"cmd":    isType(msg.KindCmd),
	"data":   isType(msg.KindData),
	"audio":  isType(msg.KindAudioFrame),
	"video":  isType(msg.KindVideoFrame),
	"result": func(e *Event, _ *Command) bool { return e.isResult() },
	"log":    func(e *Event, _ *Command) bool { return e.Kind == LogLine },

	"pending":  func(_ *Event, c *Command) bool { return c.Pending() },
	"answered": func(_ *Event, c *Command) bool { return c.Answered() },
	"unanswered": func(e *Event, c *Command) bool {
		return c != nil && c.Unanswered || e.Kind == Lint && e.Rule == ruleUnanswered
	},
	"held":    func(e *Event, c *Command) bool { return c != nil && c.Held || c == nil && e.Kind == Held },
	"lost":    isLost,
	"dropped": func(e *Event, c *Command) bool { return c != nil && c.Dropped || e.Kind == Dropped },
	"error":   isError,
}

// isLost is true of a command that was lost, and of what says so.
func isLost(e *Event, c *Command) bool {
	return c.Lost() || e.Kind == Freed || e.Kind == Lint && e.Rule == ruleLost
}

func isType(t msg.Kind) predicate { return func(e *Event, _ *Command) bool { return e.Type == t } }

// isError is true of an ERROR result and its command, a log line or lint of level error, and a failed extension; not of a command that
// was young when stop ended it, of which nobody says that something is wrong.
func isError(e *Event, c *Command) bool {
	return e.Level == Error || e.State == Failed || !c.Cut() && (e.isResult() && e.Status == msg.Error || c.Answered() && c.Status == msg.Error)
}

// Words returns the values that a field of few words may have; nil for a field with values of its own.
func Words(name string) []string {
	f, ok := fieldOf(name)
	if e, few := f.(enumField); ok && few {
		return slices.Clone(e.names[1:])
	}
	return nil
}
