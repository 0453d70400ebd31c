package msg

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

func TestValueIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Value{}); size > 24 {
		t.Errorf("a Value takes %d bytes, want 24 at most", size)
	}
}

func TestTypeNumbersAreTENs(t *testing.T) {
	names := strings.Fields("invalid null bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 string buf array object ptr")
	for i, name := range names {
		if got := Type(i).String(); got != name {
			t.Errorf("type %d is called %s, want %s", i, got, name)
		}
		if got, ok := ParseType(name); !ok || got != Type(i) {
			t.Errorf("ParseType(%q) = %d, %v", name, got, ok)
		}
	}
	if _, ok := ParseType("int"); ok || Type(18).String() != "type(18)" {
		t.Error("unknown types are not told from known ones")
	}
}

// everyType has a value of each type, with the smallest and largest of the integers.
func everyType() []Value {
	return []Value{{}, Null(), Bool(true), Sized(Int8Type, -128), Sized(Int16Type, math.MinInt16), Sized(Int32Type, math.MinInt32),
		Int(math.MinInt64), Sized(Uint8Type, 255), Sized(Uint16Type, 65535), Sized(Uint32Type, math.MaxUint32), Uint(math.MaxUint64),
		Float32(1.5), Float(2.5), String("text"), Buf([]byte{1}), Array(Int(1)), Obj(nil), Ptr(t0)}
}

var t0 = new(int)

func TestGettersTakeTheTypesOfTEN(t *testing.T) {
	getters := map[string]struct {
		get   func(Value) error
		takes string
	}{
		"Bool":  {func(v Value) error { _, err := v.Bool(); return err }, "bool"},
		"Int":   {func(v Value) error { _, err := v.Int(); return err }, "int8 int16 int32 int64 uint8 uint16 uint32"},
		"Uint":  {func(v Value) error { _, err := v.Uint(); return err }, "uint8 uint16 uint32 uint64"},
		"Float": {func(v Value) error { _, err := v.Float(); return err }, "float32 float64"},
		"Str":   {func(v Value) error { _, err := v.Str(); return err }, "string"},
		"Bytes": {func(v Value) error { _, err := v.Bytes(); return err }, "buf"},
		"Ptr":   {func(v Value) error { _, err := v.Ptr(); return err }, "ptr"},
	}
	for name, g := range getters {
		for _, v := range everyType() {
			takes := " " + g.takes + " "
			want := strings.Contains(takes, " "+v.Type().String()+" ")
			err := g.get(v)
			var typeErr *TypeError
			switch {
			case want && err != nil:
				t.Errorf("%s of %s: %v", name, v.Type(), err)
			case !want && !errors.As(err, &typeErr):
				t.Errorf("%s of %s gives %v, want a *TypeError", name, v.Type(), err)
			case !want && typeErr.Stored != v.Type():
				t.Errorf("%s of %s says it is stored as %s", name, v.Type(), typeErr.Stored)
			}
		}
	}
}

func TestGetterErrorsSayWhatIsStoredAndWhatWasWanted(t *testing.T) {
	_, err := String("5").Int()
	_, tooLarge := Uint(math.MaxUint64).Int()
	_, negative := Int(-1).Uint()
	_, narrow := Int(300).As(Int8Type)
	for _, c := range []struct {
		err  error
		want string
	}{
		{err, "the value is of type string, not int64"},
		{tooLarge, "the value is 18446744073709551615 of type uint64, which does not fit int64"},
		{negative, "the value is -1 of type int64, which does not fit uint64"},
		{narrow, "the value is 300 of type int64, which does not fit int8"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
}

func TestIntegersAreReadAcrossTypes(t *testing.T) {
	for from := Int8Type; from <= Uint64Type; from++ {
		for to := Int8Type; to <= Uint64Type; to++ {
			v, err := Sized(from, 127).As(to)
			if n, _ := v.Int(); err != nil || v.Type() != to || n != 127 {
				t.Errorf("127 as %s read as %s: %v, %v", from, to, v, err)
			}
		}
	}
	if _, err := Float(1).As(Int32Type); err == nil {
		t.Error("a float was read as an integer")
	}
	if _, err := Int(1).As(Float64Type); err == nil {
		t.Error("an integer was read as a float")
	}
}

func TestSizedRefusesWhatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		typ    Type
		lo, hi int64
	}{{Int8Type, -128, 127}, {Int16Type, -32768, 32767}, {Int32Type, math.MinInt32, math.MaxInt32}, {Uint8Type, 0, 255},
		{Uint16Type, 0, 65535}, {Uint32Type, 0, math.MaxUint32}} {
		for n, fits := range map[int64]bool{c.lo: true, c.hi: true, c.lo - 1: false, c.hi + 1: false} {
			v := Sized(c.typ, n)
			if got, _ := v.Int(); v.IsZero() == fits || fits && got != n {
				t.Errorf("Sized(%s, %d) = %v", c.typ, n, v)
			}
		}
	}
	if !Sized(Uint64Type, -1).IsZero() || !Sized(StringType, 1).IsZero() || Sized(Int64Type, -1).IsZero() {
		t.Error("Sized takes what it should refuse, or the other way round")
	}
}

func TestEqualComparesTypeAndContent(t *testing.T) {
	all := everyType()
	for i, v := range all {
		for j, w := range all {
			if v.Equal(w) != (i == j) {
				t.Errorf("%v Equal %v is %v", v, w, i != j)
			}
		}
	}
	nan := Float(math.NaN())
	if !nan.Equal(nan) || Float(0).Equal(Float(math.Copysign(0, -1))) || Int(1).Equal(Uint(1)) {
		t.Error("NaN, -0.0 or the type is not compared as documented")
	}
	if Array(Int(1)).Equal(Array(Int(1), Int(2))) || !Array().Equal(Array()) || !String("").Equal(String("")) {
		t.Error("lengths are not compared as documented")
	}
}

func TestEqualIgnoresTheOrderOfKeys(t *testing.T) {
	if !parsed(t, `{"a":1,"b":{"c":[2]}}`).Equal(parsed(t, `{"b":{"c":[2]},"a":1}`)) {
		t.Error("the order of keys made a difference")
	}
	if parsed(t, `{"a":1,"b":2}`).Equal(parsed(t, `{"a":1,"c":2}`)) {
		t.Error("other keys made no difference")
	}
}

func parsed(tb testing.TB, text string) Value {
	tb.Helper()
	v, err := ParseJSON([]byte(text))
	must(tb, err)
	return v
}

func bag(tb testing.TB, text string) *Object {
	tb.Helper()
	o := parsed(tb, text).Object()
	if o == nil {
		tb.Fatalf("%s is not an object", text)
	}
	return o
}

func TestStringIsShortAndForPeople(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Value{}, "<invalid>"}, {Null(), "null"}, {Buf(make([]byte, 320)), "<buf, 320 bytes>"}, {Float(math.Inf(-1)), "-Inf"},
		{String("a\nb"), `"a\nb"`}, {Int(5), "5"}, {Float(5), "5.0"}, {parsed(t, `{"a":[1]}`), `{"a":[1]}`},
		{String(strings.Repeat("ä", 100)), `"` + strings.Repeat("ä", 78) + "…"},
	} {
		if got := c.v.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestWritingToTheObjectOfAValueLeavesTheValueAlone(t *testing.T) {
	o := bag(t, `{"a":1}`)
	v := Obj(o)
	o.Put("a", Int(2))
	v.Object().Put("a", Int(3))
	must(t, v.Object().Set("b.c", Int(4)))
	if got := v.String(); got != `{"a":1}` {
		t.Errorf("the value became %s", got)
	}
	if got := o.String(); got != `{"a":2}` {
		t.Errorf("the object is %s", got)
	}
}

func TestAppendingToItemsLeavesTheValueAlone(t *testing.T) {
	room := make([]Value, 1, 4)
	room[0] = Int(1)
	v := Array(room...)
	_ = append(v.Items(), Int(2))
	if room[:2][1].Type() != Invalid {
		t.Error("append wrote behind the array")
	}
}

type (
	named string
	raw   []byte
)

func TestOfTakesGoValues(t *testing.T) {
	buf := []byte{1, 2}
	for _, c := range []struct {
		in   any
		want Value
	}{
		{nil, Null()}, {true, Bool(true)}, {1, Int(1)}, {int8(-1), Sized(Int8Type, -1)}, {int16(1), Sized(Int16Type, 1)},
		{int32(1), Sized(Int32Type, 1)}, {int64(1), Int(1)}, {uint(1), Uint(1)}, {uint8(1), Sized(Uint8Type, 1)},
		{uint16(1), Sized(Uint16Type, 1)}, {uint32(1), Sized(Uint32Type, 1)}, {uint64(1), Uint(1)}, {float32(0.1), Float32(0.1)},
		{0.1, Float(0.1)}, {"s", String("s")}, {named("n"), String("n")}, {buf, Buf([]byte{1, 2})}, {Int(7), Int(7)},
		{[]any{1, "a", nil}, Array(Int(1), String("a"), Null())}, {[]string{"a"}, Array(String("a"))},
		{map[string]any{"b": 1, "a": []int{2}}, parsed(t, `{"a":[2],"b":1}`)}, {map[named]bool{"x": true}, parsed(t, `{"x":true}`)},
		{bag(t, `{"a":1}`), parsed(t, `{"a":1}`)}, {(*Object)(nil), Null()}, {json.Number("12"), Int(12)}, {json.Number("1e2"), Float(100)},
		{raw{1, 2}, Buf([]byte{1, 2})}, {[2]uint8{1, 2}, Array(Sized(Uint8Type, 1), Sized(Uint8Type, 2))}, {errors.New("no"), String("no")},
		{1500 * time.Millisecond, String("1.5s")},
	} {
		got, err := Of(c.in)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("Of(%T %v) = %v (%s), %v; want %v (%s)", c.in, c.in, got, got.Type(), err, c.want, c.want.Type())
		}
	}
	sorted, _ := Of(map[string]any{"b": 1, "c": 2, "a": 3})
	if sorted.String() != `{"a":3,"b":1,"c":2}` {
		t.Errorf("map keys are not sorted: %s", sorted)
	}
}

func TestOfCopiesBuffers(t *testing.T) {
	b := []byte{1}
	v, err := Of(b)
	must(t, err)
	b[0] = 2
	if !v.Equal(Buf([]byte{1})) {
		t.Error("a later write to the slice shows in the value")
	}
}

func TestOfHandsPointersOn(t *testing.T) {
	v, err := Of(t0)
	must(t, err)
	if p, err := v.Ptr(); err != nil || p != t0 {
		t.Errorf("got %v, %v", p, err)
	}
	if got := string(AppendJSON(nil, v)); got != "null" {
		t.Errorf("a ptr is %s in JSON", got)
	}
}

func TestOfSaysWhatItCannotHold(t *testing.T) {
	loop := map[string]any{}
	loop["self"] = loop
	for _, c := range []struct {
		in   any
		want string
	}{
		{struct{ A int }{}, "cannot hold struct { A int }"}, {make(chan int), "cannot hold chan int"}, {map[int]string{}, "keys of an object are strings"},
		{[]any{1, map[string]any{"f": func() {}}}, "[1]: f: a property cannot hold func()"}, {loop, "more than 512 levels"},
		{json.Number("x"), `"x" is not a number`}, {json.Number("true"), `"true" is not a number`}, {complex(1, 1), "complex128"},
	} {
		if _, err := Of(c.in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Of(%T) gives %v, want %q in it", c.in, err, c.want)
		}
	}
}

func TestSizeCountsTheContent(t *testing.T) {
	small := Size(parsed(t, `{"a":["x",{"b":"y"}]}`))
	if small < 100 || small > 500 {
		t.Errorf("a small bag counts %d bytes", small)
	}
	if got := Size(Array(Buf(make([]byte, 1000)), String(strings.Repeat("x", 1000)))); got < 2000 || got > 2200 {
		t.Errorf("2000 bytes of content count %d", got)
	}
}

func TestValuesDoNotCompareWithEquals(t *testing.T) {
	if reflect.TypeFor[Value]().Comparable() {
		t.Error("== compiles for Value and would compare addresses")
	}
}
