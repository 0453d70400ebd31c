package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// meaning is what a key does on some screens.
type meaning struct {
	does string // as in "m marks a message"
	lack string // why it does nothing on one of its screens
	live bool   // only while something runs
	on   []ui.ID
}

// meanings are the keys that do not act on every screen. A key that does nothing where it is pressed is answered from here: it shall not
// look dead. Keys that move are no part of it.
var meanings = map[string][]meaning{
	"a": {{"lets go or answers what waits for you", "nothing does", true, []ui.ID{ui.Now, ui.Traffic, ui.Gate, ui.Why}}},
	"A": {{"lets all held messages go", "nothing is held", true, []ui.ID{ui.Gate, ui.Traffic}}},
	"b": {{"takes a value back to the file's", "select one set by hand", true, []ui.ID{ui.Config}}},
	"B": {{"holds what is like a message", "none is selected", true, []ui.ID{ui.Traffic}}},
	"c": {{"shows a conversation", "no message is selected", false, []ui.ID{ui.Traffic}}},
	"D": {
		{"compares messages", "none is selected", false, []ui.ID{ui.Traffic}},
		{"compares a command", "there is none like it to compare with", false, []ui.ID{ui.Why}},
	},
	"e": {
		{"edits and sends", "no message is selected", true, []ui.ID{ui.Traffic, ui.Why, ui.Gate}},
		{"finds errors", "nothing was said yet", false, []ui.ID{ui.Timeline, ui.Logs}},
		{"writes a message", "nothing runs", true, []ui.ID{ui.Inject}},
	},
	"E": {{"finds the error before", "nothing was said yet", false, []ui.ID{ui.Timeline, ui.Logs}}},
	"f": {
		{"switches the filter", "there is none, / writes one", false, []ui.ID{ui.Traffic, ui.Logs}},
		{"follows", "it does already", false, []ui.ID{ui.Timeline}},
	},
	"F": {{"clears the filter", "there is none", false, []ui.ID{ui.Traffic, ui.Logs}}},
	"J": {{"scrolls the detail", "enter opens it", false, []ui.ID{ui.Traffic}}},
	"K": {{"scrolls the detail", "enter opens it", false, []ui.ID{ui.Traffic}}},
	"l": {{"shows logs", "nothing is selected that has any", false, []ui.ID{ui.Now, ui.Why, ui.Conversation}}},
	"L": {{"shows the lifecycle", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
	"m": {
		{"marks a message", "none is selected", false, []ui.ID{ui.Traffic}},
		{"shows a message", "there is none", false, []ui.ID{ui.Why}},
	},
	"n": {
		{"finds matches", "there is no filter", false, []ui.ID{ui.Traffic, ui.Logs}},
		{"finds events", "nothing has run yet", false, []ui.ID{ui.Timeline}},
		{"writes a rule", "nothing runs", true, []ui.ID{ui.Gate}},
		{"shows others like it", "there are none", false, []ui.ID{ui.Why}},
	},
	"N": {{"finds what n finds, backwards", "there is none", false, []ui.ID{ui.Traffic, ui.Timeline, ui.Logs, ui.Why}}},
	"o": {
		{"opens sources", "none is known", false, []ui.ID{ui.Now, ui.Traffic, ui.Logs, ui.Why, ui.Conversation}},
		{"opens the file", "there is none", false, []ui.ID{ui.Config}},
		{"opens a message in Traffic", "none was sent", true, []ui.ID{ui.Inject, ui.Gate}},
	},
	"r": {
		{"sends again", "no message is selected", true, []ui.ID{ui.Traffic, ui.Why}},
		{"sends the last ones again", "no extension is selected", true, []ui.ID{ui.Config}},
	},
	"R": {{"restarts an extension", "none is selected", true, []ui.ID{ui.Now, ui.Config, ui.Why}}},
	"s": {
		{"sorts messages", "there are none", false, []ui.ID{ui.Traffic}},
		{"sorts the lifecycle", "L shows it", false, []ui.ID{ui.Timeline}},
	},
	"S": {{"saves a message in the config file", "none is selected that could be", true, []ui.ID{ui.Inject}}},
	"t": {
		{"leads to a message's timeline", "none is selected", false, []ui.ID{ui.Traffic, ui.Why, ui.Conversation}},
		{"shows it in Traffic", "nothing is held", true, []ui.ID{ui.Gate}},
	},
	"u": {{"applies the config file", "there is none here", true, []ui.ID{ui.Config}}},
	"v": {{"chooses what kinds are drawn", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
	"w": {{"says why", "no problem and no command is selected", false, []ui.ID{ui.Now, ui.Traffic, ui.Timeline, ui.Logs, ui.Gate, ui.Inject}}},
	"W": {{"wraps long lines", "there are none", false, []ui.ID{ui.Logs}}},
	"x": {
		{"mutes problems", "none is selected", false, []ui.ID{ui.Now, ui.Why}},
		{"exports", "there is nothing to export", false, []ui.ID{ui.Traffic, ui.Timeline, ui.Logs}},
	},
	"X": {{"ends a rule or drops what is held", "there is none", true, []ui.ID{ui.Gate}}},
	"y": {{"copies", "nothing is selected that could be copied", false, []ui.ID{ui.Now, ui.Traffic, ui.Logs, ui.Config, ui.Why, ui.Conversation}}},
	"Y": {{"copies as JSON", "nothing is selected", false, []ui.ID{ui.Traffic, ui.Logs}}},
	"z": {{"folds lines that repeat each other", "there are none", false, []ui.ID{ui.Logs}}},
	"/": {{"filters", "there is nothing to filter", false, []ui.ID{ui.Traffic, ui.Logs, ui.Now}}},
	"\\": {
		{"maximises a message", "enter opens one", false, []ui.ID{ui.Traffic}},
		{"hides the detail", "there are no lines", false, []ui.ID{ui.Logs}},
	},
	"+": {{"zooms in", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
	"-": {{"zooms out", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
	"0": {{"fits the whole run in", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
	"[": {{"shows what was earlier", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
	"]": {{"shows what was later", "nothing has run yet", false, []ui.ID{ui.Timeline}}},
}

// maxMeanings are told of a key that acts elsewhere: a line holds no more. What it does where only a message leads comes after what it
// does on a tab.
const maxMeanings = 2

// unused answers a key that does nothing on the shown screen: with what it lacks here, else with where it acts. It is nil for keys that
// act nowhere else either. A letter that only means something in the other case is taken for that one.
func (m *Model) unused(msg tea.KeyMsg) tea.Cmd {
	k := msg.String()
	other := len(meanings[k]) == 0
	if other && moves(k) {
		return nil
	}
	if other {
		k = otherCase(k)
	}
	all := meanings[k]
	if len(all) == 0 {
		return nil
	}
	here := other && acts(m.screen().Keys(), tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
	var parts []string
	for _, is := range all {
		switch {
		case is.live && !m.common.CanAct():
		case here && slices.Contains(is.on, m.shown):
			return ui.Note(k + " " + is.does + ", " + msg.String() + " does nothing.")
		case slices.Contains(is.on, m.shown):
			return ui.Note(k + " " + is.does + ": " + is.lack + ".")
		case len(parts) == 0 || len(parts) < maxMeanings && slices.Contains(tabs, is.on[0]):
			parts = append(parts, is.does+" on "+m.named(is.on))
		}
	}
	if len(parts) == 0 {
		return ui.Note(k + " " + all[0].does + ", but " + m.common.Over("nothing runs here", "") + ".")
	}
	return ui.Note(k + " " + strings.Join(parts, ", ") + ".")
}

// moves reports that a letter moves wherever there is something to move in, even where that is at its end: nobody means another key.
func moves(k string) bool { return k == "j" || k == "k" || k == "g" }

// otherCase is a letter in the other case.
func otherCase(k string) string {
	if up := strings.ToUpper(k); up != k {
		return up
	}
	return strings.ToLower(k)
}

// named are screens behind the keys that show them. Of those without a tab only the first is named: a message leads to them.
func (m *Model) named(screens []ui.ID) string {
	var names []string
	for i, id := range screens {
		lead := map[ui.ID]string{ui.Gate: ui.KeyGate.Help().Key, ui.Why: ui.KeyWhy.Help().Key}[id]
		if at := slices.Index(tabs, id); at >= 0 {
			lead = keyScreens.Keys()[at]
		} else if i > 0 {
			continue
		}
		names = append(names, lead+" "+m.screens[id].Title())
	}
	return strings.Join(names, ", ")
}
