package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/viper"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// setting is one key of the settings tables. What its target points to says what kind of value it takes.
type setting struct {
	key     string // section.key
	def     any
	target  any      // *time.Duration, *size, *int, *bool, *string or *[]string
	choices []string // of a string
	low     int      // of an int
	zero    bool     // a duration may be none
	path    bool     // starts at the folder of the file it stands in
	program bool     // a path if there is a slash in it, else looked up where programs are
}

// envPrefix begins the names of the variables that set something.
const envPrefix = "TENBENCH"

// env is the variable that sets s: TENBENCH_BENCH_SLOW.
func (s *setting) env() string {
	return envPrefix + "_" + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

func (s *setting) section() string { name, _, _ := strings.Cut(s.key, "."); return name }

func (s *setting) name() string { _, name, _ := strings.Cut(s.key, "."); return name }

var levels = []string{"debug", "info", "warn", "error"}

// settings are all keys of the settings tables with their defaults.
func (c *Config) settings() []setting {
	b, r, t := &c.Bench, &c.Record, &c.TUI
	return []setting{
		{key: "bench.unanswered_after", def: "1s", target: &b.UnansweredAfter},
		{key: "bench.slow", def: "100ms", target: &b.Slow},
		{key: "bench.stuck", def: "5s", target: &b.Stuck},
		{key: "bench.stop_deadline", def: "5s", target: &b.StopDeadline},
		{key: "bench.drain", def: "2s", target: &b.Drain},
		{key: "bench.restart", def: RestartNever, target: &b.Restart, choices: []string{RestartNever, RestartOnFailure}},
		{key: "bench.path_timeout", def: "3m", target: &b.PathTimeout},
		{key: "bench.answer_lost", def: false, target: &b.AnswerLost},
		{key: "bench.queue", def: 12800, target: &b.Queue, low: 1},
		{key: "bench.queue_bytes", def: "64MiB", target: (*size)(&b.QueueBytes)},
		{key: "trace.memory", def: "256MiB", target: (*size)(&c.Trace.Memory)},
		{key: "trace.tap", def: "64MiB", target: (*size)(&c.Trace.Tap)},
		{key: "record.auto", def: true, target: &r.Auto},
		{key: "record.dir", def: "", target: &r.Dir, path: true},
		{key: "record.keep", def: 20, target: &r.Keep, low: 1},
		{key: "record.max", def: "1GiB", target: (*size)(&r.Max)},
		{key: "record.buffers", def: false, target: &r.Buffers},
		{key: "log.level", def: "info", target: &c.Log.Level, choices: levels},
		{key: "extensions.paths", def: []string{"extensions/python/examples"}, target: &c.Extensions.Paths, path: true},
		{key: "python.interpreter", def: "", target: &c.Python.Interpreter, program: true},
		{key: "python.debug", def: []string{}, target: &c.Python.Debug},
		{key: "reload.config", def: true, target: &c.Reload.Config},
		{key: "reload.code", def: true, target: &c.Reload.Code},
		{key: "reload.debounce", def: "150ms", target: &c.Reload.Debounce, zero: true},
		{key: "secrets.names", def: []string{"*key*", "*token*", "*secret*", "*password*"}, target: &c.Secrets.Names},
		{key: "tui.theme", def: "auto", target: &t.Theme, choices: []string{"auto", "dark", "light", "contrast", "mono"}},
		{key: "tui.fps", def: 30, target: &t.FPS, low: 1},
		{key: "tui.mouse", def: true, target: &t.Mouse},
		{key: "tui.ascii", def: false, target: &t.ASCII},
	}
}

// layers gathers the settings of one load.
type layers struct {
	config   *Config
	settings []setting
	viper    *viper.Viper
	origins  map[string]Origin
	report   *graph.Report
	sends    []send
}

// send is the line of an [[inject]], to whom it goes, and whose it shall seem, if not the bench's.
type send struct {
	tree  *graph.Tree
	dests []msg.Loc
	as    string
}

func newLayers(c *Config, report *graph.Report) *layers {
	l := &layers{config: c, settings: c.settings(), viper: viper.New(), origins: map[string]Origin{}, report: report}
	for i := range l.settings {
		s := &l.settings[i]
		l.viper.SetDefault(s.key, s.at(s.def, c.Dir))
	}
	return l
}

// section reads the settings of one table of a file, and leaves its other keys to the caller.
func (l *layers) section(name string, f *graph.Fields, dir string, by Layer) {
	values := map[string]any{}
	for i := range l.settings {
		s := &l.settings[i]
		if s.section() != name {
			continue
		}
		t := f.Get(s.name())
		if t == nil {
			continue
		}
		raw := plain(t)
		if _, err := s.read(raw); err != nil {
			e := l.report.Addf(t.Pos, "%s", err)
			e.Value, e.Near = t.Show(), s.near(raw)
			continue
		}
		values[s.name()] = s.at(raw, dir)
		l.came(s.key, Origin{by, t.KeyPos})
		l.folders(s, t, dir)
	}
	if err := l.viper.MergeConfigMap(map[string]any{name: values}); err != nil {
		l.report.Addf(f.Pos(), "%s", err)
	}
}

// folders warns of folders that are listed and not there.
func (l *layers) folders(s *setting, t *graph.Tree, dir string) {
	if !s.path || t.Form != graph.List {
		return
	}
	for _, kid := range t.Kids {
		text, _ := kid.Scalar.Str()
		if !exists(under(dir, text)) {
			e := l.report.Warnf(kid.Pos, "%s: there is no folder %q", s.key, text)
			e.Value, e.Remedy = text, "relative paths start at the folder of this file"
		}
	}
}

// plain is a value as viper holds it; what no setting takes stays a tree.
func plain(t *graph.Tree) any {
	switch t.Form {
	case graph.Text:
		s, _ := t.Scalar.Str()
		return s
	case graph.Whole:
		if n, err := t.Scalar.Int(); err == nil {
			return int(n)
		}
	case graph.Truth:
		b, _ := t.Scalar.Bool()
		return b
	case graph.List:
		texts := []string{}
		for _, kid := range t.Kids {
			s, err := kid.Scalar.Str()
			if err != nil || kid.Form != graph.Text {
				return t
			}
			texts = append(texts, s)
		}
		return texts
	}
	return t
}

// at moves relative paths to the folder they start at.
func (s *setting) at(raw any, dir string) any {
	if text, ok := raw.(string); s.program && ok && strings.ContainsRune(filepath.ToSlash(text), '/') {
		return under(dir, text)
	}
	if !s.path {
		return raw
	}
	switch v := raw.(type) {
	case string:
		return under(dir, v)
	case []string:
		moved := make([]string, len(v))
		for i, p := range v {
			moved[i] = under(dir, p)
		}
		return moved
	}
	return raw
}

func under(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, filepath.FromSlash(path))
}

// environment takes the variables that are set; an empty one counts as not set.
func (l *layers) environment() {
	known := map[string]bool{}
	var names []string
	for i := range l.settings {
		s := &l.settings[i]
		known[s.env()] = true
		names = append(names, s.env())
		text := os.Getenv(s.env())
		if text == "" {
			continue
		}
		if _, err := s.read(text); err != nil {
			e := l.report.Addf(graph.Pos{File: s.env()}, "%s", err)
			e.Value, e.Near = text, s.near(text)
			continue
		}
		if err := l.viper.BindEnv(s.key, s.env()); err != nil {
			l.report.Addf(graph.Pos{File: s.env()}, "%s", err)
		}
		l.came(s.key, Origin{ByEnvironment, graph.Pos{File: s.env()}})
	}
	l.strangers(known, names)
}

// strangers warns of variables that look like a setting and are none.
func (l *layers) strangers(known map[string]bool, names []string) {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if known[name] || !strings.HasPrefix(name, envPrefix+"_") {
			continue
		}
		if near := near.Name(name, names); near != "" {
			l.report.Warnf(graph.Pos{File: name}, "no setting has this variable").Near = near
		}
	}
}

// flags takes what the command line sets, by section.key.
func (l *layers) flags(flags map[string]any) {
	for _, key := range slices.Sorted(keysOf(flags)) {
		raw := flags[key]
		at := slices.IndexFunc(l.settings, func(s setting) bool { return s.key == key })
		if at < 0 {
			l.report.Addf(graph.Pos{File: "flag " + key}, "no such setting")
			continue
		}
		if d, ok := raw.(time.Duration); ok {
			raw = d.String()
		}
		if _, err := l.settings[at].read(raw); err != nil {
			l.report.Addf(graph.Pos{File: "flag " + key}, "%s", err).Value = fmt.Sprint(raw)
			continue
		}
		l.viper.Set(key, raw)
		l.came(key, Origin{ByFlag, graph.Pos{File: "--" + l.settings[at].name()}})
	}
}

func keysOf(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// apply writes what won into the config and notes where it stands. All values were read once before, when their layer came in.
func (l *layers) apply() {
	l.config.all = make([]Setting, 0, len(l.settings))
	for i := range l.settings {
		s := &l.settings[i]
		v, err := s.read(l.viper.Get(s.key))
		if err != nil {
			l.report.Addf(graph.Pos{File: s.key}, "%s", err)
			continue
		}
		s.store(v)
		l.config.all = append(l.config.all, Setting{s.key, s.show(l.viper.Get(s.key)), l.origins[s.key]})
	}
}
