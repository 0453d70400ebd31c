package wire

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

const (
	// Protocol is the version of PROTOCOL.md.
	Protocol = 1
	// Limit is the size of the largest frame, its header included.
	Limit = 64 << 20
	// HeaderSize is the size of a frame's header.
	HeaderSize = 12
)

// Type is what a frame says. A reader skips types that it does not know.
type Type uint8

// The frame types.
const (
	Hello         Type = 0x01
	Welcome       Type = 0x02
	String        Type = 0x03
	Bye           Type = 0x04
	AppOpen       Type = 0x10
	AppInit       Type = 0x11
	AppInitDone   Type = 0x12
	AppClose      Type = 0x13
	AppDeinit     Type = 0x14
	AppDeinitDone Type = 0x15
	AppClosed     Type = 0x16
	Create        Type = 0x20
	Created       Type = 0x21
	Stage         Type = 0x22
	StageDone     Type = 0x23
	Interrupt     Type = 0x24
	Close         Type = 0x25
	Closed        Type = 0x26
	Fail          Type = 0x27
	Wired         Type = 0x28
	StageBegun    Type = 0x29
	Send          Type = 0x30
	Sent          Type = 0x31
	Deliver       Type = 0x32
	Begun         Type = 0x33
	Ended         Type = 0x34
	Return        Type = 0x35
	Result        Type = 0x36
	Freed         Type = 0x37
	Collect       Type = 0x38
	Collected     Type = 0x39
	Log           Type = 0x40
	Lint          Type = 0x41
	Property      Type = 0x42
	Blocked       Type = 0x43
	Stacks        Type = 0x44
	StacksAre     Type = 0x45
	Reads         Type = 0x46
	ReadsAre      Type = 0x47
)

var typeNames = map[Type]string{Hello: "HELLO", Welcome: "WELCOME", String: "STRING", Bye: "BYE", AppOpen: "APP_OPEN", AppInit: "APP_INIT",
	AppInitDone: "APP_INIT_DONE", AppClose: "APP_CLOSE", AppDeinit: "APP_DEINIT", AppDeinitDone: "APP_DEINIT_DONE", AppClosed: "APP_CLOSED",
	Create: "CREATE", Created: "CREATED", Stage: "STAGE", StageDone: "STAGE_DONE", Interrupt: "INTERRUPT", Close: "CLOSE", Closed: "CLOSED",
	Fail: "FAIL", Wired: "WIRED", StageBegun: "STAGE_BEGUN", Send: "SEND", Sent: "SENT", Deliver: "DELIVER", Begun: "BEGUN", Ended: "ENDED", Return: "RETURN", Result: "RESULT", Freed: "FREED",
	Collect: "COLLECT", Collected: "COLLECTED", Log: "LOG", Lint: "LINT", Property: "PROPERTY", Blocked: "BLOCKED", Stacks: "STACKS",
	StacksAre: "STACKS_ARE", Reads: "READS", ReadsAre: "READS_ARE"}

// String returns the type's name in PROTOCOL.md.
func (t Type) String() string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return fmt.Sprintf("type %#02x", uint8(t))
}

// Frame is one frame as it was read.
type Frame struct {
	Type  Type
	Flags uint8
	Node  uint32
	// Body is valid until the next frame is read; if it is Own, it is the receiver's to keep.
	Body []byte
	Own  bool
}

// FormError says that what the other end sent is no frame, or not the frame that it says it is. The connection cannot go on.
type FormError struct{ Msg string }

func (e *FormError) Error() string { return "the other end broke the host protocol: " + e.Msg }

func formErrorf(format string, args ...any) *FormError {
	return &FormError{fmt.Sprintf(format, args...)}
}

// LimitError says that a message cannot be sent: it, or a name or path in it, is too large.
type LimitError struct {
	What        string
	Size, Limit int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s has %d bytes; the limit is %d", e.What, e.Size, e.Limit)
}

// fits returns an error if size is above limit.
func fits(what string, size, limit int) error {
	if size > limit {
		return &LimitError{what, size, limit}
	}
	return nil
}

// readSize is how much one read may return: all that the other end wrote in a turn.
const readSize = 64 << 10

// Reader reads frames, as many as there are with one read.
type Reader struct {
	in       io.Reader
	buf      []byte
	from, to int // of what was read and not returned
}

// NewReader returns a reader of the frames in r.
func NewReader(r io.Reader) *Reader { return &Reader{in: r, buf: make([]byte, readSize)} }

// Ready reports whether Next will return without reading: a whole frame is there.
func (r *Reader) Ready() bool {
	n := r.to - r.from
	return n >= HeaderSize && uint32(n) >= binary.LittleEndian.Uint32(r.buf[r.from:])
}

// Next returns the next frame. The error is io.EOF if the connection ended between two frames, and a *FormError if what came is not a frame.
func (r *Reader) Next() (Frame, error) {
	if err := r.fill(HeaderSize); err != nil {
		return Frame{}, err
	}
	head := r.buf[r.from:]
	size := int(binary.LittleEndian.Uint32(head))
	f := Frame{Type: Type(head[4]), Flags: head[5], Node: binary.LittleEndian.Uint32(head[8:])}
	switch {
	case size < HeaderSize || size > Limit:
		return Frame{}, formErrorf("a %s frame of %d bytes; it has %d to %d", f.Type, size, HeaderSize, Limit)
	case head[6] != 0 || head[7] != 0:
		return Frame{}, formErrorf("the header of a %s frame has %#02x%02x where zeros should be", f.Type, head[6], head[7])
	}
	if size > len(r.buf) {
		err := r.large(&f, size-HeaderSize)
		return f, err
	}
	if err := r.fill(size); err != nil {
		return Frame{}, whole(err)
	}
	f.Body = r.buf[r.from+HeaderSize : r.from+size]
	r.from += size
	return f, nil
}

// large reads the body of a frame that does not fit the buffer into memory of its own.
func (r *Reader) large(f *Frame, size int) error {
	f.Body, f.Own = make([]byte, size), true
	n := copy(f.Body, r.buf[r.from+HeaderSize:r.to])
	r.from, r.to = 0, 0
	_, err := io.ReadFull(r.in, f.Body[n:])
	return whole(err)
}

// whole turns the end of the stream inside a frame into the error that it is.
func whole(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fill reads until n bytes are there.
func (r *Reader) fill(n int) error {
	if r.to-r.from >= n {
		return nil
	}
	if r.from == r.to {
		r.from, r.to = 0, 0
	} else if r.from+n > len(r.buf) {
		r.to = copy(r.buf, r.buf[r.from:r.to])
		r.from = 0
	}
	for r.to-r.from < n {
		k, err := r.in.Read(r.buf[r.to:])
		r.to += k
		if err != nil && r.to-r.from < n {
			if r.to > r.from {
				return whole(err)
			}
			return err
		}
	}
	return nil
}

// begin appends a header whose size end sets.
func begin(dst []byte, t Type, flags uint8, node uint32) []byte {
	dst = append(dst, 0, 0, 0, 0, byte(t), flags, 0, 0)
	return binary.LittleEndian.AppendUint32(dst, node)
}

// end sets the size of the frame that began at start; further is what will follow of it that is not in dst.
func end(dst []byte, start, further int) []byte {
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start+further))
	return dst
}

// AppendFrame appends a frame with that body.
func AppendFrame(dst []byte, t Type, flags uint8, node uint32, body []byte) []byte {
	start := len(dst)
	dst = append(begin(slices.Grow(dst, HeaderSize+len(body)), t, flags, node), body...)
	return end(dst, start, 0)
}

// AppendJSON appends a frame whose body is one of the types of json.go.
func AppendJSON(dst []byte, t Type, flags uint8, node uint32, body any) []byte {
	text, err := json.Marshal(body)
	if err != nil {
		panic("wire: " + err.Error()) // the types of json.go always marshal, if their raw JSON is JSON
	}
	return AppendFrame(dst, t, flags, node, text)
}

// DecodeJSON reads a frame whose body is one of the types of json.go.
func DecodeJSON(f Frame, body any) error {
	if err := json.Unmarshal(f.Body, body); err != nil {
		return formErrorf("%s: %v", f.Type, err)
	}
	return nil
}
