package ui

import (
	"context"
	"time"

	"tenbench/engine/msg"
)

// Settings is the config of a bench as it runs, with its secrets masked.
type Settings struct {
	Path    string // "" of the embedded demo
	Files   int    // that are watched
	Auto    bool   // a saved file is applied by itself
	All     []Setting
	Secrets []string // patterns for the names of secrets
	Reloads []Reload // oldest first; at most the last one waits
}

// Setting is one value of a settings table.
type Setting struct {
	Key   string // section.key
	Value string // as a config.toml has it
	From  Origin
	Next  *Setting // what the next start takes in its place; nil if that is the same
}

// Origin is where a value comes from: a line in a file, or what Name says alone: a default, a variable, a flag.
type Origin struct {
	Name string
	File string
	Line int
}

// Reload is what came of a saved config file.
type Reload struct {
	At       time.Time
	Summary  string   // what was applied or, if it waits, what would be
	Problems []string // why it was refused, or would be
	Places   []Origin // of the problems, in their order
	Waits    bool     // it is not applied until somebody asks for that
}

// Refused is the newest save if the file as it stands is refused, nil if it is not.
func (s *Settings) Refused() *Reload {
	if n := len(s.Reloads); n > 0 && len(s.Reloads[n-1].Problems) > 0 {
		return &s.Reloads[n-1]
	}
	return nil
}

// Mistake is the first place for which the file is refused: what a person wants to see before anything else of it. It has no file if
// none is known.
func (s *Settings) Mistake() (at Origin) {
	if r := s.Refused(); r != nil {
		for _, o := range r.Places {
			if o.File != "" {
				return o
			}
		}
	}
	return at
}

// ConfigMsg is broadcast when the config file was applied, refused, or waits.
type ConfigMsg struct{}

// PropertyReader is a Controller that knows the properties of extensions as they are by now.
type PropertyReader interface {
	// Properties returns them as JSON with the secrets masked, and when the extension wrote which of them, by path. It is nil
	// if there is no such extension.
	Properties(graph, extension string) (json []byte, written map[string]int64)
	// PropertyReads returns how often the extension has read which of them, by path, "" for all at once; nil if that is not known.
	PropertyReads(graph, extension string) map[string]int64
}

// PropertyEditor is a Controller that gives properties other values while extensions run, which no file has.
type PropertyEditor interface {
	EditProperty(ctx context.Context, graph, extension, path string, value msg.Value) error
	// RevertProperty takes a property back to what the files say.
	RevertProperty(ctx context.Context, graph, extension, path string) error
	// EditedProperties returns the paths of those that differ from the files for that reason.
	EditedProperties(graph, extension string) []string
}

// Waiting returns the reload that waits to be applied, nil if there is none.
func (s *Settings) Waiting() *Reload {
	if n := len(s.Reloads); n > 0 && s.Reloads[n-1].Waits {
		return &s.Reloads[n-1]
	}
	return nil
}

// Base is the last part of a path.
func Base(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' || path[i] == '\\' {
			return path[i+1:]
		}
	}
	return path
}
