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

// million is a trace of a million events: two extensions start; then commands and their answers, data, log lines, and a reload a second.
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
	for _, extension := range []trace.Sym{a, b} {
		for state := trace.Created; state <= trace.Running; state++ {
			add(trace.Event{Kind: trace.Transition, Extension: extension, State: state, StageNS: 1e6})
		}
	}
	for i := 0; seq < 1_000_000; i++ {
		id := uint64(i + 1)
		switch {
		case i%10_001 == 0:
			add(trace.Event{Kind: trace.Config, Level: trace.Info, Detail: "applied: changed b (model)"})
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

// talkative is a trace of a million events of which nine in ten are log lines.
var talkative = sync.OnceValue(func() *trace.Log {
	log, fill := trace.FromEvents(tuitest.Start)
	graph, a, b, name := trace.Intern("g"), trace.Intern("a"), trace.Intern("b"), trace.Intern("chat")
	for seq := uint64(1); seq <= 1_000_000; seq++ {
		e := trace.Event{Seq: seq, Mono: int64(seq) * 100_000, Graph: graph, ID: seq / 10 * 10}
		switch seq % 10 {
		case 0:
			e.Kind, e.Type, e.Name, e.From, e.To = trace.Sent, msg.KindCmd, name, a, b
		default:
			e.Kind, e.Extension, e.Level = trace.LogLine, []trace.Sym{a, b}[seq%2], trace.Level(2+seq%30/10)
			e.Detail = fmt.Sprintf("line %d of the log: the answer came after %d ms", seq, seq%997)
		}
		fill(&e)
	}
	return log
})

// kept shows the events of a log, as a workbench that has read them all.
func kept(b *testing.B, log *trace.Log) *stage {
	b.Helper()
	th, err := theme.New(theme.Options{})
	if err != nil {
		b.Fatal(err)
	}
	run := tuitest.NewRun("g", "a", "b")
	s := &stage{run: run, log: log}
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
	s := kept(b, million())
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

// BenchmarkMillionTimeline is how long a person waits for the next picture of the Timeline while a million events are kept, whichever kinds
// are drawn and however much time is shown, and how long the export of all of it takes in the background.
func BenchmarkMillionTimeline(b *testing.B) {
	s := kept(b, million())
	s.press("3", "0")
	if v := s.View(); !strings.Contains(v, "whole run") || strings.Contains(v, "No extension") {
		b.Fatal("the lanes are not there:\n" + v)
	}
	var kinds, export worst
	for b.Loop() {
		for _, window := range [][]string{{"0"}, {"f"}, {"g", "+", "+"}} {
			s.press(window...)
			for range 4 {
				kinds.time(func() { s.press("v"); s.View() })
				kinds.time(func() { s.press("n"); s.View() })
				kinds.time(func() { s.tick(time.Unix(0, 0)); s.View() })
			}
		}
		s.press("0")
		var write tea.Cmd
		kinds.time(func() { write = s.update(keyMsg("x")); s.View() })
		export.time(func() { s.follow(write) })
	}
	b.ReportMetric(float64(kinds), "ms-paint")
	b.ReportMetric(float64(export), "ms-export")
}

// BenchmarkMillionReloads is how long a person waits for the next picture of Config while a million events are kept, among them changes of
// an extension that is compared with what it did before.
func BenchmarkMillionReloads(b *testing.B) {
	s := kept(b, million())
	all := Settings{Path: "config.toml", Auto: true}
	s.common.Info.Settings = func() Settings { return all }
	s.press("6")
	if n := len(s.common.Store.Changes()); n < 50 {
		b.Fatalf("%d changes are known", n)
	}
	var paint worst
	for b.Loop() {
		all.Reloads = append(all.Reloads, Reload{At: tuitest.Start.Add(time.Duration(s.clock())), Summary: "changed b (model)"})
		paint.time(func() { s.update(Reloaded{Summary: "changed b (model)"}); s.View() })
		for _, key := range []string{"1", "6", "G", "g", "tab", "j", "j", "k", "enter", "esc"} {
			paint.time(func() { s.press(key); s.View() })
		}
		paint.time(func() { s.tick(time.Unix(0, 0)); s.View() })
	}
	b.ReportMetric(float64(paint), "ms-paint")
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
		log    func() *trace.Log
	}{
		{"a name", ui.Traffic, "name = speak", million}, {"an open command", ui.Traffic, "cmd and pending", million},
		{"latency", ui.Traffic, "cmd and latency > 990ms", million}, {"a property", ui.Traffic, "prop.n = 55550", million},
		{"a word", ui.Traffic, "oslo", million}, {"nothing", ui.Traffic, "zzz", million},
		{"a level", ui.Logs, "level >= error", million}, {"a word of a line", ui.Logs, "5 of the", million},
		{"a level of many", ui.Logs, "level >= error", talkative}, {"who of many", ui.Logs, "ext = b", talkative},
		{"a word of many", ui.Logs, "after 55 ms", talkative}, {"nothing of many", ui.Logs, "zzz", talkative},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := kept(b, c.log())
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
