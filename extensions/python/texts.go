package python

import (
	"fmt"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

// texts are the string tables of a connection, one for each direction.
type texts struct {
	defined []trace.Sym // by the process; only the reading goroutine uses it
	places  map[msg.Loc]uint32
}

// maxTexts bounds what a process may define: sources are places in code, of which there are not that many.
const maxTexts = 1 << 20

// define takes a STRING frame.
func (t *texts) define(f wire.Frame) error {
	n := int(f.Node)
	if n < 1 || n > maxTexts {
		return &wire.FormError{Msg: fmt.Sprintf("STRING with the number %d; they are 1 to %d", n, maxTexts)}
	}
	for len(t.defined) < n {
		t.defined = append(t.defined, 0)
	}
	t.defined[n-1] = trace.Intern(string(f.Body))
	return nil
}

// text returns what a number stands for; none for a number that was never defined.
func (t *texts) text(n uint32) trace.Sym {
	if n < 1 || int(n) > len(t.defined) {
		return 0
	}
	return t.defined[n-1]
}

// place returns the number of a place, and dst with its definition behind it if it is new. The output's lock is held.
func (t *texts) place(dst []byte, at msg.Loc) ([]byte, uint32) {
	if n, ok := t.places[at]; ok {
		return dst, n
	}
	if t.places == nil {
		t.places = map[msg.Loc]uint32{}
	}
	n := uint32(len(t.places) + 1)
	t.places[at] = n
	return wire.AppendFrame(dst, wire.String, 0, n, wire.AppendPlace(nil, at)), n
}
