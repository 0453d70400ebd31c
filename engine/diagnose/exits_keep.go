package diagnose

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// keeps are the lines of a Python handler at which the command is put away.
type keeps struct {
	first  int // of all
	silent int // the first that a way without an answer goes past
	judged int
}

// keep returns the line at which a function, or one of the same file that it hands the command to, puts the command away: on a way without
// an answer if there is one, else the first of all; 0 if none.
func (w *pyWalker) keep(body []*pyNode) int {
	w.findKeeps(body, chain{}, func() bool { return true })
	if w.silent != 0 {
		return w.silent
	}
	return w.first
}

// findKeeps looks through a block up to the first silent line. goesOn tells whether the end of the block leads out without an answer.
// A part that a command of the name does not come to is left out.
func (w *pyWalker) findKeeps(body []*pyNode, c chain, goesOn func() bool) {
	defer w.scope()()
	for i, n := range body {
		rest := func() bool { return w.leaves(body[i+1:], goesOn) }
		w.keepsIn(n, rest)
		w.assign(n.text)
		w.assignName(n.text)
		if c.enters(w, n) {
			w.findKeeps(n.body, chain{subject: subjectOf(n)}, rest)
		}
		if w.silent != 0 {
			return
		}
	}
}

// keepsIn looks at one statement, without those below it, and at the functions of the same file that it gives the command.
func (w *pyWalker) keepsIn(n *pyNode, rest func() bool) {
	if w.putsAway(n.text) {
		w.keepAt(n.line, rest)
		return
	}
	for _, at := range pyCall.FindAllStringSubmatchIndex(n.text, -1) {
		fn, cmd := w.given(n.text[at[2]:at[3]], arguments(n.text[at[1]:]))
		if fn == nil || cmd == "" || w.entered(fn) {
			continue
		}
		inner := w.within(fn, cmd)
		inner.keeps = w.keeps
		inner.findKeeps(fn.body, chain{}, rest)
		w.keeps = inner.keeps
	}
}

// keepAt notes a line. No more of them are judged than a person writes.
func (w *pyWalker) keepAt(line int, rest func() bool) {
	const most = 50
	if w.first == 0 {
		w.first = line
	}
	if w.judged++; w.silent == 0 && w.judged <= most && rest() {
		w.silent = line
	}
}

// leaves reports whether a function may be left without an answer by what comes after a statement.
func (w *pyWalker) leaves(rest []*pyNode, goesOn func() bool) bool {
	for len(rest) > 0 && continues[rest[0].word()] {
		if rest[0].word() == "finally" {
			rest = slices.Concat(rest[0].body, rest[1:])
			break
		}
		rest = rest[1:]
	}
	ahead := &pyWalker{funcs: w.funcs, stack: w.stack, held: maps.Clone(w.held), names: w.names.here()}
	open := ahead.block(rest)
	return len(ahead.exits) > 0 || open && goesOn()
}

// putsAway reports that a statement puts the command away itself: by an assignment to what outlives it, or by a method that keeps.
func (w *pyWalker) putsAway(text string) bool {
	return w.stores(text) || slices.ContainsFunc(pyCall.FindAllStringSubmatchIndex(text, -1), func(at []int) bool {
		callee := text[at[2]:at[3]]
		return pyKeepers[lastName(callee)] && callee != lastName(callee) && slices.ContainsFunc(arguments(text[at[1]:]), w.holds)
	})
}

// pyKeepers are methods that put away what they are given.
var pyKeepers = map[string]bool{"append": true, "appendleft": true, "extend": true, "put": true, "put_nowait": true, "add": true, "insert": true,
	"setdefault": true, "heappush": true}

// pyOutlives is an attribute or an item, with what stands in the brackets at its end.
var pyOutlives = regexp.MustCompile(`^[A-Za-z_]\w*.*(?:\.\w+|\[([^\]]*)\])$`)

func (w *pyWalker) stores(text string) bool {
	return slices.ContainsFunc(assignments(text), func(a pyAssign) bool {
		m := pyOutlives.FindStringSubmatch(a.target)
		return m != nil && (w.holds(a.value) || w.holds(m[1]))
	})
}

// assign notes which local names hold the command from here on.
func (w *pyWalker) assign(text string) {
	for _, a := range assignments(text) {
		if w.holds(a.value) {
			w.held[a.target] = true
		} else if !slices.ContainsFunc(pyName.FindAllString(a.value, -1), func(name string) bool { return w.held[name] }) {
			delete(w.held, a.target) // what is made of the command may be its clone
		}
	}
}

var pyName = regexp.MustCompile(`[A-Za-z_]\w*`)

// holds reports that a value is the command, or a list, a tuple, a dict or an object of a class that is made there with it.
func (w *pyWalker) holds(value string) bool {
	value = strings.TrimSpace(value)
	if w.held[value] {
		return true
	}
	made := len(pyMade.FindString(value))
	if made == 0 || !closesAtEnd(value[made:]) {
		return false
	}
	return slices.ContainsFunc(arguments(value[made:]), func(a string) bool {
		_, a = keyword(a)
		k, v := cutTop(a, ':')
		return w.holds(k) || w.holds(v)
	})
}

// pyMade begins a display, or a call of what is named like a class.
var pyMade = regexp.MustCompile(`^(?:(?:\w+\.)*[A-Z]\w*\s*\(|[(\[{])`)

// closesAtEnd reports that the bracket which is open before a text is closed by its last letter.
func closesAtEnd(text string) bool {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return i == len(text)-1
			}
		}
	}
	return false
}

// keyword parts an argument that is given by its name; name is "" for one that is not.
func keyword(arg string) (name, value string) {
	if name, value := cutTop(arg, '='); value != "" && value[0] != '=' {
		return strings.TrimSpace(name), strings.TrimSpace(value)
	}
	return "", arg
}

// given returns the function of the same file that a call means, nil if it means none, and the name that the command has there, "" if the
// call is not given it.
func (w *pyWalker) given(callee string, args []string) (fn *pyNode, cmd string) {
	at := slices.IndexFunc(args, func(a string) bool {
		_, a = keyword(a)
		return w.holds(a)
	})
	if at < 0 {
		return nil, ""
	}
	fn = w.funcs[lastName(callee)]
	if name, _ := keyword(args[at]); name != "" {
		return fn, name
	}
	if fn == nil {
		return nil, args[at]
	}
	names := parameters(fn)
	if callee != lastName(callee) && len(names) > 0 && names[0] == "self" {
		names = names[1:]
	}
	if len(names) == 0 {
		return nil, args[at]
	}
	return fn, strings.TrimLeft(names[min(at, len(names)-1)], "*")
}

// lastName is what follows the last dot.
func lastName(callee string) string { return callee[strings.LastIndexByte(callee, '.')+1:] }

// pyAssign is a name, an attribute or an item, and what is assigned to it.
type pyAssign struct{ target, value string }

// assignments are those of one statement: a = b = value, or a, b = value, value.
func assignments(text string) (out []pyAssign) {
	var targets []string
	value := text
	for {
		target, rest := cutTop(value, '=')
		if rest == "" || rest[0] == '=' || target == "" || strings.ContainsRune("!<>:", rune(target[len(target)-1])) {
			break // a comparison, or none
		}
		targets, value = append(targets, target), rest
	}
	for _, t := range targets {
		t, _ = cutTop(t, ':')
		names, values := arguments(strings.TrimRight(t, "+|")), arguments(value)
		for i, name := range names {
			if len(values) == len(names) {
				out = append(out, pyAssign{strings.TrimSpace(name), values[i]})
			} else {
				out = append(out, pyAssign{strings.TrimSpace(name), "(" + value + ")"})
			}
		}
	}
	return out
}
