package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// excerptedRun is a run of a and b: #1 is answered with an error, #2 waits for #3, which waits for #4, #5 is answered with ok; of each
// handler there is a line, and one of nobody's.
func excerptedRun() *trace.Log {
	log, fill := trace.FromEvents(time.Unix(1e9, 0))
	seq := uint64(0)
	add := func(e trace.Event) {
		seq++
		e.Seq, e.Mono, e.Graph = seq, int64(seq)*1e6, trace.Intern("talk")
		fill(&e)
	}
	a, b := trace.Intern("a"), trace.Intern("b")
	cmd := func(id, parent uint64) trace.Event {
		return trace.Event{ID: id, Parent: parent, Type: msg.KindCmd, Name: trace.Intern(fmt.Sprint("n", id)), From: a, To: b}
	}
	with := func(e trace.Event, kind trace.Kind) trace.Event { e.Kind = kind; return e }
	answer := func(e trace.Event, status msg.Status) trace.Event {
		e.Kind, e.Type, e.Status, e.Final, e.By = trace.Result, msg.KindResult, status, true, trace.ByHandler
		return e
	}
	line := func(id uint64, text string) {
		add(trace.Event{Kind: trace.LogLine, ID: id, Extension: b, Level: trace.Info, Detail: text})
	}
	for _, s := range []trace.State{trace.Start, trace.Running} {
		add(trace.Event{Kind: trace.Transition, Extension: b, State: s})
	}
	add(with(cmd(1, 0), trace.Sent))
	add(with(cmd(1, 0), trace.Delivered))
	line(1, "of one")
	add(answer(cmd(1, 0), msg.Error))
	line(0, "of nobody")
	for _, id := range []uint64{2, 3, 4} {
		parent := id - 1
		if id == 2 {
			parent = 0
		}
		sent := with(cmd(id, parent), trace.Sent)
		if parent != 0 {
			sent.ParentDebtor, sent.WaitsOn = trace.DebtorChild, []uint64{id}
		}
		add(sent)
		add(with(cmd(id, parent), trace.Delivered))
		line(id, fmt.Sprint("of ", id))
	}
	add(with(cmd(5, 0), trace.Sent))
	add(answer(cmd(5, 0), msg.OK))
	return log
}

// excerpt writes what passes and reads it back, with the kinds and ids of its events.
func excerpt(t *testing.T, log *trace.Log, passes func(*trace.Event) bool) (run *Run, found string) {
	t.Helper()
	x := Excerpt{What: "a test", Header: Header{Graph: "talk", Tenbench: "1.2"}}
	each(log, func(e *trace.Event) {
		if passes(e) {
			x.Seqs = append(x.Seqs, e.Seq)
		}
	})
	var file bytes.Buffer
	n, err := x.Write(&file, log)
	if err != nil || n.Chosen != len(x.Seqs) || n.Missing != 0 || n.Chosen+n.Others != strings.Count(file.String(), "\n")-1 {
		t.Fatalf("wrote %+v, %v of %d:\n%s", n, err, len(x.Seqs), file.String())
	}
	path := filepath.Join(t.TempDir(), "excerpt.jsonl")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if run, err = Open(path); err != nil || run.Damage != "" || run.Header.Excerpt != "a test" || run.Header.Graph != "talk" || !run.Header.Start.Equal(log.Start()) {
		t.Fatalf("%v, %+v", err, run)
	}
	var all []string
	each(run.Log(), func(e *trace.Event) {
		if e.Kind != trace.Transition {
			all = append(all, fmt.Sprintf("%s%d", e.Kind, e.ID))
		}
	})
	return run, strings.Join(all, " ")
}

func each(log *trace.Log, do func(*trace.Event)) {
	var buf [1]trace.Event
	for r := log.NewReader(); r.Next(buf[:]) == 1; {
		do(&buf[0])
	}
}

func TestAnExcerptIsReadAsARun(t *testing.T) {
	for _, c := range []struct {
		name   string
		passes func(*trace.Event) bool
		want   string
	}{
		{"an answered command", func(e *trace.Event) bool { return e.Kind == trace.Sent && e.ID == 1 }, "sent1 delivered1 log1 result1"},
		{"an open command with what it waits for", func(e *trace.Event) bool { return e.Kind == trace.Sent && e.ID == 2 },
			"sent2 delivered2 log2 sent3 delivered3 sent4 delivered4"},
		{"a line of a handler, with its command and not its other lines", func(e *trace.Event) bool { return e.Kind == trace.LogLine && e.ID == 1 }, "sent1 delivered1 log1 result1"},
		{"a line of nobody", func(e *trace.Event) bool { return e.Kind == trace.LogLine && e.ID == 0 }, "log0"},
		{"all messages", func(e *trace.Event) bool { return e.Kind == trace.Sent },
			"sent1 delivered1 log1 result1 sent2 delivered2 log2 sent3 delivered3 log3 sent4 delivered4 log4 sent5 result5"},
	} {
		run, got := excerpt(t, excerptedRun(), c.passes)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if first, last := run.Log().Span(); first != 1 || last != run.Events || run.Missing != 0 {
			t.Errorf("%s: events %d to %d of %d, %d missing", c.name, first, last, run.Events, run.Missing)
		}
	}
}

// What a log no longer keeps is counted, and so is what was left out of it in the run.
func TestAnExcerptCountsWhatIsMissing(t *testing.T) {
	var file bytes.Buffer
	x := Excerpt{Seqs: []uint64{3, 400}}
	if n, err := x.Write(&file, excerptedRun()); err != nil || n.Missing != 1 || n.Chosen != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}

// zstdcat makes plain lines of a run file; they can be opened as well.
func TestARunFileOfPlainLines(t *testing.T) {
	run, err := openBytes(t, []byte(header+"\n"+line("1")+"\n"+line("5")+"\n"))
	if err != nil || run.Events != 2 || run.Damage != "" {
		t.Fatalf("%v, %+v", err, run)
	}
	if _, last := run.Log().Span(); last != 5 {
		t.Errorf("the last event is %d: only an excerpt counts anew", last)
	}
	if run, err := openBytes(t, []byte(header+"\n"+line("1")+"\n"+line("5"))); err != nil || run.Events != 1 || !strings.Contains(run.Damage, "ends in the middle of a line") {
		t.Errorf("torn: %v, %+v", err, run)
	}
}
