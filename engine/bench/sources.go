package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tenbench/engine"
	"tenbench/engine/config"
	"tenbench/engine/diagnose"
)

// PythonSources are those of one Python package.
type PythonSources struct {
	Path   string   // its folder, or a single file
	App    string   // the folder of the app that it belongs to, "" if none
	Beside []string // folders in which its interpreter may lie, beside its own
}

// Lint reads the sources of Python packages, with interpreter or with the one that each would get, and says what is wrong in them.
// main lends it: this room starts no process.
type Lint func(ctx context.Context, interpreter string, packages []PythonSources) ([]diagnose.Problem, error)

// examine reads the packages' own files and their sources.
func examine(ctx context.Context, opt Options, c *config.Config, packages []PythonSources) []diagnose.Problem {
	var out []diagnose.Problem
	for _, p := range packages {
		for _, m := range config.Mistakes(p.Path) {
			mistake := problem(m.Error)
			mistake.Rule = m.Rule
			out = append(out, mistake)
		}
	}
	if opt.Lint != nil && len(packages) > 0 {
		found, err := opt.Lint(ctx, c.Python.Interpreter, packages)
		if err != nil {
			out = append(out, diagnose.Problem{Rule: "unread", Level: "error", Confidence: diagnose.Proven, Count: 1,
				Text: fmt.Sprintf("the Python sources were not read: %v", err), Remedy: "install a Python that can run them"})
		}
		out = append(out, found...)
	}
	for i := range out {
		p := &out[i]
		p.File, p.Brief = nearby(p.File), p.Text
		p.Key = fmt.Sprintf("%s %s:%d:%d", p.Rule, p.File, p.Line, p.Column)
	}
	return out
}

// nearby is a file as a reader in the working folder would name it.
func nearby(file string) string {
	wd, err := os.Getwd()
	if err != nil || !filepath.IsAbs(file) {
		return file
	}
	if rel, err := filepath.Rel(wd, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}

// examined are the Python packages that a check of c reads: the one that was opened or those of the app, and what its graphs use.
func (a *addons) examined(c *config.Config) []PythonSources {
	var out []PythonSources
	add := func(f config.Folder) {
		if !slices.ContainsFunc(out, func(s PythonSources) bool { return s.Path == f.Dir }) {
			out = append(out, PythonSources{Path: f.Dir, App: f.App, Beside: []string{f.App, c.Dir}})
		}
	}
	opened := absolute(c.Dir)
	k := a.know(c)
	for _, f := range k.folders {
		if f.Language == config.Python && (f.Dir == opened || f.Own && f.App == opened) {
			add(f)
		}
	}
	for _, g := range c.Graphs {
		for _, n := range g.Nodes {
			if f, ok := a.sources(k, n.Addon); ok {
				add(f)
			}
		}
	}
	return out
}

// sources finds the Python package of an addon as find does.
func (a *addons) sources(k *known, addon string) (config.Folder, bool) {
	f, found := k.folder(addon)
	builtIn := slices.ContainsFunc(a.opt.Addons, func(b engine.Addon) bool { return b.Name == addon })
	switch {
	case found && (f.Own || !builtIn):
		return f, f.Language == config.Python
	case builtIn || found:
		return config.Folder{}, false
	}
	dir := a.shipped(addon)
	return config.Folder{Addon: addon, Dir: dir}, dir != ""
}

func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// bare returns what can be read of a path that cannot be opened as a bench: a .py file, or a folder with such files in it, which may
// be a package whose manifest is broken or missing.
func bare(path string) []PythonSources {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil
	case !info.IsDir() && filepath.Base(path) == "manifest.json":
		path = filepath.Dir(path)
	case !info.IsDir() && filepath.Ext(path) != ".py":
		return nil
	}
	if filepath.Ext(path) != ".py" {
		if found, _ := filepath.Glob(filepath.Join(path, "*.py")); len(found) == 0 {
			return nil
		}
	}
	return []PythonSources{{Path: path, Beside: []string{filepath.Dir(path)}}}
}

// sourcesAlone reports whether a path is nothing but Python: no manifest, no config, no graph.
func sourcesAlone(path string, err error) bool {
	return strings.HasSuffix(path, ".py") || errors.Is(err, config.ErrNothing)
}
