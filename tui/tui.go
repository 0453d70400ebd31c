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
	"github.com/charmbracelet/lipgloss"
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

	Input  io.Reader // the terminal when nil
	Output io.Writer // the terminal when nil
}

// Reloaded is for Workbench.Send: the config file was applied. The workbench shows the summary for a while.
type Reloaded struct{ Summary string }

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
}

const inboxLen = 64

// New returns the workbench for a source. ctl is nil for a recording, desk may be nil.
func New(src Source, ctl Controller, desk Desktop, info Info, opt Options) (*Workbench, error) {
	th, err := chooseTheme(opt)
	if err != nil {
		return nil, err
	}
	inbox := make(chan any, inboxLen)
	return &Workbench{model: newModel(src, ctl, desk, info, th, inbox), opt: opt, inbox: inbox}, nil
}

// Run shows a workbench until the person leaves it or ctx ends; both are no error.
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

// Run shows the workbench until the person leaves it or ctx ends; both are no error. The terminal is as it was when Run
// returns.
func (w *Workbench) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.model.ctx = ctx
	p := tea.NewProgram(w.model, w.programOptions()...)
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
	opts := []tea.ProgramOption{tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFPS(fps)}
	if w.opt.Mouse {
		opts = append(opts, tea.WithMouseCellMotion())
	}
	if w.opt.Input != nil {
		opts = append(opts, tea.WithInput(w.opt.Input))
	}
	if w.opt.Output != nil {
		opts = append(opts, tea.WithOutput(w.opt.Output))
	}
	return opts
}

// chooseTheme finds out what the terminal can show.
func chooseTheme(opt Options) (*theme.Theme, error) {
	out := opt.Output
	if out == nil {
		out = os.Stdout
	}
	o := theme.Options{Name: opt.Theme, ASCII: opt.ASCII, Depth: termenv.NewOutput(out).EnvColorProfile()}
	if opt.Theme == "" || opt.Theme == "auto" {
		o.Light = !lipgloss.HasDarkBackground()
	}
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
