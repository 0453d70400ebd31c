package bench

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"tenbench/engine/config"
	"tenbench/engine/graph"
)

const (
	defaultConfig = "config.toml"
	demoName      = "the demo's config.toml"
)

// load reads and checks what opt names. The error decides the exit status.
func load(opt Options) (c *config.Config, demo bool, err error) {
	if _, missing := os.Stat(defaultConfig); opt.Path == "" && errors.Is(missing, fs.ErrNotExist) {
		demo = true
		c, err = config.LoadBytes(demoName, opt.Demo, opt.flags())
	} else {
		c, err = config.Load(opt.path(), opt.flags())
	}
	if err == nil {
		err = checkAddons(opt.Addons, c.Graphs)
	}
	return c, demo, loadError(opt, err)
}

// path is what opt names when it is not the demo.
func (opt Options) path() string { return cmp.Or(opt.Path, defaultConfig) }

// flags are the settings of the command line as config.Load wants them.
func (opt Options) flags() map[string]any {
	flags := map[string]any{"graph": opt.Graph}
	maps.Copy(flags, opt.Flags)
	return flags
}

// loadError tells mistakes of the command line from mistakes in the file.
func loadError(opt Options, err error) error {
	var choice *config.ChoiceError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &choice):
		return Fail(Usage, err)
	case isWord(opt.Path):
		return Fail(Usage, unknownWord(opt))
	default:
		return Fail(Invalid, err)
	}
}

// isWord reports whether a PATH that does not exist looks more like a mistyped subcommand.
func isWord(path string) bool {
	if path == "" || strings.ContainsAny(path, `/\.`) {
		return false
	}
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func unknownWord(opt Options) error {
	e := &graph.Error{Msg: fmt.Sprintf("%q is neither a command nor a path", opt.Path), Near: graph.Nearest(opt.Path, opt.Words)}
	if e.Near == "" {
		e.Remedy = "see `tenbench --help`"
	}
	return e
}

// title names a session: its graph.
func title(c *config.Config) string {
	if len(c.Graphs) > 0 && c.Graphs[0].Name != "" {
		return c.Graphs[0].Name
	}
	return filepath.Base(c.Dir)
}
