package graph

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Loader reads graphs and the files they import. All graphs of one load share it.
type Loader struct {
	Base   string // the app's folder: import_uri starts there
	Report *Report

	files  []string
	parsed map[string]*written
}

// Files are the files that were read or looked for, in that order: what to watch.
func (l *Loader) Files() []string { return slices.Clone(l.files) }

// Watch notes a file that matters although it was not read.
func (l *Loader) Watch(path string) {
	if !slices.Contains(l.files, path) {
		l.files = append(l.files, path)
	}
}

// Read reads one file into a tree, nil if that is not possible; the report then says why.
func (l *Loader) Read(path string) *Tree {
	l.Watch(path)
	data, err := ReadFile(path)
	if err != nil {
		l.Report.Add(err.(*Error))
		return nil
	}
	return ParseTree(path, data, l.Report)
}

// Table reads a graph from the fields of a table that may have other keys too; f.Done is left to the caller. Paths in it start
// at dir.
func (l *Loader) Table(f *Fields, name string, style Style, dir string) *Graph {
	p := parser{style: style, report: l.Report, out: written{style: style, pos: f.Pos()}}
	p.body(f)
	return l.finish(&p.out, name, dir, nil)
}

// finish checks and flattens a graph. open are the files it stands in, for cycles.
func (l *Loader) finish(w *written, name, dir string, open []string) *Graph {
	w.check(l.Report)
	if len(w.messages) > 0 {
		l.Report.Warnf(w.messages[0].pos, "exposed_messages have no effect in a graph that no command starts").Remedy =
			"what other graphs send to this graph as a whole reaches no one"
	}
	fl := flattener{loader: l, report: l.Report, open: open}
	f := fl.flatten(w, dir)
	if len(f.nodes) == 0 && len(w.nodes) > 0 && l.Report.Err() == nil {
		l.Report.Addf(w.pos, "No extension node is defined in graph.").Remedy = "the subgraphs have none either"
	}
	return &Graph{Name: name, Nodes: f.nodes, Connections: f.connections(l.Report), Exposed: f.exposed(w.messages)}
}

// Predefined reads the list predefined_graphs of a property.json.
func (l *Loader) Predefined(list []*Tree) []*Graph {
	var out []*Graph
	first := map[string]Pos{}
	for _, t := range list {
		g := l.predefined(t)
		if g == nil {
			continue
		}
		pos := t.Pos
		if n := t.Get("name"); n != nil {
			pos = n.Pos
		}
		if before, twice := first[g.Name]; twice && g.Name != "" {
			e := l.Report.Addf(pos, "duplicated predefined graph %q, first at line %d", g.Name, before.Line)
			e.Value, e.Remedy = g.Name, "give it another name"
		}
		first[g.Name] = pos
		out = append(out, g)
	}
	return out
}

func (l *Loader) predefined(t *Tree) *Graph {
	f := Read(t, "a predefined graph", l.Report)
	if !f.OK() {
		return nil
	}
	p := parser{style: TEN, report: l.Report}
	name := p.identifier(f, "name", "graph name")
	auto, singleton, sync := f.Truth("auto_start", false), f.Truth("singleton", false), f.Truth("sync_stop_before_deinit", false)
	f.Require("graph")
	body := f.Get("graph")
	f.Done()
	if body == nil {
		return nil
	}
	g := l.bodyOrImport(body, name)
	if g != nil {
		g.AutoStart, g.Singleton, g.SyncStop = auto, singleton, sync
		l.checkSyncStop(g, t)
	}
	return g
}

func (l *Loader) checkSyncStop(g *Graph, t *Tree) {
	if !g.SyncStop {
		return
	}
	for _, n := range g.Nodes {
		if n.App != g.Nodes[0].App {
			l.Report.Addf(t.Get("sync_stop_before_deinit").KeyPos, "sync_stop_before_deinit needs all nodes in one app").Remedy = "remove it"
			return
		}
	}
}

// bodyOrImport reads a graph object that is either the graph or says where it is.
func (l *Loader) bodyOrImport(t *Tree, name string) *Graph {
	uri := t.Get("import_uri")
	if uri == nil {
		return l.finish(parse(t, TEN, l.Report), name, l.Base, nil)
	}
	f := Read(t, "a graph", l.Report)
	f.Want("import_uri", Text)
	for _, key := range []string{"nodes", "connections", "exposed_messages", "exposed_properties"} {
		if other := f.Get(key); other != nil {
			l.Report.Addf(other.KeyPos, "When 'import_uri' is specified, '%s' field must not be present", key).Remedy = "keep one of the two"
		}
	}
	f.Done()
	path, ok := l.resolve(uri, l.Base)
	if !ok {
		return nil
	}
	w := l.imported(path, uri)
	if w == nil {
		return nil
	}
	return l.finish(w, name, folder(path), []string{path})
}

// imported reads the bare graph object of a file, once.
func (l *Loader) imported(path string, uri *Tree) *written {
	if w, known := l.parsed[path]; known {
		return w
	}
	if l.parsed == nil {
		l.parsed = map[string]*written{}
	}
	l.parsed[path] = nil
	before := len(l.Report.list)
	t := l.Read(path)
	if t == nil {
		l.blame(before, uri)
		return nil
	}
	style := TEN
	if strings.HasSuffix(path, ".toml") {
		style = Short
	}
	w := parse(t, style, l.Report)
	w.check(l.Report)
	l.parsed[path] = w
	return w
}

// blame puts the error of a file that cannot be read to the place that names the file.
func (l *Loader) blame(from int, uri *Tree) {
	for _, e := range l.Report.list[from:] {
		if e.Pos.Line == 0 {
			e.Msg = "import of " + l.name(e.Pos.File) + ": " + e.Msg
			e.Pos, e.Value = uri.Pos, uri.str()
		}
	}
}

// resolve finds the file that an import_uri names: in dir, the folder of the file that imports, else in the app's folder.
func (l *Loader) resolve(uri *Tree, dir string) (path string, ok bool) {
	if uri.Form != Text {
		return "", false
	}
	fail := func(what, remedy string) (string, bool) {
		e := l.Report.Addf(uri.Pos, "%s", what)
		e.Value, e.Remedy = uri.str(), remedy
		return "", false
	}
	text := uri.str()
	rest, inApp := strings.CutPrefix(text, "${app_base_dir}/")
	switch scheme, _, _ := strings.Cut(text, "://"); {
	case text == "":
		return fail("import_uri is empty", "name a file")
	case inApp:
		return filepath.Join(l.Base, filepath.FromSlash(rest)), true
	case scheme == "http" || scheme == "https":
		return fail("graphs are not fetched from the network", "save the file beside this one and import that")
	case scheme == "file":
		u, err := url.Parse(text)
		if err != nil || u.Path == "" {
			return fail("not a file: address", "write file:///path/to/graph.json")
		}
		return filepath.FromSlash(u.Path), true
	case filepath.IsAbs(text):
		return fail("absolute paths are not supported in import_uri", "write it relative to this file")
	}
	near := filepath.Join(dir, filepath.FromSlash(text))
	if app := filepath.Join(l.Base, filepath.FromSlash(text)); !exists(near) && exists(app) {
		return app, true
	}
	return near, true
}

// name is path as it reads best: relative to the app's folder where it lies in it.
func (l *Loader) name(path string) string {
	if rel, err := filepath.Rel(l.Base, path); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return path
}

func folder(path string) string { return filepath.Dir(path) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Parse reads one bare graph object, as a start_graph command or an imported file has it: TOML if the name of the file ends in
// .toml, else JSON. Imports start at the file's folder. The error is of type Errors.
func Parse(file string, data []byte) (*Graph, error) { return ParseIn(folder(file), file, data) }

// ParseIn is Parse with imports that start at another folder.
func ParseIn(base, file string, data []byte) (*Graph, error) {
	report := &Report{}
	data, err := CheckText(file, data)
	if err != nil {
		return nil, Errors{err.(*Error)}
	}
	t := ParseTree(file, data, report)
	if t == nil {
		return nil, report.Err()
	}
	style := TEN
	if strings.HasSuffix(file, ".toml") {
		style = Short
	}
	l := &Loader{Base: base, Report: report}
	g := l.finish(parse(t, style, report), strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), l.Base, nil)
	if err := report.Err(); err != nil {
		return nil, err
	}
	return g, nil
}
