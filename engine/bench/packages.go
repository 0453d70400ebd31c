package bench

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"tenbench/engine"
	"tenbench/engine/config"
	"tenbench/engine/doctor"
	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// Python is the host of Python packages. main lends it: this room knows no child process.
type Python interface {
	// Addon is the addon in a package folder, which may belong to an app.
	Addon(name, dir, app string) engine.Addon
	// Shipped is the folder of the example of that name that comes with the program, "" if there is none.
	Shipped(name string) string
	// Usable says which interpreter the packages in these folders get; the error says why they get none.
	Usable(dirs ...string) (interpreter string, err error)
	// Close ends what is left of the processes.
	Close()
}

// StandIn makes what stands in for an addon. why is a sentence; wanted says that the config asks for it. main lends it.
type StandIn func(name, why string, wanted bool, reply config.StandIn) engine.Addon

// addons finds addons by name: those of the package or app that was opened, then the built-ins, then the packages in [extensions]
// paths, then the examples that come with the program. Other languages' and missing ones become stand-ins, unless config.toml names
// them: there it is more likely a slip.
type addons struct {
	opt    Options
	python Python // nil if none was lent
	now    atomic.Pointer[known]
	late   []lateNode // of the demo: they join it when it is known that they can run
}

// known is what a config says of addons. It never changes; a reload swaps it whole.
type known struct {
	config  *config.Config
	folders []config.Folder
	strict  map[string]bool         // addons that config.toml itself names
	says    map[string]declarations // what the manifests of its nodes' addons declare; known once it is in use
}

// declarations are what the manifest of a package declares.
type declarations struct {
	takes []config.Declared
	has   []config.DeclaredProperty
}

func newAddons(opt Options, c *config.Config) *addons {
	a := &addons{opt: opt}
	if opt.Python != nil {
		a.python = opt.Python(c)
	}
	a.use(c)
	return a
}

// use makes c's packages and stand-ins the ones that are found from now on.
func (a *addons) use(c *config.Config) {
	k := a.know(c)
	k.says = map[string]declarations{}
	for _, g := range c.Graphs {
		for _, n := range g.Nodes {
			if _, known := k.says[n.Addon]; known {
				continue
			}
			if dir := a.packageOf(k, n.Addon); dir != "" {
				k.says[n.Addon] = declarations{config.Takes(dir), config.Properties(dir)}
			}
		}
	}
	a.now.Store(k)
}

// packageOf is the folder of the package that a graph means by an addon, whether it runs here or not; "" if it is none.
func (a *addons) packageOf(k *known, addon string) string {
	folder, found := k.folder(addon)
	builtin := slices.ContainsFunc(a.opt.Addons, func(b engine.Addon) bool { return b.Name == addon })
	switch {
	case found && (folder.Own || !builtin):
		return folder.Dir
	case builtin:
		return ""
	}
	return a.shipped(addon)
}

// Declares returns the messages that the manifest of an extension says it takes, none if it says nothing. graph may be "".
func (b *Bench) Declares(graph, extension string) []config.Declared {
	return b.addons.manifestOf(graph, extension).takes
}

// DeclaredProperties returns the properties that the manifest of an extension says it has, none if it says nothing. graph may be "".
func (b *Bench) DeclaredProperties(graph, extension string) []config.DeclaredProperty {
	return b.addons.manifestOf(graph, extension).has
}

func (a *addons) manifestOf(graph, extension string) declarations {
	k := a.now.Load()
	for _, g := range k.config.Graphs {
		if n := g.Node(extension); n != nil && (graph == "" || graph == g.Name) {
			return k.says[n.Addon]
		}
	}
	return declarations{}
}

func (a *addons) know(c *config.Config) *known {
	k := &known{config: c, folders: c.Folders(), strict: map[string]bool{}}
	for _, g := range c.Predefined {
		for _, n := range g.Nodes {
			if filepath.Ext(n.Pos.File) == ".toml" {
				k.strict[n.Addon] = true
			}
		}
	}
	return k
}

func (a *addons) close() {
	if a.python != nil {
		a.python.Close()
	}
}

// resolve finds an addon of the config in use.
func (a *addons) resolve(name string) (engine.Addon, error) { return a.find(a.now.Load(), name) }

func (a *addons) find(k *known, name string) (engine.Addon, error) {
	folder, found := k.folder(name)
	if found && folder.Own && a.runs(folder) {
		return a.python.Addon(name, folder.Dir, folder.App), nil
	}
	if at := slices.IndexFunc(a.opt.Addons, func(b engine.Addon) bool { return b.Name == name }); at >= 0 {
		return a.opt.Addons[at], nil
	}
	if found && a.runs(folder) {
		return a.python.Addon(name, folder.Dir, folder.App), nil
	}
	if dir := a.shipped(name); dir != "" && !found {
		return a.python.Addon(name, dir, ""), nil
	}
	reply, wanted := k.config.StandIns[name]
	if a.opt.StandIn == nil || !wanted && (k.strict[name] || !k.lenient()) {
		return engine.Addon{}, a.unknown(k, name, folder, found)
	}
	why := absence(folder, found)
	if !wanted {
		reply = config.StandIn{Status: "error", Property: detail(fmt.Sprintf("%s is a stand-in: %s", name, why))}
	}
	return a.opt.StandIn(name, name+" is a stand-in: "+why+".", wanted, reply), nil
}

// lenient reports whether what nobody provides may have a stand-in.
func (k *known) lenient() bool { return k.config.Kind == config.App || k.config.FromApp() }

func (k *known) folder(name string) (config.Folder, bool) {
	at := slices.IndexFunc(k.folders, func(f config.Folder) bool { return f.Addon == name || filepath.Base(f.Dir) == name })
	if at < 0 {
		return config.Folder{}, false
	}
	return k.folders[at], true
}

func (a *addons) runs(f config.Folder) bool { return a.python != nil && f.Language == config.Python }

func (a *addons) shipped(name string) string {
	if a.python == nil {
		return ""
	}
	return a.python.Shipped(name)
}

// absence says why an addon is not there itself.
func absence(f config.Folder, found bool) string {
	switch {
	case !found:
		return "no package provides its addon"
	case f.Language == config.Unknown:
		return "it is in no language that runs here, in " + f.Dir
	}
	return fmt.Sprintf("it is written in %s, which does not run here", f.Language)
}

func detail(text string) msg.Value {
	o := new(msg.Object)
	o.Put("detail", msg.String(text))
	return msg.Obj(o)
}

// unknown is the error about an addon that nobody provides.
func (a *addons) unknown(k *known, name string, f config.Folder, found bool) *graph.Error {
	if found {
		return &graph.Error{Msg: fmt.Sprintf("the addon %q cannot run: %s", name, absence(f, true)), Value: name,
			Remedy: fmt.Sprintf("let [stand_in.%s] stand in for it, or open the app that it belongs to", name)}
	}
	if k.config.Beside(name) {
		return &graph.Error{Msg: fmt.Sprintf("there is no addon %q", name), Value: name,
			Remedy: "its package lies beside the config file: write paths = [\".\"] in [extensions]"}
	}
	names := mapped(a.opt.Addons, func(b engine.Addon) string { return b.Name })
	for _, f := range k.folders {
		names = append(names, f.Addon)
	}
	return &graph.Error{Msg: fmt.Sprintf("there is no addon %q", name), Value: name, Near: near.Name(name, names),
		Remedy: "there are " + strings.Join(names, ", ")}
}

// check returns an error for each node of c whose addon nobody provides, at the place where the file names it.
func (a *addons) check(c *config.Config) error {
	k := a.know(c)
	var all graph.Errors
	for _, g := range c.Graphs {
		for _, n := range g.Nodes {
			if _, err := a.find(k, n.Addon); err != nil {
				all = append(all, placed(err, n))
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// placed is an error about a node's addon, at its place.
func placed(err error, n graph.Node) *graph.Error {
	e, ok := err.(*graph.Error)
	if !ok {
		e = &graph.Error{Msg: err.Error()}
	}
	e.Pos = addonPlace(n.Pos)
	return e
}

// withoutPython takes the Python nodes out of the demo where no Python will do: they are a part of it that this machine cannot
// show, not a problem. Of a session with a screen those are late whose interpreter takes its time to say what it is.
func (a *addons) withoutPython(c *config.Config) {
	if a.python == nil {
		return
	}
	for i, g := range c.Graphs {
		for _, n := range g.Nodes {
			dir := a.pythonDir(n.Addon)
			if dir == "" {
				continue
			}
			node := lateNode{graph: g.Name, name: n.Name, usable: make(chan error, 1)}
			go func() {
				_, err := a.python.Usable(dir)
				node.usable <- err
			}()
			if err, known := node.answer(a.opt.Screen); !known {
				a.late = append(a.late, node)
			} else if err != nil {
				a.leftOut(n.Name, err)
				c.Graphs[i] = c.Graphs[i].Without(n.Name)
				c.Inject = slices.DeleteFunc(c.Inject, func(in config.Inject) bool { return injectedTo(in, n.Name) })
			}
		}
	}
}

func (a *addons) leftOut(node string, why error) {
	a.opt.Note("%s is left out of the demo: %v", node, why)
}

// pythonDir is the folder of an addon's Python package, "" if it is none.
func (a *addons) pythonDir(addon string) string {
	if slices.ContainsFunc(a.opt.Addons, func(b engine.Addon) bool { return b.Name == addon }) {
		return ""
	}
	if f, ok := a.now.Load().folder(addon); ok && f.Language == config.Python {
		return f.Dir
	}
	return a.shipped(addon)
}

func injectedTo(in config.Inject, node string) bool {
	m, err := msg.ParseSend(in.Send)
	return err == nil && (m.Source().Extension == node || slices.ContainsFunc(m.Dests(), func(d msg.Loc) bool { return d.Extension == node }))
}

// PythonFinding is what doctor says of Python and of the packages that opt names.
func PythonFinding(opt Options) doctor.Finding {
	f := doctor.Finding{Subject: "python"}
	c, _, err := look(opt)
	if err != nil { // another finding says so
		c = new(config.Config)
	}
	a := newAddons(opt, c)
	defer a.close()
	if a.python == nil {
		f.Level, f.Text = doctor.Note, "Python packages cannot run in this build"
		return f
	}
	var names []string
	dirs := []string{c.Dir}
	for _, folder := range c.Folders() {
		if folder.Language == config.Python {
			names = append(names, folder.Addon)
		}
	}
	interpreter, err := a.python.Usable(dirs...)
	if err != nil {
		f.Level, f.Text = doctor.Note, err.Error()
		f.Remedy = "Python extensions need it; those in Go do not"
		return f
	}
	f.Text = interpreter + "; packages: none"
	if len(names) > 0 {
		f.Text = fmt.Sprintf("%s; packages: %s", interpreter, strings.Join(names, ", "))
	}
	return f
}
