package msg

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

func keys(o *Object) string {
	var all []string
	for k := range o.All() {
		all = append(all, k)
	}
	return strings.Join(all, " ")
}

func TestTheZeroObjectIsUsable(t *testing.T) {
	var o Object
	if _, ok := o.Lookup("a"); ok || o.Len() != 0 || o.Delete("a") || o.String() != "{}" {
		t.Error("the zero object is not empty")
	}
	o.Put("a", Int(1))
	if o.String() != `{"a":1}` {
		t.Errorf("after Put it is %s", &o)
	}
}

func TestKeysKeepTheirPlace(t *testing.T) {
	o := bag(t, `{"c":1,"a":2,"b":3}`)
	o.Put("a", Int(9))
	o.Put("d", Int(4))
	if !o.Delete("c") || o.Delete("c") {
		t.Error("Delete does not say whether the key was there")
	}
	if got := o.String(); got != `{"a":9,"b":3,"d":4}` {
		t.Errorf("got %s", got)
	}
	o.Put("c", Int(5))
	if got := keys(o); got != "a b d c" {
		t.Errorf("a deleted key came back as %s", got)
	}
}

func TestInvalidKeysBecomeWhatJSONWouldMakeOfThem(t *testing.T) {
	var o Object
	o.Put("a\xff", Int(1))
	o.Put("a\xfe", Int(2))
	if v, ok := o.Lookup("a\xff"); o.Len() != 1 || !ok || !v.Equal(Int(2)) {
		t.Errorf("the keys are %q", keys(&o))
	}
	if _, ok := o.Lookup("a\ufffd"); !ok {
		t.Error("the key is not valid UTF-8")
	}
}

// TestObjectActsLikeAMap runs random writes on an object, a map and an order of keys, across the size where the index begins.
func TestObjectActsLikeAMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var o Object
	var shares []Object
	var texts []string
	model, order := map[string]int64{}, []string{}
	for i := range 5000 {
		key := fmt.Sprint("k", rnd.IntN(40))
		switch _, there := model[key]; {
		case rnd.IntN(5) < 2:
			if o.Delete(key) != there {
				t.Fatalf("step %d: Delete(%s) is %v", i, key, !there)
			}
			delete(model, key)
			order = without(order, key)
		case rnd.IntN(20) == 0:
			shares = append(shares, o.Share())
			texts = append(texts, o.String())
		default:
			o.Put(key, Int(int64(i)))
			model[key] = int64(i)
			if !there {
				order = append(order, key)
			}
		}
		if got := keys(&o); got != strings.Join(order, " ") {
			t.Fatalf("step %d: keys are %s, want %s", i, got, order)
		}
		for k, n := range model {
			if v, _ := o.Lookup(k); !v.Equal(Int(n)) {
				t.Fatalf("step %d: %s is %v, want %d", i, k, v, n)
			}
		}
	}
	for i := range shares {
		if got := shares[i].String(); got != texts[i] {
			t.Fatalf("share %d became %s, was %s", i, got, texts[i])
		}
	}
}

func without(all []string, key string) []string {
	var out []string
	for _, k := range all {
		if k != key {
			out = append(out, k)
		}
	}
	return out
}

func TestSharesAreSeparateWhoeverWritesFirst(t *testing.T) {
	for _, write := range []struct {
		name string
		do   func(*Object)
	}{
		{"put a new key", func(o *Object) { o.Put("new", Int(1)) }},
		{"put an old key", func(o *Object) { o.Put("a", Int(1)) }},
		{"delete", func(o *Object) { o.Delete("a") }},
		{"set below", func(o *Object) { must(t, o.Set("b.c[0]", Int(1))) }},
		{"merge", func(o *Object) { o.Merge(bag(t, `{"b":{"c":5}}`)) }},
	} {
		t.Run(write.name, func(t *testing.T) {
			const before = `{"a":0,"b":{"c":[0]}}`
			first := bag(t, before)
			second := first.Share()
			third := second.Share()
			write.do(&second)
			if first.String() != before || third.String() != before || second.String() == before {
				t.Errorf("first %s, second %s, third %s", first, &second, &third)
			}
			write.do(first)
			if third.String() != before || first.String() != second.String() {
				t.Errorf("first %s, second %s, third %s", first, &second, &third)
			}
		})
	}
}

// TestSharedObjectsAreUsedConcurrently is for the race detector: readers, sharers and writers of one content.
func TestSharedObjectsAreUsedConcurrently(t *testing.T) {
	o := bag(t, `{"a":{"b":[1,2]},"c":"text"}`)
	frozen := Obj(o)
	var wg sync.WaitGroup
	for i := range 8 {
		mine := o.Share()
		wg.Go(func() {
			for n := range 200 {
				own := mine.Share()
				must(t, own.Set("a.b[1]", Int(int64(n))))
				own.Put("mine", Int(int64(i)))
				if v, err := mine.Get("a.b[1]"); err != nil || !v.Equal(Int(2)) {
					t.Errorf("a reader sees %v, %v", v, err)
				}
				w := frozen.Object().Share()
				w.Put("c", Null())
				_ = frozen.String()
			}
		})
	}
	o.Put("c", Int(1))
	wg.Wait()
}

func TestMergeIsDeepForObjectsOnly(t *testing.T) {
	for _, c := range []struct{ base, over, want string }{
		{`{"a":1}`, `{"b":2}`, `{"a":1,"b":2}`},
		{`{"a":{"x":1,"y":2}}`, `{"a":{"y":3,"z":4}}`, `{"a":{"x":1,"y":3,"z":4}}`},
		{`{"a":[1,2,3]}`, `{"a":[9]}`, `{"a":[9]}`},
		{`{"a":{"x":1}}`, `{"a":5}`, `{"a":5}`},
		{`{"a":5}`, `{"a":{"x":1}}`, `{"a":{"x":1}}`},
		{`{"a":{"b":{"c":1}}}`, `{"a":{"b":{"d":null}}}`, `{"a":{"b":{"c":1,"d":null}}}`},
		{`{}`, `{}`, `{}`},
	} {
		base, over := bag(t, c.base), bag(t, c.over)
		kept := base.Share()
		base.Merge(over)
		if got := base.String(); got != c.want {
			t.Errorf("%s merged with %s is %s, want %s", c.base, c.over, got, c.want)
		}
		if over.String() != c.over || kept.String() != c.base {
			t.Errorf("merging %s into %s changed something else", c.over, c.base)
		}
	}
	o := bag(t, `{"a":{"b":1}}`)
	o.Merge(o)
	o.Merge(nil)
	if o.String() != `{"a":{"b":1}}` {
		t.Errorf("merged with itself: %s", o)
	}
}

func TestRangingStopsWhenAsked(t *testing.T) {
	seen := 0
	for range bag(t, `{"a":1,"b":2}`).All() {
		seen++
		break
	}
	if seen != 1 {
		t.Errorf("saw %d keys", seen)
	}
}

func TestASmallObjectIsOneAllocation(t *testing.T) {
	v := Int(1)
	got := testing.AllocsPerRun(100, func() {
		var o Object
		o.Put("a", v)
		o.Put("b", v)
		o.Put("c", v)
		o.Put("d", v)
	})
	if got > 1 {
		t.Errorf("four keys cost %v allocations", got)
	}
}

func BenchmarkPutTwo(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var o Object
		o.Put("text", String("hello"))
		o.Put("n", Int(1))
	}
}

func BenchmarkShare(b *testing.B) {
	o := bag(b, benchBag)
	b.ReportAllocs()
	for b.Loop() {
		s := o.Share()
		_ = s.Len()
	}
}
