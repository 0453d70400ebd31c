package msg

import "fmt"

// Type is TEN's type of a value. The numbers are visible on the wire and never change.
type Type uint8

// TEN's types.
const (
	Invalid     Type = 0
	NullType    Type = 1
	BoolType    Type = 2
	Int8Type    Type = 3
	Int16Type   Type = 4
	Int32Type   Type = 5
	Int64Type   Type = 6
	Uint8Type   Type = 7
	Uint16Type  Type = 8
	Uint32Type  Type = 9
	Uint64Type  Type = 10
	Float32Type Type = 11
	Float64Type Type = 12
	StringType  Type = 13
	BufType     Type = 14
	ArrayType   Type = 15
	ObjectType  Type = 16
	PtrType     Type = 17
)

var typeNames = [...]string{"invalid", "null", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
	"uint64", "float32", "float64", "string", "buf", "array", "object", "ptr"}

// String returns the type's name as manifests spell it: int64, float32, buf, object.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("type(%d)", uint8(t))
}

// ParseType is the inverse of Type.String; ok is false for any other text.
func ParseType(s string) (t Type, ok bool) {
	for i, n := range typeNames {
		if n == s {
			return Type(i), true
		}
	}
	return Invalid, false
}

func (t Type) signed() bool   { return t >= Int8Type && t <= Int64Type }
func (t Type) unsigned() bool { return t >= Uint8Type && t <= Uint64Type }
func (t Type) float() bool    { return t == Float32Type || t == Float64Type }

// bounds returns the smallest and the largest value of an integer type that is not uint64.
func (t Type) bounds() (lo, hi int64) {
	switch {
	case t.signed():
		bits := 8 << (t - Int8Type)
		return -1 << (bits - 1), 1<<(bits-1) - 1
	default:
		bits := 8 << (t - Uint8Type)
		return 0, 1<<bits - 1
	}
}
