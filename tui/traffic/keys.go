package traffic

import "tenbench/tui/ui"

var (
	keyToggle   = ui.Bind("f", "filter on or off", "f")
	keyEditSend = ui.Bind("e", "edit and send", "e", "i")
	keyHold     = ui.Bind("B", "hold its like", "B")
	keyUnhold   = ui.Bind("B", "hold no more", "B")
	keyEditHeld = ui.Bind("e", "edit, answer, drop", "e", "i")
	keyMark     = ui.Bind("m", "mark", "m")
	keyUnmark   = ui.Bind("m", "mark no more", "m")
	keyDiff     = ui.Bind("D", "diff", "D")
	keySort     = ui.Bind("s", "sort", "s")
	keyFull     = ui.Bind("\\", "maximise", "\\")
	keyShared   = ui.Bind("\\", "list and detail", "\\")
	keyTalk     = ui.Bind("c", "conversation", "c")
	keyPaneBack = ui.Bind("←", "tab before", "shift+tab", "left")
	keyScroll   = ui.Bind("J/K", "scroll", "J", "K")
	keyDown     = ui.Bind("J", "scroll down", "J", "shift+down")
	keyUp       = ui.Bind("K", "scroll up", "K", "shift+up")
)
