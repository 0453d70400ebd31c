package msg

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// Value is one immutable property value of a TEN type. It may be copied and read by any goroutine. The zero Value has the
// type Invalid and stands for "no value". Values are compared with Equal, not with ==.
type Value struct {
	_ [0]func() // keeps == from compiling: it would compare addresses
	p unsafe.Pointer
	n uint64
	t Type
}

// A Value is three words, so that bags are small and numbers and strings need no allocation: n holds a number's bits, or
// the length of what p points to. p is the first byte of a string or buf, the first Value of an array, an *Object that
// nobody writes any more, or an *any for ptr.

// Null returns TEN's null.
func Null() Value { return Value{t: NullType} }

// Bool returns a bool.
func Bool(b bool) Value {
	if b {
		return Value{t: BoolType, n: 1}
	}
	return Value{t: BoolType}
}

// Int returns an int64.
func Int(n int64) Value { return Value{t: Int64Type, n: uint64(n)} }

// Uint returns a uint64.
func Uint(n uint64) Value { return Value{t: Uint64Type, n: n} }

// Float returns a float64.
func Float(f float64) Value { return Value{t: Float64Type, n: math.Float64bits(f)} }

// Float32 returns a float32.
func Float32(f float32) Value { return Value{t: Float32Type, n: math.Float64bits(float64(f))} }

// Sized returns an integer of the given type, or the zero Value if t is not an integer type or n does not fit it.
func Sized(t Type, n int64) Value {
	switch {
	case t == Uint64Type && n >= 0:
		return Uint(uint64(n))
	case t.signed() || t.unsigned() && t != Uint64Type:
		if lo, hi := t.bounds(); n >= lo && n <= hi {
			return Value{t: t, n: uint64(n)}
		}
	}
	return Value{}
}

// String returns a string.
func String(s string) Value {
	return Value{t: StringType, n: uint64(len(s)), p: unsafe.Pointer(unsafe.StringData(s))}
}

// Buf returns a buf. b belongs to the value from here on and must not be written any more.
func Buf(b []byte) Value {
	return Value{t: BufType, n: uint64(len(b)), p: unsafe.Pointer(unsafe.SliceData(b))}
}

// Array returns an array. A slice given as items... belongs to the value from here on and must not be written any more.
func Array(items ...Value) Value {
	return Value{t: ArrayType, n: uint64(len(items)), p: unsafe.Pointer(unsafe.SliceData(items))}
}

// Obj returns an object with what o holds now: later writes to o do not show in the value. A nil o is an empty object.
func Obj(o *Object) Value {
	if o == nil {
		return frozen(Object{})
	}
	return frozen(o.Share())
}

// frozen wraps an object that only values refer to from here on.
func frozen(o Object) Value {
	o.shared = true
	return Value{t: ObjectType, p: unsafe.Pointer(&o)}
}

// Ptr returns a ptr: any Go value, handed on inside this process only. JSON says null for it.
func Ptr(x any) Value { return Value{t: PtrType, p: unsafe.Pointer(&x)} }

// Type returns the type of v.
func (v Value) Type() Type { return v.t }

// IsZero reports whether v is the zero Value: no value at all, not even null.
func (v Value) IsZero() bool { return v.t == Invalid }

// TypeError says that a value was read as a type it is not, or that its number does not fit that type.
type TypeError struct {
	Stored Type
	Wanted Type
	Number string // the number that does not fit; empty if the types do not go together at all
}

// Error names both types.
func (e *TypeError) Error() string {
	if e.Number != "" {
		return fmt.Sprintf("the value is %s of type %s, which does not fit %s", e.Number, e.Stored, e.Wanted)
	}
	return fmt.Sprintf("the value is of type %s, not %s", e.Stored, e.Wanted)
}

func (v Value) not(wanted Type) error { return &TypeError{Stored: v.t, Wanted: wanted} }

// Bool returns the bool in v; any other type is a *TypeError.
func (v Value) Bool() (bool, error) {
	if v.t != BoolType {
		return false, v.not(BoolType)
	}
	return v.n != 0, nil
}

// Int returns the integer in v. Every integer type will do if the number fits int64.
func (v Value) Int() (int64, error) {
	switch {
	case v.t.signed() || v.t.unsigned() && v.n <= math.MaxInt64:
		return int64(v.n), nil
	case v.t == Uint64Type:
		return 0, &TypeError{Stored: v.t, Wanted: Int64Type, Number: strconv.FormatUint(v.n, 10)}
	}
	return 0, v.not(Int64Type)
}

// Uint returns the integer in v. Every integer type will do if the number is not negative.
func (v Value) Uint() (uint64, error) {
	switch {
	case v.t.unsigned() || v.t.signed() && int64(v.n) >= 0:
		return v.n, nil
	case v.t.signed():
		return 0, &TypeError{Stored: v.t, Wanted: Uint64Type, Number: strconv.FormatInt(int64(v.n), 10)}
	}
	return 0, v.not(Uint64Type)
}

// As returns the integer in v as an integer of type t, whatever integer type it is stored as: TEN's intN and uintN getters.
func (v Value) As(t Type) (Value, error) {
	if t == Uint64Type {
		n, err := v.Uint()
		return Uint(n), err
	}
	if !t.signed() && !t.unsigned() {
		return Value{}, fmt.Errorf("read as %s: As is for integer types", t)
	}
	n, err := v.Int()
	if err != nil {
		err.(*TypeError).Wanted = t
		return Value{}, err
	}
	if out := Sized(t, n); !out.IsZero() {
		return out, nil
	}
	return Value{}, &TypeError{Stored: v.t, Wanted: t, Number: strconv.FormatInt(n, 10)}
}

// Float returns the number in v, which must be a float32 or float64: integers are a *TypeError, as in TEN.
func (v Value) Float() (float64, error) {
	if !v.t.float() {
		return 0, v.not(Float64Type)
	}
	return v.float(), nil
}

// Str returns the string in v; any other type is a *TypeError.
func (v Value) Str() (string, error) {
	if v.t != StringType {
		return "", v.not(StringType)
	}
	return v.str(), nil
}

// Bytes returns the bytes of a buf, which must not be written; any other type is a *TypeError.
func (v Value) Bytes() ([]byte, error) {
	if v.t != BufType {
		return nil, v.not(BufType)
	}
	return v.bytes(), nil
}

// Ptr returns what a ptr holds; any other type is a *TypeError.
func (v Value) Ptr() (any, error) {
	if v.t != PtrType {
		return nil, v.not(PtrType)
	}
	return *(*any)(v.p), nil
}

// Items returns the values of an array, which must not be written, and nil for any other type.
func (v Value) Items() []Value {
	if v.t != ArrayType {
		return nil
	}
	return v.items()
}

// Object returns an object's properties, and nil for any other type. The result is the caller's own: writing to it does
// not change v.
func (v Value) Object() *Object {
	if v.t != ObjectType {
		return nil
	}
	o := *v.object()
	return &o
}

func (v Value) float() float64  { return math.Float64frombits(v.n) }
func (v Value) str() string     { return unsafe.String((*byte)(v.p), int(v.n)) }
func (v Value) bytes() []byte   { return unsafe.Slice((*byte)(v.p), int(v.n)) }
func (v Value) items() []Value  { return unsafe.Slice((*Value)(v.p), int(v.n)) }
func (v Value) object() *Object { return (*Object)(v.p) }

// finite reports whether v is a float that JSON can say.
func (v Value) finite() bool {
	const exponent = 0x7ff << 52
	return v.n&exponent != exponent
}

// Equal reports whether v and w have the same type and content. The order of an object's keys does not matter, 0.0 and
// -0.0 differ as their JSON does, and NaN equals NaN.
func (v Value) Equal(w Value) bool {
	if v.t != w.t {
		return false
	}
	switch v.t {
	case Float32Type, Float64Type:
		return v.n == w.n || math.IsNaN(v.float()) && math.IsNaN(w.float())
	case StringType:
		return v.str() == w.str()
	case BufType:
		return bytes.Equal(v.bytes(), w.bytes())
	case ArrayType:
		return slices.EqualFunc(v.items(), w.items(), Value.Equal)
	case ObjectType:
		return v.object().Equal(w.object())
	case PtrType:
		return v.p == w.p
	}
	return v.n == w.n
}

// shortText is how many characters String shows.
const shortText = 80

// String returns a short text for people: the JSON, cut after 80 characters, with buffers as their length.
func (v Value) String() string {
	switch v.t {
	case Invalid, PtrType:
		return "<" + v.t.String() + ">"
	case BufType:
		return fmt.Sprintf("<buf, %d bytes>", v.n)
	}
	if v.t.float() && !v.finite() {
		return strconv.FormatFloat(v.float(), 'g', -1, 64)
	}
	return shorten(AppendJSON(nil, v))
}

func shorten(text []byte) string {
	if utf8.RuneCount(text) <= shortText {
		return string(text)
	}
	end := 0
	for range shortText - 1 {
		_, n := utf8.DecodeRune(text[end:])
		end += n
	}
	return string(text[:end]) + "…"
}

// Buffered returns how many bytes lie in the buffers among o's values: its JSON has none of them.
func (o *Object) Buffered() (size int) {
	for i := range o.entries {
		size += buffered(o.entries[i].val)
	}
	return size
}

func buffered(v Value) (size int) {
	switch v.t {
	case BufType:
		return int(v.n)
	case ArrayType:
		for _, item := range v.items() {
			size += buffered(item)
		}
	case ObjectType:
		return v.object().Buffered()
	}
	return size
}

// Size returns roughly how many bytes v holds in memory, for bounds on queues and logs.
func Size(v Value) int {
	size := int(unsafe.Sizeof(v))
	switch v.t {
	case StringType, BufType:
		size += int(v.n)
	case ArrayType:
		for _, item := range v.items() {
			size += Size(item)
		}
	case ObjectType:
		size += v.object().Size()
	}
	return size
}
