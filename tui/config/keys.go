package config

import "tenbench/tui/ui"

var (
	keyEnter   = ui.Bind("enter", "look inside", "enter", "right", "l")
	keyEdit    = ui.Bind("enter", "edit the value", "enter")
	keyGive    = ui.Bind("enter", "run with it", "enter")
	keyLeave   = ui.Bind("esc", "leave it", "esc")
	keyBack    = ui.Bind("b", "back to the file's", "b")
	keyOut     = ui.Bind("←", "to the list", "left", "h")
	keyPane    = ui.Bind("tab", "other side", "tab", "shift+tab")
	keyApply   = ui.Bind("u", "apply the file", "u")
	keyOpen    = ui.Bind("o", "open the file", "o")
	keyMistake = ui.Bind("o", "open the mistake", "o")
	keyReplay  = ui.Bind("r", "send its last again", "r")
	keyCopy    = ui.Bind("y", "copy the value", "y")
)
