package traffic

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"tenbench/engine/trace"
	"tenbench/tui/tuitest"
	"tenbench/tui/ui"
)

// alone is a package that was opened alone and has asked the bench something.
func alone() *tuitest.Run {
	r := tuitest.NewRun("alone", "voice")
	r.Up(0, "voice", time.Millisecond, time.Millisecond, time.Millisecond)
	r.Send(tuitest.Cmd{At: 100 * time.Millisecond, From: "voice", To: ui.BenchName, Name: "ask"})
	r.Send(tuitest.Cmd{At: 200 * time.Millisecond, From: ui.BenchName, To: "voice", Name: "hello"})
	return r
}

func TestAnswerByHand(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"a", "n", "enter", "1", "enter"}, `{"n":1} final`},
		{[]string{"a", "shift+tab", "right", "enter"}, `error {} final`},
		{[]string{"a", "shift+tab", "left", "enter"}, `ok {}`},
	} {
		m, _, ctl := scene(alone(), time.Second, 120, 31)
		selectName(t, m, "ask", time.Second)
		if !slices.ContainsFunc(m.Keys(), func(b key.Binding) bool { return b.Help().Desc == "answer" }) || !strings.Contains(m.Status(), "waits for you") {
			t.Errorf("nothing says that it can be answered: %s", m.Status())
		}
		cmd := tuitest.Press(m, c.keys...)
		if m.Focused() || cmd == nil {
			t.Fatalf("%v: the form is still open: %s", c.keys, m.View())
		}
		said, _ := cmd().(ui.ToastMsg)
		if len(ctl.Answers) != 1 || !strings.Contains(ctl.Answers[0], c.want) || said.Level != trace.Info {
			t.Errorf("%v gave %q and said %v", c.keys, ctl.Answers, said)
		}
	}
}

func TestALetterWhereTheKindOfAnswerIsChosenSaysHow(t *testing.T) {
	m, _, ctl := scene(alone(), time.Second, 120, 31)
	selectName(t, m, "ask", time.Second)
	cmd := tuitest.Press(m, "a", "shift+tab", "e")
	if cmd == nil {
		t.Fatal("nothing is said")
	}
	if said, _ := cmd().(ui.ToastMsg); !strings.Contains(said.Text, "enter gives it") || len(ctl.Answers) > 0 {
		t.Errorf("said %q, gave %q", said.Text, ctl.Answers)
	}
}

func TestOnlyTheBenchAnswersByHand(t *testing.T) {
	m, _, ctl := scene(alone(), time.Second, 120, 31)
	selectName(t, m, "hello", time.Second)
	tuitest.Press(m, "a")
	if m.Focused() || len(ctl.Answers) > 0 {
		t.Error("a command to an extension can be answered")
	}
	selectName(t, m, "ask", time.Second)
	tuitest.Press(m, "a", "esc")
	if m.Focused() || len(ctl.Answers) > 0 {
		t.Error("esc did not leave the form")
	}
}

// Another screen may lead straight to the form; a command that cannot be answered is only shown.
func TestAJumpOpensTheFormOfAnAnswer(t *testing.T) {
	for name, want := range map[string]bool{"ask": true, "hello": false} {
		m, c, _ := scene(alone(), time.Second, 120, 31)
		for i := range c.Store.Commands().Len() {
			if k := c.Store.Commands().At(i); k.Name.String() == name {
				m.Update(ui.GotoMsg{Screen: ui.Traffic, Command: k.ID, Answer: true})
			}
		}
		if m.Focused() != want {
			t.Errorf("%s: the form is open: %v", name, m.Focused())
		}
	}
}
