package msg

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// benchBag is a bag of 100 bytes.
const benchBag = `{"text":"what is the weather like in Oxford?","final":true,"stream_id":17,"end_of_segment":0.25,"x":12}`

func TestFloatsReadBackExactly(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		f := math.Float64frombits(rnd.Uint64())
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		text := appendFloat(nil, f)
		back, err := strconv.ParseFloat(string(text), 64)
		if err != nil || math.Float64bits(back) != math.Float64bits(f) || !bytes.ContainsAny(text, ".e") {
			t.Fatalf("%x is written %s, which reads as %x", f, text, back)
		}
	}
}

func TestInvalidUTF8IsReplacedWhenWritten(t *testing.T) {
	for in, want := range map[string]string{
		"a\xffb": "\"a\ufffdb\"", "\xe2\x82": "\"\ufffd\ufffd\"", "ok\ufffd": "\"ok\ufffd\"", "\xff": "\"\ufffd\"", "\xed\xa0\x80": "\"\ufffd\ufffd\ufffd\"",
	} {
		if got := string(AppendJSON(nil, String(in))); got != want {
			t.Errorf("%q is written %s, want %s", in, got, want)
		}
	}
}

func TestInvalidUTF8IsNotRead(t *testing.T) {
	_, err := ParseJSON([]byte("{\n\"größe\": \"\xff\"}"))
	e, ok := err.(*JSONError)
	if !ok || e.Line != 2 || e.Col != 11 || err.Error() != "JSON 2:11: the text is not UTF-8" {
		t.Errorf("got %v", err)
	}
	if v, err := ParseJSON([]byte("\"\ufffd\"")); err != nil || !v.Equal(String("\ufffd")) {
		t.Errorf("a replacement character in the text is %v, %v", v, err)
	}
}

func TestJSONErrorsSayWhatWasExpected(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1`:               "JSON 1:7: the text ends where ',' or '}' is expected",
		`{"a" 1}`:              "JSON 1:6: '1' where ':' is expected",
		"[1 2]":                "JSON 1:4: '2' where ',' or ']' is expected",
		"{a:1}":                "JSON 1:2: 'a' where a key in double quotes is expected",
		"nope":                 "JSON 1:1: 'n' where a value is expected",
		"-x":                   "JSON 1:2: 'x' where a digit is expected",
		"[]]":                  "JSON 1:3: ']' where the end is expected",
		"18446744073709551616": "JSON 1:1: the integer does not fit 64 bits; write it as a string or with a '.'",
	} {
		if _, err := ParseJSON([]byte(in)); err == nil || err.Error() != want {
			t.Errorf("%s gives %v, want %s", in, err, want)
		}
	}
}

func TestValuesDoNotKeepALargeTextInMemory(t *testing.T) {
	large := []byte(`["` + strings.Repeat("x", copyAbove) + `","small"]`)
	small := []byte(`["x","small"]`)
	for _, text := range [][]byte{large, small} {
		v, err := ParseJSON(text)
		must(t, err)
		for i := range text {
			text[i] = '!'
		}
		if s, _ := v.Items()[1].Str(); s != "small" {
			t.Errorf("a write to the text shows in the value: %s", s)
		}
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, v := range vectors(f) {
		if v.Input != nil {
			f.Add([]byte(*v.Input))
		} else {
			f.Add([]byte(v.JSON))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := ParseJSON(text)
		if err != nil {
			if e, ok := err.(*JSONError); !ok || e.Line < 1 || e.Col < 1 || e.Offset > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !json.Valid(text) {
			t.Fatalf("%q is not JSON and was read as %v", text, v)
		}
		canonical := AppendJSON(nil, v)
		if !json.Valid(canonical) {
			t.Fatalf("%q is written as %q, which is not JSON", text, canonical)
		}
		back, err := ParseJSON(canonical)
		if err != nil || !back.Equal(v) {
			t.Fatalf("%q is written %q and read as %v, %v", text, canonical, back, err)
		}
		if again := AppendJSON(nil, back); !bytes.Equal(again, canonical) {
			t.Fatalf("%q is written %q and then %q", text, canonical, again)
		}
		if Size(v) <= 0 || v.String() == "" {
			t.Fatal("a value without size or text")
		}
	})
}

func TestWritingTakesNoAllocation(t *testing.T) {
	o := bag(t, benchBag)
	m := NewMasker([]string{"*key*"}, "secret")
	dst := make([]byte, 0, 256)
	for name, f := range map[string]func(){
		"AppendJSON":   func() { dst = o.AppendJSON(dst[:0]) },
		"AppendMasked": func() { dst = o.AppendMasked(dst[:0], m) },
	} {
		if got := testing.AllocsPerRun(100, f); got != 0 {
			t.Errorf("%s takes %v allocations", name, got)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	o := bag(b, benchBag)
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = o.AppendJSON(dst[:0])
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkParseJSON(b *testing.B) {
	text := []byte(benchBag)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ParseJSON(text); err != nil {
			b.Fatal(err)
		}
	}
}

func TestEightBytesAtOnceAreJudgedAsOneByOne(t *testing.T) {
	for at := range 8 {
		for c := range 256 {
			s := []byte("abcdefgh")
			s[at] = byte(c)
			if got := verbatim8(string(s)); got != verbatim[c] {
				t.Errorf("%q: verbatim8 is %v", s, got)
			}
		}
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 100000 {
		s := make([]byte, 8)
		all := true
		for i := range s {
			s[i] = byte(rnd.IntN(97) + 0x1f + rnd.IntN(2)) // mostly verbatim, and what lies around the bounds
			all = all && verbatim[s[i]]
		}
		if got := verbatim8(string(s)); got != all {
			t.Fatalf("%q: verbatim8 is %v", s, got)
		}
	}
}
