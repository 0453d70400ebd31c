package msg

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestGet(t *testing.T) {
	o := bag(t, `{"a":{"b":[10,{"c":12},[13]]},"":{"x":1},"k.l":{"m[0]":2},"]":3,"ten":{"n":4},"q\"":{"":5}}`)
	for path, want := range map[string]string{
		"a.b[0]": "10", "a.b[1].c": "12", "a.b[2][0]": "13", "a.b[2]": "[13]", `[""].x`: "1", `["k.l"]["m[0]"]`: "2", `["]"]`: "3",
		"ten.n": "4", `q"[""]`: "5", `["a"]["b"][0]`: "10", `["q\""][""]`: "5",
	} {
		if v, err := o.Get(path); err != nil || v.String() != want {
			t.Errorf("Get(%s) = %v, %v; want %s", path, v, err, want)
		}
	}
	if v, err := o.Get(""); err != nil || !v.Equal(Obj(o)) {
		t.Errorf("the empty path gives %v, %v; want the whole object", v, err)
	}
}

func TestGetOfWhatIsNotThere(t *testing.T) {
	o := bag(t, `{"a":{"b":[10]},"s":"text"}`)
	for _, path := range []string{"x", "a.x", "a.b[1]", "a.b[999999999]", "x.y.z", "s.x", "s[0]", "a[0]", "a.b.c", "a.b[0].c", `["a.b"]`} {
		_, err := o.Get(path)
		if want := fmt.Sprintf("property %q not found", path); !errors.Is(err, ErrNotFound) || err.Error() != want {
			t.Errorf("Get(%s) gives %v, want %s", path, err, want)
		}
	}
}

var malformed = map[string]int{ // path: column
	"l[": 2, "l[x]": 3, "[0]": 1, "a..b": 3, "a.": 3, ".a": 1, ".": 1, "l[-1]": 3, "l[]": 3, "l[1": 2, "l]": 2, "]": 1, "l[0]x": 5,
	"l[0]]": 5, "l[1.5]": 3, "l[+1]": 3, "l[ 1]": 3, "l[99999999999999999999]": 3, `["a"`: 5, `["a`: 4, `["a"x]`: 5, `["\x"]`: 3,
	"größe[": 6, "a.[0]": 3, "l[0].": 6,
}

func TestMalformedPathsAreErrorsAndChangeNothing(t *testing.T) {
	const before = `{"l":[1],"a":{"b":2}}`
	o := bag(t, before)
	for path, col := range malformed {
		_, get := o.Get(path)
		for name, err := range map[string]error{"Get": get, "Set": o.Set(path, Int(5))} {
			var e *PathError
			if !errors.As(err, &e) || e.Path != path {
				t.Errorf("%s(%s) gives %v, want a *PathError", name, path, err)
			} else if e.Col != col {
				t.Errorf("%s: column %d, want %d", err, e.Col, col)
			}
		}
	}
	var e *PathError
	if err := o.Set("", Int(1)); !errors.As(err, &e) {
		t.Errorf("setting the empty path gives %v", err)
	}
	if err := o.Set("a[1048576]", Int(1)); !errors.As(err, &e) || e.Col != 3 {
		t.Errorf("an absurd index gives %v", err)
	}
	if err := o.Set("n.m[999999999].x", Int(1)); !errors.As(err, &e) || e.Col != 5 {
		t.Errorf("an absurd index gives %v", err)
	}
	if err := o.Set("a"+strings.Repeat("[1000000]", 100), Int(1)); !errors.As(err, &e) || e.Col != 12 {
		t.Errorf("gaps that are absurd together give %v", err)
	}
	if err := o.Set(strings.Repeat("a.", 512)+"a", Int(1)); !errors.As(err, &e) || !strings.Contains(e.Msg, "512 levels") {
		t.Errorf("an absurd depth gives %v", err)
	}
	if got := o.String(); got != before {
		t.Errorf("the object became %s", got)
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ before, path, want string }{
		{`{}`, "a", `{"a":7}`},
		{`{"a":1,"b":2}`, "a", `{"a":7,"b":2}`},
		{`{}`, "a.b.c", `{"a":{"b":{"c":7}}}`},
		{`{"a":{"x":1}}`, "a.b", `{"a":{"x":1,"b":7}}`},
		{`{}`, "l[2]", `{"l":[null,null,7]}`},
		{`{"l":[1]}`, "l[0]", `{"l":[7]}`},
		{`{"l":[1]}`, "l[1]", `{"l":[1,7]}`},
		{`{}`, "l[1][1].k", `{"l":[null,[null,{"k":7}]]}`},
		{`{"l":[{"a":1},2]}`, "l[0].b", `{"l":[{"a":1,"b":7},2]}`},
		{`{"a":"text"}`, "a.b", `{"a":{"b":7}}`},
		{`{"a":{"x":1}}`, "a[0]", `{"a":[7]}`},
		{`{"a":[1]}`, "a.b", `{"a":{"b":7}}`},
		{`{}`, `["a.b"][""].c`, `{"a.b":{"":{"c":7}}}`},
		{`{}`, "ключ.b", `{"ключ":{"b":7}}`},
	} {
		o := bag(t, c.before)
		kept := o.Share()
		if err := o.Set(c.path, Int(7)); err != nil || o.String() != c.want {
			t.Errorf("%s after Set(%s) is %s, %v; want %s", c.before, c.path, o, err, c.want)
		}
		if kept.String() != c.before {
			t.Errorf("Set(%s) changed a share to %s", c.path, &kept)
		}
		if v, err := o.Get(c.path); err != nil || !v.Equal(Int(7)) {
			t.Errorf("Get(%s) after Set is %v, %v", c.path, v, err)
		}
	}
}

func TestALongArrayGrowsAtItsEnd(t *testing.T) {
	var o Object
	o.Put("l", Array(make([]Value, maxGap+5)...))
	must(t, o.Set(fmt.Sprintf("l[%d]", maxGap+5), Int(1)))
	if v, err := o.Get(fmt.Sprintf("l[%d]", maxGap+5)); err != nil || !v.Equal(Int(1)) {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestPathsOfOddKeysLeadBack(t *testing.T) {
	for _, key := range []string{"a", "", ".", "[", "]", "a.b", `"`, `a"b`, `\`, "\n", "[0]", `["x"]`, "ключ", " ", "\x00", "\u2028"} {
		var o Object
		must(t, o.Set(string(AppendKey(nil, key)), Int(1)))
		if got := keys(&o); o.Len() != 1 || got != key {
			t.Errorf("key %q came back as %q", key, got)
		}
		path := string(AppendIndex(AppendKey(AppendKey([]byte("top"), key), key), 3))
		must(t, o.Set(path, Int(2)))
		if v, err := o.Get(path); err != nil || !v.Equal(Int(2)) {
			t.Errorf("%s leads to %v, %v", path, v, err)
		}
	}
}

func FuzzPath(f *testing.F) {
	for path := range malformed {
		f.Add(path)
	}
	for _, path := range []string{"", "a", "a.b[2].c", `["a.b"][""]`, "l[1048575]", "\xff[0]", `["\ud800"]`} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		const before = `{"a":{"b":[1,2,{"c":3}]},"":0}`
		o := bag(t, before)
		_, getErr := o.Get(path)
		err := o.Set(path, Int(7))
		var e *PathError
		if err != nil {
			if !errors.As(err, &e) || o.String() != before || e.Col < 1 || e.Col > len(path)+1 {
				t.Fatalf("Set(%q): %v; the object is %s", path, err, o)
			}
			return
		}
		if errors.As(getErr, &e) {
			t.Fatalf("Get(%q) refuses the path and Set does not: %v", path, getErr)
		}
		if v, err := o.Get(path); err != nil || !v.Equal(Int(7)) {
			t.Fatalf("Get(%q) after Set is %v, %v", path, v, err)
		}
	})
}

func BenchmarkGet(b *testing.B) {
	o := bag(b, `{"text":"hello","n":1,"deep":{"list":[1,2,{"x":5}]}}`)
	for _, path := range []string{"n", "deep.list[2].x"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := o.Get(path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
