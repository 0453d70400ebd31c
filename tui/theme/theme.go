package theme

import (
	"fmt"
	"strings"

	"github.com/muesli/termenv"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Style is how a text of one meaning is painted. The zero Style paints nothing.
type Style struct {
	plain    string
	selected string
}

// Prefix returns the escape sequence that switches to the style, on a selected row or not. It begins with a reset, so that
// no style has to be ended before the next one begins.
func (s Style) Prefix(selected bool) string {
	if selected {
		return s.selected
	}
	return s.plain
}

// Theme is every style and sign the screens use.
type Theme struct {
	Name  string
	ASCII bool // nothing but ASCII is drawn of what the workbench itself says
	Mono  bool // there is no colour: what colours tell elsewhere must be told by signs alone

	Text     Style // ordinary text
	Quiet    Style // what the eye may skip: labels, units, old things
	Hairline Style // rules, and where nothing is: signs that say something are not among them
	Bright   Style // names and titles
	Heading  Style // of a section
	Key      Style // a key to press, a focused thing
	Tab      Style // the title of the screen that is shown
	Link     Style // a place in the source
	OK       Style // running, answered
	Warn     Style // wants attention
	Wrong    Style // is wrong: the one loud thing
	Bad      Style // says more of what is wrong, less loud
	Held     Style // in the gate
	Match    Style // the part that a search found

	Signs Signs
	Reset string // ends all styles; "" in plain text

	stages [trace.Failed + 1]Style
	kinds  [msg.KindVideoFrame + 1]Style
}

// Options choose a theme. The zero Options give the dark theme in true colour.
type Options struct {
	Name  string          // dark, light, contrast or mono; "" and auto mean dark, or light when Light is set
	Light bool            // the terminal's background is light
	Depth termenv.Profile // how many colours the terminal has
	Plain bool            // no escape sequences at all
	ASCII bool            // signs of ASCII only
}

// Names are the themes one can ask for.
func Names() []string { return []string{"auto", "dark", "light", "contrast", "mono"} }

// New returns the theme that o describes; an error names the themes there are.
func New(o Options) (*Theme, error) {
	name := o.Name
	if name == "" || name == "auto" {
		name = "dark"
		if o.Light {
			name = "light"
		}
	}
	p, ok := palettes[name]
	if !ok {
		return nil, fmt.Errorf("unknown theme %q; there are %s", o.Name, strings.Join(Names(), ", "))
	}
	if o.Depth == termenv.Ascii {
		p = mono
	}
	return build(name, p, o), nil
}

// Plain returns the dark theme without escape sequences, for tests and terminals that know none.
func Plain(ascii bool) *Theme { return build("dark", dark, Options{Plain: true, ASCII: ascii}) }

// Stage returns the style of a lifecycle state.
func (t *Theme) Stage(s trace.State) Style {
	if int(s) < len(t.stages) {
		return t.stages[s]
	}
	return t.Quiet
}

// Kind returns the style of a message kind.
func (t *Theme) Kind(k msg.Kind) Style {
	if int(k) < len(t.kinds) {
		return t.kinds[k]
	}
	return t.Quiet
}

// Level returns the style of a severity.
func (t *Theme) Level(l trace.Level) Style {
	switch l {
	case trace.Error:
		return t.Wrong
	case trace.Warn:
		return t.Warn
	case trace.Info:
		return t.Text
	}
	return t.Quiet
}

// LevelSign returns the sign of a severity.
func (t *Theme) LevelSign(l trace.Level) string {
	switch l {
	case trace.Error:
		return t.Signs.Wrong
	case trace.Warn:
		return t.Signs.Attention
	}
	return t.Signs.Dot
}

func build(name string, p palette, o Options) *Theme {
	mk := func(c colour) Style { return c.style(p, o) }
	t := &Theme{
		Name: name, ASCII: o.ASCII, Mono: o.Plain || p.text.hex == "", Signs: signs(o.ASCII),
		Text: mk(p.text), Quiet: mk(p.quiet), Hairline: mk(p.hairline), Bright: mk(p.bright.bold()), Heading: mk(p.quiet.bold()),
		Key: mk(p.focus.bold()), Tab: mk(p.bright.bold().underlined()), Link: mk(p.focus), OK: mk(p.ok), Warn: mk(p.attention),
		Wrong: mk(p.wrong.bold()), Bad: mk(p.wrong), Held: mk(p.held), Match: mk(p.attention.bold().underlined()),
	}
	if !o.Plain {
		t.Reset = "\x1b[0m"
	}
	for s, c := range p.stages {
		t.stages[s] = mk(c)
	}
	for k, c := range p.kinds {
		t.kinds[k] = mk(c)
	}
	return t
}
