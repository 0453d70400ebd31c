package trace

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"

	"tenbench/engine/msg"
)

// ParseEvent is the inverse of AppendJSON. Unknown fields, and values that this version has no word for, are ignored.
// Property shares the bytes of line.
func ParseEvent(line []byte, start time.Time) (Event, error) {
	p := parser{scanner: scanner{b: line}}
	p.object(p.field)
	if p.next() != 0 {
		p.fail()
	}
	e := &p.Event
	switch {
	case p.err != nil:
		return Event{}, fmt.Errorf("event, column %d: %w", p.i+1, p.err)
	case e.Kind == KindNone:
		return Event{}, fmt.Errorf("event %d has no kind that is known", e.Seq)
	}
	if !p.hasMono {
		if at, err := time.Parse(time.RFC3339Nano, string(jsonText(p.time))); err == nil {
			e.Mono = int64(at.Sub(start))
		}
	}
	if p.nodes != nil || p.paths != nil {
		e.Property = snapshotProperty(p.nodes, p.paths)
	}
	if !e.isResult() {
		e.Status, e.Final = msg.OK, false
	}
	return *e, nil
}

// parser fills an Event from a scanner.
type parser struct {
	scanner
	Event
	hasMono      bool
	time         []byte
	nodes, paths []byte
	text         []byte // of the string decoded last
}

// field takes the value of one key.
func (p *parser) field(key []byte) {
	switch string(key) {
	case "seq":
		p.Seq = p.uint()
	case "mono_ns":
		p.Mono = p.int()
		p.hasMono = true
	case "time":
		p.time = p.value()
	case "kind":
		p.Kind, _ = ParseKind(view(p.string()))
	case "app":
		p.App = p.sym()
	case "graph":
		p.Graph = p.sym()
	case "extension":
		p.Extension = p.sym()
	case "id":
		p.ID = p.uint()
	case "parent":
		p.Parent = p.uint()
	case "group_id":
		p.Group = p.uint()
	case "type":
		p.Type, _ = msg.ParseKind(view(p.string()))
	case "name":
		p.Name = p.sym()
	case "from":
		p.From = p.sym()
	case "to":
		p.To = p.sym()
	case "nodes":
		p.nodes = p.value()
	case "paths":
		p.paths = p.value()
	default:
		p.outcome(key)
	}
}

func (p *parser) outcome(key []byte) {
	switch string(key) {
	case "state":
		p.State, _ = ParseState(view(p.string()))
	case "level":
		p.Level, _ = ParseLevel(view(p.string()))
	case "status":
		p.Status = msg.OK
		if string(p.string()) == msg.Error.String() {
			p.Status = msg.Error
		}
	case "final":
		p.Final = string(p.value()) == "true"
	case "by":
		p.By, _ = ParseBy(view(p.string()))
	case "debtor":
		p.Debtor, _ = ParseDebtor(view(p.string()))
	case "parent_debtor":
		p.ParentDebtor, _ = ParseDebtor(view(p.string()))
	case "waits_on":
		p.WaitsOn = nil
		p.list(func() { p.WaitsOn = append(p.WaitsOn, p.uint()) })
	case "stage_ms":
		p.StageNS = p.millis()
	case "latency_ms":
		p.LatencyNS = p.millis()
	case "queued_ms":
		p.QueuedNS = p.millis()
	case "bytes":
		p.Bytes = p.int()
	case "count":
		p.Count = p.uint()
	case "build":
		p.Build = p.uint()
	default:
		p.content(key)
	}
}

func (p *parser) content(key []byte) {
	switch string(key) {
	case "rule":
		p.Rule = p.sym()
	case "source":
		p.Source = p.sym()
	case "detail":
		p.Detail = string(p.string())
	case "property":
		p.Property = p.value()
	case "buffer":
		p.buffer()
	default:
		p.value()
	}
}

func (p *parser) buffer() {
	if p.next() != '{' {
		p.value()
		return
	}
	p.object(func(key []byte) {
		switch string(key) {
		case "len":
			p.BufLen = max(0, p.int())
		case "head":
			p.BufHead, _ = base64.StdEncoding.AppendDecode(nil, p.string())
		default:
			p.value()
		}
	})
	if len(p.BufHead) == 0 {
		p.BufHead = nil
	}
	p.BufLen = max(p.BufLen, int64(len(p.BufHead)))
}

// A value of another type than the field's reads as absent.

func (p *parser) list(item func()) {
	if p.next() != '[' {
		p.value()
		return
	}
	p.array(func(int) { item() })
}

func (p *parser) uint() uint64 {
	v, err := strconv.ParseUint(view(p.value()), 10, 64)
	if err != nil {
		return 0
	}
	return v
}

func (p *parser) int() int64 {
	v, err := strconv.ParseInt(view(p.value()), 10, 64)
	if err != nil {
		return 0
	}
	return v
}

// string returns the text of a string value. It is valid until the next one.
func (p *parser) string() []byte {
	if p.next() != '"' {
		p.value()
		return nil
	}
	s := p.str()
	if p.err != nil || bytes.IndexByte(s, '\\') < 0 && utf8.Valid(s) {
		return s
	}
	p.text = appendUnescaped(p.text[:0], s)
	return p.text
}

func (p *parser) sym() Sym { return internBytes(p.string()) }

// millis reads milliseconds as appendMillis writes them; other forms of a number lose what float64 cannot say.
func (p *parser) millis() int64 {
	text := p.value()
	whole, frac, _ := bytes.Cut(text, []byte("."))
	neg := len(whole) > 0 && whole[0] == '-'
	ms, err := strconv.ParseUint(view(bytes.TrimPrefix(whole, []byte("-"))), 10, 64)
	if err == nil && len(frac) <= 6 && ms <= math.MaxInt64/1_000_000 {
		part, err := strconv.ParseUint(view(append(append(make([]byte, 0, 16), frac...), "000000"[len(frac):]...)), 10, 64)
		if ns := ms*1e6 + part; err == nil && (ns <= math.MaxInt64 || neg && ns == 1<<63) {
			if neg {
				ns = -ns
			}
			return int64(ns)
		}
	}
	f, err := strconv.ParseFloat(view(text), 64)
	if f *= 1e6; err != nil || !(math.Abs(f) < 1<<62) {
		return 0
	}
	return int64(math.Round(f))
}

// view returns b as a string without a copy, for calls that do not keep it.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func snapshotProperty(nodes, paths []byte) []byte {
	orEmpty := func(b []byte) []byte {
		if b == nil {
			return []byte("[]")
		}
		return b
	}
	out := make([]byte, 0, len(nodes)+len(paths)+24)
	out = append(append(out, `{"nodes":`...), orEmpty(nodes)...)
	return append(append(append(out, `,"paths":`...), orEmpty(paths)...), '}')
}
