package python

import (
	"embed"
	"io/fs"
	"path"
	"path/filepath"
)

//go:embed examples/*/*.json examples/*/*.py
var exampleFiles embed.FS

// Shipped is the folder of the example of that name, unpacked beside the runtime; "" if there is none.
func (p *Provider) Shipped(name string) string {
	if info, err := fs.Stat(exampleFiles, path.Join("examples", name)); err != nil || !info.IsDir() || !fs.ValidPath(name) {
		return ""
	}
	dir, err := unpack(exampleFiles, "examples", "examples")
	if err != nil {
		return ""
	}
	return filepath.Join(dir, name)
}

// Usable is Interpreter, in words.
func (p *Provider) Usable(dirs ...string) (string, error) {
	found, err := p.Interpreter(dirs...)
	if err != nil {
		return "", err
	}
	return found.Version + ", " + found.Path + " (" + found.How + ")", nil
}
