package trace

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"tenbench/engine/msg"
)

// An event's body is its kind, its type, a mask of the fields that follow, and these fields. Names are Syms, numbers are
// varints, or their length and bytes where that is faster to write. Seq and Mono stand outside, because a body is copied from
// the writer's chunk to the log's block as it is.
//
// The buffer's head comes last, so that it can be cut off without decoding the rest.
const (
	hasSyms  = 3 << 0 // how wide the six names that most events have are: not there, 1, 2 or 4 bytes each
	hasSyms1 = 1 << 0
	hasSyms2 = 2 << 0
	hasSyms4 = 3 << 0
)

const (
	hasPC = 1 << (iota + 2)
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
	b[0], b[1] = byte(e.Kind), byte(e.Type)
	i := 4
	rare := hasRare(e)
	if rare {
		i = 6
	}
	i, mask := putSyms(b, i, e)
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
		i = putLong(b, i, e.Parent)
	}
	if e.Bytes != 0 {
		mask |= hasBytes
		i = putUvarint(b, i, uint64(e.Bytes))
	}
	if e.QueuedNS != 0 {
		mask |= hasQueued
		i = putLong(b, i, uint64(e.QueuedNS))
	}
	if e.LatencyNS != 0 {
		mask |= hasLatency
		i = putLong(b, i, uint64(e.LatencyNS))
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
	if rare {
		mask |= hasMore
		i, head = putMore(b, i, e)
	}
	binary.LittleEndian.PutUint16(b[2:], mask)
	return i, head
}

// putSyms writes the six names that most events have at one width, which costs less than to look at each of them.
func putSyms(b []byte, i int, e *Event) (end int, mask uint16) {
	switch all := e.App | e.Graph | e.Extension | e.Name | e.From | e.To; {
	case all == 0:
		return i, 0
	case all < 1<<8:
		b = b[i : i+6]
		b[0], b[1], b[2], b[3], b[4], b[5] = byte(e.App), byte(e.Graph), byte(e.Extension), byte(e.Name), byte(e.From), byte(e.To)
		return i + 6, hasSyms1
	case all < 1<<16:
		put := binary.LittleEndian.PutUint16
		b = b[i : i+12]
		put(b, uint16(e.App))
		put(b[2:], uint16(e.Graph))
		put(b[4:], uint16(e.Extension))
		put(b[6:], uint16(e.Name))
		put(b[8:], uint16(e.From))
		put(b[10:], uint16(e.To))
		return i + 12, hasSyms2
	default:
		put := binary.LittleEndian.PutUint32
		b = b[i : i+24]
		put(b, uint32(e.App))
		put(b[4:], uint32(e.Graph))
		put(b[8:], uint32(e.Extension))
		put(b[12:], uint32(e.Name))
		put(b[16:], uint32(e.From))
		put(b[20:], uint32(e.To))
		return i + 24, hasSyms4
	}
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
	b = b[i : i+5]
	b[0], b[1], b[2], b[3], b[4] = byte(e.Status), final, byte(e.By), byte(e.State), byte(e.Level)
	return i + 5
}

// hasRare reports whether e has any field of the second mask.
func hasRare(e *Event) bool {
	return uint64(e.Rule|e.Source)|e.Group|uint64(e.StageNS|e.BufLen)|e.Count|e.Build|uint64(len(e.Detail)|len(e.WaitsOn)|len(e.BufHead)) != 0
}

// putMore writes the second mask behind the first, and its fields in the order of its bits.
func putMore(b []byte, i int, e *Event) (n, head int) {
	var mask uint16
	if e.Rule != 0 {
		mask |= hasRule
		i = putUvarint(b, i, uint64(e.Rule))
	}
	if e.Source != 0 {
		mask |= hasSource
		i = putUvarint(b, i, uint64(e.Source))
	}
	if e.Group != 0 {
		mask |= hasGroup
		i = putUvarint(b, i, e.Group)
	}
	if e.StageNS != 0 {
		mask |= hasStage
		i = putUvarint(b, i, uint64(e.StageNS))
	}
	if e.Count != 0 {
		mask |= hasCount
		i = putUvarint(b, i, e.Count)
	}
	if e.Build != 0 {
		mask |= hasBuild
		i = putUvarint(b, i, e.Build)
	}
	if length := max(e.BufLen, int64(len(e.BufHead))); length != 0 {
		mask |= hasBufLen
		i = putUvarint(b, i, uint64(length))
	}
	if len(e.WaitsOn) != 0 {
		mask |= hasWaitsOn
		i = putUvarint(b, i, uint64(len(e.WaitsOn)))
		for _, id := range e.WaitsOn {
			i = putUvarint(b, i, id)
		}
	}
	if e.Detail != "" {
		mask |= hasDetail
		i = putUvarint(b, i, uint64(len(e.Detail)))
		i += copy(b[i:], e.Detail)
	}
	if head = min(len(e.BufHead), maxHead); head != 0 {
		mask |= hasBufHead
		copy(b[i:], e.BufHead[:head])
	}
	binary.LittleEndian.PutUint16(b[4:], mask)
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

// syms reads what putSyms wrote.
func (d *decoder) syms(e *Event, width uint16) {
	switch width {
	case hasSyms1:
		b := d.bytes(6)
		e.App, e.Graph, e.Extension, e.Name, e.From, e.To = Sym(b[0]), Sym(b[1]), Sym(b[2]), Sym(b[3]), Sym(b[4]), Sym(b[5])
	case hasSyms2:
		b, get := d.bytes(12), binary.LittleEndian.Uint16
		e.App, e.Graph, e.Extension = Sym(get(b)), Sym(get(b[2:])), Sym(get(b[4:]))
		e.Name, e.From, e.To = Sym(get(b[6:])), Sym(get(b[8:])), Sym(get(b[10:]))
	case hasSyms4:
		b, get := d.bytes(24), binary.LittleEndian.Uint32
		e.App, e.Graph, e.Extension = Sym(get(b)), Sym(get(b[4:])), Sym(get(b[8:]))
		e.Name, e.From, e.To = Sym(get(b[12:])), Sym(get(b[16:])), Sym(get(b[20:]))
	}
}

// namesOf reads the names of a body in which words are looked for, and nothing else of it.
func namesOf(b []byte) nameSet {
	mask, i := binary.LittleEndian.Uint16(b[2:]), 4
	if mask&hasMore != 0 {
		i = 6
	}
	switch get := binary.LittleEndian; mask & hasSyms {
	case hasSyms1:
		return nameSet{Sym(b[i+2]), Sym(b[i+3]), Sym(b[i+4]), Sym(b[i+5])}
	case hasSyms2:
		return nameSet{Sym(get.Uint16(b[i+4:])), Sym(get.Uint16(b[i+6:])), Sym(get.Uint16(b[i+8:])), Sym(get.Uint16(b[i+10:]))}
	case hasSyms4:
		return nameSet{Sym(get.Uint32(b[i+8:])), Sym(get.Uint32(b[i+12:])), Sym(get.Uint32(b[i+16:])), Sym(get.Uint32(b[i+20:]))}
	}
	return nameSet{}
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
	d.syms(e, mask&hasSyms)
	if mask&hasPC != 0 {
		e.PC = uintptr(d.long())
	}
	if mask&hasID != 0 {
		e.ID = d.long()
	}
	if mask&hasParent != 0 {
		e.Parent = d.long()
	}
	if mask&hasBytes != 0 {
		e.Bytes = int64(d.uvarint())
	}
	if mask&hasQueued != 0 {
		e.QueuedNS = int64(d.long())
	}
	if mask&hasLatency != 0 {
		e.LatencyNS = int64(d.long())
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
