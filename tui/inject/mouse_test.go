package inject

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"tenbench/engine/msg"
	"tenbench/tui/tuitest"
)

// clickOn clicks on the first place where the screen shows a text.
func clickOn(t *testing.T, m *Model, text string) {
	t.Helper()
	for y, line := range strings.Split(m.View(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			m.Update(tea.MouseMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
			return
		}
	}
	t.Fatalf("no %q on:\n%s", text, m.View())
}

func TestAClickGivesTheKeysToAField(t *testing.T) {
	for _, size := range [][2]int{{80, 19}, {120, 31}} {
		m, c, _ := scene(size[0], size[1])
		c.Info.Declares = declares
		clickOn(t, m, "weather-berlin")
		tuitest.Press(m, "enter")
		for _, step := range []struct {
			on   string
			want slot
		}{{"name  ", slotName}, {"to    ", slotTo}, {"count", slotCount_}, {"timeout", slotTimeout}, {"every", slotEvery}, {"weather-berlin", slotList}} {
			clickOn(t, m, step.on)
			if m.form.focus != step.want {
				t.Errorf("%v: a click on %q gives the keys to %d, not to %d", size, step.on, m.form.focus, step.want)
			}
		}
		clickOn(t, m, "days")
		tuitest.Type(m, "3")
		if got := m.form.draft().props; m.form.focus != slotProps || !strings.Contains(got, `"days":3`) {
			t.Errorf("%v: what is typed into days makes %s", size, got)
		}
		clickOn(t, m, "audio")
		if m.form.kind != msg.KindAudioFrame {
			t.Errorf("%v: the kind is %s", size, m.form.kind)
		}
		clickOn(t, m, "silence")
		if m.form.tone || m.form.focus != slotWave {
			t.Errorf("%v: a click on silence leaves the tone", size)
		}
	}
}

// The list stands at the left at every width; a click on a heading or on the answer is none on a field beside it.
func TestTheListIsAtTheLeftAndClicksAreOnWhatTheyHit(t *testing.T) {
	for _, size := range [][2]int{{60, 10}, {80, 19}, {120, 31}, {200, 55}} {
		m, _, _ := scene(size[0], size[1])
		if first, _, _ := strings.Cut(m.View(), "\n"); !strings.HasPrefix(first, " SAVED") {
			t.Errorf("%v: the first line is %q", size, first)
		}
		clickOn(t, m, "name  ")
		clickOn(t, m, "MESSAGE")
		if m.form.focus != slotName {
			t.Errorf("%v: a click on a heading gives the keys to %d", size, m.form.focus)
		}
		clickOn(t, m, "What you send")
		if m.form.focus != slotName {
			t.Errorf("%v: a click on the answer gives the keys to %d", size, m.form.focus)
		}
	}
}

// Where the form has not room enough the field with the keys is in sight all the same.
func TestTheFieldWithTheKeysIsInSight(t *testing.T) {
	for _, size := range [][2]int{{60, 10}, {80, 12}, {120, 10}} {
		m, c, _ := scene(size[0], size[1])
		c.Info.Declares = declares
		clickOn(t, m, "weather-berlin")
		tuitest.Press(m, "enter")
		seen := map[slot]bool{}
		for range 12 {
			m.View()
			if !seen[m.form.focus] && !inSight(m) {
				t.Errorf("%v: field %d has the keys and is not shown:\n%s", size, m.form.focus, m.View())
			}
			seen[m.form.focus] = true
			tuitest.Press(m, "tab")
		}
		if !seen[slotProps] || !seen[slotTimeout] || !seen[slotName] {
			t.Errorf("%v: tab has been to %v", size, seen)
		}
	}
}

// inSight reports that what has the keys was drawn: a field, the property in question, the entry of the list.
func inSight(m *Model) bool {
	for _, a := range m.areas {
		for _, l := range a.lines {
			for _, s := range m.spots {
				if s.line == l && s.slot == m.form.focus && (s.slot != slotProps || s.row == m.form.props.Line()) {
					return true
				}
			}
		}
	}
	return false
}

func TestTheWheelMovesInTheList(t *testing.T) {
	m, _, _ := scene(120, 31)
	m.View()
	wheel := func(b tea.MouseButton) { m.Update(tea.MouseMsg{X: 3, Y: 3, Button: b, Action: tea.MouseActionPress}) }
	wheel(tea.MouseButtonWheelDown)
	if m.cursor != 1 {
		t.Errorf("down leads to %d", m.cursor)
	}
	wheel(tea.MouseButtonWheelUp)
	wheel(tea.MouseButtonWheelUp)
	if m.cursor != 0 || m.form.focus != slotList {
		t.Errorf("up leads to %d", m.cursor)
	}
}
