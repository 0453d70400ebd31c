package trace

import (
	"sync"
	"sync/atomic"
)

// Sym is a name of the process: comparing, copying and storing it costs an integer. The zero Sym is "".
type Sym uint32

const (
	symPageBits = 10
	symPageLen  = 1 << symPageBits
	symPages    = 1 << 10
	maxSyms     = symPages * symPageLen
)

// overflowName stands for all names that came after the table was full.
const overflowName = "(too many names)"

// symTable grows and never shrinks. Reading takes no lock: a page is published before the first Sym that lies in it.
type symTable struct {
	ids   sync.Map // string -> Sym
	pages [symPages]atomic.Pointer[[symPageLen]string]

	mu  sync.Mutex
	len uint32
}

var syms = newSymTable()

func newSymTable() *symTable {
	t := &symTable{}
	t.add("")
	return t
}

// Intern returns the Sym of s. There is room for a million names in a process; those beyond it share one.
func Intern(s string) Sym {
	if s == "" {
		return 0
	}
	return syms.intern(s)
}

// String returns the name.
func (s Sym) String() string { return syms.name(s) }

// symOf is Intern for bytes: a name that is known already is not copied.
func (t *symTable) intern(s string) Sym {
	if id, ok := t.ids.Load(s); ok {
		return id.(Sym)
	}
	return t.add(s)
}

func (t *symTable) add(s string) Sym {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.ids.Load(s); ok {
		return id.(Sym)
	}
	if t.len == maxSyms {
		return maxSyms - 1
	}
	if t.len == maxSyms-1 {
		s = overflowName
	}
	id := Sym(t.len)
	page := t.pages[id>>symPageBits].Load()
	if page == nil {
		page = new([symPageLen]string)
		t.pages[id>>symPageBits].Store(page)
	}
	page[id&(symPageLen-1)] = s
	t.len++
	t.ids.Store(s, id)
	return id
}

func (t *symTable) name(s Sym) string {
	if s >= maxSyms {
		return overflowName
	}
	page := t.pages[s>>symPageBits].Load()
	if page == nil {
		return ""
	}
	return page[s&(symPageLen-1)]
}
