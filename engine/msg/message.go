package msg

import (
	"errors"
	"fmt"
	"slices"
)

// Kind says which of TEN's message kinds a message is.
type Kind uint8

// The message kinds. The zero Kind stands for "no message".
const (
	KindNone Kind = iota
	KindCmd
	KindResult
	KindData
	KindAudioFrame
	KindVideoFrame
)

var kindNames = [...]string{"", "cmd", "result", "data", "audio_frame", "video_frame"}

// String returns the kind as events and graphs spell it: cmd, result, data, audio_frame, video_frame.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind is the inverse of Kind.String; ok is false for any other text.
func ParseKind(s string) (k Kind, ok bool) {
	for i, n := range kindNames {
		if n == s && i > 0 {
			return Kind(i), true
		}
	}
	return KindNone, false
}

// Loc is a place a message comes from or goes to. An empty part means "the own one": the own app, the own graph.
type Loc struct {
	App       string
	Graph     string
	Extension string
}

// BenchName is the extension that stands for the bench itself: the place that injected messages come from, and the peer of a package that
// is opened alone, which gets all that the package sends and can answer it.
const BenchName = "ten:bench"

// Status is what a result says of its command.
type Status uint8

// The two statuses of TEN.
const (
	OK    Status = 0
	Error Status = 1
)

// String returns "ok" or "error".
func (s Status) String() string {
	if s == OK {
		return "ok"
	}
	return "error"
}

// ErrConsumed is returned for a message whose content was already given away by sending it.
var ErrConsumed = errors.New("message was already sent; clone it first to use it again")

// Message is what extensions exchange: *Cmd, *CmdResult, *Data, *AudioFrame or *VideoFrame.
//
// A message belongs to one extension at a time. Sending takes its content: the sender's object is empty afterwards, and its
// setters return ErrConsumed.
type Message interface {
	Kind() Kind
	Name() string
	// Source is the place the message was sent from. Before it was sent that is the zero Loc, but for what SendAs says.
	Source() Loc
	// SetDests makes the message ignore the graph and go to these places; none means that the graph decides again.
	SetDests(dests ...Loc)
	// Dests returns what SetDests was given. The caller must not write to it.
	Dests() []Loc
	// Properties is the message's property bag, to read. Write with Set.
	Properties() *Object
	// Get reads the property at a path such as a.b[2].c; "" is the whole bag. Below "ten" lie the message's own fields:
	// ten.name, and of frames ten.timestamp, ten.sample_rate, ten.width and so on.
	Get(path string) (Value, error)
	// Set writes v (a Value, or a Go value that Of takes) at a path, and makes what is missing on the way. It writes the
	// message's own fields as Get reads them.
	Set(path string, v any) error
	// SetName renames the message.
	SetName(name string)
	// Consumed reports whether the content was given away.
	Consumed() bool
	// Tag is the engine's own note on the message. Extensions have no use for it.
	Tag() *Tag
	// Buffer is the raw bytes of data and frames, nil for commands and results. The caller must not write to it once the
	// message was sent.
	Buffer() []byte

	head() *header
	take() Message
	share() Message
}

// Tag carries the engine's bookkeeping with a message, so that no table has to be searched for it.
type Tag struct {
	ID     uint64 // unique in a run
	Parent uint64 // the command whose handler sent this one
	Path   any    // the engine's open path of a received command
}

// header is what all messages have.
type header struct {
	name     string
	src      *Loc   // never written once it is set: one per sender, shared by its messages
	dests    *[]Loc // few messages have some
	props    Object
	tag      Tag
	consumed bool
}

// Name and the others are what Message says of them.
func (h *header) Name() string        { return h.name }
func (h *header) SetName(name string) { h.name = name }
func (h *header) head() *header       { return h }
func (h *header) Properties() *Object { return &h.props }
func (h *header) Consumed() bool      { return h.consumed }
func (h *header) Tag() *Tag           { return &h.tag }
func (h *header) Buffer() []byte      { return nil }

// Source is Message.Source.
func (h *header) Source() Loc {
	if h.src == nil {
		return Loc{}
	}
	return *h.src
}

// SetDests is Message.SetDests.
func (h *header) SetDests(dests ...Loc) {
	h.dests = nil
	if len(dests) > 0 {
		own := slices.Clone(dests)
		h.dests = &own
	}
}

// Dests is Message.Dests.
func (h *header) Dests() []Loc {
	if h.dests == nil {
		return nil
	}
	return *h.dests
}

// Get is Message.Get.
func (h *header) Get(path string) (Value, error) {
	switch {
	case h.consumed:
		return Value{}, ErrConsumed
	case path == namePath:
		return String(h.name), nil
	}
	return h.props.Get(path)
}

// Set is Message.Set.
func (h *header) Set(path string, v any) error {
	if h.consumed {
		return ErrConsumed
	}
	val, err := Of(v)
	if err != nil {
		return fmt.Errorf("set property %q: %w", path, err)
	}
	if path == namePath {
		return writeField(path, &h.name, val)
	}
	return h.props.Set(path, val)
}

// moveTo empties h and puts what it held into out. The tag stays, so that a received command that was sent on can still be
// answered. What was consumed before stays so on both sides: nothing comes back to life.
func (h *header) moveTo(out *header) {
	*out = *h
	*h = header{name: h.name, tag: h.tag, consumed: true}
}

// copyShared returns a header that shares the property bag until one side writes.
func (h *header) copyShared() header {
	out := *h
	out.props = h.props.Share()
	return out
}

// Take moves the content of m into a new message of the same kind and leaves m empty: what a send does. The new message has
// no tie to a command that m was cloned from.
func Take(m Message) Message { return m.take() }

// Share returns a second message with the same content, which lives for itself: what a send to several destinations does.
// Properties are copied at the first write; buffers are shared and must not be written any more.
func Share(m Message) Message { return m.share() }

// Stamp is the engine's: it marks a taken message as sent from a place, under that tag. Its own destinations have been followed.
func Stamp(m Message, from *Loc, tag Tag) {
	h := m.head()
	h.src, h.tag, h.dests = from, tag, nil
}

// Cmd is a command: it wants an answer.
type Cmd struct {
	header
	origin *Cmd // of a clone: keeps the command it was cloned from alive, which can be answered as long as one of them lives
}

// NewCmd returns a command of that name without properties.
func NewCmd(name string) *Cmd {
	c := &struct {
		Cmd
		room [fewEntries]entry // most commands have properties: one allocation is cheaper than two
	}{Cmd: Cmd{header: header{name: name}}}
	c.props = Object{entries: c.room[:0], inside: true}
	return &c.Cmd
}

// Kind returns KindCmd.
func (c *Cmd) Kind() Kind { return KindCmd }

// ID returns the id under which events speak of the command; 0 before it was sent.
func (c *Cmd) ID() uint64 { return c.tag.ID }

// Clone returns a command with the same name, source and properties that can be sent on its own. A result for the clone of
// a received command answers that command.
func (c *Cmd) Clone() *Cmd {
	origin := c
	if c.origin != nil {
		origin = c.origin
	}
	return &Cmd{header: c.copyShared(), origin: origin}
}

func (c *Cmd) take() Message {
	out := &Cmd{}
	c.moveTo(&out.header)
	return out
}

func (c *Cmd) share() Message { return &Cmd{header: c.copyShared()} }

// Data is a one-way message with properties and a buffer.
type Data struct {
	header
	buf   []byte
	spare *Data // an empty one for what a send takes
}

// NewData returns a data message. buf belongs to the message from here on.
func NewData(name string, buf []byte) *Data {
	pair := &[2]Data{} // most messages are sent once: one allocation is cheaper than two
	d := &pair[0]
	d.name, d.buf, d.spare = name, buf, &pair[1]
	return d
}

// Kind returns KindData.
func (d *Data) Kind() Kind { return KindData }

// Buffer returns the raw bytes, shared with whoever else received the message.
func (d *Data) Buffer() []byte { return d.buf }

// SetBuffer replaces the buffer; b belongs to the message from here on.
func (d *Data) SetBuffer(b []byte) { d.buf = b }

// Clone returns a second message with the same content.
func (d *Data) Clone() *Data { return d.share().(*Data) }

func (d *Data) take() Message {
	out := d.spare
	if out == nil {
		out = &Data{}
	}
	out.buf, d.buf, d.spare = d.buf, nil, nil
	d.moveTo(&out.header)
	return out
}

func (d *Data) share() Message { return &Data{header: d.copyShared(), buf: d.buf} }

// AudioFrame is a stretch of audio samples. Timestamp is in milliseconds by convention.
type AudioFrame struct {
	header
	buf []byte

	Timestamp         int64
	SampleRate        int32 // Hz
	BytesPerSample    int32
	SamplesPerChannel int32
	Channels          int32
	ChannelLayout     uint64
	Format            AudioFormat
	LineSize          int32
	EOF               bool
}

// AudioFormat says how the channels of an AudioFrame lie in its buffer.
type AudioFormat int32

// The layouts of TEN.
const (
	Interleave    AudioFormat = 1
	NonInterleave AudioFormat = 2
)

// NewAudioFrame returns an interleaved frame. buf belongs to the frame from here on.
func NewAudioFrame(name string, buf []byte) *AudioFrame {
	return &AudioFrame{header: header{name: name}, buf: buf, Format: Interleave}
}

// Kind returns KindAudioFrame.
func (f *AudioFrame) Kind() Kind { return KindAudioFrame }

// Buffer returns the samples, shared with whoever else received the frame.
func (f *AudioFrame) Buffer() []byte { return f.buf }

// SetBuffer replaces the samples; b belongs to the frame from here on.
func (f *AudioFrame) SetBuffer(b []byte) { f.buf = b }

// Clone returns a second frame with the same content.
func (f *AudioFrame) Clone() *AudioFrame { return f.share().(*AudioFrame) }

// Get reads the property at path, or a field of the frame such as ten.timestamp.
func (f *AudioFrame) Get(path string) (Value, error) {
	if field := f.field(path); field != nil && !f.consumed {
		return readField(field), nil
	}
	return f.header.Get(path)
}

// Set writes the property at path, or a field of the frame such as ten.timestamp.
func (f *AudioFrame) Set(path string, v any) error {
	if field := f.field(path); field != nil && !f.consumed {
		return setField(path, field, v)
	}
	return f.header.Set(path, v)
}

func (f *AudioFrame) take() Message {
	out := *f
	f.moveTo(&out.header)
	*f = AudioFrame{header: f.header}
	return &out
}

func (f *AudioFrame) share() Message {
	out := *f
	out.header = f.copyShared()
	return &out
}

// VideoFrame is one picture. Timestamp is in milliseconds by convention.
type VideoFrame struct {
	header
	buf []byte

	Timestamp int64
	Width     int32
	Height    int32
	Format    PixelFormat
	EOF       bool
}

// PixelFormat says how a VideoFrame's pixels lie in its buffer.
type PixelFormat int32

// The pixel formats of TEN.
const (
	RGB24 PixelFormat = iota + 1
	RGBA
	BGR24
	BGRA
	I422
	I420
	NV21
	NV12
)

// NewVideoFrame returns an RGBA frame. buf belongs to the frame from here on.
func NewVideoFrame(name string, buf []byte) *VideoFrame {
	return &VideoFrame{header: header{name: name}, buf: buf, Format: RGBA}
}

// Kind returns KindVideoFrame.
func (f *VideoFrame) Kind() Kind { return KindVideoFrame }

// Buffer returns the pixels, shared with whoever else received the frame.
func (f *VideoFrame) Buffer() []byte { return f.buf }

// SetBuffer replaces the pixels; b belongs to the frame from here on.
func (f *VideoFrame) SetBuffer(b []byte) { f.buf = b }

// Clone returns a second frame with the same content.
func (f *VideoFrame) Clone() *VideoFrame { return f.share().(*VideoFrame) }

// Get reads the property at path, or a field of the frame such as ten.timestamp.
func (f *VideoFrame) Get(path string) (Value, error) {
	if field := f.field(path); field != nil && !f.consumed {
		return readField(field), nil
	}
	return f.header.Get(path)
}

// Set writes the property at path, or a field of the frame such as ten.timestamp.
func (f *VideoFrame) Set(path string, v any) error {
	if field := f.field(path); field != nil && !f.consumed {
		return setField(path, field, v)
	}
	return f.header.Set(path, v)
}

func (f *VideoFrame) take() Message {
	out := *f
	f.moveTo(&out.header)
	*f = VideoFrame{header: f.header}
	return &out
}

func (f *VideoFrame) share() Message {
	out := *f
	out.header = f.copyShared()
	return &out
}
