package bench

import (
	"fmt"

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
		Remedy: "`tenbench doctor` lists them",
	}
}

// checkAddons returns an error for each node whose addon is unknown, at the place where the file names it.
func checkAddons(addons []engine.Addon, graphs []*graph.Graph) graph.Errors {
	resolve := resolver(addons)
	var all graph.Errors
	for _, g := range graphs {
		for _, n := range g.Nodes {
			if _, err := resolve(n.Addon); err != nil {
				e := unknownAddon(addons, n.Addon)
				e.Pos = n.Pos
				all = append(all, e)
			}
		}
	}
	return all
}
