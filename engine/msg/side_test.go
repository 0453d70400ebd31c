package msg

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestEveryTypeSurvivesEncoding(t *testing.T) {
	for _, v := range everyType() {
		want := v
		if v.Type() == Invalid || v.Type() == PtrType {
			want = Null() // what they are outside their process
		}
		in := Obj(bagOf("top", Array(v, Obj(bagOf("a.b", v)))))
		text, side := Encode(in)
		back, err := Decode(text, side)
		if err != nil || !back.Equal(Obj(bagOf("top", Array(want, Obj(bagOf("a.b", want)))))) {
			t.Errorf("%s came back as %v, %v", v.Type(), back, err)
		}
		text, side = Encode(v)
		if back, err := Decode(text, side); err != nil || !back.Equal(want) {
			t.Errorf("%s alone came back as %v, %v", v.Type(), back, err)
		}
	}
}

func bagOf(key string, v Value) *Object {
	o := new(Object)
	o.Put(key, v)
	return o
}

func TestPlainJSONNeedsNoSideTable(t *testing.T) {
	v := parsed(t, `{"a":[1,-1,1.5,"x",true,null,{}],"b":18446744073709551615}`)
	if text, side := Encode(v); len(side) != 0 || string(text) != v.String() {
		t.Errorf("%s has side table %v", text, side)
	}
}

func TestDecodeCopiesBlobs(t *testing.T) {
	blob := []byte{1}
	v, err := Decode([]byte("null"), []Side{{"", BufType, blob}})
	must(t, err)
	blob[0] = 2
	if !v.Equal(Buf([]byte{1})) {
		t.Error("a later write to the blob shows in the value")
	}
}

func TestDecodeRefusesASideTableThatDoesNotFit(t *testing.T) {
	nan := Float(math.NaN()).blob()
	for _, c := range []struct {
		name string
		json string
		side []Side
		want string
	}{
		{"bad JSON", `{`, nil, "JSON 1:2"},
		{"bad path", `{}`, []Side{{Path: "a..b", Type: Int8Type}}, `side table, path "a..b": property path "a..b", column 3`},
		{"no such place", `{"a":1}`, []Side{{Path: "b", Type: Int8Type}}, `side table, path "b": not found`},
		{"below a number", `{"a":1}`, []Side{{Path: "a.b", Type: Int8Type}}, "not found"},
		{"index beyond the end", `[1]`, []Side{{Path: "[1]", Type: Int8Type}}, "not found"},
		{"number too large", `300`, []Side{{Type: Uint8Type}}, "300 of type int64, which does not fit uint8"},
		{"negative uint64", `-1`, []Side{{Type: Uint64Type}}, "does not fit uint64"},
		{"float as integer", `1.0`, []Side{{Type: Int8Type}}, "float64, which cannot stand for int8"},
		{"integer as float", `1`, []Side{{Type: Float32Type}}, "int64, which cannot stand for float32"},
		{"not a float32", `0.1`, []Side{{Type: Float32Type}}, "0.1 is not a float32"},
		{"buf for a string", `"x"`, []Side{{Type: BufType, Blob: []byte{1}}}, "does not go with string"},
		{"empty buf for a string", `"x"`, []Side{{Type: BufType}}, "string, which cannot stand for buf"},
		{"blob for an integer", `1`, []Side{{Type: Int8Type, Blob: []byte{1}}}, "a blob of 1 bytes"},
		{"NaN of a wrong length", `null`, []Side{{Type: Float32Type, Blob: nan}}, "a blob of 8 bytes is not a float32"},
		{"a finite blob", `null`, []Side{{Type: Float64Type, Blob: make([]byte, 8)}}, "finite"},
		{"twice", `1`, []Side{{Type: Int8Type}, {Type: Int16Type}}, "int8, which cannot stand for int16"},
		{"a type without entries", `"x"`, []Side{{Type: StringType}}, "cannot stand for string"},
		{"an unknown type", `1`, []Side{{Type: 99}}, "cannot stand for type(99)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v, err := Decode([]byte(c.json), c.side); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v; want %q in the error", v, err, c.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a":[null,1]}`), "a[0]", uint8(BufType), []byte{1}, "a[1]", uint8(Int8Type))
	f.Add([]byte(`[null,1.5]`), "[0]", uint8(Float64Type), Float(math.Inf(1)).blob(), "[1]", uint8(Float32Type))
	f.Add([]byte(`5`), "", uint8(Uint64Type), []byte(nil), "x", uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, path1 string, type1 uint8, blob []byte, path2 string, type2 uint8) {
		side := []Side{{path1, Type(type1), blob}, {path2, Type(type2), nil}}
		for n := range 3 {
			v, err := Decode(text, side[:n])
			if err != nil {
				continue
			}
			again, table := Encode(v)
			back, err := Decode(again, table)
			if err != nil || !back.Equal(v) {
				t.Fatalf("%v is encoded as %s %v and decoded as %v, %v", v, again, table, back, err)
			}
			if len(table) > n {
				t.Fatalf("%d entries became %v", n, table)
			}
		}
	})
}

func TestANestedPathErrorCanBeRead(t *testing.T) {
	_, err := Decode([]byte(`{}`), []Side{{Path: "a[", Type: Int8Type}})
	var e *PathError
	if !errors.As(err, &e) || e.Col != 2 {
		t.Errorf("got %v", err)
	}
}
