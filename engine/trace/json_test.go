package trace

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
)

var testStart = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestEventJSON(t *testing.T) {
	const head = `{"seq":7,"time":"2026-03-01T12:00:01.5Z","mono_ns":1500000000,`
	for name, c := range map[string]struct {
		e    Event
		want string
	}{
		"transition": {
			Event{Kind: Transition, Graph: Intern("main"), Extension: Intern("relay"), State: Running, StageNS: 1_234_567},
			`"kind":"transition","graph":"main","extension":"relay","state":"running","stage_ms":1.234567}`,
		},
		"sent": {
			Event{Kind: Sent, Type: msg.KindCmd, ID: 17, Parent: 3, Group: 16, Name: Intern("hello"), From: Intern("a"), To: Intern("b"),
				Bytes: 7, Property: []byte(`{"n":1}`), Debtor: DebtorQueue, ParentDebtor: DebtorChild, WaitsOn: []uint64{18, 19}},
			`"kind":"sent","id":17,"parent":3,"group_id":16,"type":"cmd","name":"hello","from":"a","to":"b","debtor":"queue",` +
				`"parent_debtor":"child","waits_on":[18,19],"bytes":7,"property":{"n":1}}`,
		},
		"a result always has status and final": {
			Event{Kind: Result, Type: msg.KindResult, ID: 17, By: ByHandler, LatencyNS: 500_000_000},
			`"kind":"result","id":17,"type":"result","status":"ok","final":false,"by":"handler","latency_ms":500}`,
		},
		"other events have neither": {
			Event{Kind: Handled, Type: msg.KindCmd, Final: true, Status: msg.Error},
			`"kind":"handled","type":"cmd"}`,
		},
		"frame": {
			Event{Kind: Delivered, Type: msg.KindVideoFrame, BufLen: 9000, BufHead: []byte{1, 2, 255}, QueuedNS: 1500},
			`"kind":"delivered","type":"video_frame","queued_ms":0.0015,"buffer":{"len":9000,"head":"AQL/"}}`,
		},
		"log with awkward text": {
			Event{Kind: LogLine, Level: Warn, Detail: "a \"b\" \\ \n\x1b[31m \xff é", Source: Intern("relay/relay.go:12")},
			`"kind":"log","level":"warn","detail":"a \"b\" \\ \n\u001b[31m ` + "\ufffd" + ` é","source":"relay/relay.go:12"}`,
		},
		"snapshot stands inline": {
			Event{Kind: SnapshotTaken, Property: []byte(`{"nodes":[{"extension":"a"}],"paths":[]}`)},
			`"kind":"snapshot","nodes":[{"extension":"a"}],"paths":[]}`,
		},
		"gap": {Event{Kind: Gap, Count: 12, Build: 2}, `"kind":"gap","count":12,"build":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			c.e.Seq, c.e.Mono = 7, 1_500_000_000
			got := string(c.e.AppendJSON(nil, testStart))
			if got != head+c.want {
				t.Errorf("got  %s\nwant %s", got, head+c.want)
			}
			if !json.Valid([]byte(got)) {
				t.Error("not JSON")
			}
		})
	}
}

func TestSourceComesFromPC(t *testing.T) {
	e := Event{Kind: Sent, PC: here()}
	if where := e.Where(); !strings.HasPrefix(where, "trace/json_test.go:") {
		t.Errorf("got %q", where)
	}
	got, err := ParseEvent(e.AppendJSON(nil, testStart), testStart)
	if err != nil || got.Where() != e.Where() {
		t.Errorf("%q, %v", got.Where(), err)
	}
	if where := (&Event{}).Where(); where != "" {
		t.Errorf("an event from nowhere is from %q", where)
	}
}

func TestParseIsTheInverse(t *testing.T) {
	full := fullEvent()
	full.PC = 0
	for _, e := range []Event{
		full,
		{Kind: Result, Type: msg.KindResult, Status: msg.Error, Final: true, LatencyNS: -1},
		{Kind: Transition, State: Failed, Detail: "pánic\u2028\x00", StageNS: 1 << 62},
		{Kind: SnapshotTaken, Property: []byte(`{"nodes":[],"paths":[{"id":1}]}`)},
	} {
		if !e.isResult() {
			e.Status, e.Final = 0, false
		}
		line := e.AppendJSON(nil, testStart)
		got, err := ParseEvent(line, testStart)
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%s\ngot  %+v, %v\nwant %+v", line, got, err, e)
		}
	}
}

func TestParseReadsWhatOthersWrite(t *testing.T) {
	line := ` { "kind" : "sent", "future": {"a": [1, "}"]}, "time":"2026-03-01T12:00:02Z", "latency_ms": 1.5e2, "name": "\u00e9\ud83d\ude00\n",
		"id": "not a number", "type": 7, "detail": null, "buffer": [], "waits_on": 3 } `
	e, err := ParseEvent([]byte(line), testStart)
	want := Event{Kind: Sent, Mono: 2e9, LatencyNS: 150e6, Name: Intern("é😀\n")}
	if err != nil || !reflect.DeepEqual(e, want) {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestParseRefusesWhatIsNoEvent(t *testing.T) {
	for _, line := range []string{
		``, `null`, `[]`, `{`, `{}`, `{"kind":"sent"`, `{"kind":"sent"} x`, `{"kind":"never heard of"}`, `{"kind":"sent",}`,
		`{"kind":"sent","id":01}`, `{"kind":"sent","x":"\q"}`, `{"kind":"sent","x":"` + "\n" + `"}`, `{"kind":"sent","x":tru}`,
		`{"kind":"sent","x":` + strings.Repeat("[", 10_000),
	} {
		if e, err := ParseEvent([]byte(line), testStart); err == nil {
			t.Errorf("%.40q became %+v", line, e)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	full := fullEvent()
	f.Add(full.AppendJSON(nil, testStart))
	f.Add([]byte(`{"kind":"snapshot","paths":[{"id":1}],"nodes":null,"mono_ns":5}`))
	f.Add([]byte(`{"kind":"sent","name":"\ud800","latency_ms":-0.000001,"property":{"a":"\u0000"},"buffer":{"head":"AA=="}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := ParseEvent(line, testStart)
		if err != nil {
			return
		}
		if !json.Valid(line) {
			t.Fatalf("took %q, which is no JSON", line)
		}
		again := e.AppendJSON(nil, testStart)
		if !json.Valid(again) {
			t.Fatalf("wrote %q", again)
		}
		e2, err := ParseEvent(again, testStart)
		if err != nil || !reflect.DeepEqual(e, e2) {
			t.Fatalf("%s\n%+v\n%+v\n%v", again, e, e2, err)
		}
	})
}

func FuzzEncodeBody(f *testing.F) {
	f.Add(uint8(1), uint8(2), uint64(3), int64(-4), "detail", []byte(`{"a":1}`), []byte{1, 2}, uint16(5))
	f.Fuzz(func(t *testing.T, kind, small uint8, big uint64, signed int64, detail string, property, head []byte, bits uint16) {
		e := Event{
			Kind: Kind(kind), Type: msg.Kind(small), Status: msg.Status(bits & 1), Final: bits&2 != 0, By: By(bits >> 8), Debtor: Debtor(bits & 4),
			ID: big, Parent: big >> 1, PC: uintptr(big >> 2), Group: big >> (bits % 64), LatencyNS: signed, Bytes: signed >> 3, StageNS: signed / 2,
			App: Sym(bits), Name: Sym(big), Detail: detail, Property: bytes.Clone(property), BufHead: bytes.Clone(head), BufLen: int64(len(head)),
		}
		if len(property) == 0 {
			e.Property = nil
		}
		if len(head) == 0 || len(head) > maxHead {
			e.BufHead, e.BufLen = nil, 0
		}
		if bits&8 != 0 {
			e.WaitsOn = []uint64{big, 1}
		}
		b := make([]byte, sizeBody(&e))
		n, cut := encodeBody(b, &e)
		var got Event
		decodeBody(&got, b[:n])
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("got  %+v\nwant %+v", got, e)
		}
		if cut > 0 {
			got, e.BufHead = Event{}, nil
			if decodeBody(&got, cutHead(b[:n], cut)); !reflect.DeepEqual(got, e) {
				t.Fatalf("without its head %+v\nwant %+v", got, e)
			}
		}
	})
}

func TestAppendJSONDoesNotAllocate(t *testing.T) {
	e := fullEvent()
	e.Kind, e.Type = Result, msg.KindResult
	dst := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { dst = e.AppendJSON(dst[:0], testStart) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestSnapshotIsDecoded(t *testing.T) {
	e := Event{Seq: 4, Mono: 9, Kind: SnapshotTaken, Property: []byte(`{"nodes":[{"extension":"a","state":"running"}],
		"paths":[{"id":1,"to":"a","debtor":"queue"},{"id":2,"to":"a","debtor":"kept"},{"id":3,"to":"a","debtor":"kept"}]}`)}
	s, err := e.Snapshot()
	if err != nil || s.Mono != 9 || len(s.Nodes) != 1 || len(s.Paths) != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	if got, want := s.Counts(), map[string]int{"queue": 1, "kept": 2}; !reflect.DeepEqual(got, want) || !reflect.DeepEqual(s.Count, want) {
		t.Errorf("counts %v", got)
	}
	if _, err := (&Event{Seq: 5, Kind: Sent}).Snapshot(); err == nil || !strings.Contains(err.Error(), "event 5 is sent") {
		t.Errorf("of another kind: %v", err)
	}
	e.Property = []byte(`{`)
	if _, err := e.Snapshot(); err == nil {
		t.Error("broken JSON was taken")
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	sent, _, _ := dataEvents()
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst = sent.AppendJSON(dst[:0], testStart)
	}
}

func BenchmarkParseEvent(b *testing.B) {
	sent, _, _ := dataEvents()
	line := sent.AppendJSON(nil, testStart)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseEvent(line, testStart); err != nil {
			b.Fatal(err)
		}
	}
}
