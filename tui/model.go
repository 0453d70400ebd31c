package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/config"
	"tenbench/tui/conversation"
	"tenbench/tui/gate"
	"tenbench/tui/inject"
	"tenbench/tui/logs"
	"tenbench/tui/now"
	"tenbench/tui/palette"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/timeline"
	"tenbench/tui/traffic"
	"tenbench/tui/ui"
	"tenbench/tui/why"
)

// Model is the root: it owns the frame around the screens, the feed of the store, and the routes of messages.
type Model struct {
	ctx     context.Context
	common  *ui.Common
	screens []ui.Screen // by ui.ID
	shown   ui.ID
	last    ui.ID   // for the backtick
	way     []ui.ID // for esc: where jumps came from
	landed  bool    // what is shown is as a jump left it: esc leads back, whatever is open
	left    bool    // something was being typed on the shown screen when it was left: see parked
	feed    feed
	remains remains      // of a program
	clock   func() int64 // of a live log
	inbox   chan any
	layout  layout

	frame   ui.Frame
	help    ui.Frame
	factBuf []fact

	palette  *palette.Model
	selected ui.Selection // when the palette was opened
	pager    *pager       // nil: none is shown
	said     []said       // what toasts said, the oldest first

	toast       toast
	renewed     map[life]string  // why extensions are being restarted just now
	ran         map[life]bool    // extensions that have run in this life
	judged      map[string]int64 // the newest change of an extension that was said to be for the worse
	refused     []string         // why the config file is not applied
	refusalSeen bool             // ! has led there
	mistake     ui.Origin        // the place for which it is refused; without a file, none is known
	ask         *question
	helping     bool
	helpTop     int  // the first line of the help that is seen
	helpLines   int  // it had when it was drawn last
	leaving     bool // ctrl+c was pressed once
	ended       bool // the program ends: nothing is drawn any more
	cut         cutShort
	clicked     click
	mouseOff    bool

	first      tea.Cmd                                 // to run at the start, may be nil
	report     func() (file string, err error)         // may be nil
	paint      func(name string) (*theme.Theme, error) // may be nil
	dress      func(Look) (*theme.Theme, error)        // may be nil
	repaint    func(light bool) (*theme.Theme, error)
	screenHeld func(held bool)
	light      bool // the terminal's background, as far as it is known
}

// newModel wires the screens to what they read and act on.
func newModel(src Source, ctl Controller, desk Desktop, info Info, th *theme.Theme, inbox chan any) *Model {
	log := src.Log()
	c := &ui.Common{Theme: th, Store: store.New(log, store.Options{}), Source: src, Controller: ctl, Desktop: desk, Info: info,
		Filters: ui.NewFilters(nil)}
	c.Store.SetGraphs(src.Graphs())
	m := &Model{ctx: context.Background(), common: c, inbox: inbox, shown: ui.Now, last: ui.Traffic, feed: newFeed(log), clock: log.Now, palette: palette.New(c),
		screenHeld: func(bool) {}}
	m.screens = []ui.Screen{
		ui.None: nil, ui.Now: now.New(c), ui.Traffic: traffic.New(c), ui.Timeline: timeline.New(c), ui.Logs: logs.New(c), ui.Inject: inject.New(c),
		ui.Config: config.New(c), ui.Gate: gate.New(c), ui.Why: why.New(c), ui.Conversation: conversation.New(c),
	}
	c.Jump, c.Selected = m.jump, m.selection
	return m
}

// Init starts the tick and the reading of the inbox.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.first, tickAfter(0), m.waitInbox())
}

func (m *Model) screen() ui.Screen { return m.screens[m.shown] }

// show changes the screen that is shown.
func (m *Model) show(id ui.ID) {
	if id == m.shown || id == ui.None || int(id) >= len(m.screens) {
		return
	}
	m.last, m.shown = m.shown, id
	m.left = m.screen().Focused()
	m.dropNote()
}

// dropNote takes a note away: what it was said about is no longer shown.
func (m *Model) dropNote() {
	if m.toast.note {
		m.toast = toast{}
	}
}

// toast is a line that goes by itself.
type toast struct {
	level trace.Level
	text  string
	note  bool  // it answers a key: to the question that is asked, or on the screen that is shown
	moot  bool  // it says that a question was closed, and no key was pressed since: what happens next says that too
	about life  // that failed, if it says so: its problem is the next one
	until int64 // in ticks' wall time
}
