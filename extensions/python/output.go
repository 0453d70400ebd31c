package python

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"tenbench/engine/trace"
)

// What a child may print before it costs the others something.
const (
	maxLine     = 8 << 10 // bytes; a longer line is cut into pieces
	maxLines    = 1000    // in a window of one stream; what is beyond is dropped and counted
	maxBytes    = 1 << 20 // likewise
	window      = time.Second
	partialWait = 100 * time.Millisecond // how long a line waits for its end
	tailLines   = 20                     // kept of stderr, for the reason of a death
)

// output turns one stream of a child into lines for the log. It reads whether or not anyone wants the lines, so that a flood
// stalls nobody, the child included; what is too much is dropped and counted in a line of its own.
type output struct {
	level trace.Level
	emit  func(level trace.Level, line string)

	partial     []byte
	began       time.Time // of the window
	lines, size int       // in it
	lost        int       // lines that were dropped in it
	lostBytes   int

	mu   sync.Mutex
	tail []string
}

// read reads until the stream ends or r's deadline, moved by others, has passed.
func (o *output) read(r *os.File) {
	buf := make([]byte, 64<<10)
	for {
		if len(o.partial) > 0 || o.lost > 0 {
			_ = r.SetReadDeadline(time.Now().Add(partialWait))
		}
		n, err := r.Read(buf)
		o.take(buf[:n])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			o.flush()
			_ = r.SetReadDeadline(time.Time{})
		case err != nil: // the end, or the file was closed because nobody may write any more
			o.flush()
			o.count(time.Now(), true)
			return
		}
	}
}

// take splits what came into lines.
func (o *output) take(b []byte) {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		end, room := i+1, maxLine-len(o.partial)
		if i < 0 {
			i, end = len(b), len(b)
		}
		if i > room {
			i, end = room, room
		}
		o.partial = append(o.partial, b[:i]...)
		if end > i || len(o.partial) == maxLine {
			o.line()
		}
		b = b[end:]
	}
}

// flush ends a line that has no end.
func (o *output) flush() {
	if len(o.partial) > 0 {
		o.line()
	}
	o.count(time.Now(), false)
}

func (o *output) line() {
	text := strings.ToValidUTF8(strings.TrimRight(string(o.partial), "\r"), "\ufffd")
	o.partial = o.partial[:0]
	o.remember(text)
	o.count(time.Now(), false)
	if o.lines >= maxLines || o.size+len(text) > maxBytes {
		o.lost++
		o.lostBytes += len(text)
		return
	}
	o.lines++
	o.size += len(text)
	o.emit(o.level, text)
}

// count begins a new window when the old one is over, and says what was dropped in that.
func (o *output) count(now time.Time, over bool) {
	if !over && now.Sub(o.began) < window {
		return
	}
	if o.lost > 0 {
		o.emit(trace.Warn, fmt.Sprintf("%d lines of its output were dropped (%d KB): it printed more than %d lines or %d KB in a second",
			o.lost, (o.lostBytes+1023)/1024, maxLines, maxBytes/1024))
	}
	o.began, o.lines, o.size, o.lost, o.lostBytes = now, 0, 0, 0, 0
}

func (o *output) remember(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.tail) == tailLines {
		o.tail = slices.Delete(o.tail, 0, 1)
	}
	o.tail = append(o.tail, text)
}

// last returns the last lines, those that were dropped too.
func (o *output) last() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.tail)
}
