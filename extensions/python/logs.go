package python

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

func (s *Session) takeLog(f wire.Frame) error {
	if s.tooMany(f) {
		return nil
	}
	b, fields, err := logBody(f)
	if err != nil {
		return err
	}
	if b.Category != "" {
		fields.Put("category", msg.String(b.Category))
	}
	var text []byte
	if fields.Len() > 0 {
		text = fields.AppendJSON(nil)
	}
	s.say(f.Node, level(b.Level), b.Text, b.ID, b.Source, text)
	return nil
}

// logBody reads a log line and its fields. There are many of them in a flood, and read as a value one takes a quarter of the time;
// what is no value, as a number that is too large for one, has no place in the fields.
func logBody(f wire.Frame) (b wire.LogBody, fields msg.Object, err error) {
	v, err := msg.ParseJSON(f.Body)
	if o := v.Object(); o != nil && err == nil && plainLog(o, &b, &fields) {
		return b, fields, nil
	}
	b = wire.LogBody{}
	err = wire.DecodeJSON(f, &b)
	return b, object(b.Fields), err
}

// plainLog takes the parts of a log line from o, and reports that each is of its type.
func plainLog(o *msg.Object, b *wire.LogBody, fields *msg.Object) bool {
	ok := true
	for key, v := range o.All() {
		var err error
		switch key {
		case "level":
			var n int64
			n, err = v.Int()
			b.Level = int(n)
		case "text":
			b.Text, err = v.Str()
		case "id":
			b.ID, err = v.Uint()
		case "source":
			b.Source, err = v.Str()
		case "category":
			b.Category, err = v.Str()
		case "fields":
			if f := v.Object(); f != nil {
				*fields = f.Share()
			}
		}
		ok = ok && err == nil
	}
	return ok
}

// say writes a log line of the instance with that number, or of nobody's.
func (s *Session) say(num uint32, l trace.Level, text string, id uint64, source string, fields []byte) {
	if h := s.speaker(num); h != nil {
		h.n.Log(l, text, id, 0, source, fields)
		return
	}
	e := trace.Event{Kind: trace.LogLine, Level: l, Detail: text, Property: fields}
	if source != "" {
		e.Source = trace.Intern(source)
	}
	if e.Level >= s.opt.Level {
		s.w.Emit(&e)
	}
}

// maxLogs are the log lines of a process that are taken in a window, and as many errors besides: no flood of other lines costs one of
// these. More would cost the others something, and nobody can read them: they are dropped unread, and counted. At floodLogs it is a
// flood: what prints so much keeps others from a processor. From pausedLogs on they are read at a pace, with a logPause behind each
// pieceLogs, in which others get one. A runtime that keeps its own bound writes less than maxLogs.
const (
	pieceLogs  = 16
	pausedLogs = 1000
	floodLogs  = 1500
	maxLogs    = 10000
	logPause   = 500 * time.Microsecond
)

// logLimit counts the log lines of a process. Only the reading goroutine uses it, but for the lost ones.
type logLimit struct {
	errors, others logCount
	lost           atomic.Int64
	lostErrors     atomic.Int64 // among them
}

// logCount counts some of the lines.
type logCount struct {
	quota
	lines int // in the window
	taken int // of these
}

// take counts a line that has come, and reports whether it is one of those that are taken.
func (c *logCount) take(now time.Time) bool {
	if c.over(now) {
		c.begin(now, c.lines > maxLogs)
		c.lines, c.taken = 0, 0
	}
	c.lines++
	if c.taken >= c.room(maxLogs, now) {
		return false
	}
	c.taken++
	return true
}

// tooMany reports that a log line is one of too many.
func (s *Session) tooMany(f wire.Frame) bool {
	isError := bytes.HasPrefix(f.Body, errorLine)
	c := &s.logs.others
	if isError {
		c = &s.logs.errors
	}
	taken := c.take(time.Now())
	if c.lines == floodLogs && s.opt.Flooded != nil {
		s.opt.Flooded()
	}
	if taken {
		return false
	}
	if isError {
		s.logs.lostErrors.Add(1)
	}
	if s.logs.lost.Add(1) == 1 {
		s.countLost(f)
	}
	return true
}

// countLost tells, a window later, how many lines were dropped from f on. When all is over by then, nobody hears it.
func (s *Session) countLost(f wire.Frame) {
	var first wire.LogBody
	_ = wire.DecodeJSON(f, &first)
	num := f.Node
	time.AfterFunc(window, func() {
		errs := s.logs.lostErrors.Swap(0) // before the others, which it is among
		text := fmt.Sprintf("wrote more than %d lines a second; %d were dropped.", maxLogs, s.logs.lost.Swap(0))
		if errs > 0 {
			text = fmt.Sprintf("%s, %d of them errors.", strings.TrimSuffix(text, "."), errs)
		}
		if h := s.speaker(num); h != nil {
			h.n.Lint(trace.Event{Rule: ruleFlood, Level: trace.Warn, ID: first.ID, Source: trace.Intern(first.Source), Detail: h.n.Name() + " " + text})
			return
		}
		s.say(num, trace.Warn, "The program "+text, 0, "", nil)
	})
}

// errorLine is how the body of a log line of level error begins.
var errorLine = []byte(`{"level":4`)

// speaker is whose log line it is. What a child says of itself is said by its instance, if it has only one.
func (s *Session) speaker(num uint32) *host {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.hosts[num]; h != nil || num != 0 || len(s.hosts) != 1 || s.hello.Role != wire.Child {
		return h
	}
	for _, h := range s.hosts {
		return h
	}
	return nil
}

// object reads raw JSON as properties; anything but an object is none.
func object(raw []byte) msg.Object {
	v, err := msg.ParseJSON(raw)
	if err != nil || v.Object() == nil {
		return msg.Object{}
	}
	return v.Object().Share()
}

func level(n int) trace.Level {
	return trace.Level(min(max(n, int(trace.Debug)), int(trace.Error)))
}
