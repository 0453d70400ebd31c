package wire

import (
	"encoding/binary"
	"encoding/json"
	"slices"

	"tenbench/engine/msg"
)

// The flags of SEND, RETURN and RESULT.
const (
	FlagEach   uint8 = 1 // SEND: every result of every destination
	FlagRelay  uint8 = 2 // SEND: the results go to the sender of the command Relay
	FlagReport uint8 = 4 // SEND and RETURN: SENT also when all is well
	FlagApp    uint8 = 8 // SEND and RESULT: node is an app

	FlagError     uint8 = 1 // RETURN and RESULT: the status is ERROR
	FlagFinal     uint8 = 2
	FlagCompleted uint8 = 4  // RESULT: nothing more comes for the token
	FlagInPlace   uint8 = 16 // RESULT: the engine ended the command, no extension answered it
)

// SendFrame is a message that an extension sends. Its destinations are the message's own.
type SendFrame struct {
	Token   uint32
	Parent  uint64 // the delivery whose handler sends
	Relay   uint64 // the received command that is sent on
	Source  uint32 // string number of file:line
	Message msg.Message
}

// DeliverFrame is a message for an extension.
type DeliverFrame struct {
	ID      uint64
	From    uint32 // string number of the source
	Message msg.Message
}

// ReturnFrame is a result that an extension returns.
type ReturnFrame struct {
	ID         uint64
	Token      uint32
	Source     uint32
	Status     msg.Status
	Final      bool
	Properties msg.Object
}

// ResultFrame is a result for the extension, or the app, that sent the command.
type ResultFrame struct {
	Token      uint32
	From       uint32
	Status     msg.Status
	Final      bool
	Completed  bool
	Properties msg.Object
}

// SentFrame is what became of a send.
type SentFrame struct {
	Token uint32
	Code  int32
	Text  string
}

// MarkFrame is the body of BEGUN, ENDED and FREED.
type MarkFrame struct {
	ID     uint64
	Time   int64  // CLOCK_MONOTONIC; not of FREED
	Source uint32 // of BEGUN: string number of the handler
}

// The wire's numbers of message kinds. Results are not messages here.
const wireCmd, wireData, wireAudio, wireVideo = 1, 3, 4, 5

func kindNumber(k msg.Kind) uint8 {
	switch k {
	case msg.KindCmd:
		return wireCmd
	case msg.KindAudioFrame:
		return wireAudio
	case msg.KindVideoFrame:
		return wireVideo
	}
	return wireData
}

const (
	sendHead    = 4 + 8 + 8 + 4 + messageHead + 4
	deliverHead = 8 + 4 + messageHead
	messageHead = 1 + 1 + 2 + 4 + 4
	returnHead  = 8 + 4 + 4 + 4 + 4
	resultHead  = 4 + 4 + 4 + 4
	audioFields = 45
	videoFields = 25
	maxShort    = 1<<16 - 1 // of what has its length in two bytes
)

// AppendSend appends a SEND frame. The error is a *LimitError; then nothing is appended.
func AppendSend(dst []byte, flags uint8, node uint32, s *SendFrame) ([]byte, error) {
	start := len(dst)
	dst = begin(dst, Send, flags, node)
	dst = binary.LittleEndian.AppendUint32(dst, s.Token)
	dst = binary.LittleEndian.AppendUint64(dst, s.Parent)
	dst = binary.LittleEndian.AppendUint64(dst, s.Relay)
	dst = binary.LittleEndian.AppendUint32(dst, s.Source)
	head := len(dst)
	dst = append(dst, make([]byte, messageHead+4)...)
	dst, err := appendBody(dst, head, s.Message)
	if err != nil {
		return dst[:start], err
	}
	if dests := s.Message.Dests(); len(dests) > 0 {
		before := len(dst)
		dst = appendPlaces(dst, dests)
		binary.LittleEndian.PutUint32(dst[head+messageHead:], uint32(len(dst)-before))
	}
	dst = append(dst, s.Message.Buffer()...)
	return seal(dst, start, 0)
}

// seal ends the frame that began at start, or takes it back if it is too large.
func seal(dst []byte, start, further int) ([]byte, error) {
	if err := fits("the message", len(dst)-start+further, Limit); err != nil {
		return dst[:start], err
	}
	return end(dst, start, further), nil
}

// AppendDeliver appends a DELIVER frame without the message's buffer, which the caller lets follow: so that a large one needs no copy.
// The error is a *LimitError; then nothing is appended.
func AppendDeliver(dst []byte, node uint32, d *DeliverFrame) ([]byte, error) {
	start := len(dst)
	dst = begin(dst, Deliver, 0, node)
	dst = binary.LittleEndian.AppendUint64(dst, d.ID)
	dst = binary.LittleEndian.AppendUint32(dst, d.From)
	head := len(dst)
	dst = append(dst, make([]byte, messageHead)...)
	dst, err := appendBody(dst, head, d.Message)
	if err != nil {
		return dst[:start], err
	}
	return seal(dst, start, len(d.Message.Buffer()))
}

// appendBody appends name, frame fields, properties and side table, and writes their lengths to the head.
func appendBody(dst []byte, head int, m msg.Message) ([]byte, error) {
	name := m.Name()
	if err := fits("the name of the message", len(name), maxShort); err != nil {
		return dst, err
	}
	dst = append(dst, name...)
	fields := len(dst)
	dst = appendFields(dst, m)
	fields = len(dst) - fields
	dst, props, side, err := appendObject(dst, m.Properties())
	if err != nil {
		return dst, err
	}
	dst[head], dst[head+1] = kindNumber(m.Kind()), uint8(fields)
	binary.LittleEndian.PutUint16(dst[head+2:], uint16(len(name)))
	binary.LittleEndian.PutUint32(dst[head+4:], uint32(props))
	binary.LittleEndian.PutUint32(dst[head+8:], uint32(side))
	return dst, nil
}

// appendObject appends properties and their side table and returns the lengths of both.
func appendObject(dst []byte, o *msg.Object) (out []byte, props, side int, err error) {
	if o.Len() == 0 {
		return dst, 0, 0, nil
	}
	start := len(dst)
	dst = o.AppendJSON(dst)
	props = len(dst) - start
	for _, s := range o.Side() {
		if err := fits("the path of a property", len(s.Path), maxShort); err != nil {
			return dst, 0, 0, err
		}
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(s.Path)))
		dst = append(dst, s.Path...)
		dst = append(dst, byte(s.Type))
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s.Blob)))
		dst = append(dst, s.Blob...)
	}
	return dst, props, len(dst) - start - props, nil
}

func appendFields(dst []byte, m msg.Message) []byte {
	le := binary.LittleEndian
	switch f := m.(type) {
	case *msg.AudioFrame:
		dst = le.AppendUint64(dst, uint64(f.Timestamp))
		for _, n := range []int32{f.SampleRate, f.BytesPerSample, f.SamplesPerChannel, f.Channels} {
			dst = le.AppendUint32(dst, uint32(n))
		}
		dst = le.AppendUint64(dst, f.ChannelLayout)
		dst = le.AppendUint32(dst, uint32(f.Format))
		dst = le.AppendUint32(dst, uint32(f.LineSize))
		return append(dst, truth(f.EOF), 0, 0, 0, 0)
	case *msg.VideoFrame:
		dst = le.AppendUint64(dst, uint64(f.Timestamp))
		for _, n := range []int32{f.Width, f.Height, int32(f.Format)} {
			dst = le.AppendUint32(dst, uint32(n))
		}
		return append(dst, truth(f.EOF), 0, 0, 0, 0)
	}
	return dst
}

func truth(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// appendPlaces appends a JSON array of [app, graph, extension].
func appendPlaces(dst []byte, places []msg.Loc) []byte {
	dst = append(dst, '[')
	for i, p := range places {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendPlace(dst, p)
	}
	return append(dst, ']')
}

// AppendPlace appends a place as the JSON array [app, graph, extension].
func AppendPlace(dst []byte, p msg.Loc) []byte {
	return msg.AppendJSON(dst, msg.Array(msg.String(p.App), msg.String(p.Graph), msg.String(p.Extension)))
}

// body reads a packed body part by part. After the first part that is not there all others are empty, and err says so.
type body struct {
	frame Frame
	rest  []byte
	err   error
}

func open(f Frame, head int) body {
	b := body{frame: f, rest: f.Body}
	if len(f.Body) < head {
		b.err = formErrorf("a %s frame whose body has %d bytes; its head alone has %d", f.Type, len(f.Body), head)
	}
	return b
}

var zeros [8]byte

func (b *body) take(n int, what string) []byte {
	if b.err == nil && n > len(b.rest) {
		b.err = formErrorf("%s: %s of %d bytes, where %d are left", b.frame.Type, what, n, len(b.rest))
	}
	if b.err != nil {
		return zeros[:min(n, len(zeros))]
	}
	out := b.rest[:n:n]
	b.rest = b.rest[n:]
	return out
}

func (b *body) u8() uint8   { return b.take(1, "a number")[0] }
func (b *body) u16() uint16 { return binary.LittleEndian.Uint16(b.take(2, "a number")) }
func (b *body) u32() uint32 { return binary.LittleEndian.Uint32(b.take(4, "a number")) }
func (b *body) u64() uint64 { return binary.LittleEndian.Uint64(b.take(8, "a number")) }

// parts are the lengths in a message's head.
type parts struct {
	kind, fields      uint8
	name              uint16
	props, side, dest uint32
}

func (b *body) parts() parts {
	return parts{kind: b.u8(), fields: b.u8(), name: b.u16(), props: b.u32(), side: b.u32()}
}

// DecodeSend reads a SEND frame.
func DecodeSend(f Frame) (SendFrame, error) {
	b := open(f, sendHead)
	s := SendFrame{Token: b.u32(), Parent: b.u64(), Relay: b.u64(), Source: b.u32()}
	p := b.parts()
	p.dest = b.u32()
	s.Message = b.message(p)
	return s, b.err
}

// DecodeDeliver reads a DELIVER frame.
func DecodeDeliver(f Frame) (DeliverFrame, error) {
	b := open(f, deliverHead)
	d := DeliverFrame{ID: b.u64(), From: b.u32()}
	d.Message = b.message(b.parts())
	return d, b.err
}

func (b *body) message(p parts) msg.Message {
	name := string(b.take(int(p.name), "a name"))
	fields := b.take(int(p.fields), "frame fields")
	props := b.object(p.props, p.side)
	dests := b.places(p.dest)
	if b.err != nil {
		return nil
	}
	m := b.empty(p.kind, name, fields)
	if m == nil {
		return nil
	}
	*m.Properties() = props.Share()
	m.SetDests(dests...)
	return m
}

// empty makes a message of a kind with its buffer, which is what is left of the body.
func (b *body) empty(kind uint8, name string, fields []byte) msg.Message {
	want := 0
	switch kind {
	case wireAudio:
		want = audioFields
	case wireVideo:
		want = videoFields
	}
	if len(fields) != want {
		b.err = formErrorf("%s %q: %d bytes of frame fields; kind %d has %d", b.frame.Type, name, len(fields), kind, want)
		return nil
	}
	switch kind {
	case wireCmd:
		if len(b.rest) > 0 {
			b.err = formErrorf("%s: the command %q with a buffer of %d bytes", b.frame.Type, name, len(b.rest))
			return nil
		}
		return msg.NewCmd(name)
	case wireData:
		return msg.NewData(name, b.buffer())
	case wireAudio:
		return audio(msg.NewAudioFrame(name, b.buffer()), fields)
	case wireVideo:
		return video(msg.NewVideoFrame(name, b.buffer()), fields)
	}
	b.err = formErrorf("%s: %q is of kind %d, which is none", b.frame.Type, name, kind)
	return nil
}

// buffer is what is left, as memory of its own.
func (b *body) buffer() []byte {
	if b.frame.Own {
		return b.rest
	}
	return slices.Clone(b.rest)
}

func audio(m *msg.AudioFrame, fields []byte) msg.Message {
	n := func(at int) int32 { return int32(binary.LittleEndian.Uint32(fields[at:])) }
	m.Timestamp = int64(binary.LittleEndian.Uint64(fields))
	m.SampleRate, m.BytesPerSample, m.SamplesPerChannel, m.Channels = n(8), n(12), n(16), n(20)
	m.ChannelLayout = binary.LittleEndian.Uint64(fields[24:])
	m.Format, m.LineSize, m.EOF = msg.AudioFormat(n(32)), n(36), fields[40] != 0
	return m
}

func video(m *msg.VideoFrame, fields []byte) msg.Message {
	n := func(at int) int32 { return int32(binary.LittleEndian.Uint32(fields[at:])) }
	m.Timestamp = int64(binary.LittleEndian.Uint64(fields))
	m.Width, m.Height, m.Format, m.EOF = n(8), n(12), msg.PixelFormat(n(16)), fields[20] != 0
	return m
}

// object reads properties and their side table.
func (b *body) object(props, side uint32) msg.Object {
	text := b.take(int(props), "properties")
	table := b.take(int(side), "a side table")
	if b.err != nil || props == 0 {
		return msg.Object{}
	}
	v, err := msg.Decode(text, b.sides(table))
	switch {
	case b.err != nil:
	case err != nil:
		b.err = formErrorf("%s: properties: %v", b.frame.Type, err)
	case v.Object() == nil:
		b.err = formErrorf("%s: properties are %s, not an object", b.frame.Type, v.Type())
	default:
		return v.Object().Share()
	}
	return msg.Object{}
}

func (b *body) sides(table []byte) []msg.Side {
	t := &body{frame: b.frame, rest: table}
	var out []msg.Side
	for len(t.rest) > 0 && t.err == nil {
		path := string(t.take(int(t.u16()), "a side table's path"))
		typ := msg.Type(t.u8())
		out = append(out, msg.Side{Path: path, Type: typ, Blob: t.take(int(t.u32()), "a side table's blob")})
	}
	if b.err == nil {
		b.err = t.err
	}
	return out
}

// places reads a JSON array of [app, graph, extension].
func (b *body) places(size uint32) []msg.Loc {
	text := b.take(int(size), "destinations")
	if b.err != nil || size == 0 {
		return nil
	}
	var list [][3]string
	if err := json.Unmarshal(text, &list); err != nil {
		b.err = formErrorf("%s: destinations: %v", b.frame.Type, err)
		return nil
	}
	out := make([]msg.Loc, len(list))
	for i, p := range list {
		out[i] = msg.Loc{App: p[0], Graph: p[1], Extension: p[2]}
	}
	return out
}

func statusFlags(s msg.Status, final bool) uint8 {
	var flags uint8
	if s == msg.Error {
		flags |= FlagError
	}
	if final {
		flags |= FlagFinal
	}
	return flags
}

func statusOf(flags uint8) msg.Status {
	if flags&FlagError != 0 {
		return msg.Error
	}
	return msg.OK
}

// AppendReturn appends a RETURN frame; flags is 0 or FlagReport.
func AppendReturn(dst []byte, flags uint8, node uint32, r *ReturnFrame) ([]byte, error) {
	start := len(dst)
	dst = begin(dst, Return, flags|statusFlags(r.Status, r.Final), node)
	dst = binary.LittleEndian.AppendUint64(dst, r.ID)
	dst = binary.LittleEndian.AppendUint32(dst, r.Token)
	dst = binary.LittleEndian.AppendUint32(dst, r.Source)
	return appendProperties(dst, start, &r.Properties)
}

// AppendResult appends a RESULT frame; flags are FlagApp and FlagInPlace.
func AppendResult(dst []byte, flags uint8, node uint32, r *ResultFrame) ([]byte, error) {
	start := len(dst)
	flags |= statusFlags(r.Status, r.Final)
	if r.Completed {
		flags |= FlagCompleted
	}
	dst = begin(dst, Result, flags, node)
	dst = binary.LittleEndian.AppendUint32(dst, r.Token)
	dst = binary.LittleEndian.AppendUint32(dst, r.From)
	return appendProperties(dst, start, &r.Properties)
}

// appendProperties appends the two lengths, the properties and the side table that end a result.
func appendProperties(dst []byte, start int, o *msg.Object) ([]byte, error) {
	head := len(dst)
	dst = append(dst, make([]byte, 8)...)
	dst, props, side, err := appendObject(dst, o)
	if err != nil {
		return dst[:start], err
	}
	binary.LittleEndian.PutUint32(dst[head:], uint32(props))
	binary.LittleEndian.PutUint32(dst[head+4:], uint32(side))
	return seal(dst, start, 0)
}

// DecodeReturn reads a RETURN frame.
func DecodeReturn(f Frame) (ReturnFrame, error) {
	b := open(f, returnHead)
	r := ReturnFrame{ID: b.u64(), Token: b.u32(), Source: b.u32(), Status: statusOf(f.Flags), Final: f.Flags&FlagFinal != 0}
	r.Properties = b.object(b.u32(), b.u32())
	return r, b.err
}

// DecodeResult reads a RESULT frame.
func DecodeResult(f Frame) (ResultFrame, error) {
	b := open(f, resultHead)
	r := ResultFrame{Token: b.u32(), From: b.u32(), Status: statusOf(f.Flags), Final: f.Flags&FlagFinal != 0, Completed: f.Flags&FlagCompleted != 0}
	r.Properties = b.object(b.u32(), b.u32())
	return r, b.err
}

// AppendSent appends a SENT frame.
func AppendSent(dst []byte, node uint32, s *SentFrame) []byte {
	start := len(dst)
	dst = begin(dst, Sent, 0, node)
	dst = binary.LittleEndian.AppendUint32(dst, s.Token)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(s.Code))
	return end(append(dst, s.Text...), start, 0)
}

// DecodeSent reads a SENT frame.
func DecodeSent(f Frame) (SentFrame, error) {
	b := open(f, 8)
	s := SentFrame{Token: b.u32(), Code: int32(b.u32())}
	s.Text = string(b.rest)
	return s, b.err
}

// AppendMark appends a BEGUN, ENDED or FREED frame.
func AppendMark(dst []byte, t Type, node uint32, m *MarkFrame) []byte {
	start := len(dst)
	dst = binary.LittleEndian.AppendUint64(begin(dst, t, 0, node), m.ID)
	if t != Freed {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(m.Time))
	}
	if t == Begun {
		dst = binary.LittleEndian.AppendUint32(dst, m.Source)
	}
	return end(dst, start, 0)
}

// DecodeMark reads a BEGUN, ENDED or FREED frame.
func DecodeMark(f Frame) (MarkFrame, error) {
	b := open(f, 8)
	m := MarkFrame{ID: b.u64()}
	if f.Type != Freed {
		m.Time = int64(b.u64())
	}
	if f.Type == Begun {
		m.Source = b.u32()
	}
	return m, b.err
}

// AppendToken appends a COLLECT or COLLECTED frame.
func AppendToken(dst []byte, t Type, token uint32) []byte {
	start := len(dst)
	return end(binary.LittleEndian.AppendUint32(begin(dst, t, 0, 0), token), start, 0)
}

// DecodeToken reads a COLLECT or COLLECTED frame.
func DecodeToken(f Frame) (uint32, error) {
	b := open(f, 4)
	token := b.u32()
	return token, b.err
}
