package diagnose

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// A Reader looks in the source of a file for the ways out of the function at a line, the handler, on which nothing answers the command,
// and for where the command is put away. It returns the lines, 0 for what is not there or cannot be read. name is the command's, "" where
// it is not known: what asks for another name is left out.
type Reader func(source []byte, line int, name string) (exits []int, keep int)

// ReadGo is the Reader of Go sources. A way is taken to answer when it calls ReturnResult, or hands the command on whole: by Relay,
// or as an argument of a function that it cannot see into. A command that is merely put somewhere (a field, a list, a channel) is
// not answered by that. Functions of the same file are followed.
func ReadGo(source []byte, line int, name string) (exits []int, keep int) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, 0
	}
	w := walker{fset: fset, funcs: map[string]*ast.FuncDecl{}, known: goNames{cmd: name, texts: constantsOf(file), called: map[string]bool{}}}
	var handler *ast.FuncDecl
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		w.funcs[fn.Name.Name] = fn
		if from, to := fset.Position(fn.Pos()).Line, fset.Position(fn.End()).Line; from <= line && line <= to {
			handler = fn
		}
	}
	if handler == nil {
		return nil, 0
	}
	cmd := commandOf(handler)
	return w.function(handler, cmd), w.within(handler.Name.Name, cmd).keeps(handler.Body)
}

// keeps returns the line at which a function, or one of the same file that it hands the command to, puts the command away; 0 if none.
func (w *walker) keeps(in ast.Node) (line int) {
	ast.Inspect(in, func(n ast.Node) bool {
		if line != 0 {
			return false
		}
		switch n := n.(type) {
		case *ast.SendStmt:
			line = w.lineIf(n, w.names(n.Value))
		case *ast.IfStmt:
			line = w.keepsIf(n)
			return false
		case *ast.SwitchStmt:
			line = w.keepsSwitch(n)
			return false
		case *ast.AssignStmt:
			w.assignName(n)
			line = w.lineIf(n, slices.ContainsFunc(n.Lhs, outlives) && slices.ContainsFunc(n.Rhs, w.names))
		case *ast.CallExpr:
			line = w.keptBy(n)
		}
		return line == 0
	})
	return line
}

func (w *walker) lineIf(n ast.Node, yes bool) int {
	if !yes {
		return 0
	}
	return w.fset.Position(n.Pos()).Line
}

// outlives reports that what is assigned to is no local variable.
func outlives(e ast.Expr) bool {
	switch e.(type) {
	case *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
		return true
	}
	return false
}

// names reports that the command stands in an expression as it is, or in a list or struct that is made there.
func (w *walker) names(e ast.Expr) (yes bool) {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == w.cmd && w.cmd != "_"
	case *ast.UnaryExpr:
		return w.names(e.X)
	case *ast.KeyValueExpr:
		return w.names(e.Value)
	case *ast.CompositeLit:
		return slices.ContainsFunc(e.Elts, w.names)
	case *ast.CallExpr:
		fn, ok := e.Fun.(*ast.Ident)
		return ok && fn.Name == "append" && slices.ContainsFunc(e.Args, w.names)
	}
	return false
}

// keptBy follows a call that is given the command: one that puts it away, or a function of the same file.
func (w *walker) keptBy(call *ast.CallExpr) int {
	name := nameOf(call)
	at := slices.IndexFunc(call.Args, w.names)
	if at < 0 {
		return 0
	}
	if _, method := call.Fun.(*ast.SelectorExpr); method && keepers[name] {
		return w.lineIf(call, true)
	}
	fn := w.funcs[name]
	if fn == nil || slices.Contains(w.stack, name) || len(w.stack) > 8 {
		return 0
	}
	return w.within(name, parameter(fn, at)).keeps(fn.Body)
}

// keepers are methods that put away what they are given.
var keepers = map[string]bool{"Put": true, "Push": true, "PushBack": true, "PushFront": true, "Store": true, "Add": true, "Enqueue": true}

func nameOf(call *ast.CallExpr) string {
	switch fn := call.Fun.(type) {
	case *ast.SelectorExpr:
		return fn.Sel.Name
	case *ast.Ident:
		return fn.Name
	}
	return ""
}

// commandOf returns the name of the parameter that is the command: the one of type Cmd, else the last.
func commandOf(fn *ast.FuncDecl) string {
	name := ""
	for _, field := range fn.Type.Params.List {
		for _, n := range field.Names {
			if isCmd(field.Type) {
				return n.Name
			}
			name = n.Name
		}
	}
	return name
}

func isCmd(t ast.Expr) bool {
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch t := t.(type) {
	case *ast.SelectorExpr:
		return t.Sel.Name == "Cmd"
	case *ast.Ident:
		return t.Name == "Cmd"
	}
	return false
}

// walker follows the ways through functions of one file.
type walker struct {
	fset  *token.FileSet
	funcs map[string]*ast.FuncDecl
	stack []string // functions being walked, against recursion
	cmd   string   // the command's name in the one walked now
	known goNames
	exits []int
}

// within returns a walker for a function.
func (w *walker) within(name, cmd string) *walker {
	inner := &walker{fset: w.fset, funcs: w.funcs, stack: append(slices.Clone(w.stack), name), cmd: cmd, known: w.known}
	inner.known.called = map[string]bool{} // local names are its own
	return inner
}

// function returns the lines at which a function may be left without an answer, in the order they were met.
func (w *walker) function(fn *ast.FuncDecl, cmd string) []int {
	if slices.Contains(w.stack, fn.Name.Name) || len(w.stack) > 8 {
		return nil
	}
	inner := w.within(fn.Name.Name, cmd)
	if inner.block(fn.Body.List) {
		inner.exits = append(inner.exits, w.fset.Position(fn.Body.Rbrace).Line)
	}
	return inner.exits
}

// block walks statements and reports whether their end may be reached without an answer.
func (w *walker) block(list []ast.Stmt) bool {
	for _, s := range list {
		if !w.statement(s) {
			return false
		}
	}
	return true
}

// statement reports whether what follows s may be reached without an answer.
func (w *walker) statement(s ast.Stmt) bool {
	w.assignName(s)
	switch s := s.(type) {
	case *ast.ReturnStmt:
		if !w.answers(s) {
			w.exits = append(w.exits, w.fset.Position(s.Pos()).Line)
		}
		return false
	case *ast.BranchStmt:
		return s.Tok != token.GOTO // a way out of a loop or switch goes on behind it
	case *ast.BlockStmt:
		return w.block(s.List)
	case *ast.LabeledStmt:
		return w.statement(s.Stmt)
	case *ast.IfStmt:
		return w.ifElse(s)
	case *ast.ForStmt:
		return w.loop(s)
	case *ast.RangeStmt:
		if w.answers(s.X) {
			return false
		}
		w.block(s.Body.List)
		return true
	case *ast.SwitchStmt:
		w.assignName(s.Init)
		return w.clauses(w.entered(s), s.Init, s.Tag)
	case *ast.TypeSwitchStmt:
		return w.clauses(s.Body, s.Init, nil)
	case *ast.SelectStmt:
		return w.clauses(s.Body, nil, nil)
	}
	return !w.answers(s) && !panics(s)
}

func (w *walker) ifElse(s *ast.IfStmt) bool {
	if s.Init != nil && w.answers(s.Init) || w.answers(s.Cond) {
		return false
	}
	w.assignName(s.Init)
	switch cond := w.asks(s.Cond); {
	case cond == always:
		return w.block(s.Body.List)
	case cond == never && s.Else != nil:
		return w.statement(s.Else)
	case cond == never:
		return true
	}
	then := w.block(s.Body.List)
	if s.Else == nil {
		return true
	}
	return w.statement(s.Else) || then
}

// loop walks a for. One without a condition is left by break alone.
func (w *walker) loop(s *ast.ForStmt) bool {
	if s.Init != nil && w.answers(s.Init) || s.Cond != nil && w.answers(s.Cond) {
		return false
	}
	w.block(s.Body.List)
	return s.Cond != nil || breaks(s.Body)
}

func breaks(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			found = found || n.Tok == token.BREAK
		}
		return true
	})
	return found
}

// clauses walks a switch or a select: each clause, and none of them unless one is the default. A select always takes one.
func (w *walker) clauses(body *ast.BlockStmt, init ast.Stmt, tag ast.Expr) bool {
	if init != nil && w.answers(init) || tag != nil && w.answers(tag) {
		return false
	}
	open, covered := false, false
	for _, c := range body.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			covered = covered || c.List == nil
			open = w.block(c.Body) || open
		case *ast.CommClause:
			covered = true
			if c.Comm != nil && w.answers(c.Comm) {
				continue
			}
			open = w.block(c.Body) || open
		}
	}
	return open || !covered
}

// answers reports whether a piece of code answers the command, now or by a defer, or hands it on whole.
func (w *walker) answers(n ast.Node) (yes bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !yes {
			yes = w.answersBy(call)
		}
		return !yes
	})
	return yes
}

func (w *walker) answersBy(call *ast.CallExpr) bool {
	name := nameOf(call)
	if name == "ReturnResult" || name == "Relay" {
		return true
	}
	at := slices.IndexFunc(call.Args, func(a ast.Expr) bool {
		id, ok := a.(*ast.Ident)
		return ok && id.Name == w.cmd && w.cmd != "_"
	})
	if at < 0 || harmless[name] {
		return false
	}
	fn := w.funcs[name]
	if fn == nil {
		return true // nobody knows what it does with the command
	}
	if !w.mayAnswer(fn, parameter(fn, at)) {
		return false
	}
	w.exits = append(w.exits, w.function(fn, parameter(fn, at))...)
	return true // its ways out are what was to be found
}

// mayAnswer reports whether a function that is given the command answers it on any way.
func (w *walker) mayAnswer(fn *ast.FuncDecl, cmd string) bool {
	if slices.Contains(w.stack, fn.Name.Name) || len(w.stack) > 8 {
		return true
	}
	return w.within(fn.Name.Name, cmd).answers(fn.Body)
}

// harmless are calls that take a command and answer nothing.
var harmless = map[string]bool{"append": true, "len": true, "NewResult": true, "NewErrorResult": true, "For": true, "Put": true, "Debug": true,
	"DebugContext": true, "Info": true, "InfoContext": true, "Warn": true, "WarnContext": true, "Error": true, "ErrorContext": true, "Printf": true,
	"Println": true, "Sprint": true, "Sprintf": true, "Errorf": true, "panic": true}

// parameter returns the name of a function's parameter.
func parameter(fn *ast.FuncDecl, at int) string {
	for _, field := range fn.Type.Params.List {
		for _, n := range field.Names {
			if at == 0 {
				return n.Name
			}
			at--
		}
	}
	return ""
}

func panics(s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}
