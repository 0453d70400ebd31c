package timeline

import "github.com/charmbracelet/bubbles/key"

type keyMap struct {
	Left, Right, FarLeft, FarRight key.Binding
	Up, Down                       key.Binding
	Next, Previous                 key.Binding
	NextWrong, PreviousWrong       key.Binding
	Open, ZoomIn, ZoomOut          key.Binding
	PanLeft, PanRight              key.Binding
	Fit, Start, Follow, Clear      key.Binding
	Cursor, Events, Zoom, Pan      key.Binding // pairs, for the help
	Errors                         key.Binding
	Command, Lanes                 key.Binding
	LanesUp, LanesDown             key.Binding
	Kinds, Lifecycle, Back         key.Binding
	Extension, Begin               key.Binding
	SlowFirst, GraphOrder          key.Binding
}

var keys = keyMap{
	Left:          key.NewBinding(key.WithKeys("left", "h"), key.WithHelp("←", "earlier")),
	Right:         key.NewBinding(key.WithKeys("right", "l"), key.WithHelp("→", "later")),
	FarLeft:       key.NewBinding(key.WithKeys("shift+left"), key.WithHelp("shift+←", "ten columns earlier")),
	FarRight:      key.NewBinding(key.WithKeys("shift+right"), key.WithHelp("shift+→", "ten columns later")),
	Up:            key.NewBinding(key.WithKeys("up", "k"), key.WithHelp("↑", "command above")),
	Down:          key.NewBinding(key.WithKeys("down", "j"), key.WithHelp("↓", "command below")),
	Next:          key.NewBinding(key.WithKeys("n"), key.WithHelp("n", "next event")),
	Previous:      key.NewBinding(key.WithKeys("N"), key.WithHelp("N", "event before")),
	NextWrong:     key.NewBinding(key.WithKeys("e"), key.WithHelp("e", "next error")),
	PreviousWrong: key.NewBinding(key.WithKeys("E"), key.WithHelp("E", "error before")),
	Open:          key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "open")),
	ZoomIn:        key.NewBinding(key.WithKeys("+", "="), key.WithHelp("+", "zoom in")),
	ZoomOut:       key.NewBinding(key.WithKeys("-", "_"), key.WithHelp("-", "zoom out")),
	PanLeft:       key.NewBinding(key.WithKeys("["), key.WithHelp("[", "half a window earlier")),
	PanRight:      key.NewBinding(key.WithKeys("]"), key.WithHelp("]", "half a window later")),
	Fit:           key.NewBinding(key.WithKeys("0"), key.WithHelp("0", "fit")),
	Start:         key.NewBinding(key.WithKeys("g", "home"), key.WithHelp("g", "start of the run")),
	Follow:        key.NewBinding(key.WithKeys("f", "G", "end"), key.WithHelp("f G", "follow")),
	Clear:         key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "no cursor")),

	Cursor:  key.NewBinding(key.WithKeys("left", "right"), key.WithHelp("←/→", "cursor")),
	Events:  key.NewBinding(key.WithKeys("n", "N"), key.WithHelp("n/N", "event")),
	Errors:  key.NewBinding(key.WithKeys("e", "E"), key.WithHelp("e/E", "error")),
	Zoom:    key.NewBinding(key.WithKeys("+", "-"), key.WithHelp("+/-", "zoom")),
	Pan:     key.NewBinding(key.WithKeys("[", "]"), key.WithHelp("[ ]", "pan")),
	Command: key.NewBinding(key.WithKeys("up", "down"), key.WithHelp("↑/↓", "command")),

	Kinds:     key.NewBinding(key.WithKeys("v"), key.WithHelp("v", "kinds")),
	Lifecycle: key.NewBinding(key.WithKeys("L"), key.WithHelp("L", "lifecycle")),
	Back:      key.NewBinding(key.WithKeys("L", "esc"), key.WithHelp("L", "back to the lanes")),
	Extension: key.NewBinding(key.WithKeys("up", "k", "down", "j"), key.WithHelp("↑/↓", "extension")),
	Begin:     key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "its start, on lanes")),

	SlowFirst:  key.NewBinding(key.WithKeys("s"), key.WithHelp("s", "slowest first")),
	GraphOrder: key.NewBinding(key.WithKeys("s"), key.WithHelp("s", "order of the graph")),

	Lanes:     key.NewBinding(key.WithKeys("pgup", "pgdown"), key.WithHelp("pgup/pgdn", "lanes")),
	LanesUp:   key.NewBinding(key.WithKeys("pgup", "ctrl+u"), key.WithHelp("pgup", "lanes above")),
	LanesDown: key.NewBinding(key.WithKeys("pgdown", "ctrl+d"), key.WithHelp("pgdn", "lanes below")),
}
