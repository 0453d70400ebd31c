package inject

import (
	"errors"
	"slices"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/near"
	"tenbench/tui/ui"
)

// extensions are the names one can send to.
func extensions(c *ui.Common) []string {
	var names []string
	for _, n := range c.Store.Nodes() {
		names = append(names, n.Name())
	}
	return distinct(names)
}

// messages are the names that the graphs know for messages of the draft's kind, those its receiver gets first.
func messages(c *ui.Common, d draft) []string {
	var known, others []string
	for _, g := range c.Source.Graphs() {
		for _, conn := range g.Connections {
			for _, f := range conn.Flows {
				if f.Kind != d.kind || f.Name == "" || f.Name == "*" {
					continue
				}
				if slices.ContainsFunc(f.Dests, func(dest graph.Dest) bool { return dest.Extension == d.to }) {
					known = append(known, f.Name)
				} else {
					others = append(others, f.Name)
				}
			}
		}
	}
	return distinct(append(known, others...))
}

// distinct returns each name once, where it stands first.
func distinct(names []string) (out []string) {
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// complete returns the first name that begins with what was typed; "" if there is none or it is complete.
func complete(typed string, names []string) string {
	if typed == "" || slices.Contains(names, typed) {
		return ""
	}
	for _, n := range names {
		if strings.HasPrefix(n, typed) {
			return n
		}
	}
	return ""
}

// faultOf returns what is wrong with a slot of the form as it stands, nil if nothing is. Empty fields are faults only once a
// send was tried.
func (m *Model) faultOf(s slot, d draft) *fault {
	switch s {
	case slotName:
		if d.name == "" && m.form.tried {
			return &fault{-1, "a message needs a name"}
		}
	case slotTo:
		return m.faultOfTo(d)
	case slotAs:
		return m.faultOfName(slotAs, d.as)
	case slotProps:
		if f := m.form.props.Fault(m.form.tried); f != nil {
			return &fault{f.At, f.Text}
		}
		if _, err := msg.CheckVariables(d.props); err != nil {
			return &fault{-1, err.Error()}
		}
	case slotExpect:
		return faultOfExpect(d.expect)
	default:
		return m.form.faultOfSetting(s)
	}
	return nil
}

func faultOfExpect(text string) *fault {
	_, err := msg.ParseExpect(text)
	var bad *msg.SendError
	if !errors.As(err, &bad) {
		return nil
	}
	return &fault{bad.Col - 1, bad.Msg}
}

// faultOfSetting returns what is wrong with a field about the buffer or the repetition.
func (f *form) faultOfSetting(s slot) *fault {
	var err error
	switch text := f.text(s); s {
	case slotLength:
		_, err = readLength(text)
	case slotRate:
		_, err = readRate(text)
	case slotSize:
		_, _, err = readSize(text)
	case slotCount_:
		_, err = readCount(text)
	case slotEvery, slotTimeout:
		_, err = readTime(text)
	}
	if err == nil || !f.shows(s) {
		return nil
	}
	return &fault{-1, err.Error()}
}

func (m *Model) faultOfTo(d draft) *fault {
	if d.to == "" {
		if m.form.tried {
			return &fault{-1, "say which extension receives it"}
		}
		return nil
	}
	for _, l := range d.dests() {
		if f := m.faultOfName(slotTo, l.Extension); f != nil {
			return f
		}
	}
	return nil
}

// faultOfName says that no extension has the name a slot gives, unless it is just being typed.
func (m *Model) faultOfName(s slot, name string) *fault {
	names := extensions(m.c)
	typing := m.form.focus == s && !m.form.tried && complete(name, names) != ""
	if typing || slices.Contains(names, name) || s == slotAs && name == "" {
		return nil
	}
	text := "no extension is called " + name
	if n := near.Name(name, names); n != "" {
		text += "; there is " + n
	}
	return &fault{-1, text}
}

// declared are the messages of the draft's kind that its receiver's manifest names; nil if nothing is known.
func (m *Model) declared(d draft) []ui.DeclaredMessage {
	if m.c.Info.Declares == nil {
		return nil
	}
	to := d.dests()[0]
	var out []ui.DeclaredMessage
	for _, one := range m.c.Info.Declares(to.Graph, to.Extension) {
		if one.Kind == d.kind {
			out = append(out, one)
		}
	}
	return out
}

func (m *Model) declaredNames(d draft) (names []string) {
	for _, one := range m.declared(d) {
		names = append(names, one.Name)
	}
	return names
}

// declare tells the properties what the receiver declares of them.
func (m *Model) declare() {
	d := m.form.draft()
	var want []ui.DeclaredProperty
	for _, one := range m.declared(d) {
		if one.Name == d.name {
			want = one.Properties
		}
	}
	m.form.props.Declare(want)
}

// warning says how the message differs from what is known of its receiver. That keeps nobody from sending it: bad input is worth
// testing.
func (m *Model) warning() string {
	d := m.form.draft()
	if d.name == "" || d.to == "" || m.form.focus == slotName {
		return ""
	}
	if names := m.declaredNames(d); len(names) > 0 && !slices.Contains(names, d.name) {
		text := "The manifest of " + d.to + " names no " + ui.KindName(d.kind) + " " + d.name
		if near := near.Name(d.name, names); near != "" {
			text += "; there is " + near
		}
		return text
	}
	return m.form.props.Warning()
}
