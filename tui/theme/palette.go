package theme

import (
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// colour is a colour in true colour and, chosen by hand, among the sixteen of an old terminal.
type colour struct {
	hex  string // "" leaves the terminal's own
	ansi int    // SGR number of the foreground, 30-37 and 90-97; 0 leaves the terminal's own
	attr string // further SGR parameters
}

func (c colour) bold() colour       { return c.with("1") }
func (c colour) underlined() colour { return c.with("4") }

func (c colour) with(attr string) colour {
	if c.attr != "" && c.attr != attr {
		attr = c.attr + ";" + attr
	}
	c.attr = attr
	return c
}

// palette is the colours of a theme by role.
type palette struct {
	text, quiet, hairline, bright, focus, ok, attention, wrong, held colour

	stages [trace.Failed + 1]colour
	kinds  [msg.KindVideoFrame + 1]colour

	background string // the one the contrasts were chosen for; never painted
	row        string // background of the selected row
	rowAnsi    int    // the row's colour among the sixteen, by the SGR number of its foreground
	quietOnRow int    // the quiet colour must not vanish there
}

var palettes = map[string]palette{"dark": dark, "light": light, "contrast": contrast, "mono": mono}

var dark = palette{
	text: colour{"c8ccd4", 37, ""}, quiet: colour{"7a8290", 90, ""}, hairline: colour{"3f4552", 90, ""},
	bright: colour{"eef1f6", 97, ""}, focus: colour{"7aa2f7", 94, ""},
	ok: colour{"8fc46b", 32, ""}, attention: colour{"e6b450", 33, ""}, wrong: colour{"ff5d62", 91, ""}, held: colour{"b79cf2", 95, ""},
	stages: stageColours(colour{"6cc5d9", 36, ""}, colour{"b79cf2", 35, ""}, colour{"e6b450", 33, ""}, colour{"8fc46b", 32, ""},
		colour{"e08a6d", 31, ""}, colour{"8c7a8f", 90, ""}, colour{"ff5d62", 91, ""}, colour{"7a8290", 90, ""}),
	kinds: kindColours(colour{"7aa2f7", 94, ""}, colour{"8fc46b", 32, ""}, colour{"6cc5d9", 36, ""}, colour{"d58fd0", 95, ""},
		colour{"e6a06b", 33, ""}),
	background: "1d1f21", row: "2a3040", rowAnsi: 90, quietOnRow: 37,
}

var light = palette{
	text: colour{"2b303b", 30, ""}, quiet: colour{"5c6370", 90, ""}, hairline: colour{"aab1bd", 37, ""},
	bright: colour{"0b0d12", 30, ""}, focus: colour{"2456c9", 34, ""},
	ok: colour{"2f6f1b", 32, ""}, attention: colour{"855700", 33, ""}, wrong: colour{"c0182a", 31, ""}, held: colour{"6a3fc4", 35, ""},
	stages: stageColours(colour{"0b6b80", 36, ""}, colour{"6a3fc4", 35, ""}, colour{"855700", 33, ""}, colour{"2f6f1b", 32, ""},
		colour{"9c4020", 31, ""}, colour{"6f5a73", 90, ""}, colour{"c0182a", 31, ""}, colour{"5c6370", 90, ""}),
	kinds: kindColours(colour{"2456c9", 34, ""}, colour{"2f6f1b", 32, ""}, colour{"0b6b80", 36, ""}, colour{"8d2f87", 35, ""},
		colour{"8a4a10", 33, ""}),
	background: "ffffff", row: "e8ecf5", rowAnsi: 37, quietOnRow: 30,
}

var contrast = palette{
	text: colour{"ffffff", 97, ""}, quiet: colour{"c0c6d0", 37, ""}, hairline: colour{"8a919e", 37, ""},
	bright: colour{"ffffff", 97, ""}, focus: colour{"9cc2ff", 96, ""},
	ok: colour{"a6f07a", 92, ""}, attention: colour{"ffd166", 93, ""}, wrong: colour{"ff8488", 91, ""}, held: colour{"d3bcff", 95, ""},
	stages: stageColours(colour{"7fe3f5", 96, ""}, colour{"d3bcff", 95, ""}, colour{"ffd166", 93, ""}, colour{"a6f07a", 92, ""},
		colour{"ffac8a", 91, ""}, colour{"d0bdd4", 37, ""}, colour{"ff8488", 91, ""}, colour{"c0c6d0", 37, ""}),
	kinds: kindColours(colour{"9cc2ff", 96, ""}, colour{"a6f07a", 92, ""}, colour{"7fe3f5", 96, ""}, colour{"f7b4f2", 95, ""},
		colour{"ffc48f", 93, ""}),
	background: "000000", row: "26324f", rowAnsi: 34, quietOnRow: 97,
}

// mono has no colour: weight and underline where a terminal has them, signs and words everywhere.
var mono = palette{
	quiet: colour{attr: "2"}, hairline: colour{attr: "2"}, bright: colour{attr: "1"}, focus: colour{attr: "1"},
	attention: colour{attr: "1"}, wrong: colour{attr: "1"},
}

func stageColours(configure, init, start, running, stop, deinit, failed, rest colour) (s [trace.Failed + 1]colour) {
	s[trace.StateNone], s[trace.Created], s[trace.Ended] = rest, rest, rest
	s[trace.Configure], s[trace.Init], s[trace.Start], s[trace.Running] = configure, init, start, running
	s[trace.Stop], s[trace.Deinit], s[trace.Failed] = stop, deinit, failed.bold()
	return s
}

func kindColours(cmd, result, data, audio, video colour) (k [msg.KindVideoFrame + 1]colour) {
	k[msg.KindCmd], k[msg.KindResult], k[msg.KindData] = cmd, result, data
	k[msg.KindAudioFrame], k[msg.KindVideoFrame] = audio, video
	return k
}

// style makes the escape sequences of a colour at the terminal's depth.
func (c colour) style(p palette, o Options) Style {
	if o.Plain {
		return Style{}
	}
	r := renderer(o.Depth)
	plain := c.attributes(r.NewStyle(), "").Foreground(c.foreground(o.Depth, c.ansi))
	return Style{plain: prefix(plain), selected: prefix(c.onRow(r.NewStyle(), p, o.Depth))}
}

// onRow is the colour on the selected row.
func (c colour) onRow(s lipgloss.Style, p palette, depth termenv.Profile) lipgloss.Style {
	if p.row == "" { // faint and reverse at once is unreadable
		return c.attributes(s, "2").Reverse(true)
	}
	ansi := c.ansi
	if depth == termenv.ANSI && c.ansi == p.quiet.ansi {
		ansi = p.quietOnRow
	}
	return c.attributes(s, "").Foreground(c.foreground(depth, ansi)).Background(p.selection(depth))
}

// attributes adds the colour's bold, faint and underline to s, but for the one left out.
func (c colour) attributes(s lipgloss.Style, but string) lipgloss.Style {
	for _, attr := range strings.Split(c.attr, ";") {
		switch {
		case attr == but:
		case attr == "1":
			s = s.Bold(true)
		case attr == "2":
			s = s.Faint(true)
		case attr == "4":
			s = s.Underline(true)
		}
	}
	return s
}

func (c colour) foreground(depth termenv.Profile, ansi int) lipgloss.TerminalColor {
	switch {
	case c.hex == "" || depth == termenv.Ascii:
		return lipgloss.NoColor{}
	case depth == termenv.ANSI:
		return numbered(ansi)
	}
	return lipgloss.Color("#" + c.hex)
}

func (p palette) selection(depth termenv.Profile) lipgloss.TerminalColor {
	if depth == termenv.ANSI {
		return numbered(p.rowAnsi)
	}
	return lipgloss.Color("#" + p.row)
}

// numbered is one of the sixteen colours by the SGR number of its foreground.
func numbered(sgr int) lipgloss.TerminalColor {
	if sgr >= 90 {
		return lipgloss.Color(strconv.Itoa(sgr - 90 + 8))
	}
	return lipgloss.Color(strconv.Itoa(sgr - 30))
}

// renderer paints for a terminal of that depth. One without colours still knows bold and underline, which lip gloss would leave out.
func renderer(depth termenv.Profile) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(min(depth, termenv.ANSI))
	return r
}

// prefix is what a style writes before a text, behind a reset. Screens are drawn with it instead of Render, which costs too much
// for every cell of every frame.
func prefix(s lipgloss.Style) string {
	before, _, _ := strings.Cut(s.Render("x"), "x")
	if before == "" {
		return "\x1b[0m"
	}
	return "\x1b[0;" + strings.TrimPrefix(before, "\x1b[")
}
