package bench

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/config"
)

func TestMemoryLastsToTheNextLaunch(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	if got := NewMemory().Recall("filters"); got != nil {
		t.Errorf("before anything was kept: %q", got)
	}
	for _, lines := range [][]string{{"slow\tlatency > 1s", "x"}, {}, {"one"}} {
		if err := NewMemory().Remember("filters", lines); err != nil {
			t.Fatal(err)
		}
		if got := NewMemory().Recall("filters"); !slices.Equal(got, lines) {
			t.Errorf("kept %q, found %q", lines, got)
		}
	}
}

func TestLocateFindsASourceByTheEndOfItsPath(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "a", "b", "tool", "tool.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := Locate("tool/tool.go", root); err != nil || got != file {
		t.Errorf("found %q, %v", got, err)
	}
	if got, err := Locate("tool/other.go", root); err == nil {
		t.Errorf("a file that is not there is found as %q", got)
	}
}

func TestAReportMasksSecretsOfTheConfig(t *testing.T) {
	c := &config.Config{Secrets: config.SecretsSection{Names: []string{"*key*", "*password*"}}}
	for text, want := range map[string]string{
		`api_key = "sk-123"`:                            `api_key = "********"`,
		`params = { password = 'x y', city = "Berlin"}`: `params = { password = "********", city = "Berlin"}`,
		`"api_key": "sk-123",`:                          `"api_key": "********",`,
		`api_key = "${env:OPENAI_KEY}"`:                 `api_key = "${env:OPENAI_KEY}"`,
		`api_key = "${env:OPENAI_KEY|sk-9}"`:            `api_key = "********"`,
		`city = "key"`:                                  `city = "key"`,
	} {
		if got := string(maskConfig([]byte(text), c)); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

func TestAReportHoldsRunConfigAndVersions(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	b := &Bench{opt: Options{Demo: []byte("token = \"abc\"\n"), Version: "tenbench 1"}, demo: true,
		config: &config.Config{Secrets: config.SecretsSection{Names: []string{"*token*"}}}}
	file, err := b.Report(time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		all.WriteString(f.Name + ": " + string(text))
	}
	for _, want := range []string{"run-missing.txt", `config.toml: token = "********"`, "versions.txt: tenbench 1"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, all.String())
		}
	}
}
