package python

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"tenbench/engine/trace"
)

// What a child may print before it costs the others something.
const (
	maxLine     = 8 << 10                // bytes; a longer line is cut into pieces
	maxLines    = 1000                   // in a window of one stream; what is beyond is dropped and counted
	maxBytes    = 1 << 20                // likewise
	calmLines   = 64                     // taken at once in a window; the others at a pace, see logPause
	partialWait = 100 * time.Millisecond // how long a line waits for its end
	tailLines   = 20                     // kept of stderr, for the reason of a death
)

// floodPause is how long the goroutine that reads a flood pauses between two reads, and readSize what it may read in one. A goroutine
// that always finds something to do keeps its processor until it is taken away after 10 ms, and meanwhile nobody looks after the
// sockets of the others there.
const (
	floodPause = 2 * time.Millisecond
	readSize   = 64 << 10
)

// stream turns one of the two outputs of a child into lines for the log. It reads whether or not anyone wants the lines, so that a flood
// stalls nobody, the child included; what is too much is dropped and counted in a line of its own.
type stream struct {
	level trace.Level
	emit  func(level trace.Level, line string)
	whole io.Writer // takes all as it comes, if it is set

	partial     []byte
	quota       quota
	lines, size int // taken in the window
	lost        int // lines that were dropped in it
	lostBytes   int

	mu   sync.Mutex
	tail []string
}

// read reads until the stream ends or r's deadline, moved by others, has passed.
func (s *stream) read(r *os.File) {
	buf := make([]byte, readSize)
	for {
		if len(s.partial) > 0 || s.lost > 0 {
			_ = r.SetReadDeadline(time.Now().Add(partialWait))
		}
		n, err := r.Read(buf)
		if s.whole != nil && n > 0 {
			_, _ = s.whole.Write(buf[:n]) // what is lost there is in the log
		}
		s.take(buf[:n])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.flush()
			_ = r.SetReadDeadline(time.Time{})
		case err != nil: // the end, or the file was closed because nobody may write any more
			s.flush()
			s.count(time.Now(), true)
			return
		}
		if s.lost > 0 {
			time.Sleep(floodPause)
		}
	}
}

// take splits what came into lines.
func (s *stream) take(b []byte) {
	if s.lost > 0 {
		b = s.skip(b)
	}
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		end, room := i+1, maxLine-len(s.partial)
		if i < 0 {
			i, end = len(b), len(b)
		}
		if i > room {
			i, end = room, room
		}
		s.partial = append(s.partial, b[:i]...)
		if end > i || len(s.partial) == maxLine {
			s.line()
		}
		b = b[end:]
	}
}

// skip drops all but the last lines of what belongs to a flood, without a look at each, and returns these.
func (s *stream) skip(b []byte) []byte {
	at := len(b)
	for range tailLines + 1 {
		if at = bytes.LastIndexByte(b[:at], '\n'); at < 0 {
			return b
		}
	}
	s.lost += bytes.Count(b[:at], []byte{'\n'}) + 1
	s.lostBytes += len(s.partial) + at
	s.partial = s.partial[:0]
	return b[at+1:]
}

// flush ends a line that has no end.
func (s *stream) flush() {
	if len(s.partial) > 0 {
		s.line()
	}
	s.count(time.Now(), false)
}

func (s *stream) line() {
	text := string(s.partial)
	s.partial = s.partial[:0]
	s.remember(text)
	now := time.Now()
	s.count(now, false)
	if s.lines >= s.quota.room(maxLines, now) || s.size+len(text) > s.quota.room(maxBytes, now) {
		s.lost++
		s.lostBytes += len(text)
		return
	}
	s.lines++
	s.size += len(text)
	s.emit(s.level, legible(text))
	if !s.quota.spread && s.lines > calmLines && s.lines%pieceLogs == 0 {
		time.Sleep(logPause)
	}
}

// count begins a new window when the old one is over, and says what was dropped in that.
func (s *stream) count(now time.Time, over bool) {
	if !over && !s.quota.over(now) {
		return
	}
	if s.lost > 0 {
		s.emit(trace.Warn, fmt.Sprintf("%d lines of its output were dropped (%d KB): it printed more than %d lines or %d KB a second",
			s.lost, (s.lostBytes+1023)/1024, maxLines, maxBytes/1024))
	}
	s.quota.begin(now, s.lines+s.lost > maxLines || s.size+s.lostBytes > maxBytes)
	s.lines, s.size, s.lost, s.lostBytes = 0, 0, 0, 0
}

func (s *stream) remember(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tail) == tailLines {
		s.tail = slices.Delete(s.tail, 0, 1)
	}
	s.tail = append(s.tail, text)
}

// legible is a line as it is shown.
func legible(line string) string {
	return strings.ToValidUTF8(strings.TrimRight(line, "\r"), "\ufffd")
}

// last returns the last lines, those that were dropped too.
func (s *stream) last() (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.tail {
		lines = append(lines, legible(line))
	}
	return lines
}
