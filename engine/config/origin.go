package config

import (
	"fmt"
	"slices"
	"strings"

	"tenbench/engine/graph"
)

// Layer says who set a value. Later ones win.
type Layer uint8

// The layers of settings.
const (
	ByDefault     Layer = iota
	ByUser              // the settings that the user has for all benches
	ByFile              // the file that was opened
	ByEnvironment       // a TENBENCH_ variable
	ByFlag              // the command line
)

// Origin is where a value comes from.
type Origin struct {
	Layer Layer
	Pos   graph.Pos // in a file; else its File is the variable or the flag, and "" for a default
}

// String names the place in a few words: default, config.toml:12:1, TENBENCH_BENCH_SLOW, --ascii.
func (o Origin) String() string {
	if o.Layer == ByDefault {
		return "default"
	}
	return o.Pos.String()
}

// Setting is a value as it was read.
type Setting struct {
	Key   string // section.key
	Value string // as a config.toml would have it
	From  Origin
}

// Section is the table that the setting belongs to.
func (s Setting) Section() string { name, _, _ := strings.Cut(s.Key, "."); return name }

// Settings are all settings, section by section, and behind those of a section its entries under names of the user's: levels of
// nodes, variables of Python. A Config that was refused has none.
func (c *Config) Settings() []Setting {
	out := slices.Clone(c.all)
	for _, s := range c.named {
		after := slices.IndexFunc(out, func(other Setting) bool { return other.Section() == s.Section() })
		for after >= 0 && after < len(out) && out[after].Section() == s.Section() {
			after++
		}
		out = slices.Insert(out, max(after, 0), s)
	}
	return out
}

// note keeps a setting under a name of the user's, in place of what an earlier layer said.
func (c *Config) note(key, value string, o Origin) {
	c.named = slices.DeleteFunc(c.named, func(s Setting) bool { return s.Key == key })
	c.named = append(c.named, Setting{key, value, o})
}

// came notes where the value of a setting comes from. The layers are read in their order, so the last one wins.
func (l *layers) came(key string, o Origin) { l.origins[key] = o }

// show writes a raw value as a config.toml has it.
func (s *setting) show(raw any) string {
	switch v, err := s.read(raw); v := v.(type) {
	case bool, int:
		if err == nil {
			return fmt.Sprint(v)
		}
	case []string:
		quoted := make([]string, len(v))
		for i, text := range v {
			quoted[i] = fmt.Sprintf("%q", text)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	if text, ok := raw.(string); ok {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(raw)
}
