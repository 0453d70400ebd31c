package msg

import (
	"iter"
	"maps"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// Object is an ordered property bag. The zero Object is empty and ready to use. It belongs to one goroutine at a time; an
// Object that was shared may be read by all that have a share. Do not copy an Object by assignment: use Share.
//
// Keys are valid UTF-8: bytes that are not become U+FFFD, as they would in JSON. Putting a key that exists keeps its place.
type Object struct {
	entries []entry
	index   map[string]int32 // where each key is in entries; nil for few keys, which are found faster by looking at all
	shared  bool             // someone else reads entries and index: copy before writing
	inside  bool             // entries may lie in a message, which they keep alive: copy before sharing
}

type entry struct {
	key string
	val Value
}

const (
	fewEntries   = 2  // a new command or result has room for so many
	firstEntries = 4  // room for this many keys costs one allocation
	indexedFrom  = 16 // with more keys than this a map finds them faster than a scan
)

// Len returns the number of keys.
func (o *Object) Len() int { return len(o.entries) }

// Lookup returns the value of a top-level key; ok is false if there is none. Key is taken as it is, not as a path.
func (o *Object) Lookup(key string) (v Value, ok bool) {
	if i := o.find(key); i >= 0 {
		return o.entries[i].val, true
	}
	return Value{}, false
}

// find returns where key is, or -1.
func (o *Object) find(key string) int {
	i := o.scan(key)
	if i < 0 && syntax(key) != plainASCII {
		return o.scan(validKey(key))
	}
	return i
}

func (o *Object) scan(key string) int {
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return int(i)
		}
		return -1
	}
	for i := range o.entries {
		if o.entries[i].key == key {
			return i
		}
	}
	return -1
}

// validKey replaces each byte that is not UTF-8, so that two keys of one object never become one in JSON.
func validKey(key string) string {
	if utf8.ValidString(key) {
		return key
	}
	return string([]rune(key))
}

// Put sets a top-level key. Key is taken as it is, not as a path.
func (o *Object) Put(key string, v Value) {
	if syntax(key) != plainASCII {
		key = validKey(key)
	}
	o.put(key, v)
}

// put sets a top-level key that is valid UTF-8.
func (o *Object) put(key string, v Value) {
	if o.shared {
		o.own()
	}
	if i := o.scan(key); i >= 0 {
		o.entries[i].val = v
		return
	}
	o.add(key, v)
}

// add appends a key that is not there yet.
func (o *Object) add(key string, v Value) {
	if o.entries == nil {
		o.entries = make([]entry, 0, firstEntries)
	}
	o.entries = append(o.entries, entry{key, v})
	switch {
	case o.index != nil:
		o.index[key] = int32(len(o.entries) - 1)
	case len(o.entries) > indexedFrom:
		o.reindex()
	}
}

func (o *Object) reindex() {
	o.index = make(map[string]int32, 2*len(o.entries))
	for i := range o.entries {
		o.index[o.entries[i].key] = int32(i)
	}
}

// own makes o the only one to refer to its entries.
func (o *Object) own() {
	entries := make([]entry, len(o.entries), max(firstEntries, len(o.entries)+1))
	copy(entries, o.entries)
	o.entries, o.index, o.shared, o.inside = entries, maps.Clone(o.index), false, false
}

// Delete removes a top-level key and reports whether it was there.
func (o *Object) Delete(key string) bool {
	i := o.find(key)
	if i < 0 {
		return false
	}
	if o.shared {
		o.own()
	}
	o.entries = slices.Delete(o.entries, i, i+1)
	if o.index == nil {
		return true
	}
	if len(o.entries) > indexedFrom {
		o.reindex()
	} else {
		o.index = nil
	}
	return true
}

// All ranges over the keys in order. The loop body must not write to o.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i := range o.entries {
			if !yield(o.entries[i].key, o.entries[i].val) {
				return
			}
		}
	}
}

// Share returns a second object with the same content, at once and whatever the size. Each side copies when it first
// writes, so both can be used as if they were separate, also by different goroutines.
func (o *Object) Share() Object {
	if o.inside {
		o.own()
	}
	if !o.shared { // an object that is shared already is only read here: readers may share it at the same time
		o.shared = true
	}
	return *o
}

// Merge puts all of over into o. Where both have an object they are merged in turn; everything else, arrays included,
// replaces what o had.
func (o *Object) Merge(over *Object) {
	if over == nil {
		return
	}
	for key, v := range over.All() {
		if old, ok := o.Lookup(key); ok && old.t == ObjectType && v.t == ObjectType {
			merged := old.Object()
			merged.Merge(v.object())
			v = frozen(*merged)
		}
		o.Put(key, v)
	}
}

// Equal reports whether both objects have the same keys with equal values, in whatever order.
func (o *Object) Equal(other *Object) bool {
	if len(o.entries) != len(other.entries) {
		return false
	}
	for key, v := range o.All() {
		if w, ok := other.Lookup(key); !ok || !v.Equal(w) {
			return false
		}
	}
	return true
}

// Size returns roughly how many bytes o holds in memory.
func (o *Object) Size() int {
	size := int(unsafe.Sizeof(*o))
	for i := range o.entries {
		size += len(o.entries[i].key) + int(unsafe.Sizeof("")) + Size(o.entries[i].val)
	}
	return size
}

// String returns a short text for people, as Value.String does.
func (o *Object) String() string { return shorten(o.AppendJSON(nil)) }
