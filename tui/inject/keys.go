package inject

import "tenbench/tui/ui"

var (
	keySend     = ui.Bind("enter", "send", "enter", "ctrl+s")
	keyAgain    = ui.Bind("ctrl+r", "send again", "ctrl+r")
	keyComplete = ui.Bind("tab", "complete", "tab")
	keyLeave    = ui.Bind("esc", "leave field", "esc")
	keyKind     = ui.Bind("←/→", "kind", "left", "right", " ")
	keyWave     = ui.Bind("←/→", "silence or tone", "left", "right", " ")
	keyStop     = ui.Bind("esc", "stop sending", "esc")
	keyWalk     = ui.Bind("↑/↓", "sent before", "up", "down")
	keyAside    = ui.Bind("↑", "what you wrote before", "up")
	keyUp       = ui.Bind("↑", "above", "up", "k")
	keyDown     = ui.Bind("↓", "below", "down", "j")
	keyTake     = ui.Bind("enter", "take into the form", "enter")
	keyEdit     = ui.Bind("tab", "edit", "tab", "e", "i")
	keyOpen     = ui.Bind("o", "open in Traffic", "o")
	keyTraffic  = ui.Bind("ctrl+t", "in Traffic", "ctrl+t")
	keyMore     = ui.Bind("pgdn", "more of the answer", "pgdown")
	keyLess     = ui.Bind("pgup", "back in the answer", "pgup")
	keySave     = ui.Bind("S", "save in the config", "S")
	keySwap     = ui.Bind("ctrl+s", "send", "ctrl+s")
)
