package store

import (
	"slices"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
)

const maxProblems = 1000

// problemKey tells one problem from another.
type problemKey struct {
	rule, graph, extension, name trace.Sym
	id                           uint64
}

// problemTable folds lints into problems.
type problemTable struct {
	byKey map[problemKey]*diagnose.Problem
	list  []diagnose.Problem
	dirty bool
}

func (t *problemTable) add(e *trace.Event) {
	k := problemKey{e.Rule, e.Graph, e.Extension, e.Name, e.ID}
	p := t.byKey[k]
	if p == nil {
		if len(t.byKey) >= maxProblems {
			return
		}
		if t.byKey == nil {
			t.byKey = map[problemKey]*diagnose.Problem{}
		}
		p = &diagnose.Problem{Rule: e.Rule.String(), Graph: e.Graph.String(), Extension: e.Extension.String(), ID: e.ID,
			Name: e.Name.String(), From: e.From.String(), To: e.To.String(), Since: e.Mono, Confidence: diagnose.Observed}
		t.byKey[k] = p
	}
	p.Level, p.Text, p.Last = e.Level.String(), e.Detail, e.Mono
	p.Count++
	p.Evidence = append(p.Evidence[:min(len(p.Evidence), 7)], e.Seq)
	t.dirty = true
}

func (t *problemTable) sorted() []diagnose.Problem {
	if !t.dirty {
		return t.list
	}
	t.dirty = false
	t.list = t.list[:0]
	for _, p := range t.byKey {
		t.list = append(t.list, *p)
	}
	slices.SortFunc(t.list, worse)
	return t.list
}

func worse(a, b diagnose.Problem) int {
	la, _ := trace.ParseLevel(a.Level)
	lb, _ := trace.ParseLevel(b.Level)
	if la != lb {
		return int(lb) - int(la)
	}
	return int(a.Since - b.Since)
}
