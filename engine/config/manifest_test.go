package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const healthyManifest = `{
  "type": "extension",
  "name": "quiet_python",
  "version": "0.1.0",
  "dependencies": [{"type": "system", "name": "ten_runtime_python", "version": "0.11"}],
  "package": {"include": ["**"]},
  "api": {
    "property": {"properties": {
      "rate": {"type": "int32"}, "share": {"type": "float64"}, "on": {"type": "bool"}, "key": {"type": "string"},
      "list": {"type": "array", "items": {"type": "uint8"}}, "params": {"type": "object", "properties": {"n": {"type": "int64"}}}
    }, "required": ["rate"]},
    "cmd_in": [{"name": "hello", "property": {"properties": {"text": {"type": "string"}}}, "result": {"property": {"properties": {}}}}],
    "data_out": [{"name": "text"}]
  },
  "scripts": {"start": "bin/start"}
}
`

const healthyProperty = `{"rate": 1, "share": 2, "on": true, "key": "${env:KEY|}", "list": [1, 255], "params": {"n": -3, "other": null}, "more": [{}]}`

// packageFolder writes a package in Python; a file without text is left out.
func packageFolder(t *testing.T, manifest, property string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"manifest.json": manifest, "property.json": property, "extension.py": "register_addon_as_extension\n",
		"broken.json": "{,", "round.json": `{"interface": [{"import_uri": "round.json"}]}`} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// told returns each mistake on a line: rule file:line:col level text; remedy.
func told(dir string) (lines []string) {
	for _, m := range Mistakes(dir) {
		level := "error"
		if m.Warning {
			level = "warn"
		}
		lines = append(lines, fmt.Sprintf("%s %s:%d:%d %s %s", m.Rule, filepath.Base(m.Pos.File), m.Pos.Line, m.Pos.Col, level, m.Text()))
	}
	return lines
}

func TestAHealthyPackageHasNoMistakes(t *testing.T) {
	older := strings.Replace(healthyManifest, `{"properties": {"text": {"type": "string"}}}`, `{"text": {"type": "string"}}`, 1)
	for name, dir := range map[string]string{
		"whole":            packageFolder(t, healthyManifest, healthyProperty),
		"no property.json": packageFolder(t, healthyManifest, ""),
		"older schemas":    packageFolder(t, older, "{}\n"),
		"not a package":    packageFolder(t, "", `{"rate": "x"}`),
	} {
		if got := told(dir); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestMistakesInAManifest changes one thing of a healthy manifest and expects to hear of it, and of nothing else.
func TestMistakesInAManifest(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"type": "extension",`, ``, `manifest.json:1:1 error a manifest without "type"`},
		{`"type": "extension",`, `"type": "extention",`, `manifest.json:2:11 error there is no type of package "extention"; did you mean "extension"?`},
		{`"name": "quiet_python"`, `"name": 7`, `manifest.json:3:11 error name is 7, not a string`},
		{`"name": "quiet_python"`, `"name": "quiet-python"`, `manifest.json:3:11 error "quiet-python" is no name of a package`},
		{`"version": "0.1.0"`, `"version": 1`, `manifest.json:4:14 error version is 1, not a string`},
		{`"version": "0.1.0"`, `"version": "one"`, `manifest.json:4:14 warn "one" is no version`},
		{`"version": "0.1.0",`, ``, `manifest.json:1:1 warn a manifest without "version"`},
		{`"dependencies": [`, `"dependencys": [`, `manifest.json:5:3 warn the key "dependencys" in a manifest is ignored; did you mean "dependencies"?`},
		{`"dependencies": [{"type": "system", "name": "ten_runtime_python", "version": "0.11"}]`, `"dependencies": {}`,
			`manifest.json:5:19 error dependencies is a table with 0 keys, not a list`},
		{`"name": "ten_runtime_python"`, `"name": "ten_runtime_cpp"`, `manifest.json:5:19 warn the package is in Python but does not depend on ten_runtime_python`},
		{`{"type": "system", "name"`, `"ten_runtime", {"type": "system", "name"`, `manifest.json:5:20 error a dependency is "ten_runtime"`},
		{`"api": {`, `"api": [], "spare": {`, `manifest.json:7:10 error api is a list of 0, not an object`},
		{`"cmd_in": [`, `"cmd_inn": [`, `manifest.json:12:5 warn the key "cmd_inn" in an api is ignored; did you mean "cmd_in"?`},
		{`"data_out": [{"name": "text"}]`, `"data_out": {"name": "text"}`, `manifest.json:13:17 error data_out is a table with 1 key, not a list`},
		{`[{"name": "text"}]`, `[{"nam": "text"}]`, `manifest.json:13:18 error a message of data_out has no name`},
		{`[{"name": "text"}]`, `[{"name": "text"}, {"name": "text"}]`, `manifest.json:13:45 warn data_out has "text" twice`},
		{`{"type": "bool"}`, `{"type": "boolean"}`, `manifest.json:9:79 error there is no type "boolean"; did you mean "bool"?`},
		{`{"type": "uint8"}`, `{"type": "byte"}`, `manifest.json:10:51 error there is no type "byte"`},
		{`{"text": {"type": "string"}}`, `{"text": "string"}`, `manifest.json:12:70 error the schema of text is "string", not an object`},
		{`"required": ["rate"]`, `"required": ["rat"]`, `manifest.json:11:21 warn "rat" is required but not among the properties; did you mean "rate"?`},
		{`"data_out"`, `"interface": [{"import_url": "x"}], "data_out"`, `manifest.json:13:19 error an interface without "import_uri"`},
		{`"data_out"`, `"interface": [{"import_uri": "gone.json"}], "data_out"`, `manifest.json:13:34 warn the interface gone.json is not known here: there is no such file`},
		{`"data_out"`, `"interface": [{"import_uri": "broken.json"}], "data_out"`, `broken.json:1:2 error not valid JSON`},
		{`"data_out"`, `"interface": [{"import_uri": "./round.json"}], "data_out"`, `round.json:1:31 warn the interface round.json imports itself`},
		{`"api": {`, `"api": {,`, `manifest.json:7:11 error not valid JSON`},
	} {
		if !strings.Contains(healthyManifest, c.old) {
			t.Fatalf("no %s", c.old)
		}
		got := told(packageFolder(t, strings.Replace(healthyManifest, c.old, c.new, 1), healthyProperty))
		if len(got) == 0 || !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, "manifest "+c.want) }) {
			t.Errorf("%s: %q, want %q", c.new, got, c.want)
		}
	}
}

func TestPropertiesAgainstTheManifest(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"rate": 1`, `"rate": "1"`, `property-schema property.json:1:10 error rate is "1", but the manifest wants int32 there`},
		{`"rate": 1`, `"rate": 1.5`, `property-schema property.json:1:10 error rate is 1.5, but the manifest wants int32 there`},
		{`"rate": 1`, `"rate": 3000000000`, `property-schema property.json:1:10 error rate is 3000000000, but the manifest wants int32, which it exceeds`},
		{`"rate": 1`, `"rate": "${env:RATE}"`, `property-schema property.json:1:10 warn rate wants int32`},
		{`"share": 2`, `"share": true`, `property-schema property.json:1:22 error share is true, but the manifest wants float64 there`},
		{`"on": true`, `"on": 1`, `property-schema property.json:1:31 error on is 1, but the manifest wants bool there`},
		{`[1, 255]`, `[1, 256]`, `property-schema property.json:1:71 error list[] is 256, but the manifest wants uint8, which it exceeds`},
		{`"n": -3`, `"n": []`, `property-schema property.json:1:93 error params.n is a list of 0, but the manifest wants int64 there`},
		{healthyProperty, `[]`, `property-file property.json:1:1 error property.json is a list, not an object`},
		{healthyProperty, `{"rate": 1`, `property-file property.json:1:11 error not valid JSON`},
	} {
		got := told(packageFolder(t, healthyManifest, strings.Replace(healthyProperty, c.old, c.new, 1)))
		if len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
			t.Errorf("%s: %q, want %q", c.new, got, c.want)
		}
	}
}
