package config

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// tone says how a row is drawn.
type tone uint8

const (
	plain   tone = iota
	quiet        // a default
	remark       // belongs to the row above
	written      // by the extension itself
	good         // applied
	waiting      // waits for somebody or for the next start
	wrong        // refused
	edited       // by hand, while it runs only
	unlike       // belongs to the row above, which is not what the manifest declares
	outcome      // of the change in the row above
)

// row is a line of the right side.
type row struct {
	tone  tone
	key   string
	value string
	line  string // the part of a value that is broken into rows; "" if it is not
	typ   string // that the manifest declares for a property
	file  string // what the file says of a property that is another, "" if it is not
	says  string // what stands for that in the column of the file then
	reads string // how often the extension has read a property; "" if that is not known
	from  ui.Origin
	at    int64 // of a reload, or when a property was written

	// Of the reload of an extension.
	figure string     // what differs, behind the value or alone
	word   string     // which way, behind the figure
	turn   store.Turn // the same as word
	said   string     // what came of it, as a sentence

	differs bool // an answer is not as before; whether that is wanted is for the person to say
}

// settingRows are the settings of a section.
func settingRows(all []ui.Setting, section string) (out []row) {
	for i := range all {
		s := &all[i]
		key, ok := strings.CutPrefix(s.Key, section+".")
		if !ok {
			continue
		}
		r := row{key: key, value: s.Value, from: s.From}
		if s.From.Name == "default" {
			r.tone = quiet
		}
		out = append(out, r)
		if s.Next != nil {
			out = append(out, row{tone: waiting, key: "next start", value: s.Next.Value, from: s.Next.From})
		}
	}
	return out
}

// reloadRows are the saves of the file, the changes of extensions and what was sent again, the newest first, each with what came of it,
// broken into rows of that width.
func reloadRows(all []ui.Reload, replays []*replay, c *ui.Common, width int) (out []row) {
	var blocks [][]row
	for i := range all {
		blocks = append(blocks, saveRows(&all[i], c, width))
	}
	for _, ch := range listed(c.Store.Changes()) {
		blocks = append(blocks, changeRows(ch, c, width))
	}
	for _, r := range replays {
		blocks = append(blocks, replayRows(r))
	}
	slices.SortStableFunc(blocks, func(a, b []row) int { return cmp.Compare(b[0].at, a[0].at) })
	return slices.Concat(blocks...)
}

func savedAt(r *ui.Reload, c *ui.Common) int64 { return r.At.Sub(c.Info.Started).Nanoseconds() }

// saveRows are a save and its problems.
func saveRows(r *ui.Reload, c *ui.Common, width int) []row {
	head := row{tone: good, key: "applied", value: r.Summary, at: savedAt(r, c)}
	switch {
	case r.Waits:
		head.tone, head.key = waiting, "waits"
	case len(r.Problems) > 0:
		head.tone, head.key = wrong, "refused"
	}
	if n := len(r.Problems); n > 0 {
		head.value = ui.Plural(n, "mistake")
	}
	out := []row{head}
	for j, p := range r.Problems {
		line := row{tone: remark, value: p}
		if j < len(r.Places) {
			line.from = r.Places[j]
		}
		for _, line.line = range ui.Wrap(p, max(width, leastRemark)) {
			out = append(out, line)
		}
	}
	return out
}

// listed leaves out the changes of which there is nothing to say: the save says which properties an extension took while it ran.
func listed(all []*store.Change) (out []*store.Change) {
	for _, c := range all {
		if !c.Live || c.ByHand || len(c.Figures) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// changeRows are a change of an extension and what came of it: behind it if there is room, else below.
func changeRows(ch *store.Change, c *ui.Common, width int) []row {
	head := row{tone: good, key: ch.Cause.String(), value: ch.Extension() + ": " + ch.Why, at: ch.Began, said: verdict(ch)}
	became := func(what string) { head.value = ch.Extension() + " " + what + ": " + ch.Why } // first, where nothing cuts it off
	switch {
	case ch.Failed:
		head.tone = wrong
		became("failed to start")
	case ch.ByHand:
		head.value += " by hand while it ran"
	case ch.Live:
		head.value += " while it ran"
	case ch.Up == 0:
		head.tone = waiting
		became("does not run yet")
	default:
		became("down for " + ui.Dur(ch.Up-ch.Began))
	}
	out := []row{head}
	for i := range ch.Figures {
		f := &ch.Figures[i]
		r := row{tone: outcome, figure: ui.FigureText(f, c.Theme.Signs.Arrow), word: f.Turn.String(), turn: f.Turn, said: head.said, at: ch.Began}
		r.value = r.figure + "  " + r.word
		if len(ch.Figures) == 1 && reloadMargin+ui.Width(head.value)+figureGap+ui.Width(r.value) < width+remarkMargin {
			out[0].figure, out[0].word, out[0].turn = r.figure, r.word, r.turn
			break
		}
		out = append(out, r)
	}
	return out
}

// verdict says what came of a change.
func verdict(ch *store.Change) string {
	far := " so far"
	if ch.To != 0 {
		far = ""
	}
	switch {
	case ch.Turn != store.Same:
		return "It is " + ch.Turn.String() + far + ": the commands and problems of 10 s before and after are compared."
	case ch.Enough:
		return "No difference that counts" + far + " between the 10 s before and after."
	}
	return "Too few commands of a kind to tell" + far + " whether it is better or worse: 5 before and after are needed."
}

// leastRemark is the width below which a remark is rather cut than broken.
const leastRemark = 24

// maxRows bounds the properties that are listed.
const maxRows = 1000

// leaf is a value that is no object, with its path.
type leaf struct{ path, value string }

// leaves are the values of an object, given as JSON.
func leaves(json []byte) []leaf {
	v, err := msg.ParseJSON(json)
	if err != nil || v.Object() == nil {
		return nil
	}
	var out []leaf
	appendLeaves(&out, "", v.Object())
	return out
}

func appendLeaves(out *[]leaf, path string, o *msg.Object) {
	for key, v := range o.All() {
		at := key
		if path != "" {
			at = path + "." + key
		}
		switch inner := v.Object(); {
		case len(*out) >= maxRows:
			return
		case inner != nil && inner.Len() > 0:
			appendLeaves(out, at, inner)
		default:
			*out = append(*out, leaf{at, string(msg.AppendJSON(nil, v))})
		}
	}
}

// placeholder is a name in the environment that a value in a file asks for.
var placeholder = regexp.MustCompile(`\$\{env:([A-Za-z0-9_]+)`)

// inFile is what the file says of a property.
type inFile struct {
	value string // masked if it is a secret
	from  ui.Origin
}

// fileLayer is what the file says of a node's properties, in its order and by path.
func fileLayer(n *graph.Node, secrets []string) (order []leaf, by map[string]inFile) {
	by = map[string]inFile{}
	o := n.Property.Object()
	if o == nil {
		return nil, by
	}
	raw := leaves(o.AppendJSON(nil))
	hidden := map[string]string{}
	for _, l := range leaves(o.AppendMasked(nil, msg.NewMasker(secrets))) {
		hidden[l.path] = l.value
	}
	for _, l := range raw {
		f := inFile{value: l.value, from: place(n, l.path)}
		if m := placeholder.FindStringSubmatch(l.value); m != nil {
			f.from.Name = "$" + m[1]
		} else if masked, ok := hidden[l.path]; ok {
			f.value = masked
		} else {
			f.value = `"` + msg.Masked + `"` // something above it is a secret
		}
		by[l.path] = f
		order = append(order, leaf{l.path, f.value})
	}
	return order, by
}

// says is what the file says of a property that runs as the file wants it.
func (f inFile) says(known bool) string {
	switch {
	case !known:
		return "-"
	case placeholder.MatchString(f.value):
		return f.value
	}
	return "same"
}

// place is where a property of a node stands.
func place(n *graph.Node, path string) ui.Origin {
	key := path
	for {
		if pos, ok := n.Places[key]; ok {
			return ui.Origin{File: pos.File, Line: pos.Line}
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			return ui.Origin{Name: "graph", File: n.Pos.File, Line: n.Pos.Line}
		}
		key = key[:i]
	}
}

// running is what is known of the properties of an extension besides what the files say.
type running struct {
	json     []byte // as they are by now
	wrote    map[string]int64
	edited   []string // paths that were set by hand
	declared []ui.DeclaredProperty
	reads    map[string]int64 // nil if they are not known
	started  bool             // what was not read by now was not needed to start
}

// propertyRows are the properties of a node by now; before it has read them, and of what does not run, those in the file.
func propertyRows(n *graph.Node, now running, secrets []string) []row {
	order, file := fileLayer(n, secrets)
	live := leaves(now.json)
	if len(live) == 0 {
		live = order
	}
	var out []row
	for _, l := range live {
		typ, off := now.declaration(l)
		r := row{key: l.path, value: l.value, typ: typ, reads: now.read(l.path)}
		f, known := file[l.path]
		at, own := writtenAt(now.wrote, l.path)
		switch {
		case slices.Contains(now.edited, l.path):
			r.tone, r.file, r.from = edited, f.value, f.from
			if !known {
				r.file = nothingOfIt
			}
		case own && known && f.value != l.value:
			r.tone, r.at, r.file, r.from = written, at, f.value, f.from
		case own:
			r.tone, r.at = written, at
		case known:
			r.from = f.from
		default:
			r.tone, r.from = quiet, ui.Origin{Name: "its package"}
		}
		r.says = f.says(known)
		out = append(out, r)
		switch {
		case r.tone == edited:
			out = append(out, row{tone: remark, key: "the file says", value: r.file, from: f.from})
		case r.file != "":
			out = append(out, row{tone: remark, key: "in the file", value: r.file, from: f.from})
		}
		if off != "" {
			out = append(out, row{tone: unlike, key: "declared", value: off, from: r.from})
		}
	}
	return out
}

// nothingOfIt is what the file says of what it does not have.
const nothingOfIt = "nothing of it"

// beside leaves out the rows that repeat what stands in a column of its own.
func beside(rows []row) []row {
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.tone == remark })
}

// never is what stands for no reads where there should have been some.
const never = "0 !"

// read says how often a property was read, alone or with what it lies in. The section ten is the engine's.
func (now *running) read(path string) string {
	if now.reads == nil || path == "ten" || strings.HasPrefix(path, "ten.") {
		return ""
	}
	var n int64
	for r, times := range now.reads {
		if r == "" || r == path || inside(path, r) || strings.HasPrefix(r, path+"[") {
			n += times
		}
	}
	if n == 0 && now.started {
		return never
	}
	return ui.Count(float64(n))
}

// inside reports whether a property lies in another one.
func inside(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// declaration is the type that the manifest declares for a property, and how the property is unlike it, "" if it is not. What a masked
// value is, nobody sees.
func (now *running) declaration(l leaf) (typ, off string) {
	for i := range now.declared {
		d := &now.declared[i]
		switch {
		case d.Name == l.path:
			typ = d.Type
			v, err := msg.ParseJSON([]byte(l.value))
			if hidden := l.value == `"`+msg.Masked+`"`; err == nil && !hidden && !ui.FitsType(v, typ) {
				off = typ + ", but this is " + v.Type().String()
			}
		case d.Type != "object" && d.Type != "" && strings.HasPrefix(l.path, d.Name+"."):
			off = d.Name + " as " + d.Type + ", but this is an object"
		}
	}
	return typ, off
}

// writtenAt is when the extension wrote a property, or what it lies in.
func writtenAt(wrote map[string]int64, path string) (at int64, ok bool) {
	for w, t := range wrote {
		if w == path || strings.HasPrefix(path, w+".") || strings.HasPrefix(w, path+"[") {
			at, ok = max(at, t), true
		}
	}
	return at, ok
}

// nodeOf is an extension as the store knows it, nil if it does not.
func nodeOf(c *ui.Common, it item) *store.Node {
	nodes := c.Store.Nodes()
	i := slices.IndexFunc(nodes, func(n *store.Node) bool { return n.Name() == it.name && n.Graph() == it.graph })
	if i < 0 {
		return nil
	}
	return nodes[i]
}
