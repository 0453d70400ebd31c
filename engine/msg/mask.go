package msg

import (
	"slices"
	"strings"
	"sync/atomic"
)

// Masked is what stands in place of a secret.
const Masked = "********"

// Masker decides which properties are secrets: by their key, or because their text is a known secret. It may be used by any
// goroutine.
type Masker struct {
	patterns []string // in lower case
	values   map[string]struct{}
	long     []string // the secrets that are also looked for inside longer texts, longest first
	lengths  uint64   // bit n%64 is set if a secret has length n: most strings are told from secrets without hashing them

	slots [knownSlots]atomic.Pointer[decision] // by key; a slot is filled once
}

// knownSlots and maxKnownKey bound the decisions kept. Long keys, and keys that find their slot taken, of which a program has
// many only if it makes up keys, are decided anew each time.
const (
	knownSlots  = 256
	maxKnownKey = 128
)

// decision is whether values of a key are secrets, and what stands before such a value in JSON.
type decision struct {
	key    string
	secret bool
	member string
}

// NewMasker returns a masker for keys that match one of the patterns, upper or lower case, and for strings that equal one of
// the secret values or hold one of six bytes or more. In a pattern * stands for any text and ? for one byte.
func NewMasker(patterns []string, secretValues ...string) *Masker {
	m := &Masker{values: make(map[string]struct{}, len(secretValues))}
	for _, p := range patterns {
		m.patterns = append(m.patterns, strings.ToLower(p))
	}
	for _, s := range secretValues {
		if s != "" {
			m.values[s] = struct{}{}
			m.lengths |= 1 << (len(s) % 64)
		}
		if len(s) >= minInside {
			m.long = append(m.long, s)
		}
	}
	slices.SortFunc(m.long, func(a, b string) int { return len(b) - len(a) })
	return m
}

// minInside is the length from which a secret is looked for inside longer texts: a shorter one would blank out half of a log.
const minInside = 6

// Text returns s with the known secrets in it masked, wherever they stand. A nil m masks nothing.
func (m *Masker) Text(s string) string {
	if m == nil {
		return s
	}
	for _, secret := range m.long {
		if strings.Contains(s, secret) {
			s = strings.ReplaceAll(s, secret, Masked)
		}
	}
	return s
}

// AppendMasked appends the canonical JSON of o with secrets masked. Null and the empty string are never masked: that a
// secret is missing is worth seeing. A nil m masks nothing.
func (o *Object) AppendMasked(dst []byte, m *Masker) []byte {
	if m == nil {
		return o.AppendJSON(dst)
	}
	dst = append(dst, '{')
	for i := range o.entries {
		e := &o.entries[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		d := m.known(e.key)
		if d == nil {
			d = &decision{secret: m.matches(e.key)}
			dst = append(appendString(dst, e.key), ':')
		}
		dst = append(dst, d.member...)
		dst = m.append(dst, d.secret, e.val)
	}
	return append(dst, '}')
}

// Append appends the canonical JSON of v, the value of that key, with secrets masked. A nil m masks nothing.
func (m *Masker) Append(dst []byte, key string, v Value) []byte {
	if m == nil {
		return AppendJSON(dst, v)
	}
	return m.append(dst, m.Secret(key), v)
}

func (m *Masker) append(dst []byte, secret bool, v Value) []byte {
	if secret && !v.empty() {
		return append(dst, `"`+Masked+`"`...)
	}
	return m.appendValue(dst, v)
}

// empty reports whether v says that there is nothing.
func (v Value) empty() bool { return v.t <= NullType || v.t == StringType && v.n == 0 }

func (m *Masker) appendValue(dst []byte, v Value) []byte {
	switch v.t {
	case StringType:
		if m.secretValue(v.str()) {
			return append(dst, `"`+Masked+`"`...)
		}
		if len(m.long) > 0 {
			return AppendJSON(dst, String(m.Text(v.str())))
		}
	case ObjectType:
		return v.object().AppendMasked(dst, m)
	case ArrayType:
		return m.appendArray(dst, v.items())
	}
	return AppendJSON(dst, v)
}

func (m *Masker) appendArray(dst []byte, items []Value) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = m.appendValue(dst, item)
	}
	return append(dst, ']')
}

func (m *Masker) secretValue(s string) bool {
	if m.lengths&(1<<(len(s)%64)) == 0 {
		return false
	}
	_, ok := m.values[s]
	return ok
}

// Secret reports whether values of that key are secrets.
func (m *Masker) Secret(key string) bool {
	if d := m.known(key); d != nil {
		return d.secret
	}
	return m.matches(key)
}

// known returns what was decided of a key, now or before; nil if that is not kept.
func (m *Masker) known(key string) *decision {
	if key == "" || len(key) > maxKnownKey {
		return nil
	}
	slot := &m.slots[slotOf(key)]
	if slot.Load() == nil {
		key = strings.Clone(key) // it may be part of a larger text
		slot.CompareAndSwap(nil, &decision{key, m.matches(key), string(append(appendString(nil, key), ':'))})
	}
	if d := slot.Load(); d.key == key {
		return d
	}
	return nil
}

// slotOf spreads keys over the slots by their length and three of their bytes, which costs less than a hash of all of them.
func slotOf(key string) uint32 {
	last := len(key) - 1
	mix := uint32(key[0]) | uint32(key[last/2])<<8 | uint32(key[last])<<16 | uint32(last)<<24
	return mix * 0x9e3779b1 >> 24
}

func (m *Masker) matches(key string) bool {
	lower := strings.ToLower(key)
	for _, p := range m.patterns {
		if match(p, lower) {
			return true
		}
	}
	return false
}

// match reports whether s is what the pattern says: * is any text, ? is one byte. It remembers the last * only, which is
// enough, and so takes no more than len(pattern) * len(s) steps.
func match(pattern, s string) bool {
	p, i := 0, 0
	star, from := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
