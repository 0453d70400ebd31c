package why

import "tenbench/tui/ui"

var (
	keyEdit    = ui.Bind("e", "edit and send", "e")
	keyHeld    = ui.Bind("e", "edit, answer, drop", "e")
	keyDiff    = ui.Bind("D", "compare", "D", "d")
	keyUndiff  = ui.Bind("D", "no comparison", "D", "d")
	keyLogs    = ui.Bind("l", "logs", "l")
	keyTraffic = ui.Bind("m", "message", "m")
	keyReport  = ui.Bind("y", "copy report", "y")
	keyChain   = ui.Bind("enter", "what it waits for", "enter")
	keyCommand = ui.Bind("enter", "its command", "enter")
	keyNext    = ui.Bind("n/N", "others like it", "n", "N")
	keyScroll  = ui.Bind("j/k", "scroll", "j", "k")
)
