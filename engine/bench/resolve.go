package bench

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"tenbench/engine"
	"tenbench/engine/graph"
)

// resolver finds addons by name.
func resolver(addons []engine.Addon) engine.Resolver {
	return func(name string) (engine.Addon, error) {
		for _, a := range addons {
			if a.Name == name {
				return a, nil
			}
		}
		return engine.Addon{}, unknownAddon(addons, name)
	}
}

func unknownAddon(addons []engine.Addon, name string) *graph.Error {
	names := make([]string, len(addons))
	for i, a := range addons {
		names[i] = a.Name
	}
	return &graph.Error{
		Msg:    fmt.Sprintf("there is no addon %q", name),
		Value:  name,
		Near:   graph.Nearest(name, names),
		Remedy: "there are " + strings.Join(names, ", "),
	}
}

// checkAddons returns an error for each node whose addon nobody provides, at the place where the file names it.
func checkAddons(addons []engine.Addon, graphs []*graph.Graph) error {
	resolve := resolver(addons)
	var all graph.Errors
	for _, g := range graphs {
		for _, n := range g.Nodes {
			var e *graph.Error
			if _, err := resolve(n.Addon); errors.As(err, &e) {
				e.Pos = addonPlace(n.Pos)
				all = append(all, e)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// addonPlace is the place of a node's addon in the file that the node stands in; the node's own if the file cannot be read again.
func addonPlace(node graph.Pos) graph.Pos {
	data, err := os.ReadFile(node.File)
	if err != nil {
		return node
	}
	table := tableAt(graph.ParseTree(node.File, data, &graph.Report{}), node)
	if addon := table.Get("addon"); addon != nil {
		return addon.Pos
	}
	return node
}

func tableAt(t *graph.Tree, pos graph.Pos) *graph.Tree {
	if t == nil || t.Form == graph.Table && t.Pos == pos && t.Get("addon") != nil {
		return t
	}
	for _, kid := range t.Kids {
		if found := tableAt(kid, pos); found != nil {
			return found
		}
	}
	return nil
}
