package config

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
)

// Mistake is what is wrong in one of a package's own files, under the rule that found it.
type Mistake struct {
	Rule string // manifest, property-file or property-schema
	graph.Error
}

// Mistakes reads manifest.json and property.json of the package in dir and says all that is wrong in them. A package without
// manifest.json is none, and has no mistakes; property.json may be absent. An error is what the runtime refuses or stumbles over; a
// warning is what it can live with, but other tools or people cannot.
func Mistakes(dir string) []Mistake {
	m := &manifest{dir: dir}
	tree, report := readJSON(filepath.Join(dir, manifestName))
	if tree == nil && report == nil {
		return nil
	}
	m.report = report
	m.check(tree)
	out := mistakes("manifest", report)
	properties, report := readJSON(filepath.Join(dir, propertyName))
	if report == nil {
		return out
	}
	out = append(out, mistakes("property-file", report)...)
	if properties == nil {
		return out
	}
	if properties.Form != graph.Table {
		report = &graph.Report{}
		report.Addf(properties.Pos, "property.json is %s, not an object", properties.Form).Remedy = "begin it with {"
		return append(out, mistakes("property-file", report)...)
	}
	return append(out, mistakes("property-schema", m.fit(tree, properties))...)
}

// readJSON returns what a file holds and what is wrong with its text; neither for a file that is not there.
func readJSON(path string) (*graph.Tree, *graph.Report) {
	if !exists(path) {
		return nil, nil
	}
	report := &graph.Report{}
	data, err := graph.ReadFile(path)
	if err == nil {
		return graph.ParseTree(path, data, report), report
	}
	var e *graph.Error
	if errors.As(err, &e) {
		report.Add(e)
	}
	return nil, report
}

func mistakes(rule string, r *graph.Report) []Mistake {
	var out []Mistake
	for _, e := range append(graph.Problems(r.Err()), graph.Problems(r.Warnings())...) {
		out = append(out, Mistake{rule, e})
	}
	return out
}

// manifest is one under examination.
type manifest struct {
	dir    string
	report *graph.Report
}

var (
	manifestKeys = []string{"type", "name", "version", "display_name", "description", "readme", "tags", "dependencies", "dev_dependencies",
		"package", "api", "scripts", "supports"}
	packageTypes = []string{"app", "extension", "protocol", "addon_loader", "system"}
	packageName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	semver       = regexp.MustCompile(`^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$`)
)

// notObject reports a manifest that is anything else.
func notObject(r *graph.Report, t *graph.Tree) {
	r.Addf(t.Pos, "a manifest is an object, not %s", t.Form).Remedy = "begin it with {"
}

func (m *manifest) check(t *graph.Tree) {
	if t == nil {
		return
	}
	if t.Form != graph.Table {
		notObject(m.report, t)
		return
	}
	m.slips(t, "a manifest", manifestKeys)
	m.identity(t)
	m.dependencies(t)
	m.api(t.Get("api"))
}

func (m *manifest) identity(t *graph.Tree) {
	if kind := m.text(t, "type", `add "type": "extension"`); kind != nil && !slices.Contains(packageTypes, str(kind)) {
		m.near(m.report.Addf(kind.Pos, "there is no type of package %q", str(kind)), kind, packageTypes, `write "extension"`)
	}
	if name := m.text(t, "name", "add the name of the addon"); name != nil && !packageName.MatchString(str(name)) {
		m.report.Addf(name.Pos, "%q is no name of a package", str(name)).Remedy = "use letters, digits and _, and begin with no digit"
	}
	version := t.Get("version")
	switch {
	case version == nil:
		m.report.Warnf(t.Pos, "a manifest without %q", "version").Remedy = `add "version": "0.1.0"`
	case version.Form != graph.Text:
		m.report.Addf(version.Pos, "version is %s, not a string", version.Show()).Remedy = `write it as "0.1.0"`
	case !semver.MatchString(str(version)):
		m.report.Warnf(version.Pos, "%q is no version of three numbers", str(version)).Remedy = `write it as "0.1.0"`
	}
}

// text is the string that a manifest must have at key, nil if it has none, which is said.
func (m *manifest) text(t *graph.Tree, key, remedy string) *graph.Tree {
	switch value := t.Get(key); {
	case value == nil:
		m.report.Addf(t.Pos, "a manifest without %q", key).Remedy = remedy
	case value.Form != graph.Text:
		m.report.Addf(value.Pos, "%s is %s, not a string", key, value.Show()).Remedy = "write a string"
	default:
		return value
	}
	return nil
}

// dependencies looks whether a package with Python in it depends on the runtime for Python.
func (m *manifest) dependencies(t *graph.Tree) {
	list := t.Get("dependencies")
	if list != nil && list.Form != graph.List {
		m.report.Addf(list.Pos, "dependencies is %s, not a list", list.Show()).Remedy = "write a list of objects with type, name and version"
		return
	}
	at, depends := t.Pos, false
	if list != nil {
		at = list.Pos
		for _, d := range list.Kids {
			m.dependency(d)
			depends = depends || runtimes[text(d, "name")] != ""
		}
	}
	if text(t, "type") == "extension" && !depends && languageOf(m.dir, t) == Python {
		e := m.report.Warnf(at, "the package is in Python but does not depend on ten_runtime_python")
		e.Remedy = `add {"type": "system", "name": "ten_runtime_python", "version": "0.11"} to dependencies`
	}
}

func (m *manifest) dependency(d *graph.Tree) {
	switch {
	case d.Form != graph.Table:
		m.report.Addf(d.Pos, "a dependency is %s, not an object", d.Show()).Remedy = "write an object with type, name and version"
	case d.Get("path") == nil && (text(d, "name") == "" || text(d, "type") == ""):
		m.report.Warnf(d.Pos, "a dependency without name or type").Remedy = "write type, name and version, or path"
	}
}

// slips warns of a key that is ignored but looks like one that is not.
func (m *manifest) slips(t *graph.Tree, what string, known []string) {
	for _, kid := range t.Kids {
		if slices.Contains(known, kid.Key) {
			continue
		}
		if near := near.Name(kid.Key, known); near != "" && t.Get(near) == nil {
			e := m.report.Warnf(kid.KeyPos, "the key %q in %s is ignored", kid.Key, what)
			e.Value, e.Near = kid.Key, near
		}
	}
}

var apiKeys = []string{"property", "interface", "cmd_in", "cmd_out", "data_in", "data_out", "audio_frame_in", "audio_frame_out",
	"video_frame_in", "video_frame_out"}

func (m *manifest) api(api *graph.Tree) {
	if api == nil {
		return
	}
	if api.Form != graph.Table {
		m.report.Addf(api.Pos, "api is %s, not an object", api.Show()).Remedy = "write an object"
		return
	}
	m.slips(api, "an api", apiKeys)
	m.schemas(api.Get("property"), "api.property")
	for _, key := range apiKeys[2:] {
		m.messages(api.Get(key), key)
	}
	m.interfaces(api.Get("interface"))
}

func (m *manifest) messages(list *graph.Tree, key string) {
	if list == nil {
		return
	}
	if list.Form != graph.List {
		m.report.Addf(list.Pos, "%s is %s, not a list", key, list.Show()).Remedy = `write a list of objects with "name"`
		return
	}
	seen := map[string]bool{}
	for _, t := range list.Kids {
		name := t.Get("name")
		switch {
		case t.Form != graph.Table:
			m.report.Addf(t.Pos, "a message of %s is %s, not an object", key, t.Show()).Remedy = `write {"name": ...}`
			continue
		case name == nil || name.Form != graph.Text:
			m.report.Addf(t.Pos, "a message of %s has no name", key).Remedy = `add "name"`
		case seen[str(name)]:
			m.report.Warnf(name.Pos, "%s has %q twice", key, str(name)).Remedy = "remove one of them"
		default:
			seen[str(name)] = true
		}
		m.slips(t, "a message", []string{"name", "property", "result", "required"})
		m.schemas(t.Get("property"), "property")
		m.schemas(t.At("result", "property"), "property of the result")
	}
}

func (m *manifest) interfaces(list *graph.Tree) {
	if list == nil {
		return
	}
	if list.Form != graph.List {
		m.report.Addf(list.Pos, "interface is %s, not a list", list.Show()).Remedy = `write a list of objects with "import_uri"`
		return
	}
	for _, t := range list.Kids {
		if text(t, "import_uri") == "" {
			m.report.Addf(t.Pos, "an interface without %q", "import_uri").Remedy = "name the file that holds it"
			continue
		}
		m.imported(t.Get("import_uri"), m.dir, nil)
	}
}

// imported reads the file of an interface, and those that it imports in turn; chain are the files that led to it. What lies in the
// network is not fetched.
func (m *manifest) imported(uri *graph.Tree, dir string, chain []string) {
	path := importedFile(str(uri), dir)
	if path == "" {
		return
	}
	if slices.Contains(chain, path) {
		m.report.Warnf(uri.Pos, "the interface %s imports itself", str(uri)).Remedy = "what it says counts once; remove the import"
		return
	}
	data, err := graph.ReadFile(path)
	if err != nil {
		why := err.Error()
		if e := new(graph.Error); errors.As(err, &e) {
			why = e.Msg
		}
		m.report.Warnf(uri.Pos, "the interface %s is not known here: %s", str(uri), why).Remedy =
			"mend the path, which begins at the folder of this file, or put the package there that holds it"
		return
	}
	report := &graph.Report{}
	tree := graph.ParseTree(path, data, report)
	for _, e := range graph.Problems(report.Err()) {
		m.report.Add(&e)
	}
	for _, t := range kids(tree.Get("interface")) {
		if next := t.Get("import_uri"); str(next) != "" {
			m.imported(next, filepath.Dir(path), append(chain, path))
		}
	}
}

var schemaTypes = []string{"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool", "string",
	"buf", "array", "object", "ptr"}

// schemas checks properties and their types.
func (m *manifest) schemas(t *graph.Tree, what string) {
	if t == nil {
		return
	}
	if t.Form != graph.Table {
		m.report.Addf(t.Pos, "%s is %s, not an object", what, t.Show()).Remedy = `write {"properties": {...}}`
		return
	}
	rows := schemaRows(t)
	for _, row := range rows {
		m.schema(row)
	}
	required := t.Get("required")
	if required == nil || required.Form != graph.List || t.Get("properties") == nil {
		return
	}
	names := keys(rows)
	for _, r := range required.Kids {
		if name := str(r); name != "" && !slices.Contains(names, name) {
			m.near(m.report.Warnf(r.Pos, "%q is required but not among the properties", name), r, names, "describe it, or do not require it")
		}
	}
}

// schemaRows are the schemas by name in an object of the newer form, with properties, or of the older one, without.
func schemaRows(t *graph.Tree) []*graph.Tree {
	if t == nil {
		return nil
	}
	if inner := t.Get("properties"); inner != nil && inner.Form == graph.Table && text(inner, "type") == "" {
		return inner.Kids
	}
	return slices.DeleteFunc(slices.Clone(t.Kids), func(kid *graph.Tree) bool { return kid.Form != graph.Table })
}

func (m *manifest) schema(t *graph.Tree) {
	if t.Form != graph.Table {
		m.report.Addf(t.Pos, "the schema of %s is %s, not an object", t.Key, t.Show()).Remedy = `write {"type": ...}`
		return
	}
	kind := t.Get("type")
	switch {
	case kind == nil:
	case kind.Form != graph.Text:
		m.report.Addf(kind.Pos, "the type of %s is %s, not a string", t.Key, kind.Show()).Remedy = "there are " + strings.Join(schemaTypes, ", ")
	case !slices.Contains(schemaTypes, str(kind)):
		e := m.report.Addf(kind.Pos, "there is no type %q", str(kind))
		e.Value, e.Near = str(kind), elsewhere[strings.ToLower(str(kind))]
		if e.Near == "" {
			m.near(e, kind, schemaTypes, "there are "+strings.Join(schemaTypes, ", "))
		}
	}
	for _, kid := range schemaRows(t.Get("properties")) {
		m.schema(kid)
	}
	if items := t.Get("items"); items != nil {
		m.schema(items)
	}
}

// elsewhere are the names that types of TEN have in other schemas.
var elsewhere = map[string]string{"int": "int64", "integer": "int64", "float": "float64", "number": "float64", "double": "float64",
	"boolean": "bool", "str": "string", "text": "string", "list": "array", "dict": "object", "bytes": "buf"}

// near names what was most likely meant by a string, or says what to do.
func (m *manifest) near(e *graph.Error, written *graph.Tree, names []string, remedy string) {
	e.Value = str(written)
	if e.Near = near.Name(e.Value, names); e.Near == "" {
		e.Remedy = remedy
	}
}

// fit compares properties with the schemas of a manifest and of the interfaces that it imports.
func (m *manifest) fit(tree, properties *graph.Tree) *graph.Report {
	report := &graph.Report{}
	schemas := map[string]*graph.Tree{}
	for _, in := range interfaces(tree.Get("api"), m.dir, nil) {
		for _, row := range schemaRows(in.Get("property")) {
			if schemas[row.Key] == nil {
				schemas[row.Key] = row
			}
		}
	}
	for _, p := range properties.Kids {
		if schema := schemas[p.Key]; schema != nil {
			fitOne(report, p, schema, p.Key)
		}
	}
	return report
}

// fitOne says where a value has another type than its schema wants, as the runtime sees it: it turns whole numbers into the type that
// is wanted, and nothing else.
func fitOne(report *graph.Report, value, schema *graph.Tree, path string) {
	kind := text(schema, "type")
	if isPlaceholder(value) && kind != "string" && kind != "" {
		report.Warnf(value.Pos, "%s wants %s, and what a placeholder is replaced by is always a string", path, kind).Remedy = "make it a string in the manifest"
		return
	}
	if why := misfit(value, kind); why != "" {
		e := report.Addf(value.Pos, "%s is %s, but the manifest wants %s%s", path, value.Show(), kind, why)
		e.Remedy = "change the value, or the type in the manifest"
		return
	}
	for _, kid := range value.Kids {
		inner, where := schema.Get("items"), path+"[]"
		if value.Form == graph.Table {
			inner, where = schema.At("properties", kid.Key), path+"."+kid.Key
		}
		if inner != nil {
			fitOne(report, kid, inner, where)
		}
	}
}

// misfit says that a value has not the type that a schema wants, beginning with a comma where there is more to say; "" if it has.
func misfit(value *graph.Tree, kind string) string {
	const plainly = " there"
	form := map[string]graph.Form{"bool": graph.Truth, "string": graph.Text, "array": graph.List, "object": graph.Table}[kind]
	if whole, ok := wholeTypes[kind]; ok {
		if value.Form != graph.Whole {
			return plainly
		}
		if _, err := value.Scalar.As(whole); err != nil {
			return ", which it exceeds"
		}
		return ""
	}
	if form != graph.Absent && value.Form != form || strings.HasPrefix(kind, "float") && value.Form != graph.Whole && value.Form != graph.Real {
		return plainly
	}
	return ""
}

var wholeTypes = map[string]msg.Type{"int8": msg.Int8Type, "int16": msg.Int16Type, "int32": msg.Int32Type, "int64": msg.Int64Type,
	"uint8": msg.Uint8Type, "uint16": msg.Uint16Type, "uint32": msg.Uint32Type, "uint64": msg.Uint64Type}

// isPlaceholder reports whether a value is replaced when it is read: only a whole string is.
func isPlaceholder(t *graph.Tree) bool {
	s := str(t)
	return strings.HasPrefix(s, "${") && strings.HasSuffix(s, "}")
}

func keys(list []*graph.Tree) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Key)
	}
	return out
}

// str is a string's text, "" for what is none.
func str(t *graph.Tree) string {
	if t == nil || t.Form != graph.Text {
		return ""
	}
	s, _ := t.Scalar.Str()
	return s
}
