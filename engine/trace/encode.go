package trace

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"tenbench/engine/msg"
)

// An event's body is its kind, its type, a mask of the fields that follow, and these fields. Numbers are varints, names are
// Syms. Seq and Mono stand outside, because a body is copied from the writer's chunk to the log's block as it is.
//
// The buffer's head comes last, so that it can be cut off without decoding the rest.
const (
	hasApp = 1 << iota
	hasGraph
	hasExtension
	hasName
	hasFrom
	hasTo
	hasPC
	hasID
	hasParent
	hasBytes
	hasQueued
	hasLatency
	hasDebtor
	hasOutcome
	hasProperty
	hasMore // a second mask follows the first
)

// The second mask: what few events have.
const (
	hasRule = 1 << iota
	hasSource
	hasGroup
	hasStage
	hasCount
	hasBuild
	hasBufLen
	hasWaitsOn
	hasDetail
	hasBufHead
)

// maxHead is how much of a buffer an event keeps.
const maxHead = 4 << 10

// fixedBody is the largest body without the parts that sizeBody adds.
const fixedBody = 6 + 8*5 + 12*binary.MaxVarintLen64 + 7 + 4*binary.MaxVarintLen64

// sizeBody returns a bound for what encodeBody writes.
func sizeBody(e *Event) int {
	return fixedBody + len(e.Property) + len(e.Detail) + min(len(e.BufHead), maxHead) + len(e.WaitsOn)*binary.MaxVarintLen64
}

// encodeBody writes e to b, which has room for sizeBody(e), and returns the length of the body and of the head at its end.
func encodeBody(b []byte, e *Event) (n, head int) {
	var more uint16
	if hasRare(e) {
		more = moreMask(e)
	}
	b[0], b[1] = byte(e.Kind), byte(e.Type)
	i := 4
	if more != 0 {
		binary.LittleEndian.PutUint16(b[4:], more)
		i = 6
	}
	var mask uint16
	if e.App != 0 {
		mask |= hasApp
		i = putUvarint(b, i, uint64(e.App))
	}
	if e.Graph != 0 {
		mask |= hasGraph
		i = putUvarint(b, i, uint64(e.Graph))
	}
	if e.Extension != 0 {
		mask |= hasExtension
		i = putUvarint(b, i, uint64(e.Extension))
	}
	if e.Name != 0 {
		mask |= hasName
		i = putUvarint(b, i, uint64(e.Name))
	}
	if e.From != 0 {
		mask |= hasFrom
		i = putUvarint(b, i, uint64(e.From))
	}
	if e.To != 0 {
		mask |= hasTo
		i = putUvarint(b, i, uint64(e.To))
	}
	if e.PC != 0 {
		mask |= hasPC
		i = putLong(b, i, uint64(e.PC))
	}
	if e.ID != 0 {
		mask |= hasID
		i = putLong(b, i, e.ID)
	}
	if e.Parent != 0 {
		mask |= hasParent
		i = putUvarint(b, i, e.Parent)
	}
	if e.Bytes != 0 {
		mask |= hasBytes
		i = putUvarint(b, i, uint64(e.Bytes))
	}
	if e.QueuedNS != 0 {
		mask |= hasQueued
		i = putUvarint(b, i, uint64(e.QueuedNS))
	}
	if e.LatencyNS != 0 {
		mask |= hasLatency
		i = putUvarint(b, i, uint64(e.LatencyNS))
	}
	if e.Debtor|e.ParentDebtor != 0 {
		mask |= hasDebtor
		b[i], b[i+1] = byte(e.Debtor), byte(e.ParentDebtor)
		i += 2
	}
	if e.Final || uint8(e.Status)|uint8(e.By)|uint8(e.State)|uint8(e.Level) != 0 {
		mask |= hasOutcome
		i = putOutcome(b, i, e)
	}
	if len(e.Property) != 0 {
		mask |= hasProperty
		i = putUvarint(b, i, uint64(len(e.Property)))
		i += copy(b[i:], e.Property)
	}
	if more != 0 {
		mask |= hasMore
		i, head = putMore(b, i, e, more)
	}
	binary.LittleEndian.PutUint16(b[2:], mask)
	return i, head
}

func putUvarint(b []byte, i int, v uint64) int {
	for v >= 0x80 {
		b[i] = byte(v) | 0x80
		v >>= 7
		i++
	}
	b[i] = byte(v)
	return i + 1
}

// putLong writes the length of a number and its bytes: without a loop, faster than a varint where several bytes are usual.
func putLong(b []byte, i int, v uint64) int {
	if v < 1<<24 { // the usual one, in one store
		binary.LittleEndian.PutUint32(b[i:], uint32(v)<<8|3)
		return i + 4
	}
	n := (bits.Len64(v) + 7) / 8
	b[i] = byte(n)
	binary.LittleEndian.PutUint64(b[i+1:], v)
	return i + 1 + n
}

func putOutcome(b []byte, i int, e *Event) int {
	final := byte(0)
	if e.Final {
		final = 1
	}
	return i + copy(b[i:], []byte{byte(e.Status), final, byte(e.By), byte(e.State), byte(e.Level)})
}

// hasRare reports whether e has any field of the second mask.
func hasRare(e *Event) bool {
	return uint64(e.Rule|e.Source)|e.Group|uint64(e.StageNS|e.BufLen)|e.Count|e.Build|uint64(len(e.Detail)|len(e.WaitsOn)|len(e.BufHead)) != 0
}

func moreMask(e *Event) uint16 {
	var mask uint16
	set := func(on bool, bit uint16) {
		if on {
			mask |= bit
		}
	}
	set(e.Rule != 0, hasRule)
	set(e.Source != 0, hasSource)
	set(e.Group != 0, hasGroup)
	set(e.StageNS != 0, hasStage)
	set(e.Count != 0, hasCount)
	set(e.Build != 0, hasBuild)
	set(e.BufLen != 0 || len(e.BufHead) != 0, hasBufLen)
	set(len(e.WaitsOn) != 0, hasWaitsOn)
	set(e.Detail != "", hasDetail)
	set(len(e.BufHead) != 0, hasBufHead)
	return mask
}

// putMore writes the fields of the second mask in the order of its bits.
func putMore(b []byte, i int, e *Event, mask uint16) (n, head int) {
	for _, f := range [...]struct {
		bit uint16
		v   uint64
	}{
		{hasRule, uint64(e.Rule)}, {hasSource, uint64(e.Source)}, {hasGroup, e.Group}, {hasStage, uint64(e.StageNS)},
		{hasCount, e.Count}, {hasBuild, e.Build}, {hasBufLen, uint64(max(e.BufLen, int64(len(e.BufHead))))},
	} {
		if mask&f.bit != 0 {
			i = putUvarint(b, i, f.v)
		}
	}
	if mask&hasWaitsOn != 0 {
		i = putUvarint(b, i, uint64(len(e.WaitsOn)))
		for _, id := range e.WaitsOn {
			i = putUvarint(b, i, id)
		}
	}
	if mask&hasDetail != 0 {
		i = putUvarint(b, i, uint64(len(e.Detail)))
		i += copy(b[i:], e.Detail)
	}
	head = copy(b[i:], e.BufHead[:min(len(e.BufHead), maxHead)])
	return i + head, head
}

// cutHead makes body, whose last head bytes are a buffer's head, one without it.
func cutHead(body []byte, head int) []byte {
	more := binary.LittleEndian.Uint16(body[4:])
	binary.LittleEndian.PutUint16(body[4:], more&^hasBufHead)
	return body[:len(body)-head]
}

// decoder reads the fields of a body one after the other.
type decoder struct {
	b []byte
	i int
}

func (d *decoder) byte() byte {
	d.i++
	return d.b[d.i-1]
}

func (d *decoder) uvarint() uint64 {
	if c := d.b[d.i]; c < 0x80 {
		d.i++
		return uint64(c)
	}
	v, n := binary.Uvarint(d.b[d.i:])
	d.i += n
	return v
}

// long reads what putLong wrote.
func (d *decoder) long() uint64 {
	n := int(d.b[d.i])
	d.i += 1 + n
	if from := d.i - n; from+8 <= len(d.b) {
		return binary.LittleEndian.Uint64(d.b[from:]) & (1<<(8*n) - 1)
	}
	var v uint64
	for k := 1; k <= n; k++ {
		v = v<<8 | uint64(d.b[d.i-k])
	}
	return v
}

func (d *decoder) bytes(n int) []byte {
	d.i += n
	return d.b[d.i-n : d.i : d.i]
}

// decodeBody fills e, but for Seq and Mono, from a body. Byte slices and Detail alias b.
func decodeBody(e *Event, b []byte) {
	d := decoder{b: b, i: 4}
	e.Kind, e.Type = Kind(b[0]), msg.Kind(b[1])
	mask := binary.LittleEndian.Uint16(b[2:])
	var more uint16
	if mask&hasMore != 0 {
		more = binary.LittleEndian.Uint16(b[4:])
		d.i = 6
	}
	if mask&hasApp != 0 {
		e.App = Sym(d.uvarint())
	}
	if mask&hasGraph != 0 {
		e.Graph = Sym(d.uvarint())
	}
	if mask&hasExtension != 0 {
		e.Extension = Sym(d.uvarint())
	}
	if mask&hasName != 0 {
		e.Name = Sym(d.uvarint())
	}
	if mask&hasFrom != 0 {
		e.From = Sym(d.uvarint())
	}
	if mask&hasTo != 0 {
		e.To = Sym(d.uvarint())
	}
	if mask&hasPC != 0 {
		e.PC = uintptr(d.long())
	}
	if mask&hasID != 0 {
		e.ID = d.long()
	}
	if mask&hasParent != 0 {
		e.Parent = d.uvarint()
	}
	if mask&hasBytes != 0 {
		e.Bytes = int64(d.uvarint())
	}
	if mask&hasQueued != 0 {
		e.QueuedNS = int64(d.uvarint())
	}
	if mask&hasLatency != 0 {
		e.LatencyNS = int64(d.uvarint())
	}
	if mask&hasDebtor != 0 {
		e.Debtor, e.ParentDebtor = Debtor(d.byte()), Debtor(d.byte())
	}
	if mask&hasOutcome != 0 {
		e.Status, e.Final = msg.Status(d.byte()), d.byte() == 1
		e.By, e.State, e.Level = By(d.byte()), State(d.byte()), Level(d.byte())
	}
	if mask&hasProperty != 0 {
		e.Property = d.bytes(int(d.uvarint()))
	}
	if more != 0 {
		d.more(e, more)
	}
}

// more reads what putMore wrote.
func (d *decoder) more(e *Event, mask uint16) {
	if mask&hasRule != 0 {
		e.Rule = Sym(d.uvarint())
	}
	if mask&hasSource != 0 {
		e.Source = Sym(d.uvarint())
	}
	if mask&hasGroup != 0 {
		e.Group = d.uvarint()
	}
	if mask&hasStage != 0 {
		e.StageNS = int64(d.uvarint())
	}
	if mask&hasCount != 0 {
		e.Count = d.uvarint()
	}
	if mask&hasBuild != 0 {
		e.Build = d.uvarint()
	}
	if mask&hasBufLen != 0 {
		e.BufLen = int64(d.uvarint())
	}
	if mask&hasWaitsOn != 0 {
		e.WaitsOn = make([]uint64, d.uvarint())
		for i := range e.WaitsOn {
			e.WaitsOn[i] = d.uvarint()
		}
	}
	if mask&hasDetail != 0 {
		if b := d.bytes(int(d.uvarint())); len(b) > 0 {
			e.Detail = unsafe.String(&b[0], len(b)) // blocks are never written again
		}
	}
	if mask&hasBufHead != 0 {
		e.BufHead = d.bytes(len(d.b) - d.i)
	}
}
