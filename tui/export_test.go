package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/record"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// chain is a run in which a command waits for another one that is not answered, and one was answered with an error.
func chain() *tuitest.Run {
	r := tuitest.NewRun("chain", "asker", "relay", "worker")
	for _, name := range []string{"asker", "relay", "worker"} {
		r.Up(time.Millisecond, name, time.Millisecond, time.Millisecond, time.Millisecond)
	}
	ms := time.Millisecond
	first := r.Send(tuitest.Cmd{At: 10 * ms, From: "asker", To: "relay", Name: "hello", Property: `{"n":1}`, Queued: ms})
	second := r.Send(tuitest.Cmd{At: 12 * ms, From: "relay", To: "worker", Name: "work", Property: `{}`, Parent: first, Queued: ms})
	r.Say(14*ms, "worker", trace.Warn, second, "worker.py:3", "no idea")
	r.Say(15*ms, "worker", trace.Info, second, "worker.py:4", "still none")
	r.Send(tuitest.Cmd{At: 20 * ms, From: "asker", To: "worker", Name: "hello", Property: `{"n":2}`, Queued: ms, Latency: 3 * ms, Handling: ms, Status: msg.Error})
	return r
}

// listed is what is known of the rows that pass a filter.
func listed(s *stage, rows *store.Index, filter string) (all []string) {
	f, err := trace.Compile(filter)
	if err != nil {
		panic(err)
	}
	found := s.common.Store.Filter(rows, f, nil)
	for found.Extend(time.Second) {
	}
	for _, seq := range ui.IDs(found) {
		e, _ := s.common.Store.At(seq)
		known := "nothing"
		if c := s.common.Store.Known(e.ID); c != nil {
			known = fmt.Sprint(c.Finished, c.Status, c.By, c.Debtor, c.WaitsOn, c.Freed, c.Unanswered, c.LatencyNS, c.Dropped)
		}
		all = append(all, fmt.Sprint(e.Mono, e.Kind, e.ID, e.Name, e.Detail, known))
	}
	return all
}

// reopened is what was exported, opened as a run.
func reopened(t *testing.T, saved string) *stage {
	t.Helper()
	path := filepath.Join(t.TempDir(), "excerpt.jsonl")
	if err := os.WriteFile(path, []byte(saved), 0o600); err != nil {
		t.Fatal(err)
	}
	run, err := record.Open(path)
	if err != nil || run.Damage != "" {
		t.Fatalf("%v %+v", err, run)
	}
	s := &stage{log: run.Log(), run: tuitest.NewRun("excerpt")}
	s.Model = newModel(s, nil, nil, Info{Title: run.Header.Graph, Excerpt: run.Header.Excerpt}, theme.Plain(false), make(chan any, 1))
	_, last := s.log.Span()
	for s.tick(time.Unix(0, 0)); s.common.Store.Seq() < last; {
		s.tick(time.Unix(0, 0))
	}
	return s
}

// What was exported under a filter shows the same rows under the same filter, and the same is known of them.
func TestAnExportShowsTheSameRows(t *testing.T) {
	runs := map[string]func() *tuitest.Run{"voice": tuitest.Voice, "chain": chain}
	said := 0
	for _, c := range []struct{ run, tab, filter string }{
		{"voice", "2", "status = error"}, {"voice", "2", "cmd and pending"}, {"voice", "2", "unanswered"}, {"voice", "2", "latency > 300ms"},
		{"voice", "2", "audio and to = asr"}, {"voice", "2", "cmd and answered"}, {"voice", "2", "debtor = nobody"}, {"voice", "2", "name = tool_call"},
		{"chain", "2", "error"}, {"chain", "2", "debtor = child"}, {"chain", "2", "pending"}, {"chain", "2", "prop.n = 2"},
		{"voice", "4", "level >= warn"}, {"voice", "4", "ext = weather_tool"}, {"voice", "4", "unanswered"}, {"chain", "4", "pending"}, {"chain", "4", "level = warn"},
	} {
		s := newStage(t, runs[c.run](), 14*time.Second, theme.Plain(false), 120, 36)
		rows := (*store.Store).Messages
		if c.tab == "4" {
			rows = (*store.Store).Logs
		}
		want := listed(s, rows(s.common.Store), c.filter)
		if len(want) == 0 {
			t.Fatalf("%s, %s: the run has no such row", c.run, c.filter)
		}
		s.press(c.tab, "/")
		s.press(strings.Split(c.filter, "")...)
		s.press("enter")
		s.tick(time.Unix(1, 0))
		s.press("x")
		again := reopened(t, s.run.Saved)
		if got := listed(again, rows(again.common.Store), c.filter); !slices.Equal(got, want) {
			t.Errorf("%s, %s: %d rows of %d:\n%s\nwant\n%s", c.run, c.filter, len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		wrote, added := 0, 0
		fmt.Sscanf(s.toast.text, "wrote %d message", &wrote)
		if _, text, ok := strings.Cut(s.toast.text, " and "); ok {
			fmt.Sscanf(text, "%d message", &added)
		}
		said += added
		if n := again.common.Store.Messages().Len(); c.tab == "2" && wrote+added != n {
			t.Errorf("%s, %s: it says %q of %d messages", c.run, c.filter, s.toast.text, n)
		}
		if again.common.Store.Missing() != 0 || !strings.Contains(again.common.Info.Excerpt, c.filter) {
			t.Errorf("%s: %d are said to be missing, %q", c.filter, again.common.Store.Missing(), again.common.Info.Excerpt)
		}
	}
	if said == 0 {
		t.Error("no export has messages besides those that were chosen")
	}
}

// Marks end with the session: an export of what is marked has that and no more.
func TestAnExportOfMarksHasWhatIsMarked(t *testing.T) {
	s, _ := gatedStage(t, 120, 36)
	var want []uint64
	for _, name := range []string{"tool_call", "chat"} {
		want = append(want, s.selectMessage(t, name).ID)
		s.press("m")
	}
	s.command(t, "export messages @marked")
	again := reopened(t, s.run.Saved)
	var got []uint64
	for _, seq := range ui.IDs(again.common.Store.Messages()) {
		e, _ := again.common.Store.At(seq)
		got = append(got, e.ID)
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("messages %d, want %d", got, want)
	}
}

// The name of the file stands behind what is exported. A single word that no message passes was most likely meant for it.
func TestAnExportIsNamed(t *testing.T) {
	s, _ := gatedStage(t, 120, 36)
	s.command(t, "export messages name = tool_call as broken")
	if l := toastLine(s); !strings.Contains(l, " (tenbench open reads the file) to exports/broken") {
		t.Errorf("it says %q", l)
	}
	if again := reopened(t, s.run.Saved); again.common.Info.Excerpt != "messages that pass name = tool_call" {
		t.Errorf("in the file are %q", again.common.Info.Excerpt)
	}
	s.command(t, "export messages mine")
	if l := toastLine(s); !strings.Contains(l, "No message passes mine. To name the file: export messages @shown as mine ") {
		t.Errorf("of a name alone it says %q", l)
	}
	s.press(":")
	s.press(strings.Split("export messages @all as ", "")...)
	if v := s.View(); !strings.Contains(v, "as what? A name for the file follows, or a path") {
		t.Errorf("while the name is missing:\n%s", v)
	}
}

// Frames that share a row are all in the file.
func TestAnExportOfAllMessagesHasTheFramesThatShareARow(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("2", "x")
	again := reopened(t, s.run.Saved)
	if got, want := again.common.Store.Messages().Len(), s.common.Store.Messages().Len(); got != want {
		t.Errorf("of %d messages there are %d in the file", want, got)
	}
}
