package config

import (
	"bytes"
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tenbench/engine/graph"
)

// Language is what an extension is written in.
type Language string

// The languages that packages are told apart by; "" is none of them.
const (
	Python  Language = "Python"
	Go      Language = "Go"
	Cpp     Language = "C++"
	NodeJS  Language = "Node.js"
	Unknown Language = ""
)

// Folder is an extension's package on disk.
type Folder struct {
	Addon    string // its name in the manifest, else that of the folder
	Dir      string // absolute
	App      string // the folder of the app that it belongs to, absolute; "" if none
	Language Language
	Own      bool // it is the package or belongs to the app that was opened; else it lies in [extensions] paths
}

// extensionsIn is where an app has its extensions.
var extensionsIn = filepath.Join("ten_packages", "extension")

// Folders are the packages that c's graphs may use, the nearest first: the one that was opened, those of the app, those that its
// manifest has a path to, those in [extensions] paths. A name that comes twice means the first.
func (c *Config) Folders() []Folder {
	var out []Folder
	seen := map[string]bool{}
	add := func(own bool, dirs ...string) {
		for _, dir := range dirs {
			f, ok := folderAt(dir)
			if ok && !seen[f.Addon] {
				seen[f.Addon] = true
				f.App, f.Own = cmp.Or(appOf(f.Dir), c.app()), own
				out = append(out, f)
			}
		}
	}
	add(true, c.Dir)
	for _, app := range []string{c.app(), appOf(absolute(c.Dir)), filepath.Join(c.Dir, ".ten", "app")} {
		if app != "" {
			add(true, below(filepath.Join(app, extensionsIn))...)
			add(true, linked(app)...)
		}
	}
	for _, path := range c.Extensions.Paths {
		add(false, path)
		add(false, below(path)...)
	}
	return out
}

// linked are the folders that a manifest depends on by their paths, as packages do that are still being written. tman makes links of
// them when it installs an app.
func linked(dir string) []string {
	var out []string
	for _, d := range kids(quietManifest(dir).Get("dependencies")) {
		if path := text(d, "path"); path != "" {
			out = append(out, under(dir, path))
		}
	}
	return out
}

// app is the folder of the app that was opened, "" if it was none.
func (c *Config) app() string {
	if c.property == "" || !isApp(filepath.Dir(c.property)) {
		return ""
	}
	return absolute(filepath.Dir(c.property))
}

// appOf is the app that has the package in its ten_packages, "" if none has.
func appOf(dir string) string {
	app := filepath.Join(dir, "..", "..", "..")
	if filepath.Dir(dir) == filepath.Join(app, extensionsIn) && isApp(app) {
		return app
	}
	return ""
}

func isApp(dir string) bool {
	m := quietManifest(dir)
	return text(m, "type") == "app"
}

// below lists the folders in a folder, links to folders too, in the order of their names.
func below(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out
}

func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// Beside reports that a package of that name lies in the config's folder, where [extensions] paths may not look.
func (c *Config) Beside(addon string) bool {
	f, ok := folderAt(filepath.Join(c.Dir, filepath.Base(addon)))
	return ok && f.Addon == addon
}

// folderAt reads what is in a folder; ok is false if it is no extension's. TEN finds an addon by its folder, which should have its
// name; where the two differ the manifest's counts, and check says so. A manifest that cannot be read makes no package disappear: what
// registers an addon is one.
func folderAt(dir string) (f Folder, ok bool) {
	m := quietManifest(dir)
	if text(m, "type") != "extension" && !(broken(dir) && registers(dir)) {
		return Folder{}, false
	}
	dir = absolute(dir)
	return Folder{Addon: cmp.Or(text(m, "name"), filepath.Base(dir)), Dir: dir, Language: languageOf(dir, m)}, true
}

// broken reports that there is a manifest which cannot be read, or is none.
func broken(dir string) bool {
	path := filepath.Join(dir, manifestName)
	data, err := graph.ReadFile(path)
	if err != nil {
		return false
	}
	var report graph.Report
	t := graph.ParseTree(path, data, &report)
	return report.Err() != nil || t != nil && t.Form != graph.Table
}

// quietManifest reads a manifest that nobody has pointed at: nil if there is none that can be read.
func quietManifest(dir string) *graph.Tree { return quietTree(filepath.Join(dir, manifestName)) }

func quietTree(path string) *graph.Tree {
	data, err := graph.ReadFile(path)
	if err != nil {
		return nil
	}
	return graph.ParseTree(path, data, &graph.Report{})
}

// kids are the entries of a list or a table, none of what is absent.
func kids(t *graph.Tree) []*graph.Tree {
	if t == nil {
		return nil
	}
	return t.Kids
}

// text returns the string at key, "" if there is none.
func text(t *graph.Tree, key string) string {
	if t = t.Get(key); t == nil || t.Form != graph.Text {
		return ""
	}
	s, _ := t.Scalar.Str()
	return s
}

// runtimes are the packages that the extensions of a language depend on.
var runtimes = map[string]Language{"ten_runtime_python": Python, "ten_runtime_go": Go, "ten_runtime_nodejs": NodeJS}

// languageOf says what an extension is written in, by what it registers, what it depends on, and what its files are.
func languageOf(dir string, manifest *graph.Tree) Language {
	suffixes := sources(dir)
	if suffixes[".py"] && registers(dir) {
		return Python
	}
	for _, d := range kids(manifest.Get("dependencies")) {
		if l, ok := runtimes[text(d, "name")]; ok {
			return l
		}
	}
	for _, l := range []struct {
		suffix   string
		language Language
	}{{".go", Go}, {".ts", NodeJS}, {".js", NodeJS}, {".cc", Cpp}, {".cpp", Cpp}, {".gn", Cpp}, {".so", Cpp}, {".py", Python}} {
		if suffixes[l.suffix] {
			return l.language
		}
	}
	return Unknown
}

// sources are the suffixes of the files in a package and in the folders just below.
func sources(dir string) map[string]bool {
	found := map[string]bool{}
	eachFile(dir, func(path string) bool {
		found[filepath.Ext(path)] = true
		return true
	})
	return found
}

// registers reports whether a Python file of the package registers an addon.
func registers(dir string) (found bool) {
	eachFile(dir, func(path string) bool {
		if filepath.Ext(path) == ".py" {
			src, err := os.ReadFile(path)
			found = err == nil && bytes.Contains(src, []byte("register_addon_as_extension"))
		}
		return !found
	})
	return found
}

// eachFile calls see with the files in dir and in the folders just below, until it returns false.
func eachFile(dir string, see func(path string) bool) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return
	}
	_ = filepath.WalkDir(real, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is not there
		case d.IsDir() && path != real && (strings.HasPrefix(d.Name(), ".") || d.Name() == "tests" || filepath.Dir(path) != real):
			return fs.SkipDir
		case !d.IsDir() && !see(path):
			return fs.SkipAll
		}
		return nil
	})
}

// FromApp reports whether c's graphs come from a property.json.
func (c *Config) FromApp() bool { return c.property != "" }
