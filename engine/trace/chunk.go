package trace

import (
	"bytes"
	"encoding/binary"
	"sync"

	"tenbench/engine/msg"
)

// class says how hard the log tries to keep an event.
type class uint8

const (
	protected  class = iota // lifecycle, commands, results, logs from info on, lints and all that is rare
	expendable              // data, frames and debug logs: the flood
	classes
)

// classOf returns the class of e.
func classOf(e *Event) class {
	switch {
	case e.Type >= msg.KindData && e.Kind >= Sent && e.Kind <= Freed:
		return expendable
	case e.Kind == LogLine && e.Level == Debug:
		return expendable
	}
	return protected
}

// chunkLen is a size class of Go's allocator.
const chunkLen = 32 << 10

// chunk is a stretch of one writer's stream: records of a header of fixed size and a body. It is filled by the writer, then
// read by the drainer, never by both.
type chunk struct {
	buf   []byte
	class class
	n     int // bytes filled
	off   int // bytes drained
	next  *chunk
}

// recordHead is what stands before a body in a chunk: key, mono, length of the body, length of the head at its end.
const recordHead = 8 + 8 + 4 + 4

// chunkPool holds chunks of chunkLen; the garbage collector empties it when the flood is over.
var chunkPool = sync.Pool{New: func() any { return &chunk{buf: make([]byte, chunkLen)} }}

// newChunk returns an empty chunk with room for a record of that size.
func newChunk(record int) *chunk {
	if record > chunkLen {
		return &chunk{buf: make([]byte, record)}
	}
	return chunkPool.Get().(*chunk)
}

// copy returns a chunk with the same records and no room for more.
func (c *chunk) copy() *chunk {
	return &chunk{buf: bytes.Clone(c.buf[:c.n]), class: c.class, n: c.n}
}

func (c *chunk) free() {
	if len(c.buf) == chunkLen {
		c.n, c.off, c.next = 0, 0, nil
		chunkPool.Put(c)
	}
}

// put appends e. The caller has made sure of room for recordHead+sizeBody(e).
func (c *chunk) put(key, mono int64, e *Event) {
	b := c.buf[c.n:]
	n, head := encodeBody(b[recordHead:], e)
	binary.LittleEndian.PutUint64(b, uint64(key))
	binary.LittleEndian.PutUint64(b[8:], uint64(mono))
	binary.LittleEndian.PutUint32(b[16:], uint32(n))
	binary.LittleEndian.PutUint32(b[20:], uint32(head))
	c.n += recordHead + n
}

// key returns the key of the next record to drain.
func (c *chunk) key() int64 { return int64(binary.LittleEndian.Uint64(c.buf[c.off:])) }

// take returns the next record to drain and goes behind it.
func (c *chunk) take() (mono int64, body []byte, head int) {
	b := c.buf[c.off:]
	mono = int64(binary.LittleEndian.Uint64(b[8:]))
	end := recordHead + int(binary.LittleEndian.Uint32(b[16:]))
	c.off += end
	return mono, b[recordHead:end], int(binary.LittleEndian.Uint32(b[20:]))
}
