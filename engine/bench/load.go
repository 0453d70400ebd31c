package bench

import (
	"bytes"
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
	"tenbench/engine/near"
)

const (
	defaultConfig = "config.toml"
	demoName      = "the demo's config.toml"
)

// load reads and checks what opt names. The error decides the exit status; without one the addons are the caller's to close.
func load(opt Options) (c *config.Config, a *addons, demo bool, err error) {
	if _, missing := os.Stat(defaultConfig); opt.Path == "" && errors.Is(missing, fs.ErrNotExist) {
		demo = true
		c, err = config.LoadBytes(demoName, opt.Demo, opt.flags())
	} else {
		c, err = config.Load(opt.path(), opt.flags())
	}
	if err != nil {
		return c, nil, demo, loadError(err)
	}
	a = newAddons(opt, c)
	if demo || opt.opensDemo() {
		a.withoutPython(c)
	}
	if err = a.check(c); err != nil {
		a.close()
	}
	return c, a, demo, loadError(err)
}

// opensDemo reports whether the file that opt names is the demo's own, as it lies in a clone.
func (opt Options) opensDemo() bool {
	data, err := graph.ReadFile(opt.path())
	return err == nil && bytes.Equal(data, opt.Demo)
}

// look is load for someone who starts nothing.
func look(opt Options) (c *config.Config, demo bool, err error) {
	c, a, demo, err := load(opt)
	if err == nil {
		a.close()
	}
	return c, demo, err
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
func loadError(err error) error {
	var choice *config.ChoiceError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &choice):
		return Fail(Usage, err)
	default:
		return Fail(Invalid, err)
	}
}

// Mistyped returns an error if the PATH does not exist and looks more like a mistyped subcommand, one of words.
func Mistyped(path string, words []string) error {
	if path == "" || strings.ContainsAny(path, `/\.`) {
		return nil
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	e := &graph.Error{Msg: fmt.Sprintf("%q is neither a command nor a path", path), Near: near.Name(path, words)}
	if e.Near == "" {
		e.Remedy = "see `tenbench --help`"
	}
	return Fail(Usage, e)
}

// title names a session: its graph.
func title(c *config.Config) string {
	if len(c.Graphs) > 0 && c.Graphs[0].Name != "" {
		return c.Graphs[0].Name
	}
	return filepath.Base(c.Dir)
}
