package diagnose

import (
	"go/ast"
	"go/token"
	"strconv"
)

// goNames is what is known of names in a file of Go: of the command's own, and of those that hold texts.
type goNames struct {
	cmd    string            // the command's name; "" if it is not known
	texts  map[string]string // constants of the file
	called map[string]bool   // local names that hold the command's name
}

func constantsOf(file *ast.File) map[string]string {
	texts := map[string]string{}
	for _, d := range file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, s := range d.Specs {
			s := s.(*ast.ValueSpec)
			for i, name := range s.Names {
				if i < len(s.Values) {
					if text, ok := textOf(s.Values[i]); ok {
						texts[name.Name] = text
					}
				}
			}
		}
	}
	return texts
}

func textOf(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// asks returns what a condition comes to for a command of that name.
func (w *walker) asks(cond ast.Expr) truth {
	if w.known.cmd == "" {
		return unknown
	}
	switch e := cond.(type) {
	case *ast.ParenExpr:
		return w.asks(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return w.asks(e.X).not()
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND:
			return w.asks(e.X).both(w.asks(e.Y))
		case token.LOR:
			return w.asks(e.X).not().both(w.asks(e.Y).not()).not()
		case token.EQL:
			return w.same(e.X, e.Y)
		case token.NEQ:
			return w.same(e.X, e.Y).not()
		}
	}
	return unknown
}

// same compares two sides of which one must be the command's name, and the other a text.
func (w *walker) same(a, b ast.Expr) truth {
	if !w.isName(a) {
		a, b = b, a
	}
	text, ok := textOf(b)
	if id, named := b.(*ast.Ident); named && !w.known.called[id.Name] {
		text, ok = w.known.texts[id.Name]
	}
	if ok && w.isName(a) {
		return isTrue(text == w.known.cmd)
	}
	return unknown
}

// isName reports that an expression is the name of the command.
func (w *walker) isName(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return w.known.called[e.Name]
	case *ast.CallExpr:
		sel, ok := e.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Name" && w.names(sel.X)
	}
	return false
}

// assignName notes which local names hold the command's name from here on.
func (w *walker) assignName(s ast.Stmt) {
	a, ok := s.(*ast.AssignStmt)
	if !ok {
		return
	}
	for i, to := range a.Lhs {
		if id, ok := to.(*ast.Ident); ok {
			w.known.called[id.Name] = len(a.Lhs) == len(a.Rhs) && w.isName(a.Rhs[i])
		}
	}
}

// entered are the clauses of a switch that a command of the name may come to. One that it surely comes to stands as the default.
func (w *walker) entered(s *ast.SwitchStmt) *ast.BlockStmt {
	out := &ast.BlockStmt{}
	var otherwise ast.Stmt
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if fallsThrough(c) {
			return s.Body
		}
		switch cond := w.comesTo(s.Tag, c); {
		case c.List == nil:
			otherwise = c
		case cond == always:
			out.List = append(out.List, &ast.CaseClause{Body: c.Body})
			return out
		case cond == unknown:
			out.List = append(out.List, c)
		}
	}
	if otherwise != nil {
		out.List = append(out.List, otherwise)
	}
	return out
}

func fallsThrough(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// comesTo returns what is known of a clause.
func (w *walker) comesTo(tag ast.Expr, c *ast.CaseClause) truth {
	if w.known.cmd == "" {
		return unknown
	}
	found := never
	for _, e := range c.List {
		one := unknown
		if tag == nil {
			one = w.asks(e)
		} else if w.isName(tag) {
			one = w.same(tag, e)
		}
		found = found.not().both(one.not()).not()
	}
	return found
}

func (w *walker) keepsIf(s *ast.IfStmt) (line int) {
	if s.Init != nil {
		line = w.keeps(s.Init)
	}
	cond := w.asks(s.Cond)
	if line == 0 {
		line = w.keeps(s.Cond)
	}
	if line == 0 && cond != never {
		line = w.keeps(s.Body)
	}
	if line == 0 && cond != always && s.Else != nil {
		line = w.keeps(s.Else)
	}
	return line
}

func (w *walker) keepsSwitch(s *ast.SwitchStmt) (line int) {
	if s.Init != nil {
		line = w.keeps(s.Init)
	}
	for _, c := range w.entered(s).List {
		if line == 0 {
			line = w.keeps(&ast.BlockStmt{List: c.(*ast.CaseClause).Body})
		}
	}
	return line
}
