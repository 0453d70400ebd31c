package tui

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// stage is a run as it is at one moment of it, seen through the root.
type stage struct {
	*Model
	log *trace.Log
	run *tuitest.Run
}

func (s *stage) Log() *trace.Log          { return s.log }
func (s *stage) Snapshot() trace.Snapshot { return trace.Snapshot{} }
func (s *stage) Graphs() []*graph.Graph   { return s.run.Graphs() }

// newStage shows the run when it has come to that time, at a size.
func newStage(t testing.TB, run *tuitest.Run, at time.Duration, th *theme.Theme, w, h int) *stage {
	t.Helper()
	run.Common(0, th) // makes the run's log
	s := &stage{run: run}
	log, fill := trace.FromEvents(tuitest.Start)
	r, buf := run.Log().NewReader(), make([]trace.Event, 1)
	for r.Next(buf) == 1 && buf[0].Mono <= int64(at) {
		fill(&buf[0])
	}
	s.log = log
	info := Info{Title: "voice-demo", Live: true, Config: "demo/config.toml", Recorded: func() (int64, uint64) { return 3_100_000, 0 }}
	s.Model = newModel(s, &tuitest.Controller{ID: 7}, run, info, th, make(chan any, 1))
	s.clock = func() int64 { return int64(at) }
	s.update(tea.WindowSizeMsg{Width: w, Height: h})
	_, last := log.Span()
	for s.tick(time.Unix(0, 0)); s.common.Store.Seq() < last; {
		s.tick(time.Unix(0, 0)) // a slow machine needs more than one slice of time
	}
	s.update(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

// press sends keys and follows the jumps they cause.
func (s *stage) press(keys ...string) {
	for _, k := range keys {
		s.follow(s.update(keyMsg(k)))
	}
}

// follow runs a command and gives its message back, as the program would. Batches and timers are not followed.
func (s *stage) follow(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case ui.GotoMsg, ui.RestartMsg, ui.ToastMsg, ui.AddressedMsg, ui.LiveMsg:
		s.follow(s.update(msg))
	}
}

func keyMsg(k string) tea.KeyMsg {
	special := map[string]tea.KeyType{"ctrl+g": tea.KeyCtrlG, "left": tea.KeyLeft, "down": tea.KeyDown, "enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "ctrl+c": tea.KeyCtrlC, "ctrl+s": tea.KeyCtrlS, "ctrl+r": tea.KeyCtrlR, "f1": tea.KeyF1, "up": tea.KeyUp, "shift+tab": tea.KeyShiftTab, "ctrl+e": tea.KeyCtrlE}
	if t, ok := special[k]; ok {
		return tea.KeyMsg{Type: t}
	}
	if k == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune(" ")}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// A rule may drop messages while no event is lost: the header says what it counts.
func TestTheHeaderSaysThatItCountsEvents(t *testing.T) {
	for width, want := range map[int]string{80: "lost 5 ev", 120: "events lost 5", 160: "events lost 5"} {
		r := tuitest.Voice()
		r.Add(scene, trace.Event{Kind: trace.Gap, Count: 5})
		head, _, _ := strings.Cut(newStage(t, r, scene, theme.Plain(false), width, 36).View(), "\n")
		if !strings.Contains(head, "   "+want+"   ") {
			t.Errorf("%d columns: %q lacks %q", width, head, want)
		}
	}
}

const scene = 12400 * time.Millisecond

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

// asRecording makes a stage one of a run that has ended.
func asRecording(s *stage) {
	s.common.Info.Live, s.common.Controller, s.common.Gate = false, nil, ui.GateState{}
	s.tick(time.Unix(0, 0))
}

func checkFrame(t *testing.T, view string, w, h int, what string) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Errorf("%dx%d after %s: %d lines", w, h, what, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Errorf("%dx%d after %s: line %d has %d cells: %q", w, h, what, i, n, l)
		}
		if rest := ansi.Strip(l); strings.ContainsAny(rest, "\x1b\x07\x08\r\t\u009b\u202e") {
			t.Errorf("%dx%d after %s: line %d holds a control: %q", w, h, what, i, l)
		}
		if strings.Contains(l, "\x1b[2J") || strings.Contains(l, "\x1b]") {
			t.Errorf("%dx%d after %s: line %d holds a foreign sequence: %q", w, h, what, i, l)
		}
	}
}

func TestTooSmallATerminalSaysSo(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 58, 14)
	if v := s.View(); !strings.HasPrefix(v, "terminal 58x14, needs 60x15") {
		t.Errorf("it says %q", v[:40])
	}
}

func TestRefusedConfigStaysUntilItIsMended(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(Refused{Problems: []string{`config.toml:12:3: unknown key "grop"; did you mean "group"?`}})
	s.expire(time.Now().Add(time.Hour))
	if v := s.View(); !strings.Contains(v, `config.toml:12:3: unknown key "grop"`) || !strings.Contains(v, "config.toml was not applied") {
		t.Errorf("the reason is not on the screen:\n%s", v)
	}
	if !s.common.Refused {
		t.Error("the screens do not know that it is said above them")
	}
	s.update(Reloaded{Summary: "greeter.greeting changed"})
	if s.common.Refused {
		t.Error("after it was mended the screens still think that it is refused")
	}
	v := s.View()
	if strings.Contains(v, "not applied") || !strings.Contains(v, "config.toml applied: greeter.greeting changed") {
		t.Errorf("after it was mended the screen is:\n%s", v)
	}
	s.expire(time.Now().Add(time.Hour))
	if strings.Contains(s.View(), "config.toml applied") {
		t.Error("the toast stays")
	}
}

// While the file is refused one key opens the place from any screen, and the next problem is the refusal, once.
func TestARefusedConfigIsOpenedFromAnywhere(t *testing.T) {
	const said = `config.toml:12:3: unknown key "grop"; did you mean "group"?`
	for _, w := range []int{80, 120} {
		for _, screen := range []string{"1", "2", "3", "4", "5", "6"} {
			s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
			s.common.Controller = &tuitest.Gate{}
			s.common.Info.Settings = func() Settings {
				return Settings{Path: "/p/config.toml", Reloads: []Reload{{Problems: []string{said}, Places: []Origin{{File: "/p/config.toml", Line: 12}}}}}
			}
			s.update(keyMsg(screen))
			if cmd := s.update(keyMsg("ctrl+e")); cmd != nil {
				t.Errorf("screen %s: with nothing refused ctrl+e is %v", screen, cmd())
			}
			s.update(Refused{Problems: []string{said}})
			if v := s.View(); !strings.Contains(v, "^e opens the place.") || !strings.Contains(v, "config.toml was not applied. What ran before goes on") {
				t.Errorf("screen %s, %d columns:\n%s", screen, w, v)
			}
			s.press("5")
			if s.press("tab"); !strings.Contains(s.View(), "esc then ^e opens the place.") {
				t.Errorf("from a field of Inject, at %d columns, the way is not told:\n%s", w, s.View())
			}
			s.press("esc")
			s.press(screen)
			checkFrame(t, s.View(), w, 24, "refused, with a key")
			edit, ok := s.update(keyMsg("ctrl+e"))().(ui.EditMsg)
			if !ok || edit.File != "/p/config.toml" || edit.Line != 12 {
				t.Errorf("screen %s: ctrl+e is %+v", screen, edit)
			}
			s.press("!")
			if v := s.View(); s.shown != ui.Config || !strings.Contains(v, "RELOADS") {
				t.Errorf("screen %s: ! leads to screen %d:\n%s", screen, s.shown, v)
			}
			s.press("!")
			if s.shown != ui.Now || !strings.Contains(s.View(), "▌✗ lost") {
				t.Errorf("screen %s: the second ! leads to screen %d", screen, s.shown)
			}
			s.update(Reloaded{Summary: "mended"})
			if v := s.View(); strings.Contains(v, "opens the place") {
				t.Errorf("when it is mended:\n%s", v)
			}
		}
	}
}

// What the notice says of its key is true wherever one is: the keys it names open the place.
func TestTheNoticeSaysTheKeysThatOpenThePlace(t *testing.T) {
	all := maps.Clone(places)
	all["help over a field"] = []string{"5", "tab", "f1"}
	all["help over the palette"] = []string{":", "f1"}
	all["a rule"] = []string{"ctrl+g", "n", "h"}
	all["parked"] = []string{"5", "tab", "ctrl+g"}
	for name, keys := range all {
		r, g := tuitest.Gated()
		s := newStage(t, r, scene, theme.Plain(false), 120, 36)
		g.Guard(s.common)
		s.common.Info.Settings = func() Settings {
			return Settings{Path: "/p/config.toml", Reloads: []Reload{{Problems: []string{"wrong"}, Places: []Origin{{File: "/p/config.toml", Line: 12}}}}}
		}
		s.press(keys...)
		s.update(Refused{Problems: []string{"wrong"}})
		said := regexp.MustCompile(`  ((?:esc )*)(?:then )?\^e opens the place`).FindStringSubmatch(s.View())
		if said == nil {
			t.Errorf("%s: the notice names no key:\n%s", name, s.View())
			continue
		}
		for range strings.Fields(said[1]) {
			if cmd := s.update(keyMsg("ctrl+e")); cmd != nil {
				if edit, ok := cmd().(ui.EditMsg); ok && edit.Line == 12 {
					t.Errorf("%s: %q says more than it takes", name, said[0])
				}
			}
			s.press("esc")
		}
		cmd := s.update(keyMsg("ctrl+e"))
		if cmd == nil {
			t.Errorf("%s: %q does nothing", name, said[0])
		} else if edit, ok := cmd().(ui.EditMsg); !ok || edit.Line != 12 {
			t.Errorf("%s: %q is %+v", name, said[0], cmd())
		}
	}
}

func TestAMistakeIsSeenWithItsPlaceAndItsValue(t *testing.T) {
	const long = `voices/config.toml:112:23: graph.nodes[3].property.temperature is "very warm indeed", but the manifest of llm_mock wants a float64 between 0 and 2`
	for _, w := range []int{60, 80, 120} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
		s.update(Refused{Problems: []string{long}})
		v := s.View()
		checkFrame(t, v, w, 24, "a long mistake")
		v = strings.Join(strings.Fields(v), " ")
		for _, part := range []string{"voices/config.toml:112:23: ", `"very warm`} {
			if !strings.Contains(v, part) {
				t.Errorf("at %d columns the screen lacks %s:\n%s", w, part, v)
			}
		}
	}
	for n, want := range map[int]string{3: "and 2 more", 9: "and 8 more"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.update(Refused{Problems: slices.Repeat([]string{long}, n)})
		checkFrame(t, s.View(), 80, 24, "many mistakes")
		if v := s.View(); !strings.Contains(v, want) {
			t.Errorf("of %d mistakes the screen lacks %q:\n%s", n, want, v)
		}
	}
}

func TestASavedFileThatWaitsSaysSo(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	var all Settings
	s.common.Info.Settings = func() Settings { return all }
	all = Settings{Path: "config.toml", Reloads: []Reload{{At: tuitest.Start, Summary: "changed llm (model)", Waits: true}}}
	s.update(Waiting{Summary: "changed llm (model)"})
	if v := s.View(); !strings.Contains(v, "config.toml was saved and waits: u") || !strings.Contains(v, "changed llm (model)") {
		t.Errorf("the screen is:\n%s", v)
	}
	s.expire(time.Now().Add(time.Hour))
	s.press("6")
	if v := s.View(); !strings.Contains(v, "waits  changed llm (model)") || !strings.Contains(v, "applied by hand") {
		t.Errorf("the Config screen is:\n%s", v)
	}
	s.update(Waiting{Problems: []string{"config.toml:1:1: bad"}})
	if v := s.View(); !strings.Contains(v, "saved with 1 mistake: config.toml:1:1: bad") {
		t.Errorf("the screen is:\n%s", v)
	}
}

func TestASavedLookIsWorn(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	var worn []Look
	s.dress = func(l Look) (*theme.Theme, error) {
		worn = append(worn, l)
		return theme.Plain(l.ASCII), nil
	}
	s.update(Reloaded{Summary: "[bench]"})
	if len(worn) != 0 {
		t.Errorf("a look that did not change was worn: %v", worn)
	}
	mouse := func(cmd tea.Cmd) (said string) {
		for _, m := range tuitest.Drain(cmd) {
			said += fmt.Sprintf("%T ", m)
		}
		return said
	}
	if got := mouse(s.update(Reloaded{Summary: "[tui]", Look: &Look{Theme: "dark", ASCII: true}})); !strings.Contains(got, "disableMouse") || !s.mouseOff {
		t.Errorf("the mouse: %s", got)
	}
	s.expire(time.Now().Add(time.Hour))
	for _, r := range s.View() {
		if r > 0x7e {
			t.Fatalf("%q is not ASCII", r)
		}
	}
	if got := mouse(s.update(Reloaded{Summary: "[tui]", Look: &Look{Theme: "dark", Mouse: true}})); !strings.Contains(got, "enableMouse") || s.mouseOff {
		t.Errorf("the mouse: %s", got)
	}
}

func TestPauseStandsStillAndCounts(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	before := s.common.Store.Seq()
	s.press(" ")
	r, buf := s.run.Log().ReaderAt(before+1), make([]trace.Event, 1)
	log, fill := trace.FromEvents(tuitest.Start)
	s.feed.log = log
	for r.Next(buf) == 1 {
		fill(&buf[0])
	}
	s.feed.reader = log.NewReader()
	s.tick(time.Unix(1, 0))
	if s.common.Store.Seq() != before {
		t.Error("the store moved during the pause")
	}
	_, last := log.Span()
	if want := "PAUSED +" + ui.Count(float64(last-before)); !strings.Contains(s.View(), want) {
		t.Errorf("%q is not on the screen:\n%s", want, s.View())
	}
	s.show(ui.Traffic)
	if want := ui.Plural(int(last-before), "new event") + " recorded"; !strings.Contains(s.View(), want) {
		t.Errorf("Traffic does not say %q:\n%s", want, s.View())
	}
	s.press(" ")
	s.tick(time.Unix(2, 0))
	if s.common.Store.Seq() != last || strings.Contains(s.View(), "PAUSED") {
		t.Errorf("after the pause the store stands at %d, want %d", s.common.Store.Seq(), last)
	}
}

// A view that was held still does not move by itself without a word.
func TestSendingEndsAPauseAndSaysSo(t *testing.T) {
	for said, want := range map[string]string{"": "The view is live again, to show the answer: 38 new events.", "hello was sent again as #7.": "hello was sent again as #7. The view is live again"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
		s.press(" ")
		s.common.Unread = 38
		s.update(ui.LiveMsg{Said: ui.ToastMsg{Text: said}})
		if v := s.View(); !strings.Contains(v, want) || s.common.Paused {
			t.Errorf("it says %q:\n%s", s.toast.text, v)
		}
		s.toast = toast{}
		s.update(ui.LiveMsg{})
		if s.toast.text != "" {
			t.Errorf("what was live is said to be live again: %s", s.toast.text)
		}
	}
}

func TestARecordingThatLacksEventsSaysSo(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	if v := s.View(); !strings.Contains(v, "rec  3.1 MB") || strings.Contains(v, "lacks") {
		t.Errorf("the header of a whole recording:\n%s", v)
	}
	s.common.Info.Recorded = func() (int64, uint64) { return 3_100_000, 1_250_000 }
	if v := s.View(); !strings.Contains(v, "rec lacks 1.2M") && !strings.Contains(v, "rec lacks 1.3M") {
		t.Errorf("the header of one that lacks events:\n%s", v)
	}
}

func TestCtrlCQuitsAtTheSecondPress(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	if cmd := s.update(keyMsg("ctrl+c")); cmd != nil {
		t.Fatal("the first ctrl+c quits")
	}
	if !strings.Contains(s.View(), "press ctrl+c again to quit") {
		t.Error("the first ctrl+c does not say what the second does")
	}
	s.press("j")
	if cmd := s.update(keyMsg("ctrl+c")); cmd != nil {
		t.Fatal("another key between them is no second ctrl+c")
	}
	if cmd := s.update(keyMsg("ctrl+c")); cmd == nil {
		t.Fatal("the second ctrl+c does not quit")
	} else if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("the second ctrl+c does something else")
	}
}

func TestRestartAsksFirst(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("!", "R")
	if s.ask == nil || !strings.Contains(s.View(), "Restart weather_tool?") {
		t.Fatalf("no question on the screen:\n%s", s.View())
	}
	s.press("q")
	if s.ask != nil {
		t.Error("q is not a no")
	}
	s.press("R", "y")
	if !strings.Contains(s.View(), "weather_tool was restarted") {
		t.Errorf("the screen does not say how it went:\n%s", s.View())
	}
}

func TestJumpsLeadBack(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("!", "l")
	if s.shown != ui.Logs || !strings.Contains(s.View(), "ext = weather_tool") {
		t.Fatalf("l shows %d", s.shown)
	}
	s.press("esc")
	if s.shown != ui.Now {
		t.Errorf("esc shows %d, want Now", s.shown)
	}
	s.press("3", "`")
	if s.shown != ui.Now {
		t.Errorf("the backtick shows %d, want Now", s.shown)
	}
}

func TestEscLeadsBackAtOnceFromWhereAJumpLanded(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("!", "enter")
	if s.shown != ui.Traffic || !strings.Contains(s.View(), "handler returned") && !strings.Contains(s.View(), "town") {
		t.Fatalf("enter on the problem shows %d:\n%s", s.shown, s.View())
	}
	if v := s.View(); strings.Count(v, "esc back") != 1 {
		t.Errorf("the keys name esc not once:\n%s", v)
	}
	if s.press("j", "tab", "esc"); s.shown != ui.Now {
		t.Errorf("one esc shows %d, want Now", s.shown)
	}
	s.press("2", "enter", "esc")
	if s.shown != ui.Traffic {
		t.Error("esc leaves Traffic instead of closing the detail that was opened there")
	}
	s.press("esc")
	if s.shown != ui.Now {
		t.Error("the second esc does not leave Traffic")
	}
}

func TestEditAndSendTakesTheSelectedMessageAlong(t *testing.T) {
	for _, open := range []bool{false, true} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
		s.press("2", "/", "tool_call", "enter", "g")
		if open {
			s.press("enter")
		}
		s.press("i")
		v := s.View()
		if s.shown != ui.Inject || !s.screen().Focused() {
			t.Fatalf("detail open: %v: i shows %d, focused %v", open, s.shown, s.screen().Focused())
		}
		for _, want := range []string{"tool_call", "weather_tool", `{"city":"Berlin","units":"metric"}`} {
			if !strings.Contains(v, want) {
				t.Errorf("detail open: %v: the form lacks %s:\n%s", open, want, v)
			}
		}
	}
}

func TestTheTimelinesKeysAreFoundOnASmallTerminal(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 80, 24)
	s.press("3")
	last := func() string {
		lines := strings.Split(s.View(), "\n")
		return strings.TrimSpace(lines[len(lines)-1])
	}
	if f := last(); !strings.Contains(f, "v kinds   L lifecycle") || !strings.HasSuffix(f, "? help") {
		t.Errorf("the footer is %q", f)
	}
	for _, key := range []string{"", "n"} { // with nothing selected, and with a command
		if key != "" {
			s.press(key)
		}
		if f := last(); !strings.HasSuffix(f, "? help") {
			t.Errorf("after %q the footer is %q", key, f)
		}
		s.press("?")
		for _, want := range []string{"v +kinds", "L +lifecycle", "x +export Perfetto"} {
			if !regexp.MustCompile(want).MatchString(s.View()) {
				t.Errorf("after %q the help lacks %q:\n%s", key, want, s.View())
			}
		}
		s.press("q")
	}
}

func TestThePaletteKnowsTheKeysOfAPairApart(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
	s.press("3")
	var names []string
	for _, c := range s.commands() {
		names = append(names, c.Name)
	}
	for name, want := range map[string]bool{"next event": true, "event before": true, "next error": true, "error before": true, "event": false, "error": false, "zoom": true} {
		if slices.Contains(names, name) != want {
			t.Errorf("the palette offers %q: %v", name, !want)
		}
	}
	at := s.View()
	if s.command(t, "event before"); s.View() == at {
		t.Error("the command presses nothing")
	}
}

func TestHelpGivesWayToTheKeysOfAllScreens(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	if s.press("?", "3"); s.helping || s.shown != ui.Timeline {
		t.Errorf("3 on the help shows %d, helping %v", s.shown, s.helping)
	}
	s.press("?")
	if cmd := s.update(keyMsg("q")); cmd != nil || s.helping {
		t.Error("q on the help does more than close it")
	}
	if s.press("?", "j"); !s.helping {
		t.Error("a key of a list closes the help")
	}
}

func TestHelpSaysThatMoreFollows(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	if s.press("?"); !strings.Contains(s.View(), "lines more: j scrolls") {
		t.Errorf("the help looks whole:\n%s", s.View())
	}
	if s.press("G"); strings.Contains(s.View(), "more: j scrolls") {
		t.Errorf("the end of the help:\n%s", s.View())
	}
}

func TestWhatIsTypedAfterASlashOnNowIsAFilter(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("/hello")})
	if v := s.View(); s.shown != ui.Traffic || !s.screen().Focused() || !strings.Contains(v, "filter hello") {
		t.Errorf("/hello on Now leads to %s:\n%s", s.screen().Title(), v)
	}
}

func TestARefusedConfigTakesAnEarlierAppliedAway(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.update(Reloaded{Summary: "nothing changed"})
	s.update(Refused{Problems: []string{"config.toml:1:1: no"}})
	if strings.Contains(s.View(), "applied: nothing changed") {
		t.Error("the screen says applied and not applied")
	}
}

func TestInARecordingKeysThatSendStayAndSayWhy(t *testing.T) {
	for _, keys := range [][]string{{"1", "i"}, {"2", "i"}, {"2", "k", "e"}} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
		asRecording(s)
		s.press(keys...)
		if s.shown == ui.Inject || s.toast.level != trace.Warn || !strings.Contains(s.toast.text, "recording") {
			t.Errorf("after %v the screen is %v and says %q", keys, s.shown, s.toast.text)
		}
	}
}

// In a recording Inject is a page to read: the keys of all screens act there, and those of its form say why they do not.
func TestInjectInARecordingSaysWhatItIsFor(t *testing.T) {
	recorded := func() *stage {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		asRecording(s)
		s.press("5")
		return s
	}
	v := recorded().View()
	for _, want := range []string{"A recording takes no messages", "   2  Traffic: ", "   1  Now: ", "   ?  help", "   q  quit"} {
		if !strings.Contains(v, want) {
			t.Errorf("%q is missing:\n%s", want, v)
		}
	}
	for _, form := range []string{"MESSAGE", "PROPERTIES", "Fill in", "press enter"} {
		if strings.Contains(v, form) {
			t.Errorf("it shows the form, %q:\n%s", form, v)
		}
	}
	first, help := recorded(), recorded()
	first.press("1")
	help.press("?")
	if first.shown != ui.Now || !help.helping || !quits(recorded(), "q") {
		t.Errorf("1 shows %s, ? helps: %v", first.screen().Title(), help.helping)
	}
	for _, k := range []string{"enter", "tab", "e", "ctrl+s", "ctrl+r"} {
		s := recorded()
		s.press(k)
		if l := toastLine(s); !strings.HasPrefix(l, "─ ▲ A recording takes no messages. ") {
			t.Errorf("%s says %q", k, l)
		}
		s.press("1")
		if l := toastLine(s); strings.Contains(l, "recording") {
			t.Errorf("what %s was answered stays on the next screen: %q", k, l)
		}
	}
}

// While it is chosen what to sort by, letters are keys: there is no text, fast hands are followed, and the way out is in sight.
func TestSortingTakesKeysNotText(t *testing.T) {
	for _, w := range []int{80, 120} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), w, 24)
		s.press("2", "s")
		lines := strings.Split(s.View(), "\n")
		if l := lines[len(lines)-1]; !strings.Contains(l, "esc back") || strings.Contains(l, "f1") {
			t.Errorf("in %d columns the keys are %q", w, l)
		}
	}
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
	s.press("2")
	s.update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("sl1")})
	if s.shown != ui.Now {
		t.Errorf("after s, l and 1 at once the screen is %s", s.screen().Title())
	}
	if s.press("2"); !strings.Contains(s.View(), "slowest first") {
		t.Errorf("the list is not sorted:\n%s", s.View())
	}
}

// F1 and ? help over a page too; a question wants its answer first, and says so to any other key.
func TestHelpOverAPageAndAQuestion(t *testing.T) {
	for _, k := range []string{"f1", "?"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.press(places["messages"]...)
		if s.pager == nil {
			t.Fatal("no page is open")
		}
		if s.press(k); !s.helping || s.pager != nil {
			t.Errorf("%s over a page helps: %v", k, s.helping)
		}
		s = newStage(t, tuitest.Voice(), scene, theme.Plain(false), 80, 24)
		s.update(ui.RestartMsg{Graph: s.run.Graphs()[0].Name, Extension: "asr"})
		if s.press(k); s.ask == nil || !strings.HasPrefix(toastLine(s), "─ · Answer first: y is yes, esc is no. ") {
			t.Errorf("%s over a question says %q", k, toastLine(s))
		}
		if s.press("esc"); s.ask != nil || strings.Contains(toastLine(s), "Answer") {
			t.Errorf("esc is no no, or it still says %q", toastLine(s))
		}
	}
}

func TestATextFieldOffersTheHelpKeyThatActsInIt(t *testing.T) {
	for _, keys := range [][]string{{"5", "e"}, {":"}} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
		s.press(keys...)
		lines := strings.Split(strings.TrimRight(s.View(), "\n"), "\n")
		if f := lines[len(lines)-1]; !strings.Contains(f, "f1 help") || strings.Contains(f, "? help") {
			t.Errorf("after %v the footer is %q", keys, f)
		}
		if s.press("f1"); !s.helping {
			t.Errorf("after %v F1 opens no help", keys)
		}
	}
}

// What is being typed stays as it is while its help is read, and no key of the help lands in it.
func TestHelpOverWhatIsTypedLeavesItAlone(t *testing.T) {
	for text, keys := range map[string][]string{": hold cmd": {":", "h", "o", "l", "d", " ", "c", "m", "d"}, "hello": {"5", "e", "h", "e", "l", "l", "o"}} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
		s.press(keys...)
		s.press("f1", "1", "j", "i")
		if v := s.View(); !s.helping || !strings.Contains(v, "when nothing is being typed") || strings.Contains(v, "act from here too") {
			t.Errorf("after %v the help is gone or untrue:\n%s", keys, v)
		}
		if s.press("esc"); s.helping || !strings.Contains(s.View(), text) || strings.Contains(s.View(), text+"1") {
			t.Errorf("after %v and its help:\n%s", keys, s.View())
		}
	}
}

func TestTypingIsNotMistakenForKeys(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	s.press("4", "/", "q", "1", " ", "!", "?")
	if s.shown != ui.Logs || s.helping || s.common.Paused || !strings.Contains(s.View(), "q1 !?") {
		t.Errorf("shown %d, helping %v, paused %v:\n%s", s.shown, s.helping, s.common.Paused, s.View())
	}
}

func TestHelpNamesEveryKeyThatActs(t *testing.T) {
	for _, tab := range []string{"1", "2", "3", "4"} {
		s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 160, 50)
		s.press(tab)
		keys := s.keys()
		s.press("?")
		v := s.View()
		for _, k := range keys {
			if !strings.Contains(v, k.Help().Key) || !strings.Contains(v, k.Help().Desc) {
				t.Errorf("screen %s: help lacks %q %q", tab, k.Help().Key, k.Help().Desc)
			}
		}
	}
}

func TestSendReachesTheModel(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	w := &Workbench{model: s.Model, inbox: s.inbox}
	w.Send(Notice{Text: "hello from main"})
	w.Send(Notice{Text: "no room for this"}) // must not block
	s.update(s.waitInbox()())
	if !strings.Contains(s.View(), "hello from main") {
		t.Error("what main said is not on the screen")
	}
}

func BenchmarkView120x40(b *testing.B) {
	th, err := theme.New(theme.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, tab := range []string{"1", "2", "3", "4", "5"} {
		s := newStage(b, tuitest.Voice(), scene, th, 120, 40)
		s.press(tab)
		b.Run(s.screen().Title(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.View()
			}
		})
	}
}

// BenchmarkTick100k is a tick at 100k events a second, with its frame: reading, folding, drawing. Its share of the 33 ms
// between two ticks is the share of a core.
func BenchmarkTick100k(b *testing.B) {
	const each = 3300
	th, err := theme.New(theme.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s := newStage(b, tuitest.Voice(), scene, th, 120, 40)
	log, fill := trace.FromEvents(tuitest.Start)
	s.feed = newFeed(log)
	seq, mono := uint64(0), int64(scene)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for range each {
			seq, mono = seq+1, mono+10_000
			e := roundTrip(seq)
			e.Seq, e.Mono = seq, mono
			fill(&e)
		}
		s.clock = func() int64 { return mono }
		b.StartTimer()
		s.tick(time.Now())
		s.View()
	}
	if got := s.common.Store.Seq(); got != seq {
		b.Fatalf("the store stands at %d of %d", got, seq)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(frameTime)*100, "%core")
}

// roundTrip is event n of a stream of commands that are answered at once.
func roundTrip(n uint64) trace.Event {
	kinds := [...]trace.Kind{trace.Sent, trace.Delivered, trace.Result, trace.Handled, trace.Delivered}
	i := n % uint64(len(kinds))
	from, to := trace.Intern("main_control"), trace.Intern("llm")
	e := trace.Event{Kind: kinds[i], Type: msg.KindCmd, ID: n/uint64(len(kinds)) + 1_000_000, Graph: trace.Intern("voice-demo"), Name: trace.Intern("chat"),
		From: from, To: to, Extension: to, Property: []byte(`{"text":"hello","turn":3}`)}
	switch i {
	case 0:
		e.Extension, e.Debtor = from, trace.DebtorQueue
	case 1:
		e.Debtor = trace.DebtorHandler
	case 2:
		e.Final, e.LatencyNS = true, 20_000
	case 4:
		e.Type, e.Extension = msg.KindResult, from
	}
	return e
}

func TestHelpExplainsTheLineInFocus(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 120, 36)
	for _, step := range []struct {
		keys []string
		want string
	}{
		{[]string{"!", "enter"}, "that is proven"},
		{[]string{"c"}, "Its bar is dotted while it waits in the queue"},
		{[]string{"4"}, "THIS LINE"},
		{[]string{"2", "G"}, "THIS LINE"},
	} {
		s.press(step.keys...)
		s.press("?")
		if v := s.View(); !strings.Contains(v, step.want) {
			t.Errorf("after %v the help lacks %q:\n%s", step.keys, step.want, v)
		}
		s.press("esc")
	}
}

func TestTheHeaderSaysThatProblemsAreMuted(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(true), 120, 36)
	n := s.common.Store.Pressing()
	if n == 0 {
		t.Fatal("there is nothing to mute")
	}
	for range n {
		s.press("1", "g", "x")
	}
	header, _, _ := strings.Cut(s.View(), "\n")
	if want := fmt.Sprintf("%d muted", n); !strings.Contains(header, want) || strings.Contains(header, "problem") {
		t.Errorf("%d problems are muted, and the header says %q", n, header)
	}
}

// Without tabs the header says where one is.
func TestALowTerminalSaysWhereOneIs(t *testing.T) {
	s := newStage(t, tuitest.Voice(), scene, theme.Plain(false), 60, 15)
	for i, id := range tabs {
		s.press(strconv.Itoa(i + 1))
		if want := " " + strconv.Itoa(i+1) + "/6 " + s.screens[id].Title() + "  "; !strings.HasPrefix(header(s), want) || !strings.Contains(header(s), "problem") {
			t.Errorf("the header is %q, want it to begin with %q", header(s), want)
		}
	}
	s.press("1", "!", "w")
	if !strings.HasPrefix(header(s), " Why  ") {
		t.Errorf("on Why the header is %q", header(s))
	}
	s.update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if !strings.HasPrefix(header(s), " tenbench  ") {
		t.Errorf("with tabs the header is %q", header(s))
	}
}
