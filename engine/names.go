package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/near"
	"tenbench/engine/trace"
)

// names is which properties an extension asked for. Set but never read, and nearly what was asked for in vain: that is a slip of
// the keyboard, which TEN passes over in silence. The env's lock guards it.
type names struct {
	asked    map[string]bool   // by top-level name: whether it was there
	whole    bool              // all properties were read at once: nothing can be told
	reads    map[string]int64  // how often each path was read
	misspelt map[string]string // reported: what is set, and what was asked for
}

// ask notes that the extension read the property at a path.
func (n *names) ask(path string, found bool) {
	if n.reads == nil {
		n.reads = map[string]int64{}
	}
	n.reads[path]++
	name := path
	if i := strings.IndexAny(path, ".["); i >= 0 {
		name = path[:i]
	}
	if name == "" {
		n.whole = true
		return
	}
	if n.asked == nil {
		n.asked = map[string]bool{}
	}
	n.asked[name] = found
}

// Reads returns how often the extension has read its properties.
func (l *loop) Reads() map[string]int64 {
	e := l.env
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.names.reads == nil {
		return map[string]int64{}
	}
	return maps.Clone(e.names.reads)
}

// slips returns the properties of store that were never read and look like one that was asked for and is not there.
func (n *names) slips(store *msg.Object) map[string]string {
	out := map[string]string{}
	if n.whole {
		return out
	}
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(n.asked)) {
		if !n.asked[name] {
			missing = append(missing, name)
		}
	}
	for key := range store.All() {
		if _, read := n.asked[key]; read || key == "ten" {
			continue
		}
		if near := near.Name(key, missing); near != "" {
			out[key] = near
		}
	}
	return out
}

// checkNames reports misspelt properties, and those that are mended.
func (e *goEnv) checkNames() {
	e.mu.Lock()
	before, now := e.names.misspelt, e.names.slips(&e.store)
	e.names.misspelt = now
	e.mu.Unlock()
	for key, want := range now {
		if before[key] == "" {
			e.lintName(key, fmt.Sprintf("%s has a property %q that it never reads; it asked for %q, which is not set.", e.n.name, key, want), false)
		}
	}
	for key := range before {
		if now[key] == "" {
			e.lintName(key, fmt.Sprintf("The property %q of %s is mended.", key, e.n.name), true)
		}
	}
}

func (e *goEnv) lintName(key, detail string, ended bool) {
	var o msg.Object
	o.Put("ended", msg.Bool(ended))
	e.n.lint(trace.Event{Rule: ruleMisspelt, Level: trace.Warn, Name: trace.Intern(key), Detail: detail, Property: o.AppendJSON(nil)})
}
