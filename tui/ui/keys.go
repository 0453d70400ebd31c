package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// Bind makes a key binding with the help text that the key line shows.
func Bind(label, help string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, help))
}

// Keys that mean the same on every screen. Screens put them among their Keys where they act.
var (
	KeyEnter  = Bind("enter", "open", "enter")
	KeyBack   = Bind("esc", "back", "esc")
	KeyFilter = Bind("/", "filter", "/")
	KeyClear  = Bind("F", "clear filter", "F")
	KeyFollow = Bind("G", "follow", "G", "end")
	KeyLook   = Bind("k", "look back", "k", "up") // of a list that follows
	KeyMatch  = Bind("n/N", "match", "n", "N")
	KeyCopy   = Bind("y", "copy", "y")
	KeySource = Bind("o", "source", "o")
	KeyPane   = Bind("→", "next tab", "tab", "right")

	// What messages, problems and fields have in common.
	KeyAnswer      = Bind("a", "answer", "a") // of what waits for the person
	KeyLet         = Bind("a", "let go", "a")
	KeyLetAll      = Bind("A", "let all go", "A")
	KeyAgain       = Bind("r", "send again", "r")
	KeyTime        = Bind("t", "timeline", "t")
	KeyLogs        = Bind("l", "its logs", "l")
	KeyMute        = Bind("x", "mute", "x")
	KeyUnmute      = Bind("x", "mute no more", "x")
	KeyJSON        = Bind("Y", "copy as JSON", "Y")
	KeyNextField   = Bind("tab", "next field", "tab")
	KeyFieldBefore = Bind("shift+tab", "field before", "shift+tab")
	KeyEditor      = Bind("ctrl+e", "$EDITOR", "ctrl+e")

	KeyWhy     = Bind("w", "why", "w")
	KeyProblem = Bind("!", "next problem", "!")
	KeyInject  = Bind("i", "inject", "i")
	KeyPause   = Bind("space", "pause", " ")
	KeyLive    = Bind("space", "go live", " ")
	KeyGate    = Bind("^g", "gate", "ctrl+g")
	KeyRestart = Bind("R", "restart", "R")
	KeyQuit    = Bind("q", "quit", "q")
	KeyHelp    = Bind("?", "help", "?", "f1")
	KeyLast    = Bind("`", "last screen", "`")
	KeyPalette = Bind(":", "commands", ":")
)

// moveKeys are the keys of every list, for the help overlay.
var (
	KeyMove = Bind("j k ↑ ↓", "move", "j", "k", "up", "down")
	KeyPage = Bind("pgup pgdn ^u ^d", "page, half a page", "pgup", "pgdown", "ctrl+u", "ctrl+d")
	KeyEnds = Bind("g G", "top, end and follow", "g", "G", "home", "end")
)

// Hits reports that msg is a press of one of the keys of b.
func Hits(msg tea.KeyMsg, b key.Binding) bool { return key.Matches(msg, b) }

// Press makes the message of a key by its name, as bindings have it.
func Press(name string) tea.KeyMsg {
	if t, ok := keyTypes[name]; ok {
		k := tea.KeyMsg{Type: t}
		if t == tea.KeySpace {
			k.Runes = []rune{' '}
		}
		return k
	}
	if rest, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rest), Alt: true}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// keyTypes are the keys that are no letters, by their names.
var keyTypes = func() map[string]tea.KeyType {
	types := map[string]tea.KeyType{}
	for t := tea.KeyType(-120); t < 128; t++ {
		if name := (tea.KeyMsg{Type: t}).String(); t != tea.KeyRunes && name != "" {
			types[name] = t
		}
	}
	types[" "] = tea.KeySpace
	return types
}()
