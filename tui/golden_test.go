package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
)

func TestGolden(t *testing.T) {
	sizes := map[string][2]int{"80x24": {80, 24}, "120x36": {120, 36}, "60x15": {60, 15}}
	keys := map[string][]string{"now": nil, "logs": {"4"}, "logs filtered": {"4", "/", "unknown", "enter"}, "help": {"?"}, "why": {"!", "w"}}
	for size, wh := range sizes {
		for name, pressed := range keys {
			t.Run(name+" "+size, func(t *testing.T) {
				s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), wh[0], wh[1])
				s.press(pressed...)
				golden.RequireEqual(t, s.View())
			})
		}
	}
}

func TestGoldenBeforeAnythingHappened(t *testing.T) {
	s := newStage(t, tuitest.Voice(), 0, theme.Plain(false), 120, 36)
	golden.RequireEqual(t, s.View())
}

func TestGoldenASCII(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
	view := s.View()
	for _, r := range view {
		if r > 0x7e {
			t.Fatalf("%q is not ASCII in:\n%s", r, view)
		}
	}
	golden.RequireEqual(t, view)
}

// places are all that the workbench can show, by the keys that lead there from the first screen.
var places = map[string][]string{
	"now":                {"1"},
	"now, a problem":     {"1", "!", "j"},
	"traffic":            {"2"},
	"traffic, a row":     {"2", "g"},
	"traffic, message":   {"2", "g", "enter"},
	"traffic, result":    {"2", "g", "enter", "tab"},
	"traffic, path":      {"2", "g", "enter", "tab", "tab"},
	"traffic, logs":      {"2", "g", "enter", "tab", "tab", "tab"},
	"traffic, raw":       {"2", "g", "enter", "tab", "tab", "tab", "tab"},
	"traffic, diff":      {"2", "g", "D", "j"},
	"traffic, maximised": {"2", "g", "D", "j", "\\"},
	"traffic, sort":      {"2", "s"},
	"traffic, sorted":    {"2", "s", "l"},
	"traffic, filtered":  {"2", "/", "c", "m", "d", "enter"},
	"traffic, no match":  {"2", "/", "z", "z", "z", "enter"},
	"traffic, wrong":     {"2", "/", "x", "=", "("},
	"conversation":       {"2", "/", "c", "m", "d", "enter", "g", "c"},
	"why":                {"1", "!", "w"},
	"config":             {"6"},
	"timeline":           {"3"},
	"timeline, cursor":   {"3", "left", "left", "down"},
	"timeline, zoomed":   {"3", "left", "+", "+", "+"},
	"timeline, data":     {"3", "v", "v"},
	"lifecycle":          {"3", "L", "j"},
	"logs":               {"4"},
	"logs, wrapped":      {"4", "W"},
	"logs, no match":     {"4", "/", "z", "z", "z", "enter"},
	"inject":             {"5"},
	"inject, form":       {"5", "tab", "tab"},
	"gate":               {"ctrl+g"},
	"gate, held":         {"ctrl+g", "j", "enter"},
	"help":               {"?"},
	"help, traffic":      {"2", "g", "?"},
	"palette":            {":"},
	"palette, extension": {":", "w", "e", "a", "t", "h"},
	"palette, argument":  {":", "l", "o", "g", "s", " ", "o", "f", "enter"},
	"graph":              {":", "g", "r", "a", "p", "h", "enter"},
	"messages":           {":", "m", "e", "s", "s", "a", "g", "e", "s", "enter"},
	"question":           {"1", "!", "R"},
	"paused":             {"2", " "},
}

// TestFramesFit draws all there is at many sizes while everything is named by an enemy.
func TestFramesFit(t *testing.T) {
	th, err := theme.New(theme.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sizes := [][2]int{{1, 1}, {10, 3}, {59, 15}, {60, 14}, {60, 15}, {61, 16}, {80, 24}, {100, 31}, {110, 40}, {120, 36}, {200, 60}, {237, 77}}
	for name, keys := range places {
		s := newStage(t, tuitest.Hostile(), 2*time.Second, th, 80, 24)
		g := &tuitest.Gate{}
		for i, name := range tuitest.HostileNames {
			g.State.Rules = append(g.State.Rules, trace.GateRule{Name: name, Action: trace.GateHold, Filter: name})
			g.State.Held = append(g.State.Held, trace.HeldMessage{ID: uint64(i + 1), Type: msg.KindCmd, Name: name, From: name, To: name, Rule: name, Graph: name,
				Property: []byte(`{"` + strings.Repeat("日", 90) + `":"\u202e"}`)})
		}
		g.Guard(s.common)
		s.press(keys...)
		for _, size := range sizes {
			s.update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			s.tick(time.Unix(0, 0))
			checkFrame(t, s.View(), size[0], size[1], name)
			s.update(Refused{Problems: tuitest.HostileNames})
			s.update(Notice{Text: strings.Join(tuitest.HostileNames, " "), Bad: true})
			checkFrame(t, s.View(), size[0], size[1], name+", refused")
			s.update(Reloaded{Summary: "mended"})
		}
	}
}

// TestPlacesAreReached tells that the keys of the places show what their names say.
func TestPlacesAreReached(t *testing.T) {
	shows := map[string]string{"traffic, sort": "Sort by what?", "traffic, sorted": "slowest first", "traffic, no match": "No message passes",
		"conversation": "and what it caused", "logs, no match": "hidden by the filter", "question": "Restart ", "paused": "PAUSED", "palette": " commands",
		"graph": "GRAPH", "messages": "MESSAGES", "help, traffic": "THIS LINE", "gate": "RULES",
		"timeline, data": "only data", "lifecycle": "is marked"}
	for name, want := range shows {
		r, g := tuitest.Gated()
		s := newStage(t, r, scene, theme.Plain(false), 120, 36)
		g.Guard(s.common)
		s.press(places[name]...)
		if v := s.View(); !strings.Contains(v, want) {
			t.Errorf("%s lacks %q:\n%s", name, want, v)
		}
	}
}

// TestGoldenPlaces is all there is, through the root; the rooms have more of their own.
func TestGoldenPlaces(t *testing.T) {
	for size, wh := range map[string][2]int{"80x24": {80, 24}, "120x36": {120, 36}} {
		for _, name := range []string{"traffic, filtered", "traffic, sort", "traffic, sorted", "traffic, no match", "traffic, wrong", "conversation", "timeline",
			"logs, no match", "inject", "help, traffic", "palette", "palette, extension", "palette, argument", "graph", "question", "paused"} {
			t.Run(name+" "+size, func(t *testing.T) {
				r, g := tuitest.Gated()
				s := newStage(t, r, scene, theme.Plain(false), wh[0], wh[1])
				g.Guard(s.common)
				s.press(places[name]...)
				golden.RequireEqual(t, s.View())
			})
		}
		for name, key := range map[string]string{"now": "1", "traffic": "2", "timeline": "3", "logs": "4", "inject": "5", "gate": "ctrl+g"} {
			t.Run("empty "+name+" "+size, func(t *testing.T) {
				s := newStage(t, tuitest.Voice(), 0, theme.Plain(false), wh[0], wh[1])
				s.common.Controller = &tuitest.Gate{}
				s.press(key)
				golden.RequireEqual(t, s.View())
			})
		}
	}
}

// failing is a run in which an extension fails its start and another complains.
func failing() *tuitest.Run {
	r := tuitest.NewRun("g", "reader", "writer")
	r.Up(0, "reader", time.Millisecond, time.Millisecond, 2*time.Millisecond)
	r.Enter(0, "writer", trace.Configure, 0)
	r.Enter(time.Millisecond, "writer", trace.Init, time.Millisecond)
	r.Enter(2*time.Millisecond, "writer", trace.Start, time.Millisecond)
	failed := trace.Event{Kind: trace.Transition, Extension: trace.Intern("writer"), State: trace.Failed, StageNS: 100e6,
		Detail: "open the device: permission denied", Source: trace.Intern("writer/writer.go:31")}
	r.Add(102*time.Millisecond, failed)
	failed.Kind, failed.Rule, failed.Level = trace.Lint, trace.Intern("extension-failed"), trace.Error
	r.Add(102*time.Millisecond, failed)
	r.Say(300*time.Millisecond, "reader", trace.Error, 0, "reader/reader.go:12", "nothing comes from writer")
	return r
}

// TestGoldenStates is what the screens show in states of the bench that are not the usual: something is held, something failed, the
// config is refused, a command was mistyped, the run is a recording.
func TestGoldenStates(t *testing.T) {
	states := map[string]struct {
		run  func() *tuitest.Run
		do   func(s *stage)
		keys []string
	}{
		"held, now":          {keys: []string{"1"}},
		"held, timeline":     {keys: []string{"3"}},
		"held, why":          {keys: []string{"2", "/", "h", "e", "l", "d", "enter", "g", "w"}},
		"held, conversation": {keys: []string{"2", "/", "h", "e", "l", "d", "enter", "g", "c"}},
		"held, quit":         {keys: []string{"q"}},
		"failed, now":        {run: failing},
		"failed, timeline":   {run: failing, keys: []string{"3"}},
		"failed, logs":       {run: failing, keys: []string{"4"}},
		"failed, why":        {run: failing, keys: []string{"!", "w"}},
		"refused, now": {do: func(s *stage) {
			s.update(Refused{Problems: []string{`config.toml:12:3: unknown key "grop"; did you mean "group"?`, "config.toml:14:1: a node without a name"}})
		}},
		"refused at length, now": {do: func(s *stage) {
			s.update(Refused{Problems: []string{`voices/config.toml:112:23: graph.nodes[3].property.temperature is "very warm", but the manifest of llm_mock wants a float64`, "config.toml:14:1: a node without a name"}})
		}},
		"error, said": {do: func(s *stage) {
			s.update(Notice{Text: "the run file cannot be written: no space left on device", Bad: true})
		}},
		"error, messages": {do: func(s *stage) {
			s.update(Notice{Text: "the run file cannot be written: no space left on device", Bad: true})
		}, keys: places["messages"]},
		"palette, no match":   {keys: []string{":", "z", "z", "z"}},
		"palette, wrong":      {keys: []string{":", "m", "e", "s", "s", "a", "g", "e", "enter", "x"}},
		"logs, wrong":         {keys: []string{"4", "/", "x", "=", "("}},
		"messages, empty":     {keys: places["messages"]},
		"recording, now":      {do: asRecording, keys: []string{"1"}},
		"recording, traffic":  {do: asRecording, keys: []string{"2", "enter"}},
		"recording, inject":   {do: asRecording, keys: []string{"5"}},
		"recording, gate":     {do: asRecording, keys: []string{"ctrl+g"}},
		"recording, timeline": {do: asRecording, keys: []string{"3"}},
		"recording, config":   {do: asRecording, keys: []string{"6"}},
	}
	for size, wh := range map[string][2]int{"80x24": {80, 24}, "120x36": {120, 36}} {
		for name, state := range states {
			t.Run(name+" "+size, func(t *testing.T) {
				r, g := tuitest.Gated()
				if state.run != nil {
					r, g = state.run(), &tuitest.Gate{}
				}
				s := newStage(t, r, scene, theme.Plain(false), wh[0], wh[1])
				g.Guard(s.common)
				if state.do != nil {
					state.do(s)
				}
				s.press(state.keys...)
				golden.RequireEqual(t, s.View())
			})
		}
	}
}
