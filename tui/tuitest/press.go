package tuitest

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"tenbench/tui/ui"
)

// Key makes the message of a key by its name: "enter", "ctrl+r", "shift+tab", "a".
func Key(name string) tea.KeyMsg { return ui.Press(name) }

// Press gives a screen keys and returns the command of the last one.
func Press(s ui.Screen, names ...string) tea.Cmd {
	var cmd tea.Cmd
	for _, n := range names {
		cmd = s.Update(Key(n))
	}
	return cmd
}

// Type gives a screen a text, letter by letter.
func Type(s ui.Screen, text string) {
	for _, r := range text {
		s.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

// Deliver runs a command, and gives a screen what comes back addressed to it. It returns what was for others.
func Deliver(s ui.Screen, cmd tea.Cmd) (others []tea.Msg) {
	for _, m := range Drain(cmd) {
		if own, ok := m.(ui.AddressedMsg); ok {
			others = append(others, Deliver(s, s.Update(own.Msg))...)
		} else {
			others = append(others, m)
		}
	}
	return others
}

// Sizes are those at which every screen must fit.
var Sizes = [][2]int{{60, 10}, {61, 11}, {70, 13}, {79, 18}, {80, 19}, {81, 20}, {99, 24}, {100, 25}, {109, 30}, {110, 31}, {120, 31},
	{133, 40}, {160, 45}, {200, 55}, {300, 90}, {20, 3}, {1, 1}}

// Misfits returns what is wrong with a drawing in plain text that should be h lines of w cells.
func Misfits(view string, w, h int) []string {
	var bad []string
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		bad = append(bad, fmt.Sprintf("%dx%d: %d lines", w, h, len(lines)))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			bad = append(bad, fmt.Sprintf("%dx%d: line %d is %d cells wide: %q", w, h, i, n, l))
		}
		if strings.ContainsAny(l, "\x00\x07\x08\r\t\x1b\u009b\u009d\u202e") {
			bad = append(bad, fmt.Sprintf("%dx%d: line %d carries a control: %q", w, h, i, l))
		}
	}
	return bad
}

// Drain runs a command and all that it leads to, and returns what came of it.
func Drain(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch m := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var out []tea.Msg
		for _, c := range m {
			out = append(out, Drain(c)...)
		}
		return out
	default:
		return []tea.Msg{m}
	}
}
