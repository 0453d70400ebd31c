package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func extensionManifest(name, more string) string {
	return `{"type":"extension","name":"` + name + `","version":"0.1.0"` + more + `}`
}

const registration = "from ten_runtime import Addon, register_addon_as_extension\n@register_addon_as_extension('x')\nclass X(Addon): pass\n"

// app is an app with extensions in every language, and a package beside it.
var app = map[string]string{
	"app/manifest.json": appManifest,
	"app/property.json": property("", predefined("main", "")),

	"app/ten_packages/extension/voice/manifest.json": extensionManifest("voice", ""),
	"app/ten_packages/extension/voice/addon.py":      registration,
	"app/ten_packages/extension/deep/manifest.json":  extensionManifest("deep", ""),
	"app/ten_packages/extension/deep/src/addon.py":   registration,
	"app/ten_packages/extension/late/manifest.json":  extensionManifest("late", `,"dependencies":[{"type":"system","name":"ten_runtime_python","version":"0.11"}]`),
	"app/ten_packages/extension/late/notes.txt":      "nothing registers here",
	"app/ten_packages/extension/rtc/manifest.json":   extensionManifest("rtc", ""),
	"app/ten_packages/extension/rtc/src/main.cc":     "",
	"app/ten_packages/extension/rtc/tools/build.py":  "print()",
	"app/ten_packages/extension/web/manifest.json":   extensionManifest("web", ""),
	"app/ten_packages/extension/web/src/index.ts":    "",
	"app/ten_packages/extension/gopher/manifest.json": extensionManifest("gopher",
		`,"dependencies":[{"type":"system","name":"ten_runtime_go","version":"0.11"}]`),
	"app/ten_packages/extension/bare/manifest.json": extensionManifest("bare", ""),
	"app/ten_packages/extension/notes/readme.txt":   "no package",
	"app/ten_packages/system/base/manifest.json":    `{"type":"system","name":"base","version":"0.1.0"}`,

	"more/voice/manifest.json": extensionManifest("voice", ""),
	"more/voice/addon.py":      registration,
	"more/extra/manifest.json": extensionManifest("extra", ""),
	"more/extra/addon.py":      registration,
}

// listed writes folders as a test reads them best.
func listed(t *testing.T, folders []Folder) string {
	t.Helper()
	here, err := filepath.EvalSymlinks(".")
	must(t, err)
	here, err = filepath.Abs(here)
	must(t, err)
	var out []string
	for _, f := range folders {
		dir, _ := filepath.Rel(here, f.Dir)
		in := "-"
		if f.App != "" {
			in, _ = filepath.Rel(here, f.App)
		}
		out = append(out, fmt.Sprintf("%s %s in %s of %s, own %v", f.Addon, f.Language, filepath.ToSlash(dir), in, f.Own))
	}
	return strings.Join(out, "\n")
}

func TestPackagesOfAnApp(t *testing.T) {
	folder(t, app)
	must(t, os.Symlink(filepath.Join("..", "..", "..", "more", "extra"), filepath.Join("app", "ten_packages", "extension", "linked")))
	t.Setenv("TENBENCH_EXTENSIONS_PATHS", "more")
	want := `bare  in app/ten_packages/extension/bare of app, own true
deep Python in app/ten_packages/extension/deep of app, own true
gopher Go in app/ten_packages/extension/gopher of app, own true
late Python in app/ten_packages/extension/late of app, own true
extra Python in app/ten_packages/extension/linked of app, own true
rtc C++ in app/ten_packages/extension/rtc of app, own true
voice Python in app/ten_packages/extension/voice of app, own true
web Node.js in app/ten_packages/extension/web of app, own true`
	for _, path := range []string{"app", filepath.Join("app", "property.json")} {
		if got := listed(t, mustLoad(t, path, nil).Folders()); got != want {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", path, got, want)
		}
	}
}

func TestPackagesThatAnAppHasAPathTo(t *testing.T) {
	folder(t, map[string]string{
		"apps/one/manifest.json": `{"type":"app","name":"one","version":"0.1.0","dependencies":[{"path":"../../parts/near"},{"path":"../../parts/base"},
			{"path":"../../parts/gone"},{"path":"../../parts/own"},{"type":"extension","name":"far","version":"1.0.0"}]}`,
		"apps/one/property.json":                            property("", predefined("main", "")),
		"apps/one/ten_packages/extension/own/manifest.json": extensionManifest("own", ""),
		"parts/near/manifest.json":                          extensionManifest("near", ""),
		"parts/near/addon.py":                               registration,
		"parts/own/manifest.json":                           extensionManifest("own", ""),
		"parts/base/manifest.json":                          `{"type":"system","name":"base","version":"0.1.0"}`,
	})
	want := "own  in apps/one/ten_packages/extension/own of apps/one, own true\nnear Python in parts/near of apps/one, own true"
	if got := listed(t, mustLoad(t, filepath.Join("apps", "one"), nil).Folders()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPackagesInPaths(t *testing.T) {
	files := map[string]string{"config.toml": oneNode + "[extensions]\npaths = ['more', 'more/voice']\n"}
	for name, text := range app {
		files[name] = text
	}
	folder(t, files)
	want := "extra Python in more/extra of -, own false\nvoice Python in more/voice of -, own false"
	if got := listed(t, mustLoad(t, "config.toml", nil).Folders()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAPackageHasItsNeighboursAtHand(t *testing.T) {
	files := map[string]string{
		"lone/manifest.json": extensionManifest("lone", ""), "lone/addon.py": registration,
		"lone/.ten/app/manifest.json":                             appManifest,
		"lone/.ten/app/ten_packages/extension/dep/manifest.json":  extensionManifest("dep", ""),
		"lone/.ten/app/ten_packages/extension/dep/addon.py":       registration,
		"lone/.ten/app/ten_packages/extension/lone/manifest.json": extensionManifest("lone", ""),
	}
	for name, text := range app {
		files[name] = text
	}
	folder(t, files)
	want := "lone Python in lone of -, own true\ndep Python in lone/.ten/app/ten_packages/extension/dep of lone/.ten/app, own true"
	if got := listed(t, mustLoad(t, "lone", nil).Folders()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	got := listed(t, mustLoad(t, filepath.Join("app", "ten_packages", "extension", "voice"), nil).Folders())
	if !strings.HasPrefix(got, "voice Python in app/ten_packages/extension/voice of app, own true\nbare ") || strings.Contains(got, "\nvoice ") {
		t.Errorf("inside an app:\n%s", got)
	}
}

func TestThePropertiesThatAManifestDeclaresHaveTypes(t *testing.T) {
	folder(t, map[string]string{
		"new/manifest.json": extensionManifest("new", `,"api":{"interface":[{"import_uri":"../shared/more.json"}],
			"property":{"properties":{"units":{"type":"string"},"params":{"type":"object","properties":{"ms":{"type":"int64"},"odd":{}},"required":["ms"]}},"required":["units"]}}`),
		"shared/more.json":   `{"property":{"properties":{"units":{"type":"bool"},"gain":{"type":"float32"}}}}`,
		"old/manifest.json":  extensionManifest("old", `,"api":{"property":{"units":{"type":"string"},"note":"no schema"}}`),
		"none/manifest.json": extensionManifest("none", ""),
	})
	for dir, want := range map[string]string{
		"new":     "[{units string true} {params object false} {params.ms int64 true} {params.odd  false} {gain float32 false}]",
		"old":     "[{units string false}]",
		"none":    "[]",
		"nowhere": "[]",
	} {
		if got := fmt.Sprint(Properties(dir)); got != want {
			t.Errorf("%s has\n%s\nwant\n%s", dir, got, want)
		}
	}
}

func TestAConfigFileOpensThePackageItLiesIn(t *testing.T) {
	for _, graph := range []string{"", "[graph]\nimport = 'property.json'\n"} {
		folder(t, map[string]string{"manifest.json": extensionManifest("weather", ""), "property.json": `{"units":"metric"}`, "addon.py": registration,
			"config.toml": graph + "[bench]\nqueue = 7\n"})
		c := mustLoad(t, ".", nil)
		if got := fmt.Sprint(names(c.Graphs), c.Graphs[0].Peer, c.Graphs[0].Nodes[0].Addon, c.Bench.Queue); got != "weatherten:benchweather7" {
			t.Errorf("with %q: %s", graph, got)
		}
	}
}

func TestWhatAManifestTakesIsOfferedForInjection(t *testing.T) {
	folder(t, map[string]string{
		"weather/manifest.json": extensionManifest("weather", `,"api":{
			"interface":[{"import_uri":"../shared/tts.json"},{"import_uri":"../shared/nowhere.json"},{"import_uri":"https://example.org/x.json"}],
			"cmd_in":[{"name":"ask","property":{"properties":{"city":{"type":"string"},"days":{"type":"int32"},"deep":{"type":"object","properties":{"on":{"type":"bool"}}}},"required":["city"]}}],
			"cmd_out":[{"name":"never"}], "data_in":[{"name":"text"},{"name":"text"}]}`),
		"shared/tts.json": `{"cmd_in":[{"name":"flush"}],"audio_frame_in":[{"name":"pcm_frame","property":{"properties":{"gain":{"type":"float64"},"tags":{"type":"array","items":{"type":"string"}}}}}],
			"interface":[{"import_uri":"tts.json"}]}`,
	})
	var got []string
	for _, in := range mustLoad(t, "weather", nil).Inject {
		got = append(got, in.Name+": "+in.Send)
	}
	want := `ask: cmd ask {"city":"","days":0,"deep":{"on":false}} to weather
text: data text {} to weather
flush: cmd flush {} to weather
pcm_frame: audio_frame pcm_frame {"gain":0.0,"tags":[]} to weather`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	want = "[{cmd ask [{city string true} {days int32 false} {deep object false}]} {data text []} {cmd flush []} {audio_frame pcm_frame [{gain float64 false} {tags array false}]}]"
	if takes := fmt.Sprint(Takes("weather")); takes != want {
		t.Errorf("it takes\n%s\nwant\n%s", takes, want)
	}
}
