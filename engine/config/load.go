package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tenbench/engine/graph"
)

// graphFlag is the key of --graph in the flags of Load.
const graphFlag = "graph"

// Load opens a config.toml, a property.json, or the folder of a bench, a TEN app or a package. flags are what the command line
// sets, by section.key; "graph" chooses one of several graphs.
//
// The error is of type graph.Errors and holds all that is wrong at once (see Problems), or is a *ChoiceError, or wraps
// ErrNothing for a folder without anything to open. With one of the first two the Config holds Path, Dir, Kind, Reload,
// Files and Warnings alone: enough to watch for the mending.
func Load(path string, flags map[string]any) (*Config, error) {
	l, err := begin(flags)
	if err != nil {
		return nil, err
	}
	open, err := l.find(path)
	if err != nil {
		return nil, err
	}
	l.config.Path, l.config.Dir, l.config.Kind = open.file, filepath.Dir(open.file), open.kind
	return l.finish(open)
}

// LoadBytes reads a config.toml that is not a file, such as the embedded demo. Relative paths in it start at the working folder.
func LoadBytes(name string, data []byte, flags map[string]any) (*Config, error) {
	l, err := begin(flags)
	if err != nil {
		return nil, err
	}
	l.config.Path, l.config.Dir = name, "."
	data, err = graph.CheckText(name, data)
	if err != nil {
		return nil, graph.Errors{err.(*graph.Error)}
	}
	return l.finish(target{file: name, tree: graph.ParseTOML(name, data, l.report)})
}

// Settings are those that hold where no file is opened: the user's, the environment's and the command line's.
func Settings(flags map[string]any) (*Config, error) {
	l, err := begin(flags)
	if err != nil {
		return nil, err
	}
	l.config.Dir = "."
	s := newLayers(l.config, l.report)
	l.userFile(s)
	s.environment()
	s.flags(l.flags)
	s.apply()
	return l.config, l.report.Err()
}

// load is one load under way.
type load struct {
	config *Config
	report *graph.Report
	loader *graph.Loader
	flags  map[string]any
	wanted string // the graph chosen by flag or environment
	failed error  // a ChoiceError, told when nothing else is wrong
}

// target is what a path turned out to be.
type target struct {
	kind     Kind
	file     string      // the file to open
	tree     *graph.Tree // of file, if it was read already
	manifest *graph.Tree // of a package, or of the one that a config.toml lies in
	fallback string      // the property.json beside a config.toml that names no graph
}

func begin(flags map[string]any) (*load, error) {
	report := &graph.Report{}
	l := &load{config: &Config{}, report: report, loader: &graph.Loader{Report: report}, flags: maps.Clone(flags)}
	l.wanted = os.Getenv(envPrefix + "_GRAPH")
	if name, ok := l.flags[graphFlag]; ok {
		text, isText := name.(string)
		if !isText {
			return nil, fmt.Errorf("flag graph is %v, not a name", name)
		}
		if text != "" {
			l.wanted = text
		}
		delete(l.flags, graphFlag)
	}
	return l, nil
}

// find says what path is.
func (l *load) find(path string) (target, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return l.findIn(path)
	}
	if errors.Is(err, fs.ErrNotExist) && filepath.Base(path) == configName {
		return target{}, graph.Errors{{Pos: graph.Pos{File: path}, Msg: "there is no such file",
			Remedy: "check the path, or start in an empty folder to see the demo"}}
	}
	switch {
	case filepath.Ext(path) == ".toml":
		return l.beside(path), nil
	case filepath.Base(path) == manifestName:
		return l.findIn(filepath.Dir(path))
	case filepath.Ext(path) == ".json" || err != nil:
		return target{kind: App, file: path}, nil
	}
	return target{}, graph.Errors{{Pos: graph.Pos{File: path}, Msg: "neither a .toml nor a .json file",
		Remedy: "name a config.toml, a property.json, or the folder of a TEN app or package"}}
}

const (
	configName   = "config.toml"
	propertyName = "property.json"
	manifestName = "manifest.json"
)

func (l *load) findIn(dir string) (target, error) {
	file := func(name string) string { return filepath.Join(dir, name) }
	switch {
	case exists(file(configName)):
		return l.beside(file(configName)), nil
	case exists(file(manifestName)):
		return l.findPackage(dir)
	case exists(file(propertyName)):
		return target{kind: App, file: file(propertyName)}, nil
	}
	err := fmt.Errorf("%s: %w: it has no %s, no %s and no %s", dir, ErrNothing, configName, propertyName, manifestName)
	for _, sub := range below(dir) {
		if isApp(sub) {
			return target{}, fmt.Errorf("%w; there is an app in %s", err, sub)
		}
	}
	return target{}, err
}

// beside is a config.toml with what lies in its folder: an app, or an extension's package.
func (l *load) beside(file string) target {
	dir := filepath.Dir(file)
	t := target{file: file}
	switch m := quietManifest(dir); {
	case m == nil:
	case text(m, "type") == "extension":
		l.loader.Watch(filepath.Join(dir, manifestName))
		t.manifest = m
	case exists(filepath.Join(dir, propertyName)):
		t.fallback = filepath.Join(dir, propertyName)
	}
	return t
}

// findPackage tells apps and extensions apart by their manifest.
func (l *load) findPackage(dir string) (target, error) {
	path := filepath.Join(dir, manifestName)
	t := l.loader.Read(path)
	if t == nil {
		return target{}, l.report.Err()
	}
	if t.Form != graph.Table {
		notObject(l.report, t)
		return target{}, l.report.Err()
	}
	kind := t.Get("type")
	text := ""
	if kind != nil {
		text, _ = kind.Scalar.Str()
	}
	switch text {
	case "app":
		return target{kind: App, file: filepath.Join(dir, propertyName)}, nil
	case "extension":
		return target{kind: Package, file: path, manifest: t}, nil
	}
	e := &graph.Error{Pos: t.Pos, Msg: "this package is neither an app nor an extension", Remedy: `its "type" says what it is`}
	if kind != nil {
		e.Pos, e.Value = kind.Pos, text
		e.Msg = fmt.Sprintf("a package of type %q cannot be run", text)
		e.Remedy = "open the folder of an app or of an extension"
	}
	return target{}, graph.Errors{e}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// finish reads what was found, merges the settings and checks all against each other.
func (l *load) finish(open target) (*Config, error) {
	c := l.config
	l.loader.Base = c.Dir
	s := newLayers(c, l.report)
	l.userFile(s)
	tree := l.open(open, s)
	s.environment()
	s.flags(l.flags)
	s.apply()
	if l.report.Err() == nil && l.failed == nil {
		s.names(tree)
	}
	c.Files = l.loader.Files()
	c.seen = prints(c.Files)
	c.Warnings = l.report.Warnings()
	err := l.report.Err()
	if err == nil {
		err = l.failed
	}
	if err != nil {
		refused := &Config{Kind: c.Kind, Path: c.Path, Dir: c.Dir, Reload: c.Reload, Files: c.Files, Warnings: c.Warnings, seen: c.seen}
		return refused, err
	}
	return c, nil
}

// userFile reads the settings that the user has for all benches. It may be absent.
func (l *load) userFile(s *layers) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return
	}
	path := filepath.Join(dir, "tenbench", configName)
	if !exists(path) {
		return
	}
	t := l.loader.Read(path)
	f := graph.Read(t, "the settings of a user", l.report)
	s.readSections(f, filepath.Dir(path), ByUser)
	for _, key := range []string{"graph", "inject", "stand_in"} {
		if other := f.Get(key); other != nil {
			l.report.Addf(other.KeyPos, "%q stands in the settings of the user", key).Remedy = "it belongs into the config.toml of a bench"
		}
	}
	f.Done()
}

// open reads the file that was found and returns its tree if it has settings.
func (l *load) open(open target, s *layers) *graph.Tree {
	switch open.kind {
	case App:
		l.property(open.file)
		return nil
	case Package:
		l.onePackage(open.manifest)
		return nil
	}
	tree := open.tree
	if tree == nil {
		if tree = l.loader.Read(open.file); tree == nil {
			l.explainEmpty()
			return nil
		}
	}
	f := graph.Read(tree, "config.toml", l.report)
	s.readSections(f, l.config.Dir, ByFile)
	l.graphTable(f, open)
	s.injects(f)
	s.standIns(f)
	f.Done()
	return tree
}

// explainEmpty says of an empty config.toml what could stand in it.
func (l *load) explainEmpty() {
	errs, _ := l.report.Err().(graph.Errors)
	for _, e := range errs {
		if e.Msg == "the file is empty" {
			e.Remedy = "it needs [[graph.nodes]] with a name and an addon; without the file the demo is opened"
		}
	}
}

// graphTable reads [graph]: a graph, or where it is.
func (l *load) graphTable(f *graph.Fields, open target) {
	t := f.Get("graph")
	switch {
	case t == nil && open.manifest != nil:
		l.onePackage(open.manifest)
		return
	case t == nil && open.fallback != "":
		l.property(open.fallback)
		return
	}
	if t == nil {
		l.report.Addf(f.Pos(), "no graph").Remedy = `add [[graph.nodes]] with a name and an addon, or [graph] import = "property.json"`
		return
	}
	g := graph.Read(t, "[graph]", l.report)
	uri, name := g.Want("import", graph.Text), g.Text("name")
	if uri != nil {
		l.importGraph(g, uri, name, open.manifest)
		g.Done()
		return
	}
	sync := g.Truth("sync_stop_before_deinit", false)
	built := l.loader.Table(g, name, graph.Short, l.config.Dir)
	g.Done()
	if built.Name == "" {
		built.Name = strings.TrimSuffix(filepath.Base(l.config.Path), filepath.Ext(l.config.Path))
	}
	built.AutoStart, built.SyncStop = true, sync
	l.choose([]*graph.Graph{built})
}

// importGraph reads the file that [graph] import names. The property.json of an extension's package stands for the package.
func (l *load) importGraph(f *graph.Fields, uri *graph.Tree, name string, manifest *graph.Tree) {
	for _, key := range []string{"nodes", "connections", "exposed_messages", "exposed_properties"} {
		if other := f.Get(key); other != nil {
			l.report.Addf(other.KeyPos, "[graph] with both import and %s", key).Remedy = "keep one of the two"
		}
	}
	file, _ := uri.Scalar.Str()
	path := under(l.config.Dir, file)
	if !exists(path) {
		e := l.report.Addf(uri.Pos, "import of %s: there is no such file", file)
		e.Value, e.Remedy = file, "paths start at the folder of this file"
		l.loader.Watch(path)
		return
	}
	if manifest != nil && path == filepath.Join(l.config.Dir, propertyName) {
		l.onePackage(manifest)
		return
	}
	if l.wanted == "" {
		l.wanted = name
	}
	l.property(path)
}

// choose decides which of all graphs start: the wanted one, else those with auto_start, else the only one.
func (l *load) choose(all []*graph.Graph) {
	l.config.Predefined = all
	var names []string
	for _, g := range all {
		names = append(names, g.Name)
	}
	if l.wanted != "" {
		if at := slices.Index(names, l.wanted); at >= 0 {
			l.config.Graphs = all[at : at+1]
			return
		}
		l.failed = &ChoiceError{Path: l.config.Path, Wanted: l.wanted, Names: names}
		return
	}
	for _, g := range all {
		if g.AutoStart {
			l.config.Graphs = append(l.config.Graphs, g)
		}
	}
	switch {
	case len(l.config.Graphs) > 0:
	case len(all) == 1:
		l.config.Graphs = all
	case len(all) > 1:
		l.failed = &ChoiceError{Path: l.config.Path, Names: names}
	}
}
