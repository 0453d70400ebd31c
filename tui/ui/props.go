package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
)

// Keys of the properties of a message.
var (
	KeyAsJSON  = Bind("ctrl+o", "form or JSON", "ctrl+o")
	KeyNoField = Bind("ctrl+x", "remove property", "ctrl+x")
	KeyEmpty   = Bind("ctrl+u", "empty field", "ctrl+u")
)

// Props edits the properties of a message: one field for each, with what the receiver declares of it, or the whole as JSON. What
// is not touched keeps its value and type, also where a field could not show them.
type Props struct {
	rows     []propRow
	at       int   // the row with the focus; len(rows) is the line for one more
	more     Field // the name of one more
	json     Field
	raw      bool // edited as JSON
	focused  bool
	declared []DeclaredProperty
	starts   []int // the lines at which the rows began when they were drawn last
}

// propRow is one property.
type propRow struct {
	name     string
	declared *DeclaredProperty
	value    msg.Value // as it came
	was      string    // the field's text then
	given    bool      // it came, or was added; else it is there because it is declared
	text     bool      // the field is a string as it stands, not JSON
	field    Field
}

// PropFault is what is wrong with the properties, in a sentence. At is the cell of the field, -1 if it is about all of it.
type PropFault struct {
	Row  int
	At   int
	Text string
}

// Declare tells what the receiver says of the properties. Those that are declared get a field.
func (p *Props) Declare(all []DeclaredProperty) {
	if slices.Equal(all, p.declared) {
		return
	}
	p.declared = all
	p.rows = slices.DeleteFunc(p.rows, func(r propRow) bool { return !r.given && r.field.Value() == "" })
	for i := range p.rows {
		p.rows[i].declared = nil
	}
	for i := range all {
		d := &all[i]
		at := p.find(d.Name)
		if at < 0 {
			p.rows = append(p.rows, propRow{name: d.Name, text: d.Type == "string"})
			at = len(p.rows) - 1
		}
		p.rows[at].declared = d
	}
	p.at = min(p.at, len(p.rows))
	p.refocus()
}

func (p *Props) find(name string) int {
	return slices.IndexFunc(p.rows, func(r propRow) bool { return r.name == name })
}

// Set shows other properties. What is no JSON object is edited as text.
func (p *Props) Set(text string) {
	declared := p.declared
	p.rows, p.at, p.raw, p.declared = nil, 0, false, nil
	p.more.SetValue("")
	p.json.SetValue(text)
	if text = strings.TrimSpace(text); text != "" {
		v, err := msg.ParseJSON([]byte(text))
		if err != nil || v.Object() == nil {
			p.raw = true
		} else {
			p.take(v.Object())
		}
	}
	p.Declare(declared)
	p.refocus()
}

// take makes a row of each property.
func (p *Props) take(o *msg.Object) {
	for name, v := range o.All() {
		r := propRow{name: name, value: v, given: true}
		s, err := v.Str()
		if r.text = err == nil && v.Type() == msg.StringType && shown(s) == s; r.text {
			r.field.SetValue(s)
		} else {
			r.field.SetValue(v.String())
			if full := string(msg.AppendJSON(nil, v)); len(full) < 1<<16 {
				r.field.SetValue(full)
			}
		}
		r.was = r.field.Value()
		p.rows = append(p.rows, r)
	}
}

// shown is what a field makes of a text.
func shown(s string) string { return strings.Join(graphemes(s), "") }

// Text returns the properties as a JSON object, "" if there are none; as JSON, what was typed.
func (p *Props) Text() string {
	if p.raw {
		return strings.TrimSpace(p.json.Value())
	}
	var o msg.Object
	for i := range p.rows {
		r := &p.rows[i]
		if v, err := r.read(); err == nil && !r.absent() {
			o.Put(r.name, v)
		}
	}
	if o.Len() == 0 {
		return ""
	}
	return string(o.AppendJSON(nil))
}

// absent reports that a row stands for no property.
func (r *propRow) absent() bool { return !r.given && r.field.Value() == "" }

// read returns the value that the field says.
func (r *propRow) read() (msg.Value, error) {
	text := r.field.Value()
	switch {
	case r.given && r.value.Type() != msg.Invalid && text == r.was:
		return r.value, nil
	case r.text:
		return msg.String(text), nil
	}
	v, err := msg.ParseJSON([]byte(text))
	if err != nil && r.untyped() && (!strings.ContainsAny(text[:min(len(text), 1)], `{["`) || strings.HasPrefix(text, "{{")) {
		return msg.String(text), nil // of what nobody said otherwise, a word is a string; and so is a variable
	}
	return v, err
}

// untyped reports that nobody said what type the property has.
func (r *propRow) untyped() bool {
	return (r.declared == nil || r.declared.Type == "") && r.value.Type() == msg.Invalid
}

// Fault returns the first thing that is wrong, nil if nothing is. What is required and empty is wrong only once strict.
func (p *Props) Fault(strict bool) *PropFault {
	if p.raw {
		return p.rawFault()
	}
	for i := range p.rows {
		if f := p.rows[i].fault(strict); f != nil {
			f.Row = i
			return f
		}
	}
	return nil
}

func (p *Props) rawFault() *PropFault {
	text := p.json.Value()
	if strings.TrimSpace(text) == "" {
		return nil
	}
	v, err := msg.ParseJSON([]byte(text))
	switch {
	case err != nil:
		return jsonFault(text, err)
	case v.Object() == nil:
		return &PropFault{At: 0, Text: `properties are an object such as {"n": 1}, not ` + v.Type().String()}
	}
	return nil
}

func jsonFault(text string, err error) *PropFault {
	var e *msg.JSONError
	if errors.As(err, &e) {
		return &PropFault{At: Width(text[:min(max(e.Offset, 0), len(text))]), Text: e.Msg}
	}
	return &PropFault{At: -1, Text: err.Error()}
}

// fault returns what is wrong with a row. A declared type or a missing property does not keep anybody from sending: bad input is
// worth testing. It is a Warning.
func (r *propRow) fault(strict bool) *PropFault {
	if r.absent() {
		return nil
	}
	if r.field.Value() == "" && !r.text {
		if !strict && r.field.Focused() {
			return nil
		}
		return &PropFault{At: -1, Text: "it needs a value, such as 1 or \"text\"; ctrl+x takes it away"}
	}
	if _, err := r.read(); err != nil {
		return jsonFault(r.field.Value(), err)
	}
	return nil
}

// warning says how a row differs from what the receiver declares; "" if it does not.
func (r *propRow) warning(declared []DeclaredProperty) string {
	switch d := r.declared; {
	case d == nil && len(declared) > 0:
		return undeclared(r.name, declared)
	case d == nil:
		return ""
	case r.absent():
		if d.Required {
			return "required"
		}
		return ""
	}
	if v, err := r.read(); err == nil {
		return Differs(declared, r.name, v)
	}
	return ""
}

// FitsType reports whether TEN would take a value for a declared type.
func FitsType(v msg.Value, declared string) bool {
	switch declared {
	case "string":
		return v.Type() == msg.StringType
	case "bool":
		return v.Type() == msg.BoolType
	case "object":
		return v.Object() != nil
	case "array":
		return v.Type() == msg.ArrayType
	case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64":
		_, err := v.Int()
		return err == nil && v.Type() != msg.StringType && v.Type() != msg.BoolType
	case "float32", "float64":
		return v.Type() >= msg.Int8Type && v.Type() <= msg.Float64Type
	}
	return true
}

// Warning says how the properties differ from what the receiver declares; "" if they do not.
func (p *Props) Warning() string {
	if p.raw {
		return ""
	}
	for i := range p.rows {
		if w := p.rows[i].warning(p.declared); w != "" {
			return p.rows[i].name + " is " + w
		}
	}
	return ""
}

// Focused reports that the properties have the keys.
func (p *Props) Focused() bool { return p.focused }

// Focus takes the keys, at the first field or at the last.
func (p *Props) Focus(last bool) {
	p.focused, p.at = true, 0
	if last {
		p.at = len(p.rows)
	}
	p.refocus()
}

// FocusAgain takes the keys at the field that had them last.
func (p *Props) FocusAgain() {
	p.focused = true
	p.refocus()
}

// FocusLine takes the keys at the field that was drawn at a line, counted from the first that Draw began.
func (p *Props) FocusLine(y int) {
	p.focused = true
	for i, start := range p.starts {
		if start <= y && i <= len(p.rows) {
			p.at = i
		}
	}
	p.refocus()
}

// Line is the line of the drawing that has the focus, from its first.
func (p *Props) Line() int {
	if p.raw || p.at >= len(p.starts) {
		return 0
	}
	return p.starts[p.at]
}

// Blur gives the keys back.
func (p *Props) Blur() {
	p.focused = false
	p.refocus()
}

// refocus gives the keys to the field they belong to.
func (p *Props) refocus() {
	p.more.Blur()
	p.json.Blur()
	for i := range p.rows {
		p.rows[i].field.Blur()
	}
	if p.focused {
		p.field().Focus()
	}
}

// field is the one that has the focus.
func (p *Props) field() *Field {
	switch {
	case p.raw:
		return &p.json
	case p.at < len(p.rows):
		return &p.rows[p.at].field
	}
	return &p.more
}

// Move goes to the next field or the one before; false if there is none, and the focus leaves the properties. A name that was
// typed becomes a property.
func (p *Props) Move(by int) bool {
	if p.raw {
		return false
	}
	if by > 0 && p.at == len(p.rows) && p.add() {
		return true
	}
	to := p.at + by
	if to < 0 || to > len(p.rows) {
		return false
	}
	p.at = to
	p.refocus()
	return true
}

// Pending reports that a name was typed that is not a property yet.
func (p *Props) Pending() bool {
	return !p.raw && p.at == len(p.rows) && strings.TrimSpace(p.more.Value()) != ""
}

// add makes a property of the name that was typed; false if there is none.
func (p *Props) add() bool {
	name := strings.TrimSpace(p.more.Value())
	if name == "" {
		return false
	}
	p.more.SetValue("")
	if at := p.find(name); at >= 0 {
		p.at = at
	} else {
		p.rows = append(p.rows, propRow{name: name, given: true})
		p.at = len(p.rows) - 1
	}
	p.refocus()
	return true
}

// HandleKey edits the field with the focus and reports whether it took the key.
func (p *Props) HandleKey(k tea.KeyMsg) bool {
	switch {
	case !p.focused:
		return false
	case key.Matches(k, KeyAsJSON):
		p.turn()
		return true
	case key.Matches(k, KeyNoField):
		p.remove()
		return true
	case !p.raw && p.at == len(p.rows):
		return p.handleMore(k)
	}
	return p.field().HandleKey(k)
}

// handleMore edits the name of one more property. A brace begins JSON instead, as does everything after it.
func (p *Props) handleMore(k tea.KeyMsg) bool {
	if k.Type == tea.KeyRunes && p.more.Value() == "" && len(p.rows) == 0 && strings.HasPrefix(strings.TrimSpace(string(k.Runes)), "{") {
		p.raw = true
		p.json.SetValue("")
		p.refocus()
		return p.json.HandleKey(k)
	}
	if k.Type == tea.KeyRunes && (string(k.Runes) == "=" || string(k.Runes) == ":") && p.more.Value() != "" {
		return p.add()
	}
	return p.more.HandleKey(k)
}

// turn shows the form as JSON, or the JSON as a form if it is an object.
func (p *Props) turn() {
	switch {
	case !p.raw && p.Fault(true) == nil:
		p.json.SetValue(p.Text())
		p.raw = true
		p.refocus()
	case p.raw && p.rawFault() == nil:
		p.Set(p.json.Value())
	}
}

// remove takes the property with the focus away; one that is declared is emptied.
func (p *Props) remove() {
	if p.raw || p.at >= len(p.rows) {
		return
	}
	r := &p.rows[p.at]
	if r.declared != nil {
		*r = propRow{name: r.name, declared: r.declared, text: r.declared.Type == "string"}
	} else {
		p.rows = slices.Delete(p.rows, p.at, p.at+1)
	}
	p.refocus()
}

// PropKeys are the keys that act on the properties now.
func (p *Props) PropKeys() []key.Binding {
	if !p.raw && p.at < len(p.rows) {
		return []key.Binding{KeyAsJSON, KeyNoField}
	}
	return []key.Binding{KeyAsJSON}
}

// Typed reports that the field with the focus says something.
func (p *Props) Typed() bool { return p.focused && p.field().Value() != "" }

// Compact writes what came out of an editor on one line; what is no JSON stays as it is.
func Compact(text string) string {
	text = strings.TrimSpace(text)
	if v, err := msg.ParseJSON([]byte(text)); err == nil {
		return string(msg.AppendJSON(nil, v))
	}
	return text
}

// Pretty writes JSON on several lines, for an editor; "" becomes an empty object, and what is no JSON stays as it is.
func Pretty(text string) string {
	if text == "" {
		return "{\n}\n"
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return text
	}
	return b.String() + "\n"
}
