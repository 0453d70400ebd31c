package tui

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// million is a trace of a million events: commands and their answers, data, log lines.
var million = sync.OnceValue(func() *trace.Log {
	log, fill := trace.FromEvents(tuitest.Start)
	graph, a, b := trace.Intern("g"), trace.Intern("a"), trace.Intern("b")
	names := []trace.Sym{trace.Intern("chat"), trace.Intern("speak"), trace.Intern("tool_call")}
	seq := uint64(0)
	add := func(e trace.Event) {
		seq++
		e.Seq, e.Mono, e.Graph = seq, int64(seq)*100_000, graph
		fill(&e)
	}
	for i := 0; seq < 1_000_000; i++ {
		id := uint64(i + 1)
		switch {
		case i%10 == 0:
			e := trace.Event{ID: id, Type: msg.KindCmd, Name: names[i/10%3], From: a, To: b}
			e.Property = fmt.Appendf(nil, `{"city":"Oslo","n":%d}`, i)
			for _, kind := range []trace.Kind{trace.Sent, trace.Delivered, trace.Handled, trace.Result} {
				e.Kind, e.Extension = kind, b
				e.Final, e.LatencyNS = kind == trace.Result, int64(i%1000)*1e6
				if kind == trace.Result && i%1000 == 0 {
					break // nobody answers
				}
				add(e)
				e.Property = nil
			}
		case i%10 == 5:
			add(trace.Event{Kind: trace.LogLine, Extension: b, Level: trace.Level(2 + i/10%3), ID: id - 5, Detail: fmt.Sprintf("line %d of the log", i)})
		default:
			e := trace.Event{Kind: trace.Sent, ID: id, Type: msg.KindData, Name: trace.Intern("tick"), From: a, To: b, Bytes: 12}
			e.Property = fmt.Appendf(nil, `{"count":%d}`, i)
			add(e)
		}
	}
	return log
})

// kept shows a million events, as a workbench that has read them all.
func kept(b *testing.B) *stage {
	b.Helper()
	th, err := theme.New(theme.Options{})
	if err != nil {
		b.Fatal(err)
	}
	run := tuitest.NewRun("g", "a", "b")
	s := &stage{run: run, log: million()}
	s.Model = newModel(s, &tuitest.Controller{ID: 7}, run, Info{Title: "g", Live: true}, th, make(chan any, 1))
	s.clock = s.log.Now
	s.update(tea.WindowSizeMsg{Width: 120, Height: 36})
	_, last := s.log.Span()
	for s.common.Store.Seq() < last {
		s.tick(time.Unix(0, 0))
	}
	return s
}

// worst notes the longest of some times, in milliseconds.
type worst float64

func (w *worst) time(do func()) {
	start := time.Now()
	do()
	*w = max(*w, worst(time.Since(start).Seconds()*1e3))
}

// settle ticks, and draws, until the shown screen has looked at all rows.
func (s *stage) settle() {
	for v := s.View(); strings.Contains(v, "% searched") || strings.Contains(v, "% of "); v = s.View() {
		s.tick(time.Unix(0, 0))
	}
}

// BenchmarkMillionKept is how long a person waits for the next picture while a million events are kept: to open each screen, to jump
// to either end and to a message in the middle. The worst of all counts.
func BenchmarkMillionKept(b *testing.B) {
	s := kept(b)
	var open, jump worst
	for b.Loop() {
		for _, key := range []string{"1", "2", "3", "4", "5", "6", "ctrl+g"} {
			open.time(func() { s.press(key); s.View() })
		}
		for _, keys := range [][]string{{"2", "g"}, {"2", "G"}, {"4", "g"}, {"4", "G"}, {"3", "g"}, {"3", "0"}, {"3", "f"}, {"2", "w"}} {
			s.press(keys[0])
			jump.time(func() { s.press(keys[1]); s.View() })
		}
		for _, to := range []ui.GotoMsg{{Screen: ui.Traffic, Command: s.middle()}, {Screen: ui.Timeline, Command: s.middle()},
			{Screen: ui.Why, Command: s.middle()}, {Screen: ui.Conversation, Command: s.middle()}, {Screen: ui.Logs, Seq: s.common.Store.Logs().Seq(s.common.Store.Logs().Len() / 2)}} {
			jump.time(func() { s.follow(s.update(to)); s.View() })
		}
	}
	b.ReportMetric(float64(open), "ms-open")
	b.ReportMetric(float64(jump), "ms-jump")
}

// middle is a command half way through those that are known.
func (s *stage) middle() uint64 {
	all := s.common.Store.Commands()
	return all.ID(all.Len() / 2)
}

// BenchmarkMillionFiltered is how long the first rows of a new filter take, and all of them.
func BenchmarkMillionFiltered(b *testing.B) {
	for _, c := range []struct {
		name   string
		screen ui.ID
		text   string
	}{
		{"a name", ui.Traffic, "name = speak"}, {"an open command", ui.Traffic, "cmd and pending"}, {"latency", ui.Traffic, "cmd and latency > 990ms"},
		{"a property", ui.Traffic, "prop.n = 55550"}, {"a word", ui.Traffic, "oslo"}, {"nothing", ui.Traffic, "zzz"},
		{"a level", ui.Logs, "level >= error"}, {"a word of a line", ui.Logs, "5 of the"},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := kept(b)
			rows := s.common.Store.Messages().Len()
			if c.screen == ui.Logs {
				rows = s.common.Store.Logs().Len()
			}
			var first worst
			all := time.Duration(0)
			for b.Loop() {
				s.follow(s.update(ui.GotoMsg{Screen: c.screen, Filter: "unanswered or zz"}))
				s.settle()
				start := time.Now()
				first.time(func() { s.follow(s.update(ui.GotoMsg{Screen: c.screen, Filter: c.text})); s.View() })
				s.settle()
				all += time.Since(start)
			}
			b.ReportMetric(float64(first), "ms-first")
			b.ReportMetric(all.Seconds()*1e3/float64(b.N), "ms-all")
			b.ReportMetric(all.Seconds()*1e3/float64(b.N)*1e6/float64(rows), "ms/Mrows")
		})
	}
}
