package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenbench/engine/trace"
)

const header = `{"format":1,"tenbench":"1","graph":"g","start":"2026-01-02T03:04:05Z"}`

func line(seq string) string {
	return `{"seq":` + seq + `,"time":"2026-01-02T03:04:05Z","mono_ns":1,"kind":"log","level":"info","detail":"x"}`
}

// packed is a run file with one frame for each text.
func packed(frames ...string) []byte {
	out := newOutput(nil)
	var file []byte
	for _, f := range frames {
		file = append(file, out.frame([]byte(f+"\n"))...)
	}
	return file
}

func openBytes(t testing.TB, data []byte) (*Run, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.jsonl.zst")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(path)
}

func TestTornFileGivesEveryWholeFrame(t *testing.T) {
	frames := []string{header, line("1") + "\n" + line("2"), line("3") + "\n" + line("4"), line("5") + "\n" + line("6")}
	whole := packed(frames...)
	var ends []int // of each frame
	for i := range frames {
		ends = append(ends, len(packed(frames[:i+1]...)))
	}
	for cut := ends[0]; cut <= len(whole); cut++ {
		run, err := openBytes(t, whole[:cut])
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		frame, atEnd := 0, false
		for i, end := range ends {
			if end <= cut {
				frame, atEnd = i, end == cut
			}
		}
		if run.Events < uint64(2*frame) {
			t.Errorf("cut at %d: %d events, want the %d of %d whole frames", cut, run.Events, 2*frame, frame)
		}
		if torn := run.Damage != ""; torn == atEnd {
			t.Errorf("cut at %d: damage %q", cut, run.Damage)
		}
	}
}

func TestDamageIsToldAndWhatWasReadIsKept(t *testing.T) {
	damaged := packed(header, line("1"), line("2"))
	damaged[len(damaged)-1] ^= 1 // the checksum of the last frame
	for name, tc := range map[string]struct {
		data   []byte
		events uint64
		damage string
	}{
		"garbage behind a frame":   {append(packed(header, line("1")), "garbage garbage"...), 1, "is damaged"},
		"checksum":                 {damaged, 1, "is damaged"},
		"no event":                 {packed(header, line("1"), "{", line("2")), 1, "has a line that is no event"},
		"backwards":                {packed(header, line("2"), line("2")), 1, "has event 2 after event 2"},
		"a seq beyond all reason":  {packed(header, line("18446744073709551615")), 0, "after event 0"},
		"a kind of a newer bench":  {packed(header, `{"seq":1,"kind":"dance"}`, line("2")), 1, ""},
		"a field of a newer bench": {packed(header, strings.Replace(line("1"), "{", `{"mood":{"a":[1]},`, 1)), 1, ""},
		"half a line":              {newOutput(nil).frame([]byte(header + "\n" + line("1") + "\n" + `{"seq":2`)), 1, "ends in the middle"},
		"a line without end":       {packed(header, line("1"), strings.Repeat(" ", maxLine+100)), 1, "a line is longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			run, err := openBytes(t, tc.data)
			if err != nil {
				t.Fatal(err)
			}
			if run.Events != tc.events || !strings.Contains(run.Damage, tc.damage) || (tc.damage == "") != (run.Damage == "") {
				t.Errorf("%d events, damage %q; want %d and %q", run.Events, run.Damage, tc.events, tc.damage)
			}
		})
	}
}

func TestBombIsNotUnpacked(t *testing.T) {
	seqless := `{"mono_ns":1,"kind":"log","level":"info","detail":"` + strings.Repeat("x", 4000) + `"}` + "\n"
	data := packed(header)
	frame := newOutput(nil).frame(bytes.Repeat([]byte(seqless), 2000))
	for range 20 {
		data = append(data, frame...) // 8 MB each
	}
	run, err := openBytes(t, data)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(run.Damage, "unpacks to more than") || run.Events == 0 {
		t.Errorf("%d events, damage %q", run.Events, run.Damage)
	}
}

func TestWhatIsNoRunFile(t *testing.T) {
	for name, tc := range map[string]struct {
		data []byte
		want string
	}{
		"empty":           {nil, "it is empty"},
		"text":            {[]byte("hello\nhello\n"), "not a run file"},
		"no header":       {packed(line("1")), "its first line is no header"},
		"half a header":   {packed(header)[:20], "not a run file"},
		"a future format": {packed(`{"format":7,"tenbench":"9.1","graph":"g"}`), "open it with version 9.1 or newer"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := openBytes(t, tc.data); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(packed(header, line("1"), line("2")))
	f.Add(packed(header))
	f.Add(packed(header, line("1"))[:40])
	f.Add(packed(header, `{"seq":3,"kind":"snapshot","nodes":[{}],"paths":[{}]}`, `{"seq":4,"kind":"gap","count":7}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		run, err := openBytes(t, data)
		checkRun(t, run, err)
		// Most bytes are no frames; what a frame may hold is fuzzed too.
		run, err = openBytes(t, append(packed(header), newOutput(nil).frame(data)...))
		if err != nil {
			t.Fatalf("a file with a sound header: %v", err)
		}
		checkRun(t, run, err)
	})
}

func checkRun(t *testing.T, run *Run, err error) {
	if err != nil {
		return
	}
	run.Snapshot()
	n := uint64(0)
	r := run.Log().NewReader()
	buf := make([]trace.Event, 16)
	for k := r.Next(buf); k > 0; k = r.Next(buf) {
		n += uint64(k)
	}
	if n < run.Events {
		t.Fatalf("%d events can be read, %d were", n, run.Events)
	}
}
