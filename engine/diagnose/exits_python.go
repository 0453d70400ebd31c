package diagnose

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// ReadPython is the Reader of Python sources, with the same idea of an answer as ReadGo: return_result, or the command handed on whole to
// something that cannot be seen into. A command that is put into a list or a queue is not answered by that, and an exception is no way out.
func ReadPython(source []byte, line int, name string) (exits []int, keep int) {
	nodes := parsePython(source)
	w := pyWalker{funcs: map[string]*pyNode{}, names: pyNames{cmd: name, texts: textsOf(nodes)}}
	w.collect(nodes)
	handler := functionAt(nodes, line)
	if handler == nil {
		return nil, 0
	}
	cmd := commandParameter(handler)
	return w.function(handler, cmd), w.within(handler, cmd).keep(handler.body)
}

// functionAt returns the innermost function that a line belongs to; a decorator belongs to what it decorates.
func functionAt(nodes []*pyNode, line int) (fn *pyNode) {
	decorated := 0
	for _, n := range nodes {
		if strings.HasPrefix(n.text, "@") {
			if decorated == 0 {
				decorated = n.line
			}
			continue
		}
		first := n.line
		if decorated != 0 {
			first, decorated = decorated, 0
		}
		if line < first || line > n.last {
			continue
		}
		if inner := functionAt(n.body, line); inner != nil {
			return inner
		}
		if n.word() == "def" {
			return n
		}
	}
	return nil
}

// parameters returns the names of a function's parameters.
func parameters(fn *pyNode) (names []string) {
	_, list, ok := strings.Cut(fn.text, "(")
	if !ok {
		return nil
	}
	for _, p := range arguments(list) {
		p, _ = cutTop(p, '=')
		p, _ = cutTop(p, ':')
		names = append(names, strings.TrimSpace(p))
	}
	return names
}

// commandParameter returns the name of the parameter that is the command: the one of type Cmd, else cmd, else the last.
func commandParameter(fn *pyNode) string {
	names := parameters(fn)
	if len(names) == 0 {
		return ""
	}
	if m := pyTyped.FindStringSubmatch(fn.text); m != nil {
		return m[1]
	}
	if slices.Contains(names, "cmd") {
		return "cmd"
	}
	return names[len(names)-1]
}

// pyTyped is a parameter of type Cmd.
var pyTyped = regexp.MustCompile(`[(,]\s*([A-Za-z_]\w*)\s*:\s*(?:\w+\.)*Cmd\s*[,)=|]`)

// arguments splits what follows an opening bracket at its commas, up to the bracket that closes it.
func arguments(list string) (out []string) {
	depth, from := 0, 0
	for i := range len(list) {
		switch list[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return append(out, strings.TrimSpace(list[from:i]))
			}
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(list[from:i]))
				from = i + 1
			}
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

// pyWalker follows the ways through functions of one file.
type pyWalker struct {
	funcs map[string]*pyNode
	stack []*pyNode       // functions being walked, against recursion
	held  map[string]bool // names of the command, and of what is made with it
	exits []int
	names pyNames
	keeps
}

// collect notes the functions of the file by their names.
func (w *pyWalker) collect(nodes []*pyNode) {
	for _, n := range nodes {
		if n.word() == "def" {
			_, rest, _ := strings.Cut(n.text, "def ")
			w.funcs[strings.TrimSpace(rest[:until(rest, '(')])] = n
		}
		w.collect(n.body)
	}
}

// within returns a walker for a function that is called from this one.
func (w *pyWalker) within(fn *pyNode, cmd string) *pyWalker {
	return &pyWalker{funcs: w.funcs, stack: append(slices.Clone(w.stack), fn), held: map[string]bool{cmd: cmd != ""}, names: w.names.copied()}
}

// scope begins a block. The function that it returns ends it: what a name held before, it may hold after.
func (w *pyWalker) scope() func() {
	before := maps.Clone(w.held)
	return func() { maps.Copy(w.held, before) }
}

func (w *pyWalker) entered(fn *pyNode) bool { return slices.Contains(w.stack, fn) || len(w.stack) > 8 }

// function returns the lines at which a function may be left without an answer, in the order they were met.
func (w *pyWalker) function(fn *pyNode, cmd string) []int {
	if w.entered(fn) {
		return nil
	}
	inner := w.within(fn, cmd)
	if inner.block(fn.body) {
		inner.exits = append(inner.exits, end(fn.body, fn.line))
	}
	return inner.exits
}

// end returns the line of the last statement of a block.
func end(body []*pyNode, otherwise int) int {
	if len(body) == 0 {
		return otherwise
	}
	last := body[len(body)-1]
	return end(last.body, last.line)
}

// block walks statements and reports whether their end may be reached without an answer.
func (w *pyWalker) block(body []*pyNode) bool {
	defer w.scope()()
	for len(body) > 0 {
		n := 1
		for n < len(body) && continues[body[n].word()] {
			n++
		}
		if !w.statement(body[0], body[1:n]) {
			return false
		}
		body = body[n:]
	}
	return true
}

// continues are the words of parts of the statement before.
var continues = map[string]bool{"elif": true, "else": true, "except": true, "finally": true}

// statement reports whether what follows may be reached without an answer. more are the parts that continue it.
func (w *pyWalker) statement(n *pyNode, more []*pyNode) bool {
	switch n.word() {
	case "return":
		if !w.answers(n.text) {
			w.exits = append(w.exits, n.line)
		}
		return false
	case "raise":
		return false
	case "def", "class":
		return true // called elsewhere, if at all
	case "if":
		return w.branches(n, more)
	case "while":
		w.block(n.body)
		return !endless(n) || leavesLoop(n.body)
	case "for":
		w.block(n.body)
		return true
	case "with":
		return w.block(n.body)
	case "try":
		return w.try(n, more)
	case "match":
		return w.cases(n)
	}
	open := !w.answers(n.text)
	w.assign(n.text)
	w.assignName(n.text)
	return open
}

func (w *pyWalker) branches(n *pyNode, more []*pyNode) bool {
	open, covered, c := false, false, chain{}
	for _, part := range append([]*pyNode{n}, more...) {
		if !covered && w.answers(part.text) {
			return open
		}
		w.assignName(part.text)
		if c.enters(w, part) {
			open = w.block(part.body) || open
		}
		covered = covered || c.taken || part.word() == "else"
	}
	return open || !covered
}

func (w *pyWalker) try(n *pyNode, more []*pyNode) bool {
	open, caught := w.block(n.body), false
	for _, part := range more {
		switch part.word() {
		case "except":
			caught = w.block(part.body) || caught
		case "else":
			open = open && w.block(part.body)
		case "finally":
			if !w.block(part.body) {
				return false
			}
		}
	}
	return open || caught
}

func (w *pyWalker) cases(n *pyNode) bool {
	w.assignName(n.text)
	open, c := false, chain{subject: subjectOf(n)}
	for _, part := range n.body {
		if c.enters(w, part) {
			open = w.block(part.body) || open
		}
	}
	return open || !c.taken
}

func endless(n *pyNode) bool {
	cond := strings.TrimSpace(strings.TrimPrefix(n.text, "while"))
	return cond == "True" || cond == "1"
}

// leavesLoop looks for a break of this loop.
func leavesLoop(body []*pyNode) bool {
	return slices.ContainsFunc(body, func(n *pyNode) bool {
		switch n.word() {
		case "break":
			return true
		case "for", "while", "def", "class":
			return false
		}
		return leavesLoop(n.body)
	})
}

var pyCall = regexp.MustCompile(`([A-Za-z_][\w.]*)\s*\(`)

// answers reports whether a piece of code answers the command, or hands it on. To put it away, or into an object, is neither.
func (w *pyWalker) answers(text string) bool {
	if w.putsAway(text) || slices.ContainsFunc(assignments(text), func(a pyAssign) bool { return w.holds(a.value) }) {
		return false
	}
	for _, at := range pyCall.FindAllStringSubmatchIndex(text, -1) {
		if w.answersBy(text[at[2]:at[3]], arguments(text[at[1]:])) {
			return true
		}
	}
	return false
}

func (w *pyWalker) answersBy(callee string, args []string) bool {
	name := lastName(callee)
	if name == "return_result" {
		return true
	}
	fn, cmd := w.given(callee, args)
	if cmd == "" || pyHarmless[name] || strings.HasPrefix(name, "log_") {
		return false
	}
	if fn == nil {
		return true // nobody knows what it does with the command
	}
	if !w.entered(fn) && !w.within(fn, cmd).mayAnswer(fn.body) {
		return false
	}
	w.exits = append(w.exits, w.function(fn, cmd)...)
	return true // its ways out are what was to be found
}

// mayAnswer reports whether anything in a block answers the command.
func (w *pyWalker) mayAnswer(body []*pyNode) bool {
	return slices.ContainsFunc(body, func(n *pyNode) bool {
		yes := w.answers(n.text)
		w.assign(n.text)
		return yes || w.mayAnswer(n.body)
	})
}

// pyHarmless are calls that take a command and answer nothing.
var pyHarmless = map[string]bool{"append": true, "appendleft": true, "put": true, "put_nowait": true, "add": true, "insert": true, "setdefault": true,
	"heappush": true, "create": true, "str": true, "repr": true, "print": true, "len": true, "type": true, "id": true, "isinstance": true, "format": true, "debug": true,
	"info": true, "warning": true, "error": true, "exception": true}
