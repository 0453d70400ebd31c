package trace

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
)

// Sym is a name of this process: storing, copying and comparing it costs an integer. The zero Sym is "".
type Sym uint32

const (
	symPageLen = 1 << 10
	symPages   = 1 << 10
	maxSyms    = symPages * symPageLen
)

// overflowName stands for all names that came when the table was full.
const overflowName = "(too many names)"

// Intern returns the Sym of s. A process has room for a million names; those beyond it share one.
func Intern(s string) Sym { return syms.intern(s) }

// String returns the name.
func (s Sym) String() string { return syms.name(s) }

var syms = newSymTable()

// symTable grows and never shrinks. Reading takes no lock: a name is in its page, and the page in pages, before its Sym is in
// a slot or in anyone's hands.
type symTable struct {
	seed  maphash.Seed
	pages [symPages]atomic.Pointer[[symPageLen]string]
	slots atomic.Pointer[[]atomic.Uint32] // open addressing, a power of two long, 0 is free

	mu  sync.Mutex // of those who add
	len uint32
}

func newSymTable() *symTable {
	t := &symTable{seed: maphash.MakeSeed(), len: 1}
	t.pages[0].Store(new([symPageLen]string)) // Sym 0 is ""
	slots := make([]atomic.Uint32, 1024)
	t.slots.Store(&slots)
	return t
}

func (t *symTable) intern(s string) Sym {
	if s == "" {
		return 0
	}
	h := maphash.String(t.seed, s)
	if id, _ := t.find(*t.slots.Load(), h, s); id != 0 {
		return id
	}
	return t.add(h, s)
}

// internBytes is intern without a copy of names that are known already.
func internBytes(b []byte) Sym { return syms.intern(view(b)) }

// find returns the Sym of s, or 0 and the slot where it belongs.
func (t *symTable) find(slots []atomic.Uint32, h uint64, s string) (Sym, int) {
	mask := uint64(len(slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		id := Sym(slots[i].Load())
		if id == 0 || t.name(id) == s {
			return id, int(i)
		}
	}
}

func (t *symTable) add(h uint64, s string) Sym {
	t.mu.Lock()
	defer t.mu.Unlock()
	slots := *t.slots.Load()
	id, slot := t.find(slots, h, s)
	if id != 0 {
		return id
	}
	if t.len >= maxSyms-1 {
		return t.overflow()
	}
	id = t.store(strings.Clone(s)) // s may be a piece of something large, or bytes that will change
	slots[slot].Store(uint32(id))
	if int(t.len)*2 > len(slots) {
		t.grow(slots)
	}
	return id
}

func (t *symTable) overflow() Sym {
	if t.len == maxSyms-1 {
		t.store(overflowName)
	}
	return maxSyms - 1
}

func (t *symTable) store(s string) Sym {
	id := t.len
	page := t.pages[id/symPageLen].Load()
	if page == nil {
		page = new([symPageLen]string)
		t.pages[id/symPageLen].Store(page)
	}
	page[id%symPageLen] = s
	t.len++
	return Sym(id)
}

func (t *symTable) grow(old []atomic.Uint32) {
	slots := make([]atomic.Uint32, 2*len(old))
	for i := range old {
		if id := old[i].Load(); id != 0 {
			name := t.name(Sym(id))
			_, slot := t.find(slots, maphash.String(t.seed, name), name)
			slots[slot].Store(id)
		}
	}
	t.slots.Store(&slots)
}

func (t *symTable) name(s Sym) string {
	if s >= maxSyms {
		return ""
	}
	page := t.pages[s/symPageLen].Load()
	if page == nil {
		return ""
	}
	return page[s%symPageLen]
}
