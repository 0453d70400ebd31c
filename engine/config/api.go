package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
)

// Declared is a message that an extension takes, by its manifest.
type Declared struct {
	Kind       msg.Kind
	Name       string
	Properties []DeclaredProperty
}

// DeclaredProperty is one property of it. Type is TEN's.
type DeclaredProperty struct {
	Name, Type string
	Required   bool
}

// Takes are the messages that the manifest of the package in dir says the extension takes; none if it says nothing.
func Takes(dir string) []Declared {
	var out []Declared
	for _, in := range taken(quietManifest(dir), dir) {
		d := Declared{Kind: in.kind, Name: in.name}
		schema := in.at.Get("property")
		for _, p := range kids(schema.Get("properties")) {
			required := slices.ContainsFunc(kids(schema.Get("required")), func(t *graph.Tree) bool { return str(t) == p.Key })
			d.Properties = append(d.Properties, DeclaredProperty{p.Key, text(p, "type"), required})
		}
		out = append(out, d)
	}
	return out
}

// Properties are the properties that the manifest of the package in dir says the extension has, those inside of objects behind these,
// with their paths; none if it says nothing.
func Properties(dir string) []DeclaredProperty {
	var out []DeclaredProperty
	for _, in := range interfaces(quietManifest(dir).Get("api"), dir, nil) {
		for _, p := range described(in.Get("property"), "") {
			if !slices.ContainsFunc(out, func(o DeclaredProperty) bool { return o.Name == p.Name }) {
				out = append(out, p)
			}
		}
	}
	return out
}

// described are the properties that a schema names; path is that of the object they lie in, with a dot.
func described(schema *graph.Tree, path string) []DeclaredProperty {
	var out []DeclaredProperty
	for _, row := range schemaRows(schema) {
		required := slices.ContainsFunc(kids(schema.Get("required")), func(t *graph.Tree) bool { return str(t) == row.Key })
		out = append(out, DeclaredProperty{path + row.Key, text(row, "type"), required})
		if row.Get("properties") != nil {
			out = append(out, described(row, path+row.Key+".")...)
		}
	}
	return out
}

// message is one that a manifest names.
type message struct {
	kind msg.Kind
	name string
	at   *graph.Tree
}

// taken are the messages that a manifest says the extension takes, the first of each kind and name.
func taken(manifest *graph.Tree, dir string) []message {
	var out []message
	for _, in := range interfaces(manifest.Get("api"), dir, nil) {
		for _, kind := range []msg.Kind{msg.KindCmd, msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame} {
			for _, t := range kids(in.Get(kind.String() + "_in")) {
				m := message{kind, text(t, "name"), t}
				if m.name != "" && !slices.ContainsFunc(out, func(o message) bool { return o.kind == kind && o.name == m.name }) {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// api makes an [[inject]] for each message that a manifest says the extension takes, with a value for each property it names.
func api(manifest *graph.Tree, dir, addon string) []Inject {
	var out []Inject
	for _, in := range taken(manifest, dir) {
		line := fmt.Sprintf("%s %s %s to %s", in.kind, in.name, example(in.at.Get("property")), addon)
		if _, err := msg.ParseSend(line); err == nil {
			out = append(out, Inject{Name: in.name, Send: line, Pos: in.at.Pos})
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
	for _, t := range kids(api.Get("interface")) {
		path := importedFile(text(t, "import_uri"), dir)
		if path == "" || len(seen) > maxImports || slices.Contains(seen, path) {
			continue
		}
		seen = append(seen, path)
		out = append(out, interfaces(quietTree(path), filepath.Dir(path), seen)...)
	}
	return out
}

// maxImports bounds how deep interfaces import each other.
const maxImports = 16

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
	o := new(msg.Object)
	for _, p := range kids(schema.Get("properties")) {
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
