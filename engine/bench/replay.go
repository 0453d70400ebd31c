package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tenbench/engine/config"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/record"
)

// Replay is a run file, read back: the screens read it as they read a live app.
type Replay struct {
	*record.Run
	graphs []*graph.Graph
}

// Graphs returns the graphs that ran, as far as the recording keeps them: names and routes.
func (r *Replay) Graphs() []*graph.Graph { return r.graphs }

// SameHeader is the header of a file with a part of the run.
func (r *Replay) SameHeader([]*graph.Graph) record.Header { return r.Header }

// OpenRun reads a run file: a path, the name of one in the state folder or among the exports or its beginning, or "" for the newest in
// the state folder.
func OpenRun(opt Options, name string) (*Replay, error) {
	path, err := findRun(StateDir(opt), name)
	if err != nil {
		return nil, Fail(Usage, err)
	}
	run, err := record.Open(path)
	if err != nil {
		return nil, Fail(Usage, err)
	}
	return &Replay{run, graphsOf(run.Header.Graphs)}, nil
}

func findRun(dir, name string) (string, error) {
	if name == "" {
		return record.Newest(dir)
	}
	if isFile(name) {
		return name, nil
	}
	if strings.ContainsAny(name, `/\`) {
		return "", fmt.Errorf("open the run %s: %w", name, fs.ErrNotExist)
	}
	exports, err := record.ExportsDir()
	if err != nil {
		return "", err
	}
	for _, dir := range []string{dir, exports} {
		if found, err := newestCalled(dir, name); found != "" || err != nil {
			return found, err
		}
	}
	return "", fmt.Errorf("no run file is called %s, here, in %s or in %s", name, dir, exports)
}

// newestCalled returns the file of a folder whose name begins so; of several the newest, "" if there is none.
func newestCalled(dir, name string) (found string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("list the run files: %w", err)
	}
	for _, e := range entries { // sorted
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), name) {
			found = filepath.Join(dir, e.Name())
		}
	}
	return found, nil
}

// graphsOf reads what graphsJSON wrote. What is no such thing, in a file of another make, is no graph.
func graphsOf(header json.RawMessage) []*graph.Graph {
	var recorded []recordedGraph
	if json.Unmarshal(header, &recorded) != nil {
		return nil
	}
	return mapped(recorded, func(r recordedGraph) *graph.Graph {
		g := &graph.Graph{Name: r.Name}
		g.Nodes = mapped(r.Nodes, func(n recordedNode) graph.Node { return graph.Node{Name: n.Name, Addon: n.Addon, Group: n.Group} })
		g.Connections = mapped(r.Routes, func(r recordedRoute) graph.Connection {
			kind, _ := msg.ParseKind(r.Type)
			to := mapped(r.To, func(name string) graph.Dest { return graph.Dest{Extension: name} })
			return graph.Connection{From: r.From, Flows: []graph.Flow{{Kind: kind, Name: r.Name, Dests: to}}}
		})
		return g
	})
}

// Look is how the screens look when no bench is open: as the config says, if there is one that can be read.
func Look(opt Options) config.TUISection {
	if c, _, err := look(opt); err == nil {
		return c.TUI
	}
	return config.TUISection{Mouse: true}
}
