package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// api makes an [[inject]] for each message that a manifest says the extension takes, with a value for each property it names.
func api(manifest *graph.Tree, dir, addon string) []Inject {
	var out []Inject
	seen := map[string]bool{}
	for _, in := range interfaces(manifest.Get("api"), dir, nil) {
		for _, kind := range []msg.Kind{msg.KindCmd, msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame} {
			list := in.Get(kind.String() + "_in")
			if list == nil {
				continue
			}
			for _, t := range list.Kids {
				name := text(t, "name")
				line := fmt.Sprintf("%s %s %s to %s", kind, name, example(t.Get("property")), addon)
				if _, err := msg.ParseSend(line); name == "" || err != nil || seen[line] {
					continue
				}
				seen[line] = true
				out = append(out, Inject{Name: name, Send: line, Pos: t.Pos})
			}
		}
	}
	return out
}

// interfaces are an api and all that it imports, each once. What cannot be read is not offered; check has more to say about it.
func interfaces(api *graph.Tree, dir string, seen []string) []*graph.Tree {
	if api == nil {
		return nil
	}
	out := []*graph.Tree{api}
	list := api.Get("interface")
	if list == nil {
		return out
	}
	for _, t := range list.Kids {
		path := importedFile(text(t, "import_uri"), dir)
		if path == "" || len(seen) > maxImports || contains(seen, path) {
			continue
		}
		seen = append(seen, path)
		out = append(out, interfaces(quietTree(path), filepath.Dir(path), seen)...)
	}
	return out
}

// maxImports bounds how deep interfaces import each other.
const maxImports = 16

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// importedFile is the file an import_uri names, "" if it is none.
func importedFile(uri, dir string) string {
	if u, err := url.Parse(uri); err == nil && u.Scheme == "file" {
		return filepath.FromSlash(u.Path)
	}
	if uri == "" || strings.Contains(uri, "://") {
		return ""
	}
	return under(dir, uri)
}

// example is an object with a value of the right type for each property of a schema.
func example(schema *graph.Tree) string {
	properties := schema.Get("properties")
	if properties == nil {
		return "{}"
	}
	o := new(msg.Object)
	for _, p := range properties.Kids {
		o.Put(p.Key, exampleValue(p))
	}
	return string(o.AppendJSON(nil))
}

func exampleValue(schema *graph.Tree) msg.Value {
	switch kind := text(schema, "type"); {
	case kind == "bool":
		return msg.Bool(false)
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return msg.Int(0)
	case strings.HasPrefix(kind, "float"):
		return msg.Float(0)
	case kind == "array":
		return msg.Array()
	case kind == "object":
		v, err := msg.ParseJSON([]byte(example(schema)))
		if err == nil {
			return v
		}
	}
	return msg.String("")
}
