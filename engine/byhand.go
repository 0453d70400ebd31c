package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// byHand is a property that somebody set while the extension runs. No file has it.
type byHand struct {
	path  string
	value msg.Value
}

// EditProperty gives one of an extension's properties another value while it runs: the extension takes it as it takes a changed file,
// and is restarted if it cannot. The value outlives restarts; it ends with the graph, or when the file changes that property.
func (a *App) EditProperty(ctx context.Context, graphName, extension, path string, value msg.Value) error {
	return a.byHand(ctx, graphName, extension, path, func(n *Node) error {
		if _, err := n.mirror.Get(path); err != nil || path == "" {
			return errorf(CodeInvalidArgument, "%s has no property %q", extension, path)
		}
		n.forgetEdit(path)
		n.edits = append(n.edits, byHand{path, value})
		return nil
	})
}

// RevertProperty takes a property back to what the files say.
func (a *App) RevertProperty(ctx context.Context, graphName, extension, path string) error {
	return a.byHand(ctx, graphName, extension, path, func(n *Node) error {
		if !n.forgetEdit(path) {
			return errorf(CodeInvalidArgument, "the property %q of %s was not set by hand", path, extension)
		}
		return nil
	})
}

// byHand changes what was set by hand of a node, under its lock, and tells the extension.
func (a *App) byHand(ctx context.Context, graphName, extension, path string, change func(*Node) error) error {
	e := a.find(graphName)
	if e == nil {
		return notRunning(graphName)
	}
	e.reload.Lock()
	defer e.reload.Unlock()
	n := e.node(extension)
	if n == nil || e.gone(n) {
		return fmt.Errorf("%s has no extension %q", e.called(), extension)
	}
	n.mu.Lock()
	err := change(n)
	c := graph.NodeChange{New: n.spec, Paths: []string{path}}
	n.mu.Unlock()
	if err == nil {
		what := "applied by hand: changed " + extension + " (" + path + ")"
		e.app.w.Emit(&trace.Event{Kind: trace.Config, App: e.app.sym, Graph: e.sym, Level: trace.Info, Detail: what})
		e.tell(ctx, n, c)
	}
	return err
}

// EditedProperties returns the paths of the properties that were set by hand and count still.
func (a *App) EditedProperties(graphName, extension string) (paths []string) {
	n := a.findNode(graphName, extension)
	if n == nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, b := range n.edits {
		paths = append(paths, b.path)
	}
	return paths
}

// forgetEdit takes back what was set by hand at path, and reports whether there was something; the lock is held.
func (n *Node) forgetEdit(path string) bool {
	before := len(n.edits)
	n.edits = slices.DeleteFunc(n.edits, func(b byHand) bool { return b.path == path })
	return len(n.edits) < before
}

// overrule forgets what was set by hand of properties that the file has changed, and returns their paths; the lock is held.
func (n *Node) overrule(changed []string) (gone []string) {
	n.edits = slices.DeleteFunc(n.edits, func(b byHand) bool {
		over := slices.ContainsFunc(changed, func(p string) bool {
			return p == "" || p == b.path || strings.HasPrefix(b.path, p+".") || strings.HasPrefix(p, b.path+".")
		})
		if over {
			gone = append(gone, b.path)
		}
		return over
	})
	return gone
}

// edited is a property layer with what was set by hand laid over it; the lock is held.
func (n *Node) edited(layer msg.Value) msg.Value {
	if len(n.edits) == 0 {
		return layer
	}
	var o msg.Object
	if layer.Object() != nil {
		o = layer.Object().Share()
	}
	for _, b := range n.edits {
		_ = o.Set(b.path, b.value) // the mirror had it there, so the path is well formed
	}
	return msg.Obj(&o)
}
