package config

import (
	"path/filepath"
	"slices"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// property reads an app's property.json, or a file that holds one bare graph.
func (l *load) property(path string) {
	l.config.property = path
	base := l.loader.Base
	l.loader.Base = filepath.Dir(path)
	defer func() { l.loader.Base = base }()
	t := l.loader.Read(path)
	if t == nil {
		return
	}
	if t.Get("nodes") != nil && t.Get("ten") == nil {
		l.bareGraph(path, t)
		return
	}
	if t.Form != graph.Table {
		graph.Read(t, "property.json", l.report)
		return
	}
	own := &msg.Object{}
	for _, kid := range t.Kids {
		if kid.Key != "ten" && kid.Key != "_ten" {
			own.Put(kid.Key, kid.Value())
		}
	}
	if own.Len() > 0 {
		l.config.Property = msg.Obj(own)
	}
	l.ten(t)
}

func (l *load) bareGraph(path string, t *graph.Tree) {
	style := graph.TEN
	if filepath.Ext(path) == ".toml" {
		style = graph.Short
	}
	f := graph.Read(t, "a graph", l.report)
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	g := l.loader.Table(f, name, style, filepath.Dir(path))
	f.Done()
	g.AutoStart = true
	l.choose([]*graph.Graph{g})
}

// tenKeys are the keys of the ten section that the runtime knows and the bench has no use for.
var tenKeys = []string{"log", "deprecated_log", "log_level", "log_file", "one_event_loop_per_engine", "addon", "services",
	"path_timeout", "path_check_interval"}

// ten reads the runtime's own section. As in TEN, a wrong value of a setting is a warning and an unknown key is nothing, unless
// it looks like a slip.
func (l *load) ten(root *graph.Tree) {
	t := root.Get("ten")
	if t == nil {
		l.noGraphs(root)
		return
	}
	f := graph.Read(t, "ten", l.report)
	for _, key := range tenKeys {
		f.Get(key)
	}
	l.appSettings(f)
	list := f.List("predefined_graphs")
	l.slips(t, append([]string{"uri", "long_running_mode", "predefined_graphs"}, tenKeys...))
	if !f.OK() {
		return
	}
	all := l.loader.Predefined(list)
	if f.Get("predefined_graphs") == nil || len(list) == 0 {
		l.noGraphs(t)
	}
	for _, g := range all {
		g.LongRunning = l.config.LongRunning
	}
	l.choose(all)
}

func (l *load) noGraphs(t *graph.Tree) {
	e := l.report.Addf(t.Pos, "no graph: ten.predefined_graphs is missing or empty")
	e.Remedy = "add one, or open a file that has some"
}

func (l *load) appSettings(f *graph.Fields) {
	if t := f.Get("uri"); t != nil {
		text, err := t.Scalar.Str()
		switch {
		case t.Form != graph.Text || err != nil:
			l.report.Warnf(t.Pos, "ten.uri is %s, not a string", t.Show()).Remedy = "it is ignored"
		case text == "localhost":
			l.report.Addf(t.Pos, "ten.uri must not be localhost").Remedy = "remove it: that is what it means"
		default:
			l.config.URI = text
		}
	}
	if t := f.Get("long_running_mode"); t != nil {
		on, err := t.Scalar.Bool()
		if t.Form != graph.Truth || err != nil {
			l.report.Warnf(t.Pos, "ten.long_running_mode is %s, not true or false", t.Show()).Remedy = "it is ignored"
			return
		}
		l.config.LongRunning = on
	}
}

func (l *load) slips(t *graph.Tree, known []string) {
	for _, kid := range t.Kids {
		if slices.Contains(known, kid.Key) {
			continue
		}
		if near := near.Name(kid.Key, known); near != "" {
			e := l.report.Warnf(kid.KeyPos, "unknown key %q in ten is ignored", kid.Key)
			e.Value, e.Near = kid.Key, near
		}
	}
}

// onePackage makes a graph of the one extension that a package folder holds. What its manifest says it takes can be injected.
func (l *load) onePackage(manifest *graph.Tree) {
	t := manifest.Get("name")
	name := ""
	if t != nil {
		name, _ = t.Scalar.Str()
	}
	if name == "" {
		l.report.Addf(manifest.Pos, `a manifest without "name"`).Remedy = "the name is that of the addon"
		return
	}
	g := &graph.Graph{Name: name, AutoStart: true, Peer: msg.BenchName, Nodes: []graph.Node{{Name: name, Addon: name, Pos: t.Pos, AddonPos: t.Pos}}}
	l.choose([]*graph.Graph{g})
	l.config.Inject = append(l.config.Inject, api(manifest, l.config.Dir, name)...)
}
