package python

import (
	"bytes"
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenbench/engine"
	"tenbench/engine/trace"
	"tenbench/extensions/wire"
)

func TestAFloodIsToldOnceBeforeLinesAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // all within one window, however long it takes
		told := 0
		s := &Session{opt: SessionOptions{Flooded: func() { told++ }}}
		line, _ := wire.NewReader(bytes.NewReader(wire.AppendJSON(nil, wire.Log, 0, 1, wire.LogBody{Level: int(trace.Info), Text: "a line"}))).Next()
		for range maxLogs {
			if s.tooMany(line) || told > 0 != (s.logs.others.lines >= floodLogs) {
				t.Fatalf("line %d: it is one too many, or told %d times", s.logs.others.lines, told)
			}
		}
		for range 100 {
			if !s.tooMany(line) {
				t.Fatalf("line %d is taken", s.logs.others.lines)
			}
		}
		if told != 1 {
			t.Errorf("it was told %d times", told)
		}
	})
}

func TestAFloodOfErrorsHasItsOwnBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(Session)
		s.logs.lost.Store(1) // so that none is the first one, which is told
		write := func(level trace.Level, n int) (taken int) {
			line, _ := wire.NewReader(bytes.NewReader(wire.AppendJSON(nil, wire.Log, 0, 1, wire.LogBody{Level: int(level), Text: "a line"}))).Next()
			for range n {
				if !s.tooMany(line) {
					taken++
				}
			}
			return taken
		}
		write(trace.Info, 3*maxLogs)
		if got := write(trace.Error, maxLogs+7); got != maxLogs {
			t.Errorf("%d errors are taken beside a flood of other lines, want %d", got, maxLogs)
		}
		if got := s.logs.lostErrors.Load(); got != 7 {
			t.Errorf("%d errors count as dropped, not 7", got)
		}
		time.Sleep(window) // a flood of either goes on
		if got := write(trace.Error, 1000); got != maxLogs/100 {
			t.Errorf("%d errors are taken in a part of the window after it, want %d", got, maxLogs/100)
		}
	})
}

func TestALogLineIsReadAsItsJSON(t *testing.T) {
	for _, text := range []string{
		`{"level":2,"text":"a line","id":7,"source":"a.py:3"}`,
		`{"level": 4, "text": "Zeilen\n\u00fc \ud800", "id": 0, "source": "", "category": "audio", "fields": {"n": 1, "in": {"a": [1.5, "x", null]}}}`,
		`{"level":1,"text":"","fields":{"n":123456789012345678901234567890}}`, // no value has this number
		`{"level":1,"text":"x","fields":7,"more":true}`,
		`{"level":1,"text":null,"id":null}`,
		`{"level":"high","text":"x"}`, `{"id":-1}`, `{"text":"x"`, `[]`, `7`, ``,
	} {
		f := wire.Frame{Type: wire.Log, Body: []byte(text)}
		var want wire.LogBody
		fails := wire.DecodeJSON(f, &want)
		fields := object(want.Fields)
		got, gotFields, err := logBody(f)
		want.Fields, got.Fields = nil, nil
		if (err == nil) != (fails == nil) || err == nil && (!reflect.DeepEqual(got, want) || gotFields.String() != fields.String()) {
			t.Errorf("%s: %+v with %s, %v; want %+v with %s, %v", text, got, &gotFields, err, want, &fields, fails)
		}
	}
}

func TestLinesOfAFloodThatGoesOnAreTakenInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(Session)
		line, _ := wire.NewReader(bytes.NewReader(wire.AppendJSON(nil, wire.Log, 0, 1, wire.LogBody{Level: int(trace.Info), Text: "a line"}))).Next()
		s.logs.lost.Store(1) // so that none is the first one, which is told
		write := func(n int) (taken int) {
			for range n {
				if !s.tooMany(line) {
					taken++
				}
			}
			return taken
		}
		if got := write(2 * maxLogs); got != maxLogs {
			t.Errorf("%d lines are taken when it begins, want %d", got, maxLogs)
		}
		time.Sleep(window)
		for i := range int(window / part) {
			if got := write(1000); got != maxLogs/100 {
				t.Fatalf("%d lines are taken in part %d, want %d", got, i, maxLogs/100)
			}
			time.Sleep(part)
		}
		write(200) // the flood is over
		time.Sleep(window)
		if got := write(maxLogs); got != maxLogs {
			t.Errorf("%d of %d lines are taken in the window after a calm one", got, maxLogs)
		}
	})
}

func TestDroppedLogLinesAreAProblemAtTheirPlace(t *testing.T) {
	b, node := newNodeBench(t, oneRemote, engine.Options{})
	line := wire.AppendJSON(nil, wire.Log, 0, node, wire.LogBody{Level: int(trace.Info), Text: "a line", Source: "tool.py:7"})
	f, _ := wire.NewReader(bytes.NewReader(line)).Next()
	b.s.mu.Lock()
	s := &Session{opt: b.s.opt, log: b.s.log, hosts: maps.Clone(b.s.hosts)} // nobody reads for it: a busy machine may read less than the limit
	b.s.mu.Unlock()
	for range 5 * maxLogs {
		s.tooMany(f)
	}
	e := b.Expect(t, "rule = output-flood")
	if e.Level != trace.Warn || e.Extension.String() != "r" || e.Source.String() != "tool.py:7" || !strings.HasPrefix(e.Detail, "r wrote more than 10000 lines a second; ") {
		t.Errorf("the lint is %+v", e)
	}
}

// Log lines are taken in pieces, and what others have to say does not wait for them: a line leads to no message.
func TestLogLinesHoldNobodyUp(t *testing.T) {
	s := &Session{opt: SessionOptions{Level: trace.Error}}
	line := wire.AppendJSON(nil, wire.Log, 0, 0, wire.LogBody{Level: int(trace.Info), Text: "a line"})
	r := wire.NewReader(bytes.NewReader(bytes.Repeat(line, 3*pieceLogs)))
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	inBatch.begin()
	defer inBatch.end()
	o := new(output)
	o.held = inBatch.hold(o)
	if err := s.takeBatch(r, f); err != nil {
		t.Fatal(err)
	}
	if o.held {
		t.Error("what another process is to be told still waits")
	}
	left := 0
	for ; r.Ready(); left++ {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if left != 2*pieceLogs {
		t.Errorf("%d of %d lines are left for later, want %d", left, 3*pieceLogs, 2*pieceLogs)
	}
}
