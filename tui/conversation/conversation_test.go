package conversation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

const ms = time.Millisecond

// talk is a run in which a command asks two more, of which one never answers, and the other asks a third; data is sent on the way.
func talk() (r *tuitest.Run, root, grandchild uint64) {
	r = tuitest.NewRun("voice-demo", "main_control", "llm", "weather_tool", "tts")
	root = r.Send(tuitest.Cmd{At: 1000 * ms, From: "main_control", To: "llm", Name: "chat", Source: "agent/main.go:71", Queued: 60 * ms,
		Handling: 900 * ms, Latency: 1000 * ms, Partials: 3})
	tool := r.Send(tuitest.Cmd{At: 1200 * ms, From: "llm", To: "weather_tool", Name: "tool_call", Parent: root, Queued: 150 * ms,
		Handling: 300 * ms, Latency: 480 * ms})
	grandchild = r.Send(tuitest.Cmd{At: 1400 * ms, From: "weather_tool", To: "main_control", Name: "where", Parent: tool, Handling: 90 * ms,
		Latency: 100 * ms, Status: msg.Error})
	r.Send(tuitest.Cmd{At: 1700 * ms, From: "llm", To: "tts", Name: "speak", Parent: root, Handling: ms})
	for i := range 5 {
		e := trace.Event{Kind: trace.Sent, ID: uint64(5000 + i), Parent: root, Type: msg.KindData, Name: trace.Intern("text_chunk"),
			From: trace.Intern("llm"), To: trace.Intern("tts"), Extension: trace.Intern("llm")}
		r.Add(time.Duration(1500+80*i)*ms, e)
	}
	r.Send(tuitest.Cmd{At: 1100 * ms, From: "tts", To: "llm", Name: "unrelated", Handling: ms, Latency: 2 * ms})
	return r, root, grandchild
}

func scene(r *tuitest.Run, at time.Duration, w, h int, command uint64) (*Model, *ui.Common) {
	c := r.Common(at, theme.Plain(true))
	m := New(c)
	m.SetSize(w, h)
	m.Update(ui.TickMsg{Now: c.Now})
	m.Update(ui.GotoMsg{Screen: ui.Conversation, Command: command})
	return m, c
}

func names(m *Model) (all []string) {
	for i := range m.tree.rows {
		r := &m.tree.rows[i]
		name := ""
		if r.cmd != nil {
			name = r.cmd.Name.String()
		} else {
			name = fmt.Sprintf("%s x%d", r.flow.name.String(), r.flow.count)
		}
		all = append(all, strings.Repeat("-", r.depth)+name)
	}
	return all
}

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 19}, {120, 31}} {
		name := fmt.Sprintf("%dx%d", size.w, size.h+5)
		r, root, _ := talk()
		m, _ := scene(r, 3*time.Second, size.w, size.h, root)
		t.Run("tree "+name, func(t *testing.T) { golden.RequireEqual(t, m.View()+"\n"+m.Status()) })
		t.Run("nothing "+name, func(t *testing.T) {
			r, _, _ := talk()
			m, _ := scene(r, 3*time.Second, size.w, size.h, 999)
			golden.RequireEqual(t, m.View()+"\n"+m.Status())
		})
	}
}

func TestTheLineCountsAWaitAsItsRowDoes(t *testing.T) {
	r := tuitest.NewRun("g", "relay", "greeter")
	e := trace.Event{Type: msg.KindCmd, Name: trace.Intern("hello"), From: trace.Intern("relay"), To: trace.Intern("greeter"), Extension: trace.Intern("greeter")}
	add := func(at time.Duration, id, parent uint64, kind trace.Kind, took time.Duration) {
		e := e
		e.ID, e.Parent, e.Kind, e.Final, e.LatencyNS, e.Status, e.By = id, parent, kind, kind == trace.Result, int64(took), msg.OK, trace.ByHandler
		r.Add(at, e)
	}
	add(0, 1, 0, trace.Sent, 0)
	add(10*ms, 2, 1, trace.Sent, 0)
	add(24*ms, 2, 1, trace.Result, 18*ms) // the engine's clock began before the send was noted
	add(100*ms, 1, 0, trace.Result, 100*ms)
	m, _ := scene(r, time.Second, 120, 31, 1)
	if v := m.View(); !strings.Contains(v, " 18ms") || !strings.Contains(m.Status(), " 18ms waiting for what it asked.") {
		t.Errorf("the line says %q of\n%s", m.Status(), v)
	}
}

func TestTheTreeIsTheSameFromWhicheverCommandItIsOpened(t *testing.T) {
	want := []string{"chat", "-tool_call", "--where", "-text_chunk x5", "-speak"}
	r, root, grandchild := talk()
	for _, id := range []uint64{root, grandchild} {
		m, _ := scene(r, 3*time.Second, 120, 31, id)
		if got := names(m); !slices.Equal(got, want) {
			t.Errorf("opened from #%d the tree is %q, want %q", id, got, want)
		}
		if got := m.selected(); got == nil || got.cmd == nil || got.cmd.ID != id {
			t.Errorf("opened from #%d another row is selected", id)
		}
	}
}

func TestWhatComesLaterJoinsAndTheSelectionStays(t *testing.T) {
	r, root, grandchild := talk()
	m, c := scene(r, 1450*ms, 120, 31, grandchild)
	if got := names(m); len(got) != 3 {
		t.Fatalf("before all was sent the tree is %q", got)
	}
	m.Update(r.Advance(c, 3*time.Second))
	if got := names(m); len(got) != 5 {
		t.Errorf("after all was sent the tree is %q", got)
	}
	if got := m.selected(); got.cmd == nil || got.cmd.ID != grandchild {
		t.Errorf("the selection moved; the root is #%d", root)
	}
}

func TestKeysLeadToTheCommand(t *testing.T) {
	r, root, _ := talk()
	m, _ := scene(r, 3*time.Second, 120, 31, root)
	for key, screen := range map[string]ui.ID{"enter": ui.Traffic, "t": ui.Timeline, "l": ui.Logs} {
		if g, ok := tuitest.Press(m, key)().(ui.GotoMsg); !ok || g.Screen != screen || g.Command != root {
			t.Errorf("%s sends %+v", key, g)
		}
	}
	tuitest.Deliver(m, tuitest.Press(m, "y"))
	if !strings.Contains(r.Copied, "  tool_call #1002  llm -> weather_tool  ok after 480ms\n") || !strings.Contains(r.Copied, "no answer for 1.3s") {
		t.Errorf("y copies\n%s", r.Copied)
	}
	tuitest.Press(m, "G", "k")
	if g, ok := tuitest.Press(m, "enter")().(ui.GotoMsg); !ok || g.Screen != ui.Traffic || g.Seq == 0 {
		t.Errorf("enter on data sends %+v", g)
	}
}

func TestTimeIsSharedOutOnce(t *testing.T) {
	r, root, _ := talk()
	m, c := scene(r, 3*time.Second, 120, 31, root)
	cmd := c.Store.Command(root)
	if got, want := m.childTime(cmd), int64(780*ms); got != want {
		t.Errorf("chat waited %s for others, want 480ms and 300ms: %s", ui.Dur(got), ui.Dur(want))
	}
	if s := m.Status(); !strings.Contains(s, "60ms in the queue") || !strings.Contains(s, "780ms waiting") {
		t.Errorf("the status says %q", s)
	}
}

func TestAClickSelectsTheRowUnderIt(t *testing.T) {
	r, root, grandchild := talk()
	m, _ := scene(r, 3*time.Second, 120, 31, root)
	m.Update(tea.MouseMsg{X: 10, Y: headLines + 2, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	if got := m.selected(); got.cmd == nil || got.cmd.ID != grandchild {
		t.Error("another row is selected")
	}
}

func TestFramesFitWhateverTheNames(t *testing.T) {
	r := tuitest.Hostile()
	var parent uint64 = 1001
	for i, name := range tuitest.HostileNames {
		to := tuitest.HostileNames[(i+3)%len(tuitest.HostileNames)]
		parent = r.Send(tuitest.Cmd{At: time.Duration(310+i) * ms, From: name, To: to, Name: to, Parent: parent, Latency: time.Duration(i%3) * 900 * ms, Handling: ms})
		r.OneWay(time.Duration(320+i)*ms, msg.KindData, name, to, name, "{}", nil, ms)
	}
	m, c := scene(r, 3*time.Second, 80, 19, parent)
	if len(m.tree.rows) < len(tuitest.HostileNames) {
		t.Fatalf("there are only %d rows", len(m.tree.rows))
	}
	for _, ascii := range []bool{true, false} {
		c.Theme = theme.Plain(ascii)
		for _, s := range tuitest.Sizes {
			m.SetSize(s[0], s[1])
			for range len(m.tree.rows) {
				for _, bad := range tuitest.Misfits(m.View(), s[0], s[1]) {
					t.Error(bad)
				}
				tuitest.Press(m, "j")
			}
			tuitest.Press(m, "g")
		}
	}
}

func BenchmarkView120x36(b *testing.B) {
	r, root, _ := talk()
	m, _ := scene(r, 3*time.Second, 120, 31, root)
	b.ReportAllocs()
	for b.Loop() {
		m.View()
	}
}
