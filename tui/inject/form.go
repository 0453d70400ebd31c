package inject

import (
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
	slotAs // whose the receiver shall take it for
	slotProps
	slotWave   // of audio: silence or a tone
	slotLength // of audio: how long a frame is
	slotRate   // of audio
	slotSize   // of video
	slotCount_ // how many are sent
	slotEvery  // how far apart
	slotTimeout
	slotExpect // of the answer
	slotCount
)

// kinds are the kinds one can send, in the order of the form.
var kinds = []msg.Kind{msg.KindCmd, msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame}

// draft is what the form says of the message.
type draft struct {
	kind            msg.Kind
	name, to, props string
	as              string // whose the receiver shall take it for; "" is the bench
	expect          string // of the answer to a command
}

// form is the fields of the message, of what is in its buffer, and of how often it is sent.
type form struct {
	focus slot
	left  slot // the field that had the focus last, while the list has it; slotList: none since the form was filled
	kind  msg.Kind
	tone  bool
	props ui.Props
	texts [slotCount]ui.Field // of the slots that are a line of text
	taken draft               // what was put into the fields, or sent as they say it
	tried bool                // a send of what the fields say was refused: empty ones are errors now
}

// firstTexts are what the fields say when nobody has written anything.
var firstTexts = map[slot]string{slotLength: "20ms", slotRate: "16000", slotSize: "320x180", slotCount_: "1", slotEvery: "0ms"}

func newForm() form {
	f := form{kind: msg.KindCmd, tone: true}
	for s, text := range firstTexts {
		f.texts[s].SetValue(text)
	}
	return f
}

// field returns the line of a slot, nil if it has none of its own.
func (f *form) field(s slot) *ui.Field {
	switch s {
	case slotList, slotKind, slotProps, slotWave:
		return nil
	}
	return &f.texts[s]
}

// text is what a slot says.
func (f *form) text(s slot) string { return strings.TrimSpace(f.texts[s].Value()) }

// shows reports that a slot means something for the kind.
func (f *form) shows(s slot) bool {
	switch s {
	case slotWave, slotLength, slotRate:
		return f.kind == msg.KindAudioFrame
	case slotSize:
		return f.kind == msg.KindVideoFrame
	case slotTimeout, slotExpect:
		return f.kind == msg.KindCmd
	}
	return true
}

// move gives the focus to a slot.
func (f *form) move(to slot) { f.enter(to, false) }

// enter gives the focus to a slot, of the properties to the first field or the last.
func (f *form) enter(to slot, last bool) {
	if old := f.field(f.focus); old != nil {
		old.Blur()
	}
	f.props.Blur()
	if f.focus != slotList {
		f.left = f.focus
	}
	f.focus = to
	if to == slotProps {
		f.props.Focus(last)
	} else if next := f.field(to); next != nil {
		next.Focus()
	}
}

// resume gives the focus back to the field that had it last; false if none had.
func (f *form) resume() bool {
	switch f.left {
	case slotList:
		return false
	case slotProps:
		f.focus = slotProps
		f.props.FocusAgain()
	default:
		f.move(f.left)
	}
	return true
}

// step goes to the next field or the one before, round the form.
func (f *form) step(by int) {
	if f.focus == slotProps && f.props.Move(by) {
		return
	}
	to := f.focus
	for {
		to = (to + slot(by) + slotCount) % slotCount
		if f.shows(to) {
			break
		}
	}
	f.enter(to, by < 0)
}

// turn changes the kind.
func (f *form) turn(by int) {
	i := slices.Index(kinds, f.kind) + by
	f.kind, f.tried = kinds[(i+len(kinds))%len(kinds)], false
}

// take puts a draft into the fields.
func (f *form) take(d draft) {
	f.kind = d.kind
	f.texts[slotName].SetValue(d.name)
	f.texts[slotTo].SetValue(d.to)
	f.texts[slotAs].SetValue(d.as)
	f.texts[slotExpect].SetValue(d.expect)
	f.props.Set(d.props)
	f.tried, f.left = false, slotList
	f.taken = f.draft()
}

// unsent reports that the fields say what somebody wrote and did not send.
func (f *form) unsent() bool {
	d := f.draft()
	return !d.empty() && d != f.taken
}

// takeOnce puts a draft into the fields that is to be sent once: a count is what one wants of one message, not of the next.
func (f *form) takeOnce(d draft) {
	f.take(d)
	f.texts[slotCount_].SetValue(firstTexts[slotCount_])
	f.texts[slotEvery].SetValue(firstTexts[slotEvery])
}

// draft is what the fields say.
func (f *form) draft() draft {
	d := draft{kind: f.kind, name: f.text(slotName), to: f.text(slotTo), props: f.props.Text()}
	if as := f.text(slotAs); as != ui.BenchName {
		d.as = as
	}
	if f.shows(slotExpect) {
		d.expect = f.text(slotExpect)
	}
	return d
}

// empty reports that nothing of a message has been typed.
func (d draft) empty() bool { return d.name == "" && d.props == "" }

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
	if as := m.Source().Extension; as != ui.BenchName {
		d.as = as
	}
	return d, nil
}

// withoutDest reads a line that names no receiver.
func withoutDest(line string) (msg.Message, bool) {
	m, err := msg.ParseSend(line + " to nobody")
	return m, err == nil
}

// line is the draft as one line, which read and --send take.
func (d draft) line() string {
	s := d.kind.String() + " " + sendName(d.name)
	if d.props != "" {
		s += " " + d.props
	}
	if d.to != "" {
		s += " to " + d.to
	}
	if d.to != "" && d.as != "" {
		s += " as " + d.as
	}
	return s
}

// sendName quotes a name that would not be read as one word.
func sendName(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"{,") {
		return string(msg.AppendJSON(nil, msg.String(s)))
	}
	return s
}

// fault is what is wrong with a slot, in a sentence; at is the cell of the field it is about, -1 if it is about all of it.
type fault struct {
	at   int
	text string
}

// message makes the message of a draft without faults, with a buffer.
func (d draft) message(b buffer, i int) (msg.Message, error) {
	m := b.blank(d.kind, d.name, i)
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
	if err := msg.Fill(m, i+1); err != nil {
		return nil, err
	}
	m.SetDests(d.dests()...)
	msg.SendAs(m, d.as)
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
