package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// sections are the settings tables of config.toml and of the user's own file.
var sections = []string{"bench", "trace", "record", "log", "extensions", "python", "reload", "secrets", "tui"}

// readSections reads the settings tables of one file: what viper merges, and beside it the tables whose keys are names.
func (l *layers) readSections(f *graph.Fields, dir string, by Layer) {
	for _, name := range sections {
		t := f.Get(name)
		if t == nil {
			continue
		}
		s := graph.Read(t, "["+name+"]", l.report)
		l.section(name, s, dir, by)
		switch name {
		case "log":
			l.levels(s, by)
		case "python":
			l.pythonEnv(s, by)
		}
		s.Done()
	}
}

func (l *layers) levels(f *graph.Fields, by Layer) {
	out := maps.Clone(l.config.Log.Levels)
	if out == nil {
		out = map[string]string{}
	}
	for _, t := range entries(f, "levels") {
		level := setting{key: "levels.level of " + t.Key, choices: levels, target: new(string)}
		raw := plain(t)
		v, err := level.read(raw)
		if err != nil {
			e := l.report.Addf(t.Pos, "%s", err)
			e.Value, e.Near = t.Show(), level.near(raw)
			continue
		}
		out[t.Key] = v.(string)
		l.config.note("log.levels."+t.Key, t.Show(), Origin{by, t.KeyPos})
	}
	l.config.Log.Levels = out
}

func (l *layers) pythonEnv(f *graph.Fields, by Layer) {
	out := maps.Clone(l.config.Python.Env)
	if out == nil {
		out = map[string]string{}
	}
	for _, t := range entries(f, "env") {
		if t.Form != graph.Text {
			l.report.Addf(t.Pos, "variable %s is %s, not a string", t.Key, t.Show()).Value = t.Show()
			continue
		}
		out[t.Key], _ = t.Scalar.Str()
		l.config.note("python.env."+t.Key, t.Show(), Origin{by, t.KeyPos})
	}
	l.config.Python.Env = out
}

// entries returns what is in a table whose keys are names of the user's.
func entries(f *graph.Fields, key string) []*graph.Tree {
	return kids(f.Want(key, graph.Table))
}

func (l *layers) injects(f *graph.Fields) {
	first := map[string]int{}
	for _, t := range f.List("inject") {
		in := graph.Read(t, "an [[inject]]", l.report)
		if !in.OK() {
			continue
		}
		in.Require("name", "send")
		x := Inject{Name: in.Text("name"), Send: in.Text("send"), Expect: in.Text("expect"), Pos: t.Pos}
		in.Done()
		l.checkExpect(t.Get("expect"))
		l.checkSend(t.Get("send"))
		if line, twice := first[x.Name]; twice {
			l.report.Addf(t.Pos, "two injects named %q, the first at line %d", x.Name, line).Remedy = "give this one another name"
			continue
		}
		first[x.Name] = t.Pos.Line
		l.config.Inject = append(l.config.Inject, x)
	}
}

// checkSend reads the line as it will be read when it is sent.
func (l *layers) checkSend(t *graph.Tree) {
	if t == nil || t.Form != graph.Text {
		return
	}
	text, _ := t.Scalar.Str()
	if m, err := msg.ParseSend(text); err != nil {
		l.unreadable(t, "send", err)
	} else {
		l.sends = append(l.sends, send{t, m.Dests(), m.Source().Extension})
	}
}

// checkExpect reads what is expected of the answer as it will be read when that comes.
func (l *layers) checkExpect(t *graph.Tree) {
	if t == nil || t.Form != graph.Text {
		return
	}
	text, _ := t.Scalar.Str()
	if _, err := msg.ParseExpect(text); err != nil {
		l.unreadable(t, "expect", err)
	}
}

// unreadable reports a line that cannot be read, at the place in it.
func (l *layers) unreadable(t *graph.Tree, key string, err error) {
	text, _ := t.Scalar.Str()
	var bad *msg.SendError
	if !errors.As(err, &bad) {
		l.report.Addf(t.Pos, "%s cannot be read: %s", key, err).Value = text
		return
	}
	e := l.report.Addf(t.Pos, "%s cannot be read: %s", key, bad.Msg)
	e.Value = text
	if bad.Col > 0 {
		e.Pos.Col += bad.Col // behind the quote
	}
}

func (l *layers) standIns(f *graph.Fields) {
	for _, t := range entries(f, "stand_in") {
		s := graph.Read(t, "[stand_in."+t.Key+"]", l.report)
		if !s.OK() {
			continue
		}
		if l.config.StandIns == nil {
			l.config.StandIns = map[string]StandIn{}
		}
		l.config.StandIns[t.Key] = l.standIn(s)
		s.Done()
	}
}

func (l *layers) standIn(f *graph.Fields) StandIn {
	x := StandIn{Status: "ok", Pos: f.Pos()}
	after := setting{key: "stand_in.after", target: &x.After, zero: true}
	if t := f.Get("after"); t != nil {
		if v, err := after.read(plain(t)); err != nil {
			l.report.Addf(t.Pos, "%s", err).Value = t.Show()
		} else {
			x.After = v.(time.Duration)
		}
	}
	reply := f.Get("reply")
	if reply == nil {
		return x
	}
	r := graph.Read(reply, "the reply of a stand-in", l.report)
	if t := r.Want("status", graph.Text); t != nil {
		x.Status, _ = t.Scalar.Str()
		if statuses := []string{"ok", "error"}; !slices.Contains(statuses, x.Status) {
			l.report.Addf(t.Pos, "status is %q, not ok or error", x.Status).Near = near.Name(x.Status, statuses)
		}
	}
	if t := r.Want("property", graph.Table); t != nil {
		x.Property = t.Value()
	}
	r.Done()
	return x
}

// names holds what the settings say of nodes against the nodes there are.
func (l *layers) names(tree *graph.Tree) {
	var nodes []string
	for _, g := range l.config.Predefined {
		for _, n := range g.Nodes {
			nodes = append(nodes, n.Name)
		}
	}
	check := func(t *graph.Tree, name, what string) {
		if name != "" && !slices.Contains(nodes, name) {
			e := l.report.Warnf(t.KeyPos, "%s names %q, which is not a node of the graph", what, name)
			e.Value, e.Near = name, near.Name(name, nodes)
		}
	}
	for _, s := range l.sends {
		for _, to := range s.dests {
			check(s.tree, to.Extension, "send")
		}
		if s.as != msg.BenchName {
			check(s.tree, s.as, "send")
		}
	}
	if t := tree.At("log", "levels"); t != nil {
		for _, kid := range t.Kids {
			check(kid, kid.Key, "[log] levels")
		}
	}
	if t := tree.At("python", "debug"); t != nil && t.Form == graph.List {
		for _, kid := range t.Kids {
			check(kid, fmt.Sprint(plain(kid)), "[python] debug")
		}
	}
}
