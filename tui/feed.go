package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

const (
	frameTime    = 33 * time.Millisecond
	pausedTime   = 100 * time.Millisecond
	idleTime     = 250 * time.Millisecond
	feedBudget   = 12 * time.Millisecond // of a frame, for reading events
	feedBatch    = 512
	snapshotTime = 250 * time.Millisecond
)

// feed reads the trace for the store.
type feed struct {
	log      *trace.Log
	reader   *trace.Reader
	buf      []trace.Event
	snapshot time.Time // when the last one was asked for
	asking   bool
}

func newFeed(log *trace.Log) feed {
	return feed{log: log, reader: log.NewReader(), buf: make([]trace.Event, feedBatch)}
}

// tickMsg says that it is time to look what is new.
type tickMsg struct{ at time.Time }

// snapshotMsg brings the exact state of the queues and open paths.
type snapshotMsg struct{ snap trace.Snapshot }

func tickAfter(d time.Duration) tea.Cmd {
	return tea.Tick(d, func(at time.Time) tea.Msg { return tickMsg{at} })
}

// tickWhenNew waits until there is something to read, or for the idle time.
func (m *Model) tickWhenNew() tea.Cmd {
	ctx, log, seq := m.ctx, m.feed.log, m.feed.reader.Seq()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, idleTime)
		defer cancel()
		if log.ReaderAt(seq).Wait(ctx) != nil {
			<-ctx.Done() // a finished log has nothing to wait for
		}
		return tickMsg{time.Now()}
	}
}

// tick feeds the store, tells the screens, and says when to come again.
func (m *Model) tick(at time.Time) tea.Cmd {
	m.expire(at)
	m.common.LookAtGate()
	m.closeMoot()
	if m.common.Paused {
		m.common.Unread = m.unread()
		return tickAfter(pausedTime)
	}
	read, more := m.read()
	m.watchEnd(at)
	m.common.Now = m.now()
	m.watchOutcomes()
	m.common.Store.SetGraphs(m.common.Source.Graphs())
	m.common.Busy = false
	typing := m.typing()
	cmds := []tea.Cmd{m.broadcast(ui.TickMsg{Now: m.common.Now, Changed: read > 0}), m.askSnapshot(at, read > 0), m.askWays()}
	m.watchField(typing)
	switch {
	case more || m.common.Busy:
		cmds = append(cmds, tickAfter(time.Millisecond))
	case read > 0:
		cmds = append(cmds, tickAfter(frameTime))
	default:
		cmds = append(cmds, m.tickWhenNew())
	}
	return tea.Batch(cmds...)
}

// read takes what is new into the store, for no longer than its budget.
func (m *Model) read() (read int, more bool) {
	end := time.Now().Add(feedBudget)
	for {
		n := m.feed.reader.Next(m.feed.buf)
		m.common.Store.Apply(m.feed.buf[:n])
		m.watchRestarts(m.feed.buf[:n])
		read += n
		if n < len(m.feed.buf) {
			return read, false
		}
		if time.Now().After(end) {
			return read, true
		}
	}
}

// now is the moment the screens show: the present, or the end of a recording.
func (m *Model) now() int64 {
	if m.common.Info.Live {
		return m.clock()
	}
	return m.common.Store.Now()
}

// unread returns how many events wait while the screens are paused.
func (m *Model) unread() uint64 {
	_, last := m.feed.log.Span()
	if next := m.feed.reader.Seq(); last >= next {
		return last - next + 1
	}
	return 0
}

// askSnapshot asks for the exact state now and then. Only one question is under way.
func (m *Model) askSnapshot(at time.Time, changed bool) tea.Cmd {
	f := &m.feed
	if f.asking || !changed || !m.common.Info.Live || at.Sub(f.snapshot) < snapshotTime {
		return nil
	}
	f.asking, f.snapshot = true, at
	src, log := m.common.Source, f.log
	return func() tea.Msg {
		snap := src.Snapshot()
		snap.Mono = log.Now()
		return snapshotMsg{snap}
	}
}

// waysMsg brings the ways of handlers.
type waysMsg struct {
	found map[diagnose.Handler]diagnose.Ways
}

// askWays looks into the sources of the handlers that are to blame for something, beside the program.
func (m *Model) askWays() tea.Cmd {
	sources := m.common.Sources
	if sources == nil {
		return nil
	}
	unread := m.common.Store.Unread()
	if len(unread) == 0 {
		return nil
	}
	return func() tea.Msg {
		ways := waysMsg{map[diagnose.Handler]diagnose.Ways{}}
		for _, handler := range unread {
			ways.found[handler] = sources.Ways(handler)
		}
		return ways
	}
}

func (m *Model) takeWays(msg waysMsg) {
	for handler, found := range msg.found {
		m.common.Store.SetWays(handler, found)
	}
}

func (m *Model) takeSnapshot(msg snapshotMsg) {
	m.feed.asking = false
	if !m.common.Paused {
		m.common.Store.ApplySnapshot(&msg.snap)
	}
}

// waitInbox waits for the next thing that main has to say.
func (m *Model) waitInbox() tea.Cmd {
	ctx, inbox := m.ctx, m.inbox
	return func() tea.Msg {
		select {
		case said := <-inbox:
			return inboxMsg{said}
		case <-ctx.Done():
			return nil
		}
	}
}

// inboxMsg brings what was handed to Workbench.Send.
type inboxMsg struct{ said any }
