package inject

import (
	"errors"
	"slices"
	"strings"

	"tenbench/engine/msg"
	"tenbench/tui/ui"
)

// slot is a place of the form that can have the focus.
type slot int

const (
	slotList slot = iota // what is saved and was sent, beside the form
	slotKind
	slotName
	slotTo
	slotProps
	slotCount
)

// kinds are the kinds one can send, in the order of the form.
var kinds = []msg.Kind{msg.KindCmd, msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame}

// draft is what the form says.
type draft struct {
	kind            msg.Kind
	name, to, props string
}

// form is the fields of the message.
type form struct {
	focus slot
	kind  msg.Kind
	name  ui.Field
	to    ui.Field
	props ui.Field
	tried bool // a send was refused: empty fields are errors now
}

func (f *form) field(s slot) *ui.Field {
	switch s {
	case slotName:
		return &f.name
	case slotTo:
		return &f.to
	case slotProps:
		return &f.props
	}
	return nil
}

// move gives the focus to a slot.
func (f *form) move(to slot) {
	if old := f.field(f.focus); old != nil {
		old.Blur()
	}
	f.focus = (to + slotCount) % slotCount
	if next := f.field(f.focus); next != nil {
		next.Focus()
	}
}

// turn changes the kind.
func (f *form) turn(by int) {
	i := slices.Index(kinds, f.kind) + by
	f.kind = kinds[(i+len(kinds))%len(kinds)]
}

// take puts a draft into the fields.
func (f *form) take(d draft) {
	f.kind = d.kind
	f.name.SetValue(d.name)
	f.to.SetValue(d.to)
	f.props.SetValue(d.props)
	f.tried = false
}

// draft is what the fields say.
func (f *form) draft() draft {
	return draft{f.kind, strings.TrimSpace(f.name.Value()), strings.TrimSpace(f.to.Value()), strings.TrimSpace(f.props.Value())}
}

// empty reports that nothing has been typed.
func (d draft) empty() bool { return d.name == "" && d.to == "" && d.props == "" }

// read makes a draft of a line such as --send takes. The destination may be missing.
func read(line string) (draft, error) {
	m, err := msg.ParseSend(line)
	blank := false
	if err != nil {
		if m, blank = withoutDest(line); !blank {
			return draft{kind: msg.KindCmd}, err
		}
	}
	d := draft{kind: m.Kind(), name: m.Name()}
	if m.Properties().Len() > 0 {
		d.props = string(m.Properties().AppendJSON(nil))
	}
	if blank {
		return d, nil
	}
	var to []string
	for _, l := range m.Dests() {
		if l.Graph != "" {
			l.Extension = l.Graph + "/" + l.Extension
		}
		to = append(to, l.Extension)
	}
	d.to = strings.Join(to, ", ")
	return d, nil
}

// withoutDest reads a line that names no receiver.
func withoutDest(line string) (msg.Message, bool) {
	m, err := msg.ParseSend(line + " to nobody")
	return m, err == nil
}

// fault is what is wrong with a slot, in a sentence; at is the cell of the field it is about, -1 if it is about all of it.
type fault struct {
	at   int
	text string
}

// check returns what is wrong with the properties, nil if nothing is.
func (d draft) check() *fault {
	if d.props == "" {
		return nil
	}
	v, err := msg.ParseJSON([]byte(d.props))
	if err != nil {
		var e *msg.JSONError
		if errors.As(err, &e) {
			return &fault{ui.Width(d.props[:min(max(e.Offset, 0), len(d.props))]), e.Msg}
		}
		return &fault{-1, err.Error()}
	}
	if v.Object() == nil {
		return &fault{0, `properties are an object such as {"n": 1}, not ` + v.Type().String()}
	}
	return nil
}

// message makes the message of a draft without faults.
func (d draft) message() (msg.Message, error) {
	var m msg.Message
	switch d.kind {
	case msg.KindData:
		m = msg.NewData(d.name, nil)
	case msg.KindAudioFrame:
		m = msg.NewAudioFrame(d.name, nil)
	case msg.KindVideoFrame:
		m = msg.NewVideoFrame(d.name, nil)
	default:
		m = msg.NewCmd(d.name)
	}
	if d.props != "" {
		v, err := msg.ParseJSON([]byte(d.props))
		if err != nil {
			return nil, err
		}
		if o := v.Object(); o != nil {
			for key, p := range o.All() {
				m.Properties().Put(key, p)
			}
		}
	}
	m.SetDests(d.dests()...)
	return m, nil
}

func (d draft) dests() []msg.Loc {
	var dests []msg.Loc
	for to := range strings.SplitSeq(d.to, ",") {
		graph, extension, found := strings.Cut(strings.TrimSpace(to), "/")
		if !found {
			graph, extension = "", graph
		}
		dests = append(dests, msg.Loc{Graph: graph, Extension: extension})
	}
	return dests
}
