package scaffold

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPythonWritesAPackage(t *testing.T) {
	dir := t.TempDir()
	made, err := Python(dir, "my_voice")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(pythonFiles) || made[0] != filepath.Join("my_voice", "manifest.json") {
		t.Errorf("made %q", made)
	}
	for _, file := range made {
		if text := read(t, dir, file); strings.Contains(text, "{{") || text == "" && !strings.HasSuffix(file, "tests/__init__.py") {
			t.Errorf("%s:\n%s", file, text)
		}
	}
	if text := read(t, dir, "my_voice", "addon.py"); !strings.Contains(text, `@register_addon_as_extension("my_voice")`) || !strings.Contains(text, "class MyVoiceExtensionAddon(") {
		t.Errorf("addon.py:\n%s", text)
	}
	info, err := os.Stat(filepath.Join(dir, "my_voice", "tests", "bin", "start"))
	if err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("tests/bin/start: %v, %v", info, err)
	}
}

func TestPythonGoesIntoAnApp(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "manifest.json"), `{"type": "app", "name": "app"}`)
	made, err := Python(dir, "my_voice")
	if err != nil || !slices.Contains(made, filepath.Join("ten_packages", "extension", "my_voice", "extension.py")) {
		t.Errorf("made %q, %v", made, err)
	}
}

func TestPythonRefusesNamesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"", "Loud", "9lives", "a-b", "../up", "a/b", "class", "async", "json", "queue", "ten", "ten_runtime", "tests", "é", strings.Repeat("x", 41)} {
		if made, err := Python(dir, name); err == nil {
			t.Errorf("name %q made %q", name, made)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("left %v", entries)
	}
}

func TestPythonRefusesToWriteOverWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mine", "notes"), "keep me")
	if _, err := Python(dir, "mine"); err == nil || !strings.Contains(err.Error(), "already there") {
		t.Fatalf("err = %v", err)
	}
	if read(t, dir, "mine", "notes") != "keep me" {
		t.Error("a file changed")
	}
	if _, err := os.Stat(filepath.Join(dir, "mine", "manifest.json")); err == nil {
		t.Error("a file was made")
	}
}
