package scaffold

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const listFile = `// Package extensions lists what an engine can load by name.
package extensions

import (
	"tenbench/engine"
	"tenbench/extensions/greeter"
)

// Builtin returns the addons.
func Builtin() []engine.Addon {
	return []engine.Addon{
		greeter.Addon(), // answers hello
	}
}
`

// clone makes a folder that looks like a clone of the project as far as this package looks.
func clone(t *testing.T, list string) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module tenbench\n\ngo 1.26.0\n")
	write(t, filepath.Join(root, "extensions", "extensions.go"), list)
	return root
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestGoWritesFolderTestAndLine(t *testing.T) {
	root := clone(t, listFile)
	below := filepath.Join(root, "extensions")
	made, err := Go(below, "my_voice") // from a folder inside the clone
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"extensions/my_voice/my_voice.go", "extensions/my_voice/my_voice_test.go", "extensions/extensions.go"}
	if !slices.Equal(made, want) {
		t.Errorf("made %q, want %q", made, want)
	}
	if src := read(t, root, want[0]); !strings.Contains(src, "package myvoice\n") || !strings.Contains(src, `Name: "my_voice"`) {
		t.Errorf("extension:\n%s", src)
	}
	list := read(t, root, want[2])
	for _, line := range []string{"\tmyvoice \"tenbench/extensions/my_voice\"\n", "\t\tmyvoice.Addon(),\n", "\t\tgreeter.Addon(), // answers hello\n"} {
		if !strings.Contains(list, line) {
			t.Errorf("no %q in\n%s", line, list)
		}
	}
}

func TestGoEnlistsBesideAnElementWithoutComma(t *testing.T) {
	root := clone(t, strings.Replace(listFile, "{\n\t\tgreeter.Addon(), // answers hello\n\t}", "{greeter.Addon()}", 1))
	if _, err := Go(root, "second"); err != nil {
		t.Fatal(err)
	}
	if list := read(t, root, "extensions", "extensions.go"); !strings.Contains(list, "greeter.Addon(),\n\t\tsecond.Addon(),\n") {
		t.Errorf("list:\n%s", list)
	}
}

func TestGoRefusesNamesThatCannotBe(t *testing.T) {
	root := clone(t, listFile)
	for _, name := range []string{"", "Loud", "9lives", "a-b", "../up", "a/b", "func", "range", "wire", "python", "é", strings.Repeat("x", 41)} {
		if made, err := Go(root, name); err == nil {
			t.Errorf("name %q made %q", name, made)
		}
	}
	if list := read(t, root, "extensions", "extensions.go"); list != listFile {
		t.Errorf("the list changed:\n%s", list)
	}
}

func TestGoRefusesToWriteOverWhatIsThere(t *testing.T) {
	root := clone(t, listFile)
	write(t, filepath.Join(root, "extensions", "mine", "notes"), "keep me")
	if _, err := Go(root, "mine"); err == nil || !strings.Contains(err.Error(), "already there") {
		t.Fatalf("err = %v", err)
	}
	if read(t, root, "extensions", "mine", "notes") != "keep me" || read(t, root, "extensions", "extensions.go") != listFile {
		t.Error("a file changed")
	}
}

func TestGoNeedsAClone(t *testing.T) {
	elsewhere := t.TempDir()
	other := t.TempDir()
	write(t, filepath.Join(other, "go.mod"), "module other\n")
	for _, dir := range []string{elsewhere, other} {
		if _, err := Go(dir, "mine"); !errors.Is(err, ErrNoClone) {
			t.Errorf("in %s: err = %v", dir, err)
		}
	}
}

func TestGoLeavesNothingWhenTheListCannotBeRead(t *testing.T) {
	for name, list := range map[string]string{
		"not Go":    "package extensions\nfunc {",
		"no list":   "package extensions\n\nimport (\n\t\"fmt\"\n)\n\nvar _ = fmt.Sprint\n",
		"no import": "package extensions\n\nfunc Builtin() []int {\n\treturn []int{}\n}\n",
		"imported":  strings.ReplaceAll(listFile, "greeter", "mine"),
	} {
		root := clone(t, list)
		if _, err := Go(root, "mine"); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Stat(filepath.Join(root, "extensions", "mine")); err == nil {
			t.Errorf("%s: the folder is there all the same", name)
		}
	}
}
