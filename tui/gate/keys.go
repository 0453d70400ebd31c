package gate

import "tenbench/tui/ui"

var (
	keySwitch  = ui.Bind("enter", "on or off", "enter")
	keyRemove  = ui.Bind("X", "end the rule", "X")
	keyNew     = ui.Bind("n", "new rule", "n")
	keyOther   = ui.Bind("tab", "the rules", "tab", "shift+tab")
	keyItsRule = ui.Bind("tab", "its rule", "tab", "shift+tab")
	keyToHeld  = ui.Bind("tab", "what is held", "tab", "shift+tab")
	keyEdit    = ui.Bind("enter", "edit, answer, drop", "enter", "e")
	keyDrop    = ui.Bind("X", "drop…", "X")
	keyWent    = ui.Bind("o", "what went, in Traffic", "o")
	keyTraffic = ui.Bind("t", "in Traffic", "t")
	keyUp      = ui.Bind("↑", "above", "up", "k")
	keyDown    = ui.Bind("↓", "below", "down", "j")
	keyTop     = ui.Bind("g", "the first rule", "g", "home")
	keyEnd     = ui.Bind("G", "the last message", "G", "end")
	keyPageUp  = ui.Bind("pgup", "page above", "pgup", "ctrl+u")
	keyPageDn  = ui.Bind("pgdn", "page below", "pgdown", "ctrl+d")
	keySet     = ui.Bind("enter", "put into force", "enter")
	keyOffer   = ui.Bind("tab", "only this message", "tab")
	keyWalk    = ui.Bind("↑ ↓", "rules before", "up", "down")
	keyLeave   = ui.Bind("esc", "leave", "esc")
	keyDo      = ui.Bind("enter", "do it", "enter", "ctrl+s")
	keyChoose  = ui.Bind("←/→", "what to do", "left", "right", " ")
)
