package bench

import (
	"slices"
	"strings"

	"tenbench/engine/config"
	"tenbench/engine/msg"
)

// Settings is the config as it runs, to be looked at. Secrets in it are masked.
type Settings struct {
	Path    string // "" of the demo
	Files   int    // that are watched
	Auto    bool   // a saved file is applied by itself
	All     []Setting
	Secrets []string // patterns for the names of secrets
	Reloads []Reload // oldest first; at most the last one waits
}

// Setting is a setting as it runs.
type Setting struct {
	config.Setting
	Next *config.Setting // what the next start takes in its place, nil if that is the same
}

// Settings returns the config as it runs now.
func (b *Bench) Settings() Settings {
	current, past := b.config, []Reload(nil)
	if r := b.reload; r != nil {
		r.mu.Lock()
		current, past = r.current, slices.Clone(r.past)
		r.mu.Unlock()
	}
	s := Settings{Files: len(current.Files), Auto: current.Reload.Config, Secrets: current.Secrets.Names, Reloads: past}
	if !b.demo {
		s.Path = current.Path
	}
	s.All = running(b.config.Settings(), current.Settings(), msg.NewMasker(current.Secrets.Names))
	return s
}

// running are the settings of now, and for those that are read at the start the ones of then. A setting that came or went under
// a name of the user's stands for itself.
func running(started, now []config.Setting, m *msg.Masker) []Setting {
	out := make([]Setting, 0, len(now))
	for _, next := range now {
		s := Setting{Setting: masked(next, m)}
		if waitsForStart(next) {
			at := slices.IndexFunc(started, func(was config.Setting) bool { return was.Key == next.Key })
			was := config.Setting{Key: next.Key, Value: "none"}
			if at >= 0 {
				was = started[at]
			}
			if was.Value != next.Value {
				later := s.Setting
				s = Setting{was, &later}
				if at >= 0 {
					s.Setting = masked(was, m)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// masked is a setting whose value is not shown if it is a variable with the name of a secret.
func masked(s config.Setting, m *msg.Masker) config.Setting {
	if name, ok := strings.CutPrefix(s.Key, "python.env."); ok && m.Secret(name) && s.Value != `""` {
		s.Value = `"` + msg.Masked + `"`
	}
	return s
}
