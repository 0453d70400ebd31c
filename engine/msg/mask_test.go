package msg

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestSecretsAreMasked(t *testing.T) {
	m := NewMasker([]string{"*key*", "*Token", "pass?ord"}, "s3cret", "")
	for _, c := range []struct{ in, want string }{
		{`{"api_key":"abc","text":"abc"}`, `{"api_key":"********","text":"abc"}`},
		{`{"API_KEY":"abc"}`, `{"API_KEY":"********"}`},
		{`{"token":"abc","tokens":"abc","accessToken":"abc"}`, `{"token":"********","tokens":"abc","accessToken":"********"}`},
		{`{"password":"x","passXord":"x","passord":"x"}`, `{"password":"********","passXord":"********","passord":"x"}`},
		{`{"key":5}`, `{"key":"********"}`},
		{`{"key":{"a":"b"}}`, `{"key":"********"}`},
		{`{"key":["a"]}`, `{"key":"********"}`},
		{`{"key":""}`, `{"key":""}`},
		{`{"key":null}`, `{"key":null}`},
		{`{"a":"s3cret","b":"not s3cret","c":"S3CRET"}`, `{"a":"********","b":"not ********","c":"S3CRET"}`},
		{`{"a":{"b":[1,"s3cret",{"my_key":"x","c":"s3cret"}]}}`, `{"a":{"b":[1,"********",{"my_key":"********","c":"********"}]}}`},
		{`{"a":"","n":1.0,"t":true}`, `{"a":"","n":1.0,"t":true}`},
		{`{}`, `{}`},
	} {
		for range 2 { // the second time from memory
			if got := string(bag(t, c.in).AppendMasked(nil, m)); got != c.want {
				t.Errorf("%s is masked as %s, want %s", c.in, got, c.want)
			}
		}
	}
}

func TestMaskingOfOneValueGoesByItsKey(t *testing.T) {
	m := NewMasker([]string{"key"}, "s3cret")
	if got := string(m.Append(nil, "key", Int(5))); got != `"********"` {
		t.Errorf("got %s", got)
	}
	if got := string(m.Append(nil, "name", Array(String("s3cret"), Int(5)))); got != `["********",5]` {
		t.Errorf("got %s", got)
	}
}

func TestNoMaskerMasksNothing(t *testing.T) {
	o := bag(t, `{"key":"abc"}`)
	var none *Masker
	if got := string(o.AppendMasked(nil, none)) + string(none.Append(nil, "key", Int(1))); got != `{"key":"abc"}1` {
		t.Errorf("got %s", got)
	}
	if got := string(o.AppendMasked(nil, NewMasker(nil))); got != `{"key":"abc"}` {
		t.Errorf("got %s", got)
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true}, {"a*", "abc", true}, {"*c", "abc", true}, {"*b*", "abc", true},
		{"a*c", "abbbc", true}, {"a*c", "abbb", false}, {"a?c", "abc", true}, {"a?c", "ac", false}, {"**a**", "a", true}, {"*ab*ab", "abxab", true},
		{"*ab*ab", "ab", false}, {"?", "", false}, {"abc", "abc", true}, {"abc", "abcd", false}, {"*aab", "aaab", true},
		{strings.Repeat("a*", 30) + "b", strings.Repeat("a", 5000), false},
	} {
		if got := match(c.pattern, c.text); got != c.want {
			t.Errorf("match(%q, %.20q) = %v", c.pattern, c.text, got)
		}
	}
}

func TestMadeUpKeysAreDecidedRightAndDoNotFillTheMaskersMemory(t *testing.T) {
	m := NewMasker([]string{"*key"})
	long := strings.Repeat("x", maxKnownKey)
	for i := range 8 * knownSlots {
		for _, pad := range []string{"", long} {
			if !m.Secret(fmt.Sprint(i, pad, "key")) || m.Secret(fmt.Sprint("key", pad, i)) {
				t.Fatalf("the decision about key %d is wrong", i)
			}
		}
	}
	for i := range m.slots {
		if d := m.slots[i].Load(); d != nil && len(d.key) > maxKnownKey {
			t.Errorf("a key of %d bytes is remembered, want %d at most", len(d.key), maxKnownKey)
		}
	}
}

// TestMaskersAreSharedByGoroutines is for the race detector.
func TestMaskersAreSharedByGoroutines(t *testing.T) {
	m := NewMasker([]string{"*key*"})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				if !m.Secret(fmt.Sprint("key", i)) || m.Secret(fmt.Sprint("name", i)) {
					t.Error("a decision is wrong")
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkAppendMasked(b *testing.B) {
	o := bag(b, benchBag)
	m := NewMasker([]string{"*key*", "*token*", "*secret*", "*password*"}, "a secret value")
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = o.AppendMasked(dst[:0], m)
	}
	b.SetBytes(int64(len(dst)))
}

func TestASecretInsideALongerTextIsMasked(t *testing.T) {
	m := NewMasker(nil, "s3cret-token", "abc", "s3cret-token-longer")
	for in, want := range map[string]string{
		"Bearer s3cret-token, twice s3cret-token": "Bearer ********, twice ********",
		"s3cret-token-longer":                     "********",
		"abc in a text is too short to be told":   "abc in a text is too short to be told",
		"nothing":                                 "nothing",
	} {
		if got := m.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	var o Object
	o.Put("header", String("Bearer s3cret-token"))
	if got := string(o.AppendMasked(nil, m)); got != `{"header":"Bearer ********"}` {
		t.Errorf("bag %s", got)
	}
	var none *Masker
	if none.Text("x") != "x" {
		t.Error("a nil masker masks")
	}
}
