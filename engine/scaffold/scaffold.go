package scaffold

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

// ErrNoClone says that a folder is not inside a clone of the project, where Go extensions live.
var ErrNoClone = errors.New("not in a clone of tenbench: Go extensions are compiled in, so they live in its extensions folder; cd there and try again")

//go:embed templates/*.tmpl templates/python/*.tmpl templates/python/tests/*.tmpl templates/python/tests/bin/*.tmpl
var templates embed.FS

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// reserved are names that another room of extensions has.
var reserved = []string{"wire", "python", "property", "extensions", "main", "testdata", "internal", "vendor"}

// Go writes a Go extension of that name into the clone that dir lies in and returns the files it made or changed, relative
// to the clone's root.
func Go(dir, name string) ([]string, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	root, err := cloneRoot(dir)
	if err != nil {
		return nil, err
	}
	list := filepath.Join("extensions", "extensions.go")
	if _, err := os.Lstat(filepath.Join(root, "extensions", name)); err == nil {
		return nil, fmt.Errorf("%s is already there; choose another name", filepath.Join("extensions", name))
	}
	src, err := os.ReadFile(filepath.Join(root, list))
	if err != nil {
		return nil, ErrNoClone
	}
	listed, err := enlist(src, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", list, err)
	}
	made, err := writeFolder(root, name)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(root, list), listed, 0o644); err != nil {
		return nil, err
	}
	return append(made, list), nil
}

func checkName(name string) error {
	switch {
	case !validName.MatchString(name):
		return fmt.Errorf("%q is no name for an extension: use small letters, digits and _, beginning with a letter", name)
	case token.IsKeyword(name):
		return fmt.Errorf("%q is a word of Go's own; choose another name", name)
	}
	if slices.Contains(reserved, name) {
		return fmt.Errorf("%q is taken by a part of the project; choose another name", name)
	}
	return nil
}

// cloneRoot walks up from dir to the go.mod of this module.
func cloneRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		if declaresModule(filepath.Join(dir, "go.mod")) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", ErrNoClone
		}
		dir = parent
	}
}

func declaresModule(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.TrimSpace(lines.Text()) == "module tenbench" {
			return true
		}
	}
	return false
}

// writeFolder fills the extension's folder from the templates; on an error it takes back what it made.
func writeFolder(root, name string) (made []string, err error) {
	folder := filepath.Join("extensions", name)
	if err := os.Mkdir(filepath.Join(root, folder), 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(filepath.Join(root, folder))
		}
	}()
	for _, f := range []struct{ template, file string }{
		{"extension.go.tmpl", name + ".go"},
		{"extension_test.go.tmpl", name + "_test.go"},
	} {
		src, err := render(f.template, name)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(folder, f.file)
		if err := os.WriteFile(filepath.Join(root, file), src, 0o644); err != nil {
			return nil, err
		}
		made = append(made, file)
	}
	return made, nil
}

func render(file, name string) ([]byte, error) {
	t, err := template.ParseFS(templates, "templates/"+file)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, struct{ Name, Package string }{name, packageName(name)}); err != nil {
		return nil, err
	}
	return format.Source(out.Bytes())
}

// packageName is the folder's name without underscores, as Go's packages are called.
func packageName(name string) string { return strings.ReplaceAll(name, "_", "") }
