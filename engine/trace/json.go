package trace

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"

	"tenbench/engine/msg"
)

// AppendJSON appends the event as one JSON object, without a newline. What is zero is absent; a result always has status and
// final. A snapshot's nodes and paths stand beside the other fields.
func (e *Event) AppendJSON(dst []byte, start time.Time) []byte {
	dst = append(dst, `{"seq":`...)
	dst = strconv.AppendUint(dst, e.Seq, 10)
	dst = append(dst, `,"time":"`...)
	dst = e.Time(start).AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, `","mono_ns":`...)
	dst = strconv.AppendInt(dst, e.Mono, 10)
	dst = append(dst, `,"kind":"`...)
	dst = append(dst, e.Kind.String()...)
	dst = append(dst, '"')
	dst = e.appendNames(dst)
	dst = e.appendOutcome(dst)
	dst = e.appendNumbers(dst)
	dst = e.appendContent(dst)
	return append(dst, '}')
}

func (e *Event) appendNames(dst []byte) []byte {
	dst = appendSym(dst, `,"app":`, e.App)
	dst = appendSym(dst, `,"graph":`, e.Graph)
	dst = appendSym(dst, `,"extension":`, e.Extension)
	dst = appendUint(dst, `,"id":`, e.ID)
	dst = appendUint(dst, `,"parent":`, e.Parent)
	dst = appendUint(dst, `,"group_id":`, e.Group)
	if e.Type != msg.KindNone {
		dst = appendText(dst, `,"type":`, e.Type.String())
	}
	dst = appendSym(dst, `,"name":`, e.Name)
	dst = appendSym(dst, `,"from":`, e.From)
	return appendSym(dst, `,"to":`, e.To)
}

// isResult reports whether Status and Final mean something.
func (e *Event) isResult() bool { return e.Kind == Result || e.Type == msg.KindResult }

func (e *Event) appendOutcome(dst []byte) []byte {
	if e.State != StateNone {
		dst = appendText(dst, `,"state":`, e.State.String())
	}
	if e.Level != LevelNone {
		dst = appendText(dst, `,"level":`, e.Level.String())
	}
	if e.isResult() {
		dst = appendText(dst, `,"status":`, e.Status.String())
		dst = append(dst, `,"final":`...)
		dst = strconv.AppendBool(dst, e.Final)
	}
	if e.By != ByNone {
		dst = appendText(dst, `,"by":`, e.By.String())
	}
	if e.Debtor != DebtorNone {
		dst = appendText(dst, `,"debtor":`, e.Debtor.String())
	}
	if e.ParentDebtor != DebtorNone {
		dst = appendText(dst, `,"parent_debtor":`, e.ParentDebtor.String())
	}
	if len(e.WaitsOn) == 0 {
		return dst
	}
	dst = append(dst, `,"waits_on":[`...)
	for i, id := range e.WaitsOn {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendUint(dst, id, 10)
	}
	return append(dst, ']')
}

func (e *Event) appendNumbers(dst []byte) []byte {
	dst = appendMillis(dst, `,"stage_ms":`, e.StageNS)
	dst = appendMillis(dst, `,"latency_ms":`, e.LatencyNS)
	dst = appendMillis(dst, `,"queued_ms":`, e.QueuedNS)
	if e.Bytes != 0 {
		dst = append(dst, `,"bytes":`...)
		dst = strconv.AppendInt(dst, e.Bytes, 10)
	}
	dst = appendUint(dst, `,"count":`, e.Count)
	return appendUint(dst, `,"build":`, e.Build)
}

func (e *Event) appendContent(dst []byte) []byte {
	dst = appendSym(dst, `,"rule":`, e.Rule)
	if e.Detail != "" {
		dst = appendText(dst, `,"detail":`, e.Detail)
	}
	if where := e.Where(); where != "" {
		dst = appendText(dst, `,"source":`, where)
	}
	if inner, ok := e.snapshotFields(); ok {
		dst = append(append(dst, ','), inner...)
	} else if len(e.Property) != 0 {
		dst = append(dst, `,"property":`...)
		dst = append(dst, e.Property...)
	}
	if e.BufLen == 0 && len(e.BufHead) == 0 {
		return dst
	}
	dst = append(dst, `,"buffer":{"len":`...)
	dst = strconv.AppendInt(dst, e.BufLen, 10)
	if len(e.BufHead) != 0 {
		dst = append(dst, `,"head":"`...)
		dst = base64.StdEncoding.AppendEncode(dst, e.BufHead)
		dst = append(dst, '"')
	}
	return append(dst, '}')
}

// snapshotFields returns what stands between the braces of a snapshot.
func (e *Event) snapshotFields() ([]byte, bool) {
	p := e.Property
	if e.Kind != SnapshotTaken || !bytes.HasPrefix(p, []byte(`{"nodes":`)) || p[len(p)-1] != '}' {
		return nil, false
	}
	return p[1 : len(p)-1], true
}

// The keys below come with their comma and colon: one append writes them.

func appendUint(dst []byte, key string, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return strconv.AppendUint(append(dst, key...), v, 10)
}

// appendMillis writes nanoseconds as milliseconds, exactly.
func appendMillis(dst []byte, key string, ns int64) []byte {
	if ns == 0 {
		return dst
	}
	dst = append(dst, key...)
	abs := uint64(ns)
	if ns < 0 {
		dst = append(dst, '-')
		abs = -abs
	}
	dst = strconv.AppendUint(dst, abs/1e6, 10)
	frac := abs % 1e6
	if frac == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := uint64(1e5); frac > 0; unit /= 10 {
		dst = append(dst, '0'+byte(frac/unit))
		frac %= unit
	}
	return dst
}

func appendSym(dst []byte, key string, s Sym) []byte {
	if s == 0 {
		return dst
	}
	return appendText(dst, key, s.String())
}

func appendText(dst []byte, key, s string) []byte { return appendString(append(dst, key...), s) }

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string. Bytes that are not UTF-8 become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	plain := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = appendEscape(append(dst, s[plain:i]...), c)
			i++
			plain = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(append(dst, s[plain:i]...), "\ufffd"...)
			plain = i + 1
		}
		i += size
	}
	return append(append(dst, s[plain:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
