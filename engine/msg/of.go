package msg

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Of returns the value for a Go value: a Value, nil, bool, an integer or float (int and uint as int64 and uint64, all others
// with their size), string, []byte, *Object, json.Number, time.Duration as text such as "1.5s", an error as its text, slices of
// these, and maps from string to these, whose keys are sorted. A pointer to anything else becomes a ptr. Buffers and slices
// are copied.
func Of(x any) (Value, error) { return of(x, 0) }

func of(x any, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, fmt.Errorf("more than %d levels of slices and maps", maxDepth)
	}
	switch x := x.(type) {
	case Value:
		return x, nil
	case nil:
		return Null(), nil
	case bool:
		return Bool(x), nil
	case int:
		return Int(int64(x)), nil
	case int64:
		return Int(x), nil
	case float64:
		return Float(x), nil
	case string:
		return String(x), nil
	case []byte:
		return Buf(bytes.Clone(x)), nil
	case time.Duration:
		return String(x.String()), nil
	case json.Number:
		return ofNumber(x)
	case error:
		return String(x.Error()), nil
	case *Object:
		if x == nil {
			return Null(), nil
		}
		return Obj(x), nil
	}
	return ofKind(reflect.ValueOf(x), depth)
}

func ofNumber(n json.Number) (Value, error) {
	v, err := ParseJSON([]byte(n))
	if err != nil || !v.t.float() && v.t != Int64Type && v.t != Uint64Type {
		return Value{}, fmt.Errorf("%q is not a number", string(n))
	}
	return v, nil
}

// ofKind serves the sized numbers, named types, slices and maps.
func ofKind(x reflect.Value, depth int) (Value, error) {
	switch kind := x.Kind(); kind {
	case reflect.Bool:
		return Bool(x.Bool()), nil
	case reflect.Int, reflect.Int64:
		return Int(x.Int()), nil
	case reflect.Int8, reflect.Int16, reflect.Int32:
		return Sized(Int8Type+Type(kind-reflect.Int8), x.Int()), nil
	case reflect.Uint, reflect.Uint64:
		return Uint(x.Uint()), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return Sized(Uint8Type+Type(kind-reflect.Uint8), int64(x.Uint())), nil
	case reflect.Float32:
		return Float32(float32(x.Float())), nil
	case reflect.Float64:
		return Float(x.Float()), nil
	case reflect.String:
		return String(x.String()), nil
	case reflect.Slice, reflect.Array:
		return ofSlice(x, depth)
	case reflect.Map:
		return ofMap(x, depth)
	case reflect.Pointer:
		return Ptr(x.Interface()), nil
	}
	return Value{}, fmt.Errorf("a property cannot hold %s; give a map[string]any, or a pointer to hand it on inside this process",
		x.Type())
}

func ofSlice(x reflect.Value, depth int) (Value, error) {
	if x.Kind() == reflect.Slice && x.Type().Elem().Kind() == reflect.Uint8 {
		return Buf(bytes.Clone(x.Bytes())), nil
	}
	items := make([]Value, x.Len())
	for i := range items {
		v, err := of(x.Index(i).Interface(), depth+1)
		if err != nil {
			return Value{}, fmt.Errorf("[%d]: %w", i, err)
		}
		items[i] = v
	}
	return Array(items...), nil
}

func ofMap(x reflect.Value, depth int) (Value, error) {
	if x.Type().Key().Kind() != reflect.String {
		return Value{}, fmt.Errorf("a property cannot hold %s; the keys of an object are strings", x.Type())
	}
	members := make(map[string]reflect.Value, x.Len())
	for key, val := range x.Seq2() {
		members[key.String()] = val
	}
	var o Object
	for _, key := range slices.Sorted(maps.Keys(members)) {
		v, err := of(members[key].Interface(), depth+1)
		if err != nil {
			return Value{}, fmt.Errorf("%s: %w", key, err)
		}
		o.Put(key, v)
	}
	return frozen(o), nil
}
