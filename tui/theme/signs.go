package theme

// Signs are the drawn characters, each one cell wide.
type Signs struct {
	OK, Running, Attention, Wrong, Waiting, Held string
	Ended                                        string // a node that is gone in good order
	Bar                                          string // at the left of the selected row
	Hairline                                     string
	Arrow, Left, Right                           string // from -> to; pointers
	Segment, Thin, Dashed                        string // lines: a stage, running, an answer that never came
	Start                                        string // where a span begins that has no end
	Queued                                       string // the part of a span that waits in a queue
	Tree, Branch                                 string // the last one below another, and one that is not the last
	Mark                                         string // a message without an answer, on a time axis
	Marked                                       string // a row that was marked
	Dot                                          string
	Times                                        string // so many of them
	Crumb                                        string // between the parts of a path
	Down, Up                                     string // following; out of sight
	Tick, TickSmall                              string // on a time axis
	Ellipsis                                     string
	Shade                                        string // the empty part of a bar
	Block                                        string // the full part of a bar
	Cursor                                       string // in a text field without focus colour
	Line                                         string // a vertical rule between two columns
	Levels                                       [9]string
}

func signs(ascii bool) Signs {
	if ascii {
		return asciiSigns
	}
	return unicodeSigns
}

var unicodeSigns = Signs{
	OK: "✓", Running: "●", Attention: "▲", Wrong: "✗", Waiting: "◌", Held: "‖", Ended: "○", Bar: "▌", Hairline: "─",
	Arrow: "→", Left: "◀", Right: "▶", Segment: "━", Thin: "─", Dashed: "╌", Start: "▶", Queued: "┈", Tree: "└", Branch: "├", Mark: "▴", Marked: "◆", Dot: "·", Times: "×",
	Crumb: "›", Down: "▾", Up: "▴", Tick: "│", TickSmall: "·", Ellipsis: "…", Shade: "░", Block: "█", Cursor: "▏", Line: "│",
	Levels: [9]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
}

var asciiSigns = Signs{
	OK: "+", Running: "*", Attention: "!", Wrong: "X", Waiting: "o", Held: "H", Ended: "-", Bar: "|", Hairline: "-",
	Arrow: ">", Left: "<", Right: ">", Segment: "=", Thin: "-", Dashed: "/", Start: ">", Queued: ".", Tree: "`", Branch: "|", Mark: "^", Marked: "#", Dot: ".", Times: "x",
	Crumb: ">", Down: "v", Up: "^", Tick: "|", TickSmall: ".", Ellipsis: "~", Shade: ".", Block: "#", Cursor: "_", Line: "|",
	Levels: [9]string{" ", "_", ".", "-", "=", "+", "*", "%", "#"},
}
