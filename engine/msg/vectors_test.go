package msg

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// vector is one case of testdata/values.json, which values.md beside it explains.
type vector struct {
	Name  string
	Value json.RawMessage
	JSON  string
	Side  []struct {
		Path, Type string
		Blob       []byte
	}
	Input *string
	Error string
}

func (v vector) side(t *testing.T) []Side {
	var side []Side
	for _, s := range v.Side {
		typ, ok := ParseType(s.Type)
		if !ok {
			t.Fatalf("side table has unknown type %q", s.Type)
		}
		side = append(side, Side{s.Path, typ, s.Blob})
	}
	return side
}

// vectors returns the cases of the shared file.
func vectors(tb testing.TB) []vector {
	tb.Helper()
	text, err := os.ReadFile("../../testdata/values.json")
	if err != nil {
		tb.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(text, &all); err != nil {
		tb.Fatal(err)
	}
	return all
}

// meant builds the value of a case.
func meant(t *testing.T, text json.RawMessage) Value {
	t.Helper()
	var parts []json.RawMessage
	var name string
	must(t, json.Unmarshal(text, &parts))
	must(t, json.Unmarshal(parts[0], &name))
	typ, ok := ParseType(name)
	if !ok {
		t.Fatalf("unknown type in %.60s", text)
	}
	if typ == NullType {
		return Null()
	}
	return meantAs(t, typ, parts[1])
}

func meantAs(t *testing.T, typ Type, content json.RawMessage) Value {
	t.Helper()
	var text string
	if typ != BoolType && typ != ArrayType && typ != ObjectType {
		must(t, json.Unmarshal(content, &text))
	}
	switch typ {
	case BoolType:
		return Bool(string(content) == "true")
	case StringType:
		return String(text)
	case BufType:
		b, err := base64.StdEncoding.DecodeString(text)
		must(t, err)
		return Buf(b)
	case Float32Type, Float64Type:
		f, err := strconv.ParseFloat(text, 64)
		must(t, err)
		if typ == Float32Type {
			return Float32(float32(f))
		}
		return Float(f)
	case Uint64Type:
		n, err := strconv.ParseUint(text, 10, 64)
		must(t, err)
		return Uint(n)
	case ArrayType:
		return meantArray(t, content)
	case ObjectType:
		return meantObject(t, content)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	must(t, err)
	return Sized(typ, n)
}

func meantArray(t *testing.T, content json.RawMessage) Value {
	var items []json.RawMessage
	must(t, json.Unmarshal(content, &items))
	var out []Value
	for _, item := range items {
		out = append(out, meant(t, item))
	}
	return Array(out...)
}

func meantObject(t *testing.T, content json.RawMessage) Value {
	var members [][2]json.RawMessage
	must(t, json.Unmarshal(content, &members))
	var o Object
	for _, m := range members {
		var key string
		must(t, json.Unmarshal(m[0], &key))
		o.Put(key, meant(t, m[1]))
	}
	return Obj(&o)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestSharedVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			if v.Error != "" {
				testBadVector(t, v)
				return
			}
			val := meant(t, v.Value)
			text, side := Encode(val)
			if string(text) != v.JSON {
				t.Errorf("JSON is\n%s, want\n%s", text, v.JSON)
			}
			if got, want := sideText(side), sideText(v.side(t)); got != want {
				t.Errorf("side table is\n%s, want\n%s", got, want)
			}
			back, err := Decode([]byte(v.JSON), v.side(t))
			if err != nil || !back.Equal(val) {
				t.Errorf("decoded to %v, %v; want %v", back, err, val)
			}
			if v.Input != nil {
				testInput(t, *v.Input, val)
			}
		})
	}
}

func testInput(t *testing.T, input string, want Value) {
	t.Helper()
	got, err := ParseJSON([]byte(input))
	if err != nil || !got.Equal(want) {
		t.Errorf("input was read as %v, %v; want %v", got, err, want)
	}
}

func testBadVector(t *testing.T, v vector) {
	t.Helper()
	got, err := ParseJSON([]byte(*v.Input))
	e, ok := err.(*JSONError)
	if !ok {
		t.Fatalf("read as %v with error %v, want a *JSONError", got, err)
	}
	if at := fmt.Sprintf("%d:%d", e.Line, e.Col); at != v.Error {
		t.Errorf("error is at %s, want %s: %v", at, v.Error, err)
	}
}

// sideText spells a side table out, to compare it.
func sideText(side []Side) string {
	var b bytes.Buffer
	for _, s := range side {
		fmt.Fprintf(&b, "%q %s %x\n", s.Path, s.Type, s.Blob)
	}
	return b.String()
}
