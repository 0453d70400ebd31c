// Package tui is the workbench: a terminal program that shows what a graph does while it does it, and lets a person send,
// restart and look back.
//
// It reads a Source, which a live app and a recording both are, and acts through a Controller. The engine never calls the
// screen: a tick reads what is new from the trace, within a bounded slice of time, so that the screen can fall behind but
// never slow what it watches. The root model routes messages of three kinds and no fourth: broadcast (size, ticks) to all
// screens; input to the overlay, else the global keys, else the shown screen; addressed ones to the screen whose command
// they answer.
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"tenbench/tui/theme"
)

// Options are how the workbench looks. The zero Options work.
type Options struct {
	Theme string // see theme.Names; auto when ""
	Color string // auto, always or never; auto when ""
	FPS   int    // 30 when zero
	Mouse bool
	ASCII bool

	// Screen is told when the workbench gives the screen away, to be suspended, and when it takes it back. It may be nil.
	Screen func(held bool)

	// Memory keeps what was typed from one launch to the next; may be nil.
	Memory Memory
	// Sources looks into the sources of handlers; may be nil.
	Sources Sources
	// Report writes what is needed to look for a mistake into a file and returns its name; may be nil.
	Report func() (file string, err error)

	Input  io.Reader // the terminal when nil
	Output io.Writer // the terminal when nil
}

// Reloaded is for Workbench.Send: the config file was applied. The workbench shows the summary for a while. Without one, the file
// is again what runs.
type Reloaded struct {
	Summary string
	Inject  []SavedInject // those there are now
	Look    *Look         // how the workbench shall look from now on; nil: as before
}

// Look is what can change in how the workbench looks while it runs.
type Look struct {
	Theme string // see theme.Names
	Mouse bool
	ASCII bool
}

// Waiting is for Workbench.Send: the config file was saved, and is not applied until somebody asks for that.
type Waiting struct {
	Summary  string
	Problems []string // why it would be refused
}

// Refused is for Workbench.Send: the config file was not applied. The workbench shows why until a Reloaded comes.
type Refused struct{ Problems []string }

// Notice is for Workbench.Send: something that happened in the background, shown for a while.
type Notice struct {
	Text string
	Bad  bool
}

// Workbench is a program that has not ended yet.
type Workbench struct {
	model *Model
	opt   Options
	inbox chan any
	leave func() // ends Run; nil before it
}

const inboxLen = 64

// New returns the workbench for a source. ctl is nil for a recording, desk may be nil.
func New(src Source, ctl Controller, desk Desktop, info Info, opt Options) (*Workbench, error) {
	if opt.Input == nil {
		opt.Input = os.Stdin
	}
	if opt.Output == nil {
		opt.Output = os.Stdout
	}
	light := lightByEnvironment(os.Getenv("COLORFGBG"))
	th, err := chooseTheme(opt, light)
	if err != nil {
		return nil, err
	}
	w := &Workbench{opt: opt, inbox: make(chan any, inboxLen)}
	w.model = newModel(src, ctl, desk, info, th, w.inbox)
	w.model.remember(opt.Memory)
	w.model.report = opt.Report
	w.model.common.Sources = opt.Sources
	w.model.paint, w.model.dress = w.themeNamed, w.dressed
	w.model.mouseOff, w.model.light = !opt.Mouse, light
	if opt.Screen != nil {
		w.model.screenHeld = opt.Screen
	}
	w.readKeys()
	return w, nil
}

// themeNamed is a theme that was asked for by name.
func (w *Workbench) themeNamed(name string) (*theme.Theme, error) {
	o := w.opt
	o.Theme = name
	return chooseTheme(o, false)
}

// dressed is the theme of another look. What the terminal said of its background still counts.
func (w *Workbench) dressed(l Look) (*theme.Theme, error) {
	w.opt.Theme, w.opt.ASCII = l.Theme, l.ASCII
	return chooseTheme(w.opt, w.model.light)
}

// readKeys makes the end of the terminal that of the workbench, for not every program that dies with its terminal is told by a signal, and
// has the terminal asked for its background, if that decides about the theme.
func (w *Workbench) readKeys() {
	file, ok := w.opt.Input.(*os.File)
	if !ok {
		return
	}
	keys := &keyboard{File: file, told: func(light bool) { w.Send(backgroundMsg{light}) }, gone: func() { w.leave() }}
	w.opt.Input = keys
	if auto := w.opt.Theme == "" || w.opt.Theme == "auto"; !auto || !answers(file, w.opt.Output) {
		return
	}
	w.model.first = ask(w.opt.Output)
	w.model.repaint = func(light bool) (*theme.Theme, error) { return chooseTheme(w.opt, light) }
}

// Run shows a workbench until the person leaves it, ctx ends or the terminal is gone; none is an error.
func Run(ctx context.Context, src Source, ctl Controller, desk Desktop, info Info, opt Options) error {
	w, err := New(src, ctl, desk, info, opt)
	if err != nil {
		return err
	}
	return w.Run(ctx)
}

// Send hands the workbench a Reloaded, a Refused or a Notice. It never waits: what finds no room is lost.
func (w *Workbench) Send(m any) {
	select {
	case w.inbox <- m:
	default:
	}
}

// Run shows the workbench until the person leaves it, ctx ends or the terminal is gone; none is an error. The terminal is as it was when
// Run returns.
func (w *Workbench) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.model.ctx = ctx
	p := tea.NewProgram(w.model, w.programOptions()...)
	w.leave = p.Quit
	stop := context.AfterFunc(ctx, p.Quit)
	defer stop()
	if _, err := p.Run(); err != nil && !errors.Is(err, tea.ErrProgramKilled) {
		return fmt.Errorf("run the workbench: %w", err)
	}
	return nil
}

func (w *Workbench) programOptions() []tea.ProgramOption {
	fps := w.opt.FPS
	if fps <= 0 {
		fps = 30
	}
	// Frames are made at each tick and key; the renderer looks for one twice as often, so that none waits long for being written.
	opts := []tea.ProgramOption{tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFPS(2 * fps)}
	if w.opt.Mouse {
		opts = append(opts, tea.WithMouseCellMotion())
	}
	return append(opts, tea.WithInput(w.opt.Input), tea.WithOutput(w.opt.Output), tea.WithFilter(w.noteEnd))
}

// noteEnd sees what the workbench is told before it does: the last picture, drawn after its end, is empty.
func (w *Workbench) noteEnd(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.QuitMsg); ok {
		w.model.ended = true
	}
	return msg
}

// chooseTheme finds out what the terminal can show; light says what its background is like.
func chooseTheme(opt Options, light bool) (*theme.Theme, error) {
	o := theme.Options{Name: opt.Theme, Light: light, ASCII: opt.ASCII, Depth: termenv.NewOutput(opt.Output).EnvColorProfile()}
	switch opt.Color {
	case "never":
		o.Depth = termenv.Ascii
	case "always":
		if o.Depth == termenv.Ascii {
			o.Depth = termenv.TrueColor
		}
	case "", "auto":
	default:
		return nil, fmt.Errorf("unknown colour setting %q; there are auto, always, never", opt.Color)
	}
	o.Plain = os.Getenv("TERM") == "dumb"
	return theme.New(o)
}
