package bench

import (
	"encoding/json"

	"tenbench/engine/config"
	"tenbench/engine/graph"
	"tenbench/engine/record"
	"tenbench/engine/trace"
)

// startRecording begins the run file that the flags or [record] ask for; nil if none is wanted. Not to be able to write a file
// that nobody asked for is worth a note, not the run.
func startRecording(log *trace.Log, c *config.Config, title string, opt Options) (*record.Recorder, error) {
	if opt.Record == "" && !c.Record.Auto {
		return nil, nil
	}
	r, err := record.Start(log, record.Options{
		File:    opt.Record,
		Dir:     c.Record.Dir,
		Graph:   title,
		Version: opt.Version,
		Graphs:  graphsJSON(c.Graphs),
		Keep:    c.Record.Keep,
		Max:     c.Record.Max,
		Buffers: c.Record.Buffers,
		OnFull:  func(why string) { opt.Note("%s", why) },
	})
	if err != nil && opt.Record == "" {
		opt.Note("the run is not recorded: %v", err)
		return nil, nil
	}
	return r, err
}

// HeaderOf returns the function that makes the header of a file with a part of a run, given the graphs of the run.
func HeaderOf(title string, opt Options) func([]*graph.Graph) record.Header {
	return func(graphs []*graph.Graph) record.Header {
		return record.Header{Tenbench: opt.Version, Graph: title, Graphs: graphsJSON(graphs)}
	}
}

// recordedGraph is what a recording keeps of a graph: names and routes. Properties may hold secrets.
type recordedGraph struct {
	Name   string          `json:"name"`
	Nodes  []recordedNode  `json:"nodes"`
	Routes []recordedRoute `json:"routes"`
}

type recordedNode struct {
	Name  string `json:"name"`
	Addon string `json:"addon"`
	Group string `json:"group,omitempty"`
}

type recordedRoute struct {
	From string   `json:"from"`
	Type string   `json:"type"`
	Name string   `json:"name"`
	To   []string `json:"to"`
}

func graphsJSON(graphs []*graph.Graph) json.RawMessage {
	out, err := json.Marshal(mapped(graphs, recorded))
	if err != nil {
		panic(err) // strings always marshal
	}
	return out
}

func recorded(g *graph.Graph) recordedGraph {
	out := recordedGraph{Name: g.Name, Routes: []recordedRoute{}}
	out.Nodes = mapped(g.Nodes, func(n graph.Node) recordedNode { return recordedNode{n.Name, n.Addon, n.Group} })
	for _, c := range g.Connections {
		for _, f := range c.Flows {
			to := mapped(f.Dests, func(d graph.Dest) string { return d.Extension })
			out.Routes = append(out.Routes, recordedRoute{c.From, f.Kind.String(), f.Name, to})
		}
	}
	return out
}
