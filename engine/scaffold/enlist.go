package scaffold

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
)

// enlist adds an extension to the list that Builtin returns, and its import; the rest of the file stays as it is.
func enlist(src []byte, name string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "extensions.go", src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	path := strconv.Quote("tenbench/extensions/" + name)
	lastImport, err := importsEnd(file, path)
	if err != nil {
		return nil, err
	}
	list := builtinList(file)
	if list == nil {
		return nil, errors.New("found no `return []engine.Addon{...}` in func Builtin; add the extension by hand")
	}
	spec := path
	if pkg := packageName(name); pkg != name {
		spec = pkg + " " + path
	}
	// The later place first, so that the earlier one's offset stays true.
	line := packageName(name) + ".Addon(),\n"
	if n := len(list.Elts); n > 0 && !commaFollows(src[fset.Position(list.Elts[n-1].End()).Offset:]) {
		line = ",\n" + line
	}
	src = insert(src, fset.Position(list.Rbrace).Offset, line)
	src = insert(src, fset.Position(lastImport).Offset, "\n"+spec)
	return format.Source(src)
}

// importsEnd is where a further import may stand.
func importsEnd(file *ast.File, path string) (token.Pos, error) {
	var last token.Pos
	for _, spec := range file.Imports {
		if spec.Path.Value == path {
			return 0, fmt.Errorf("%s is imported already", path)
		}
		last = spec.End()
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT && d.Lparen.IsValid() {
			return last, nil
		}
	}
	return 0, errors.New("found no import ( ... ); add the extension by hand")
}

// builtinList finds the composite literal that Builtin returns.
func builtinList(file *ast.File) *ast.CompositeLit {
	var found *ast.CompositeLit
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "Builtin" {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			ret, ok := n.(*ast.ReturnStmt)
			if !ok || len(ret.Results) != 1 {
				return true
			}
			if lit, ok := ret.Results[0].(*ast.CompositeLit); ok {
				found = lit
			}
			return false
		})
	}
	return found
}

func commaFollows(src []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(src, " \t\n"), []byte(",")) }

func insert(src []byte, offset int, text string) []byte {
	return slices.Concat(src[:offset], []byte(text), src[offset:])
}
