package bench

import (
	"os"

	"tenbench/engine/graph"
)

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
