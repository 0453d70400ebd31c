package bench

import (
	"bufio"
	"io"
	"time"

	"tenbench/engine/trace"
)

// printer writes events as JSON lines. It keeps them until it is flushed, and is silent after the first error: a reader that
// went away is a reason to end, not to complain.
type printer struct {
	out   *bufio.Writer
	start time.Time
	line  []byte
	err   error
}

const printBuffer = 64 << 10

func newPrinter(w io.Writer, start time.Time) *printer {
	return &printer{out: bufio.NewWriterSize(w, printBuffer), start: start}
}

func (p *printer) print(e *trace.Event) {
	if p.err != nil {
		return
	}
	p.line = append(e.AppendJSON(p.line[:0], p.start), '\n')
	_, p.err = p.out.Write(p.line)
}

// flush hands on what was kept and returns the first error of all writes.
func (p *printer) flush() error {
	if p.err == nil {
		p.err = p.out.Flush()
	}
	return p.err
}
