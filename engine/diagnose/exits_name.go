package diagnose

import (
	"maps"
	"regexp"
	"strings"
)

// pyNames is what is known of names in a file: of the command's own, and of those that hold texts.
type pyNames struct {
	cmd    string            // the command's name; "" if it is not known
	texts  map[string]string // names of the file that were given a text
	called map[string]bool   // local names that hold the command's name
}

func textsOf(nodes []*pyNode) map[string]string {
	texts := map[string]string{}
	for _, n := range nodes {
		for _, a := range assignments(n.text) {
			if m := pyText.FindStringSubmatch(a.value); m != nil {
				texts[a.target] = m[1]
			}
		}
	}
	return texts
}

// pyText is a string as the parser leaves it: what stands in it is kept if it may be a name.
var pyText = regexp.MustCompile(`^"([^"]+)"$`)

// truth is what is known of a condition, as far as it asks for the command's name.
type truth uint8

const (
	unknown truth = iota
	never
	always
)

func isTrue(yes bool) truth {
	if yes {
		return always
	}
	return never
}

func (t truth) not() truth { return [...]truth{unknown, always, never}[t] }

// both is t and o.
func (t truth) both(o truth) truth {
	switch {
	case t == never || o == never:
		return never
	case t == always && o == always:
		return always
	}
	return unknown
}

// asks returns what a condition comes to for a command of that name.
func (w *pyWalker) asks(cond string) truth {
	const most = 4096 // nobody writes a longer one
	cond = unwrapped(cond)
	if w.names.cmd == "" || len(cond) > most {
		return unknown
	}
	if before, after, ok := cutWord(cond, " or "); ok {
		return w.asks(before).not().both(w.asks(after).not()).not()
	}
	if before, after, ok := cutWord(cond, " and "); ok {
		return w.asks(before).both(w.asks(after))
	}
	if rest, ok := strings.CutPrefix(cond, "not "); ok {
		return w.asks(rest).not()
	}
	if before, after, ok := cutWord(cond, " not in "); ok && w.isName(before) {
		return w.among(after).not()
	}
	if before, after, ok := cutWord(cond, " in "); ok && w.isName(before) {
		return w.among(after)
	}
	if before, after, ok := cutWord(cond, "!="); ok {
		return w.same(before, after).not()
	}
	if before, after, ok := cutWord(cond, "=="); ok {
		return w.same(before, after)
	}
	return unknown
}

// same compares two sides of which one must be the command's name, and the other a text.
func (w *pyWalker) same(a, b string) truth {
	if !w.isName(a) {
		a, b = b, a
	}
	if text, ok := w.textOf(b); ok && w.isName(a) {
		return isTrue(text == w.names.cmd)
	}
	return unknown
}

// among looks for the command's name in a display of texts.
func (w *pyWalker) among(list string) truth {
	list = strings.TrimSpace(list)
	if list == "" || !strings.ContainsRune("([{", rune(list[0])) || !closesAtEnd(list[1:]) {
		return unknown
	}
	found := never
	for _, a := range arguments(list[1:]) {
		switch text, ok := w.textOf(a); {
		case ok && text == w.names.cmd:
			return always
		case !ok && a != "":
			found = unknown
		}
	}
	return found
}

// isName reports that an expression is the name of the command.
func (w *pyWalker) isName(text string) bool {
	text = unwrapped(text)
	if _, value, ok := cutWord(text, ":="); ok {
		text = unwrapped(value)
	}
	cmd, ok := strings.CutSuffix(text, ".get_name()")
	return w.names.called[text] || ok && w.held[cmd]
}

func (w *pyWalker) textOf(expr string) (text string, ok bool) {
	expr = unwrapped(expr)
	if m := pyText.FindStringSubmatch(expr); m != nil {
		return m[1], true
	}
	text, ok = w.names.texts[expr]
	return text, ok && !w.names.called[expr]
}

// assignName notes which local names hold the command's name from here on.
func (w *pyWalker) assignName(text string) {
	for _, m := range pyNamed.FindAllStringSubmatch(text, -1) {
		if w.held[m[2]] {
			w.names.called[m[1]] = true
		}
	}
	for _, a := range assignments(text) {
		if w.isName(a.value) {
			w.names.called[a.target] = true
		} else {
			delete(w.names.called, a.target)
		}
	}
}

// pyNamed gives a name to a command's name within an expression.
var pyNamed = regexp.MustCompile(`([A-Za-z_]\w*)\s*:=\s*(\w+)\.get_name\(\)`)

// chain walks along the parts of an if or the cases of a match, and knows which of them a command of the name can come to.
type chain struct {
	subject string // of the match
	taken   bool   // one was that is always entered
}

// enters reports whether a part may be entered, with what is known of its condition. What is no part of a chain always is.
func (c *chain) enters(w *pyWalker, n *pyNode) bool {
	cond := unknown
	switch word := n.word(); word {
	case "if", "elif":
		if word == "if" {
			c.taken = false
		}
		cond = w.asks(strings.TrimPrefix(n.text, word))
	case "else":
		return !c.taken
	case "case":
		cond = w.matches(c.subject, strings.TrimPrefix(n.text, word))
	default:
		c.taken = false
		return true
	}
	if c.taken || cond == never {
		return false
	}
	c.taken = cond == always
	return true
}

// matches returns what is known of a case.
func (w *pyWalker) matches(subject, pattern string) truth {
	pattern, _, guarded := cutWord(pattern, " if ")
	if pattern = strings.TrimSpace(pattern); pattern == "_" && !guarded {
		return always
	}
	if w.names.cmd == "" || !w.isName(subject) {
		return unknown
	}
	found := never
	for _, p := range strings.Split(pattern, "|") {
		m := pyText.FindStringSubmatch(strings.TrimSpace(p)) // a name takes whatever comes
		switch {
		case m == nil:
			found = unknown
		case m[1] == w.names.cmd && guarded:
			return unknown
		case m[1] == w.names.cmd:
			return always
		}
	}
	return found
}

// subjectOf is what a match looks at.
func subjectOf(n *pyNode) string { return strings.TrimPrefix(n.text, "match") }

// unwrapped is an expression without spaces and brackets around it.
func unwrapped(text string) string {
	text = strings.TrimSpace(text)
	for len(text) > 1 && text[0] == '(' && closesAtEnd(text[1:]) {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// cutWord cuts a text at the first word outside of brackets.
func cutWord(text, word string) (before, after string, found bool) {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth == 0 && strings.HasPrefix(text[i:], word) {
			return text[:i], text[i+len(word):], true
		}
	}
	return text, "", false
}

// copied is for another function: its local names are its own.
func (n pyNames) copied() pyNames {
	n.called = map[string]bool{}
	return n
}

// here is for the same function, looked at apart.
func (n pyNames) here() pyNames {
	n.called = maps.Clone(n.called)
	return n
}
