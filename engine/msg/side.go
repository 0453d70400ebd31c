package msg

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// Side is one entry of the side table: what canonical JSON cannot say of the value at Path.
//
//	int8 ... uint32, uint64 up to 2^63-1   the JSON has the number; no Blob
//	float32                                the JSON has the number; no Blob
//	float32, float64 not finite            the JSON has null; Blob is the IEEE 754 number in 4 or 8 bytes, big endian;
//	                                       every NaN is written as the quiet one, 7fc0... or 7ff8...
//	buf                                    the JSON has null; Blob is the content
//
// Path is a property path; "" is the value itself, and it begins with an index if that is an array. A ptr does not leave
// its process: it is null, without an entry.
type Side struct {
	Path string
	Type Type
	Blob []byte
}

// Encode returns the canonical JSON of v and its side table, from which Decode makes v again. Blobs are shared with v and
// must not be written.
func Encode(v Value) (json []byte, side []Side) {
	return AppendJSON(nil, v), appendSide(nil, nil, v)
}

// Side returns the side table of o's canonical JSON; nil if JSON says it all. Blobs are shared with o and must not be written.
func (o *Object) Side() []Side {
	var side []Side
	for i := range o.entries {
		if e := &o.entries[i]; e.val.sided() {
			side = appendSide(side, AppendKey(nil, e.key), e.val)
		}
	}
	return side
}

// appendSide appends the entries of v, which lies at path. It writes behind path's end only.
func appendSide(side []Side, path []byte, v Value) []Side {
	switch v.t {
	case ArrayType:
		for i, item := range v.items() {
			if item.sided() {
				side = appendSide(side, AppendIndex(path, i), item)
			}
		}
		return side
	case ObjectType:
		for key, val := range v.object().All() {
			if val.sided() {
				side = appendSide(side, AppendKey(path, key), val)
			}
		}
		return side
	}
	if !v.sided() {
		return side
	}
	return append(side, Side{Path: string(path), Type: v.t, Blob: v.blob()})
}

// sided reports whether v may need entries: containers always may.
func (v Value) sided() bool {
	switch v.t {
	case Invalid, NullType, BoolType, Int64Type, StringType, PtrType:
		return false
	case Uint64Type:
		return v.n <= math.MaxInt64
	case Float64Type:
		return !v.finite()
	}
	return true
}

// quietNaN is the one NaN that is written, so that equal values have equal bytes. Go's own has a payload, Python's has not.
const quietNaN = 0x7ff8 << 48

func (v Value) blob() []byte {
	if v.t == BufType {
		return v.bytes()
	}
	if !v.t.float() || v.finite() {
		return nil
	}
	bits := v.n
	if math.IsNaN(v.float()) {
		bits = quietNaN
	}
	if v.t == Float32Type {
		return binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(math.Float64frombits(bits))))
	}
	return binary.BigEndian.AppendUint64(nil, bits)
}

// Decode is the inverse of Encode. Blobs are copied.
func Decode(json []byte, side []Side) (Value, error) {
	v, err := ParseJSON(json)
	if err != nil {
		return Value{}, err
	}
	for i := range side {
		if err := side[i].apply(&v); err != nil {
			return Value{}, fmt.Errorf("side table, path %s: %w", strconv.Quote(side[i].Path), err)
		}
	}
	return v, nil
}

// apply changes the value at s.Path in place. That is allowed because nobody but Decode has seen root yet.
func (s *Side) apply(root *Value) error {
	var room [stepRoom]step
	steps, err := parseSteps(s.Path, room[:0])
	if err != nil {
		return err
	}
	at := root
	for _, step := range steps {
		if at = at.place(step); at == nil {
			return ErrNotFound
		}
	}
	v, err := s.restore(*at)
	if err != nil {
		return err
	}
	*at = v
	return nil
}

// place returns where the child of v is stored, or nil.
func (v *Value) place(s step) *Value {
	switch {
	case s.index < 0 && v.t == ObjectType:
		o := v.object()
		if i := o.find(s.key); i >= 0 {
			return &o.entries[i].val
		}
	case s.index >= 0 && s.index < len(v.Items()):
		return &v.items()[s.index]
	}
	return nil
}

// restore returns the value that the JSON wrote as plain.
func (s *Side) restore(plain Value) (Value, error) {
	switch {
	case s.Type == BufType && plain.t == NullType:
		return Buf(bytes.Clone(s.Blob)), nil
	case s.Type.float() && plain.t == NullType:
		return s.restoreSpecial()
	case len(s.Blob) > 0:
		return Value{}, fmt.Errorf("a blob of %d bytes does not go with %s as %s", len(s.Blob), plain.t, s.Type)
	case s.Type == Float32Type && plain.t == Float64Type:
		return narrow(plain)
	case (s.Type.signed() || s.Type.unsigned()) && plain.t == Int64Type:
		return plain.As(s.Type)
	}
	return Value{}, fmt.Errorf("the JSON has %s, which cannot stand for %s", plain.t, s.Type)
}

// narrow turns a float64 into the float32 it was written from.
func narrow(v Value) (Value, error) {
	f := float32(v.float())
	if float64(f) != v.float() {
		return Value{}, fmt.Errorf("%v is not a float32", v.float())
	}
	return Float32(f), nil
}

// restoreSpecial returns the float in a blob, which must be one that JSON cannot say: all others have one form only.
func (s *Side) restoreSpecial() (Value, error) {
	var v Value
	switch {
	case s.Type == Float32Type && len(s.Blob) == 4:
		v = Float32(math.Float32frombits(binary.BigEndian.Uint32(s.Blob)))
	case s.Type == Float64Type && len(s.Blob) == 8:
		v = Float(math.Float64frombits(binary.BigEndian.Uint64(s.Blob)))
	default:
		return Value{}, fmt.Errorf("a blob of %d bytes is not a %s", len(s.Blob), s.Type)
	}
	if v.finite() {
		return Value{}, fmt.Errorf("%v is finite and belongs into the JSON", v.float())
	}
	return v, nil
}
